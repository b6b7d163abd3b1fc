"""Posts added up per month, so small that a million posts are as quick as a hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workshop_kit.metrics.readers import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

KEYS = {
    "platform": "string",
    "account": "string",
    "kind": "string",
    "promoted": "string",
    "month": "period[M]",
    "known": "string",
}
"""
What a row of totals is for: the posts of a month that have the same metrics known.

``known`` names these metrics, each followed by a space. Sums over the posts that have
two metrics at once, as rates ask for, are thus sums over rows.
"""

PER_REACH = "_per_reach"
"""Ending of columns with the sum of a metric divided by reach, post by post."""

REACHED = "reached"
"""Column with the number of posts with a reach above 0, over which rates are taken."""

SPAN = {"n": "Int64", "first": "datetime64[us]", "last": "datetime64[us]"}
"""Number of posts, and the first and last time of them."""


def columns(metrics: Sequence[str]) -> dict[str, str]:
    """Return the columns of totals over these metrics, with their types."""
    rates = [name + PER_REACH for name in metrics if "reach" in metrics]
    reached = {REACHED: "Int64"} if rates else {}
    return KEYS | SPAN | reached | dict.fromkeys([*metrics, *rates], "Float64")


def of(wide: pd.DataFrame) -> pd.DataFrame:
    """
    Add up posts per platform, account, kind, promotion, month and what is known.

    Args:
        wide: Wide posts of a reader.

    Returns:
        Frame with :func:`columns`. A sum is NA where the metric is not in ``known``;
        a rate also where reach is not, and posts with a reach of 0 add nothing to it.
    """
    metrics = schema.metrics_of(wide)
    if wide.empty:
        return schema.conform(None, columns(metrics))
    mask = np.zeros(len(wide), dtype="int64")
    for place, name in enumerate(metrics):
        mask |= wide[name].notna().to_numpy(dtype="int64") << place
    clock = wide["published_at"].dt.tz_localize(None)
    parts = {name: wide[name] for name in metrics}
    if "reach" in metrics:
        reach = wide["reach"].where(wide["reach"].gt(0))
        parts |= {name + PER_REACH: wide[name] / reach for name in metrics}
        parts[REACHED] = reach.notna().astype("Int64")
    frame = pd.DataFrame(
        {
            **{key: wide[key] for key in ("platform", "account", "kind", "promoted")},
            "month": clock.dt.to_period("M"),
            "known": mask,
            "n": 1,
            "first": clock,
            "last": clock,
            **parts,
        }
    )
    how = dict.fromkeys(parts, "sum") | {"n": "sum", "first": "min", "last": "max"}
    grouped = frame.groupby(list(KEYS), dropna=False, observed=True, sort=True)
    return finish(grouped.agg(how).reset_index(), metrics)


def finish(added: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """Write out which metrics are known, and blank the sums of those that are not."""
    mask = added["known"].to_numpy(dtype="int64")
    known = {name: (mask >> place & 1) == 1 for place, name in enumerate(metrics)}
    words = {
        row: "".join(
            f"{name} " for place, name in enumerate(metrics) if row >> place & 1
        )
        for row in np.unique(mask).tolist()
    }
    blanked = {name: added[name].where(known[name]) for name in metrics}
    if "reach" in known:
        blanked |= {
            name + PER_REACH: added[name + PER_REACH].where(
                known[name] & known["reach"]
            )
            for name in metrics
        }
    return schema.conform(
        added.assign(known=[words[row] for row in mask.tolist()], **blanked),
        columns(metrics),
    )


def periods(months: npt.NDArray[np.int64]) -> pd.PeriodIndex:
    """Return calendar months of their numbers since January 1970."""
    days = months.astype("datetime64[M]").astype("datetime64[s]")
    return pd.DatetimeIndex(days).to_period("M")
