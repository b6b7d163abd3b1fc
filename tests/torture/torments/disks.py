"""The disk is full: nothing is acknowledged that is not there, and it goes on after."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torments.crowd import crowd, joined, settled, until
from torments.kills import wrong
from torments.rooms import Room, prepare
from torments.truth import Verdict, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from torments.rooms import Ground

SMALLEST, LARGEST, LARGER = 600, 1600, 6000
"""Sizes in kilobytes of what the workshop has to fit into; the last one is for every
twentieth, so that SQLite also empties its log into the file while there is no room."""


@dataclass(slots=True, kw_only=True)
class Small:
    """A place with little room in it."""

    folder: Path
    kind: str
    widen: Callable[[int], None]
    """Make room; takes the process that writes there."""
    narrow: Callable[[int], None]
    """Let a process have the little room only, where that is a matter of processes."""


def may_mount(folder: Path) -> bool:
    """Tell whether this account may make a file system, as root may."""
    if os.geteuid() != 0:
        return False
    probe = folder / "may-mount"
    probe.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(probe)]
    done = subprocess.run(words, check=False, capture_output=True)
    if not done.returncode:
        _unmount(probe)
    return not done.returncode


@contextmanager
def small(folder: Path, kilobytes: int, *, mount: bool) -> Iterator[Small]:
    """Give a small disk; where none can be mounted, a limit on the size of files."""
    folder.mkdir()
    if not mount:
        yield Small(
            folder=folder,
            kind="limit on the size of files (no file system may be mounted here)",
            widen=lambda pid: _limit(pid, resource.RLIM_INFINITY),
            narrow=lambda pid: _limit(pid, kilobytes * 512),
        )
        return
    words = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    subprocess.run(words, check=True)
    wider = ["mount", "-o", "remount,size=64m", str(folder)]
    try:
        yield Small(
            folder=folder,
            kind="tmpfs",
            widen=lambda _: subprocess.run(wider, check=True) and None,
            narrow=lambda _: None,
        )
    finally:
        _unmount(folder)


def _unmount(folder: Path) -> None:
    words = ["umount", "-l", str(folder)]
    subprocess.run(words, check=True)


def _limit(pid: int, size: int) -> None:
    hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


async def full(ground: Ground, n: int, *, mount: bool, seed: int = 0) -> dict[str, Any]:
    """
    Fill *n* disks while guests answer; each time there is room again after a while.

    Every third time the room is killed as well while there is none.
    """
    dice, verdict = random.Random(seed), Verdict()  # noqa: S311 - not a secret
    after, troubled, kinds = [], 0, set()
    for number in range(n):
        size = dice.randint(SMALLEST, LARGEST) if number % 20 != 19 else LARGER
        with small(ground.folder / f"disk-{number}", size, mount=mount) as disk:
            kinds.add(disk.kind)
            place = disk.folder / "full.workshop"
            log = ground.log(f"disk-{number}")
            link = prepare(place)
            room = Room(ground.spawner, place, log=log)
            room.start()
            await room.up()
            disk.narrow(room.pid)
            people = await joined(room.port, link, 8, words=4000, seed=number)
            async with crowd(*people):
                await until(lambda all_=people: any(g.troubled for g in all_))
                await asyncio.sleep(dice.uniform(0, 0.3))
                if number % 3 == 2:
                    await room.end()
                    room.start()
                    disk.narrow(room.pid)
                    await asyncio.sleep(dice.uniform(0, 0.5))
                troubled += sum(guest.troubled for guest in people)
                disk.widen(room.pid)
                guard = asyncio.create_task(room.guarded())
                after.append(await settled(people))
                guard.cancel()
            then = time.monotonic_ns()
            look(place, people, verdict, before=then)
            await room.end(15)
            look(place, people, verdict)
            verdict.add(people)
            if "Traceback" in log.read_text("utf-8"):
                verdict.unsound.append(log.read_text("utf-8")[-2000:])
    return {
        "disks": n,
        "kind": ", ".join(sorted(kinds)),
        "refusals": troubled,
        **verdict.figures(),
        "goes_on_median_s": round(sorted(after)[len(after) // 2], 2),
        "goes_on_most_s": round(max(after), 2),
        "wrong": wrong(verdict),
    }
