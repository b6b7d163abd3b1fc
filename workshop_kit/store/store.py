"""One workshop in one file: record, and read back what was recorded."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.log import append, latest, log, record, standing, tick
from workshop_kit.store.opening import full_name, new_file, open_file
from workshop_kit.store.records import (
    Action,
    Answer,
    Decision,
    Draft,
    Measurement,
    Participant,
    Waiver,
    Workshop,
)
from workshop_kit.store.tables import (
    ACTION,
    ANSWER,
    CLOCK,
    DECISION,
    DRAFT,
    MEASUREMENT,
    PARTICIPANT,
    PRESENCE,
    WAIVER,
    WORKSHOP,
    encode,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Row, Select, Table

    from workshop_kit.store.database import Database
    from workshop_kit.store.log import T

_PEOPLE = select(*(c for c in PARTICIPANT.c if c.name != "token_hash"))
_ABOUT = select(*(c for c in WORKSHOP.c if c.name != "only"))
_KNOWN = select(PARTICIPANT.c.id).where(PARTICIPANT.c.id == bindparam("participant"))
_SENT = select(ANSWER).where(
    ANSWER.c.participant == bindparam("participant"), ANSWER.c.key == bindparam("key")
)
_LAST_ACTION = (
    select(ACTION)
    .where(ACTION.c.kind == bindparam("kind"), ACTION.c.about == bindparam("about"))
    .order_by(ACTION.c.seq.desc())
    .limit(1)
)
_DROP = DRAFT.delete().where(
    DRAFT.c.participant == bindparam("participant"),
    DRAFT.c.question == bindparam("question"),
)


class KeyUsedError(StoreError):
    """A key stands for something else already."""


class Store:
    """
    The records of one workshop; made by :meth:`create` or :meth:`open`.

    May be used by many threads at once, and on one file by many processes. A
    method that records something returns when the disk has it. Every method
    raises a :class:`~workshop_kit.errors.StoreError` if the file cannot be used,
    and has then changed nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def create(  # noqa: PLR0913 - the fields of a record
        cls,
        path: str | os.PathLike[str],
        *,
        kit: str,
        kit_version: str,
        institution: str = "",
        lang: str = "nl",
        track: str = "short",
        wait: float = 10.0,
    ) -> Self:
        """
        Make a workshop file and open it.

        Args:
            path: Where; ``.workshop`` is added if the name does not end in it,
                and folders that are missing are made.
            kit: Id of the kit.
            kit_version: Version of the kit.
            institution: For whom; empty until somebody fills it in.
            lang: Language of the workshop.
            track: Id of the kit's track.
            wait: Seconds to wait for another writer.

        Raises:
            StoreError: If the file exists or cannot be made. No part of a file
                is left behind.
        """
        with new_file(path, wait=wait) as database, database.write() as connection:
            connection.execute(
                WORKSHOP.insert().values(
                    only=1,
                    id=secrets.token_hex(8),
                    kit=kit,
                    kit_version=kit_version,
                    institution=institution,
                    lang=lang,
                    track=track,
                    created_at=tick(connection),
                )
            )
        return cls.open(full_name(path), wait=wait)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, wait: float = 10.0) -> Self:
        """
        Open a workshop file, and bring it to the newest layout if it is older.

        Args:
            path: The file; ``.workshop`` may be left out.
            wait: Seconds to wait for another writer.

        Raises:
            StoreError: If it is missing, damaged, no workshop, newer than this
                program, locked, or may not be written.
        """
        return cls(open_file(path, wait=wait))

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file, in full."""
        return self._database.path

    @contextmanager
    def together(self) -> Iterator[None]:
        """
        Let all that this thread reads and records here be one step on the disk.

        Each record is kept or refused by itself; those that were kept are on the
        disk when this ends without an error, and none of them is otherwise. What
        is read inside cannot change until then, whoever else writes.

        Raises:
            StoreError: If the file cannot be written.
        """
        with self._database.together():
            yield

    def revision(self) -> int:
        """
        Return a number that grows with every record, whoever made it.

        Cheap enough to ask many times a second whether there is news from
        another process.
        """
        with self._database.read() as connection:
            return int(connection.execute(select(CLOCK.c.revision)).scalar_one())

    def workshop(self) -> Workshop:
        """Return what this workshop is about."""
        return self._all(Workshop, _ABOUT)[0]

    def update_workshop(
        self,
        institution: str | None = None,
        lang: str | None = None,
        track: str | None = None,
        keep_until: str | None = None,
    ) -> Workshop:
        """Change what is given, leave what is None, and return the result."""
        given = {
            "institution": institution,
            "lang": lang,
            "track": track,
            "keep_until": keep_until,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        if changes:
            with self._database.write() as connection:
                tick(connection)
                connection.execute(WORKSHOP.update().values(**changes))
        return self.workshop()

    def join(
        self, alias: str, role: str, lang: str, *, consent_until: str = ""
    ) -> tuple[Participant, str]:
        """
        Let somebody in.

        Args:
            alias: What they want to be called.
            role: Id of a role.
            lang: Language of their pages.
            consent_until: Day until which they agreed that their words are kept.

        Returns:
            The participant, and their token: 128 random bits by which they are
            known from now on. It is told this once; the file holds its hash.
        """
        token = secrets.token_urlsafe(16)
        with self._database.write() as connection:
            person = Participant(
                id=secrets.token_hex(8),
                alias=alias,
                role=role,
                lang=lang,
                joined_at=tick(connection),
                consent_until=consent_until,
            )
            connection.execute(
                PARTICIPANT.insert().values(
                    id=person.id,
                    token_hash=_hash(token),
                    alias=alias,
                    role=role,
                    lang=lang,
                    joined_at=person.joined_at,
                    consent_until=consent_until,
                )
            )
        return person, token

    def participant(self, token: str) -> Participant | None:
        """Return who was given *token*, or None if nobody was."""
        found = self._all(
            Participant, _PEOPLE.where(PARTICIPANT.c.token_hash == _hash(token))
        )
        return found[0] if found else None

    def participants(self) -> list[Participant]:
        """Return everybody who joined, in that order."""
        return self._all(Participant, _PEOPLE.order_by(text("rowid")))

    def enter(self, participant: str, host: str) -> None:
        """Note that a participant's page is connected to the process *host*."""
        with self._database.write() as connection:
            statement = upsert(PRESENCE).values(
                participant=participant, host=host, at=tick(connection)
            )
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["participant"],
                    set_={
                        "host": statement.excluded.host,
                        "at": statement.excluded.at,
                    },
                )
            )

    def leave(self, host: str, participant: str | None = None) -> None:
        """Note that a participant, or everybody, left the process *host*."""
        gone = PRESENCE.delete().where(PRESENCE.c.host == host)
        if participant is not None:
            gone = gone.where(PRESENCE.c.participant == participant)
        with self._database.write() as connection:
            tick(connection)
            connection.execute(gone)

    def present(self) -> set[str]:
        """Return the ids of the participants whose page is connected."""
        with self._database.read() as connection:
            return set(connection.scalars(select(PRESENCE.c.participant)))

    def act(self, kind: str, about: str, value: Any, *, by: str, key: str) -> Action:
        """
        Record what was done in the room; the last of a kind and subject stands.

        Args:
            kind: What kind of action.
            about: A question, an idea, or empty for the room as a whole.
            value: JSON value; None takes an earlier action back.
            by: Who did it.
            key: Chosen by the sender. If it is here already, nothing is written
                and the first action under it is returned.

        Raises:
            StoreError: Also if *value* is no JSON value, or if the key was used
                for another kind or subject.
        """
        fields = {
            "kind": kind,
            "about": about,
            "value": encode(value),
            "by": by,
            "key": key,
        }
        with self._database.write() as connection:
            first = connection.execute(
                select(ACTION).where(ACTION.c.key == key)
            ).one_or_none()
            if first is not None:
                same = (first.kind, first.about) == (kind, about)
                return record(Action, self._unless_reused(first, same=same))
            return record(Action, append(connection, ACTION, fields))

    def actions(self) -> dict[tuple[str, str], Action]:
        """Return the actions that stand, by kind and subject: the last of each."""
        found = self._all(Action, standing(ACTION, ("kind", "about")))
        return {(action.kind, action.about): action for action in found}

    def action(self, kind: str, about: str) -> Action | None:
        """Return the last action of a kind on a subject, also one taken back."""
        with self._database.read() as connection:
            row = connection.execute(
                _LAST_ACTION, {"kind": kind, "about": about}
            ).one_or_none()
        return None if row is None else record(Action, row)

    def last_action(self) -> int:
        """Return the place in the log of the last action; 0 if there is none."""
        return self._last(ACTION)

    def last_decision(self) -> int:
        """Return the place in the log of the last decision; 0 if there is none."""
        return self._last(DECISION)

    def action_log(self, kind: str | None = None, last: int = 0) -> list[Action]:
        """
        Return every action ever recorded, first to last.

        Args:
            kind: Only of this kind.
            last: Only so many of the newest; 0 for all.
        """
        found = log(ACTION)
        if kind is not None:
            found = found.where(ACTION.c.kind == kind)
        if not last:
            return self._all(Action, found)
        newest = found.order_by(None).order_by(ACTION.c.seq.desc()).limit(last)
        return self._all(Action, newest)[::-1]

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
            first = connection.execute(_SENT, fields).one_or_none()
            if first is not None:
                same = (first.question, first.round) == (question, round)
                return record(Answer, self._unless_reused(first, same=same))
            self._must_have_joined(connection, participant)
            row = append(connection, ANSWER, fields)
            connection.execute(_DROP, fields)
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
        with self._database.write() as connection:
            self._must_have_joined(connection, participant)
            at = tick(connection)
            statement = upsert(DRAFT).values(
                participant=participant, question=question, value=words, at=at
            )
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["participant", "question"],
                    set_={
                        "value": statement.excluded.value,
                        "at": statement.excluded.at,
                    },
                )
            )
        return Draft(participant=participant, question=question, value=value, at=at)

    def drafts(self, participant: str) -> dict[str, Draft]:
        """Return a participant's drafts by question."""
        mine = select(DRAFT).where(DRAFT.c.participant == participant)
        return {draft.question: draft for draft in self._all(Draft, mine)}

    def drafts_on(self, question: str) -> list[Draft]:
        """Return the drafts of everybody on one question."""
        return self._all(Draft, select(DRAFT).where(DRAFT.c.question == question))

    def record_decision(  # noqa: PLR0913 - the fields of a record
        self,
        *,
        question: str,
        value: Any,
        by: str,
        key: str,
        kit_version: str,
        wording_hash: str,
        reason: str = "",
        variant: str = "balanced",
        dissent: str = "",
        checked_by: str = "",
        checked_on: str = "",
    ) -> Decision:
        """
        Record a decision; answers stay as they are.

        Args:
            question: Id of the question.
            value: JSON value; None takes an earlier decision back.
            by: Who decided.
            key: Chosen by the sender. If it is here already, nothing is written
                and the first decision under it is returned.
            kit_version: Version of the kit that asked.
            wording_hash: Hash of the words that were asked.
            reason: Why.
            variant: Which wording of the clause.
            dissent: Objections to be kept.
            checked_by: Who compared it with the law; empty if nobody did.
            checked_on: Day of that check, ``YYYY-MM-DD``, or empty.

        Raises:
            StoreError: Also if *value* is no JSON value, or if the key was used
                for another question.
        """
        fields = {
            "question": question,
            "value": encode(value),
            "reason": reason,
            "variant": variant,
            "dissent": dissent,
            "by": by,
            "checked_by": checked_by,
            "checked_on": checked_on,
            "kit_version": kit_version,
            "wording_hash": wording_hash,
            "key": key,
        }
        with self._database.write() as connection:
            first = connection.execute(
                select(DECISION).where(DECISION.c.key == key)
            ).one_or_none()
            if first is not None:
                same = first.question == question
                return record(Decision, self._unless_reused(first, same=same))
            row = append(connection, DECISION, fields)
        return record(Decision, row)

    def decisions(self) -> dict[str, Decision]:
        """Return the decisions that stand, by question: the last of each."""
        found = self._all(Decision, standing(DECISION, ("question",)))
        return {decision.question: decision for decision in found}

    def decision_log(self) -> list[Decision]:
        """Return every decision ever recorded, first to last."""
        return self._all(Decision, log(DECISION))

    def waive(self, rule: str, name: str, reason: str) -> Waiver:
        """
        Record that *name* sets *rule* aside, and why.

        Raises:
            StoreError: Also if the name or the reason is blank.
        """
        if not (name.strip() and reason.strip()):
            raise StoreError(
                N_("A rule can only be set aside under a name and with a reason."),
                where=rule,
                fix=N_("Fill in both."),
            )
        fields = {"rule": rule, "name": name, "reason": reason}
        with self._database.write() as connection:
            return record(Waiver, append(connection, WAIVER, fields))

    def waivers(self) -> dict[str, Waiver]:
        """Return the last waiver of each rule."""
        return {waiver.rule: waiver for waiver in self._all(Waiver, log(WAIVER))}

    def record_measurement(  # noqa: PLR0913 - the fields of a record
        self,
        *,
        kpi: str,
        kpi_version: int,
        channel: str,
        period: str,
        value: float | None,
        unit: str,
        n: int,
        source: str,
    ) -> Measurement:
        """
        Record a figure; a later one of the same KPI, channel and period counts.

        Args:
            kpi: Id of the KPI.
            kpi_version: Version of its definition.
            channel: Channel it was measured on.
            period: Period it covers, such as ``2026-10``.
            value: In *unit*; None if there was nothing to measure.
            unit: Unit of the value.
            n: Number of observations.
            source: Where the figure comes from.

        Raises:
            StoreError: Also if *value* is NaN or infinite.
        """
        encode(value)
        fields = {
            "kpi": kpi,
            "kpi_version": kpi_version,
            "channel": channel,
            "period": period,
            "value": value,
            "unit": unit,
            "n": n,
            "source": source,
        }
        with self._database.write() as connection:
            return record(Measurement, append(connection, MEASUREMENT, fields))

    def measurements(self) -> list[Measurement]:
        """Return the last figure of each KPI, version, channel and period."""
        each = ("kpi", "kpi_version", "channel", "period")
        return self._all(Measurement, latest(MEASUREMENT, each))

    def _last(self, table: Table) -> int:
        with self._database.read() as connection:
            return connection.scalar(select(func.max(table.c.seq))) or 0

    def _all(self, kind: type[T], query: Select[Any]) -> list[T]:
        with self._database.read() as connection:
            return [record(kind, row) for row in connection.execute(query)]

    def _must_have_joined(self, connection: Connection, participant: str) -> None:
        if connection.scalar(_KNOWN, {"participant": participant}) is None:
            raise StoreError(
                N_("Nobody in this workshop has the id “{participant}”."),
                where=str(self.path),
                fix=N_("Join first."),
                participant=participant,
            )

    def _unless_reused(self, first: Row[Any], *, same: bool) -> Row[Any]:
        # Acknowledging this would lose an answer that nobody ever saw.
        if not same:
            raise KeyUsedError(
                N_("The key “{key}” was used before, for something else."),
                where=str(self.path),
                fix=N_("Use a new key for every answer or decision."),
                key=first.key,
            )
        return first


def _hash(token: str) -> str:
    # No salt and no slow hash: nobody guesses 128 random bits.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
