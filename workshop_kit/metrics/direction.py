"""Whether a KPI rises or falls, as far as its months can tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from workshop_kit.errors import N_
from workshop_kit.metrics.wording import with_unit

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator

FEWEST = 3
"""Months with a value below which nothing is said: two points are no trend."""

CHANCE = 0.05
"""Largest probability of such a trend where there is none."""

YEAR = 12

Course = Literal["unknown", "rising", "falling", "level"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """
    The course of a KPI over its months.

    Attributes:
        course: ``level`` where a trend cannot be told from chance.
        per_year: Median slope, in the unit of the KPI per year; None if unknown.
        chance: Probability of at least such a trend where there is none.
        n: Months with a value.
    """

    course: Course
    per_year: float | None
    chance: float | None
    n: int

    def words(self, t: Translator, *, unit: str = "") -> str:
        """Say how it goes, and on how many months that rests."""
        if self.per_year is None:
            return t(
                N_("Too few months with a value for a trend: {n} of at least 3."),
                n=self.n,
            )
        about = {"n": self.n, "much": with_unit(abs(self.per_year), unit, t)}
        return {
            "rising": t(N_("Rising by about {much} a year, over {n} months."), **about),
            "falling": t(
                N_("Falling by about {much} a year, over {n} months."), **about
            ),
        }.get(
            self.course,
            t(N_("No trend that differs from chance, over {n} months."), n=self.n),
        )


def direction(values: pd.Series[float]) -> Direction:
    """
    Tell the course of a series by its slope between any two months.

    The slope is the median of all slopes between two months (Theil 1950; Sen 1968,
    "Estimates of the regression coefficient based on Kendall's tau"), so that one
    month that went viral does not make a trend. Whether it is one is told by the
    Mann-Kendall test with its correction for ties and continuity (Kendall 1975,
    "Rank correlation methods").

    Args:
        values: Value per month, indexed by month; those not available are passed
            over. Full years are best: half a year of summer rises by itself.
    """
    known = values.dropna().sort_index()
    n = len(known)
    if n < FEWEST:
        return Direction(course="unknown", per_year=None, chance=None, n=n)
    x = pd.PeriodIndex(known.index).year * YEAR + pd.PeriodIndex(known.index).month
    i, j = np.triu_indices(n, 1)
    y = known.to_numpy()
    rise, run = y[j] - y[i], (x[j] - x[i]).to_numpy()
    slope = float(np.median(rise / run)) * YEAR
    chance = _chance(float(np.sign(rise).sum()), known)
    course: Course = "level"
    if chance <= CHANCE and slope:
        course = "rising" if slope > 0 else "falling"
    return Direction(course=course, per_year=slope, chance=chance, n=n)


def _chance(s: float, known: pd.Series[float]) -> float:
    n = len(known)
    ties = known.value_counts().to_numpy()
    spread = n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()
    if spread <= 0:
        return 1.0
    z = max(0.0, abs(s) - 1) / math.sqrt(spread / 18)
    return math.erfc(z / math.sqrt(2))
