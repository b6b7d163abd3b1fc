"""Conditions in the Common Expression Language over what has been answered."""

from __future__ import annotations

import importlib
import re
import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from workshop_kit.errors import N_, KitError
from workshop_kit.kit.model import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cel import Program

    from workshop_kit.kit.model import Column, Kit, Question

Facts = dict[str, dict[str, Any]]
"""What expressions see: ``{"goals": {"which": ["dialogue"]}}``."""

_STRINGS = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_PATHS = re.compile(r"(?<![\w.])([a-z]\w*)\.([a-z]\w*)")
_MACROS = re.compile(r"\.(?:all|exists|exists_one|filter|map)\(\s*(\w+)\s*,")

_NUMBERS = {"score", "integer", "decimal"}
_LISTS = {"multiple", "ranking", "dots", "rows", "pick"}


class Condition:
    """
    One expression, compiled once.

    Args:
        expression: CEL over :data:`Facts`, with ``total(list)`` for a sum in
            which a missing number counts as 0.
        where: Place to name in an error.

    Raises:
        KitError: If it is not a valid expression.
    """

    def __init__(self, expression: str, *, where: str) -> None:
        self.expression, self.where = expression, where
        self._program = _compile(expression, where)
        own = set(_MACROS.findall(expression))
        self.groups = frozenset(self._program.variables()) - own
        self._names = self._read()

    def paths(self) -> tuple[str, ...]:
        """Return the ``group.name`` paths the expression reads, in order."""
        bare = _STRINGS.sub("''", self.expression)
        found = (m.group(0) for m in _PATHS.finditer(bare) if m.group(1) in self.groups)
        return tuple(dict.fromkeys(found))

    def _read(self) -> dict[str, frozenset[str] | None]:
        """Return the names that are read of each group; None for all of them."""
        rest = _PATHS.sub("", _STRINGS.sub("''", self.expression))
        return {
            group: None
            if re.search(rf"\b{group}\b", rest)
            else frozenset(
                p.partition(".")[2] for p in self.paths() if p.startswith(f"{group}.")
            )
            for group in self.groups
        }

    def holds(self, facts: Facts) -> bool:
        """
        Tell whether the expression is true.

        Raises:
            KitError: If it cannot be worked out, or is not true or false.
        """
        # Whatever is handed over is translated for the library, used or not.
        context = _cel().Context(
            {
                group: {
                    k: v for k, v in facts[group].items() if not names or k in names
                }
                for group, names in self._names.items()
                if group in facts
            }
        )
        context.add_function("total", _total)
        try:
            result = self._program.execute(context)
        except _GONE_WRONG as error:
            raise _not_worked_out(error, self.where) from None
        if not isinstance(result, bool):
            raise KitError(
                N_("the expression has to be true or false, not {value}."),
                where=self.where,
                value=repr(result),
            )
        return result


@cache
def condition(expression: str, *, where: str) -> Condition:
    """
    Return a condition, made the first time that it is asked for.

    Raises:
        KitError: If it is not a valid expression.
    """
    return Condition(expression, where=where)


@cache
def _cel() -> ModuleType:
    """Import the library without its command line, which takes ten times as long."""
    line = "cel.cli"
    stand_in = sys.modules.setdefault(line, ModuleType(line))
    try:
        return importlib.import_module("cel")
    finally:
        if stand_in.__spec__ is None:
            del sys.modules[line]


def _compile(expression: str, where: str) -> Program:
    try:
        return cast("Program", _cel().compile(expression))
    except ValueError as error:
        raise _not_readable(expression, str(error), where) from None


_GONE_WRONG = (
    *(ValueError, TypeError, KeyError, RuntimeError, IndexError, ArithmeticError),
)
_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+):")
_UNKNOWN = re.compile(r"Undefined variable or function: '([^']*)'")
_NEAR = 20
"""Characters of an expression that are shown from where it goes wrong."""


