"""Bytes of a text file to rows: encoding, separator and quotes are found out."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers import large
from workshop_kit.metrics.readers.sheet import HEAD, Sheet
from workshop_kit.metrics.readers.source import MAX_SHEET_BYTES, too_large

if TYPE_CHECKING:
    from workshop_kit.metrics.readers.source import Part

SMALL = 4_000_000
"""Bytes up to which a file is read cell by cell, with the row of each fault; about
15,000 posts, a third of a second."""

_START = 200_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SEPARATORS = ",;\t"
_LINES = 8


def sheet(part: Part) -> Sheet:
    """
    Read a table of text, in UTF-8 or UTF-16.

    Raises:
        MetricsError: Another encoding, no text, or quotes that do not close.
    """
    if part.size() > SMALL:
        return _large(part)
    return Sheet.of_rows(part.name, _rows(decode(part.read(), part.name), part.name))


def decode(data: bytes, name: str) -> str:
    """
    Turn bytes into text: UTF-16 if its mark says so, otherwise UTF-8.

    Raises:
        MetricsError: Neither, or control characters, which no text has.
    """
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise _encoding(name) from None
    if _CONTROL.search(text):
        raise MetricsError(
            N_("This is not a text file."),
            where=name,
            fix=N_("Choose the CSV file of the export, unpacked."),
        )
    return text


def _encoding(name: str) -> MetricsError:
    return MetricsError(
        N_("The text is not in UTF-8."), where=name, fix=N_("Save it as CSV in UTF-8.")
    )


def separator(text: str) -> str:
    """Find the separator: said in a first line ``sep=;``, or the most frequent."""
    if text[:4].casefold() == "sep=" and text[4:5] in {*_SEPARATORS}:
        return text[4]
    start = "\n".join(text.splitlines()[:_LINES])
    return max(_SEPARATORS, key=start.count)


def _rows(text: str, name: str) -> list[list[str]]:
    """Split into rows and cells, forgiving quotes that are not doubled if it must."""
    cut = separator(text)
    for strict in (True, False):
        reader = csv.reader(io.StringIO(text, newline=""), strict=strict, delimiter=cut)
        try:
            return list(reader)
        except csv.Error as error:
            if strict and "field limit" not in str(error) and _closed(text):
                continue
            raise MetricsError(
                N_("This is not a readable CSV file, line {line}: {detail}."),
                where=name,
                fix=N_("Export the file again and do not save it from a spreadsheet."),
                line=reader.line_num,
                detail=error,
            ) from None
    return []


def _closed(text: str) -> bool:
    """Whether each quote that opens also closes: no file cut off in a caption."""
    return text.count('"') % 2 == 0


def _large(part: Part) -> Sheet:
    start = part.start(_START)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Rare and never of posts, so it need not be quick, but bounded.
        if part.size() > MAX_SHEET_BYTES:
            raise too_large(part.name, MAX_SHEET_BYTES)
        return Sheet.of_rows(
            part.name, _rows(decode(part.read(), part.name), part.name)
        )
    # The cut may be within a character or a caption: the last rows are not needed.
    text = decode(start[: start.rfind(b"\n") + 1] or start, part.name)
    cut = separator(text)
    head = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=cut):
            head.append([cell.strip() for cell in row])
            if len(head) == HEAD:
                break
    except csv.Error as error:
        raise MetricsError(
            N_("This is not a readable CSV file: {detail}."),
            where=part.name,
            fix=N_("Export the file again and do not save it from a spreadsheet."),
            detail=error,
        ) from None
    return Sheet(
        file=part.name,
        head=head,
        columns=large.columns(part, cut),
        cut=cut,
    )
