"""Writes documents to files: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from workshop_kit.errors import N_, ExportError


def write(path: Path, content: bytes) -> Path:
    """
    Write a file under another name first, so that no half file ever appears.

    Raises:
        ExportError: If it cannot be written, for example because the disk is full;
            what stood there before is still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ExportError(
            N_("this file cannot be written ({problem})."),
            where=str(path),
            fix=N_("Close it if it is open elsewhere, make room, or choose a folder."),
            problem=error.strerror,
        ) from None
    return path
