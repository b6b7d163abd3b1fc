"""Who joined, under which name, and whose page is connected now."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import func, select, text

from workshop_kit.store.file import WorkshopFile
from workshop_kit.store.log import tick
from workshop_kit.store.ready import Ready
from workshop_kit.store.records import Participant
from workshop_kit.store.tables import (
    ERASURE,
    PARTICIPANT,
    PRESENCE,
    must_fit,
    written,
)

_PEOPLE = select(*(c for c in PARTICIPANT.c if c.name != "token_hash")).where(
    PARTICIPANT.c.id.not_in(select(ERASURE.c.participant))
)

_ENTER = Ready(
    text(
        "INSERT INTO presence (participant, host, at) VALUES (:participant, :host, :at)"
        " ON CONFLICT (participant)"
        " DO UPDATE SET host = excluded.host, at = excluded.at"
    )
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
        """Return everybody who joined and was not erased, in that order."""
        return self._all(Participant, _PEOPLE.order_by(text("rowid")))

    def joined(self) -> int:
        """Return how many have ever joined, also who was erased since."""
        with self._database.read() as connection:
            found = select(func.count()).select_from(PARTICIPANT)
            return connection.scalar(found) or 0

    def enter(self, participant: str, host: str) -> None:
        """Note that a participant's page is connected to the process *host*."""
        with self._database.write() as connection:
            at = written(tick(connection))
            given = {"participant": participant, "host": host, "at": at}
            _ENTER.run(connection, given)

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


def _hash(token: str) -> str:
    # No salt and no slow hash: nobody guesses 128 random bits.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
