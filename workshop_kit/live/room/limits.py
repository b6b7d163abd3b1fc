"""How often somebody may try, so that neither guessing nor flooding gets anywhere."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE = 64 * 1024
"""Most bytes of one message."""

FIELD = 8 * 1024
"""Most bytes of one text in an answer, in UTF-8."""


class Bucket:
    """
    Lets *rate* through a second, and *burst* at once after a rest.

    Args:
        rate: Per second, in the long run.
        burst: At once.
        clock: Seconds that never run back.
    """

    __slots__ = ("_at", "_burst", "_clock", "_left", "_rate")

    def __init__(
        self, rate: float, burst: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left, self._at = burst, clock()

    def take(self) -> bool:
        """Use one up; False if there is none left now."""
        self._fill()
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def empty(self) -> bool:
        """Tell whether there is none left now, without using one up."""
        self._fill()
        return self._left < 1

    def _fill(self) -> None:
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now


class Door:
    """
    Counts wrong codes, per address and in all, and locks for a while.

    Only wrong attempts count: a whole room behind one router may join at once.
    Addresses are kept in memory for as long as they matter and nowhere else.

    Args:
        clock: Seconds that never run back.
    """

    EACH = (10 / 60, 10)
    """Wrong codes of one address: ten, then ten a minute."""

    ALL = (1.0, 100)
    """Wrong codes in all: a hundred, then one a second."""

    REMEMBERED = 10_000
    """Addresses that are remembered at a time."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Bucket(*self.ALL, clock=clock)
        self._each: OrderedDict[str, Bucket] = OrderedDict()

    def locked(self, address: str) -> bool:
        """Tell whether an attempt from *address* is not even looked at now."""
        own = self._each.get(address)
        return self._all.empty() or (own is not None and own.empty())

    def wrong(self, address: str) -> None:
        """Count a wrong code."""
        self._all.take()
        if address not in self._each:
            self._each[address] = Bucket(*self.EACH, clock=self._clock)
        self._each.move_to_end(address)
        self._each[address].take()
        if len(self._each) > self.REMEMBERED:
            self._each.popitem(last=False)
