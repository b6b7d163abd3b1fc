"""Answers and questions with only the parts that counting needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from workshop_kit.kit.model import Option, Question


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer that did not come out of a store."""

    question: str
    participant: str
    value: Any
    round: int = 1


@pytest.fixture
def ask():
    """Make a question; options are named by their letters."""

    def make(kind, letters="", **more):
        words = {"en": "words"}
        return Question(
            id="room.vote",
            type=kind,
            label=words,
            hint=words,
            script=words,
            options=tuple(
                Option(id=letter, label={"en": letter.upper()}) for letter in letters
            ),
            **more,
        )

    return make


@pytest.fixture
def say():
    """Give one answer per value, by p0, p1, …."""

    def give(*values, in_round=1):
        return [
            Given(
                question="room.vote", participant=f"p{i}", value=value, round=in_round
            )
            for i, value in enumerate(values)
        ]

    return give
