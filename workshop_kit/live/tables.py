"""The values behind a figure as a table, for who wants or needs to read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_
from workshop_kit.export.document import Table, text
from workshop_kit.export.policy import grid_table
from workshop_kit.metrics.catalogue import entry
from workshop_kit.metrics.wording import channel_name
from workshop_kit.policy.values import alike, by_year

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.i18n import Translator
    from workshop_kit.metrics.chart import Chart


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
    numbers = frame.select_dtypes("number").to_numpy(dtype=float, na_value=math.nan)
    write = alike(pd.Series(numbers.ravel()), t)
    columns = [
        [(words or {}).get(value, "") or write(value) for value in frame[name]]
        for name in frame
    ]
    return Table(
        head=tuple(text(str(name)) for name in frame),
        rows=tuple(tuple(map(text, row)) for row in zip(*columns, strict=True)),
        caption=t(N_("The values of the figure above")),
    )


def year_table(months: pd.DataFrame, t: Translator) -> Table:
    """Return the months of one KPI and channel as a column per year."""
    kpi = entry(str(months["kpi"].iloc[0]))
    unit = t.pick(kpi.unit)
    caption = t(
        N_("The values of the figure above: {name}{unit} on {channel}"),
        name=t.pick(kpi.name),
        unit=f" ({unit})" if unit else "",
        channel=channel_name(str(months["channel"].iloc[0]), t),
    )
    return grid_table(by_year(months, t), caption)
