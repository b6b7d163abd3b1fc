"""When Python looks for what is left over: while nobody waits for it."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NEVER = 1_000_000
"""Rounds among what is new before Python by itself walks through all there is."""

QUIET = 2.0
"""Seconds without a word from any page in which a pause disturbs nobody."""

FEW, MANY = 500, 20_000
"""Pages that went: from the first on in a quiet moment, from the second on at once."""

SOON, LATE = 600.0, 3600.0
"""Seconds since the last time after which it is done in a quiet moment, or at once."""


class Sweep:
    """
    Python's garbage collector, kept from holding everybody up.

    Most of what a room uses goes by itself. What refers to itself in a circle, such as
    a connection of Python 3.11 that has ended, has to be looked for. What is new is
    looked through all the time, which takes a few milliseconds. All there is would be
    looked through whenever it has grown by a quarter, in which with 5,000 people
    everybody waits for the better part of a second: here that is done when the room
    is quiet, and at the latest after so many pages or an hour.

    Args:
        clock: Seconds that never run back.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._swept = self._heard = clock()
        self._gone, self._ours = 0, False

    def take_over(self) -> None:
        """Decide from now on when it is done, in this process, which only serves."""
        gc.collect()
        # What is there before anybody came stays, and need not be looked through.
        gc.freeze()
        new, middle, _ = gc.get_threshold()
        gc.set_threshold(new, middle, NEVER)
        self._swept, self._ours = self._clock(), True

    def heard(self) -> None:
        """Note that a page has said something."""
        self._heard = self._clock()

    def gone(self) -> None:
        """Note that a page went."""
        self._gone += 1

    def look(self, *, empty: bool) -> bool:
        """
        Do it if this is the moment.

        Args:
            empty: Whether nobody is here.

        Returns:
            Whether it was done.
        """
        if not (self._ours and self._due(empty=empty)):
            return False
        gc.collect()
        self._swept, self._gone = self._clock(), 0
        return True

    def _due(self, *, empty: bool) -> bool:
        now = self._clock()
        since = now - self._swept
        if self._gone >= MANY or since >= LATE:
            return True
        quiet = empty or now - self._heard >= QUIET
        # Who leaves last leaves nothing behind.
        few = 1 if empty else FEW
        return quiet and (self._gone >= few or since >= SOON)
