"""The way to one open page, and what is sent on it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

SLOW = 20.0
"""Seconds after which a page that takes nothing in is given up; it will come back."""

STRANGER = 4003
"""Why a page is closed: its owner is nobody we know, or nobody any more."""


class Line:
    """
    One open page.

    What the room looks like is sent as often as the page can take it; of several
    that wait, only the newest.
    """

    __slots__ = ("_latest", "_sending", "socket")

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self._latest: str | None = None
        self._sending: asyncio.Task[None] | None = None

    def show(self, text: str) -> None:
        """Send *text* in place of what has not been sent yet."""
        self._latest = text
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())

    async def dismiss(self) -> None:
        """Close the page of somebody whom nobody knows any more."""
        with suppress(RuntimeError, OSError):  # it may have gone by itself
            await self.socket.close(STRANGER)

    async def _send(self) -> None:
        try:
            while self._latest is not None:
                text, self._latest = self._latest, None
                await asyncio.wait_for(self.socket.send_text(text), SLOW)
        except (WebSocketDisconnect, TimeoutError, RuntimeError, OSError):
            self._latest = None
            # Its receiver notices that the page is gone, and cleans up.
        finally:
            self._sending = None
