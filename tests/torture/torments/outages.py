"""The PostgreSQL server ends in the middle of it all, in any way, and comes back."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from typing import TYPE_CHECKING, Any

from torments.crowd import crowd, joined, settled, until
from torments.kills import Hand, left, wrong
from torments.postgres import PostgreSQL
from torments.rooms import Room, prepare
from torments.truth import Verdict, look

if TYPE_CHECKING:
    from torments.rooms import Ground

EACH = 25
"""Outages for one workshop."""

ENDS = (PostgreSQL.kill, PostgreSQL.abort, PostgreSQL.stop, PostgreSQL.kill_one)
"""How a server ends; after the last it starts anew by itself."""


async def outages(
    ground: Ground, n: int, *, seed: int = 0, guests: int = 8
) -> dict[str, Any]:
    """
    End the server *n* times under load of two rooms, and start it again.

    Every third time a room is killed too while the server is away. *Goes on* is the
    time from when the server is there again until an answer of everybody who is in the
    room is acknowledged.
    """
    dice, verdict = random.Random(seed), Verdict()  # noqa: S311 - not a secret
    after: list[float] = []
    steps = 0
    for first in range(0, n, EACH):
        numbers = range(first, min(first + EACH, n))
        steps += await _ended(ground, numbers, dice, verdict, after, guests)
    return {
        "outages": n,
        "steps": steps,
        **verdict.figures(),
        "goes_on_median_s": round(sorted(after)[len(after) // 2], 2),
        "goes_on_most_s": round(max(after), 2),
        "wrong": wrong(verdict),
    }


async def _ended(
    ground: Ground,
    numbers: range,
    dice: random.Random,
    verdict: Verdict,
    after: list[float],
    guests: int,
) -> int:
    server, name = ground.server, f"outages-{numbers[0]}"
    assert server is not None
    place = ground.place(name)
    link = prepare(place)
    room = Room(ground.spawner, place, log=ground.log(name))
    room.start()
    await room.up()
    people = await joined(room.port, link, guests, seed=dice.randrange(2**32))
    hand = Hand(place, dice.randrange(2**32))
    leading = asyncio.create_task(hand.lead())
    guard = asyncio.create_task(room.guarded())
    async with crowd(*people):
        for number in numbers:
            await asyncio.sleep(dice.uniform(0.1, 1.0))
            end = ENDS[number % len(ENDS)]
            # In a thread, so that everybody goes on asking meanwhile.
            await asyncio.to_thread(end, server)
            then = time.monotonic_ns()
            if number % 3 == 0:
                room.send(signal.SIGKILL)
            await asyncio.sleep(dice.uniform(0.0, 1.0))
            back = server.up if end is PostgreSQL.kill_one else server.start
            await asyncio.to_thread(back)
            look(place, people, verdict, before=then)
            before = {guest.name: len(guest.saved) for guest in people}
            after.append(
                await until(
                    lambda old=before: all(len(g.saved) > old[g.name] for g in people)
                )
            )
        await settled(people)
    leading.cancel()
    guard.cancel()
    return await left(room, place, people, hand, verdict)
