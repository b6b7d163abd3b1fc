"""Says in words what is wrong with a workshop file, without touching it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.store.backup import connect, whole
from workshop_kit.store.database import APPLICATION_ID
from workshop_kit.store.soundness import REPAIR, Finding, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = b"SQLite format 3\0"
_HEADER = 100


def examine(path: Path) -> list[Finding]:
    """
    Return what is wrong with a workshop file; nothing if it is sound.

    Works on a copy, because to open a file is to finish what a program that died
    left undone. Must not be called in a process that has the file open itself: to
    close any other handle on it drops the locks that SQLite has there.

    Args:
        path: The file; ``.workshop`` may be left out.

    Raises:
        StoreError: If there is no such file.
    """
    source = whole(path)
    found = [*_around(source)]
    if not _may(source, os.R_OK):
        return found
    before = _outside(source)
    found += before
    if any(finding.level == "damage" for finding in before):
        # What more could be said would only be the consequences.
        return found
    with private_copy(source) as copy:
        found += inside(copy)
    return found


@contextmanager
def private_copy(source: Path) -> Iterator[Path]:
    """
    Give a copy of a file and its log that may be opened and thrown away.

    While it is made nobody can empty the log, so that a busy file is whole in it.
    """
    with tempfile.TemporaryDirectory(prefix="workshop-doctor-") as folder:
        copy = Path(folder) / source.name
        with _nobody_empties(source):
            # The file first: what is moved into it meanwhile is in the log as well.
            for ending in ("", "-wal", "-journal"):
                with suppress(FileNotFoundError):
                    shutil.copyfile(
                        source.with_name(source.name + ending),
                        copy.with_name(copy.name + ending),
                    )
        yield copy


@contextmanager
def _nobody_empties(source: Path) -> Iterator[None]:
    log = source.with_name(f"{source.name}-wal")
    if not log.exists():
        yield
        return
    reading = None
    try:
        # It neither creates the log's index nor finishes anything, being a reader.
        if source.with_name(f"{source.name}-shm").exists():
            reading = connect(source, "ro")
            with suppress(sqlite3.Error):
                reading.execute("BEGIN")
                reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
    finally:
        if reading is not None:
            reading.close()


def _may(path: Path, what: int) -> bool:
    known = os.access in os.supports_effective_ids
    return os.access(path, what, effective_ids=known)


# ------------------------------------------------------------ beside the file


def _around(source: Path) -> Iterator[Finding]:
    writable = _may(source, os.R_OK | os.W_OK) and _may(source.parent, os.W_OK)
    if not writable:
        yield Finding(
            code="not_writable",
            level="warning",
            what=N_("You are not allowed to change this workshop file or its folder."),
            fix=N_("Get permission to write there, or choose a folder of your own."),
        )
    log, index = (source.with_name(source.name + end) for end in ("-wal", "-shm"))
    if index.exists() and not log.exists():
        yield Finding(
            code="no_log",
            level="damage",
            what=N_(
                "The file {name}-wal is missing, in which the newest records were."
            ),
            fix=N_(
                "Look for it where this file was copied from, and copy all that begins"
                " with its name."
            ),
            slots={"name": source.name},
        )
    elif log.exists() and log.stat().st_size:
        yield Finding(
            code="log",
            level="note",
            what=N_(
                "The newest records are in {name}-wal: the workshop is in use, or was"
                " not closed."
            ),
            fix=N_("Never copy or move the one without the other."),
            slots={"name": source.name},
        )
    drafts = sorted(p.name for p in source.parent.glob(".*.new") if p.is_file())
    if drafts:
        yield Finding(
            code="left_over",
            level="note",
            what=N_("A file that was never finished was left in the folder: {names}."),
            fix=N_("Nothing in it was acknowledged; you may delete it."),
            slots={"names": ", ".join(drafts)},
        )


def _outside(source: Path) -> list[Finding]:
    """Look at the bytes at which SQLite itself would give up."""
    size = source.stat().st_size
    with source.open("rb") as file:
        head = file.read(_HEADER)
    if not size:
        return [
            Finding(
                code="empty",
                level="damage",
                what=N_(
                    "This file is empty: there is nothing in it that can be saved."
                ),
                fix=N_("Go back to an earlier copy."),
            )
        ]
    if not head.startswith(_MAGIC):
        return [
            Finding(
                code="no_workshop",
                level="damage",
                what=N_(
                    "This does not begin like a workshop file; it is another kind of"
                    " file, or its beginning was overwritten."
                ),
                fix=N_("Go back to an earlier copy."),
            )
        ]
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        return [
            Finding(
                code="foreign",
                level="damage",
                what=N_("This is a database of another program."),
                fix=N_("Choose a file whose name ends in .workshop."),
            )
        ]
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    expected = int.from_bytes(head[28:32], "big") * page
    # With a log the file may be behind, and grows when the log is emptied.
    unfinished = source.with_name(f"{source.name}-wal").exists()
    if (size < expected or size % page) and not unfinished:
        return [
            Finding(
                code="cut_off",
                level="damage",
                what=N_("This file is cut off: {size} of {expected} bytes are there."),
                fix=REPAIR,
                slots={"size": size, "expected": max(expected, size)},
            )
        ]
    return []
