"""Where the facilitator leads from: the panel, and below it the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipywidgets import VBox  # type: ignore[import-untyped] # it has no types

from workshop_kit.forms.form import MIME
from workshop_kit.live.cards import (
    one_decision_form,
    renew_decision,
    start_decision,
)
from workshop_kit.live.room.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Participant


class Lectern(VBox):  # type: ignore[misc] # of an untyped class
    """
    A panel with the card on which the question in focus is decided.

    Args:
        workshop: The workshop.
        aspects: Those that are led here; at least one.
        who: Who leads and decides.
    """

    def __init__(
        self, workshop: Workshop, aspects: Sequence[str], who: Participant
    ) -> None:
        self.workshop, self._aspects, self._who = workshop, tuple(aspects), who
        self.panel = Panel(workshop, aspects, by=who.alias)
        self.decision, self._question = VBox(), ""
        # One box to measure and one to lay out: the decision stands under its question.
        inner = VBox([self.panel, self.decision])
        inner.add_class("wk-desk")
        super().__init__([inner])
        self.add_class("wk-lectern")
        self.panel.on_turn(self._turn)
        self.panel.on_settle(self._settle)

    def _turn(self, question: str) -> None:
        """Show the card of a question; a card that is there already stays."""
        former = self.decision.children
        if former and question == self._question:
            renew_decision(former[0], self.workshop, question)
            return
        self._question = question
        self.decision.children = (
            [one_decision_form(self.workshop, question, self._who)] if question else []
        )
        for form in former:
            form.close()

    def _settle(self) -> str:
        """Begin the decision with what leads in the room."""
        (form,) = self.decision.children
        return start_decision(form, self.workshop, self._question, self._who)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        data: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        data["text/plain"] = self.panel.plain
        every = tuple(aspect.id for aspect in self.workshop.kit.aspects)
        data[MIME] = {
            "workshop": str(self.workshop.store.path),
            # Where all is led, each part has its decisions in a place of its own.
            "kind": "room" if self._aspects == every else "decisions",
            "lang": self.workshop.lang,
            "aspect": " ".join(self._aspects),
        }
        return data
