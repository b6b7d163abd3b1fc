"""Whatever goes wrong while the room is shown, everybody goes on following it."""

from __future__ import annotations

import asyncio
import json

import pytest

from workshop_kit.errors import N_, StoreError
from workshop_kit.live.room.hall import Hall
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.room.line import Line
from workshop_kit.live.room.words import language
from workshop_kit.live.workshop import Workshop


class Socket:
    """Keeps what it is told to send."""

    def __init__(self) -> None:
        self.sent: list[dict] = []

    async def send_text(self, text: str) -> None:
        """Note a message."""
        self.sent.append(json.loads(text))

    def values(self) -> dict:
        """Return what the page was last told is filled in; nothing if nobody did."""
        return self.sent[-1]["values"] if self.sent else {}


async def until(happens):
    """Wait for something to happen."""
    for _ in range(500):
        if happens():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it never happened")


def in_a_hall(path, work):
    """Let *work* use an open hall, with two people in it and a second process' lead."""

    async def run():
        hall = Hall(path, port=1, secure=False, pid=1)
        await hall.open()
        sockets = {}
        try:
            for _ in "ab":
                who, _token = await hall.do(
                    lambda: hall.workshop.store.join("Fictional Sam", "hr", "en")
                )
                sockets[who.id] = Socket()
                await hall.enter(who, Line(sockets[who.id]))
            with Workshop.open(path) as elsewhere:
                await work(hall, sockets, Lead(elsewhere, "Fictional facilitator"))
        finally:
            await hall.close()

    asyncio.run(run())


def shown(socket, seconds):
    """Tell whether a page was last shown a timer of so many seconds."""
    timer = socket.sent[-1]["timer"] if socket.sent else None
    return timer is not None and timer["of"] == seconds


def test_a_fault_does_not_end_the_watch(own_place, caplog):
    """Neither trouble with the file nor a fault of ours; what was missed is shown."""

    async def work(hall, sockets, lead):
        refresh = hall.workshop.refresh
        faults = [KeyError("a fault"), StoreError(N_("The disk is full."))]

        def failing():
            if faults:
                raise faults.pop()
            return refresh()

        hall.workshop.refresh = failing
        lead.timer("k", minutes=5)
        await until(lambda: all(shown(socket, 300) for socket in sockets.values()))
        assert not faults

    in_a_hall(own_place, work)

    assert "The disk is full." in caplog.text
    assert "The room could not be shown." in caplog.text


def test_somebody_may_leave_at_any_moment(own_place, caplog):
    """Also while the others are being shown something in the other thread."""

    async def work(hall, sockets, lead):
        first, second = hall.people
        view = hall.people[first].view

        def leaving(scene):
            hall.people.pop(second, None)
            return view(scene)

        hall.people[first].view = leaving
        lead.timer("k", minutes=5)
        await until(lambda: shown(sockets[first], 300))

    in_a_hall(own_place, work)

    assert caplog.text == ""


def test_trouble_is_told_and_never_a_flood(own_place, caplog):
    """Of one kind five lines at once, for the facilitator and in the log."""
    error = StoreError(N_("The disk failed ({detail})."), detail="{braces}")

    async def work(hall, _sockets, lead):
        for _ in range(50):
            hall.trouble("store", error)
        log = lead.workshop.store.action_log
        await until(lambda: len(log("notice")) == 5)
        assert log("notice")[0].value == {
            "message": "The disk failed ({detail}).",
            "slots": {"detail": "{braces}"},
        }

    in_a_hall(own_place, work)

    assert caplog.text.count("The disk failed ({braces}).") == 5


def test_pages_of_one_person_at_two_processes_show_the_same(own_place, monkeypatch):
    """What is filled in at the one stands on the other, and both are one person."""
    monkeypatch.setattr("workshop_kit.live.room.hall.BEAT", 0.1)
    change = {"plan.name": {"key": "a" * 12, "value": "Museum", "final": True}}

    async def work(hall, sockets, lead):
        lead.focus("f", aspect="plan", ballot="plan.name")
        lead.open("o", ["plan.name"])
        who = hall.people[next(iter(sockets))].who
        other = Hall(own_place, port=2, secure=False, pid=1)
        await other.open()
        try:
            line = Line(Socket())
            await other.enter(who, line)
            await until(lambda: who.id in hall._elsewhere)
            receipt = json.loads(await other.take(who, change, line))["receipts"]
            assert receipt["plan.name"]["kind"] == "saved"
            mine = sockets[who.id]
            await until(lambda: mine.values() == {"plan.name": "Museum"})
            again = json.loads(await hall.take(who, change, Line(mine)))["receipts"]
            assert again["plan.name"]["kind"] == "saved"
            assert len(lead.workshop.store.answer_log()) == 1
            assert who.id in lead.workshop.store.present()
        finally:
            await other.close()
        # The page at the first process is still open.
        await until(lambda: who.id in lead.workshop.store.present())

    in_a_hall(own_place, work)


@pytest.mark.parametrize(
    ("wanted", "accepted", "expected"),
    [
        ("en", "nl", "en"),
        ("xx", "en-GB;q=0.9, nl", "en"),
        (None, "de, NL;q=0.1", "nl"),
        (None, "", "nl"),
        ("", ",;=\x00", "nl"),
    ],
)
def test_a_language_is_found(wanted, accepted, expected):
    """What is asked for, what the browser speaks, or what the workshop speaks."""
    assert language(wanted, accepted, "nl") == expected
