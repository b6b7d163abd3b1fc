"""What participants answered, and what they are still typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, text

from workshop_kit.store.file import WorkshopFile
from workshop_kit.store.log import append, log, record, standing, tick
from workshop_kit.store.ready import Ready
from workshop_kit.store.records import Answer, Draft
from workshop_kit.store.tables import ANSWER, DRAFT, encode, must_fit, written

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

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
        "INSERT INTO draft (participant, question, value, at, key)"
        " VALUES (:participant, :question, :value, :at, :key)"
        " ON CONFLICT (participant, question) DO UPDATE"
        " SET value = excluded.value, at = excluded.at, key = excluded.key"
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

    def answer_log(self, participant: str | None = None) -> list[Answer]:
        """Return every answer ever recorded, of everybody or one, first to last."""
        found = log(ANSWER)
        if participant is not None:
            found = found.where(ANSWER.c.participant == participant)
        return self._all(Answer, found)

    def save_draft(
        self, *, participant: str, question: str, value: Any, key: str = ""
    ) -> Draft:
        """
        Keep what a participant is typing in place of their former draft.

        Args:
            participant: Id of somebody who joined.
            question: Id of the question.
            value: JSON value; None is a field that was emptied.
            key: Chosen by the sender. If this participant's answer of that key is
                here already, it is more than a draft, and nothing is written.

        Raises:
            StoreError: Also if nobody has that id, if *value* is no JSON value, or
                if the key was used for another question.
        """
        words = encode(value)
        must_fit(question, key)
        given = {"participant": participant, "question": question, "key": key}
        with self._database.write() as connection:
            self._must_have_joined(connection, participant)
            at = self._sent_at(connection, given)
            if at is None:
                at = tick(connection)
                _TYPE.run(connection, {**given, "value": words, "at": written(at)})
        return Draft(**given, value=value, at=at)

    def sent(self, participant: str, key: str) -> Answer | None:
        """Return what a participant has answered under a key, if anything."""
        given = {"participant": participant, "key": key}
        with self._database.read() as connection:
            rows = _SENT.run(connection, given)
        return record(Answer, rows[0]) if rows else None

    def _sent_at(
        self, connection: Connection, given: dict[str, str]
    ) -> dt.datetime | None:
        """Return when an answer of this key was recorded, if it was."""
        rows = _SENT.run(connection, given) if given["key"] else ()
        if not rows:
            return None
        first = record(Answer, rows[0])
        return self._unless_reused(first, same=first.question == given["question"]).at

    def drafts(self, participant: str) -> dict[str, Draft]:
        """Return a participant's drafts by question."""
        mine = select(DRAFT).where(DRAFT.c.participant == participant)
        return {draft.question: draft for draft in self._all(Draft, mine)}

    def drafts_on(self, question: str) -> list[Draft]:
        """Return the drafts of everybody on one question."""
        return self._all(Draft, select(DRAFT).where(DRAFT.c.question == question))
