"""
Participants without a browser: they join, hold the form, and answer.

Runs as a process of its own: ``python crowd.py PORT LINK``. Reads orders from
standard input and writes a result for each, both as JSON in one line. Times are of
the monotonic clock, which on Linux is the same in all processes.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import subprocess
import sys
import time
from itertools import cycle
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from collections.abc import Iterable

PATIENCE = 30
"""Seconds to wait for the last acknowledgements."""

TWICE = 50
"""One in so many is sent twice, as a page does that heard nothing."""

FORM = {"lang": "nl", "role": "communications", "consent": "yes"}


class Crowd:
    """
    Everybody who takes part.

    Args:
        port: Of the server.
        link: By which people join.
        prefix: What all addresses of the room begin with.
    """

    def __init__(self, port: int, link: str, prefix: str = "") -> None:
        self.port, self.link, self.prefix = port, link, prefix
        self.people: list[Person] = []
        self.gone: list[Person] = []
        self.told = ""

    async def ask(self, method: str, path: str, *more: str, body: str = "") -> str:
        """Return the head of the answer to a request on a new connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = [
            f"{method} {self.prefix}{path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            *more,
        ]
        lines += ["Connection: close", "Accept-Encoding: gzip"]
        lines += [f"Content-Length: {len(body)}"] if body else []
        writer.write("\r\n".join([*lines, "", body]).encode())
        answer = await reader.read()
        writer.close()
        return answer.partition(b"\r\n\r\n")[0].decode()

    async def join(self, n: int, most: int, files: Iterable[str]) -> dict[str, Any]:
        """Let *n* join, at most *most* at a time; each has the form in the end."""
        gate, start = asyncio.Semaphore(most), time.monotonic()
        files = list(files)

        async def one(number: int) -> tuple[Person, float]:
            async with gate:
                person = Person(self, number)
                await person.join(files)
                return person, time.monotonic() - start

        first = len(self.people) + len(self.gone)
        joined = await asyncio.gather(*(one(first + number) for number in range(n)))
        self.people += [person for person, _ in joined]
        return {"seconds": sorted(seconds for _, seconds in joined)}

    async def leave(self, n: int) -> dict[str, Any]:
        """Let those *n* go who have been here longest."""
        going, self.people = self.people[:n], self.people[n:]
        await asyncio.gather(*(person.socket.close() for person in going))
        self.gone += going
        return {}

    async def all(self, file: str) -> dict[str, Any]:
        """Write down what was acknowledged to everybody who was ever here."""
        everybody = [*self.people, *self.gone]
        saved = [s[:3] for p in everybody for s in p.saved]
        with open(file, "w", encoding="utf-8") as kept:  # noqa: ASYNC230, PTH123 - it is over
            json.dump(saved, kept)
        return {"sent": len(saved) + sum(len(p.waiting) for p in everybody)}

    async def load(
        self, seconds: float, every: float, answers: dict[str, list[Any]], file: str
    ) -> dict[str, Any]:
        """
        Let everybody answer every so many seconds, evenly spread.

        The keys that were acknowledged, with question and value, go to *file*.
        """
        # Who measures pauses may make none: everybody's line would be looked through.
        gc.freeze()
        gc.disable()
        cpu, begun = time.process_time(), time.monotonic()
        late = await self._pump(seconds, every, answers)
        spent = time.process_time() - cpu
        busy = spent / (time.monotonic() - begun)
        for _ in range(PATIENCE):
            if not any(p.waiting and not p.gone for p in self.people):
                break
            await asyncio.sleep(1)
        saved = [s for p in self.people for s in p.saved]
        with open(file, "w", encoding="utf-8") as kept:  # noqa: ASYNC230, PTH123 - it is over
            json.dump([s[:3] for s in saved], kept)
        return {
            "sent": sum(len(p.waiting) + len(p.saved) for p in self.people),
            "unanswered": sum(len(p.waiting) for p in self.people),
            "refused": sum(p.refused for p in self.people),
            "told": self.told,
            "gone": sum(p.gone for p in self.people),
            "ack_ms": quantiles([s[3] * 1000 for s in saved]),
            "late_ms": quantiles([s * 1000 for s in late]),
            "cpu": busy,
        }

    async def _pump(
        self, seconds: float, every: float, answers: dict[str, list[Any]]
    ) -> list[float]:
        start, n, late = time.monotonic() + 0.2, len(self.people), []
        turns = [cycle([(q, v) for v in values]) for q, values in answers.items()]
        for turn in range(round(seconds / every)):
            for place, person in enumerate(self.people):
                due = start + (turn + place / n) * every
                wait = due - time.monotonic()
                # Who is late lets the listeners go first all the same.
                await asyncio.sleep(wait if wait > 0.0005 else 0)
                late.append(max(0.0, time.monotonic() - due))
                question, value = next(turns[(turn + place) % len(turns)])
                await person.put(question, value, again=len(late) % TWICE == 0)
        return late

    async def probe(
        self,
        every: float,
        rest: float,
        question: str,
        value: Any,
        answers: dict[str, list[Any]],
    ) -> dict[str, Any]:
        """
        Let one after the other answer one question for the first time.

        Meanwhile everybody answers others, every *rest* seconds.
        """

        async def ask() -> list[float]:
            sent = []
            for person in self.people:
                sent.append(time.monotonic())
                await person.put(question, value)
                await asyncio.sleep(every)
            return sent

        seconds = every * len(self.people)
        sent, _ = await asyncio.gather(ask(), self._pump(seconds, rest, answers))
        return {"sent": sent}


