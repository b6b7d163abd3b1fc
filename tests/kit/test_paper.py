"""What is typed from a form on paper is read by its short codes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.errors import AnswerError
from workshop_kit.kit.load import load
from workshop_kit.kit.paper import letter, numbered, options_of, read
from workshop_kit.kit.validate import validate


@pytest.fixture(scope="module")
def kit():
    """The kit of the 2015 source page, with a question of nearly every type."""
    return social()


@cache
def social():
    """Return the kit, for tests that hypothesis repeats."""
    return load("social_media")


def first(kit, kind):
    """Return the first question of a type."""
    return next(q for q in kit.questions() if q.type == kind)


def test_letters_go_on_after_z():
    """So a list of more than 26 options has a code for each, all different."""
    assert [letter(n) for n in (0, 25, 26, 27, 51, 52)] == [
        *("a", "z", "aa", "ab", "az", "ba")
    ]
    assert len({letter(n) for n in range(1000)}) == 1000


def test_only_what_the_track_asks_has_a_number(kit):
    """Numbers run from 1 without a gap, and notes have none."""
    asked = numbered(kit, "short")
    assert [*asked] == list(range(1, len(asked) + 1))
    assert all("short" in q.minutes and q.type != "note" for q in asked.values())
    assert len(numbered(kit, "draft")) < len(asked) < len(numbered(kit, "full"))


@given(st.data())
def test_every_choice_comes_back_from_its_letters(data):
    """Whatever is ticked, typed with or without spaces, is what is read."""
    kit = social()
    asked = [q for q in kit.questions() if q.type in {"single", "multiple", "ranking"}]
    question = data.draw(st.sampled_from(asked))
    most = 1 if question.type == "single" else question.at_most or 99
    places = data.draw(
        st.lists(
            st.integers(0, len(question.options) - 1),
            min_size=1,
            max_size=min(most, len(question.options)),
            unique=True,
        )
    )
    cut = data.draw(st.sampled_from([" ", ", ", ""]))
    case = data.draw(st.sampled_from([str.upper, str.lower]))
    typed = case(cut.join(letter(place) for place in places))
    ids = [question.options[place].id for place in places]
    found = validate(question, read(kit, question, typed))
    assert found == (ids[0] if question.type == "single" else ids)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_in_words(typed):
    """No line is an error of the program, for any type of question."""
    kit = social()
    kinds = {q.type: q for q in numbered(kit, "full").values()}
    for question in kinds.values():
        try:
            found = validate(question, read(kit, question, typed))
        except AnswerError:
            continue
        assert validate(question, found) == found


def test_own_words_stand_after_a_slash(kit):
    """What was written at “other” comes along, also by itself."""
    asked = next(q for q in kit.questions() if q.type == "multiple" and q.other)
    ids = [option.id for option in asked.options]
    assert validate(asked, read(kit, asked, "b a / a  fair")) == [
        *(ids[1], ids[0], {"other": "a fair"})
    ]
    assert validate(asked, read(kit, asked, "/ a fair")) == [{"other": "a fair"}]


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("single", "a b", "Only one can be chosen here."),
        ("multiple", "a zz", "“zz” is no code here; they run from a to "),
        ("dots", "a2 !", "Write letters with their dots, such as a2 c1; not “a2 !”."),
        ("rows", "|" * 30, "Row 1 has 31 cells; the form has "),
        ("date", "31-2-2027", "Please give a date as year-month-day"),
        ("integer", "many", "Please write a number, such as 12 or 2,5."),
    ],
)
def test_what_is_no_code_is_said(kit, kind, typed, said):
    """The words name what was typed and what would fit."""
    found = (q for q in kit.questions() if q.type == kind)
    question = next(found, None)
    if question is None:
        base = first(kit, "ranking")
        question = replace(base, type=kind, id="goals.dots")
    with pytest.raises(AnswerError) as caught:
        validate(question, read(kit, question, typed))
    assert str(caught.value).startswith(f"{question.id}: {said}")


def test_dots_are_letters_with_a_number(kit):
    """A letter without a number is one dot, and the same letter adds up."""
    base = first(kit, "ranking")
    asked = replace(base, type="dots", at_most=9)
    ids = [option.id for option in asked.options]
    found = validate(asked, read(kit, asked, "a2, c b x3 a"))
    assert found == {ids[0]: 3, ids[1]: 3, ids[2]: 1}


def test_a_day_may_be_typed_as_it_is_written(kit):
    """Day, month and year, as on paper in the Netherlands."""
    asked = first(kit, "date")
    for typed in ("31-3-2027", "31/03/2027", "31 3 2027", "2027-03-31"):
        assert validate(asked, read(kit, asked, typed)) == "2027-03-31"


def test_rows_are_lines_with_bars_between_the_cells(small_folder):
    """Cells are typed as their column asks; one left empty is not filled in."""
    small = load(small_folder)
    asked = small.question("goals.people")
    networks = [option.id for option in asked.columns[2].options]
    found = read(small, asked, "Editor | 2,5 | b | c a\n\n Intern || / Fediverse")
    assert validate(asked, found) == [
        {
            "who": "Editor",
            "hours": 2.5,
            "network": networks[1],
            "goal": ["reach", "dialogue"],
        },
        {"who": "Intern", "network": {"other": "Fediverse"}},
    ]


def test_a_pick_takes_the_words_of_the_earlier_list(kit):
    """Case does not matter; what is not in the list is left for the check."""
    asked = next(
        q for q in kit.questions() if q.type == "pick" and not options_of(kit, q)
    )
    known = ["Neighbours", "Schools"]
    assert read(kit, asked, "schools; Elsewhere", known=known) == [
        *("Schools", "Elsewhere")
    ]
