"""A room with phones: by itself or beside a real JupyterLab, and a line to cut."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
"""Seconds after which something that should happen counts as never happening."""

FIRST = "notebooks/01_context_and_goals.ipynb"


def wait_until(happens, seconds=PATIENCE):
    """Return what *happens* gives as soon as that is something."""
    end = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)
    return found


def free_port():
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ------------------------------------------------------------------ the line


class Wire:
    """
    The line between pages and a room, which can be cut in two ways.

    Args:
        port: Where the room listens.
    """

    def __init__(self, port):
        self.target, self.pairs = port, []
        self.flows = threading.Event()
        self.flows.set()
        self.refusing = self.over = False
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(0.2)
        self.port = self._door.getsockname()[1]
        self._threads = [threading.Thread(target=self._let_in)]
        self._threads[0].start()

    def silence(self):
        """Let nothing through any more, without a word to either side."""
        self.flows.clear()

    def cut(self):
        """Break every connection with a reset, and each new one."""
        self.refusing = True
        for one in [end for pair in self.pairs for end in pair]:
            _reset(one)
        self.pairs.clear()

    def mend(self):
        """Let everything through again, also what was held up on the way."""
        self.refusing = False
        self.flows.set()

    def close(self):
        """End all of it."""
        self.over = True
        self.cut()
        self.flows.set()
        self._door.close()
        for thread in self._threads:
            thread.join()

    def _let_in(self):
        while not self.over:
            try:
                near = self._door.accept()[0]
            except OSError:
                continue
            if self.refusing:
                _reset(near)
                continue
            thread = threading.Thread(target=self._join_up, args=(near,))
            self._threads.append(thread)
            thread.start()

    def _join_up(self, near):
        self.flows.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self.target), 5)
        except OSError:
            _reset(near)
            return
        pair = (near, far)
        self.pairs.append(pair)
        back = threading.Thread(target=self._carry, args=(far, near))
        back.start()
        self._carry(near, far)
        back.join()
        if pair in self.pairs:
            self.pairs.remove(pair)
        near.close()
        far.close()

    def _carry(self, source, sink):
        source.settimeout(0.2)
        while not self.over:
            self.flows.wait()
            try:
                data = source.recv(65_536)
                self.flows.wait()
                if not data:
                    break
                sink.sendall(data)
            except TimeoutError:
                continue
            except OSError:
                break
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def _reset(end):
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.close()


@pytest.fixture
def wire():
    """Lay lines to rooms; they end with the test."""
    laid = []

    def lay(port):
        laid.append(Wire(port))
        return laid[-1]

    yield lay
    for one in laid:
        one.close()


# ------------------------------------------------------------------ the pages


class Pages:
    """Pages that are watched: what they ask elsewhere, what fails, what pops up."""

    def __init__(self, browser):
        self.browser, self.contexts, self.strange = browser, [], []

    def open(self, *, width=390, height=844, touch=True, scheme="light", **more):
        """Return a new page in a context of its own."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=touch,
            is_mobile=touch,
            color_scheme=scheme,
            reduced_motion="reduce",
            **{"locale": "nl-NL", **more},
        )
        context.set_default_timeout(1000 * PATIENCE)
        self.contexts.append(context)
        context.on("page", self.watch)
        return context.new_page()

    def watch(self, page):
        """Note whatever no page of ours should do."""

        def ask(request):
            parts = urlsplit(request.url)
            if parts.scheme.startswith("http") and parts.hostname != "127.0.0.1":
                self.strange.append(request.url)

        page.on("request", ask)
        page.on("pageerror", lambda error: self.strange.append(str(error)))
        page.on("dialog", self._dialog)

    def _dialog(self, dialog):
        if dialog.type != "beforeunload":
            self.strange.append(dialog.message)
        dialog.accept()

    def close(self):
        """Close all that was opened."""
        for context in self.contexts:
            context.close()


@pytest.fixture
def pages(browser):
    """Open pages; in the end none asked elsewhere, failed or showed a dialog."""
    opened = Pages(browser)
    yield opened
    opened.close()
    assert opened.strange == []


