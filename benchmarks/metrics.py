"""
A million posts to KPIs per month and channel: time and memory beside other ways.

Each way does the same work in a process of its own, in turns: read a CSV file of
fictional posts (192 MB, captions over several lines), find out whether a post stands in
it twice, and make each KPI of the catalogue that posts can feed. What each does is in
``metrics_parts/ways.py``; all answers are compared with ours before anything is said.

- ``task``: seconds of the work, after the imports; ``cpu`` is its processor time, which
  other work on the machine disturbs less; ``all``: with start and imports;
- ``peak``: most memory of the process at any time, file pages it maps included;
- ``ratio_to_fastest``: task of ours by that of the fastest of the others;
- ``memory_ratio_to_pandas``: peak of ours by that of pandas;
- ``rows_50k_…``: the same with 50,000 posts;
- ``slashed_…``: ours, with times as the exports of Meta write them;
- ``copies_…``: ours, where a thousand posts stand twice, so that a rule has to be kept.

DuckDB is no part of this project: the first time this installs it, with ``pip``, into
an environment of its own, ``.venv-duckdb/``.

Usage: ``python benchmarks/metrics.py [--quick] [--json]``, on Linux or macOS. With
``--json`` the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

from metrics_parts import posts

ROOT = Path(__file__).parents[1]
DUCKDB = ROOT / ".venv-duckdb"
WAYS = ("ours", "pandas", "polars", "duckdb")
SIZES = {"1m": 1_000_000, "50k": 50_000}
UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the system counts peak memory."""

OURS = {"slashed": {"form": posts.SLASHED}, "copies": {"again": 1000}}
"""Files that only ours reads, a million posts each."""

Runs = dict[str, list[dict[str, Any]]]


def duckdb_python() -> str:
    """Return a Python that has DuckDB, installing it the first time."""
    python = DUCKDB / "bin" / "python"
    if not python.exists():
        venv.create(DUCKDB, with_pip=True, clear=True)
    has = subprocess.run(
        [str(python), "-c", "import duckdb"], capture_output=True, check=False
    )
    if has.returncode:
        done = subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "duckdb"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"DuckDB could not be installed: {done.stderr[-1000:]}")
    return str(python)


def once(python: str, way: str, path: Path) -> dict[str, Any]:
    """Do the work one way, and return what it took and what it found."""
    out = path.with_suffix(".json")
    command = [python, str(Path(__file__).parent / "metrics_parts/ways.py")]
    began = time.perf_counter()
    with subprocess.Popen(
        [*command, way, str(path), str(out)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        told = process.stdout.read() if process.stdout else ""
        # Of this child alone; this process is small, so that it does not count.
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{way} failed.")
    return json.loads(told) | {
        "all": time.perf_counter() - began,
        "peak": used.ru_maxrss * UNIT / 1_000_000,
        "rows": json.loads(out.read_text(encoding="utf-8")),
    }


def compare(mine: list[Any], theirs: list[Any], way: str) -> None:
    """End if another way finds other figures than ours."""
    left, right = ({tuple(r[:3]): r[3:] for r in rows} for rows in (mine, theirs))
    same = left.keys() == right.keys() and all(
        left[key][1] == right[key][1]
        and math.isclose(left[key][0], right[key][0], rel_tol=1e-9)
        for key in left
    )
    if not same:
        sys.exit(f"{way} finds other figures than ours.")


def measure(path: Path, turns: int) -> dict[str, dict[str, float]]:
    """Measure all ways in turns; the first turn warms up and is compared."""
    pythons = dict.fromkeys(WAYS, sys.executable) | {"duckdb": duckdb_python()}
    runs: Runs = {way: [] for way in WAYS}
    for turn in range(turns + 1):
        found = {way: once(pythons[way], way, path) for way in WAYS}
        for way in WAYS:
            if turn:
                runs[way].append(found[way])
            else:
                compare(found["ours"]["rows"], found[way]["rows"], way)
    return {
        way: {
            name: statistics.median(run[name] for run in each)
            for name in ("seconds", "processor", "all", "peak")
        }
        for way, each in runs.items()
    }


def alone(path: Path, turns: int) -> dict[str, float]:
    """Measure ours alone; the first turn warms up."""
    runs = [once(sys.executable, "ours", path) for _ in range(turns + 1)][1:]
    names = ("seconds", "processor", "all", "peak")
    return {name: statistics.median(run[name] for run in runs) for name in names}


def shown(name: str, found: dict[str, dict[str, float]]) -> None:
    """Print a table."""
    load = f"[load {os.getloadavg()[0]:.1f}]"
    print(f"{name:8}   task s    cpu s    all s  peak MB   {load}")
    for way, each in found.items():
        print(
            f"{way:8} {each['seconds']:8.3f} {each['processor']:8.3f}"
            f" {each['all']:8.3f} {each['peak']:8.0f}",
            flush=True,
        )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer turns")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    options = parser.parse_args()
    turns = 3 if options.quick else 7
    found = {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for name, count in SIZES.items():
            path = Path(folder) / f"{name}.csv"
            posts.write(path, count)
            found[name] = measure(path, turns)
            shown(name, found[name])
        for name, special in OURS.items():
            path = Path(folder) / f"{name}.csv"
            posts.write(path, SIZES["1m"], **special)
            found[name] = {"ours": alone(path, 3)}
            shown(name, found[name])
            path.unlink()
    million, some = found["1m"], found["50k"]

    def ratio(name: str) -> float:
        return million["ours"][name] / min(million[w][name] for w in WAYS[1:])

    said = {
        "ratio_to_fastest": ratio("seconds"),
        "ratio_to_fastest_cpu": ratio("processor"),
        "ratio_to_fastest_all": ratio("all"),
        "memory_ratio_to_pandas": million["ours"]["peak"] / million["pandas"]["peak"],
        "rows_50k_seconds": some["ours"]["seconds"],
        "rows_50k_ratio_to_polars": some["ours"]["seconds"] / some["polars"]["seconds"],
    }
    for name in OURS:
        said[f"{name}_seconds"] = found[name]["ours"]["seconds"]
        said[f"{name}_peak"] = found[name]["ours"]["peak"]
    said = {name: round(value, 3) for name, value in said.items()}
    print("\n" + "\n".join(f"{name}: {value}" for name, value in said.items()))
    if options.json:
        about = {"benchmark": "metrics", "quick": options.quick, "turns": turns}
        load = {"python": platform.python_version(), "load": os.getloadavg()[0]}
        print(json.dumps({**about, **load, **said, "ways": found}))


if __name__ == "__main__":
    main()
