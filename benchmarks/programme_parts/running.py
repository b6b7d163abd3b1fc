"""A programme that runs, weighed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil
from room_parts import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 180
"""Seconds that all rooms may take to open."""


@dataclass(slots=True, kw_only=True)
class Running:
    """
    A programme: its keeper's process and its rooms.

    Attributes:
        keeper: The process that was started.
        rooms: Where each is, in the order of their names.
        files: Their workshops.
        seconds: From the command until the last room answered.
    """

    keeper: psutil.Popen
    rooms: list[dict[str, Any]]
    files: list[Path]
    seconds: float

    def processes(self) -> list[psutil.Process]:
        """Return the rooms' processes."""
        return list(self.keeper.children())

    def megabytes(self) -> float:
        """Return the proportional memory (PSS) of keeper and rooms."""
        every = [psutil.Process(self.keeper.pid), *self.processes()]
        return float(sum(p.memory_full_info().pss for p in every) / 2**20)

    def cpu(self) -> float:
        """Return the seconds of processor time that they have used."""
        every = [psutil.Process(self.keeper.pid), *self.processes()]
        return float(sum(sum(p.cpu_times()[:2]) for p in every))

    def idle(self, seconds: float) -> float:
        """Return the part of one core that is used while nothing is done."""
        before = self.cpu()
        time.sleep(seconds)
        return (self.cpu() - before) / seconds

    def kill(self) -> None:
        """End all of it at once, as a crash does."""
        every = [psutil.Process(self.keeper.pid), *self.processes()]
        for process in every:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(every, timeout=20)


@contextmanager
def programme(folder: Path, n: int) -> Iterator[Running]:
    """Run a programme of *n* rooms, each with one aspect open."""
    rooms = folder / "rooms"
    rooms.mkdir()
    made = {f"room-{k:02}": serve.prepare(rooms, f"room-{k:02}") for k in range(n)}
    command = [sys.executable, "-m", "workshop_kit", "programme", str(rooms)]
    begun = time.monotonic()
    with (folder / "programme.log").open("wb") as log:
        keeper = psutil.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(serve.free_port())],
            env=os.environ | {"PYTHONPATH": str(serve.ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        ports = _opened(rooms, list(made), begun)
        yield Running(
            keeper=keeper,
            rooms=[
                {"port": ports[k], "link": each.link, "prefix": f"/{k}"}
                for k, each in made.items()
            ],
            files=[each.file for each in made.values()],
            seconds=time.monotonic() - begun,
        )
    finally:
        if keeper.is_running():
            keeper.terminate()
        keeper.wait(30)


def _opened(rooms: Path, names: list[str], begun: float) -> dict[str, int]:
    ports: dict[str, int] = {}
    left = list(names)
    while left:
        if time.monotonic() - begun > PATIENCE:
            sys.exit(f"these did not open: {left}")
        with suppress(OSError, ValueError, KeyError):
            ports = json.loads((rooms / "ports.json").read_text("utf-8"))
            url = f"http://127.0.0.1:{ports[left[0]]}/{left[0]}/health"
            with urllib.request.urlopen(url, timeout=2):
                left.pop(0)
                continue
        time.sleep(0.05)
    return ports
