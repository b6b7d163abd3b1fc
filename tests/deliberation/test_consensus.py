"""Agreement on a scale, against published values."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from workshop_kit.deliberation.consensus import (
    SPREAD,
    agreement,
    consensus,
    spread,
    within_one,
)
from workshop_kit.deliberation.tally import tidy

shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
PUBLISHED = (30, 40, 210, 130, 530, 50, 10)
scales = st.lists(st.integers(0, 50), min_size=3, max_size=7)


def test_agreement_as_published():
    """The example of the R package agrmt gives its published A."""
    assert agreement(PUBLISHED) == pytest.approx(0.6113333, abs=5e-8)


def test_consensus_as_published():
    """The example of the R package agrmt gives its published Cns."""
    assert consensus(PUBLISHED) == pytest.approx(0.7256876, abs=5e-8)


def test_corners():
    """One peak, an even spread and two camps have their exact values."""
    assert [agreement(v) for v in ([0, 0, 9], [2] * 5, [4, 0, 0, 4])] == [1, 0, -1]
    assert [consensus(v) for v in ([0, 0, 9], [4, 0, 0, 4])] == [1, 0]
    assert consensus([2] * 5) == pytest.approx(0.434, abs=5e-4)


def test_within_one():
    """Those a step off count, those two steps off do not."""
    assert within_one([1, 0, 4, 2, 1]) == pytest.approx(6 / 8)
    # Median between steps 0 and 3: nobody is near it.
    assert within_one([2, 0, 0, 2]) == 0


def _peeled(counts):
    """Work out A as the paper words it: triples of patterns, layer by layer."""
    left, a = np.array(counts, dtype=float), 0.0
    k, n = len(left), left.sum()
    while left.max() > 0:
        pattern = "".join("1" if count > 0 else "0" for count in left)
        height = left[left > 0].min()
        triples = Counter(map("".join, itertools.combinations(pattern, 3)))
        tu, tdu = triples["110"] + triples["011"], triples["101"]
        s = pattern.count("1")
        u = ((k - 2) * tu - (k - 1) * tdu) / ((k - 2) * (tu + tdu)) if tu + tdu else 1
        a += s * height / n * u * (1 - (s - 1) / (k - 1))
        left = np.where(left > 0, left - height, 0)
    return a


@given(scales.filter(sum))
def test_agreement_as_the_paper_words_it(counts):
    """A second implementation, in floating point, gives the same A."""
    assert agreement(counts) == pytest.approx(_peeled(counts), abs=1e-9)


@given(scales.filter(sum))
def test_consensus_as_the_paper_words_it(counts):
    """A second implementation, over single answers, gives the same Cns."""
    said = np.repeat(np.arange(1, len(counts) + 1), counts)
    near = 1 - np.abs(said - said.mean()) / (len(counts) - 1)
    assert consensus(counts) == pytest.approx(1 + np.log2(near).mean(), abs=1e-9)


@shared
@given(st.lists(st.integers(1, 5), min_size=1, max_size=12))
def test_median_and_quartiles_are_those_of_numpy_and_scipy(ask, say, values):
    """The quantile rule is the one both libraries use unless told otherwise."""
    question = ask("score")
    (row,) = spread(tidy(say(*values), [question]), question, asked=12).to_dict(
        "records"
    )
    assert row["median"] == np.median(values)
    assert row["iqr"] == pytest.approx(stats.iqr(values))
    assert row["missing"] == 12 - len(values)


@pytest.mark.parametrize("measure", [agreement, consensus, within_one])
def test_nothing_to_measure(measure):
    """Without answers there is no number."""
    assert math.isnan(measure([0, 0, 0]))
    assert math.isnan(measure([]))


@given(scales)
def test_ranges(counts):
    """Every measure stays inside its range."""
    if sum(counts):
        assert -1 <= agreement(counts) <= 1
        assert 0 <= consensus(counts) <= 1
        assert 0 <= within_one(counts) <= 1


@given(scales, st.integers(2, 5))
def test_mirror_and_multiples(counts, times):
    """Turning the scale round or asking more of the same people changes nothing."""
    for measure in (agreement, consensus, within_one):
        value = measure(counts)
        for other in (counts[::-1], [n * times for n in counts]):
            assert measure(other) == pytest.approx(value, nan_ok=True)


def test_two_camps_of_very_different_size():
    """One voice against a multitude does not break the logarithm."""
    assert 0.99 < consensus([10**15, 0, 1]) <= 1


def test_rounds_beside_each_other(ask, say):
    """The shift between two rounds can be read off."""
    question = ask("score")
    answers = [*say(1, 5, 1, 5), *say(4, 4, 4, in_round=2)]
    table = spread(tidy(answers, [question]), question, asked=4)
    assert list(table["round"]) == [1, 2]
    assert list(table["agreement"]) == [-1, 1]
    assert list(table["missing"]) == [0, 1]
    assert spread(tidy([], [question]), question, asked=4).empty


def test_each_measure_stands_under_its_own_name(ask, say):
    """A round has its counts and all five measures, of the answers of that round."""
    question = ask("score")
    frame = tidy([*say(1, 5, 5, 5), *say(3, 3, in_round=2)], [question])
    table = spread(frame, question, asked=3)
    assert table.dtypes.astype(str).to_dict() == SPREAD
    first, second = table.to_dict("records")
    assert first == {
        "round": 1,
        "answered": 4,
        "missing": 0,
        "median": 5,
        "iqr": 1,
        "agreement": agreement([1, 0, 0, 0, 3]),
        "consensus": consensus([1, 0, 0, 0, 3]),
        "within_one": 0.75,
    }
    assert second == {
        "round": 2,
        "answered": 2,
        "missing": 1,
        "median": 3,
        "iqr": 0,
        "agreement": 1,
        "consensus": 1,
        "within_one": 1,
    }


def test_two_steps_have_a_consensus():
    """Yes and no are a scale too: apart by halves, together by one."""
    assert (consensus([1, 1]), consensus([2, 0])) == (0, 1)
