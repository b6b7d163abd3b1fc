"""The process that serves the room is killed: at any moment, and again."""

from __future__ import annotations

import asyncio
import os
import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil

from torments.crowd import Guest, crowd, joined, settled, until
from torments.rooms import Room, free_port, prepare, traceback_in, up
from torments.truth import Verdict, look
from workshop_kit.errors import WorkshopError
from workshop_kit.live import lab
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torments.rooms import Ground
    from workshop_kit.store.place import Place

EACH = 25
"""Kills for one workshop; with more the looks at a long log take all the time."""

LONGEST = 2.0
"""Most seconds that a room lives, from its start or from when it is up."""


class Hand:
    """A facilitator who goes on all the while, in a process of their own."""

    def __init__(self, place: Place, seed: int) -> None:
        self.workshop = Workshop.open(place)
        self._lead = Lead(self.workshop, "Fictional facilitator")
        self._dice = random.Random(seed)  # noqa: S311 - not a secret
        self.done: list[str] = []
        self.count = 0

    async def lead(self) -> None:
        """Take steps until cancelled, and note which were recorded."""
        while True:
            await asyncio.sleep(self._dice.uniform(0.05, 0.4))
            self.count += 1
            key = f"step {self.count}"
            step = self._dice.choice(["close", "reveal", "next_round", "open", "park"])
            with suppress(WorkshopError):
                self._step(step, key)
                self.done.append(key)

    def _step(self, step: str, key: str) -> None:
        ballot = "plan.topics"
        if step == "park":
            self._lead.park(key, f"A fictional point, {key}")
        elif step == "next_round":
            self._lead.next_round(key, ballot)
        elif step == "reveal":
            self._lead.reveal(key, ballot)
        else:
            getattr(self._lead, step)(key, [ballot])

    def missing(self) -> list[str]:
        """Return the steps that were recorded and are not there, or are there twice."""
        keys = [action.key for action in self.workshop.store.action_log()]
        return [
            done
            for done in self.done
            if sum(key == done or key.startswith(f"{done}/") for key in keys) != 1
        ]


async def kills(
    ground: Ground, n: int, *, seed: int = 0, guests: int = 10
) -> dict[str, Any]:
    """
    Kill the room *n* times under load; look each time, and go on with the same file.

    Every other time the file is opened before the room is started again; the other
    times the room itself finds it as the kill has left it.
    """
    dice, verdict, steps = random.Random(seed), Verdict(), 0  # noqa: S311 - no secret
    for first in range(0, n, EACH):
        name, times = f"kills-{first}", min(EACH, n - first)
        steps += await _killed(ground, name, times, dice, verdict, guests)
    return {"kills": n, "steps": steps, **verdict.figures(), "wrong": wrong(verdict)}


async def _killed(
    ground: Ground, name: str, n: int, dice: random.Random, verdict: Verdict, m: int
) -> int:
    place = ground.place(name)
    link = prepare(place)
    room = Room(ground.spawner, place, log=ground.log(name))
    room.start()
    await room.up()
    people = await joined(room.port, link, m, seed=dice.random())
    hand = Hand(place, dice.randrange(2**32))
    leading = asyncio.create_task(hand.lead())
    async with crowd(*people):
        for number in range(n):
            late = Guest(room.port, link, f"Fictional late {number}")
            coming = asyncio.create_task(late.join())
            if number % 4 > 1:
                # On a busy machine it would otherwise hardly ever take an answer.
                await room.up()
            await asyncio.sleep(dice.uniform(0.0, LONGEST))
            await room.end()
            then = time.monotonic_ns()
            if number % 2:
                look(place, people, verdict, before=then)
            room.start()
            if await coming:
                people.append(late)
            if not number % 2:
                look(place, people, verdict, before=then)
        await room.up()
        for guest in people:
            guest.quiet = True
        await settled(people[:m])
    leading.cancel()
    return await left(room, place, people, hand, verdict)


async def left(
    room: Room, place: Place, people: list[Guest], hand: Hand, verdict: Verdict
) -> int:
    """End a room and judge what it leaves; returns how much its facilitator did."""
    await room.end()
    look(place, people, verdict)
    verdict.add(people)
    verdict.lost += hand.missing()
    hand.workshop.close()
    if traceback_in(room.log):
        verdict.unsound.append((str(place), room.log.read_text("utf-8")))
    return len(hand.done)


async def returns(
    ground: Ground, n: int, *, seed: int = 0, guests: int = 3
) -> dict[str, Any]:
    """
    Kill a room that ``workshop-kit start`` looks after *n* times; measure its return.

    It is back when every page has reconnected by itself and an answer of each is
    acknowledged.
    """
    dice, verdict = random.Random(seed), Verdict()  # noqa: S311 - no secret
    back, busy = [], []
    place, port = ground.place("returns"), free_port()
    link = prepare(place)
    # As `workshop-kit start` does beside JupyterLab.
    guard = lab._served(place, ("--host", "127.0.0.1", "--port", str(port)))
    with guard, Workshop.open(place) as workshop:
        await up(port)
        people = await joined(port, link, guests)
        async with crowd(*people):
            for _ in range(n):
                await asyncio.sleep(lab.LIVED + dice.uniform(-1, 1))
                host = workshop.refresh().host
                assert host is not None
                Room.kill(host.pid)
                then = time.monotonic_ns()
                # What was on its way when it was killed may still be heard.
                before = {guest.name: guest.lines for guest in people}
                await until(lambda old=before: _back(people, old))
                back.append((time.monotonic_ns() - then) / 1e9)
                host = workshop.refresh().host
                assert host is not None
                spent = psutil.Process(host.pid).cpu_times()
                busy.append(spent.user + spent.system)
                look(place, people, verdict, before=then)
            await settled(people)
    look(place, people, verdict)
    verdict.add(people)
    return {
        "kills": n,
        **verdict.figures(),
        "back_median_s": round(sorted(back)[len(back) // 2], 2),
        "back_most_s": round(max(back), 2),
        "processor_median_s": round(sorted(busy)[len(busy) // 2], 2),
        "within_5_s": sum(seconds <= 5 for seconds in back),
        "load_average": round(os.getloadavg()[0], 1),
        "wrong": wrong(verdict),
    }


def _back(people: list[Guest], before: Mapping[str, int]) -> bool:
    return all(guest.last_on > before[guest.name] for guest in people)


def wrong(verdict: Verdict) -> list[Any]:
    """Return the first few things that are wrong."""
    found = [*verdict.lost, *verdict.doubled, *verdict.foreign, *verdict.unsound]
    return found[:5]
