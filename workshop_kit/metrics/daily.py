"""KPIs per month from figures of days: followers, and sessions on the website."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.catalogue import entry

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = {
    "kpi": "string",
    "version": "Int64",
    "channel": "string",
    "period": "period[M]",
    "value": "Float64",
    "n": "Int64",
    "total": "Float64",
    "below": "Float64",
}
"""Columns of a table of KPIs, as :data:`workshop_kit.metrics.kpi.COLUMNS`."""

NEEDS: Mapping[str, str] = {
    "followers": "followers",
    "net_new": "followers",
    "growth": "followers",
    "social_sessions": "sessions",
    "social_sessions_paid": "sessions",
    "social_share": "sessions",
    "conv": "sessions",
}
"""KPIs made from days, and the metric they need."""

ORGANIC_SOCIAL = frozenset(
    {
        "organic social",
        "social",
        "social network",
        "social networks",
        "sociale netwerken",
    }
)
PAID_SOCIAL = frozenset({"paid social", "betaalde sociale media"})
"""How the tools for web statistics name what came from social media."""


def computable(days: pd.DataFrame | None) -> set[str]:
    """Return the KPIs that these days can feed."""
    if days is None or days.empty:
        return set()
    known = set(days.loc[days["value"].notna(), "metric"])
    return {
        kpi
        for kpi, metric in NEEDS.items()
        if metric in known
        and (metric != "sessions" or _social(days).any())
        and (kpi != "conv" or "goals" in known)
    }


def monthly(days: pd.DataFrame | None, kpi: str) -> pd.DataFrame:
    """
    Compute a KPI of days for each calendar month and channel.

    Followers of a month are the last count in it; those at its start are the last
    count of the month before. Sessions are summed; a report over a period that does
    not lie in one month belongs to none and is left out.

    Args:
        days: Tidy days of a reader, or None if there are none.
        kpi: One of :data:`NEEDS`.

    Returns:
        Table of KPIs; a month without a figure is NA, and so is one whose
        follow-up is: no growth without followers at both ends. ``n`` is the number
        of days with a figure.

    Raises:
        MetricsError: The figures for it are not there.
    """
    if days is None or kpi not in computable(days):
        raise MetricsError(
            N_("“{kpi}” cannot be computed from these days: {formula}."),
            fix=N_("Import an export that has these figures."),
            kpi=kpi,
            formula=entry(kpi).formula,
        )
    wanted = {NEEDS[kpi], "goals"} if kpi == "conv" else {NEEDS[kpi]}
    inside = _inside_a_month(days[days["metric"].isin(wanted)])
    frames = [
        _one(part, kpi).assign(channel=str(channel))
        for channel, part in inside.groupby("platform", sort=True)
    ]
    table = pd.concat(frames, ignore_index=True).assign(
        kpi=kpi, version=entry(kpi).version
    )
    return table[list(COLUMNS)].astype(COLUMNS)


def followers(days: pd.DataFrame | None, channel: str) -> pd.Series[float] | None:
    """Return the followers at the end of each month, by month; None if not known."""
    if days is None:
        return None
    known = days[
        days["metric"].eq("followers")
        & days["platform"].eq(channel)
        & days["value"].notna()
    ]
    return None if known.empty else _last(_inside_a_month(known))


def _one(part: pd.DataFrame, kpi: str) -> pd.DataFrame:
    months = pd.period_range(part["period"].min(), part["period"].max(), freq="M")
    counted = part[part["value"].notna()]
    n = counted.groupby("period")["day"].nunique().reindex(months, fill_value=0)
    one = pd.Series(1.0, index=months)
    if NEEDS[kpi] == "followers":
        end = _last(counted).reindex(months)
        start = end.shift(1)
        total = end if kpi == "followers" else end - start
        below = start if kpi == "growth" else one
    else:
        paid = kpi == "social_sessions_paid"
        social = counted[_named(counted, PAID_SOCIAL if paid else ORGANIC_SOCIAL)]
        everything = counted[counted["segment"].isna()]
        whole = everything if len(everything) else counted
        all_sessions = _sum(whole, months)
        # A month with figures but no line for social media had no such session.
        total = _sum(social, months).fillna(0.0).where(all_sessions.notna())
        below = all_sessions if kpi == "social_share" else one
        if kpi == "conv":
            goals = social["metric"].eq("goals")
            total = _sum(social[goals], months)
            below = _sum(social[~goals], months)
    factor = 100 if entry(kpi).data_kind == "ratio" else 1
    value = factor * total / below.where(below > 0)
    return pd.DataFrame(
        {
            "period": months,
            "value": value.array,
            "n": n.array,
            "total": (factor * total).array,
            "below": below.array,
        }
    )


def _inside_a_month(days: pd.DataFrame) -> pd.DataFrame:
    first, last = days["day"].dt.to_period("M"), days["until"].dt.to_period("M")
    inside = days.assign(period=last)
    return inside[first.eq(last)] if len(inside) else inside


def _last(part: pd.DataFrame) -> pd.Series[float]:
    ordered = part.sort_values(["period", "until"])
    return ordered.groupby("period")["value"].last().astype(float)


def _sum(part: pd.DataFrame, months: pd.PeriodIndex) -> pd.Series[float]:
    return part.groupby("period")["value"].sum().astype(float).reindex(months)


def _named(days: pd.DataFrame, names: frozenset[str]) -> pd.Series[bool]:
    return days["segment"].str.casefold().isin(names).fillna(value=False)


def _social(days: pd.DataFrame) -> pd.Series[bool]:
    return days["metric"].eq("sessions") & _named(days, ORGANIC_SOCIAL | PAID_SOCIAL)
