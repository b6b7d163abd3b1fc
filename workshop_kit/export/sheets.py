"""Writes answers and decisions as CSV that a spreadsheet reads and never runs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from workshop_kit.deliberation.ballot import (
    REASONS,
    ballot,
    kinds,
    parse,
    voted_on,
)
from workshop_kit.errors import N_
from workshop_kit.export.document import clean
from workshop_kit.kit.words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.store.records import Action, Answer, Decision

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula; a quote goes before it."""

_SEPARATORS = {"nl": ";"}
"""What a spreadsheet in that language expects between cells; a comma elsewhere."""


def answers_csv(
    kit: Kit,
    answers: Iterable[Answer],
    t: Translator,
    *,
    actions: Mapping[tuple[str, str], Action] | None = None,
) -> bytes:
    """
    Return the answers that stand, a row each, in the order they were given.

    People have a number and no name; the same number is the same person. Answers
    that may not be laid to anybody, because the ballot is anonymous, for ideas, or
    not revealed yet, have no number, and come last in an order that tells nothing.
    What is blind and not revealed is left out.

    Args:
        kit: To say what was asked and chosen.
        answers: A question the kit has no more is said by its id.
        t: Language of labels, numbers and dates.
        actions: Those that stand, by kind and subject; default nothing was done.
    """
    done = actions or {}
    given = [a for a in answers if not covered(kit, a.question, done)]
    nameless = {a.question for a in given if _nameless(a.question, done)}
    told = sorted({a.participant for a in given if a.question not in nameless})
    people = {who: n for n, who in enumerate(told, 1)}
    head = (N_("Code"), N_("Question"), N_("Round"), N_("Person"), N_("Answer"))
    rows: dict[bool, list[tuple[str, ...]]] = {False: [], True: []}
    for answer in given:
        hidden = answer.question in nameless
        row = (
            answer.question,
            _label(kit, answer.question, t),
            str(answer.round),
            "" if hidden else str(people[answer.participant]),
            _words(kit, answer.question, answer.value, t),
        )
        rows[hidden].append(row)
    return table([t(word) for word in head], [*rows[False], *sorted(rows[True])], t)


def _phase(ballot_id: str, done: Mapping[tuple[str, str], Action]) -> str:
    action = done.get(("ballot", voted_on(ballot_id)))
    return str((action.value or {}).get("phase", "")) if action else ""


def covered(kit: Kit, ballot_id: str, done: Mapping[tuple[str, str], Action]) -> bool:
    """Tell whether an answer may not be seen yet, by whomever."""
    name, kind = parse(ballot_id)
    asked = next((q for q in kit.questions() if q.id == name), None)
    blind = kind != "ideas" and (asked is None or asked.blind)
    return blind and _phase(ballot_id, done) in {"open", "closed"}


def _nameless(ballot_id: str, done: Mapping[tuple[str, str], Action]) -> bool:
    """Tell whether an answer may not be laid to anybody."""
    anonymous = done.get(("anonymous", voted_on(ballot_id)))
    return (
        parse(ballot_id)[1] == "ideas"
        or (anonymous is not None and bool(anonymous.value))
        or _phase(ballot_id, done) in {"open", "closed"}
    )


def decisions_csv(kit: Kit, decisions: Mapping[str, Decision], t: Translator) -> bytes:
    """Return the decisions that stand, a row each, in the order of the kit."""
    head = (
        *(N_("Code"), N_("Question"), N_("Decision"), N_("Wording"), N_("Reason")),
        *(N_("Dissent"), N_("Decided by"), N_("Checked by"), N_("Checked on")),
        N_("Date"),
    )
    order = [q.id for q in kit.questions() if q.id in decisions]
    rows = (
        (
            name,
            _label(kit, name, t),
            _words(kit, name, made.value, t),
            made.variant,
            made.reason,
            made.dissent,
            made.by,
            made.checked_by,
            made.checked_on,
            made.at.date().isoformat(),
        )
        for name in order
        for made in [decisions[name]]
    )
    return table([t(word) for word in head], rows, t)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], t: Translator) -> bytes:
    """Return cells as CSV in UTF-8, with the mark by which Excel knows that."""
    written = io.StringIO(newline="")
    separator = _SEPARATORS.get(t.lang, ",")
    writer = csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL)
    for row in (head, *rows):
        writer.writerow([cell(words) for words in row])
    return written.getvalue().encode("utf-8-sig")


def cell(words: str) -> str:
    """Return words that no spreadsheet takes for a formula."""
    said = clean(words)
    # Cleaning makes a return a line end, which is blank to some readers too.
    risky = words.startswith(FORMULA) or said.lstrip().startswith(FORMULA)
    return f"'{said}" if risky else said


def _asked(kit: Kit, ballot_id: str) -> Question | None:
    name, kind = parse(ballot_id)
    try:
        found = kit.question(name)
    except KeyError:
        return None
    if kind in REASONS or kind in kinds(found):
        return ballot(found, kind)
    return None


def _label(kit: Kit, ballot_id: str, t: Translator) -> str:
    asked = _asked(kit, ballot_id)
    return t.pick(asked.label) if asked else ballot_id


def _words(kit: Kit, ballot_id: str, value: object, t: Translator) -> str:
    asked = _asked(kit, ballot_id)
    if asked is None:
        return str(value)
    return "; ".join(in_words(kit, asked, value, t))
