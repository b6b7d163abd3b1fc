"""How wide the columns of a table are, and what becomes of one that is too wide."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from workshop_kit.export.document import Table, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = 10
"""Most columns that stay legible beside each other on paper."""


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


def weight(cells: Iterable[str]) -> float:
    """Give a column room for its longest word, and more the more it says."""
    texts = list(cells)
    longest = max((len(word) for text in texts for word in text.split()), default=1)
    most = float(min(max(map(len, texts), default=0), 160))
    return round(min(longest, 18) + math.sqrt(most) * 1.6, 2)
