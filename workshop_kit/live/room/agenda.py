"""The agenda: parts in order, what is decided and contested, and the time for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

from workshop_kit.deliberation.ballot import kinds
from workshop_kit.deliberation.leading import leading
from workshop_kit.errors import N_
from workshop_kit.live.room.agreed import verdict
from workshop_kit.live.room.state import FACILITATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Question
    from workshop_kit.live.room.state import Ballot
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Action, Decision

Standing = Literal["decided", "dissent", "contested", "open", "later", "depends"]

PAUSE = dt.timedelta(minutes=20)
"""The longest that counts between two things a facilitator does: more is a break."""

STANDINGS: Mapping[Standing, str] = {
    "decided": N_("decided"),
    "dissent": N_("decided, with dissent"),
    "contested": N_("contested"),
    "open": N_("not decided"),
    "later": N_("for later"),
    "depends": N_("depends on another answer"),
}


def agenda(
    workshop: Workshop, t: Translator, memory: dict[str, Any], *, now: dt.datetime
) -> dict[str, Any]:
    """
    Return the whole workshop at a glance, with every number in words.

    Args:
        workshop: The workshop, refreshed.
        t: Its language.
        memory: Kept by the caller from one time to the next, empty at first.
        now: Until when the time of the part in front of the room counts.
    """
    where = standings(workshop, memory)
    seconds = _spent_until(workshop, memory, now)
    state, asked = workshop.state, _asked(workshop)
    steps = [
        _step(aspect.id, asked[aspect.id], where, seconds.get(aspect.id, 0.0), workshop)
        | {"label": t.pick(aspect.title), "here": aspect.id == state.aspect}
        for aspect in workshop.kit.aspects
    ]
    total = _total(steps)
    slots = {k: t.number(v) for k, v in total.items()}
    return {
        "brief": t(N_("{decided} of {of} decided · {spent} of {planned} min"), **slots),
        "time": t(
            N_(
                "{planned} minutes planned, {spent} spent, {left} left. What is still"
                " open asks for {needed}."
            ),
            **slots,
        ),
        "steps": [_in_words(step, t) for step in steps],
        "questions": [
            {
                "id": question.id,
                "aspect": aspect.id,
                "label": t.pick(question.label),
                "step": t.pick(aspect.title),
                "standing": where[question.id],
                "words": t(STANDINGS[where[question.id]]),
            }
            for aspect in workshop.kit.aspects
            for question in asked[aspect.id]
        ],
    }


def _asked(workshop: Workshop) -> dict[str, list[Question]]:
    """Return the questions of the track by aspect, without notes."""
    return {
        aspect.id: [q for q in workshop.questions(aspect.id) if q.type != "note"]
        for aspect in workshop.kit.aspects
    }


def _step(
    name: str,
    questions: Sequence[Question],
    where: Mapping[str, Standing],
    seconds: float,
    workshop: Workshop,
) -> dict[str, Any]:
    track = workshop.track
    every = [q for q in workshop.questions(name) if track in q.minutes]
    counted = [q for q in questions if where[q.id] != "depends"]
    # As in the programme: notes take time too, and what depends on an answer may.
    planned = sum(q.minutes[track] for q in every if q.stage == "workshop")
    needed = [q for q in counted if where[q.id] in {"contested", "open"}]
    decided = sum(where[q.id] in {"decided", "dissent"} for q in counted)
    contested = sum(where[q.id] == "contested" for q in counted)
    spent = round(seconds / 60)
    return {
        "id": name,
        "of": len(counted),
        "decided": decided,
        "contested": contested,
        "open": len(counted) - decided - contested,
        "planned": planned,
        "spent": spent,
        "left": max(0, planned - spent),
        "needed": sum(q.minutes[track] for q in needed if q.stage == "workshop"),
    }


_SUMMED = ("of", "decided", "planned", "spent", "needed")
_COUNTED = ("of", "decided", "contested", "open", "planned", "spent", "left")


def _total(steps: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    total = {name: sum(step[name] for step in steps) for name in _SUMMED}
    return total | {"left": max(0, total["planned"] - total["spent"])}


def _in_words(step: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    part = round(100 * step["decided"] / step["of"]) if step["of"] else 0
    counts = {name: t.number(step[name]) for name in _COUNTED}
    return {"id": step["id"], "label": step["label"], "here": step["here"]} | {
        **counts,
        "part": part,
    }


# ------------------------------------------------------- what is decided, contested


def standings(workshop: Workshop, memory: dict[str, Any]) -> dict[str, Standing]:
    """
    Return where each question of the track stands, notes left out.

    A question is contested when what the room was shown last about it is not
    agreement, and nothing has been decided. Of a ballot that is not revealed
    nothing is told.
    """
    store = workshop.store
    made = store.decisions()
    key = (store.last_decision(), workshop.track, workshop.state.options)
    if memory.get("undecided_for") != key:
        memory["undecided_for"] = key
        memory["undecided"] = {question.id for question in workshop.undecided()}
    return {
        question.id: _standing(workshop, question, made.get(question.id), memory)
        for questions in _asked(workshop).values()
        for question in questions
    }


def _standing(
    workshop: Workshop,
    question: Question,
    made: Decision | None,
    memory: dict[str, Any],
) -> Standing:
    if made is not None:
        return "dissent" if made.dissent else "decided"
    if question.id not in memory["undecided"]:
        return "depends"
    shown = _last_shown(workshop, question)
    if shown is not None and _contested(workshop, shown, memory):
        return "contested"
    return "open" if question.stage == "workshop" else "later"


def _last_shown(workshop: Workshop, question: Question) -> Ballot | None:
    """Return what the room was shown last about a question, if it is still shown."""
    ballots = [
        workshop.state.ballot(
            question.id if kind == "answer" else f"{question.id}#{kind}"
        )
        for kind in kinds(question)
        if kind != "ideas"
    ]
    last = max(ballots, key=lambda ballot: ballot.seq)
    return last if last.phase == "revealed" else None


def _contested(workshop: Workshop, ballot: Ballot, memory: dict[str, Any]) -> bool:
    """Tell whether a revealed ballot shows no agreement; looked at once."""
    known = memory.setdefault("contested", {})
    # Nobody answers a revealed ballot, but an answer of somebody can be erased.
    key = (ballot, workshop.state.options, workshop.store.last_erasure())
    if known.get(ballot.id, (None,))[0] != key:
        known[ballot.id] = (key, _disagreed(workshop, ballot))
    found: bool = known[ballot.id][1]
    return found


def _disagreed(workshop: Workshop, ballot: Ballot) -> bool:
    found = verdict(workshop, ballot.id)
    if found is not None:
        return found.reached is False or found.tied
    answers = workshop.store.answers(ballot.id, round=ballot.round)
    return len(leading(workshop.question(ballot.id), answers).proposals) > 1


# --------------------------------------------------------------------------- time


def _spent_until(
    workshop: Workshop, memory: dict[str, Any], now: dt.datetime
) -> dict[str, float]:
    store = workshop.store
    key = store.last_action(), store.last_decision()
    if memory.get("done_until") != key:
        memory["done_until"] = key
        memory["done"] = _deeds(store.action_log(), store.decision_log())
    return spent(memory["done"], now)


def _deeds(
    actions: Iterable[Action], decisions: Iterable[Decision]
) -> list[tuple[dt.datetime, str | None]]:
    """Return when a facilitator did something, and the part it turned to, if any."""
    done: list[tuple[dt.datetime, str | None]] = [
        (a.at, (a.value or {}).get("aspect", "") if a.kind == "focus" else None)
        for a in actions
        if a.kind in FACILITATED
    ]
    return sorted([*done, *((d.at, None) for d in decisions)], key=lambda one: one[0])


def spent(
    done: Iterable[tuple[dt.datetime, str | None]], now: dt.datetime
) -> dict[str, float]:
    """
    Return the seconds that each part was in front of the room.

    Args:
        done: When a facilitator did something, in order, with the part that was
            turned to; None where the room stayed where it was.
        now: Until when the last one counts.

    Returns:
        Aspect id → seconds. A stretch in which nothing was done counts for at most
        :data:`PAUSE`; before the first part no time is counted.
    """
    found: dict[str, float] = {}
    part, since = "", now
    for at, turned in [*done, (now, None)]:
        if part:
            stretch = min(max(at - since, dt.timedelta()), PAUSE)
            found[part] = found.get(part, 0.0) + stretch.total_seconds()
        part, since = part if turned is None else turned, at
    return found
