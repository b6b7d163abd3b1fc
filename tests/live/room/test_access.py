"""Codes and links that nobody guesses, read as people type them."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.live.room import access
from workshop_kit.live.room.access import ALPHABET, fits, new_access, spaced
from workshop_kit.live.room.state import Access

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def held(**changes):
    """Return access as it is kept."""
    said = new_access(now=NOW) | changes
    return Access(
        **{**said, "expires_at": dt.datetime.fromisoformat(said["expires_at"])}
    )


def test_a_new_code_is_long_and_readable():
    """Eight of 31 characters that look like no other; 128 bits in both links."""
    made = [new_access() for _ in range(200)]
    letters = {letter for each in made for letter in each["code"]}

    assert {len(each["code"]) for each in made} == {8}
    assert letters == set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert not set("01OIL") & set(ALPHABET)
    words = [each[name] for each in made for name in ("code", "link", "projector")]
    assert len(set(words)) == 600
    assert all(len(each["link"]) == len(each["projector"]) == 22 for each in made)


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "{}\n", "-{}", "\u2013{}."], ids=range(5)
)
def test_a_code_is_read_as_people_type_it(typed):
    """Spaces, dashes and small letters do not matter."""
    known = held()
    for code in (known.code, known.code.lower(), spaced(known.code)):
        assert fits(known, typed.format(code), NOW) == "yes"


@given(st.text(max_size=40))
def test_nothing_else_fits(text):
    """No text but the code or the link lets anybody in, and none is an error."""
    assert fits(held(), text, NOW) == "wrong"


@pytest.mark.parametrize(
    "close", ["", " ", "\ud800", "ABCDEFG", "ABCDEFGHJ", "\u212bBCDEFGH", "ß" * 4]
)
def test_what_comes_close_does_not_fit(close):
    """Neither a part of a code nor characters that look like it."""
    known = held(code="ABCDEFGH", link="x" * 22)

    assert fits(known, close, NOW) == "wrong"
    assert fits(known, "X" * 22, NOW) == "wrong"
    assert fits(known, known.projector, NOW) == "wrong"


def test_a_code_expires():
    """Until the last moment it fits, then it is expired; a wrong one stays wrong."""
    known = held()
    last = known.expires_at

    assert last - NOW == dt.timedelta(hours=12)
    for typed in (known.code, known.link):
        assert fits(known, typed, last - dt.timedelta(microseconds=1)) == "yes"
        assert fits(known, typed, last) == "expired"
    assert fits(known, "22222222", last) == "wrong"


def test_secrets_are_compared_in_constant_time(monkeypatch):
    """Both are always compared in full, whichever fits."""
    compared, known = [], held()
    real = secrets.compare_digest

    def compare(one, other):
        compared.append(other)
        return real(one, other)

    monkeypatch.setattr(access.secrets, "compare_digest", compare)
    for typed in (known.code, known.link, "wrong"):
        compared.clear()
        fits(known, typed, NOW)
        assert compared == [known.code.encode(), known.link.encode()]


def test_the_qr_code_is_a_picture_without_style_or_script():
    """It says nothing but dark and light."""
    image = access.qr("http://192.168.1.2:8765/j/" + "x" * 22).decode()

    assert image.startswith("<?xml")
    assert "style" not in image
    assert "script" not in image


def test_addresses_of_the_room_come_before_the_computer_itself():
    """The one that phones can reach is picked first."""
    found = list(access.interfaces())

    assert found == sorted(found, key=access._reach)
    order = ["192.168.1.2", "8.8.8.8", "169.254.1.1", "127.0.0.1"]
    assert sorted(set(order), key=access._reach) == order
