"""
A busy room for a long time: does it grow, and does it give back what it took?

One real room process on loopback with 100 participants (programs that speak the
protocol of the page). All of them answer every two seconds; in each round a fifth of
them leaves and as many new ones come, and the facilitator closes, reveals and opens
again. Ten times a minute the room is asked what it holds: memory (RSS and what
Python's allocator holds), open files and sockets, threads, and asyncio's tasks.

- ``memory_mb_per_hour``: slope of a line through the memory of the second half;
- ``left_tasks``, ``left_files``: more than before the first participant came, after
  the last has gone.

Usage: ``python benchmarks/soak.py [--quick] [--hour] [--json]``, on Linux. It takes ten
minutes; ``--quick`` two, ``--hour`` an hour. With ``--json`` the last line is one JSON
object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from room_parts import serve
from room_parts.crowd import Orders
from room_parts.kept import compare
from room_parts.machine import machine, say

from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE, LEAVE = 100, 20
"""Participants at a time, and how many of them are others after each round."""

EVERY = 2.0
"""Seconds between two answers of one participant."""

ROUND = 20
"""Seconds from one change of people to the next."""

HELD = Path(serve.__file__).with_name("held.py")

TARGETS = {"lost": 0, "doubled": 0, "left_tasks": 0, "left_files": 0}
"""The most that each may be."""


@dataclass(slots=True, kw_only=True)
class Watched:
    """What the room held, whenever it was asked."""

    file: Path
    samples: list[dict[str, float]] = field(default_factory=list)

    def look(self) -> dict[str, float]:
        """Read what the room has written since, and return the last sample."""
        lines = self.file.read_text("utf-8").splitlines()
        self.samples = [json.loads(line) for line in lines if line.endswith("}")]
        return self.samples[-1]


def slope(samples: list[dict[str, float]], name: str) -> float:
    """Return how much *name* grows in an hour, by a line through the samples."""
    if len(samples) < 3:
        return 0.0
    at = [sample["at"] for sample in samples]
    line = statistics.linear_regression(at, [sample[name] for sample in samples])
    return line.slope * 3600


def rounds(minutes: float) -> Iterator[int]:
    """Count rounds until the time is over."""
    until, number = time.monotonic() + minutes * 60, 0
    while time.monotonic() < until:
        yield number
        number += 1


def busy(folder: Path, minutes: float) -> dict[str, Any]:
    """Keep a room busy and return what it held."""
    made, port = serve.prepare(folder, "soak"), serve.free_port()
    watched = Watched(file=folder / "held.jsonl")
    words = [sys.executable, str(HELD), str(made.file), str(port), str(watched.file)]
    env = os.environ | {"PYTHONPATH": str(serve.ROOT)}
    answers, kept, sent = serve.answers(), [], 0
    ballot = next(iter(answers))
    with (
        serve.running(words, port, "/health", log=folder / "log", env=env) as server,
        Workshop.open(made.file) as workshop,
    ):
        lead = Lead(workshop, "soak")
        with Orders(port, made.link) as orders:
            # The first people make the room import and draw what all share.
            orders.do("join", n=PEOPLE, most=20, files=[])
            orders.do("leave", n=PEOPLE)
            time.sleep(8)
            before = watched.look()
            orders.do("join", n=PEOPLE, most=20, files=[])
            for number in rounds(minutes):
                orders.start("load", seconds=ROUND, every=EVERY, answers=answers,
                             file=str(folder / "kept.json"))  # fmt: skip
                done = orders.result()
                workshop.refresh()
                lead.close(f"close {number}", [ballot])
                lead.reveal(f"reveal {number}", ballot)
                lead.open(f"open {number}", [ballot])
                orders.do("leave", n=LEAVE)
                orders.do("join", n=LEAVE, most=20, files=[])
                now = watched.look()
                say(
                    f"round {number + 1:3}: {now['mb']:6.1f} MB, {now['files']:.0f}"
                    f" files, {now['tasks']:.0f} tasks, {now['threads']:.0f} threads;"
                    f" {done['sent']} answers so far of those still here"
                )
            done = orders.do("all", file=str(folder / "kept.json"))
            orders.do("leave", n=PEOPLE)
            sent = done["sent"]
        time.sleep(8)
        after = watched.look()
        server.process.kill()
        server.process.wait()
    kept = json.loads((folder / "kept.json").read_text("utf-8"))
    late = [s for s in watched.samples if s["people"]]
    found = compare(made.file, kept, sent)
    return found | {
        "answers": sent,
        "acknowledged": len(kept),
        "minutes": minutes,
        "memory_mb": after["mb"],
        "memory_mb_per_hour": slope(late[len(late) // 2 :], "mb"),
        "blocks_per_hour": slope(late[len(late) // 2 :], "blocks"),
        "left_tasks": max(0, after["tasks"] - before["tasks"]),
        "left_files": max(0, after["files"] - before["files"]),
        "left_threads": max(0, after["threads"] - before["threads"]),
        "before": before,
        "after": after,
    }


def main() -> None:
    """Keep a room busy, compare with the targets, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="two minutes")
    parser.add_argument("--hour", action="store_true", help="an hour")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    options = parser.parse_args()
    minutes = 2 if options.quick else 60 if options.hour else 10
    print(f"{machine()}, Python {platform.python_version()}; {minutes} minutes")
    with tempfile.TemporaryDirectory(prefix=".benchmark-", dir=serve.ROOT) as name:
        found = busy(Path(name), minutes)
    print()
    for name, value in found.items():
        print(f"{name:20} {value}")
    kept = {name: found[name] <= most for name, most in TARGETS.items()}
    if options.json:
        said = {"benchmark": "soak", "quick": options.quick, "machine": machine()}
        print(json.dumps({**said, **found, "fulfilled": kept}))


if __name__ == "__main__":
    main()
