"""Rows of text, whether from a CSV file or a spreadsheet, and their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from workshop_kit.errors import N_, MetricsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEAD = 60
"""Rows at the top in which a header is looked for."""

SHOWN = 40
"""A wrong file can have thousands of headers; so many are named, and so long."""


class Columns(Protocol):
    """Gives columns of a large file without keeping all of it."""

    def __call__(self, header: int, places: Mapping[str, int]) -> pd.DataFrame:
        """Return the columns at these places of the rows below the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """
    A table as it stands in a file, with whatever is above and below it.

    Attributes:
        file: Name of the file; with the sheet, or the file in the archive.
        head: First rows, for recognising it.
        rows: All rows; empty if they are read by *columns*.
        columns: Reads a large file by column.
        cut: Separator of a text file.
    """

    file: str
    head: Sequence[Sequence[str]]
    rows: Sequence[Sequence[str]] = ()
    columns: Columns | None = None
    cut: str = ","

    @classmethod
    def of_rows(cls, file: str, rows: Iterable[Sequence[str]]) -> Sheet:
        """Make a sheet of rows in memory."""
        kept = [[cell.strip() for cell in row] for row in rows]
        return cls(file=file, head=kept[:HEAD], rows=kept)

    def below(
        self, header: int, places: Mapping[str, int], *, block: bool
    ) -> tuple[pd.DataFrame, int | None]:
        """
        Return columns of the rows below a header.

        Args:
            header: Place of the header row, from 0.
            places: Our name and place of each column wanted.
            block: Whether the table ends at the first row that is blank or has
                fewer cells, with something else below it.

        Returns:
            Cells as text (numbers, if a large file was read), an empty one is NA; the
            index is the row as a spreadsheet numbers it. And the row at which
            something else begins, or None.

        Raises:
            MetricsError: A row has other cells than the header and it is no block.
        """
        if self.columns is not None:
            return self.columns(header, places), None
        width = _width(self.rows[header])
        kept: list[Sequence[str]] = []
        numbers: list[int] = []
        for number, row in enumerate(self.rows[header + 1 :], header + 2):
            if not any(row):
                if block:
                    break
                continue
            if len(row) < width or any(row[len(self.rows[header]) :]):
                if block:
                    break
                raise self._ragged(number, len(row), width)
            kept.append(row)
            numbers.append(number)
        cells = {name: [row[i] for row in kept] for name, i in places.items()}
        frame = pd.DataFrame(cells, index=pd.Index(numbers, dtype="int64"), dtype="str")
        last = numbers[-1] if numbers else header + 1
        return frame.replace("", pd.NA), self._something(last)

    def _something(self, last: int) -> int | None:
        rest = enumerate(self.rows[last:], last + 1)
        return next((number for number, row in rest if any(row)), None)

    def _ragged(self, number: int, cells: int, width: int) -> MetricsError:
        return MetricsError(
            N_("Row {row} has {n} cells where the header has {width}."),
            where=self.file,
            fix=N_("Export the file again and do not save it from a spreadsheet."),
            row=number,
            n=cells,
            width=width,
        )

    def headers(self) -> str:
        """Name what looks most like the header row, for an error."""
        row = max(self.head, key=lambda row: sum(map(bool, row)), default=())
        named = [cell[:SHOWN] for cell in row if cell][:SHOWN]
        return ", ".join(named) or "–"


def _width(header: Sequence[str]) -> int:
    """Return how many cells the header has up to its last name."""
    return max((i + 1 for i, cell in enumerate(header) if cell), default=0)
