"""A large CSV of posts added up by polars, where polars is; the careful way if not."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pandas as pd

from workshop_kit.metrics.readers import totals
from workshop_kit.metrics.readers.dates import FIRST, LAST, exact_form
from workshop_kit.metrics.readers.values import LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from workshop_kit.metrics.readers.layout import Match
    from workshop_kit.metrics.readers.result import Answers

_TIME = "\ntime"
"""A column that no file has."""

KEYS = ("platform", "account", "kind", "promoted")


def add_up(
    path: Path, cut: str, match: Match, head: Sequence[Sequence[str]], answers: Answers
) -> tuple[pd.DataFrame, str] | None:
    """
    Return the totals of a large file in one pass over it, if nothing in it is special.

    Special is all that needs a rule, a warning or an error: other times than in UTC,
    a figure that is not a plain number, a post that stands twice, an id in a number's
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
        Totals as :func:`workshop_kit.metrics.readers.totals.of` makes them, and a time
        as the file writes it; or None.
    """
    headers = list(head[0])
    layout, places = match.layout, match.places
    plain = (
        match.header == 0 and len(set(headers)) == len(headers) and "" not in headers
    )
    whole = all(layout.metrics[m].whole for m in layout.metrics if m in places)
    needed = {"post_id", "published_at"} <= set(places) and "text" not in places
    known = layout.platform or answers.platform or "platform" in places
    if not (plain and whole and needed and known and find_spec("polars")):
        return None
    example = head[1][places["published_at"]] if len(head) > 1 else ""
    form = exact_form(example)
    if form is None or (answers.zone and "Z" not in form):
        return None
    import polars as pl  # noqa: PLC0415 - optional, and only for large files

    names = {name: headers[place] for name, place in places.items()}
    metrics = [name for name in layout.metrics if name in places]
    kinds = dict.fromkeys(headers, pl.String) | {
        names[name]: pl.Int64 for name in metrics
    }
    scan = pl.scan_csv(path, separator=cut, schema=pl.Schema(kinds))
    told = {
        "platform": layout.platform or answers.platform,
        "account": answers.account,
        "kind": "original",
    }
    seen = _Ids(names["post_id"])
    used = {name: kinds[name] for name in dict.fromkeys(names.values())}
    # One pass: with a query of its own for the ids, the faster of the two would have
    # to wait for the other with what it read in memory.
    scan = scan.map_batches(
        lambda batch: seen.note(batch).select(list(used)),
        streamable=True,
        schema=pl.Schema(used),
    )
    when = pl.col(names["published_at"]).str.to_datetime(form, strict=False)
    sums = _sums(scan.with_columns(when.alias(_TIME)), names, metrics, told)
    try:
        added = sums.collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError):
        return None
    if seen.special() or not _plain(added, names):
        return None
    return totals.finish(_to_pandas(added), metrics), example


def _sums(
    scan: pl.LazyFrame,
    names: dict[str, str],
    metrics: list[str],
    told: Mapping[str, str | None],
) -> pl.LazyFrame:
    import polars as pl  # noqa: PLC0415 - see add_up

    time = pl.col(_TIME)
    keys = [
        (
            pl.col(names[key]) if key in names else pl.lit(told.get(key), pl.String)
        ).alias(key)
        for key in KEYS
    ]
    figures = {name: pl.col(names[name]) for name in metrics}
    known = pl.sum_horizontal(
        column.is_not_null().cast(pl.Int64) * (1 << place)
        for place, column in enumerate(figures.values())
    )
    sums = [column.sum().alias(name) for name, column in figures.items()]
    if "reach" in figures:
        reach = pl.when(figures["reach"] > 0).then(figures["reach"])
        sums.append(reach.count().alias(totals.REACHED))
        sums += [
            (column / reach).sum().alias(name + totals.PER_REACH)
            for name, column in figures.items()
        ]
    return scan.group_by(
        *keys, time.dt.truncate("1mo").alias("month"), known.alias("known")
    ).agg(
        pl.len().alias("n"),
        time.min().alias("first"),
        time.max().alias("last"),
        pl.min_horizontal(column.min() for column in figures.values()).alias("least"),
        pl.max_horizontal(column.max() for column in figures.values()).alias("most"),
        *sums,
    )


class _Ids:
    """Ids that pass by, of which no more is kept than it takes to find one twice."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._hashes: list[pl.Series] = []
        self._short = False

    def note(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Note the ids of a batch, and return it as it is."""
        ids = batch[self._name]
        self._hashes.append(ids.hash())
        self._short |= bool(ids.str.contains("[eE]").any())
        return batch

    def special(self) -> bool:
        """Return whether an id stands twice or may be a number in its short form."""
        import polars as pl  # noqa: PLC0415 - see add_up

        return self._short or bool(pl.concat(self._hashes).is_duplicated().any())


def _plain(added: pl.DataFrame, names: Mapping[str, str]) -> bool:
    kinds = set(added["kind"].drop_nulls())
    platforms = set(added["platform"].drop_nulls())
    accounts = set(added["account"].drop_nulls())
    return bool(
        added["month"].null_count() == 0
        and added.filter((added["least"] < 0) | (added["most"] > LARGEST)).is_empty()
        and added["month"].dt.year().is_between(FIRST, LAST).all()
        and ("kind" not in names or kinds <= {"original", "reply"})
        and all(name and name == name.strip().casefold() for name in platforms)
        and all(name and name == name.strip() for name in accounts)
        and added["promoted"].null_count() == len(added)
    )


def _to_pandas(added: pl.DataFrame) -> pd.DataFrame:
    ordered = added.sort(*KEYS, "month", "known", nulls_last=True)
    months = ordered["month"].to_numpy().astype("datetime64[M]").astype("int64")
    columns: dict[str, Any] = {
        # Without pyarrow, text goes over as a list; figures go over as they lie.
        column.name: column.to_list() if column.name in KEYS else column.to_numpy()
        for column in ordered
    }
    return pd.DataFrame(columns | {"month": totals.periods(months)})
