"""KPIs per month, as far as an archive of posts can feed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.catalogue import CATALOGUE, Kpi, entry

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CATALOGUE", "COLUMNS", "FROM_POSTS", "ORIGINAL", "Kpi", "entry", "monthly"]

METRIC = {"applause": "likes", "conversation": "comments", "amplification": "shares"}
"""The metric above the line of each rate per post."""

FROM_POSTS = ("posts", *METRIC)
"""KPIs that :func:`monthly` can compute, if the export has the metric."""

ORIGINAL = ("original",)
"""Posts that count as P: replies reach few people and would thin out the rates."""

COLUMNS = {
    "kpi": "string",
    "version": "Int64",
    "channel": "string",
    "period": "period[M]",
    "value": "Float64",
    "n": "Int64",
    "total": "Int64",
}
"""
Columns of a table of KPIs.

``value`` is NA where it is not available; ``n`` is the number of posts it rests
on; ``total`` is what is above the line of its formula, for ratios of sums.
"""


def monthly(
    posts: pd.DataFrame, kpi: str, *, kinds: Iterable[str] = ORIGINAL
) -> pd.DataFrame:
    """
    Compute a KPI for each calendar month (UTC) and channel of the posts.

    Args:
        posts: Tidy posts of a reader. Rows without a time of publication belong
            to no month and are left out.
        kpi: One of :data:`FROM_POSTS`.
        kinds: Kinds of post that count. By default original posts.

    Returns:
        Frame with :data:`COLUMNS`, one row per channel and month from the first
        to the last month of its posts, so that a silent month shows: it has 0
        posts, and rates per post are NA. A rate rests on the posts whose metric
        is known; the others are not counted as 0.

    Raises:
        MetricsError: The KPI needs figures that these posts do not have.
    """
    version, counting = entry(kpi).version, tuple(kinds)
    metric = METRIC.get(kpi)
    if kpi not in FROM_POSTS or (
        metric is not None and len(posts) and metric not in set(posts["metric"])
    ):
        raise MetricsError(
            N_("“{kpi}” cannot be computed from these posts: {formula}."),
            fix=N_("Import an export that has these figures."),
            kpi=kpi,
            formula=entry(kpi).formula,
        )
    dated = posts[posts["published_at"].notna()]
    dated = dated.assign(
        period=dated["published_at"].dt.tz_localize(None).dt.to_period("M")
    )
    frames = [
        _months(str(channel), part, metric, counting).assign(kpi=kpi, version=version)
        for channel, part in dated.groupby("platform", sort=True)
    ]
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)].astype(COLUMNS)


def _months(
    channel: str, part: pd.DataFrame, metric: str | None, kinds: tuple[str, ...]
) -> pd.DataFrame:
    months = pd.period_range(part["period"].min(), part["period"].max(), freq="M")
    counted = part[part["kind"].isin(kinds)]
    if metric is None:
        # A post stands once per metric; its line in the file tells posts apart
        # also where the id is missing.
        once = counted.drop_duplicates(["source_file", "row"])
        n = once.groupby("period").size().reindex(months, fill_value=0)
        total = n
        value = n.astype("Float64")
    else:
        known = counted[counted["metric"].eq(metric) & counted["value"].notna()]
        grouped = known.groupby("period")["value"]
        n = grouped.size().reindex(months, fill_value=0)
        total = grouped.sum().reindex(months, fill_value=0)
        value = total.astype("Float64").div(n.astype("Float64").where(n.gt(0)))
    return pd.DataFrame(
        {"period": months, "value": value, "n": n, "total": total}, index=months
    ).assign(channel=channel)
