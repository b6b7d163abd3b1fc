"""A real JupyterLab, a bare page, and a browser that may only talk to them."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import sync_playwright

from workshop_kit.forms import fields
from workshop_kit.i18n import Translator

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "forms"
STATIC = ROOT / "workshop_kit" / "forms" / "static"
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"

SETUP = """\
import json, pathlib
from dataclasses import replace
from sample import BY_ID, QUESTIONS
from workshop_kit.forms import fields
from workshop_kit.forms.form import Form
from workshop_kit.forms.intake import Receipt
from workshop_kit.i18n import Translator

def show(lang):
    seen = []
    pathlib.Path("answers.json").write_text("[]")
    def keep(field_id, value, key, final):
        seen.append([field_id, value, key, final])
        pathlib.Path("answers.new").write_text(json.dumps(seen))
        pathlib.Path("answers.new").replace("answers.json")
        return Receipt(saved_at="14:05")
    t = Translator(lang)
    extra = [fields.text("reason", "Reason", long=True)]
    name = replace(BY_ID["voice.name"], id="decide.name")
    decision = fields.group(
        name, t, value_label="Decision", extra=extra, action="Record"
    )
    groups = [*(fields.group(q, t) for q in QUESTIONS), decision]
    return Form(groups, lang=lang, translate=t, on_change=keep)
"""
SHOW = 'show(pathlib.Path("lang.txt").read_text())'

PAGE = """\
<!doctype html>
<html lang="LANG">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Form</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/form.css">
<style>
body { margin: 0; padding: 1rem; background: Canvas; color-scheme: light dark }
</style>
</head>
<body>
<main><h1>Form</h1><div id="host"></div></main>
<script type="module">
import form from "/form.js";
const state = STATE;
const listeners = {};
window.host = {
  silent: false, messages: [], state,
  tell(name, value) {
    state[name] = value;
    for (const listen of listeners[`change:${name}`] ?? []) listen();
  },
};
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value },
  on: (event, listen) => (listeners[event] ??= []).push(listen),
  off: (event, listen) => {
    listeners[event] = listeners[event].filter((other) => other !== listen);
  },
  save_changes() {
    const outbox = structuredClone(state.outbox);
    host.messages.push(outbox);
    if (host.silent) return;
    setTimeout(() => {
      const receipts = { ...state.receipts };
      for (const [id, { key, final }] of Object.entries(outbox)) {
        const kind = host.refuse ? "error" : final ? "saved" : "draft";
        const message = host.refuse ?? "";
        receipts[id] = { key, kind, message, saved_at: "14:05", field: "" };
      }
      host.tell("receipts", receipts);
    }, 20);
  },
};
window.stop = form.render({ model, el: document.getElementById("host") });
</script>
</body>
</html>
"""


def load_sample():
    """Return the module with the fictional questions."""
    spec = importlib.util.spec_from_file_location("sample", SAMPLE / "sample.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def browser():
    """Start Chromium; it cannot resolve any name."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


def watch(page):
    """Collect what a page asks from elsewhere and the errors of our module."""
    page.strangers, page.errors = [], []

    def ask(request):
        parts = urlsplit(request.url)
        if parts.scheme.startswith("http") and parts.hostname != "127.0.0.1":
            page.strangers.append(request.url)

    page.on("request", ask)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    return page


def free_port():
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory):
    """Make a folder with a notebook that shows the form, and quiet settings."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Form"),
            nbformat.v4.new_code_cell(SETUP),
            nbformat.v4.new_code_cell(SHOW),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    (folder / "work").mkdir()
    nbformat.write(notebook, folder / "work" / "form.ipynb")
    (folder / "work" / "lang.txt").write_text("nl")
    settings = folder / "settings" / "@jupyterlab"
    quiet = {
        "apputils-extension/notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
        "docmanager-extension/plugin": {"autosave": False},
    }
    for name, content in quiet.items():
        path = settings / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content))
    return folder


@pytest.fixture(scope="session")
def lab_url(lab_folder):
    """Start JupyterLab on loopback and stop it afterwards."""
    port = free_port()
    environment = os.environ | {
        "HOME": str(lab_folder),
        "JUPYTER_CONFIG_DIR": str(lab_folder / "config"),
        "JUPYTER_DATA_DIR": str(lab_folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(lab_folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(lab_folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(lab_folder / "workspaces"),
        "IPYTHONDIR": str(lab_folder / "ipython"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(SAMPLE)]),
    }
    log = (lab_folder / "lab.log").open("w")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={lab_folder / 'work'}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
    ]
    server = subprocess.Popen(
        command, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        wait_until(lambda: _answers(f"http://127.0.0.1:{port}/api"), seconds=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(15)
        log.close()


def _answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:  # noqa: S310 - loopback
            return reply.status == 200
    except OSError:
        return False


def wait_until(condition, seconds=5.0):
    """Wait until the condition holds; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return result


