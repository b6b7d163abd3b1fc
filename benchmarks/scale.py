"""
How many participants one room process holds, and what stops it.

All in one run, on loopback only; participants are programs that speak the protocol of
the page (``room_parts/crowd.py``), not browsers. Everybody answers every 5 s, evenly
spread, questions of five types:

- ``disk``: how often a second this disk confirms one small write (``fdatasync``);
- ``curve``: 10, 50, 200, 1,000, 2,000 and 5,000 participants of one process. After
  each size the server is killed (SIGKILL), and what it acknowledged is compared with
  the file. The largest crowd then goes to a bare uvicorn that answers each with a
  receipt that it made of nothing: no store, no questions;
- ``processes``, with ``--database``: 1,000 participants of one workshop in PostgreSQL,
  spread by nginx over one, two and four processes, which are killed afterwards;
- ``knee``: 1,000 participants who answer ever faster, until the 99th percentile of the
  acknowledgements is beyond the target or somebody has no acknowledgement at all.
  Beside it the same rates against the bare echo. What limits there is named by what
  was used up: a core, all cores, connections, or else the disk.

Usage: ``python benchmarks/scale.py [--quick] [--json] [--only PART]
[--database postgresql://USER@HOST/NAME]``, on Linux, with nginx for ``processes``. It
takes about ten minutes. At the end stand tables in Markdown; with ``--json`` the last
line is one JSON object. ``--quick`` stops at 1,000 participants.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import secrets
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from room_parts import nginx, serve
from room_parts.crowd import Orders
from room_parts.kept import compare
from room_parts.load import line, put_load
from room_parts.machine import machine, say
from room_parts.tables import markdown, sentence

from workshop_kit.store.opening import remove
from workshop_kit.store.place import located

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from room_parts.serve import Server

TARGETS = {"lost": 0, "doubled": 0, "ack_p99_ms": 250, "mb_per_participant": 0.1}
"""The most that each may be, at the largest crowd."""

EVERY = 5.0
"""Seconds between two answers of one participant."""

PACKAGES = ("starlette", "uvicorn", "websockets")
ECHO = Path(serve.__file__).with_name("echo.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done."""

    crowds: tuple[int, ...]
    seconds: int
    """For the largest crowd, and for processes."""
    less: int
    """For smaller ones, and for the echo."""
    rates: tuple[float, ...]
    rate_seconds: int
    writes: int


FULL = Size(
    crowds=(10, 50, 200, 1000, 2000, 5000),
    seconds=60,
    less=25,
    rates=(1.0, 0.67, 0.5, 0.4, 0.33, 0.25),
    rate_seconds=15,
    writes=2000,
)
QUICK = Size(
    crowds=(10, 200, 1000),
    seconds=10,
    less=10,
    rates=(1.0, 0.5),
    rate_seconds=10,
    writes=500,
)


@dataclass(slots=True, kw_only=True)
class Bench:
    """One run: where files go, how much is done, and what was found."""

    folder: Path
    size: Size
    database: str = ""
    found: dict[str, Any] = field(default_factory=dict)

    def seconds(self, n: int) -> int:
        """Return how long a crowd of *n* answers."""
        most = n == max(self.size.crowds)
        return self.size.seconds if most else self.size.less


def disk(bench: Bench) -> None:
    """Measure how often a second a small write is confirmed by the disk."""
    path, took = bench.folder / "disk", []
    with path.open("wb", buffering=0) as file:
        for _ in range(bench.size.writes):
            start = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - start)
    each = statistics.median(took)
    bench.found |= {"disk_per_s": len(took) / sum(took), "disk_median_ms": each * 1000}
    say(
        f"disk: {len(took) / sum(took):,.0f} confirmed writes a second,"
        f" {each * 1000:.2f} ms each (median)"
    )


@contextmanager
def echo(folder: Path) -> Iterator[Server]:
    """Serve receipts that are made of nothing."""
    port, log = serve.free_port(), folder / "echo.log"
    words = [sys.executable, str(ECHO), str(port)]
    with serve.running(words, port, "/health", log=log, env=os.environ) as server:
        yield server


