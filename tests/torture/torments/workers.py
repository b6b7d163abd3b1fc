"""Somebody to do things to a workshop in a process that may be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from torments.rooms import environment
from workshop_kit.store import place as places


class Worker:
    """A process that does things to a workshop, and may be killed; see its file."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("worker.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )

    def _tell(self, order):
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def _hear(self):
        return self._process.stdout.readline().rstrip("\n")

    def open(self, place):
        """Open a workshop."""
        self._tell(["open", str(place), places.environment(place)])
        self.pid = int(self._hear())

    def leave(self):
        """Close it as programs do."""
        self._tell(["leave"])
        assert self._hear() == "gone"

    def do(self, method, *given, **named):
        """Do something; returns the name of the error, or what came of it."""
        self._tell([method, given, named])
        return self._hear()

    def kill(self):
        """Kill it; returns what it may have said last."""
        os.kill(self.pid, signal.SIGKILL)
        said = []
        while (word := self._hear()) != "gone":
            said.append(word)
        return said

    def kill_meanwhile(self, seconds, method, *given, **named):
        """Kill it while it does something; True if that was acknowledged."""
        self._tell([method, given, named])
        time.sleep(seconds)
        return self.kill() == [""]

    def close(self):
        """End all of it."""
        self._process.kill()
        self._process.communicate()
