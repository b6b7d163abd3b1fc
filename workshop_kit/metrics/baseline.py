"""Where we stand: a KPI over the last full months, and how it moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics import kpi as kpis

if TYPE_CHECKING:
    from collections.abc import Iterable

MONTHS = 12
"""Default window: a year, so that every season counts once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """
    A KPI over a window of months, as it is kept with the workshop.

    Attributes:
        period: First and last month, ``2023-11/2024-10``.
        value: In *unit*; None where it is not available. A count is a mean per
            month; a rate is the sum over the window above and below the line, so
            that a month with few posts does not weigh as much as a busy one.
        n: Posts it rests on.
        months: Months in the window; fewer than asked for where the data end.
        unit: English unit of the catalogue.
        source: Names of the files it was read from.
    """

    kpi: str
    version: int
    channel: str
    period: str
    value: float | None
    n: int
    months: int
    unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    A baseline beside that of the window before it.

    Attributes:
        before: None where the data do not reach back a whole window.
        difference: Now minus before, in the unit of the KPI; None if either is
            not available.
        percent: Difference as percentage of before; None also if that was 0.
    """

    now: Baseline
    before: Baseline | None
    difference: float | None
    percent: float | None


def full_months(table: pd.DataFrame) -> pd.DataFrame:
    """
    Leave out the first and the last month of each channel.

    The file does not say whether they are whole: an account begins and an
    export ends on any day, and half a month would pass for a bad one.

    Args:
        table: Table of :func:`workshop_kit.metrics.kpi.monthly`.
    """
    by_channel = table.groupby("channel")["period"]
    first, last = by_channel.transform("min"), by_channel.transform("max")
    inner = table["period"].gt(first) & table["period"].lt(last)
    return table[inner.astype(bool)].reset_index(drop=True)


def table(
    posts: pd.DataFrame,
    *,
    kinds: Iterable[str] = kpis.ORIGINAL,
    days: pd.DataFrame | None = None,
    paid: bool = False,
) -> pd.DataFrame:
    """
    Compute all KPIs that the figures can feed, per month.

    Arguments are those of :func:`workshop_kit.metrics.kpi.monthly`.

    Returns:
        Its tables under each other, in the order of the catalogue.
    """
    kinds = tuple(kinds)
    wide = kpis.widened(posts) if "metric" in posts.columns else posts
    frames = [
        kpis.monthly(wide, name, kinds=kinds, days=days, paid=paid)
        for name in kpis.computable(wide, days)
    ]
    if not frames:
        return pd.DataFrame(columns=list(kpis.COLUMNS)).astype(kpis.COLUMNS)
    return pd.concat(frames, ignore_index=True)


def changes(
    table: pd.DataFrame, *, months: int = MONTHS, source: str = ""
) -> tuple[Change, ...]:
    """
    Take the baseline of every KPI and channel, each beside the window before it.

    Args:
        table: KPIs per full month, as of :func:`table` and :func:`full_months`.
        months: Months in the window.
        source: Where the figures come from.

    Returns:
        In the order of the catalogue, channels in alphabetical order.
    """
    order = list(kpis.CATALOGUE)
    groups = table.groupby(["kpi", "channel"], sort=True)
    parts = sorted(groups, key=lambda group: order.index(str(group[0][0])))
    return tuple(_compared(part, source, months) for _, part in parts)


def in_year(table: pd.DataFrame, year: int) -> float | None:
    """
    Return the value of a calendar year, as peers give theirs.

    Args:
        table: Full months of one KPI and channel, of :func:`full_months`.
        year: The year; None is returned unless all its months are there.
    """
    part = table[table["period"].dt.year.eq(year)]
    return _window(part, "", MONTHS, skip=0).value if len(part) == MONTHS else None


def baseline(
    posts: pd.DataFrame,
    kpi: str,
    *,
    channel: str | None = None,
    months: int = MONTHS,
    kinds: Iterable[str] = kpis.ORIGINAL,
) -> Baseline:
    """
    Take the zero measurement: the last full months of the data.

    Args:
        posts: Tidy posts of a reader.
        kpi: One of :data:`workshop_kit.metrics.kpi.FROM_POSTS`.
        channel: Platform; may be left out if the posts have only one.
        months: Months in the window, 12 by default: each season counts once. They
            end with the last full month of the data, not with today, because an
            export is often older than the workshop.
        kinds: Kinds of post that count.

    Raises:
        MetricsError: There is no full month, the channel is not there or has to
            be chosen, or the posts do not have the figures.
    """
    series = _series(posts, kpi, channel, kinds)
    return _window(series, _files(posts, series), months, skip=0)


def change(
    posts: pd.DataFrame,
    kpi: str,
    *,
    channel: str | None = None,
    months: int = MONTHS,
    kinds: Iterable[str] = kpis.ORIGINAL,
) -> Change:
    """
    Compare the last full months with as many months before them.

    Arguments and errors are those of :func:`baseline`.
    """
    series = _series(posts, kpi, channel, kinds)
    return _compared(series, _files(posts, series), months)


def _compared(series: pd.DataFrame, source: str, months: int) -> Change:
    now = _window(series, source, months, skip=0)
    whole = len(series) >= 2 * months
    before = _window(series, source, months, skip=months) if whole else None
    if before is None or before.value is None or now.value is None:
        return Change(now=now, before=before, difference=None, percent=None)
    difference = now.value - before.value
    percent = difference / before.value * 100 if before.value else None
    return Change(now=now, before=before, difference=difference, percent=percent)


def _series(
    posts: pd.DataFrame, kpi: str, channel: str | None, kinds: Iterable[str]
) -> pd.DataFrame:
    months = full_months(kpis.monthly(posts, kpi, kinds=kinds))
    channels = sorted(months["channel"].unique())
    if not channels:
        raise MetricsError(
            N_("There is no full month in these figures."),
            fix=N_("Export a longer period."),
        )
    chosen = channels[0] if channel is None else channel
    if chosen not in channels or (channel is None and len(channels) > 1):
        raise MetricsError(
            N_("The figures have these channels: {channels}."),
            fix=N_("Choose one of them."),
            channels=", ".join(channels),
        )
    return months[months["channel"].eq(chosen)]


def _files(posts: pd.DataFrame, series: pd.DataFrame) -> str:
    channel = series["channel"].iloc[0]
    files = posts.loc[posts["platform"].eq(channel), "source_file"]
    return ", ".join(sorted(files.dropna().unique()))


def _window(series: pd.DataFrame, source: str, months: int, *, skip: int) -> Baseline:
    if months < 1:
        raise MetricsError(N_("A window has at least one month."))
    end = len(series) - skip
    part = series.iloc[max(0, end - months) : end]
    first = part.iloc[0]
    definition = kpis.entry(str(first["kpi"]))
    known = part[part["value"].notna()]
    total, below = float(known["total"].sum()), float(known["below"].sum())
    return Baseline(
        kpi=definition.id,
        version=definition.version,
        channel=str(first["channel"]),
        period=f"{first['period']}/{part.iloc[-1]['period']}",
        value=total / below if below else None,
        n=int(part["n"].sum()),
        months=len(part),
        unit=definition.unit["en"],
        source=source,
    )
