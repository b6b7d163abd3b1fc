"""What is read, and what is written in one step, whichever database holds it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager, nullcontext
from itertools import count
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.ready import driver_of, later_of
from workshop_kit.store.tables import broken_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from workshop_kit.store.place import Place


class Steps(ABC):
    """
    Connections to one workshop, for any number of threads and processes.

    Writers in this process take turns by a lock, which is fair and needs no
    polling; writers of other processes are waited for by the database.

    Args:
        path: Where the workshop is.
        engine: Makes connections.
        wait: Seconds to wait for another writer.
    """

    def __init__(self, path: Place, engine: Engine, *, wait: float) -> None:
        self.path, self.wait, self._engine = path, wait, engine
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
        with self._in_words(), self._engine.connect() as connection:
            yield connection

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
            with self._in_words(), self._writing() as connection:
                yield connection
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
            self._engine.dispose()

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]:
        """Begin as the only writer; keep all of it at the end, or nothing."""

    @abstractmethod
    def locked(self) -> StoreError:
        """Return the error for having waited too long for another writer."""

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
    driver = driver_of(connection)
    later, name = later_of(driver), f"step_{next(_NUMBER)}"
    later(f"SAVEPOINT {name}")
    try:
        yield
    except BaseException:
        if in_transaction(driver):
            driver.execute(f"ROLLBACK TO {name}")
            driver.execute(f"RELEASE {name}")
        raise
    later(f"RELEASE {name}")


_NUMBER = count()


def in_transaction(driver: Any) -> bool:
    """Tell whether a connection of either driver still has its transaction."""
    if hasattr(driver, "in_transaction"):
        return bool(driver.in_transaction)
    return not driver.closed and bool(driver.info.transaction_status)
