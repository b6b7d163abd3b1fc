"""A recognised table on its way to posts or days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers.result import Notice, Question
from workshop_kit.metrics.readers.values import Column, Seen, numbers

if TYPE_CHECKING:
    from workshop_kit.metrics.readers.dates import Dates
    from workshop_kit.metrics.readers.layout import Layout, Match
    from workshop_kit.metrics.readers.result import Answers, Ask
    from workshop_kit.metrics.readers.sheet import Sheet

TOTALS = ("total", "totals", "totaal", "grand total", "eindtotaal", "summe")
"""First cells of a row that adds up the others; it is left out."""

ENDS = 3
"""Rows at either end of a table among which totals stand."""


@dataclass(slots=True, kw_only=True)
class Found:
    """
    What was found in a file so far.

    Attributes:
        wide: Frames of posts.
        days: Frames of days.
        peers: Frames of peers.
        definitions: What the platform means by each metric.
        notices: What has to be said.
        questions: What has to be asked.
    """

    wide: list[pd.DataFrame] = field(default_factory=list)
    days: list[pd.DataFrame] = field(default_factory=list)
    peers: list[pd.DataFrame] = field(default_factory=list)
    definitions: dict[str, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def note(self, code: str, what: str, where: str, **slots: object) -> None:
        """Add a warning."""
        self.notices.append(Notice(code=code, what=what, slots=slots, where=where))

    def ask(self, ask: Ask, example: str = "") -> None:
        """Add a question, once."""
        if all(question.ask != ask for question in self.questions):
            self.questions.append(Question(ask=ask, example=example))

    def dated(self, when: Dates) -> None:
        """Take over what reading the dates left to say and ask."""
        self.notices += when.notices
        for question in when.questions:
            self.ask(question.ask, question.example)


@dataclass(slots=True, kw_only=True)
class Reading:
    """
    The cells of one table, with what is said of them going to *found*.

    Attributes:
        cells: Columns by our names, and ``first``; the index is the row of the file.
    """

    sheet: Sheet
    match: Match
    answers: Answers
    found: Found
    cells: pd.DataFrame

    @property
    def layout(self) -> Layout:
        """Return what was recognised."""
        return self.match.layout

    def header(self, name: str) -> str:
        """Return a header as the file writes it."""
        return self.sheet.head[self.match.header][self.match.places[name]]

    def column(self, name: str) -> Column:
        """Return a column with where it stands."""
        return Column(self.cells[name], self.header(name), self.sheet.file)

    def text(self, name: str) -> pd.Series[Any] | None:
        """Return a column as text, NA for empty; None if the file has no such."""
        if name not in self.cells:
            return None
        cells = self.cells[name]
        if cells.dtype == "category":
            return cells
        text = cells.astype("string").str.strip()
        return text.mask(text.eq(""))

    def exported(self) -> pd.Timestamp | None:
        """Return the day of the export, if it was answered."""
        day = self.answers.export_date
        return None if day is None else pd.Timestamp(day)

    def note(self, code: str, what: str, **slots: object) -> None:
        """Add a warning about this table."""
        self.found.note(code, what, self.sheet.file, **slots)

    def figures(self) -> dict[str, pd.Series[float]]:
        """Read the columns of figures, and keep what the platform means by them."""
        seen, read = Seen(), {}
        for name, kind in self.layout.metrics.items():
            if name not in self.cells:
                continue
            read[name] = numbers(
                self.column(name),
                seen,
                whole=kind.whole,
                negative=self.layout.negative,
            )
        self.found.definitions |= definitions(self.sheet, self.match)
        self.found.notices += seen.notices(self.sheet.file)
        return read


def definitions(sheet: Sheet, match: Match) -> dict[str, str]:
    """Return what a platform means by its metrics, after its own header for each."""
    found = {}
    for name, kind in match.layout.metrics.items():
        if name in match.places:
            header = sheet.head[match.header][match.places[name]]
            found[name] = f"{header}: {kind.meaning}" if kind.meaning else header
    return found


def begin(sheet: Sheet, match: Match, answers: Answers, found: Found) -> Reading:
    """
    Take the columns of a recognised table, without rows that add up others.

    Raises:
        MetricsError: A row does not fit the header, or a header stands twice.
    """
    layout = match.layout
    if match.doubled and not layout.repeated:
        raise MetricsError(
            N_("The column {wanted} stands twice. Seen: {seen}."),
            where=sheet.file,
            fix=N_("Remove the column that does not belong there."),
            wanted=match.doubled[0],
            seen=sheet.headers(),
        )
    cells, rest = sheet.below(
        match.header, {"first": 0, **match.places}, block=layout.block
    )
    reading = Reading(
        sheet=sheet, match=match, answers=answers, found=found, cells=cells
    )
    if match.doubled:
        reading.note(
            "repeated",
            N_("Some headers stand twice ({headers}); the first one was read."),
            headers=", ".join(match.doubled),
        )
    if rest is not None:
        reading.note(
            "rest",
            N_("From row {row} on something else follows; it was not read."),
            row=rest,
        )
    _leave_totals(reading)
    if layout.explained and len(reading.cells):
        when = reading.cells["published_at"].iloc[0]
        if pd.isna(when) or not str(when)[:1].isdecimal():
            reading.cells = reading.cells.iloc[1:]
    return reading


def _leave_totals(reading: Reading) -> None:
    cells = reading.cells
    names = [n for n in ("first", "published_at", "day", "segment") if n in cells]
    ends = cells[names]
    if len(cells) > 2 * ENDS:
        ends = ends.iloc[[*range(ENDS), *range(-ENDS, 0)]]
    total = set()
    for name in names:
        text = ends[name].astype("string").str.strip().str.casefold()
        total |= set(ends.index[text.isin(TOTALS)])
    if "segment" in ends and reading.match.places["segment"] == 0:
        total |= set(ends.index[ends["segment"].isna()])
    if total:
        reading.note(
            "totals", N_("Rows with totals that were left out: {n}."), n=len(total)
        )
        reading.cells = cells.drop(index=sorted(total))