class Person:
    """
    One participant.

    Args:
        crowd: Whom they belong to.
        number: Which one they are.
    """

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd, self.number = crowd, number
        self.waiting: dict[str, tuple[str, Any, float]] = {}
        self.saved: list[tuple[str, str, Any, float]] = []
        self.refused = self.count = 0
        self.gone = False

    async def join(self, files: list[str]) -> None:
        """Join, load the page and *files*, and come in."""
        origin = f"http://127.0.0.1:{self.crowd.port}"
        given = FORM | {"link": self.crowd.link, "alias": f"Fictief {self.number}"}
        kind = "Content-Type: application/x-www-form-urlencoded"
        more = (kind, f"Origin: {origin}")
        head = await self.crowd.ask("POST", "/join", *more, body=urlencode(given))
        if not head.startswith("HTTP/1.1 303"):
            sys.exit(f"nobody may join: {head}")
        cookie = next(
            line.split(": ", 1)[1].split(";")[0]
            for line in head.split("\r\n")
            if line.lower().startswith("set-cookie:")
        )
        for path in ("/room", *files):
            head = await self.crowd.ask("GET", path, f"Cookie: {cookie}")
            if not head.startswith("HTTP/1.1 200"):
                sys.exit(f"{path}: {head}")
        self.cookie = cookie
        await self.come()

    async def come(self) -> None:
        """Connect, for the first time or again, and wait for the form."""
        self.socket = await connect(
            f"ws://127.0.0.1:{self.crowd.port}{self.crowd.prefix}/ws",
            origin=f"http://127.0.0.1:{self.crowd.port}",  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
            compression=None,
            ping_interval=None,
            proxy=None,
            open_timeout=60,
        )
        await self.socket.send('{"type":"hello","protocol":1}')
        first = json.loads(await self.socket.recv())
        if first["type"] != "room" or not first["groups"]:
            sys.exit(f"this is no form: {first}")
        self.listening = asyncio.create_task(self.listen())

    async def put(self, question: str, value: Any, *, again: bool = False) -> None:
        """Send an answer, and remember when."""
        self.count += 1
        key = f"person {self.crowd.port} {self.number} says {self.count}"
        change = {question: {"key": key, "value": value, "final": True}}
        text = json.dumps({"type": "put", "outbox": change})
        self.waiting[key] = (question, value, time.monotonic())
        try:
            await self.socket.send(text)
            if again:
                await self.socket.send(text)
        except ConnectionClosed:
            self.gone = True

    async def listen(self) -> None:
        """Note what is acknowledged."""
        try:
            async for text in self.socket:
                self.hear(text)
        except ConnectionClosed:
            self.gone = True

    def hear(self, text: str | bytes) -> None:
        """Take a message in."""
        said = json.loads(text)
        for receipt in said.get("receipts", {}).values():
            found = self.waiting.get(receipt["key"])
            if found is None:
                continue
            if receipt["kind"] != "saved":
                self.refused += 1
                self.crowd.told = self.crowd.told or receipt["message"]
                continue
            del self.waiting[receipt["key"]]
            question, value, sent = found
            took = time.monotonic() - sent
            self.saved.append((receipt["key"], question, value, took))


def quantiles(found: list[float]) -> dict[str, float]:
    """Return median, 95th and 99th percentile and the largest."""
    ordered = sorted(found) or [float("nan")]
    last = len(ordered) - 1
    places = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: ordered[round(last * part)] for name, part in places.items()}


async def main() -> None:
    """Do what standard input says until it ends."""
    crowd = Crowd(int(sys.argv[1]), sys.argv[2])
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        done = await getattr(crowd, order.pop("do"))(**order)
        print(json.dumps(done), flush=True)


class Orders:
    """
    The other side: starts a crowd as a process, and gives it orders.

    Args:
        port: Of the server.
        link: By which people join.
    """

    def __init__(self, port: int, link: str) -> None:
        words = [sys.executable, __file__, str(port), link]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def start(self, do: str, **order: Any) -> None:
        """Give an order."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()

    def result(self) -> dict[str, Any]:
        """Wait for the result of an order."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit("the crowd has ended; what it said stands above")
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
