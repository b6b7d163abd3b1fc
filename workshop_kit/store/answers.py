"""What participants answered, and what they are still typing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select, text

from workshop_kit.store.file import WorkshopFile
from workshop_kit.store.log import append, log, record, standing, tick
from workshop_kit.store.ready import Ready
from workshop_kit.store.records import Answer, Draft
from workshop_kit.store.tables import ANSWER, DRAFT, encode, must_fit, written

_SENT = Ready(
    select(ANSWER).where(
        ANSWER.c.participant == bindparam("participant"),
        ANSWER.c.key == bindparam("key"),
    ),
    ANSWER.c,
)
_DROP = Ready(
    DRAFT.delete().where(
        DRAFT.c.participant == bindparam("participant"),
        DRAFT.c.question == bindparam("question"),
    ),
    later=True,
)

_TYPE = Ready(
    text(
        "INSERT INTO draft (participant, question, value, at)"
        " VALUES (:participant, :question, :value, :at)"
        " ON CONFLICT (participant, question)"
        " DO UPDATE SET value = excluded.value, at = excluded.at"
    )
)


class Answers(WorkshopFile):
    """The answers and drafts of a workshop."""

    def record_answer(  # noqa: PLR0913 - the fields of a record
        self,
        *,
        participant: str,
        question: str,
        value: Any,
        key: str,
        kit_version: str,
        wording_hash: str,
        round: int = 1,  # noqa: A002 - the field's word
    ) -> Answer:
        """
        Record an answer, and drop the participant's draft of it.

        Args:
            participant: Id of somebody who joined.
            question: Id of the question.
            value: JSON value; None takes an earlier answer back.
            key: Chosen by the sender. If this participant's key is here already,
                nothing is written and its first answer is returned.
            kit_version: Version of the kit that asked.
            wording_hash: Hash of the words that were asked.
            round: From 1.

        Raises:
            StoreError: Also if nobody has that id, if *value* is no JSON value,
                or if the key was used for another question or round.
        """
        fields = {
            "round": round,
            "question": question,
            "participant": participant,
            "value": encode(value),
            "kit_version": kit_version,
            "wording_hash": wording_hash,
            "key": key,
        }
        with self._database.write() as connection:
            sent = _SENT.run(connection, fields)
            if sent:
                first = record(Answer, sent[0])
                same = (first.question, first.round) == (question, round)
                return self._unless_reused(first, same=same)
            self._must_have_joined(connection, participant)
            row = append(connection, ANSWER, fields)
            _DROP.run(connection, fields)
        return record(Answer, row)

    def answers(
        self,
        question: str | None = None,
        round: int | None = None,  # noqa: A002 - the field's word
        participant: str | None = None,
    ) -> list[Answer]:
        """
        Return the answers that stand, in the order they were given.

        That is the last one of each participant, question and round, unless it
        was taken back.

        Args:
            question: Only of this question.
            round: Only of this round.
            participant: Only by this participant.
        """
        where = []
        if participant is not None:
            where.append(ANSWER.c.participant == participant)
        if question is not None:
            where.append(ANSWER.c.question == question)
        if round is not None:
            where.append(ANSWER.c.round == round)
        each = ("question", "round", "participant")
        return self._all(Answer, standing(ANSWER, each, *where))

    def answered(self, question: str, round: int) -> int:  # noqa: A002 - see above
        """Return how many have an answer that stands, without reading the answers."""
        where = (ANSWER.c.question == question, ANSWER.c.round == round)
        found = standing(ANSWER, ("participant",), *where).order_by(None).subquery()
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).select_from(found)) or 0

    def answer_log(self) -> list[Answer]:
        """Return every answer ever recorded, first to last."""
        return self._all(Answer, log(ANSWER))

    def save_draft(self, *, participant: str, question: str, value: Any) -> Draft:
        """
        Keep what a participant is typing in place of their former draft.

        Raises:
            StoreError: Also if nobody has that id or *value* is no JSON value.
        """
        words = encode(value)
        must_fit(question)
        with self._database.write() as connection:
            self._must_have_joined(connection, participant)
            at = tick(connection)
            given = {"participant": participant, "question": question}
            _TYPE.run(connection, {**given, "value": words, "at": written(at)})
        return Draft(participant=participant, question=question, value=value, at=at)

    def drafts(self, participant: str) -> dict[str, Draft]:
        """Return a participant's drafts by question."""
        mine = select(DRAFT).where(DRAFT.c.participant == participant)
        return {draft.question: draft for draft in self._all(Draft, mine)}

    def drafts_on(self, question: str) -> list[Draft]:
        """Return the drafts of everybody on one question."""
        return self._all(Draft, select(DRAFT).where(DRAFT.c.question == question))
