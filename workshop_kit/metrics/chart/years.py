"""A KPI in each month of the last year beside the same month a year earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics import kpi as kpis
from workshop_kit.metrics.chart.drawing import (
    BLUE,
    GREY,
    HATCH,
    INK,
    Chart,
    files,
    numbers,
    plain,
    sheet,
)
from workshop_kit.metrics.chart.trend import caption, one_series
from workshop_kit.metrics.wording import channel_name, month, with_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from workshop_kit.i18n import Translator

YEAR = 12
HEIGHT = 3.3
BAR = 0.4


def years(table: pd.DataFrame, t: Translator, *, source: str = "") -> Chart:
    """
    Draw the last twelve months as bars, each beside the same month a year earlier.

    Args:
        table: Table of one KPI and channel, of
            :func:`workshop_kit.metrics.kpi.monthly`, with full months.
        t: Language of the words and numbers.
        source: Where the figures come from, for the caption.

    Raises:
        MetricsError: More than one KPI or channel, or no month that has a value in
            both years.
    """
    values = one_series(table)
    months = pd.period_range(values.index[-1] - (YEAR - 1), values.index[-1], freq="M")
    now = values.reindex(months)
    before = values.reindex(months - YEAR).set_axis(months)
    both = now.notna() & before.notna()
    if not both.any():
        raise MetricsError(
            N_("No month has a value in both years."),
            fix=N_("Import an export of at least 13 months."),
        )
    definition = kpis.entry(str(table["kpi"].iloc[0]))
    name, unit = t.pick(definition.name), t.pick(definition.unit)
    about = {
        "name": name,
        "channel": channel_name(str(table["channel"].iloc[0]), t),
        "first": month(months[0], t),
        "last": month(months[-1], t),
    }
    higher = int((now > before)[both].sum())
    title = t(
        N_("{name} on {channel}: in {higher} of {n} months more than a year earlier"),
        higher=higher,
        n=int(both.sum()),
        **about,
    )
    svg, png = files(lambda: _draw(now, before, t, title=title, label=unit))
    alt = t(
        N_(
            "Bar chart: {name} on {channel} in the months from {first} to {last}, each"
            " beside the same month a year earlier. In {higher} of {n} months it was"
            " more. Mean {now}, a year earlier {before}."
        ),
        higher=higher,
        n=int(both.sum()),
        now=with_unit(float(now[both].mean()), unit, t),
        before=with_unit(float(before[both].mean()), unit, t),
        **about,
    )
    shown = table[pd.PeriodIndex(table["period"], freq="M").isin(months)]
    return Chart(
        svg=svg,
        png=png,
        alt=alt,
        caption=caption(shown, t, source=source, **about),
        table=_table(now, before, t, value=f"{name} ({unit})" if unit else name),
        title=title,
    )


def _draw(
    now: pd.Series[float],
    before: pd.Series[float],
    t: Translator,
    *,
    title: str,
    label: str,
) -> Figure:
    figure, axes = sheet(title, HEIGHT)
    x = np.arange(len(now))
    write = _alike(now, t)
    widest = max(len(write(float(value))) for value in now.dropna())
    small = 7.5 if widest < 6 else 6.5
    old = axes.bar(
        x - BAR / 2,
        before.to_numpy(),
        BAR,
        facecolor="white",
        edgecolor=GREY,
        hatch=HATCH,
        linewidth=0.8,
    )
    new = axes.bar(x + BAR / 2, now.to_numpy(), BAR, color=BLUE, edgecolor=BLUE)
    for place, value in zip(x, now.to_numpy(), strict=True):
        if not np.isnan(value):
            axes.annotate(
                write(float(value)),
                (place + BAR / 2, value),
                xytext=(0, 2 if value >= 0 else -2),
                textcoords="offset points",
                ha="center",
                va="bottom" if value >= 0 else "top",
                fontsize=small,
                color=BLUE,
                fontweight="bold",
            )
    for place, unknown in zip(x, now.isna(), strict=True):
        if unknown:
            axes.annotate(
                "?", (place + BAR / 2, 0), ha="center", va="bottom", color=INK
            )
    axes.set_title(label, loc="left", fontsize=9, color=GREY)
    axes.legend(
        [old, new],
        [_span(now.index, t, back=YEAR), _span(now.index, t, back=0)],
        loc="lower right",
        bbox_to_anchor=(1.01, 1.0),
        ncols=2,
        frameon=False,
        borderpad=0,
        borderaxespad=0.2,
        handlelength=1.4,
        columnspacing=1.2,
        labelcolor=INK,
    )
    axes.set_xticks(x, [month(period, t, "MMM") for period in now.index])
    axes.margins(x=0.01, y=0.1)
    numbers(axes.yaxis, t)
    plain(axes, zero=bool(min(now.min(), before.min()) < 0))
    axes.tick_params(length=0, axis="x")
    return figure


def _alike(values: pd.Series[float], t: Translator) -> Callable[[float], str]:
    """Return how to write values that stand side by side: all as exactly."""
    known = values.dropna()
    whole = bool((known == known.round()).all() or known.abs().max() >= 100)
    return lambda value: t.number(value, 0 if whole else 1)


def _span(months: pd.Index, t: Translator, *, back: int) -> str:
    ends = [month(end - back, t, "MMM y") for end in (months[0], months[-1])]
    return " – ".join(ends)


def _table(
    now: pd.Series[float], before: pd.Series[float], t: Translator, *, value: str
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t(N_("Month")): [month(period, t) for period in now.index],
            value: now.astype("Float64").array,
            t(N_("A year earlier")): before.astype("Float64").array,
        }
    )