def _not_readable(expression: str, error: str, where: str) -> KitError:
    """Say where an expression stops being one; the library says what it expected."""
    found = _PLACE.search(error)
    line, column = map(int, found.groups()) if found else (1, 1)
    lines = expression.split("\n")
    near = "\n".join([lines[line - 1][column - 1 :], *lines[line:]]).strip()
    fix = N_(
        "Write == for equal, && for and, || for or, and put texts in quotes; see"
        " docs/kit-format.md."
    )
    if not expression.strip():
        return KitError(N_("the expression is empty."), where=where, fix=fix)
    if not near:
        return KitError(
            N_("the expression stops too early; something is missing at its end."),
            where=where,
            fix=fix,
        )
    return KitError(
        N_("the expression cannot be read from '{near}' on."),
        where=where,
        fix=fix,
        near=near if len(near) <= _NEAR else near[:_NEAR] + "…",
    )


def _not_worked_out(error: Exception, where: str) -> KitError:
    """Say why an expression has no outcome."""
    unknown = _UNKNOWN.search(str(error))
    if unknown:
        return KitError(
            N_("'{name}' is no question, and no function that expressions know."),
            where=where,
            fix=N_("Put a text in quotes; docs/kit-format.md names the functions."),
            name=unknown[1],
        )
    if isinstance(error, KeyError):
        return KitError(
            N_("there is no '{name}' in what the expression looks into."),
            where=where,
            fix=N_("Name a question of the kit, or a column of its rows."),
            name=str(error).strip("'"),
        )
    if isinstance(error, TypeError):
        return KitError(
            N_("the expression compares or computes things of different kinds."),
            where=where,
            fix=N_(
                "An unanswered number is null: test it with '!= null' first. Of a list,"
                ' ask size(…) or whether "id" in it.'
            ),
        )
    if isinstance(error, ArithmeticError):
        return KitError(
            N_("the expression divides by 0 for some answers."),
            where=where,
            fix=N_("Test first that it is not 0."),
        )
    return KitError(
        N_("the expression has no outcome for some answers (“{error}”)."),
        where=where,
        error=str(error).partition("\n")[0].rstrip("."),
    )


def _total(numbers: Iterable[float | None]) -> float:
    return float(sum(number or 0 for number in numbers))


def facts(questions: Iterable[Question], values: Mapping[str, Any]) -> Facts:
    """
    Turn answers into what expressions see.

    Args:
        questions: The questions to include; each is always present.
        values: Question id → valid value; a missing or None value becomes the
            empty text, the empty list or, for numbers, null.
    """
    seen: Facts = {}
    for question in questions:
        group, name = question.id.split(".")
        seen.setdefault(group, {})[name] = _fact(question, values.get(question.id))
    return seen


def _fact(thing: Question | Column, value: Any) -> Any:
    if thing.type in _NUMBERS:
        return None if value is None else float(value)
    if thing.type == "rows":
        columns: tuple[Column, ...] = getattr(thing, "columns", ())
        return [{c.id: _fact(c, row.get(c.id)) for c in columns} for row in value or ()]
    if thing.type in _LISTS:
        return [_option_id(item) for item in value or ()]
    return "" if value is None else _option_id(value)


def _option_id(item: Any) -> str:
    return OTHER if isinstance(item, dict) else str(item)


def relevant(kit: Kit, values: Mapping[str, Any]) -> frozenset[str]:
    """
    Return the ids of the questions that are asked, given these answers.

    A question that an option ``opens`` is asked only where such an option is
    chosen. An answer to a question that is not asked (any more) counts as not
    given, so that a chain closes as a whole; the answer itself is kept.
    """
    openers: dict[str, list[tuple[str, str]]] = {}
    for question in kit.questions():
        for option in question.options:
            for opened in option.opens:
                openers.setdefault(opened, []).append((question.id, option.id))
    asked: set[str] = set()
    seen = facts(kit.questions(), {})
    for question in kit.questions():
        if question.id in openers and not any(
            option in _chosen(seen, gate) for gate, option in openers[question.id]
        ):
            continue
        if question.relevant is not None and not condition(
            question.relevant, where=f"question '{question.id}', relevant"
        ).holds(seen):
            continue
        asked.add(question.id)
        group, name = question.id.split(".")
        seen[group][name] = _fact(question, values.get(question.id))
    return frozenset(asked)


def _chosen(seen: Facts, question_id: str) -> list[str]:
    group, name = question_id.split(".")
    fact = seen[group][name]
    return fact if isinstance(fact, list) else [fact]
