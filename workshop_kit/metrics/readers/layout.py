"""What a table of a platform looks like, as data; and its cells read by that."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workshop_kit.metrics.readers.result import Order
    from workshop_kit.metrics.readers.sheet import Sheet

Grain = Literal["posts", "days", "peers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """
    A figure in a layout.

    Attributes:
        headers: Headers it is known by, the first being the platform's English.
        meaning: What the platform counts, in a few words; empty if the header says it.
        whole: Whether it is a count, or can have decimals.
    """

    headers: tuple[str, ...]
    meaning: str = ""
    whole: bool = True


def metric(*headers: str, meaning: str = "", whole: bool = True) -> Metric:
    """Name a figure by its headers."""
    return Metric(headers=headers, meaning=meaning, whole=whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """
    A table that can be recognised and read.

    Attributes:
        id: Permanent name, as ``facebook_posts``.
        platform: Of its figures; None if a column says it.
        grain: Whether a row is a post, a day or other period, or a peer's figure.
        fields: Headers of what is no figure: ``post_id``, ``published_at``, ``day``,
            ``account``, ``form``, ``promoted``, ``shared``, ``segment``, and names
            that are only for recognising.
        metrics: Figures, by the name they have here.
        needs: Fields and metrics without which it is not this layout.
        lacks: Headers with which it is another layout.
        order: Order of day and month it is known to write.
        zone: Zone it is known to write.
        block: Whether something else may follow below.
        preamble: Whether lines may stand above the header.
        negative: Whether figures may be below 0.
        title: Line above the header that it needs, casefolded beginning.
        repeated: Whether headers may stand twice; the first is then the total.
        explained: Whether a second row explains the headers.
        fills: Whether the platform leaves out days on which the figure is 0.
    """

    id: str
    platform: str | None
    grain: Grain
    fields: Mapping[str, tuple[str, ...]]
    metrics: Mapping[str, Metric]
    needs: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    order: Order | None = None
    zone: str | None = None
    block: bool = False
    preamble: bool = False
    negative: bool = False
    title: str = ""
    repeated: bool = False
    explained: bool = False
    fills: bool = False

    def aliases(self, name: str) -> tuple[str, ...]:
        """Return the headers of a field or metric."""
        if name in self.fields:
            return self.fields[name]
        return self.metrics[name].headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """
    A layout found in a sheet.

    Attributes:
        header: Place of the header row, from 0.
        places: Place of the column of each field and metric that is there.
        doubled: Headers that stand twice, of columns that are used.
    """

    layout: Layout
    header: int
    places: Mapping[str, int]
    doubled: tuple[str, ...] = field(default=())


@functools.lru_cache(maxsize=4096)
def fold(header: str) -> str:
    """Make headers comparable: case, spaces and the marks of quotes do not count."""
    return " ".join(header.replace("’", "'").casefold().split())


def match(layout: Layout, sheet: Sheet) -> Match | None:
    """Find the layout in the first rows of a sheet, or nothing."""
    rows = sheet.head if layout.preamble else _first(sheet.head)
    above: list[str] = []
    for header, row in enumerate(rows):
        folded = [fold(cell) for cell in row]
        found = _places(layout, folded) if any(folded) else None
        titled = any(line.startswith(layout.title) for line in above)
        if found is not None and (titled or not layout.title):
            twice = {cell for cell in folded if cell and folded.count(cell) > 1}
            used = {folded[place] for place in found.values()}
            doubled = tuple(row[folded.index(cell)] for cell in sorted(twice & used))
            return Match(layout=layout, header=header, places=found, doubled=doubled)
        above.append(next((cell for cell in folded if cell), ""))
    return None


def _first(head: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Return the rows up to the first with cells; a line ``sep=;`` is not one."""
    for place, row in enumerate(head):
        if any(row) and not row[0].casefold().startswith("sep="):
            return head[: place + 1]
    return ()


def _places(layout: Layout, folded: list[str]) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for name in (*layout.fields, *layout.metrics):
        known = [fold(alias) for alias in layout.aliases(name)]
        # In the order of the aliases: the first is the total where there are parts.
        place = next((folded.index(a) for a in known if a in folded), None)
        if place is not None:
            found[name] = place
        elif name in layout.needs:
            return None
    if any(fold(header) in folded for header in layout.lacks):
        return None
    return found if any(name in layout.metrics for name in found) else None


def nearness(layout: Layout, sheet: Sheet) -> float:
    """Return which share of what the layout needs is among the first rows' cells."""
    seen = {fold(cell) for row in sheet.head for cell in row if cell}
    there = sum(
        any(fold(alias) in seen for alias in layout.aliases(name))
        for name in layout.needs
    )
    return there / len(layout.needs)
