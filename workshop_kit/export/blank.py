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
from workshop_kit.kit.paper import letter, numbered, options_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Column, Kit, Question

_LINES = {"short_text": 1, "long_text": 5, "rows": 4, "pick": 3}
"""Type → lines to write on, or rows to fill in."""

_BLANK = "\u00a0"


def blank_document(
    kit: Kit,
    track: str,
    t: Translator,
    *,
    institution: str = "",
    keep_until: dt.date | None = None,
) -> Document:
    """
    Return every question of a track with boxes to tick and lines to write on.

    Each question has a number and each option a letter, by which the answers are
    entered afterwards; see :mod:`workshop_kit.kit.paper`.

    Args:
        kit: What is asked.
        track: Which questions; notes belong to every track.
        t: Language of the form.
        institution: For whom; may be empty.
        keep_until: Until when the answers are kept; None leaves the sentence out.
    """
    # What has to be filled in first stands above the questions.
    blocks = _above(kit, t, keep_until)
    numbers = {q.id: number for number, q in numbered(kit, track).items()}
    for aspect in kit.aspects:
        asked = [q for q in aspect.questions if track in q.minutes]
        if asked:
            blocks.append(Heading(level=1, runs=text(t.pick(aspect.title))))
            blocks.append(Paragraph(runs=text(t.pick(aspect.purpose))))
            for question in asked:
                blocks += question_blocks(kit, question, t, numbers.get(question.id))
    return Document(
        title=t(N_("{title}: form"), title=t.pick(kit.title)),
        subtitle=institution,
        lang=t.lang,
        meta={
            t(N_("Track")): t.pick(kit.tracks[track].label),
            t(N_("Questions")): str(len(numbers)),
            t(N_("Version of the questions")): kit.version,
        },
        blocks=tuple(blocks),
        leaflet=True,
    )


def _above(kit: Kit, t: Translator, keep_until: dt.date | None) -> list[Block]:
    said = t(
        N_(
            "Tick what you choose and write down the rest. What you do not know stays"
            " empty. The codes are for whoever enters the answers afterwards."
        )
    )
    blocks: list[Block] = [Paragraph(runs=text(said))]
    if keep_until is not None:
        until = N_(
            "Who hands this in agrees that the answers are kept until {date}. Your name"
            " is not asked."
        )
        blocks.append(Paragraph(runs=text(t(until, date=t.date(keep_until)))))
    number = N_("Number of this paper (by whoever collects it):")
    return [
        *blocks,
        Paragraph(runs=text(t(number))),
        Room(lines=1),
        Paragraph(runs=text(t(N_("My role – tick the one that fits best:")))),
        _boxes("", (t.pick(role.label) for role in kit.roles)),
    ]


def question_blocks(
    kit: Kit, question: Question, t: Translator, number: int | None = None
) -> list[Block]:
    """
    Return one question as it stands on paper.

    Args:
        kit: The kit of the question.
        question: What is asked.
        t: Language of the form.
        number: By which it is entered afterwards; None for a note.
    """
    label, hint = t.pick(question.label), t.pick(question.hint)
    title = label if number is None else f"{number}. {label}"
    code = "" if number is None else str(number)
    about = [Paragraph(runs=(Run(text=hint, emphasis=True),))] if hint else []
    heading = Heading(level=2, runs=text(title))
    return [heading, *about, *_answer(kit, question, t, code)]


def _answer(kit: Kit, question: Question, t: Translator, code: str) -> Iterator[Block]:
    match question.type:
        case "note":
            return
        case "rows":
            head = tuple(text(t.pick(column.label)) for column in question.columns)
            row = tuple(text(_BLANK) for _ in head)
            count = min(_LINES["rows"], question.at_most or _LINES["rows"])
            yield Table(head=head, rows=(row,) * count, caption=t(N_("Fill in:")))
            yield from _legend(kit, question.columns, t)
        case "score":
            yield from _score(question, t)
        case "single" | "multiple" | "ranking" | "dots" | "pick":
            yield from _choice(kit, question, t, code)
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
    words = (
        f"{step} – {said[step]}" if said.get(step) else str(step)
        for step in range(low, min(high, low + 20) + 1)
    )
    yield List(items=tuple((Paragraph(runs=text(w)),) for w in words), boxes=True)


def _legend(kit: Kit, columns: Iterable[Column], t: Translator) -> Iterator[Block]:
    """Say what can be written in the cells of a column, by letters."""
    for column in columns:
        options = options_of(kit, column)
        codes = (f"{letter(n)}\u00a0{t.pick(o.label)}" for n, o in enumerate(options))
        if options:
            label = Run(text=f"{t.pick(column.label)}: ", strong=True)
            yield Paragraph(runs=(label, Run(text=" · ".join(codes))))


def _choice(kit: Kit, question: Question, t: Translator, code: str) -> Iterator[Block]:
    options = options_of(kit, question)
    how = {
        "single": t(N_("Tick one.")),
        "multiple": t(N_("Tick all that you want.")),
        "pick": t(N_("Tick all that you want.")),
        "ranking": t(N_("Write 1 in the box of what comes first, then 2, and so on.")),
        "dots": t(N_("Divide {n} dots over the boxes."), n=question.dots),
    }[question.type]
    if question.at_most and question.type in {"multiple", "ranking", "pick"}:
        how = f"{how} {t(N_('At most {n}.'), n=question.at_most)}"
    if not options:
        # What can be picked is what was filled in at another question.
        yield Room(lines=_LINES["pick"])
        return
    yield Paragraph(runs=text(how))
    yield _boxes(code, (t.pick(option.label) for option in options))
    if question.other:
        yield Paragraph(runs=text(t(N_("Other, in your own words:"))))
        yield Room(lines=1)


def _boxes(code: str, words: Iterator[str]) -> List:
    items = (
        (Run(text=f"{code}{letter(place)}", code=True), Run(text=f"\u00a0 {label}"))
        for place, label in enumerate(words)
    )
    return List(items=tuple((Paragraph(runs=runs),) for runs in items), boxes=True)
