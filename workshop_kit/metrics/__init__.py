"""What the figures say: exports read into tidy frames, KPIs, baselines, targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from workshop_kit.metrics.readers.result import Answers, Export

__all__ = ["read"]


def read(
    source: Path | str | bytes, *, answers: Answers | None = None, name: str = ""
) -> Export:
    """
    Read a file with figures of any known format.

    See :func:`workshop_kit.metrics.readers.recognise.read`. The readers are imported at
    the first call, because the catalogue of KPIs is used where pandas is not needed.
    """
    from workshop_kit.metrics.readers import recognise  # noqa: PLC0415 - see above

    return recognise.read(source, answers=answers, name=name)
