"""The empty form of a workshop, on paper, for a room without devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.export.document import (
    Block,
    Document,
    Heading,
    List,
    Paragraph,
    Room,
    Run,
    Table,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit, Question

_LINES = {"short_text": 1, "long_text": 5, "rows": 4, "pick": 3}
"""Type → lines to write on, or rows to fill in."""

_BLANK = "\u00a0"


def blank_document(
    kit: Kit, track: str, t: Translator, *, institution: str = ""
) -> Document:
    """
    Return every question of a track with boxes to tick and lines to write on.

    Each question says its id, by which the answers are entered afterwards.

    Args:
        kit: What is asked.
        track: Which questions; notes belong to every track.
        t: Language of the form.
        institution: For whom; may be empty.
    """
    # What has to be filled in first stands above the questions.
    blocks: list[Block] = [
        Paragraph(
            runs=text(
                t(
                    N_(
                        "Tick what you choose and write down the rest. The code below "
                        "a question is for whoever enters the answers afterwards."
                    )
                )
            )
        ),
        Paragraph(runs=text(t(N_("Name or role:")))),
        Room(lines=1),
    ]
    for aspect in kit.aspects:
        asked = [q for q in aspect.questions if track in q.minutes]
        if asked:
            blocks.append(Heading(level=1, runs=text(t.pick(aspect.title))))
            blocks.append(Paragraph(runs=text(t.pick(aspect.purpose))))
            for question in asked:
                blocks += question_blocks(kit, question, t)
    return Document(
        title=t(N_("{title}: form"), title=t.pick(kit.title)),
        subtitle=institution,
        lang=t.lang,
        meta={t(N_("Track")): t.pick(kit.tracks[track].label)},
        blocks=tuple(blocks),
        leaflet=True,
    )


def question_blocks(kit: Kit, question: Question, t: Translator) -> list[Block]:
    """Return one question as it stands on paper."""
    about = (
        Run(text=question.id, code=True),
        Run(text="  "),
        Run(text=t.pick(question.hint), emphasis=True),
    )
    return [
        Heading(level=2, runs=text(t.pick(question.label))),
        Paragraph(runs=about),
        *_answer(kit, question, t),
    ]


def _answer(kit: Kit, question: Question, t: Translator) -> Iterator[Block]:
    match question.type:
        case "note":
            return
        case "rows":
            head = tuple(text(t.pick(column.label)) for column in question.columns)
            row = tuple(text(_BLANK) for _ in head)
            count = min(_LINES["rows"], question.at_most or _LINES["rows"])
            yield Table(head=head, rows=(row,) * count, caption=t(N_("Fill in:")))
        case "score":
            yield from _score(question, t)
        case "single" | "multiple" | "ranking" | "dots" | "pick":
            yield from _choice(kit, question, t)
        case _:
            unit = t.pick(question.unit) if question.unit else ""
            if question.type == "date":
                unit = t(N_("day, month, year"))
            if unit:
                yield Paragraph(runs=text(t(N_("In: {unit}"), unit=unit)))
            yield Room(lines=_LINES.get(question.type, 1))


def _score(question: Question, t: Translator) -> Iterator[Block]:
    low, high = (int(bound or 0) for bound in question.bounds)
    said = {
        low: t.pick(question.low) if question.low else "",
        high: t.pick(question.high) if question.high else "",
    }
    yield _boxes(
        f"{step} – {said[step]}" if said.get(step) else str(step)
        for step in range(low, min(high, low + 20) + 1)
    )


def _choice(kit: Kit, question: Question, t: Translator) -> Iterator[Block]:
    options = question.options
    if question.pick_from is not None:
        options = kit.question(question.pick_from).options
    how = {
        "single": t(N_("Tick one.")),
        "multiple": t(N_("Tick all that you want.")),
        "pick": t(N_("Tick all that you want.")),
        "ranking": t(N_("Write 1 in the box of what comes first, then 2, and so on.")),
        "dots": t(N_("Divide {n} dots over the boxes."), n=question.dots),
    }[question.type]
    if question.at_most and question.type in {"multiple", "ranking"}:
        how = f"{how} {t(N_('At most {n}.'), n=question.at_most)}"
    if not options:
        # What can be picked is what was filled in at another question.
        yield Room(lines=_LINES["pick"])
        return
    yield Paragraph(runs=text(how))
    yield _boxes(t.pick(option.label) for option in options)
    if question.other:
        yield Paragraph(runs=text(t(N_("Other, in your own words:"))))
        yield Room(lines=1)


def _boxes(words: Iterator[str]) -> List:
    return List(items=tuple((Paragraph(runs=text(w)),) for w in words), boxes=True)
