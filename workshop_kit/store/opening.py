"""Make a workshop file whole or not at all, and open only what is one."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.database import APPLICATION_ID, Database, refusal
from workshop_kit.store.migrations import migrate, strange, version
from workshop_kit.store.place import Address, full_name, located

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from workshop_kit.store.place import Place
    from workshop_kit.store.steps import Steps

BESIDE = ("", "-wal", "-shm", "-journal")
"""Endings of the files that make up a workshop while it is in use."""

_SMALLEST_PAGE = 512


def new(place: Place, *, wait: float) -> AbstractContextManager[Steps]:
    """
    Give an empty workshop to be filled, which is whole in the end or not there.

    Raises:
        StoreError: If there is one already, or it cannot be made.
    """
    if isinstance(place, Address):
        from workshop_kit.store.schema import new_schema  # noqa: PLC0415 - for a few

        return new_schema(place, wait=wait)
    return new_file(place, wait=wait)


def opened(given: str | os.PathLike[str] | Address, *, wait: float) -> Steps:
    """
    Open a workshop and bring it to the newest layout.

    Args:
        given: What somebody named: a path or an address.
        wait: Seconds to wait for another writer.

    Raises:
        StoreError: If it cannot be opened; see :func:`open_file`.
    """
    place = located(given)
    if isinstance(place, Address):
        from workshop_kit.store.schema import open_schema  # noqa: PLC0415 - for a few

        return open_schema(place, wait=wait)
    assert not isinstance(given, Address)  # noqa: S101 - it would be its own place
    return open_file(given, wait=wait)


def exists(place: Place) -> bool:
    """
    Tell whether there is a workshop.

    Raises:
        StoreError: If its database cannot be reached.
    """
    if isinstance(place, Address):
        from workshop_kit.store.schema import is_there  # noqa: PLC0415 - for a few

        return is_there(place)
    return _is_there(place)


def remove(place: Place) -> None:
    """
    Remove a workshop that has just been made and is of no use.

    Raises:
        StoreError: If it cannot be removed.
    """
    if isinstance(place, Address):
        from workshop_kit.store import schema  # noqa: PLC0415 - for a few

        schema.remove(place)
    else:
        place.unlink()


@contextmanager
def new_file(path: str | os.PathLike[str], *, wait: float) -> Iterator[Database]:
    """
    Give an empty workshop file to be filled; it gets its name at the end.

    Until then it has a name of its own, so that whoever looks sees a complete
    file or none, whatever happens in between.

    Args:
        path: The name it will have; ``.workshop`` is added if it lacks it.
        wait: Seconds to wait for another writer.

    Raises:
        StoreError: If a file of that name exists, or it cannot be made.
    """
    target = full_name(path)
    with drafted(target) as draft:
        try:
            database = Database(draft, wait=wait, new=True)
            try:
                database.pragma(f"application_id = {APPLICATION_ID}")
                database.settle()
                migrate(database)
                yield database
            finally:
                database.close()
        except StoreError as error:
            # The person asked for the target and has never heard of the draft.
            if error.where == str(draft):
                error.where = str(target)
            raise


@contextmanager
def drafted(goal: Path, *, may_be_there: bool = False) -> Iterator[Path]:
    """
    Give a name to write to, which becomes *goal* if all goes well.

    Raises:
        StoreError: If the folder cannot be made, or the name is taken or cannot be
            given.
    """
    make_folder(goal.parent)
    if not may_be_there and os.path.lexists(goal):
        raise taken(goal)
    draft = goal.with_name(f".{secrets.token_hex(8)}.new")
    try:
        yield draft
        publish(draft, goal)
    finally:
        for ending in BESIDE:
            with suppress(OSError):
                draft.with_name(draft.name + ending).unlink()


def open_file(path: str | os.PathLike[str], *, wait: float) -> Database:
    """
    Open a workshop file and bring it to the newest layout.

    Args:
        path: The file; ``.workshop`` may be left out.
        wait: Seconds to wait for another writer.

    Raises:
        StoreError: If it is missing, damaged, no workshop, newer than this
            program, locked, or may not be written.
    """
    target = Path(path).expanduser().absolute()
    if not _is_there(target):
        target = full_name(path)
    if not _is_there(target):
        raise StoreError(
            N_("There is no workshop file of this name."),
            where=str(target),
            fix=N_("Check the name and the folder, or make a new workshop."),
        )
    if target.is_dir():
        raise StoreError(
            N_("This is a folder, not a workshop file."),
            where=str(target),
            fix=N_("Choose a file in it whose name ends in .workshop."),
        )
    database = Database(target, wait=wait)
    try:
        _must_be_ours(database)
        database.settle()
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _is_there(target: Path) -> bool:
    # Path.exists raises where a folder may not be looked into.
    return os.path.exists(target)  # noqa: PTH110 - see above


def _must_be_ours(database: Database) -> None:
    # Only SQLite may look into the file: when any other handle on it is closed,
    # POSIX drops every lock this process has, also of a store already open.
    path = database.path
    unfinished = path.with_name(f"{path.name}-wal").exists()
    cut_off = path.stat().st_size % _SMALLEST_PAGE != 0 and not unfinished
    found = database.pragma("application_id")
    if found != APPLICATION_ID and not cut_off:
        raise StoreError(
            N_("This file belongs to another program, or is empty."),
            where=str(path),
            fix=N_("Choose a file whose name ends in .workshop."),
        )
    # SQLite reads what is missing of the last page as zeros.
    if cut_off or database.pragma("quick_check(1)") != "ok":
        raise database.refusal(sqlite3.SQLITE_CORRUPT)
    with database.read() as connection:
        if not version(connection):
            raise database.refusal(sqlite3.SQLITE_CORRUPT)
        names = strange(connection)
    if names:
        raise StoreError(
            N_(
                "This file would change records by itself, which none of ours does:"
                " {names}."
            ),
            where=str(path),
            fix=N_(
                "Do not trust it. “workshop-kit doctor --repair” saves what can be read"
                " of it in a new file."
            ),
            names=named(names),
        )


def named(names: list[str]) -> str:
    """Return names that somebody else gave, as one line that is not too long."""
    return " ".join(", ".join(names).split())[:200]


def make_folder(folder: Path) -> None:
    """Make a folder with those above it, or say why it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            N_("This folder cannot be made ({detail})."),
            where=str(folder),
            fix=N_("Choose another place for the workshop."),
            detail=str(error.strerror),
        ) from None


def taken(target: Path) -> StoreError:
    """Return the error for a name that something has already."""
    return StoreError(
        N_("There is already a file of this name."),
        where=str(target),
        fix=N_("Open it, or choose another name; nothing was overwritten."),
    )


def publish(draft: Path, target: Path) -> None:
    """
    Give a finished file its name, which nobody may have taken meanwhile.

    Raises:
        StoreError: If the name is taken or cannot be given.
    """
    try:
        # A link fails if the name is taken; a POSIX rename would overwrite.
        os.link(draft, target)
    except FileExistsError:
        raise taken(target) from None
    except OSError:
        # Memory cards and some network drives know no links.
        if os.path.lexists(target):
            raise taken(target) from None
        try:
            draft.rename(target)
        except OSError as error:
            detail = str(error.strerror)
            raise refusal(target, sqlite3.SQLITE_IOERR, detail) from None
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
