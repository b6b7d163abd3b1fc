"""
What the room costs a participant and holds, beside Voilà with the same questions.

All in one run, and on loopback only. Both serve the questions of one aspect of the
kit ``social_media``; ours with one ballot more, Voilà with controls of stock
ipywidgets in a notebook:

- ``first load``: every byte above TCP between browser and server, both ways, from the
  link to a drawn form, WebSocket included, counted in between;
- ``time to form``: until the first control is there, for somebody who was never here;
  ours is the page that asks who comes in plus the form, without what a person needs
  to fill in a name. Chromium finds no other host, so what Voilà's page asks for
  elsewhere costs no time;
- ``joining at once``: all at the same moment, until the last one has the form;
  participants are programs here. Voilà's have a page whose kernel has drawn the form;
- ``memory``: growth of the server's proportional memory (PSS), with its children
  (Voilà's kernels), for each participant who has the form;
- ``load``: each of 1,000 participants answers every second for 60 s, questions of five
  types, one in 50 twice. Then the server is killed (SIGKILL), and what it acknowledged
  is compared with the file: ``lost`` was acknowledged and is not there, ``doubled`` is
  there twice or was never sent;
- ``tally``: from a participant's answer until the facilitator's panel counts it, in a
  process of its own, with 200 participants who each answer every 5 s.

Voilà is no part of this project: the first time this installs it, with ``pip``, into
an environment of its own, ``.venv-voila/``. Without a package index it says so and ends
with exit code 1.

Usage: ``python benchmarks/room.py [--quick] [--json] [--only PART]``, on Linux. With
``--json`` the last line is one JSON object. ``--quick`` takes less than five minutes
and puts a weaker load on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from room_parts import browse, serve
from room_parts.crowd import Orders, quantiles
from room_parts.kept import compare
from room_parts.machine import machine, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from room_parts.serve import Server

TARGETS = {
    "lost": 0,
    "doubled": 0,
    "first_load_bytes": 60_000,
    "mb_per_participant": 0.2,
    "ack_p99_ms": 100,
    "tally_p95_ms": 250,
    "join_ratio_to_voila": 0.25,
}
"""The most that each may be."""

WATCHED = "goals.direction"
"""The ballot in focus while the facilitator counts."""

PACKAGES = ("starlette", "uvicorn", "websockets", "playwright")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done."""

    turns: int
    voila_crowd: int
    crowd: int
    seconds: int
    watched: int


FULL = Size(turns=7, voila_crowd=10, crowd=1000, seconds=60, watched=200)
QUICK = Size(turns=3, voila_crowd=3, crowd=200, seconds=10, watched=200)


@dataclass(slots=True, kw_only=True)
class Bench:
    """One run: where files go, how much is done, and what was found."""

    folder: Path
    size: Size
    found: dict[str, Any] = field(default_factory=dict)


def loading(bench: Bench) -> None:
    """Measure bytes and time with a browser, in turns."""
    found = bench.found
    with (
        browse.chromium() as browser,
        serve.ours(bench.folder, "loading") as (ours, made),
        serve.voila(bench.folder, "loading-voila") as voila,
    ):
        found["versions"]["chromium"] = browser.version
        counts, paths = browse.first_load(browser, ours.port, made.link)
        theirs, _ = browse.first_load(browser, voila.port)
        found["files"] = [p for p in paths if p.startswith("/files/")]
        for name, each in (("ours", counts), ("voila", theirs)):
            say(
                f"first load {name:6} {each['down'] / 1000:8,.1f} kB down"
                f" {each['up'] / 1000:6,.1f} up, {each['requests']} requests,"
                f" {each['elsewhere']} to other hosts"
            )
        found["first_load_bytes"] = counts["down"] + counts["up"]
        found["first_load_voila_bytes"] = theirs["down"] + theirs["up"]
        seconds: dict[str, list[float]] = {"ours": [], "voila": []}
        for turn in range(bench.size.turns + 1):
            with browse.fresh(browser) as page:
                took = browse.join(page, ours.base, made.link)
            with browse.fresh(browser) as page:
                other = browse.open_voila(page, voila.base)
            if turn:
                seconds["ours"].append(took)
                seconds["voila"].append(other)
    for name, each in seconds.items():
        found[f"time_to_form_{name}_s"] = statistics.median(each)
        say(
            f"time to form {name:6} {statistics.median(each):6.3f} s"
            f" (least {min(each):.3f}, n {len(each)})"
        )
    ratio = found["time_to_form_ours_s"] / found["time_to_form_voila_s"]
    found["join_ratio_to_voila"] = ratio


