"""Lays out how the room answered one question, as a table of counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.deliberation.consensus import spread
from workshop_kit.deliberation.tally import tally, tidy
from workshop_kit.errors import N_
from workshop_kit.export.document import Block, List, Paragraph, Table, text
from workshop_kit.kit.words import in_words
from workshop_kit.live.room.results import COUNTED, option_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.store.records import Answer


def counts(
    kit: Kit,
    question: Question,
    answers: Sequence[Answer],
    people: int,
    t: Translator,
) -> list[Block]:
    """
    Return a table of what was chosen, or the answers themselves.

    Options that nobody chose are left out of the table, for the sake of the
    room's overview; a ranking counts how often an option came first.
    """
    mine = [answer for answer in answers if answer.question == question.id]
    if question.type not in COUNTED:
        items = tuple(
            (Paragraph(runs=text(words)),)
            for answer in mine
            for words in in_words(kit, question, answer.value, t)
        )
        return [List(items=items, ordered=False)]
    frame = tidy(mine, [question])
    counted = tally(frame, question, asked=people)
    rows = tuple(
        (
            text(option_label(kit, question, str(row["option"]), t)),
            text(t.number(int(row["n"]))),
            text(f"{t.number(float(row['share']) * 100, 0)}%"),
        )
        for row in counted.to_dict("records")
        if row["n"]
    )
    first = question.type == "ranking"
    table = Table(
        head=(
            text(t(N_("Choice"))),
            text(t(N_("First place") if first else N_("Count"))),
            text(t(N_("Share of answers"))),
        ),
        rows=rows,
        caption=t.pick(question.label),
    )
    return [table, *_agreement(question, frame, people, t)]


def _agreement(
    question: Question, frame: object, people: int, t: Translator
) -> list[Block]:
    if question.type != "score":
        return []
    measured = spread(frame, question, asked=people)  # type: ignore[arg-type]
    last = measured.iloc[-1]
    said = t(
        N_("Median {median}; agreement {agreement}, where 1 is full agreement."),
        median=t.number(float(last["median"])),
        agreement=t.number(float(last["agreement"]), 2),
    )
    return [Paragraph(runs=text(said))]
