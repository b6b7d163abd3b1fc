"""Targets against naive forecasts."""

from __future__ import annotations

import pytest

from workshop_kit.errors import MetricsError
from workshop_kit.metrics.kpi import monthly
from workshop_kit.metrics.target import check


def test_naive_forecasts_err_as_published(tweets):
    """Likes of 2021 from 2016-2020: mean errors 271 and 193, as studied before."""
    table = monthly(tweets, "applause", kinds=("original", "reply"))
    table = table[table["period"].ge("2015-12")].assign(
        value=table["total"].astype("Float64")
    )
    past = table[table["period"].le("2021-01")]
    errors = {"same_month": 0.0, "year_mean": 0.0}
    for period in table.loc[table["period"].dt.year.eq(2021), "period"]:
        found = check(past, 0, period=str(period))
        actual = table.loc[table["period"].eq(period), "value"].item()
        for name in errors:
            errors[name] += abs(actual - getattr(found, name)) / 12
    assert errors["same_month"] == pytest.approx(271, abs=0.5)
    assert errors["year_mean"] == pytest.approx(193, abs=0.5)


def test_sample_target(tweets, en):
    """A target far above the past is said to be so, with the interval's record."""
    table = monthly(tweets, "applause")
    found = check(table, 40, period="2025-06")
    assert (found.verdict, found.method, found.tried) == ("above", "year_mean", 60)
    assert found.words(en) == (
        "The target lies above the 90% interval of a simple forecast (0.0 to 15.6),"
        " based on 157 months. Made a year earlier, the interval held 100% of the"
        " months."
    )
    assert check(table, 5, period="2025-06").verdict == "within"


def test_short_past_is_only_a_range(months, en):
    """With a few months the target is held against what they vary."""
    table = monthly(months(0, 4, 2, 6, 0), "applause")
    found = check(table, 7, period="2020-08")
    assert (found.low, found.high, found.method) == (2, 6, None)
    assert found.words(en) == (
        "The target lies above what the last 3 months vary (2.0 to 6.0). There are too"
        " few months to try a forecast on the past."
    )
    assert check(table, 1, period="2020-08").verdict == "below"
    assert check(table, 6, period="2020-08").verdict == "within"


@pytest.mark.parametrize("likes", [(), (1,), (1, 2), (1, 2, 3, 4)])
def test_no_verdict_on_two_points(months, en, likes):
    """Fewer than three full months are never judged."""
    found = check(monthly(months(*likes), "applause"), 5, period="2030-01")
    n = max(0, len(likes) - 2)
    assert (found.verdict, found.low, found.high) == ("none", None, None)
    assert found.words(en) == (
        f"There are {n} months with a value: too few to judge a target (at least 3)."
    )


def test_perfect_season_gives_a_narrow_interval(months):
    """Where every year is the same, last year's month is the forecast."""
    year = [1, 5, 2, 8, 3, 9, 4, 7, 6, 2, 1, 30]
    found = check(monthly(months(*year * 5), "applause"), 9, period="2025-06")
    assert found.method == "same_month"
    assert (found.low, found.high, found.verdict) == (9, 9, "within")
    assert found.coverage == 1


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("2020", "“2020” is not a month. Write it as 2027-01."),
        ("soon", "“soon” is not a month. Write it as 2027-01."),
        (
            "2020-03",
            (
                "The figures already reach to 2020-04. Choose a later month for the"
                " target."
            ),
        ),
    ],
)
def test_month_of_the_target(months, period, message):
    """A target is for a month to come."""
    table = monthly(months(1, 2, 3, 4, 5), "applause")
    with pytest.raises(MetricsError) as caught:
        check(table, 1, period=period)
    assert str(caught.value) == message
