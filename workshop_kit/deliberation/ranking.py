"""Put rankings together: Borda, Schulze, first places, and how alike they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workshop_kit.deliberation.tally import of_round

if TYPE_CHECKING:
    from workshop_kit.kit.model import Question

METHODS = ("schulze", "borda", "first")
"""Ways to order options, the one that proposes first."""


def ranks(
    frame: pd.DataFrame, question: Question, *, in_round: int | None = None
) -> pd.DataFrame:
    """
    Return the rank each participant gave each option, 1 for the best.

    Options that a participant left out share the mean of the places left, so that
    leaving out neither helps nor harms among them and every ballot adds up to the
    same.

    Args:
        frame: Of :func:`workshop_kit.deliberation.tally.tidy`.
        question: Of type ``ranking``; its options are the columns. Options no
            longer in the kit are left out and the others move up.
        in_round: The last round by default.

    Returns:
        Participants by options, as numbers; no rows if nobody answered.
    """
    offered = [option.id for option in question.options]
    part = of_round(frame, question.id, in_round)
    part = part[part["item"].isin(offered)]
    given = part.pivot_table(index="participant", columns="item", values="place")
    given = given.reindex(columns=pd.Index(offered)).astype(float)
    placed = given.rank(axis=1)
    left = (placed.count(axis=1) + 1 + len(offered)) / 2
    return placed.T.fillna(left).T


def borda(ranks: pd.DataFrame) -> pd.Series[float]:
    """
    Return the Borda score of each option: over all ballots, options minus rank.

    From 0 (last on every ballot) to m (n - 1) for m ballots of n options; what a
    ballot leaves out shares the places left, see :func:`ranks`.

    Args:
        ranks: Of :func:`ranks`; tied options have the mean of their places.

    Source:
        J.-C. de Borda, "Mémoire sur les élections au scrutin" (1781).
    """
    return (len(ranks.columns) - ranks).sum(axis=0)


def pairwise(ranks: pd.DataFrame) -> pd.DataFrame:
    """
    Count the participants who place the option of the row before the column's.

    From 0 to the number of ballots; two options that a ballot leaves out or ties
    count in neither direction.

    Args:
        ranks: Of :func:`ranks`.
    """
    values = ranks.to_numpy()
    wins = (values[:, :, None] < values[:, None, :]).sum(axis=0)
    return pd.DataFrame(wins, index=ranks.columns, columns=ranks.columns)


def paths(wins: pd.DataFrame) -> pd.DataFrame:
    """
    Return the strength of the strongest path from each option to each other.

    A link of a path is as strong as the participants behind it, and only there if
    more prefer it than the reverse; a path is as strong as its weakest link. From 0
    (no path, and an option to itself) to the number of ballots.

    Args:
        wins: Of :func:`pairwise`.

    Source:
        M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and
        condorcet-consistent single-winner election method", Social Choice and
        Welfare 36 (2011), 267-303; strength by winning votes.
    """
    d = wins.to_numpy()
    p = np.where(d > d.T, d, 0)
    for k in range(len(p)):
        p = np.maximum(p, np.minimum(p[:, k, None], p[k, None, :]))
    np.fill_diagonal(p, 0)
    return pd.DataFrame(p, index=wins.index, columns=wins.columns)


def schulze(ranks: pd.DataFrame) -> list[list[str]]:
    """
    Order the options by Schulze's method, best first.

    Args:
        ranks: Of :func:`ranks`.

    Returns:
        Groups of options: first those that no other beats, then those that no
        other of the rest beats. More than one in a group is a tie. Without ballots
        all are tied.

    Source:
        As :func:`paths`: an option beats another if the strongest path to it is
        stronger than the one back.
    """
    strength = paths(pairwise(ranks)).to_numpy()
    beats = strength > strength.T
    names = [str(name) for name in ranks.columns]
    left = list(range(len(names)))
    groups = []
    while left:
        best = [i for i in left if not any(beats[j, i] for j in left)]
        groups.append([names[i] for i in best])
        left = [i for i in left if i not in best]
    return groups


def kendall_w(ranks: pd.DataFrame) -> float:
    """
    Return Kendall's W: how alike the rankings are.

    W = 12 S / (m² (n³ - n) - m sum T), with S the squared deviations of the rank
    sums of n options over m ballots and T = sum (t³ - t) over each ballot's ties.

    Args:
        ranks: Of :func:`ranks`; tied options have the mean of their places.

    Returns:
        0 (no likeness) to 1 (the same order); NaN with fewer than two ballots or
        options, or if every ballot ties everything.

    Source:
        M. Kendall and B. Babington Smith, "The problem of m rankings", Annals of
        Mathematical Statistics 10 (1939), 275-287; ties as in Kendall, "Rank
        correlation methods" (1948).
    """
    m, n = ranks.shape
    if m < 2 or n < 2:
        return math.nan
    sums = ranks.sum(axis=0)
    s = float(((sums - sums.mean()) ** 2).sum())
    ties = sum(
        int((row.value_counts() ** 3 - row.value_counts()).sum())
        for _, row in ranks.iterrows()
    )
    below = m * m * (n**3 - n) - m * ties
    return 12 * s / below if below > 0 else math.nan


def orders(ranks: pd.DataFrame) -> pd.DataFrame:
    """
    Put the options in order by each method, beside each other.

    Args:
        ranks: Of :func:`ranks`.

    Returns:
        One row per option, ``option``; ``points`` (Borda score) and ``firsts``
        (ballots with it alone on top); ``schulze``, ``borda`` and ``first``: its
        place by that method, 1 for the best, the same for ties. In the order of
        Schulze, within ties of Borda, then of the kit. No rows without ballots.
    """
    points = borda(ranks)
    firsts = ranks.eq(1).sum(axis=0)
    place: dict[str, int] = {}
    for group in schulze(ranks):
        place |= dict.fromkeys(group, len(place) + 1)
    frame = pd.DataFrame(
        {
            "option": ranks.columns.astype("string"),
            "points": points.to_numpy(dtype=float),
            "firsts": firsts.array,
            "schulze": [place[str(name)] for name in ranks.columns],
            "borda": points.rank(ascending=False, method="min").array,
            "first": firsts.rank(ascending=False, method="min").array,
        }
    ).astype(dict.fromkeys(("firsts", *METHODS), "Int64"))
    frame = frame.sort_values(["schulze", "borda"], kind="stable", ignore_index=True)
    return frame if len(ranks) else frame.iloc[:0]


def best(orders: pd.DataFrame, method: str) -> list[str]:
    """Return the options in the first place of a method, of :func:`orders`."""
    return [str(name) for name in orders.loc[orders[method].eq(1), "option"]]
