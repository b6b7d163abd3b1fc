"""A KPI over time as a figure, with the words and the table that go with it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from babel.dates import format_date
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics import kpi as kpis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workshop_kit.i18n import Translator

BLUE = "#0072B2"
VERMILION = "#D55E00"
"""Colours of Okabe and Ito (2008), told apart also by the colour-blind; the two
that have at least 3:1 contrast on white."""

PLATFORMS = {"twitter": "Twitter"}
"""How a channel is written for people."""

INK = "#333333"
GRID = "#DDDDDD"
SIZE = (7.0, 3.4)
"""Inches: as wide as the text of an A4 page with its margins."""

DPI = 200
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "workshop-kit",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.unicode_minus": True,
    "text.parse_math": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """
    A figure for screen and print.

    Attributes:
        svg: The figure with letters as shapes, the same bytes for the same data.
        png: The same, 200 dots per inch.
        alt: What it shows, for who does not see it.
        caption: What it is, on how much it rests and where it is from.
        table: The values behind it, headers and months in the reader's language;
            numbers stay numbers, NA is not available.
    """

    svg: str
    png: bytes
    alt: str
    caption: str
    table: pd.DataFrame


def trend(
    table: pd.DataFrame,
    t: Translator,
    *,
    target: float | None = None,
    source: str = "",
) -> Chart:
    """
    Draw a KPI per month as a line; a month without a value is a gap in it.

    Args:
        table: Table of one KPI and channel, of
            :func:`workshop_kit.metrics.kpi.monthly`, whose months are drawn.
        t: Language of the words and numbers.
        target: Drawn as a dashed line, in the unit of the KPI.
        source: Where the figures come from, for the caption.

    Raises:
        MetricsError: More than one KPI or channel, or no value at all.
    """
    if len(table[["kpi", "channel"]].drop_duplicates()) > 1:
        raise MetricsError(N_("A figure is for one KPI and one channel."))
    values = pd.Series(
        table["value"].to_numpy(dtype=float, na_value=np.nan),
        index=pd.PeriodIndex(table["period"], freq="M"),
    ).sort_index()
    if not values.notna().any():
        raise MetricsError(
            N_("There is no value to draw."), fix=N_("Choose another KPI or period.")
        )
    definition = kpis.entry(str(table["kpi"].iloc[0]))
    name, unit = t.pick(definition.name), t.pick(definition.unit)
    channel = str(table["channel"].iloc[0])
    channel = PLATFORMS.get(channel, channel)
    posts = int(table["n"].sum())
    with mpl.rc_context():
        # Not the style of the notebook or the user: the same figure everywhere.
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        figure = _draw(values, t, unit=unit, target=target)
        svg, png = _svg(figure), _png(figure)
    about = {
        "name": name,
        "channel": channel,
        "first": _month(values.index[0], t),
        "last": _month(values.index[-1], t),
    }
    caption = t(
        N_("{name} on {channel}, per month, {first} to {last}; {n} posts."),
        n=t.number(posts),
        **about,
    )
    if source:
        caption = f"{caption} {t(N_('Source: {source}.'), source=source)}"
    alt = t(
        N_("Line chart: {name} on {channel} per month, {first} to {last}."), **about
    )
    return Chart(
        svg=svg,
        png=png,
        alt=f"{alt} {_alt(values, t, unit=unit, target=target)}",
        caption=caption,
        table=_table(table, t, name=name, unit=unit),
    )


def _draw(
    values: pd.Series[float], t: Translator, *, unit: str, target: float | None
) -> Figure:
    # A Figure of its own, not one of pyplot: nothing stays open in the process.
    figure = Figure(figsize=SIZE, layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    x = pd.PeriodIndex(values.index).to_timestamp().to_numpy()
    y = values.to_numpy()
    known = int(values.notna().sum())
    axes.plot(
        x, y, color=BLUE, linewidth=1.6, marker="o" if known <= 36 else "", markersize=4
    )
    alone = values.notna() & values.shift(1).isna() & values.shift(-1).isna()
    axes.plot(
        x[alone], y[alone], color=BLUE, marker="o", markersize=4, linestyle="none"
    )
    _label(axes, values, t)
    if target is not None:
        axes.axhline(target, color=VERMILION, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.annotate(
            t(N_("target {value}"), value=_said(target, t)),
            (0, target),
            xycoords=("axes fraction", "data"),
            xytext=(3, 3),
            textcoords="offset points",
            color=VERMILION,
        )
    axes.set_ylim(bottom=min(0.0, float(values.min())))
    axes.margins(y=0.15)
    axes.set_title(unit, loc="left", fontsize=9, color=INK)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _said(float(v), t)))
    _months(axes, values.index, t)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    axes.tick_params(colors=INK, length=0, axis="y")
    axes.tick_params(colors=INK, axis="x")
    return figure


def _months(axes: Axes, months: pd.Index, t: Translator) -> None:
    """Tick whole years where there are many months, or about six months."""
    januaries = [month for month in months if month.month == 1]
    years = len(januaries) > 3
    every = max(1, len(januaries if years else months) // 8)
    ticks = (januaries if years else list(months))[::every]
    axes.set_xticks(
        [tick.to_timestamp() for tick in ticks],
        [str(tick.year) if years else _month(tick, t, "MMM y") for tick in ticks],
    )


def _label(axes: Axes, values: pd.Series[float], t: Translator) -> None:
    """Write the latest value beside its point, so that no legend is needed."""
    known = values.dropna()
    axes.annotate(
        _said(known.iloc[-1], t),
        (known.index[-1].to_timestamp(), known.iloc[-1]),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        color=BLUE,
        fontweight="bold",
        annotation_clip=False,
    )


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    # Without a date the same data give the same file.
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def _alt(
    values: pd.Series[float], t: Translator, *, unit: str, target: float | None
) -> str:
    known = values.dropna()
    parts = [
        t(
            N_(
                "{n} months with a value; lowest {low} ({low_month}), highest {high}"
                " ({high_month}), latest {latest} ({latest_month})."
            ),
            n=len(known),
            low=_with(known.min(), unit, t),
            low_month=_month(known.idxmin(), t),
            high=_with(known.max(), unit, t),
            high_month=_month(known.idxmax(), t),
            latest=_with(known.iloc[-1], unit, t),
            latest_month=_month(known.index[-1], t),
        ),
    ]
    if missing := len(values) - len(known):
        parts.append(
            t.plural(
                N_("{n} month has no value."), N_("{n} months have no value."), missing
            )
        )
    if target is not None:
        parts.append(t(N_("Target: {value}."), value=_with(target, unit, t)))
    return " ".join(parts)


def _table(table: pd.DataFrame, t: Translator, *, name: str, unit: str) -> pd.DataFrame:
    ordered = table.sort_values("period")
    value = f"{name} ({unit})" if unit else name
    return pd.DataFrame(
        {
            t(N_("Month")): [_month(month, t) for month in ordered["period"]],
            value: ordered["value"].array,
            t(N_("Posts counted")): ordered["n"].array,
        }
    )


def _month(month: Any, t: Translator, pattern: str = "MMMM y") -> str:
    return format_date(month.to_timestamp(), pattern, locale=t.lang)


def _said(value: float, t: Translator) -> str:
    """Write a value as exactly as it is worth: whole, or with one decimal."""
    return t.number(value, 0 if float(value).is_integer() or abs(value) >= 100 else 1)


def _with(value: float, unit: str, t: Translator) -> str:
    said = _said(value, t)
    if unit == "%":
        return f"{said}%"
    return f"{said} {unit}" if unit else said
