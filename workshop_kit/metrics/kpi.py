"""KPIs per month and channel, as far as posts and days of an export can feed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics import daily, formulas
from workshop_kit.metrics.catalogue import CATALOGUE, Kpi, entry
from workshop_kit.metrics.formulas import FORMULAS, Formula
from workshop_kit.metrics.readers import schema, totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

__all__ = [
    "CATALOGUE",
    "COLUMNS",
    "FROM_POSTS",
    "ORIGINAL",
    "Kpi",
    "computable",
    "entry",
    "monthly",
]

ORIGINAL = ("original",)
"""Posts that count as P: replies reach few people and would thin out the rates."""

COLUMNS = daily.COLUMNS
"""
Columns of a table of KPIs.

``value`` is NA where it is not available; ``n`` is the number of posts it rests on (of
figures of days: the days); ``total`` and ``below`` are what is above and below the line
of its formula (the first times 100 for a percentage), so that a longer period can be
a ratio of sums.
"""


SUMMED = "n"
"""Column that only totals have."""

USED = frozenset({"platform", "kind", "promoted", "published_at", "month", SUMMED})
"""Columns that every KPI looks at, besides its metrics."""

METRIC = {"applause": "likes", "conversation": "comments", "amplification": "shares"}
"""The metric above the line of each rate per post."""

FROM_POSTS = ("posts", *METRIC)
"""KPIs of which nearly every export has the figures."""


def monthly(
    posts: pd.DataFrame,
    kpi: str,
    *,
    kinds: Iterable[str] = ORIGINAL,
    days: pd.DataFrame | None = None,
    paid: bool = False,
) -> pd.DataFrame:
    """
    Compute a KPI for each calendar month (UTC) and channel.

    Args:
        posts: Posts of a reader, wide or tidy; or its totals, which is quick for a
            large file. Rows without a time of publication belong to no month and are
            left out.
        kpi: One of :func:`computable`.
        kinds: Kinds of post that count. By default original posts.
        days: Tidy days of a reader, for KPIs that need followers or sessions.
        paid: Whether to count what was paid for, instead of what was not. Where the
            file has both parts of all figures of a post, its part counts; else the
            whole post, as one that was paid for or not. Posts of which the file does
            not tell count as not paid for.

    Returns:
        Frame with :data:`COLUMNS`, one row per channel and month from the first
        to the last month of its posts, so that a silent month shows: it has 0
        posts, and rates are NA. A rate rests on the posts of which all its metrics
        are known; the others are not counted as 0. Zero below the line is NA.

    Raises:
        MetricsError: The KPI needs figures that these do not have.
    """
    if entry(kpi).feed == "days":
        return daily.monthly(days, kpi)
    if kpi not in FORMULAS:
        raise _missing(kpi)
    formula, counting = FORMULAS[kpi], set(kinds)
    frames = {}
    wide = posts if "metric" not in posts.columns else widened(posts)
    wide = wide[[name for name in wide.columns if name in _used(kpi)]]
    for channel, part in wide.groupby("platform", observed=True, sort=True):
        followers = daily.followers(days, str(channel))
        if _lacking(part, formula, followers):
            continue
        ending = _ending(part, formula, paid=paid)
        bought = part["promoted"].eq("paid").fillna(value=False).eq(paid)
        counted = part["kind"].isin(counting)
        if not ending or not paid:
            counted &= bought
        rows = counted.to_numpy(dtype=bool)
        frame = _months(part, rows, kpi, ending, followers)
        if frame is not None:
            frames[str(channel)] = frame
    if not frames and len(wide):
        raise _missing(kpi)
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    return _table(kpi, frames)


def computable(
    posts: pd.DataFrame, days: pd.DataFrame | None = None
) -> tuple[str, ...]:
    """
    Return the KPIs that these figures can feed on at least one channel.

    Args:
        posts: Posts of a reader, wide or tidy.
        days: Tidy days of a reader, with followers or sessions.
    """
    wide = posts if "metric" not in posts.columns else widened(posts)
    channels = [
        (part, daily.followers(days, str(channel)))
        for channel, part in wide.groupby("platform", observed=True)
    ]
    from_days = daily.computable(days)
    return tuple(
        kpi
        for kpi in CATALOGUE
        if kpi in from_days
        or (
            kpi in FORMULAS
            and any(not _lacking(part, FORMULAS[kpi], f) for part, f in channels)
        )
    )


def widened(posts: pd.DataFrame) -> pd.DataFrame:
    """
    Turn tidy posts into a row per post and a column per metric.

    A post stands once per metric; its row in the file tells posts apart also where
    the id is missing.
    """
    key = ["source_file", "row"]
    values = posts.pivot_table(
        index=key, columns="metric", values="value", aggfunc="first", observed=True
    )
    common = posts.drop_duplicates(key)[[name for name in schema.POST if name in posts]]
    wide = common.merge(values, left_on=key, right_index=True, how="left")
    return schema.posts(wide)


def _missing(kpi: str) -> MetricsError:
    return MetricsError(
        N_("“{kpi}” cannot be computed from these posts: {formula}."),
        fix=N_("Import an export that has these figures."),
        kpi=kpi,
        formula=entry(kpi).formula,
    )


def _has(part: pd.DataFrame, metric: str) -> bool:
    return metric in part.columns and bool(part[metric].notna().any())


def _known(part: pd.DataFrame, formula: Formula) -> set[str]:
    """Return the metrics a formula may take, and their parts, that the channel has."""
    endings = ("", schema.ORGANIC, schema.PAID)
    metrics = (*formula.above, *formula.below)
    return {m + e for m in metrics for e in endings if _has(part, m + e)}


def _lacking(
    part: pd.DataFrame, formula: Formula, followers: pd.Series[float] | None
) -> bool:
    """Tell whether the figures of this channel do not suffice."""
    if formula.above and not any(_has(part, metric) for metric in formula.above):
        return True
    if "followers" in formula.below and followers is None:
        return True
    metrics = [m for m in formula.below if m not in {"posts", "followers"}]
    return bool(metrics) and not any(_has(part, metric) for metric in metrics)


def _ending(part: pd.DataFrame, formula: Formula, *, paid: bool) -> str:
    """Return the ending of the parts that are taken, if all figures have them."""
    ending = schema.PAID if paid else schema.ORGANIC
    return ending if formulas.split(formula, _known(part, formula), ending) else ""


def _used(kpi: str) -> frozenset[str]:
    """Return the columns that a KPI may look at; the others need not be moved."""
    formula, endings = FORMULAS[kpi], ("", schema.ORGANIC, schema.PAID)
    metrics = (*formula.above, *formula.below)
    sums = (totals.ABOVE, totals.BELOW, totals.COUNT)
    return (
        USED
        | {metric + ending for metric in metrics for ending in endings}
        | {kpi + ending + column for ending in endings for column in sums}
    )


def _months(
    part: pd.DataFrame,
    counted: npt.NDArray[np.bool_],
    kpi: str,
    ending: str,
    followers: pd.Series[float] | None,
) -> dict[str, npt.NDArray[Any]] | None:
    month, dated = _month(part)
    if not dated.any():
        return None
    if not dated.all():
        part, counted, month = part[dated], counted[dated], month[dated]
    first, size = int(month.min()), int(month.max() - month.min()) + 1
    formula = FORMULAS[kpi]
    add = _added if SUMMED in part else _per_post
    above, below, weight = add(part, kpi, ending)
    use = counted & ~np.isnan(above) & ~np.isnan(below)
    if formula.each:
        use &= below > 0
    place = month[use] - first
    n = np.bincount(place, weight[use], size).astype("int64")
    total = np.bincount(place, above[use], size)
    under: npt.NDArray[Any] = np.bincount(place, below[use], size)
    if not formula.above:
        under = np.ones(size)
    months = np.arange(first, first + size)
    if "followers" in formula.below and followers is not None:
        known = followers.reindex(totals.periods(months))
        at_end = known.to_numpy(dtype=float, na_value=np.nan)
        under = under * at_end if "posts" in formula.below else at_end
    return {
        "month": months,
        "n": n,
        "total": formula.factor * total,
        "below": under,
    }


def _month(
    part: pd.DataFrame,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return months since 1970, and which rows have one."""
    if SUMMED in part:
        ordinals = np.asarray(part["month"].astype("int64"), dtype="int64")
        return ordinals, part["month"].notna().to_numpy(dtype=bool)
    # What pandas counts monthly periods by, at a tenth of the time.
    clock = part["published_at"].dt.tz_localize(None).to_numpy()
    months = clock.astype("datetime64[M]").astype("int64")
    return months, part["published_at"].notna().to_numpy(dtype=bool)


