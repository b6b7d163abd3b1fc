"""How JupyterLab is started and stopped, and what the terminal says meanwhile."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_client.manager import KernelManager

from workshop_kit import errors
from workshop_kit.errors import WorkshopError, argument
from workshop_kit.i18n import Translator
from workshop_kit.live import terminal
from workshop_kit.live.lab import (
    _variables,
    _where_posix,
    lab_command,
    start_lab,
)
from workshop_kit.live.notebooks import FIRST
from workshop_kit.live.notebooks import FOLDER as NOTEBOOKS
from workshop_kit.live.opened import FILE_VARIABLE
from workshop_kit.live.room.launch import command, room_environment
from workshop_kit.live.starter import shipped


@pytest.mark.parametrize(("length", "private"), [(57, True), (58, False)])
def test_kernels_are_private_where_their_names_fit(monkeypatch, length, private):
    """Linux knows 107 bytes, of which a kernel's own name takes fifty."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/" + "a" * (length - 1))

    assert ("--KernelManager.transport=ipc" in _where_posix()) == private


@pytest.fixture
def received(tmp_path, monkeypatch):
    """A folder that somebody sent, on a computer where nothing points elsewhere."""
    for name in ("PYTHONPATH", "PYTHONSAFEPATH"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    made = tmp_path / NOTEBOOKS
    made.mkdir()
    return made


def put(folder, module):
    """Put a module into a folder that leaves a mark when it is run."""
    line = f"open({str(folder / 'ran.txt')!r}, 'w').close()"
    (folder / f"{module}.py").write_text(line, "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("module", ["workshop_kit", "pydantic", "ipykernel_launcher"])
def test_a_module_beside_a_notebook_is_not_run(received, module):
    """The first cell of an untouched notebook takes ours, whatever lies beside it."""
    put(received, module)
    content = json.loads((shipped() / NOTEBOOKS / FIRST).read_text("utf-8"))
    first = next(c for c in content["cells"] if c["cell_type"] == "code")
    home = received.parent / "home"
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(
        cwd=str(received),
        env=_variables(received.parent / "a.workshop", home, home),
    )
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        reply = client.execute("".join(first["source"]), reply=True, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    assert not (received / "ran.txt").exists()
    assert reply["content"]["status"] == "ok"


@pytest.mark.parametrize("module", ["jupyterlab", "workshop_kit", "json"])
def test_what_we_start_takes_no_module_of_the_folder_we_are_in(received, module):
    """Neither JupyterLab nor the room, nor what they stand on, is somebody else's."""
    put(received, module)
    lab = lab_command(received, received, Path(FIRST), port=0, browser=False)
    for line in (lab, command(received / "a.workshop")):
        program = line[: line.index("-m") + 2]
        done = subprocess.run(
            [*program, "--version"], cwd=received, capture_output=True, check=True
        )
        assert re.match(rb"(workshop-kit )?\d+\.\d+", done.stdout)

    assert not (received / "ran.txt").exists()


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("notebooks", "notebooks"),
        ("data", "data/own"),
        ("data/own", "data/own"),
        ("workshops", "workshops/social_media.workshop"),
    ],
)
def test_start_writes_nothing_where_a_link_leads_out(tmp_path, monkeypatch, link, said):
    """As the cards do not; what is there stays as it was."""
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    ends = [sys.executable, "-c", ""]
    monkeypatch.setattr("workshop_kit.live.lab.lab_command", lambda *_, **__: ends)
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(outside)

    with pytest.raises(WorkshopError) as caught:
        start_lab(root, file=None, room=False, browser=False)
    assert str(caught.value) == (
        f"{said}: This is outside the folder that JupyterLab shows."
    )
    assert list(outside.iterdir()) == []


def test_no_module_path_means_the_folder_we_are_in(tmp_path, monkeypatch):
    """As one of nothing does; neither a kernel nor the room gets it."""
    inherited = os.pathsep.join(["", "/a", "", "/b", ""])
    monkeypatch.setenv("PYTHONPATH", inherited)
    place = tmp_path / "a.workshop"

    for given in (_variables(place, tmp_path, tmp_path), room_environment(place)):
        assert given["PYTHONPATH"] == os.pathsep.join(["/a", "/b"])


@pytest.mark.parametrize(
    "name",
    ["/a/b.workshop", "/a b.workshop", "/$(id)`id`;#'\".workshop", "/a\nid\n", "~a*"],
)
def test_a_command_to_copy_names_one_file(monkeypatch, name):
    """Whatever somebody called it, a shell takes it for its name and does nothing."""
    monkeypatch.setattr(errors, "os", SimpleNamespace(name="posix"))

    assert shlex.split(argument(name)) == [name]
    assert shlex.split(f"x {argument(name)}", comments=True) == ["x", name]


@pytest.mark.parametrize(
    ("name", "quoted"), [("C:\\a.workshop", "C:\\a.workshop"), ("C:\\a b", '"C:\\a b"')]
)
def test_a_command_to_copy_on_windows(monkeypatch, name, quoted):
    """There a name in double quotes is one, and a backslash is no more than that."""
    monkeypatch.setattr(errors, "os", SimpleNamespace(name="nt"))

    assert argument(name) == quoted


def begin(folder, *options, lang="nl"):
    """Start JupyterLab in a folder, without browser and without a terminal."""
    homes = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    command = [sys.executable, "-m", "workshop_kit", "start", "museum", *options]
    with (folder.parent / "said.txt").open("w") as output:
        return subprocess.Popen(
            [*command, "--no-browser", "--room-host", "127.0.0.1", "--lang", lang],
            cwd=folder,
            env=os.environ | dict.fromkeys(homes, str(folder.parent / "home")),
            stdout=output,
            stderr=output,
        )


def said(folder, pattern, seconds=60):
    """Wait until the terminal has said something, and return all of it."""
    deadline = time.monotonic() + seconds
    while True:
        words = (folder.parent / "said.txt").read_text("utf-8")
        if re.search(pattern, words):
            return words
        assert time.monotonic() < deadline, words
        time.sleep(0.1)


@pytest.fixture
def folder(tmp_path):
    """An empty folder, as somebody makes it for a workshop."""
    made = tmp_path / "workshop"
    made.mkdir()
    return made


@pytest.mark.slow
def test_the_terminal_says_what_is_open_where_and_how_to_go_on(folder):
    """An empty folder, a workshop, Ctrl+C; nothing is left running or lying about."""
    process = begin(folder)
    opened = said(folder, "Stoppen")
    assert (folder / NOTEBOOKS / "00_start.ipynb").is_file()
    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 0
    file = folder / "museum.workshop"
    assert re.search(rf"Workshop +{file} \(nieuw\)\n", opened)
    assert re.search(r"Voor jou +http://127.0.0.1:\d+/\?token=\w+\n", opened)
    assert re.search(r"Voor deelnemers +http://[0-9.]+:\d+\n", opened)
    assert re.search(r"\n {19}In hetzelfde netwerk; de code staat", opened)
    assert said(folder, "Gestopt").endswith(
        f"Gestopt. Alles wat is ingevuld, staat in {file}. Verdergaan:\n"
        f"  workshop-kit open {file}\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "data",
        "museum.workshop",
        "notebooks",
    ]


@pytest.mark.parametrize(
    ("called", "path", "said"),
    [
        ("env/bin/workshop-kit", "elsewhere", "env/bin/workshop-kit"),
        ("env/bin/workshop-kit", "env/bin", "workshop-kit"),
        ("env/lib/workshop_kit/__main__.py", "elsewhere", "workshop-kit"),
    ],
)
def test_the_command_to_go_on_is_one_that_the_shell_finds(
    tmp_path, monkeypatch, capsys, called, path, said
):
    """By its name, or else by the way to it, as make leaves it beside the path."""
    monkeypatch.chdir(tmp_path)
    command = tmp_path / "env" / "bin" / "workshop-kit"
    command.parent.mkdir(parents=True)
    command.touch(0o755)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / called), "start"])
    monkeypatch.setenv("PATH", str(tmp_path / path))
    terminal.Terminal(Translator("en")).stopped(Path("a.workshop"))

    assert capsys.readouterr().out.splitlines()[1] == f"  {said} open a.workshop"


@pytest.mark.slow
def test_a_notebook_that_was_renewed_is_said(folder):
    """Somebody who broke a notebook reads where it went, and the workshop opens."""
    (folder / NOTEBOOKS).mkdir()
    (folder / NOTEBOOKS / "00_start.ipynb").write_text("{", "utf-8")
    process = begin(folder, "--no-room", lang="en")
    opened = said(folder, "To stop")
    process.terminate()

    assert process.wait(30) == 0
    assert "00_start.ipynb was damaged; here is a fresh one." in opened
    assert "For participants" not in opened


@pytest.mark.slow
def test_a_lab_that_breaks_down_says_why(folder):
    """What JupyterLab said last is shown; the way to go on too."""
    config = folder.parent / "home" / "jupyter_server_config.py"
    config.parent.mkdir()
    config.write_text("raise SystemExit('no more today')", "utf-8")
    process = begin(folder, "--no-room", lang="en")

    assert process.wait(60) == 1
    assert "It said last:" in (words := said(folder, "stopped by itself"))
    assert words.endswith("no more today Start again; what was filled in is kept.\n")
