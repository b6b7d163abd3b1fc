"""Finds what would go wrong with a kit in the room, before it is in the room."""

from __future__ import annotations

import itertools
import random
import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from workshop_kit.errors import N_, KitError
from workshop_kit.kit.conditions import Condition, facts
from workshop_kit.kit.load import nearest, read
from workshop_kit.kit.model import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from workshop_kit.kit.conditions import Facts
    from workshop_kit.kit.model import Column, Kit, Question

_LISTS = {"rows", "multiple", "ranking", "pick"}
_JUDGED = {
    "approval": {"single", "multiple", "dots"},
    "score": {"score"},
    "ranking": {"ranking"},
}
_TRIES = 4_000
WORKSHOP_FACTS: tuple[str, ...] = ("unchecked", "undecided", "dissent", "today")
"""What rules can ask of the workshop itself, as ``workshop.name``."""


def check(folder: Path) -> list[KitError]:
    """Return every problem of the kit in *folder*; empty if it is ready for use."""
    kit, problems = read(folder)
    if kit is None:
        return problems
    return [
        *_names(kit),
        *_translations(kit, kit.languages, ()),
        *_clauses(kit),
        *_time(kit),
        *_expressions(kit),
    ]


def _names(kit: Kit) -> Iterator[KitError]:
    """Check that whatever is named exists, once, and early enough."""
    ids = [question.id for question in kit.questions()]
    yield from _twice(ids, "question")
    yield from _twice([rule.id for rule in kit.rules], "rule")
    yield from _thresholds(kit)
    place = {question_id: number for number, question_id in enumerate(ids)}
    for question in kit.questions():
        where = f"question '{question.id}'"
        yield from _known(question.roles, {r.id for r in kit.roles}, f"{where}, roles")
        yield from _known(question.minutes, kit.tracks, f"{where}, minutes")
        law = question.law.sources if question.law else ()
        yield from _known((*question.sources, *law), kit.sources, f"{where}, sources")
        sources = [question.pick_from, *(c.pick_from for c in question.columns)]
        for source in filter(None, sources):
            yield from _pick_from(kit, place, question.id, source, where)
        for option in question.options:
            here = f"{where}, option '{option.id}', opens"
            yield from _known(option.opens, ids, here)
            for opened in option.opens:
                if place.get(opened, place[question.id] + 1) <= place[question.id]:
                    yield _not_earlier(here, opened)
    for rule in kit.rules:
        yield from _known(rule.fix, ids, f"rule {rule.id}, fix")
        yield from _known(rule.sources, kit.sources, f"rule {rule.id}, sources")
    yield from _plan(kit, ids)


def _thresholds(kit: Kit) -> Iterator[KitError]:
    named = {threshold.id: threshold for threshold in kit.thresholds}
    yield from _twice([threshold.id for threshold in kit.thresholds], "threshold")
    for question in kit.questions():
        if question.threshold is None:
            continue
        where = f"question '{question.id}', threshold"
        yield from _known([question.threshold], named, where)
        method = named[question.threshold].method if question.threshold in named else ""
        if question.type == "note" or question.type not in _JUDGED.get(
            method, {question.type}
        ):
            yield KitError(
                N_("'{id}' judges {method}, which a {found} question does not give."),
                where=where,
                fix=N_("Name a threshold with method consent or fist."),
                id=question.threshold,
                method=method,
                found=question.type,
            )


def _plan(kit: Kit, ids: list[str]) -> Iterator[KitError]:
    plan = kit.document
    fields = {"institution": "short_text", "review_date": "date"}
    for name in ("institution", "owner", "approved_by", "review_date"):
        where, target = f"document.yaml, {name}", getattr(plan, name)
        yield from _known([target], ids, where)
        if name in fields and target in ids:
            found = kit.question(target).type
            if found != fields[name]:
                yield KitError(
                    N_("'{id}' is a question of type {found}; this needs {needed}."),
                    where=where,
                    id=target,
                    found=found,
                    needed=fields[name],
                )
    used = [q for section in plan.sections for q in section.questions]
    for section in plan.sections:
        yield from _known(section.questions, ids, f"section '{section.id}', questions")
    yield from _twice(used, "section question")
    for name in ("staff", "summary"):
        # Only what a section holds has a clause to print.
        yield from _known(getattr(plan, name), used, f"document.yaml, {name}")


def _pick_from(
    kit: Kit, place: dict[str, int], question_id: str, source: str, where: str
) -> Iterator[KitError]:
    where = f"{where}, pick_from"
    yield from _known([source], place, where)
    if source not in place:
        return
    if place[source] >= place[question_id]:
        yield _not_earlier(where, source)
    if kit.question(source).type not in _LISTS:
        yield KitError(
            N_("'{id}' is not a list to pick from."),
            where=where,
            fix=N_("Name an earlier question of type rows, multiple, ranking or pick."),
            id=source,
        )


