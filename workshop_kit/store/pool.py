"""Connections between one use and the next."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT = 5
"""Connections that are kept open while nobody uses them."""


class NoConnectionError(Exception):
    """All connections that there may be are in use."""


class Pool:
    """
    Connections of a driver, each used by one thread at a time.

    Args:
        connect: Makes one.
        wait: Seconds to wait for one, where there may be no more.
        most: How many there may be at a time; None for any number.
    """

    def __init__(
        self, connect: Callable[[], Any], *, wait: float, most: int | None = None
    ) -> None:
        self._connect, self._wait = connect, wait
        self._free = threading.Semaphore(most) if most else None
        self._lock = threading.Lock()
        self._idle: list[Any] = []
        self._closed = False

    @contextmanager
    def taken(self, begin: Callable[[Any], object]) -> Iterator[Any]:
        """
        Give a connection, and take it back, undoing what was not kept.

        Args:
            begin: What is done with it first. If a connection was lost while nobody
                used it, this notices, and is done with another one.

        Raises:
            NoConnectionError: If none became free in time.
        """
        if self._free and not self._free.acquire(timeout=self._wait):
            raise NoConnectionError
        try:
            driver = self._begun(begin)
            try:
                yield driver
            finally:
                self._back(driver)
        finally:
            if self._free:
                self._free.release()

    def close(self) -> None:
        """Close all connections; those in use, when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for driver in idle:
            driver.close()

    def _begun(self, begin: Callable[[Any], object]) -> Any:
        while True:
            waiting = self._waiting()
            driver = self._connect() if waiting is None else waiting
            try:
                begin(driver)
            except BaseException as error:
                lost = isinstance(error, Exception) and getattr(driver, "closed", False)
                self._back(driver)
                if waiting is None or not lost:
                    raise
            else:
                return driver

    def _waiting(self) -> Any:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _back(self, driver: Any) -> None:
        try:
            driver.rollback()
        except Exception:  # noqa: BLE001 - of no use any more, whatever it is
            with suppress(Exception):
                driver.close()
            return
        with self._lock:
            keep = not self._closed and len(self._idle) < KEPT
            if keep:
                self._idle.append(driver)
        if not keep:
            driver.close()
