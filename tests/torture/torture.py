"""
What is done to a room before it is trusted: the long version, with its figures.

In files, and in a PostgreSQL server of its own. Afterwards it is looked each time whether
every acknowledged answer is there once and the file or database is sound. The figures go to ``docs/reliability.md``, each row by itself.

Usage: ``python tests/torture/torture.py [--only PART] [--share N]``, on Linux with gcc,
as ``make torture`` does it. ``--share 10`` does a tenth of everything and writes nothing.
Disks of a size of their own need root; elsewhere files are limited, and it says so.
Exit code 1 if anything was lost, double or unsound.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import platform
import sqlite3
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torments import disks, kills, others, outages, power
from torments.postgres import PostgreSQL, in_postgres, postgres_version
from torments.rooms import Ground, in_files, spawning, told

import workshop_kit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
HEAD = (
    "| what was done | acknowledged | lost | double | unsound | more | on |",
    "| --- | ---: | ---: | ---: | ---: | --- | --- |",
)
SHOWN = {"acknowledged", "lost", "doubled", "unsound", "wrong"}
PACKAGES = ("psycopg", "starlette", "uvicorn", "websockets")
NAPS = [0.5, 1, 2, 4, 8, 12, 26]
"""Seconds; the last is more than the time after which the room gives a page up."""

Part = tuple[str, "Callable[[Ground, Any], Awaitable[dict[str, Any]]]"]


async def _cuts(ground: Ground, share: int) -> dict[str, Any]:
    found: dict[str, Any] = {"wrong": []}
    for seed in range(max(1, 8 // share)):
        each = await power.cuts(ground.folder, max(20, 250 // share), seed=seed)
        found["wrong"] += each.pop("wrong")
        found |= {name: found.get(name, 0) + n for name, n in each.items()}
    return found


async def _births(ground: Ground, share: int) -> dict[str, Any]:
    return power.births(ground.folder, 1000 // share)


async def _full(ground: Ground, share: int) -> dict[str, Any]:
    mount = disks.may_mount(ground.folder)
    return await disks.full(ground, 200 // share, mount=mount)


async def _model(ground: Ground, share: int) -> dict[str, Any]:
    histories = 100 // share
    which = "TestPostgres" if ground.server else "TestSqlite"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        f"{Path(__file__).with_name('test_model.py')}::{which}",
        env=os.environ | {"WORKSHOP_MODEL": f"{histories} 50"},
    )
    wrong = ["the model; see above"] if await process.wait() else []
    return {"histories": histories, "steps_each_at_most": 50, "wrong": wrong}


PARTS: dict[str, Part] = {
    "model": ("random workshops beside a model, one process killed", _model),
    "kills": (
        "the room killed (`kill -9`) at a random moment under load",
        lambda ground, share: kills.kills(ground, 1000 // share),
    ),
    "returns": (
        "the room killed under the guard of `workshop-kit start`",
        lambda ground, share: kills.returns(ground, max(2, 20 // share)),
    ),
    "disks": ("a full disk under load", _full),
    "cuts": ("a power cut under load (writes without fsync dropped or torn)", _cuts),
    "births": ("a power cut while a workshop is made", _births),
    "two": (
        "two rooms on one file, either killed",
        lambda ground, share: others.two(ground, 100 // share),
    ),
    "clock": (
        "the clock set back, and forward again",
        lambda ground, share: others.clock(ground, 80 // share),
    ),
    "sleep": (
        "a laptop, then half of the phones, asleep",
        lambda ground, share: others.sleep(ground, NAPS[:: min(share, 3)]),
    ),
    "network": (
        "a network that cuts, doubles and delays",
        lambda ground, share: others.network(ground, 300 / share),
    ),
    "server-model": ("PostgreSQL: random workshops, one process killed", _model),
    "server-kills": (
        "PostgreSQL: the room killed at a random moment under load",
        lambda ground, share: kills.kills(ground, 100 // share),
    ),
    "server-returns": (
        "PostgreSQL: the room killed under the guard of `workshop-kit start`",
        lambda ground, share: kills.returns(ground, max(2, 10 // share)),
    ),
    "server-two": (
        "PostgreSQL: two rooms of one workshop, either killed",
        lambda ground, share: others.two(ground, 50 // share),
    ),
    "server-outages": (
        "PostgreSQL: the server killed, aborted or stopped under load",
        lambda ground, share: outages.outages(ground, 200 // share),
    ),
    "server-network": (
        "PostgreSQL: a network that cuts, doubles and delays",
        lambda ground, share: others.network(ground, 60 / share),
    ),
}
ON_SERVER = "server-"
"""What the names of parts begin with whose workshops are in a database."""


def row(name: str, found: dict[str, Any], day: str) -> str:
    """Return the line of a part in the table."""
    more = {k.replace("_", " "): v for k, v in found.items() if k not in SHOWN}
    cells = [
        PARTS[name][0],
        f"{found['acknowledged']:,}" if "acknowledged" in found else "",
        *(str(found.get(each, len(found["wrong"]))) for each in ("lost", "doubled")),
        str(found.get("unsound", len(found["wrong"]))),
        told(more),
        day,
    ]
    return f"| {' | '.join(cells)} |"


def conditions() -> str:
    """Say on what this runs."""
    versions = {
        "workshop-kit": workshop_kit.__version__,
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": postgres_version(),
        **{name: version(name) for name in PACKAGES},
    }
    system = f"Linux {platform.release()}, {os.cpu_count()} cores"
    return f"Last run with {told(versions)}; {system}."


def write(lines: dict[str, str]) -> None:
    """Put new lines of the table in place of the old ones; the others stay."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    inside, _, after = rest.partition(END)
    starts = {name: f"| {words} |" for name, (words, _) in PARTS.items()}
    old = {
        name: line
        for line in inside.splitlines()
        for name, start in starts.items()
        if line.startswith(start)
    }
    kept = old | lines
    table = "\n".join([*HEAD, *(kept[name] for name in PARTS if name in kept)])
    PAGE.write_text(
        f"{before}{BEGIN}\n{conditions()}\n\n{table}\n{END}{after}", "utf-8"
    )


