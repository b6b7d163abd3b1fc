"""Targets against what comparable periods reached."""

from __future__ import annotations

import datetime as dt

import pandas as pd
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
    """A target far above the past is said to be so, with all its evidence."""
    table = monthly(tweets, "applause")
    found = check(table, 40, period="2025-06")
    assert found.words(en) == (
        "The target of 40 per post is above what 90% of comparable periods reached. If"
        " all goes on as it did, June 2025 lies between 1.2 per post and 9.3 per post."
        " It was reached in 0 of the last 36 months. The same month last year: 3.5 per"
        " post. Mean of the last twelve months: 4.4 per post. Based on what a month of"
        " the last half-year typically was and on 36 forecasts of the past; made in the"
        " same way before, such bounds held 94% of the months."
    )
    assert check(table, 5, period="2025-06").verdict == "within"


def test_dutch(months, nl):
    """The same sentences, numbers and months in Dutch."""
    table = monthly(months(*[9, 8, 12, 10, 11, 9, 10, 12, 8]), "applause")
    assert check(table, 30.5, period="2020-12").words(nl) == (
        "De streefwaarde van 30,5 per bericht ligt boven wat 90% van de vergelijkbare"
        " perioden haalde. Gaat alles door zoals het ging, dan ligt december 2020 tussen"
        " 7,0 per bericht en 15,8 per bericht. In 0 van de laatste 7 maanden is dit"
        " gehaald. Gemiddelde van de laatste twaalf maanden: 10,3 per bericht. Met 7"
        " maanden is het verleden te kort om dit te toetsen; lees de grenzen als wat de"
        " maanden tot nu toe schelen."
    )


@pytest.mark.parametrize("likes", [(), (1,), (1, 2), (1, 2, 3, 4, 5, 6, 7)])
def test_no_verdict_on_less_than_half_a_year(months, en, likes):
    """Fewer than six full months are never judged."""
    found = check(monthly(months(*likes), "applause"), 5, period="2030-01")
    n = max(0, len(likes) - 2)
    assert (found.verdict, found.forecast, found.evidence(en)) == ("none", None, ())
    assert found.words(en) == (
        f"There are {n} months with a value: too few to judge a target. From 6 on it"
        " can be done."
    )


def test_half_a_year_is_judged_with_a_warning(months, en):
    """With six months the bounds are what the months vary, and that is said."""
    found = check(
        monthly(months(0, 4, 2, 6, 5, 3, 4, 0), "applause"), 40, period="2020-09"
    )
    assert found.verdict == "above"
    assert found.forecast.nearer
    assert "With 6 months the past is too short to test this" in found.words(en)


def test_twelve_months_are_judged(months):
    """A year of months has a forecast, both naive ones, and a verdict."""
    likes = [9, 8, 12, 10, 11, 9, 10, 12, 8, 9, 11, 10, 9, 9]
    found = check(monthly(months(*likes), "applause"), 50, period="2021-06")
    assert (found.n, found.verdict, found.of) == (12, "above", 12)
    assert found.same_month == 9
    assert found.year_mean == pytest.approx(sum(likes[1:-1]) / 12)


def test_perfect_season_gives_a_narrow_interval(months):
    """Where every year is the same, last year's month is the forecast."""
    year = [1, 5, 2, 8, 3, 9, 4, 7, 6, 2, 1, 30]
    found = check(monthly(months(*year * 5), "applause"), 9, period="2025-06")
    made = found.forecast
    assert made.method == "same_month"
    assert (made.low, made.high) == (pytest.approx(9), pytest.approx(9))
    assert made.coverage == 1


def test_less_may_be_better():
    """For a response time a target is reached by months at or under it."""
    table = pd.DataFrame(
        {
            "kpi": "resp_time",
            "channel": "facebook",
            "period": pd.period_range("2025-01", periods=8, freq="M"),
            "value": pd.array([4, 5, 6, 7, 8, 9, 10, 11], dtype="Float64"),
        }
    )
    found = check(table, 6, period="2025-10", whole=True)
    assert (found.n, found.reached, found.of) == (8, 3, 8)


@pytest.mark.parametrize(
    ("day", "month"),
    [
        ("2021-06-30", "2021-06"),
        ("2021-06-29", "2021-05"),
        (dt.date(2021, 12, 31), "2021-12"),
        (dt.date(2022, 1, 1), "2021-12"),
    ],
)
def test_day_of_the_target(months, day, month):
    """A day stands for the last month that is over by then."""
    table = monthly(months(*[5] * 10), "applause")
    assert check(table, 1, period=day).period == month


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("2020", "“2020” is not a month. Write it as 2027-01."),
        ("soon", "“soon” is not a month. Write it as 2027-01."),
        ("2027-02-30", "“2027-02-30” is not a month. Write it as 2027-01."),
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


def test_one_kpi(tweets):
    """A target is not for two KPIs at once."""
    both = pd.concat([monthly(tweets, "applause"), monthly(tweets, "posts")])
    with pytest.raises(MetricsError, match="A target is for one KPI and one channel"):
        check(both, 1, period="2025-06")
