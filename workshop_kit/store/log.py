"""A log in a table: append a row, read all of it, read what stands."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any

from workshop_kit.store.tables import WITHDRAWN, must_fit, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workshop_kit.store.connection import Connection
    from workshop_kit.store.tables import Table

LOG = "ORDER BY seq"
"""What follows a table's ``select`` to read every row, first to last."""

_COUNT = (
    "UPDATE clock SET revision = revision + 1,"
    " at = CASE WHEN at > :now THEN at ELSE :now END"
)
_TICK = f"{_COUNT} RETURNING at"


def tick(connection: Connection) -> dt.datetime:
    """
    Return the time in UTC, and count one change.

    It is the file's own time and never runs back in it, whatever the clocks of
    the machines that write to it do.
    """
    return dt.datetime.fromisoformat(connection.one(_TICK, _now()))


def _now() -> dict[str, str]:
    return {"now": written(dt.datetime.now(dt.UTC))}


@cache
def _insert(table: Table) -> str:
    given = [name for name in table.columns if name not in {"seq", "at"}]
    names = ", ".join(f'"{name}"' for name in given)
    places = ", ".join(f":{name}" for name in given)
    # Only one writes at a time, so that numbers have no gaps; a sequence would.
    return (
        f"INSERT INTO {table.name} (seq, at, {names})"  # noqa: S608 - our own names
        f" VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM {table.name}),"
        f" (SELECT at FROM clock), {places}) RETURNING {table.shown}"
    )


def append(
    connection: Connection, table: Table, fields: dict[str, Any]
) -> dict[str, Any]:
    """Add a row with the time of now, and return it as the record it is."""
    must_fit(*fields.values())
    connection.later(_COUNT, _now())
    return table.record(connection.run(_insert(table), fields)[0])


def latest(table: Table, each: Sequence[str], where: str = "") -> str:
    """
    Say which rows are the last for each combination of values of some columns.

    Args:
        table: The log.
        each: The columns.
        where: Condition for rows to be looked at.
    """
    only = f" WHERE {where}" if where else ""
    return (
        f"WHERE seq IN (SELECT max(seq) FROM {table.name}{only}"  # noqa: S608 - ours
        f" GROUP BY {', '.join(each)})"
    )


def standing(table: Table, each: Sequence[str], where: str = "") -> str:
    """Say which of the latest rows take no value back."""
    return f"{latest(table, each, where)} AND value <> '{WITHDRAWN}'"
