"""How far a room agrees on a scale."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.deliberation.tally import of_round, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workshop_kit.kit.model import Question

SPREAD = {
    "round": "Int64",
    "answered": "Int64",
    "missing": "Int64",
    "median": "Float64",
    "iqr": "Float64",
    "agreement": "Float64",
    "consensus": "Float64",
    "within_one": "Float64",
}
"""Columns of :func:`spread`; NA where there is nothing to measure."""


def spread(frame: pd.DataFrame, question: Question, *, asked: int) -> pd.DataFrame:
    """
    Measure agreement on a score question, one row per round, so a shift shows.

    ``median`` lies half-way between the two middle answers if there is an even
    number. ``iqr`` is the third quartile minus the first, 0 (the middle half agrees)
    to the length of the scale; a quartile lies at position ``1 + (n - 1) p`` of the
    ordered answers, with linear interpolation between neighbours (type 7 of Hyndman
    and Fan, the default of NumPy and R). Missing answers are left out.

    Args:
        frame: Of :func:`workshop_kit.deliberation.tally.tidy`.
        question: Of type ``score`` with at most 20 steps.
        asked: How many could have answered.

    Returns:
        Frame with :data:`SPREAD`; empty if nobody answered.

    Source:
        R. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The
        American Statistician 50 (1996), 361-365; the other measures are functions
        of this file.
    """
    steps = options(question)
    rows = []
    for number in sorted(
        frame.loc[frame["question"].eq(question.id), "round"].unique()
    ):
        part = of_round(frame, question.id, int(number))
        counts = [int(part["item"].eq(step).sum()) for step in steps]
        rows.append(
            {
                "round": number,
                "answered": len(part),
                "missing": max(0, asked - len(part)),
                "median": part["number"].median(),
                "iqr": part["number"].quantile(0.75) - part["number"].quantile(0.25),
                "agreement": agreement(counts),
                "consensus": consensus(counts),
                "within_one": within_one(counts),
            }
        )
    return pd.DataFrame(rows, columns=list(SPREAD)).astype(SPREAD)


def agreement(counts: Sequence[int]) -> float:
    """
    Return the agreement A of answers on an ordered scale.

    The distribution is peeled into layers in which each step is either filled or
    empty. A layer scores 1 if one step is filled, 0 if all are and -1 if only the
    two ends are; its score counts for the answers it holds::

        A = sum w U (1 - (S - 1) / (K - 1))
        U = ((K - 2) TU - (K - 1) TDU) / ((K - 2) (TU + TDU))

    with w the part of the answers in a layer, S its filled steps out of K, TU and TDU
    its triples of steps filled as 110 or 011 and as 101; U is 1 without such triples.
    Missing answers are left out.

    Args:
        counts: Answers per step, lowest step first; at least 3 steps.

    Returns:
        -1 (two camps at the ends) over 0 (spread evenly) to 1 (all the same); NaN
        without answers or with fewer than 3 steps, for which it is not defined.

    Source:
        C. van der Eijk, "Measuring agreement in ordered rating scales", Quality
        and Quantity 35 (2001), 325-341.
    """
    left, total = list(counts), sum(counts)
    if len(left) < 3 or total == 0:
        return math.nan
    weighed = Fraction(0)
    while any(left):
        height = min(count for count in left if count)
        layer = [count > 0 for count in left]
        weighed += height * sum(layer) * _of_layer(layer)
        left = [count - height if count else 0 for count in left]
    return float(weighed / total)


def _of_layer(layer: Sequence[bool]) -> Fraction:
    k, filled = len(layer), sum(layer)
    unimodal = split = 0
    for low, middle, high in itertools.combinations(layer, 3):
        unimodal += middle and low != high
        split += low and high and not middle
    shape = Fraction(1)
    if unimodal or split:
        shape = Fraction(
            (k - 2) * unimodal - (k - 1) * split, (k - 2) * (unimodal + split)
        )
    return shape * (1 - Fraction(filled - 1, k - 1))


def consensus(counts: Sequence[int]) -> float:
    """
    Return the consensus Cns of answers on a scale with equal steps.

    Cns = 1 + sum p_i log2(1 - |x_i - mean| / d), with p_i the share of step i and d
    the distance between the lowest and highest step. Missing answers are left out.

    Args:
        counts: Answers per step, lowest step first; at least 2 steps.

    Returns:
        0 (half at each end) to 1 (all the same). An even spread is not 0: it is
        0.434 on five steps. NaN without answers or with fewer than 2 steps.

    Source:
        W. Tastle and M. Wierman, "Consensus and dissention: a measure of ordinal
        dispersion", International Journal of Approximate Reasoning 45 (2007),
        531-545.
    """
    total, width = sum(counts), len(counts) - 1
    if width < 1 or total == 0:
        return math.nan
    # Exact until the logarithm, so that rounding never makes it log2(0).
    mean = Fraction(sum(step * count for step, count in enumerate(counts)), total)
    terms = (
        count / total * math.log2(1 - abs(step - mean) / width)
        for step, count in enumerate(counts)
        if count
    )
    return max(0.0, 1 + math.fsum(terms))


def within_one(counts: Sequence[int]) -> float:
    """
    Return the share of answers at most one step from the median.

    With an even number the median is half-way between the two middle answers, so
    it may lie between steps. The share is those within one step / all who answered;
    missing answers are left out.

    Args:
        counts: Answers per step, lowest step first.

    Returns:
        0 to 1; NaN without answers.

    Source:
        An ordinary share, easier to say in a room than A or Cns; no literature.
    """
    total = sum(counts)
    if total == 0:
        return math.nan
    ordered = [step for step, count in enumerate(counts) for _ in range(count)]
    median = (ordered[(total - 1) // 2] + ordered[total // 2]) / 2
    return sum(abs(step - median) <= 1 for step in ordered) / total
