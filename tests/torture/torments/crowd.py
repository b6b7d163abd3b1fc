"""Participants without a browser: they answer, and send again what nobody confirmed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from torments.rooms import ASKED, PATIENCE, ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from websockets.asyncio.client import ClientConnection

GONE = (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError)
"""What a line that was cut looks like from here."""

PACE = 0.11
"""Seconds between two messages of one page; the room lets ten a second through."""


class Guest:
    """
    One participant, who does with every answer what the room's page does.

    An answer keeps its key until the room has said that it is saved.

    Args:
        port: Of the room, or of what stands between; may change.
        link: By which people join.
        name: Unlike that of the others.
        words: How long what they write is, in characters.
        seed: For what they choose.
    """

    def __init__(
        self, port: int, link: str, name: str, *, words: int = 60, seed: int = 0
    ) -> None:
        self.port, self.link, self.name, self.words = port, link, name, words
        self._dice = random.Random(f"{name}{seed}")  # noqa: S311 - not a secret
        self.cookie, self.joined_at = "", 0
        self.outbox: dict[str, tuple[str, Any]] = {}
        self.sent: dict[str, Any] = {}
        self.saved: dict[str, tuple[str, Any]] = {}
        self.saved_at: dict[str, int] = {}
        """When each was acknowledged, in nanoseconds of the monotonic clock."""
        self.last_on = 0
        """Number of the line on which something was acknowledged last."""
        self.refused = self.troubled = self.lines = 0
        self.awake, self.quiet = asyncio.Event(), False
        self.awake.set()

    async def join(self) -> bool:
        """Come in; False if the room did not say so."""
        form = {"link": self.link, "alias": self.name, "role": "hr", "lang": "en"}
        try:
            head = await ask(
                self.port,
                "POST",
                "/join",
                "Content-Type: application/x-www-form-urlencoded",
                f"Origin: http://127.0.0.1:{self.port}",
                body=urlencode(form | {"consent": "yes"}),
            )
        except GONE:
            return False
        for line in head.split("\r\n"):
            if line.lower().startswith("set-cookie:"):
                self.cookie = line.split(": ", 1)[1].split(";")[0]
        self.joined_at = time.monotonic_ns()
        return bool(self.cookie)

    @property
    def token(self) -> str:
        """By which the room knows them."""
        return self.cookie.removeprefix("workshop=")

    async def live(self) -> None:
        """Answer until cancelled; come back whenever the line is cut."""
        while True:
            with contextlib.suppress(*GONE):
                await self._visit()
            await asyncio.sleep(0.05)

    async def _visit(self) -> None:
        async with connect(
            f"ws://127.0.0.1:{self.port}/ws",
            origin=f"http://127.0.0.1:{self.port}",
            additional_headers={"Cookie": self.cookie},
            compression=None,
            proxy=None,
            ping_interval=None,
            open_timeout=5,
            close_timeout=0.1,
        ) as line:
            self.lines += 1
            await line.send('{"type":"hello","protocol":1}')
            listening = asyncio.create_task(self._listen(line))
            try:
                # What was never confirmed goes first, under the keys it had.
                again = {q: (key, v) for key, (q, v) in self.outbox.items()}
                if again:
                    await self._put(line, again)
                while not listening.done():
                    await asyncio.sleep(PACE * self._dice.uniform(0.8, 1.2))
                    if not self.quiet and self.awake.is_set():
                        await self._answer(line)
            finally:
                listening.cancel()
                with contextlib.suppress(asyncio.CancelledError, *GONE):
                    await listening

    async def _answer(self, line: ClientConnection) -> None:
        busy = {question for question, _ in self.outbox.values()}
        free = [question for question in ASKED if question not in busy]
        if not free:
            return
        question = self._dice.choice(free)
        key = f"{self.name} {len(self.sent):06}"
        value = self._value(question, key)
        self.outbox[key] = question, value
        self.sent[key] = value
        await self._put(line, {question: (key, value)})

    async def _put(self, line: ClientConnection, what: dict[str, Any]) -> None:
        box = {
            question: {"key": key, "value": value, "final": True}
            for question, (key, value) in what.items()
        }
        await line.send(json.dumps({"type": "put", "outbox": box}))

    def _value(self, question: str, key: str) -> Any:
        if question == "plan.minutes":
            # Of one guest unlike the one before, as all their answers are.
            return len(self.sent) % 120 + 1
        if question == "plan.topics":
            # Once closed, the room confirms what says the same as the answer that stands.
            return ["objects", {"other": key}]
        long = self.words if question == "plan.story" else min(self.words, 120)
        return (key + " é" * long)[:long].rstrip()

    async def _listen(self, line: ClientConnection) -> None:
        async for text in line:
            await self.awake.wait()
            said = json.loads(text)
            if said["type"] == "trouble":
                self.troubled += 1
                # As the page does: it tries again after a while, on a new line.
                await asyncio.sleep(0.1)
                return
            for question, receipt in said.get("receipts", {}).items():
                self._hear(question, receipt)

    def _hear(self, question: str, receipt: dict[str, str]) -> None:
        found = self.outbox.get(receipt["key"])
        if found is None:
            return
        assert found[0] == question
        del self.outbox[receipt["key"]]
        if receipt["kind"] == "saved":
            self.saved_at[receipt["key"]] = time.monotonic_ns()
            self.last_on = self.lines
            self.saved[receipt["key"]] = found
        else:
            self.refused += 1


@contextlib.asynccontextmanager
async def crowd(*guests: Guest) -> AsyncIterator[None]:
    """Let guests live for a while."""
    tasks = [asyncio.create_task(guest.live()) for guest in guests]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        for problem in done:
            if not isinstance(problem, asyncio.CancelledError):
                raise problem


async def joined(
    port: int, link: str, n: int, *, name: str = "Fictional guest", **more: Any
) -> list[Guest]:
    """Let a number of guests in."""
    guests = [Guest(port, link, f"{name} {number}", **more) for number in range(n)]
    assert all(await asyncio.gather(*(guest.join() for guest in guests)))
    return guests


async def until(happens: Callable[[], Any], *, seconds: float = PATIENCE) -> float:
    """Wait until something happens; returns the seconds that took."""
    begun = time.monotonic()
    while not happens():
        assert time.monotonic() < begun + seconds, "it never happened"
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


async def settled(guests: list[Guest], *, seconds: float = PATIENCE) -> float:
    """Let everybody finish what they have sent; returns the seconds that took."""
    for guest in guests:
        guest.quiet = True
    took = await until(lambda: not any(g.outbox for g in guests), seconds=seconds)
    for guest in guests:
        guest.quiet = False
    return took
