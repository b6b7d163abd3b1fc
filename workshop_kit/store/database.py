"""One SQLite file: every connection set up alike, every error in a person's words."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.ready import driver_of
from workshop_kit.store.tables import broken_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def reason(path: Path, error: sqlite3.Error) -> StoreError:
    """Return the error in words for one of SQLite about a file."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return refusal(path, code, detail=str(error))


class Database:
    """
    Connections to one file, for any number of threads and processes.

    Writers in this process take turns by a lock, which is fair and needs no
    polling; writers of other processes are waited for by SQLite.

    Args:
        path: The file.
        wait: Seconds to wait for another writer. Default 10, about the time
            after which people believe that a program hangs.
        new: Whether to make the file; otherwise it must exist.
    """

    def __init__(self, path: Path, *, wait: float = 10.0, new: bool = False) -> None:
        self.path, self.wait = path, wait
        # SQLAlchemy's usual URL would create a file that is missing.
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if new else 'rw'}"

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(
                uri,
                uri=True,
                timeout=wait,
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

        self._engine = create_engine(
            "sqlite://", creator=connect, poolclass=QueuePool, max_overflow=-1
        )
        event.listen(self._engine, "begin", _begin)
        self._turn = threading.Lock()
        self._mine = threading.local()
        self._closed = False
        self._identity: tuple[int, int] | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """
        Give a connection that sees the file as it is now, and stays at that.

        Raises:
            StoreError: If the file cannot be read.
        """
        joint = self._joint()
        if joint is not None:
            with self._in_words():
                yield joint
            return
        with self._in_words(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """
        Give a connection that alone may write; all of it is kept, or nothing.

        Returning without an error means the disk has it (``synchronous=FULL``).

        Raises:
            StoreError: If the file cannot be written.
        """
        joint = self._joint()
        if joint is not None:
            with self._in_words(), _undone_if_failed(joint):
                yield joint
            return
        if not self._turn.acquire(timeout=self.wait):
            raise self.refusal(sqlite3.SQLITE_BUSY)
        try:
            with self._in_words(), self._engine.connect() as connection:
                # A transaction that first reads and then writes can fail as
                # locked however long it waits, unless it starts as a writer.
                connection.execution_options(begin="IMMEDIATE")
                with connection.begin():
                    yield connection
                    self._must_be_in_place()
                    self._must_be_whole(connection)
        finally:
            self._turn.release()

    @contextmanager
    def together(self) -> Iterator[None]:
        """
        Let all that this thread reads and writes be one step on the disk.

        A write inside that fails is undone by itself. The others are on the disk
        when this ends without an error, and none of them is otherwise.

        Raises:
            StoreError: If the file cannot be written.
        """
        with self.write() as connection:
            if self._joint() is not None:
                yield
                return
            self._mine.joint = connection
            try:
                yield
            finally:
                self._mine.joint = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """
        Let nobody else write between what is read and the one record made inside.

        Costs nothing inside :meth:`together`, where that is so already.

        Raises:
            StoreError: If the file cannot be written.
        """
        with nullcontext() if self._joint() is not None else self.together():
            yield

    def _joint(self) -> Connection | None:
        found: Connection | None = getattr(self._mine, "joint", None)
        return found

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
        with self._in_words():
            connection = self._engine.raw_connection()
            try:
                row = connection.cursor().execute(f"PRAGMA {words}").fetchone()
            finally:
                connection.close()
        return row[0] if row else None

    def close(self) -> None:
        """Close all connections; the last to leave tidies the write-ahead log."""
        with self._turn:
            self._closed = True
            self._engine.dispose()

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

    def _must_be_whole(self, connection: Connection) -> None:
        # A disk that fails can make SQLite undo everything by itself, and a commit
        # of nothing would succeed.
        if not driver_of(connection).in_transaction:
            raise self.refusal(sqlite3.SQLITE_IOERR, detail="rollback")

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        if self._closed:
            raise StoreError(
                N_("This workshop has been closed."),
                where=str(self.path),
                fix=N_("Open it again."),
            )
        try:
            yield
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise self._from_sqlite(error.orig) from None
            raise
        except sqlite3.Error as error:
            raise self._from_sqlite(error) from None
        except UnicodeEncodeError:
            raise broken_text() from None

    def _from_sqlite(self, error: sqlite3.Error) -> StoreError:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        return self.refusal(code, detail=str(error))


@contextmanager
def _undone_if_failed(connection: Connection) -> Iterator[None]:
    driver = driver_of(connection)
    driver.execute("SAVEPOINT step")
    try:
        yield
    except BaseException:
        if driver.in_transaction:
            driver.execute("ROLLBACK TO step")
            driver.execute("RELEASE step")
        raise
    driver.execute("RELEASE step")


def _begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
