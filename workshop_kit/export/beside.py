"""Puts a document in two languages beside each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workshop_kit.export.document import (
    BETWEEN,
    Block,
    Callout,
    Definitions,
    Document,
    Figure,
    Heading,
    List,
    PageBreak,
    Parallel,
    Quote,
    Room,
    Run,
    Table,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = re.compile(r"\d+\. ")

_NARROW = 2
"""Most columns of a table that fits in half a page."""


def side_by_side(left: Document, right: Document) -> Document:
    """
    Return one document that says everything in both languages.

    Made from the same answers, both have the same blocks; a heading stands once,
    in both languages, and so do the title and what is beside it. Where they
    differ, a chapter stands as a whole beside the other.

    Args:
        left: In the language of the result.
        right: The same in another language.
    """
    pairs = _pairs(left.meta, right.meta)
    return Document(
        title=_both(left.title, right.title),
        subtitle=_both(left.subtitle, right.subtitle),
        lang=left.lang,
        meta={
            _both(*labels): _both(left.meta[labels[0]], right.meta[labels[1]])
            for labels in pairs
        },
        blocks=tuple(_blocks(left, right)),
        leaflet=left.leaflet,
        beside=right.lang,
    )


def _pairs(left: dict[str, str], right: dict[str, str]) -> list[tuple[str, str]]:
    return list(zip(left, right, strict=False))


def _both(one: str, other: str) -> str:
    return one if one == other else f"{one}{BETWEEN}{other}"


def _blocks(left: Document, right: Document) -> Iterator[Block]:
    ours, theirs = (_chapters(document.blocks) for document in (left, right))
    langs = (left.lang, right.lang)
    for place in range(max(len(ours), len(theirs))):
        one = ours[place] if place < len(ours) else ()
        other = theirs[place] if place < len(theirs) else ()
        same = [type(block) for block in one] == [type(block) for block in other]
        if same:
            yield from _joined(one, other, langs)
        else:
            yield Parallel(langs=langs, rows=((one, other),))


def _chapters(blocks: tuple[Block, ...]) -> list[tuple[Block, ...]]:
    found: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            found.append([])
        found[-1].append(block)
    return [tuple(chapter) for chapter in found]


def _joined(
    one: tuple[Block, ...], other: tuple[Block, ...], langs: tuple[str, str]
) -> Iterator[Block]:
    rows: list[tuple[tuple[Block, ...], ...]] = []
    for ours, theirs in zip(one, other, strict=True):
        alone = _alone(ours, theirs, langs)
        if alone is None:
            rows.append(((ours,), (theirs,)))
            continue
        if rows:
            yield Parallel(langs=langs, rows=tuple(rows))
            rows = []
        yield from alone
    if rows:
        yield Parallel(langs=langs, rows=tuple(rows))


def _alone(ours: Block, theirs: Block, langs: tuple[str, str]) -> list[Block] | None:
    """Return what takes the whole width; None for what fits beside the other."""
    if ours == theirs or isinstance(ours, PageBreak | Room):
        return [ours]
    if isinstance(ours, Heading) and isinstance(theirs, Heading):
        between = (Run(text=BETWEEN),)
        number = _NUMBER.match(words_of(ours.runs))
        again = number.group() if number else ""
        more = tuple(
            Run(
                # Its number is the same in both.
                text=run.text if place else run.text.removeprefix(again),
                strong=run.strong,
                emphasis=True,
                code=run.code,
                lang=langs[1],
            )
            for place, run in enumerate(theirs.runs)
        )
        return [Heading(level=ours.level, runs=(*ours.runs, *between, *more))]
    # Words drawn into a figure cannot be read at half its breadth.
    differ = _picture(ours) != _picture(theirs)
    if not differ and max(map(_widest, (ours, theirs))) <= _NARROW:
        return None
    return [ours, Parallel(langs=langs[1:], rows=(((theirs,),),))]


def _picture(block: Block) -> tuple[str, bytes] | None:
    return (block.svg, block.png) if isinstance(block, Figure) else None


def _widest(block: Block) -> int:
    """Return the columns of the widest table in a block."""
    match block:
        case Table():
            return block.width
        case Quote() | Callout():
            return max(map(_widest, block.blocks), default=0)
        case List():
            return max(
                (_widest(one) for item in block.items for one in item), default=0
            )
        case Definitions():
            said = (one for _, blocks in block.items for one in blocks)
            return max(map(_widest, said), default=0)
    return 0
