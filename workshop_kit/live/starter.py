"""Gives a folder what a workshop starts with: sound notebooks, a place for figures."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, StoreError, WorkshopError
from workshop_kit.export.files import write
from workshop_kit.kit.found import DEFAULT
from workshop_kit.live.notebooks import FIRST, FOLDER, notebooks, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit

OWN = Path("data") / "own" / "README.md"
"""Says what may be put beside it."""


WHICH = "which_workshop.txt"
"""File beside notebooks that belong to one workshop, with the way to it in one line."""


_AWAY = re.compile(r"[/\\]{2}|[/\\]\?\?[/\\]")
"""How the way to another computer begins, or to what only Windows knows."""


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
    package = Path(__file__).parents[1]
    inside = package / "starter"
    # Who works on this project finds them beside the package.
    return inside if inside.is_dir() else package.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """
    What a folder has now.

    Attributes:
        first: The notebook that the workshop begins at, as a path in the folder.
        renewed: Notebooks that were given anew although something was there.
    """

    first: Path
    renewed: tuple[Renewed, ...] = ()


def lay_out(folder: Path, kit: Kit, *, root: Path | None = None) -> Laid:
    """
    Put the notebooks of a kit where they are missing, damaged or changed.

    Those of the default kit are written by hand and come with this package; those of
    every other kit are made of the kit. Nothing is overwritten: what was there is kept
    beside the fresh notebook. One that was only run, or has an empty cell more, is as
    it should be.

    Args:
        folder: Of a workshop; ``notebooks`` is made in it.
        kit: Of the workshop.
        root: What JupyterLab shows; default this folder. Nothing is written where a
            link leads out of it.

    Raises:
        WorkshopError: If the folder cannot be written to, or a link leads out.
    """
    place = place_of(kit)
    for goal in (folder / place, folder / OWN.parent):
        must_be_inside(root or folder, goal)
    try:
        renewed = tuple(_notebooks(folder / place, notebooks_of(kit)))
        if not (folder / OWN).exists():
            write(folder / OWN, (shipped() / OWN).read_bytes())
    except OSError as error:
        raise WorkshopError(
            N_("this folder cannot be written ({problem})."),
            where=str(folder),
            fix=N_("Go to a folder of your own and start again."),
            problem=error.strerror,
        ) from None
    return Laid(first=place / FIRST, renewed=renewed)


def is_inside(root: Path, path: Path) -> bool:
    """Tell whether a path is in a folder, or is it, wherever links lead."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def must_be_inside(root: Path, path: Path) -> None:
    """
    Refuse what a link in a folder that somebody sent leads out to.

    Raises:
        WorkshopError: If it is not in *root*.
    """
    if not is_inside(root, path):
        raise outside(path.relative_to(root).as_posix())


def outside(path: str) -> WorkshopError:
    """Return what is said of a path that leads out of what JupyterLab shows."""
    return WorkshopError(
        N_("This is outside the folder that JupyterLab shows."), where=path
    )


def notebooks_of(kit: Kit) -> dict[str, bytes]:
    """Return the notebooks of a kit by file name, as they are before they are run."""
    if kit.id != DEFAULT:
        return notebooks(kit)
    found = sorted((shipped() / FOLDER).glob("*.ipynb"))
    return {file.name: file.read_bytes() for file in found}


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
    """
    Return the workshop that a folder with notebooks belongs to, if it says so.

    Raises:
        StoreError: If what it says is no way, or one to another computer.
    """
    try:
        way = (notebooks / WHICH).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    # To ask another computer would already tell it who we are.
    if "\0" in way or _AWAY.match(way):
        raise StoreError(
            N_("What stands in it is no way to a workshop on this computer."),
            where=str(notebooks / WHICH),
            fix=N_(
                "Remove this file and open the workshop from JupyterLab's launcher."
            ),
        )
    # Unlike Path.resolve it takes links that go round for what is not there.
    return Path(os.path.realpath(notebooks / way)) if way else None


def _notebooks(goal: Path, wanted: dict[str, bytes]) -> Iterator[Renewed]:
    if goal.resolve() == (shipped() / FOLDER).resolve():
        # Who works on the notebooks themselves may change them.
        return
    for name, content in wanted.items():
        there = goal / name
        if not there.exists():
            write(there, content)
            continue
        found = _cells(there.read_bytes()) if there.is_file() else None
        if found != _cells(content):
            kept = _name_to_keep(there)
            there.rename(kept)
            write(there, content)
            yield Renewed(name=name, kept=kept.name, damaged=found is None)


def _cells(notebook: bytes) -> list[tuple[str, str]] | None:
    """Return kind and text of every cell that is not empty; None if unreadable."""
    try:
        content = json.loads(notebook)
        every = [(one["cell_type"], _text(one["source"])) for one in content["cells"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return [cell for cell in every if cell[1].strip()]


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def _name_to_keep(there: Path) -> Path:
    day = dt.datetime.now().astimezone().date().isoformat()
    name, number = there.with_name(f"{there.stem}-{day}{there.suffix}"), 1
    while name.exists():
        number += 1
        name = there.with_name(f"{there.stem}-{day}-{number}{there.suffix}")
    return name
