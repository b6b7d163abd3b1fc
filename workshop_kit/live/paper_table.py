"""Takes in forms on paper that somebody typed into a table: all of them, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_, AnswerError, WorkshopError
from workshop_kit.kit.paper import letter, numbered
from workshop_kit.live.paper import Paper, number_of
from workshop_kit.metrics import handmade

if TYPE_CHECKING:
    from pathlib import Path

    from workshop_kit.kit.model import Question
    from workshop_kit.live.workshop import Workshop

_NUMBER = ("paper", "papier", "number", "nummer")
_ROLE = ("role", "rol")
_SHOWN = 20
"""Most mistakes that are told at once."""


def enter_table(workshop: Workshop, path: Path) -> list[str]:
    """
    Record the answers in a table with a row per paper; the same again changes nothing.

    Args:
        workshop: Where the answers go; its language is spoken.
        path: CSV, or a workbook's first sheet. Columns: ``paper`` and ``role``, and
            the number or the id of each question; cells as they are typed in
            :class:`workshop_kit.live.secretary.Secretary`. The role is its letter, id
            or name.

    Returns:
        A line per paper.

    Raises:
        AnswerError: If a cell does not fit; names each, and nothing is recorded.
        MetricsError: If the file is no such table.
    """
    t, table = workshop.translate, handmade.load(path)
    heads = [head.casefold() for head in table.headers]
    asked = _columns(workshop, heads, path.name)
    wrong: list[str] = []
    said: list[str] = []
    with workshop.store.together():
        seen: set[int] = set()
        for line, row in zip(table.lines, table.rows, strict=True):
            cells = dict(zip(heads, row, strict=True))
            try:
                paper = _paper(workshop, cells, seen)
            except WorkshopError as error:
                wrong.append(_words(workshop, line, "", error))
                continue
            for head, question in asked.items():
                typed = cells[head].strip()
                try:
                    if typed:
                        paper.answer(question, paper.value(question, typed))
                except WorkshopError as error:
                    wrong.append(_words(workshop, line, head, error))
            paper.keep(max(paper.questions))
            kept = N_(
                "Paper {number} is kept: {given} of {all} questions were entered."
            )
            said.append(
                t(
                    kept,
                    number=paper.number,
                    given=paper.given(),
                    all=max(paper.questions),
                )
            )
        if wrong:
            more = [f"(+ {len(wrong) - _SHOWN})"] if len(wrong) > _SHOWN else []
            raise AnswerError(
                N_("Nothing was recorded, because of this:\n{problems}"),
                where=path.name,
                problems="\n".join([*wrong[:_SHOWN], *more]),
            )
    return said


def _columns(workshop: Workshop, heads: list[str], name: str) -> dict[str, Question]:
    questions = numbered(workshop.kit, workshop.track)
    known = {str(number): question for number, question in questions.items()}
    known |= {question.id: question for question in questions.values()}
    lacking = not (set(_NUMBER) & set(heads) and set(_ROLE) & set(heads))
    strange = [h for h in heads if h not in {*known, *_NUMBER, *_ROLE, ""}]
    if lacking or strange or len({*heads}) < len(heads):
        raise AnswerError(
            N_("The first row of the table does not fit: {heads}."),
            where=name,
            fix=N_(
                "It has “paper”, “role”, and the numbers of the questions, 1 to {last},"
                " each once."
            ),
            heads=", ".join(strange or heads)[:200],
            last=len(questions),
        )
    return {head: known[head] for head in heads if head in known}


def _paper(workshop: Workshop, cells: dict[str, str], seen: set[int]) -> Paper:
    number = number_of(_cell(cells, _NUMBER))
    if number in seen:
        raise AnswerError(N_("Paper {number} stands here twice."), number=number)
    seen.add(number)
    typed = _cell(cells, _ROLE).casefold()
    roles: dict[str, str] = {}
    for place, role in enumerate(workshop.kit.roles):
        names = (letter(place), role.id, *role.label.values())
        roles |= {name.casefold(): role.id for name in names if name}
    return Paper.begin(workshop, number, roles.get(typed, ""))


def _cell(cells: dict[str, str], names: tuple[str, ...]) -> str:
    return next(cells[name].strip() for name in names if name in cells)


def _words(workshop: Workshop, line: int, head: str, error: WorkshopError) -> str:
    t = workshop.translate
    texts = (error.what, error.fix)
    said = " ".join(t(text, **error.slots) for text in texts if text)
    if not head:
        return t(N_("line {line}: {problem}"), line=line, problem=said)
    words = N_("line {line}, question {head}: {problem}")
    return t(words, line=line, head=head, problem=said)
