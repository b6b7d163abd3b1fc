"""Ideas of the room that became options of a question, beside those of the kit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from workshop_kit.i18n import LANGUAGES
from workshop_kit.kit.model import Option

if TYPE_CHECKING:
    from collections.abc import Iterable

PROMOTED = "option"
"""Kind of the action that makes an idea an option, about ``question/option``."""


class ActionLike(Protocol):
    """What is needed of an action; the store's own records have it."""

    @property
    def seq(self) -> int:
        """Place in the log."""

    @property
    def kind(self) -> str:
        """What kind of action."""

    @property
    def about(self) -> str:
        """What it is about."""

    @property
    def value(self) -> Any:
        """A JSON value; None takes an earlier action back."""


def promoted(actions: Iterable[ActionLike]) -> dict[str, tuple[Option, ...]]:
    """
    Return the options that ideas became, by question, in the order they did.

    Args:
        actions: Those that stand; other kinds are left out.
    """
    found: dict[str, tuple[Option, ...]] = {}
    for action in sorted(actions, key=lambda action: action.seq):
        if action.kind == PROMOTED and action.value:
            question, _, option = action.about.partition("/")
            # In the words of who had the idea, whatever language others read.
            words = dict.fromkeys(LANGUAGES, str(action.value["label"]))
            made = Option(id=option, label=words, proper=True)
            found[question] = (*found.get(question, ()), made)
    return found
