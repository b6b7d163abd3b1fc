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

SOME, FEW, MANY = 50, 500, 20_000
"""Connections since the last time from which it is done: while nobody is here, in a
quiet moment, and at once. What 20,000 leave behind takes about 40 MB."""

SOON, LATE = 600.0, 3600.0
"""Seconds after which fewer are enough, in a quiet moment or at once."""


class Sweep:
    """
    Python's garbage collector, kept from holding everybody up.

    Most of what a room uses goes by itself. What refers to itself in a circle, such as
    a connection of Python 3.11 that has ended, has to be looked for. What is new is
    looked through all the time, which takes a few milliseconds. All there is would be
    looked through whenever it has grown by a quarter, in which with 5,000 people
    everybody waits for the better part of a second: here that is done when the room
    is quiet, and at the latest after so many connections or an hour.

    Args:
        clock: Seconds that never run back.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._swept = self._heard = clock()
        self._came, self._ours = 0, False

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

    def came(self) -> None:
        """Note that somebody has connected, who will go again."""
        self._came += 1

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
        self._swept, self._came = self._clock(), 0
        return True

    def _due(self, *, empty: bool) -> bool:
        now = self._clock()
        since = now - self._swept
        if not self._came:
            return False
        if self._came >= MANY or since >= LATE:
            return True
        quiet = empty or now - self._heard >= QUIET
        return quiet and (self._came >= (SOME if empty else FEW) or since >= SOON)
