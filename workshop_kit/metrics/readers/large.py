"""Columns of a large CSV file by a fast parser: polars where it is, or pandas."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Literal

import pandas as pd

from workshop_kit.errors import N_, MetricsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workshop_kit.metrics.readers.sheet import Columns
    from workshop_kit.metrics.readers.source import Part

TEXT = ("post_id", "published_at", "day")
"""Columns that are text also where they look like numbers; ids would lose digits."""

FEW = ("platform", "account", "kind", "form", "promoted", "shared")
"""Columns with few different values, kept as categories."""


def columns(part: Part, cut: str, head: Sequence[Sequence[str]]) -> Columns:
    """Return what reads the columns of this file when asked."""
    return functools.partial(_columns, part, cut, head)


def _columns(
    part: Part,
    cut: str,
    head: Sequence[Sequence[str]],
    header: int,
    places: Mapping[str, int],
) -> pd.DataFrame:
    kinds: dict[int, Literal["str", "category"] | None] = {}
    for name, place in places.items():
        # A column may have two names; the stricter one says its type.
        kinds[place] = kinds.get(place) or _kind(name)
    with part.open() as stream:
        for _ in range(header + 1):
            stream.readline()
        try:
            frame = pd.read_csv(
                stream,
                sep=cut,
                header=None,
                names=list(range(len(head[header]))),
                index_col=False,
                usecols=sorted(kinds),
                dtype={place: kind for place, kind in kinds.items() if kind},
                encoding="utf-8",
                on_bad_lines="error",
                keep_default_na=False,
                na_values=[""],
            )
        except (ValueError, OverflowError) as error:
            # pandas' parser and decoding errors are kinds of ValueError.
            raise MetricsError(
                N_("This is not a readable CSV file: {detail}."),
                where=part.name,
                fix=N_("Export the file again and do not save it from a spreadsheet."),
                detail=str(error).strip()[:200],
            ) from None
    frame.index = pd.RangeIndex(header + 2, header + 2 + len(frame))
    return pd.DataFrame({name: frame[place] for name, place in places.items()})


def _kind(name: str) -> Literal["str", "category"] | None:
    if name in TEXT:
        return "str"
    return "category" if name in FEW else None
