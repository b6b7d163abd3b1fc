"""Starts JupyterLab at the first notebook, and beside it the participants' pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_core.paths import jupyter_runtime_dir

from workshop_kit.live.notebooks import lay_out
from workshop_kit.live.room.launch import command, without_jupyter
from workshop_kit.live.workshop import FILE_VARIABLE, Workshop
from workshop_kit.store.place import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workshop_kit.store.place import Place

PAUSES = (0.0, 0.5, 1.0, 2.0)
"""Seconds before the pages are started again, the first time and the next; what stays
in the way, such as a full disk, may go away at any moment, so it never gives up."""

LIVED = 5.0
"""Seconds after which a start counts as one that went well."""

REFUSED = 1
"""Exit code of a start that was refused in words; the first would be so again."""


def start_lab(  # noqa: PLR0913 - the options of a command
    folder: Path,
    *,
    file: str | None,
    port: int = 0,
    browser: bool = True,
    room: bool = True,
    options: Sequence[str] = (),
) -> None:
    """
    Run JupyterLab on this computer only, until it is stopped.

    Args:
        folder: Folder of the project; see :func:`workshop_kit.live.notebooks.lay_out`.
        file: Workshop file, or its address, for the notebooks; None takes the one of
            the folder, which is made if it is not there.
        port: Of JupyterLab; 0 takes a free one.
        browser: Whether to open a browser.
        room: Whether to serve the participants' pages too.
        options: More for them; see ``workshop-kit room``.

    Raises:
        WorkshopError: If the notebooks are not there.
    """
    with Workshop.here(folder, file) as workshop:
        path = workshop.store.path
        first = lay_out(folder, workshop.content)
    variables = os.environ | {
        "JUPYTER_PLATFORM_DIRS": "1",
        FILE_VARIABLE: str(path),
        **environment(path),
    }
    with (
        _served(path, options) if room else nullcontext(),
        # JupyterLab reads its settings only from a folder that it may also write to.
        tempfile.TemporaryDirectory(prefix="workshop-lab-") as settings,
    ):
        shutil.copy(
            str(files("workshop_kit.live") / "lab_settings.json"),
            Path(settings) / "overrides.json",
        )
        subprocess.run(  # noqa: S603 - our own interpreter, fixed arguments
            lab_command(folder, Path(settings), first, port=port, browser=browser),
            env=variables,
            check=False,
        )


@contextmanager
def _served(path: Place, options: Sequence[str]) -> Iterator[None]:
    """Serve the participants' pages meanwhile; one that dies is started again."""
    over = threading.Event()
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
            env=without_jupyter(os.environ) | environment(path),
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
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url=/doc/tree/{first.as_posix()}",
        f"--LabApp.app_settings_dir={settings}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
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
