"""What participants fill in, and the rules by which it is taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.ballot import voted_on
from workshop_kit.errors import N_, AnswerError
from workshop_kit.kit.conditions import relevant
from workshop_kit.kit.validate import keys, validate
from workshop_kit.live.opened import OpenWorkshop

if TYPE_CHECKING:
    from workshop_kit.kit.model import Question
    from workshop_kit.store.records import Answer, Draft

DRAFT_LIMIT = 64_000
"""Most characters of what is kept while somebody is still typing."""


class Answers(OpenWorkshop):
    """Takes in answers, and says what was answered."""

    def shown(self, question: Question) -> bool:
        """
        Tell whether what was answered may be shown now.

        Not while the room still answers, unless the kit says it need not be blind.
        """
        phase = self.state.ballot(question.id).phase
        return phase in {"waiting", "revealed"} or not question.blind

    def filled_in(self, participant: str) -> tuple[dict[str, Any], set[str]]:
        """
        Return what a participant filled in, as typed, and which of it are drafts.

        A draft counts if it is newer than the answer. Only the round counts that
        the room is in.
        """
        answers = {a.question: a for a in self._mine(participant)}
        values: dict[str, Any] = {k: a.value for k, a in answers.items()}
        newer = {
            k: d
            for k, d in self.store.drafts(participant).items()
            if k not in answers or d.at > answers[k].at
        }
        values.update({k: d.value for k, d in newer.items()})
        return values, set(newer)

    def answers(self, participant: str) -> dict[str, Any]:
        """Return a participant's answers in the round of now, by question id."""
        return {a.question: a.value for a in self._mine(participant)}

    def _mine(self, participant: str) -> list[Answer]:
        return [
            answer
            for answer in self.store.answers(participant=participant)
            if answer.round == self.state.ballot(voted_on(answer.question)).round
        ]

    def hidden(self, participant: str) -> set[str]:
        """Return the ids of the questions this participant is not asked."""
        asked = relevant(self.kit, self.answers(participant))
        return {question.id for question in self.kit.questions()} - asked

    def source_value(self, question_id: str, participant: str | None) -> Any:
        """Return the list a ``pick`` refers to: the own answer or the decision."""
        if participant is not None:
            own = self.answers(participant).get(question_id)
            if own is not None:
                return own
        made = self.store.decisions().get(question_id)
        return made.value if made else None

    def accept(  # noqa: PLR0913 - an answer, and how it came in
        self,
        participant: str,
        question_id: str,
        value: Any,
        key: str,
        *,
        final: bool,
        asked: bool = False,
    ) -> Answer | Draft:
        """
        Take in what a participant filled in.

        Args:
            participant: Id of who filled it in.
            question_id: What was asked: a question or a ballot about one.
            value: Any JSON value.
            key: Chosen by the sender; the same key again gives the same record, also
                where that was kept as a draft and has counted since.
            final: False while somebody is still typing: kept as a draft, as is.
            asked: Take it only while the facilitator has it open, as for
                everybody who takes part on an own device. Otherwise it is also
                taken as long as nobody has closed it.

        Returns:
            The record, with the time of the server.

        Raises:
            AnswerError: If the question is not asked, or closed, or the value
                does not fit; the value is then kept as a draft, so nothing
                typed is lost.
            StoreError: If it cannot be written; a :class:`KeyUsedError` if the key
                stands for an answer to something else, or in an earlier round.
        """
        question = self.question(question_id)
        if not final:
            return self._keep(participant, question_id, value, key)
        # In one step, so that nothing slips in after it was closed.
        with self.store.alone():
            try:
                number = self._round(question_id, asked=asked)
                fitting = self._fitting(question, value, participant)
            except AnswerError as error:
                known = self._recorded(participant, question_id, value, key)
                if known is not None:
                    return known
                self._keep(participant, question_id, value, key)
                refused = error
            else:
                return self.store.record_answer(
                    participant=participant,
                    question=question_id,
                    value=fitting,
                    key=key,
                    kit_version=self.kit.version,
                    wording_hash=self._wording_hash(question_id, question),
                    round=number,
                )
        raise refused

    def _recorded(
        self, participant: str, question_id: str, value: Any, key: str
    ) -> Answer | None:
        """Return this round's answer of this key, or that says the same already."""
        _, number = self._stage(question_id)
        sent = self.store.sent(participant, key)
        if sent is not None and (sent.question, sent.round) == (question_id, number):
            return sent
        found = self.store.answers(question_id, number, participant)
        return found[-1] if found and found[-1].value == value else None

    def _round(self, ballot_id: str, *, asked: bool) -> int:
        """Return the round that takes this answer."""
        phase, number = self._stage(ballot_id)
        if phase == "open" or (phase == "waiting" and not asked):
            return number
        if phase == "waiting":
            raise AnswerError(
                N_("This question is not open yet; what you wrote is kept as a draft."),
                where=ballot_id,
            )
        raise AnswerError(
            N_("This question is closed; what you wrote came too late to count."),
            where=ballot_id,
        )

    def _stage(self, ballot_id: str) -> tuple[str, int]:
        """Return phase and round of a ballot, as they are now in the file."""
        action = self.store.action("ballot", voted_on(ballot_id))
        said = {} if action is None else action.value or {}
        return said.get("phase", "waiting"), int(said.get("round", 1))

    def _keep(self, participant: str, question_id: str, value: Any, key: str) -> Draft:
        if len(repr(value)) > DRAFT_LIMIT:
            raise AnswerError(
                N_("This is too long to keep; please shorten it."), where=question_id
            )
        return self.store.save_draft(
            participant=participant, question=question_id, value=value, key=key
        )

    def _fitting(self, question: Question, value: Any, participant: str | None) -> Any:
        choices = None
        if question.pick_from is not None:
            source = self.kit.question(question.pick_from)
            choices = keys(source, self.source_value(source.id, participant))
        return validate(question, value, choices=choices)
