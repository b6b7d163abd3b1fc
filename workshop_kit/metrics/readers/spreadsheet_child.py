"""
Reads a spreadsheet in a process of its own; started by ``spreadsheet``.

A damaged or hostile workbook can make the parser claim all memory or end its process;
here that ends only this one. Sheets come out as JSON on the standard output.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

from python_calamine import CalamineWorkbook

EXACT = 10**15
"""Numbers from here on have lost digits in a spreadsheet, so they are no ids."""


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, float):
        if abs(value) >= EXACT:
            return f"{value:.5E}"
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _limit(megabytes: int) -> None:
    # Windows knows no such limit, and macOS refuses each.
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - not there on Windows

        size = megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


TOO_LARGE = 3
"""Exit code for a sheet with too many cells, empty ones included."""


def main(path: str, megabytes: str, cells: str) -> None:
    """Write ``[[name, [[cell, …], …]], …]``."""
    _limit(int(megabytes))
    book = CalamineWorkbook.from_path(path)
    sheets = []
    for name in book.sheet_names:
        table = book.get_sheet_by_name(name)
        if table.total_height * table.total_width > int(cells):
            sys.exit(TOO_LARGE)
        rows = table.to_python(skip_empty_area=False)
        sheets.append([name, [[_cell(cell) for cell in row] for row in rows]])
    json.dump(sheets, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:4])
