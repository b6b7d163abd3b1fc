"""The indicators a policy follows, each beside what was measured of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.catalogue import CATALOGUE
from workshop_kit.metrics.wording import WEB, channel_name, with_unit
from workshop_kit.policy.calendar import INDICATORS, figure_name
from workshop_kit.policy.model import Grid, Judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from workshop_kit.i18n import Translator
    from workshop_kit.metrics.definition import Kpi
    from workshop_kit.metrics.kept import Kept
    from workshop_kit.metrics.target import TargetCheck
    from workshop_kit.store.records import Decision, Measurement

ALIKE = {"twitter": "x"}
"""A network that changed its name: figures keep the old name, the kit has the new."""

SAMPLE = "SFO Museum"
"""Whose open archive stands in as long as there are no own figures: sources that begin
with it are not ours."""

TONE = "sentiment"
"""The KPI that a coded sample measures."""

SHOWN = 60
"""Months in a figure: five years show the season and the trend."""


def baselines(measurements: Iterable[Measurement]) -> tuple[Measurement, ...]:
    """Return the latest baseline of each KPI and channel."""
    found: dict[tuple[str, str], Measurement] = {}
    for one in measurements:
        key = (one.kpi, one.channel)
        if not _is_month(one) and (key not in found or _end(one) > _end(found[key])):
            found[key] = one
    return tuple(found.values())


def months(
    measurements: Iterable[Measurement],
) -> dict[tuple[str, str], pd.DataFrame]:
    """
    Return the full months that were measured, by KPI and channel.

    Returns:
        Tables of :data:`workshop_kit.metrics.kpi.COLUMNS`; ``total`` and ``below``
        are NA, as only values are kept with a workshop.
    """
    parts: dict[tuple[str, str], list[Measurement]] = {}
    for one in measurements:
        if _is_month(one) and one.kpi in CATALOGUE:
            parts.setdefault((one.kpi, one.channel), []).append(one)
    if not parts:
        return {}
    import pandas as pd  # noqa: PLC0415 - most policies have no figures

    from workshop_kit.metrics.kpi import COLUMNS  # noqa: PLC0415

    return {
        key: pd.DataFrame(
            {
                "kpi": key[0],
                "version": [one.kpi_version for one in part],
                "channel": key[1],
                "period": pd.PeriodIndex([one.period for one in part], freq="M"),
                "value": pd.array([one.value for one in part], dtype="Float64"),
                "n": [one.n for one in part],
                "total": pd.NA,
                "below": pd.NA,
            }
        )
        .astype(COLUMNS)
        .sort_values("period", ignore_index=True)
        for key, part in parts.items()
    }


def matching(
    row: Mapping[str, Any], known: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """
    Return the measured KPIs and channels that an indicator is about.

    Visits to the website are measured there, whatever channel they come from; an
    indicator without a channel is about all of them.

    Args:
        row: Row of the indicators.
        known: KPIs with a channel that were measured.
    """
    asked = set(row.get("channel") or ())
    return tuple(
        (kpi, channel)
        for kpi, channel in known
        if kpi == row.get("kpi")
        and (not asked or channel == WEB or {channel, ALIKE.get(channel)} & asked)
    )


def check_row(row: Mapping[str, Any], table: pd.DataFrame) -> TargetCheck | None:
    """
    Hold the target of an indicator against the months that were measured.

    Returns:
        None if there is no target with a date, or the figures reach past it.
    """
    from workshop_kit.metrics.target import check  # noqa: PLC0415 - see above

    if row.get("target") is None or not row.get("by"):
        return None
    day = dt.date.fromisoformat(row["by"])
    try:
        return check(table, float(row["target"]), period=day, whole=True)
    except MetricsError:
        return None


def filled(
    made: Decision, measurements: Iterable[Measurement], comments: Kept | None = None
) -> Decision:
    """
    Fill in a baseline, and where it is from, that was measured and not decided.

    Only where an indicator is about one channel: of two figures neither is it. A
    figure of the sample archive, or of made-up comments, is never ours.

    Args:
        made: The decision on the indicators.
        measurements: Baselines and months.
        comments: A coded sample, which measures the balance of the tone.
    """
    found = {
        (one.kpi, one.channel): one
        for one in baselines(measurements)
        if not one.source.startswith(SAMPLE)
    }
    rows = []
    for row in made.value or ():
        pairs = matching(row, found)
        value, source = None, ""
        if len(pairs) == 1:
            value, source = found[pairs[0]].value, found[pairs[0]].source
        elif row.get("kpi") == TONE and comments and not comments.fictional:
            value = comments.sample.balance
            source = f"{comments.source}, n = {comments.sample.n}"
        if value is not None and row.get("baseline") is None:
            measured = {"baseline": round(value, 2)}
            row = {**row, **measured, "source": row.get("source") or source}  # noqa: PLW2901
        rows.append(row)
    return replace(made, value=rows)


def labelled(made: Decision, given: Decision, t: Translator) -> Decision:
    """
    Say of each figure that nobody measured here that it was filled in by hand.

    Args:
        made: The decision as it is printed, baselines filled in.
        given: The decision as it was recorded.
        t: Language of the words.
    """
    rows = []
    for row, said in zip(made.value or (), given.value or (), strict=True):
        measured = said.get("baseline") is None and row.get("baseline") is not None
        if not measured and (row.get("baseline") is not None or counted_by_hand(row)):
            source = row.get("source") or ""
            by_hand = t(N_("filled in by hand"))
            shown = f"{source} ({by_hand})" if source else by_hand
            row = {**row, "source": shown}  # noqa: PLW2901
        rows.append(row)
    return replace(made, value=rows)


def counted_by_hand(row: Mapping[str, Any]) -> bool:
    """Tell whether no export feeds an indicator, so that people have to count it."""
    kpi = CATALOGUE.get(str(row.get("kpi")))
    return kpi is None or kpi.feed in {"entered", "sample"}


def by_hand(
    rows: Sequence[Mapping[str, Any]],
    t: Translator,
    names: Mapping[str, str] | None = None,
) -> Grid | None:
    """
    Lay out the indicators that people count, with what was filled in of them.

    Args:
        rows: Indicators, as :func:`labelled` returns them.
        t: Language of words and figures.
        names: Of what is not in the catalogue, as the kit has them.

    Returns:
        None if exports feed them all.
    """
    lines = []
    for row in filter(counted_by_hand, rows):
        kpi = CATALOGUE.get(str(row.get("kpi")))
        unit = t.pick(kpi.unit) if kpi else ""
        now = t(N_("not available"))
        if row.get("baseline") is not None:
            now = with_unit(float(row["baseline"]), unit, t)
        lines.append(
            (
                figure_name(row, t, names),
                now,
                target_words(row, t),
                str(row.get("source") or ""),
                str(row.get("owner") or ""),
            )
        )
    head = (
        t(N_("Indicator")),
        t(N_("Baseline")),
        t(N_("Target")),
        t(N_("Source")),
        t(N_("Who counts")),
    )
    return Grid(head=head, rows=tuple(lines)) if lines else None


def judged(
    values: Mapping[str, Any], measurements: Sequence[Measurement], t: Translator
) -> tuple[Judged, ...]:
    """
    Put each chosen indicator beside what was measured of it.

    Args:
        values: Question id → decided value.
        measurements: Baselines and months.
        t: Language of words and figures.

    Returns:
        One for each indicator and channel with months; empty if nothing was measured.
    """
    tables = months(measurements)
    sources = {(m.kpi, m.channel): m.source for m in measurements}
    return tuple(
        _judged(row, tables[pair], sources[pair], t)
        for row in values.get(INDICATORS) or ()
        for pair in matching(row, tables)
        if tables[pair]["value"].notna().any()
    )


def _judged(
    row: Mapping[str, Any], table: pd.DataFrame, source: str, t: Translator
) -> Judged:
    from workshop_kit.metrics.chart import trend  # noqa: PLC0415 - matplotlib
    from workshop_kit.policy.values import by_year  # noqa: PLC0415 - pandas

    kpi, channel = CATALOGUE[row["kpi"]], str(table["channel"].iloc[0])
    checked = check_row(row, table)
    chart = trend(
        table.tail(SHOWN),
        t,
        target=row.get("target"),
        check=checked,
        source=source,
    )
    return Judged(
        name=f"{t.pick(kpi.name)} ({channel_name(channel, t)})",
        target=target_words(row, t),
        verdict=verdict_words(row, checked, t),
        evidence=() if checked is None else checked.evidence(t),
        svg=chart.svg,
        alt=chart.alt,
        caption=chart.caption,
        values=by_year(table.tail(SHOWN), t),
    )


def target_words(row: Mapping[str, Any], t: Translator) -> str:
    """Write the target of an indicator with its day; "" if there is none."""
    if row.get("target") is None:
        return ""
    kpi = CATALOGUE.get(str(row.get("kpi")))
    value = with_unit(float(row["target"]), t.pick(kpi.unit) if kpi else "", t)
    if not row.get("by"):
        return value
    day = t.date(dt.date.fromisoformat(row["by"]))
    return t(N_("{target} by {day}"), target=value, day=day)


def verdict_words(
    row: Mapping[str, Any], checked: TargetCheck | None, t: Translator
) -> str:
    """Say where the target of an indicator lies, or why that cannot be said."""
    if checked is not None:
        return checked.verdict_words(t)
    if row.get("target") is None or not row.get("by"):
        return t(N_("There is no target with a date yet, so nothing to judge."))
    return t(N_("The figures reach past the day of this target."))


def rests_on(kpi: Kpi, n: int, t: Translator) -> str:
    """Say on how many posts or days a figure rests."""
    if kpi.feed == "days":
        return t.plural(N_("{n} day"), N_("{n} days"), n)
    return t(N_("{n} posts"), n=t.number(n))


def _end(one: Measurement) -> str:
    return one.period.rpartition("/")[2]


def _is_month(one: Measurement) -> bool:
    """Tell a month from the window of a baseline."""
    return len(one.period) == len("2024-10")
