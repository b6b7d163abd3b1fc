"""What participants answered, and what they are still typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.store.file import WorkshopFile, found
from workshop_kit.store.log import LOG, append, standing, tick
from workshop_kit.store.records import Answer, Draft
from workshop_kit.store.tables import ANSWER, DRAFT, encode, must_fit, written

if TYPE_CHECKING:
    import datetime as dt

    from workshop_kit.store.connection import Connection

_SENT = "WHERE participant = :participant AND key = :key"
_DROP = "DELETE FROM draft WHERE participant = :participant AND question = :question"
_TYPE = (
    f"{DRAFT.insert} ON CONFLICT (participant, question) DO UPDATE"
    " SET value = excluded.value, at = excluded.at, key = excluded.key"
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
            for first in found(connection, Answer, ANSWER, _SENT, fields):
                same = (first.question, first.round) == (question, round)
                return self._unless_reused(first, same=same)
            self._must_have_joined(connection, participant)
            row = append(connection, ANSWER, fields)
            connection.later(_DROP, fields)
        return Answer(**row)

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
        given = {"participant": participant, "question": question, "round": round}
        values = {name: value for name, value in given.items() if value is not None}
        where = " AND ".join(f"{name} = :{name}" for name in values)
        each = ("question", "round", "participant")
        rest = f"{standing(ANSWER, each, where)} {LOG}"
        return self._all(Answer, ANSWER, rest, **values)

    def answered(self, question: str, round: int) -> int:  # noqa: A002 - see above
        """Return how many have an answer that stands, without reading the answers."""
        where = "question = :question AND round = :round"
        rest = standing(ANSWER, ("participant",), where)
        with self._database.read() as connection:
            return int(
                connection.one(
                    f"SELECT count(*) FROM answer {rest}",  # noqa: S608 - our own words
                    {"question": question, "round": round},
                )
            )

    def answer_log(self, participant: str | None = None) -> list[Answer]:
        """Return every answer ever recorded, of everybody or one, first to last."""
        if participant is None:
            return self._all(Answer, ANSWER, LOG)
        rest = f"WHERE participant = :participant {LOG}"
        return self._all(Answer, ANSWER, rest, participant=participant)

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
                connection.run(_TYPE, {**given, "value": words, "at": written(at)})
        return Draft(**given, value=value, at=at)

    def sent(self, participant: str, key: str) -> Answer | None:
        """Return what a participant has answered under a key, if anything."""
        sent = self._all(Answer, ANSWER, _SENT, participant=participant, key=key)
        return sent[0] if sent else None

    def _sent_at(
        self, connection: Connection, given: dict[str, str]
    ) -> dt.datetime | None:
        """Return when an answer of this key was recorded, if it was."""
        if given["key"]:
            for first in found(connection, Answer, ANSWER, _SENT, given):
                same = first.question == given["question"]
                return self._unless_reused(first, same=same).at
        return None

    def drafts(self, participant: str) -> dict[str, Draft]:
        """Return a participant's drafts by question."""
        rest = "WHERE participant = :participant"
        found = self._all(Draft, DRAFT, rest, participant=participant)
        return {draft.question: draft for draft in found}

    def drafts_on(self, question: str) -> list[Draft]:
        """Return the drafts of everybody on one question."""
        return self._all(Draft, DRAFT, "WHERE question = :question", question=question)
