"""What all figures share: their colours, type, files and the look of their axes."""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from workshop_kit.metrics.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

    from workshop_kit.i18n import Translator

BLUE = "#0072B2"
VERMILION = "#D55E00"
"""Colours of Okabe and Ito (2008), told apart also by the colour-blind; the two
that have at least 3:1 contrast on white."""

INK = "#333333"
GREY = "#666666"
PALE = "#BBBBBB"
GRID = "#DDDDDD"
HATCH = "////"
"""Marks what is not a measurement of now, so that it shows without colour too."""

WIDTH = 7.0
"""Inches: as wide as the text of an A4 page with its margins."""

DPI = 200
TITLE_SIZE = 11
_LINE, _NOTE = 52, 118
"""Characters of a line of the title, which so fits three quarters of the width: what a
phone shows before scrolling; and of the note, which takes all of it."""

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "workshop-kit",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.unicode_minus": True,
    "text.parse_math": False,
    "hatch.linewidth": 0.8,
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
        title: The finding, as it stands above the figure.
    """

    svg: str
    png: bytes
    alt: str
    caption: str
    table: pd.DataFrame
    title: str = ""


def files(draw: Callable[[], Figure]) -> tuple[str, bytes]:
    """Draw in our own style, whatever that of the notebook, and return SVG and PNG."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        figure = draw()
        svg, png = io.StringIO(), io.BytesIO()
        # Without a date the same data give the same file.
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        figure.savefig(png, format="png", dpi=DPI, metadata={"Software": None})
    return svg.getvalue(), png.getvalue()


def sheet(title: str, height: float, *, note: str = "") -> tuple[Figure, Axes]:
    """
    Return an empty figure with its finding above and its note below.

    Args:
        title: The finding, broken over lines where needed.
        height: Inches of the figure with a title of one line.
        note: Small print: n, year and source.
    """
    lines = _even(title)
    height += 0.2 * (len(lines) - 1)
    # A Figure of its own, not one of pyplot: nothing stays open in the process.
    figure = Figure(figsize=(WIDTH, height), layout="constrained", facecolor="white")
    figure.suptitle(
        "\n".join(lines),
        x=0.012,
        ha="left",
        fontsize=TITLE_SIZE,
        fontweight="bold",
        color=INK,
        linespacing=1.25,
    )
    if note:
        figure.supxlabel(
            "\n".join(textwrap.wrap(note, _NOTE)),
            x=0.012,
            ha="left",
            fontsize=7.5,
            color=GREY,
        )
    return figure, figure.add_subplot()


def _even(title: str) -> list[str]:
    """Break a title over lines of about one length, so that no word is left alone."""
    lines = textwrap.wrap(title, _LINE) or [""]
    if len(lines) == 1:
        return lines
    return textwrap.wrap(title, min(_LINE, len(title) // len(lines) + 8))


def plain(axes: Axes, *, grid: str = "y", zero: bool = False) -> None:
    """
    Take away what says nothing: frames, ticks, all lines but those to read by.

    Args:
        axes: What is drawn on.
        grid: Axis whose values have lines, ``x`` or ``y``.
        zero: Whether there are values below 0, so that the line to stand on is there.
    """
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    axes.tick_params(colors=INK, length=0, axis="y")
    axes.tick_params(colors=INK, axis="x")
    if grid in {"x", "y"}:
        axes.grid(axis="x" if grid == "x" else "y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    if zero:
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0, axis="x")
        axes.axhline(0, color=INK, linewidth=0.8, zorder=1)


def numbers(axis: Axis, t: Translator) -> None:
    """Write few and round numbers along an axis, as the reader writes them."""
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: said(float(value), t)))