def _added(
    part: pd.DataFrame, kpi: str, ending: str
) -> tuple[Numbers, Numbers, Numbers]:
    """Return what each row of totals adds above, below and as posts."""
    if not FORMULAS[kpi].above:
        posts = _values(part, SUMMED)
        return posts, posts, posts
    if ending and FORMULAS[kpi].each:
        # Totals have rates by the reach of the whole post only.
        raise _missing(kpi)
    sums = (totals.ABOVE, totals.BELOW, totals.COUNT)
    names = [kpi + ending + name for name in sums]
    kept = part.reindex(columns=names)
    above, below, posts = (_values(kept, name) for name in names)
    return above, below, posts


def _per_post(
    part: pd.DataFrame, kpi: str, ending: str
) -> tuple[Numbers, Numbers, Numbers]:
    """Return what each post adds above, below and as posts; NaN if not known."""
    formula, posts = FORMULAS[kpi], np.ones(len(part))
    if not formula.above:
        return posts, posts, posts
    known = _known(part, formula)
    metrics = formulas.above(formula, known)
    above = np.full(len(part), 0.0 if metrics else np.nan)
    for metric in metrics:
        above += _values(part, metric + ending)
    under = formulas.below(formula, known)
    below = posts if under is None else _values(part, under + ending)
    if formula.each:
        reached = below > 0
        above = np.divide(above, below, out=np.zeros_like(above), where=reached)
        below = reached.astype("float64")
    return above, below, posts


def _values(part: pd.DataFrame, metric: str) -> Numbers:
    return part[metric].to_numpy(dtype=float, na_value=np.nan)


def _table(
    kpi: str, parts: Mapping[str, Mapping[str, npt.NDArray[Any]]]
) -> pd.DataFrame:
    """Put the months of all channels below one another."""
    joined = {
        name: np.concatenate([part[name] for part in parts.values()])
        for name in ("month", "n", "total", "below")
    }
    total, below = joined["total"], joined["below"]
    value = np.full(len(total), np.nan)
    np.divide(total, below, out=value, where=below > 0)
    channels = np.repeat(list(parts), [len(part["n"]) for part in parts.values()])
    table = pd.DataFrame(
        {
            "kpi": kpi,
            "version": entry(kpi).version,
            "channel": channels,
            "period": totals.periods(joined["month"]),
            "value": value,
            "n": joined["n"],
            "total": total,
            "below": below,
        }
    )
    return table.astype(COLUMNS)
