"""Names that no file can have on Windows, whatever system we are on."""

from __future__ import annotations

from itertools import product

_NUMBERS = "123456789\u00b9\u00b2\u00b3"
_DEVICES = {
    *("con", "prn", "aux", "nul", "conin$", "conout$"),
    *(kind + number for kind, number in product(("com", "lpt"), _NUMBERS)),
}


def is_a_device(name: str) -> bool:
    """Tell whether Windows takes a name for a device, with any ending."""
    return name.partition(".")[0].rstrip(" ").casefold() in _DEVICES
