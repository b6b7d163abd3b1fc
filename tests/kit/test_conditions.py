"""Conditions decide what is asked, and closed chains stay closed."""

from __future__ import annotations

import importlib

import pytest

from workshop_kit.errors import KitError
from workshop_kit.kit.conditions import Condition, facts, relevant


def test_unanswered_questions_are_empty_facts(small):
    """Text is empty, lists are empty, numbers are null: nothing is missing."""
    seen = facts(small.questions(), {})

    assert seen["goals"] == {"intro": "", "public": "", "which": [], "people": []}
    assert seen["plan"]["minutes"] is None
    assert seen["plan"]["review"] == ""


def test_answers_become_plain_facts(small):
    """Own words are 'other', rows hold every column, numbers are decimals, dots a list."""
    seen = facts(
        small.questions(),
        {
            "goals.public": {"other": "soms"},
            "goals.people": [{"who": "Balie"}],
            "plan.minutes": 5,
            "plan.weight": {"replies": 2, "writing": 1},
        },
    )

    assert seen["goals"]["public"] == "other"
    assert seen["goals"]["people"] == [
        {"who": "Balie", "hours": None, "network": "", "goal": []}
    ]
    assert isinstance(seen["plan"]["minutes"], float)
    assert seen["plan"]["weight"] == ["replies", "writing"]


def test_an_option_opens_its_follow_up(small):
    """A question that an option opens is asked only once that option is chosen."""
    assert "goals.which" not in relevant(small, {})
    assert "goals.which" in relevant(small, {"goals.public": "yes"})
    assert "goals.which" not in relevant(small, {"goals.public": {"other": "x"}})


def test_a_condition_over_two_answers(small):
    """A question with an expression is asked only where it holds."""
    both = {"goals.public": "yes", "goals.people": [{"who": "Balie"}]}

    assert "plan.budget" in relevant(small, both)
    assert "plan.budget" not in relevant(small, {**both, "goals.public": "no"})


def test_an_answer_behind_a_closed_door_does_not_count(small):
    """The facts of a question that is not asked are empty for those after it."""
    condition = Condition("size(goals.which) == 0", where="test")
    asked = relevant(small, {"goals.public": "no", "goals.which": ["reach"]})
    kept = {k: ["reach"] for k in asked if k == "goals.which"}

    assert condition.holds(facts(small.questions(), kept))


def test_total_counts_a_missing_number_as_nothing(small):
    """total() adds up what is there."""
    people = [{"who": "a", "hours": 2.5}, {"who": "b"}, {"who": "c", "hours": 1}]
    condition = Condition("total(goals.people.map(p, p.hours)) == 3.5", where="test")

    assert condition.holds(facts(small.questions(), {"goals.people": people}))
    assert condition.paths() == ("goals.people",)


def test_words_in_quotes_are_not_read_as_ids():
    """A path inside a string is data."""
    assert Condition('plan.name == "goals.which"', where="t").paths() == ("plan.name",)


def test_an_expression_over_something_unknown():
    """A misspelt function is an error with its place, not a silent no."""
    with pytest.raises(KitError) as caught:
        Condition("totaal([1]) > 0", where="rule X-1, when").holds({})

    assert str(caught.value) == (
        "rule X-1, when: 'totaal' is no question, and no function that expressions "
        "know. Put a text in quotes; docs/kit-format.md names the functions."
    )


def test_the_library_keeps_its_own_command():
    """What is left out while it is imported can still be imported by others."""
    Condition("1 < 2", where="here").holds({})
    assert importlib.import_module("cel.cli").app is not None
