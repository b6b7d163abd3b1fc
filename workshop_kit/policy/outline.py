"""The questions of a kit as they were worded, and what became of them since."""

# ruff: noqa: TC001 - pydantic reads the annotations

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from workshop_kit.kit.model import Text

if TYPE_CHECKING:
    from workshop_kit.kit.model import Kit, Question


class Asked(BaseModel):
    """
    A question as it was worded, to tell later what changed in the kit.

    Attributes:
        hash: Of all its words; see :func:`wording_hash`.
        options: Option id → label; empty for questions without.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    label: Text
    hash: str
    options: dict[str, Text] = {}


def wording_hash(question: Question) -> str:
    """Return the hash of a question's words, to tell later what was asked."""
    return hashlib.sha256(question.model_dump_json().encode()).hexdigest()[:16]


def outline(kit: Kit) -> dict[str, Asked]:
    """Return what a kit asks, in short, by question id; notes are left out."""
    return {
        question.id: Asked(
            type=question.type,
            label=question.label,
            hash=wording_hash(question),
            options={option.id: option.label for option in question.options},
        )
        for question in kit.questions()
        if question.type != "note"
    }
