"""Starts JupyterLab at the first notebook, and beside it the participants' pages."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import IO, TYPE_CHECKING

from jupyter_core.paths import jupyter_runtime_dir

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.i18n import Translator, system_language
from workshop_kit.kit.found import DEFAULT
from workshop_kit.kit.load import load
from workshop_kit.live.launcher import CONFIG, LANG_VARIABLE
from workshop_kit.live.notebooks import workshop_of
from workshop_kit.live.opened import FILE_VARIABLE
from workshop_kit.live.room.launch import command, own_modules, room_environment
from workshop_kit.live.room.wall import address
from workshop_kit.live.starter import lay_out, must_be_inside
from workshop_kit.live.terminal import Opened, Terminal, lab_address, servers
from workshop_kit.live.workshop import Workshop
from workshop_kit.store.opening import exists
from workshop_kit.store.place import environment, located

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from workshop_kit.live.room.state import Host
    from workshop_kit.store.place import Place

LABEXTENSIONS = Path(str(files("workshop_kit.live"))) / "labextensions"
"""
Folder of what JupyterLab loads, written by hand so that nothing has to be built: the
cards of its launcher, and what runs our notebooks when they are opened, so that nobody
has to run a cell by hand. The wheel gives every JupyterLab the cards alone: where we do
not start it, a module beside a notebook could stand in for ours.
"""

PAUSES = (0.0, 0.5, 1.0, 2.0)
"""Seconds before the pages are started again, the first time and the next; what stays
in the way, such as a full disk, may go away at any moment, so it never gives up."""

LIVED = 5.0
"""Seconds after which a start counts as one that went well."""

REFUSED = 1
"""Exit code of a start that was refused in words; the first would be so again."""

ANSWERS = 30.0
"""Seconds in which JupyterLab and the pages have to say where they are."""


LAST_WORDS = 12
"""How many lines of JupyterLab's own words are shown when it breaks down."""


def start_lab(  # noqa: PLR0913 - the options of a command
    folder: Path,
    *,
    file: str | None,
    kit: str = "",
    lang: str = "",
    port: int = 0,
    browser: bool = True,
    room: bool = True,
    options: Sequence[str] = (),
) -> None:
    """
    Run JupyterLab on this computer only, until it is stopped, and say where it is.

    Args:
        folder: What JupyterLab shows; the notebooks are put there if they are not.
        file: Workshop file, or its address, for the notebooks; None takes the one of
            the folder. It is made if it is not there.
        kit: Of a workshop that is made; default the one of who names none.
        lang: What is spoken here, and by a workshop that is made; default the
            language of this computer.
        port: Of JupyterLab; 0 takes a free one.
        browser: Whether to open a browser.
        room: Whether to serve the participants' pages too.
        options: More for them; see ``workshop-kit room``.

    Raises:
        WorkshopError: If the folder cannot be written, the workshop not be opened, or
            JupyterLab stops by itself.
    """
    folder, kit = folder.resolve(), kit or DEFAULT
    translate = Translator(lang or system_language())
    terminal = Terminal(translate)
    place = the_place(folder, file, kit)
    new = not exists(place)
    if new:
        Workshop.create(place, kit=kit, lang=translate.lang).close()
    with Workshop.open(place) as workshop:
        before = workshop.state.host
        laid = lay_out(folder, workshop.content)
    terminal.renewed(laid.renewed)
    runtime, over = Path(jupyter_runtime_dir()), threading.Event()
    known = servers(runtime)
    with (
        _served(place, options, over) if room else nullcontext(),
        _settings() as settings,
        _log(settings) as log,
    ):
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            lab_command(folder, settings, laid.first, port=port, browser=browser),
            env=_variables(place, runtime, settings) | {LANG_VARIABLE: translate.lang},
            # What it says is for programmers; it is shown if it cannot go on.
            stdout=log,
            stderr=subprocess.STDOUT,
            # So that Ctrl+C comes here alone, and is passed on once.
            start_new_session=True,
        )
        with _stoppable(process, over):
            with terminal.starting():
                lab = _found(process, lambda: lab_address(runtime, known, folder))
                there = _room(process, place, before) if room and lab else None
            if process.poll() is None:
                terminal.opened(
                    Opened(
                        place=place,
                        new=new,
                        notebooks=(folder / laid.first).parent,
                        lab=lab,
                        browser=browser,
                        room=there,
                        wanted=room,
                    )
                )
            if process.wait() and not over.is_set():
                raise _broken(Path(log.name))
    terminal.stopped(place)


def _variables(place: Place, runtime: Path, settings: Path) -> dict[str, str]:
    paths = (str(settings), os.environ.get("JUPYTER_CONFIG_PATH"))
    return os.environ | {
        # There it is told to answer the cards of the launcher.
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
        "JUPYTER_PLATFORM_DIRS": "1",
        "JUPYTER_RUNTIME_DIR": str(runtime),
        # The notebooks need what is installed with this very command.
        "JUPYTER_PREFER_ENV_PATH": "1",
        # What lies beside a notebook that somebody sent is never taken for a module.
        **own_modules(os.environ),
        FILE_VARIABLE: str(place),
        **environment(place),
    }


