"""What the room answered to one ballot, as data that pages and panel draw."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.ballot import VOTES, parse
from workshop_kit.deliberation.consensus import spread
from workshop_kit.deliberation.leading import leading
from workshop_kit.deliberation.ranking import kendall_w, orders, ranks
from workshop_kit.deliberation.rounds import shift
from workshop_kit.deliberation.tally import of_round, tally, tidy
from workshop_kit.errors import N_
from workshop_kit.kit.model import OTHER
from workshop_kit.kit.words import in_words
from workshop_kit.live.room.agreed import judged
from workshop_kit.live.room.state import Idea

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.live.room.state import Ballot
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Answer

COUNTED = frozenset({"single", "multiple", "ranking", "score", "pick", "dots"})
"""Types of question whose answers are counted; of others the words are listed."""

_COUNTS = {"dots": N_("Dots"), "ranking": N_("Points")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """
    One line of a tally.

    Attributes:
        label: The option in words.
        n: How many chose it; for dots, how many dots it got; for a ranking, its
            points (Borda), halves rounded.
        share: Of those who answered, 0 to 1; of all dots, for dots; of the most
            points there could be, for a ranking.
        before: The share in the round before; None in the first.
    """

    label: str
    n: int
    share: float
    before: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    What was said in words, apart from how many said it: words can look like a number.

    Attributes:
        text: The words of the first who said so.
        n: How many said the same.
    """

    text: str
    n: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    What the room answered to one ballot.

    Attributes:
        ballot: How far the room is with it.
        label: What was asked.
        about: The proposal or the question it is about; empty for a question.
        n: How many answered.
        people: How many could have.
        count: What the bars count: people, dots or points.
        bars: The tally; empty for answers in words.
        words: Answers in words, without who gave them.
        remarks: What to know when reading it, in words.
        verdict: Whether what the kit calls agreement is reached, with figures.
    """

    ballot: Ballot
    label: str
    about: str
    n: int
    people: int
    count: str
    bars: tuple[Bar, ...]
    words: tuple[Said, ...]
    remarks: tuple[str, ...]
    verdict: tuple[str, ...]

    def page(self, t: Translator) -> dict[str, Any]:
        """Return it as JSON, with every number in words."""
        missing = max(0, self.people - self.n)
        return {
            "id": self.ballot.id,
            "label": self.label,
            "about": self.about,
            "round": self.ballot.round,
            "said": _said(self.n, missing, t),
            "count": self.count,
            "bars": [_drawn(bar, t) for bar in self.bars],
            "compared": any(bar.before is not None for bar in self.bars),
            "words": [
                {"text": one.text, "times": f"{t.number(one.n)}×" if one.n > 1 else ""}
                for one in self.words
            ],
            "remarks": list(self.remarks),
            "verdict": list(self.verdict),
        }


def result(workshop: Workshop, ballot_id: str, t: Translator) -> Result:
    """Return what the room answered in the round it is in, in one language."""
    question = workshop.question(ballot_id)
    name, kind = parse(ballot_id)
    ballot = workshop.state.ballot(ballot_id)
    answers = workshop.store.answers(ballot_id)
    people = workshop.people(answers)
    mine = [a for a in answers if a.round == ballot.round]
    frame = tidy(answers, [question])
    found = leading(question, mine)
    bars: tuple[Bar, ...] = ()
    remarks = found.words(t)
    if question.type in COUNTED:
        bars, nobody = _chosen(
            _bars(workshop.kit, question, frame, ballot.round, people, t), question
        )
        if nobody:
            labels = ", ".join(bar.label for bar in nobody)
            remarks.append(t(N_("Chosen by nobody: {labels}."), labels=labels))
    remarks += _measures(question, frame, ballot.round, people, t)
    remarks += _shift(question, frame, ballot.round, t)
    return Result(
        ballot=ballot,
        label=t.pick(question.label),
        about=_about(workshop.kit.question(name), question, kind, t),
        n=found.n,
        people=people,
        count=t(_COUNTS.get(question.type, N_("Count"))),
        bars=bars,
        words=_words(workshop, question, mine, t),
        remarks=tuple(remarks),
        verdict=_verdict(workshop, question, frame, ballot.round, people, t),
    )


def _measures(
    question: Question, frame: pd.DataFrame, number: int, people: int, t: Translator
) -> list[str]:
    """Say how far a scale is agreed on, or how alike the orders are."""
    if question.type == "ranking":
        likeness = kendall_w(ranks(frame, question, in_round=number))
        if math.isnan(likeness):
            return []
        words = N_("How alike the orders are (Kendall’s W, 0 to 1): {w}.")
        return [t(words, w=t.number(likeness, 2))]
    if question.type != "score":
        return []
    # A scale of two steps, or of very many, has no agreement to measure.
    measured = spread(frame, question, asked=people).dropna(subset=["agreement"])
    return [
        t(
            N_(
                "Median {median}, half of the answers within {iqr}; agreement"
                " {agreement} (−1 two camps, 1 all the same), consensus {consensus}"
                " (0 to 1)."
            ),
            median=t.number(row["median"]),
            iqr=t.number(row["iqr"]),
            agreement=t.number(row["agreement"], 2),
            consensus=t.number(row["consensus"], 2),
        )
        for row in measured[measured["round"].eq(number)].to_dict("records")
    ]


def _shift(
    question: Question, frame: pd.DataFrame, number: int, t: Translator
) -> list[str]:
    """Say how many changed their answer since the round before."""
    moved = shift(frame, question)
    moved = moved[moved["round"].eq(number)]
    both = int(moved["both"].max()) if len(moved) else 0
    if not both:
        return []
    words = N_("{changed} of the {both} who answered both rounds changed their answer.")
    return [t(words, changed=int(moved["changed"].max()), both=both)]


def _about(about: Question, question: Question, kind: str, t: Translator) -> str:
    """Return the proposal of a vote, or the question that a ballot is about."""
    if kind in VOTES:
        return t.pick(question.hint)
    return "" if kind == "answer" else t.pick(about.label)


def _verdict(  # noqa: PLR0913, PLR0917 - what a judgement rests on
    workshop: Workshop,
    question: Question,
    frame: pd.DataFrame,
    number: int,
    people: int,
    t: Translator,
) -> tuple[str, ...]:
    verdict = judged(workshop, question, frame, number, people)
    if verdict is None:
        return ()
    labels = {role.id: role.label for role in workshop.kit.roles}
    return tuple(verdict.words(t, labels))


def _said(n: int, missing: int, t: Translator) -> str:
    return t(N_("{n} answered, {missing} did not"), n=n, missing=missing)


def _drawn(bar: Bar, t: Translator) -> dict[str, Any]:
    before = bar.before
    return {
        "label": bar.label,
        "n": t.number(bar.n),
        "share": f"{t.number(bar.share * 100, 0)}%",
        "width": round(bar.share * 100, 1),
        "before": "" if before is None else f"{t.number(before * 100, 0)}%",
        "was": None if before is None else round(before * 100, 1),
    }


def _bars(  # noqa: PLR0913, PLR0917 - one round beside the one before
    kit: Kit,
    question: Question,
    frame: pd.DataFrame,
    number: int,
    people: int,
    t: Translator,
) -> tuple[Bar, ...]:
    now = _shares(question, frame, number, people)
    former = _shares(question, frame, number - 1, people) if number > 1 else {}
    return tuple(
        Bar(
            label=option_label(kit, question, option, t),
            n=n,
            share=share,
            before=former.get(option, (0, 0.0))[1] if former else None,
        )
        for option, (n, share) in now.items()
    )


def _shares(
    question: Question, frame: pd.DataFrame, number: int, people: int
) -> dict[str, tuple[int, float]]:
    """Return per option how many (people, dots or points) and of what part."""
    if question.type == "ranking":
        ballots = ranks(frame, question, in_round=number)
        most = len(ballots) * (len(ballots.columns) - 1)
        ranked = set(of_round(frame, question.id, number)["item"])
        return {
            str(row["option"]): (round(row["points"]), row["points"] / most)
            for row in orders(ballots).to_dict("records")
            if row["option"] in ranked
        }
    table = tally(frame, question, asked=people, in_round=number)
    if question.type == "dots":
        total = int(table["dots"].sum()) or 1
        counted = zip(table["option"], table["dots"], strict=True)
        return {str(name): (int(n), int(n) / total) for name, n in counted}
    counted = zip(table["option"], table["n"], strict=True)
    answered = int(table["answered"].max() or 0) if len(table) else 0
    return {str(k): (int(n), int(n) / answered if answered else 0) for k, n in counted}


def _chosen(
    bars: tuple[Bar, ...], question: Question
) -> tuple[tuple[Bar, ...], tuple[Bar, ...]]:
    """Part what was chosen, most first, from what nobody chose; a scale stays whole."""
    if question.type == "score" or not any(bar.n for bar in bars):
        return bars, ()
    chosen = [bar for bar in bars if bar.n or bar.before]
    if question.type != "ranking":  # which has an order of its own
        chosen.sort(key=lambda bar: -bar.n)
    return tuple(chosen), tuple(bar for bar in bars if not (bar.n or bar.before))


def option_label(kit: Kit, question: Question, item: str, t: Translator) -> str:
    """Return what a line of a tally is about, in words."""
    if question.type == "score":
        low, high = question.bounds
        ends = {f"{low:g}": question.low, f"{high:g}": question.high}
        end = t.pick(ends.get(item) or {})
        return f"{item} – {end}" if end else item
    if item == OTHER and question.other:
        return t(N_("other, in own words"))
    known = {option.id: option.label for option in question.options}
    if item in known:
        return t.pick(known[item])
    value: Any = item if question.type == "single" else [item]
    return in_words(kit, question, value, t)[0]


def _words(
    workshop: Workshop, question: Question, answers: Sequence[Answer], t: Translator
) -> tuple[Said, ...]:
    """
    Return what was said in words, in an order that tells nothing about who.

    What several said in the same words stands there once, with how many.
    """
    name, kind = parse(question.id)
    if kind in VOTES:
        reasons = workshop.store.answers(
            f"{name}#{kind}why", round=workshop.state.ballot(question.id).round
        )
        return _counted(str(a.value) for a in reasons)
    if kind == "ideas":
        shown = (idea for idea in ideas(workshop, question.id) if idea.shown)
        return tuple(Said(text=idea.text) for idea in shown)
    if question.type in COUNTED:
        return _counted(text for a in answers for text in _own_words(a.value))
    return _counted(
        "; ".join(in_words(workshop.kit, question, answer.value, t))
        for answer in answers
    )


def _counted(said: Iterable[str]) -> tuple[Said, ...]:
    """Return texts in order, equal ones once; a list of forty names has one name."""
    found: dict[str, list[str]] = {}
    for words in said:
        found.setdefault(" ".join(words.split()).casefold(), []).append(words)
    return tuple(Said(text=found[key][0], n=len(found[key])) for key in sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """
    An idea as it hangs on the wall.

    Attributes:
        id: Stays the same as long as its words do.
        text: The words.
        done: What the facilitator did with it.
        n: How many ideas it stands for, those merged into it included.
    """

    id: str
    text: str
    done: Idea
    n: int

    @property
    def shown(self) -> bool:
        """Whether it hangs on the wall by itself."""
        return not (self.done.hidden or self.done.into)


def ideas(workshop: Workshop, ballot_id: str) -> list[Thought]:
    """
    Return the ideas of the round of now: rows of an idea ballot, or own words.

    By cluster, those without one last, then in an order that tells nothing about
    who or when.
    """
    done = workshop.state.ideas
    number = workshop.state.ballot(ballot_id).round
    texts: dict[str, str] = {}
    for answer in workshop.store.answers(ballot_id, round=number):
        for text in _own_words(answer.value):
            texts[_idea_id(ballot_id, answer.participant, text)] = text
    merged: dict[str, int] = {}
    for name in texts:
        into = _end(name, {k: i.into for k, i in done.items()})
        merged[into] = merged.get(into, 0) + 1
    found = [
        Thought(id=name, text=text, done=done.get(name, Idea()), n=merged.get(name, 0))
        for name, text in texts.items()
    ]
    return sorted(
        found, key=lambda i: (not i.done.cluster, i.done.cluster.casefold(), i.id)
    )


def _own_words(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [
        " ".join(str(item.get("idea") or item.get(OTHER)).split())
        for item in items
        if isinstance(item, dict) and (item.get("idea") or item.get(OTHER))
    ]


def _idea_id(ballot_id: str, participant: str, text: str) -> str:
    return hashlib.sha256(f"{ballot_id}\n{participant}\n{text}".encode()).hexdigest()[
        :12
    ]


def _end(name: str, into: dict[str, str]) -> str:
    """Follow an idea to the one it ends up in; a circle ends where it began."""
    seen = {name}
    while (following := into.get(name, "")) and following not in seen:
        seen.add(following)
        name = following
    return name
