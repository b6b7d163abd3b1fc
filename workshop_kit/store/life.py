"""The life of a policy: who signed which version, and how it read at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.file import WorkshopFile, found
from workshop_kit.store.log import LOG, append
from workshop_kit.store.records import Signoff, Snapshot
from workshop_kit.store.tables import SIGNOFF, SNAPSHOT, encode

if TYPE_CHECKING:
    from collections.abc import Mapping


class Life(WorkshopFile):
    """The sign-off and the snapshots of a workshop."""

    def record_signoff(  # noqa: PLR0913 - the fields of a record
        self,
        *,
        step: str,
        name: str,
        role: str,
        day: str,
        version: str,
        key: str,
        note: str = "",
    ) -> Signoff:
        """
        Record a step of the sign-off; earlier ones stay.

        Args:
            step: Which step.
            name: Who took it.
            role: In which role.
            day: When, ``YYYY-MM-DD``.
            version: Of the policy it was taken for.
            key: Chosen by the sender. If it is here already, nothing is written
                and the first step under it is returned.
            note: What has to be said with it.

        Raises:
            StoreError: Also if the key was used for another step.
        """
        fields = {
            "step": step,
            "name": name,
            "role": role,
            "day": day,
            "note": note,
            "version": version,
            "key": key,
        }
        with self._database.write() as connection:
            rest = "WHERE key = :key"
            for first in found(connection, Signoff, SIGNOFF, rest, fields):
                return self._unless_reused(first, same=first.step == step)
            return Signoff(**append(connection, SIGNOFF, fields))

    def signoffs(self) -> list[Signoff]:
        """Return every step of the sign-off ever taken, first to last."""
        return self._all(Signoff, SIGNOFF, LOG)

    def keep_snapshot(
        self,
        name: str,
        content: Mapping[str, Any],
        *,
        version: str,
        kit_version: str,
        program: str,
    ) -> Snapshot:
        """
        Keep the whole policy as it is now, under a name that is used once.

        Args:
            name: Its name.
            content: JSON value with the policy.
            version: Of the policy.
            kit_version: Version of the kit.
            program: Version of workshop-kit.

        Raises:
            StoreError: Also if there is a snapshot of that name, or *content* is no
                JSON value.
        """
        fields = {
            "name": name,
            "content": encode(dict(content)),
            "version": version,
            "kit_version": kit_version,
            "program": program,
        }
        with self._database.write() as connection:
            taken = "SELECT seq FROM snapshot WHERE name = :name"
            if connection.run(taken, fields):
                raise StoreError(
                    N_("There is already a version with the name “{name}”."),
                    where=str(self.path),
                    fix=N_("Choose another name; what was kept stays as it was."),
                    name=name,
                )
            return Snapshot(**append(connection, SNAPSHOT, fields))

    def snapshots(self) -> list[Snapshot]:
        """Return every snapshot, first to last."""
        return self._all(Snapshot, SNAPSHOT, LOG)
