"""Which notebooks belong to which workshop, in a folder that JupyterLab shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.kit.devices import is_a_device
from workshop_kit.live.notebooks import place_of, workshop_of
from workshop_kit.live.opened import FILE_VARIABLE
from workshop_kit.live.starter import (
    belongs_to,
    is_inside,
    lay_out,
    name_workshop,
    outside,
)
from workshop_kit.live.workshop import Workshop
from workshop_kit.store.place import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workshop_kit.kit.model import Kit

LONGEST = 60
"""Most characters of the name of a workshop that is made here."""

FORBIDDEN = frozenset('\\/:*?"<>|')
"""What some system does not allow in the name of a file."""

DEEPEST, MOST = 3, 200
"""How far down, and how many, workshops are looked for."""


def make(root: Path, folder: str, name: str, *, kit: str, lang: str) -> Path:
    """
    Make a workshop in a folder of its own, with its notebooks.

    Args:
        root: What JupyterLab shows.
        folder: In it, where the new folder comes.
        name: Of the workshop and its folder.
        kit: Of the workshop.
        lang: Of the workshop.

    Returns:
        The notebook to open.

    Raises:
        WorkshopError: If the name cannot be one, is taken, or cannot be written.
    """
    goal = inside(root, folder) / _checked(name)
    if os.path.lexists(goal):
        raise WorkshopError(
            N_("There is something of this name already."),
            where=goal.name,
            fix=N_("Choose another name."),
        )
    file = goal / f"{goal.name}{SUFFIX}"
    with Workshop.create(file, kit=kit, lang=lang) as workshop:
        return _furnish(root, goal, file, workshop.content)


def opened(root: Path, path: str) -> Path:
    """
    Return the notebook at which a workshop begins; its notebooks are made if need be.

    Args:
        root: What JupyterLab shows.
        path: In it, of the workshop file.

    Raises:
        WorkshopError: If it is not in there or cannot be opened, or a link leads out
            of there from where the notebooks would be.
    """
    file = inside(root, path)
    with Workshop.open(file) as workshop:
        kit = workshop.content
    served = os.environ.get(FILE_VARIABLE)
    if served and Path(served).resolve() == file:
        # JupyterLab was started for this very workshop.
        return _laid_out(root, root, kit)
    for folder in (file.parent, file.parent.parent):
        named = belongs_to(folder / place_of(kit))
        if is_inside(root, folder) and named == file:
            return _laid_out(root, folder, kit)
    folder = file.parent.parent
    if file == workshop_of(folder, kit.id) and not served:
        # This is where notebooks look that were told nothing.
        return _laid_out(root, folder, kit)
    return _furnish(root, file.with_suffix(""), file, kit)


def found(root: Path) -> list[str]:
    """Return the workshops in what JupyterLab shows, newest first, as paths in it."""
    files = sorted(_workshops(root, DEEPEST), key=_age, reverse=True)
    return [file.relative_to(root).as_posix() for file in files[:MOST]]


def inside(root: Path, path: str) -> Path:
    """
    Return a path in a folder in full.

    Raises:
        WorkshopError: If it leads out of the folder, or can be the path of nothing.
    """
    # Half a character, as JSON can hold it, is in no name.
    if "\0" in path or path != path.encode("utf-8", "replace").decode():
        raise WorkshopError(
            N_("No file or folder can have this name: {name}."),
            fix=N_("Choose another name."),
            name=ascii(path),
        )
    full = (root / path.strip("/")).resolve()
    if not is_inside(root, full):
        raise outside(path)
    return full


def _furnish(root: Path, goal: Path, file: Path, kit: Kit) -> Path:
    first = _laid_out(root, goal, kit)
    name_workshop(first.parent, file)
    return first


def _laid_out(root: Path, folder: Path, kit: Kit) -> Path:
    return folder / lay_out(folder, kit, root=root).first


def _checked(name: str) -> str:
    name = name.strip().removesuffix(SUFFIX).rstrip()
    plain = name and name[0] != "." and name[-1] != "." and name.isprintable()
    allowed = plain and len(name) <= LONGEST and not FORBIDDEN & {*name}
    if not allowed or is_a_device(name):
        raise WorkshopError(
            N_("“{name}” cannot be the name of a workshop."),
            fix=N_("Use letters, digits, spaces and “-”, at most {n} characters."),
            name=name,
            n=LONGEST,
        )
    return name


def _workshops(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "node_modules")) or entry.is_symlink():
            continue
        if entry.suffix == SUFFIX and entry.is_file():
            yield entry
        elif depth and entry.is_dir():
            yield from _workshops(entry, depth - 1)


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
