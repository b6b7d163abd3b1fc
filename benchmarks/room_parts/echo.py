"""
A bare uvicorn that speaks like the room: receipts made of nothing.

Runs as a process of its own: ``python echo.py PORT``. What it takes is the least that
any server of this kind takes.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import uvicorn

from workshop_kit.live.room.launch import make_place

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

ROOM = json.dumps({"type": "room", "groups": ["one"]})


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Let everybody in and confirm everything."""
    if scope["type"] == "http":
        joins = scope["path"] == "/join"
        head = [(b"set-cookie", b"me=echo")] if joins else []
        start = {"type": "http.response.start", "status": 303 if joins else 200}
        await send({**start, "headers": head})
        await send({"type": "http.response.body", "body": b""})
    elif scope["type"] == "websocket":
        await _talk(receive, send)
    else:
        raise NotImplementedError


async def _talk(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif message["type"] == "websocket.disconnect":
            return
        else:
            await send({"type": "websocket.send", "text": _answer(message["text"])})


def _answer(text: str) -> str:
    said = json.loads(text)
    if said["type"] != "put":
        return ROOM
    receipts = {
        name: {"key": change["key"], "kind": "saved"}
        for name, change in said["outbox"].items()
    }
    return json.dumps({"type": "receipts", "receipts": receipts})


if __name__ == "__main__":
    make_place()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        lifespan="off",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="warning",
    )
