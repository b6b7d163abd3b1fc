"""Reloads, closed tabs, a killed room and a cut line: nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import time

import pytest

STORY = "aud.story"
CHOICE = "aud.language"


def wait_until(happens):
    """Return what *happens* gives as soon as that is something."""
    end = time.monotonic() + 20
    while not (found := happens()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)
    return found


def open_story(room):
    """Ask both questions, for everybody anew."""
    for name in (STORY, CHOICE):
        if room.workshop.refresh().ballot(name).phase == "waiting":
            room.ask(name)
        else:
            room.lead.next_round(os.urandom(8).hex(), name)
            room.ask(name, phase="waiting")


def mine(room, name, ballot):
    """Return all that somebody ever sent on a ballot in this round, in order."""
    people = {p.id for p in room.workshop.store.participants() if p.alias == name}
    state = room.workshop.refresh()
    return [
        answer.value
        for answer in room.workshop.store.answer_log()
        if answer.participant in people
        and answer.question == ballot
        and answer.round == state.ballot(ballot).round
    ]


def field(person):
    """Return the text area of the story."""
    return person.card(STORY).locator("textarea")


def comes_back(person, words):
    """Wait until the page shows these words again, and who it belongs to."""
    area = field(person)
    area.wait_for()
    wait_until(lambda: area.input_value() == words)
    assert person.page.locator(".who").text_content() == person.name


@pytest.mark.parametrize("way", ["reload", "close"])
def test_the_same_person_continues(alone, phone, way):
    """What was typed two seconds ago is there after a reload and in a new tab."""
    open_story(alone)
    person = phone(f"Anna {way}").join(alone.link())
    person.type(STORY, "Een maker van 54")
    time.sleep(2)
    if way == "reload":
        person.page.reload()
    else:
        context = person.page.context
        person.page.close()
        person.page = context.new_page()
        person.page.goto(alone.link())  # from the QR code, once more
        person.page.wait_for_url("**/room")
    comes_back(person, "Een maker van 54")
    field(person).press("End")
    field(person).press_sequentially(", die graag kijkt")
    person.leave()
    person.saved(STORY)

    assert mine(alone, person.name, STORY) == ["Een maker van 54, die graag kijkt"]


def test_a_killed_room_comes_back_on_its_port(lab, phone):
    """It is killed while somebody types; nothing of it is lost, nothing is doubled."""
    open_story(lab)
    person = phone("Bram").join(lab.link())
    person.choose(CHOICE, "Engels")
    person.type(STORY, "Voor de moord")
    time.sleep(2)
    before = lab.pid
    os.kill(before, signal.SIGKILL)
    person.offline()
    field(person).press_sequentially(", en erna")
    wait_until(lambda: lab.pid != before)
    person.online()
    person.leave()
    person.saved(STORY)
    person.choose(CHOICE, "Nederlands")

    assert mine(lab, "Bram", STORY) == ["Voor de moord, en erna"]
    # What was saved before says so until this is sent.
    both = [["english"], ["dutch", "english"]]
    wait_until(lambda: mine(lab, "Bram", CHOICE) == both)
    person.page.reload()
    comes_back(person, "Voor de moord, en erna")


@pytest.mark.parametrize("way", ["silence", "cut"])
def test_a_cut_line_doubles_and_loses_nothing(alone, phone, wire, way):
    """What is filled in without a line arrives once it is back, and once only."""
    open_story(alone)
    line = wire(alone.port)
    person = phone(f"Chris {way}").join(alone.link(line.port))
    person.choose(CHOICE, "Engels")
    person.type(STORY, "Voor de tunnel")
    person.leave()
    person.saved(STORY)
    getattr(line, way)()
    person.card(CHOICE).get_by_label("Nederlands", exact=True).tap()
    person.offline()
    field(person).fill("In de tunnel")
    person.leave()
    person.page.wait_for_timeout(1000)
    assert mine(alone, person.name, STORY) == ["Voor de tunnel"]
    line.mend()
    person.online()
    person.saved(STORY)
    person.page.wait_for_timeout(1000)  # what was held up on the way arrives too

    assert mine(alone, person.name, STORY) == ["Voor de tunnel", "In de tunnel"]
    assert mine(alone, person.name, CHOICE) == [["english"], ["dutch", "english"]]


def test_what_is_typed_offline_survives_its_tab(alone, phone, wire):
    """A page that is closed without a line has kept it, and sends it when it can."""
    open_story(alone)
    line = wire(alone.port)
    person = phone("Dina").join(alone.link(line.port))
    person.card(STORY).wait_for()
    line.cut()
    person.offline()
    field(person).fill("In de lift")
    person.leave()
    context = person.page.context
    person.page.close()
    line.mend()
    person.page = context.new_page()
    person.page.goto(alone.link(line.port))
    comes_back(person, "In de lift")
    person.saved(STORY)
    assert mine(alone, "Dina", STORY) == ["In de lift"]


def test_a_second_tab_follows_the_first(alone, phone):
    """One person in two tabs is one person, and both show the same."""
    open_story(alone)
    person = phone("Emre").join(alone.link())
    other = person.page.context.new_page()
    other.goto(alone.link())
    other.locator(f"[data-group='{STORY}']").wait_for()
    person.type(STORY, "Een stad")
    person.leave()
    person.saved(STORY)
    area = other.locator(f"[data-group='{STORY}'] textarea")
    wait_until(lambda: area.input_value() == "Een stad")

    assert mine(alone, "Emre", STORY) == ["Een stad"]
