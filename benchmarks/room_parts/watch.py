"""
The facilitator's side: notes when the tally of a ballot changes.

Runs as a process of its own, ``python watch.py FILE BALLOT``, until its standard
input ends; then writes ``[time, answered]`` for every change as JSON. The time is of
the monotonic clock.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from workshop_kit.live.workshop import Workshop

EVERY = 0.1
"""Seconds between looks."""


def main() -> None:
    """Look whether there is news, and if there is, count who has answered."""
    over = threading.Event()
    seen: list[tuple[float, int]] = []
    ballot = sys.argv[2]

    def look() -> None:
        with Workshop.open(Path(sys.argv[1])) as workshop:
            revision, count = -1, -1
            print(f"looking every {EVERY:g} s", flush=True)
            while not over.wait(EVERY):
                now = workshop.store.revision()
                if now == revision:
                    continue
                revision = now
                found = workshop.store.answered(
                    ballot, workshop.state.ballot(ballot).round
                )
                if found != count:
                    count = found
                    seen.append((time.monotonic(), count))

    looking = threading.Thread(target=look)
    looking.start()
    sys.stdin.read()
    over.set()
    looking.join()
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
