"""
Many halls in one process, the way that was not taken: what it would cost.

Runs as a process of its own, ``python one_process.py FILE…``; opens a hall for each
file, says so, and waits until standard input ends. Nothing is served.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from workshop_kit.live.room.hall import Hall
from workshop_kit.live.room.server import app


async def main() -> None:
    """Hold the halls open."""
    halls = [
        Hall(Path(name), port=1, secure=False, pid=os.getpid()) for name in sys.argv[1:]
    ]
    apps = [app(hall) for hall in halls]
    for hall in halls:
        await hall.open()
    print(len(apps), "open", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for hall in halls:
        await hall.close()


if __name__ == "__main__":
    asyncio.run(main())
