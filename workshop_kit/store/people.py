"""Who joined, under which name, and whose page is connected now."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict

from workshop_kit.store.file import WorkshopFile
from workshop_kit.store.log import tick
from workshop_kit.store.records import Participant
from workshop_kit.store.tables import PARTICIPANT, PRESENCE, must_fit, written

_PEOPLE = "WHERE id NOT IN (SELECT participant FROM erasure)"
_ENTER = (
    f"{PRESENCE.insert} ON CONFLICT (participant)"
    " DO UPDATE SET host = excluded.host, at = excluded.at"
)


class People(WorkshopFile):
    """The participants of a workshop."""

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

        Raises:
            StoreError: Also if a text cannot be kept.
        """
        must_fit(alias, role, lang, consent_until)
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
            row = PARTICIPANT.row({**asdict(person), "token_hash": _hash(token)})
            connection.run(PARTICIPANT.insert, row)
        return person, token

    def participant(self, token: str) -> Participant | None:
        """Return who was given *token*, or None if nobody was."""
        rest = f"{_PEOPLE} AND token_hash = :hash"
        found = self._all(Participant, PARTICIPANT, rest, hash=_hash(token))
        return found[0] if found else None

    def participants(self) -> list[Participant]:
        """Return everybody who joined and was not erased, in that order."""
        return self._all(Participant, PARTICIPANT, f"{_PEOPLE} ORDER BY rowid")

    def joined(self) -> int:
        """Return how many have ever joined, also who was erased since."""
        with self._database.read() as connection:
            return int(connection.one("SELECT count(*) FROM participant"))

    def enter(self, participant: str, host: str) -> None:
        """Note that a participant's page is connected to the process *host*."""
        with self._database.write() as connection:
            at = written(tick(connection))
            given = {"participant": participant, "host": host, "at": at}
            connection.run(_ENTER, given)

    def leave(self, host: str, participant: str | None = None) -> None:
        """Note that a participant, or everybody, left the process *host*."""
        gone = "DELETE FROM presence WHERE host = :host"
        if participant is not None:
            gone += " AND participant = :participant"
        with self._database.write() as connection:
            tick(connection)
            connection.run(gone, {"host": host, "participant": participant})

    def present(self) -> set[str]:
        """Return the ids of the participants whose page is connected."""
        with self._database.read() as connection:
            return {
                who for (who,) in connection.run("SELECT participant FROM presence")
            }


def _hash(token: str) -> str:
    # No salt and no slow hash: nobody guesses 128 random bits.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
