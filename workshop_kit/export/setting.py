"""How blocks are set on paper: widths, sizes, and what stays on one page."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from workshop_kit.export.document import (
    Block,
    Callout,
    Runs,
    Table,
    visible,
    words_of,
)
from workshop_kit.export.widths import HYPHENATED, breadth, parted, shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FONTS = Path(__file__).with_name("fonts")

PAGE, LEAFLET = 137.0, 129.0
"""Breadth of the text of a policy and of a leaflet, in mm, as the template has it."""

WIDER = 34.0
"""How far a table of many columns goes into the margins, in mm."""

APART = 8.0
"""Between two languages beside each other, in mm."""

_MANY, _MOST = 4, 6
"""A table of more columns is set smaller; and of still more, into the margins."""

_SIZES = (9.2, 8.4, 7.4)
_GUTTER = 3.53
_LETTER = 0.5 * 0.3528
"""Breadth of a letter, in mm for each point of its size."""

_ROW, _LINE = 3.6, 4.2
"""Height of what is around a row of a table, and of a line in it, in mm."""

_SENTENCE = 8
"""So many words in a head are read as prose by whoever checks what is read aloud."""

_OPEN = 8.8
"""Room below the line in a row to fill in by hand, in mm."""

_PROSE_LINE, _PROSE_LETTER = 6.0, 1.85
_KEPT = 95.0
"""A table or remark estimated to be no higher, in mm, stays on one page."""

_DENSE_KEPT = 165.0
"""So high may a table of many columns be: it is hard to follow in parts."""

_LIST_KEPT = 62.0
_ROW_KEPT = 150.0

_LEAD, _INTRO, _PASSAGE = 200, 320, 900
"""Most characters of a line that leads to what follows, below a heading, and to a
remark."""

_HELD = {"List", "Table"}
"""What a line can lead to."""

_CLOSE = {"Heading", "Table"}
"""What needs not be set apart from a heading above it."""

_LONG_WORD = re.compile(rf"(\w[\w-]{{{HYPHENATED},}})")
_IN_ADDRESS = "%/:?#[]@!$&'()*+,;=-._~"
PROSE, MONO = 60, 80
"""Longest word of the text, and of code, that is never broken."""


@cache
def _unprintable() -> re.Pattern[str]:
    """Match a character that none of the bundled fonts has, but for a line end."""
    known = (FONTS / "covered.txt").read_text("ascii").splitlines()
    ranges = (map(_char, line.split()) for line in known)
    return re.compile(rf"[^\n{''.join('-'.join(ends) for ends in ranges)}]")


def _char(code: str) -> str:
    return re.escape(chr(int(code, 16)))


def printable(words: str) -> str:
    """Return *words* with each character that cannot be printed named instead."""
    return _unprintable().sub(_named, words)


def _named(found: re.Match[str]) -> str:
    char = found.group()
    if char.isspace():
        return " "
    if unicodedata.category(char) in {"Mn", "Cf", "Cc"}:
        return ""
    name = unicodedata.name(char, f"U+{ord(char):04X}").lower()
    return f"[{name}]"


def runs(given: Runs) -> list[dict[str, Any]]:
    """Return the words and style of each run, in parts; see :func:`paragraph`."""
    shown = [
        {
            "strong": run.strong,
            "emphasis": run.emphasis,
            "code": run.code,
            "lang": run.lang,
            "parts": [broken(printable(run.text), PROSE)],
            # The addresses in a PDF are ASCII, and a link needs something to see.
            "href": quote(run.href, safe=_IN_ADDRESS) if visible(run.text) else "",
        }
        for run in given
    ]
    return [run for run in shown if run["parts"] != [""]]


def paragraph(given: Runs) -> dict[str, Any]:
    """Return a paragraph, of which every second part of a run may be hyphenated."""
    return {
        "runs": [
            run | {"parts": _LONG_WORD.split(run["parts"][0])} for run in runs(given)
        ],
    }


def table(block: Table, room: float) -> dict[str, Any]:
    """
    Return a table with rows of one length and columns as wide as they need.

    Args:
        block: What it says.
        room: Breadth of what it stands in, in mm.
    """
    count = block.width
    wide = spreads(block, room)
    dense = count > _MOST and not block.slim
    size = _SIZES[(count > _MANY or room < LEAFLET / 1.5) + dense]
    free = room + (WIDER if wide else 0) - _GUTTER * (count - 1)
    line = free / (_LETTER * size)
    lines = [
        [runs(row[place]) if place < len(row) else [] for place in range(count)]
        for row in (block.head, *block.rows)
    ]
    columns = list(zip(*([_said(cell) for cell in row] for row in lines), strict=True))
    widths = shares(columns, line)
    high = [_height(texts, widths) for texts in zip(*columns, strict=True)]
    for row in lines:
        for cell, width in zip(row, widths, strict=True):
            for run in cell:
                run["parts"] = _cut(run["parts"][0], width)
    return {
        "caption": printable(block.caption),
        "size": size,
        "wide": wide,
        "widths": [round(width, 2) for width in widths],
        "numeric": [block.numeric(place) for place in range(count)],
        "labelled": block.labelled,
        "kept": sum(high) <= (_DENSE_KEPT if count > _MOST else _KEPT),
        # A head that returns is decoration; one of sentences would be missed there.
        "brief": sum(len(words_of(cell).split()) for cell in block.head) < _SENTENCE,
        # A head that returns on the next page is decoration there; without links.
        "head": [[run | {"href": ""} for run in cell] for cell in lines[0]],
        # A cell of one blank is a place to write in by hand.
        "rows": [
            {
                "cells": cells,
                "open": any(words_of(cell) == " " for cell in row),
                "kept": mm <= _ROW_KEPT,
            }
            for cells, row, mm in zip(lines[1:], block.rows, high[1:], strict=True)
        ],
    }


def spreads(block: Block, room: float) -> bool:
    """Tell whether a block is, or holds, a table that goes into the margins."""
    if not LEAFLET <= room <= PAGE:
        return False
    if isinstance(block, Callout):
        return any(spreads(inner, room) for inner in block.blocks)
    return isinstance(block, Table) and block.width > _MOST and not block.slim


def _said(cell: list[dict[str, Any]]) -> str:
    return "".join(part for run in cell for part in run["parts"])


def _height(texts: Iterable[str], widths: list[float]) -> float:
    """Estimate how high a row is, in mm."""
    said = [*texts]
    lines = max(
        sum(math.ceil(breadth(line) / width) for line in words.split("\n"))
        for words, width in zip(said, widths, strict=True)
    )
    return _ROW + _LINE * lines + (_OPEN if " " in said else 0)


_WORD = re.compile(r"(?!.*(?:[^aeiouyáéíóúàèëïöüê\W]{7}|(.)\1\1))[^\W\d_]{2,28}\W{0,2}")
"""A word that can be hyphenated: of letters, with vowels here and there."""


def _cut(words: str, width: float) -> list[str]:
    """Cut a text at words too long for their column, which may be hyphenated."""
    pieces = parted(words, width)
    for place in range(1, len(pieces), 2):
        if not _WORD.fullmatch(pieces[place]):
            pieces[place] = broken(pieces[place], int(width / 1.2))
    return pieces


def broken(words: str, room: int) -> str:
    """Let words that are longer than their line break where the line ends."""
    room = max(room, 2)
    if max(map(len, words.split()), default=0) <= room:
        return words
    return re.sub(rf"(\S{{{room}}})(?=\S)", "\\1\u200b", words)


def height(blocks: list[dict[str, Any]], room: float) -> float:
    """Estimate how high paragraphs and lists of them are, in mm; others are endless."""
    total = 0.0
    for data in blocks:
        if data["type"] == "Paragraph":
            lines = breadth(_said(data["runs"])) * _PROSE_LETTER / max(room, 1)
            total += _PROSE_LINE * max(math.ceil(lines), 1)
        elif data["type"] == "List":
            total += sum(height(item, room - 5) for item in data["items"])
        elif data["type"] == "Table" and data["kept"]:
            total += _KEPT / 2
        else:
            return math.inf
    return total


def kept(blocks: list[dict[str, Any]], room: float, *, listed: bool = False) -> bool:
    """Tell whether blocks are so low that they should stay on one page."""
    return height(blocks, room) <= (_LIST_KEPT if listed else _KEPT)


def leading(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Keep a line that leads to a list, a table or room to write on its page.

    So does what a chapter begins with, below its heading.
    """
    units = list(_units(made))
    follows: dict[str, Any] = {}
    for place, (target, seen) in reversed([*enumerate(units)]):
        before = units[place - 1][1] if place else {}
        kind = seen.get("type")
        if kind == "Paragraph":
            follows = _line(seen, before, follows)
            target["leads"] = follows["leads"]
            continue
        # The last line of a chapter does not begin a page.
        held = kind in _HELD and seen["kept"]
        target["leads"] = bool(held and follows.get("last"))
        target["close"] = kind in _CLOSE and before.get("type") == "Heading"
        follows = seen
    return made


