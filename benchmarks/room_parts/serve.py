"""The servers that are compared, each a process of its own on loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from workshop_kit.kit.load import load
from workshop_kit.live.room.launch import command, without_jupyter
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop
from workshop_kit.store.place import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workshop_kit.store.place import Place

ROOT = Path(__file__).parents[2]
KIT, ASPECT, LANG = "social_media", "goals", "nl"
IDEAS = "goals.which#ideas"
PLACES = 6000
"""Let in with one code: the largest load, and some who come to look."""

VOILA = ROOT / ".venv-voila"
WANTED = ("voila", "ipywidgets", "ipykernel")
START = 60
"""Seconds that a server may take to start."""


@dataclass(slots=True, kw_only=True)
class Server:
    """A server that runs: its process, and where it listens."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def _family(self) -> list[psutil.Process]:
        mine = psutil.Process(self.process.pid)
        return [mine, *mine.children(recursive=True)]

    def megabytes(self) -> float:
        """Return its proportional memory (PSS), with that of its children."""
        return float(
            sum(each.memory_full_info().pss for each in self._family()) / 2**20
        )

    def cpu(self) -> float:
        """Return the seconds of processor time that it and its children have used."""
        times = [each.cpu_times() for each in self._family()]
        return float(sum(each.user + each.system for each in times))

    def waited(self) -> float:
        """Return the seconds that its threads have waited for a core, of the most."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        waits = [int((task / "schedstat").read_text().split()[1]) for task in tasks]
        return max(waits) / 1e9


@contextmanager
def running(
    words: list[str], port: int, path: str, *, log: Path, env: Mapping[str, str]
) -> Iterator[Server]:
    """Start a server, wait until it answers, and end it and its children."""
    with log.open("wb") as told:
        process = subprocess.Popen(
            words, cwd=log.parent, env=env, stdin=subprocess.DEVNULL,
            stdout=told, stderr=told,
        )  # fmt: skip
    family = []
    try:
        _wait(process, f"http://127.0.0.1:{port}{path}", log)
        yield Server(process=process, port=port)
    finally:
        if process.poll() is None:
            family = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for child in family:
            if child.is_running():
                child.kill()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - loopback
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"{url} does not answer:\n{log.read_text('utf-8', 'replace')}")


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def asked() -> list[str]:
    """Return what the room is asked: one aspect, and ideas about a question of it."""
    questions = load(KIT).aspect(ASPECT).questions
    return [*(q.id for q in questions if q.type != "note"), IDEAS]


def answers() -> dict[str, list[Any]]:
    """Return answers in rotation, by question, of every type but lists that follow."""
    found: dict[str, list[Any]] = {
        IDEAS: [[{"idea": f"Een fictief idee, het {n}e van de dag"}] for n in range(9)]
    }
    for question in load(KIT).aspect(ASPECT).questions:
        names = [option.id for option in question.options]
        if question.type == "score":
            found[question.id] = [1, 2, 3, 4, 5]
        elif question.type == "single":
            found[question.id] = names
        elif question.type in {"ranking", "multiple"}:
            found[question.id] = [names[n : n + 2] for n in range(len(names) - 1)]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A workshop in which one aspect is open, and the secret of its link."""

    file: Place
    link: str


def prepare(folder: Path, name: str) -> Prepared:
    """Make a workshop file and open one aspect of it."""
    return prepared(folder / f"{name}.workshop")


def prepared(place: Place) -> Prepared:
    """Make a workshop and open one aspect of it."""
    with Workshop.create(place, kit=KIT, lang=LANG, track="full") as workshop:
        lead = Lead(workshop, "benchmark")
        access = lead.invite("access", anew=True)
        more = {"code": access.code, "link": access.link, "projector": access.projector}
        more |= {"expires_at": access.expires_at.isoformat()}
        workshop.store.act(
            "access", "", {**more, "most": PLACES}, by="benchmark", key="more places"
        )
        lead.focus("focus", aspect=ASPECT)
        lead.open("open", asked())
    return Prepared(file=place, link=access.link)


