"""Lays out what the figures at hand say: indicators in a table, and a few figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, MetricsError
from workshop_kit.export.document import Block, Figure, List, Paragraph, Table, text
from workshop_kit.live import own
from workshop_kit.live.hand import at_hand, compared, dropped_note, keep, sample_note
from workshop_kit.live.tables import data_table, year_table
from workshop_kit.metrics.baseline import in_year
from workshop_kit.metrics.catalogue import entry
from workshop_kit.metrics.chart import strip, trend, years
from workshop_kit.metrics.peers import position
from workshop_kit.metrics.wording import channel_name, period_words, with_unit
from workshop_kit.policy.indicators import SHOWN, check_row, matching, rests_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from workshop_kit.i18n import Translator
    from workshop_kit.live.hand import AtHand, Pair
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.metrics.baseline import Change
    from workshop_kit.metrics.chart import Chart

FIRST = ("conversation", "applause", "er_reach_sum", "social_sessions", "posts")
"""What is drawn if no indicator has figures: of these the first that is there."""

DRAWN = 2
"""Indicators that get a figure here; the policy has them all."""


def figures(
    workshop: Workshop, rows: Sequence[Mapping[str, Any]], path: Path | None = None
) -> list[Block]:
    """
    Return what the figures at hand say: KPIs in a table, then a few figures.

    The baselines and months are kept with the workshop.

    Args:
        workshop: The workshop.
        rows: Indicators, decided or not, whose figures come first.
        path: Only this file; default all that is in the folder.

    Raises:
        MetricsError: If a file cannot be read, or holds no full month.
    """
    t, hand = workshop.translate, at_hand(workshop, path)
    found = compared(hand)
    if not found:
        raise MetricsError(
            N_("There is no full month in these figures."),
            fix=N_("Answer what is asked of the files, or export a longer period."),
        )
    keep(workshop, hand, found)
    blocks: list[Block] = [*sample_note(hand, t), _read_words(hand, t)]
    blocks += [*dropped_note(workshop, t), _table(found, t)]
    for drawn, values in _charts(hand, found, rows, workshop.institution(), t):
        blocks += [drawn, values]
    return blocks


def _read_words(hand: AtHand, t: Translator) -> List:
    """Say of each file what was read, with what has to be known of it."""
    items = []
    for one in hand.files:
        if one.export is None:
            continue
        export = one.export
        said = [
            t.plural(
                N_("{number} post was read from {file}."),
                N_("{number} posts were read from {file}."),
                export.count,
                number=t.number(export.count),
                file=own.source_name(one.path),
            )
            if export.count
            else t(N_("Figures of days were read from {file}."), file=one.path.name)
            if len(export.days)
            else t(N_("Figures of peers were read from {file}."), file=one.path.name)
        ]
        if export.period is not None:
            first, last = map(t.date, export.period)
            said.append(t(N_("Period: {first} to {last}."), first=first, last=last))
        said += [notice.render(t) for notice in export.warnings]
        items.append((Paragraph(runs=text(" ".join(said))),))
    problems = [one.problem.render(t) for one in hand.unread if one.problem]
    items += [(Paragraph(runs=text(said)),) for said in problems]
    return List(items=tuple(items))


def _table(found: Sequence[Change], t: Translator) -> Table:
    rows = []
    for change in found:
        kpi, now = entry(change.now.kpi), change.now
        missing = t(N_("not available"))
        value = missing
        if now.value is not None:
            value = with_unit(now.value, t.pick(kpi.unit), t)
        percent = missing
        if change.percent is not None:
            sign = "+" if change.percent > 0 else ""
            percent = f"{sign}{t.number(change.percent, 0)}%"
        rows.append(
            (
                t.pick(kpi.name),
                channel_name(now.channel, t),
                value,
                percent,
                rests_on(kpi, now.n, t),
                period_words(now.period, t),
            )
        )
    head = (
        N_("Indicator"),
        N_("Channel"),
        N_("Baseline"),
        N_("Against the year before"),
        N_("Measured over"),
        N_("Period"),
    )
    return Table(
        head=tuple(text(t(word)) for word in head),
        rows=tuple(tuple(map(text, row)) for row in rows),
        caption=t(N_("What the figures say: the last full months, 12 at most")),
    )


def _charts(
    hand: AtHand,
    found: Sequence[Change],
    rows: Sequence[Mapping[str, Any]],
    us: str,
    t: Translator,
) -> list[tuple[Figure, Table]]:
    pairs = hand.pairs()
    chosen = [(row, pair) for row in rows for pair in matching(row, pairs)][:DRAWN]
    if not chosen:
        chosen = [({}, pair) for pair in _default(pairs)]
    made: list[tuple[Figure, Table]] = []
    for place, (row, pair) in enumerate(chosen):
        part, source = pairs[pair], hand.sources.get(pair[1], "")
        chart = trend(
            part.tail(SHOWN),
            t,
            target=row.get("target"),
            check=check_row(row, part),
            source=source,
        )
        made.append((as_figure(chart), year_table(part.tail(SHOWN), t)))
        if place == 0 and _two_years(part):
            chart = years(part, t, source=source)
            made.append((as_figure(chart), data_table(chart, t)))
    return [*made, *_peers(hand, found, us, t)]


def _default(pairs: Mapping[Pair, pd.DataFrame]) -> list[Pair]:
    first = [pair for kpi in FIRST for pair in pairs if pair[0] == kpi]
    return (first or list(pairs))[:1]


def _two_years(part: pd.DataFrame) -> bool:
    """Tell whether a month of the last year has a value a year earlier too."""
    values = part.set_index("period")["value"].dropna()
    last = part["period"].iloc[-1]
    return any(p > last - 12 and p - 12 in values.index for p in values.index)


def _peers(
    hand: AtHand, found: Sequence[Change], us: str, t: Translator
) -> list[tuple[Figure, Table]]:
    """Draw the first KPI of which enough peers of our size have a value."""
    if hand.sample or hand.peers.empty or not hand.size:
        return []
    if hand.size not in set(hand.peers["size"]):
        return []
    for change in found:
        pair = kpi, channel = change.now.kpi, change.now.channel
        for year in sorted(set(hand.peers["year"].dropna()), reverse=True):
            # Peers give a calendar year, so ours has to be the same one.
            own = (
                in_year(hand.pairs()[pair], int(year)) if pair in hand.pairs() else None
            )
            if own is None:
                continue
            place = position(
                hand.peers,
                kpi,
                own,
                channel=channel,
                size=hand.size,
                year=int(year),
                us=us,
            )
            if place.median is not None:
                chart = strip(place, t)
                return [(as_figure(chart, noted=True), data_table(chart, t))]
    return []


def as_figure(chart: Chart, *, noted: bool = False) -> Figure:
    """
    Return a chart as it stands on a page.

    Args:
        chart: The chart.
        noted: Whether its caption is drawn into it; it is then only said, not shown
            once more.
    """
    if noted:
        alt = f"{chart.alt} {chart.caption}"
        return Figure(svg=chart.svg, png=chart.png, alt=alt)
    return Figure(svg=chart.svg, png=chart.png, alt=chart.alt, caption=chart.caption)
