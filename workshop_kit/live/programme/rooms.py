"""Keeps the rooms of a programme: starts those that come, and those that die again."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import time
from contextlib import suppress
from multiprocessing import connection
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.live.programme.kept import Kept, at_file, at_port
from workshop_kit.live.programme.places import find
from workshop_kit.live.room.launch import own_modules

if TYPE_CHECKING:
    import socket

    from workshop_kit.i18n import Translator
    from workshop_kit.live.programme.setting import Setting

LOOK = 1.0
"""Seconds between looks for rooms that came or went."""

HURRY = 8.0
"""Seconds that rooms have to end in."""


class Rooms:
    """
    The rooms of one programme.

    Each is forked from this process, which has loaded all there is to load, so that
    it costs only what is its own. If this process is root's, a room gives that up
    for the owner of its file. No workshop is opened here.

    Args:
        setting: Where they are.
        t: Speaks to whoever runs the programme.
    """

    def __init__(self, setting: Setting, t: Translator) -> None:
        self._setting, self._t = setting, t
        self._kept: dict[str, Kept] = {}
        self._said: set[str] = set()
        self._over = False
        # Elsewhere a fork is not safe, and each room loads everything anew.
        way = "fork" if sys.platform == "linux" else "spawn"
        self._context: Any = multiprocessing.get_context(way)

    def run(self) -> None:
        """
        Keep them until this process is told to end.

        Raises:
            WorkshopError: If the folder is not there, or the setting cannot work.
        """
        # A room that is no fork looks for modules anew, as ``python -c`` does.
        os.environ.update(own_modules(os.environ))
        self._setting.must_be_whole()
        find(self._setting.folder)
        _load()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        try:
            while not self._over:
                self._look()
                self._wait()
        finally:
            self._close(list(self._kept.values()))

    def _end(self, *_: object) -> None:
        self._over = True

    def _wait(self) -> None:
        """Wait until it is time to look, or a room ends."""
        running = [
            kept.process.sentinel for kept in self._kept.values() if kept.process
        ]
        if running:
            connection.wait(running, LOOK)
        else:
            time.sleep(LOOK)

    def _look(self) -> None:
        found, problems = find(self._setting.folder)
        for problem in problems:
            self._say(problem)
        gone = [n for n, kept in self._kept.items() if found.get(n) != kept.place]
        self._close([self._kept.pop(name) for name in gone])
        for name, place in found.items():
            kept = self._kept.setdefault(name, Kept(place=place))
            kept.settle()
            if kept.process is None and time.monotonic() >= kept.due and not self._over:
                self._start(kept)

    def _start(self, kept: Kept) -> None:
        try:
            kept.listening = kept.listening or self._listen(kept.place.name)
        except WorkshopError as error:
            kept.due = time.monotonic() + HURRY
            self._say(error)
            return
        others = [each for each in self._kept.values() if each is not kept]
        kept.start(self._context, self._setting, self._t.lang, others)

    def _listen(self, name: str) -> socket.socket:
        where = self._setting
        try:
            if where.sockets is None:
                found = at_port(where.host, where.ports(name))
                where.keep(name, found.getsockname()[1])
                return found
            where.sockets.mkdir(parents=True, exist_ok=True)
            return at_file(where.sockets / f"{name}.sock")
        except OSError as error:
            raise WorkshopError(
                N_("The room cannot be opened ({problem})."),
                where=name,
                problem=error.strerror or str(error),
            ) from None

    def _close(self, rooms: list[Kept]) -> None:
        until = time.monotonic() + HURRY
        for kept in rooms:
            if kept.process is not None and kept.process.is_alive():
                kept.process.terminate()
        for kept in rooms:
            kept.end(until - time.monotonic())

    def _say(self, error: WorkshopError) -> None:
        words = error.render(self._t)
        if words not in self._said:
            self._said.add(words)
            sys.stderr.write(f"{words}\n")


def _load() -> None:
    """Load what every room needs, so that all share it."""
    import uvicorn.lifespan.on  # noqa: PLC0415 - only where rooms are forked
    import uvicorn.loops.auto  # noqa: PLC0415
    import uvicorn.protocols.http.auto  # noqa: PLC0415
    import uvicorn.protocols.websockets.websockets_sansio_impl  # noqa: PLC0415, F401

    from workshop_kit.errors import KitError  # noqa: PLC0415
    from workshop_kit.i18n import LANGUAGES, Translator  # noqa: PLC0415
    from workshop_kit.kit.conditions import relevant  # noqa: PLC0415
    from workshop_kit.kit.found import names  # noqa: PLC0415
    from workshop_kit.kit.load import load, ready  # noqa: PLC0415
    from workshop_kit.live.room import hall, results, server  # noqa: PLC0415, F401

    for name in names():
        # One that is installed and broken is said to whoever asks for it.
        with suppress(KitError):
            relevant(load(name), {})
    for lang in LANGUAGES:
        Translator(lang)
    ready()
    # What is known not to be garbage is not looked at, and so not copied either.
    gc.collect()
    gc.freeze()
