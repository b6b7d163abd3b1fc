"""A recognised table of days, or of a period, to the tidy frame of days."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers import dates, schema
from workshop_kit.metrics.readers.values import Column

if TYPE_CHECKING:
    from workshop_kit.metrics.readers.reading import Reading
    from workshop_kit.metrics.readers.sheet import Sheet

OTHER = ("(other)", "(not set)")
"""Segments into which Google Analytics puts what it does not show apart."""

_SPAN = r"[0-9]{4}-[0-9]{2}-[0-9]{2},[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MONTH = r"[0-9]{4}-[0-9]{2}"
_START = re.compile(r"#?\s*start date:\s*([0-9]{8})", re.IGNORECASE)
_END = re.compile(r"#?\s*end date:\s*([0-9]{8})", re.IGNORECASE)


def read(reading: Reading) -> None:
    """
    Add the days of a table to what was found.

    Raises:
        MetricsError: A cell that cannot be read, a day that stands twice with other
            figures, or neither days nor a period in the file.
    """
    layout, answers = reading.layout, reading.answers
    day, until, zone_known = _days(reading)
    segment = reading.text("segment")
    platform = layout.platform or answers.platform
    told = reading.text("platform")
    if platform is None and told is None:
        reading.found.ask("platform")
    common = pd.DataFrame(
        {
            "platform": platform if told is None else told.str.casefold(),
            "account": _account(reading),
            "day": day,
            "until": until,
            "segment": segment,
            "zone_known": zone_known,
            "export_date": reading.exported(),
            "source_file": reading.sheet.file,
            "row": reading.cells.index,
        },
        index=reading.cells.index,
    )
    parts = [
        common.assign(
            metric=metric,
            value=value,
            metric_definition=reading.found.definitions[metric],
            promoted=schema.part_of(metric),
        )
        for metric, value in reading.figures().items()
    ]
    frame = schema.conform(pd.concat(parts, ignore_index=True), schema.DAYS)
    frame = _once(frame, reading)
    if layout.fills:
        frame = _filled(frame, reading)
    if segment is not None and segment.str.casefold().isin(OTHER).any():
        reading.note(
            "other",
            N_("Part of the figures is under “(other)” or “(not set)”."),
        )
    reading.found.days.append(frame)


def _account(reading: Reading) -> pd.Series[str] | str | None:
    told = reading.text("account")
    return reading.answers.account if told is None else told


def _days(
    reading: Reading,
) -> tuple[pd.Series[pd.Timestamp], pd.Series[pd.Timestamp], bool]:
    cells = reading.text("day")
    if cells is None:
        begin, end = _period(reading.sheet)
        index = reading.cells.index
        return pd.Series(begin, index=index), pd.Series(end, index=index), False
    layout, column = reading.layout, reading.column("day")
    known = cells.dropna()
    ends = None
    if len(known) and known.str.fullmatch(_SPAN).all():
        ends = Column(cells.str[11:], column.header, column.where)
        cells = cells.str[:10]
    whole_month = len(known) > 0 and bool(known.str.fullmatch(_MONTH).all())
    if whole_month:
        cells = cells + "-01"
    when = dates.read(
        Column(cells, column.header, column.where),
        reading.answers,
        order=layout.order,
        zone=layout.zone,
    )
    # A day is a day: its boundary may be that of another zone, which is not asked.
    reading.found.notices += when.notices
    for question in when.questions:
        if question.ask != "zone":
            reading.found.ask(question.ask, question.example)
    first: pd.Series[pd.Timestamp] = when.times.dt.tz_localize(None).dt.normalize()
    last = first
    if ends is not None:
        read = dates.read(ends, reading.answers, order=layout.order).times
        last = read.dt.tz_localize(None).dt.normalize()
    if whole_month:
        last = first + pd.offsets.MonthEnd(0)
    if last.lt(first).any():
        raise column.unreadable(last.lt(first))
    return first, last, when.zone_known


def _period(sheet: Sheet) -> tuple[pd.Timestamp, pd.Timestamp]:
    lines = [next((cell for cell in row if cell), "") for row in sheet.head]
    found = []
    for form in (_START, _END):
        said = next((m.group(1) for line in lines if (m := form.match(line))), "")
        found.append(pd.to_datetime(said, format="%Y%m%d", errors="coerce"))
    first, last = found
    if pd.isna(first) or pd.isna(last) or last < first:
        raise MetricsError(
            N_("The file does not say for which days these figures are."),
            where=sheet.file,
            fix=N_("Export the report with the lines above the table, or per day."),
        )
    return first, last


def _once(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    key = ["platform", "account", "day", "until", "segment", "metric"]
    dated = frame["day"].notna()
    once = frame[~(dated & frame.duplicated([*key, "value"]))]
    again = once["day"].notna() & once.duplicated(key)
    if again.any():
        first = once[again].iloc[0]
        raise MetricsError(
            N_("Row {row}: {day} stands in the file twice, with other figures."),
            where=reading.sheet.file,
            fix=N_("Export the file again; two exports may have been joined."),
            row=first["row"],
            day=f"{first['day']:%Y-%m-%d}",
        )
    rows = frame["row"].nunique() - once["row"].nunique()
    if rows:
        reading.note(
            "duplicates",
            N_("Rows that stand in the file twice, one kept: {n}."),
            n=rows,
        )
    return once


def _filled(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Add the days a platform leaves out because nothing happened on them."""
    known = frame.dropna(subset=["day"])
    if known.empty:
        return frame
    span = pd.date_range(known["day"].min(), known["day"].max(), freq="D")
    if len(span) > 20_000:
        raise reading.column("day").unreadable(frame["day"].eq(span[-1]))
    absent = span.difference(pd.DatetimeIndex(known["day"]))
    if not len(absent):
        return frame
    reading.note(
        "zero_days",
        N_("Days the platform left out, as nothing happened; they are 0: {n}."),
        n=len(absent),
    )
    common = known.iloc[0].to_dict() | {"value": 0.0, "row": None}
    added = pd.DataFrame([common | {"day": day, "until": day} for day in absent])
    both = pd.concat([frame, schema.conform(added, schema.DAYS)], ignore_index=True)
    return both.sort_values("day", kind="stable")
