"""A log in a table: append a row, read all of it, read what stands."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import bindparam, func, select

from workshop_kit.store.tables import CLOCK, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table
    from sqlalchemy.sql.dml import ReturningInsert

T = TypeVar("T")


# Building a statement takes longer than running it, so those of every write are
# built once.
_TICK = (
    CLOCK.update()
    .values(
        revision=CLOCK.c.revision + 1,
        at=func.max(CLOCK.c.at, bindparam("now", type_=CLOCK.c.at.type)),
    )
    .returning(CLOCK.c.at)
)


def tick(connection: Connection) -> dt.datetime:
    """
    Return the time in UTC, and count one change.

    It is the file's own time and never runs back in it, whatever the clocks of
    the machines that write to it do.
    """
    now = {"now": dt.datetime.now(dt.UTC)}
    return cast("dt.datetime", connection.execute(_TICK, now).scalar_one())


@cache
def _insert(table: Table) -> ReturningInsert[Any]:
    return table.insert().returning(*table.c)


def append(connection: Connection, table: Table, fields: dict[str, Any]) -> Row[Any]:
    """Add a row with the time of now, and return it as it was written."""
    at = tick(connection)
    return connection.execute(_insert(table), {**fields, "at": at}).one()


def log(table: Table) -> Select[Any]:
    """Select every row, first to last."""
    return select(table).order_by(table.c.seq)


def latest(
    table: Table, each: Sequence[str], *where: ColumnElement[bool]
) -> Select[Any]:
    """Select the last row for each combination of values of some columns."""
    found = select(func.max(table.c.seq)).where(*where)
    found = found.group_by(*(table.c[name] for name in each))
    return log(table).where(table.c.seq.in_(found))


def standing(
    table: Table, each: Sequence[str], *where: ColumnElement[bool]
) -> Select[Any]:
    """Select the latest rows but those that take a value back."""
    return latest(table, each, *where).where(table.c.value != WITHDRAWN)


def record(kind: type[T], row: Row[Any]) -> T:
    """Return a row as the record its columns are named after."""
    return kind(**row._mapping)  # noqa: SLF001 - public in spite of its name