@contextmanager
def _started(folder, *options, **environment):
    """Run ``workshop-kit start`` in a folder; gives address and token of its Lab."""
    port, log = free_port(), folder / "terminal.txt"
    homes = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    home = dict.fromkeys(homes, str(folder / "home"))
    command = (sys.executable, "-m", "workshop_kit", "start", "a.workshop")
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "--no-browser", "--port", str(port), *options],
            cwd=folder,
            env=os.environ | home | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        said = wait_until(lambda: re.search(r"token=(\w+)", log.read_text("utf-8")), 60)
        yield f"http://127.0.0.1:{port}", said[1]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


@pytest.fixture(scope="session")
def started():
    """Give what starts a workshop in a folder, for as long as a ``with`` lasts."""
    return _started


class Lab:
    """The notebook in JupyterLab, seen through its page."""

    def __init__(self, page, folder):
        self.page, self.folder = page, folder

    def show(self, lang="nl"):
        """Run the cell that shows the form and wait for a new form."""
        (self.folder / "lang.txt").write_text(lang)
        self.page.evaluate(
            """async () => {
              const panel = jupyterapp.shell.currentWidget;
              panel.content.activeCellIndex = 2;
              panel.content.activeCell.outputArea.model.clear();
              await jupyterapp.commands.execute("notebook:run-cell");
            }"""
        )
        self.form = self.page.locator(f".wk-form[lang={lang}]")
        self.form.wait_for(timeout=30_000)
        return self

    def cells(self):
        """Return kind, source and execution count of every cell."""
        return self.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.widgets.map((cell) =>
              [cell.model.type, cell.model.sharedModel.source,
               cell.model.executionCount ?? null])"""
        )

    def answers(self):
        """Return what has arrived in Python, in order."""
        return json.loads((self.folder / "answers.json").read_text())

    def arrived(self, field_id, value, *, final=True, seconds=5):
        """Wait until this value is the last that arrived for the field."""

        def last():
            mine = [row for row in self.answers() if row[0] == field_id]
            return mine and mine[-1][1] == value and mine[-1][3] is final

        wait_until(last, seconds)


@pytest.fixture(scope="session")
def lab_page(browser, lab_url):
    """Open the notebook once and run its cells."""
    page = watch(browser.new_page(viewport={"width": 1280, "height": 900}))
    page.goto(f"{lab_url}/lab/tree/form.ipynb")
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session"
        "?.kernel?.status === 'idle'",
        timeout=60_000,
    )
    page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".wk-form").wait_for(timeout=60_000)
    return page


@pytest.fixture
def lab(lab_page, lab_folder):
    """Give the notebook with a form in which nothing is filled in yet."""
    return Lab(lab_page, lab_folder / "work").show()


@pytest.fixture(scope="session")
def site():
    """Serve the module, its styles and bare pages on loopback."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.removeprefix("/")
            kinds = dict.fromkeys(("elements.js", "form.js"), "text/javascript")
            kinds["form.css"] = "text/css"
            known = name in kinds
            body = (STATIC / name).read_bytes() if known else pages.get(name)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", kinds.get(name, "text/html"))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", pages
        server.shutdown()
        thread.join()


@pytest.fixture
def bare(browser, site):
    """Open the form in a page without Jupyter, with a stand-in for the model."""
    url, pages = site
    sample, contexts = load_sample(), []

    def open_page(lang="nl", *, width=1280, scheme="light", groups=None, **state):
        translate = Translator(lang)
        groups = groups or [fields.group(q, translate) for q in sample.QUESTIONS]
        spec = fields.form(groups, lang=lang, translate=translate)
        empty = {"values": {}, "outbox": {}, "receipts": {}, "choices": {}}
        state = empty | {"hidden": [], "spec": spec} | state
        content = re.sub("LANG", lang, PAGE, count=1)
        content = content.replace("STATE", json.dumps(state).replace("<", "\\u003c"))
        pages["page"] = content.encode()
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        contexts.append(context)
        page = watch(context.new_page())
        page.goto(f"{url}/page")
        page.locator(".wk-form").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe():
    """
    Give a function that runs axe on a page, or on a part of it.

    Of what is well the report has one place for each rule, unless ``passes`` asks for
    all: on a large page axe needs four times as long to say where they are.
    """
    source = AXE.read_text("utf-8")

    def run(page, part=None, *, passes=False, rules=None):
        if not page.evaluate("typeof window.axe === 'object'"):
            page.evaluate(source)
        told = ["violations", "incomplete", *(["passes"] if passes else [])]
        options = {"resultTypes": told} | ({"runOnly": rules} if rules else {})
        return page.evaluate(
            "([part, options]) => axe.run(part ?? document, options)", [part, options]
        )

    return run
