"""The moments of the policy, as a table and for a diary."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop_kit.i18n import Translator
from workshop_kit.policy.calendar import TITLES, as_grid, as_ics, moments

START = dt.date(2027, 1, 15)  # a Friday
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
VALUES = {
    "kpi.moments": ["baseline", "quarterly", "yearly", "after_incident"],
    "kpi.indicators": [
        {
            "kpi": "conversation",
            "channel": ["facebook"],
            "target": 6.0,
            "by": "2027-12-31",
            "owner": "Medewerker communicatie",
            "moment": "monthly",
        },
        {"kpi": {"other": "Brieven"}, "owner": "Archivaris", "moment": "quarterly"},
    ],
}


def days(planned, kind):
    """Return the days of a kind of moment."""
    return [str(moment.day) for moment in planned if moment.kind == kind]


def test_each_kind_has_its_days(en):
    """Baseline before the start, months and quarters after they are over, a year on."""
    planned = moments(VALUES, en, start=START)
    assert days(planned, "baseline") == ["2027-01-14"]
    assert days(planned, "quarterly") == [
        "2027-04-01",
        "2027-07-01",
        "2027-10-01",
        "2028-01-03",
    ]
    monthly = days(planned, "monthly")
    assert (len(monthly), monthly[:3]) == (
        12,
        ["2027-02-01", "2027-03-01", "2027-04-01"],
    )
    assert days(planned, "yearly") == ["2028-01-17"]
    assert days(planned, "target") == ["2027-12-31"]
    assert days(planned, "after_incident") == ["None"]
    assert planned[-1].kind == "after_incident"


def test_review_and_campaigns(en):
    """The decided review is the yearly moment; a campaign has two days of its own."""
    chosen = {"kpi.moments": ["yearly", "after_campaign"]}
    values = chosen | {"kpi.campaigns": [{"name": "Zomer", "end": "2027-08-29"}]}
    planned = moments(values, en, start=START, review=dt.date(2027, 11, 5))
    assert days(planned, "yearly") == ["2027-11-05"]
    assert days(planned, "after_campaign") == ["2027-08-30", "2027-09-27"]
    assert planned[0].title == "Measure after the campaign: Zomer"
    unplanned = moments(chosen, en, start=START)
    assert days(unplanned, "after_campaign") == ["None"]


def test_campaigns_with_an_open_or_past_end(en):
    """One without a last day is named without a day; what is over is not planned."""
    values = {
        "kpi.moments": ["after_campaign"],
        "kpi.campaigns": [
            {"name": "Open"},
            {"name": "Over", "end": "2026-11-01"},
            {"name": "Net over", "end": "2027-01-10"},
        ],
    }
    planned = moments(values, en, start=START)
    assert [(m.title.rpartition(": ")[2], str(m.day)) for m in planned] == [
        ("Net over", "2027-02-08"),
        ("Open", "None"),
    ]


def uids(data):
    """Return the ids of the events with their days."""
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    return {str(event["uid"]): event.decoded("dtstart") for event in events}


def test_moved_moments_are_the_same_events(en, nl):
    """Another start, end of a campaign, day of a target or language: the same ids."""
    more = {
        "kpi.moments": [*VALUES["kpi.moments"], "after_campaign"],
        "kpi.campaigns": [{"name": "Zomer", "end": "2027-08-29"}],
    }
    row = VALUES["kpi.indicators"][0]
    moved = {
        "kpi.indicators": [row | {"by": "2028-01-10"}],
        "kpi.campaigns": [{"name": "Zomer", "end": "2027-09-19"}],
    }
    start = START + dt.timedelta(days=20)
    one = as_ics(
        moments(VALUES | more, en, start=START),
        en,
        institution="A",
        workshop="w1",
        now=NOW,
    )
    other = as_ics(
        moments(VALUES | more | moved, nl, start=start),
        nl,
        institution="B",
        workshop="w1",
        now=NOW,
    )
    before, after = uids(one), uids(other)
    assert set(before) == set(after)
    assert all(before[uid] != after[uid] for uid in before if before[uid] < START)
    third = as_ics(
        moments(VALUES | more, en, start=START),
        en,
        institution="A",
        workshop="w2",
        now=NOW,
    )
    assert not set(uids(third)) & set(before)


def test_a_target_that_stands_twice_is_two_events(en):
    """Two rows about the same indicator and channel keep ids of their own."""
    row = VALUES["kpi.indicators"][0]
    values = {"kpi.indicators": [row, row | {"by": "2027-06-30"}]}
    planned = moments(values, en, start=START)
    assert len({moment.id for moment in planned}) == len(planned)


def test_figures_and_owners(nl):
    """A moment names the indicators that are measured then, and who does it."""
    planned = moments(VALUES, nl, start=START)
    monthly = next(m for m in planned if m.kind == "monthly")
    assert monthly.figures == ("Gesprek per bericht (Facebook)",)
    assert monthly.owners == ("Medewerker communicatie",)
    target = next(m for m in planned if m.kind == "target")
    assert target.title == (
        "Streefwaarde gehaald? Gesprek per bericht (Facebook): 6 per bericht"
    )


def test_table(en):
    """One row per moment, in words; without indicators of its own it is all of them."""
    values = {"kpi.moments": ["weekly", "after_incident"]}
    grid = as_grid(moments(values, en, start=START), en)
    assert grid.head == ("When", "What", "Which figures", "By whom")
    assert grid.rows == (
        ("every week from 18 January 2027", "Look at the week", "all indicators", ""),
        (
            "as soon as it is over",
            "Measure straight after an incident",
            "all indicators",
            "",
        ),
    )


def test_calendar_file_is_read_back(en):
    """Another reader of the library finds each planned day, once, as a whole day."""
    planned = moments(VALUES, en, start=START)
    data = as_ics(planned, en, institution="Museum; De, Proef", now=NOW)
    calendar = icalendar.Calendar.from_ical(data)
    events = calendar.walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [
        moment.day for moment in planned if moment.day
    ]
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert all(
        event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(days=1)
        for event in events
    )
    assert str(calendar["x-wr-calname"]) == "Measuring moments of Museum; De, Proef"
    assert b"\r\n" in data
    assert max(map(len, data.split(b"\r\n"))) <= 75


def test_same_moments_keep_their_ids(en, nl):
    """Written again, later and in another language, a moment is the same event."""
    uids = []
    for t, now in ((en, NOW), (nl, NOW + dt.timedelta(days=9))):
        planned = [m for m in moments(VALUES, t, start=START) if m.kind != "target"]
        calendar = icalendar.Calendar.from_ical(
            as_ics(planned, t, institution="A", now=now)
        )
        uids.append([str(event["uid"]) for event in calendar.walk("VEVENT")])
    assert uids[0] == uids[1]


def test_weekly_repeats(en):
    """The weekly moment is one event that comes back for a year."""
    planned = moments({"kpi.moments": ["weekly"]}, en, start=START)
    (event,) = icalendar.Calendar.from_ical(
        as_ics(planned, en, institution="A", now=NOW)
    ).walk("VEVENT")
    assert event["rrule"] == {"FREQ": ["WEEKLY"], "COUNT": [52]}


def test_nothing_decided(en):
    """No moments and no indicators: an empty plan and an empty table."""
    assert moments({}, en, start=START) == ()
    assert as_grid((), en).rows == ()


@pytest.mark.parametrize("kind", [k for k in TITLES if k != "target"])
@settings(deadline=None)
@given(start=st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)))
def test_planned_days_are_working_days(kind, start):
    """Whatever the start, no moment is on a weekend or over a year away."""
    t = Translator("en")
    for moment in moments({"kpi.moments": [kind]}, t, start=start):
        if moment.day is not None:
            assert moment.day.weekday() < 5
            assert abs((moment.day - start).days) <= 369