def voila_crowd(bench: Bench) -> None:
    """Let some open Voilà's page at once, without a browser."""
    n = bench.size.voila_crowd

    def fetch(base: str) -> float:
        with urllib.request.urlopen(base, timeout=120) as page:  # noqa: S310 - loopback
            assert b"jupyter-widget" in page.read()
        return time.perf_counter() - start

    with serve.voila(bench.folder, "crowd-voila") as server:
        time.sleep(1)
        before = server.megabytes()
        start = time.perf_counter()
        with ThreadPoolExecutor(n) as threads:
            last = max(threads.map(fetch, [server.base] * n))
        time.sleep(1)
        each = (server.megabytes() - before) / n
    bench.found |= {"voila_mb_per_participant": each, "voila_at_once_s": last}
    bench.found["voila_at_once"] = n
    say(f"voila: {n} joining at once, last after {last:.2f} s")
    say(f"voila: {before:.0f} MB, and {each:.1f} MB for each of {n}")


def crowd(bench: Bench) -> None:
    """Let many join, weigh the server, put the load on, and look what is kept."""
    found, size = bench.found, bench.size
    with (
        serve.ours(bench.folder, "crowd") as (server, made),
        Orders(server.port, made.link) as orders,
    ):
        # Whoever comes first makes the server import and draw what all share.
        orders.do("join", n=1, most=1, files=[])
        time.sleep(1)
        before = server.megabytes()
        at_once = orders.do("join", n=200, most=200, files=[])["seconds"]
        found["at_once_200_s"] = at_once[-1]
        say(
            f"ours: 200 joining at once, last after {at_once[-1]:.2f} s"
            f" (median {statistics.median(at_once):.2f})"
        )
        found["mb_per_participant"] = weighed(server, before, 200)
        more = size.crowd - 201
        if more > 0:
            seconds = orders.do("join", n=more, most=50, files=[])["seconds"]
            say(f"ours: {more} more, 50 at a time, in {seconds[-1]:.2f} s")
            found["mb_per_participant_1000"] = weighed(server, before, size.crowd - 1)
        spent, start = server.cpu(), time.monotonic()
        kept = bench.folder / "acknowledged.json"
        done = orders.do(
            "load",
            seconds=size.seconds,
            every=1.0,
            answers=serve.answers(),
            file=str(kept),
        )
        busy = (server.cpu() - spent) / (time.monotonic() - start)
        server.process.kill()
    told = done["ack_ms"]
    found |= {f"ack_{name}_ms": took for name, took in told.items()}
    found |= {"answers": done["sent"], "unanswered": done["unanswered"]}
    found |= {"refused": done["refused"], "server_cpu": busy, "crowd_cpu": done["cpu"]}
    say(
        f"load: {done['sent']:,} answers in {size.seconds} s by {size.crowd};"
        f" {done['refused']} refused {done['told']},"
        f" {done['unanswered']} not acknowledged, {done['gone']} disconnected"
    )
    say(
        f"  acknowledged after {told['p50']:.1f} ms (median), p95 {told['p95']:.1f},"
        f" p99 {told['p99']:.1f}, longest {told['max']:.1f}"
    )
    late = done["late_ms"]
    held_up = done["cpu"] > 0.85 or late["p99"] > 50
    say(
        f"  server {busy:.0%} of a core; crowd {done['cpu']:.0%}, late by"
        f" p99 {late['p99']:.1f} ms{': THE CROWD WAS HELD UP' if held_up else ''}"
    )
    held = compare(made.file, json.loads(kept.read_text("utf-8")), done["sent"])
    found |= held
    say(
        f"  killed, opened again: {held['held']:,} in the file, {held['lost']} lost,"
        f" {held['doubled']} doubled; synchronous = {held['synchronous']}"
    )


