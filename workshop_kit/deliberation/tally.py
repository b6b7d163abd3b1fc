"""Count answers per option, always with how many answered and how many did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from workshop_kit.errors import N_, AnswerError
from workshop_kit.kit.model import OTHER
from workshop_kit.kit.validate import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workshop_kit.kit.model import Question

SMALL_GROUP = 5
"""Fewest answers of a role for which its counts are shown: with two, each of them
knows what the other answered, and with three or four it is an easy guess."""

LONG = {
    "question": "string",
    "round": "Int64",
    "participant": "string",
    "place": "Int64",
    "item": "string",
    "text": "string",
    "number": "Float64",
}
"""
Columns of the long frame, one row per thing chosen.

``place`` counts from 1 within an answer and is the rank in a ranking; ``item`` is
the option id (``other`` for own words), the key of a row or pick, or the value as
text; ``text`` holds own words; ``number`` the number of scores and numbers, and of
the dots an option got.
"""

COUNTS = {
    "option": "string",
    "n": "Int64",
    "share": "Float64",
    "dots": "Int64",
    "answered": "Int64",
    "missing": "Int64",
}
"""
Columns of a tally.

``n`` counts people, ``share`` is n / answered, NA if nobody answered; where more than
one may be chosen the shares add up to more than 1. ``dots`` adds up what an option
got in dot voting, 0 if nothing; NA for every other type.
"""

CROSSED = {"role": "string", **COUNTS, "suppressed": "boolean"}

NUMBERS = frozenset({"score", "integer", "decimal"})
LISTS = frozenset({"multiple", "ranking", "pick", "rows"})
_MOST_STEPS = 20


class AnswerLike(Protocol):
    """What is needed of an answer; the store's own records have it."""

    @property
    def question(self) -> str:
        """Id of the question."""

    @property
    def participant(self) -> str:
        """Id of who answered."""

    @property
    def value(self) -> Any:
        """A valid value, or None for no answer."""

    @property
    def round(self) -> int:
        """Round of the question, from 1."""


def tidy(answers: Iterable[AnswerLike], questions: Iterable[Question]) -> pd.DataFrame:
    """
    Lay answers out as one row per thing chosen.

    Args:
        answers: In the order they were recorded; of one participant, question and
            round the last one counts, and None takes it back.
        questions: Answers to other questions are left out.

    Returns:
        Frame with :data:`LONG`; empty if there is no answer. Empty lists and
        texts are no answer.

    Raises:
        AnswerError: A value has another shape than its question asks for.
    """
    asked = {question.id: question for question in questions}
    current: dict[tuple[str, int, str], Any] = {}
    for answer in answers:
        if answer.question in asked:
            key = (answer.question, answer.round, answer.participant)
            current[key] = answer.value
    rows = [
        dict(zip(LONG, (*key, place, *cells), strict=True))
        for key, value in current.items()
        if value not in (None, "", [], {})
        for place, cells in enumerate(_cells(asked[key[0]], value), 1)
    ]
    return pd.DataFrame(rows, columns=list(LONG)).astype(LONG)


def tally(
    frame: pd.DataFrame, question: Question, *, asked: int, in_round: int | None = None
) -> pd.DataFrame:
    """
    Count how many people chose each option of a question.

    Args:
        frame: Of :func:`tidy`.
        question: Options nobody chose are there with 0; a ranking counts who put
            an option first, a score each step of its scale, dots who gave an
            option any. Own words are counted together as ``other``.
        asked: How many could have answered.
        in_round: The round to count; the last one by default.

    Returns:
        Frame with :data:`COUNTS`: options in the order of the kit, then what is
        no longer in the kit; for other types what was said, most often first.
    """
    part = of_round(frame, question.id, in_round)
    chosen = _chosen(part, question)
    fixed = options(question)
    said = sorted(chosen, key=lambda item: (-len(chosen[item]), item))
    order = [*fixed, *(item for item in said if item not in fixed)]
    return pd.DataFrame(_counts(part, question, order, asked)).astype(COUNTS)


# Plain dicts: a record counts thousands of groups of a few people, for which a frame
# each would take ten times as long.
def _chosen(part: pd.DataFrame, question: Question) -> dict[str, set[str]]:
    """Return who chose each item; in a ranking, who put it first."""
    counted = part[part["place"].eq(1)] if question.type == "ranking" else part
    chosen: dict[str, set[str]] = {}
    for item, participant in zip(counted["item"], counted["participant"], strict=True):
        if isinstance(item, str):
            chosen.setdefault(item, set()).add(participant)
    return chosen


def _counts(
    part: pd.DataFrame, question: Question, order: list[str], asked: int
) -> dict[str, list[Any]]:
    """Return the columns of :data:`COUNTS`."""
    answered = len(set(part["participant"]))
    chosen = _chosen(part, question)
    n = [len(chosen.get(option, ())) for option in order]
    return {
        "option": order,
        "n": n,
        "share": [one / answered if answered else pd.NA for one in n],
        "dots": _dots(part, question, order),
        "answered": [answered] * len(order),
        "missing": [max(0, asked - answered)] * len(order),
    }


