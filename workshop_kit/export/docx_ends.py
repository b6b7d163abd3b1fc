"""Which lines of a Word document stay with what is above or below them."""

from __future__ import annotations

from workshop_kit.export.document import (
    Block,
    Callout,
    Heading,
    List,
    PageBreak,
    Paragraph,
    Room,
    Table,
    words_of,
)

_SHORT = 200
"""Most characters of a line that leads to what follows."""


def leads(before: Block | None, block: Block, follows: Block | None) -> bool:
    """Tell whether a line belongs to what is below it, as below a heading."""
    if not isinstance(block, Paragraph) or follows is None:
        return False
    if isinstance(follows, Callout):
        return True
    return (
        isinstance(before, Heading) | isinstance(follows, List | Table | Room)
        and len(words_of(block.runs)) <= _SHORT
    )


def last(block: Block | None, follows: Block | None) -> bool:
    """Tell whether a line ends a chapter, so that it does not begin a page."""
    return (
        isinstance(block, Paragraph)
        and len(words_of(block.runs)) <= _SHORT
        and (follows is None or isinstance(follows, Heading | PageBreak))
    )
