"""A sheet of answers tells no more about who said what than the room was told."""

from __future__ import annotations

import csv
import io
import uuid

import pytest

from workshop_kit.export.formats import export
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop

KEPT, ANONYMOUS, IDEAS = "plan.name", "plan.minutes", "plan.topics#ideas"
BLIND = "plan.budget"


@pytest.fixture
def held(tmp_path, small_folder):
    """A room in which two people answered a plain, a nameless and a blind question."""
    path = tmp_path / "held.workshop"
    made = Workshop.create(path, kit=str(small_folder), lang="en", track="full")
    with made as workshop:
        lead = Lead(workshop, "Fictional facilitator")
        lead.open(key(), [KEPT, ANONYMOUS, IDEAS, BLIND])
        lead.anonymous(key(), ANONYMOUS)
        people = [workshop.store.join(name, "hr", "en")[0].id for name in "AB"]
        for person, minutes in zip(people, (9, 4), strict=True):
            values = {
                KEPT: f"Museum {minutes}",
                ANONYMOUS: minutes,
                IDEAS: [{"idea": f"Idea {minutes}"}],
                BLIND: minutes,
            }
            for name, value in values.items():
                workshop.accept(person, name, value, key(), final=True)
        for name in (KEPT, ANONYMOUS, IDEAS):
            lead.reveal(key(), name)
        yield workshop


def key():
    """Return a key that nothing else has."""
    return uuid.uuid4().hex


def rows(workshop, folder):
    """Return code, person and answer of each row of the sheet."""
    made = export(workshop, folder, [("en",)], formats=["csv"])
    (path,) = [p for p in made if p.name.startswith("answers")]
    found = csv.reader(io.StringIO(path.read_text("utf-8-sig")))
    return [(row[0], row[3], row[4]) for row in list(found)[1:]]


def minutes(workshop, folder):
    """Return the minutes of the workshop, as Markdown."""
    made = export(workshop, folder, [("en",)], formats=["md"], profiles=["record"])
    return made[0].read_text("utf-8")


def test_nobody_is_told_by_their_number(held, tmp_path):
    """Anonymous answers and ideas have none, and come in an order of their own."""
    found = rows(held, tmp_path)
    named = [(code, answer) for code, person, answer in found if person]

    assert {code for code, _ in named} == {KEPT}
    assert sorted(person for _, person, _ in found if person) == ["1", "2"]
    last = [(code, answer) for code, person, answer in found if not person]
    assert last == [
        (ANONYMOUS, "4"),
        (ANONYMOUS, "9"),
        (IDEAS, "Idea 4"),
        (IDEAS, "Idea 9"),
    ]


def test_what_is_blind_is_left_out_until_it_is_shown(held, tmp_path):
    """Nobody reads it in a sheet or in the minutes before the room does."""
    lead = Lead(held, "Fictional facilitator")
    assert BLIND not in {code for code, _, _ in rows(held, tmp_path)}
    lead.close(key(), [BLIND])
    assert BLIND not in {code for code, _, _ in rows(held, tmp_path)}
    label = "How much budget?"
    assert label not in minutes(held, tmp_path)
    lead.reveal(key(), BLIND)
    assert label in minutes(held, tmp_path)
    assert [person for code, person, _ in rows(held, tmp_path) if code == BLIND]
