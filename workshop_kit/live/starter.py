"""Gives a folder what a workshop starts with: sound notebooks, a place for figures."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.export.files import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workshop_kit.i18n import Translator

NOTEBOOKS = "notebooks"
FIRST = Path(NOTEBOOKS) / "00_start.ipynb"
"""The notebook that a workshop begins at."""

OWN = Path("data") / "own" / "README.md"
"""Says what may be put beside it."""


WHICH = "which_workshop.txt"
"""File beside notebooks that belong to one workshop, with the way to it in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """
    A notebook that was not as it should be, and was given anew.

    Attributes:
        name: Of the notebook.
        kept: Name under which what was there is kept, beside it.
        damaged: Whether it could not be read; else somebody had changed it, or it is
            of another version.
    """

    name: str
    kept: str
    damaged: bool

    def render(self, translate: Translator) -> str:
        """Say so in words."""
        said = _DAMAGED if self.damaged else _CHANGED
        return translate(said, name=self.name, kept=self.kept)


_DAMAGED = N_("{name} was damaged; here is a fresh one. What was there is now {kept}.")
_CHANGED = N_(
    "{name} was changed or of another version; here is a fresh one. What was there is"
    " now {kept}."
)


def shipped() -> Path:
    """Return the folder with the notebooks and samples that come with this package."""
    package = Path(str(files("workshop_kit")))
    inside = package / "starter"
    # Who works on this project finds them beside the package.
    return inside if inside.is_dir() else package.parent


def lay_out(folder: Path) -> list[Renewed]:
    """
    Put the notebooks into a folder where they are missing, damaged or changed.

    Nothing is overwritten: what was there is kept beside the fresh notebook. One that
    was only run, or has an empty cell more, is as it should be.

    Args:
        folder: Of a workshop; ``notebooks`` is made in it.

    Returns:
        The notebooks that were given anew although something was there.

    Raises:
        WorkshopError: If the folder cannot be written to.
    """
    try:
        renewed = list(_notebooks(folder / NOTEBOOKS))
        if not (folder / OWN).exists():
            write(folder / OWN, (shipped() / OWN).read_bytes())
    except OSError as error:
        raise WorkshopError(
            N_("this folder cannot be written ({problem})."),
            where=str(folder),
            fix=N_("Go to a folder of your own and start again."),
            problem=error.strerror,
        ) from None
    return renewed


def name_workshop(notebooks: Path, file: Path) -> None:
    """
    Say in a folder with notebooks which workshop they belong to.

    Args:
        notebooks: Their folder.
        file: The workshop file; if both are moved together it is still found.
    """
    way = Path(os.path.relpath(file.resolve(), notebooks.resolve())).as_posix()
    write(notebooks / WHICH, f"{way}\n".encode())


def belongs_to(notebooks: Path) -> Path | None:
    """Return the workshop that a folder with notebooks belongs to, if it says so."""
    try:
        way = (notebooks / WHICH).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return (notebooks / way).resolve() if way else None


def _notebooks(goal: Path) -> Iterator[Renewed]:
    for source in sorted((shipped() / NOTEBOOKS).glob("*.ipynb")):
        there = goal / source.name
        if not there.exists():
            write(there, source.read_bytes())
            continue
        if there.samefile(source):
            continue
        found = _cells(there)
        if found != _cells(source):
            kept = _name_to_keep(there)
            there.rename(kept)
            write(there, source.read_bytes())
            yield Renewed(name=there.name, kept=kept.name, damaged=found is None)


def _cells(notebook: Path) -> list[tuple[str, str]] | None:
    """Return kind and text of every cell that is not empty; None if unreadable."""
    try:
        content = json.loads(notebook.read_text("utf-8"))
        cells = [
            (cell["cell_type"], _text(cell["source"])) for cell in content["cells"]
        ]
    except (ValueError, KeyError, TypeError, IsADirectoryError):
        return None
    return [cell for cell in cells if cell[1].strip()]


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def _name_to_keep(there: Path) -> Path:
    day = dt.datetime.now().astimezone().date().isoformat()
    name, number = there.with_name(f"{there.stem}-{day}{there.suffix}"), 1
    while name.exists():
        number += 1
        name = there.with_name(f"{there.stem}-{day}-{number}{there.suffix}")
    return name
