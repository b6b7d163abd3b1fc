"""What was promised in figures, and what the figures became."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.metrics.catalogue import CATALOGUE
from workshop_kit.policy.indicators import SAMPLE, matching

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workshop_kit.i18n import Translator
    from workshop_kit.policy.exchange import Exchange
    from workshop_kit.store.records import Decision, Measurement

KPI, CHANNEL, BASELINE, TARGET, BY = "kpi", "channel", "baseline", "target", "by"
"""Columns by which a list of rows is known to be one of targets, in any kit."""

_LARGEST = 1e15
"""Above this a float no longer knows every whole number, and nobody counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    One row of a list of targets.

    Attributes:
        key: Question, KPI and channels: the same target in another version.
        kpi: Id of the KPI, or its name if the room chose one of its own.
        name: The KPI in words.
        channels: Keys of the channels; empty for all.
        where: The channels in words; empty for all.
        baseline, target: In the unit of the KPI; None if left open.
        by: Day until which, or None.
    """

    key: tuple[str, str, tuple[str, ...]]
    kpi: str
    name: str
    channels: tuple[str, ...]
    where: str
    baseline: float | None
    target: float | None
    by: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    A target beside what was measured for it.

    Attributes:
        measured: The figure that is held against it; None if there is none yet.
        reached: Whether it was reached; None if that cannot be said.
    """

    target: Target
    measured: Measurement | None
    reached: bool | None


def targets(exchange: Exchange, lang: str) -> tuple[Target, ...]:
    """
    Return the targets of a version, in the order in which they were decided.

    A decision on a list of rows with the columns ``kpi`` and ``target`` is one of
    targets.
    """
    return tuple(
        _target(made.question, row, cells)
        for made in exchange.decisions
        for row, cells in _rows(exchange, made, lang)
    )


def _rows(
    exchange: Exchange, made: Decision, lang: str
) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Give each row as decided and, by column, in words."""
    asked = exchange.questions.get(made.question)
    if asked is None or not {KPI, TARGET} <= set(asked.columns):
        return
    policy = exchange.policies.get(lang)
    grids = [
        provision.grid.rows
        for chapter in (policy.chapters if policy else ())
        for provision in chapter.provisions
        if provision.question == made.question and provision.grid is not None
    ]
    said = grids[0] if grids else ()
    for place, row in enumerate(made.value if isinstance(made.value, list) else ()):
        if isinstance(row, dict):
            cells = said[place] if place < len(said) else ()
            yield row, dict(zip(asked.columns, cells, strict=False))


def _target(question: str, row: dict[str, Any], cells: dict[str, str]) -> Target:
    kpi = row.get(KPI)
    name = next(iter(kpi.values()), "") if isinstance(kpi, dict) else kpi
    given = row.get(CHANNEL)
    channels = tuple(str(one) for one in given) if isinstance(given, list) else ()
    return Target(
        key=(question, str(name or ""), channels),
        kpi=str(name or ""),
        name=cells.get(KPI) or str(name or ""),
        channels=channels,
        where=cells.get(CHANNEL, ""),
        baseline=_number(row.get(BASELINE)),
        target=_number(row.get(TARGET)),
        by=_day(row.get(BY)),
    )


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < _LARGEST else None


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def outcomes(
    wanted: Iterable[Target], measurements: Iterable[Measurement]
) -> tuple[Outcome, ...]:
    """
    Hold targets against the figures.

    For each channel that was measured the figure of the latest period counts. A
    target for all channels, or for several, has one outcome for each of them. A
    figure of the sample archive is never ours.

    Args:
        wanted: The targets.
        measurements: The figures, from the store; a later record of the same
            period counts.
    """
    latest: dict[tuple[str, str], Measurement] = {}
    own = [one for one in measurements if not one.source.startswith(SAMPLE)]
    for one in sorted(own, key=lambda m: (_end(m.period), m.seq)):
        latest[one.kpi, one.channel.casefold()] = one
    return tuple(
        Outcome(target=target, measured=found, reached=_reached(target, found))
        for target in wanted
        for found in _found(target, latest)
    )


def _end(period: str) -> str:
    """Return where a period ends: ``2025-01/2025-12`` and ``2025-12`` end alike."""
    return period.rpartition("/")[2]


def _found(
    target: Target, latest: dict[tuple[str, str], Measurement]
) -> list[Measurement | None]:
    channels = [channel.casefold() for channel in target.channels]
    pairs = matching({KPI: target.kpi, CHANNEL: channels}, sorted(latest))
    return [latest[pair] for pair in pairs] or [None]


def _reached(target: Target, found: Measurement | None) -> bool | None:
    if found is None or found.value is None or target.target is None:
        return None
    if target.baseline is None or target.baseline == target.target:
        # Without a start it is not known which way was up.
        return True if found.value == target.target else None
    if target.target > target.baseline:
        return found.value >= target.target
    return found.value <= target.target


def figure(value: float | None, kpi: str, t: Translator) -> str:
    """Write a figure with the unit of its KPI; an empty text if there is none."""
    if value is None:
        return ""
    known, number = CATALOGUE.get(kpi), t.number(round(value, 2))
    return f"{number} {t.pick(known.unit)}".strip() if known else number


VERDICT = {
    True: N_("reached"),
    False: N_("not reached"),
    None: N_("cannot be said"),
}
"""What became of a target."""
