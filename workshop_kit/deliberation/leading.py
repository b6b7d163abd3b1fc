"""What leads in the room: a proposal to talk about, not yet a decision."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation import ranking
from workshop_kit.deliberation.tally import NUMBERS, of_round, tidy
from workshop_kit.errors import N_
from workshop_kit.kit.model import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from workshop_kit.deliberation.tally import AnswerLike
    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Question

FEW = 3
"""Answers below which a proposal is said to rest on few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """
    A remark that goes with a proposal.

    Attributes:
        message: English template.
        slots: Values for its slots; a tuple holds option ids, said by label.
    """

    message: str
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """
    What leads, in the form of an answer.

    Attributes:
        question: What was asked.
        n: How many answered.
        proposals: Values in the kit's form, ready for a decision; more than one if
            they tie, none if nothing leads.
        listed: Every different answer, most given first; what the room has to
            choose from where nothing leads.
        notes: What to know before taking a proposal over.
    """

    question: Question
    n: int
    proposals: tuple[Any, ...]
    listed: tuple[Any, ...]
    notes: tuple[Note, ...]

    def start(self) -> Any:
        """
        Return what a decision may start from; None if the room has to choose first.

        It is the one proposal that leads. Where nothing is counted it is what all said
        alike, and of rows every different one, as many as fit.
        """
        if self.question.type == "rows":
            every = [row for rows in self.listed for row in rows]
            rows = list({repr(row): row for row in every}.values())
            return rows[: self.question.at_most] or None
        found = self.proposals or self.listed
        return found[0] if len(found) == 1 else None

    def words(self, t: Translator) -> list[str]:
        """Return the notes in the translator's language, as plain text."""
        labels = {option.id: option.label for option in self.question.options}

        def said(value: Any) -> Any:
            if not isinstance(value, tuple):
                return value
            return ", ".join(t.pick(labels[i]) if i in labels else i for i in value)

        return [
            t(note.message, **{slot: said(value) for slot, value in note.slots.items()})
            for note in self.notes
        ]


def leading(question: Question, answers: Iterable[AnswerLike]) -> Leading:
    """
    Find the proposal that leads, by the rule of the question's type.

    - single: the most chosen; ``other`` in the same words (whatever the case)
      counts as one choice, in different words as different ones.
    - multiple, pick: what at least half of those who answered chose, as one value.
    - dots: the dots of the room brought down to those of one person, by largest
      remainders; what ties for the last dots gets none of them.
    - ranking: Schulze's order, within its ties Borda's, of what anybody ranked.
    - score, integer, decimal: the median; with an even number both middle answers
      if they differ, as nobody said what lies between.
    - texts, dates, rows: nothing leads; all are listed.

    Args:
        question: What was asked.
        answers: Of any questions and rounds; the last round of this one counts.

    Raises:
        AnswerError: A value has another shape than the question asks for.
    """
    mine = [answer for answer in answers if answer.question == question.id]
    frame = of_round(tidy(mine, [question]), question.id)
    voters = set(zip(frame["round"], frame["participant"], strict=True))
    current = {(a.round, a.participant): a.value for a in mine}
    values = [value for vote, value in current.items() if vote in voters]
    notes: list[Note] = []
    if 0 < len(values) < FEW:
        notes.append(Note(message=N_("This rests on few answers.")))
    if question.type == "single":
        proposals = _most(values, notes)
    elif question.type in {"multiple", "pick"}:
        proposals = _half(question, values, notes)
    elif question.type == "dots":
        proposals = _apportioned(question, frame, notes)
    elif question.type == "ranking":
        proposals = _ranked(question, frame, notes)
    elif question.type in NUMBERS:
        proposals = _median(values, notes)
    else:
        proposals = []
        if values:
            notes.append(Note(message=N_("Words are not counted; read them together.")))
    return Leading(
        question=question,
        n=len(values),
        proposals=tuple(proposals),
        listed=tuple(value for value, _ in _counted(values)),
        notes=tuple(notes),
    )


def _counted(values: list[Any]) -> list[tuple[Any, int]]:
    """Count equal values, most first; own words are equal whatever their case."""
    shown: dict[str, Any] = {}
    counts: Counter[str] = Counter()
    for value in values:
        own = isinstance(value, dict) and isinstance(value.get(OTHER), str)
        key = f"o{str(value[OTHER]).casefold()}" if own else f"v{value!r}"
        shown.setdefault(key, value)
        counts[key] += 1
    return [(shown[key], n) for key, n in counts.most_common()]


