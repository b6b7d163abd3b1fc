"""Change points and the course of a series, planted and published."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workshop_kit.metrics.changes import change_points, pettitt
from workshop_kit.metrics.direction import direction
from workshop_kit.metrics.kpi import monthly as per_month
from workshop_kit.metrics.target import series

# Volume of the Nile at Aswan per year from 1871, 10^8 m3: the series on which change
# points are shown since Cobb (1978); from 1899 on it is lower.
NILE = """1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180
799 958 1140 1100 1210 1150 1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692
1020 1050 969 831 726 456 824 702 1120 1100 832 764 821 768 845 864 862 698 845 744 796
1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848
890 744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740"""


def monthly(values):
    """Make a series of months from 2020 on."""
    index = pd.period_range("2020-01", periods=len(values), freq="M")
    return pd.Series(values, index=index, dtype=float)


def literal(values):
    """Work out Pettitt's statistic by its definition, sign by sign."""
    n = len(values)
    sums = [
        sum(np.sign(values[i] - values[j]) for i in range(t) for j in range(t, n))
        for t in range(1, n)
    ]
    return max(abs(u) for u in sums)


def test_the_nile():
    """The change known from the literature is found: 28 years, then a lower level."""
    place, k, chance = pettitt(np.array(NILE.split(), dtype=float))
    assert place == 28
    assert k == literal([float(v) for v in NILE.split()])
    assert chance == pytest.approx(2 * math.exp(-6 * k**2 / (100**3 + 100**2)))
    assert chance < 1e-6


@settings(deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=2, max_size=25))
def test_statistic_is_that_of_the_definition(values):
    """Also with ties, ranks give what the signs give."""
    _, k, chance = pettitt(np.array(values, dtype=float))
    assert k == literal(values)
    assert 0 <= chance <= 1


def test_planted_changes_are_found(en):
    """Two steps in noise are found in their months, with the levels around them."""
    rng = np.random.default_rng(1)
    values = np.concatenate(
        [rng.normal(10, 1, 24), rng.normal(20, 1, 18), rng.normal(5, 1, 18)]
    )
    found = change_points(monthly(values))
    first, second = (point.month for point in found)
    assert abs((first - pd.Period("2022-01", "M")).n) <= 2
    assert abs((second - pd.Period("2023-07", "M")).n) <= 2
    assert [round(point.after) for point in found] == [20, 5]
    assert "on the figures are on another level: " in found[0].words(en)


def test_noise_and_short_series_have_none():
    """Without a change hardly ever one is found; in less than a year never."""
    rng = np.random.default_rng(2)
    found = [change_points(monthly(rng.lognormal(2, 0.5, 48))) for _ in range(100)]
    assert sum(map(bool, found)) <= 2
    assert change_points(monthly([1] * 6 + [100] * 5)) == ()


def test_one_viral_month_is_no_change():
    """A single month a hundred times as high is an event and no level."""
    values = [5, 6, 4, 5, 6, 5, 4, 5, 600, 5, 6, 4, 5, 6, 5, 4, 5, 6]
    assert change_points(monthly(values)) == ()


def test_months_without_a_value_are_passed_over():
    """A gap neither hides a change nor makes one."""
    values = [1, 2, 1, 2, 1, 2, 1, 2] + [math.nan] * 3 + [9, 8, 9, 8, 9, 8, 9, 8]
    found = change_points(monthly(values))
    assert [str(point.month) for point in found] == ["2020-12"]


def test_sample_has_the_breaks_seen_before(tweets):
    """The archive moved to another level in the summer of 2015 at the latest."""
    months = {
        str(p.month) for p in change_points(series(per_month(tweets, "applause")))
    }
    assert any("2015-04" <= month <= "2016-08" for month in months)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 20), min_size=3, max_size=30),
)
def test_course_against_scipy(values):
    """Slope and sign are those of Theil and Sen, and of Kendall's tau."""
    found = direction(monthly(values))
    slope = stats.theilslopes(values, np.arange(len(values))).slope
    assert found.per_year == pytest.approx(slope * 12)
    assert found.n == len(values)
    if found.course != "level":
        tau = stats.kendalltau(values, np.arange(len(values))).statistic
        assert (tau > 0) == (found.course == "rising")


def test_mann_kendall_by_hand():
    """Ten rising months: S = 45 and z = 44 / sqrt(125)."""
    found = direction(monthly(range(10)))
    assert found.chance == pytest.approx(math.erfc(44 / math.sqrt(125) / math.sqrt(2)))
    assert (found.course, found.per_year) == ("rising", 12)


def test_course_in_words(en, nl):
    """Rising, falling, level and unknown are each said."""
    assert direction(monthly(range(10))).words(en, unit="posts") == (
        "Rising by about 12 posts a year, over 10 months."
    )
    assert direction(monthly(range(10, 0, -1))).words(nl, unit="%") == (
        "Daalt met ongeveer 12% per jaar, over 10 maanden."
    )
    assert direction(monthly([3, 3, 3, 3])).course == "level"
    assert direction(monthly([1, 2])).words(en) == (
        "Too few months with a value for a trend: 2 of at least 3."
    )