class Phone:
    """Somebody with a phone."""

    def __init__(self, page, name):
        self.page, self.name = page, name

    def press(self, control):
        """Tap, or click where there is no touch screen."""
        if self.page.evaluate("navigator.maxTouchPoints > 0"):
            control.tap()
        else:
            control.click()

    def join(
        self, url, role="Educatie en publiek", *, agree="Ik vind het goed", do="Meedoen"
    ):
        """Follow the link, and fill in what is asked at the door."""
        self.page.goto(url)
        self.page.locator("#alias").fill(self.name)
        self.page.get_by_label(role, exact=True).check()
        self.page.get_by_label(agree).check()
        self.press(self.page.get_by_role("button", name=do, exact=True))
        self.page.wait_for_url("**/room")
        self.page.locator("#waiting:not([hidden]), .wk-card").first.wait_for()
        return self

    def card(self, ballot):
        """Return the card on which a ballot is answered."""
        return self.page.locator(f"[data-group='{ballot}']")

    def choose(self, ballot, label):
        """Tap an option, and wait until it is saved."""
        self.press(self.card(ballot).get_by_label(label, exact=True))
        self.saved(ballot)

    def type(self, ballot, words, *, place=0):
        """Type into a field without leaving it."""
        field = self.card(ballot).locator("input[type=text], textarea").nth(place)
        self.press(field)
        field.press_sequentially(words)
        return field

    def leave(self):
        """Leave the field of now, which sends what is in it."""
        self.page.evaluate("document.activeElement.blur()")

    def saved(self, ballot):
        """Wait until the page says that it is saved."""
        self.card(ballot).locator(".wk-status[data-kind=saved]").wait_for()

    def text(self):
        """Return all words that the page holds, seen or not."""
        return self.page.locator("body").text_content()

    def offline(self):
        """Wait for the line that says that there is no connection."""
        self.page.locator("#banner.shown", has_text="Geen verbinding").wait_for()

    def online(self):
        """Wait until that line is gone."""
        self.page.locator("#banner:not(.shown)").wait_for(state="attached")


@pytest.fixture
def phone(pages):
    """Give people phones."""
    return lambda name, **more: Phone(pages.open(**more), name)


# ------------------------------------------------------------------ the rooms


class Room:
    """A workshop that is served on loopback, and a hand that leads it."""

    wait = staticmethod(wait_until)

    def __init__(self, path, port):
        self.path, self.port = path, port
        self.workshop = Workshop.open(path)
        self.lead = Lead(self.workshop, "Begeleider")

    @property
    def access(self):
        """How people get in."""
        return self.workshop.refresh().access

    @property
    def pid(self):
        """The process that serves it now."""
        return self.workshop.refresh().host.pid

    def link(self, port=0):
        """Return the address in the QR code, of the room or of a line to it."""
        return f"http://127.0.0.1:{port or self.port}/j/{self.access.link}"

    def wall(self):
        """Return the address of the page on the wall."""
        return f"http://127.0.0.1:{self.port}/show/{self.access.projector}"

    def ask(self, *ballots, phase="open"):
        """Turn the room to ballots, and bring them in a phase."""
        for name in ballots:
            question = name.partition("#")[0]
            aspect = next(
                a.id
                for a in self.workshop.kit.aspects
                if question in {q.id for q in a.questions}
            )
            self.lead.focus(uuid.uuid4().hex, aspect=aspect, ballot=name)
        if phase != "waiting":
            getattr(self.lead, phase)(uuid.uuid4().hex, list(ballots))

    def reveal(self, ballot):
        """Show what a ballot said."""
        self.lead.reveal(uuid.uuid4().hex, ballot)

    def answers(self, ballot):
        """Return the values of the answers on a ballot, one per person."""
        return [answer.value for answer in self.workshop.store.answers(ballot)]

    def arrived(self, ballot, value):
        """Wait until somebody's answer is in the file."""
        wait_until(lambda: value in self.answers(ballot))

    def log(self, ballot):
        """Return the values of all that was ever answered, in order."""
        every = self.workshop.store.answer_log()
        return [answer.value for answer in every if answer.question == ballot]


@contextmanager
def running(command, folder, log, **environment):
    """Run a program of ours in a session of its own, and end all of it."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "workshop_kit", *command],
            cwd=folder,
            env=os.environ | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def listens(port):
    """Tell whether anybody answers on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    """Serve a room without JupyterLab, in Dutch."""
    folder = tmp_path_factory.mktemp("room")
    path, port = folder / "zaal.workshop", free_port()
    Workshop.create(path, kit="social_media", lang="nl", track="full").close()
    options = ("--host", "127.0.0.1", "--port", str(port))
    with running(("room", str(path), *options), folder, folder / "room.log"):
        wait_until(lambda: listens(port))
        room = Room(path, port)
        yield room
        room.workshop.close()


class Lab(Room):
    """A room beside JupyterLab, as ``workshop-kit start`` serves both."""

    def __init__(self, path, port, url, token):
        super().__init__(path, port)
        self.url, self.token = url, token

    def notebook(self, page, name=FIRST):
        """Open a notebook and wait for what the room is led from; nobody runs it."""
        page.goto(f"{self.url}/doc/tree/{name}?token={self.token}")
        page.locator(".jp-Notebook").wait_for(timeout=60_000)
        panel = page.locator(".wk-panel").first
        panel.wait_for(timeout=60_000)
        page.get_by_text("| Idle").first.wait_for(timeout=60_000)
        return Panel(page, panel)


