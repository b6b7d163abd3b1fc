"""Two processes on one file, a clock set back, a laptop that sleeps, a bad network."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from torments.crowd import Guest, crowd, joined, settled, until
from torments.kills import wrong
from torments.network import BadNetwork
from torments.rooms import Room, prepare, shim, spawning, traceback_in
from torments.truth import Verdict, look
from workshop_kit.store import Store

if TYPE_CHECKING:
    from torments.rooms import Ground
    from workshop_kit.store.place import Place


async def two(ground: Ground, n: int, *, seed: int = 0) -> dict[str, Any]:
    """Let two rooms serve one workshop at the same time, and kill either of them *n* times."""
    dice, verdict = random.Random(seed), Verdict()  # noqa: S311 - not a secret
    place = ground.place("two")
    link = prepare(place)
    rooms = [Room(ground.spawner, place, log=ground.log(f"two-{m}")) for m in range(2)]
    people: list[Guest] = []
    for number, room in enumerate(rooms):
        room.start()
        await room.up()
        people += await joined(room.port, link, 6, name=f"Fictional {number}")
    async with crowd(*people):
        for _ in range(n):
            await asyncio.sleep(dice.uniform(0.1, 1.2))
            room = dice.choice(rooms)
            await room.end()
            look(place, people, verdict)
            room.start()
            # Whoever is sent to the other process goes on there.
            for guest in dice.sample(people, 3):
                guest.port = dice.choice(rooms).port
        for room in rooms:
            await room.up()
        await settled(people)
    for room in rooms:
        await room.end(signal.SIGTERM)
    return _judged(place, people, verdict, rooms, {"processes": 2, "kills": n})


async def clock(ground: Ground, n: int, *, seed: int = 0) -> dict[str, Any]:
    """Set the clock of a room's process back, and forward again, *n* times."""
    dice, verdict = random.Random(seed), Verdict()  # noqa: S311 - not a secret
    hands, place = ground.folder / "hands", ground.place("clock")
    hands.write_text("0\n", "utf-8")
    link = prepare(place)
    back = 0
    set_by = {
        "LD_PRELOAD": str(shim("hands", ground.folder)),
        "CLOCK_HANDS": str(hands),
    }
    with spawning(**set_by) as spawner:
        room = Room(spawner, place, log=ground.log("clock"))
        room.start()
        await room.up()
        people = await joined(room.port, link, 8)
        async with crowd(*people):
            for number in range(n):
                before = {guest.name: len(guest.saved) for guest in people}
                seconds = dice.choice([-90, -3600, -86400, -86400 * 400, 0])
                back += seconds < 0
                hands.write_text(f"{seconds}\n", "utf-8")
                await until(
                    lambda old=before: all(
                        len(g.saved) > old[g.name] + 1 for g in people
                    )
                )
                look(place, people, verdict)
                if number % 4 == 3:
                    await room.end()
                    room.start()
                    await room.up()
            await settled(people)
        await room.end()
        with Store.open(place) as store:
            spread = {a.at.date().year for a in store.answer_log()}
    assert len(spread) <= 2, spread
    return _judged(place, people, verdict, [room], {"set": n, "back": back})


async def sleep(ground: Ground, naps: list[float], *, seed: int = 0) -> dict[str, Any]:
    """Let the laptop sleep, and then the phones, for so many seconds each."""
    verdict = Verdict()
    place = ground.place("sleep")
    link = prepare(place)
    room = Room(ground.spawner, place, log=ground.log("sleep"))
    room.start()
    await room.up()
    people = await joined(room.port, link, 8, seed=seed)
    after = []
    async with crowd(*people):
        for nap in naps:
            await asyncio.sleep(0.5)
            room.send(signal.SIGSTOP)
            await asyncio.sleep(nap)
            room.send(signal.SIGCONT)
            after.append(await _goes_on(people))
            look(place, people, verdict)
            for guest in people[::2]:
                guest.awake.clear()
            await asyncio.sleep(nap)
            for guest in people[::2]:
                guest.awake.set()
            after.append(await _goes_on(people))
            look(place, people, verdict)
        await settled(people)
    await room.end(signal.SIGTERM)
    figures = {"naps": 2 * len(naps), "longest_s": max(naps)}
    figures["goes_on_most_s"] = round(max(after), 2)
    return _judged(place, people, verdict, [room], figures)


async def _goes_on(people: list[Guest]) -> float:
    before = {guest.name: len(guest.saved) for guest in people}
    return await until(lambda: all(len(g.saved) > before[g.name] for g in people))


async def network(ground: Ground, seconds: float, *, seed: int = 0) -> dict[str, Any]:
    """Put a network in between that drops, doubles and delays, for so many seconds."""
    verdict = Verdict()
    place = ground.place("network")
    link = prepare(place)
    room = Room(ground.spawner, place, log=ground.log("network"))
    room.start()
    await room.up()
    people = await joined(room.port, link, 10, seed=seed)
    async with AsyncExitStack() as stack:
        bad = await stack.enter_async_context(BadNetwork(room.port, seed=seed))
        for guest in people:
            guest.port = bad.port
        begun = time.monotonic()
        async with crowd(*people):
            while time.monotonic() < begun + seconds:
                await asyncio.sleep(min(2.0, seconds / 2))
                look(place, people, verdict)
            bad.good = True
            await settled(people)
    await room.end(signal.SIGTERM)
    return _judged(place, people, verdict, [room], bad.figures())


def _judged(
    place: Place,
    people: list[Guest],
    verdict: Verdict,
    rooms: list[Room],
    figures: dict[str, Any],
) -> dict[str, Any]:
    look(place, people, verdict)
    verdict.add(people)
    verdict.unsound += [str(r.log) for r in rooms if traceback_in(r.log)]
    return {**figures, **verdict.figures(), "wrong": wrong(verdict)}
