"""One workshop in one file: record, and read back what was recorded."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from workshop_kit.store.actions import Actions
from workshop_kit.store.answers import Answers
from workshop_kit.store.decisions import Decisions
from workshop_kit.store.erasures import Erasures
from workshop_kit.store.hosts import Hosts
from workshop_kit.store.life import Life
from workshop_kit.store.log import tick
from workshop_kit.store.opening import new, opened
from workshop_kit.store.people import People
from workshop_kit.store.place import located
from workshop_kit.store.records import Workshop
from workshop_kit.store.tables import WORKSHOP, must_fit

if TYPE_CHECKING:
    import os

    from workshop_kit.store.place import Address


class Store(People, Hosts, Actions, Answers, Decisions, Life, Erasures):
    """The records of one workshop; made by :meth:`create` or :meth:`open`."""

    @classmethod
    def create(  # noqa: PLR0913 - the fields of a record
        cls,
        path: str | os.PathLike[str] | Address,
        *,
        kit: str,
        kit_version: str,
        institution: str = "",
        lang: str = "nl",
        track: str = "short",
        wait: float = 10.0,
    ) -> Self:
        """
        Make a workshop and open it.

        Args:
            path: Where: a file, to which ``.workshop`` is added if the name does not
                end in it, and whose folders are made; or an address in a database,
                ``postgresql://USER@HOST/DATABASE?workshop=NAME``.
            kit: Id of the kit.
            kit_version: Version of the kit.
            institution: For whom; empty until somebody fills it in.
            lang: Language of the workshop.
            track: Id of the kit's track.
            wait: Seconds to wait for another writer. Default 10, about the time
                after which people believe that a program hangs.

        Raises:
            StoreError: If the file exists or cannot be made. No part of a file
                is left behind.
        """
        must_fit(kit, kit_version, institution, lang, track)
        place = located(path)
        with new(place, wait=wait) as database, database.write() as connection:
            about = {
                "only": 1,
                "id": secrets.token_hex(8),
                "kit": kit,
                "kit_version": kit_version,
                "institution": institution,
                "lang": lang,
                "track": track,
                "created_at": tick(connection),
                "keep_until": "",
            }
            connection.run(WORKSHOP.insert, WORKSHOP.row(about))
        return cls.open(place, wait=wait)

    @classmethod
    def open(
        cls, path: str | os.PathLike[str] | Address, *, wait: float = 10.0
    ) -> Self:
        """
        Open a workshop, and bring it to the newest layout if it is older.

        Args:
            path: The file, of which ``.workshop`` may be left out, or the address.
            wait: Seconds to wait for another writer.

        Raises:
            StoreError: If it is missing, damaged, no workshop, newer than this
                program, locked, or may not be written.
        """
        return cls(opened(path, wait=wait))

    def workshop(self) -> Workshop:
        """Return what this workshop is about."""
        return self._all(Workshop, WORKSHOP)[0]

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
        must_fit(*changes.values())
        if changes:
            with self._database.write() as connection:
                tick(connection)
                new = ", ".join(f"{name} = :{name}" for name in changes)
                connection.run(f"UPDATE workshop SET {new}", changes)  # noqa: S608 - ours
        return self.workshop()
