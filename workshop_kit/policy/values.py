"""Months in a table that fits a page, for who wants or needs to read the values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workshop_kit.errors import N_
from workshop_kit.policy.model import Grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from workshop_kit.i18n import Translator

YEAR = range(1, 13)
TEN, HUNDRED = 10, 100


def by_year(months: pd.DataFrame, t: Translator) -> Grid:
    """
    Lay months out as a column per year, so that five years fit under a figure.

    A month outside the table is empty, one without a value a dash.

    Args:
        months: Table of one KPI and channel, of
            :func:`workshop_kit.metrics.kpi.monthly`.
        t: Language of months and numbers.
    """
    write = alike(months["value"], t)
    values = {
        (period.year, period.month): write(value)
        for period, value in zip(months["period"], months["value"], strict=True)
    }
    years = sorted({year for year, _ in values})
    return Grid(
        head=(t(N_("Month")), *map(str, years)),
        rows=tuple(
            (t.months[month - 1], *(values.get((year, month), "") for year in years))
            for month in YEAR
        ),
    )


def alike(values: pd.Series[Any], t: Translator) -> Callable[[Any], str]:
    """Return how to write values that stand in one table: all as exactly."""
    known = pd.to_numeric(values, errors="coerce").dropna().astype(float)
    largest = float(known.abs().max()) if len(known) else 0.0
    decimals = 0 if largest >= HUNDRED else 1 if largest >= TEN else 2
    if bool((known == known.round()).all()):
        decimals = 0

    def write(value: Any) -> str:
        if isinstance(value, str):
            return value
        return "–" if pd.isna(value) else t.number(float(value), decimals)

    return write
