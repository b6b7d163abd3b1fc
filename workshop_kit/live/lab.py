"""Starts JupyterLab at the first notebook, set up for a meeting room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.live.workshop import FILE_VARIABLE

FIRST = Path("notebooks") / "00_start.ipynb"


def start_lab(
    folder: Path, *, file: Path | None, port: int = 0, browser: bool = True
) -> None:
    """
    Run JupyterLab on this computer only, until it is stopped.

    Args:
        folder: Folder that holds ``notebooks/``.
        file: Workshop file for the notebooks; None leaves it to them.
        port: 0 takes a free one.
        browser: Whether to open a browser.

    Raises:
        WorkshopError: If the notebooks are not there.
    """
    if not (folder / FIRST).is_file():
        raise WorkshopError(
            N_("the notebooks are not here: {first} is missing."),
            where=str(folder),
            fix=N_("Go to the folder of the project and start again."),
            first=FIRST.as_posix(),
        )
    environment = os.environ | {"JUPYTER_PLATFORM_DIRS": "1"}
    if file is not None:
        environment[FILE_VARIABLE] = str(file.resolve())
    # JupyterLab reads its settings only from a folder that it may also write to.
    with tempfile.TemporaryDirectory(prefix="workshop-lab-") as settings:
        shutil.copy(
            str(files("workshop_kit.live") / "lab_settings.json"),
            Path(settings) / "overrides.json",
        )
        subprocess.run(  # noqa: S603 - our own interpreter, fixed arguments
            lab_command(folder, Path(settings), port=port, browser=browser),
            env=environment,
            check=False,
        )


def lab_command(folder: Path, settings: Path, *, port: int, browser: bool) -> list[str]:
    """Return the command line of JupyterLab; nothing in it reaches the internet."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url=/doc/tree/{FIRST.as_posix()}",
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
    return ["--KernelManager.transport=ipc", *root]
