"""A large CSV of posts added up by polars, where polars is; the careful way if not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workshop_kit.metrics.readers import fast_times, totals
from workshop_kit.metrics.readers.dates import FIRST, LAST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from workshop_kit.metrics.readers.fast_times import Times
    from workshop_kit.metrics.readers.layout import Match
    from workshop_kit.metrics.readers.result import Answers

KEYS = ("platform", "account", "kind", "promoted")


TIME, ID, UNUSED, ODD, DAY = "\ntime", "\nid", "\nunused", "\nodd", "\nday"
"""Columns that no file has."""

_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_DECIMAL = r"^[0-9]{1,15}(?:\.[0-9]+)?$"
_DAMAGED = r"^[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+$"


def add_up(
    path: Path, cut: str, match: Match, head: Sequence[Sequence[str]], answers: Answers
) -> tuple[pd.DataFrame, Times] | None:
    """
    Return the totals of a large file in one pass over it, if nothing in it is special.

    Special is all that needs a rule, a warning or an error: times in a rare way, a
    figure that is not a plain number, a post that stands twice, an id in a number's
    short form, other kinds. None then: the file is read the careful way, which says so.
    All columns are read, and those that are not used forgotten at once: only so does
    polars see a row with more cells than the header, which would shift its figures.

    Args:
        path: The file.
        cut: Its separator.
        match: What was recognised in it.
        head: Its first rows.
        answers: What its owner said.

    Returns:
        Totals as :func:`workshop_kit.metrics.readers.totals.of` makes them, and how
        the file writes its times; or None.
    """
    layout, places = match.layout, match.places
    needed = {"post_id", "published_at"} <= set(places) and "text" not in places
    known = layout.platform or answers.platform or "platform" in places
    if match.header or match.doubled or not (needed and known and find_spec("polars")):
        return None
    body = [row for row in head[1:] if len(row) == len(head[0])]
    written = [row[places["published_at"]] for row in body]
    times = fast_times.of(written, layout, answers) if written else None
    if times is None:
        return None
    import polars as pl  # noqa: PLC0415 - optional, and only for large files

    table = _Table(match=match, width=len(head[0]), answers=answers, times=times)
    seen = _Ids(all(_NUMBER.fullmatch(row[places["post_id"]]) for row in body))
    scan = pl.scan_csv(
        path,
        separator=cut,
        has_header=False,
        skip_rows=1,
        schema=table.kinds(numbered=seen.numbered),
        glob=False,
    )
    try:
        added = table.added(scan, seen).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError):
        return None
    if not table.plain(added) or seen.special(int(added["n"].sum())):
        return None
    return _finished(added, table.metrics), times


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """What is asked of polars; columns are named by their place."""

    match: Match
    width: int
    answers: Answers
    times: Times

    @property
    def metrics(self) -> list[str]:
        return [m for m in self.match.layout.metrics if m in self.match.places]

    def kinds(self, *, numbered: bool) -> pl.Schema:
        """Return the types of all columns; a sign before a count is then a fault."""
        import polars as pl  # noqa: PLC0415 - see add_up

        layout, places = self.match.layout, self.match.places
        kinds: dict[str, type[pl.DataType]]
        kinds = {str(place): pl.String for place in range(self.width)}
        if numbered:
            kinds[str(places["post_id"])] = pl.UInt64
        whole = [name for name in self.metrics if layout.metrics[name].whole]
        kinds |= {str(places[name]): pl.UInt32 for name in whole}
        return pl.Schema(kinds)

    def _column(self, name: str) -> pl.Expr:
        import polars as pl  # noqa: PLC0415 - see add_up

        return pl.col(str(self.match.places[name]))

    def added(self, scan: pl.LazyFrame, seen: _Ids) -> pl.LazyFrame:
        """Return sums over the posts that have exactly the same metrics known."""
        import polars as pl  # noqa: PLC0415 - see add_up

        layout, places = self.match.layout, self.match.places
        counts = {m: self._column(m) for m in self.metrics if layout.metrics[m].whole}
        others = {m: self._column(m) for m in self.metrics if m not in counts}
        # Text first: polars would take other ways to write a number as well.
        read = {
            name: pl.when(column.str.contains(_DECIMAL)).then(column).cast(pl.Float64)
            for name, column in others.items()
        }
        figures = {
            m: counts[m] if m in counts else pl.col(f"\n{m}") for m in self.metrics
        }
        wrong = [read[m].is_null() & others[m].is_not_null() for m in read]
        used = {"post_id", "published_at", *KEYS, *self.metrics} & set(places)
        unused = {str(n) for n in range(self.width)} - {str(places[m]) for m in used}
        empty = [pl.col(name).is_null() for name in sorted(unused)]
        time, day = pl.col(TIME), pl.lit(0)
        if self.times.proof:
            day = (
                self._column("published_at")
                .str.to_datetime(self.times.form, strict=False)
                .dt.day()
            )
        scan = scan.with_columns(
            self.times.read(self._column("published_at")).alias(TIME),
            self._column("post_id")
            .map_batches(seen.note, return_dtype=pl.UInt64, is_elementwise=True)
            .alias(ID),
            *[column.alias(f"\n{name}") for name, column in read.items()],
        )
        known = pl.sum_horizontal(
            column.is_not_null().cast(pl.Int32) * (1 << bit)
            for bit, column in enumerate(figures.values())
        )
        keys = {name: self._column(name) for name in KEYS if name in places}
        months = time.dt.year() * 12 + time.dt.month().cast(pl.Int32) - 1970 * 12 - 1
        sums = [
            (column.cast(pl.Int64) if name in counts else column).sum().alias(name)
            for name, column in figures.items()
        ]
        if "reach" in figures:
            reach = pl.when(figures["reach"] > 0).then(figures["reach"])
            sums.append(reach.count().alias(totals.REACHED))
            sums += [
                (figures[name] / reach).sum().alias(name + totals.PER_REACH)
                for name in totals.rated(self.metrics)
            ]
        return (
            scan.group_by(
                *[column.alias(name) for name, column in keys.items()],
                months.alias("month"),
                known.alias("known"),
            )
            .agg(
                pl.len().alias("n"),
                time.min().alias("first"),
                time.max().alias("last"),
                day.max().alias(DAY),
                pl.col(ID).max(),
                (pl.any_horizontal(empty).sum() if empty else pl.lit(0)).alias(UNUSED),
                (pl.any_horizontal(wrong).sum() if wrong else pl.lit(0)).alias(ODD),
                *sums,
            )
            .with_columns(
                pl.lit(value, pl.String).alias(name)
                for name, value in self._said().items()
                if name not in keys
            )
        )

    def _said(self) -> Mapping[str, str | None]:
        return {
            "platform": self.match.layout.platform or self.answers.platform,
            "account": self.answers.account,
            "kind": "original",
            "promoted": None,
        }

    def plain(self, added: pl.DataFrame) -> bool:
        """Return whether what was read needs no rule."""
        first, end = (FIRST - 1970) * 12, (LAST + 1 - 1970) * 12
        values = {name: set(added[name].unique().drop_nulls()) for name in KEYS}
        months = added["month"]
        return bool(
            months.null_count() == 0
            and months.is_between(first, end, closed="left").all()
            and added[ODD].sum() == 0
            and (not self.times.proof or (added[DAY] > 12).any())
            and ("kind" not in self.match.places or values["kind"] <= PLAIN)
            and all(v and v == v.strip().casefold() for v in values["platform"])
            and all(v and v == v.strip() for v in values["account"])
            and not values["promoted"]
        )


PLAIN = {"original", "reply"}


class _Ids:
    """Ids that pass by, of which no more is kept than it takes to find one twice."""

    def __init__(self, numbered: bool) -> None:  # noqa: FBT001 - one argument
        self.numbered = numbered
        """Whether they are read as numbers, which is quicker."""
        self._kept: list[pl.Series] = []
        self._rows = 0
        self._damaged = False

    def note(self, ids: pl.Series) -> pl.Series:
        """Note ids, and return a number for each."""
        self._rows += len(ids)
        if not self.numbered:
            ids = ids.str.strip_chars()
            self._damaged |= bool(ids.str.contains(_DAMAGED).any())
            ids = ids.set(ids == "", None)
        numbers = ids if self.numbered else ids.hash()
        self._kept.append(numbers.filter(ids.is_not_null()))
        return numbers

    def special(self, rows: int) -> bool:
        """Return whether an id stands twice, or is damaged, or was not seen."""
        import polars as pl  # noqa: PLC0415 - see add_up

        kept = pl.concat(self._kept)
        return self._rows != rows or self._damaged or kept.n_unique() != len(kept)


def _finished(added: pl.DataFrame, metrics: list[str]) -> pd.DataFrame:
    import polars as pl  # noqa: PLC0415 - see add_up

    names = [*KEYS, "month"]
    ordered = added.sort(*names, "known", nulls_last=True)
    place = ordered.select(pl.struct(names).rle_id()).to_series().to_numpy()
    begins = np.diff(place.astype("int64"), prepend=-1) > 0
    keys = ordered.select(names).filter(pl.Series(begins))
    # Without pyarrow, text goes over as a list; figures go over as they lie.
    columns = {name: keys[name].to_list() for name in KEYS}
    months = totals.periods(keys["month"].to_numpy().astype("int64"))
    sums = [name for name in ordered.columns if name not in names]
    return totals.finish(
        pd.DataFrame(columns | {"month": months}),
        begins,
        {name: ordered[name].to_numpy() for name in sums},
        metrics,
    )
