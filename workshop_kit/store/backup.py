"""A copy of a workshop file, made while it is in use, and put back when needed."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.database import APPLICATION_ID, code_of, refusal
from workshop_kit.store.opening import BESIDE, drafted, taken
from workshop_kit.store.place import full_name

if TYPE_CHECKING:
    from pathlib import Path

_WAIT = 10.0


def back_up(path: Path, target: Path | None = None) -> Path:
    """
    Copy a workshop file as it is now; whoever uses it goes on meanwhile.

    All that was acknowledged before is in the copy. It gets its name once it has
    been checked in full, so that no half of a copy is ever taken for one.

    Args:
        path: The workshop file.
        target: Name of the copy, or a folder for it. Default beside the file, with
            the time in its name.

    Returns:
        The copy.

    Raises:
        StoreError: If the file cannot be read or is damaged, or the copy cannot be
            made or its name is taken.
    """
    source = whole(path)
    name = f"{source.stem}-{dt.datetime.now().astimezone():%Y%m%d-%H%M%S}"
    if target is None:
        target = source.with_name(name)
    elif target.expanduser().is_dir():
        target = target.expanduser() / name
    goal = full_name(target)
    with drafted(goal) as draft:
        _copy(source, draft)
    return goal


def put_back(copy: Path, path: Path, *, force: bool = False) -> Path | None:
    """
    Put a copy in the place of a workshop file.

    Args:
        copy: The copy, which stays as it is.
        path: Where the workshop is to be.
        force: Whether a file that is there makes place; it is kept under another
            name.

    Returns:
        Under which name the former file is kept; None if there was none.

    Raises:
        StoreError: If the copy is damaged, a file is there and *force* is not given,
            or somebody uses that file.
    """
    source, goal = whole(copy), full_name(path)
    if os.path.lexists(goal) and (not force or source.samefile(goal)):
        raise taken(goal)
    kept = None
    with drafted(goal, may_be_there=True) as draft:
        _copy(source, draft)
        if os.path.lexists(goal):
            kept = _set_aside(goal)
    return kept


def whole(path: Path) -> Path:
    """
    Return the workshop file of a name.

    Raises:
        StoreError: If there is none, or it is no file.
    """
    found = path.expanduser().absolute()
    if not found.is_file():
        found = full_name(path)
    if not found.is_file():
        raise StoreError(
            N_("There is no workshop file of this name."),
            where=str(found),
            fix=N_("Check the name and the folder, or make a new workshop."),
        )
    return found


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open a file with SQLite as it is, without a look at what is in it."""
    uri = f"{path.as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None)


def _copy(source: Path, draft: Path) -> None:
    at = source
    try:
        with closing(connect(source, "rw")) as before:
            if before.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
                raise refusal(source, sqlite3.SQLITE_NOTADB)
            at = draft
            with closing(connect(draft, "rwc")) as after:
                after.execute("PRAGMA synchronous = FULL")
                # In one go, or a busy room would make it start over and over.
                before.backup(after)
                # One file, that can be carried away by itself.
                after.execute("PRAGMA journal_mode = DELETE")
                if after.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    raise refusal(source, sqlite3.SQLITE_CORRUPT)
    except sqlite3.Error as error:
        damaged = code_of(error) in _OF_THE_SOURCE
        where = source if damaged or at == source else draft.parent
        raise refusal(where, code_of(error), str(error)) from None


_OF_THE_SOURCE = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
}


def _set_aside(goal: Path) -> Path:
    """Give a file that nobody uses another name; returns it."""
    try:
        # Who only reads does not throw away the log of what is no database any more.
        with closing(connect(goal, "ro")) as old:
            old.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with closing(connect(goal, "rw")) as old:
            old.execute("PRAGMA busy_timeout = 200")
            # Only who is alone with a file may change how it is written.
            old.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if code_of(error) == sqlite3.SQLITE_BUSY:
            raise StoreError(
                N_("Somebody uses this workshop now: the room, or a notebook."),
                where=str(goal),
                fix=N_("Stop the room, close the notebooks, and try again."),
            ) from None
        # It is damaged; that may be why a copy is put back.
    now = dt.datetime.now().astimezone()
    kept = goal.with_name(f"{goal.stem}-before-{now:%Y%m%d-%H%M%S}{goal.suffix}")
    for ending in BESIDE:
        with suppress(FileNotFoundError):
            goal.with_name(goal.name + ending).rename(
                kept.with_name(kept.name + ending)
            )
    return kept
