"""Says an answer in the words of one language, as plain text."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.kit.model import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Column, Kit, Option, Question


def in_words(
    kit: Kit, question: Question, value: Any, translate: Translator
) -> list[str]:
    """
    Return a valid answer as texts, one for each thing chosen or each row.

    What has dots says how many, most first.

    Args:
        kit: The kit of the question, to name what a ``pick`` refers to.
        question: What was asked.
        value: A valid value; None gives the empty list.
        translate: Chooses labels and writes numbers and dates.
    """
    if value is None:
        return []
    if question.type == "rows":
        return [
            " · ".join(c for c in cells if c)
            for cells in rows(kit, question, value, translate)
        ]
    return _texts(kit, question, value, translate)


def rows(
    kit: Kit, question: Question, value: Any, translate: Translator
) -> list[list[str]]:
    """Return a valid list of rows as a grid of texts; a missing cell is ``""``."""
    return [
        [
            "; ".join(_texts(kit, column, row.get(column.id), translate))
            for column in question.columns
        ]
        for row in value or ()
    ]


def enumerate_words(words: Iterable[str], translate: Translator) -> str:
    """Join words as a sentence does: ``a, b en c``."""
    *first, last = list(words) or [""]
    if not first:
        return last
    return translate(N_("{first} and {last}"), first=", ".join(first), last=last)


def most_dots(value: Mapping[str, int]) -> list[str]:
    """Return the options that have dots, most dots first, equal ones as they are."""
    return sorted(value, key=lambda name: -value[name])


def _texts(
    kit: Kit, thing: Question | Column, value: Any, translate: Translator
) -> list[str]:
    if value is None:
        return []
    if thing.type == "date":
        return [translate.date(dt.date.fromisoformat(value))]
    if thing.type in {"integer", "decimal", "score"}:
        unit = f"\u00a0{translate.pick(thing.unit)}" if thing.unit else ""
        return [translate.number(value) + unit]
    if thing.type == "pick" and thing.pick_from is not None:
        return [_key(kit, thing.pick_from, key, translate) for key in value]
    if thing.type == "dots" and isinstance(value, dict):
        return [
            translate.plural(
                N_("{item} ({n} dot)"),
                N_("{item} ({n} dots)"),
                value[name],
                item=_item(thing.options, name, translate),
            )
            for name in most_dots(value)
        ]
    items = value if isinstance(value, list) else [value]
    return [_item(thing.options, item, translate) for item in items]


def _item(options: Iterable[Option], item: Any, translate: Translator) -> str:
    if isinstance(item, dict):
        return str(item[OTHER])
    label = next((option.label for option in options if option.id == item), None)
    return str(item) if label is None else translate.pick(label)


def _key(kit: Kit, question_id: str, key: str, translate: Translator) -> str:
    source = kit.question(question_id)
    first = source.columns[0] if source.type == "rows" else source
    if first.type == "pick" and first.pick_from is not None:
        return _key(kit, first.pick_from, key, translate)
    return _item(first.options, key, translate)
