"""Checks a value against its question; pure functions, no store, no screen."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from typing import TYPE_CHECKING, Any, NoReturn

from workshop_kit.errors import N_, AnswerError
from workshop_kit.kit.model import OTHER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workshop_kit.kit.model import Column, Question

SHORT, LONG, ROWS = 200, 8_000, 40
"""Most characters of a short and of a long text, and most rows of a list."""

_NUMBER = re.compile(r"[-+\u2212]?\d+(?:[.,]\d+)?")
_CONTROLS = dict.fromkeys(
    [
        *range(9),
        11,
        *range(14, 32),
        *range(127, 160),
        0x061C,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    ]
)


def validate(
    question: Question, value: Any, *, choices: Sequence[str] | None = None
) -> Any:
    """
    Return *value* in the form in which it is kept, or say why it does not fit.

    Empty input (None, ``""``, ``[]``) is no answer and gives None. Numbers may
    be typed as text with a decimal comma or point, without thousands separators,
    because ``1.234`` means two things.

    Args:
        question: What was asked.
        value: What came from a form or a file: any JSON value.
        choices: For ``pick``, the keys of the earlier list; None accepts any
            text, for when that list is not at hand.

    Raises:
        AnswerError: If the value does not fit; words for who filled it in.
    """
    where = question.id
    if question.type == "note":
        _fail(N_("This is a note and takes no answer."), where)
    if question.type == "rows":
        return _rows(question, value)
    return _CHECKS[question.type](question, value, where, choices)


def _fail(what: str, where: str, **slots: Any) -> NoReturn:
    raise AnswerError(what, where=where, **slots)


def clean(text: str) -> str:
    """Return *text* in NFC without control, bidi and surrogate characters, trimmed."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", unix.translate(_CONTROLS)).strip()


