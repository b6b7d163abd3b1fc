"""How KPIs are made from the figures of posts, as data; what adds posts up needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ENGAGEMENT = ("likes", "comments", "shares", "saves")
"""E is the sum of those that a channel's export has; clicks are kept apart."""

SEEN = ("impressions", "views")
"""I is the first of these that a channel's export has: never one added to the other,
as networks replaced impressions by views, which count more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """
    How a KPI is made from posts.

    Attributes:
        above: Metrics whose sum is above the line; each has to be known of a post.
        below: Metrics of which the first that the channel has is below the line;
            ``posts`` is their number, ``followers`` those at the end of the month.
        factor: What the ratio is multiplied by.
        each: Whether the ratio is taken per post, and then their mean.
    """

    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    factor: float = 1
    each: bool = False


FORMULAS: Mapping[str, Formula] = {
    "posts": Formula(),
    "applause": Formula(above=("likes",), below=("posts",)),
    "conversation": Formula(above=("comments",), below=("posts",)),
    "amplification": Formula(above=("shares",), below=("posts",)),
    "er_reach_sum": Formula(above=ENGAGEMENT, below=("reach",), factor=100),
    "er_reach_mean": Formula(above=ENGAGEMENT, below=("reach",), factor=100, each=True),
    "er_impr": Formula(above=ENGAGEMENT, below=SEEN, factor=100),
    "virality": Formula(above=("shares",), below=SEEN, factor=100),
    "ctr": Formula(above=("clicks",), below=SEEN, factor=100),
    "er_followers": Formula(above=ENGAGEMENT, below=("followers",), factor=100),
    "amp_followers": Formula(above=("shares",), below=("followers",), factor=100),
    "rel_applause": Formula(
        above=("likes",), below=("posts", "followers"), factor=1000
    ),
    "rel_conversation": Formula(
        above=("comments",), below=("posts", "followers"), factor=1000
    ),
    "rel_amplification": Formula(
        above=("shares",), below=("posts", "followers"), factor=1000
    ),
}
"""KPIs made from posts; those with followers below the line need days as well."""


def above(formula: Formula, known: Collection[str]) -> list[str]:
    """Return the metrics above the line that a channel has."""
    return [metric for metric in formula.above if metric in known]


def below(formula: Formula, known: Collection[str]) -> str | None:
    """Return the metric below the line that a channel has, if one belongs there."""
    return next((metric for metric in formula.below if metric in known), None)


def split(formula: Formula, known: Collection[str], ending: str) -> bool:
    """Tell whether a channel has the paid or organic part of all figures it takes."""
    first = below(formula, known)
    used = [*above(formula, known), *([first] if first else [])]
    return bool(used) and all(metric + ending in known for metric in used)
