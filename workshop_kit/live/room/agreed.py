"""Whether the room agrees, by the threshold that the kit has for a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.deliberation.tally import tidy
from workshop_kit.deliberation.threshold import judge, threshold_for

if TYPE_CHECKING:
    import pandas as pd

    from workshop_kit.deliberation.verdict import Verdict
    from workshop_kit.kit.model import Question
    from workshop_kit.live.workshop import Workshop


def verdict(workshop: Workshop, ballot_id: str) -> Verdict | None:
    """Return what is said of a ballot in the round it is in; see :func:`judged`."""
    question, answers = workshop.question(ballot_id), workshop.store.answers(ballot_id)
    number = workshop.state.ballot(ballot_id).round
    people = workshop.people(answers)
    return judged(workshop, question, tidy(answers, [question]), number, people)


def judged(
    workshop: Workshop,
    question: Question,
    frame: pd.DataFrame,
    number: int,
    people: int,
) -> Verdict | None:
    """
    Return whether the room agrees; None for words and numbers.

    Args:
        workshop: The workshop.
        question: What was asked.
        frame: Its answers, tidy.
        number: The round that counts.
        people: How many could have answered.
    """
    threshold = threshold_for(workshop.kit, question)
    if threshold is None:
        return None
    return judge(
        threshold,
        question,
        frame,
        {p.id: p.role for p in workshop.store.participants()},
        asked=people,
        in_round=number,
    )
