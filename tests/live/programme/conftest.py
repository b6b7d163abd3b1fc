"""A programme that really runs: the keeper's process, its rooms, guests in them."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = str(Path(__file__).parents[2] / "kits" / "small")
PATIENCE = 60.0
"""Seconds after which something that should happen counts as never happening."""


def wait_until(happens: Callable[[], Any]) -> Any:
    """Return what *happens* gives as soon as that is something."""
    end = time.monotonic() + PATIENCE
    while not (found := happens()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
    return found


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@dataclass(slots=True)
class Reply:
    """What came back over HTTP."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(slots=True)
class Programme:
    """A folder of workshops, and the process that opens their rooms."""

    folder: Path
    options: tuple[str, ...] = ()
    site: str = ""
    program: tuple[str, ...] = ("-m", "workshop_kit")
    cwd: Path | None = None
    process: Any = None
    pages: ExitStack = field(default_factory=ExitStack)

    @property
    def log(self) -> Path:
        """What the process has to say."""
        return self.folder.with_suffix(".stderr")

    def make(self, name: str) -> Path:
        """Make a workshop in the folder, with one question open."""
        path = self.folder / f"{name}.workshop"
        with Workshop.create(path, kit=SMALL, lang="en", track="full") as workshop:
            lead = Lead(workshop, "Fictional facilitator")
            lead.focus(uuid.uuid4().hex, aspect="plan", ballot="plan.name")
            lead.open(uuid.uuid4().hex, ["plan.name"])
        return path

    def command(self, *options: str) -> list[str]:
        """Return the command line for this folder."""
        line = [sys.executable, *self.program, "programme"]
        return [*line, str(self.folder), "--lang", "en", *options]

    def start(self) -> None:
        """Start the keeper."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command("--host", "127.0.0.1", *self.options),
                env=self.environment(),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def environment(self) -> dict[str, str]:
        """Return what the command inherits."""
        return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the organiser's list, by room."""
        done = subprocess.run(
            self.command("--json"),
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.returncode, done.stderr
        return {row["name"]: row for row in json.loads(done.stdout)}

    def base(self, name: str) -> str:
        """Return the address of a room."""
        if self.site:
            return f"{self.site}/{name}"
        ports = json.loads((self.folder / "ports.json").read_text("utf-8"))
        return f"http://127.0.0.1:{ports[name]}/{name}"

    def opened(self, *names: str) -> None:
        """Wait until rooms answer."""
        for name in names:
            try:
                wait_until(partial(self.answers, name))
            except AssertionError:
                pytest.fail(f"{name} did not open: {self.log.read_text()}")

    def answers(self, name: str) -> bool:
        """Tell whether a room answers."""
        assert self.process.poll() is None, self.log.read_text()
        with suppress(OSError, KeyError, ValueError, http.client.HTTPException):
            return self.get(f"{self.base(name)}/health").status == 200
        return False

    def get(self, url: str, **headers: str) -> Reply:
        """Get a page."""
        return self.request("GET", url, None, **headers)

    def request(self, method: str, url: str, body: str | None, **more: str) -> Reply:
        """Ask something over HTTP."""
        parts = urlsplit(url)
        line = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
        try:
            named = {name.replace("_", "-"): words for name, words in more.items()}
            line.request(method, parts.path or "/", body, named)
            reply = line.getresponse()
            return Reply(reply.status, reply.headers, reply.read().decode())
        finally:
            line.close()

    def workshop(self, name: str) -> Workshop:
        """Open a workshop of the folder."""
        return Workshop.open(self.folder / f"{name}.workshop")

    def access(self, name: str) -> Any:
        """Return how people get into a room."""
        with self.workshop(name) as workshop:
            return workshop.state.access

    def knock(self, name: str, **given: str) -> Reply:
        """Send the form at a room's door."""
        base = self.base(name)
        form = {"alias": "Fictional Sam", "role": "hr", "lang": "en", "consent": "yes"}
        kind = "application/x-www-form-urlencoded"
        origin = base.removesuffix(urlsplit(base).path)
        body = urlencode(form | given)
        return self.request(
            "POST", f"{base}/join", body, Origin=origin, Content_Type=kind
        )

    def join(self, name: str) -> str:
        """Let somebody into a room; returns the cookie."""
        reply = self.knock(name, code=self.access(name).code)
        assert reply.status == 303, reply.text
        return reply.headers["Set-Cookie"].split(";")[0]

    def page(self, name: str, cookie: str) -> Any:
        """Open a page of a room, and wait until it is told what is asked."""
        base = self.base(name)
        line = connect(
            base.replace("http", "ws", 1) + "/ws",
            origin=base.removesuffix(urlsplit(base).path),
            additional_headers={"Cookie": cookie},
            compression=None,
            open_timeout=PATIENCE,
            close_timeout=1,
        )
        self.pages.enter_context(line)
        with suppress(ConnectionClosed):
            line.send('{"type":"hello","protocol":1}')
        return line

    def put(self, line: Any, value: str) -> str:
        """Answer the open question; returns what kind of receipt came."""
        change = {"key": uuid.uuid4().hex, "value": value, "final": True}
        line.send(json.dumps({"type": "put", "outbox": {"plan.name": change}}))
        while (said := json.loads(line.recv(PATIENCE)))["type"] != "receipts":
            pass
        return said["receipts"]["plan.name"]["kind"]

    def until(self, happens: Callable[[], Any]) -> Any:
        """Wait until something happens."""
        return wait_until(happens)

    def pid(self, name: str) -> int:
        """Return the process of a room."""
        with self.workshop(name) as workshop:
            return workshop.state.host.pid

    def said(self, name: str) -> list[Any]:
        """Return what a workshop holds as answers."""
        with self.workshop(name) as workshop:
            return [answer.value for answer in workshop.store.answer_log()]

    def stop(self, how: int = signal.SIGTERM) -> int:
        """End the keeper."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@contextmanager
def running(folder: Path, *names: str, **more: Any) -> Any:
    """Run a programme with these rooms."""
    rooms = folder / "rooms"
    rooms.mkdir()
    found = Programme(rooms, **more)
    if not found.options:
        found.options = ("--port", str(free_port()))
    for name in names:
        found.make(name)
    found.start()
    try:
        found.opened(*names)
        yield found
    finally:
        found.pages.close()
        family = (
            psutil.Process(found.process.pid).children()
            if (found.process.poll() is None)
            else []
        )
        found.stop()
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.kill()


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    """Two rooms that nobody breaks."""
    with running(tmp_path_factory.mktemp("programme"), "museum-a", "museum-b") as found:
        yield found


@pytest.fixture(scope="module")
def lively(tmp_path_factory):
    """Two rooms, to which others come and go."""
    with running(tmp_path_factory.mktemp("lively"), "museum-a", "museum-b") as found:
        yield found


@pytest.fixture
def starting(tmp_path):
    """Run a programme of its own."""
    return partial(running, tmp_path)


@pytest.fixture(scope="session")
def behind():
    """Run a programme behind a proxy."""
    return running


@pytest.fixture(name="wait_until")
def _wait_until():
    """Wait for something to happen."""
    return wait_until


@pytest.fixture(name="free_port")
def _free_port():
    """Find a port that nobody listens on."""
    return free_port
