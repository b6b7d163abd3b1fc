"""
Two cards in JupyterLab's launcher: a new policy workshop, and one that is there.

``labextensions/workshop-kit``, beside this folder, is what JupyterLab loads;
``server.py`` is what it asks; ``folders.py`` says which notebooks are whose.
The wheel puts the first, and ``jupyter_server_config.d/``, where Jupyter looks;
``workshop-kit start`` names both.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

CONFIG = Path(__file__).parent / "jupyter_server_config.d"
"""Folder of what tells Jupyter's server to answer it."""

LANG_VARIABLE = "WORKSHOP_LAB_LANG"
"""Environment variable with the language of the cards, if JupyterLab's is not Dutch."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    from workshop_kit.live.launcher.server import add  # noqa: PLC0415 - only here

    add(server)
