"""
The participants of many rooms, without a browser, in one process.

Reads orders from standard input and writes a result for each, both as JSON in one
line. ``python crowds.py`` is started by :class:`Orders`.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

from websockets.exceptions import ConnectionClosed

sys.path.insert(0, str(Path(__file__).parents[1]))
from room_parts.crowd import Crowd, Person, quantiles

AT_ONCE = 4
"""Rooms that join at the same time, five people each."""


class Crowds:
    """
    A crowd for each room.

    Args:
        rooms: ``port``, ``link`` and ``prefix`` of each.
    """

    def __init__(self, rooms: list[dict[str, Any]]) -> None:
        self.crowds = [Crowd(**room) for room in rooms]

    async def join(self, n: int) -> dict[str, Any]:
        """Let *n* join each room."""
        gate, start = asyncio.Semaphore(AT_ONCE), time.monotonic()

        async def one(crowd: Crowd) -> None:
            async with gate:
                await crowd.join(n, 5, [])

        await asyncio.gather(*(one(crowd) for crowd in self.crowds))
        return {"seconds": time.monotonic() - start}

    async def load(
        self, seconds: float, every: float, answers: dict[str, list[Any]], folder: str
    ) -> dict[str, Any]:
        """Let everybody answer; what was acknowledged goes to a file for each room."""
        for crowd in self.crowds:
            for person in crowd.people:
                person.saved.clear()
        cpu, begun = time.process_time(), time.monotonic()
        files = [Path(folder) / f"{place}.json" for place in range(len(self.crowds))]
        done = await asyncio.gather(
            *(
                crowd.load(seconds, every, answers, str(file))
                for crowd, file in zip(self.crowds, files, strict=True)
            )
        )
        busy = (time.process_time() - cpu) / (time.monotonic() - begun)
        saved = [s[3] * 1000 for c in self.crowds for p in c.people for s in p.saved]
        return {
            "sent": sum(each["sent"] for each in done),
            "unanswered": sum(each["unanswered"] for each in done),
            "refused": sum(each["refused"] for each in done),
            "told": next((each["told"] for each in done if each["told"]), ""),
            "gone": sum(each["gone"] for each in done),
            "ack_ms": quantiles(saved),
            "cpu": busy,
        }

    async def flood(self, room: int, pages: int, seconds: float) -> dict[str, Any]:
        """Let pages of one room send nonsense as fast as they can, and come again."""
        crowd, end = self.crowds[room], time.monotonic() + seconds
        people = [Person(crowd, 1000 + n) for n in range(pages)]
        sent = 0

        async def one(person: Person) -> None:
            nonlocal sent
            await person.join([])
            while time.monotonic() < end:
                person.listening.cancel()
                try:
                    while time.monotonic() < end:
                        await person.socket.send("nonsense")
                        sent += 1
                        await asyncio.sleep(0)
                except ConnectionClosed:
                    # As the same person: a room lets only so many join.
                    await person.come()

        await asyncio.gather(*(one(person) for person in people))
        return {"sent": sent}


async def main() -> None:
    """Do what standard input says until it ends."""
    loop = asyncio.get_running_loop()
    crowds = Crowds(json.loads(await loop.run_in_executor(None, sys.stdin.readline)))
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        done = await getattr(crowds, order.pop("do"))(**order)
        print(json.dumps(done), flush=True)


class Orders:
    """
    The other side: starts the crowds as a process, and gives it orders.

    Args:
        rooms: ``port``, ``link`` and ``prefix`` of each.
    """

    def __init__(self, rooms: list[dict[str, Any]]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(rooms)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def _say(self, said: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()

    def start(self, do: str, **order: Any) -> None:
        """Give an order."""
        self._say({"do": do, **order})

    def result(self) -> dict[str, Any]:
        """Wait for the result of an order."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit("the crowds have ended; what they said stands above")
        found: dict[str, Any] = json.loads(line)
        return found

    def do(self, do: str, **order: Any) -> dict[str, Any]:
        """Give an order and wait for its result."""
        self.start(do, **order)
        return self.result()


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    asyncio.run(main())
