"""What the page on the wall shows: how to join, what is asked, how many answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.ballot import VOTES, parse
from workshop_kit.errors import N_
from workshop_kit.export.card import Invitation
from workshop_kit.live.room.access import base_url, interfaces, join_url, qr, spaced

if TYPE_CHECKING:
    import datetime as dt

    from workshop_kit.i18n import Translator
    from workshop_kit.live.workshop import Workshop


def view(workshop: Workshop, t: Translator, *, now: dt.datetime) -> dict[str, Any]:
    """
    Return what the wall shows now, as JSON; nothing of an answer before it is shown.

    Args:
        workshop: The workshop.
        t: Its language.
        now: For the seconds that are left.
    """
    state = workshop.state
    aspect = workshop.kit.aspect(state.aspect) if state.aspect else None
    timer = state.timer
    return {
        "type": "wall",
        "lang": t.lang,
        "title": t.pick(aspect.title if aspect else workshop.kit.title),
        "join": _join(workshop),
        "here": len(workshop.store.present()),
        "ballot": _ballot(workshop, t) if state.focus else None,
        "timer": timer and timer.seen(now),
    }


def _join(workshop: Workshop) -> dict[str, str] | None:
    access, base = workshop.state.access, address(workshop)
    if access is None or base is None:
        return None
    return {"address": base.partition("//")[2], "code": spaced(access.code)}


def invitation(workshop: Workshop, *, now: dt.datetime) -> Invitation | None:
    """Return the way in as it is printed; None if there is none at this moment."""
    held, base = workshop.state.access, address(workshop)
    if held is None or base is None or held.expires_at <= now:
        return None
    return Invitation(
        address=base.partition("//")[2],
        code=spaced(held.code),
        svg=qr(join_url(base, held)).decode(),
        until=held.expires_at,
    )


def address(workshop: Workshop) -> str | None:
    """Return where participants find the room; None if nothing serves it."""
    state = workshop.state
    if state.host is None:
        return None
    if state.host.public:
        return state.host.local()
    known = list(interfaces())
    picked = state.address if state.address in known else known[0]
    here = base_url(picked, state.host.port, secure=state.host.secure)
    return here + state.host.prefix


def _ballot(workshop: Workshop, t: Translator) -> dict[str, Any]:
    from workshop_kit.live.room.results import (  # noqa: PLC0415 - see hall.WARM
        result,
    )

    state = workshop.state
    ballot = state.ballot(state.focus)
    question = workshop.question(state.focus)
    name, kind = parse(state.focus)
    about = workshop.kit.question(name)
    answered = workshop.store.answered(ballot.id, ballot.round)
    people = max(answered, len(workshop.store.present()))
    said = t(N_("{n} of {people} answered"), n=answered, people=people)
    shown = ballot.phase == "revealed"
    return {
        "id": ballot.id,
        "label": t.pick(question.label),
        "hint": t.pick(question.hint),
        "about": t.pick(about.label) if kind in VOTES else "",
        "phase": ballot.phase,
        "round": ballot.round,
        "said": said,
        "part": round(100 * answered / people) if people else 0,
        "result": result(workshop, ballot.id, t).page(t) if shown else None,
    }
