"""Make a workshop in a PostgreSQL database whole or not at all, and open one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.migrations import migrate, version
from workshop_kit.store.postgres import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workshop_kit.store.connection import Connection
    from workshop_kit.store.place import Address


_SCHEMA = "SELECT 1 FROM pg_namespace WHERE nspname = :schema"
_FILLED = """SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = :schema AND relkind IN ('r', 'p') LIMIT 1"""


@contextmanager
def new_schema(address: Address, *, wait: float) -> Iterator[Server]:
    """
    Give an empty workshop to be filled; others see it when that is done.

    A schema that is there already and empty is filled: in some houses only those who
    look after the database may make one.

    Args:
        address: The name it will have.
        wait: Seconds to wait for another writer.

    Raises:
        StoreError: If there is one of that name, or it cannot be made.
    """
    server = Server(address, wait=wait)
    try:
        with server.together():
            with server.write() as connection:
                _must_be_readable(server, connection)
                given = {"schema": address.schema}
                if not connection.run(_SCHEMA, given):
                    connection.run(f'CREATE SCHEMA "{address.schema}"')
                elif connection.run(_FILLED, given):
                    raise StoreError(
                        N_("There is already a workshop of this name."),
                        where=str(address),
                        fix=N_("Open it, or choose another name; nothing was changed."),
                    )
            migrate(server)
            yield server
    finally:
        server.close()


def open_schema(address: Address, *, wait: float) -> Server:
    """
    Open a workshop in a database and bring it to the newest layout.

    Args:
        address: The workshop.
        wait: Seconds to wait for another writer.

    Raises:
        StoreError: If it is missing, newer than this program, locked, or may not be
            written; or if the server cannot be reached.
    """
    server = Server(address, wait=wait)
    try:
        _must_be_there(server)
        migrate(server)
    except BaseException:
        server.close()
        raise
    return server


def is_there(address: Address) -> bool:
    """
    Tell whether there is a workshop of this name.

    Raises:
        StoreError: If the server cannot be reached.
    """
    server = Server(address)
    try:
        with server.read() as connection:
            return bool(version(connection))
    finally:
        server.close()


def remove(address: Address) -> None:
    """
    Remove a workshop from its database, with all that is in it.

    Raises:
        StoreError: If it cannot be removed.
    """
    server = Server(address)
    try:
        with server.write() as connection:
            connection.run(f'DROP SCHEMA "{address.schema}" CASCADE')
    finally:
        server.close()


def _must_be_there(server: Server) -> None:
    with server.read() as connection:
        _must_be_readable(server, connection)
        if not version(connection):
            raise StoreError(
                N_("There is no workshop of this name in the database."),
                where=str(server.path),
                fix=N_("Check the name, or make a new workshop."),
            )


def _must_be_readable(server: Server, connection: Connection) -> None:
    found = connection.one("SHOW server_encoding")
    if found != "UTF8":
        raise StoreError(
            N_("This database cannot hold every character (it is in {encoding})."),
            where=str(server.path),
            fix=N_("Have one made with: createdb --encoding UTF8 NAME"),
            encoding=found,
        )
