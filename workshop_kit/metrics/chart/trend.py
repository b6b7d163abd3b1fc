"""A KPI over time, with its target and what comparable periods reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics import kpi as kpis
from workshop_kit.metrics.changes import change_points
from workshop_kit.metrics.chart.drawing import (
    BLUE,
    GREY,
    HATCH,
    INK,
    PALE,
    VERMILION,
    Chart,
    files,
    numbers,
    plain,
    sheet,
)
from workshop_kit.metrics.direction import direction
from workshop_kit.metrics.target import series
from workshop_kit.metrics.wording import channel_name, month, said, with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from workshop_kit.i18n import Translator
    from workshop_kit.metrics.target import TargetCheck

YEAR = 12
HEIGHT = 3.5


def trend(
    table: pd.DataFrame,
    t: Translator,
    *,
    target: float | None = None,
    check: TargetCheck | None = None,
    source: str = "",
) -> Chart:
    """
    Draw a KPI per month as a line; a month without a value is a gap in it.

    Args:
        table: Table of one KPI and channel, of
            :func:`workshop_kit.metrics.kpi.monthly`, whose months are drawn.
        t: Language of the words and numbers.
        target: Drawn as a dashed line, in the unit of the KPI.
        check: A target that was checked: it is drawn on its month, with what
            comparable periods reached, instead of *target*.
        source: Where the figures come from, for the caption.

    Raises:
        MetricsError: More than one KPI or channel, or no value at all.
    """
    values = one_series(table)
    definition = kpis.entry(str(table["kpi"].iloc[0]))
    name, unit = t.pick(definition.name), t.pick(definition.unit)
    channel = channel_name(str(table["channel"].iloc[0]), t)
    about = {
        "name": name,
        "channel": channel,
        "first": month(values.index[0], t),
        "last": month(values.index[-1], t),
    }
    drawn = check if check is not None and check.forecast is not None else None
    goal = check.target if check is not None else target
    title = _finding(values, t, unit=unit, check=drawn, **about)
    svg, png = files(
        lambda: _draw(values, t, title=title, label=unit, target=goal, check=drawn)
    )
    alt = t(
        N_("Line chart: {name} on {channel} per month, {first} to {last}."), **about
    )
    parts = [alt, _extremes(values, t, unit=unit)]
    if goal is not None:
        parts.append(t(N_("Target: {value}."), value=with_unit(goal, unit, t)))
    if drawn is not None:
        parts += [drawn.verdict_words(t), drawn.evidence(t)[0]]
    under = caption(table, t, source=source, **about)
    if drawn is not None:
        bounds = t(N_("90%: where nine in ten comparable periods ended."))
        under = f"{under} {bounds}"
    under = " ".join([under, *_course(values, t, unit=unit)])
    return Chart(
        svg=svg,
        png=png,
        alt=" ".join(parts),
        caption=under,
        table=_table(table, t, name=name, unit=unit),
        title=title,
    )


def _course(values: pd.Series[float], t: Translator, *, unit: str) -> list[str]:
    """Say whether it rises or falls, and from when on it is on the level of today."""
    newest = [point.words(t, unit=unit) for point in change_points(values)[-1:]]
    return [direction(values).words(t, unit=unit), *newest]


def one_series(table: pd.DataFrame) -> pd.Series[float]:
    """
    Return the values of one KPI and channel by month.

    Raises:
        MetricsError: There are more, or there is no value at all.
    """
    if len(table[["kpi", "channel"]].drop_duplicates()) > 1:
        raise MetricsError(N_("A figure is for one KPI and one channel."))
    values = series(table)
    if not values.notna().any():
        raise MetricsError(
            N_("There is no value to draw."), fix=N_("Choose another KPI or period.")
        )
    return values


def caption(table: pd.DataFrame, t: Translator, *, source: str, **about: str) -> str:
    """Say what the figure is, on how much it rests and where it is from."""
    feed = kpis.entry(str(table["kpi"].iloc[0])).feed
    n = t.number(int(table["n"].sum()))
    rests = (
        N_("{name} on {channel}, per month, {first} to {last}; {n} days.")
        if feed == "days"
        else N_("{name} on {channel}, per month, {first} to {last}; {n} posts.")
    )
    text = t(rests, n=n, **about)
    return f"{text} {t(N_('Source: {source}.'), source=source)}" if source else text


def _finding(
    values: pd.Series[float],
    t: Translator,
    *,
    unit: str,
    check: TargetCheck | None,
    **about: str,
) -> str:
    if check is not None:
        return f"{about['name']}: {_lower_first(check.verdict_words(t))}".rstrip(".")
    now, before = values.iloc[-YEAR:].dropna(), values.iloc[-2 * YEAR : -YEAR].dropna()
    if len(values) < 2 * YEAR or now.empty or before.empty or not before.mean():
        known = values.dropna()
        return t(
            N_("{name} on {channel}: {value} in {month}"),
            value=with_unit(known.iloc[-1], unit, t),
            month=month(known.index[-1], t),
            **about,
        )
    percent = (now.mean() / before.mean() - 1) * 100
    finding = (
        N_("{name} on {channel}: as much as the year before, {value} in a month")
        if abs(percent) < 1
        else N_("{name} on {channel}: {percent}% more than the year before")
        if percent > 0
        else N_("{name} on {channel}: {percent}% less than the year before")
    )
    return t(
        finding,
        percent=t.number(abs(percent), 0),
        value=with_unit(now.mean(), unit, t),
        **about,
    )


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _draw(  # noqa: PLR0913 - what is drawn, and in whose words
    values: pd.Series[float],
    t: Translator,
    *,
    title: str,
    label: str,
    target: float | None,
    check: TargetCheck | None,
) -> Figure:
    figure, axes = sheet(title, HEIGHT)
    x = pd.PeriodIndex(values.index).to_timestamp().to_numpy()
    y = values.to_numpy()
    known = values.dropna()
    few = len(known) <= 3 * YEAR
    axes.plot(
        x, y, color=BLUE, linewidth=1.8, marker="o" if few else "", markersize=3.5
    )
    alone = values.notna() & values.shift(1).isna() & values.shift(-1).isna()
    axes.plot(
        x[alone], y[alone], color=BLUE, marker="o", markersize=4, linestyle="none"
    )
    low, top = min(0.0, float(known.min())), max(float(known.max()), target or 0.0)
    if check is not None:
        below, above = _expected(axes, values, check, t)
        low, top = min(low, below), max(top, above)
    elif target is not None:
        axes.axhline(target, color=VERMILION, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.annotate(
            t(N_("target {value}"), value=said(target, t)),
            (0, target),
            xycoords=("axes fraction", "data"),
            xytext=(3, 3),
            textcoords="offset points",
            color=VERMILION,
        )
    if check is None:
        _point(axes, known.index[-1], known.iloc[-1], t)
    margin = 0.06 * ((top - low) or 1.0)
    axes.set_ylim(low - margin if low < 0 else 0.0, (top or 1.0) + margin)
    axes.set_title(label, loc="left", fontsize=9, color=GREY)
    numbers(axes.yaxis, t)
    end = pd.Period(check.period, freq="M") if check else values.index[-1]
    _months(axes, pd.period_range(values.index[0], end, freq="M"), t)
    plain(axes, zero=low < 0)
    return figure


def _expected(
    axes: Axes, values: pd.Series[float], check: TargetCheck, t: Translator
) -> tuple[float, float]:
    """Draw what comparable periods reached up to the target; return its bounds."""
    made = check.forecast
    if made is None:
        return 0.0, 0.0
    known, last = values.dropna(), values.iloc[-YEAR:]
    goal = pd.Period(check.period, freq="M")
    start, end = (
        when.to_timestamp().to_datetime64() for when in (known.index[-1], goal)
    )
    axes.fill_between(
        [start, end],
        [known.iloc[-1], made.low],
        [known.iloc[-1], made.high],
        facecolor="none",
        edgecolor=PALE,
        hatch=HATCH,
        linewidth=0,
    )
    axes.plot([end, end], [made.low, made.high], color=GREY, linewidth=2)
    axes.plot(
        end, check.target, color=VERMILION, marker="D", markersize=7, linestyle="none"
    )
    aim = t(N_("target {value}"), value=said(check.target, t))
    span = f"90%: {said(made.low, t)} – {said(made.high, t)}"
    labels = [(check.target, aim, VERMILION), (made.value, span, GREY)]
    if last.notna().sum() >= YEAR // 2:
        mean = float(last.mean())
        dots = [last.index[0].to_timestamp().to_datetime64(), end]
        axes.plot(dots, [mean, mean], color=INK, linewidth=1.2, linestyle=(0, (1, 1.5)))
        words = t(N_("mean of the last year {value}"), value=said(mean, t))
        labels.append((mean, words, INK))
    floor = min(0.0, made.low, float(known.min()))
    gap = (max(made.high, check.target, float(known.max())) - floor) * 0.075
    for at, text, colour in _apart(labels, gap, floor + gap * 0.6):
        axes.annotate(
            text,
            (end, at),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontweight="bold" if colour == VERMILION else "normal",
            annotation_clip=False,
        )
    return min(made.low, check.target), max(made.high, check.target)


def _apart(
    labels: list[tuple[float, str, str]], gap: float, floor: float
) -> list[tuple[float, str, str]]:
    """Keep the first label on its value and move the others out of its way."""
    first, *others = labels
    lower = sorted((x for x in others if x[0] <= first[0]), reverse=True)
    higher = sorted(x for x in others if x[0] > first[0])
    placed = [first]
    for side, part in ((-1, lower), (1, higher)):
        edge = first[0]
        for value, text, colour in part:
            edge = side * max(side * value, side * edge + gap)
            placed.append((edge, text, colour))
    if not lower:
        return placed
    # What ended below the axis goes up again, as far as there is room.
    below = placed[1 : 1 + len(lower)]
    missing = max(0.0, floor - below[-1][0])
    up = min(missing, max(0.0, first[0] - gap - below[0][0]))
    moved = [(at + up, text, colour) for at, text, colour in below]
    return [first, *moved, *placed[1 + len(lower) :]]


def _point(axes: Axes, when: pd.Period, value: float, t: Translator) -> None:
    """Write the latest value beside its point, so that no legend is needed."""
    axes.annotate(
        said(value, t),
        (when.to_timestamp(), value),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        color=BLUE,
        fontweight="bold",
        annotation_clip=False,
    )


def _months(axes: Axes, months: pd.PeriodIndex, t: Translator) -> None:
    """Tick whole years where there are many months, or about eight months."""
    januaries = [tick for tick in months if tick.month == 1]
    years = len(januaries) > 3
    choice = januaries if years else list(months)
    ticks = choice[:: -(-len(choice) // 8)]
    labels = [str(tick.year) if years else month(tick, t, "MMM") for tick in ticks]
    if not years:
        # The year stands once under the first month of it that has a tick.
        seen: set[int] = set()
        for place, tick in enumerate(ticks):
            if tick.year not in seen:
                labels[place] += f"\n{tick.year}"
            seen.add(tick.year)
    axes.set_xticks(
        [tick.to_timestamp().to_datetime64() for tick in ticks],
        labels,
    )


def _extremes(values: pd.Series[float], t: Translator, *, unit: str) -> str:
    known = values.dropna()
    text = t(
        N_(
            "{n} months with a value; lowest {low} ({low_month}), highest {high}"
            " ({high_month}), latest {latest} ({latest_month})."
        ),
        n=len(known),
        low=with_unit(known.min(), unit, t),
        low_month=month(known.idxmin(), t),
        high=with_unit(known.max(), unit, t),
        high_month=month(known.idxmax(), t),
        latest=with_unit(known.iloc[-1], unit, t),
        latest_month=month(known.index[-1], t),
    )
    missing = len(values) - len(known)
    if not missing:
        return text
    gaps = t.plural(
        N_("{n} month has no value."), N_("{n} months have no value."), missing
    )
    return f"{text} {gaps}"


def _table(table: pd.DataFrame, t: Translator, *, name: str, unit: str) -> pd.DataFrame:
    ordered = table.sort_values("period")
    value = f"{name} ({unit})" if unit else name
    days = kpis.entry(str(table["kpi"].iloc[0])).feed == "days"
    return pd.DataFrame(
        {
            t(N_("Month")): [month(period, t) for period in ordered["period"]],
            value: ordered["value"].array,
            t(N_("Days counted") if days else N_("Posts counted")): ordered["n"].array,
        }
    )
