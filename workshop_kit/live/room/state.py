"""Where the room stands: the facilitator's actions folded into one picture."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from workshop_kit.deliberation.promoted import promoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.kit.model import Option
    from workshop_kit.store.records import Action

Phase = Literal["waiting", "open", "closed", "revealed"]
"""What a ballot is in: not yet asked, being answered, closed, shown to the room."""

FACILITATED = frozenset(
    {"focus", "ballot", "anonymous", "timer", "idea", "option", "proposal", "parked"}
)
"""Kinds of actions that a facilitator does in the room; the others run the house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """
    How far the room is with one ballot: a question, or a vote about it.

    Attributes:
        id: ``goals.which`` or ``goals.which#consent``; see
            :mod:`workshop_kit.deliberation.ballot`.
        phase: Answers are taken while it is open, and shown once it is revealed.
        round: From 1; a new round starts empty.
        anonymous: Nobody is ever shown who answered what.
        seq: Place in the log of the last action on it; 0 if there was none.
    """

    id: str
    phase: Phase = "waiting"
    round: int = 1
    anonymous: bool = False
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """What the facilitator did with an idea: hidden, merged, put in a cluster."""

    hidden: bool = False
    into: str = ""
    cluster: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """
    Time for what is asked now.

    Attributes:
        ends_at: When it is over, by the clock of this computer, in UTC.
        seconds: How long it was set for.
    """

    ends_at: dt.datetime
    seconds: int

    def left(self, now: dt.datetime) -> int:
        """Return the whole seconds that are left, 0 when it is over."""
        return max(0, round((self.ends_at - now).total_seconds()))

    def seen(self, now: dt.datetime) -> dict[str, int]:
        """Return it as pages are told: seconds left, which they count down."""
        return {"left": self.left(now), "of": self.seconds}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """
    How people get in.

    Attributes:
        code: 8 characters that can be typed without mistaking one for another.
        link: 128 random bits, for the QR code.
        projector: 128 random bits, for the page on the wall.
        expires_at: From when neither code nor link lets anybody in.
        most: How many people may join in all.
    """

    code: str
    link: str
    projector: str
    expires_at: dt.datetime
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """
    The process that was the last to start serving the participants' pages.

    Attributes:
        id: Its own.
        port: It listens on.
        pid: Of the process.
        secure: Whether that is by https.
        public: Where participants reach it, such as ``https://museum.example``;
            empty if that is its own address.
    """

    id: str
    port: int
    pid: int
    secure: bool
    public: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    All that was done in the room, as it stands.

    Attributes:
        aspect: Id of the aspect the room is at; empty before the first.
        focus: Id of the ballot in focus; empty for none.
        ballots: Those that something was done with, by id.
        options: Ideas that became options of a question, by question.
        proposals: What is put to the vote, in words, by question.
        parked: What was put aside for later, by id.
        address: The address that the facilitator picked; empty for the first.
    """

    aspect: str = ""
    focus: str = ""
    ballots: Mapping[str, Ballot] = field(default_factory=dict)
    timer: Timer | None = None
    ideas: Mapping[str, Idea] = field(default_factory=dict)
    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    proposals: Mapping[str, str] = field(default_factory=dict)
    parked: Mapping[str, str] = field(default_factory=dict)
    access: Access | None = None
    host: Host | None = None
    address: str = ""

    def ballot(self, ballot_id: str) -> Ballot:
        """Return how far the room is with a ballot, also one never asked."""
        return self.ballots.get(ballot_id) or Ballot(id=ballot_id)


def fold(actions: Mapping[tuple[str, str], Action]) -> State:
    """
    Return where the room stands.

    Args:
        actions: The actions that stand, of
            :meth:`workshop_kit.store.store.Store.actions`.
    """
    kinds: dict[str, dict[str, Any]] = {}
    for (kind, about), action in actions.items():
        kinds.setdefault(kind, {})[about] = action.value
    focus = kinds.get("focus", {}).get("") or {}
    return State(
        aspect=focus.get("aspect", ""),
        focus=focus.get("ballot", ""),
        ballots=_ballots(actions),
        timer=_timer(kinds.get("timer", {}).get("")),
        ideas=_ideas(actions),
        options=promoted(actions.values()),
        proposals=kinds.get("proposal", {}),
        parked=kinds.get("parked", {}),
        access=_access(kinds.get("access", {}).get("")),
        host=_host(kinds.get("host", {}).get("")),
        address=kinds.get("address", {}).get("") or "",
    )


def _ballots(actions: Mapping[tuple[str, str], Action]) -> dict[str, Ballot]:
    names = {about for kind, about in actions if kind in {"ballot", "anonymous"}}
    found = {}
    for name in names:
        stage = actions.get(("ballot", name))
        said = stage.value if stage else {}
        found[name] = Ballot(
            id=name,
            phase=said.get("phase", "waiting"),
            round=said.get("round", 1),
            anonymous=("anonymous", name) in actions,
            seq=stage.seq if stage else 0,
        )
    return found


def _ideas(actions: Mapping[tuple[str, str], Action]) -> dict[str, Idea]:
    """Return ideas by id; of what would merge them in a circle the last is left out."""
    found: dict[str, Idea] = {}
    for action in sorted(actions.values(), key=lambda action: action.seq):
        if action.kind != "idea":
            continue
        idea, end = Idea(**action.value), action.value["into"]
        while end and end != action.about:
            end = found[end].into if end in found else ""
        found[action.about] = replace(idea, into="") if end else idea
    return found


def _timer(said: Any) -> Timer | None:
    if not said:
        return None
    ends_at = dt.datetime.fromisoformat(said["ends_at"])
    return Timer(ends_at=ends_at, seconds=said["seconds"])


def _access(said: Any) -> Access | None:
    if not said:
        return None
    return Access(
        **{**said, "expires_at": dt.datetime.fromisoformat(said["expires_at"])}
    )


def _host(said: Any) -> Host | None:
    return Host(**said) if said else None
