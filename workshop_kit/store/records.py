"""The records of a workshop file, as they were written."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - whoever reads a record's types needs it
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What this workshop is about, and for whom."""

    id: str
    kit: str
    """Id of the kit its questions come from."""
    kit_version: str
    """Version of the kit when the workshop was made."""
    institution: str
    lang: str
    track: str
    created_at: dt.datetime
    keep_until: str = ""
    """Day until which answers are kept, ``YYYY-MM-DD``; empty if nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who joined, under the name they chose."""

    id: str
    """Random, so that it tells nothing about who joined when."""
    alias: str
    """What they call themselves: data, never markup, and not unique."""
    role: str
    lang: str
    joined_at: dt.datetime
    consent_until: str = ""
    """Day until which they agreed that their words are kept, ``YYYY-MM-DD``;
    empty for whoever works in the notebook itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one participant answered to one question in one round."""

    seq: int
    """Place in the log; later answers have a higher number."""
    round: int
    question: str
    participant: str
    value: Any
    """A JSON value; None takes an earlier answer back."""
    kit_version: str
    wording_hash: str
    """Hash of the words the participant saw."""
    key: str
    """Chosen by the sender, so that sending twice is recording once."""
    at: dt.datetime
    """Time of the server, in UTC; never earlier than the record before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A process that serves the participants' pages."""

    id: str
    process: str
    """By which others on the same computer can tell whether it runs."""
    beats: int
    """Signs of life so far; who still lives gives another one."""
    at: dt.datetime
    """Time of the last one, by the clock of its own computer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a participant has typed and not yet handed in."""

    participant: str
    question: str
    value: Any
    """A JSON value; None is a field that was emptied."""
    at: dt.datetime
    key: str = ""
    """Chosen by the sender, for the answer that it may become; empty if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the institution decided on one question, and why."""

    seq: int
    question: str
    value: Any
    """A JSON value; None takes an earlier decision back."""
    reason: str
    variant: str = "balanced"
    """Which wording of the clause: strict, balanced or open."""
    dissent: str = ""
    """Objections that were kept, in the words of who held them."""
    by: str
    checked_by: str = ""
    """Who compared it with the law; empty as long as nobody has."""
    checked_on: str = ""
    """Day of that check, ``YYYY-MM-DD``, or empty."""
    kit_version: str
    wording_hash: str
    key: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That what one participant had filled in was erased; their words are gone."""

    seq: int
    participant: str
    """Their id, which is all that is left of them."""
    by: str
    """Who did it: a name, or ``participant``."""
    reason: str
    """Why: ``asked`` by the participant, or ``kept until`` a day that has passed."""
    answers: int
    """How many records of the log lost their value."""
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What was done in the room; of each kind and subject the last one stands."""

    seq: int
    kind: str
    about: str
    """What it is about: a question, an idea, or empty for the room as a whole."""
    value: Any
    """A JSON value; None takes an earlier action back."""
    by: str
    key: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A rule that somebody set aside under their own name, with a reason."""

    seq: int
    rule: str
    name: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One figure of one channel over one period."""

    seq: int
    kpi: str
    kpi_version: int
    channel: str
    period: str
    value: float | None
    """In *unit*; None where there was nothing to measure, which is not zero."""
    unit: str
    n: int
    """Number of observations behind the figure."""
    source: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signoff:
    """One step of the sign-off, taken by somebody for one version of the policy."""

    seq: int
    step: str
    name: str
    role: str
    day: str
    """Day on which it was done, ``YYYY-MM-DD``."""
    note: str
    version: str
    """Version of the policy it was done for, as printed on its title page."""
    key: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The whole policy as it was at one moment, under a name."""

    seq: int
    name: str
    version: str
    kit_version: str
    program: str
    """Version of workshop-kit that made it."""
    content: Any
    """What :mod:`workshop_kit.policy.exchange` writes, as a JSON value."""
    at: dt.datetime
