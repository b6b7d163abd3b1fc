"""What one participant may ask for: all that is kept of them, and that it goes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, AnswerError, StoreError, WorkshopError, argument
from workshop_kit.live.room.voices import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workshop_kit.i18n import Translator
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Erasure, Participant

ASKED, EXPIRED = "asked", "kept until"
"""Reasons of an erasure: the participant wants it, or the day has passed."""

SELF = "participant"
"""Who erases: whoever it is about."""

_SHORTEST = 5
"""Characters below which equal words say nothing about where they come from."""


def kept_until(workshop: Workshop, who: Participant) -> dt.date:
    """
    Return the day until which the answers of one participant are kept.

    What they agreed to when they joined, or what the workshop says now if that is
    earlier; a day that is put off later does not hold for them.
    """
    now = workshop.keep_until()
    agreed = who.consent_until
    return min(now, dt.date.fromisoformat(agreed)) if agreed else now


def due(workshop: Workshop, today: dt.date) -> list[Participant]:
    """Return whose answers are kept longer than was agreed."""
    return [
        who
        for who in workshop.store.participants()
        if kept_until(workshop, who) < today
    ]


def reminder(workshop: Workshop, today: dt.date) -> WorkshopError | None:
    """Return what to say to whoever leads if answers are kept too long."""
    late, place = due(workshop, today), workshop.store.path
    if not late:
        return None
    return WorkshopError(
        N_(
            "Answers are kept longer than was agreed (until {day}; participants: {n})."
            " Erase them with: workshop-kit forget {file}"
        ),
        n=len(late),
        day=min(kept_until(workshop, who) for who in late).isoformat(),
        file=argument(place.name if isinstance(place, Path) else place),
    )


def person(workshop: Workshop, participant: str) -> Participant:
    """
    Return who has an id.

    Raises:
        StoreError: If nobody has, or they were erased.
    """
    for who in workshop.store.participants():
        if who.id == participant:
            return who
    raise StoreError(
        N_("Nobody in this workshop has the id “{participant}”."),
        where=str(workshop.store.path),
        fix=N_("“workshop-kit person list” names everybody."),
        participant=participant,
    )


def everything(
    workshop: Workshop, who: Participant, t: Translator, *, own: bool
) -> dict[str, Any]:
    """
    Return all that the file holds about one participant, as JSON.

    Args:
        workshop: The workshop.
        who: The participant.
        t: Language of the questions.
        own: Whether it is for themselves. Otherwise what the facilitator is not
            shown with a name is left out and only counted: drafts, and answers
            that are anonymous or not revealed.
    """
    log = workshop.store.answer_log(who.id)
    drafts = [*workshop.store.drafts(who.id).values()]
    told = [a for a in log if own or named(workshop, a.question)]
    kept = drafts if own else []
    record = workshop.store.workshop()
    return {
        "workshop": {
            "id": record.id,
            "kit": record.kit,
            "institution": workshop.institution(),
        },
        "participant": {
            "id": who.id,
            "name": who.alias,
            "role": who.role,
            "language": who.lang,
            "joined_at": who.joined_at.isoformat(),
            "agreed_until": who.consent_until,
        },
        "kept_until": kept_until(workshop, who).isoformat(),
        "answers": [
            {
                "question": a.question,
                "asked": _asked(workshop, a.question, t),
                "round": a.round,
                "value": a.value,
                "kit_version": a.kit_version,
                "wording_hash": a.wording_hash,
                "key": a.key,
                "at": a.at.isoformat(),
            }
            for a in told
        ],
        "drafts": [
            {
                "question": d.question,
                "asked": _asked(workshop, d.question, t),
                "value": d.value,
                "key": d.key,
                "at": d.at.isoformat(),
            }
            for d in kept
        ],
        "connected": who.id in workshop.store.present(),
        "quoted": quoted(workshop, who, t, own=own),
        "left_out": len(log) + len(drafts) - len(told) - len(kept),
    }


def _asked(workshop: Workshop, ballot: str, t: Translator) -> str:
    try:
        return t.pick(workshop.question(ballot).label)
    except AnswerError:  # the kit may have lost it; the answer is still theirs
        return ""


def erase(workshop: Workshop, who: Participant, *, by: str, reason: str) -> Erasure:
    """
    Erase what a participant filled in and who they were, to the last byte.

    Decisions, kept versions and what was exported stay as they are; see
    :func:`quoted` for where their words stand in them.

    Raises:
        StoreError: If it cannot be done, or if another program holds the file; it
            is then on record, and doing it again cleans the disk.
    """
    made = workshop.store.erase(who.id, by=by, reason=reason)
    workshop.store.scrub()
    return made


def forget(workshop: Workshop, *, by: str, today: dt.date) -> list[Erasure]:
    """
    Erase everybody whose answers were to be kept until a day that has passed.

    Raises:
        StoreError: As in :func:`erase`.
    """
    made = [
        workshop.store.erase(
            who.id, by=by, reason=f"{EXPIRED} {kept_until(workshop, who)}"
        )
        for who in due(workshop, today)
    ]
    # Also if nobody was due: it may not have worked the last time.
    workshop.store.scrub()
    return made


# ------------------------------------------------------------------- quotations


def quoted(
    workshop: Workshop, who: Participant, t: Translator, *, own: bool
) -> list[str]:
    """
    Return where the literal words of a participant stand beside their answers.

    Args:
        workshop: The workshop.
        who: The participant.
        t: Language of the places.
        own: As in :func:`everything`; nobody else learns here who wrote what.
    """
    known = {option.id for q in workshop.kit.questions() for option in q.options}
    answers = [
        a
        for a in workshop.store.answer_log(who.id)
        if own or named(workshop, a.question)
    ]
    theirs = {_plain(text) for a in answers for text in _texts(a.value, known)}
    theirs |= {_plain(who.alias)}
    searched = {words for words in theirs if len(words) >= _SHORTEST}
    return [
        place
        for place, value in _places(workshop, t)
        if any(_shared(searched, _plain(text)) for text in _texts(value, known))
    ]


def _shared(searched: set[str], text: str) -> bool:
    padded = f" {text} "
    return len(text) >= _SHORTEST and any(
        f" {words} " in padded or padded in f" {words} " for words in searched
    )


def _places(workshop: Workshop, t: Translator) -> Iterator[tuple[str, Any]]:
    store = workshop.store
    for one in store.decision_log():
        asked = _asked(workshop, one.question, t) or one.question
        where = t(
            N_("Decision on “{question}”, {day}"), question=asked, day=_day(one.at)
        )
        yield where, [one.value, one.reason, one.dissent, one.by, one.checked_by]
    for action in store.action_log():
        if action.kind in _ACTIONS and action.value is not None:
            where = t(_ACTIONS[action.kind], about=action.about, day=_day(action.at))
            yield where, action.value
    for waiver in store.waivers().values():
        yield t(N_("Waiver of {rule}"), rule=waiver.rule), [waiver.name, waiver.reason]
    for sign in store.signoffs():
        where = t(N_("Sign-off of {day}"), day=sign.day)
        yield where, [sign.name, sign.role, sign.note]
    for kept in store.snapshots():
        yield t(N_("Kept version “{name}”"), name=kept.name), kept.content


_ACTIONS = {
    "option": N_("Option {about}, added on {day}"),
    "proposal": N_("Proposal on {about}, {day}"),
    "parked": N_("Parked point, {day}"),
    "idea": N_("Name of a cluster, {day}"),
}


def _day(moment: dt.datetime) -> str:
    return moment.date().isoformat()


def _texts(value: Any, known: set[str]) -> Iterator[str]:
    if isinstance(value, str):
        if value not in known:
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item, known)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, known)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
