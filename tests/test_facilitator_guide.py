"""The run sheets of the guide have the minutes of the kit, and add up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workshop_kit.kit.load import load

GUIDE = Path(__file__).parents[1] / "docs" / "facilitator.md"
HEADINGS = {"draft": "### Draft", "short": "### Short", "full": "### Full"}


def rows(track):
    """Return the run sheet of a track as dicts, by the heads of its columns."""
    part = GUIDE.read_text("utf-8").partition(HEADINGS[track])[2]
    lines = re.split(r"\n#", part)[0].splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]
    head, _, *body = cells
    return [dict(zip(head, row, strict=True)) for row in body]


def planned(track):
    """Return the parts that a track asks about, with their minutes, as printed."""
    kit = load("social_media")
    found = []
    for aspect in kit.aspects:
        minutes = sum(
            question.minutes.get(track, 0)
            for question in aspect.questions
            if question.stage == "workshop"
        )
        if minutes:
            found.append((aspect.title["en"], f"{minutes:.4g}"))
    return found


@pytest.mark.parametrize("track", HEADINGS)
def test_every_part_has_its_minutes(track):
    """In the order of the kit; what is ours alone stands in italics."""
    printed = [(row["Part"], row["Min"]) for row in rows(track)]

    assert [one for one in printed if not one[0].startswith("*")] == planned(track)


@pytest.mark.parametrize("track", HEADINGS)
def test_the_minutes_add_up_to_the_track(track):
    """Welcome, break and closing fill what the questions leave."""
    total = sum(float(row["Min"]) for row in rows(track))

    assert total == pytest.approx(load("social_media").tracks[track].minutes)


@pytest.mark.parametrize("track", ["short", "full"])
def test_the_clock_goes_with_the_minutes(track):
    """Each row begins when the one before it ends, in whole minutes."""
    passed, told = 0.0, []
    for row in rows(track):
        told.append(f"{int(passed) // 60}:{int(passed) % 60:02d}")
        passed += float(row["Min"])

    assert [row["Clock"] for row in rows(track)] == told
