"""An answer that came too late is not lost, and never counts twice."""

from __future__ import annotations

import pytest

from workshop_kit.errors import AnswerError
from workshop_kit.live.room.lead import Lead

VALUE = ["objects", {"other": "unlike any other"}]


def test_what_came_too_late_counts_once_at_the_next_closing(workshop, ann):
    """Its page, which never heard so, sends it again, and is told that it is saved."""
    lead = Lead(workshop, "Fictional facilitator")
    lead.open("open", ["plan.topics"])
    lead.close("close", ["plan.topics"])
    with pytest.raises(AnswerError, match="came too late to count"):
        workshop.accept(ann, "plan.topics", VALUE, "key", final=True, asked=True)
    lead.open("again", ["plan.topics"])
    lead.close("and close", ["plan.topics"])
    known = workshop.accept(ann, "plan.topics", VALUE, "key", final=True, asked=True)

    (only,) = workshop.store.answer_log()
    assert only == known
    assert (only.value, only.key) == (VALUE, "closing/3/plan.topics")
