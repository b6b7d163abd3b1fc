"""What holds for every kit that comes with the package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import workshop_kit
from workshop_kit.kit.found import DEFAULT, SHIPPED, names
from workshop_kit.kit.load import load

ROOT = Path(workshop_kit.__file__).parent
KITS = [load(name) for name in names()]
TYPES = {
    "single", "multiple", "ranking", "dots", "score", "short_text", "long_text",
    "integer", "decimal", "date", "rows", "pick", "note",
}  # fmt: skip


@pytest.fixture(params=KITS, ids=lambda kit: kit.id)
def kit(request):
    """Each kit."""
    return request.param


@pytest.fixture
def asked(kit):
    """Its questions that take an answer."""
    return [question for question in kit.questions() if question.type != "note"]


def test_it_is_made_of_files_that_anybody_can_edit(kit):
    """YAML and a licence in words; no program."""
    files = [p for p in (SHIPPED / kit.id).rglob("*") if p.is_file()]
    ours = [p for p in files if "__pycache__" not in p.parts]

    assert {path.suffix for path in ours} == {".yaml", ".md"}


def test_it_asks_enough_and_checks_enough(kit, asked):
    """At least forty questions and fifteen rules, of each severity some."""
    assert len(asked) >= 40
    assert len(kit.rules) >= 15
    assert {rule.severity for rule in kit.rules} == {"blocker", "warning", "hint"}


def test_every_question_helps_both_sides_in_both_languages(asked):
    """Each has a hint for the participant, a script and minutes for the facilitator."""
    for question in asked:
        for text in (question.label, question.hint, question.script):
            assert set(text) == {"nl", "en"}
            assert text["nl"] != text["en"]
        assert question.minutes


def test_the_tracks_nest_and_fit(kit, asked):
    """What a short track asks, a longer one asks too, and none is nearly empty."""
    for question in asked:
        tracks = set(question.minutes)

        assert tracks in ({"full"}, {"short", "full"}, {"draft", "short", "full"})
    for track, least in (("draft", 4), ("short", 75), ("full", 180)):
        room = [q for q in kit.questions() if q.stage == "workshop"]
        spent = sum(q.minutes.get(track, 0) for q in room)

        assert least <= round(spent, 6) <= kit.tracks[track].minutes


def test_points_of_law_say_where_and_leave_the_judgement_to_a_lawyer(asked):
    """Reference, note in both languages, and that somebody has to check it."""
    points = [question for question in asked if question.law]

    assert len(points) >= 10
    for question in points:
        assert question.law.reference
        assert set(question.law.note) == {"nl", "en"}
        assert re.search(r"\b[Ll]aat\b|[Ww]ijst|[Vv]raag", question.law.note["nl"])


def test_every_source_that_is_named_is_used(kit):
    """A list of sources that nothing rests on would only look well."""
    used = {s for q in kit.questions() for s in (*q.sources, *(q.law or q).sources)}
    used |= {s for rule in kit.rules for s in rule.sources}

    assert all(source.title for source in kit.sources.values())
    assert set(kit.sources) == used


def test_all_kits_together_ask_in_every_way():
    """No type of question is there for nothing."""
    assert {q.type for kit in KITS for q in kit.questions()} == TYPES


def test_no_code_knows_a_kit_but_the_default():
    """The name of a kit stands in no program, but for that of the default."""
    found = {}
    for path in (*ROOT.rglob("*.py"), *ROOT.rglob("*.js"), *ROOT.rglob("*.html")):
        text = path.read_text("utf-8")
        for name in names():
            if re.search(rf"\b{name}\b", text):
                found.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())

    assert found.keys() == {DEFAULT}
    assert "kit/found.py" in found[DEFAULT]
