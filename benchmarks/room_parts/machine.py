"""What this runs on, and how busy it is."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def machine() -> str:
    """Return what this runs on."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} x {(names or ['?'])[0]}, Linux {platform.release()}"


def say(text: str) -> None:
    """Print a line, with how busy the machine is."""
    print(f"{text}   [load {os.getloadavg()[0]:.1f}]", flush=True)
