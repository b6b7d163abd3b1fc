"""Who a document is for: the director, staff, the public, the room, paper, a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from workshop_kit.export.beside import side_by_side
from workshop_kit.export.extracts import staff_document, summary_document
from workshop_kit.export.policy import policy_document
from workshop_kit.i18n import Translator

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from workshop_kit.export.card import Invitation
    from workshop_kit.export.document import Document
    from workshop_kit.kit.model import Kit
    from workshop_kit.policy.exchange import Exchange
    from workshop_kit.policy.model import Policy
    from workshop_kit.store.store import Store


class WorkshopLike(Protocol):
    """What exports need of a workshop; that of the room ``live`` has it."""

    @property
    def kit(self) -> Kit:
        """The kit, with the ideas that became options."""

    @property
    def store(self) -> Store:
        """What was recorded."""

    @property
    def track(self) -> str:
        """Which questions are asked."""

    def institution(self) -> str:
        """For whom; may be empty."""

    def keep_until(self) -> dt.date:
        """Return the day until which answers are kept."""

    def invitation(self) -> Invitation | None:
        """Return the way into its room; None if that is not known now."""

    def policy(self, *, lang: str | None = None) -> Policy:
        """Draft the policy in a language."""

    def exchange(self) -> Exchange:
        """Return the whole policy, to be carried by documents."""


def _policy(workshop: WorkshopLike, lang: str) -> Document:
    return policy_document(workshop.policy(lang=lang))


def _staff(workshop: WorkshopLike, lang: str) -> Document:
    plan = workshop.kit.document
    return staff_document(workshop.policy(lang=lang), plan.staff)


def _summary(workshop: WorkshopLike, lang: str) -> Document:
    plan = workshop.kit.document
    return summary_document(workshop.policy(lang=lang), plan.summary)


def _record(workshop: WorkshopLike, lang: str) -> Document:
    # Counting takes pandas, which no other profile waits for.
    from workshop_kit.export.record import Held, record_document  # noqa: PLC0415
    from workshop_kit.export.sheets import covered  # noqa: PLC0415

    store, done = workshop.store, workshop.store.actions()
    proposals: dict[str, Any] = {
        about: action.value
        for (kind, about), action in done.items()
        if kind == "proposal" and action.value
    }
    held = Held(
        kit=workshop.kit,
        people=store.participants(),
        answers=[
            a for a in store.answers() if not covered(workshop.kit, a.question, done)
        ],
        decisions=store.decisions(),
        waivers=store.waivers(),
        proposals={about: str(words) for about, words in proposals.items()},
    )
    return record_document(workshop.policy(lang=lang), held)


def _blank(workshop: WorkshopLike, lang: str) -> Document:
    from workshop_kit.export.blank import blank_document  # noqa: PLC0415

    return blank_document(
        workshop.kit,
        workshop.track,
        Translator(lang),
        institution=workshop.institution(),
        keep_until=workshop.keep_until(),
    )


def _card(workshop: WorkshopLike, lang: str) -> Document:
    from workshop_kit.export.card import card_document  # noqa: PLC0415

    return card_document(
        workshop.kit,
        Translator(lang),
        invitation=workshop.invitation(),
        institution=workshop.institution(),
        keep_until=workshop.keep_until(),
    )


PROFILES: dict[str, Callable[[WorkshopLike, str], Document]] = {
    "policy": _policy,
    "staff": _staff,
    "summary": _summary,
    "record": _record,
    "blank": _blank,
    "card": _card,
}
"""Name → who makes the document for it."""


def profile_document(workshop: WorkshopLike, profile: str, *langs: str) -> Document:
    """
    Return the document of a profile, in one language or in two beside each other.

    Args:
        workshop: What was decided and answered.
        profile: One of :data:`PROFILES`.
        langs: One language, or two.
    """
    first, *rest = (PROFILES[profile](workshop, lang) for lang in langs)
    return side_by_side(first, rest[0]) if rest else first
