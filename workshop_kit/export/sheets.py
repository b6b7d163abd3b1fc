"""Writes answers and decisions as CSV that a spreadsheet reads and never runs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from workshop_kit.deliberation.ballot import REASONS, ballot, kinds, parse
from workshop_kit.errors import N_
from workshop_kit.export.document import clean
from workshop_kit.kit.words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.store.records import Answer, Decision

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula; a quote goes before it."""

_SEPARATORS = {"nl": ";"}
"""What a spreadsheet in that language expects between cells; a comma elsewhere."""


def answers_csv(kit: Kit, answers: Iterable[Answer], t: Translator) -> bytes:
    """
    Return the answers that stand, a row each, in the order they were given.

    People have a number and no name; the same number is the same person.

    Args:
        kit: To say what was asked and chosen.
        answers: A question the kit has no more is said by its id.
        t: Language of labels, numbers and dates.
    """
    given = list(answers)
    people = {who: n for n, who in enumerate(sorted({a.participant for a in given}), 1)}
    head = (N_("Code"), N_("Question"), N_("Round"), N_("Person"), N_("Answer"))
    return table(
        [t(word) for word in head],
        (
            (
                answer.question,
                _label(kit, answer.question, t),
                str(answer.round),
                str(people[answer.participant]),
                _words(kit, answer.question, answer.value, t),
            )
            for answer in given
        ),
        t,
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
