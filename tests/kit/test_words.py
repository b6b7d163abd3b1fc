"""Answers are said as people of the language would say them."""

from __future__ import annotations

import pytest

from workshop_kit.kit.words import enumerate_words, in_words, rows

PEOPLE = [
    {"who": "Balie", "hours": 2.5, "network": {"other": "krant"}, "goal": ["reach"]}
]


@pytest.mark.parametrize(
    ("question", "value", "dutch", "english"),
    [
        ("goals.public", "yes", ["Ja"], ["Yes"]),
        ("goals.public", {"other": "soms"}, ["soms"], ["soms"]),
        ("goals.which", ["reach", "visits"], ["Bereik", "Bezoek"], ["Reach", "Visits"]),
        ("plan.review", "2027-03-31", ["31 maart 2027"], ["31 March 2027"]),
        (
            "plan.budget",
            1234.5,
            ["1.234,5\u00a0euro per jaar"],
            ["1,234.5\u00a0euros a year"],
        ),
        ("plan.best", ["Balie"], ["Balie"], ["Balie"]),
        (
            "plan.weight",
            {"writing": 1, "replies": 2},
            ["Antwoorden (2 stippen)", "Schrijven (1 stip)"],
            ["Replies (2 dots)", "Writing (1 dot)"],
        ),
        ("plan.name", None, [], []),
        (
            "goals.people",
            PEOPLE,
            ["Balie · 2,5\u00a0per week · krant · Bereik"],
            ["Balie · 2.5\u00a0a week · krant · Reach"],
        ),
    ],
)
def test_an_answer_in_words(small, nl, en, question, value, dutch, english):
    """Labels, dates and numbers follow the language; people's words stay."""
    asked = small.question(question)

    assert dutch == in_words(small, asked, value, nl)
    assert english == in_words(small, asked, value, en)


def test_a_missing_cell_is_empty(small, en):
    """A grid keeps its shape when a cell was left open."""
    assert rows(small, small.question("goals.people"), [{"who": "a"}], en) == [
        ["a", "", "", ""]
    ]


def test_things_are_joined_as_in_a_sentence(nl, en):
    """The last two are joined by the language's word for and."""
    assert enumerate_words(["a", "b", "c"], nl) == "a, b en c"
    assert enumerate_words(["a", "b", "c"], en) == "a, b and c"
    assert enumerate_words(["a"], en) == "a"
    assert enumerate_words([], en) == ""
