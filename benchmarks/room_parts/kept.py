"""What was acknowledged, held against what the file holds after the server's end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.store import Store

if TYPE_CHECKING:
    from workshop_kit.store.place import Place

SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")


def compare(file: Place, acknowledged: list[list[Any]], sent: int) -> dict[str, Any]:
    """
    Compare what was acknowledged with what the file holds.

    Args:
        file: The workshop, whose server was killed.
        acknowledged: Key, question and value of each.
        sent: How many different answers were sent.

    Returns:
        ``lost`` were acknowledged and are not there, ``doubled`` are there twice or
        were never sent; ``held`` and how the file is synchronised.
    """
    level = "synchronous_commit=on"
    with Store.open(file) as store:
        if isinstance(store.path, Path):
            level = SYNCHRONOUS[store._database.pragma("synchronous")]  # noqa: SLF001
        log = store.answer_log()
    held = {answer.key: (answer.question, answer.value) for answer in log}
    lost = sum(held.get(key) != (q, value) for key, q, value in acknowledged)
    twice = sum(n - 1 for n in Counter(answer.key for answer in log).values())
    return {
        "lost": lost,
        "doubled": twice + max(0, len(held) - sent),
        "held": len(log),
        "synchronous": level,
    }
