"""What the room decides; every decision replaces one that was seen, and stays."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, PolicyError
from workshop_kit.kit.conditions import relevant
from workshop_kit.live.answers import Answers
from workshop_kit.live.opened import FACILITATOR
from workshop_kit.policy.decide import decision
from workshop_kit.policy.lint import undecided, waiver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.kit.model import Question
    from workshop_kit.store.records import Decision

_SAID = (
    *("by", "reason", "variant", "dissent", "checked_by", "checked_on"),
    *("kit_version", "wording_hash"),
)


class Decisions(Answers):
    """Takes in decisions, and says what is decided."""

    def decide(
        self,
        question_id: str,
        fields: Mapping[str, Any],
        key: str | None = None,
        *,
        seen: int | None = None,
    ) -> Decision:
        """
        Record a decision; earlier ones stay in the log.

        Args:
            question_id: What was decided on.
            fields: See :func:`workshop_kit.policy.decide.decision`.
            key: As in :meth:`accept`; default a new one.
            seen: Place in the log of the decision that this one replaces knowingly,
                0 for none; None replaces whatever there is.

        Raises:
            AnswerError: If the value does not fit.
            PolicyError: If there is no value or no reason, or if another decision
                was made since.
        """
        question = self.question(question_id)
        checked = decision(question, fields)
        self._fitting(question, checked["value"], None)
        with self.store.together():
            last = self.last_decisions().get(question_id)
            if last is None or last.key != key:
                unless_newer(question_id, last, seen)
            return self.store.record_decision(
                question=question_id,
                key=key or str(uuid.uuid4()),
                kit_version=self.kit.version,
                wording_hash=self._wording_hash(question_id, question),
                **checked,
            )

    def last_decisions(self) -> dict[str, Decision]:
        """Return the last decision on each question, also one that was taken back."""
        return {made.question: made for made in self.store.decision_log()}

    def take_back(
        self, question_id: str, key: str, *, seen: int | None = None
    ) -> Decision:
        """
        Let the decision before the last one hold again, or none if there was none.

        Nothing is lost: both stay in the log, and taking back once more brings the
        last one back.

        Args:
            question_id: What was decided on.
            key: As in :meth:`accept`.
            seen: Place in the log of the decision that is meant; None for the last.

        Raises:
            PolicyError: If there is no decision, or another one was made since.
        """
        with self.store.together():
            log = [d for d in self.store.decision_log() if d.question == question_id]
            if not log or (log[-1].value is None and log[-1].key != key):
                raise PolicyError(
                    N_("There is no decision to take back."), where=question_id
                )
            if log[-1].key == key:
                return log[-1]
            unless_newer(question_id, log[-1], seen)
            before = log[-2] if len(log) > 1 else None
            kept = {name: getattr(before or log[-1], name) for name in _SAID}
            return self.store.record_decision(
                question=question_id,
                value=before.value if before else None,
                key=key,
                **kept,
            )

    def adopt(self, participant: str, reason: str) -> tuple[Decision, ...]:
        """
        Turn one person's answers into decisions, for the *draft* track.

        Questions that have been decided already are left alone.
        """
        values = self.answers(participant)
        asked = relevant(self.kit, values)
        made = self.store.decisions()
        return tuple(
            self.decide(
                question.id,
                {"value": values[question.id], "reason": reason, "by": FACILITATOR},
            )
            for question in self.kit.questions()
            if question.id in values
            and question.id in asked
            and question.id not in made
        )

    def waive(self, rule: str, name: str, reason: str) -> None:
        """
        Accept a finding; the name and the reason are printed with the policy.

        Raises:
            PolicyError: If the rule does not exist, or name or reason is empty.
        """
        self.store.waive(*waiver(self.kit, rule, name, reason))

    def undecided(self) -> tuple[Question, ...]:
        """Return what this track still has to decide."""
        return undecided(self.kit, self.store.decisions(), self.track)

    def said(self) -> dict[str, Any]:
        """Return what is decided, and else what was filled in here, by question."""
        decided = {k: made.value for k, made in self.store.decisions().items()}
        return self.answers(self.facilitator().id) | decided


def unless_newer(question_id: str, last: Decision | None, seen: int | None) -> None:
    """
    Refuse to go on from a decision that somebody has replaced since.

    Args:
        question_id: What is decided on.
        last: The last decision on it.
        seen: Place in the log of the one that was gone on from; 0 for none, None if
            that does not matter.

    Raises:
        PolicyError: If they are not the same.
    """
    if seen is not None and seen != (last.seq if last else 0):
        raise PolicyError(
            N_("Somebody else has just decided on this; look again before you go on."),
            where=question_id,
        )
