"""How often somebody may try, so that neither guessing nor flooding gets anywhere."""

from __future__ import annotations

import ipaddress
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

    Only wrong attempts count: a whole room behind one router may join at once. Each
    address has its own tries. When many addresses together guess too fast, every
    address gets fewer, but whoever types the right code within those still comes
    in: nobody can keep the others out by guessing. What is looked at in all has an
    end too, by which guessing stays hopeless whatever addresses somebody has.

    Addresses are kept in memory for as long as they matter and nowhere else.

    Args:
        clock: Seconds that never run back.
    """

    EACH = (10 / 60, 10)
    """Wrong codes of one address: ten, then ten a minute."""

    ALL = (1.0, 100)
    """Wrong codes in all, a hundred and then one a second, until addresses get few."""

    FEW = (1 / 60, 3)
    """Wrong codes of one address in that case: three, then one a minute."""

    MOST = (50.0, 500)
    """Wrong codes that are looked at in all, whatever happens."""

    REMEMBERED = 10_000
    """Addresses that are remembered at a time."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Bucket(*self.ALL, clock=clock)
        self._most = Bucket(*self.MOST, clock=clock)
        self._each: OrderedDict[str, tuple[Bucket, Bucket]] = OrderedDict()

    def locked(self, address: str) -> bool:
        """Tell whether an attempt from *address* is not even looked at now."""
        if self._most.empty():
            return True
        own = self._each.get(_household(address))
        if own is None:
            return False
        each, few = own
        return each.empty() or (self._all.empty() and few.empty())

    def wrong(self, address: str) -> None:
        """Count a wrong code."""
        self._all.take()
        self._most.take()
        name = _household(address)
        if name not in self._each:
            each, few = (
                Bucket(*one, clock=self._clock) for one in (self.EACH, self.FEW)
            )
            self._each[name] = each, few
        self._each.move_to_end(name)
        for bucket in self._each[name]:
            bucket.take()
        if len(self._each) > self.REMEMBERED:
            self._each.popitem(last=False)


def _household(address: str) -> str:
    """Return what counts as one address: of IPv6, the half that a network is given."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return address
    return str(ip.ipv4_mapped or int(ip) >> 64)