def _line(
    data: dict[str, Any], before: dict[str, Any], follows: dict[str, Any]
) -> dict[str, Any]:
    """Return a paragraph with what it does for what stands around it."""
    long = len(_said(data["runs"]))
    short = long <= _LEAD
    form = short and _filled_in(follows)
    listed = short and follows.get("type") in _HELD
    # What was decided is read with what was said of it.
    summed = long <= _PASSAGE and follows.get("type") == "Callout" and follows["kept"]
    intro = long <= _INTRO and before.get("type") == "Heading"
    return data | {
        "leads": form or listed or summed or (intro and _goes_on(before, follows)),
        "form": form,
        "last": short and _ends(follows),
    }


def _filled_in(data: dict[str, Any]) -> bool:
    """Tell whether something is filled in by hand here, or just below."""
    return bool(data.get("boxes") or data.get("form") or data.get("type") == "Room")


def _ends(data: dict[str, Any]) -> bool:
    """Tell whether a chapter ends above what this is."""
    kind = data.get("type", "PageBreak")
    return kind == "PageBreak" or data.get("level") == 1


def _goes_on(above: dict[str, Any], below: dict[str, Any]) -> bool:
    """Tell whether what begins below a heading has more to say."""
    if below.get("type") == "Heading":
        return bool(below["level"] > above["level"])
    return bool(below) and below["type"] != "PageBreak"


def _units(
    made: list[dict[str, Any]],
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Give each block, and each row of blocks beside each other, with what it is."""
    for data in made:
        if data["type"] != "Parallel":
            yield data, data
            continue
        for row in data["rows"]:
            row["leads"] = False
            ends = [cell["blocks"][-1:] for cell in row["cells"]]
            row["listed"] = any(end and end[0]["type"] == "List" for end in ends)
            cells = [cell["blocks"] for cell in row["cells"]]
            single = cells and all(len(cell) == 1 for cell in cells)
            yield row, cells[0][0] if single else {}
