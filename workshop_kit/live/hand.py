"""The figures at hand: own exports or the sample, read and kept with the workshop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from workshop_kit.errors import N_
from workshop_kit.export.document import Block, Callout, Paragraph, text
from workshop_kit.live import own
from workshop_kit.metrics.baseline import changes, full_months, table
from workshop_kit.metrics.catalogue import CATALOGUE, entry
from workshop_kit.metrics.readers.join import join
from workshop_kit.metrics.wording import period_words
from workshop_kit.policy.indicators import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from workshop_kit.i18n import Translator
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.metrics.baseline import Baseline, Change
    from workshop_kit.store.records import Measurement

    Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHand:
    """
    The figures at hand.

    Attributes:
        files: What was read; the sample if nothing else was.
        unread: Files in the folder that could not be read.
        sample: Whether they are not our own.
        months: KPIs per full month.
        peers: Peers of all files.
        size: Our own size among them, as answered; "" if it was not.
        sources: Names of the files by channel.
    """

    files: tuple[own.File, ...]
    unread: tuple[own.File, ...]
    sample: bool
    months: pd.DataFrame
    peers: pd.DataFrame
    size: str
    sources: Mapping[str, str]

    def pairs(self) -> dict[Pair, pd.DataFrame]:
        """Return the months of each KPI and channel that has a value."""
        return {
            (str(kpi), str(channel)): part.reset_index(drop=True)
            for (kpi, channel), part in self.months.groupby(["kpi", "channel"])
            if part["value"].notna().any()
        }


def at_hand(workshop: Workshop, path: Path | None = None) -> AtHand:
    """
    Read the exports in the folder, or the sample archive if there are none.

    Args:
        workshop: Knows what was said of each file.
        path: Only this file.

    Raises:
        MetricsError: If *path*, or the sample, cannot be read.
    """
    found = (own.file(path, {}),) if path else own.files(workshop)
    used = tuple(one for one in found if one.used)
    sample = not any(
        one.export and (one.export.count or len(one.export.days)) for one in used
    )
    if sample and path is None:
        used = (*used, own.file(own.sample(own.ARCHIVE), {}))
    for one in used or found:
        if one.problem is not None:
            raise one.problem
    exports = [one.export for one in used if one.export is not None]
    joined = exports[0] if len(exports) == 1 else join(exports)
    sizes = [str(one.said["size"]) for one in used if one.said.get("size")]
    return AtHand(
        files=used,
        unread=tuple(one for one in found if one.problem is not None),
        sample=any(own.source_name(one.path).startswith(SAMPLE) for one in used),
        months=full_months(table(joined.totals, days=joined.days)),
        peers=joined.peers,
        size=sizes[0] if sizes else "",
        sources=_sources(used),
    )


def _sources(files: Sequence[own.File]) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    for one in files:
        for channel in () if one.export is None else one.export.platforms:
            names.setdefault(channel, []).append(own.source_name(one.path))
    return {channel: ", ".join(found) for channel, found in names.items()}


def compared(hand: AtHand) -> list[Change]:
    """Return the baseline of each KPI and channel beside that of the year before."""
    found = [
        change
        for channel, part in hand.months.groupby("channel")
        for change in changes(part, source=hand.sources.get(str(channel), ""))
    ]
    order = list(CATALOGUE)
    return sorted(found, key=lambda change: order.index(change.now.kpi))


def keep(workshop: Workshop, hand: AtHand, found: Sequence[Change]) -> None:
    """
    Keep baselines and months, once, and which sources count from now on.

    Nothing is taken out of the log. Where the files at hand lack what earlier ones
    had, all they hold is recorded anew and only what comes after counts.
    """
    store = workshop.store
    rows = [_of_baseline(change.now) for change in found]
    rows += _of_months(hand)
    keys = {tuple(row[name] for name in _KEY) for row in rows}
    sources = sorted({row["source"] for row in rows})
    with store.together():
        measured = store.measurements()
        _, after = workshop.used_figures()
        counting = {
            _key(m): m for m in measured if m.seq > after and m.source in sources
        }
        if counting.keys() - keys:
            after, counting = max(m.seq for m in measured), {}
        for row in rows:
            before = counting.get(tuple(row[name] for name in _KEY))
            if before is None or any(getattr(before, k) != v for k, v in row.items()):
                store.record_measurement(**row)
        workshop.use_figures(sources, after=after)


_KEY = ("kpi", "kpi_version", "channel", "period")


def _key(measured: Measurement) -> tuple[Any, ...]:
    return tuple(getattr(measured, name) for name in _KEY)


def dropped_note(workshop: Workshop, t: Translator) -> list[Block]:
    """Say which months an earlier export had that the newest does not."""
    sources, after = workshop.used_figures()
    now = {one.period for one in workshop.measurements()}
    gone = sorted(
        {
            one.period
            for one in workshop.store.measurements()
            if one.seq <= after
            and one.source in (sources or ())
            and "/" not in one.period
        }
        - now
    )
    if not gone:
        return []
    said = t.plural(
        N_(
            "{n} month of an earlier export is not in the newest one and does not"
            " count any more: {months}."
        ),
        N_(
            "{n} months of an earlier export are not in the newest one and do not"
            " count any more: {months}."
        ),
        len(gone),
        months=_span(gone, t),
    )
    more = t(N_("If they should count, put the earlier file back by another name."))
    words = Paragraph(runs=text(f"{said} {more}"))
    title = text(t(N_("The newest file counts")))
    return [Callout(kind="note", title=title, blocks=(words,))]


def _span(months: Sequence[str], t: Translator) -> str:
    """Name months, or the first and last of many."""
    named = [period_words(month, t) for month in months]
    if len(named) <= _NAMED:
        return ", ".join(named)
    return t(N_("{first} to {last}"), first=named[0], last=named[-1])


_NAMED = 3


def _of_baseline(now: Baseline) -> dict[str, Any]:
    return {
        "kpi": now.kpi,
        "kpi_version": now.version,
        "channel": now.channel,
        "period": now.period,
        "value": now.value,
        "unit": now.unit,
        "n": now.n,
        "source": now.source,
    }


def _of_months(hand: AtHand) -> list[dict[str, Any]]:
    columns = ("kpi", "version", "channel", "period", "value", "n")
    lines = zip(*(hand.months[name].tolist() for name in columns), strict=True)
    return [
        {
            "kpi": kpi,
            "kpi_version": version,
            "channel": channel,
            "period": str(period),
            "value": None if pd.isna(value) else value,
            "unit": entry(kpi).unit["en"],
            "n": 0 if pd.isna(n) else n,
            "source": hand.sources.get(channel, ""),
        }
        for kpi, version, channel, period, value, n in lines
    ]


def sample_note(hand: AtHand, t: Translator) -> list[Block]:
    """Say that figures are not our own, where they are not."""
    if not hand.sample:
        return []
    said = t(
        N_(
            "This is the open archive of {name}, as a sample: not our own figures. Put"
            " your own exports into data/own and open this notebook again."
        ),
        name=SAMPLE,
    )
    title = text(t(N_("Sample figures")))
    return [Callout(kind="hint", title=title, blocks=(Paragraph(runs=text(said)),))]