def one_size(bench: Bench, n: int) -> dict[str, Any]:
    """Let *n* take part in a room of their own."""
    kept = bench.folder / f"kept-{n}.json"
    with (
        serve.ours(bench.folder, f"crowd-{n}") as (server, made),
        Orders(server.port, made.link) as orders,
    ):
        # Whoever comes first makes the server import and draw what all share.
        orders.do("join", n=1, most=1, files=[])
        time.sleep(1)
        before, bare = server.megabytes(), made.file.stat().st_size
        joined = orders.do("join", n=n - 1, most=50, files=[])["seconds"]
        time.sleep(2)
        each = (server.megabytes() - before) / (n - 1)
        done = put_load(server, orders, kept, seconds=bench.seconds(n), every=EVERY)
        after = (server.megabytes() - before) / (n - 1)
        server.process.kill()
        server.process.wait()
    line(f"{n:5,} people", done)
    done |= compare(made.file, json.loads(kept.read_text("utf-8")), done["sent"])
    done["bytes_per_answer"] = (made.file.stat().st_size - bare) / max(1, done["sent"])
    done |= {"mb_per_participant": after, "mb_joined": each, "join_s": joined[-1]}
    done["mb"] = before + after * (n - 1)
    say(
        f"{'':13} joined in {joined[-1]:.1f} s; {done['mb']:.0f} MB in all,"
        f" {each:.3f} each, {after:.3f} after"
        f" the load; {done['bytes_per_answer']:.0f} bytes of file for each answer and"
        f" its share of the people; {done['lost']} lost, {done['doubled']} doubled"
    )
    return done


def curve(bench: Bench) -> None:
    """Measure each size of crowd, and the largest against a bare echo."""
    rows = {n: one_size(bench, n) for n in bench.size.crowds}
    most = max(rows)
    with echo(bench.folder) as server, Orders(server.port, "echo") as orders:
        orders.do("join", n=most, most=50, files=[])
        kept = bench.folder / "echo.json"
        bare = put_load(server, orders, kept, seconds=bench.size.less, every=EVERY)
    line(f"{most:5,} echoed", bare)
    last = rows[most]
    bench.found |= {
        "participants": most,
        "answers": last["sent"],
        "lost": sum(row["lost"] for row in rows.values()),
        "doubled": sum(row["doubled"] for row in rows.values()),
        "ack_p50_ms": last["ack_ms"]["p50"],
        "ack_p99_ms": last["ack_ms"]["p99"],
        "mb_per_participant": last["mb_per_participant"],
        "cpu_per_1000": last["cpu_per_1000"],
        "cpu_ratio_to_echo": last["cpu_per_1000"] / bare["cpu_per_1000"],
        "echo_p99_ms": bare["ack_ms"]["p99"],
        "bytes_per_answer": last["bytes_per_answer"],
        "echo": _row(bare),
        "curve": {n: _row(row) for n, row in rows.items()},
    }


KEPT = (
    "mb", "mb_per_participant", "cpu_per_1000", "server_cpu", "server_waited",
    "machine_cpu", "nginx_per_1000", "bytes_per_answer", "lost", "doubled", "people",
)  # fmt: skip
"""Figures of a load that go into the tables, where there are such."""


def _row(done: dict[str, Any]) -> dict[str, float]:
    row = {name: round(done[name], 4) for name in KEPT if name in done}
    row |= {"answers": done["sent"], "crowd_cpu": round(done["cpu"], 4)}
    return row | {f"ack_{k}_ms": round(v, 2) for k, v in done["ack_ms"].items()}


def processes(bench: Bench) -> None:
    """Spread a crowd over several processes on one workshop in PostgreSQL."""
    if not bench.database or not nginx.program():
        missing = "nginx is here" if bench.database else "--database was given"
        say(f"processes: not measured, because no {missing}")
        return
    bench.found["processes"] = {n: _row(spread(bench, n)) for n in (1, 2, 4)}


def spread(bench: Bench, n: int) -> dict[str, Any]:
    """Let 1,000 take part in one workshop that so many processes serve."""
    place = located(f"{bench.database}?workshop=scale-{n}-{secrets.token_hex(4)}")
    made, people = serve.prepared(place), min(1000, max(bench.size.crowds))
    kept = bench.folder / f"spread-{n}.json"
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                serve.room(
                    place,
                    bench.folder / f"spread-{n}-{k}.log",
                    *("--behind-proxy", "127.0.0.1"),
                )
            )
            for k in range(n)
        ]
        front = stack.enter_context(
            nginx.before([server.port for server in servers], bench.folder)
        )
        orders = stack.enter_context(Orders(front.port, made.link))
        orders.do("join", n=people, most=50, files=[])
        time.sleep(2)
        spent = [server.cpu() for server in servers]
        done = put_load(front, orders, kept, seconds=bench.size.less, every=EVERY)
        used = sum(s.cpu() - before for s, before in zip(servers, spent, strict=True))
        done |= {"mb": sum(server.megabytes() for server in servers)}
        for server in servers:
            server.process.kill()
            server.process.wait()
    done |= compare(place, json.loads(kept.read_text("utf-8")), done["sent"])
    remove(place)
    done |= {"nginx_per_1000": done["cpu_per_1000"], "people": people}
    done["cpu_per_1000"] = used / max(1, done["sent"]) * 1000
    line(f"{n} processes, {people} people", done)
    say(
        f"{'':13} nginx {done['nginx_per_1000']:.2f} s for 1,000; {done['mb']:.0f} MB"
        f" in all; {done['lost']} lost, {done['doubled']} doubled"
    )
    return done


