"""
How long a workshop takes to start, beside JupyterLab by itself in the same run.

Every start is a program of its own; Python's compiled files and the disk's pages are
warm, as they are from the second start of a computer on. In turns:

- ``lab``: stock JupyterLab in a folder without anything, until its page is served;
- ``lab: our extension``: the same with the extension of its server that we bring;
- ``start``: ``workshop-kit start FILE --no-browser`` in a folder with the notebooks,
  until the page of JupyterLab at the first notebook is served, and until the page by
  which participants join is;
- ``new``: the same where the workshop file has to be made;
- ``room``: ``workshop-kit room FILE`` alone, until participants can join.

Beside each stands the processor time that was used until then, which other programs
disturb less. ``ratio_start`` is ``start`` to ``lab``. What we add to JupyterLab itself
is listed by JupyterLab: extensions of its server, which cost time at its start, and of
its pages, with their size.

- ``imports``: what a program waits for that imports a room of ours, beside pandas and
  typer: processor time of a new Python, less that of one that imports nothing.

Usage: ``python benchmarks/start.py [--quick] [--json]``, on Linux. With ``--json`` the
last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from room_parts import serve
from room_parts.machine import machine, say

from workshop_kit.live.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable

TARGETS = {"ratio_start": 1.25}
"""The most that each may be."""

PACKAGES = ("jupyterlab", "jupyter-server", "anywidget", "pandas", "typer")
TOKEN = "fictional"  # noqa: S105 - of servers that live for a moment, on loopback
PATIENCE = 120.0
EXTENSION = "workshop_kit.live.launcher"
FIRST = "doc/tree/notebooks/00_start.ipynb"

IMPORTS = (
    "typer",
    "pandas",
    "workshop_kit.cli",
    "workshop_kit.kit",
    "workshop_kit.kit.load",
    "workshop_kit.store",
    "workshop_kit.forms.form",
    "workshop_kit.deliberation.tally",
    "workshop_kit.metrics.kpi",
    "workshop_kit.policy.draft",
    "workshop_kit.export.document",
    "workshop_kit.live.workshop",
    "workshop_kit.live.room.server",
    "workshop_kit.live.desk",
)

Seen = dict[str, tuple[float, float]]
"""Seconds, and seconds of processor time, until each page was served."""


def alone(folder: Path) -> dict[str, str]:
    """Return an environment in which JupyterLab has no settings of anybody."""
    kinds = ("CONFIG", "DATA", "RUNTIME")
    env = serve.without_jupyter(os.environ)
    env |= {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in kinds}
    return env | {"JUPYTER_TOKEN": TOKEN, "PYTHONPATH": str(serve.ROOT)}


def until(pages: dict[str, str], words: list[str], folder: Path) -> Seen:
    """Start a program, and return when each of its pages was first served."""
    with (folder / "log").open("wb") as log:
        begun = time.monotonic()
        process = subprocess.Popen(
            words, cwd=folder, env=alone(folder), stdin=subprocess.DEVNULL,
            stdout=log, stderr=log,
        )  # fmt: skip

    def wait(url: str) -> tuple[float, float]:
        while not _served(url):
            if process.poll() is not None or time.monotonic() - begun > PATIENCE:
                sys.exit(f"It did not start:\n{(folder / 'log').read_text('utf-8')}")
            time.sleep(0.01)
        return time.monotonic() - begun, _used(process.pid)

    try:
        # Each by itself: to wait for one page must not hide when another came.
        with ThreadPoolExecutor() as threads:
            return dict(zip(pages, threads.map(wait, pages.values()), strict=True))
    finally:
        _end(process)


def _served(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310 - loopback
            return bool(page.status == 200 and page.read())
    except urllib.error.HTTPError:
        raise
    except OSError:
        return False


def _family(pid: int) -> list[psutil.Process]:
    mine = psutil.Process(pid)
    return [mine, *mine.children(recursive=True)]


def _used(pid: int) -> float:
    times = [each.cpu_times() for each in _family(pid)]
    ended = times[0].children_user + times[0].children_system
    return float(sum(each.user + each.system for each in times) + ended)


def _end(process: subprocess.Popen[bytes]) -> None:
    family = _family(process.pid) if process.poll() is None else []
    for each in family:
        each.terminate()
    _, left = psutil.wait_procs(family, timeout=15)
    for each in left:
        each.kill()
    process.wait()


def lab(folder: Path) -> Seen:
    """Start stock JupyterLab."""
    return _lab(folder, "lab", ours=False)


def extended(folder: Path) -> Seen:
    """Start JupyterLab with the extension of its server that we bring."""
    return _lab(folder, "lab: our extension", ours=True)


def _lab(folder: Path, name: str, *, ours: bool) -> Seen:
    port = serve.free_port()
    words = [sys.executable, "-m", "jupyterlab", "--no-browser"]
    words += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--allow-root"]
    words.append(f"--ServerApp.jpserver_extensions={EXTENSION}={ours}")
    return until({name: _lab_page(port, "lab")}, words, folder)


def _lab_page(port: int, path: str) -> str:
    return f"http://127.0.0.1:{port}/{path}?token={TOKEN}"


def start(folder: Path, *, new: bool = False) -> Seen:
    """Start a workshop with JupyterLab and the participants' pages."""
    shutil.copytree(serve.ROOT / "notebooks", folder / "notebooks")
    file, port, room_port = folder / "w.workshop", serve.free_port(), serve.free_port()
    if not new:
        Workshop.create(file, kit=serve.KIT, lang=serve.LANG).close()
    words = [sys.executable, "-m", "workshop_kit", "start", str(file)]
    words += ["--no-browser", "--port", str(port), "--room-host", "127.0.0.1"]
    words += ["--room-port", str(room_port)]
    name = "new" if new else "start"
    pages = {name: _lab_page(port, FIRST)}
    pages[f"{name}: participants"] = f"http://127.0.0.1:{room_port}/"
    return until(pages, words, folder)