def room_options(
    port: int, host: str, certfile: Path | None, keyfile: Path | None
) -> list[str]:
    """Return the options of ``workshop-kit room`` for what was given."""
    given = {
        "--port": port,
        "--host": host,
        "--certfile": certfile,
        "--keyfile": keyfile,
    }
    return [part for name, v in given.items() if v for part in (name, str(v))]


def the_place(folder: Path, file: str | None, kit: str) -> Place:
    """Return the workshop that is named, or else the one of a folder about a kit."""
    if named := file or os.environ.get(FILE_VARIABLE):
        return located(named)
    place = workshop_of(folder, load(kit).id)
    must_be_inside(folder, place)
    return place


def _found(
    process: subprocess.Popen[bytes], look: Callable[[], str | None]
) -> str | None:
    """Look until something is found, the process has ended or it takes too long."""
    deadline = time.monotonic() + ANSWERS
    while process.poll() is None and time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    return None


def _room(
    process: subprocess.Popen[bytes], place: Place, before: Host | None
) -> str | None:
    """Return where participants find the room, once it is another than before."""
    with Workshop.open(place) as workshop:

        def look() -> str | None:
            host = workshop.refresh().host
            if host is None or (before is not None and host.id == before.id):
                return None
            return address(workshop)

        return _found(process, look)


@contextmanager
def _settings() -> Iterator[Path]:
    """Lend a folder with our settings; nobody's own JupyterLab is changed."""
    # JupyterLab reads its settings only from a folder that it may also write to.
    with tempfile.TemporaryDirectory(prefix="workshop-lab-") as folder:
        shutil.copy(
            str(files("workshop_kit.live") / "lab_settings.json"),
            Path(folder) / "overrides.json",
        )
        shutil.copytree(CONFIG, Path(folder) / CONFIG.name)
        yield Path(folder)


def _log(settings: Path) -> IO[bytes]:
    # It holds what lets one in, as does the folder, which is its owner's alone.
    return (settings / "lab.log").open("wb")


def _broken(log: Path) -> WorkshopError:
    said = log.read_text("utf-8", "replace").strip().splitlines()
    return WorkshopError(
        N_("JupyterLab stopped by itself. It said last: {said}"),
        fix=N_("Start again; what was filled in is kept."),
        said="\n".join(said[-LAST_WORDS:]),
    )


@contextmanager
def _stoppable(
    process: subprocess.Popen[bytes], over: threading.Event
) -> Iterator[None]:
    """Let Ctrl+C end JupyterLab in its own time; pressed again, at once."""

    def stop(number: int, _frame: object) -> None:
        if over.is_set():
            process.kill()
        elif os.name == "posix" or number != signal.SIGINT:
            # Elsewhere the terminal tells JupyterLab itself, and this would cut it off.
            process.terminate()
        over.set()

    before = {
        each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _served(
    path: Place, options: Sequence[str], over: threading.Event | None = None
) -> Iterator[None]:
    """Serve the participants' pages meanwhile; one that dies is started again."""
    over = over or threading.Event()
    thread = threading.Thread(target=_keep_up, args=(path, options, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _keep_up(path: Place, options: Sequence[str], over: threading.Event) -> None:
    first, failed = True, 0
    while not over.is_set():
        begun = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            command(path, "--with-pid", str(os.getpid()), *options),
            env=room_environment(path),
            stdin=subprocess.DEVNULL,
        )
        while process.poll() is None and not over.wait(0.1):
            pass
        if process.poll() is None:
            process.terminate()
            process.wait()
        elif first and process.returncode == REFUSED:
            return
        failed = 0 if time.monotonic() - begun > LIVED else failed + 1
        first = False
        over.wait(PAUSES[min(failed, len(PAUSES)) - 1] if failed else 0)


def lab_command(
    folder: Path, settings: Path, first: Path, *, port: int, browser: bool
) -> list[str]:
    """Return the command line of JupyterLab; nothing in it reaches the internet."""
    return [
        sys.executable,
        # Nothing in the folder we are in stands in for a module.
        "-P",
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        # Ctrl+C stops it without a question.
        "--ServerApp.answer_yes=True",
        f"--LabApp.default_url=/doc/tree/{first.as_posix()}",
        f"--LabApp.app_settings_dir={settings}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        f"--LabApp.extra_labextensions_path={LABEXTENSIONS}",
        *_where_posix(),
    ]


def _where_posix() -> list[str]:
    """Return what only a POSIX system has: private sockets, and root in containers."""
    if sys.platform == "win32":
        return []
    root = ["--allow-root"] if os.geteuid() == 0 else []
    folder = os.fsencode(jupyter_runtime_dir())
    # A name that the system finds too long would leave every kernel without a voice.
    private = len(folder) + _SOCKET <= (107 if sys.platform == "linux" else 103)
    return [*(["--KernelManager.transport=ipc"] if private else []), *root]


_SOCKET = len("/kernel-00000000-0000-0000-0000-000000000000-ipc-1")
