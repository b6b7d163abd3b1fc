"""
Write answers from a process of its own, which a test may kill.

Usage: ``writer.py FILE PARTICIPANT``, then one word a line on standard input:
``write NAME N`` records N answers under keys that begin with NAME, and ``kill
NAME SECONDS`` lets a child do so until it is killed after that time. Each key
goes to standard output as soon as the store has acknowledged it, then ``end``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from itertools import count
from typing import TYPE_CHECKING

from workshop_kit.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable


def write(
    path: str, person: str, name: str, numbers: Iterable[int], begun: int = 0
) -> None:
    """Record answers and say each key once it is safe."""
    with Store.open(path) as store:
        for n in numbers:
            key = f"{name}-{n}"
            store.record_answer(
                participant=person,
                question=f"group.question_{n % 7}",
                value=[key, "é" * 200],
                key=key,
                kit_version="1.0",
                wording_hash="abc",
            )
            os.write(1, f"{key}\n".encode())
            if begun:
                os.write(begun, b"x")


def main(path: str, person: str) -> None:
    """Do what standard input says."""
    for line in sys.stdin:
        order, name, amount = line.split()
        if order == "write":
            write(path, person, name, range(int(amount)))
        else:
            # A copy of this process starts at once; a new one would take a
            # second to import, twenty times.
            ready, begun = os.pipe()
            child = os.fork()
            if not child:
                write(path, person, name, count(), begun)
            # The time counts from its second answer, however busy the computer is.
            os.read(ready, 1)
            os.read(ready, 1)
            time.sleep(float(amount))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(ready)
            os.close(begun)
        os.write(1, b"end\n")


main(*sys.argv[1:])
