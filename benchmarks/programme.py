"""
What a programme costs: many rooms at once on one server, and facilitators on a Hub.

All in one run, and on loopback only.

- ``ways``: memory for each room, as a process that loads everything itself
  (``workshop-kit room``), as one forked by ``workshop-kit programme``, and as a hall
  in one process for all, which serves nothing and was not built;
- ``rooms``: 50 rooms: until all answer, memory (proportional, PSS, of all processes)
  and processor while nobody is there; then 20 people in each, who answer every 5 s,
  questions of five types, one in 50 twice. Then everything is killed (SIGKILL), and
  what it acknowledged is compared with the files: ``lost`` was acknowledged and is
  not there;
- ``flood``: the same load, while ten pages of one more room send nonsense as fast as
  they can and come again when they are sent away: acknowledgements in all the others;
- ``hub``: JupyterHub as ``deploy/jupyterhub`` has it: memory of the Hub with its proxy,
  of a facilitator's server, and of the kernels of two notebooks that ran.

Participants are programs that speak the protocol of the page, in a process of their
own on the same cores.

Usage: ``python benchmarks/programme.py [--quick] [--json] [--only PART]``, on Linux.
With ``--json`` the last line is one JSON object. ``--quick`` takes less than five
minutes: fewer rooms, and less long.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from programme_parts.crowds import Orders
from programme_parts.running import programme
from room_parts import serve

from workshop_kit.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

TARGETS = {"lost": 0, "ack_p99_ms": 250, "idle_cpu": 0.5, "mb_per_participant": 2.0}
"""The most that each may be."""

PACKAGES = ("starlette", "uvicorn", "websockets", "jupyterhub", "jupyterlab")
PEOPLE = 20
"""In each room."""

LED = ("01_context_and_goals", "05_monitoring")
"""Notebooks that a facilitator has open: one with a panel, and the one with figures."""

EVERY = 5.0
"""Seconds between two answers of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done."""

    rooms: int
    seconds: int
    facilitators: int


FULL = Size(rooms=50, seconds=60, facilitators=4)
QUICK = Size(rooms=20, seconds=15, facilitators=2)


@dataclass(slots=True, kw_only=True)
class Bench:
    """One run: where files go, how much is done, and what was found."""

    folder: Path
    size: Size
    found: dict[str, Any] = field(default_factory=dict)

    def place(self, name: str) -> Path:
        """Return a folder of its own for a part."""
        made = self.folder / name
        made.mkdir()
        return made


def say(text: str) -> None:
    """Print a line, with how busy the machine is."""
    print(f"{text}   [load {os.getloadavg()[0]:.1f}]", flush=True)


def ways(bench: Bench) -> None:
    """Weigh a room in each of three ways."""
    n, found = 5, bench.found
    folder = bench.place("ways")
    env = os.environ | {"PYTHONPATH": str(serve.ROOT)}
    with serve.ours(folder, "alone") as (server, _):
        time.sleep(2)
        found["mb_own_process"] = server.megabytes()
    with programme(bench.place("forked"), n) as running:
        time.sleep(2)
        rooms = [p.memory_full_info().pss / 2**20 for p in running.processes()]
        found["mb_forked"] = sum(rooms) / n
    halls = Path(__file__).parent / "programme_parts" / "one_process.py"
    weights = []
    for count in (1, n + 1):
        files = [serve.prepare(folder, f"hall-{count}-{k}").file for k in range(count)]
        process = subprocess.Popen(
            [sys.executable, str(halls), *map(str, files)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(2)
        weights.append(psutil.Process(process.pid).memory_full_info().pss / 2**20)
        process.communicate("")
    found["mb_hall_first"] = weights[0]
    found["mb_hall_each"] = (weights[1] - weights[0]) / n
    say(
        f"a room: {found['mb_own_process']:.0f} MB by itself, {found['mb_forked']:.0f}"
        f" forked (of {n}); in one process {found['mb_hall_each']:.1f}"
        f" and {found['mb_hall_first']:.0f} for the first"
    )


def rooms(bench: Bench) -> None:
    """Open many rooms, fill them, and look what is kept."""
    n, found = bench.size.rooms, bench.found
    with programme(bench.place("rooms"), n) as running:
        say(f"{n} rooms answer {running.seconds:.1f} s after the command")
        found |= {"rooms": n, "open_after_s": running.seconds}
        time.sleep(5)
        before = running.megabytes()
        idle = running.idle(15)
        found |= {"idle_mb_per_room": before / n, "idle_cpu": idle}
        say(
            f"nobody there: {before:.0f} MB, {before / n:.1f} a room;"
            f" {idle:.0%} of a core"
        )
        with Orders(running.rooms) as orders:
            joined = orders.do("join", n=PEOPLE)["seconds"]
            say(f"{n * PEOPLE} people joined in {joined:.1f} s")
            here = running.idle(10)
            kept = bench.place("kept")
            spent, begun = running.cpu(), time.monotonic()
            done = orders.do("load", **_load(bench, kept))
            busy = (running.cpu() - spent) / (time.monotonic() - begun)
            after = running.megabytes()
            running.kill()
    people = n * PEOPLE
    found |= {"people": people, "joined_s": joined, "waiting_cpu": here}
    found |= {"busy_mb_per_room": after / n, "busy_cpu": busy}
    found |= {"mb_per_participant": (after - before) / people}
    found |= _told(done)
    say(
        f"{people} people, waiting {here:.0%} of a core, answering {busy:.0%};"
        f" {after:.0f} MB, {after / n:.1f} a room"
    )
    _say_acknowledged(done)
    found["lost"] = sum(
        _lost(file, json.loads((kept / f"{place}.json").read_text("utf-8")))
        for place, file in enumerate(running.files)
    )
    say(f"killed, opened again: {found['lost']} lost")


def _load(bench: Bench, folder: Path) -> dict[str, Any]:
    seconds, answers = float(bench.size.seconds), serve.answers()
    return {
        "seconds": seconds, "every": EVERY, "answers": answers, "folder": str(folder)
    }  # fmt: skip


def _told(done: dict[str, Any], name: str = "") -> dict[str, Any]:
    told = {f"{name}ack_{key}_ms": took for key, took in done["ack_ms"].items()}
    sums = {key: done[key] for key in ("sent", "unanswered", "refused", "gone")}
    return told | {f"{name}{key}": value for key, value in sums.items()}


def _say_acknowledged(done: dict[str, Any]) -> None:
    told = done["ack_ms"]
    say(
        f"  {done['sent']:,} answers, {done['refused']} refused {done['told']},"
        f" {done['unanswered']} not acknowledged, {done['gone']} disconnected;"
        f" after {told['p50']:.1f} ms (median), p99 {told['p99']:.1f},"
        f" longest {told['max']:.1f}; crowd {done['cpu']:.0%} of a core"
    )


def _lost(file: Path, acknowledged: list[list[Any]]) -> int:
    with Store.open(file) as store:
        held = {a.key: (a.question, a.value) for a in store.answer_log()}
    return sum(held.get(key) != (q, value) for key, q, value in acknowledged)


def flood(bench: Bench) -> None:
    """Flood one room, and look how the others fare."""
    n = bench.size.rooms
    with (
        programme(bench.place("flood"), n + 1) as running,
        Orders(running.rooms[:n]) as orders,
        Orders(running.rooms[n:]) as flooding,
    ):
        orders.do("join", n=PEOPLE)
        calm = orders.do("load", **_load(bench, bench.place("calm")))
        flooding.start("flood", room=0, pages=10, seconds=bench.size.seconds)
        wild = orders.do("load", **_load(bench, bench.place("wild")))
        sent = flooding.result()["sent"]
    bench.found |= _told(calm, "calm_") | _told(wild, "flood_") | {"nonsense": sent}
    say(f"{n} rooms, without and with a flood of {sent:,} messages in one more:")
    _say_acknowledged(calm)
    _say_acknowledged(wild)


def hub(bench: Bench) -> None:
    """Weigh the Hub, servers and kernels."""
    sys.path.insert(0, str(serve.ROOT / "tests" / "deploy"))
    from hub import Facilitator, Hub, cells  # noqa: PLC0415 - of the tests

    n, found = bench.size.facilitators, bench.found
    names = [f"facilitator-{k}" for k in range(n)]
    with tempfile.TemporaryDirectory(prefix="hub-") as name, ExitStack() as lines:
        Path(name).chmod(0o755)
        running = lines.enter_context(
            Hub(Path(name), dict.fromkeys(names, "words for trying"))
        )
        pid = running.processes[0].pid
        people = [Facilitator(running, each) for each in names]
        weights, begun = [_weighed(pid)], time.monotonic()
        for one in people:
            lines.callback(one.close)
            one.log_in()
            one.spawn()
        found["facilitator_spawn_s"] = (time.monotonic() - begun) / n
        weights.append(_weighed(pid))
        for notebook in LED:
            for one in people:
                line = one.kernel(notebook)
                lines.callback(line.close)
                for code in cells(notebook):
                    line.run(code)
            weights.append(_weighed(pid))
        spent, begun = _cpu(pid), time.monotonic()
        time.sleep(15)
        idle = (_cpu(pid) - spent) / (time.monotonic() - begun) / n
    each = [(after - before) / n for before, after in pairwise(weights)]
    found |= {"mb_hub": weights[0], "mb_server": each[0], "facilitators": n}
    found |= {"mb_kernel": each[1], "mb_kernel_figures": each[2]}
    found |= {"mb_facilitator": sum(each), "facilitator_idle_cpu": idle}
    say(
        f"hub and proxy {weights[0]:.0f} MB; each of {n} facilitators: server"
        f" {each[0]:.0f}, kernel of {LED[0]} {each[1]:.0f}, of {LED[1]} {each[2]:.0f};"
        f" there after {found['facilitator_spawn_s']:.1f} s; {idle:.1%} of a core"
        " with an open panel"
    )


def _weighed(pid: int) -> float:
    time.sleep(2)
    mine = psutil.Process(pid)
    every = [mine, *mine.children(recursive=True)]
    return float(sum(p.memory_full_info().pss for p in every) / 2**20)


def _cpu(pid: int) -> float:
    mine = psutil.Process(pid)
    every = [mine, *mine.children(recursive=True)]
    return float(sum(sum(p.cpu_times()[:2]) for p in every))


PARTS: dict[str, Callable[[Bench], None]] = {
    "ways": ways,
    "rooms": rooms,
    "flood": flood,
    "hub": hub,
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


def machine() -> str:
    """Return what this runs on."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} x {(names or ['?'])[0]}, Linux {platform.release()}"


def main() -> None:
    """Measure, compare with the targets, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rooms, less long")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))

    versions = {"python": platform.python_version()}
    versions |= {name: version(name) for name in PACKAGES}
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}")
    print(", ".join(f"{k} {v}" for k, v in versions.items()))
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        size = QUICK if options.quick else FULL
        bench = Bench(folder=Path(name), size=size, found={"versions": versions})
        for part in options.only or list(PARTS):
            print()
            PARTS[part](bench)
    print()
    kept = verdicts(bench.found)
    if options.json:
        found = {
            k: round(v, 4) if isinstance(v, float) else v
            for k, v in bench.found.items()
        }
        said = {"benchmark": "programme", "quick": options.quick, "machine": machine()}
        print(json.dumps({**said, **found, "fulfilled": kept}))


if __name__ == "__main__":
    main()
