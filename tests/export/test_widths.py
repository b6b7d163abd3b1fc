"""Columns of a table are as wide as what they say needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.export.widths import breadth, parted, shares

LINE = 80


def test_a_short_column_takes_no_more_than_it_needs():
    """What one column does not need, the one that says more gets."""
    long = "Een zin die veel langer is dan de regel waarop hij zou moeten passen. " * 2
    short, wide = shares([["Kop", "ja"], ["Uitleg", long]], LINE)
    assert short < 10
    assert wide > 70


def test_two_columns_that_fit_stand_beside_each_other():
    """Values stand next to their names, and the rest of the line stays empty."""
    name, value = shares([["Doelgroep", "Gezinnen"], ["Prioriteit", "Hoog"]], LINE)
    assert name < 15
    assert value == pytest.approx(LINE - name)


def test_numbers_stand_at_the_end_of_the_line():
    """Where numbers stand last, the first column gets what is left."""
    name, count, share = shares([["Keuze", "Ja"], ["Aantal", "4"], ["%", "57"]], LINE)
    assert count + share < 20
    assert name > 60


def test_many_numbers_share_the_line():
    """Where a figure's values fill many columns, none stands far from its row."""
    years = [[str(year), "10,5", "9,4"] for year in range(2019, 2025)]
    month, *numbers = shares([["Maand", "januari", "mei"], *years], LINE)
    assert month < 20
    assert max(numbers) < min(numbers) + 1


def test_columns_to_write_in_have_room_for_a_hand():
    """A date to fill in has as much room as a word, and a signature more."""
    columns = [["Naam", "Directie"], ["Datum", " "], ["Handtekening", " "]]
    assert min(shares(columns, LINE)[1:]) >= 18


def test_a_day_stays_with_its_month():
    """A column of dates is at least as wide as a day and its month."""
    texts = ["Uiterlijk", "31 december 2027"]
    many = [["Kop", "communicatie communicatie communicatie"]] * 5
    assert shares([texts, *many], LINE)[0] >= breadth("31 december")


def test_long_words_do_not_take_the_line():
    """Long words are hyphenated when those who say more need the room."""
    columns = [
        ["Vraag", "medezeggenschapsvertegenwoordiging"],
        ["Besluit", "vrijwilligerscoördinator"],
        ["Reden", "omdat het zo is " * 20],
    ]
    assert max(shares(columns, LINE)[:2]) < 24


def test_an_empty_column_has_room_too():
    """A column without a word is not squeezed out, also where there is no room."""
    columns = [["", ""], ["Kop", "een lange zin die alles vult " * 9]]
    for line in (LINE, 3, 0, -5):
        assert min(shares(columns, line)) > 0


TEXTS = st.lists(st.text(max_size=60), min_size=3, max_size=3)


@given(st.lists(TEXTS, min_size=1, max_size=10))
def test_any_columns_share_the_line(columns):
    """Whatever they say, columns have some room and fill the line together."""
    widths = shares(columns, LINE)
    assert sum(widths) == pytest.approx(LINE)
    assert min(widths) > 0


@given(st.text(max_size=80), st.floats(min_value=1, max_value=40))
def test_parts_make_the_text_again(words, room):
    """Nothing is lost of a text that is cut, and every second part is too long."""
    pieces = parted(words, room)
    assert "".join(pieces) == words
    assert all(breadth(piece) > room for piece in pieces[1::2])
