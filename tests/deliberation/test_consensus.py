"""Agreement on a scale, against published values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.deliberation.consensus import (
    Fist,
    agreement,
    consensus,
    fist_to_five,
    spread,
    within_one,
)
from workshop_kit.deliberation.tally import tidy

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


def test_fist_to_five():
    """One hand below 3 is enough to go on talking."""
    assert fist_to_five([3, 4, 5]).reached is True
    assert fist_to_five([5, 2, 0]) == Fist(n=3, blocks=1, doubts=1, reached=False)
    assert fist_to_five([]).reached is None


def test_rounds_beside_each_other(ask, say):
    """The shift between two rounds can be read off."""
    question = ask("score")
    answers = [*say(1, 5, 1, 5), *say(4, 4, 4, in_round=2)]
    table = spread(tidy(answers, [question]), question, asked=4)
    assert list(table["round"]) == [1, 2]
    assert list(table["agreement"]) == [-1, 1]
    assert list(table["missing"]) == [0, 1]
    assert spread(tidy([], [question]), question, asked=4).empty
