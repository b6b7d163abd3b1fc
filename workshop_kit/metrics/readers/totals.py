"""Posts added up per month, so small that a million posts are as quick as a hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workshop_kit.metrics import formulas
from workshop_kit.metrics.readers import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

KEYS = {
    "platform": "string",
    "account": "string",
    "kind": "string",
    "promoted": "string",
    "month": "period[M]",
}
"""What a row of totals is for."""

SPAN = {"n": "Int64", "first": "datetime64[us]", "last": "datetime64[us]"}
"""Number of posts, and the first and last time of them."""

ABOVE, BELOW, COUNT = ":above", ":below", ":n"
"""
Endings of what a KPI needs, after its id: sums above and below the line, and posts.

These are over the posts of which all figures of its formula are known; which figures
that takes is decided per platform, by those that are known of any of its posts.
"""

PER_REACH = "_per_reach"
"""Ending of sums of a metric divided by reach, post by post."""

REACHED = "reached"
"""Posts with a reach above 0, over which rates are taken."""

RATED = frozenset(
    metric
    for formula in formulas.FORMULAS.values()
    if formula.each
    for metric in formula.above
)
"""Metrics of which a KPI takes the rate by reach post by post."""


def rated(metrics: Sequence[str]) -> list[str]:
    """Return those of the metrics that are divided by reach post by post."""
    return [name for name in metrics if name in RATED and "reach" in metrics]


def of(wide: pd.DataFrame) -> pd.DataFrame:
    """
    Add up posts per platform, account, kind, promotion and month.

    Args:
        wide: Wide posts of a reader.

    Returns:
        Frame with :data:`KEYS`, :data:`SPAN`, the sum of each metric (NA if it is
        known of none of these posts), and for each KPI that a platform can feed the
        columns :data:`ABOVE`, :data:`BELOW` and :data:`COUNT` (NaN for the others).
    """
    metrics = schema.metrics_of(wide)
    if wide.empty:
        return schema.conform(None, KEYS | SPAN | dict.fromkeys(metrics, "Float64"))
    known = np.zeros(len(wide), dtype="int64")
    for place, name in enumerate(metrics):
        known |= wide[name].notna().to_numpy(dtype="int64") << place
    values = {name: wide[name].to_numpy(dtype=float, na_value=0) for name in metrics}
    clock = wide["published_at"].dt.tz_localize(None)
    parts: dict[str, Any] = dict(values)
    if "reach" in metrics:
        reach = values["reach"]
        parts[REACHED] = reach > 0
        for name in rated(metrics):
            rates = np.zeros(len(wide))
            np.divide(values[name], reach, out=rates, where=reach > 0)
            parts[name + PER_REACH] = rates
    frame = pd.DataFrame(
        {
            **{key: wide[key] for key in ("platform", "account", "kind", "promoted")},
            "month": clock.dt.to_period("M"),
            "known": known,
            "n": 1,
            "first": clock,
            "last": clock,
            **parts,
        }
    )
    how = dict.fromkeys(("n", *parts), "sum") | {"first": "min", "last": "max"}
    grouped = frame.groupby([*KEYS, "known"], dropna=False, observed=True, sort=True)
    added = grouped.agg(how).reset_index()
    # pandas does not keep together the rows of a key that has NA in it.
    same = added.groupby(list(KEYS), dropna=False, observed=True, sort=False)
    added = added.iloc[np.argsort(same.ngroup().to_numpy(), kind="stable")]
    begins = ~added.duplicated(list(KEYS))
    return finish(
        added.loc[begins, list(KEYS)],
        begins.to_numpy(dtype=bool),
        {name: added[name].to_numpy() for name in ("known", *how)},
        metrics,
    )


def finish(
    keys: pd.DataFrame,
    begins: npt.NDArray[np.bool_],
    sums: Mapping[str, npt.NDArray[Any]],
    metrics: Sequence[str],
) -> pd.DataFrame:
    """
    Make totals of sums over the posts that have exactly the same metrics known.

    Args:
        keys: Row of :data:`KEYS` for each row of the result.
        begins: At which of the sums the next row of *keys* begins.
        sums: ``known``, a bit for each metric; ``n``, ``first``, ``last``, each metric
            (0 where it is not known), :data:`REACHED` and those of :func:`rated`.
        metrics: In the order of the bits.
    """
    place, known = np.cumsum(begins) - 1, sums["known"]
    starts = np.flatnonzero(begins)
    columns: dict[str, Any] = {name: keys[name].to_numpy() for name in KEYS}
    columns["month"] = keys["month"].array
    columns["n"] = np.add.reduceat(sums["n"], starts)
    columns["first"] = np.minimum.reduceat(sums["first"], starts)
    columns["last"] = np.maximum.reduceat(sums["last"], starts)
    for bit, name in enumerate(metrics):
        total = np.bincount(place, sums[name].astype("float64"))
        seen = np.bincount(place, known >> bit & 1) > 0
        columns[name] = pd.array(np.where(seen, total, np.nan), dtype="Float64")
    platform = pd.factorize(keys["platform"])[0]
    dated = keys["month"].notna().to_numpy(dtype=bool)
    shape = len(keys)
    for channel in range(platform.max() + 1):
        rows = platform[place] == channel
        # As kpi.monthly, by posts that belong to a month.
        bits = int(np.bitwise_or.reduce(known[rows & dated[place]]))
        there = {name for bit, name in enumerate(metrics) if bits >> bit & 1}
        for kpi, above, below, each in _needs(there):
            used = sum(1 << metrics.index(name) for name in (*above, *below))
            chosen = rows & (known & used == used)
            for ending, each_row in _added(sums, above, below, each=each).items():
                column = columns.setdefault(kpi + ending, np.full(shape, np.nan))
                counted = np.bincount(place[chosen], each_row[chosen], shape)
                column[platform == channel] = counted[platform == channel]
    whole = pd.DataFrame(columns, index=pd.RangeIndex(shape))
    return whole.astype(KEYS | SPAN)


def _needs(
    there: set[str],
) -> Iterator[tuple[str, list[str], list[str], bool]]:
    """Yield what each KPI needs of a platform, of whole posts and of their parts."""
    for kpi, formula in formulas.FORMULAS.items():
        above = formulas.above(formula, there)
        if not above:
            continue
        below = formulas.below(formula, there)
        lines = above, [below] if below else []
        if below or not formula.each:
            yield (kpi, *lines, formula.each)
        for ending in (schema.ORGANIC, schema.PAID):
            if not formula.each and formulas.split(formula, there, ending):
                above, parts = ([name + ending for name in line] for line in lines)
                yield kpi + ending, above, parts, False


def _added(
    sums: Mapping[str, npt.NDArray[Any]],
    above: list[str],
    below: list[str],
    *,
    each: bool,
) -> dict[str, Numbers]:
    posts = sums["n"].astype("float64")
    if each:
        posts = sums[REACHED].astype("float64")
        above = [name + PER_REACH for name in above]
    under = sums[below[0]].astype("float64") if below and not each else posts
    total = np.sum([sums[name] for name in above], axis=0, dtype="float64")
    return {ABOVE: total, BELOW: under, COUNT: posts}


def periods(months: npt.NDArray[np.int64]) -> pd.PeriodIndex:
    """Return calendar months of their numbers since January 1970."""
    days = months.astype("datetime64[M]").astype("datetime64[s]")
    return pd.DatetimeIndex(days).to_period("M")
