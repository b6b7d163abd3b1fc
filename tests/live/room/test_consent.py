"""What people agree to at the door is what the program does, sentence by sentence."""

from __future__ import annotations

import dataclasses
import json
import re
from contextlib import suppress
from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed

from workshop_kit.export.formats import export
from workshop_kit.i18n import Translator
from workshop_kit.live import privacy
from workshop_kit.live.room.overview import overview
from workshop_kit.live.room.scene import _group, visible
from workshop_kit.store.records import Answer, Draft, Participant

MARK = "ZQX-consent"
ALIAS = f"{MARK}-alias"
SENTENCES = {
    "Your name here, your role, your language, and what you fill in, with the time.": (
        "test_nothing_else_is_kept"
    ),
    "It is kept in the file of this workshop, on the facilitator’s computer, until"
    " {date}.": "test_it_is_kept_there_and_until_then",
    "Nobody sees an answer of yours before its result is shown, except ideas and"
    " answers to questions that are not blind, which the facilitator sees at once and"
    " without your name.": "test_nobody_sees_it_before",
    "Once the result is shown the facilitator can see who answered what, unless the"
    " question is anonymous.": "test_who_answered_what",
    "Your own words may come into the policy without your name.": (
        "test_words_come_into_the_policy_without_a_name"
    ),
    "No address of your device is kept.": "test_no_address_is_kept",
    "On the page “Your data” you can see all of it, take it along and have it erased,"
    " at any time.": "test_the_page_is_there",
}


def words_at_the_door(room, lang):
    """Return the sentences that people agree to."""
    page = room.get(f"/?lang={lang}").text
    words = re.search(r'id="consent-words">(.*?)</p>', page, re.DOTALL)[1]
    day = Translator(lang).date(room.workshop.keep_until())
    assert day in words
    return re.split(r"(?<=\.) ", words.replace(day, "{date}"))


def test_each_sentence_has_its_test(room):
    """No sentence is promised without a test, in either language."""
    assert words_at_the_door(room, "en") == list(SENTENCES)
    assert len(words_at_the_door(room, "nl")) == len(SENTENCES)
    assert set(SENTENCES.values()) <= set(globals())


@pytest.fixture
def seen(own_room, new_key):
    """A room in which somebody answered three questions; it is led to the first."""
    room = own_room
    room.ask("plan.name", "plan.story", "plan.topics#ideas")
    room.guest = room.join(ALIAS)
    page = room.page = room.guest.page()
    page.asked("plan.name", "plan.story")
    page.put("plan.name", f"{MARK}-name")
    page.put("plan.story", f"{MARK}-story")
    room.lead.focus(new_key(), aspect="plan", ballot="plan.topics#ideas")
    page.asked("plan.topics#ideas")
    page.put("plan.topics#ideas", [{"idea": f"{MARK}-idea"}])
    return room


def panel(room, ballot, new_key):
    """Return all that the facilitator's panel shows at a ballot, as text."""
    room.lead.focus(new_key(), aspect="plan", ballot=ballot)
    t = Translator("en")
    found = overview(room.workshop, ["plan"], t, running=True, memory={})
    return json.dumps(found, ensure_ascii=False)


def test_nothing_else_is_kept():
    """A participant has no other field; an answer only says what was asked, and when."""
    fields = {
        kind: {f.name for f in dataclasses.fields(kind)}
        for kind in (Participant, Answer, Draft)
    }
    of_the_question = {"seq", "question", "round", "kit_version", "wording_hash", "key"}

    assert fields[Participant] - {"id"} == {
        *("alias", "role", "lang", "joined_at", "consent_until")
    }
    assert fields[Answer] - of_the_question == {"participant", "value", "at"}
    assert fields[Draft] - of_the_question == {"participant", "value", "at"}


def test_it_is_kept_there_and_until_then(seen):
    """In no other file, while it runs and after; past the day it is erased."""
    folder = seen.path.parent

    def holding():
        return {f.name for f in folder.iterdir() if MARK.encode() in f.read_bytes()}

    assert holding() <= {seen.path.name, f"{seen.path.name}-wal"}
    assert holding()
    seen.stop()
    assert holding() <= {seen.path.name, f"{seen.path.name}-wal"}
    day = privacy.kept_until(seen.workshop, seen.workshop.store.participants()[0])
    assert day == seen.workshop.keep_until()
    assert privacy.due(seen.workshop, day) == []
    later = day.replace(year=day.year + 1)
    privacy.forget(seen.workshop, by="x", today=later)
    assert holding() == set()


