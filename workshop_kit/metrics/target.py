"""Judge a target by what simple forecasts would have made of the past."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.baseline import full_months

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator

FEWEST = 3
"""Months with a value below which nothing is said: two points are no trend."""

SEASON = 12
"""Months of a year."""

TRIES = 12
"""Forecasts of the past below which there is no interval: each month once."""

MEMORY = 60
"""Months whose errors count: platforms and accounts change within five years."""

LEVEL = 0.9
"""Share of past errors that the interval holds."""

Verdict = Literal["none", "below", "within", "above"]
Method = Literal["same_month", "year_mean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCheck:
    """
    A target beside naive forecasts of its month.

    Attributes:
        target: In the unit of the KPI.
        period: Month the target is for, ``2025-06``.
        n: Months with a value that were looked at.
        same_month: Last known value of the same calendar month; None if none.
        year_mean: Mean of the last 12 months; None with fewer than 3 months.
        low, high: What the target is held against; None without a verdict.
        method: The forecast inside the interval: the one that erred less. None
            if *low* and *high* are just the smallest and largest month, because
            the data are too short to try a forecast on.
        errors: Mean absolute error of each forecast on the past, where tried.
        tried: Forecasts of the past that the interval rests on.
        coverage: Share of the last 12 months that an interval made from the
            months before them would have held; None if there were none. Far
            from 0.9 means that the interval is not to be trusted.
        verdict: Where the target lies, or ``none``.
    """

    target: float
    period: str
    n: int
    same_month: float | None
    year_mean: float | None
    low: float | None
    high: float | None
    method: Method | None
    errors: dict[Method, float]
    tried: int
    coverage: float | None
    verdict: Verdict

    def words(self, t: Translator) -> str:
        """Say it in a sentence or two; about the past, not about what is possible."""
        if self.low is None or self.high is None:
            return t(
                N_(
                    "There are {n} months with a value: too few to judge a target"
                    " (at least {fewest})."
                ),
                n=self.n,
                fewest=FEWEST,
            )
        numbers = {
            "n": self.n,
            "low": t.number(self.low, 1),
            "high": t.number(self.high, 1),
        }
        if self.method is None:
            verdict = {
                "above": N_(
                    "The target lies above what the last {n} months vary"
                    " ({low} to {high})."
                ),
                "below": N_(
                    "The target lies below what the last {n} months vary"
                    " ({low} to {high})."
                ),
                "within": N_(
                    "The target lies within what the last {n} months vary"
                    " ({low} to {high})."
                ),
            }[self.verdict]
            short = N_("There are too few months to try a forecast on the past.")
            return f"{t(verdict, **numbers)} {t(short)}"
        verdict = {
            "above": N_(
                "The target lies above the 90% interval of a simple forecast"
                " ({low} to {high}), based on {n} months."
            ),
            "below": N_(
                "The target lies below the 90% interval of a simple forecast"
                " ({low} to {high}), based on {n} months."
            ),
            "within": N_(
                "The target lies within the 90% interval of a simple forecast"
                " ({low} to {high}), based on {n} months."
            ),
        }[self.verdict]
        said = t(verdict, **numbers)
        if self.coverage is not None:
            tested = t(
                N_("Made a year earlier, the interval held {percent}% of the months."),
                percent=t.number(self.coverage * 100, 0),
            )
            said = f"{said} {tested}"
        return said


def check(table: pd.DataFrame, target: float, *, period: str) -> TargetCheck:
    """
    Hold a monthly target against the past of its KPI.

    Two naive forecasts are made for *period*: its last same month that is known,
    and the mean of the last 12 months. Both are tried on every past month from
    as far ahead (:func:`backtest`). The 5% and 95% quantiles of the errors of the
    one that erred less, around its forecast, are the interval. It stops at 0 if
    the KPI was never below.

    Args:
        table: Table of one KPI and channel, of
            :func:`workshop_kit.metrics.kpi.monthly`; the first and last month
            are left out as they may not be whole.
        target: In the unit of the KPI, for a month.
        period: The month, ``YYYY-MM``, after the full months of the table.

    Raises:
        MetricsError: More than one KPI or channel, or a month that is not one or
            is already in the data.
    """
    if len(table[["kpi", "channel"]].drop_duplicates()) > 1:
        raise MetricsError(N_("A target is for one KPI and one channel."))
    months = full_months(table)
    values = pd.Series(
        months["value"].to_numpy(dtype=float, na_value=np.nan),
        index=pd.PeriodIndex(months["period"], freq="M"),
    )
    month, ahead = _month(period, values)
    n = int(values.notna().sum())
    latest = values.get(month - SEASON * math.ceil(ahead / SEASON), np.nan)
    forecasts: dict[Method, float] = {
        "same_month": float(latest),
        "year_mean": float(values.iloc[-SEASON:].mean()) if n >= FEWEST else np.nan,
    }
    errors = backtest(values, ahead=ahead).iloc[-MEMORY:]
    tried = int(errors["year_mean"].notna().sum())
    spread: dict[Method, float] = {}
    if tried >= TRIES:
        spread = {
            name: float(errors[name].abs().mean())
            for name, forecast in forecasts.items()
            if not np.isnan(forecast)
        }
    low = high = coverage = None
    method: Method | None = None
    if spread:
        best = min(spread, key=lambda name: spread[name])
        made = errors[best].dropna()
        low, high = (forecasts[best] + edge for edge in _edges(made))
        if values.min() >= 0:
            low, high = max(0.0, low), max(0.0, high)
        method = best
        coverage = _coverage(made)
    elif n >= FEWEST:
        low, high = float(values.min()), float(values.max())
    return TargetCheck(
        target=target,
        period=str(month),
        n=n,
        same_month=_known(forecasts["same_month"]),
        year_mean=_known(forecasts["year_mean"]),
        low=low,
        high=high,
        method=method,
        errors=spread,
        tried=tried if spread else 0,
        coverage=coverage,
        verdict=_verdict(target, low, high),
    )


def backtest(values: pd.Series[float], *, ahead: int) -> pd.DataFrame:
    """
    Forecast each past month from *ahead* months before and see how far off it was.

    Args:
        values: Value per month without gaps in the calendar, oldest first; NaN
            where not available.
        ahead: Months between the last month known and the month forecast, from 1.

    Returns:
        Errors (actual minus forecast) per month, columns ``same_month`` (against
        the last same calendar month known) and ``year_mean`` (against the mean of
        the last 12 months known, of which at least 3 have a value). NaN where one
        of the two cannot be made: both are judged on the same months.
    """
    seasons = math.ceil(ahead / SEASON)
    mean = values.rolling(SEASON, min_periods=FEWEST).mean() if len(values) else values
    frame = pd.DataFrame(
        {
            "same_month": values - values.shift(SEASON * seasons),
            "year_mean": values - mean.shift(ahead),
        }
    )
    return frame.where(frame.notna().all(axis=1))


def _month(period: str, values: pd.Series[float]) -> tuple[pd.Period, int]:
    try:
        month = pd.Period(period, freq="M")
    except ValueError:
        month = None
    if month is None or str(month) != period:
        raise MetricsError(
            N_("“{period}” is not a month."),
            fix=N_("Write it as 2027-01."),
            period=period,
        )
    if not len(values):
        return month, 1
    ahead = month.ordinal - values.index[-1].ordinal
    if ahead < 1:
        raise MetricsError(
            N_("The figures already reach to {last}."),
            fix=N_("Choose a later month for the target."),
            last=values.index[-1],
        )
    return month, ahead


def _edges(errors: pd.Series[float]) -> tuple[float, float]:
    outside = (1 - LEVEL) / 2
    return float(errors.quantile(outside)), float(errors.quantile(1 - outside))


def _coverage(errors: pd.Series[float]) -> float | None:
    earlier, last = errors.iloc[:-SEASON], errors.iloc[-SEASON:]
    if len(earlier) < TRIES:
        return None
    low, high = _edges(earlier)
    return float(last.between(low, high).mean())


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _verdict(target: float, low: float | None, high: float | None) -> Verdict:
    if low is None or high is None:
        return "none"
    if target > high:
        return "above"
    return "below" if target < low else "within"
