"""A real room: the process that serves it, guests with their pages, a facilitator."""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import socket
import ssl
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop
from workshop_kit.store.place import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEPLOY = Path(__file__).parents[3] / "deploy"
SMALL = str(Path(__file__).parents[2] / "kits" / "small")
PROGRAM = [sys.executable, "-m", "workshop_kit"]
PATIENCE = 60.0
"""Seconds after which something that should happen counts as never happening."""


def new_key() -> str:
    """Return a key of a change, as pages make them."""
    return uuid.uuid4().hex


def free_port() -> int:
    """
    Return a port that nobody listens on.

    Not one that the system gives to who calls: whoever calls a port before anybody
    listens there could be given that port, and be connected with themselves.
    """
    while True:
        with socket.socket() as found, suppress(OSError):
            port = random.randrange(20_000, 32_000)  # noqa: S311 - no secret
            found.bind(("127.0.0.1", port))
            return port


def wait_until(happens: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Return what *happens* gives as soon as that is something."""
    end = time.monotonic() + patience
    while not (found := happens()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back over HTTP."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Page:
    """One open page of a guest, at the level of its messages."""

    def __init__(self, room: Room, token: str, *, hello: Any = None) -> None:
        self.heard: list[str] = []
        self._open = ExitStack()
        self.line = self._open.enter_context(room.connect("/ws", token))
        self.say(hello or {"type": "hello", "protocol": 1})

    def say(self, message: Any) -> None:
        """Send a message, or text as it is."""
        raw = isinstance(message, str | bytes)
        self.line.send(message if raw else json.dumps(message))

    def hear(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind; the others are kept in ``heard``."""
        while True:
            text = self.line.recv(PATIENCE)
            self.heard.append(text)
            if (message := json.loads(text))["type"] == kind:
                return message

    def see(self, fits: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Return the next view of the room that *fits*."""
        while not fits(view := self.hear("room")):
            pass
        return view

    def asked(self, *ballots: str) -> dict[str, Any]:
        """Return the next view in which ballots can be answered."""
        return self.see(
            lambda view: (
                set(ballots) <= {g["id"] for g in view["groups"]} - {*view["locked"]}
            )
        )

    def put(self, question: str, value: Any, **more: Any) -> dict[str, str]:
        """Send one change and return its receipt."""
        change = {"key": new_key(), "value": value, "final": True, **more}
        self.say({"type": "put", "outbox": {question: change}})
        return self.hear("receipts")["receipts"][question]

    def closed(self) -> int:
        """Return the code with which the server closes this page."""
        with suppress(ConnectionClosed):
            while True:
                self.heard.append(self.line.recv(PATIENCE))
        return self.line.close_code

    def close(self) -> None:
        """Close the page."""
        self._open.close()


class Guest:
    """Somebody who joined by the form at the door."""

    def __init__(self, room: Room, token: str) -> None:
        self.room, self.token = room, token
        self.id = room.workshop.store.participant(token).id
        self.pages: list[Page] = []

    def page(self, **more: Any) -> Page:
        """Open the room's page."""
        self.pages.append(Page(self.room, self.token, **more))
        return self.pages[-1]


class Room:
    """A process that serves a workshop file, and its facilitator in this process."""

    def __init__(
        self,
        path: Path | str,
        *options: str,
        tls: ssl.SSLContext | None = None,
        folder: Path | None = None,
        program: list[str] | None = None,
    ) -> None:
        self.path, self.options, self.port = path, options, free_port()
        self.tls, self.program = tls, program or PROGRAM
        self.base = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self.folder = folder or path.parent
        self.log = self.folder / "room.stderr"
        self.workshop = Workshop.open(path)
        self.lead = Lead(self.workshop, "Fictional facilitator")
        self.guests: list[Guest] = []
        self.start()

    def start(self) -> None:
        """Start the process, and wait until it answers."""
        self.process = self.serve(self.port)
        wait_until(self.answers)
        self.workshop.refresh()

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        """Start a process that serves the pages on a port."""
        where = ("--host", "127.0.0.1", "--port", str(port))
        place = self.workshop.store.path
        command = [*self.program, "room", str(place)]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*command, *where, *self.options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    **environment(place),
                    "PYTHONPATH": os.pathsep.join(sys.path),
                },
            )

    def answers(self) -> bool:
        """Tell whether it answers."""
        assert self.process.poll() is None, self.log.read_text()
        with suppress(OSError):
            return self.get("/health").status == 200
        return False

    def stop(self) -> int:
        """End the process as a terminal does; returns its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """End everything."""
        for guest in self.guests:
            for page in guest.pages:
                page.close()
        self.stop()
        self.workshop.close()

    def request(
        self,
        method: str,
        target: str,
        body: bytes | str | None = None,
        *,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> Reply:
        """Ask something over HTTP, from an address of this computer."""
        kind: Any = http.client.HTTPConnection
        if self.tls is not None:
            kind = partial(http.client.HTTPSConnection, context=self.tls)
        line = kind(
            "127.0.0.1", self.port, timeout=PATIENCE, source_address=(source, 0)
        )
        try:
            named = {name.replace("_", "-"): words for name, words in headers.items()}
            line.request(method, target, body, named)
            reply = line.getresponse()
            return Reply(status=reply.status, headers=reply.headers, body=reply.read())
        finally:
            line.close()

    def get(self, target: str, **headers: str) -> Reply:
        """Get a page."""
        return self.request("GET", target, **headers)

    def form(self, **changes: str) -> dict[str, str]:
        """Return what somebody fills in at the door, right but for the changes."""
        right = {
            "code": self.workshop.refresh().access.code,
            "alias": "Fictional Sam",
            "role": "hr",
            "lang": "en",
            "consent": "yes",
        }
        return right | changes

    def knock(
        self, *, origin: str = "", source: str = "127.0.0.1", **form: str
    ) -> Reply:
        """Send the form at the door."""
        return self.request(
            "POST",
            "/join",
            urlencode(self.form(**form)),
            source=source,
            Origin=origin or self.base,
            Content_Type="application/x-www-form-urlencoded",
        )

    def join(self, alias: str = "Fictional Sam", **form: str) -> Guest:
        """Let somebody in."""
        reply = self.knock(alias=alias, **form)
        assert reply.status == 303, reply.text
        token = reply.headers["Set-Cookie"].split(";")[0].removeprefix("workshop=")
        self.guests.append(Guest(self, token))
        return self.guests[-1]

    def connect(
        self, path: str, token: str = "", *, origin: str | None = "", **more: Any
    ) -> Any:
        """Return a WebSocket to enter, as of a page of ours or of another site."""
        return connect(
            f"{self.base.replace('http', 'ws')}{path}",
            ssl=self.tls,
            origin=self.base if origin == "" else origin,
            additional_headers={"Cookie": f"workshop={token}"} if token else {},
            compression=None,
            open_timeout=PATIENCE,
            max_size=None,
            close_timeout=1,
            **{"max_queue": None, **more},
        )

    def notices(self, kind: str) -> list[str]:
        """Return what the facilitator was told of a kind of trouble."""
        found = self.workshop.store.action_log("notice")
        return [n.value["message"] for n in found if n.about == kind]

    def told(self, kind: str) -> str:
        """Wait for a line to the facilitator about a kind of trouble."""
        return wait_until(lambda: self.notices(kind))[-1]

    def catch_up(self) -> None:
        """Wait until the process has taken in what was done last."""
        wall = f"/show/{self.workshop.refresh().access.projector}"
        wait_until(lambda: self.get(wall).status == 200)
        seconds = 60 + self.workshop.store.last_action()
        self.lead.timer(new_key(), minutes=seconds / 60)
        with self.connect(f"{wall}/ws") as line:
            line.send(json.dumps({"type": "hello", "protocol": 1}))
            timer = None
            while not timer or timer["of"] != seconds:
                timer = json.loads(line.recv(PATIENCE))["timer"]

    def ask(self, *ballots: str) -> None:
        """Open ballots, in the aspect of the first."""
        self.lead.focus(new_key(), aspect=ballots[0].split(".")[0], ballot=ballots[0])
        self.lead.open(new_key(), ballots)


class Spread(Room):
    """Four processes that serve one workshop in a database, behind nginx by https."""

    PLACES = 4

    def start(self) -> None:
        """Start them, and nginx with the configuration that is shipped."""
        self.options = ("--public-url", self.base, "--behind-proxy", "127.0.0.1")
        self.processes = {
            port: self.serve(port) for port in (free_port() for _ in range(self.PLACES))
        }
        settings = self._settings()
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(program), "-p", str(self.folder), "-c", str(settings)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        for port in self.processes:
            # Five programs that start at once take longer than one.
            wait_until(lambda port=port: self.serves(port), 4 * PATIENCE)
        wait_until(self.answers)
        self.workshop.refresh()

    def serves(self, port: int) -> bool:
        """Tell whether a process answers, past nginx."""
        assert self.processes[port].poll() is None, self.log.read_text()
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with closing(line), suppress(OSError):
            line.request("GET", "/health")
            return line.getresponse().status == 200
        return False

    def _settings(self) -> Path:
        """Write what the shipped configuration is a part of, with our own ports."""
        words = (DEPLOY / "nginx" / "workshop.conf").read_text("utf-8")
        for theirs, ours in (
            ("listen      80;", f"listen 127.0.0.1:{free_port()};"),
            ("listen              443 ssl;", f"listen 127.0.0.1:{self.port} ssl;"),
            ("/etc/ssl/workshop/", f"{self.folder}/"),
            ("/var/log/nginx/workshop.log", "stderr"),
            *(
                (f"127.0.0.1:{8801 + n} ", f"127.0.0.1:{port} ")
                for n, port in enumerate(self.processes)
            ),
        ):
            assert words.count(theirs) in {1, 2}, theirs
            words = words.replace(theirs, ours)
        (self.folder / "workshop.conf").write_text(words, "utf-8")
        own = "user root;" if os.geteuid() == 0 else ""
        places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{name}_temp_path {self.folder}/{name};" for name in places)
        settings = self.folder / "nginx.conf"
        settings.write_text(
            f"daemon off; {own} pid {self.folder}/nginx.pid; error_log stderr crit;"
            "worker_processes 1; events { worker_connections 2000; }"
            f"http {{ {paths} include {self.folder}/workshop.conf; }}\n",
            "utf-8",
        )
        return settings

    def host_of(self, guest: Guest) -> int:
        """Return the port of the process that a guest's page is connected to."""
        words = (
            "SELECT process FROM presence JOIN host ON host.id = presence.host"
            " WHERE participant = :guest"
        )
        with self.workshop.store._database.read() as connection:
            found = connection.one(words, {"guest": guest.id})
        pid = int(found.split("/")[-2])
        return next(p for p, process in self.processes.items() if process.pid == pid)

    def kill(self, port: int) -> None:
        """End a process as a crash does."""
        self.processes[port].kill()
        self.processes[port].wait(PATIENCE)

    def revive(self, port: int) -> None:
        """Start a process again, as its service does."""
        self.processes[port] = self.serve(port)
        wait_until(lambda: self.serves(port), 4 * PATIENCE)

    def wall(self, port: int, fits: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Return what the page on the wall of one process shows once it *fits*."""
        projector = self.workshop.refresh().access.projector
        origin = f"http://127.0.0.1:{port}"
        url = f"ws://127.0.0.1:{port}/show/{projector}/ws"
        with connect(url, origin=origin, compression=None) as line:
            line.send(json.dumps({"type": "hello", "protocol": 1}))
            while not fits(view := json.loads(line.recv(PATIENCE))):
                pass
        return view

    def stop(self) -> int:
        """End all of them."""
        code = super().stop()
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(PATIENCE)
        return code


def make_file(folder: Path, *, lang: str = "en") -> Path:
    """Make a workshop file over the small fictional kit."""
    path = folder / "small.workshop"
    Workshop.create(path, kit=SMALL, lang=lang, track="full").close()
    return path


@contextmanager
def running(folder: Path, *options: str, **more: Any) -> Iterator[Room]:
    """Run a room of its own over a new file in a folder."""
    room = Room(make_file(folder), *options, **more)
    try:
        yield room
    finally:
        room.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """One room for all tests of a file, as one room serves many guests."""
    with running(tmp_path_factory.mktemp("room")) as found:
        yield found


@pytest.fixture
def make_room():
    """Serve workshop files that a test made itself."""
    with ExitStack() as rooms:

        def made(path):
            found = Room(path)
            rooms.callback(found.close)
            return found

        yield made


@pytest.fixture
def own_room(tmp_path):
    """A room that a test may break."""
    with running(tmp_path) as found:
        yield found


@pytest.fixture
def serving(tmp_path):
    """Run a room with options of its own."""
    return partial(running, tmp_path)


@pytest.fixture
def certificate(tmp_path):
    """A certificate of this computer, signed by itself."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        ["openssl", "req", "-x509", *options, *names, "-keyout", key, "-out", cert],  # noqa: S607 - wherever it is
        check=True,
        capture_output=True,
    )
    return key, cert


@pytest.fixture
def spread(tmp_path, certificate, postgres):
    """Four processes on one workshop in a database, behind nginx."""
    url = postgres.url()
    Workshop.create(url, kit=SMALL, lang="en", track="full").close()
    trust = ssl.create_default_context(cafile=certificate[1])
    found = Spread(url, tls=trust, folder=tmp_path)
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def own_place(request, tmp_path):
    """A workshop that nothing serves yet, once in a file and once in a database."""
    if request.param == "sqlite":
        return make_file(tmp_path)
    url = request.getfixturevalue("postgres").url()
    Workshop.create(url, kit=SMALL, lang="en", track="full").close()
    return url


@pytest.fixture
def own_file(tmp_path):
    """A workshop file that nothing serves yet."""
    return make_file(tmp_path)


@pytest.fixture(name="new_key")
def _new_key():
    """Make keys, as pages do."""
    return new_key


@pytest.fixture(name="wait_until")
def _wait_until():
    """Wait for something to happen."""
    return wait_until


@pytest.fixture
def lead(workshop):
    """The facilitator's hand, without a process that serves pages."""
    return Lead(workshop, "Fictional facilitator")
