"""Lets connections in, and those go that never get to a whole request."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

WHOLE = 30.0
"""Seconds for a request and its answer, from the first byte to the last; a phone on
a bad network needs a few, and a disk that is slow is given ten."""

PLACES = 8000
"""Most connections at once, pages included; a little below what the system is asked
for, so that the workshop file can always be opened too."""

ITSELF = frozenset({"127.0.0.1", "::1"})
"""Addresses that may have all places: a proxy on this computer speaks for many."""


def worth_noting(record: logging.LogRecord) -> bool:
    """Tell whether the server's log keeps a line; not what strangers can cause."""
    return not record.getMessage().startswith("Invalid UTF-8 sequence")


_LENGTHS = frozenset({b"content-length", b"transfer-encoding"})
"""Headers that say where a request ends; who sends both hides a second one."""


def telling(came: Callable[[], None]) -> type[Gate]:
    """Return a gate that tells whenever somebody connects."""
    return type("Gate", (Gate,), {"came": staticmethod(came)})


class _Strict(h11.Connection):
    """Understands no request that two programs could understand in two ways."""

    def next_event(self) -> Any:
        event = super().next_event()
        if not isinstance(event, h11.Request):
            return event
        names = {name for name, _ in event.headers}
        # A page's line begins with a plain question; nothing else may follow in it.
        odd = b"upgrade" in names and (event.method != b"GET" or names & _LENGTHS)
        if names >= _LENGTHS or odd:
            msg = "a request with two ends"
            raise h11.RemoteProtocolError(msg)
        return event


class Gate(H11Protocol):
    """
    HTTP of one connection, with an end to how long and how often.

    The server itself only ends connections between two requests; who sends a
    request byte by byte, or takes no answer in, could hold on to them for good.

    Attributes:
        came: Called for every connection, pages included; see :func:`telling`.
    """

    came: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.conn = _Strict(h11.SERVER)
        # What strangers send that is no HTTP may not fill the log.
        self.logger = logging.getLogger("workshop_kit.room.http")
        self.logger.setLevel(logging.ERROR)
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait, unless there is no place left."""
        super().connection_made(transport)
        self.came()
        if self._crowded():
            transport.abort()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._wait()
        super().on_response_complete()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand over to the line, which looks after itself."""
        self._stop()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; in the middle of an answer just hang up."""
        if self.cycle is not None:
            # Whoever waits for the rest of this request would wait in vain.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            self.transport.abort()

    def _wait(self) -> None:
        self._stop()
        self._end = self.loop.call_later(WHOLE, self.transport.abort)

    def _stop(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _crowded(self) -> bool:
        """Tell whether all places are taken, or one address has half of them."""
        taken = len(self.connections)
        if taken > PLACES:
            return True
        address = self.client[0] if self.client else ""
        if taken <= PLACES // 2 or address in ITSELF or not self.client:
            return False
        clients = (getattr(one, "client", None) for one in self.connections)
        return sum(1 for c in clients if c and c[0] == address) > PLACES // 2
