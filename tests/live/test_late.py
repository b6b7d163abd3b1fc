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


def test_what_counted_at_a_closing_and_comes_again_counts_once(workshop, ann):
    """Opened once more, the page's own record stands in place of the draft's."""
    lead = Lead(workshop, "Fictional facilitator")
    lead.open("open", ["plan.topics"])
    lead.close("close", ["plan.topics"])
    with pytest.raises(AnswerError, match="came too late to count"):
        workshop.accept(ann, "plan.topics", VALUE, "key", final=True, asked=True)
    for step in ("a", "b"):
        lead.open(f"open {step}", ["plan.topics"])
        if step == "a":
            lead.close(f"close {step}", ["plan.topics"])
    workshop.accept(ann, "plan.topics", VALUE, "key", final=True, asked=True)

    log = workshop.store.answer_log()
    assert [(a.value, a.key) for a in log] == [
        (VALUE, "closing/3/plan.topics"),
        (VALUE, "key"),
    ]
    assert [a.key for a in workshop.store.answers("plan.topics")] == ["key"]
    assert workshop.store.answered("plan.topics", 1) == 1
