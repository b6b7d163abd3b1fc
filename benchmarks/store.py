"""
How many answers a second the store acknowledges, and what that safety costs.

Measured in turns in one run, so that only the ratios between them are read:

- ``full``: the store as it is, where an acknowledged answer is on the disk;
- ``normal``: the same code with ``synchronous=NORMAL``, which is quicker and may
  lose answers it has acknowledged when the power fails;
- ``plain``: the ``sqlite3`` module alone, the same rows, on the disk as well;
- ``connect``: as plain, with a connection of its own for every answer.

Usage: ``python benchmarks/store.py [--quick] [--json]``. With ``--json`` the last
line is one JSON object: medians in answers per second, and ratios to ``full``.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_kit.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

VALUE = ["museum", {"other": "een verhaal van enige lengte " * 3}]


def stored(path: Path, synchronous: str, n: int) -> float:
    """Return answers per second of the store itself."""
    with Store.create(path, kit="fictional", kit_version="1") as store:
        person, _ = store.join("Fictional Sam", "editor", "nl")
        # One thread, so the pool holds one connection and this reaches it.
        store._database.pragma(f"synchronous = {synchronous}")  # noqa: SLF001
        start = time.perf_counter()
        for number in range(n):
            store.record_answer(
                participant=person.id,
                question="goals.which",
                value=VALUE,
                key=f"key {number}",
                kit_version="1",
                wording_hash="abc",
            )
        seconds = time.perf_counter() - start
        assert len(store.answer_log()) == n
    return n / seconds


def connected(path: Path) -> sqlite3.Connection:
    """Open a connection as careful as the store's."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def bare(path: Path, n: int, *, each: bool) -> float:
    """Return answers per second without the store, by one connection or many."""
    text = json.dumps(VALUE)
    with Store.create(path, kit="fictional", kit_version="1") as store:
        person, _ = store.join("Fictional Sam", "editor", "nl")
    with closing(connected(path)) as kept:
        start = time.perf_counter()
        for number in range(n):
            connection = connected(path) if each else kept
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE clock SET revision = revision + 1")
            connection.execute(
                "INSERT INTO answer (round, question, participant, value, kit_version,"
                " wording_hash, key, at) VALUES (1, 'goals.which', ?, ?, '1', 'abc',"
                " ?, '2026-11-23T12:00:00.000000Z')",
                (person.id, text, f"key {number}"),
            )
            connection.execute("COMMIT")
            if each:
                connection.close()
        return n / (time.perf_counter() - start)


RUNS: dict[str, Callable[[Path, int], float]] = {
    "full": lambda path, n: stored(path, "FULL", n),
    "normal": lambda path, n: stored(path, "NORMAL", n),
    "plain": lambda path, n: bare(path, n, each=False),
    "connect": lambda path, n: bare(path, n, each=True),
}


def main() -> None:
    """Measure in turns, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    options = parser.parse_args()
    n, turns = (100, 3) if options.quick else (1000, 5)

    rates: dict[str, list[float]] = {name: [] for name in RUNS}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(turns):
            for name, run in RUNS.items():
                path = Path(folder) / f"{name}-{turn}.workshop"
                rates[name].append(run(path, n))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    ratios = {name: medians["full"] / medians[name] for name in RUNS}

    print(f"{'':10}{'answers/s':>12}{'full is':>10}   ({turns} turns of {n})")
    for name in RUNS:
        print(f"{name:10}{medians[name]:12,.0f}{ratios[name]:9.2f}x")
    if options.json:
        print(
            json.dumps(
                {
                    "benchmark": "store",
                    "answers_per_second": {k: round(v) for k, v in medians.items()},
                    "full_relative_to": {k: round(v, 3) for k, v in ratios.items()},
                    "answers": n,
                    "turns": turns,
                }
            )
        )


if __name__ == "__main__":
    main()