def menu(page, *names):
    """Choose from JupyterLab's menus."""
    page.locator(".lm-MenuBar-itemLabel", has_text=names[0]).first.click()
    for name in names[1:]:
        page.locator(".lm-Menu-itemLabel", has_text=name).first.click()


class Panel:
    """The facilitator's panel in JupyterLab."""

    def __init__(self, page, root):
        self.page, self.root = page, root
        self.cell = page.locator(".jp-Cell", has=page.locator(".wk-panel"))

    def decision(self, question):
        """Return the card on which a question is decided, below the panel."""
        return self.cell.locator(f".wk-form:not(.wk-panel) [data-group='{question}']")

    def tidy(self, words):
        """Return what can be done to an idea, unfolded."""
        exact = re.compile(rf"^{re.escape(words)}(\s|$)")
        idea = self.root.locator(".wk-idea").filter(
            has=self.page.locator(".wk-idea-text", has_text=exact)
        )
        idea.locator("details").evaluate("(fold) => (fold.open = true)")
        return idea

    def press(self, name, said=""):
        """Click a button by its words, and wait for what the panel says of it."""
        self.root.get_by_role("button", name=name, exact=True).first.click()
        if said:
            self.said(said)
        return self

    def said(self, words):
        """Wait until the panel says that it did this."""
        self.root.locator(".wk-deed p", has_text=words).wait_for()

    def turn(self, label):
        """Turn the room to a question."""
        self.root.locator(".wk-question", has_text=label).click()
        self.root.locator(".wk-asked", has_text=label).wait_for()

    def kind(self, label, asked):
        """Choose how the question is asked, and wait for the words it is asked in."""
        self.root.locator(".wk-pill label", has_text=label).click()
        exact = re.compile(f"^{re.escape(asked)}( · |$)")
        self.root.locator(".wk-asked", has_text=exact).wait_for()

    def figure(self, words):
        """Wait for how many have answered."""
        self.root.locator(".wk-tally .wk-figure", has_text=words).wait_for()


def with_all_keys(settings):
    """
    Turn on again the keys that ``start`` turns off, as somebody may for themselves.

    The panel must hold its own against all of JupyterLab's keys.
    """
    name = "@jupyterlab/shortcuts-extension"
    off = json.loads((ROOT / "workshop_kit/live/lab_settings.json").read_text("utf-8"))
    keys = off[f"{name}:shortcuts"]["shortcuts"]
    on = {"shortcuts": [{**one, "disabled": False} for one in keys]}
    file = settings / name / "shortcuts.jupyterlab-settings"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(on), "utf-8")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """Start JupyterLab and the room in a copy of the project, and end both."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("notebooks", "data"):
        shutil.copytree(ROOT / name, folder / name)
    port, room_port = free_port(), free_port()
    home = {
        name: str(folder / "h")
        for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    path, log = folder / "a.workshop", folder / "lab.log"
    Workshop.create(path, kit="social_media", lang="nl", track="full").close()
    (folder / "h").mkdir()
    config = {"LabApp": {"expose_app_in_browser": True}}
    (folder / "h" / "jupyter_lab_config.json").write_text(json.dumps(config))
    with_all_keys(folder / "h" / "lab" / "user-settings")
    command = (
        *("start", path.name, "--no-browser", "--port", str(port)),
        *("--room-host", "127.0.0.1", "--room-port", str(room_port)),
    )
    with running(command, folder, log, WORKSHOP_LANG="nl", **home):
        found = wait_until(
            lambda: re.search(r"token=(\w+)", log.read_text("utf-8")), 60
        )
        wait_until(lambda: listens(room_port), 60)
        room = Lab(path, room_port, f"http://127.0.0.1:{port}", found[1])
        yield room
        room.workshop.close()


@pytest.fixture
def newcomer(started, tmp_path):
    """Start in an empty folder, as somebody does who has just installed it."""
    folder, port = tmp_path / "empty", free_port()
    folder.mkdir()
    there = ("--room-host", "127.0.0.1", "--room-port", str(port))
    with started(folder, *there, WORKSHOP_LANG="nl") as (url, token):
        wait_until(lambda: listens(port))
        room = Lab(folder / "a.workshop", port, url, token)
        yield room
        room.workshop.close()


@pytest.fixture(scope="session")
def led(browser, lab):
    """Give JupyterLab with the panel of the first part, in a window of 1280 pixels."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    yield lab.notebook(page)
    context.close()
