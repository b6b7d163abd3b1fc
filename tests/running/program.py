"""Runs our command as people do, in a process of its own; for tests everywhere."""

from __future__ import annotations

import os
import subprocess
import sys


def command(*arguments, cwd=None, lang="en", typed=""):
    """Run ``workshop-kit`` in a language, with what is typed at it."""
    return subprocess.run(
        [sys.executable, "-m", "workshop_kit", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "WORKSHOP_LANG": lang},
        check=False,
        capture_output=True,
        text=True,
        input=typed,
    )
