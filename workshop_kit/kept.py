"""Keeps what was made of a file, as Python keeps bytecode, for the next program."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def kept(
    file: Path, ending: str, sources: Iterable[bytes], make: Callable[[], bytes]
) -> bytes:
    """
    Return what is made of a file, from where it was kept if its sources are the same.

    It is kept where Python keeps the bytecode of a file in that folder, and not if
    Python is told to keep none. A folder that cannot be written, or a kept file
    that is damaged, only costs the time to make it again.

    Args:
        file: What it is made of.
        ending: Of the name under which it is kept, such as ``.json``.
        sources: Content of all that it is made of, in an order that stays the same.
        make: Makes it; what it raises is passed on.
    """
    place = Path(cache_from_source(str(file))).with_suffix(ending)
    mark = _hash(b"".join(map(_hash, sources)))
    with suppress(OSError):
        head, _, content = place.read_bytes().partition(b"\n")
        if head == mark + _hash(content):
            return content
    made = make()
    if not sys.dont_write_bytecode:
        with suppress(OSError):
            _write(place, mark + _hash(made) + b"\n" + made)
    return made


def _hash(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    # Of two programs that keep it at once, each writes a file of its own.
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
