"""Lays out which audience is on which platform, from the best source at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.export.document import Block, Callout, Heading, Paragraph, Table, text
from workshop_kit.live import own
from workshop_kit.live.figures import as_figure
from workshop_kit.live.pages import labels
from workshop_kit.live.tables import data_table
from workshop_kit.metrics.audience import of_the_room, read, read_cbs
from workshop_kit.metrics.chart import heatmap
from workshop_kit.metrics.chart.audience import LEVEL_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from workshop_kit.live.workshop import Workshop
    from workshop_kit.metrics.chart import Chart

GROUPS, WHERE = "aud.groups", "aud.where"
"""Questions of the kit that say which audiences, and where they are."""


def audiences(workshop: Workshop) -> list[Block]:
    """
    Return heatmaps: of our own table or else figures of CBS, and of the estimate.

    Raises:
        MetricsError: If our own table cannot be read.
    """
    t, path = workshop.translate, own.audience_file()
    blocks: list[Block] = []
    room = _of_the_room(workshop)
    if room["value"].notna().any():
        chart = heatmap(room, t, audiences=_chosen(workshop), levels=True)
        words = {float(level): t(word) for level, word in enumerate(LEVEL_WORDS)}
        shown = data_table(chart, t, words=words)
        blocks += _shown(workshop, N_("What the room estimates"), chart, shown)
    else:
        said = N_("Fill in above where the audiences are; then the estimate is drawn.")
        blocks.append(Paragraph(runs=text(t(said))))
    if path is not None:
        own_table = read(path)
        chart = heatmap(own_table, t, audiences=_against(own_table, _chosen(workshop)))
        shown = data_table(chart, t)
        return [*_shown(workshop, N_("Our own table"), chart, shown), *blocks]
    cbs = read_cbs(own.sample(own.PLACEHOLDER), t)
    said = N_(
        "There is no table of our own yet. Make one with the columns audience,"
        " platform, percent, n, year and source, and save it as audiences.csv in"
        " data/own. Until then older figures of Statistics Netherlands hold its place."
    )
    note = (Paragraph(runs=text(t(said))),)
    title = text(t(N_("Placeholder")))
    blocks.append(Callout(kind="hint", title=title, blocks=note))
    chart = heatmap(cbs, t, old=True)
    shown = data_table(chart, t)
    return [
        *blocks,
        *_shown(workshop, N_("Use of social media by age"), chart, shown),
    ]


def _shown(workshop: Workshop, title: str, chart: Chart, shown: Table) -> list[Block]:
    heading = Heading(level=3, runs=text(workshop.translate(title)))
    return [heading, as_figure(chart, noted=True), shown]


def _of_the_room(workshop: Workshop) -> pd.DataFrame:
    t = workshop.translate
    return of_the_room(
        workshop.said().get(WHERE) or (),
        year=workshop.store.workshop().created_at.year,
        source=t(N_("estimate of the room")),
        names=labels(workshop, WHERE, GROUPS),
    )


def _against(table: pd.DataFrame, chosen: Sequence[str]) -> list[str]:
    """Return the chosen audiences as the table writes them, then the others in it."""
    written = {str(name).casefold(): str(name) for name in table["audience"]}
    first = [written.get(name.casefold(), name) for name in chosen]
    return list(dict.fromkeys([*first, *written.values()]))


def _chosen(workshop: Workshop) -> list[str]:
    """Return the audiences that were chosen, most important first, in words."""
    names = labels(workshop, GROUPS)
    groups = [row.get("group") for row in workshop.said().get(GROUPS) or ()]
    said = [
        g["other"] if isinstance(g, dict) else names.get(str(g), str(g)) for g in groups
    ]
    return list(dict.fromkeys(said))
