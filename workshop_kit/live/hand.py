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
from workshop_kit.policy.indicators import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from workshop_kit.i18n import Translator
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.metrics.baseline import Baseline, Change

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
        used = (*used, own.file(own.data_folder() / own.ARCHIVE, {}))
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
    """Keep baselines and months, once, and which sources count from now on."""
    store = workshop.store
    known = {
        (m.kpi, m.kpi_version, m.channel, m.period): m for m in store.measurements()
    }
    rows = [_of_baseline(change.now) for change in found]
    rows += _of_months(hand)
    with store.together():
        for row in rows:
            before = known.get(
                (row["kpi"], row["kpi_version"], row["channel"], row["period"])
            )
            if before is None or any(getattr(before, k) != v for k, v in row.items()):
                store.record_measurement(**row)
        workshop.use_figures(sorted({row["source"] for row in rows}))


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
            " your own exports into data/own and run the cells again."
        ),
        name=SAMPLE,
    )
    title = text(t(N_("Sample figures")))
    return [Callout(kind="hint", title=title, blocks=(Paragraph(runs=text(said)),))]
