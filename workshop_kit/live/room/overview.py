"""What the facilitator's panel shows now, as JSON; blind until it is revealed."""

from __future__ import annotations

import base64
import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from workshop_kit.deliberation.ballot import kinds, parse
from workshop_kit.errors import N_
from workshop_kit.kit.words import in_words
from workshop_kit.live.opened import FACILITATOR
from workshop_kit.live.room import voices
from workshop_kit.live.room.access import interfaces, join_url, qr, spaced
from workshop_kit.live.room.agenda import agenda
from workshop_kit.live.room.results import ideas, result
from workshop_kit.live.room.wall import address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Question
    from workshop_kit.live.room.state import Ballot
    from workshop_kit.live.workshop import Workshop

NOTICES = 3
"""How many lines about trouble at the participants' pages are shown."""


def overview(
    workshop: Workshop,
    aspects: Sequence[str],
    t: Translator,
    *,
    running: bool | None,
    memory: dict[str, Any],
) -> dict[str, Any]:
    """
    Return what a panel shows.

    Of an answer nothing is in it before its ballot is revealed, unless the kit says
    that the question need not be blind; ideas are there as they come, without who
    had them.

    Args:
        workshop: The workshop, refreshed.
        aspects: Those that this panel leads; none for one that only lets people in.
        t: Its language.
        running: Whether the participants' page answers; None if nobody has looked.
        memory: Kept by the caller from one time to the next, empty at first: a
            large result takes longer than all the rest, and rarely changes.

    A panel that leads all parts has the agenda too.
    """
    shown = {
        "join": _join(workshop, t, running=running),
        "here": _here(workshop, t),
        "notices": _notices(workshop, t),
    }
    return shown | (_now(workshop, aspects, t, memory) if aspects else {})


# ------------------------------------------------------------------ letting in


def _join(workshop: Workshop, t: Translator, *, running: bool | None) -> dict[str, Any]:
    access, base = workshop.state.access, address(workshop)
    found = {"running": running, "ready": access is not None and base is not None}
    if access is None or base is None:
        return found
    url, host = join_url(base, access), workshop.state.host
    # There is nothing to choose from where a proxy has the address.
    known = {} if host is None or host.public else interfaces()
    return found | {
        "address": base.partition("//")[2],
        "url": url,
        "qr": _picture(url),
        "code": spaced(access.code),
        "wall": f"{host.local() if host else base}/show/{access.projector}",
        "expired": access.expires_at <= dt.datetime.now(dt.UTC),
        "until": t.time(access.expires_at.astimezone()),
        "addresses": [
            {"id": place, "label": f"{place} – {name}"} for place, name in known.items()
        ],
        "picked": (urlsplit(base).hostname or "") if known else "",
    }


