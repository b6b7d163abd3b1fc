"""What was erased: the only way in which anything recorded is ever lost."""

from __future__ import annotations

from workshop_kit.store.file import WorkshopFile, found
from workshop_kit.store.log import LOG, append
from workshop_kit.store.records import Erasure
from workshop_kit.store.tables import ERASURE

_ERASE = (
    """UPDATE answer SET value = 'null', key = 'erased/' || seq
        WHERE participant = :participant""",
    "DELETE FROM draft WHERE participant = :participant",
    "DELETE FROM presence WHERE participant = :participant",
    """UPDATE participant SET token_hash = 'erased/' || id, alias = '', role = '',
        lang = '', consent_until = '' WHERE id = :participant""",
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
        theirs = "WHERE participant = :participant"
        who = {"participant": participant}
        with self._database.write() as connection:
            for first in found(connection, Erasure, ERASURE, theirs, who):
                return first
            self._must_have_joined(connection, participant)
            count = f"SELECT count(*) FROM answer {theirs}"  # noqa: S608 - our own words
            answers = connection.one(count, who)
            fields = {**who, "by": by, "reason": reason, "answers": answers}
            # First, because the file lets go of nothing without it.
            made = Erasure(**append(connection, ERASURE, fields))
            for words in _ERASE:
                connection.run(words, who)
        self._joined.discard(participant)
        return made

    def erasures(self) -> list[Erasure]:
        """Return every erasure, first to last."""
        return self._all(Erasure, ERASURE, LOG)

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
