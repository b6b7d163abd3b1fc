"""Forecasts of a month and their interval, against literal sums."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop_kit.metrics.forecast import MEMORY, RECENT, backtest, forecast, naive


def monthly(values):
    """Make a series of months from 2015 on."""
    index = pd.period_range("2015-01", periods=len(values), freq="M")
    return pd.Series(values, index=index, dtype=float)


def literal(values, ahead):
    """Work out forecast and bounds by the rule in words, without a frame."""
    shift = np.median(values) / 10
    logs = [math.log(v + shift) for v in values]
    off = [
        abs(logs[known + ahead - 1] - np.mean(logs[max(0, known - RECENT) : known]))
        for known in range(3, len(logs) - ahead + 1)
    ][-MEMORY:]
    width = sorted(off)[min(math.ceil((len(off) + 1) * 0.9), len(off)) - 1]
    middle = np.mean(logs[-RECENT:])
    return [math.exp(middle + step) - shift for step in (0, -width, width)]


@pytest.mark.parametrize("ahead", [1, 5, 12, 14])
def test_against_the_rule_in_words(ahead):
    """Forecast, low and high are those of the rule worked out by hand."""
    values = list(np.random.default_rng(3).lognormal(2, 0.5, 60))
    made = forecast(monthly(values), ahead=ahead)
    assert made.method == "recent"
    expected = literal(values, ahead)
    expected[1] = max(0.0, expected[1])
    assert [made.value, made.low, made.high] == pytest.approx(expected)


def test_nothing_later_than_the_origin_is_used():
    """A forecast of the past does not change when its future does."""
    values = monthly(np.random.default_rng(4).lognormal(2, 0.5, 40))
    other = values.copy()
    other.iloc[25:] = 1000
    for ahead in (1, 6, 13):
        one = backtest(values, ahead=ahead).iloc[: 25 + 1]
        two = backtest(other, ahead=ahead).iloc[: 25 + 1]
        pd.testing.assert_frame_equal(one, two)


def test_naive():
    """Last year's month and last year's mean, also further than a year ahead."""
    values = monthly(range(1, 31))
    assert naive(values, ahead=1) == {"same_month": 19, "year_mean": 24.5}
    assert naive(values, ahead=12)["same_month"] == 30
    assert naive(values, ahead=13)["same_month"] == 19
    assert math.isnan(naive(monthly([1, 2]), ahead=1)["year_mean"])


def test_interval_of_noise_holds_nine_in_ten():
    """On a level with noise, 90% of later months fall inside, give or take."""
    rng = np.random.default_rng(5)
    held = []
    for _ in range(20):
        values = monthly(rng.lognormal(3, 0.4, 60))
        for known in range(40, 57, 4):
            made = forecast(values.iloc[:known], ahead=3)
            held.append(made.low <= values.iloc[known + 2] <= made.high)
    assert 0.84 <= np.mean(held) <= 0.97


def test_negative_values_stay_linear():
    """A KPI that was negative, like net growth, may be forecast below zero."""
    values = np.random.default_rng(6).normal(-5, 1, 30)
    made = forecast(monthly(values), ahead=2)
    assert made.value == pytest.approx(values[-6:].mean())
    assert made.low < made.value < made.high < 0


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(st.just(math.nan), st.floats(0, 1e9, allow_subnormal=False)),
        min_size=6,
        max_size=50,
    ).filter(lambda v: sum(not math.isnan(x) for x in v) >= RECENT),
    st.integers(1, 30),
)
def test_always_a_forecast_inside_its_interval(values, ahead):
    """Whatever the months were, low <= value <= high and none is below zero."""
    made = forecast(monthly(values), ahead=ahead)
    slack = 1e-6 * max(1.0, made.value)
    assert 0 <= made.low <= made.value + slack
    assert made.value <= made.high + slack
    assert made.coverage is None or 0 <= made.coverage <= 1
