"""The values behind a figure as a table, for who wants or needs to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from babel.dates import get_month_names

from workshop_kit.errors import N_
from workshop_kit.export.document import Table, text
from workshop_kit.metrics.catalogue import entry
from workshop_kit.metrics.wording import channel_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workshop_kit.i18n import Translator
    from workshop_kit.metrics.chart import Chart

YEAR = range(1, 13)
TEN, HUNDRED = 10, 100


def data_table(
    chart: Chart, t: Translator, *, words: Mapping[float, str] | None = None
) -> Table:
    """
    Return the table of a chart, numbers in the reader's notation.

    Args:
        chart: The chart.
        t: Language of the words and numbers.
        words: What to write for each value, where values stand for words.
    """
    frame = chart.table
    columns = []
    for name in frame:
        write = _alike(frame[name], t)
        cells = [(words or {}).get(v, "") or write(v) for v in frame[name]]
        columns.append(cells)
    return Table(
        head=tuple(text(str(name)) for name in frame),
        rows=tuple(tuple(map(text, row)) for row in zip(*columns, strict=True)),
        caption=t(N_("The values of the figure above")),
    )


def year_table(months: pd.DataFrame, t: Translator) -> Table:
    """
    Return months as a row per year, so that five years fit under a figure.

    Args:
        months: Table of one KPI and channel, of
            :func:`workshop_kit.metrics.kpi.monthly`.
        t: Language of months and numbers.
    """
    kpi = entry(str(months["kpi"].iloc[0]))
    channel = channel_name(str(months["channel"].iloc[0]), t)
    values = {
        (period.year, period.month): value
        for period, value in zip(months["period"], months["value"], strict=True)
    }
    write = _alike(months["value"], t)
    names = get_month_names("abbreviated", locale=t.lang, context="stand-alone")
    unit = f" ({t.pick(kpi.unit)})" if t.pick(kpi.unit) else ""
    return Table(
        head=(text(t(N_("Year"))), *(text(str(names[month])) for month in YEAR)),
        rows=tuple(
            (
                text(str(year)),
                # A month outside the figure is empty, one without a value a dash.
                *(
                    text(write(values[year, m]) if (year, m) in values else "")
                    for m in YEAR
                ),
            )
            for year in sorted({year for year, _ in values})
        ),
        caption=t(
            N_("The values of the figure above: {name}{unit} on {channel}"),
            name=t.pick(kpi.name),
            unit=unit,
            channel=channel,
        ),
    )


def _alike(values: pd.Series[Any], t: Translator) -> Callable[[Any], str]:
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