def _not_earlier(where: str, question_id: str) -> KitError:
    return KitError(
        N_("'{id}' stands in the wrong order."),
        where=where,
        fix=N_("A question can only depend on what was asked before it."),
        id=question_id,
    )


def _known(
    named: Iterable[str], known: Iterable[str], where: str
) -> Iterator[KitError]:
    known = list(known)
    for name in named:
        if name not in known:
            yield KitError(
                N_("'{name}' does not exist in this kit."),
                where=where,
                fix=N_("Did you mean '{near}'?"),
                name=name,
                near=nearest(name, known),
            )


def _twice(ids: list[str], kind: str) -> Iterator[KitError]:
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield KitError(
            N_("this id stands in the kit more than once."),
            where=f"{kind} '{name}'",
            fix=N_("Give each its own; answers are kept under it."),
        )


def _translations(
    thing: Any, languages: tuple[str, ...], path: tuple[str, ...]
) -> Iterator[KitError]:
    """Walk through all content and miss no language anywhere."""
    if isinstance(thing, BaseModel):
        name = getattr(thing, "id", None)
        here = (*path[:-1], f"{_kind(thing)} '{name}'") if name and path else path
        for field in type(thing).model_fields:
            yield from _translations(getattr(thing, field), languages, (*here, field))
    elif isinstance(thing, tuple):
        for item in thing:
            yield from _translations(item, languages, path)
    elif isinstance(thing, dict) and thing and set(thing) <= set(_CODES):
        for lang in languages:
            if lang not in thing:
                yield KitError(
                    N_("the text in '{lang}' is missing."),
                    where=", ".join(path[-3:]),
                    fix=N_("Add '{lang}: …' beside the other language."),
                    lang=lang,
                )
    elif isinstance(thing, dict):
        for key, item in thing.items():
            yield from _translations(item, languages, (*path, str(key)))


_CODES = [a + b for a in map(chr, range(97, 123)) for b in map(chr, range(97, 123))]


def _kind(thing: BaseModel) -> str:
    return type(thing).__name__.lower()


def _clauses(kit: Kit) -> Iterator[KitError]:
    """Check that whatever is decided can be said, and is said in one place."""
    planned = {q for section in kit.document.sections for q in section.questions}
    for question in kit.questions():
        where = f"question '{question.id}'"
        if question.type == "note":
            continue
        if question.id not in planned:
            yield KitError(
                N_("no section of the policy holds this question."),
                where=where,
                fix=N_("Add it to a section in document.yaml."),
            )
        if question.clause is not None:
            continue
        for option in question.options or (None,):
            if option is None or option.clause is None:
                yield KitError(
                    N_("there is no clause, so the policy could not say it."),
                    where=f"{where}, option '{option.id}'" if option else where,
                    fix=N_("Write a clause for the option, or one for the question."),
                )


def _time(kit: Kit) -> Iterator[KitError]:
    for name, track in kit.tracks.items():
        spent = sum(
            question.minutes.get(name, 0)
            for question in kit.questions()
            if question.stage == "workshop"
        )
        if not 0 < spent <= track.minutes:
            yield KitError(
                N_("the questions take {spent} minutes; the track has {minutes}."),
                where=f"track '{name}'",
                fix=N_("Change the minutes of its questions, or move some to later."),
                spent=f"{spent:g}",
                minutes=f"{track.minutes:g}",
            )


def _expressions(kit: Kit) -> Iterator[KitError]:
    earlier: list[Question] = []
    for question in kit.questions():
        if question.relevant is not None:
            where = f"question '{question.id}', relevant"
            never = N_("no answer to the earlier questions ever makes it true.")
            yield from _expression(question.relevant, where, earlier, never)
        earlier.append(question)
    for rule in kit.rules:
        never = N_("the rule can never fire.")
        yield from _expression(rule.when, f"rule {rule.id}, when", earlier, never)


def _expression(
    expression: str, where: str, known: list[Question], never: str
) -> Iterator[KitError]:
    try:
        condition = Condition(expression, where=where)
    except KitError as error:
        yield error
        return
    ids = [question.id for question in known]
    special = [f"workshop.{name}" for name in WORKSHOP_FACTS]
    unknown = list(_known(condition.paths(), [*ids, *special], where))
    if unknown:
        yield from unknown
        return
    asked = [question for question in known if question.id in condition.paths()]
    try:
        if not any(condition.holds(sample) for sample in _samples(asked, expression)):
            yield KitError(
                never, where=where, fix=N_("Look for an id that is spelt wrong.")
            )
    except KitError as error:
        yield error


def _samples(asked: list[Question], expression: str) -> Iterator[Facts]:
    """Yield facts that try each answer that could matter to the expression."""
    literals = [float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", expression)]
    numbers = sorted({n + d for n in [0.0, *literals] for d in (-1, 0, 1)} | {1e6})
    columns = [_answers(question, numbers) for question in asked]
    listed = [f"{q.id}" for q in asked]
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
    for values in tries:
        answered = dict(zip(listed, values, strict=True))
        yield {**facts(asked, answered), "workshop": states[0]}


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
