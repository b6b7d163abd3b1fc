"""The moments on which the policy asks to measure: as a table and for a diary."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.kit.model import OTHER
from workshop_kit.metrics.catalogue import CATALOGUE
from workshop_kit.metrics.wording import channel_name, with_unit
from workshop_kit.policy.model import Grid, Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from icalendar import Event

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit

INDICATORS, MOMENTS, CAMPAIGNS = "kpi.indicators", "kpi.moments", "kpi.campaigns"
"""Questions of the kit that say what is measured, when, and after which campaigns."""

AFTERWARDS = dt.timedelta(weeks=4)
"""After a campaign it is measured at its end and again by then, when the effect of the
day itself has passed."""

FEW_DAYS = 4
"""Days that are named one by one in a table; the diary has them all."""

TITLES = {
    "baseline": N_("Take the baseline"),
    "weekly": N_("Look at the week"),
    "monthly": N_("Record the figures of the month"),
    "quarterly": N_("Put the figures beside our aims"),
    "after_campaign": N_("Measure after the campaign"),
    "yearly": N_("Evaluate aims and policy"),
    "after_incident": N_("Measure straight after an incident"),
    "target": N_("Day of a target"),
}
"""What is done at each kind of moment."""

_EVERY = {"monthly": 1, "quarterly": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign or exhibition after which is measured; its last day may be open."""

    name: str
    end: dt.date | None


def moments(  # noqa: PLR0913 - what a plan depends on
    values: Mapping[str, Any],
    t: Translator,
    *,
    start: dt.date,
    until: dt.date | None = None,
    review: dt.date | None = None,
    names: Mapping[str, str] | None = None,
) -> tuple[Moment, ...]:
    """
    Plan the moments from the day on which the policy takes effect.

    A weekend moves a moment to the Monday after it, that of the baseline to the
    Friday before it. Holidays are not known here.

    Args:
        values: Question id → decided value; the moments chosen, the indicators
            with a moment of their own, which counts as chosen, and the campaigns.
        t: Language of titles and figures.
        start: First day of the policy.
        until: Last day that is planned; a year after *start* by default.
        review: Decided day of the review, on which is evaluated; a year after
            *start* by default.
        names: Indicators that the catalogue does not have; see :func:`named_here`.

    Returns:
        In order of day; what cannot be planned comes last. A weekly moment stands
        once, on its first day. Each target with a date has its day too.
    """
    rows: Sequence[Mapping[str, Any]] = values.get(INDICATORS) or ()
    chosen = [m for m in values.get(MOMENTS) or () if m in TITLES]
    chosen += [r["moment"] for r in rows if r.get("moment") in TITLES]
    until = until or _plus_months(start, 12)
    planned: list[Moment] = []
    for kind in dict.fromkeys(chosen):
        asked = [row for row in rows if row.get("moment") == kind]
        days = _days(kind, start, review, _campaigns(values))
        for number, (day, name) in enumerate(days, 1):
            if day is None or day <= until or kind == "yearly":
                title = t(TITLES[kind])
                planned.append(
                    Moment(
                        id=_id(kind, name, number),
                        kind=kind,
                        day=day,
                        title=f"{title}: {name}" if name else title,
                        figures=tuple(figure_name(row, t, names) for row in asked),
                        owners=_owners(asked),
                    )
                )
    planned += _targets(rows, t, names)
    planned = _told_apart(planned)
    return tuple(sorted(planned, key=lambda m: (m.day is None, m.day or start)))


def as_grid(planned: Iterable[Moment], t: Translator) -> Grid:
    """Lay the moments out as a table; what comes back stands in one row."""
    rows: dict[tuple[str, ...], list[Moment]] = {}
    for moment in planned:
        key = (moment.kind, moment.title, *moment.figures, "", *moment.owners)
        rows.setdefault(key, []).append(moment)
    return Grid(
        head=(t(N_("When")), t(N_("What")), t(N_("Which figures")), t(N_("By whom"))),
        rows=tuple(
            (
                _when(same, t),
                same[0].title,
                "; ".join(same[0].figures) or t(N_("all indicators")),
                ", ".join(same[0].owners),
            )
            for same in rows.values()
        ),
    )


