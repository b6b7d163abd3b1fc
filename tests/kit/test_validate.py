"""Values fit their question, or say why they do not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.errors import AnswerError
from workshop_kit.kit.load import load
from workshop_kit.kit.model import Column, Option, Question
from workshop_kit.kit.validate import clean, keys, validate

GOOD = [
    ("goals.public", "yes", "yes"),
    ("goals.public", {"other": " Een  beetje "}, {"other": "Een beetje"}),
    ("goals.public", "", None),
    ("goals.which", ["reach", "visits"], ["reach", "visits"]),
    ("goals.which", [], None),
    (
        "plan.topics",
        ["objects", {"other": "de buurt"}],
        ["objects", {"other": "de buurt"}],
    ),
    (
        "plan.weight",
        {"pictures": 1.0, "writing": 2},
        {"writing": 2, "pictures": 1},
    ),
    ("plan.weight", {}, None),
    ("plan.fits", 5, 5),
    ("plan.fits", "3", 3),
    ("plan.name", "  Museum\tDe   Proef ", "Museum De Proef"),
    ("plan.name", "   ", None),
    ("plan.review", " ", None),
    ("plan.story", "Een\r\nverhaal\x00", "Een\nverhaal"),
    ("plan.minutes", "45", 45),
    ("plan.minutes", 45.0, 45),
    ("plan.budget", "2,5", 2.5),
    ("plan.budget", "2.50", 2.5),
    ("plan.budget", 0, 0),
    ("plan.review", "2027-03-31", "2027-03-31"),
    ("plan.best", ["Educatie"], ["Educatie"]),
    ("plan.name", "x" * 200, "x" * 200),
    ("plan.name", None, None),
    ("plan.story", "x" * 8000, "x" * 8000),
    ("plan.story", "Een\rverhaal\r\nin\tdelen", "Een\nverhaal\nin\tdelen"),
    ("plan.story", "e\u0301e\u0301n", "\u00e9\u00e9n"),
    ("plan.fits", 1, 1),
    ("plan.minutes", "", None),
    ("plan.minutes", None, None),
    ("plan.budget", "000000000000000002,5", 2.5),
    ("plan.budget", "+2", 2),
    ("plan.budget", 999_999_999_999_999, 999_999_999_999_999),
    ("plan.review", "1900-01-01", "1900-01-01"),
    ("plan.review", "2200-12-31", "2200-12-31"),
    ("plan.weight", {"writing": 3}, {"writing": 3}),
    (
        "plan.weight",
        {"writing": 1, "replies": 1, "pictures": 1},
        {"writing": 1, "replies": 1, "pictures": 1},
    ),
    ("plan.weight", "", None),
    ("plan.best", "", None),
    ("goals.people", [{"who": "a"}, {}, {"who": "b"}], [{"who": "a"}, {"who": "b"}]),
    ("goals.people", [{}], None),
    (
        "goals.people",
        [
            {
                "who": "Educatie",
                "hours": "2,5",
                "network": "facebook",
                "goal": ["reach"],
            },
            {},
        ],
        [{"who": "Educatie", "hours": 2.5, "network": "facebook", "goal": ["reach"]}],
    ),
]

BAD = [
    ("goals.intro", "x", "goals.intro: This is a note and takes no answer."),
    ("goals.public", "maybe", "goals.public: This is not one of the choices."),
    (
        "goals.public",
        {"other": " "},
        "goals.public: You chose 'other': please write what.",
    ),
    ("goals.which", {"other": "x"}, "goals.which: This is not one of the choices."),
    ("goals.which", "visits", "goals.which: This is not one of the choices."),
    (
        "goals.which",
        ["reach", "visits", "dialogue"],
        "goals.which: Please choose at most 2.",
    ),
    (
        "goals.which",
        ["reach", "reach"],
        "goals.which: The same choice stands here twice.",
    ),
    ("plan.weight", {"cats": 1}, "plan.weight: This is not one of the choices."),
    ("plan.weight", ["writing"], "plan.weight: This is not one of the choices."),
    (
        "plan.weight",
        {"writing": 0},
        "plan.weight: Please give a choice whole dots, 1 or more, or none.",
    ),
    (
        "plan.weight",
        {"writing": True},
        "plan.weight: Please give a choice whole dots, 1 or more, or none.",
    ),
    (
        "plan.weight",
        {"writing": 1.5},
        "plan.weight: Please give a choice whole dots, 1 or more, or none.",
    ),
    (
        "plan.weight",
        {"writing": 3, "replies": 1},
        "plan.weight: These are 4 dots; there are 3 to give.",
    ),
    ("plan.fits", 6, "plan.fits: Please write 5 or less."),
    ("plan.fits", 0, "plan.fits: Please write 1 or more."),
    ("plan.fits", 2.5, "plan.fits: Please write a whole number."),
    ("plan.fits", True, "plan.fits: Please write a number, such as 12 or 2,5."),
    (
        "plan.minutes",
        "1.234,5",
        "plan.minutes: Please write a number, such as 12 or 2,5.",
    ),
    ("plan.minutes", "veel", "plan.minutes: Please write a number, such as 12 or 2,5."),
    (
        "plan.minutes",
        10**400,
        "plan.minutes: Please write a number, such as 12 or 2,5.",
    ),
    (
        "plan.budget",
        float("nan"),
        "plan.budget: Please write a number, such as 12 or 2,5.",
    ),
    ("plan.budget", "-1", "plan.budget: Please write 0 or more."),
    ("plan.budget", "\u22121", "plan.budget: Please write 0 or more."),
    ("plan.minutes", "2,5", "plan.minutes: Please write a whole number."),
    ("plan.review", 3, "plan.review: Please write words here."),
    ("plan.minutes", "121", "plan.minutes: Please write 120 or less."),
    (
        "plan.budget",
        "0" * 20 + "2",
        "plan.budget: Please write a number, such as 12 or 2,5.",
    ),
    (
        "plan.budget",
        10**15,
        "plan.budget: Please write a number, such as 12 or 2,5.",
    ),
    ("plan.budget", [2], "plan.budget: Please write a number, such as 12 or 2,5."),
    ("plan.name", 3, "plan.name: Please write words here."),
    (
        "plan.review",
        "1899-12-31",
        "plan.review: Please give a year between 1900 and 2200.",
    ),
    (
        "plan.review",
        "2201-01-01",
        "plan.review: Please give a year between 1900 and 2200.",
    ),
    (
        "plan.weight",
        {"writing": "2"},
        "plan.weight: Please give a choice whole dots, 1 or more, or none.",
    ),
    (
        "plan.weight",
        {"writing": 10**6},
        "plan.weight: Please give a choice whole dots, 1 or more, or none.",
    ),
    (
        "goals.public",
        {"other": "x", "more": "y"},
        "goals.public: This is not one of the choices.",
    ),
    (
        "goals.public",
        {"other": "x" * 201},
        "goals.public: This is 201 characters; please keep it to 200.",
    ),
    ("goals.which", ["no"], "goals.which: This is not one of the choices."),
    (
        "plan.topics",
        ["objects"] * 501,
        "plan.topics: This is not one of the choices.",
    ),
    ("plan.best", [""], "plan.best: This is not in the earlier list (any more)."),
    ("plan.best", "Educatie", "plan.best: This is not one of the choices."),
    ("plan.best", [3], "plan.best: Please write words here."),
    (
        "plan.best",
        ["x" * 201],
        "plan.best: This is 201 characters; please keep it to 200.",
    ),
    ("plan.best", ["Educatie"] * 2, "plan.best: The same choice stands here twice."),
    ("goals.people", "x", "goals.people: This is not one of the choices."),
    ("goals.people", ["x"], "goals.people: Row 1 has a column that is not asked."),
    (
        "plan.name",
        "x" * 201,
        "plan.name: This is 201 characters; please keep it to 200.",
    ),
    (
        "plan.story",
        "x" * 8001,
        "plan.story: This is 8001 characters; please keep it to 8000.",
    ),
    (
        "plan.review",
        "31-3-2027",
        "plan.review: Please give a date as year-month-day, such as 2027-03-31.",
    ),
    (
        "plan.review",
        "0026-03-31",
        "plan.review: Please give a year between 1900 and 2200.",
    ),
    ("plan.best", ["Elders"], "plan.best: This is not in the earlier list (any more)."),
    (
        "goals.people",
        [{"hours": 2}],
        "goals.people[1].who: Please fill this in too; the row needs it.",
    ),
    (
        "goals.people",
        [{"who": "a"}, {"who": "b", "hours": "x"}],
        "goals.people[2].hours: Please write a number, such as 12 or 2,5.",
    ),
    (
        "goals.people",
        [{"who": "a", "wage": 1}],
        "goals.people: Row 1 has a column that is not asked.",
    ),
    ("goals.people", [{"who": "a"}] * 4, "goals.people: Please keep it to 3 rows."),
]


@pytest.mark.parametrize(("question", "value", "expected"), GOOD)
def test_a_fitting_value_is_kept_in_one_form(small, question, value, expected):
    """What fits is kept, tidied; empty input is no answer."""
    kept = validate(small.question(question), value, choices=["Educatie"])

    assert expected == kept
    assert type(expected) is type(kept)


@pytest.mark.parametrize(("question", "value", "message"), BAD)
def test_a_value_that_does_not_fit_says_why(small, question, value, message):
    """What does not fit is refused in words for whoever filled it in."""
    with pytest.raises(AnswerError) as caught:
        validate(small.question(question), value, choices=["Educatie"])

    assert message == str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["other", "who", "hours", "goal", "writing", "replies"])
            | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
OPTIONS = st.sampled_from(["yes", "no", "dialogue", "visits", "reach", "objects"])


@given(value=JSON | OPTIONS | st.lists(OPTIONS), place=st.integers(0, 13))
def test_any_input_is_kept_or_refused(value, place):
    """Whatever arrives, the result is valid JSON that validates to itself."""
    question = load("tests/kits/small").questions()[place]
    try:
        kept = validate(question, value)
    except AnswerError:
        return

    assert kept == validate(question, kept)
    assert kept == json.loads(json.dumps(kept, allow_nan=False))


@given(st.text())
def test_clean_text_holds_nothing_that_could_deceive(text):
    """Cleaned text is stable and has no control or direction characters."""
    cleaned = clean(text)

    assert cleaned == clean(cleaned)
    assert not set(cleaned) & set("\x00\x1b\u202e\u2066\u200f")


@pytest.mark.parametrize(
    ("options", "at_most", "dots"),
    [(2, None, 3), (6, None, 3), (7, None, 4), (12, None, 6), (12, 2, 2)],
)
def test_dots_are_half_the_options_unless_told(options, at_most, dots):
    """Half, rounded up, at least three; the kit can say otherwise."""
    words = {"en": "w"}
    question = Question(
        id="a.b",
        type="dots",
        label=words,
        hint=words,
        script=words,
        at_most=at_most,
        options=tuple(Option(id=f"o{n}", label=words) for n in range(options)),
    )

    assert question.dots == dots


def test_a_later_question_picks_by_key(small):
    """Rows are picked by their first column, options by id or own words."""
    people = [{"who": "Educatie", "hours": 2}, {"who": "Balie"}]

    assert keys(small.question("goals.people"), people) == ["Educatie", "Balie"]
    assert keys(small.question("plan.topics"), ["objects", {"other": "buurt"}]) == [
        "objects",
        "buurt",
    ]
    assert keys(small.question("plan.topics"), None) == []


def _question(kind, **more):
    words = {"en": "w"}
    return Question(id="a.b", type=kind, label=words, hint=words, script=words, **more)


def test_a_list_has_forty_rows_unless_told():
    """Forty fit, forty-one are too many."""
    columns = (Column(id="name", label={"en": "n"}),)
    question = _question("rows", columns=columns)
    assert len(validate(question, [{"name": "x"}] * 40)) == 40
    with pytest.raises(AnswerError) as caught:
        validate(question, [{"name": "x"}] * 41)
    assert str(caught.value) == "a.b: Please keep it to 40 rows."


def test_a_choice_can_be_as_long_as_its_list_can_be():
    """Five hundred are taken in, whatever they are."""
    question = _question("pick", pick_from="a.a")
    many = [f"x{number}" for number in range(500)]
    assert validate(question, many) == many


def test_of_a_list_no_more_is_picked_than_the_kit_says():
    """As many as may be fit, one more does not."""
    question = _question("pick", pick_from="a.a", at_most=2)
    assert validate(question, ["x", "y"]) == ["x", "y"]
    with pytest.raises(AnswerError) as caught:
        validate(question, ["x", "y", "z"])
    assert str(caught.value) == "a.b: Please choose at most 2."


def test_keys_stand_once_and_leave_out_what_is_empty(small):
    """Lists in a first column give each of their items; a row without it gives none."""
    people = [{"who": "Balie"}, {"hours": 2}, {"who": "Balie"}, {"who": ["a", "b"]}]
    assert keys(small.question("goals.people"), people) == ["Balie", "a", "b"]
