"""Where a workshop lives: a file or an address, shown without its password."""

from __future__ import annotations

from pathlib import Path

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import place as places
from workshop_kit.store.place import Address, located

FULL = "postgresql://sam:MARK@museum.example:5433/programme?workshop=a&sslmode=require"
"""An address in which everything is said."""


@pytest.mark.parametrize(
    "text",
    [
        "postgresql:///?workshop=a",
        "postgresql://museum/?workshop=a-b_1",
        "postgresql://sam@museum.example:5433/programme?workshop=a&sslmode=require",
        "postgresql://a%40b@[::1]:5432/a%2Fb?workshop=x&host=/run/postgresql",
        "postgresql://a%2Fb@museum/X?workshop=x",
    ],
)
def test_an_address_is_read_and_written_alike(text):
    """What was said comes back, in one spelling."""
    assert str(located(text)) == text
    assert located(located(text)) == located(text)


def test_the_other_spelling_of_a_password_is_hidden_too():
    """As a setting behind the question mark it is a password all the same."""
    address = located("postgres://h/d?workshop=a&password=MARK&sslmode=require")

    assert isinstance(address, Address)
    assert str(address) == "postgresql://h/d?workshop=a&sslmode=require"
    assert "MARK" in address.parameters().values()
    assert "MARK" not in repr(address)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "postgresql://sam:MARK@museum/programme",
            "postgresql://museum/programme: The address does not say which workshop in"
            " the database. Add its name: ?workshop=NAME.",
        ),
        (
            "postgresql:///programme",
            "postgresql:///programme: The address does not say which workshop in"
            " the database. Add its name: ?workshop=NAME.",
        ),
        (
            "postgresql://sam:MARK@museum/programme?workshop=The%20museum",
            "postgresql://museum/programme: “The museum” cannot be the name of a"
            " workshop in a database. Use at most 40 small letters, digits, “-” and “_”.",
        ),
        (
            'postgresql://sam:MARK@museum/programme?workshop=a"b',
            'postgresql://museum/programme: “a"b” cannot be the name of a'
            " workshop in a database. Use at most 40 small letters, digits, “-” and “_”.",
        ),
        (
            "postgresql://sam:MARK@museum:port/programme?workshop=a",
            "postgresql://: The address of the database cannot be read."
            " Write postgresql://USER@HOST/DATABASE?workshop=NAME.",
        ),
    ],
)
def test_an_address_that_will_not_do(text, says):
    """It is said what is missing, without the password."""
    with pytest.raises(StoreError) as refused:
        located(text)
    assert str(refused.value) == says


def test_an_address_says_all_that_the_driver_needs():
    """Each part under the driver's name for it, and nothing that was not said."""
    assert located(FULL).parameters() == {
        "host": "museum.example",
        "port": "5433",
        "dbname": "programme",
        "user": "sam",
        "password": "MARK",
        "sslmode": "require",
    }
    assert located("postgresql:///?workshop=a").parameters() == {}
    assert located("postgresql:///?workshop=a") == Address(workshop="a")


def test_parts_of_an_address_may_hold_any_character():
    """Written with percent signs they mean what they say."""
    found = located("postgresql://a%40b:c%2Fd@%2Frun/e%3Ff?workshop=a")

    assert isinstance(found, Address)
    assert (found.user, found.password) == ("a@b", "c/d")
    assert (found.host, found.database) == ("/run", "e?f")
    assert str(found) == "postgresql://a%40b@/run/e%3Ff?workshop=a"


def test_a_workshop_in_a_database_has_the_names_of_a_file():
    """What a command is given, what stands on a page, and whose schema it is."""
    found = located(FULL)

    assert isinstance(found, Address)
    assert found.name == str(found)
    assert found.stem == found.workshop == "a"
    assert found.schema == "workshop_a"


def test_another_workshop_stands_beside_the_first():
    """In the same folder, or in the same database with the same password."""
    found = located(FULL)
    assert isinstance(found, Address)

    assert places.beside(Path("/m/a.workshop"), "b") == Path("/m/b.workshop")
    assert places.beside(found, "b") == located(FULL.replace("=a&", "=b&"))
    with pytest.raises(StoreError) as refused:
        found.beside("The museum")
    assert str(refused.value) == (
        f"{found}: “The museum” cannot be the name of a workshop in a database."
        " Use at most 40 small letters, digits, “-” and “_”."
    )


@pytest.mark.parametrize("name", ["a", "7", "a-b_1", "a" * 40])
def test_a_name_that_will_do(name):
    """Small letters, digits, and signs that need no quotes, up to forty."""
    assert located(f"postgresql:///?workshop={name}").stem == name


@pytest.mark.parametrize("name", ["-a", "_a", "a" * 41, "é", "a%0A"])
def test_a_name_that_will_not_do(name):
    """It does not begin with a sign, and is no longer than forty."""
    with pytest.raises(StoreError, match="cannot be the name"):
        located(f"postgresql:///?workshop={name}")


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("a/museum.workshop", "a/museum.workshop"),
        (
            "postgres://sam:MARK@h/d?workshop=a",
            "postgresql://sam@h/d?workshop=a",
        ),
    ],
)
def test_what_was_named_is_shown_without_a_password(given, seen):
    """A file as it was typed; an address without its secret."""
    assert places.shown(given) == seen


def test_another_process_gets_the_password_apart():
    """It stands in no command line; a file needs nothing."""
    assert places.environment(located(FULL)) == {"PGPASSWORD": "MARK"}
    assert places.environment(located("postgresql:///?workshop=a")) == {}
    assert places.environment(Path("a.workshop")) == {}


def test_a_file_is_named_in_full(monkeypatch, tmp_path):
    """From the folder we are in, or from one's own, with the ending of its kind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    assert located("a") == located(Path("a.workshop")) == tmp_path / "a.workshop"
    assert located("v1.2") == tmp_path / "v1.2.workshop"
    assert located("~/a") == tmp_path / "home" / "a.workshop"
