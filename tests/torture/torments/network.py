"""A network between page and room that cuts, doubles and delays what goes over it."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

CUT, DOUBLE, DELAY = 0.02, 0.15, 0.3
"""Of all messages: after which the line is cut (half of them before they arrive), that
arrive twice, that are held up."""


class BadNetwork:
    """
    Listens on a port and passes on to another, badly.

    TCP hands on what it hands on in order and once, so what a bad network does to it
    is hold it up and cut it, at any byte. What arrives twice are messages, as from a
    page that has sent again what did arrive: each is a frame of the WebSocket
    protocol (RFC 6455, section 5.2), repeated byte for byte.

    Args:
        to: The port of the room.
        seed: For what happens.
    """

    def __init__(self, to: int, *, seed: int = 0) -> None:
        self._to = to
        self._dice = random.Random(seed)  # noqa: S311 - not a secret
        self.good = False
        self.cut = self.doubled = self.delayed = self.lines = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._line, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    def figures(self) -> dict[str, int]:
        """Return how often it did what."""
        return {
            "lines": self.lines,
            "lines_cut": self.cut,
            "messages_repeated": self.doubled,
            "held_up": self.delayed,
        }

    async def _line(self, near: StreamReader, answer: StreamWriter) -> None:
        self.lines += 1
        with suppress(OSError):
            far, ask = await asyncio.open_connection("127.0.0.1", self._to)
            ways = [
                asyncio.ensure_future(self._up(near, ask)),
                asyncio.ensure_future(self._down(far, answer)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            # At once, and not after what still waits has been sent.
            ask.transport.abort()
        answer.transport.abort()

    async def _up(self, near: StreamReader, ask: StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            ask.write(await near.readuntil(b"\r\n\r\n"))
            while True:
                frame = await _frame(near)
                if not await self._passes(ask, frame):
                    return
                if not self.good and self._dice.random() < DOUBLE:
                    self.doubled += 1
                    ask.write(frame)

    async def _down(self, far: StreamReader, answer: StreamWriter) -> None:
        with suppress(OSError):
            while data := await far.read(65536):
                if not await self._passes(answer, data):
                    return

    async def _passes(self, way: StreamWriter, data: bytes) -> bool:
        """Pass data on; False if the line is cut with it, before, within or after."""
        if not self.good:
            if self._dice.random() < DELAY:
                self.delayed += 1
                await asyncio.sleep(self._dice.uniform(0, 0.4))
            if self._dice.random() < CUT:
                self.cut += 1
                way.write(data[: self._dice.choice([0, len(data) // 2, len(data)])])
                await asyncio.sleep(0.01)
                return False
        way.write(data)
        await way.drain()
        return True


async def _frame(near: StreamReader) -> bytes:
    head = await near.readexactly(2)
    length = head[1] & 0x7F
    more = {126: 2, 127: 8}.get(length, 0)
    longer = await near.readexactly(more)
    if more:
        length = int.from_bytes(longer, "big")
    # Pages mask what they send; the mask stands before the content.
    return head + longer + await near.readexactly(4 + length)
