"""People answer another kit on their own devices, in every way that it asks."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from workshop_kit.live.demo import sample_of
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.sample import read_sample
from workshop_kit.live.workshop import Workshop

KIT = "generative_ai"


@pytest.fixture
def other(tmp_path, make_room):
    """A room with the second kit."""
    path = tmp_path / "dijk.workshop"
    Workshop.create(path, kit=KIT, lang="nl", track="full").close()
    return make_room(path)


def test_every_type_of_question_is_answered_from_a_page(other):
    """The door offers its roles, and each part its questions; all is saved."""
    said = read_sample(Path(__file__).parents[3] / sample_of(KIT)).decisions
    door = other.get("/").text

    assert "Beleid voor generatieve AI" in door
    guest = other.join(role="collections", lang="nl")
    pages = guest.page()
    lead = Lead(other.workshop, "Fictional facilitator")
    seen = set()
    for part in other.workshop.kit.aspects:
        asked = [q for q in part.questions if q.id in said]
        lead.focus(uuid.uuid4().hex, aspect=part.id, ballot=asked[0].id)
        lead.open(uuid.uuid4().hex, [q.id for q in asked])
        pages.asked(asked[0].id)
        for question in asked:
            receipt = pages.put(question.id, said[question.id]["value"])

            assert receipt["kind"] == "saved", (question.id, receipt)
            seen.add(question.type)
    assert len(seen) == 12
