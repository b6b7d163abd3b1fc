"""A small table that somebody made in a spreadsheet, whatever it was saved as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers import spreadsheet, text
from workshop_kit.metrics.readers.source import open_source, parts, too_large
from workshop_kit.metrics.readers.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LARGEST = 4_000_000
"""Bytes of a table that was made by hand; far more than fits a screen."""


def load(source: Path | str | bytes, *, name: str = "") -> Table:
    """
    Read a table: CSV with commas, semicolons or tabs, or the first sheet of a workbook.

    A spreadsheet with Dutch settings saves CSV with semicolons, so both are taken.

    Args:
        source: The file, or its bytes.
        name: What to call bytes.

    Returns:
        Headers and rows as text, trimmed; rows that are blank are left out, and cells
        that are missing at the end of a row are empty.

    Raises:
        MetricsError: The file is not there, empty, too large, not such a table, or a
            row has more cells than the header.
    """
    part = open_source(source, name)
    if part.size() > LARGEST:
        raise too_large(part.name, LARGEST)
    for file in parts(part):
        sheets = spreadsheet.sheets(file) if file.is_sheet() else [text.sheet(file)]
        for sheet in sheets:
            lined = [(i, row) for i, row in enumerate(sheet.rows, 1) if any(row)]
            if lined and lined[0][1][0].casefold().startswith("sep="):
                del lined[0]
            if lined:
                return _table(sheet.file, lined)
    raise MetricsError(
        N_("The file is empty."), where=part.name, fix=N_("Fill in the table.")
    )


def _table(file: str, lined: list[tuple[int, Sequence[str]]]) -> Table:
    headers = [cell.strip() for cell in lined[0][1]]
    while headers and not headers[-1]:
        headers.pop()
    width = len(headers)
    for line, row in lined[1:]:
        if any(row[width:]):
            raise MetricsError(
                N_("Line {line} has {n} cells where the header has {width}."),
                where=file,
                fix=N_("Give each column a name in the first row."),
                line=line,
                n=len(row),
                width=width,
            )
    return Table(
        file=file,
        headers=tuple(headers),
        rows=tuple((*row[:width], *[""] * (width - len(row))) for _, row in lined[1:]),
        lines=tuple(line for line, _ in lined[1:]),
    )
