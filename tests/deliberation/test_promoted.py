"""Ideas that a room makes options stand beside those of the kit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workshop_kit.deliberation.promoted import PROMOTED, promoted
from workshop_kit.kit.model import Option


@dataclass(frozen=True)
class Done:
    """An action that did not come out of a store."""

    seq: int
    about: str
    value: Any
    kind: str = PROMOTED


def _option(name, words):
    return Option(id=name, label={"nl": words, "en": words}, proper=True)


def test_ideas_become_options_in_the_order_of_the_log():
    """Of each question, in the same words for every language."""
    actions = [
        Done(seq=3, about="room.vote/own_2", value={"label": "Een {podcast}"}),
        Done(seq=1, about="room.vote/own_1", value={"label": "Een blog"}),
        Done(seq=2, about="room.other/own_1", value={"label": "Elke dag"}),
    ]
    found = promoted(actions)
    assert list(found) == ["room.vote", "room.other"]
    assert found == {
        "room.vote": (_option("own_1", "Een blog"), _option("own_2", "Een {podcast}")),
        "room.other": (_option("own_1", "Elke dag"),),
    }


def test_other_actions_and_those_taken_back_make_no_option():
    """Only what stands is offered."""
    actions = [
        Done(seq=1, about="room.vote/own_1", value=None),
        Done(seq=2, about="room.vote/own_2", value={"label": "x"}, kind="open"),
        Done(seq=3, about="room.vote/own_3", value={"label": "Een blog"}),
    ]
    assert promoted(actions) == {"room.vote": (_option("own_3", "Een blog"),)}