@lru_cache(maxsize=8)
def _picture(url: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(qr(url)).decode()


def _here(workshop: Workshop, t: Translator) -> dict[str, Any]:
    people = [p for p in workshop.store.participants() if p.role != FACILITATOR]
    present = workshop.store.present() & {person.id for person in people}
    roles: dict[str, list[str]] = {role.id: [] for role in workshop.kit.roles}
    for person in people:
        roles.setdefault(person.role, []).append(person.id)
    return {
        "n": len(present),
        "joined": len(people),
        "said": t(N_("{n} of {joined} connected"), n=len(present), joined=len(people)),
        "roles": [
            {
                "id": role,
                "label": voices.role_label(workshop, role, t),
                "n": f"{len(present & set(members))} / {len(members)}",
            }
            for role, members in roles.items()
            if members
        ],
    }


def _notices(workshop: Workshop, t: Translator) -> list[dict[str, str]]:
    return [
        {
            "id": str(notice.seq),
            "at": t.time(notice.at.astimezone()),
            "words": t(notice.value["message"], **notice.value["slots"]),
        }
        for notice in reversed(workshop.store.action_log("notice", last=NOTICES))
        if notice.value
    ]


# ---------------------------------------------------------------------- asking

PHASES = {
    "waiting": N_("not asked yet"),
    "open": N_("open now"),
    "closed": N_("closed"),
    "revealed": N_("revealed"),
}

KINDS = {
    "answer": N_("The question"),
    "ideas": N_("Ideas"),
    "dots": N_("Dots"),
    "consent": N_("Consent"),
    "fist": N_("Fist to five"),
}


def _now(
    workshop: Workshop, aspects: Sequence[str], t: Translator, memory: dict[str, Any]
) -> dict[str, Any]:
    state = workshop.state
    aspect = state.aspect if state.aspect in aspects else aspects[0]
    questions = [q for q in workshop.questions(aspect) if q.type != "note"]
    about = parse(state.focus)[0]
    here = next((q for q in questions if q.id == about), None)
    # A ballot of an aspect that another panel leads is in nobody's way here.
    ballot = state.ballot(state.focus) if here else None
    focus = None
    if here is not None and ballot is not None:
        focus = _focus(workshop, here, ballot, t)
        focus |= _shown(workshop, ballot, t, memory)
    every = [each.id for each in workshop.kit.aspects]
    following = _next(workshop, aspects, aspect, here)
    return {
        "agenda": agenda(workshop, t, memory, now=dt.datetime.now(dt.UTC))
        if list(aspects) == every
        else None,
        "aspect": aspect,
        "questions": [
            {
                "id": question.id,
                "label": t.pick(question.label),
                "phase": state.ballot(question.id).phase,
                "phase_words": _how_far(workshop, state.ballot(question.id), t),
                "here": question is here,
            }
            for question in questions
        ],
        "next": following[1],
        "next_aspect": following[0],
        "waiting": any(
            state.ballot(q.id).phase == "waiting" and q.stage == "workshop"
            for q in questions
        ),
        "focus": focus,
        "timer": _timer(workshop),
        "ideas": _ideas(workshop, here) if here else [],
        "parked": [{"id": k, "words": v} for k, v in state.parked.items()],
    }


def _how_far(workshop: Workshop, ballot: Ballot, t: Translator) -> str:
    """Say in which phase a question is, and how many have answered while it is open."""
    words = t(PHASES[ballot.phase])
    if ballot.phase != "open":
        return words
    answered = workshop.store.answered(ballot.id, ballot.round)
    people = max(answered, len(workshop.store.present()))
    return f"{words} · {t(N_('{n} of {of}'), n=answered, of=people)}"


def _next(
    workshop: Workshop, aspects: Sequence[str], aspect: str, here: Question | None
) -> tuple[str, str]:
    """Return part and question that come next, or empty; also in a later part."""
    ids = [
        (part, question.id)
        for part in aspects[list(aspects).index(aspect) :]
        for question in workshop.questions(part)
        if question.type != "note"
    ]
    if here is not None:
        ids = ids[ids.index((aspect, here.id)) + 1 :]
    return ids[0] if ids else ("", "")


def _focus(
    workshop: Workshop, about: Question, ballot: Ballot, t: Translator
) -> dict[str, Any]:
    question = workshop.question(ballot.id)
    answered = workshop.store.answered(ballot.id, ballot.round)
    people = max(answered, len(workshop.store.present()))
    minutes = about.minutes.get(workshop.track)
    return {
        "ballot": ballot.id,
        "question": about.id,
        "label": t.pick(question.label),
        "about": "" if question.id == about.id else t.pick(about.label),
        "hint": t.pick(question.hint),
        "script": t.pick(about.script),
        "kind": parse(ballot.id)[1],
        "kinds": _kinds(workshop, about, t),
        "phase": ballot.phase,
        "phase_words": t(PHASES[ballot.phase]),
        "round": ballot.round,
        "anonymous": ballot.anonymous,
        "blind": question.blind,
        "seen": ballot.seq,
        "steps": steps(ballot, decided=about.id in workshop.store.decisions()),
        "said": t(N_("{n} of {people} answered"), n=answered, people=people),
        "part": round(100 * answered / people) if people else 0,
        "minutes": t.number(minutes) if minutes else "",
        "promotes": bool(about.options),
        "proposal": workshop.state.proposals.get(about.id, ""),
        "decision": _decision(workshop, about, t),
    }


def _kinds(workshop: Workshop, about: Question, t: Translator) -> list[dict[str, Any]]:
    found = []
    for kind in kinds(about):
        name = about.id if kind == "answer" else f"{about.id}#{kind}"
        phase = workshop.state.ballot(name).phase
        words = "" if phase == "waiting" else t(PHASES[phase])
        found.append({"id": name, "label": t(KINDS[kind]), "phase_words": words})
    return found


def steps(ballot: Ballot, *, decided: bool) -> list[str]:
    """
    Return the buttons that make sense now; the first is the next step.

    Args:
        ballot: What is in front of the room.
        decided: Whether its question has been decided.
    """
    return {
        "waiting": ["open"],
        "open": ["close", "reveal"],
        "closed": ["reveal", "reopen", "next_round"],
        "revealed": [
            *([] if decided else ["settle"]),
            *("next", "next_round", "reopen"),
        ],
    }[ballot.phase] + (
        [] if ballot.anonymous or ballot.phase == "revealed" else ["anonymous"]
    )


def _shown(
    workshop: Workshop, ballot: Ballot, t: Translator, memory: dict[str, Any]
) -> dict[str, Any]:
    """Return what was answered, as far as it may be seen at this moment."""
    question, store, state = (
        workshop.question(ballot.id),
        workshop.store,
        workshop.state,
    )
    if ballot.phase != "revealed" and (question.blind or ballot.phase == "waiting"):
        return {"result": None, "names": [], "roles": None}
    rests_on = (
        *(ballot, state.ideas, state.options, len(store.participants())),
        store.revision() if ballot.phase != "revealed" else 0,
    )
    if memory.get("rests_on") != rests_on:
        memory["rests_on"] = rests_on
        memory["shown"] = {
            "result": result(workshop, ballot.id, t).page(t),
            "names": voices.names(workshop, ballot.id, t),
            "roles": voices.by_role(workshop, ballot.id, t),
        }
    shown: dict[str, Any] = memory["shown"]
    return shown


def _ideas(workshop: Workshop, about: Question) -> list[dict[str, Any]]:
    """Return ideas as they come; own words in an answer only once they are shown."""
    places = [f"{about.id}#ideas"]
    phase = workshop.state.ballot(about.id).phase
    if phase == "revealed" or (not about.blind and phase != "waiting"):
        places.append(about.id)
    return [
        {
            "id": idea.id,
            "text": idea.text,
            "n": idea.n,
            "hidden": idea.done.hidden,
            "into": idea.done.into,
            "cluster": idea.done.cluster,
        }
        for place in places
        for idea in ideas(workshop, place)
    ]


def _decision(
    workshop: Workshop, about: Question, t: Translator
) -> dict[str, Any] | None:
    made = workshop.store.decisions().get(about.id)
    if made is None:
        return None
    return {
        "seen": made.seq,
        "words": "; ".join(in_words(workshop.kit, about, made.value, t)),
        "reason": made.reason,
        "at": t.time(made.at.astimezone()),
    }


def _timer(workshop: Workshop) -> dict[str, Any] | None:
    timer = workshop.state.timer
    if timer is None:
        return None
    # The seconds that are left are filled in when it is published.
    return {"ends_at": timer.ends_at.isoformat(), "of": timer.seconds}