def test_nobody_sees_it_before(seen, new_key):
    """Neither others nor the facilitator; the two exceptions come without a name."""
    other = seen.join("Fictional Noor").page()
    other.hear("room")
    assert MARK not in "".join(other.heard)
    projector = seen.workshop.refresh().access.projector
    with seen.connect(f"/show/{projector}/ws") as line:
        line.send('{"type": "hello", "protocol": 1}')
        assert MARK not in line.recv(20)
    assert MARK not in panel(seen, "plan.name", new_key)

    ideas = panel(seen, "plan.topics#ideas", new_key)
    assert f"{MARK}-idea" in ideas
    assert ALIAS not in ideas
    content = seen.workshop._content
    aspects = tuple(
        replace(a, questions=tuple(map(_not_blind, a.questions)))
        for a in content.aspects
    )
    seen.workshop._content = replace(content, aspects=aspects)
    story = panel(seen, "plan.story", new_key)
    assert f"{MARK}-story" in story
    assert ALIAS not in story


def _not_blind(question):
    return replace(question, blind=False)


def test_each_card_promises_what_is_so(seen):
    """Under a card stands who sees the answer when; ideas are never blind."""
    seen.workshop.refresh()
    notes = {
        (question.id, question.blind): _group(ballot, question, Translator("en"))
        for ballot, asked in visible(seen.workshop)
        for question in (asked, _not_blind(asked))
    }
    hidden = "Nobody sees your answer before the facilitator reveals the result."
    at_once = "The facilitator sees answers as they come in, without names."
    assert {key: group["note"] for key, group in notes.items()} == {
        ("plan.name", True): hidden,
        ("plan.name", False): at_once,
        ("plan.story", True): hidden,
        ("plan.story", False): at_once,
        ("plan.topics#ideas", True): at_once,
        ("plan.topics#ideas", False): at_once,
    }


def test_who_answered_what(seen, new_key):
    """By name once it is shown; never if it is anonymous, nor of an idea."""
    seen.lead.anonymous(new_key(), "plan.story")
    for name in ("plan.name", "plan.story", "plan.topics#ideas"):
        seen.lead.reveal(new_key(), name)

    assert ALIAS in panel(seen, "plan.name", new_key)
    for name in ("plan.story", "plan.topics#ideas"):
        shown = panel(seen, name, new_key)
        assert MARK in shown
        assert ALIAS not in shown


def test_words_come_into_the_policy_without_a_name(seen, new_key, tmp_path):
    """In no format and no profile does the name stand, also where the words do."""
    for name in ("plan.name", "plan.story"):
        seen.lead.reveal(new_key(), name)
    said = {"value": f"{MARK}-name", "reason": "the room said so", "by": "Board"}
    seen.workshop.decide("plan.name", said)
    made = export(
        seen.workshop,
        tmp_path / "out",
        [("en",)],
        formats=["html", "md", "json", "csv"],
        profiles=["policy", "staff", "summary", "record"],
    )
    texts = [path.read_text("utf-8") for path in made]

    assert any(f"{MARK}-name" in text for text in texts)
    assert not any(ALIAS in text or seen.guest.id in text for text in texts)


def test_no_address_is_kept(own_room):
    """Of an address that joins, answers, errs and is locked out, nothing is left."""
    address = "127.0.0.77"
    own_room.ask("plan.name")
    link = own_room.workshop.refresh().access.link
    for n in range(12):
        own_room.knock(source=address, code=f"2222222{n % 8 + 2}")
    reply = own_room.knock(source=address, code="", link=link)
    token = reply.headers["Set-Cookie"].split(";")[0].removeprefix("workshop=")
    with own_room.connect("/ws", token, source_address=(address, 0)) as line:
        line.send('{"type": "hello", "protocol": 1}')
        line.recv(20)
        for _ in range(4):
            line.send("{")
        with suppress(ConnectionClosed):
            while line.recv(20):
                pass
    assert own_room.told("locked")
    assert own_room.told("odd")
    files = list(own_room.path.parent.iterdir())
    assert own_room.log in files
    own_room.stop()
    for file in own_room.path.parent.iterdir():
        assert address.encode() not in file.read_bytes(), file.name


def test_the_page_is_there(seen):
    """Also when nothing is asked, and for as long as somebody is known."""
    given = {"Cookie": f"workshop={seen.guest.token}"}
    page = seen.get("/own", **given).text

    assert f"<dd>{MARK}-story</dd>" in page
    assert 'href="/own.json"' in page
    assert 'action="/own/erase"' in page
    assert seen.get("/own.json", **given).status == 200
