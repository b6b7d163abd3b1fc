"""
What a workshop in PostgreSQL costs beside one in a file, in turns in one run.

- answers a second that are acknowledged by one process, in steps of 1, 16 and 128
  answers, as a room writes them when 1, 16 or 128 wait at the same time;
- the same of four processes on one workshop in PostgreSQL, in steps of 128;
- from the end of a write until another process has been told: by PostgreSQL, and by
  looking every 50 ms as is done with a file.

Usage: ``python benchmarks/postgres.py DATABASE [--quick] [--json]``, where DATABASE is
``postgresql://USER@HOST/NAME``; workshops are made in it and removed. With ``--json``
the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.store import Store
from workshop_kit.store.opening import remove

if TYPE_CHECKING:
    from collections.abc import Callable

    from workshop_kit.store.place import Address

    Place = Path | Address

VALUE = ["museum", {"other": "een verhaal van enige lengte " * 3}]
STEPS = (1, 16, 128)
POLL = 0.05


def answer(store: Store, person: str, key: str) -> None:
    """Record one answer."""
    store.record_answer(
        participant=person,
        question="goals.which",
        value=VALUE,
        key=key,
        kit_version="1",
        wording_hash="abc",
    )


def in_steps(store: Store, person: str, name: str, n: int, size: int) -> float:
    """Return answers per second, so many in one step on the disk."""
    start = time.perf_counter()
    for first in range(0, n, size):
        with store.together():
            for number in range(first, first + size):
                answer(store, person, f"{name} {number}")
    return n / (time.perf_counter() - start)


def rate(store: Store, size: int, seconds: float) -> float:
    """Return answers per second of one process."""
    person = store.join("Fictional Sam", "editor", "nl")[0].id
    some = max(size, 32)
    quick = in_steps(store, person, "warm", some, size)
    n = max(size, int(quick * seconds) // size * size)
    return in_steps(store, person, "run", n, size)


def one_of_many(place: str, go: Any, rates: Any, seconds: float) -> None:
    """Write beside others until the time is over."""
    with Store.open(place) as store:
        person = store.join("Fictional Sam", "editor", "nl")[0].id
        go.wait()
        start, n = time.perf_counter(), 0
        while time.perf_counter() < start + seconds:
            with store.together():
                for number in range(n, n + STEPS[-1]):
                    answer(store, person, f"k{number}")
            n += STEPS[-1]
        rates.put(n / (time.perf_counter() - start))


def four(place: str, seconds: float) -> float:
    """Return answers per second of four processes together."""
    context = multiprocessing.get_context("spawn")
    go, rates = context.Event(), context.Queue()
    given = (place, go, rates, seconds)
    processes = [context.Process(target=one_of_many, args=given) for _ in range(4)]
    for process in processes:
        process.start()
    time.sleep(5)
    go.set()
    found = sum(rates.get() for _ in processes)
    for process in processes:
        process.join()
    return found


def told_after(store: Store, other: Store, times: int) -> list[float]:
    """Return the milliseconds until another connection knew of a write."""
    heard = threading.Event()
    stop = other.listen(heard.set)
    found = []
    person = store.join("Fictional Sam", "editor", "nl")[0].id
    time.sleep(0.5)
    for number in range(times):
        heard.clear()
        answer(store, person, f"told {number}")
        written = time.perf_counter()
        if stop is not None:
            heard.wait(10)
        else:
            looked = (uuid.uuid4().int % 1000) / 1000 * POLL
            time.sleep(looked)
            other.last_action()
        found.append(1000 * max(0.0, time.perf_counter() - written))
    if stop is not None:
        stop()
    return found


def main() -> None:
    """Measure in turns, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("database", help="postgresql://USER@HOST/NAME")
    parser.add_argument("--quick", action="store_true", help="a fifth of the work")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    options = parser.parse_args()
    seconds, turns, times = (0.5, 3, 20) if options.quick else (2.0, 5, 100)

    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(turns):
            places: dict[str, Callable[[], str]] = {
                "file": lambda t=turn: str(Path(folder) / f"w{t}"),
                "postgres": lambda: (
                    f"{options.database}?workshop=b{uuid.uuid4().hex[:12]}"
                ),
            }
            for kind, place in places.items():
                named = place()
                with (
                    Store.create(named, kit="fictional", kit_version="1") as store,
                    Store.open(named) as other,
                ):
                    for size in STEPS:
                        name = f"{kind}_{size}_per_s"
                        found.setdefault(name, []).append(rate(store, size, seconds))
                    name = f"{kind}_told_ms"
                    found.setdefault(name, []).extend(told_after(store, other, times))
                    if kind == "postgres" and turn == 0:
                        name = "postgres_four_processes_per_s"
                        found[name] = [four(named, seconds * 2)]
                    made = store.path
                remove(made)
    medians = {name: statistics.median(each) for name, each in found.items()}
    for name, median in medians.items():
        print(f"{name:32} {median:10.1f}")
    for size in STEPS:
        ratio = medians[f"postgres_{size}_per_s"] / medians[f"file_{size}_per_s"]
        print(f"postgres/file, steps of {size:<10} {ratio:9.2f}")
    if options.json:
        print(json.dumps({name: round(value, 1) for name, value in medians.items()}))


if __name__ == "__main__":
    main()
