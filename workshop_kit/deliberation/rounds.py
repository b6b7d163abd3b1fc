"""How a room moved from one round of a question to the next."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pandas as pd

from workshop_kit.deliberation.tally import of_round, tally

if TYPE_CHECKING:
    from workshop_kit.kit.model import Question

SHIFT = {
    "round": "Int64",
    "option": "string",
    "n_before": "Int64",
    "n": "Int64",
    "share_before": "Float64",
    "share": "Float64",
    "difference": "Float64",
    "both": "Int64",
    "changed": "Int64",
}
"""
Columns of a shift, one row per later round and option.

``n`` and ``share`` are those of the tally in the *round* and in the one *before* it,
``difference`` is share - share_before, -1 to 1. ``both`` counts who answered in both
rounds and ``changed`` those of them whose answer is another one; they are the same in
each row of a round.
"""


def shift(frame: pd.DataFrame, question: Question) -> pd.DataFrame:
    """
    Put each round of a question beside the one before it.

    Shares are of those who answered in that round, so that who stayed away counts
    in neither; read ``both`` beside them, because a share also moves when other
    people answer. A change is another choice, another order of a ranking, other
    dots or other own words; of rows and picks only what names them is compared.

    Args:
        frame: Of :func:`workshop_kit.deliberation.tally.tidy`.
        question: Any but a note. A round that nobody answered is passed over.

    Returns:
        Frame with :data:`SHIFT`; empty with fewer than two rounds. Options in the
        order of the kit, then what else was said in either round, with 0 where it
        was not.

    Source:
        The change between rounds as Delphi studies report it; counts and shares
        only, because measures of stability such as kappa need more people than
        sit in a room.
    """
    rounds = sorted(frame.loc[frame["question"].eq(question.id), "round"].unique())
    parts = [
        _between(frame, question, int(before), int(after))
        for before, after in itertools.pairwise(rounds)
    ]
    if not parts:
        return pd.DataFrame(columns=list(SHIFT)).astype(SHIFT)
    return pd.concat(parts, ignore_index=True)[list(SHIFT)].astype(SHIFT)


def _between(
    frame: pd.DataFrame, question: Question, before: int, after: int
) -> pd.DataFrame:
    first, second = (
        tally(frame, question, asked=0, in_round=number)
        .set_index("option")[["n", "share"]]
        .astype(float)
        for number in (before, after)
    )
    order = list(dict.fromkeys([*second.index, *first.index]))
    first, second = (each.reindex(order, fill_value=0) for each in (first, second))
    old, new = (_answers(frame, question, number) for number in (before, after))
    both = old.keys() & new.keys()
    return pd.DataFrame(
        {
            "round": after,
            "option": order,
            "n_before": first["n"].array,
            "n": second["n"].array,
            "share_before": first["share"].array,
            "share": second["share"].array,
            "difference": (second["share"] - first["share"]).array,
            "both": len(both),
            "changed": sum(old[person] != new[person] for person in both),
        }
    )


def _answers(
    frame: pd.DataFrame, question: Question, number: int
) -> dict[str, set[tuple[Any, ...]]]:
    """Return participant → what was chosen; places matter in a ranking only."""
    part = of_round(frame, question.id, number)
    columns = ["item", "text", "number"]
    if question.type == "ranking":
        columns.append("place")
    cells = part[columns].astype(object).where(part[columns].notna(), None)
    found: dict[str, set[tuple[Any, ...]]] = {}
    for person, *said in zip(
        part["participant"], *(cells[name] for name in columns), strict=True
    ):
        found.setdefault(str(person), set()).add(tuple(said))
    return found
