"""The policy as plain data in one language, before any document is made of it."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - whoever reads a policy back needs its types
from dataclasses import dataclass

from workshop_kit.kit.model import Severity  # noqa: TC001 - see above


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of texts; every row is as long as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """
    What one decision says in the policy.

    Attributes:
        question: Id of the question decided.
        label: The question itself, to name it in annexes and tables.
        text: The sentence, or the lead-in to *items*, *grid* or *prose*; may be "".
        items: Clauses or things listed under the text.
        ordered: Whether the order of the items means something.
        prose: Words of the room, in Markdown.
        checked: Who checked it against the law and when, in words; "" if nobody.
    """

    question: str
    label: str
    text: str = ""
    items: tuple[str, ...] = ()
    ordered: bool = False
    grid: Grid | None = None
    prose: str = ""
    checked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A section of the policy with what was decided for it."""

    id: str
    title: str
    intro: str
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    What a lint rule found.

    Attributes:
        fix: Labels of the questions whose decision can settle it.
        waived: Why it is accepted and by whom, in words; "" if it is not.
    """

    rule: str
    severity: Severity
    message: str
    fix: tuple[str, ...] = ()
    waived: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """
    Why something was decided, and who saw it otherwise.

    Attributes:
        question: Id of the question decided.
    """

    label: str
    decision: str
    reason: str
    dissent: str
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A step of the sign-off that somebody took for this version."""

    step: str
    name: str
    role: str
    day: dt.date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """
    An indicator beside what was measured of it.

    Attributes:
        name: Of the indicator, with its channel.
        target: With its day, in words; "" if there is none.
        verdict: Where the target lies, in a sentence.
        evidence: What the verdict rests on, a sentence each.
        svg: Figure of its months.
        alt: What the figure shows, for who does not see it.
        caption: What the figure is and where it is from.
        values: The values of the figure, a column per year.
    """

    name: str
    target: str
    verdict: str
    evidence: tuple[str, ...]
    svg: str
    alt: str
    caption: str
    values: Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """
    A day on which something is measured.

    Attributes:
        kind: One of :data:`workshop_kit.policy.calendar.TITLES`.
        day: None for a moment that cannot be planned, as after an incident.
        title: What is done.
        figures: Which indicators, in words; empty for all of them.
        owners: Who collects them, in order of appearance.
        id: What it is, whatever its day and words, so that a diary knows it again.
    """

    kind: str
    day: dt.date | None
    title: str
    figures: tuple[str, ...]
    owners: tuple[str, ...]
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """
    What a sample of comments says that people coded by hand.

    Attributes:
        source: The file.
        borrowed: Whether the comments are made up, as a sample, and not our own.
        words: Counts, coders and agreement, a sentence each.
        svg: Figure of tone by kind; "" if no comment has both.
        alt: What it shows, for who does not see it.
        caption: On how much it rests and where it is from; drawn into the figure.
        counts: Comments per kind and tone.
        quotes: Kind and words of comments whose writers agreed to it.
    """

    source: str
    borrowed: bool
    words: tuple[str, ...]
    svg: str
    alt: str
    caption: str
    counts: Grid
    quotes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """
    A drafted policy in one language.

    Attributes:
        version: First characters of a hash over all decisions, so that a printed
            copy can be told from another.
        review_date: None while it has not been decided.
        open_points: Labels of what still has to be settled before sign-off.
        later: Labels of what was left for later on purpose.
        baselines: What was measured before the policy began; None if nothing was.
        borrowed: Whose figures these are, if they are a sample and not our own.
        judged: Chosen indicators beside what was measured.
        by_hand: Chosen indicators whose figures people count or fill in; None if
            there are none.
        coded: What people say, of a sample coded by hand; None if there is none.
        moments: When is measured, from the day on which it came into force, or else
            that of the last decision.
        settled_at: Time of the last decision or signature; None if there is none.
        workshop: Id of the workshop, or of the one it was reopened from.
        status: Where it stands; see :data:`workshop_kit.policy.signoff.STATUS`.
        in_force_on: From when this version holds; None as long as it does not.
        signatures: Steps of the sign-off taken for this version, in order.
    """

    title: str
    institution: str
    lang: str
    date: dt.date
    version: str
    owner: str
    approved_by: str
    review_date: dt.date | None
    kit: str
    chapters: tuple[Chapter, ...]
    reasons: tuple[Reason, ...]
    open_points: tuple[str, ...]
    later: tuple[str, ...]
    findings: tuple[Finding, ...]
    baselines: Grid | None
    borrowed: str = ""
    judged: tuple[Judged, ...] = ()
    by_hand: Grid | None = None
    coded: Coded | None = None
    moments: tuple[Moment, ...] = ()
    settled_at: dt.datetime | None = None
    workshop: str = ""
    status: str = "draft"
    in_force_on: dt.date | None = None
    signatures: tuple[Signature, ...] = ()
