"""Months from which a KPI moved on another level."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workshop_kit.errors import N_
from workshop_kit.metrics.wording import month as month_words
from workshop_kit.metrics.wording import with_unit

if TYPE_CHECKING:
    import numpy.typing as npt

    from workshop_kit.i18n import Translator

SHORTEST = 6
"""Months with a value on each side: less than half a year is an event, no level."""

CHANCE = 0.01
"""Largest probability of a change where there is none. Strict, as months resemble
their neighbours, which makes the test find more than it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """
    A month from which the level is another.

    Attributes:
        month: First month on the new level.
        before, after: Medians of the stretches on both sides, in the unit of the KPI.
        n: Months with a value that were looked at for it.
        chance: Probability of at least such a change where there is none.
    """

    month: pd.Period
    before: float
    after: float
    n: int
    chance: float

    def words(self, t: Translator, *, unit: str = "") -> str:
        """Say when the level moved and from what to what."""
        return t(
            N_(
                "From about {month} on the figures are on another level: {after} in the"
                " middle, where it was {before}. Ask what happened before comparing"
                " across that month."
            ),
            month=month_words(self.month, t),
            before=with_unit(self.before, unit, t),
            after=with_unit(self.after, unit, t),
        )


def change_points(values: pd.Series[float]) -> tuple[ChangePoint, ...]:
    """
    Find the months from which a series moved on another level.

    Each stretch is split where the ranks of its months before and after differ most,
    if that is hardly chance (Pettitt 1979, "A non-parametric approach to the
    change-point problem", Applied Statistics 28, 126-135, with its approximate
    probability), and both parts are looked at again. Ranks are not moved by one
    month that went viral, and need no shape of distribution.

    Args:
        values: Value per month, indexed by month; months that are not available are
            passed over.

    Returns:
        Changes in order of time, none in fewer than 12 months with a value; the
        month may be two or three off. A steady rise is also found as a change: it
        says that the level moved, not how fast.
    """
    known = values.dropna().sort_index()
    found: list[tuple[int, int, float]] = []
    _split(known.to_numpy(dtype=np.float64), 0, found)
    starts = sorted(place for place, _, _ in found)
    bounds = [0, *starts, len(known)]
    points = []
    for place, n, chance in sorted(found):
        i = bounds.index(place)
        points.append(
            ChangePoint(
                month=known.index[place],
                before=float(known.iloc[bounds[i - 1] : place].median()),
                after=float(known.iloc[place : bounds[i + 1]].median()),
                n=n,
                chance=chance,
            )
        )
    return tuple(points)


def pettitt(values: npt.NDArray[np.floating]) -> tuple[int, float, float]:
    """
    Find the place where the values before and after differ most in rank.

    Args:
        values: At least two, in order of time, without NaN.

    Returns:
        The position of the first value after the change, the statistic K, and the
        approximate probability of at least this K where nothing changed, at most 1.
    """
    n = len(values)
    ranks = pd.Series(values).rank().to_numpy()
    steps = np.arange(1, n)
    # U of Pettitt's equation, from ranks: 2 x (sum of the first t ranks) - t (n + 1).
    u = 2 * np.cumsum(ranks)[:-1] - steps * (n + 1)
    place = int(np.argmax(np.abs(u)))
    k = float(abs(u[place]))
    chance = min(1.0, 2 * math.exp(-6 * k**2 / (n**3 + n**2)))
    return place + 1, k, chance


def _split(
    values: npt.NDArray[np.floating], offset: int, found: list[tuple[int, int, float]]
) -> None:
    if len(values) < 2 * SHORTEST:
        return
    place, _, chance = pettitt(values)
    if chance > CHANCE or not SHORTEST <= place <= len(values) - SHORTEST:
        return
    found.append((offset + place, len(values), chance))
    _split(values[:place], offset, found)
    _split(values[place:], offset + place, found)
