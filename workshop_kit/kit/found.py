"""Finds a kit: one that comes with the package, one that is installed, or a folder."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, KitError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

SHIPPED = Path(__file__).parents[1] / "kits"
"""Where the kits live that come with the package."""

GROUP = "workshop_kit.kits"
"""Entry points of other packages: the id of a kit, and the package it is in."""

DEFAULT = "social_media"
"""The kit of who names none; the notebooks of the project are about it."""


def names() -> tuple[str, ...]:
    """Return the ids of the kits that are at hand, shipped and installed."""
    return tuple(sorted({*_shipped(), *installed()}))


def find(kit: str | Path) -> Path:
    """
    Return the folder of a kit given by id or by path.

    A kit that comes with the package is never another package's: to look for one among
    all that is installed takes a tenth of the time of an export, so only who begins
    something asks for that; see :func:`only_one`.

    Raises:
        KitError: If there is no such kit, if two packages have it, or if the package
            that has it is broken.
    """
    name = str(kit)
    if name in _shipped():
        return SHIPPED / name
    only_one(name)
    offered = installed().get(name, ()) if name.isidentifier() else ()
    if offered:
        return _folder(offered[0])
    if (Path(kit) / "kit.yaml").is_file():
        return Path(kit)
    raise KitError(
        N_("there is no kit here: 'kit.yaml' is missing."),
        where=name,
        fix=N_("Give the folder of a kit, or one of these: {kits}."),
        kits=", ".join(names()),
    )


def packaged(kit: str | Path) -> bool:
    """Tell whether a kit, as given to :func:`find`, is of this or another package."""
    name = str(kit)
    return name in _shipped() or (name.isidentifier() and name in installed())


def only_one(kit: str | Path) -> None:
    """
    Refuse an id that could mean two kits, because nobody can tell which was meant.

    Raises:
        KitError: If more than one package has a kit of this id.
    """
    name = str(kit)
    offered = installed().get(name, ()) if name.isidentifier() else ()
    ours = ("workshop-kit",) if name in _shipped() else ()
    if len(ours) + len(offered) > 1:
        raise KitError(
            N_("more than one package has a kit with this id: {packages}."),
            where=name,
            fix=N_("Remove one of them, or name the folder of the kit instead."),
            packages=", ".join([*ours, *map(_package, offered)]),
        )


@cache
def installed() -> dict[str, tuple[EntryPoint, ...]]:
    """Return what other packages offer, by id; more than one if they clash."""
    # To import it takes as long as to read a kit that comes with the package.
    from importlib.metadata import entry_points  # noqa: PLC0415

    found: dict[str, tuple[EntryPoint, ...]] = {}
    for point in entry_points(group=GROUP):
        found[point.name] = (*found.get(point.name, ()), point)
    return found


@cache
def _shipped() -> tuple[str, ...]:
    return tuple(sorted(p.parent.name for p in SHIPPED.glob("*/kit.yaml")))


def _folder(point: EntryPoint) -> Path:
    """Return the folder of the package that an entry point names; nothing is run."""
    top, *inner = point.module.split(".")
    try:
        # Of a package inside another, Python would import the outer one.
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        folder = Path(place, *inner)
        if (folder / "kit.yaml").is_file():
            return folder
    raise KitError(
        N_("the package {package} says that it has this kit, but has no 'kit.yaml'."),
        where=point.name,
        fix=N_("Install a good version of it, or remove it."),
        package=_package(point),
    )


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value
