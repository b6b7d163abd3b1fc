"""Which audience is on which platform, as a table of shades with their numbers."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.chart.drawing import (
    GREY,
    HATCH,
    INK,
    PALE,
    Chart,
    files,
    sheet,
)
from workshop_kit.metrics.wording import channel_name, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from workshop_kit.i18n import Translator

HALF = 0.5
ROW = 0.36
"""Inches of a row of the table."""

_LIGHT = LinearSegmentedColormap.from_list("light", ["#FFFFFF", "#A9D3EC"])
_DARK = LinearSegmentedColormap.from_list("dark", ["#0072B2", "#003F63"])
"""Shades of one colour, so that a grey print keeps the order; from half on they are
dark, which leaves out those on which neither black nor white reads well."""

LEVEL_WORDS = (N_("not"), N_("low"), N_("medium"), N_("high"))


def heatmap(
    table: pd.DataFrame,
    t: Translator,
    *,
    audiences: Sequence[str] = (),
    levels: bool = False,
    old: bool = False,
) -> Chart:
    """
    Draw audiences by platforms; darker is more, and the number stands in the cell.

    Args:
        table: Frame of :data:`workshop_kit.metrics.audience.AUDIENCE`.
        t: Language of the words and numbers.
        audiences: Audiences that were chosen, in order; one of them without any row
            in the table shows as not known. By default those of the table.
        levels: Whether the values are levels from 0 to 3, of an estimate, instead of
            percentages.
        old: Whether this is a placeholder, such as the figures of CBS: the title then
            says so.

    Raises:
        MetricsError: There is no value to draw.
    """
    rows = list(audiences) or list(dict.fromkeys(table["audience"]))
    shown = table[table["audience"].isin(rows)]
    if not shown["value"].notna().any():
        raise MetricsError(
            N_("There is no value to draw."),
            fix=N_("Fill in a table of audiences and platforms."),
        )
    columns = list(dict.fromkeys(shown["platform"]))
    grid = shown.pivot_table(
        index="audience", columns="platform", values="value", aggfunc="first"
    ).reindex(index=rows, columns=columns)
    title = _finding(grid, t, levels=levels, old=old, years=shown["year"])
    note = _note(shown, t, levels=levels)
    svg, png = files(lambda: _draw(grid, t, title=title, note=note, levels=levels))
    words = _cells(grid, t, levels=levels)
    listed = "; ".join(
        f"{audience}: "
        + ", ".join(
            f"{channel_name(platform)} {text}"
            for platform, text in zip(columns, cells, strict=True)
        )
        for audience, cells in zip(rows, words, strict=True)
    )
    alt = f"{t(N_('Table of shades: audiences by platforms.'))} {title}. {listed}."
    numbers = grid.rename(columns=channel_name).astype("Float64")
    return Chart(
        svg=svg,
        png=png,
        alt=alt,
        caption=note,
        table=numbers.rename_axis(t(N_("Audience")))
        .rename_axis(columns=None)
        .reset_index(),
        title=title,
    )


def _finding(
    grid: pd.DataFrame,
    t: Translator,
    *,
    levels: bool,
    old: bool,
    years: pd.Series[int],
) -> str:
    if old:
        return t(
            N_("Placeholder of {first}–{last}, by age and not by platform: replace it"),
            first=int(years.min()),
            last=int(years.max()),
        )
    best = grid.max()
    platform = str(best.idxmax())
    audience = str(grid[platform].idxmax())
    value = float(best.max())
    ties = int(grid.eq(value).fillna(value=False).to_numpy(dtype=bool).sum()) - 1
    about = {
        "audience": audience,
        "platform": channel_name(platform),
        "value": _said(value, t, levels=levels),
    }
    if ties:
        # Naming one as the most would be wrong, and naming all too long.
        return t.plural(
            N_("Highest: {audience} on {platform}, and {n} other place ({value})"),
            N_("Highest: {audience} on {platform}, and {n} other places ({value})"),
            ties,
            **about,
        )
    return t(
        N_("{audience} are most active on {platform} ({value})")
        if levels
        else N_("{audience} are found most on {platform} ({value})"),
        **about,
    )


def _said(value: float, t: Translator, *, levels: bool) -> str:
    return t(LEVEL_WORDS[int(value)]) if levels else f"{said(round(value), t)}%"


def _cells(grid: pd.DataFrame, t: Translator, *, levels: bool) -> list[list[str]]:
    return [
        [
            "?" if np.isnan(value) else _said(float(value), t, levels=levels)
            for value in row
        ]
        for row in grid.to_numpy(dtype=float, na_value=np.nan)
    ]


def _note(shown: pd.DataFrame, t: Translator, *, levels: bool) -> str:
    years = sorted({int(year) for year in shown["year"].dropna()})
    asked = shown["n"].dropna()
    scale = (
        t(N_("How active an audience is, from not to high."))
        if levels
        else t(N_("Percentage of the audience that uses it."))
    )
    parts = [scale, t(N_("? is not known."))]
    if len(asked):
        parts.append(t(N_("n = {n} or more."), n=t.number(int(asked.min()))))
    else:
        parts.append(t(N_("n is not given.")))
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    sources = ", ".join(dict.fromkeys(shown["source"].dropna()))
    parts.append(f"{span}. {t(N_('Source: {source}.'), source=sources)}")
    return " ".join(parts)


def _draw(
    grid: pd.DataFrame, t: Translator, *, title: str, note: str, levels: bool
) -> Figure:
    figure, axes = sheet(title, 1.15 + ROW * len(grid), note=note)
    known = grid.to_numpy(dtype=float, na_value=np.nan)
    top = 3.0 if levels else 100.0
    for i, cells in enumerate(_cells(grid, t, levels=levels)):
        for j, text in enumerate(cells):
            part = None if np.isnan(known[i, j]) else float(known[i, j]) / top
            _cell(axes, (j, i), text, part)
    axes.set_xlim(-0.5, len(grid.columns) - 0.5)
    axes.set_ylim(len(grid) - 0.5, -0.5)
    labels = [
        textwrap.fill(channel_name(str(c)), max(8, 64 // len(grid.columns)))
        for c in grid.columns
    ]
    axes.set_xticks(range(len(grid.columns)), labels, color=INK)
    axes.set_yticks(
        range(len(grid)), [textwrap.fill(str(a), 26) for a in grid.index], color=INK
    )
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def _shade(part: float | None) -> tuple[Any, str]:
    """Return the colour of a cell and that of its number, at least 5 to 1 apart."""
    if part is None:
        return "white", GREY
    if part < HALF:
        return _LIGHT(part / HALF), "black"
    return _DARK((part - HALF) / (1 - HALF)), "white"


def _cell(axes: Axes, place: tuple[int, int], text: str, part: float | None) -> None:
    x, y = place
    shade, ink = _shade(part)
    axes.add_patch(
        Rectangle(
            (x - 0.48, y - 0.46),
            0.96,
            0.92,
            facecolor=shade,
            edgecolor=PALE,
            hatch=HATCH if part is None else None,
            linewidth=0.8,
        )
    )
    axes.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        color=ink,
        fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 4}
        if part is None
        else None,
    )
