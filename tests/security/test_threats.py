"""Each threat that the documentation lists has a control and tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
HEAD = ["Threat", "Control", "Test"]


def rows():
    """Return the cells of the table of threats."""
    lines = [line for line in TEXT.splitlines() if line.startswith("| ")]
    head, *rest = ([cell.strip() for cell in line[1:-1].split("|")] for line in lines)
    assert head == HEAD
    return rest


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_threat_has_tests_that_exist(row):
    """A row names its control and at least one test, by file and name."""
    threat, control, tests = row
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)

    assert threat
    assert control
    assert named
    assert re.sub(r"`[^`]*`", "", tests).strip() == ""
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}


def test_the_list_is_long_enough():
    """At least the twenty threats that were found when this was designed."""
    assert len(rows()) >= 20


@pytest.mark.parametrize(
    "title",
    ["What is promised", "What is not promised", "Threats, controls, tests"],
)
def test_the_chapters_are_there(title):
    """What is promised, what is not, what is tested; and whom to tell."""
    assert f"\n## {title}\n" in TEXT
    assert "\n## How to report\n" in TEXT


def test_the_figures_are_those_of_the_code():
    """Limits that the text names are those that hold."""
    from workshop_kit.live.room import access, gate, limits, talk  # noqa: PLC0415

    said = {
        "A message may have 64 kB, a text in it 8 kB, a page ten messages a second": (
            (limits.MESSAGE, limits.FIELD, talk.PACE[0]),
            (64 * 1024, 8 * 1024, 10),
        ),
        "have 30 seconds, from the first byte to the last": ((gate.WHOLE,), (30,)),
        "8,000 places for connections": ((gate.PLACES,), (8000,)),
        "for 12 hours and at most 1,000": (
            (access.OPEN_FOR.total_seconds(), access.MOST),
            (12 * 3600, 1000),
        ),
        "At most fifty a second are looked at": ((limits.Door.MOST[0],), (50,)),
    }
    words = " ".join(TEXT.split())
    for sentence, (found, expected) in said.items():
        assert sentence in words
        assert found == expected
