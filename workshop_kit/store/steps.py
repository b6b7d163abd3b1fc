"""What is read, and what is written in one step, whichever database holds it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager, nullcontext
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.connection import Connection
from workshop_kit.store.pool import Pool
from workshop_kit.store.tables import broken_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workshop_kit.store.connection import Dialect
    from workshop_kit.store.place import Place


class Steps(ABC):
    """
    Connections to one workshop, for any number of threads and processes.

    Writers in this process take turns by a lock, which is fair and needs no
    polling; writers of other processes are waited for by the database.

    Args:
        path: Where the workshop is.
        wait: Seconds to wait for another writer.
        most: How many connections there may be at a time; None for any number.
    """

    dialect: ClassVar[Dialect]

    def __init__(self, path: Place, *, wait: float, most: int | None = None) -> None:
        self.path, self.wait = path, wait
        self._pool = Pool(self._connect, wait=wait, most=most)
        self._turn = threading.Lock()
        self._mine = threading.local()
        self._closed = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """
        Give a connection that sees the workshop as it is now, and stays at that.

        Raises:
            StoreError: If it cannot be read.
        """
        joint = self._joint()
        if joint is not None:
            with self._in_words():
                yield joint
            return
        with self._in_words(), self._pool.taken(self._begin_reading) as driver:
            yield Connection(driver, self.dialect)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """
        Give a connection that alone may write; all of it is kept, or nothing.

        Returning without an error means the disk has it.

        Raises:
            StoreError: If it cannot be written.
        """
        joint = self._joint()
        if joint is not None:
            with self._in_words(), _undone_if_failed(joint):
                yield joint
            return
        if not self._turn.acquire(timeout=self.wait):
            raise self.locked()
        try:
            with self._in_words(), self._pool.taken(self._begin_writing) as driver:
                connection = Connection(driver, self.dialect)
                yield connection
                self._must_be_whole(connection)
                driver.commit()
                self._tell(driver)
        finally:
            self._turn.release()

    @contextmanager
    def together(self) -> Iterator[None]:
        """
        Let all that this thread reads and writes be one step on the disk.

        A write inside that fails is undone by itself. The others are on the disk
        when this ends without an error, and none of them is otherwise.

        Raises:
            StoreError: If it cannot be written.
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
            StoreError: If it cannot be written.
        """
        with nullcontext() if self._joint() is not None else self.together():
            yield

    def listen(self, told: Callable[[], None]) -> Callable[[], None] | None:  # noqa: ARG002 - see below
        """
        Have *told* called, in a thread of its own, whenever somebody has written.

        Returns:
            What ends it; None where nobody tells, and one has to look.
        """
        return None

    def close(self) -> None:
        """Close all connections."""
        with self._turn:
            self._closed = True
            self._pool.close()

    @abstractmethod
    def _connect(self) -> Any:
        """Return a new connection of the driver, outside any transaction."""

    @abstractmethod
    def _begin_reading(self, driver: Any) -> None:
        """Begin to see the workshop as it is now, and stay at that."""

    @abstractmethod
    def _begin_writing(self, driver: Any) -> None:
        """Begin as the only writer, once it is one's turn."""

    @abstractmethod
    def _must_be_whole(self, connection: Connection) -> None:
        """
        Refuse to end a step of which something may be lost.

        Raises:
            StoreError: If a commit would keep nothing, and say that all went well.
        """

    def _tell(self, driver: Any) -> None:  # noqa: B027 - not all can
        """Tell those who listen that there is news; where nobody can, nothing."""

    @abstractmethod
    def locked(self) -> StoreError:
        """Return the error for having waited too long for another writer."""

    @abstractmethod
    def scrub(self) -> None:
        """
        Write all of it anew, so that nothing keeps what was overwritten or deleted.

        Raises:
            StoreError: If another program reads or writes all the while.
        """

    @abstractmethod
    def in_our_words(self, error: Exception) -> StoreError | None:
        """Return what an error of the driver means to a person; None if unknown."""

    def _joint(self) -> Connection | None:
        found: Connection | None = getattr(self._mine, "joint", None)
        return found

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
        except StoreError:
            raise
        except UnicodeEncodeError:
            raise broken_text() from None
        except Exception as error:
            words = self.in_our_words(error)
            if words is None:
                raise
            raise words from None


@contextmanager
def _undone_if_failed(connection: Connection) -> Iterator[None]:
    # Never the same name: if what waits fails, one has to find that it was never made,
    # instead of going back to an earlier one and calling the rest whole.
    name = f"step_{next(_NUMBER)}"
    connection.later(f"SAVEPOINT {name}")
    try:
        yield
    except BaseException:
        if connection.in_transaction():
            connection.run(f"ROLLBACK TO {name}")
            connection.run(f"RELEASE {name}")
        raise
    connection.later(f"RELEASE {name}")


_NUMBER = count()
