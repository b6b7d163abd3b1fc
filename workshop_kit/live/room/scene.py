"""What the room is shown now: the part of a participant's page that all share."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.ballot import VOTES, kinds, parse, why
from workshop_kit.errors import N_
from workshop_kit.forms import fields
from workshop_kit.kit.conditions import condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.live.room.state import Ballot, Timer
    from workshop_kit.live.workshop import Workshop

PROTOCOL = 1
"""Version of the messages between page and server; a page of another one reloads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """
    What the room is shown, in one language.

    Attributes:
        lang: The language.
        groups: The cards that can be filled in or are just closed, in order.
        locked: Why a card takes no answer now, by ballot.
        asked: Ballots that take answers now.
        rounds: The round of each ballot in *groups*.
        gates: For a card that depends on other questions, those questions.
        decided: What the room has decided, by question.
        timer: Time for what is asked now.
        shared: The part of the message that is the same for everybody, as JSON
            without its closing brace.
    """

    lang: str
    groups: tuple[fields.Spec, ...]
    locked: Mapping[str, str]
    asked: frozenset[str]
    rounds: Mapping[str, int]
    gates: Mapping[str, frozenset[str]]
    decided: Mapping[str, Any]
    timer: Timer | None
    shared: str


def scene(workshop: Workshop, t: Translator) -> Scene:
    """Lay out what participants who read this language see now."""
    state = workshop.state
    shown = list(visible(workshop))
    active = [(b, q) for b, q in shown if b.phase != "revealed"]
    locked = {b.id: t(_LOCKED) for b, _ in active if b.phase == "closed"}
    groups = tuple(_group(b, q, t) for b, q in active)
    aspect = workshop.kit.aspect(state.aspect) if state.aspect else None
    content = {
        "type": "room",
        "title": t.pick(aspect.title) if aspect else t.pick(workshop.kit.title),
        "purpose": t.pick(aspect.purpose) if aspect else "",
        "groups": groups,
        "locked": locked,
        "results": [
            _result(workshop, b.id, t) for b, _ in shown if b.phase == "revealed"
        ],
        "focus": state.focus,
    }
    return Scene(
        lang=t.lang,
        groups=groups,
        locked=locked,
        asked=frozenset(b.id for b, _ in active if b.phase == "open"),
        rounds={b.id: b.round for b, _ in active},
        gates=_gates(workshop.kit, [b.id for b, _ in active]),
        decided={k: d.value for k, d in workshop.store.decisions().items()},
        timer=state.timer,
        shared=json.dumps(content, ensure_ascii=False, separators=(",", ":"))[:-1],
    )


def _result(workshop: Workshop, ballot_id: str, t: Translator) -> dict[str, Any]:
    from workshop_kit.live.room.results import (  # noqa: PLC0415 - see hall.WARM
        result,
    )

    return result(workshop, ballot_id, t).page(t)


_LOCKED = N_("Closed. Your answer counts as it stands.")


def visible(workshop: Workshop) -> Iterator[tuple[Ballot, Question]]:
    """Give what has been asked in the aspect of now, in the order of the kit."""
    state = workshop.state
    if not state.aspect:
        return
    for question in workshop.questions(state.aspect):
        for kind in kinds(question):
            name = question.id if kind == "answer" else f"{question.id}#{kind}"
            found = state.ballot(name)
            if found.phase == "waiting":
                continue
            yield found, workshop.question(name)
            if kind in VOTES and found.phase != "revealed":
                reason = why(question, kind)
                yield replace(found, id=reason.id), reason


def _group(ballot: Ballot, question: Question, t: Translator) -> fields.Spec:
    spec = fields.group(question, t)
    unseen = question.blind and parse(ballot.id)[1] != "ideas"
    notes = [t(_ANONYMOUS if ballot.anonymous else _UNSEEN if unseen else _SEEN)]
    if ballot.round > 1:
        notes.insert(0, t(N_("Round {n}: answer again."), n=ballot.round))
    # The field's name stays that of the question, whatever it asks about.
    return spec | {"id": ballot.id, "note": " ".join(notes)}


_ANONYMOUS = N_("Anonymous: nobody is shown who answered what.")
_UNSEEN = N_("Nobody sees your answer before the facilitator reveals the result.")
_SEEN = N_("The facilitator sees answers as they come in, without names.")


def _gates(kit: Kit, names: list[str]) -> dict[str, frozenset[str]]:
    openers: dict[str, set[str]] = {}
    for question in kit.questions():
        for option in question.options:
            for opened in option.opens:
                openers.setdefault(opened, set()).add(question.id)
    found = {}
    for name in names:
        about, kind = parse(name)
        if kind != "answer":
            continue
        question = kit.question(about)
        gates = set(openers.get(about, ()))
        if question.relevant is not None:
            gates |= set(condition(question.relevant, where=about).paths())
        if gates:
            found[name] = frozenset(gates)
    return found
