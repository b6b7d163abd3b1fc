"""Signs of life of the processes that serve one workshop, and what dead ones left."""

from __future__ import annotations

import platform
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from workshop_kit.store.store import Store

BEAT = 5.0
"""Seconds between two signs of life."""

DEAD = 20.0
"""Seconds without one after which a process counts as ended."""


class Alive:
    """
    One of the processes that serve a workshop.

    No clock of another computer is trusted: a process counts as ended when it has not
    given a sign of life for a while as seen from here, or if it ran on this computer
    and is no longer there. Who was thought dead by mistake comes back with his next
    sign.

    Args:
        store: The open workshop; used in one thread only.
        host: Id of this process.
        pid: Of this process.
        clock: Seconds that never run back.
    """

    def __init__(
        self,
        store: Store,
        host: str,
        pid: int,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._host, self._clock = store, host, clock
        self._process = _name(pid)
        self._heard: dict[str, tuple[int, float]] = {}

    def arrive(self) -> None:
        """Take a place, and clear away what dead ones left behind."""
        self._store.beat(self._host, self._process)
        self._store.bury(*self._dead())

    def beat(self, here: Collection[str]) -> set[str]:
        """
        Give a sign of life, and clear away who has not given one for long.

        Args:
            here: Ids of the participants whose pages are connected to this process.

        Returns:
            Those of them that have a page at another process too.
        """
        elsewhere = self._store.beat(self._host, self._process, here)
        dead = self._dead()
        if dead:
            self._store.bury(*dead)
        return elsewhere

    def depart(self) -> None:
        """Leave, with everybody."""
        self._store.bury(self._host)

    def _dead(self) -> list[str]:
        now, heard = self._clock(), self._heard
        self._heard, dead = {}, []
        for host in self._store.hosts():
            beats, at = heard.get(host.id, (-1, now))
            self._heard[host.id] = (host.beats, at if beats == host.beats else now)
            silent = now - self._heard[host.id][1] >= DEAD
            if host.id != self._host and (silent or _ended(host.process)):
                dead.append(host.id)
        return dead


def _name(pid: int) -> str:
    """Name a process so that it is known again on this computer."""
    import psutil  # noqa: PLC0415 - only needed to serve

    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        started = 0.0
    return f"{platform.node()}/{pid}/{started:.1f}"


def _ended(process: str) -> bool:
    """Tell whether a process of this computer has ended; of others nobody knows."""
    import psutil  # noqa: PLC0415 - only needed to serve

    node, _, rest = process.rpartition("/")[0].rpartition("/")
    if node != platform.node():
        return False
    pid = int(rest)
    if not psutil.pid_exists(pid):
        return True
    try:
        if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
    except psutil.NoSuchProcess:
        return True
    return _name(pid) != process
