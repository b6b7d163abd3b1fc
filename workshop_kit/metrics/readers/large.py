"""Columns of a large CSV file by the fast parser of pandas."""

from __future__ import annotations

import functools
from typing import IO, TYPE_CHECKING, Any, Literal

import pandas as pd
from pandas.api.types import union_categoricals

from workshop_kit.errors import N_, MetricsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.metrics.readers.sheet import Columns
    from workshop_kit.metrics.readers.source import Part

TEXT = ("post_id", "published_at", "day")
"""Columns that are text also where they look like numbers; ids would lose digits."""

CHUNK = 50_000
"""Rows of which all columns are in memory at once."""

CODE = "utf-8-sig"

Kind = Literal["str", "category"]

FEW = ("platform", "account", "kind", "form", "promoted", "shared")
"""Columns with few different values, kept as categories."""


_MORE = "rows have more cells than the header"


def columns(part: Part, cut: str) -> Columns:
    """Return what reads the columns of this file when asked."""
    return functools.partial(_columns, part, cut)


def _columns(
    part: Part,
    cut: str,
    header: int,
    places: Mapping[str, int],
) -> pd.DataFrame:
    kinds: dict[int, Kind | None] = {}
    for name, place in places.items():
        # A column may have two names; the stricter one says its type.
        kinds[place] = kinds.get(place) or _kind(name)
    try:
        # All columns and not only those wanted, with the header pandas itself reads:
        # otherwise it does not see that a row has too many cells. In chunks, so that
        # what is not wanted does not add up.
        with _at(part, header) as stream:
            names = list(pd.read_csv(stream, sep=cut, nrows=0, encoding=CODE).columns)
        typed = {
            name: kinds.get(place) or "str"
            for place, name in enumerate(names)
            if kinds.get(place, "str") is not None
        }
        with (
            _at(part, header) as stream,
            pd.read_csv(
                stream,
                sep=cut,
                dtype=typed,
                encoding=CODE,
                keep_default_na=False,
                na_values=[""],
                chunksize=CHUNK,
            ) as chunks,
        ):
            frames = [_wanted(chunk, kinds) for chunk in chunks]
    except (ValueError, OverflowError) as error:
        # pandas' parser and decoding errors are kinds of ValueError.
        raise MetricsError(
            N_("This is not a readable CSV file: {detail}."),
            where=part.name,
            fix=N_("Export the file again and do not save it from a spreadsheet."),
            detail=str(error).strip()[:200],
        ) from None
    frame = _together(frames, kinds)
    frame.index = pd.RangeIndex(header + 2, header + 2 + len(frame))
    return pd.DataFrame({name: frame[place] for name, place in places.items()})


def _at(part: Part, line: int) -> IO[bytes]:
    """Open a file at a line, from 0."""
    stream = part.open()
    for _ in range(line):
        stream.readline()
    return stream


def _wanted(chunk: pd.DataFrame, kinds: Mapping[int, Kind | None]) -> pd.DataFrame:
    # Where all rows have a cell more, pandas takes the first for the name of the row.
    if not isinstance(chunk.index, pd.RangeIndex):
        raise pd.errors.ParserError(_MORE)
    return pd.DataFrame({place: chunk.iloc[:, place] for place in kinds})


def _together(
    frames: list[pd.DataFrame], kinds: Mapping[int, Kind | None]
) -> pd.DataFrame:
    """Join chunks column by column, categories too."""
    joined: dict[int, pd.Series[Any]] = {}
    for place, kind in kinds.items():
        pieces = [frame[place] for frame in frames]
        if kind == "category":
            joined[place] = pd.Series(union_categoricals(pieces))
        else:
            joined[place] = pd.concat(pieces, ignore_index=True)
    return pd.DataFrame(joined)


def _kind(name: str) -> Kind | None:
    if name in TEXT:
        return "str"
    return "category" if name in FEW else None
