"""A log in a table: append a row, read all of it, read what stands."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import bindparam, case, func, select

from workshop_kit.store.ready import Ready
from workshop_kit.store.tables import CLOCK, WITHDRAWN, must_fit, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table

T = TypeVar("T")

_COUNTED = CLOCK.update().values(
    revision=CLOCK.c.revision + 1,
    at=case((CLOCK.c.at > bindparam("now"), CLOCK.c.at), else_=bindparam("now")),
)
_COUNT = Ready(_COUNTED, later=True)
_TICK = Ready(_COUNTED.returning(CLOCK.c.at), [CLOCK.c.at])


def tick(connection: Connection) -> dt.datetime:
    """
    Return the time in UTC, and count one change.

    It is the file's own time and never runs back in it, whatever the clocks of
    the machines that write to it do.
    """
    now = written(dt.datetime.now(dt.UTC))
    return cast("dt.datetime", _TICK.run(connection, {"now": now})[0]["at"])


@cache
def _insert(table: Table) -> Ready:
    given = [column.name for column in table.c if not column.primary_key]
    # Only one writes at a time, so that numbers have no gaps; a sequence would.
    last = select(func.coalesce(func.max(table.c.seq), 0)).scalar_subquery()
    now = select(CLOCK.c.at).scalar_subquery()
    made = table.insert().values(seq=last + 1, at=now).returning(*table.c)
    return Ready(made, table.c, [*given, "seq"])


def append(
    connection: Connection, table: Table, fields: dict[str, Any]
) -> dict[str, Any]:
    """Add a row with the time of now, and return it as it was written."""
    must_fit(*fields.values())
    _COUNT.run(connection, {"now": written(dt.datetime.now(dt.UTC))})
    return _insert(table).run(connection, fields)[0]


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


def record(kind: type[T], row: Row[Any] | dict[str, Any]) -> T:
    """Return a row as the record its columns are named after."""
    fields = row if isinstance(row, dict) else row._mapping  # noqa: SLF001 - public
    return kind(**fields)
