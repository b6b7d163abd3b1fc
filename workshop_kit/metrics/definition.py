"""What defines a KPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

SeedClass = Literal[
    "quantitative",
    "qualitative",
    "truly qualitative",
    "traffic",
    "service",
    "resource",
    "quality",
]
DataKind = Literal["count", "ratio", "coded"]
Feed = Literal["posts", "days", "both", "sample", "entered"]
Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """
    A figure with one meaning.

    Attributes:
        id: Permanent name; a number is kept together with it and *version*.
        version: Goes up when the formula changes, as old numbers then no longer
            compare.
        name: What it is called, per language.
        formula: In the letters of :data:`LETTERS`. A zero below the line gives
            "not available", never 0.
        unit: Unit of the value, per language; empty for a bare number.
        seed_class: The word the field uses, after the policy this project began
            with: there, followers and likes are quantitative and interactions
            qualitative, though both are counts.
        data_kind: What it is in fact: a count, a ratio of counts, or coded by a
            person.
        feed: What it is computed from: ``posts`` or ``days`` of an export, ``both``,
            a ``sample`` coded by hand; or it is ``entered``.
        source: Where the definition comes from.
        better: Whether more of it is better, or less.
    """

    id: str
    version: int = 1
    name: Mapping[str, str]
    formula: str
    unit: Mapping[str, str]
    seed_class: SeedClass
    data_kind: DataKind
    feed: Feed
    source: str
    better: Better = "higher"


LETTERS = {
    "P": "posts",
    "L": "likes or reactions",
    "C": "comments and replies",
    "S": "shares or reposts",
    "V": "saves",
    "K": "clicks on links",
    "R": "unique reach",
    "I": "impressions, or views where a network counts only these",
    "F0": "followers at the start of the period",
    "F1": "followers at its end",
    "E": "L + C + S + V, those of them that the export has",
    "M": "mentions",
}
"""Letters of the formulas, each summed over one channel and period."""
