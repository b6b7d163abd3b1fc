"""The life of a policy in its workshop: kept, signed, and carried along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.policy.exchange import Exchange
from workshop_kit.policy.outline import outline

if TYPE_CHECKING:
    import datetime as dt

    from workshop_kit.live.workshop import Workshop


def exchange(workshop: Workshop, *, today: dt.date | None = None) -> Exchange:
    """
    Return the whole policy as it is now, in every language of the kit.

    Args:
        workshop: The workshop.
        today: Date of the policy; default today.
    """
    store, kit = workshop.store, workshop.kit
    return Exchange(
        workshop=store.workshop(),
        policies={
            lang: workshop.policy(lang=lang, today=today) for lang in kit.languages
        },
        decisions=tuple(store.decisions().values()),
        waivers=tuple(store.waivers().values()),
        measurements=tuple(store.measurements()),
        signoffs=tuple(store.signoffs()),
        options=dict(workshop.state.options),
        questions=outline(workshop.content),
    )