@contextmanager
def _ground(name: str) -> Iterator[Ground]:
    """Give the ground of a part: a folder, or a server of its own."""
    with ExitStack() as stack:
        made = tempfile.TemporaryDirectory(prefix="torture-")
        folder = Path(stack.enter_context(made))
        spawner = stack.enter_context(spawning())
        ground = Ground(folder=folder, spawner=spawner, place=in_files(folder))
        if name.startswith(ON_SERVER):
            server = PostgreSQL()
            stack.callback(server.close)
            ground.server, ground.place = server, in_postgres(server)
        yield ground


async def torture(names: list[str], share: int) -> dict[str, dict[str, Any]]:
    """Do all of it, and print what was found."""
    found = {}
    for name in names:
        begun = time.monotonic()
        with _ground(name) as ground:
            found[name] = await PARTS[name][1](ground, share)
        found[name].setdefault("load_average", round(os.getloadavg()[1], 1))
        seconds = time.monotonic() - begun
        print(f"{PARTS[name][0]}: {told(found[name])} ({seconds:.0f} s)", flush=True)
        if share == 1:
            day = dt.datetime.now(dt.UTC).date().isoformat()
            write({name: row(name, found[name], day)})
    return found


def main() -> None:
    """Run, and say where the figures stand."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part")
    parser.add_argument("--share", type=int, default=1, help="do only one in so many")
    options = parser.parse_args()
    print(conditions())
    found = asyncio.run(torture(options.only or list(PARTS), options.share))
    if options.share == 1:
        print(f"Written to {PAGE}.")
    if any(each["wrong"] for each in found.values()):
        sys.exit("SOMETHING IS WRONG; see above.")
    print("Nothing lost.")


if __name__ == "__main__":
    main()
