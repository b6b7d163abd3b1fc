"""Rankings, against published elections and an independent library."""

from __future__ import annotations

import math
from collections import Counter

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare
from votelib.component.rankscore import Borda
from votelib.convert import RankedToCondorcetVotes, RankedToPositionalVotes
from votelib.evaluate.condorcet import Schulze

from workshop_kit.deliberation.ranking import (
    borda,
    kendall_w,
    orders,
    pairwise,
    paths,
    ranks,
    schulze,
)
from workshop_kit.deliberation.tally import tidy

shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
SCHULZE_2011 = {
    "acbed": 5,
    "adecb": 5,
    "bedac": 8,
    "cabed": 3,
    "caebd": 7,
    "cbade": 2,
    "dceba": 7,
    "ebadc": 8,
}
ballots = st.lists(st.permutations("abcd"), min_size=1, max_size=8)


@pytest.fixture
def election(ask, say):
    """Rank the letters of each ballot."""

    def hold(given, letters="abcde"):
        question = ask("ranking", letters)
        answers = say(*(list(ballot) for ballot in given))
        return ranks(tidy(answers, [question]), question)

    return hold


@pytest.fixture
def published(election):
    """Hold the election with 45 voters of Schulze's paper."""
    return election([b for b, n in SCHULZE_2011.items() for _ in range(n)])


def test_borda_of_the_published_election(published):
    """The 45 voters give the scores that pref_voting gives."""
    assert borda(published).to_dict() == {"a": 98, "b": 92, "c": 89, "d": 69, "e": 102}


def test_schulze_of_the_published_election(published):
    """The order is that of the paper: E A C B D."""
    assert schulze(published) == [["e"], ["a"], ["c"], ["b"], ["d"]]


def test_paths_of_the_published_election(published):
    """The strongest paths are those of the paper's table."""
    wins = pairwise(published)
    assert wins.loc["a"].tolist() == [0, 20, 26, 30, 22]
    assert paths(wins).to_numpy().tolist() == [
        [0, 28, 28, 30, 24],
        [25, 0, 28, 33, 24],
        [25, 29, 0, 29, 24],
        [25, 28, 28, 0, 24],
        [25, 28, 28, 31, 0],
    ]


def test_methods_beside_each_other(published):
    """Schulze and Borda name E, first places name A's rival C."""
    table = orders(published)
    assert list(table["option"]) == list("eacbd")
    assert table.loc[table["first"].eq(1), "option"].tolist() == ["c"]
    assert table.loc[table["borda"].eq(1), "option"].tolist() == ["e"]


def test_left_out_options_share_the_places_left(election):
    """A short ballot gives each option it leaves out the same rank."""
    assert election(["b"], "abcd").iloc[0].tolist() == [3, 1, 3, 3]


@shared
@given(ballots)
def test_w_is_friedmans_chi_square(election, given_ballots):
    """W equals chi²/(m(n-1)) of scipy, also with ties."""
    cut = [ballot[: 1 + i % 4] for i, ballot in enumerate(given_ballots)]
    for table in (election(given_ballots, "abcd"), election(cut, "abcd")):
        if len(table) < 2:
            assert math.isnan(kendall_w(table))
            continue
        chi2 = friedmanchisquare(*(table[name] for name in table)).statistic
        w = chi2 / (len(table) * (len(table.columns) - 1))
        assert kendall_w(table) == pytest.approx(w, abs=1e-12)


@shared
@given(ballots, st.randoms())
def test_order_of_ballots_does_not_matter(election, given_ballots, random):
    """Shuffling the voters changes no result."""
    shuffled = random.sample(given_ballots, len(given_ballots))
    one, other = election(given_ballots, "abcd"), election(shuffled, "abcd")
    pd.testing.assert_frame_equal(orders(one), orders(other))
    assert kendall_w(one) == pytest.approx(kendall_w(other), nan_ok=True)


def _counted(given_ballots):
    return Counter(map(tuple, given_ballots))


def test_published_election_by_an_independent_library():
    """Votelib finds the same order and the same points."""
    votes = _counted(b for b, n in SCHULZE_2011.items() for _ in range(n))
    pairs = RankedToCondorcetVotes().convert(votes)
    assert Schulze().evaluate(pairs, 5) == list("eacbd")
    assert RankedToPositionalVotes(Borda(base=0)).convert(votes) == {
        "a": 98,
        "b": 92,
        "c": 89,
        "d": 69,
        "e": 102,
    }


@shared
@given(ballots)
def test_borda_and_paths_are_those_of_an_independent_library(election, given_ballots):
    """Votelib gives the same points and the same strongest paths, whoever votes."""
    table, votes = election(given_ballots, "abcd"), _counted(given_ballots)
    points = RankedToPositionalVotes(Borda(base=0)).convert(votes)
    assert borda(table).to_dict() == {name: points.get(name, 0) for name in "abcd"}
    widest = Schulze.widest_paths(RankedToCondorcetVotes().convert(votes))
    ours = paths(pairwise(table))
    assert {
        (one, other): ours.loc[one, other] for one in "abcd" for other in "abcd"
    } == {
        (one, other): widest.get((one, other), 0) for one in "abcd" for other in "abcd"
    }


@shared
@given(ballots)
def test_condorcet_winner_leads(election, given_ballots):
    """Who beats every other in pairs is Schulze's winner."""
    table = election(given_ballots, "abcd")
    wins = pairwise(table)
    for name in wins:
        if all(wins.loc[name, o] > wins.loc[o, name] for o in wins if o != name):
            assert schulze(table)[0] == [name]


@shared
@given(ballots)
def test_borda_adds_up(election, given_ballots):
    """Every ballot gives out the same points, however short."""
    cut = [ballot[: 1 + i % 4] for i, ballot in enumerate(given_ballots)]
    assert borda(election(cut, "abcd")).sum() == pytest.approx(6 * len(cut))


def test_nobody_ranked(election):
    """Without ballots there is no order and no W."""
    empty = election([], "abc")
    assert orders(empty).empty
    assert schulze(empty) == [["a", "b", "c"]]
    assert math.isnan(kendall_w(empty))
    assert borda(empty).to_dict() == {"a": 0, "b": 0, "c": 0}


def test_orders_are_a_table_in_their_own_order(ask, say):
    """Places are whole numbers that can be missing, rows are numbered anew."""
    question = ask("ranking", "abc")
    frame = tidy(say(["c", "b", "a"], ["c", "b", "a"]), [question])
    table = orders(ranks(frame, question))
    assert list(table["option"]) == ["c", "b", "a"]
    assert list(table.index) == [0, 1, 2]
    assert table.dtypes.astype(str).to_dict() == {
        "option": "string",
        "points": "float64",
        "firsts": "Int64",
        "schulze": "Int64",
        "borda": "Int64",
        "first": "Int64",
    }


def test_two_options_can_be_ranked_alike(ask, say):
    """W is defined from two ballots of two options on."""
    question = ask("ranking", "ab")
    frame = tidy(say(["a", "b"], ["a", "b"]), [question])
    assert kendall_w(ranks(frame, question)) == 1


def test_ballots_that_tie_everything_are_not_alike():
    """W has no value where nobody puts one thing before another."""
    assert math.isnan(kendall_w(pd.DataFrame({"a": [1.5, 1.5], "b": [1.5, 1.5]})))