@contextmanager
def ours(folder: Path, name: str) -> Iterator[tuple[Server, Prepared]]:
    """Serve a new workshop with the room."""
    made = prepare(folder, name)
    with room(made.file, folder / f"{name}.log") as server:
        yield server, made


@contextmanager
def room(place: Place, log: Path, *more: str) -> Iterator[Server]:
    """Serve a workshop with one process of the room, with *more* options."""
    port = free_port()
    options = ("--host", "127.0.0.1", "--port", str(port), *more)
    words = command(place, *options, "--with-pid", str(os.getpid()))
    env = without_jupyter(os.environ) | environment(place)
    env |= {"PYTHONPATH": str(ROOT)}
    with running(words, port, "/health", log=log, env=env) as server:
        yield server


def installed() -> str:
    """
    Return the version of Voilà, installed into an environment of its own if needed.

    Stops everything, and says why, where that does not work.
    """
    python = VOILA / "bin" / "python"
    if not (VOILA / "bin" / "voila").exists():
        print(f"Installing {', '.join(WANTED)} into {VOILA.name}/, once …", flush=True)
        venv.create(VOILA, with_pip=True, clear=True)
        done = subprocess.run(
            [str(python), "-m", "pip", "install", "-q", *WANTED],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            sys.exit(
                f"Voilà is missing, and could not be installed into {VOILA}: pip needs"
                f" a package index (network).\n{done.stderr[-1000:]}"
            )
    told = subprocess.run(
        [str(python), "-c", "import voila; print(voila.__version__)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return told.stdout.strip()


_CELL = """
import ipywidgets as w
full = w.Layout(width="auto")
def card(title, *fields):
    return w.VBox([w.HTML("<h3></h3>"), w.Label(title), *fields])
cards = []
for kind, title, options, columns in QUESTIONS:
    if kind == "score":
        fields = [w.IntSlider(min=1, max=5, layout=full)]
    elif kind == "single":
        fields = [w.RadioButtons(options=options, value=None, layout=full)]
    elif kind == "multiple":
        fields = [w.Checkbox(description=o, indent=False, layout=full) for o in options]
    elif kind == "ranking":
        fields = [w.SelectMultiple(options=options, rows=len(options), layout=full)]
    else:
        fields = [w.Text(description=c, layout=full) for c in columns]
    cards.append(card(title, *fields))
w.VBox(cards)
"""


def notebook(path: Path) -> None:
    """Write the notebook with the same questions, in controls of ipywidgets."""
    questions = [
        (
            question.type,
            question.label[LANG],
            [option.label[LANG] for option in question.options],
            [column.label[LANG] for column in question.columns],
        )
        for question in load(KIT).aspect(ASPECT).questions
        if question.type != "note"
    ]
    questions.append(("rows", "Ideeën", [], ["Idee"]))
    source = f"QUESTIONS = {questions!r}\n{_CELL}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cell = {"cell_type": "code", "id": "form", "metadata": {}, "source": source}
    cell |= {"outputs": [], "execution_count": None}
    content = {"nbformat": 4, "nbformat_minor": 5, "cells": [cell]}
    content["metadata"] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    path.write_text(json.dumps(content), "utf-8")


@contextmanager
def voila(folder: Path, name: str) -> Iterator[Server]:
    """Serve the same questions with stock Voilà, as its command does."""
    notebook(folder / f"{name}.ipynb")
    port, home = free_port(), str(folder / "voila")
    words = [str(VOILA / "bin" / "voila"), f"{name}.ipynb", "--no-browser"]
    words += [f"--port={port}", "--Voila.ip=127.0.0.1"]
    kinds = ("CONFIG", "DATA", "RUNTIME")
    env = without_jupyter(os.environ) | {f"JUPYTER_{k}_DIR": home for k in kinds}
    env |= {"IPYTHONDIR": home, "HOME": home}
    # A page of it starts a kernel, so this asks for a file instead.
    path = "/voila/static/favicon.ico"
    log = folder / f"{name}.log"
    with running(words, port, path, log=log, env=env) as server:
        yield server