def _when(same: Sequence[Moment], t: Translator) -> str:
    """Write the days of one kind of moment: each, or how many from when to when."""
    days = [moment.day for moment in same if moment.day is not None]
    if not days:
        return t(N_("as soon as it is over"))
    if same[0].kind == "weekly":
        return t(N_("every week from {day}"), day=t.date(days[0]))
    if len(days) <= FEW_DAYS:
        return "; ".join(map(t.date, days))
    return t(
        N_("{n} times, from {first} to {last}"),
        n=len(days),
        first=t.date(days[0]),
        last=t.date(days[-1]),
    )


def as_ics(
    planned: Iterable[Moment],
    t: Translator,
    *,
    institution: str,
    now: dt.datetime,
    workshop: str = "",
) -> bytes:
    """
    Write the moments as a calendar file (RFC 5545), days without hours.

    Importing a later version moves the same moments instead of doubling them: an
    event is known by the workshop and the id of its moment, whatever its day, its
    words or their language.

    Args:
        planned: Moments; those without a day are left out.
        t: Language of the words around them.
        institution: Names the calendar.
        now: When this was settled, with its zone; of two versions the later one
            holds.
        workshop: Id of the workshop, which tells its moments from those of another;
            default the name of the institution.
    """
    from icalendar import Calendar  # noqa: PLC0415 - only a diary needs it

    calendar = Calendar()
    calendar.add("prodid", "-//workshop-kit//policy//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", t(N_("Measuring moments of {name}"), name=institution))
    for moment in planned:
        if moment.day is not None:
            key = f"{workshop or institution}/{moment.id or moment.title}"
            calendar.add_component(_event(moment, moment.day, t, key, now))
    return bytes(calendar.to_ical())


