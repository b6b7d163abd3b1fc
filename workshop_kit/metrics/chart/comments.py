"""What people say: comments of a coded sample by kind, with their tone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.chart.drawing import (
    BLUE,
    GREY,
    HATCH,
    INK,
    PALE,
    VERMILION,
    Chart,
    files,
    sheet,
)
from workshop_kit.metrics.kept import KIND_WORDS, TONE_WORDS, TONES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from workshop_kit.i18n import Translator
    from workshop_kit.metrics.kept import Kind, Sample, Tone

    Place = tuple[Kind | None, Tone]

ROW, BAR = 0.3, 0.66
"""Inches of a row, and how much of it its bar is high."""

_ROOM = 1.45
"""Width of a column in units of its longest bar: the rest is for its number."""

_LOOK: Mapping[str, Mapping[str, Any]] = {
    "positive": {"facecolor": BLUE, "edgecolor": BLUE},
    "neutral": {"facecolor": PALE, "edgecolor": GREY},
    "negative": {"facecolor": "white", "edgecolor": VERMILION, "hatch": HATCH},
}
"""Tone shows by its place, its name and its pattern, so that no colour is needed."""


def tones(sample: Sample, t: Translator, *, source: str = "") -> Chart:
    """
    Draw how many comments of each kind are positive, neutral and negative.

    Args:
        sample: What :func:`workshop_kit.metrics.coding.sample` counted.
        t: Language of the words.
        source: Where the comments are from.

    Raises:
        MetricsError: No comment has a tone that is agreed on.
    """
    counts = {(kind, tone): n for kind, tone, n in sample.crossed if n}
    if not counts:
        raise MetricsError(
            N_("There is no value to draw."),
            fix=N_("Code the tone of the comments."),
        )
    per_kind: Counter[Kind | None] = Counter()
    per_tone: Counter[Tone] = Counter()
    for (kind, tone), n in counts.items():
        per_kind[kind] += n
        per_tone[tone] += n
    kinds = sorted(per_kind, key=lambda kind: (kind is None, -per_kind[kind]))
    total = sum(per_kind.values())
    title = t(
        N_("Of {n} comments {positive} are positive and {negative} negative; {most}"),
        n=t.number(total),
        positive=t.number(per_tone["positive"]),
        negative=t.number(per_tone["negative"]),
        most=_most(per_kind, t),
    )
    note = t(
        N_("Comments on whose tone the coders agree, n = {n}. Coded by {coders}."),
        n=t.number(total),
        coders=", ".join(sample.coders),
    )
    if source:
        note = f"{note} {t(N_('Source: {source}.'), source=source)}"
    svg, png = files(lambda: _draw(kinds, counts, per_tone, t, title=title, note=note))
    table = _table(kinds, counts, t)
    rows = "; ".join(
        f"{row.iloc[0]}: "
        + ", ".join(f"{column} {row[column]}" for column in table.columns[1:])
        for _, row in table.iterrows()
    )
    alt = f"{t(N_('Bar chart: comments by kind and tone.'))} {title}. {rows}."
    return Chart(svg=svg, png=png, alt=alt, caption=note, table=table, title=title)


def _most(per_kind: Counter[Kind | None], t: Translator) -> str:
    """Name the kind there is most of, or the kinds if several are as many."""
    known = {kind: n for kind, n in per_kind.items() if kind is not None} or per_kind
    top = max(known.values())
    names = [t(KIND_WORDS[kind]) for kind, n in known.items() if n == top]
    return t(N_("most frequent: {kinds} ({n})"), kinds=", ".join(names), n=top)


def _table(
    kinds: Sequence[Kind | None],
    counts: Mapping[Place, int],
    t: Translator,
) -> pd.DataFrame:
    columns = {
        t(TONE_WORDS[tone]): [counts.get((kind, tone), 0) for kind in kinds]
        for tone in TONES
    }
    names = [t(KIND_WORDS[kind]) for kind in kinds]
    return pd.DataFrame({t(N_("Kind of comment")): names, **columns})


def _draw(  # noqa: PLR0913 - what is drawn, and the words around it
    kinds: Sequence[Kind | None],
    counts: Mapping[Place, int],
    per_tone: Counter[Tone],
    t: Translator,
    *,
    title: str,
    note: str,
) -> Figure:
    figure, axes = sheet(title, 1.25 + ROW * len(kinds), note=note)
    step = _ROOM * max(counts.values())
    for place, tone in enumerate(TONES):
        left = place * step
        head = f"{t(TONE_WORDS[tone])} ({t.number(per_tone[tone])})"
        axes.text(left, -0.75, head, va="center", color=INK, fontweight="bold")
        axes.plot([left, left], [-0.45, len(kinds) - 0.5], color=INK, linewidth=0.8)
        for row, kind in enumerate(kinds):
            n = counts.get((kind, tone), 0)
            axes.barh(row, n, BAR, left=left, linewidth=0.8, **_LOOK[tone])
            axes.annotate(
                t.number(n),
                (left + n, row),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=INK if n else GREY,
                fontsize=8.5,
            )
    axes.set_xlim(-0.02 * step, len(TONES) * step)
    axes.set_ylim(len(kinds) - 0.4, -1.15)
    axes.set_yticks(range(len(kinds)), [t(KIND_WORDS[k]) for k in kinds], color=INK)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure
