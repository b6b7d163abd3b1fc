"""Talks with open pages: takes in what they send, as long as it makes sense."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, NoReturn

from starlette.websockets import WebSocketDisconnect

from workshop_kit.errors import N_, StoreError, WorkshopError
from workshop_kit.i18n import Translator
from workshop_kit.live.room.front import NOT_NOW
from workshop_kit.live.room.limits import Bucket
from workshop_kit.live.room.line import STRANGER, Line
from workshop_kit.live.room.scene import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.websockets import WebSocket

    from workshop_kit.live.room.front import Front

PACE = (10, 40)
"""Messages a second from one page, and at once: far above what hands can do."""

HURRY = 50
"""Messages that came too fast before a page is sent away; each has to wait."""

PATIENCE = 4
"""Messages of nonsense before a page is sent away."""

PAGES = 20
"""Most pages that one person has open; a bad network leaves a few behind."""

OLD, ODD, BUSY = 4001, 4002, 4004
"""Why a page is closed: another protocol, nonsense, too fast."""

TOO_LARGE = 1009
"""The code with which the protocol itself closes a page that sends too much."""


class Talk:
    """
    The lines to the pages of one workshop.

    Args:
        front: Who asks.
    """

    def __init__(self, front: Front) -> None:
        self._front, self._hall = front, front.hall

    async def listen(self, socket: WebSocket) -> None:
        """Talk with a participant's page."""
        who = await self._front.who(socket)
        if who is None or not self._front.from_here(socket):
            await socket.accept()
            await socket.close(STRANGER)
            return
        await socket.accept()
        if len(self._hall.lines.get(who.id, ())) >= PAGES:
            self._hall.trouble("flood", WorkshopError(_FLOOD))
            await socket.close(BUSY)
            return
        line = Line(socket)
        t = Translator(who.lang)
        try:
            if not await self._greeted(socket):
                return
            await socket.send_text(await self._hall.enter(who, line))
            await self._converse(socket, t, lambda box: self._hall.take(who, box, line))
        except WebSocketDisconnect as gone:
            if gone.code == TOO_LARGE:
                self._hall.trouble("flood", WorkshopError(_FLOOD))
        except (RuntimeError, OSError):
            pass  # gone; it comes back when it can
        except StoreError as error:
            self._hall.trouble("store", error)
        finally:
            await self._hall.leave(who, line)

    async def listen_wall(self, socket: WebSocket) -> None:
        """Feed a page on the wall, which has nothing to say."""
        await socket.accept()
        if not (await self._front.projects(socket) and self._front.from_here(socket)):
            await socket.close(STRANGER)
            return
        line = Line(socket)
        self._hall.walls.add(line)
        try:
            if not await self._greeted(socket):
                return
            line.show(await self._hall.see(self._hall.wall))
            await self._converse(socket, Translator(self._hall.lang), None)
        except (WebSocketDisconnect, RuntimeError, OSError):
            pass  # gone; it comes back when it can
        finally:
            self._hall.walls.discard(line)

    async def _greeted(self, socket: WebSocket) -> bool:
        try:
            hello = _parsed(await asyncio.wait_for(_text(socket), 10))
        except (ValueError, RecursionError, TimeoutError):
            hello = {}
        if hello.get("type") == "hello" and hello.get("protocol") == PROTOCOL:
            return True
        self._hall.trouble("old", WorkshopError(_OLD_PAGE))
        await socket.close(OLD)
        return False

    async def _converse(
        self,
        socket: WebSocket,
        t: Translator,
        take: Callable[[Any], Awaitable[str]] | None,
    ) -> None:
        pace, odd, hurried = Bucket(*PACE), 0, 0
        while True:
            text = await _text(socket)
            hurried = hurried + 1 if pace.empty() else max(0, hurried - 1)
            if hurried == HURRY:
                self._hall.trouble("flood", WorkshopError(_FLOOD))
                await socket.close(BUSY)
                return
            while not pace.take():  # noqa: ASYNC110 - it comes with time alone
                await asyncio.sleep(1 / PACE[0])
            try:
                said = _parsed(text)
                if said["type"] == "ping":
                    await socket.send_text('{"type":"pong"}')
                    continue
                if said["type"] != "put" or take is None:
                    msg = "not a message"
                    raise ValueError(msg)  # noqa: TRY301 - handled like all nonsense
                await socket.send_text(await take(said["outbox"]))
            except WorkshopError as error:
                self._hall.trouble("store", error)
                await socket.send_text(_trouble(t(NOT_NOW)))
            except (ValueError, KeyError, TypeError, RecursionError):
                odd += 1
                await socket.send_text(_trouble(t(_NONSENSE)))
                if odd == PATIENCE:
                    self._hall.trouble("odd", WorkshopError(_ODD_PAGE))
                    await socket.close(ODD)
                    return


_NONSENSE = N_("Something went wrong on this page. Please load it again.")
_OLD_PAGE = N_("A page of another version called; it is loaded again.")
_FLOOD = N_("A page sent far too much and was closed; everybody else goes on.")
_ODD_PAGE = N_("A page sent nonsense and was closed; everybody else goes on.")


async def _text(socket: WebSocket) -> str:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    text: str | None = message.get("text")
    # Bytes are nonsense, which is counted where all nonsense is.
    return "" if text is None else text


def _parsed(text: str) -> dict[str, Any]:
    said = json.loads(text, parse_constant=_no_number)
    if not isinstance(said, dict):
        msg = "not a message"
        raise ValueError(msg)  # noqa: TRY004 - handled like all nonsense
    return said


def _no_number(name: str) -> NoReturn:
    msg = f"not JSON: {name}"
    raise ValueError(msg)


def _trouble(message: str) -> str:
    return json.dumps({"type": "trouble", "message": message}, ensure_ascii=False)