def _dots(part: pd.DataFrame, question: Question, order: list[str]) -> list[Any]:
    if question.type != "dots":
        return [pd.NA] * len(order)
    given = dict.fromkeys(order, 0)
    for item, number in zip(part["item"], part["number"], strict=True):
        given[item] += int(number)
    return [*given.values()]


def crossed(
    frame: pd.DataFrame,
    question: Question,
    roles: Mapping[str, str],
    *,
    threshold: int = SMALL_GROUP,
    in_round: int | None = None,
) -> pd.DataFrame:
    """
    Count the options per role, without showing what a few people answered.

    A role with fewer than *threshold* answers is suppressed. If what is then
    hidden together is still fewer, the smallest role that shows is suppressed too,
    because it would follow by subtraction from the tally of all.

    Args:
        frame: Of :func:`tidy`.
        question: As for :func:`tally`.
        roles: Participant → role, of everybody who could have answered. A
            participant who is not in it has the role ``""``.
        threshold: Fewest answers of a role that show.
        in_round: The round to count; the last one by default.

    Returns:
        Frame with :data:`CROSSED`, one row per role and option; n, share and dots
        are NA where *suppressed*. A role in which nobody answered shows its zeros.
    """
    part = of_round(frame, question.id, in_round)
    whole = dict.fromkeys(part["participant"], "") | dict(roles)
    role_of = part["participant"].map(whole)
    groups = {role: part[role_of.eq(role)] for role in sorted(set(whole.values()))}
    hidden = too_small(
        {role: group["participant"].nunique() for role, group in groups.items()},
        threshold,
    )
    order = tally(part, question, asked=len(whole))["option"].tolist()
    columns: dict[str, list[Any]] = {name: [] for name in CROSSED}
    for role, group in groups.items():
        asked = sum(each == role for each in whole.values())
        counts = _counts(group, question, order, asked)
        small = role in hidden
        if small:
            counts |= dict.fromkeys(("n", "share", "dots"), [pd.NA] * len(order))
        counts |= {"role": [role] * len(order), "suppressed": [small] * len(order)}
        for name, column in columns.items():
            column.extend(counts[name])
    return pd.DataFrame(columns).astype(CROSSED)


def options(question: Question) -> list[str]:
    """Return what a question offers: option ids, or the steps of a score."""
    if question.type == "score":
        low, high = question.bounds
        steps = range(int(low or 0), int(high or 0) + 1)
        return [str(step) for step in steps] if len(steps) <= _MOST_STEPS else []
    offered = [option.id for option in question.options]
    return [*offered, OTHER] if question.other and OTHER not in offered else offered


def of_round(
    frame: pd.DataFrame, question: str, in_round: int | None = None
) -> pd.DataFrame:
    """Return the rows of one question in one round, by default its last."""
    part = frame[frame["question"].eq(question)]
    if in_round is None:
        return part[part["round"].eq(part["round"].max())]
    return part[part["round"].eq(in_round)]


def too_small(answered: Mapping[str, int], threshold: int = SMALL_GROUP) -> set[str]:
    """
    Return the roles that cannot be shown by themselves; see :func:`crossed`.

    Args:
        answered: Role → how many of it answered.
        threshold: Fewest answers of a role that show.
    """
    by_size = sorted((n, role) for role, n in answered.items() if n)
    hidden = {role for n, role in by_size if n < threshold}
    for _, role in by_size:
        if 0 < sum(answered[each] for each in hidden) < threshold:
            hidden.add(role)
    return hidden


def _cells(question: Question, value: Any) -> list[tuple[Any, Any, Any]]:
    """Return item, text and number of each thing in a value."""
    fits = {
        **dict.fromkeys(LISTS, (list,)),
        **dict.fromkeys(NUMBERS, (int, float)),
        "single": (str, dict),
        "dots": (dict,),
    }.get(question.type, (str,))
    if not isinstance(value, fits) or isinstance(value, bool):
        raise AnswerError(
            N_("An answer does not have the form of this question any more."),
            where=question.id,
        )
    if question.type in NUMBERS:
        return [(f"{value:.10g}", None, value)]
    if isinstance(value, dict) and question.type == "dots":
        return [(str(item), None, dots) for item, dots in value.items()]
    if question.type in {"rows", "pick"}:
        return [(key, None, None) for key in keys(question, value)] or [(None,) * 3]
    items = value if isinstance(value, list) else [value]
    if question.type in {"single", "multiple", "ranking"}:
        return [
            (OTHER, str(item[OTHER]), None)
            if isinstance(item, dict)
            else (str(item), None, None)
            for item in items
        ]
    return [(value, value, None)]
