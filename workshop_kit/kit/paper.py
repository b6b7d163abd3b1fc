"""Short codes for a form on paper, and what was typed after them as an answer."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, NoReturn

from workshop_kit.errors import N_, AnswerError
from workshop_kit.kit.model import OTHER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workshop_kit.kit.model import Column, Kit, Option, Question

BY_LETTER = ("single", "multiple", "ranking", "dots")
"""Types of which each option has a letter on paper."""

_SPACE = re.compile(r"[\s,;.+]+")
_DOTS = re.compile(r"([a-z]+)\s*[:=x]?\s*(\d*)")
_DAY = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})")


def numbered(kit: Kit, track: str) -> dict[int, Question]:
    """Return the questions of a track by their number on paper, from 1."""
    asked = [q for q in kit.questions() if track in q.minutes and q.type != "note"]
    return dict(enumerate(asked, 1))


def letter(place: int) -> str:
    """Return the code of an option by its place: 0 is ``a``, 25 ``z``, 26 ``aa``."""
    before, here = divmod(place, 26)
    return (letter(before - 1) if before else "") + chr(ord("a") + here)


def options_of(kit: Kit, thing: Question | Column) -> tuple[Option, ...]:
    """Return what can be ticked: the own options, or those of the earlier question."""
    if thing.pick_from is None:
        return thing.options
    source = kit.question(thing.pick_from)
    return () if source.type == "rows" else source.options


def read(kit: Kit, question: Question, typed: str, *, known: Sequence[str] = ()) -> Any:
    """
    Return what was typed from a form on paper as a value, which is not checked yet.

    Options go by their letters: ``b``, ``a c`` or ``ac``, a ranking in its order,
    dots as ``a2 c1``; own words after a slash: ``a / own words``. A day may be typed
    as ``31-3-2027``. Rows are lines, and their cells have ``|`` between them.

    Args:
        kit: To know what can be picked.
        question: What was asked.
        typed: What somebody typed; empty gives None.
        known: What a ``pick`` without options can choose from: the keys of the
            earlier answer.

    Raises:
        AnswerError: If a code is not on the paper.
    """
    typed = typed.strip()
    if not typed:
        return None
    if question.type == "rows":
        lines = [line for line in typed.splitlines() if line.strip()]
        return [_row(kit, question, line, n) for n, line in enumerate(lines, 1)]
    if question.type == "dots":
        return _dots(question, typed)
    return _value(kit, question, typed, question.id, known)


def _value(
    kit: Kit,
    thing: Question | Column,
    typed: str,
    where: str,
    known: Sequence[str] = (),
) -> Any:
    match thing.type:
        case "single":
            chosen = _chosen(thing.options, typed, where)
            if len(chosen) > 1:
                _fail(N_("Only one can be chosen here."), where)
            return chosen[0] if chosen else None
        case "multiple" | "ranking":
            return _chosen(thing.options, typed, where)
        case "pick":
            options = options_of(kit, thing)
            if options:
                return _chosen(options, typed, where)
            return [_known(words.strip(), known) for words in typed.split(";")]
        case "date":
            return _day(typed)
    return typed


def _chosen(options: Sequence[Option], typed: str, where: str) -> list[Any]:
    codes = {letter(place): option.id for place, option in enumerate(options)}
    body, slash, words = typed.partition("/")
    names = [name for name in _SPACE.split(body.lower()) if name]
    if len(names) == 1 and names[0] not in codes and set(names[0]) <= set(codes):
        names = [*names[0]]
    chosen: list[Any] = [_option(codes, name, where) for name in names]
    return [*chosen, {OTHER: words}] if slash else chosen


def _option(codes: dict[str, str], name: str, where: str) -> str:
    if name not in codes:
        _fail(
            N_("“{typed}” is no code here; they run from {first} to {last}."),
            where,
            typed=name[:40],
            first=min(codes, key=len),
            last=[*codes][-1],
        )
    return codes[name]


def _dots(question: Question, typed: str) -> dict[str, int]:
    codes = {letter(place): o.id for place, o in enumerate(question.options)}
    found = _DOTS.findall(typed.lower())
    if not found or _DOTS.sub("", typed.lower()).strip(" ,;.+"):
        _fail(
            N_("Write letters with their dots, such as a2 c1; not “{typed}”."),
            question.id,
            typed=typed[:40],
        )
    given: dict[str, int] = {}
    for name, dots in found:
        option = _option(codes, name, question.id)
        given[option] = given.get(option, 0) + int(dots[:9] or 1)
    return given


def _known(words: str, known: Sequence[str]) -> str:
    same = (key for key in known if key.casefold() == words.casefold())
    return next(same, words)


def _day(typed: str) -> str:
    found = _DAY.fullmatch(typed)
    if found is None:
        return typed
    day, month, year = map(int, found.groups())
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return typed


def _row(kit: Kit, question: Question, line: str, number: int) -> dict[str, Any]:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) > len(question.columns):
        _fail(
            N_("Row {row} has {n} cells; the form has {width} columns."),
            question.id,
            row=number,
            n=len(cells),
            width=len(question.columns),
        )
    return {
        column.id: _value(kit, column, cell, f"{question.id}[{number}].{column.id}")
        for column, cell in zip(question.columns, cells, strict=False)
        if cell
    }


def _fail(what: str, where: str, **slots: Any) -> NoReturn:
    raise AnswerError(what, where=where, **slots)
