"""Cells to numbers: what is missing stays missing, what is unclear is an error."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers.result import Notice

LARGEST = 10**15
"""No count of a post or a day is larger; beyond it numbers lose digits."""

MISSING = ("-", "--", "–", "—", "n/a", "na", "null", "none", "nan", "nvt", "n.v.t.")
"""Ways to write that there is no figure; any case."""

_UNDEFINED = "undefined"
_UNDER = re.compile(r"[<>≤≥~]\s?[0-9][0-9.,]*")
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_GROUPED = re.compile(
    r"[+-]?[0-9]{1,3}(?:([.,\u00a0\u202f ’'])[0-9]{3})(?:\1[0-9]{3})*"
)
_DECIMAL = re.compile(r"[+-]?[0-9]+,[0-9]+")


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of a file.

    Attributes:
        cells: Text, NA for an empty cell; the index is the row in the file.
        header: As written, for errors.
        where: The file, for errors.
    """

    cells: pd.Series[Any]
    header: str
    where: str

    def unreadable(self, wrong: pd.Series[bool]) -> MetricsError:
        """Return the error for the first wrong cell, with its row."""
        first = int(wrong.to_numpy(dtype=bool).argmax())
        return MetricsError(
            N_("Row {row}, column {column}: “{value}” cannot be read."),
            where=self.where,
            fix=N_("Correct this cell or leave it empty; nothing was loaded."),
            row=self.cells.index[first],
            column=self.header[:60],
            value=str(self.cells.iloc[first])[:60],
        )


@dataclass(slots=True)
class Seen:
    """What was met while reading numbers, by rule, with how many cells."""

    cells: Counter[str] = field(default_factory=Counter)

    def notices(self, where: str) -> list[Notice]:
        """Say it, a sentence per rule."""
        return [
            Notice(code=code, what=_SAID[code], slots={"n": n}, where=where)
            for code, n in self.cells.items()
            if n and code in _SAID
        ]


_SAID = {
    "undefined": N_("Cells that say “undefined”, so not available, not 0: {n}."),
    "threshold": N_(
        "Values withheld for privacy (such as “<10”), so not available: {n}."
    ),
    "grouped": N_("Numbers from which a mark between thousands was removed: {n}."),
    "decimal_comma": N_("Numbers in which a comma was read as the decimal mark: {n}."),
    "negative": N_("Daily figures below 0, as likes were taken back; kept: {n}."),
}


def numbers(
    column: Column, seen: Seen, *, whole: bool = True, negative: bool = False
) -> pd.Series[float]:
    """
    Read a column of figures.

    Args:
        column: Text, NA for an empty cell, or numbers already.
        seen: Counts what needs a warning.
        whole: Whether they are counts: then ``1.938`` is 1,938 and ``1938.0`` too,
            since a count has no decimals; otherwise ``12,5`` is 12.5.
        negative: Whether a value may be below 0, as a daily change can be.

    Returns:
        Float64; NA for an empty cell, ``-``, ``undefined`` and ``<10``.

    Raises:
        MetricsError: A cell is no number; names its row.
    """
    cells = column.cells
    numeric = pd.api.types.is_numeric_dtype(cells)
    text = None if numeric else cells.astype("string").str.strip()
    values = cells.astype("Float64") if text is None else _words(text, seen, whole)
    wrong = (values.abs() > LARGEST).fillna(value=False)
    if text is not None:
        wrong |= values.isna() & text.notna() & ~_missing(text) & ~_withheld(text)
    if whole:
        wrong |= values.mod(1).ne(0).fillna(value=False)
    below = values.lt(0).fillna(value=False)
    if negative:
        seen.cells["negative"] += int(below.sum())
    else:
        wrong |= below
    if wrong.any():
        raise column.unreadable(wrong)
    return values


def _words(text: pd.Series[str], seen: Seen, whole: bool) -> pd.Series[float]:  # noqa: FBT001
    text = text.mask(_missing(text)).str.removesuffix("%").str.strip()
    plain = text.str.fullmatch(_PLAIN).fillna(value=False)
    values = pd.to_numeric(text.where(plain), errors="coerce").astype("Float64")
    # A count has no thousandths, so 1.938 is one thousand and more.
    odd = values.mod(1).ne(0).fillna(value=False)
    rest = text[text.notna() & (odd if whole else False) | (text.notna() & ~plain)]
    read = {cell: _odd(str(cell), whole=whole) for cell in rest.unique()}
    for cell, (code, _) in read.items():
        seen.cells[code] += int(rest.eq(cell).sum())
    known = rest.map({cell: value for cell, (_, value) in read.items()})
    values.loc[rest.index] = known.astype("Float64")
    return values


def _odd(cell: str, *, whole: bool) -> tuple[str, float | None]:
    """Return by which rule a cell is read, and its value if it has one."""
    if whole and _GROUPED.fullmatch(cell):
        return "grouped", float(re.sub(r"[^0-9+-]", "", cell))
    if not whole and _DECIMAL.fullmatch(cell):
        return "decimal_comma", float(cell.replace(",", "."))
    if _UNDER.fullmatch(cell):
        return "threshold", None
    return ("undefined" if cell.casefold() == _UNDEFINED else "unread"), None


def _missing(text: pd.Series[str]) -> pd.Series[bool]:
    return text.str.casefold().isin([*MISSING, ""])


def _withheld(text: pd.Series[str]) -> pd.Series[bool]:
    undefined = text.str.casefold().eq(_UNDEFINED)
    return (undefined | text.str.fullmatch(_UNDER)).fillna(value=False)
