"""No file of a kit ends the program, whatever somebody put into it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workshop_kit.errors import KitError
from workshop_kit.kit.load import read
from workshop_kit.kit.parse import parse

_LINES = "Look at this line and the one above: indents, colons, quotes."
TOO_DEEP = f"kit.yaml, line 1: too much is nested in itself here. {_LINES}"
NO_VALUE = (
    "kit.yaml, line 1: a number, or what stands behind !!, cannot be read; quote it."
    f" {_LINES}"
)

_DEEP = """
import sys
from workshop_kit.errors import KitError
from workshop_kit.kit.parse import parse
try:
    parse(eval(sys.argv[1]), "kit.yaml")
except KitError as error:
    print(error)
"""


@pytest.mark.parametrize(
    "words",
    [
        "'a: ' + '[' * 100_000",
        "'a: ' + '[' * 100_000 + ']' * 100_000",
        "'{a: ' * 100_000",
        "'- ' * 100_000",
        "'? ' * 100_000",
    ],
)
def test_what_is_nested_without_end_is_refused(words):
    """In words, in a process of its own, which goes on."""
    done = subprocess.run(
        [sys.executable, "-c", _DEEP, words],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.returncode) == (f"{TOO_DEEP}\n", 0)


def test_fifty_levels_are_read_and_one_more_is_not():
    """The bound is where it says."""
    assert parse("[" * 50 + "]" * 50, "kit.yaml") is not None
    with pytest.raises(KitError) as caught:
        parse("[" * 51 + "]" * 51, "kit.yaml")

    assert str(caught.value) == TOO_DEEP


@pytest.mark.parametrize(
    "value",
    [
        "1" * 5000,
        "0x" + "f" * 5000,
        "1:" * 3000 + "1",
        "!!int abc",
        "!!int ''",
        "!!int 0x",
        "!!float abc",
        "!!float 1" + ":1" * 300,
        "!!timestamp x",
        "!!timestamp 2020-99-99",
        "!!timestamp 2020-01-01T25:00:00Z",
        "!!bool abc",
        "!!map abc",
        "!!set [abc]",
    ],
    ids=lambda value: value[:32],
)
@pytest.mark.parametrize("before", ["", "a: ", "- "])
def test_a_value_that_is_not_what_it_says(before, value):
    """Is refused in words, wherever it stands."""
    with pytest.raises(KitError) as caught:
        parse(before + value, "kit.yaml")

    assert str(caught.value) == NO_VALUE


def test_aliases_of_aliases_are_no_way_around(small_folder):
    """Each level of a file may be shallow and what it stands for deep."""
    levels = ["a0: &a0 []", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 2000))]
    plan = small_folder / "document.yaml"
    plan.write_text("\n".join([*levels, "title: *a1999"]), "utf-8")
    kit, problems = read(small_folder)

    assert kit is None
    assert "document.yaml: 'title' has to be a text in each language" in str(
        next(p for p in problems if "'title'" in str(p))
    )
