"""One person on several devices, in and out of the network, beside slow ones."""

from __future__ import annotations

import json

import pytest
from websockets.exceptions import ConnectionClosed


@pytest.fixture
def asked(room):
    """The room with an open question."""
    room.ask("plan.name", "plan.fits")
    return room


def test_two_pages_of_one_person_show_the_same(asked):
    """What is filled in on the one stands on the other; both are one person here."""
    guest = asked.join()
    phone, laptop = guest.page(), guest.page()
    phone.asked("plan.name")
    laptop.asked("plan.name")
    assert phone.put("plan.name", "Museum")["kind"] == "saved"
    seen = laptop.see(lambda view: "plan.name" in view["values"])
    assert seen["values"]["plan.name"] == "Museum"
    assert laptop.put("plan.name", "Archive", final=False)["kind"] == "draft"
    seen = phone.see(lambda view: view["known"])
    assert seen["values"]["plan.name"] == "Archive"
    phone.close()
    assert laptop.put("plan.fits", 4)["kind"] == "saved"

    assert guest.id in asked.workshop.store.present()
    assert asked.workshop.answers(guest.id) == {"plan.name": "Museum", "plan.fits": 4}


def test_the_last_page_that_closes_is_leaving(asked, wait_until):
    """As long as one is open, somebody is here."""
    guest = asked.join()
    pages = [guest.page(), guest.page()]
    for page in pages:
        page.asked("plan.name")
    pages[0].close()
    pages[1].put("plan.fits", 2)
    assert guest.id in asked.workshop.store.present()
    pages[1].close()
    wait_until(lambda: guest.id not in asked.workshop.store.present())


def test_a_page_that_comes_back_has_everything_in_one_message(asked):
    """Answers and drafts come with the first view, before anything is asked for."""
    guest = asked.join()
    page = guest.page()
    page.asked("plan.name")
    page.put("plan.name", "Museum")
    page.put("plan.fits", 3, final=False)
    # As a phone that falls asleep: the line is cut, and nobody says goodbye.
    page.line.socket.close()
    again = guest.page()
    first = json.loads(again.line.recv(20))

    assert first["type"] == "room"
    assert first["values"] == {"plan.name": "Museum", "plan.fits": 3}
    assert list(first["known"]) == ["plan.fits"]


def test_a_change_that_is_sent_again_has_its_receipt(asked):
    """On another line with the same key: one record, and a receipt each time."""
    guest = asked.join()
    for _ in range(3):
        page = guest.page()
        page.asked("plan.name")
        for _ in range(2):
            receipt = page.put("plan.name", "Museum", key="the-same-key")
            assert receipt["kind"] == "saved"
            assert receipt["key"] == "the-same-key"
        page.close()

    log = asked.workshop.store.answer_log()
    assert len([a for a in log if a.participant == guest.id]) == 1


def test_a_key_of_somebody_else_is_ones_own(asked):
    """Whoever chooses the same key takes nothing away from another."""
    for value in ("Museum", "Archive"):
        guest = asked.join()
        page = guest.page()
        page.asked("plan.name")
        assert page.put("plan.name", value, key="k" * 32)["kind"] == "saved"
        assert asked.workshop.answers(guest.id) == {"plan.name": value}


def test_pages_speak_the_language_of_their_owner(asked):
    """In one room, each in their own."""
    labels = {}
    for lang in ("nl", "en"):
        page = asked.join(lang=lang).page()
        labels[lang] = page.asked("plan.name")["groups"][0]["legend"]

    assert labels == {"nl": "Hoe heten we?", "en": "What is our name?"}


def test_a_page_that_takes_nothing_in_holds_nobody_up(asked, new_key):
    """Its views are not heaped up for it; the others are told at once."""
    slow = asked.join()
    with asked.connect("/ws", slow.token, max_queue=1) as line:
        line.send('{"type": "hello", "protocol": 1}')
        page = asked.join().page()
        page.asked("plan.name")
        for n in range(200):
            asked.lead.timer(new_key(), minutes=n + 1)
        page.see(lambda view: view["timer"] and view["timer"]["of"] == 200 * 60)
        assert page.put("plan.name", "Museum")["kind"] == "saved"
        heard = [json.loads(line.recv(20))]
        while not (heard[-1]["timer"] and heard[-1]["timer"]["of"] == 200 * 60):
            heard.append(json.loads(line.recv(20)))
    assert len(heard) < 200


def test_one_person_does_not_open_pages_without_end(asked):
    """After twenty the next is sent away; the others stay, and so does everybody."""
    guest = asked.join()
    for _ in range(20):
        guest.page().hear("room")
    with asked.connect("/ws", guest.token) as line:
        with pytest.raises(ConnectionClosed):
            line.recv(20)
        assert line.close_code == 4004
    assert guest.pages[0].put("plan.fits", 1)["kind"] == "saved"
    guest.pages[0].close()
    guest.page().hear("room")