def weighed(server: Server, before: float, n: int) -> float:
    """Return megabytes for each of *n* who have come since *before*."""
    time.sleep(2)
    now = server.megabytes()
    each = (now - before) / n
    say(f"ours: {before:.0f} MB, {now:.0f} with {n} more: {each:.3f} MB for each")
    return each


def tally(bench: Bench) -> None:
    """Measure how soon a facilitator's process counts an answer."""
    n = bench.size.watched
    answers = serve.answers()
    value = answers.pop(WATCHED)[0]
    with (
        serve.ours(bench.folder, "tally") as (server, made),
        Orders(server.port, made.link) as orders,
    ):
        orders.do("join", n=n, most=50, files=[])
        watch = Path(browse.__file__).with_name("watch.py")
        words = [sys.executable, str(watch), str(made.file), serve.ASPECT, WATCHED]
        watching = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(serve.ROOT)},
        )
        assert watching.stdin is not None
        assert watching.stdout is not None
        how = watching.stdout.readline().strip()
        sent = orders.do(
            "probe",
            # No multiple of how often the facilitator looks.
            every=0.107,
            rest=5.0,
            question=WATCHED,
            value=value,
            answers=answers,
        )["sent"]
        time.sleep(1)
        seen = json.loads(watching.communicate("")[0].splitlines()[-1])
    times = [
        next((at - begun for at, count in seen if count >= place), float("inf")) * 1000
        for place, begun in enumerate(sent, 1)
    ]
    spread = quantiles(times)
    bench.found |= {f"tally_{name}_ms": took for name, took in spread.items()}
    bench.found["tally_by"] = how
    say(
        f"tally: counted after {spread['p50']:.0f} ms (median), p95"
        f" {spread['p95']:.0f}, longest {spread['max']:.0f}; {n} participants, {how}"
    )


PARTS: dict[str, Callable[[Bench], None]] = {
    "loading": loading,
    "voila": voila_crowd,
    "crowd": crowd,
    "tally": tally,
}


def verdicts(found: dict[str, Any]) -> dict[str, bool]:
    """Print each target with what was found."""
    kept = {}
    for name, most in TARGETS.items():
        if name in found:
            kept[name] = found[name] <= most
            word = "yes" if kept[name] else "NO"
            print(f"{name:22}{found[name]:12,.3f}   at most {most:<8g} {word}")
    return kept


def main() -> None:
    """Measure, compare with the targets, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer turns, less load")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part")
    options = parser.parse_args()
    parts = options.only or list(PARTS)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))

    versions = {"python": platform.python_version()}
    versions |= {name: version(name) for name in PACKAGES}
    if {"loading", "voila"} & set(parts):
        versions["voila"] = serve.installed()
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}")
    print(", ".join(f"{k} {v}" for k, v in versions.items()))
    if options.quick:
        print("QUICK: fewer turns, and a load that is weaker than the targets ask")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        size = QUICK if options.quick else FULL
        bench = Bench(folder=Path(name), size=size, found={"versions": versions})
        for part in parts:
            print()
            PARTS[part](bench)
    print()
    kept = verdicts(bench.found)
    if options.json:
        found = {
            k: round(v, 4) if isinstance(v, float) else v
            for k, v in bench.found.items()
        }
        said = {"benchmark": "room", "quick": options.quick, "machine": machine()}
        print(json.dumps({**said, **found, "fulfilled": kept}))


if __name__ == "__main__":
    main()
