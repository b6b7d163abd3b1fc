"""Which rooms a programme has: the files in its folder, and a list of others."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, WorkshopError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIST = "places.txt"
"""File that names rooms whose workshop is somewhere else, one a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    A room to be.

    Attributes:
        name: Letters, digits and hyphens; the first part of its address.
        where: Path or URL of the workshop.
        owner: Of the file, or of the list: user and group.
        identity: Another one when the file was replaced.
    """

    name: str
    where: str
    owner: tuple[int, int]
    identity: tuple[int, ...]


def find(folder: Path) -> tuple[dict[str, Place], list[WorkshopError]]:
    """
    Look what there is in a folder: ``NAME.workshop`` and ``NAME/NAME.workshop``.

    In a folder of its own no other name counts, so that whoever may write there
    cannot take the room of somebody else, and copies stay copies.

    Returns:
        The rooms by name, and what could not be one.

    Raises:
        WorkshopError: If the folder is not there.
    """
    if not folder.is_dir():
        raise WorkshopError(
            N_("There is no such folder."),
            where=str(folder),
            fix=N_("Make it, and put the workshop files of the programme into it."),
        )
    found: dict[str, Place] = {}
    problems = []
    for place in (*_files(folder), *_listed(folder / LIST)):
        if not place.name:
            problems.append(WorkshopError(_NAMELESS, where=place.where))
        elif place.name in found:
            first = found[place.name].where
            problems.append(WorkshopError(_TWICE, where=place.where, first=first))
        else:
            found[place.name] = place
    return found, problems


def address_name(words: str) -> str:
    """Return words as they can stand in an address: ``Musée Ä`` is ``musee-a``."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")


def _files(folder: Path) -> Iterator[Place]:
    own = (p / f"{p.name}.workshop" for p in folder.iterdir() if not p.is_symlink())
    for path in sorted((*folder.glob("*.workshop"), *own)):
        try:
            # A link may lead to somebody else's workshop.
            about = path.lstat()
        except OSError:
            continue
        if path.is_symlink() or not path.is_file():
            continue
        yield Place(
            name=address_name(path.stem),
            where=str(path.absolute()),
            owner=(about.st_uid, about.st_gid),
            identity=(about.st_dev, about.st_ino),
        )


def _listed(path: Path) -> Iterator[Place]:
    try:
        lines = path.read_text("utf-8").splitlines()
        about = os.lstat(path)
    except OSError:
        return
    for line in lines:
        name, _, where = line.strip().partition(" ")
        if name and not name.startswith("#"):
            yield Place(
                name=address_name(name) if where.strip() else "",
                where=where.strip() or name,
                owner=(about.st_uid, about.st_gid),
                identity=(),
            )


_TWICE = N_("There is a room of this name already ({first}); give this one another.")
_NAMELESS = N_("This cannot become the name of a room; use letters and digits.")
