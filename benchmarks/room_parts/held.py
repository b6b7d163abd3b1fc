"""
A room that writes down what it holds, six seconds apart.

Runs as a process of its own: ``python held.py WORKSHOP PORT FILE``.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from workshop_kit.live.room import hall, launch

if TYPE_CHECKING:
    from workshop_kit.live.room.hall import Hall

EVERY = 6
"""Seconds between two looks."""


def watch(room: Hall, file: Path) -> None:
    """Write down what the process holds for as long as it runs."""
    loop, mine = asyncio.get_running_loop(), psutil.Process()

    def look() -> None:
        while True:
            # Garbage is left to the room itself, as it is in a workshop.
            held = {
                "at": time.monotonic(),
                "mb": mine.memory_info().rss / 2**20,
                "blocks": sys.getallocatedblocks(),
                "walks": gc.get_stats()[2]["collections"],
                "files": mine.num_fds(),
                "threads": threading.active_count(),
                "tasks": len(asyncio.all_tasks(loop)),
                "people": len(room.lines),
            }
            with file.open("a", encoding="utf-8") as told:
                told.write(json.dumps(held) + "\n")
            time.sleep(EVERY)

    threading.Thread(target=look, daemon=True).start()


def main() -> None:
    """Serve, and watch as soon as the room is open."""
    path, port, file = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    opened = hall.Hall.open

    async def open_watched(room: Hall) -> None:
        await opened(room)
        watch(room, file)

    hall.Hall.open = open_watched  # type: ignore[method-assign]
    launch.serve(path, host="127.0.0.1", port=port)


if __name__ == "__main__":
    main()
