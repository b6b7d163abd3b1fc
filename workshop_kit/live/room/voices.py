"""Who answered what, and how roles differ: once it is shown, and only if it may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.ballot import VOTES, parse, voted_on
from workshop_kit.errors import N_
from workshop_kit.kit.words import in_words
from workshop_kit.live.opened import FACILITATOR

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator
    from workshop_kit.live.workshop import Workshop


def role_label(workshop: Workshop, role: str, t: Translator) -> str:
    """Return a role in words; one that the kit does not know by its id."""
    if role == FACILITATOR:
        return t(N_("Facilitator"))
    known = {each.id: each.label for each in workshop.kit.roles}
    return t.pick(known[role]) if role in known else role


def named(workshop: Workshop, ballot_id: str) -> bool:
    """Tell whether the facilitator may see now who answered what."""
    ballot = workshop.state.ballot(voted_on(ballot_id))
    shown = ballot.phase == "revealed" and not ballot.anonymous
    return shown and parse(ballot_id)[1] != "ideas"


def names(workshop: Workshop, ballot_id: str, t: Translator) -> list[dict[str, str]]:
    """
    Return who answered what in the round of now, by role and then by name.

    Returns:
        ``who``, ``role``, ``words`` and ``why``, the reason beside a vote; nothing
        before it is revealed, nor of an anonymous ballot, nor of ideas.
    """
    ballot = workshop.state.ballot(ballot_id)
    name, kind = parse(ballot_id)
    if not named(workshop, ballot_id):
        return []
    question, store = workshop.question(ballot_id), workshop.store
    people = {person.id: person for person in store.participants()}
    why: dict[str, str] = {}
    if kind in VOTES:
        reasons = store.answers(f"{name}#{kind}why", round=ballot.round)
        why = {answer.participant: str(answer.value) for answer in reasons}
    found = [
        {
            "who": people[answer.participant].alias,
            "role": role_label(workshop, people[answer.participant].role, t),
            "words": "; ".join(in_words(workshop.kit, question, answer.value, t)),
            "why": why.get(answer.participant, ""),
        }
        for answer in store.answers(ballot_id, round=ballot.round)
    ]
    return sorted(found, key=lambda one: (one["role"], one["who"].casefold()))


def by_role(workshop: Workshop, ballot_id: str, t: Translator) -> dict[str, Any] | None:
    """
    Return the tally per role, of roles with enough answers.

    Returns:
        ``head``, the roles; ``rows``, the label of each option that anybody chose
        and a cell per role; ``note``, what is counted if that is not plain;
        ``hidden``, in words which roles are not shown apart. None if it is not
        revealed or not counted, or if not one role could be shown.
    """
    from workshop_kit.deliberation.tally import (  # noqa: PLC0415 - see hall.WARM
        crossed,
        tally,
        tidy,
    )
    from workshop_kit.live.room.results import (  # noqa: PLC0415 - see hall.WARM
        COUNTED,
        option_label,
    )

    ballot, question = workshop.state.ballot(ballot_id), workshop.question(ballot_id)
    if ballot.phase != "revealed" or question.type not in COUNTED:
        return None
    people = workshop.store.participants()
    answers = workshop.store.answers(ballot_id)
    answered = {a.participant for a in answers if a.round == ballot.round}
    roles = {p.id: p.role for p in people if p.role != FACILITATOR or p.id in answered}
    long = tidy(answers, [question])
    frame = crossed(long, question, roles, in_round=ballot.round)
    whole = tally(long, question, asked=len(roles), in_round=ballot.round)
    told = frame[frame["answered"].gt(0)]
    hidden = list(dict.fromkeys(told.loc[told["suppressed"], "role"]))
    shown = list(dict.fromkeys(told.loc[~told["suppressed"], "role"]))
    if not shown:
        return None
    cells = {
        (str(row["role"]), str(row["option"])): f"{t.number(row['n'])}"
        f" ({t.number(float(row['share']) * 100, 0)}%)"
        for row in told[~told["suppressed"]].to_dict("records")
    }
    items = [str(item) for item in whole.loc[whole["n"].gt(0), "option"]]
    return {
        "head": [role_label(workshop, str(role), t) for role in shown],
        "rows": [
            {
                "label": option_label(workshop.kit, question, item, t),
                "cells": [cells.get((str(role), item), "") for role in shown],
            }
            for item in items
        ],
        "note": t(_NOTES[question.type]) if question.type in _NOTES else "",
        "hidden": _hidden([role_label(workshop, str(r), t) for r in hidden], t),
    }


_NOTES = {
    "ranking": N_("This counts how many put it first."),
    "dots": N_("This counts how many gave it any dots."),
}


def _hidden(roles: list[str], t: Translator) -> str:
    if not roles:
        return ""
    said = N_("Not shown by themselves, because too few of them answered: {roles}.")
    return t(said, roles=", ".join(roles))
