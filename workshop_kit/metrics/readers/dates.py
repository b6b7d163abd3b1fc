"""Days and times as platforms write them; what a file leaves open is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers.result import Notice, Question
from workshop_kit.metrics.readers.values import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.metrics.readers.result import Answers, Order

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari",
            "feb february februari",
            "mar march mrt maart",
            "apr april",
            "may mei",
            "jun june juni",
            "jul july juli",
            "aug august augustus",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
"""Months in English and Dutch, whole and short."""

FIRST, LAST = 1990, 2100
"""Years a figure of a platform can be of; others are a fault of the file."""

ORDERS: Mapping[Order, str] = {"mdy": "MM/DD/YYYY", "dmy": "DD/MM/YYYY"}
"""How an order of day and month is shown."""

TURNS = 15
"""Turns of the year in a file; more of them mean that it is not in order."""

_CLOCK = r"(?:,?[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
_CLOCK += r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
EXACT = {
    "2026-01-31T12:00:00Z": "%Y-%m-%dT%H:%M:%SZ",
    "2026-01-31T12:00:00": "%Y-%m-%dT%H:%M:%S",
    "2026-01-31 12:00:00": "%Y-%m-%d %H:%M:%S",
    "2026-01-31 12:00": "%Y-%m-%d %H:%M",
}
"""Ways to write times that need no rule; only the first says that it is UTC."""

_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
    r" ?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_FORMS = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})" + _CLOCK,
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})" + _CLOCK,
        r"(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<year>\d{4})" + _CLOCK,
        r"(?:[a-z]{2,9}\.?,? )?(?P<name>[a-z]+)\.? (?P<day>\d{1,2}),? (?P<year>\d{4})"
        + _CLOCK,
        r"(?:[a-z]{2,9}\.?,? )?(?P<day>\d{1,2}) (?P<name>[a-z]+)\.?,? (?P<year>\d{4})"
        + _CLOCK,
        r"(?P<name>[a-z]+)\.? (?P<day>\d{1,2})",
        r"(?P<day>\d{1,2}) (?P<name>[a-z]+)\.?",
        r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日",
    )
)


@dataclass(slots=True, kw_only=True)
class Dates:
    """
    Days or times of a column.

    Attributes:
        times: In UTC where *zone_known*, otherwise as written; NaT is missing or
            waits for an answer.
        zone_known: Whether the zone is that of the file or was answered.
        clock: Whether a time of day is written.
        notices: What was decided by rule.
        questions: What has to be answered.
    """

    times: pd.Series[pd.Timestamp]
    zone_known: bool = False
    clock: bool = False
    notices: list[Notice] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def read(
    column: Column,
    answers: Answers,
    *,
    order: Order | None = None,
    zone: str | None = None,
) -> Dates:
    """
    Read a column of days or times, all written in one way.

    Args:
        column: Text; NA for an empty cell.
        answers: What the owner said.
        order: Order of day and month the platform is known to write, if it is.
        zone: Zone the platform is known to write, if it is.

    Returns:
        The times. With ``03/04/2026`` throughout and no known order, or without a
        year, all are NaT and a question is asked.

    Raises:
        MetricsError: A cell cannot be read as the others are, month and day stand
            in both orders, or an answered zone does not exist.
    """
    quick = _exact(column)
    if quick is not None:
        return _zoned(quick, answers.zone or zone, column)
    text = column.cells.astype("string").str.strip()
    text = text.mask(text.eq(""))
    known = text.dropna()
    if known.empty:
        return Dates(times=_nothing(text))
    first = str(known.iloc[0])
    column = Column(text, column.header, column.where)
    if _ISO.fullmatch(first):
        found = _iso(column, first)
    else:
        found = _written(column, first, answers, order)
    years = found.times.dt.year
    odd = found.times.notna() & ~years.between(FIRST, LAST)
    if odd.any():
        raise column.unreadable(odd)
    return _zoned(found, answers.zone or zone, column)


def exact_form(example: str) -> str | None:
    """Return the format of a time that is written in one of :data:`EXACT`."""
    shape = re.sub(r"[0-9]", "0", example)
    forms = {re.sub(r"[0-9]", "0", like): form for like, form in EXACT.items()}
    return forms.get(shape)


def _exact(column: Column) -> Dates | None:
    """Read times that are all written in the same plain way, which is quicker."""
    known = column.cells.notna().to_numpy(dtype=bool)
    example = str(column.cells.iloc[int(known.argmax())]) if known.any() else ""
    form = exact_form(example)
    if form is None:
        return None
    times = pd.to_datetime(column.cells, format=form, utc=True, errors="coerce")
    plain = times.isna().eq(column.cells.isna()) & (
        times.isna() | times.dt.year.between(FIRST, LAST)
    )
    if not bool(plain.all()):
        return None
    return Dates(
        times=times.astype("datetime64[us, UTC]"),
        zone_known=form.endswith("Z"),
        clock=True,
    )


def _zoned(found: Dates, zone: str | None, column: Column) -> Dates:
    if found.clock and not found.zone_known:
        _set_zone(found, zone, str(column.cells.dropna().iloc[0]))
    elif zone:
        found.zone_known = True
    return found


def _nothing(cells: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us, UTC]")


def _iso(column: Column, first: str) -> Dates:
    text = column.cells
    zoned = bool(re.search(r"(Z|UTC|[+-]\d{2}:?\d{2})$", first[10:]))
    # One length and one ending for all: a bare year would else pass for 1 January.
    same = text.str[10:].str.contains(r"(?:Z|UTC|[+-]\d{2}:?\d{2})$", regex=True)
    wrong = text.notna() & (text.str.len().lt(10) | same.ne(zoned)).fillna(value=False)
    if not wrong.any():
        plain = text.str.replace(" UTC", "Z", regex=False) if "UTC" in first else text
        values = pd.to_datetime(plain, format="ISO8601", utc=True, errors="coerce")
        wrong = values.isna() & column.cells.notna()
    if wrong.any():
        raise column.unreadable(wrong)
    return Dates(
        times=values.astype("datetime64[us, UTC]"),
        zone_known=zoned,
        clock=len(first) > 10 and bool(text.str[10:].str.contains("[1-9]").any()),
    )


def _written(
    column: Column, first: str, answers: Answers, order: Order | None
) -> Dates:
    text = column.cells
    form = next((form for form in _FORMS if form.fullmatch(first)), None)
    if form is None:
        wrong = text.eq(first).fillna(value=False)
        raise column.unreadable(wrong)
    pieces = text.str.extract(f"^(?:{form.pattern})$", flags=form.flags)
    wrong = text.notna() & pieces["day" if "day" in pieces else "a"].isna()
    if wrong.any():
        raise column.unreadable(wrong)
    found = Dates(times=_nothing(text))
    if "a" in pieces:
        proved = _proved(pieces, column.where, answers.date_order)
        chosen = proved or order
        found.notices += _order_notices(first, column.where, proved, order)
        if chosen is None:
            found.questions.append(Question(ask="date_order", example=first))
            return found
        names = ("month", "day") if chosen == "mdy" else ("day", "month")
        pieces = pieces.rename(columns=dict(zip("ab", names, strict=True)))
    if "name" in pieces:
        pieces["month"] = pieces["name"].str.casefold().map(MONTHS)
    if "year" not in pieces:
        if answers.year is None:
            found.questions.append(Question(ask="year", example=first))
            _assemble(pieces.assign(year="2000"), column)
            return found
        pieces["year"] = _years(pieces, answers.year, column)
    found.times = _assemble(pieces, column)
    found.clock = "hour" in pieces and bool(pieces["hour"].notna().any())
    return found


def _proved(pieces: pd.DataFrame, where: str, answered: Order | None) -> Order | None:
    """Find whether the month or the day comes first; a day above 12 proves it."""
    a, b = (pd.to_numeric(pieces[name]).max() > 12 for name in "ab")
    proved: Order | None = "dmy" if a else "mdy" if b else None
    if (a and b) or (proved and answered and proved != answered):
        raise MetricsError(
            N_("Days and months stand in both orders, so no date is certain."),
            where=where,
            fix=N_("Export the file again and do not save it from a spreadsheet."),
        )
    return proved or answered


def _order_notices(
    first: str, where: str, proved: Order | None, usual: Order | None
) -> list[Notice]:
    if usual is None or proved == usual:
        return []
    what = N_("The dates are not in the platform's own order, {usual}.")
    if proved is None:
        what = N_(
            "No date shows the order of day and month; {example} was read as {usual},"
            " as the platform writes it."
        )
    slots = {"example": first, "usual": ORDERS[usual]}
    return [Notice(code="date_order", what=what, slots=slots, where=where)]


def _years(pieces: pd.DataFrame, latest: int, column: Column) -> pd.Series[float]:
    """Give years by walking back from the latest day, one less at each turn of year."""
    month, day = (
        pd.to_numeric(pieces[name]).astype("Float64").astype("float64")
        for name in ("month", "day")
    )
    days = month * 100 + day
    known = days.dropna()
    steps = known.diff().dropna()
    # A step of more than half a year is a turn of the year, against the direction.
    forward = (steps.gt(0) == steps.abs().lt(600)) & steps.ne(0)
    backward = (steps.lt(0) == steps.abs().lt(600)) & steps.ne(0)
    back = known.iloc[::-1] if forward.sum() >= backward.sum() else known
    turns = back.diff().gt(0).cumsum()
    if len(turns) and turns.max() > TURNS:
        raise MetricsError(
            N_("The days have no year and are not in order, so no year is certain."),
            where=column.where,
            fix=N_("Sort the file by day, or write the days as 2026-01-31."),
        )
    return (latest - turns).astype("float64").reindex(days.index)


def _assemble(pieces: pd.DataFrame, column: Column) -> pd.Series[pd.Timestamp]:
    numbers = {
        name: pd.to_numeric(pieces[name], errors="coerce").astype("Float64")
        for name in ("year", "month", "day", "hour", "minute", "second")
        if name in pieces
    }
    if "half" in pieces:
        half = pieces["half"].str.casefold()
        hour = numbers["hour"]
        wrong = half.notna() & ~hour.between(1, 12)
        hour = hour.mask(
            half.notna(), hour.mod(12) + half.eq("p").astype("Float64") * 12
        )
        numbers["hour"] = hour.mask(wrong.fillna(value=False), 99)
    whole = {
        name: value.fillna(0) if name in {"hour", "minute", "second"} else value
        for name, value in numbers.items()
    }
    values = pd.to_datetime(pd.DataFrame(whole).astype("float64"), errors="coerce")
    wrong = values.isna() & column.cells.notna()
    if wrong.any():
        raise column.unreadable(wrong)
    return values.astype("datetime64[us]").dt.tz_localize("UTC")


def _set_zone(found: Dates, zone: str | None, example: str) -> None:
    if zone is None:
        found.questions.append(Question(ask="zone", example=example))
        return
    try:
        place = ZoneInfo(zone)
    except (OSError, ValueError, KeyError):
        raise MetricsError(
            N_("There is no time zone “{zone}”."),
            fix=N_("Write it as Europe/Amsterdam or UTC."),
            zone=zone[:60],
        ) from None
    # The hour that is there twice in autumn is taken as summer time, the one that
    # spring leaves out as the hour after it.
    clock = found.times.dt.tz_localize(None)
    twice = pd.Series(data=True, index=clock.index).to_numpy(dtype=bool)
    local = clock.dt.tz_localize(place, ambiguous=twice, nonexistent="shift_forward")
    found.times = local.dt.tz_convert("UTC").astype("datetime64[us, UTC]")
    found.zone_known = True
