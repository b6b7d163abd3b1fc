"""Reads a file with posts, keeps its baselines and lays them out with a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.export.document import Block, Figure, Paragraph, Table, text
from workshop_kit.metrics.baseline import change, full_months
from workshop_kit.metrics.catalogue import entry
from workshop_kit.metrics.chart import trend
from workshop_kit.metrics.kpi import FROM_POSTS, METRIC, monthly
from workshop_kit.metrics.readers.archive import read

if TYPE_CHECKING:
    from pathlib import Path

    from workshop_kit.i18n import Translator
    from workshop_kit.metrics.baseline import Change
    from workshop_kit.store.store import Store

SHOWN_MONTHS = 60
"""Months in the figure: five years show the season and the trend."""


def figures(store: Store, path: Path, t: Translator) -> list[Block]:
    """
    Return the baselines in a table and the trend of the first one as a figure.

    Raises:
        MetricsError: If the file cannot be read or understood.
    """
    posts = read(path)
    known = set(posts["metric"])
    kpis = [k for k in FROM_POSTS if k == "posts" or METRIC[k] in known]
    changes = [change(posts, kpi) for kpi in kpis]
    _keep(store, changes)
    chart = trend(
        full_months(monthly(posts, "applause")).tail(SHOWN_MONTHS), t, source=path.name
    )
    said = t.plural(
        N_("{n} post was read from {file}. The baseline covers 12 full months."),
        N_("{n} posts were read from {file}. The baseline covers 12 full months."),
        int(posts["row"].nunique()),
        file=path.name,
    )
    return [
        Paragraph(runs=text(said)),
        _table(changes, t),
        Figure(svg=chart.svg, png=chart.png, alt=chart.alt, caption=chart.caption),
    ]


def _keep(store: Store, changes: list[Change]) -> None:
    known = {
        (m.kpi, m.kpi_version, m.channel, m.period, m.value)
        for m in store.measurements()
    }
    for now in (found.now for found in changes):
        if (now.kpi, now.version, now.channel, now.period, now.value) not in known:
            store.record_measurement(
                kpi=now.kpi,
                kpi_version=now.version,
                channel=now.channel,
                period=now.period,
                value=now.value,
                unit=now.unit,
                n=now.n,
                source=now.source,
            )


def _table(changes: list[Change], t: Translator) -> Table:
    rows = []
    for found in changes:
        kpi, now = entry(found.now.kpi), found.now
        missing = t(N_("not available"))
        value = missing if now.value is None else t.number(now.value, 2)
        percent = (
            missing if found.percent is None else (f"{t.number(found.percent, 0)}%")
        )
        rows.append(
            (
                text(t.pick(kpi.name)),
                text(f"{value} {t.pick(kpi.unit)}"),
                text(percent),
                text(t.number(now.n)),
                text(now.period),
            )
        )
    return Table(
        head=(
            text(t(N_("Indicator"))),
            text(t(N_("Baseline"))),
            text(t(N_("Against the year before"))),
            text(t(N_("Posts"))),
            text(t(N_("Period"))),
        ),
        rows=tuple(rows),
        caption=t(N_("Baseline from our own figures")),
    )
