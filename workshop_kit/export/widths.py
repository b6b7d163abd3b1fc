"""How wide the columns of a table are, and what becomes of one that is too wide."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING

from workshop_kit.export.document import Table, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = 10
"""Most columns that stay legible beside each other on paper."""

HYPHENATED = 12
"""Only a word of more letters is hyphenated, where there is room for it."""

WRITTEN = 18.0
"""Breadth of a column to write in by hand, at least."""

_LONGEST, _FULL = 24.0, 90.0
"""Broadest word that makes a column wide, and broadest text."""

_FEW = 4
"""Most columns of which the first takes what is left, so that its numbers stand
together."""

_EASY = 0.55
"""Share of a line that words may take before the longest are hyphenated."""

_BRIEF = 80
"""Most characters of a text whose breadth is remembered."""

_AIR = 3.0
"""Room beside the longest text of a column, so that the next is apart from it."""

_BREADTH = {
    **dict.fromkeys(" ijlI.,:;'’|!()[]\u00a0", 0.52),
    **dict.fromkeys("tfr-/‘“”·", 0.68),
    **dict.fromkeys("mwMW@%—…", 1.6),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ", 1.2),
}


def breadth(words: str) -> float:
    """Return how broad words are set, in widths of a letter such as n."""
    return _known(words) if len(words) <= _BRIEF else _measured(words)


def _measured(words: str) -> float:
    return sum(map(_BREADTH.get, words, repeat(1.0)))


# The same words return, in one table and in the next; long texts are not kept.
_known = lru_cache(8192)(_measured)


def fitting(block: Table) -> list[Table]:
    """Cut a table too wide for paper in several; each repeats the first column."""
    if block.width <= COLUMNS:
        return [block]
    step = COLUMNS - 1
    return [
        Table(
            head=(*block.head[:1], *block.head[place : place + step]),
            rows=tuple((*row[:1], *row[place : place + step]) for row in block.rows),
            caption=block.caption if place == 1 else "",
        )
        for place in range(1, block.width, step)
    ]


def filled(block: Table) -> bool:
    """Tell whether there is anything in a table."""
    return any(
        words_of(cell).strip() for row in (block.head, *block.rows) for cell in row
    )


def shares(columns: Sequence[Sequence[str]], line: float) -> list[float]:
    """
    Divide a line over the columns of a table.

    Each has room for its longest word; what is left goes to those that say more,
    and what nobody needs to the last one, or to the first if a few numbers stand last;
    many share it.

    Args:
        columns: The texts of each column, its head first.
        line: How broad the line is; see :func:`breadth`.

    Returns:
        The breadth of each column, *line* in all, and at least a letter for each.
    """
    line = max(line, float(len(columns)))
    # A column says the same again and again; each text is measured once.
    broad = [{said: breadth(said) for said in {*column}} for column in columns]
    widths = _least(broad, line)
    wanted = [_wanted(column, broad[n]) for n, column in enumerate(columns)]
    lacking = {n: want - widths[n] for n, want in enumerate(wanted)}
    # What most rows say counts, not the one that says most.
    drawn = [
        sum(broad[n][said] for said in column) + 1 for n, column in enumerate(columns)
    ]
    spare = line - sum(widths)
    while spare > 1 and (open_ := [n for n, lacks in lacking.items() if lacks > 0]):
        part = spare / sum(drawn[n] for n in open_)
        for n in open_:
            given = min(lacking[n], part * drawn[n])
            widths[n] += given
            lacking[n] -= given
        spare = line - sum(widths)
    rest = max(line - sum(widths), 0)
    if _to_write_in(columns[-1]):
        widths = [width + rest / len(widths) for width in widths]
    else:
        said = {*columns[-1][1:]}
        numbers = not any(char.isalpha() for one in said for char in one)
        if numbers and len(widths) > _FEW:
            widths = [width + rest / len(widths) for width in widths]
        else:
            widths[0 if numbers else -1] += rest
    return [line * width / sum(widths) for width in widths]


_WORDS = re.compile(r"(?<!\d)\s+")
"""Between words, but not after a number, so that a day stays with its month."""


def _least(texts: Iterable[Iterable[str]], line: float) -> list[float]:
    """Return the room each column has to have; words are cut where it is too much."""
    words = [
        {word for said in column for word in _WORDS.split(said)} for column in texts
    ]
    most = [max(1.0, *map(breadth, column)) for column in words]
    least = [min(one, _LONGEST) for one in most]
    if sum(least) > _EASY * line:
        least = [min(one, HYPHENATED + 2.0) for one in most]
    if sum(least) <= line:
        return least
    return [line * one / sum(least) for one in least]


def _wanted(column: Sequence[str], broad: dict[str, float]) -> float:
    if _to_write_in(column):
        return max(WRITTEN, breadth(column[0]) + _AIR)
    lines = (
        max(map(breadth, said.split("\n"))) if "\n" in said else wide
        for said, wide in broad.items()
    )
    return min(max(lines, default=1.0), _FULL) + _AIR


def _to_write_in(column: Sequence[str]) -> bool:
    return len(column) > 1 and all(said.isspace() for said in column[1:])


_STEP = re.compile(r"(\s+)")


def parted(words: str, room: float) -> list[str]:
    """
    Cut a text before and after each word that is too long for its line.

    Returns:
        Pieces; every second one is such a word.
    """
    if len(words) <= room / max(_BREADTH.values()):
        return [words]
    pieces = [""]
    for piece in _STEP.split(words):
        if breadth(piece) > room and not piece.isspace():
            pieces += [piece, ""]
        else:
            pieces[-1] += piece
    return pieces
