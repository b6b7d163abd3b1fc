"""Says one decision as it stands in the policy: a sentence, a list, a table, words."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.kit.model import OTHER
from workshop_kit.kit.words import enumerate_words, in_words, most_dots, rows
from workshop_kit.policy.model import Grid, Provision

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Clause, Kit, Question
    from workshop_kit.store.records import Decision

_INLINE = 5
"""A clause names up to so many things in its sentence; more become a list."""

_SLOTS = re.compile(r"\{(answer|other)\}")
_LAST = re.compile(r"\{answer\}[.:]?$")
_JOINED = re.compile(r", | en | and ")


def provision(
    kit: Kit, question: Question, made: Decision, translate: Translator
) -> Provision:
    """Say one decision in the translator's language."""
    items: tuple[str, ...] = ()
    grid, prose = None, ""
    wording = _wording(question.clause, made, translate)
    if question.type == "rows":
        text = _filled(wording, "", "")
        grid = Grid(
            head=tuple(translate.pick(column.label) for column in question.columns),
            rows=tuple(tuple(r) for r in rows(kit, question, made.value, translate)),
        )
    elif question.type == "long_text":
        lead = _filled(wording, "", "").strip(" .:")
        text, prose = f"{lead}:" if lead else "", str(made.value)
    else:
        text, items = _clauses(kit, question, made, translate)
    return Provision(
        question=question.id,
        label=translate.pick(question.label),
        text=text,
        items=items,
        ordered=question.type == "ranking",
        grid=grid,
        prose=prose,
        checked=_checked(made, translate),
    )


def _clauses(
    kit: Kit, question: Question, made: Decision, translate: Translator
) -> tuple[str, tuple[str, ...]]:
    """Return the sentence of the question and the clauses of what was chosen."""
    value = most_dots(made.value) if question.type == "dots" else made.value
    chosen = value if isinstance(value, list) else [value]
    named = in_words(kit, question, value, translate)
    options = {option.id: option for option in question.options}
    clauses, plain, other = [], [], ""
    for item, words in zip(chosen, named, strict=True):
        option = options.get(item) if isinstance(item, str) else None
        if isinstance(item, dict):
            other = str(item[OTHER])
        if option is not None and option.clause is not None:
            clauses.append(_filled(_wording(option.clause, made, translate), words, ""))
        else:
            keep = option is None or option.proper
            plain.append(words if keep else _lower(words))
    wording = _wording(question.clause, made, translate)
    if not wording:
        sentences = (*clauses, *plain)
        return ("", sentences) if len(sentences) > 1 else (sentences[0], ())
    if _LAST.search(wording) and _too_much(plain):
        return _filled(wording, "", other).rstrip(" .:") + ":", (*plain, *clauses)
    if plain or "{answer}" not in wording:
        answer = enumerate_words(plain, translate)
        return _filled(wording, answer, other), tuple(clauses)
    return ("", tuple(clauses)) if len(clauses) > 1 else (clauses[0], ())


def _too_much(plain: list[str]) -> bool:
    """Tell whether a sentence could not name these things and still be read."""
    joined = any(_JOINED.search(words) for words in plain)
    return len(plain) > _INLINE or (len(plain) > 1 and joined)


def _lower(words: str) -> str:
    """Begin with a small letter, unless the first word is an abbreviation."""
    small = words[1:2] == " " or words[1:2].islower()
    return words[:1].lower() + words[1:] if small else words


def _wording(clause: Clause | None, made: Decision, translate: Translator) -> str:
    if clause is None:
        return ""
    variant = made.variant if made.variant in clause.variants() else "balanced"
    return translate.pick(clause.wording(variant))


def _filled(wording: str, answer: str, other: str) -> str:
    slots = {"answer": answer, "other": other}
    return _SLOTS.sub(lambda match: slots[match[1]], wording)


def _checked(made: Decision, translate: Translator) -> str:
    if not made.checked_by:
        return ""
    day = dt.date.fromisoformat(made.checked_on)
    return translate(
        N_("Checked against the law by {name} on {date}."),
        name=made.checked_by,
        date=translate.date(day),
    )
