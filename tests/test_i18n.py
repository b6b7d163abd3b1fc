"""Our own words are translated, all of them, with the same slots."""

from __future__ import annotations

import ast
import datetime as dt
import re
import string
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from babel.dates import format_date, get_month_names
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes
from typer.main import get_command

import workshop_kit
from workshop_kit.cli import app
from workshop_kit.errors import StoreError
from workshop_kit.i18n import LANGUAGES, Translator
from workshop_kit.live.command_words import texts

ROOT = Path(workshop_kit.__file__).parent
CATALOGUE = ROOT / "locale" / "nl" / "LC_MESSAGES" / "workshop_kit.po"


def marked():
    """Find every message marked for translation in the source, and the help."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                found.add(ast.literal_eval(node.args[0]))
    found |= {*texts(get_command(app))}
    for path in ROOT.rglob("*.html"):
        page = Environment(autoescape=True).parse(path.read_text("utf-8"))
        for call in page.find_all(nodes.Call):
            words = call.args[0] if call.args else None
            if getattr(call.node, "name", "") == "t" and isinstance(words, nodes.Const):
                found.add(words.value)
    return found


def translated():
    """Return message → Dutch, plural forms apart."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="nl")
    pairs = {}
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        dutch = message.string if isinstance(message.id, tuple) else (message.string,)
        pairs.update(zip(ids, dutch, strict=True))
    return {k: v for k, v in pairs.items() if k}


def slots(message):
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_every_message_has_a_dutch_translation():
    """No English remnant, and no translation of what is no longer said."""
    assert marked() == {k for k, v in translated().items() if v}


def test_a_translation_has_the_slots_of_its_message():
    """A slot lost in translation would lose a fact, one too many an error."""
    wrong = {k: v for k, v in translated().items() if slots(k) != slots(v)}

    assert wrong == {}


@pytest.mark.parametrize(
    ("lang", "number", "day", "rounded"),
    [
        ("nl", "1.234.567,891", "3 november 2026", "5,3"),
        ("en", "1,234,567.891", "3 November 2026", "5.3"),
    ],
)
def test_numbers_and_dates_follow_the_language(lang, number, day, rounded):
    """Separators, month names and rounding are those that people expect."""
    t = Translator(lang)

    assert t.number(1234567.891) == number
    assert t.date(dt.date(2026, 11, 3)) == day
    assert t.number(5.25, 1) == rounded


@pytest.mark.parametrize("lang", LANGUAGES)
@given(
    st.floats(-1e15, 1e15)
    | st.integers(-(10**15), 10**15)
    | st.decimals(-(10**15), 10**15, places=4)
)
def test_numbers_are_written_as_babel_writes_them(lang, value):
    """Whole or not, large or small, below 0 or not."""
    t, exact = Translator(lang), Decimal(str(value))
    patterns = {0: "#,##0", 2: "#,##0.00"}

    assert t.number(value) == format_decimal(
        exact, locale=lang, decimal_quantization=False
    )
    for decimals, pattern in patterns.items():
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        assert t.number(value, decimals) == format_decimal(rounded, pattern, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@given(st.dates())
def test_dates_are_written_as_babel_writes_them(lang, day):
    """Each month by the name it has in a date and by itself."""
    t = Translator(lang)

    assert t.date(day) == format_date(day, "d MMMM y", locale=lang)
    assert t.month(day) == format_date(day, "MMMM y", locale=lang)
    for context in ("format", "stand-alone"):
        names = get_month_names("wide", context, lang)
        assert t.months == [names[month] for month in range(1, 13)]


def test_a_missing_translation_shows_itself():
    """Content without this language is shown in another, marked as such."""
    assert Translator("nl").pick({"en": "Goals"}) == "[en] Goals"
    assert Translator("nl").pick({}) == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_translated_by_nothing(lang):
    """A catalogue's own head stands under the empty message; nobody wants to read it."""
    assert Translator(lang)("") == ""


def test_an_unknown_language_speaks_english():
    """A foreign locale still gets words."""
    assert Translator("fr")("Contents") == "Contents"
    assert LANGUAGES == ("nl", "en")


def test_an_error_speaks_the_language_of_who_meets_it():
    """The same error reads Dutch or English, with its place in front."""
    error = StoreError(
        "This is {length} characters; please keep it to {limit}.",
        where="a.b",
        fix="Please write a whole number.",
        length=9,
        limit=5,
    )

    assert error.render(Translator("nl")) == (
        "a.b: Dit zijn 9 tekens; houd het bij 5. Vul een heel getal in."
    )
    assert str(error) == (
        "a.b: This is 9 characters; please keep it to 5. Please write a whole number."
    )


def test_no_words_of_a_registry_or_machine_are_in_the_catalogue():
    """The catalogue holds words only."""
    assert not re.search(r"https?://|/home/", CATALOGUE.read_text("utf-8"))