def made(folder: Path) -> Seen:
    """Start a workshop whose file has to be made."""
    return start(folder, new=True)


def room(folder: Path) -> Seen:
    """Start the participants' pages alone."""
    file, port = folder / "w.workshop", serve.free_port()
    Workshop.create(file, kit=serve.KIT, lang=serve.LANG).close()
    words = [sys.executable, "-m", "workshop_kit", "room", str(file)]
    words += ["--host", "127.0.0.1", "--port", str(port)]
    return until({"room": f"http://127.0.0.1:{port}/"}, words, folder)


def starts(turns: int) -> dict[str, dict[str, float]]:
    """Start everything in turns; returns medians and the least of each page."""
    ways: tuple[Callable[[Path], Seen], ...] = (lab, extended, start, made, room)
    took: dict[str, list[tuple[float, float]]] = {}
    for turn in range(turns):
        for way in ways:
            with tempfile.TemporaryDirectory(prefix="start-") as name:
                for page, times in way(Path(name)).items():
                    took.setdefault(page, []).append(times)
                    say(
                        f"{turn + 1} {page:22} {times[0]:6.2f} s,"
                        f" processor {times[1]:5.2f} s"
                    )
    return {
        page: {
            "s": statistics.median(wall for wall, _ in times),
            "least_s": min(wall for wall, _ in times),
            "cpu_s": statistics.median(cpu for _, cpu in times),
        }
        for page, times in took.items()
    }


def _python(words: str) -> float:
    """Return the processor time of a new Python that runs so many words."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", words], check=True, cwd=serve.ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    return sum(used)


def imports(turns: int) -> dict[str, float]:
    """Return milliseconds of processor time of each import, medians."""
    took: dict[str, list[float]] = {name: [] for name in ("", *IMPORTS)}
    for _ in range(turns):
        for name, times in took.items():
            times.append(_python(f"import {name}" if name else "pass"))
    bare = statistics.median(took.pop(""))
    return {
        name: (statistics.median(times) - bare) * 1000 for name, times in took.items()
    }


def extensions() -> dict[str, list[str]]:
    """Return what JupyterLab says is added to its server and to its pages, by us."""
    found = {}
    for kind in ("server", "labextension"):
        words = [sys.executable, "-m", *_LISTS[kind]]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        lines = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr).splitlines()
        ours = [line for line in lines if re.search(r"workshop|anywidget", line)]
        found[kind] = sorted({line.strip() for line in ours})
    return found


_LISTS = {
    "server": ("jupyter", "server", "extension", "list"),
    "labextension": ("jupyter", "labextension", "list"),
}


def main() -> None:
    """Measure, compare with the targets, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="every start once")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    options = parser.parse_args()
    versions = {"python": platform.python_version()}
    versions |= {name: version(name) for name in PACKAGES}
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}")
    print(", ".join(f"{k} {v}" for k, v in versions.items()), "\n")

    took = starts(1 if options.quick else 5)
    ratio = took["start"]["s"] / took["lab"]["s"]
    loaded = imports(3 if options.quick else 7)
    print("\n| | s | least s | processor s | ratio |\n|---|--:|--:|--:|--:|")
    for page, times in took.items():
        of_lab = times["s"] / took["lab"]["s"]
        cells = f"{times['s']:.2f} | {times['least_s']:.2f} | {times['cpu_s']:.2f}"
        print(f"| {page} | {cells} | {of_lab:.2f} |")
    print("\n| import | processor ms |\n|---|--:|")
    for name, ms in loaded.items():
        print(f"| `{name}` | {ms:.0f} |")
    added = extensions()
    for kind, lines in added.items():
        print(f"\n{kind}: {'; '.join(lines) or 'nothing of ours'}")
    kept = {"ratio_start": ratio <= TARGETS["ratio_start"]}
    print(f"\nratio_start {ratio:.2f}, at most {TARGETS['ratio_start']}: {kept}")
    if options.json:
        said = {"benchmark": "start", "quick": options.quick, "machine": machine()}
        figures = {"starts": took, "imports_ms": loaded, "ratio_start": ratio}
        print(json.dumps({**said, "versions": versions, **figures, "added": added,
                          "fulfilled": kept}))  # fmt: skip


if __name__ == "__main__":
    main()
