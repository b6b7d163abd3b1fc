"""What is said of the room is said by us, and no words of one person look like it."""

from __future__ import annotations

from workshop_kit.live.room.results import Said, _counted


def test_how_many_said_it_is_no_part_of_the_words():
    """Whoever types a number behind an answer does not speak for so many."""
    assert _counted(["A (12×)"]) == (Said(text="A (12×)", n=1),)
    assert _counted(["A"] * 12) == (Said(text="A", n=12),)
    assert _counted(["b", "A  (2×)", "B", "b"]) == (
        Said(text="A  (2×)", n=1),
        Said(text="b", n=3),
    )
