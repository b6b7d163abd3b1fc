"""Indicators beside what was measured: matched, filled in, judged, never invented."""

from __future__ import annotations

import datetime as dt

import pytest

from workshop_kit.metrics.coding import kept, read
from workshop_kit.policy.indicators import (
    SAMPLE,
    baselines,
    by_hand,
    check_row,
    filled,
    judged,
    labelled,
    matching,
    months,
    target_words,
    verdict_words,
)
from workshop_kit.store.records import Decision, Measurement

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


def measured(period, value, *, kpi="applause", channel="facebook", source="posts.csv"):
    """Make a measurement of a fictional account."""
    return Measurement(
        seq=1,
        kpi=kpi,
        kpi_version=1,
        channel=channel,
        period=period,
        value=value,
        unit="per post",
        n=10,
        source=source,
        at=NOW,
    )


def two_years(**more):
    """Make 24 months, each with 4 to 6 likes a post, and their baseline."""
    made = [
        measured(f"{year}-{month:02}", 4 + month % 3, **more)
        for year in (2024, 2025)
        for month in range(1, 13)
    ]
    return [*made, measured("2025-01/2025-12", 5.0, **more)]


def decision(*rows):
    """Make a decision on the indicators."""
    return Decision(
        seq=1,
        question="kpi.indicators",
        value=list(rows),
        reason="omdat",
        by="facilitator",
        kit_version="1.0.0",
        wording_hash="h",
        key="k",
        at=NOW,
    )


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"kpi": "applause"}, ["facebook", "twitter"]),
        ({"kpi": "applause", "channel": ["facebook"]}, ["facebook"]),
        ({"kpi": "applause", "channel": ["x"]}, ["twitter"]),
        ({"kpi": "applause", "channel": ["linkedin"]}, []),
        ({"kpi": "social_sessions", "channel": ["instagram"]}, ["web"]),
        ({"kpi": {"other": "Brieven"}}, []),
    ],
)
def test_an_indicator_is_about_its_channels(row, found):
    """No channel is all of them, X was Twitter, visits are counted on the website."""
    known = [
        ("applause", "facebook"),
        ("applause", "twitter"),
        ("social_sessions", "web"),
    ]

    assert [channel for _, channel in matching(row, known)] == found


def test_the_latest_baseline_counts():
    """A later window replaces an earlier one; months are no baselines."""
    early = measured("2023-01/2023-12", 1.0)
    late = measured("2024-01/2024-12", 2.0)

    assert baselines([late, early, measured("2024-12", 9.0)]) == (late,)


def test_months_stand_in_order_and_gaps_stay():
    """A month without a value is NA, not 0."""
    table = months([measured("2024-02", None), measured("2024-01", 3.0)])
    values = table["applause", "facebook"]["value"]

    assert values.isna().tolist() == [False, True]
    assert values.iloc[0] == 3.0


def test_an_empty_baseline_is_filled_in_from_what_was_measured():
    """The cell gets the measured value and its file; what was decided stays."""
    empty = {"kpi": "applause", "channel": ["facebook"], "target": 6.0}
    given = {**empty, "baseline": 1.0, "source": "Meta"}
    made = filled(decision(empty, given), two_years()).value

    assert made[0] == {**empty, "baseline": 5.0, "source": "posts.csv"}
    assert made[1] == given


def test_a_coded_sample_fills_in_the_balance_of_the_tone(en):
    """The cell gets the balance with file and n; a made-up sample fills nothing in."""
    head = "item,coder,sentiment,kind,quote,consent\n"
    frame = read((head + "1,AB,+,praise,,\n2,AB,0,spam,,").encode(), name="c.csv")
    given = decision({"kpi": "sentiment", "target": 60.0})
    own, made_up = (
        kept(frame, source="c.csv", fictional=fictional) for fictional in (False, True)
    )

    assert filled(given, [], own).value == [
        {"kpi": "sentiment", "target": 60.0, "baseline": 50.0, "source": "c.csv, n = 2"}
    ]
    assert filled(given, [], made_up).value == given.value
    shown = labelled(filled(given, [], own), given, en).value
    assert by_hand(shown, en).rows[0][3] == "c.csv, n = 2"


