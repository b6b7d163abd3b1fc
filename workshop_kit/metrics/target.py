"""Judge a target by what comparable periods reached."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.baseline import full_months
from workshop_kit.metrics.catalogue import entry
from workshop_kit.metrics.forecast import (
    MEMORY,
    RECENT,
    Forecast,
    Method,
    forecast,
    naive,
)
from workshop_kit.metrics.wording import month as month_words
from workshop_kit.metrics.wording import with_unit

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator

FEWEST = RECENT
"""Months with a value below which no target is judged."""

Verdict = Literal["none", "below", "within", "above"]

_VERDICTS = {
    "above": N_(
        "The target of {target} is above what 90% of comparable periods reached."
    ),
    "below": N_(
        "The target of {target} is below what 90% of comparable periods reached."
    ),
    "within": N_("The target of {target} is within what comparable periods reached."),
}
_METHODS = {
    "recent": N_("what a month of the last half-year typically was"),
    "same_month": N_("what the same month was a year earlier"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCheck:
    """
    A target beside what its month would be if all goes on as it did.

    Attributes:
        kpi: Id in the catalogue.
        target: In the unit of the KPI.
        period: Month the target is for, ``2025-06``.
        n: Months with a value that were looked at.
        same_month: Last known value of the same calendar month; None if none.
        year_mean: Mean of the last 12 months; None with fewer than 3 months.
        forecast: What comparable periods reached, and how well that held; None
            with fewer than :data:`FEWEST` months.
        reached: Of the last 36 months with a value, how many were at the target or
            above it (at or under it for a KPI of which less is better).
        of: How many months that were; at most 36.
        verdict: Where the target lies, or ``none``.
    """

    kpi: str
    target: float
    period: str
    n: int
    same_month: float | None
    year_mean: float | None
    forecast: Forecast | None
    reached: int
    of: int
    verdict: Verdict

    def words(self, t: Translator) -> str:
        """Say it in a few sentences; about the past, not about what is possible."""
        return " ".join((self.verdict_words(t), *self.evidence(t)))

    def verdict_words(self, t: Translator) -> str:
        """Say in one sentence where the target lies, or that nothing can be said."""
        if self.verdict == "none":
            return t(
                N_(
                    "There are {n} months with a value: too few to judge a target."
                    " From {fewest} on it can be done."
                ),
                n=self.n,
                fewest=FEWEST,
            )
        return t(_VERDICTS[self.verdict], target=self._said(self.target, t))

    def evidence(self, t: Translator) -> tuple[str, ...]:
        """Return what the verdict rests on, a sentence each."""
        made = self.forecast
        if made is None:
            return ()
        bounds = {"low": self._said(made.low, t), "high": self._said(made.high, t)}
        period = month_words(pd.Period(self.period, freq="M"), t)
        said = [
            t(
                N_("If all goes on as it did, {period} lies between {low} and {high}."),
                period=period,
                **bounds,
            )
        ]
        said.append(
            t.plural(
                N_("It was reached in {reached} of the last {n} month."),
                N_("It was reached in {reached} of the last {n} months."),
                self.of,
                reached=self.reached,
            )
        )
        if self.same_month is not None:
            said.append(
                t(
                    N_("The same month last year: {value}."),
                    value=self._said(self.same_month, t),
                )
            )
        if self.year_mean is not None:
            said.append(
                t(
                    N_("Mean of the last twelve months: {value}."),
                    value=self._said(self.year_mean, t),
                )
            )
        said.append(self._record(made, t))
        return tuple(said)

    def _record(self, made: Forecast, t: Translator) -> str:
        if made.nearer:
            return t(
                N_(
                    "With {n} months the past is too short to test this; read the"
                    " bounds as what the months so far vary."
                ),
                n=self.n,
            )
        about = {"method": t(_METHODS[made.method]), "tried": made.tried}
        if made.coverage is None:
            return t(
                N_("Based on {method} and on {tried} forecasts of the past."), **about
            )
        return t(
            N_(
                "Based on {method} and on {tried} forecasts of the past; made in the"
                " same way before, such bounds held {percent}% of the months."
            ),
            percent=t.number(made.coverage * 100, 0),
            **about,
        )

    def _said(self, value: float, t: Translator) -> str:
        return with_unit(value, t.pick(entry(self.kpi).unit), t)


def check(
    table: pd.DataFrame, target: float, *, period: str | dt.date, whole: bool = False
) -> TargetCheck:
    """
    Hold a monthly target against the past of its KPI.

    Args:
        table: Table of one KPI and channel, of
            :func:`workshop_kit.metrics.kpi.monthly`; the first and last month
            are left out as they may not be whole.
        target: In the unit of the KPI, for a month.
        period: The month, ``YYYY-MM``, after the full months of the table; or the
            day by which it is to be reached, ``YYYY-MM-DD`` or a date: then the
            last month that is over on that day.
        whole: Whether all months of the table are whole, so that none is left out.

    Returns:
        The target beside the same month last year, the mean of the last year and an
        interval tried on the past (:func:`workshop_kit.metrics.forecast.forecast`).
        With fewer than 6 months with a value the verdict is ``none``.

    Raises:
        MetricsError: More than one KPI or channel, or a month that
            is not one or is already in the data.
    """
    if len(table[["kpi", "channel"]].drop_duplicates()) > 1:
        raise MetricsError(N_("A target is for one KPI and one channel."))
    kpi = str(table["kpi"].iloc[0]) if len(table) else ""
    months = table if whole else full_months(table)
    values = series(months)
    month, ahead = _month(period, values)
    n = int(values.notna().sum())
    made = forecast(values, ahead=ahead) if n >= FEWEST else None
    simple = naive(values, ahead=ahead) if n else {}
    last = values.dropna().iloc[-MEMORY:]
    less = bool(kpi) and entry(kpi).better == "lower"
    return TargetCheck(
        kpi=kpi,
        target=target,
        period=str(month),
        n=n,
        same_month=_known(simple, "same_month"),
        year_mean=_known(simple, "year_mean"),
        forecast=made,
        reached=int((last.le(target) if less else last.ge(target)).sum()),
        of=len(last),
        verdict=_verdict(target, made),
    )


def series(table: pd.DataFrame) -> pd.Series[float]:
    """Return the values of a table of one KPI and channel by month; NaN for NA."""
    return pd.Series(
        table["value"].to_numpy(dtype=float, na_value=np.nan),
        index=pd.PeriodIndex(table["period"], freq="M"),
    ).sort_index()


def _month(period: str | dt.date, values: pd.Series[float]) -> tuple[pd.Period, int]:
    month = _whole_by(period) if isinstance(period, dt.date) else _read(period)
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


def _whole_by(day: dt.date) -> pd.Period:
    next_day = day + dt.timedelta(days=1)
    month = pd.Period(year=day.year, month=day.month, freq="M")
    return month if next_day.day == 1 else month - 1


def _read(period: str) -> pd.Period:
    try:
        if len(period) == len("2027-12-31"):
            return _whole_by(dt.date.fromisoformat(period))
        month = pd.Period(period, freq="M")
    except ValueError:
        month = None
    if month is None or str(month) != period:
        raise MetricsError(
            N_("“{period}” is not a month."),
            fix=N_("Write it as 2027-01."),
            period=period,
        )
    return month


def _known(simple: dict[Method, float], name: Method) -> float | None:
    value = simple.get(name, math.nan)
    return None if math.isnan(value) else value


def _verdict(target: float, made: Forecast | None) -> Verdict:
    if made is None:
        return "none"
    if target > made.high:
        return "above"
    return "below" if target < made.low else "within"
