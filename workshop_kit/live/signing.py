"""What the notebook shows of the sign-off: a card per step, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.export.changes import listed
from workshop_kit.forms import fields
from workshop_kit.forms.form import Form
from workshop_kit.forms.intake import Receipt
from workshop_kit.live.review import stale
from workshop_kit.policy import signoff

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workshop_kit.export.document import Block
    from workshop_kit.live.workshop import Workshop

NEEDS = {
    "in_review": N_("Hand the draft out to those who have to read it."),
    "hr": N_("Whoever looks after staff has read it, or somebody in their place."),
    "legal": N_("A lawyer has read it, or somebody in their place."),
    "works_council": N_(
        "The works council or the staff representatives consent to what the policy says"
        " about checking on staff and about their data (Works Councils Act, art. 27)."
    ),
    "no_works_council": N_(
        "The institution has none, or nothing in the policy needs its consent. The"
        " remark gives the reason and is printed."
    ),
    "approved": N_(
        "For this both readers and the works council have signed, if there is one, and"
        " no blocker is open. The version is kept as it reads now."
    ),
    "in_force": N_("From this date it holds; the version before it is superseded."),
    "superseded": N_("It does not hold any more, and nothing takes its place here."),
    "draft": N_("It needs more work; what was signed has to be signed again."),
}
"""What each step means, on its card."""


def signoff_form(
    workshop: Workshop, signed: Callable[[], Sequence[str]] = tuple
) -> Form:
    """
    Show where it stands, and a card for each step that may be taken now.

    Args:
        workshop: The workshop.
        signed: Called after a step; what it returns is said with where it stands.
    """
    t = workshop.translate

    def hidden() -> list[str]:
        now = signoff.next_steps(workshop.standing())
        return [step for step in signoff.STEP if step not in now]

    def change(step: str, value: Any, key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
        if not final:
            return Receipt()
        given = value if isinstance(value, dict) else {}
        said = {k.removeprefix(f"{step}/"): v for k, v in given.items()}
        record = workshop.sign({**said, "step": step}, key)
        # The card of this step goes, and what it would say with it.
        form.set_groups([_standing_card(workshop, signed()), *cards])
        return Receipt(message=signoff.signed_words(record, t), hidden=hidden())

    cards = [
        {
            "id": step,
            "legend": t(title),
            "hint": t(NEEDS[step]),
            "action": t(N_("Sign")),
            "fields": [
                fields.text(f"{step}/name", t(N_("Name"))),
                fields.text(f"{step}/role", t(N_("Role"))),
                fields.day(
                    f"{step}/day",
                    t(N_("Date")),
                    hint=t(N_("If it stays empty: today.")),
                ),
                fields.text(f"{step}/note", t(N_("Remark"))),
            ],
        }
        for step, title in signoff.STEP.items()
    ]
    form = Form(
        [_standing_card(workshop), *cards],
        lang=workshop.lang,
        translate=t,
        on_change=change,
        hidden=hidden(),
        reference={
            "workshop": str(workshop.store.path),
            "kind": "signoff",
            "lang": workshop.lang,
        },
    )
    return form


def _standing_card(workshop: Workshop, more: Sequence[str] = ()) -> fields.Spec:
    said = [*standing_words(workshop), *more]
    return {
        "id": "standing",
        "legend": workshop.translate(N_("Where it stands")),
        "hint": "\n".join(said),
        "action": None,
        "fields": [],
    }


def standing_words(workshop: Workshop) -> list[str]:
    """Say where the policy stands, and what each step that may follow still needs."""
    t, now = workshop.translate, workshop.standing()
    findings = workshop.findings()
    said = list(signoff.words(now, t))
    made_with = workshop.store.workshop().kit_version
    if made_with != workshop.kit.version:
        said.append(
            t(
                N_(
                    "The kit is version {now}, this workshop was made with {then}."
                    " “workshop-kit review” makes the next one and lists what changed."
                ),
                now=workshop.kit.version,
                then=made_with,
            )
        )
    old = len(stale(workshop))
    if old:
        one, many = (
            N_("{n} decision is from before this review."),
            N_("{n} decisions are from before this review."),
        )
        said.append(t.plural(one, many, old))
    for step in signoff.next_steps(now) if now.version else ():
        lacking = signoff.missing(now, step, findings, t)
        if lacking:
            line = t(N_("Before “{step}”:"), step=t(signoff.STEP[step]))
            said.append(" ".join((line, *lacking)))
        else:
            said.append(t(N_("Possible now: {step}."), step=t(signoff.STEP[step])))
    return said


def standing_data(workshop: Workshop) -> dict[str, Any]:
    """Return for a script where the policy stands, and what each next step needs."""
    t, now = workshop.translate, workshop.standing()
    findings = workshop.findings()
    steps = signoff.next_steps(now) if now.version else ()
    return {
        "version": now.version,
        "status": now.status,
        "signed": [
            {"step": s.step, "name": s.name, "role": s.role, "day": str(s.day)}
            for s in now.signed
        ],
        "in_force": now.in_force.version if now.in_force else None,
        "next": {step: list(signoff.missing(now, step, findings, t)) for step in steps},
    }


def standing_page(workshop: Workshop) -> list[Block]:
    """Return where the policy stands and the versions that were kept."""
    kept = kept_words(workshop)
    return [listed(standing_words(workshop)), *([listed(kept)] if kept else [])]


def kept_words(workshop: Workshop) -> list[str]:
    """Say each version that was kept: its name, its number and the day."""
    t = workshop.translate
    return [
        t(
            N_("{name}: version {version}, kept on {date}."),
            name=one.name,
            version=one.version,
            date=t.date(one.at.astimezone().date()),
        )
        for one in workshop.store.snapshots()
    ]
