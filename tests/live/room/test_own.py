"""Participants see, take along and erase what is kept of them, and only that."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import urlencode

import pytest

MINE, THEIRS = "ZQX-mine", "ZQX-theirs"


@pytest.fixture
def written(own_room, new_key):
    """A room in which two people wrote, and one of them is quoted in a decision."""
    room = own_room
    room.ask("plan.name", "plan.topics", "plan.weight")
    room.me, room.other = room.join(f"{MINE} alias"), room.join(f"{THEIRS} alias")
    for guest, mark in ((room.me, MINE), (room.other, THEIRS)):
        page = guest.page()
        page.asked("plan.name")
        page.put("plan.name", f"{mark} name", key=f"{mark}-key")
        page.put("plan.topics", ["objects", {"other": f"{mark} other"}])
        page.put("plan.weight", {"writing": 3}, final=False, key=f"{mark}-draft")
    decision = {"value": f"the {MINE} name of old", "reason": "it is", "by": "Board"}
    room.workshop.decide("plan.name", decision)
    room.lead.promote(new_key(), "plan.topics", f"{MINE} other")
    return room


def cookie(guest):
    """Return the header by which somebody is known."""
    return {"Cookie": f"workshop={guest.token}"}


def press(room, guest, *, origin="", body="sure=yes"):
    """Press the button that erases."""
    return room.request(
        "POST",
        "/own/erase",
        body,
        Origin=origin or room.base,
        Content_Type="application/x-www-form-urlencoded",
        **cookie(guest),
    )


def bytes_of(room):
    """Return all that stands in the workshop file and its log, now."""
    names = (room.path.name, f"{room.path.name}-wal")
    files = [room.path.with_name(name) for name in names]
    return b"".join(file.read_bytes() for file in files if file.exists())


@pytest.mark.parametrize(
    ("lang", "title"), [("nl", "Je gegevens"), ("en", "Your data")]
)
def test_the_page_shows_what_is_kept(room, lang, title):
    """Name, role, day, answers and drafts, in the language of who asks."""
    room.ask("plan.name", "plan.minutes")
    guest = room.join("Fictional Kim", lang=lang)
    page = guest.page()
    page.asked("plan.name", "plan.minutes")
    page.put("plan.name", "<b>Museum</b>")
    page.put("plan.minutes", "7", final=False)
    reply = room.get("/own", **cookie(guest))
    t = room.workshop.translate.__class__(lang)

    assert reply.status == 200
    for words in (title, "Fictional Kim", t.date(room.workshop.keep_until())):
        assert words in reply.text
    assert "<dd>&lt;b&gt;Museum&lt;/b&gt;</dd>" in reply.text
    assert {"nl": "niet ingeleverd: 1", "en": "not handed in: 1"}[lang] in reply.text
    assert 'href="/own"' in room.get("/room", **cookie(guest)).text


def test_all_of_it_can_be_taken_along(written):
    """The file has every record of theirs, where they are quoted, and no one else."""
    reply = written.get("/own.json", **cookie(written.me))
    got = json.loads(reply.body)

    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert got["participant"]["name"] == f"{MINE} alias"
    assert got["participant"]["id"] == written.me.id
    assert {(a["question"], str(a["value"])) for a in got["answers"]} == {
        ("plan.name", f"{MINE} name"),
        ("plan.topics", str(["objects", {"other": f"{MINE} other"}])),
    }
    assert got["answers"][0]["key"] == f"{MINE}-key"
    assert [(d["value"], d["key"]) for d in got["drafts"]] == [
        ({"writing": 3}, f"{MINE}-draft")
    ]
    assert got["left_out"] == 0
    assert got["connected"] is True
    today = dt.datetime.now(dt.UTC).date()
    assert got["quoted"] == [
        f"Decision on “What is our name?”, {today}",
        f"Option plan.topics/own_zqx_mine_other, added on {today}",
    ]
    for secret in (THEIRS, written.me.token, written.other.id):
        assert secret not in reply.text


def test_nobody_else_gets_it(written):
    """Without a token, or with a chosen one, there is only the door."""
    for given in ({}, {"Cookie": "workshop=" + "x" * 22}):
        for target in ("/own", "/own.json"):
            reply = written.get(target, **given)
            assert (reply.status, reply.headers["Location"]) == (303, "/")
    assert written.request("POST", "/own/erase", "sure=yes").status == 303
    assert written.get("/own/erase", **cookie(written.me)).status == 405


def test_what_is_erased_is_gone_to_the_last_byte(written, new_key):
    """Answers, drafts and name, while the room goes on for everybody else."""
    page = written.other.pages[0]
    assert f"{MINE} alias".encode() in bytes_of(written)
    reply = press(written, written.me)

    assert reply.status == 200
    assert "Your data is erased" in reply.text
    assert 'workshop=""' in reply.headers["Set-Cookie"]
    found = bytes_of(written)
    for words in (f"{MINE} alias", f'"{MINE} name"', f"{MINE}-key"):
        assert words.encode() not in found
    # What the institution decided in those words is its own.
    for words in (f'{{"label":"{MINE} other"}}', f"the {MINE} name of old"):
        assert words.encode() in found
    assert f'"other":"{MINE}'.encode() not in found
    assert written.me.pages[0].closed() == 4003
    assert written.workshop.store.participant(written.me.token) is None
    assert written.get("/room", **cookie(written.me)).headers["Location"] == "/"
    assert written.told("erased") == (
        "A participant has erased all that they had filled in."
    )
    assert page.put("plan.name", f"{THEIRS} again")["kind"] == "saved"
    written.lead.reveal(new_key(), "plan.name")
    view = page.see(lambda view: view["results"])
    assert view["results"][0]["words"] == [{"text": f"{THEIRS} again", "times": ""}]
    assert written.join().page().hear("room")
    assert "Traceback" not in written.log.read_text()
    assert MINE not in written.log.read_text()


def test_erasing_needs_a_second_thought(written):
    """A form without the tick, too long, or from another site erases nothing."""
    for body in ("", "sure=no", "sure=yes&" + "x" * 100, "sure=yes&sure=yes"):
        reply = press(written, written.me, body=body)
        assert reply.status == 422
        assert "Please say that you are sure; it cannot be brought back." in reply.text
    for origin in ("http://evil.example", "null"):
        assert press(written, written.me, origin=origin).status == 403
    without = written.request("POST", "/own/erase", "sure=yes", **cookie(written.me))
    assert without.status == 403
    assert written.workshop.store.erasures() == []


def test_who_was_erased_by_the_facilitator_is_sent_away(written):
    """Pages close, also of a process that knew the token; nothing more is taken."""
    store = written.workshop.store
    assert written.get("/me", **cookie(written.me)).text == '{"known":true}'
    store.erase(written.me.id, by="Fictional facilitator", reason="asked")
    store.scrub()

    assert written.me.pages[0].closed() == 4003
    assert written.get("/me", **cookie(written.me)).text == '{"known":false}'
    assert written.other.pages[0].put("plan.name", "go on")["kind"] == "saved"


def test_nobody_joins_after_the_day_has_passed(own_room):
    """There is nothing to agree to, and the facilitator is told what to do."""
    own_room.workshop.store.update_workshop(keep_until="2026-01-01")
    reply = own_room.knock(lang="en")
    dutch = own_room.knock(lang="nl")

    assert (reply.status, dutch.status) == (422, 422)
    assert (
        "Answers were to be kept until a day that has passed. Ask the facilitator to"
        " choose a later one."
    ) in reply.text
    assert "tot een dag die voorbij is" in dutch.text
    assert own_room.request("POST", "/join", urlencode(own_room.form())).status == 403


def test_a_room_says_that_answers_are_kept_too_long(own_room):
    """When it starts, in the facilitator's panel and in the log."""
    own_room.join()
    own_room.workshop.store.update_workshop(keep_until="2026-01-01")
    own_room.stop()
    own_room.start()
    words = (
        "Answers are kept longer than was agreed (until {day}; participants: {n})."
        " Erase them with: workshop-kit forget {file}"
    )

    assert own_room.told("kept") == words
    assert "until 2026-01-01; participants: 1" in own_room.log.read_text()
