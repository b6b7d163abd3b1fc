"""Where answers live: a file or a schema per workshop; nothing is overwritten."""

from __future__ import annotations

from workshop_kit.store.records import (
    Action,
    Answer,
    Decision,
    Draft,
    Measurement,
    Participant,
    Signoff,
    Snapshot,
    Waiver,
    Workshop,
)
from workshop_kit.store.store import Store

__all__ = [
    "Action",
    "Answer",
    "Decision",
    "Draft",
    "Measurement",
    "Participant",
    "Signoff",
    "Snapshot",
    "Store",
    "Waiver",
    "Workshop",
]
