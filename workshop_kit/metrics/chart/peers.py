"""Our own value among those of peers, as dots on a strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.catalogue import entry
from workshop_kit.metrics.chart.drawing import (
    BLUE,
    GREY,
    INK,
    Chart,
    files,
    numbers,
    plain,
    sheet,
)
from workshop_kit.metrics.peers import FEWEST, size_name
from workshop_kit.metrics.wording import channel_name, said, with_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from workshop_kit.i18n import Translator
    from workshop_kit.metrics.peers import Position

HEIGHT = 2.2
WIDE = 0.022
"""Part of the axis that a dot takes."""


def strip(position: Position, t: Translator) -> Chart:
    """
    Draw peers as open dots and ourselves as a filled one, with n, year and source.

    Args:
        position: Our own value among those of peers.
        t: Language of the words and numbers.

    Raises:
        MetricsError: There are too few peers.
    """
    if position.median is None:
        raise MetricsError(
            N_("There are {n} peers with this figure: too few to draw."),
            fix=N_("At least {fewest} are needed."),
            n=position.n,
            fewest=FEWEST,
        )
    definition = entry(position.kpi)
    name, unit = t.pick(definition.name), t.pick(definition.unit)
    channel = channel_name(position.channel, t)
    title = t(
        N_("{name} on {channel}: above {lower} of {n} peers of our size"),
        name=name,
        channel=channel,
        lower=position.lower,
        n=position.n,
    )
    note = t(
        N_("n = {n} peers of size “{size}”, {year}. Source: {source}."),
        n=position.n,
        size=size_name(position.size, t),
        year=position.year,
        source=", ".join(position.sources),
    )
    svg, png = files(lambda: _draw(position, t, title=title, note=note, label=unit))
    alt = t(
        N_(
            "Strip of dots: {name} on {channel} of {n} peers, from {low} to {high}, in"
            " the middle {median}; ourselves {own}, above {lower} of them."
        ),
        name=name,
        channel=channel,
        n=position.n,
        low=with_unit(position.others[0], unit, t),
        high=with_unit(position.others[-1], unit, t),
        median=with_unit(position.median, unit, t),
        own=with_unit(position.own, unit, t),
        lower=position.lower,
    )
    who = [t(N_("peer"))] * position.n + [t(N_("ourselves"))]
    table = pd.DataFrame(
        {
            t(N_("Who")): who,
            f"{name} ({unit})" if unit else name: pd.array(
                [*position.others, position.own], dtype="Float64"
            ),
        }
    ).sort_values(f"{name} ({unit})" if unit else name, ignore_index=True)
    return Chart(svg=svg, png=png, alt=alt, caption=note, table=table, title=title)


def _draw(
    position: Position, t: Translator, *, title: str, note: str, label: str
) -> Figure:
    figure, axes = sheet(title, HEIGHT, note=note)
    everything = [*position.others, position.own]
    low, high = min(0.0, *everything), max(everything)
    span = (high - low) or 1.0
    heights = _heights([*position.others], span * WIDE)
    axes.plot(
        position.others,
        heights,
        linestyle="none",
        marker="o",
        markersize=8,
        markerfacecolor="white",
        markeredgecolor=GREY,
        markeredgewidth=1.3,
    )
    middle = float(position.median or 0.0)
    axes.axvline(middle, color=INK, linewidth=1.2, linestyle=(0, (1, 1)), zorder=0)
    axes.plot(
        position.own,
        0,
        color=BLUE,
        marker="D",
        markersize=9,
        linestyle="none",
        zorder=3,
    )
    axes.set_ylim(-2.6, max(3.2, max(heights) + 2.2))
    _write(
        axes, middle, t(N_("middle {value}"), value=said(middle, t)), INK, above=True
    )
    _write(
        axes,
        position.own,
        t(N_("ourselves {value}"), value=said(position.own, t)),
        BLUE,
    )
    axes.set_xlim(low - span * 0.03, high + span * 0.06)
    axes.set_title(label, loc="left", fontsize=9, color=GREY)
    axes.set_yticks([])
    numbers(axes.xaxis, t)
    plain(axes, grid="x")
    return figure


def _write(
    axes: object, x: float, text: str, colour: str, *, above: bool = False
) -> None:
    axes.annotate(  # type: ignore[attr-defined]
        text,
        (x, 1.0 if above else -0.6),
        xycoords=("data", "axes fraction" if above else "data"),
        xytext=(4 if above else 0, -10 if above else -4),
        textcoords="offset points",
        ha="left" if above else "center",
        va="center" if above else "top",
        color=colour,
        fontweight="normal" if above else "bold",
    )


def _heights(values: list[float], width: float) -> list[float]:
    """Pile up dots that would cover each other, from left to right."""
    placed: list[tuple[float, int]] = []
    for value in values:
        taken = {level for x, level in placed if abs(x - value) < width}
        placed.append((value, next(i for i in range(len(values)) if i not in taken)))
    return [float(level) for _, level in placed]
