"""What was erased: the only way in which anything recorded is ever lost."""

from __future__ import annotations

from sqlalchemy import func, literal, select

from workshop_kit.store.file import WorkshopFile
from workshop_kit.store.log import append, log, record
from workshop_kit.store.records import Erasure
from workshop_kit.store.tables import (
    ANSWER,
    DRAFT,
    ERASURE,
    PARTICIPANT,
    PRESENCE,
    WITHDRAWN,
)


class Erasures(WorkshopFile):
    """The erasures of a workshop: a log like the others, of what is gone."""

    def erase(self, participant: str, *, by: str, reason: str) -> Erasure:
        """
        Erase what a participant filled in, and who they were.

        Every answer of theirs loses its value and its key and counts as taken back;
        drafts go; name, role, language, consent and token are emptied. What stays
        is that somebody with this id answered these questions at these times. The
        file refuses any other change of an answer, and any new one of theirs.

        The bytes are gone after :meth:`scrub`.

        Args:
            participant: Their id.
            by: Who does it.
            reason: Why.

        Returns:
            The record; the first one if they were erased before.

        Raises:
            StoreError: Also if nobody has that id.
        """
        with self._database.write() as connection:
            mine = select(ERASURE).where(ERASURE.c.participant == participant)
            before = connection.execute(mine).one_or_none()
            if before is not None:
                return record(Erasure, before)
            self._must_have_joined(connection, participant)
            theirs = ANSWER.c.participant == participant
            counted = select(func.count()).select_from(ANSWER).where(theirs)
            fields = {
                "participant": participant,
                "by": by,
                "reason": reason,
                "answers": connection.scalar(counted) or 0,
            }
            # First, because the file lets go of nothing without it.
            made = record(Erasure, append(connection, ERASURE, fields))
            connection.execute(
                ANSWER.update()
                .where(theirs)
                .values(
                    value=WITHDRAWN,
                    key=literal("erased/").concat(ANSWER.c.seq),
                )
            )
            for table in (DRAFT, PRESENCE):
                gone = table.delete().where(table.c.participant == participant)
                connection.execute(gone)
            connection.execute(
                PARTICIPANT.update()
                .where(PARTICIPANT.c.id == participant)
                .values(
                    token_hash=literal("erased/").concat(PARTICIPANT.c.id),
                    alias="",
                    role="",
                    lang="",
                    consent_until="",
                )
            )
        self._joined.discard(participant)
        return made

    def erasures(self) -> list[Erasure]:
        """Return every erasure, first to last."""
        return self._all(Erasure, log(ERASURE))

    def last_erasure(self) -> int:
        """Return the place in the log of the last erasure; 0 if there is none."""
        return self._last(ERASURE)

    def scrub(self) -> None:
        """
        Remove from the disk whatever is not in a record any more.

        Until then erased words may still stand in the write-ahead log or in free
        places of the file. Doing it again does no harm.

        Raises:
            StoreError: If it could not be done, because another program reads or
                the disk is full. What was erased stays erased.
        """
        self._database.scrub()
