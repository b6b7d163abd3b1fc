"""Tries the expressions of a kit on many answers, to find what can never happen."""

from __future__ import annotations

import itertools
import random
import re
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, KitError
from workshop_kit.kit.conditions import Condition, facts
from workshop_kit.kit.load import nearest, suggestion
from workshop_kit.kit.model import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workshop_kit.kit.conditions import Facts
    from workshop_kit.kit.model import Column, Kit, Question

_TRIES = 4_000
WORKSHOP_FACTS: tuple[str, ...] = ("unchecked", "undecided", "dissent", "today")
"""What rules can ask of the workshop itself, as ``workshop.name``."""


def not_earlier(where: str, question_id: str) -> KitError:
    """Say that a question depends on one that is asked later, or on itself."""
    return KitError(
        N_("'{id}' stands in the wrong order."),
        where=where,
        fix=N_("A question can only depend on what was asked before it."),
        id=question_id,
    )


def no_such(name: str, known: Iterable[str], where: str) -> KitError:
    """Say that a kit has nothing of this name, and what it may have been."""
    known = list(known)
    return KitError(
        N_("'{name}' does not exist in this kit."),
        where=where,
        fix=suggestion(name, known),
        name=name,
        near=nearest(name, known),
    )


def expressions(kit: Kit) -> Iterator[KitError]:
    """Try every expression on answers of every sort that it could meet."""
    every = kit.questions()
    earlier: list[Question] = []
    for question in every:
        if question.relevant is not None:
            where = f"question '{question.id}', relevant"
            never = N_("no answer to the earlier questions ever makes it true.")
            yield from _expression(question.relevant, where, earlier, every, never)
        earlier.append(question)
    for rule in kit.rules:
        never = N_("the rule can never fire.")
        where = f"rule {rule.id}, when"
        yield from _expression(rule.when, where, earlier, every, never)


def _expression(
    expression: str,
    where: str,
    known: list[Question],
    every: Iterable[Question],
    never: str,
) -> Iterator[KitError]:
    try:
        condition = Condition(expression, where=where)
    except KitError as error:
        yield error
        return
    special = [f"workshop.{name}" for name in WORKSHOP_FACTS]
    names = [*(question.id for question in known), *special]
    unknown = [path for path in condition.paths() if path not in names]
    later = {question.id for question in every} - set(names)
    for path in unknown:
        yield not_earlier(where, path) if path in later else no_such(path, names, where)
    if unknown:
        return
    asked = [question for question in known if question.id in condition.paths()]
    try:
        if not any(condition.holds(sample) for sample in _samples(asked, expression)):
            fix = N_(
                "Look for an id that is spelt wrong, or a list that is compared with a"
                ' text: write "id" in list.'
            )
            yield KitError(never, where=where, fix=fix)
    except KitError as error:
        yield error


def _samples(asked: list[Question], expression: str) -> Iterator[Facts]:
    """Yield facts that try each answer that could matter to the expression."""
    literals = [float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", expression)]
    numbers = sorted({n + d for n in [0.0, *literals] for d in (-1, 0, 1)} | {1e6})
    columns = [_answers(question, numbers) for question in asked]
    listed = [q.id for q in asked]
    states: list[dict[str, Any]] = [
        {"unchecked": ids, "undecided": ids, "dissent": ids, "today": today}
        for ids in ([], ["a.b"], listed)
        for today in ("2000-01-01", "2999-12-31")
    ]
    empty = facts(asked, {})
    for state in states:
        yield {**empty, "workshop": state}
    total = 1
    for column in columns:
        total *= len(column)
    if total <= _TRIES:
        tries: Iterable[tuple[Any, ...]] = itertools.product(*columns)
    else:
        dice = random.Random(expression)  # noqa: S311 - the same tries each time
        tries = (tuple(dice.choice(c) for c in columns) for _ in range(_TRIES))
    # Only some rules look at the workshop beside the answers.
    beside = states if "workshop." in expression else states[:1]
    for values in tries:
        seen = facts(asked, dict(zip(listed, values, strict=True)))
        for state in beside:
            yield {**seen, "workshop": state}


def _answers(thing: Question | Column, numbers: list[float]) -> list[Any]:
    """Return answers of every sort that a question can get, None first."""
    options = [option.id for option in thing.options]
    if thing.other:
        options.append(OTHER)
    if thing.type in {"score", "integer", "decimal"}:
        return [None, *numbers]
    if thing.type == "single":
        return [None, *options]
    if thing.type == "date":
        return [None, "2000-01-01", "2999-12-31"]
    if thing.type == "rows":
        return _row_lists(thing, numbers)
    if thing.type in {"multiple", "ranking", "dots", "pick"}:
        # An expression sees the options that have dots, not how many.
        options = options or ["a", "b"]
        return [None, *([o] for o in options), options[:2], options]
    return [None, "a"]


def _row_lists(thing: Question | Column, numbers: list[float]) -> list[Any]:
    cells = {c.id: _answers(c, numbers)[:60] for c in getattr(thing, "columns", ())}
    full = {name: values[-1] for name, values in cells.items()}
    ones = [{**full, name: v} for name, values in cells.items() for v in values]
    bare = {name: values[1] for name, values in cells.items()}
    blanks = [{**bare, name: None} for name in cells]
    return [None, [full], [bare], [full, full, full], *([row] for row in ones + blanks)]