def _text(value: Any, where: str, limit: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        _fail(N_("Please write words here."), where)
    text = clean(value)
    if len(text) > limit:
        _fail(
            N_("This is {length} characters; please keep it to {limit}."),
            where,
            length=len(text),
            limit=limit,
        )
    return text or None


def _short(_: Question | Column, value: Any, where: str, __: object) -> str | None:
    text = _text(value, where, SHORT)
    return text and " ".join(text.split())


def _long(_: Question, value: Any, where: str, __: object) -> str | None:
    return _text(value, where, LONG)


def _number(thing: Question | Column, value: Any, where: str, _: object) -> Any:
    if value is None or (isinstance(value, str) and not clean(value)):
        return None
    if isinstance(value, str):
        typed = clean(value)
        if not _NUMBER.fullmatch(typed) or len(typed) > 20:
            _fail(N_("Please write a number, such as 12 or 2,5."), where)
        number = float(typed.replace(",", ".").replace("\u2212", "-"))
    elif isinstance(value, bool) or not isinstance(value, int | float):
        _fail(N_("Please write a number, such as 12 or 2,5."), where)
    else:
        number = float(value) if abs(value) < 1e15 else math.inf
    if not math.isfinite(number):
        _fail(N_("Please write a number, such as 12 or 2,5."), where)
    whole = thing.type in {"integer", "score"}
    if whole and not number.is_integer():
        _fail(N_("Please write a whole number."), where)
    _between(thing, number, where)
    return int(number) if whole or number.is_integer() else number


def _between(thing: Question | Column, number: float, where: str) -> None:
    low, high = getattr(thing, "bounds", (thing.min, thing.max))
    if low is not None and number < low:
        _fail(N_("Please write {low} or more."), where, low=f"{low:g}")
    if high is not None and number > high:
        _fail(N_("Please write {high} or less."), where, high=f"{high:g}")


def _date(_: Question | Column, value: Any, where: str, __: object) -> str | None:
    text = _text(value, where, SHORT)
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        _fail(N_("Please give a date as year-month-day, such as 2027-03-31."), where)
    if not 1900 <= day.year <= 2200:
        _fail(N_("Please give a year between 1900 and 2200."), where)
    return day.isoformat()


def _choice(thing: Question | Column, item: Any, where: str) -> Any:
    if isinstance(item, dict) and set(item) == {OTHER} and thing.other:
        text = _text(item[OTHER], where, SHORT)
        if text is None:
            _fail(N_("You chose 'other': please write what."), where)
        return {OTHER: " ".join(text.split())}
    if isinstance(item, str) and item in {option.id for option in thing.options}:
        return item
    return _fail(N_("This is not one of the choices."), where)


def _single(thing: Question | Column, value: Any, where: str, _: object) -> Any:
    return None if value in (None, "", []) else _choice(thing, value, where)


def _several(thing: Question | Column, value: Any, where: str, _: object) -> Any:
    items = _list(value, where)
    chosen = [_choice(thing, item, where) for item in items]
    return _at_most(thing, chosen, where)


def _list(value: Any, where: str) -> list[Any]:
    if value in (None, ""):
        return []
    if not isinstance(value, list) or len(value) > 500:
        _fail(N_("This is not one of the choices."), where)
    return value


def _at_most(thing: Question | Column, chosen: list[Any], where: str) -> Any:
    if any(item in chosen[:place] for place, item in enumerate(chosen)):
        _fail(N_("The same choice stands here twice."), where)
    limit = getattr(thing, "at_most", None)
    if limit is not None and len(chosen) > limit:
        _fail(N_("Please choose at most {limit}."), where, limit=limit)
    return chosen or None


def _dots(question: Question, value: Any, where: str, _: object) -> Any:
    if value in (None, "", [], {}):
        return None
    offered = [option.id for option in question.options]
    if not isinstance(value, dict) or not set(value) <= set(offered):
        _fail(N_("This is not one of the choices."), where)
    for dots in value.values():
        whole = isinstance(dots, int | float) and not isinstance(dots, bool)
        if not whole or not 1 <= dots < 1e6 or dots != int(dots):
            _fail(N_("Please give a choice whole dots, 1 or more, or none."), where)
    given, limit = int(sum(value.values())), question.dots
    if given > limit:
        _fail(
            N_("These are {given} dots; there are {limit} to give."),
            where,
            given=given,
            limit=limit,
        )
    return {name: int(value[name]) for name in offered if name in value}


def _pick(
    thing: Question | Column, value: Any, where: str, choices: Sequence[str] | None
) -> Any:
    keys = [_text(item, where, SHORT) for item in _list(value, where)]
    if None in keys or (choices is not None and not set(keys) <= set(choices)):
        _fail(N_("This is not in the earlier list (any more)."), where)
    return _at_most(thing, keys, where)


def _rows(question: Question, value: Any) -> list[dict[str, Any]] | None:
    items = _list(value, question.id)
    limit = question.at_most or ROWS
    if len(items) > limit:
        _fail(N_("Please keep it to {limit} rows."), question.id, limit=limit)
    rows = [_row(question, row, number) for number, row in enumerate(items, 1)]
    return [row for row in rows if row] or None


def _row(question: Question, row: Any, number: int) -> dict[str, Any]:
    columns = {column.id: column for column in question.columns}
    if not isinstance(row, dict) or not set(row) <= set(columns):
        _fail(N_("Row {row} has a column that is not asked."), question.id, row=number)
    kept = {}
    for column in question.columns:
        where = f"{question.id}[{number}].{column.id}"
        cell = _CHECKS[_CELLS.get(column.type, column.type)](
            column, row.get(column.id), where, None
        )
        if cell is not None:
            kept[column.id] = cell
    missing = [c for c in question.columns if c.required and c.id not in kept]
    if kept and missing:
        where = f"{question.id}[{number}].{missing[0].id}"
        _fail(N_("Please fill this in too; the row needs it."), where)
    return kept


_CELLS = {"text": "short_text"}
_CHECKS: dict[str, Any] = {
    "single": _single,
    "multiple": _several,
    "ranking": _several,
    "dots": _dots,
    "score": _number,
    "short_text": _short,
    "long_text": _long,
    "integer": _number,
    "decimal": _number,
    "date": _date,
    "pick": _pick,
}


def keys(question: Question, value: Any) -> list[str]:
    """
    Return the keys by which a later ``pick`` refers to this answer.

    That is the option id, the words of *other*, or the first column of a row as
    text. Empty for no answer.
    """
    items = value if isinstance(value, list) else []
    if question.type == "rows":
        first = question.columns[0].id
        items = [row[first] for row in items if first in row]
    flat = [i for item in items for i in (item if isinstance(item, list) else [item])]
    found = [str(i[OTHER] if isinstance(i, dict) else i) for i in flat]
    return list(dict.fromkeys(found))
