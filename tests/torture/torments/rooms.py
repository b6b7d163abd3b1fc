"""Rooms that run: started, killed, put to sleep, and started again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop
from workshop_kit.store import place as places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from torments.postgres import PostgreSQL
    from workshop_kit.store.place import Place

ROOT = Path(__file__).parents[3]
KIT = str(ROOT / "tests" / "kits" / "small")
ASKED = ("plan.name", "plan.story", "plan.minutes", "plan.topics")
PATIENCE = 120.0
"""Seconds after which something that should happen counts as never happening: many
more than it takes, as a machine that is busy says nothing about what is right."""


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which this tree is what is imported."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def prepare(place: Place) -> str:
    """Make a workshop in which questions are open; returns the secret of its link."""
    with Workshop.create(place, kit=KIT, lang="en", track="full") as workshop:
        lead = Lead(workshop, "Fictional facilitator")
        link = lead.invite("access").link
        lead.focus("focus", aspect="plan")
        lead.open("open", ASKED)
    return link


def shim(name: str, folder: Path) -> Path:
    """Build what is put between a process and the system, from ``NAME.c``."""
    made = folder / f"{name}.so"
    if not made.exists():
        source = Path(__file__).with_name(f"{name}.c")
        words = ["gcc", "-shared", "-fPIC", "-O2", "-o", made, source, "-ldl"]
        subprocess.run(words, check=True)
    return made


class Spawner:
    """Starts rooms at once; see ``spawner.py``. *more* is for their environment."""

    def __init__(self, more: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("spawner.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(**(more or {})),
        )

    def start(self, place: Place, port: int, log: Path) -> int:
        """Start a room and return the id of its process."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        order = [str(place), port, str(log), places.environment(place)]
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    def close(self) -> None:
        """End; rooms that still run end too."""
        self._process.kill()
        self._process.communicate()


def in_files(folder: Path) -> Callable[[str], Place]:
    """Return what names workshops that are files in a folder."""
    return lambda name: folder / f"{name}.workshop"


@dataclass(slots=True, kw_only=True)
class Ground:
    """
    Where something is done to rooms.

    Attributes:
        folder: Holds what is written down meanwhile.
        spawner: Starts rooms.
        place: Names a workshop, in the store that is tried.
        server: The one that holds workshops; None where they are files.
    """

    folder: Path
    spawner: Spawner
    place: Callable[[str], Place]
    server: PostgreSQL | None = None

    def log(self, name: str) -> Path:
        """Return the file for what a room has to say."""
        return self.folder / f"{name}.log"


@contextlib.contextmanager
def spawning(**more: str) -> Iterator[Spawner]:
    """Give a spawner for a while."""
    spawner = Spawner(more)
    try:
        yield spawner
    finally:
        spawner.close()


class Room:
    """
    One workshop that is served, by a process that may be killed.

    Args:
        spawner: Starts it.
        place: The workshop.
        port: Where it listens; 0 for a free port.
        log: What it has to say goes there.
    """

    def __init__(
        self, spawner: Spawner, place: Place, *, log: Path, port: int = 0
    ) -> None:
        self._spawner, self.place, self.log = spawner, place, log
        self.port = port or free_port()
        self.pid = 0

    def start(self) -> None:
        """Start the process."""
        self.pid = self._spawner.start(self.place, self.port, self.log)

    def runs(self) -> bool:
        """Tell whether the process is there."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, 0)
                return True
        return False

    def send(self, number: int) -> None:
        """Send a signal, if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    @staticmethod
    def kill(pid: int) -> None:
        """Kill a process that somebody else looks after."""
        os.kill(pid, signal.SIGKILL)

    async def end(self, number: int = signal.SIGKILL) -> None:
        """Kill the process, and wait until it is gone."""
        self.send(number)
        until = time.monotonic() + PATIENCE
        while self.runs():
            assert time.monotonic() < until, "the room does not end"
            await asyncio.sleep(0.002)

    async def guarded(self) -> None:
        """Start it again whenever it has ended, until cancelled."""
        while True:
            if not self.runs():
                self.start()
            await asyncio.sleep(0.3)

    async def up(self) -> None:
        """Wait until it answers."""
        await up(self.port)


async def up(port: int) -> None:
    """Wait until a room answers on a port."""
    begun = time.monotonic()
    while not await answers(port):
        assert time.monotonic() < begun + PATIENCE, "the room does not answer"
        await asyncio.sleep(0.02)


async def answers(port: int) -> bool:
    """Tell whether a room answers on a port."""
    with contextlib.suppress(OSError, asyncio.TimeoutError, IndexError):
        return (await ask(port, "GET", "/health")).split()[1] == "200"
    return False


async def ask(port: int, method: str, path: str, *more: str, body: str = "") -> str:
    """Return the head of the answer to a request on a new connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *more]
        lines += ["Connection: close", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*lines, "", body]).encode())
        answer = await asyncio.wait_for(reader.read(), 5)
        return answer.partition(b"\r\n\r\n")[0].decode()
    finally:
        writer.close()


def traceback_in(log: Path) -> bool:
    """Tell whether a room has met an error that it does not know."""
    return log.exists() and "Traceback" in log.read_text("utf-8", "replace")


def told(found: Mapping[str, Any]) -> str:
    """Write figures in one line."""
    return ", ".join(f"{name} {value}" for name, value in found.items())
