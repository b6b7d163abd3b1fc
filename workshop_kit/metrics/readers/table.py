"""CSV text to cells, or one error that says what was found; nothing half loaded."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, MetricsError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 200_000_000
"""Largest file that is read: about a million posts with their captions."""

MAX_CELL = 100_000
"""Longest cell: no platform has posts this long, so the file is something else."""

_SHOWN = 40
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    A CSV file as text.

    Attributes:
        file: Name of the file, without its folder.
        headers: First row, trimmed, as written.
        rows: The other rows that are not blank, each as wide as the headers.
        lines: For each row the line of the file on which it ends, from 2.
    """

    file: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def columns(self, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
        """
        Find columns by header: a subset is enough, upper and lower case are one.

        Exports gain and lose columns from month to month, so the whole header
        row is never compared.

        Args:
            wanted: Our name for a column and the headers it is known by.

        Returns:
            Our name and the position of its column.

        Raises:
            MetricsError: A column is missing or stands twice; lists the headers.
        """
        folded = [header.casefold() for header in self.headers]
        found: dict[str, int] = {}
        for name, aliases in wanted.items():
            known = {alias.casefold() for alias in aliases}
            places = [i for i, header in enumerate(folded) if header in known]
            if not places:
                raise MetricsError(
                    N_("This layout is not known: no column {wanted}. Seen: {seen}."),
                    where=self.file,
                    fix=N_("Export the file again, or choose the reader for it."),
                    wanted=" / ".join(aliases),
                    seen=_listed(self.headers),
                )
            if len(places) > 1:
                raise MetricsError(
                    N_("The column {wanted} stands twice. Seen: {seen}."),
                    where=self.file,
                    fix=N_("Remove the column that does not belong there."),
                    wanted=self.headers[places[1]],
                    seen=_listed(self.headers),
                )
            found[name] = places[0]
        return found


def load(path: Path | str) -> Table:
    """
    Read a comma separated file in UTF-8, with or without a byte order mark.

    Args:
        path: The file.

    Returns:
        Its headers and rows, all as text; an empty cell is an empty text.

    Raises:
        MetricsError: The file is missing, empty, too large, not UTF-8 text, or
            not a table with rows of one width.
    """
    path = Path(path)
    text = _text(path)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        lined = [(reader.line_num, cells) for cells in reader if any(cells)]
    except csv.Error as error:
        raise MetricsError(
            N_("This is not a readable CSV file, line {line}: {detail}."),
            where=path.name,
            fix=N_("Export the file again and do not save it from a spreadsheet."),
            line=reader.line_num,
            detail=error,
        ) from None
    if not lined:
        raise _empty(path)
    headers = tuple(cell.strip() for cell in lined[0][1])
    for line, cells in lined:
        if len(cells) != len(headers):
            raise MetricsError(
                N_("Line {line} has {n} cells where the header has {width}."),
                where=path.name,
                fix=N_("Export the file again and do not save it from a spreadsheet."),
                line=line,
                n=len(cells),
                width=len(headers),
            )
        if max(map(len, cells)) > MAX_CELL:
            raise MetricsError(
                N_("Line {line} has a cell of more than {limit} characters."),
                where=path.name,
                fix=N_("Check that this is an export of posts."),
                line=line,
                limit=MAX_CELL,
            )
    return Table(
        file=path.name,
        headers=headers,
        rows=tuple(tuple(cells) for _, cells in lined[1:]),
        lines=tuple(line for line, _ in lined[1:]),
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise MetricsError(
                N_("The file is larger than {limit} MB."),
                where=path.name,
                fix=N_("Export a shorter period."),
                limit=MAX_BYTES // 1_000_000,
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise MetricsError(
            N_("The file cannot be read: {detail}."),
            where=path.name,
            fix=N_("Check its name and folder."),
            detail=getattr(error, "strerror", None) or error,
        ) from None
    if not data.strip():
        raise _empty(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MetricsError(
            N_("The text is not in UTF-8."),
            where=path.name,
            fix=N_("Save it as CSV in UTF-8."),
        ) from None
    if _CONTROL.search(text):
        raise MetricsError(
            N_("This is not a text file."),
            where=path.name,
            fix=N_("Choose the CSV file of the export, unpacked."),
        )
    return text


def _empty(path: Path) -> MetricsError:
    return MetricsError(
        N_("The file is empty."), where=path.name, fix=N_("Export the file again.")
    )


def _listed(headers: tuple[str, ...]) -> str:
    """Name the headers; a wrong file can have thousands, so only the first."""
    more = ", …" if len(headers) > _SHOWN else ""
    return ", ".join(header[:_SHOWN] for header in headers[:_SHOWN]) + more
