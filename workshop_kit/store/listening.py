"""Hears from PostgreSQL that somebody has written, instead of looking all the time."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

AGAIN = 1.0
"""Seconds between attempts to listen again after the connection was lost."""


class Listener:
    """
    A thread with a connection of its own, that waits for word from the server.

    After it was cut off it listens again, and tells once, because it may have missed
    something.

    Args:
        connect: Makes a connection, outside any transaction.
        channel: What to listen to.
        told: Called whenever there is word; must be quick.
    """

    def __init__(
        self, connect: Callable[[], Any], channel: str, told: Callable[[], None]
    ) -> None:
        self._connect, self._channel, self._told = connect, channel, told
        self._bell, self._ring = socket.socketpair()
        self._over, self._rest = False, threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; one that waits for a server that is away ends later."""
        self._over = True
        self._rest.set()
        self._ring.close()
        self._thread.join(2)

    def _run(self) -> None:
        with self._bell:
            while not self._over:
                with suppress(Exception), self._connect() as connection:
                    connection.execute(f'LISTEN "{self._channel}"')
                    self._told()
                    self._wait(connection)
                self._rest.wait(AGAIN)

    def _wait(self, connection: Any) -> None:
        line = connection.pgconn
        # Not select(), which knows no more than 1,024 open files.
        with selectors.DefaultSelector() as ears:
            ears.register(line.socket, selectors.EVENT_READ)
            ears.register(self._bell, selectors.EVENT_READ)
            while not self._over:
                ears.select()
                line.consume_input()
                found = False
                while line.notifies() is not None:
                    found = True
                if found:
                    self._told()