def knee(bench: Bench) -> None:
    """Let 1,000 answer ever faster, until they are acknowledged too late."""
    n = min(1000, max(bench.size.crowds))
    held, limit, bare_held = 0.0, "", 0.0
    rows: dict[int, Any] = {}
    for every in bench.size.rates:
        asked = n / every
        with (
            serve.ours(bench.folder, f"knee-{every}") as (server, made),
            Orders(server.port, made.link) as orders,
        ):
            done = _at(bench, server, orders, n, every)
        line(f"{asked:5,.0f} a second", done)
        with echo(bench.folder) as server, Orders(server.port, "echo") as orders:
            bare = _at(bench, server, orders, n, every)
        line(f"{asked:5,.0f} echoed", bare)
        rows[round(asked)] = _row(done), _row(bare)
        if _holds(bare):
            bare_held = asked
        if not _holds(done):
            limit = _limit(done)
            break
        held = asked
    bench.found |= {"knee": rows, "knee_per_s": held, "knee_limit": limit}
    bench.found["echo_per_s"] = bare_held
    say(sentence(bench.found))


def _at(
    bench: Bench, server: Server, orders: Orders, n: int, every: float
) -> dict[str, Any]:
    orders.do("join", n=n, most=50, files=[])
    kept = bench.folder / "knee.json"
    seconds = bench.size.rate_seconds
    return put_load(server, orders, kept, seconds=seconds, every=every)


def _holds(done: dict[str, Any]) -> bool:
    trouble = done["unanswered"] + done["gone"] + done["refused"]
    return not trouble and done["ack_ms"]["p99"] <= TARGETS["ack_p99_ms"]


def _limit(done: dict[str, Any]) -> str:
    """Name what is used up, the first that is."""
    ours, crowd, waited = done["server_cpu"], done["cpu"], done["server_waited"]
    if done["gone"]:
        return f"sockets limit: {done['gone']} connections were lost"
    if ours > 0.9:
        return f"the CPU limits: the server's one core is in use ({ours:.0%})"
    if crowd > 0.9:
        return f"the crowd of this benchmark has no more of its core ({crowd:.0%})"
    if ours + waited > 0.9:
        return (
            f"the CPU limits: the server has {ours:.0%} of a core and waits for one"
            f" {waited:.0%} of the time"
        )
    return (
        f"the disk limits (fsync): the server uses {ours:.0%} of its core and waits"
        f" for it {waited:.0%} of the time"
    )


PARTS: dict[str, Callable[[Bench], None]] = {
    "disk": disk,
    "curve": curve,
    "processes": processes,
    "knee": knee,
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
    parser.add_argument("--quick", action="store_true", help="fewer people, less long")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part")
    parser.add_argument("--database", default="", help="for several processes")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))

    versions = {"python": platform.python_version()}
    versions |= {name: version(name) for name in PACKAGES}
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}")
    print(", ".join(f"{k} {v}" for k, v in versions.items()))
    if options.quick:
        print("QUICK: fewer people than the targets ask")
    # Where memory is the disk, nothing could be said about disks.
    with tempfile.TemporaryDirectory(prefix=".benchmark-", dir=serve.ROOT) as name:
        size = QUICK if options.quick else FULL
        bench = Bench(
            folder=Path(name),
            size=size,
            database=options.database,
            found={"versions": versions},
        )
        for part in options.only or PARTS:
            print()
            PARTS[part](bench)
    print(f"\n{markdown(bench.found, TARGETS['ack_p99_ms'])}")
    kept = verdicts(bench.found)
    if options.json:
        found = {
            k: round(v, 4) if isinstance(v, float) else v
            for k, v in bench.found.items()
        }
        said = {"benchmark": "scale", "quick": options.quick, "machine": machine()}
        print(json.dumps({**said, **found, "fulfilled": kept}))


if __name__ == "__main__":
    main()
