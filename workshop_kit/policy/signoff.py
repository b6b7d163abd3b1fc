"""From draft to in force: where a policy stands and what the next step still needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, PolicyError
from workshop_kit.kit.validate import LONG, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workshop_kit.i18n import Translator
    from workshop_kit.policy.model import Finding
    from workshop_kit.store.records import Signoff

STATUS = {
    "draft": N_("draft"),
    "in_review": N_("in review"),
    "approved": N_("approved"),
    "in_force": N_("in force"),
    "superseded": N_("superseded"),
}
"""What a version of a policy can be, in the order in which it becomes that."""

STEP = {
    "in_review": N_("Handed out for review"),
    "hr": N_("Read by human resources"),
    "legal": N_("Read by a lawyer"),
    "works_council": N_("Consent of the works council"),
    "no_works_council": N_("Works council not applicable"),
    "approved": N_("Approved"),
    "in_force": N_("In force"),
    "superseded": N_("Superseded"),
    "draft": N_("Taken back to draft"),
}
"""Every step, in the order in which it is taken."""

READERS = ("hr", "legal")
"""Who reads along before approval; the source page of 2015 names both."""

COUNCIL = ("works_council", "no_works_council")
"""One of them comes before approval: Works Councils Act (WOR), art. 27."""

_FROM = {
    "in_review": ("draft", "superseded"),
    "hr": ("in_review",),
    "legal": ("in_review",),
    "works_council": ("in_review",),
    "no_works_council": ("in_review",),
    "approved": ("in_review",),
    "in_force": ("approved",),
    "superseded": ("in_force",),
    "draft": ("in_review", "approved"),
}
_CLEAN = ("approved", "in_force")
"""Steps that no open blocker lets through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    Where a version of a policy stands.

    Attributes:
        version: The version as it is decided now; empty if nothing is decided.
        status: One of :data:`STATUS`.
        signed: Steps taken for this version since it was last a draft, in order.
        in_force: What put a version in force that still is; it may be another one.
    """

    version: str
    status: str
    signed: tuple[Signoff, ...] = ()
    in_force: Signoff | None = None

    def step(self, name: str) -> Signoff | None:
        """Return the last step of this name for this version; None if not taken."""
        return next((one for one in reversed(self.signed) if one.step == name), None)


def standing(records: Iterable[Signoff], version: str) -> Standing:
    """
    Return where a version stands.

    A step counts for the version it was taken for: whoever signed has not signed
    what was decided afterwards.

    Args:
        records: All steps ever taken, first to last.
        version: The version as it is decided now.
    """
    signed: list[Signoff] = []
    status, in_force = "draft", None
    for one in records:
        if one.step == "in_force":
            if status == "in_force":
                status = "superseded"
            in_force = one
        elif one.step == "superseded" and in_force is not None:
            in_force = None if one.version == in_force.version else in_force
        if one.version != version:
            continue
        if one.step in {"draft", "in_review"}:
            signed.clear()
        if one.step != "draft":
            signed.append(one)
        if one.step in STATUS:
            status = one.step
    return Standing(
        version=version, status=status, signed=tuple(signed), in_force=in_force
    )


def next_steps(now: Standing) -> tuple[str, ...]:
    """Return the steps that may follow, in order; what they still need is apart."""
    return tuple(
        step for step in STEP if now.status in _FROM[step] and _taken(now, step) is None
    )


def _taken(now: Standing, step: str) -> Signoff | None:
    """Return what was signed already by whoever reads along, in place of a step."""
    if step in COUNCIL:
        return next((one for name in COUNCIL if (one := now.step(name))), None)
    return now.step(step) if step in READERS else None


def missing(
    now: Standing, step: str, findings: Iterable[Finding], t: Translator
) -> tuple[str, ...]:
    """
    Say what has to be done before a step, in words; empty if it may be taken.

    Args:
        now: Where the policy stands.
        step: The step.
        findings: What the rules of the kit find now, in the translator's language.
        t: Language of the words.

    Raises:
        PolicyError: If there is no such step.
    """
    if step not in STEP:
        raise PolicyError(
            N_("'{name}' is no step of the sign-off; choose one of: {known}."),
            name=step,
            known=", ".join(STEP),
        )
    if not now.version:
        return (t(N_("Nothing has been decided yet.")),)
    if step not in next_steps(now):
        return (_out_of_turn(now, step, t),)
    found = []
    if step == "approved":
        found += [
            t(N_("Still to come: {step}."), step=t(STEP[reader]))
            for reader in READERS
            if now.step(reader) is None
        ]
        if _taken(now, COUNCIL[0]) is None:
            consent = N_("Still to come: {step}, or why it is not applicable.")
            found.append(t(consent, step=t(STEP[COUNCIL[0]])))
    if step in _CLEAN:
        blocker = N_("A blocker is open ({rule}): {message}")
        found += [
            t(blocker, rule=finding.rule, message=finding.message)
            for finding in findings
            if finding.severity == "blocker" and not finding.waived
        ]
    return tuple(found)


def _out_of_turn(now: Standing, step: str, t: Translator) -> str:
    done = now.step(step) or _taken(now, step)
    if done is not None:
        return t(
            N_("{step}: done already, by {name} on {date}."),
            step=t(STEP[done.step]),
            name=done.name,
            date=t.date(dt.date.fromisoformat(done.day)),
        )
    return t(
        N_("Version {version} is {status}; before “{step}” it has to be {needed}."),
        version=now.version,
        status=t(STATUS[now.status]),
        step=t(STEP[step]),
        needed=t(N_(" or ")).join(t(STATUS[status]) for status in _FROM[step]),
    )


def signature(
    now: Standing,
    fields: Mapping[str, object],
    findings: Iterable[Finding],
    *,
    today: dt.date,
    t: Translator,
) -> dict[str, str]:
    """
    Return the fields of a step in the form in which they are recorded.

    Args:
        now: Where the policy stands.
        fields: ``step``, ``name`` and ``role``; where they apply ``day`` (default
            today) and ``note``, without which nobody can leave out the works council.
        findings: What the rules find now.
        today: Day of the signature.
        t: Language in which a refusal names rules and steps.

    Raises:
        PolicyError: If the step may not be taken now, or name, role or day is not
            complete.
    """
    words = {
        name: " ".join(clean(str(fields.get(name) or ""))[:LONG].split())
        for name in ("step", "name", "role", "day", "note")
    }
    step = words["step"].lower().replace("-", "_").replace(" ", "_")
    lacking = missing(now, step, findings, t)
    if lacking:
        raise PolicyError(
            N_("This step cannot be taken yet. {reasons}"), reasons=" ".join(lacking)
        )
    if not words["name"] or not words["role"]:
        raise PolicyError(
            N_("Please give the name and the role of who signs; both are printed.")
        )
    if step == COUNCIL[1] and not words["note"]:
        raise PolicyError(
            N_("Please give the reason as a remark: why no works council is asked.")
        )
    day = words["day"] or today.isoformat()
    _fitting_day(now, step, day, today)
    return words | {"step": step, "day": day, "version": now.version}


def _fitting_day(now: Standing, step: str, text: str, today: dt.date) -> None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise PolicyError(
            N_("Please give a date as year-month-day, such as 2027-03-31.")
        ) from None
    # A policy may well be put in force from the first of next month.
    if day > today and step != "in_force":
        raise PolicyError(N_("A signature cannot be given on a day that is to come."))
    before = now.signed[-1].day if now.signed else ""
    if before and day < dt.date.fromisoformat(before):
        raise PolicyError(
            N_("The step before this one was taken later, on {day}."), day=before
        )


def words(now: Standing, t: Translator) -> tuple[str, ...]:
    """Say where the policy stands: its status, who signed, what else is in force."""
    if not now.version:
        return (t(N_("Nothing has been decided yet.")),)
    said = [
        t(
            N_("Version {version}: {status}."),
            version=now.version,
            status=t(STATUS[now.status]),
        )
    ]
    said += [signed_words(one, t) for one in now.signed]
    other = now.in_force
    if other is not None and other.version != now.version:
        said.append(
            t(
                N_(
                    "Version {version} is in force since {date}; what was decided"
                    " since then is a version of its own."
                ),
                version=other.version,
                date=t.date(dt.date.fromisoformat(other.day)),
            )
        )
    return tuple(said)


def signed_words(one: Signoff, t: Translator) -> str:
    """Say one step: what, by whom, in which role, when, and what was noted."""
    said = t(
        N_("{step}: {name}, {role}, {date}."),
        step=t(STEP[one.step]) if one.step in STEP else one.step,
        name=one.name,
        role=one.role,
        date=t.date(dt.date.fromisoformat(one.day)),
    )
    return f"{said} {one.note}" if one.note else said
