"""Python looks for what is left over when nobody waits for it, and finds little."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import weakref

import pytest

from workshop_kit.live.room import hall as halls
from workshop_kit.live.room.hall import Hall
from workshop_kit.live.room.line import Line
from workshop_kit.live.room.sweep import FEW, LATE, MANY, QUIET, SOME, SOON, Sweep


class Clock:
    """Stands still unless it is told otherwise."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        """Return the time."""
        return self.now


@pytest.fixture
def collected(monkeypatch):
    """Count collections instead of doing them, and leave Python's settings alone."""
    found = []
    monkeypatch.setattr(gc, "collect", lambda: found.append("collect"))
    monkeypatch.setattr(gc, "freeze", lambda: found.append("freeze"))
    monkeypatch.setattr(gc, "set_threshold", lambda *rounds: found.append(rounds))
    return found


@pytest.fixture
def clock():
    """A clock for the sweep."""
    return Clock()


@pytest.fixture
def sweep(clock, collected):
    """A sweep that has taken over, of a room in which somebody is talking."""
    made = Sweep(clock=clock)
    made.take_over()
    collected.clear()
    made.heard()
    return made


def test_at_the_start_all_is_swept_once_and_set_aside(clock, collected):
    """What is new is still looked through by Python itself, as often as before."""
    Sweep(clock=clock).take_over()

    often, rounds, _ = gc.get_threshold()
    assert collected == ["collect", "freeze", (often, rounds, 1_000_000)]


def test_before_it_has_taken_over_it_leaves_python_alone(clock, collected):
    """A room in a test or a notebook is not alone in its process."""
    made = Sweep(clock=clock)
    for _ in range(MANY):
        made.came()
    clock.now = LATE

    assert not made.look(empty=True)
    assert collected == []


def test_nothing_is_done_while_people_talk(sweep, clock, collected):
    """Up to so many connections and so many minutes, a pause can wait."""
    for _ in range(MANY - 1):
        sweep.came()
    clock.now = LATE - 1
    sweep.heard()

    assert not sweep.look(empty=False)
    assert collected == []


@pytest.mark.parametrize(
    ("came", "seconds", "swept"),
    [
        (0, QUIET, False),
        (FEW - 1, QUIET, False),
        (FEW, QUIET - 0.1, False),
        (FEW, QUIET, True),
        (1, SOON - 1, False),
        (1, SOON, True),
        (0, SOON, False),
    ],
)
def test_a_quiet_moment_is_used_if_there_is_something_to_find(
    sweep, clock, collected, came, seconds, swept
):
    """Some came, or it was long ago; and nobody has said a word for a while."""
    for _ in range(came):
        sweep.came()
    clock.now = seconds

    assert sweep.look(empty=False) is swept
    assert collected == ["collect"] * swept


def test_an_empty_room_is_swept_once(sweep, collected):
    """As soon as the last one has left, and not again before others came."""
    for _ in range(SOME - 1):
        sweep.came()
    assert not sweep.look(empty=True)
    sweep.came()

    assert [sweep.look(empty=True) for _ in "ab"] == [True, False]
    assert collected == ["collect"]


def test_a_room_that_is_never_quiet_is_swept_all_the_same(sweep, clock, collected):
    """After so many connections, or after an hour; then it counts anew."""
    for _ in range(MANY):
        sweep.came()
    assert sweep.look(empty=False)
    assert not sweep.look(empty=False)
    clock.now = LATE
    sweep.heard()
    assert not sweep.look(empty=False)
    sweep.came()

    assert sweep.look(empty=False)
    assert collected == ["collect", "collect"]


def test_the_process_that_serves_takes_over(own_file):
    """Whoever runs the room gives its process into the hands of the sweep."""
    words = (
        "import gc, socket, sys, uvicorn\n"
        "from workshop_kit.live.room import launch\n"
        "uvicorn.Server.run = lambda *_, **__: print(\n"
        "    gc.get_threshold()[2], gc.get_freeze_count() > 10_000)\n"
        "launch.run(sys.argv[1], socket.create_server(('127.0.0.1', 0)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", words, str(own_file)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout == "1000000 True\n"


class Socket:
    """A page that takes everything in."""

    async def send_text(self, text):
        """Take a message in."""


def in_a_hall(path, work):
    """Let *work* use an open hall, in which Python looks for nothing by itself."""

    async def run():
        hall = Hall(path, port=1, secure=False, pid=1)
        await hall.open()
        gc.disable()
        try:
            await work(hall)
        finally:
            gc.enable()
            await hall.close()

    asyncio.run(run())


async def let_in(hall):
    """Let somebody in; returns who they are and their token."""
    return await hall.do(lambda: hall.workshop.store.join("Fictional Sam", "hr", "en"))


def test_who_leaves_is_forgotten_without_being_looked_for(own_place):
    """Nothing that a room keeps of a person refers to itself in a circle."""

    async def work(hall):
        who, _ = await let_in(hall)
        line = Line(Socket())
        await hall.enter(who, line)
        change = {"key": "a long key", "value": "x", "final": True}
        await hall.take(who, {"plan.name": change}, line)
        person = weakref.ref(hall.people[who.id])
        form = weakref.ref(hall.people[who.id]._intake)
        await hall.leave(who, line)
        # The thread that did it may hold on to its last job until the next one.
        await hall.see(int)

        assert person() is None
        assert form() is None

    in_a_hall(own_place, work)


def test_tokens_are_remembered_of_who_is_here_and_of_few_besides(
    own_place, monkeypatch
):
    """However many came and went; who is here need not be looked up again."""
    monkeypatch.setattr(halls, "REMEMBERED", 3)

    async def work(hall):
        here, token = await let_in(hall)
        await hall.known(token)
        await hall.enter(here, Line(Socket()))
        for _ in range(20):
            who, other = await let_in(hall)
            assert await hall.known(other) == who
            assert len(hall._known) <= 3 + 2 * len(hall.lines) + 1
        hall.see = None

        assert await hall.known(token) == here

    in_a_hall(own_place, work)


def test_every_connection_counts_whatever_is_asked_on_it(own_file):
    """Also one that never gets to a request, which leaves as much behind."""
    words = (
        "import socket, sys, threading, time, uvicorn\n"
        "from workshop_kit.live.room import launch, sweep\n"
        "listening = socket.create_server(('127.0.0.1', 0))\n"
        "sweep.Sweep.came = lambda _: came.append(1)\n"
        "came, began = [], uvicorn.Server.run\n"
        "def run(server, **more):\n"
        "    def knock():\n"
        "        for _ in range(3):\n"
        "            socket.create_connection(listening.getsockname()).close()\n"
        "        while len(came) < 3:\n"
        "            time.sleep(0.01)\n"
        "        server.should_exit = True\n"
        "    threading.Thread(target=knock).start()\n"
        "    began(server, **more)\n"
        "uvicorn.Server.run = run\n"
        "launch.run(sys.argv[1], listening)\n"
        "print(len(came))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", words, str(own_file)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    assert done.stdout == "3\n"
