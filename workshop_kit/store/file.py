"""An open workshop file: what every kind of record in it needs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.records import Action, Answer, Decision, Signoff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workshop_kit.store.connection import Connection
    from workshop_kit.store.place import Place
    from workshop_kit.store.steps import Steps
    from workshop_kit.store.tables import Table

_KNOWN = "SELECT id FROM participant WHERE id = :participant"

T = TypeVar("T")
Keyed = TypeVar("Keyed", Action, Answer, Decision, Signoff)


class KeyUsedError(StoreError):
    """A key stands for something else already."""


class WorkshopFile:
    """
    One open file.

    May be used by many threads at once, and on one file by many processes. A
    method that records something returns when the disk has it. Every method
    raises a :class:`~workshop_kit.errors.StoreError` if the file cannot be used,
    and has then changed nothing.
    """

    def __init__(self, database: Steps) -> None:
        self._database = database
        self._joined: set[str] = set()

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Place:
        """Where it is: a file, in full, or an address in a database."""
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

    @contextmanager
    def alone(self) -> Iterator[None]:
        """
        Let nobody else write between what is read and the one record made inside.

        Raises:
            StoreError: If the file cannot be written.
        """
        with self._database.alone():
            yield

    def listen(self, told: Callable[[], None]) -> Callable[[], None] | None:
        """
        Have *told* called whenever somebody has written, by whatever process.

        Args:
            told: Called in a thread of its own; must be quick.

        Returns:
            What ends it; None for a file, which tells nobody: ask for
            :meth:`revision` now and then instead.
        """
        return self._database.listen(told)

    def revision(self) -> int:
        """
        Return a number that grows with every record, whoever made it.

        Cheap enough to ask many times a second whether there is news from
        another process.
        """
        with self._database.read() as connection:
            return int(connection.one("SELECT revision FROM clock"))

    def _last(self, table: Table) -> int:
        with self._database.read() as connection:
            words = f"SELECT coalesce(max(seq), 0) FROM {table.name}"  # noqa: S608
            return int(connection.one(words))

    def _all(
        self, kind: type[T], table: Table, rest: str = "", /, **values: Any
    ) -> list[T]:
        """Return the records for which the *rest* of a statement asks."""
        with self._database.read() as connection:
            return found(connection, kind, table, rest, values)

    def _must_have_joined(self, connection: Connection, participant: str) -> None:
        # Nobody is ever removed, and the file itself takes nothing more of who was
        # erased, so it need not be asked again.
        if participant in self._joined:
            return
        if not connection.run(_KNOWN, {"participant": participant}):
            raise StoreError(
                N_("Nobody in this workshop has the id “{participant}”."),
                where=str(self.path),
                fix=N_("Join first."),
                participant=participant,
            )
        self._joined.add(participant)

    def _unless_reused(self, first: Keyed, *, same: bool) -> Keyed:
        # Acknowledging this would lose an answer that nobody ever saw.
        if not same:
            raise KeyUsedError(
                N_("The key “{key}” was used before, for something else."),
                where=str(self.path),
                fix=N_("Use a new key for every answer or decision."),
                key=first.key,
            )
        return first


def found(
    connection: Connection,
    kind: type[T],
    table: Table,
    rest: str,
    values: dict[str, Any],
) -> list[T]:
    """
    Return records of a table.

    Args:
        connection: Where to ask.
        kind: What they are.
        table: Their table.
        rest: Of the statement: which of them, in which order; all without.
        values: What that names.
    """
    rows = connection.run(f"{table.select} {rest}", values)
    return [kind(**table.record(row)) for row in rows]