def _event(
    moment: Moment, day: dt.date, t: Translator, key: str, now: dt.datetime
) -> Event:
    from icalendar import Alarm, Event  # noqa: PLC0415 - see above

    event = Event()
    event.add("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"workshop-kit/{key}")))
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", moment.title)
    lines = list(moment.figures) or [t(N_("all indicators"))]
    if moment.owners:
        lines.append(t(N_("By: {owners}"), owners=", ".join(moment.owners)))
    event.add("description", "\n".join(lines))
    if moment.kind == "weekly":
        event.add("rrule", {"freq": "weekly", "count": 52})
    else:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", moment.title)
        alarm.add("trigger", -dt.timedelta(days=1))
        event.add_component(alarm)
    return event


def _days(
    kind: str, start: dt.date, review: dt.date | None, campaigns: list[Campaign]
) -> Iterator[tuple[dt.date | None, str]]:
    if kind == "baseline":
        yield _working(start - dt.timedelta(days=1), back=True), ""
    elif kind == "weekly":
        yield start + dt.timedelta(days=(7 - start.weekday()) % 7), ""
    elif kind in _EVERY:
        step = _EVERY[kind]
        first = start.replace(day=1)
        # The month or quarter is over on its last day; the figures come after it.
        offset = step - (first.month - 1) % step
        for months in range(offset, 13 + step, step):
            day = _working(_plus_months(first, months))
            if day <= _plus_months(start, 12):
                yield day, ""
    elif kind == "yearly":
        yield review or _working(_plus_months(start, 12)), ""
    elif kind == "after_campaign" and campaigns:
        for campaign in campaigns:
            yield from _after(campaign, start)
    else:
        yield None, ""


def _after(campaign: Campaign, start: dt.date) -> Iterator[tuple[dt.date | None, str]]:
    """Give both days after a campaign, as far as they are still to come."""
    if campaign.end is None:
        yield None, campaign.name
        return
    for wait in (dt.timedelta(days=1), AFTERWARDS):
        day = _working(campaign.end + wait)
        if day >= start:
            yield day, campaign.name


def _campaigns(values: Mapping[str, Any]) -> list[Campaign]:
    return [
        Campaign(
            name=str(row.get("name") or ""),
            end=dt.date.fromisoformat(row["end"]) if row.get("end") else None,
        )
        for row in values.get(CAMPAIGNS) or ()
    ]


def _id(kind: str, name: str, number: int) -> str:
    """Name a moment by what it is, not by its day, which may be moved."""
    return f"{kind}/{name.casefold()}" if name else f"{kind}/{number}"


def _told_apart(planned: list[Moment]) -> list[Moment]:
    """Number the moments that have one id: two days after one campaign."""
    seen: Counter[str] = Counter()
    found = []
    for moment in planned:
        seen[moment.id] += 1
        number = seen[moment.id]
        again = moment if number == 1 else replace(moment, id=f"{moment.id}/{number}")
        found.append(again)
    return found


def _targets(
    rows: Sequence[Mapping[str, Any]], t: Translator, names: Mapping[str, str] | None
) -> list[Moment]:
    found = []
    for row in rows:
        if row.get("by") is None or row.get("target") is None:
            continue
        kpi = CATALOGUE.get(str(row.get("kpi")))
        unit = t.pick(kpi.unit) if kpi else ""
        figure = figure_name(row, t, names)
        found.append(
            Moment(
                id="/".join(("target", _kpi_id(row), *_channels(row))),
                kind="target",
                day=dt.date.fromisoformat(row["by"]),
                title=t(
                    N_("Target reached? {figure}: {value}"),
                    figure=figure,
                    value=with_unit(float(row["target"]), unit, t),
                ),
                figures=(figure,),
                owners=_owners([row]),
            )
        )
    return found


def named_here(kit: Kit, t: Translator) -> dict[str, str]:
    """Return how a kit names what it follows, by id; empty if it follows nothing."""
    asked = [question for question in kit.questions() if question.id == INDICATORS]
    return {
        option.id: t.pick(option.label)
        for question in asked
        for column in question.columns
        if column.id == "kpi"
        for option in column.options
    }


def figure_name(
    row: Mapping[str, Any], t: Translator, names: Mapping[str, str] | None = None
) -> str:
    """
    Name an indicator with the channels it is about.

    Args:
        row: Row of the indicators.
        t: Language of the name.
        names: Of what is not in the catalogue; see :func:`named_here`.
    """
    kpi = row.get("kpi")
    if isinstance(kpi, dict):
        name = str(kpi[OTHER])
    else:
        known = CATALOGUE.get(str(kpi))
        name = t.pick(known.name) if known else (names or {}).get(str(kpi), str(kpi))
    channels = ", ".join(map(channel_name, _channels(row)))
    return f"{name} ({channels})" if channels else name


def _kpi_id(row: Mapping[str, Any]) -> str:
    kpi = row.get("kpi")
    return str(kpi[OTHER]).casefold() if isinstance(kpi, dict) else str(kpi)


def _channels(row: Mapping[str, Any]) -> list[str]:
    return [str(channel) for channel in row.get("channel") or ()]


def _owners(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r["owner"] for r in rows if r.get("owner")))


def _working(day: dt.date, *, back: bool = False) -> dt.date:
    weekend = day.weekday() - 4  # Saturday 1, Sunday 2
    if weekend <= 0:
        return day
    return day - dt.timedelta(days=weekend) if back else day + dt.timedelta(3 - weekend)


def _plus_months(day: dt.date, months: int) -> dt.date:
    place = day.year * 12 + day.month - 1 + months
    first = dt.date(place // 12, place % 12 + 1, 1)
    last = dt.date((place + 1) // 12, (place + 1) % 12 + 1, 1) - dt.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
