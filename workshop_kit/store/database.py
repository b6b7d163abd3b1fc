"""One SQLite file: every connection set up alike, every error in a person's words."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any, ClassVar

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.steps import Steps

if TYPE_CHECKING:
    from pathlib import Path

    from workshop_kit.store.connection import Connection, Dialect

APPLICATION_ID = int.from_bytes(b"WKIT", "big")
"""Stands in the header of every workshop file, by which we know our own."""

_REFUSALS = {
    sqlite3.SQLITE_BUSY: (
        N_("Another program has kept this workshop file locked for {wait} seconds."),
        N_("Nothing was changed. Close the other program and try again."),
    ),
    sqlite3.SQLITE_READONLY: (
        N_("You are not allowed to change this workshop file or its folder."),
        N_("Get permission to write there, or choose a folder of your own."),
    ),
    sqlite3.SQLITE_FULL: (
        N_("The disk is full."),
        N_("Nothing was changed. Make some room on the disk and try again."),
    ),
    sqlite3.SQLITE_IOERR: (
        N_("The disk failed ({detail})."),
        N_(
            "Nothing was changed. See whether the disk is full or no longer"
            " connected, and try again."
        ),
    ),
    sqlite3.SQLITE_CORRUPT: (
        N_("This workshop file is damaged or cut off."),
        N_("Go back to an earlier copy, and keep this one: some can often be saved."),
    ),
    sqlite3.SQLITE_NOTADB: (
        N_("This is not a workshop file."),
        N_("Choose a file whose name ends in .workshop."),
    ),
}
_SAME = {
    sqlite3.SQLITE_LOCKED: sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_PERM: sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN: sqlite3.SQLITE_READONLY,
}
_REFUSED = (
    N_("The workshop file did not accept the record ({detail})."),
    N_("Nothing was changed."),
)


def refusal(
    path: Path, code: int, detail: str = "", *, wait: float = 10.0
) -> StoreError:
    """Return the error for a primary result code of SQLite about a file."""
    what, fix = _REFUSALS.get(_SAME.get(code, code), _REFUSED)
    return StoreError(what, where=str(path), fix=fix, wait=f"{wait:g}", detail=detail)


def code_of(error: sqlite3.Error) -> int:
    """Return the primary result code of an error."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


class Database(Steps):
    """
    Connections to one file; what is acknowledged is on the disk.

    Args:
        path: The file.
        wait: Seconds to wait for another writer.
        new: Whether to make the file; otherwise it must exist.
    """

    path: Path
    dialect: ClassVar[Dialect] = "sqlite"

    def __init__(self, path: Path, *, wait: float, new: bool = False) -> None:
        # A path alone would create a file that is missing.
        self._uri = f"{path.absolute().as_uri()}?mode={'rwc' if new else 'rw'}"
        super().__init__(path, wait=wait)
        self._identity: tuple[int, int] | None = None

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._uri,
            uri=True,
            timeout=self.wait,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            # Files travel by mail: a schema may not call what can do harm.
            connection.execute("PRAGMA trusted_schema = OFF")
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin_reading(self, driver: sqlite3.Connection) -> None:
        driver.execute("BEGIN DEFERRED")

    def _begin_writing(self, driver: sqlite3.Connection) -> None:
        # A transaction that first reads and then writes can fail as locked however
        # long it waits, unless it starts as a writer.
        driver.execute("BEGIN IMMEDIATE")

    def _must_be_whole(self, connection: Connection) -> None:
        self._must_be_in_place()
        # A disk that fails can make SQLite undo everything by itself, and a commit
        # of nothing would succeed.
        if not connection.in_transaction():
            raise self.refusal(sqlite3.SQLITE_IOERR, detail="rollback")

    def settle(self) -> None:
        """Switch on the write-ahead log and remember which file this is."""
        self.pragma("journal_mode = WAL")
        self._identity = self._on_disk()

    def pragma(self, words: str) -> Any:
        """
        Read or set a property of the file, outside any transaction.

        Raises:
            StoreError: If the file cannot be read.
        """
        with self._in_words(), self._pool.taken(_nothing) as driver:
            row = driver.execute(f"PRAGMA {words}").fetchone()
        return row[0] if row else None

    def locked(self) -> StoreError:
        """Return the error for having waited too long for another writer."""
        return self.refusal(sqlite3.SQLITE_BUSY)

    def scrub(self) -> None:
        """Write the file anew, so that no page keeps what was deleted."""
        if not self._turn.acquire(timeout=self.wait):
            raise self.locked()
        try:
            with self._in_words(), self._pool.taken(_nothing) as driver:
                driver.execute("VACUUM")
            self._empty_log()
        finally:
            self._turn.release()

    def _empty_log(self) -> None:
        """Wait until nobody reads what was erased from the log any more."""
        until = time.monotonic() + self.wait
        # SQLite waits for readers, but not for somebody else who empties it.
        while self.pragma("wal_checkpoint(TRUNCATE)"):
            if time.monotonic() > until:
                raise self.locked()
            time.sleep(0.02)

    def refusal(self, code: int, detail: str = "") -> StoreError:
        """Return the error for a primary result code of SQLite."""
        return refusal(self.path, code, detail, wait=self.wait)

    def _on_disk(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _must_be_in_place(self) -> None:
        # SQLite would go on writing to a file that has no name any more.
        if self._identity is not None and self._on_disk() != self._identity:
            raise StoreError(
                N_("The workshop file was moved or replaced while it was in use."),
                where=str(self.path),
                fix=N_("Put it back, then open the workshop again."),
            )

    def in_our_words(self, error: Exception) -> StoreError | None:
        """Return what an error of SQLite means to a person; None for any other."""
        if not isinstance(error, sqlite3.Error):
            return None
        return self.refusal(code_of(error), str(error))


def _nothing(_: sqlite3.Connection) -> None:
    """Begin nothing: what comes cannot be in a transaction."""
