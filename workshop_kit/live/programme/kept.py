"""One room of a programme: a process of its own, forked from the keeper's."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import WorkshopError
from workshop_kit.i18n import Translator
from workshop_kit.live.room import launch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.process import BaseProcess

    from workshop_kit.live.programme.places import Place
    from workshop_kit.live.programme.setting import Setting

PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before a room is started again, after its first end and each next."""

STEADY = 60.0
"""Seconds that a room has to run before its next end counts as the first."""

REFUSED = 3
"""Exit code of a room that said in words why it cannot be."""

BACKLOG = 1024
"""Connections that may wait while a room is started again."""


@dataclass(slots=True, kw_only=True)
class Kept:
    """
    A room that is kept.

    The socket is made by the keeper and stays with it, so that whoever comes while
    the room is started again waits a moment instead of being turned away.

    Attributes:
        place: Which one.
        listening: None while it is not to be reached.
        process: None while it is not running.
        due: When it may be started, by the monotonic clock.
    """

    place: Place
    listening: socket.socket | None = None
    process: BaseProcess | None = None
    due: float = 0.0
    _begun: float = field(default=0.0, init=False)
    _ends: int = field(default=0, init=False)

    def start(
        self, context: Any, setting: Setting, lang: str, others: Sequence[Kept]
    ) -> None:
        """
        Start it.

        Args:
            context: Of :mod:`multiprocessing`.
            setting: Where the rooms are.
            lang: In which it says what is wrong.
            others: Whose sockets a fork gets, and may not keep.
        """
        forked = context.get_start_method() == "fork"
        sockets = [each.listening for each in others if each.listening and forked]
        self._begun = time.monotonic()
        self.process = context.Process(
            target=_serve,
            args=(self.place, self.listening, setting, lang, os.getpid(), sockets),
            name=self.place.name,
            daemon=True,
        )
        self.process.start()

    def settle(self) -> None:
        """Take note of its end, if it has ended, and of when to start it again."""
        if self.process is None or self.process.is_alive():
            return
        now = time.monotonic()
        self._ends = 1 if now - self._begun > STEADY else self._ends + 1
        self.due = now + PAUSES[min(self._ends, len(PAUSES)) - 1]
        if self.process.exitcode == REFUSED:
            self.due = max(self.due, now + PAUSES[1])
            # Nobody should wait at a door that does not open.
            self.hang_up()
        self.process.close()
        self.process = None

    def end(self, seconds: float) -> None:
        """End it, by force after so many seconds, and give its address up."""
        if self.process is not None:
            self.process.join(max(0.0, seconds))
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
        self.hang_up()

    def hang_up(self) -> None:
        """Listen no more."""
        if self.listening is None:
            return
        name = self.listening.getsockname()
        self.listening.close()
        self.listening = None
        if isinstance(name, str):
            with suppress(OSError):
                Path(name).unlink()


def at_port(host: str, wished: Sequence[int]) -> socket.socket:
    """
    Listen on the first of some ports that can be had.

    Raises:
        WorkshopError: If none can be had.
    """
    listening = launch.listen(host, wished)
    listening.listen(BACKLOG)
    return listening


def at_file(path: Path) -> socket.socket:
    """
    Listen on a socket of this system, for a proxy.

    Raises:
        OSError: If it cannot be made.
    """
    with suppress(FileNotFoundError):
        path.unlink()
    family = socket.AF_UNIX  # type: ignore[attr-defined,unused-ignore]
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.bind(str(path))
    # Whoever the proxy is, it has to write to it.
    path.chmod(0o666)
    listening.listen(BACKLOG)
    return listening


def _serve(  # noqa: PLR0913, PLR0917 - all that a process is told
    place: Place,
    listening: socket.socket,
    setting: Setting,
    lang: str,
    keeper: int,
    others: list[socket.socket],
) -> None:
    for each in others:
        each.close()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _become(place.owner)
    try:
        launch.run(
            place.where,
            listening,
            prefix=setting.prefix(place.name),
            public=setting.public(),
            certfile=setting.certfile,
            keyfile=setting.keyfile,
            watched=keeper,
        )
    except WorkshopError as error:
        words = error.render(Translator(lang))
        sys.stderr.write(f"{place.name}: {words}\n")
        sys.exit(REFUSED)


def _become(owner: tuple[int, int]) -> None:
    """Have no more rights than who owns the workshop."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    user, group = owner
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
