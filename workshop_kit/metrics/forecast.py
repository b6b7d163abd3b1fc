"""Plain forecasts of a month, tried on the past, and how far off they were."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

RECENT = 6
"""Months of the half-year whose typical month is the forecast."""

FEWEST = 3
"""Months with a value below which no mean is taken."""

SEASON = 12
"""Months of a year."""

MEMORY = 36
"""Forecasts of the past that count: accounts and platforms change in three years."""

TRIES = 9
"""Forecasts from as far ahead below which nearer ones are counted with them: nine
in ten of fewer than nine is all of them."""

LEVEL = 0.9
"""Share of forecasts of the past that the interval holds."""

CLEARLY = 0.9
"""Last year's month is taken only where its error is less than this share of that of
the last half-year: a season that is hardly there should not be followed."""

Method = Literal["recent", "same_month", "year_mean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """
    What a month would be if all goes on as it did, with an interval.

    Attributes:
        value: The forecast, in the unit of the KPI.
        low, high: As far around it as nine in ten past forecasts were off.
        method: The forecast taken: the typical month of the last half-year, or the
            same month of the last year known.
        errors: Mean absolute error of each way to forecast, in the unit of the KPI,
            over the same past months; those that could not be tried are absent.
        tried: Forecasts of the past that the interval rests on.
        coverage: Share of those past months for which an interval made the same
            way, only from what was known then, held the month; None with fewer
            than :data:`TRIES` of them.
        nearer: Whether nearer forecasts had to be counted too, as the past is too
            short to try one from as far ahead; the interval is then as wide to both
            sides as all months vary, or as the largest error made.
    """

    value: float
    low: float
    high: float
    method: Method
    errors: dict[Method, float]
    tried: int
    coverage: float | None
    nearer: bool


class Scale:
    """
    The scale on which errors are compared: of proportions, where that can be.

    A month of 200 that was thought to be 100 is as wrong as one of 20 that was
    thought to be 10. A tenth of the median is added first, because proportions
    near zero say nothing. A KPI that was ever negative is left as it is.

    Args:
        values: All values known, NaN where not available.
    """

    def __init__(self, values: pd.Series[float]) -> None:
        known = values.dropna().to_numpy()
        self._log = bool((known >= 0).all())
        self._shift = float(np.median(known)) / 10 or float(known.mean()) / 10 or 1.0

    def to(self, values: pd.Series[float]) -> pd.Series[float]:
        """Put values on the scale."""
        if not self._log:
            return values
        return pd.Series(np.log(values + self._shift), index=values.index)

    def back(self, value: float) -> float:
        """Bring a value back; one that was never below 0 does not fall below it."""
        if not self._log:
            return value
        return max(0.0, math.exp(value) - self._shift)


def naive(values: pd.Series[float], *, ahead: int) -> dict[Method, float]:
    """
    Make the two forecasts that anybody would make.

    Returns:
        ``same_month``, the last value known of the same calendar month, and
        ``year_mean``, the mean of the last 12 months; NaN where not available.
    """
    back = SEASON * math.ceil(ahead / SEASON) - ahead
    same = float(values.iloc[-1 - back]) if back < len(values) else math.nan
    last = values.iloc[-SEASON:].dropna()
    mean = float(last.mean()) if len(last) >= FEWEST else math.nan
    return {"same_month": same, "year_mean": mean}


def backtest(values: pd.Series[float], *, ahead: int) -> pd.DataFrame:
    """
    Forecast each past month from *ahead* months before.

    Args:
        values: Value per month without gaps in the calendar, oldest first; NaN
            where not available.
        ahead: Months between the last month known and the month forecast, from 1.

    Returns:
        Forecasts per past month, in the unit of *values*: ``recent`` (the mean of
        the last six months known), ``same_month`` and ``year_mean``. NaN where one
        cannot be made. Each uses only what was known *ahead* months before.
    """
    seasons = math.ceil(ahead / SEASON)
    recent = values.rolling(RECENT, min_periods=FEWEST).mean()
    year = values.rolling(SEASON, min_periods=FEWEST).mean()
    return pd.DataFrame(
        {
            "recent": recent.shift(ahead),
            "same_month": values.shift(SEASON * seasons),
            "year_mean": year.shift(ahead),
        }
    )


def forecast(values: pd.Series[float], *, ahead: int) -> Forecast:
    """
    Forecast a month and say within what bounds, from how past forecasts did.

    The forecast is the typical month of the last half-year or, where that erred
    clearly less, the same month a year earlier. The interval reaches as far to both
    sides as nine in ten forecasts of the last three years, from as far ahead, were
    off: the split conformal rule on absolute errors (Lei et al. 2018, "Distribution-
    free predictive inference for regression", with the rank (n + 1) x 0.9), here with
    errors in order of time, which makes the 0.9 a figure to be tested and no promise.

    Args:
        values: Value per month without gaps in the calendar, oldest first, NaN
            where not available; at least :data:`RECENT` known.
        ahead: Months from the last of *values* to the month forecast, from 1.
    """
    scale = Scale(values)
    on_scale = scale.to(values)
    made = backtest(on_scale, ahead=ahead)
    errors = made.rsub(on_scale, axis=0)
    now = {
        "recent": float(on_scale.iloc[-RECENT:].mean()),
        "same_month": naive(on_scale, ahead=ahead)["same_month"],
    }
    if math.isnan(now["recent"]):
        now["recent"] = float(on_scale.dropna().iloc[-RECENT:].mean())
    method = _better(errors, now)
    off = errors[method].dropna().to_numpy()
    nearer = len(off) < TRIES
    if nearer:
        method = "recent"
        off = _all_nearer(on_scale, ahead)
        spread = float(on_scale.max() - on_scale.min())
        width = max(spread, float(np.abs(off).max(initial=0.0)))
    else:
        width = _nine_in_ten(off[-MEMORY:])
    return Forecast(
        value=scale.back(now[method]),
        low=scale.back(now[method] - width),
        high=scale.back(now[method] + width),
        method=method,
        errors=_in_unit(made, values, scale, ahead),
        tried=min(len(off), MEMORY) if not nearer else len(off),
        coverage=None if nearer else _held(errors[method], ahead),
        nearer=nearer,
    )


def _better(errors: pd.DataFrame, now: dict[str, float]) -> Method:
    both = errors[["recent", "same_month"]].dropna().abs().iloc[-MEMORY:]
    if len(both) < SEASON or math.isnan(now["same_month"]):
        return "recent"
    mean = both.mean()
    return "same_month" if mean["same_month"] < CLEARLY * mean["recent"] else "recent"


def _nine_in_ten(off: npt.NDArray[np.floating]) -> float:
    rank = math.ceil(round((len(off) + 1) * LEVEL, 9))
    return float(np.sort(np.abs(off))[min(rank, len(off)) - 1])


def _all_nearer(on_scale: pd.Series[float], ahead: int) -> npt.NDArray[np.floating]:
    """Return the errors of forecasts from one to *ahead* months before."""
    recent = on_scale.rolling(RECENT, min_periods=FEWEST).mean()
    reach = range(1, min(ahead, len(on_scale)) + 1)
    return np.concatenate(
        [(on_scale - recent.shift(step)).dropna().to_numpy() for step in reach]
    )


def _held(errors: pd.Series[float], ahead: int) -> float | None:
    """Tell how often an interval from the errors known by then held the month."""
    all_errors = errors.to_numpy(dtype=np.float64)
    held = []
    for i in range(max(0, len(all_errors) - MEMORY), len(all_errors)):
        known = all_errors[: max(0, i - ahead + 1)]
        known = known[~np.isnan(known)][-MEMORY:]
        if len(known) >= TRIES and not np.isnan(all_errors[i]):
            held.append(abs(all_errors[i]) <= _nine_in_ten(known) + 1e-12)
    return float(np.mean(held)) if len(held) >= TRIES else None


def _in_unit(
    made: pd.DataFrame, values: pd.Series[float], scale: Scale, ahead: int
) -> dict[Method, float]:
    forecasts = backtest(values, ahead=ahead)
    forecasts["recent"] = made["recent"].map(scale.back, na_action="ignore")
    off = forecasts.rsub(values, axis=0).abs()
    names: tuple[Method, ...] = ("recent", "same_month", "year_mean")
    tried = [name for name in names if off[name].notna().any()]
    same = off[tried].dropna().iloc[-MEMORY:]
    return {name: float(same[name].mean()) for name in tried if len(same)}