def _most(values: list[Any], notes: list[Note]) -> list[Any]:
    counted = _counted(values)
    top = [value for value, n in counted if n == counted[0][1]]
    if len(top) > 1:
        notes.append(Note(message=N_("There is a tie.")))
    elif counted and 2 * counted[0][1] <= len(values):
        notes.append(Note(message=N_("It has the most votes, but not more than half.")))
    own = sum(isinstance(value, dict) for value in values)
    if own > 1:
        notes.append(
            Note(
                message=N_(
                    "{n} people answered in their own words; these may mean the same."
                ),
                slots={"n": own},
            )
        )
    return top


def _half(question: Question, values: list[Any], notes: list[Note]) -> list[Any]:
    counted = _counted([item for value in values for item in value])
    chosen = [(item, n) for item, n in counted if 2 * n >= len(values)]
    if values and not chosen:
        notes.append(Note(message=N_("Nothing was chosen by at least half.")))
    limit = question.at_most
    if limit is not None and len(chosen) > limit:
        # Cut where it does not depend on chance: all of a tie or none of it.
        chosen = [pair for pair in chosen if pair[1] > chosen[limit][1]]
        notes.append(
            Note(
                message=N_("At least half chose more than the {limit} allowed."),
                slots={"limit": limit},
            )
        )
    kit_order = [option.id for option in question.options]
    items = [item for item, _ in chosen]
    known = [name for name in kit_order if name in items]
    items = known + [item for item in items if item not in known]
    return [items] if items else []


def _apportioned(
    question: Question, frame: pd.DataFrame, notes: list[Note]
) -> list[Any]:
    """
    Return one value in which the dots stand in the proportion of the room's.

    Each option gets the whole part of ``dots given to it / all given * dots a
    person has``; what is left goes to the largest remainders (Hamilton's method).
    """
    dots = frame.groupby("item")["number"].sum()
    people = frame.groupby("item")["participant"].nunique()
    if dots.empty:
        return []
    most = {
        "dots": tuple(sorted(dots.index[dots.eq(dots.max())])),
        "people": tuple(sorted(people.index[people.eq(people.max())])),
    }
    if most["dots"] != most["people"]:
        notes.append(
            Note(
                message=N_("Most dots went to {dots}; most people chose {people}."),
                slots=most,
            )
        )
    whole, given = question.dots, int(dots.sum())
    exact = {str(name): int(n) * whole for name, n in dots.items()}
    kept = {name: parts // given for name, parts in exact.items()}
    rest = {name: parts % given for name, parts in exact.items()}
    left = whole - sum(kept.values())
    by_rest = sorted(rest, key=lambda name: -rest[name])
    # Fewer dots are left than there are options: each remainder is below a dot.
    first_out = rest[by_rest[left]]
    for name in by_rest[:left]:
        kept[name] += rest[name] > first_out
    if any(rest[name] == first_out for name in by_rest[:left]):
        notes.append(Note(message=N_("Options tie for the last dots.")))
    value = {o.id: kept[o.id] for o in question.options if kept.get(o.id)}
    return [value] if value else []


def _ranked(question: Question, frame: pd.DataFrame, notes: list[Note]) -> list[Any]:
    orders = ranking.orders(ranking.ranks(frame, question))
    if orders.empty:
        return []
    tied = orders["schulze"].duplicated(keep=False)
    if tied.any():
        still = bool(orders.duplicated(["schulze", "points"]).any())
        notes.append(
            Note(
                message=N_(
                    "Options tie, also by points; the order among them is that of the"
                    " list."
                )
                if still
                else N_("Options tie; points (Borda) decide the order among them.")
            )
        )
    ahead = {method: tuple(ranking.best(orders, method)) for method in ranking.METHODS}
    if len({frozenset(names) for names in ahead.values()}) > 1:
        notes.append(
            Note(
                message=N_(
                    "The methods disagree about the first place: by pairs (Schulze)"
                    " {schulze}; by points (Borda) {borda}; by most first places"
                    " {first}."
                ),
                slots=ahead,
            )
        )
    ranked = set(frame["item"])
    order = [str(name) for name in orders["option"] if name in ranked]
    return [order[: question.at_most]]


def _median(values: list[Any], notes: list[Note]) -> list[Any]:
    if not values:
        return []
    ordered = sorted(values)
    middle = [ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]]
    if middle[0] == middle[1]:
        return middle[:1]
    notes.append(Note(message=N_("The median lies between two answers.")))
    return middle
