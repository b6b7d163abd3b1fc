"""The shift between rounds, with who changed their answer."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop_kit.deliberation.rounds import SHIFT, shift
from workshop_kit.deliberation.tally import tidy

shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_each_round_beside_the_one_before(ask, say):
    """Counts, shares and their difference are per option; who stayed away is in none."""
    question = ask("single", "ab")
    answers = [
        *say("a", "a", "b", "b"),
        *say("a", "b", "b", None, in_round=2),
        *say("b", "b", in_round=4),
    ]
    table = shift(tidy(answers, [question]), question)
    assert list(table.index) == [0, 1, 2, 3]
    assert list(table["round"]) == [2, 2, 4, 4]
    assert list(table["option"]) == ["a", "b", "a", "b"]
    assert list(table["n_before"]) == [2, 2, 1, 2]
    assert list(table["n"]) == [1, 2, 0, 2]
    assert table["difference"].tolist() == pytest.approx([-1 / 6, 1 / 6, -1 / 3, 1 / 3])
    assert list(table["both"]) == [3, 3, 2, 2]
    assert list(table["changed"]) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("kind", "before", "after", "changed"),
    [
        ("multiple", ["a", "b"], ["b", "a"], 0),
        ("multiple", ["a"], ["a", "b"], 1),
        ("ranking", ["a", "b"], ["b", "a"], 1),
        ("dots", {"a": 2, "b": 1}, {"b": 1, "a": 2}, 0),
        ("dots", {"a": 2}, {"a": 3}, 1),
        ("single", {"other": "x"}, {"other": "y"}, 1),
        ("score", 3, 3, 0),
        ("long_text", "x", "y", 1),
    ],
)
def test_what_counts_as_a_change(ask, say, kind, before, after, changed):
    """Order matters in a ranking only; dots and own words matter always."""
    letters = "" if kind in {"score", "long_text"} else "ab"
    question = ask(kind, letters, other=kind == "single")
    answers = [*say(before), *say(after, in_round=2)]
    table = shift(tidy(answers, [question]), question)
    assert set(table["both"]) == {1}
    assert set(table["changed"]) == {changed}


def test_what_left_the_kit_is_still_seen_to_leave(ask, say):
    """What was said in one round only stands with 0 in the other."""
    question = ask("short_text")
    table = shift(tidy([*say("x"), *say("y", in_round=2)], [question]), question)
    assert table[["option", "n_before", "n"]].to_numpy().tolist() == [
        ["y", 0, 1],
        ["x", 1, 0],
    ]


def test_one_round_is_no_shift(ask, say):
    """Without a second round there is nothing to compare."""
    question = ask("single", "ab")
    table = shift(tidy(say("a"), [question]), question)
    assert table.empty
    assert {name: str(kind) for name, kind in table.dtypes.items()} == SHIFT


votes = st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=9)


@shared
@given(votes, votes)
def test_differences_of_a_single_choice_cancel_out(ask, say, first, second):
    """What one option wins, others lose; never more change than people in both."""
    question = ask("single", "abc")
    answers = [*say(*first), *say(*second, in_round=2)]
    table = shift(tidy(answers, [question]), question)
    if table.empty:
        assert not any(first) or not any(second)
        return
    assert table["difference"].sum() == pytest.approx(0, abs=1e-9)
    pairs = [(a, b) for a, b in zip(first, second, strict=False) if a and b]
    assert set(table["both"]) == {len(pairs)}
    assert set(table["changed"]) == {sum(a != b for a, b in pairs)}
    assert isinstance(table["n"].dtype, pd.Int64Dtype)


def test_rows_of_all_rounds_are_numbered_through(ask, say):
    """Three rounds are two steps in one table, of which each row has its own number."""
    question = ask("single", "ab")
    answers = [one for number in (1, 2, 3) for one in say("a", in_round=number)]
    table = shift(tidy(answers, [question]), question)
    assert list(table["round"]) == [2, 2, 3, 3]
    assert list(table.index) == [0, 1, 2, 3]
