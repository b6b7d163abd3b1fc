"""A spreadsheet, new or old, to rows of text; its parser is kept at a distance."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers.sheet import Sheet
from workshop_kit.metrics.readers.source import (
    MAX_SHEET_BYTES,
    check_zip,
    too_large,
)

if TYPE_CHECKING:
    from workshop_kit.metrics.readers.source import Part

MAX_CELLS = 5_000_000
"""Cells of a sheet, empty ones included: years of days, or 200,000 posts."""

SECONDS = 60

MEGABYTES = 2_000

_CHILD = Path(__file__).with_name("spreadsheet_child.py")
_REF = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
_TOO_LARGE = 3
_CHUNK = 1_000_000
_OVERLAP = 64


def sheets(part: Part) -> list[Sheet]:
    """
    Read all sheets of an xlsx or xls file.

    Numbers are written as short as they are exact, dates as ``2026-05-19T09:22:00``.

    Raises:
        MetricsError: It is no workbook, too large, wider or longer than an export is,
            has formulas, or its parser gave up.
    """
    if part.size() > MAX_SHEET_BYTES:
        raise too_large(part.name, MAX_SHEET_BYTES)
    if part.start(2) == b"PK":
        check_zip(part, 3 * MAX_SHEET_BYTES)
        _check_cells(part)
    found = _parse(part)
    return [
        Sheet.of_rows(f"{part.name}: {name}" if len(found) > 1 else part.name, rows)
        for name, rows in found
        if any(any(row) for row in rows)
    ]


def _check_cells(part: Part) -> None:
    """Look at the bytes of the sheets: one cell far away makes a table of billions."""
    try:
        with part.open() as stream, zipfile.ZipFile(stream) as book:
            for entry in book.infolist():
                if entry.filename.startswith("xl/worksheets/"):
                    with book.open(entry) as sheet:
                        _check_sheet(part, sheet)
    except _BROKEN:
        raise _unreadable(part) from None


def _check_sheet(part: Part, sheet: IO[bytes]) -> None:
    width = height = 1
    rest = b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        if _FORMULA.search(text):
            raise MetricsError(
                N_("The spreadsheet has formulas, so it is not as it was exported."),
                where=part.name,
                fix=N_("Export the file again and do not save it from a spreadsheet."),
            )
        for column, row in _REF.findall(text):
            width, height = max(width, _number(column)), max(height, int(row))
        rest = text[-_OVERLAP:]
    if width * height > MAX_CELLS:
        raise _far(part)


def _number(column: bytes) -> int:
    value = 0
    for letter in column.upper():
        value = value * 26 + letter - ord("A") + 1
    return value


def _parse(part: Part) -> list[tuple[str, list[list[str]]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = part.path
        if path is None:
            path = Path(folder) / "book"
            path.write_bytes(part.data)
        # -P keeps the readers' own folder out of the way of the standard library.
        command = [sys.executable, "-P", str(_CHILD), str(path)]
        try:
            done = subprocess.run(  # noqa: S603 - our own file, no shell
                [*command, str(MEGABYTES), str(MAX_CELLS)],
                capture_output=True,
                timeout=SECONDS,
                check=True,
            )
            found = json.loads(done.stdout)
        except subprocess.CalledProcessError as error:
            made = _far if error.returncode == _TOO_LARGE else _unreadable
            raise made(part) from None
        except (subprocess.SubprocessError, OSError, ValueError):
            raise _unreadable(part) from None
    return [(str(name), rows) for name, rows in found]


def _far(part: Part) -> MetricsError:
    return MetricsError(
        N_("The spreadsheet is wider or longer than an export is."),
        where=part.name,
        fix=N_("Export a shorter period, as CSV if that can be chosen."),
    )


def _unreadable(part: Part) -> MetricsError:
    return MetricsError(
        N_("The spreadsheet cannot be read; it may be damaged or have a password."),
        where=part.name,
        fix=N_("Export the file again, as CSV if that can be chosen."),
    )
