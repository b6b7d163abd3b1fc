"""The life of a policy in its workshop: signed, kept, and carried along."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from workshop_kit import __version__
from workshop_kit.errors import N_, PolicyError
from workshop_kit.i18n import Translator
from workshop_kit.kit.conditions import relevant
from workshop_kit.kit.validate import clean
from workshop_kit.policy.calendar import moments, named_here
from workshop_kit.policy.exchange import Exchange, from_json, to_json
from workshop_kit.policy.model import Policy, Signature
from workshop_kit.policy.outline import outline
from workshop_kit.policy.signoff import Standing, signature, standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.live.workshop import Workshop
    from workshop_kit.policy.model import Moment
    from workshop_kit.store.records import Signoff, Snapshot

NOW = ""
"""Name of the version that is not kept yet: what is decided now."""

_NAME = 80


def exchange(workshop: Workshop, *, today: dt.date | None = None) -> Exchange:
    """
    Return the whole policy as it is now, in every language of the kit.

    The figures of its indicators are left out: they are heavy, and the measurements
    that they are drawn from go along.

    Args:
        workshop: The workshop.
        today: Date of the policy; default today.
    """
    policies = {
        lang: _without_figures(workshop.policy(lang=lang, today=today))
        for lang in workshop.kit.languages
    }
    return replace(recorded(workshop), policies=policies)


def _without_figures(policy: Policy) -> Policy:
    coded = policy.coded and replace(policy.coded, svg="", alt="", caption="")
    return replace(policy, judged=(), coded=coded)


def recorded(workshop: Workshop) -> Exchange:
    """Return what is recorded, without the words that are drafted from it."""
    store = workshop.store
    return Exchange(
        workshop=store.workshop(),
        policies={},
        decisions=tuple(store.decisions().values()),
        waivers=tuple(store.waivers().values()),
        measurements=tuple(workshop.measurements()),
        comments=workshop.comments(),
        signoffs=tuple(store.signoffs()),
        options=dict(workshop.state.options),
        questions=outline(workshop.content),
    )


def with_signatures(workshop: Workshop, policy: Policy) -> Policy:
    """Return a drafted policy with what was signed for its version."""
    now = standing(workshop.store.signoffs(), policy.version)
    times = [one.at for one in now.signed]
    times += [policy.settled_at] if policy.settled_at else []
    begun = now.step("in_force")
    in_force_on = dt.date.fromisoformat(begun.day) if begun else None
    return replace(
        policy,
        status=now.status,
        in_force_on=in_force_on,
        moments=_moments(workshop, policy, in_force_on),
        settled_at=max(times, default=None),
        workshop=workshop.origin(),
        signatures=tuple(
            Signature(
                step=one.step,
                name=one.name,
                role=one.role,
                day=dt.date.fromisoformat(one.day),
                note=one.note,
            )
            for one in now.signed
        ),
    )


def _moments(
    workshop: Workshop, policy: Policy, start: dt.date | None
) -> tuple[Moment, ...]:
    """Plan from the day on which it came into force, once there is one."""
    if start is None:
        return policy.moments
    values = {k: made.value for k, made in workshop.store.decisions().items()}
    t = Translator(policy.lang)
    asked = relevant(workshop.kit, values)
    said = {k: value for k, value in values.items() if k in asked}
    return moments(
        said,
        t,
        start=start,
        review=policy.review_date,
        names=named_here(workshop.content, t),
    )


def where_it_stands(workshop: Workshop) -> Standing:
    """Return where the policy stands as it is decided now."""
    decided = workshop.store.decisions()
    version = workshop.policy().version if decided else ""
    return standing(workshop.store.signoffs(), version)


def sign(
    workshop: Workshop,
    fields: Mapping[str, object],
    key: str | None = None,
    *,
    today: dt.date,
) -> Signoff:
    """
    Record a step of the sign-off; an approval keeps the version under a name too.

    Args:
        workshop: The workshop.
        fields: See :func:`workshop_kit.policy.signoff.signature`.
        key: Chosen by the sender; the same key again gives the same record.
        today: Day of the signature.

    Raises:
        PolicyError: If the step may not be taken, or something is not filled in.
    """
    t, store = workshop.translate, workshop.store
    # In one step, so that nothing is decided between the check and the signature.
    with store.together():
        for known in store.signoffs():
            if known.key == key:
                return known
        now = where_it_stands(workshop)
        findings = workshop.findings(today=today)
        said = signature(now, fields, findings, today=today, t=t)
        record = store.record_signoff(key=key or str(uuid.uuid4()), **said)
        if record.step == "approved":
            day = t.date(dt.date.fromisoformat(record.day))
            name = t(N_("Approved on {date}"), date=day)
            keep(workshop, name, today)
    return record


def snapshot(workshop: Workshop, name: str, *, today: dt.date) -> Snapshot:
    """
    Keep the whole policy as it is now under a name; its words never change again.

    Raises:
        PolicyError: If the name is empty or nothing has been decided.
        StoreError: If the name was used before.
    """
    tidy = " ".join(clean(name).split())[:_NAME]
    if not tidy:
        raise PolicyError(N_("Please give the version a name."))
    if not workshop.store.decisions():
        raise PolicyError(N_("Nothing has been decided yet."))
    with workshop.store.together():
        return _keep(workshop, tidy, today)


def keep(workshop: Workshop, name: str, today: dt.date) -> Snapshot:
    """Keep the policy as it is now; a number is added to a name that is taken."""
    return _keep(workshop, _free(workshop, name), today)


def _keep(workshop: Workshop, name: str, today: dt.date) -> Snapshot:
    content = exchange(workshop, today=today)
    return workshop.store.keep_snapshot(
        name,
        to_json(content),
        version=content.version,
        kit_version=workshop.kit.version,
        program=__version__,
    )


def _free(workshop: Workshop, name: str) -> str:
    taken = {one.name for one in workshop.store.snapshots()}
    names = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *names) if one not in taken)


def kept(workshop: Workshop, name: str) -> Exchange:
    """
    Return a version by its name, as it was kept; :data:`NOW` is what is decided now.

    Raises:
        PolicyError: If no version has that name.
    """
    if name == NOW:
        return exchange(workshop)
    snapshots = {one.name: one for one in workshop.store.snapshots()}
    if name not in snapshots:
        raise PolicyError(
            N_("No version was kept under the name “{name}”. There are: {known}."),
            where=str(workshop.store.path),
            name=name,
            known=", ".join(f"“{one}”" for one in snapshots) or "–",
        )
    return from_json(snapshots[name].content, where=name)
