"""
Start rooms that begin at once: each is a copy of this process, which has imported all.

Reads lines of JSON from standard input, ``[PLACE, PORT, LOG, MORE]``, where MORE is for the
environment, and answers each with the id of the process that serves that workshop from
now on, as ``workshop-kit room`` does.
A thousand starts of a new Python would take longer than all that is done to them.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import NoReturn

import psycopg  # noqa: F401 - as the next
import uvicorn  # noqa: F401 - what a room needs, imported before the copies are made

from workshop_kit.errors import WorkshopError
from workshop_kit.live.room import hall, server  # noqa: F401 - see above
from workshop_kit.live.room.launch import serve
from workshop_kit.store.place import located


def become(
    place: str, port: int, log: str, more: dict[str, str], parent: int
) -> NoReturn:
    """Be a room, to the end."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        kept = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(kept, 1)
        os.dup2(kept, 2)
        os.environ |= more
        serve(located(place), host="127.0.0.1", port=port, watched=parent)
        code = 0
    except WorkshopError as error:
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(code)


def main() -> None:
    """Start a room for each line."""
    # So that those who died are buried at once.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    parent = os.getpid()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            os.close(0)
            become(*json.loads(line), parent)
        os.write(1, f"{child}\n".encode())


main()
