"""What tests of several rooms need: a small fictional kit and both languages."""

from __future__ import annotations

import itertools
import json
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from torments.postgres import PostgreSQL
from torments.rooms import free_port

from workshop_kit.errors import WorkshopError
from workshop_kit.i18n import Translator
from workshop_kit.kit.load import load
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.sample import decide_all, read_sample
from workshop_kit.live.workshop import Workshop

SMALL = Path(__file__).parent / "kits" / "small"
SAMPLE = Path(__file__).parents[1] / "data" / "sample_workshop" / "workshop.yaml"

# How long something takes says nothing about whether it is right.
settings.register_profile("untimed", deadline=None)
# Mutation testing runs the same tests a thousand times: few examples, always the same,
# and one that fails need not be made smaller.
settings.register_profile(
    "few",
    deadline=None,
    max_examples=12,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("untimed")


@pytest.fixture
def small():
    """The fictional kit that has every question type."""
    return load(SMALL)


@pytest.fixture
def small_folder(tmp_path):
    """A copy of the fictional kit that a test may break."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture
def nl():
    """Speaks Dutch."""
    return Translator("nl")


@pytest.fixture
def en():
    """Speaks English."""
    return Translator("en")


SLOW = {"browser", "deploy", "notebooks", "programme", "torture"}
"""Folders whose tests start servers, browsers or notebooks."""

LONG = [
    "test_accidents_in_lab.py",
    "test_workshop_in_lab.py",
    "test_docs_site.py",
    "test_panel_in_page.py",
    "test_room_pages.py",
    "test_exported_html.py",
    "test_panel_in_lab.py",
    "test_room_in_lab.py",
    "test_room_cut.py",
    "test_launcher_in_lab.py",
]
"""Files of browser tests that take half a minute or more, the longest first."""


def pytest_collection_modifyitems(items):
    """
    Mark what is slow, and run browser tests last, whose event loop allows no other.

    Of these the longest files come first, so that nobody waits for one of them alone.
    """
    for item in items:
        if SLOW & {*item.path.parts}:
            item.add_marker(pytest.mark.slow)
    items.sort(key=_turn)


def _turn(item):
    place = LONG.index(item.path.name) if item.path.name in LONG else len(LONG)
    return "browser" in item.path.parts, place


@pytest.fixture(scope="session")
def postgres():
    """Run a PostgreSQL server for all tests that need one."""
    server = PostgreSQL()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(name="free_port", scope="session")
def _free_port():
    """Find a port that nobody listens on."""
    return free_port


@pytest.fixture(scope="session")
def payloads():
    """What somebody types to make something happen; see ``tests/corpus``."""
    corpus = json.loads((Path(__file__).parent / "corpus" / "markup.json").read_text())
    return [one["text"] for one in corpus]


def hostile(question, text):
    """Return a value for a question, with a text wherever words can stand."""
    rows = {
        column.id: text if column.type == "short_text" else {"other": text}
        for column in question.columns
        if column.type == "short_text" or column.other
    }
    values = {
        "short_text": text,
        "long_text": text,
        "multiple": [{"other": text}],
        "single": {"other": text},
        "rows": [rows],
    }
    return values.get(question.type)


@pytest.fixture(scope="session")
def besieged_file(tmp_path_factory, payloads):
    """
    A workshop in which every text of the corpus stands in every kind of place.

    The sample workshop of the demo, with hostile names, answers, decisions, reasons,
    dissent, waivers, signatures, options, proposals and parked points on top.
    """
    path = tmp_path_factory.mktemp("siege") / "siege.workshop"
    workshop = Workshop.create(path, kit="social_media", lang="nl", track="full")
    with workshop as made, made.store.together():
        decide_all(made, read_sample(SAMPLE))
        _answer(made, payloads)
        _lead(made, payloads)
    return path


def _answer(made, payloads):
    """Let people answer who have hostile names and write hostile words."""
    asked = ("ctx.name", "ctx.people", "aud.groups", "goals.which", "ch.list")
    questions = [q for q in made.kit.questions() if q.id in asked]
    turn = itertools.cycle(payloads)
    for text in payloads:
        alias = text[:200].replace("\x00", "")
        person = made.store.join(alias, "hr", "nl")[0].id
        question = questions[payloads.index(text) % len(questions)]
        value = hostile(question, text)
        _tried(made.accept, person, question.id, value, _key(), final=True)
        if payloads.index(text) % 9 == 0:
            ideas = [{"idea": next(turn)} for _ in range(9)]
            _tried(made.accept, person, "ctx.people#ideas", ideas, _key(), final=True)


def _lead(made, payloads):
    """Decide, propose, park, accept and sign in hostile words."""
    lead, questions = Lead(made, payloads[1]), made.kit.questions()
    turn = itertools.cycle(payloads)
    for text in payloads:
        _tried(lead.park, _key(), text)
        _tried(made.waive, made.kit.rules[0].id, text, text)
    for text in payloads[:12]:
        _tried(lead.promote, _key(), "ctx.people", text)
    for question in questions:
        said = {name: next(turn) for name in ("reason", "dissent", "by", "checked_by")}
        said["checked_on"] = "2026-11-01"
        before = made.store.decisions().get(question.id)
        values = [before.value] if before else []
        for value in (*values, hostile(question, next(turn))):
            _tried(made.decide, question.id, said | {"value": value})
    _tried(lead.propose, _key(), "ctx.people", "\n\n".join(payloads)[:1900])
    said = {"value": "".join(payloads[:2]), "reason": "\n".join(payloads), "by": "X"}
    _tried(made.decide, made.kit.document.institution, said)
    for step in ("in_review", "hr", "legal"):
        name, role, note = (next(turn) for _ in range(3))
        signed = {"step": step, "name": name, "role": role, "note": note}
        _tried(made.sign, signed | {"day": "2026-11-02"})
    _tried(made.snapshot, payloads[0][:80])


def _key():
    return uuid.uuid4().hex


def _tried(deed, *arguments, **more):
    """Do something with hostile words; a refusal in words is fine too."""
    with suppress(WorkshopError):
        deed(*arguments, **more)