def test_what_people_fill_in_is_labelled_with_its_source(en, nl):
    """Decided baselines and KPIs without an export say so; measured ones do not."""
    given = decision(
        {"kpi": "applause", "channel": ["facebook"]},
        {"kpi": "applause", "channel": ["twitter"], "baseline": 3.0, "source": "Meta"},
        {"kpi": "resp_time", "source": "Stopwatch", "target": 4.0},
        {"kpi": {"other": "Letters"}},
    )
    made = labelled(filled(given, two_years()), given, en).value

    assert [row["source"] for row in made] == [
        "posts.csv",
        "Meta (filled in by hand)",
        "Stopwatch (filled in by hand)",
        "filled in by hand",
    ]
    assert labelled(given, given, nl).value[3]["source"] == "met de hand ingevuld"


def test_indicators_that_people_count_stand_apart(en):
    """Their table has baseline, target and source; without any there is none."""
    rows = [
        {"kpi": "applause"},
        {"kpi": "resp_time", "baseline": 6.0, "target": 4.0, "source": "Own count"},
        {"kpi": {"other": "Letters"}, "owner": "Archivist"},
    ]
    grid = by_hand(rows, en)

    assert grid.rows == (
        ("Response time", "6 hours", "4 hours", "Own count", ""),
        ("Letters", "not available", "", "", "Archivist"),
    )
    assert by_hand(rows[:1], en) is None


def test_two_channels_or_a_sample_fill_nothing_in():
    """Of two figures neither is the baseline; those of another museum never are."""
    row = {"kpi": "applause"}
    both = [*two_years(), *two_years(channel="instagram")]
    sample = two_years(source=f"{SAMPLE}, tweets.csv")

    assert filled(decision(row), both).value == [row]
    assert filled(decision(row), sample).value == [row]


def test_a_target_is_judged_in_both_languages(nl, en):
    """Verdict, evidence, target with its day, and a figure with words and values."""
    row = {"kpi": "applause", "target": 9.5, "by": "2026-12-31"}
    values = {"kpi.indicators": [row]}
    (english,) = judged(values, two_years(), en)
    (dutch,) = judged(values, two_years(), nl)

    assert english.name == "Applause rate (Facebook)"
    assert english.target == "9.5 per post by 31 December 2026"
    assert english.verdict == (
        "The target of 9.5 per post is above what 90% of comparable periods reached."
    )
    assert "It was reached in 0 of the last 24 months." in english.evidence
    assert dutch.target == "9,5 per bericht, uiterlijk op 31 december 2026"
    assert dutch.verdict.startswith("De streefwaarde van 9,5 per bericht ligt boven")
    assert english.svg.startswith("<?xml")
    assert "Line chart: Applause rate on Facebook per month" in english.alt
    assert english.values.head == ("Month", "2024", "2025")
    assert english.values.rows[1] == ("February", "6", "6")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"kpi": "applause", "target": 6.0},
            "There is no target with a date yet, so nothing to judge.",
        ),
        (
            {"kpi": "applause", "target": 6.0, "by": "2025-06-30"},
            "The figures reach past the day of this target.",
        ),
    ],
)
def test_what_cannot_be_judged_says_why(en, row, said):
    """Without a day, or with one that is over in the figures, there is no verdict."""
    table = months(two_years())["applause", "facebook"]

    assert verdict_words(row, check_row(row, table), en) == said


def test_too_few_months_are_refused_politely(en):
    """Below six months no target is judged, and the policy says so."""
    row = {"kpi": "applause", "target": 6.0, "by": "2026-12-31"}
    few = [measured(f"2025-{month:02}", 4.0) for month in range(1, 6)]
    (found,) = judged({"kpi.indicators": [row]}, few, en)

    assert found.evidence == ()
    assert found.verdict.startswith("There are 5 months with a value: too few")


def test_nothing_measured_is_nothing_judged(en):
    """Indicators without figures are left to the table of the policy."""
    row = {"kpi": {"other": "Brieven"}, "target": 3.0, "by": "2027-01-31"}

    assert judged({"kpi.indicators": [row]}, two_years(), en) == ()
    assert target_words(row, en) == "3 by 31 January 2027"
