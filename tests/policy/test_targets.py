"""Targets are found in what was decided, and held against figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from workshop_kit.policy.exchange import Exchange
from workshop_kit.policy.outline import Asked
from workshop_kit.policy.targets import figure, outcomes, targets
from workshop_kit.store.records import Decision, Measurement, Workshop

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
COLUMNS = ("kpi", "channel", "baseline", "target", "by")


def version(*rows, question="kpi.indicators", columns=COLUMNS):
    """Make a version in which these rows were decided."""
    return Exchange(
        workshop=Workshop(
            id="a",
            kit="k",
            kit_version="1",
            institution="",
            lang="en",
            track="t",
            created_at=NOW,
        ),
        policies={},
        decisions=(
            Decision(
                seq=1,
                question=question,
                value=list(rows),
                reason="r",
                by="f",
                kit_version="1",
                wording_hash="h",
                key="k",
                at=NOW,
            ),
        ),
        questions={
            question: Asked(
                type="rows",
                label={"en": "Targets"},
                hash="h",
                columns={name: {"en": name} for name in columns},
            )
        },
    )


def measured(value, channel="facebook", period="2027-01", kpi="conversation", seq=1):
    """Make a figure."""
    return Measurement(
        seq=seq,
        kpi=kpi,
        kpi_version=1,
        channel=channel,
        period=period,
        value=value,
        unit="",
        n=10,
        source="fictional",
        at=NOW,
    )


ROW = {
    "kpi": "conversation",
    "channel": ["Facebook"],
    "baseline": 2,
    "target": 5,
    "by": "2027-12-31",
}


def test_a_row_of_targets_is_read():
    """KPI, channels, baseline, target and day, as they were decided."""
    (found,) = targets(version(ROW), "en")

    assert (found.kpi, found.channels, found.baseline, found.target, found.by) == (
        "conversation",
        ("Facebook",),
        2.0,
        5.0,
        dt.date(2027, 12, 31),
    )


def test_other_lists_are_not_targets():
    """A list without the columns, or words where a number was asked, gives none."""
    odd = {"kpi": {"other": "Coffee"}, "target": "many", "by": "soon", "channel": 1}
    (found,) = targets(version(odd), "en")

    assert targets(version(ROW, columns=("who", "hours")), "en") == ()
    assert (found.kpi, found.target, found.by, found.channels) == (
        "Coffee",
        None,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("baseline", "target", "value", "reached"),
    [
        (2, 5, 5.0, True),
        (2, 5, 4.9, False),
        (10, 4, 4.0, True),
        (10, 4, 4.1, False),
        (None, 5, 5.0, True),
        (None, 5, 6.0, None),
        (2, None, 6.0, None),
        (2, 5, None, None),
    ],
)
def test_reached_is_judged_from_where_it_began(baseline, target, value, reached):
    """More counts as reached where the target is above its start, less below it."""
    row = ROW | {"baseline": baseline, "target": target}
    (outcome,) = outcomes(targets(version(row), "en"), [measured(value)])

    assert outcome.reached is reached


def test_the_latest_period_of_each_channel_counts():
    """A year that ends later replaces an earlier month, whatever was read last."""
    figures = [
        measured(3.0, period="2026-01/2026-12", seq=2),
        measured(1.0, period="2025-12", seq=3),
        measured(9.0, channel="mastodon"),
        measured(8.0, kpi="applause"),
    ]
    (one,) = outcomes(targets(version(ROW), "en"), figures)
    every = outcomes(targets(version(ROW | {"channel": None}), "en"), figures)

    assert one.measured.value == 3.0
    assert [outcome.measured.channel for outcome in every] == ["facebook", "mastodon"]


def test_a_network_that_changed_its_name_is_the_same():
    """A target for X is held against figures that an export calls Twitter."""
    wanted = targets(version(ROW | {"channel": ["x"]}), "en")
    (outcome,) = outcomes(wanted, [measured(6.0, channel="twitter")])

    assert outcome.reached is True


def test_figures_of_the_sample_archive_reach_no_target():
    """What another museum measured says nothing about us."""
    sample = replace(measured(6.0), source="SFO Museum, tweets.csv")
    (outcome,) = outcomes(targets(version(ROW), "en"), [sample])

    assert (outcome.measured, outcome.reached) == (None, None)


def test_what_was_not_measured_says_so():
    """A target without a figure stays in the table."""
    (outcome,) = outcomes(targets(version(ROW), "en"), [])

    assert (outcome.measured, outcome.reached) == (None, None)


def test_a_figure_has_the_unit_of_its_kpi(nl):
    """Numbers are written as the language does; an own KPI has no unit."""
    assert figure(1234.567, "er_followers", nl) == "1.234,57 %"
    assert figure(2.0, "Coffee", nl) == "2"
    assert figure(None, "posts", nl) == ""
