"""Statements made ready once, for what every answer needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Column, Connection
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.expression import Executable

_STYLES: dict[str, Any] = {"sqlite": "named", "postgresql": "pyformat"}


@dataclass(frozen=True, slots=True)
class _Made:
    """A statement in the words of one database."""

    words: str
    fixed: dict[str, Any]
    columns: list[tuple[str, Callable[[Any], Any] | None]]


class Ready:
    """
    A statement in SQL, run by the driver itself.

    SQLAlchemy's way to it takes ten times as long as what SQLite does, which counts
    where a thousand people answer every second.

    Args:
        statement: The statement.
        columns: What it returns.
        given: Names of the columns that an insert fills.
        later: It returns nothing and cannot fail, so it may wait for the next one.
    """

    def __init__(
        self,
        statement: Executable,
        columns: Iterable[Column[Any]] = (),
        given: Iterable[str] | None = None,
        *,
        later: bool = False,
    ) -> None:
        self._later = later
        self._statement, self._columns = statement, list(columns)
        self._given = None if given is None else list(given)
        self._made: dict[str, _Made] = {}

    def run(
        self, connection: Connection, values: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """
        Run it in the transaction of *connection*.

        Args:
            connection: Where a transaction has begun.
            values: By name, as the file holds them.

        Returns:
            The rows it returns, by name of the column.
        """
        dialect = connection.dialect
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = self._make(dialect)
        driver = driver_of(connection)
        params = {**made.fixed, **values}
        if self._later:
            later_of(driver)(made.words, params)
            return []
        # Also to the end: until all rows are read, nothing counts as done.
        rows = driver.execute(made.words, params)
        return [
            {
                name: value if read is None else read(value)
                for (name, read), value in zip(made.columns, row, strict=True)
            }
            for row in (rows.fetchall() if rows.description else ())
        ]

    def _make(self, dialect: Dialect) -> _Made:
        kind: Any = type(dialect)
        named = kind(paramstyle=_STYLES[dialect.name])
        made = self._statement.compile(dialect=named, column_keys=self._given)  # type: ignore[attr-defined]
        return _Made(
            words=str(made),
            # What is to be given has a mark here, which drivers write as a number.
            fixed={
                name: value
                for name, value in made.params.items()
                if value is not None and name not in (self._given or ())
            },
            columns=[
                (
                    column.name,
                    # What the drivers give is right but where a type is our own.
                    column.type.result_processor(named, None)
                    if isinstance(column.type, TypeDecorator)
                    else None,
                )
                for column in self._columns
            ],
        )


def later_of(driver: Any) -> Callable[..., Any]:
    """Return what runs a statement no later than the next one."""
    run: Callable[..., Any] = getattr(driver, "later", driver.execute)
    return run


def driver_of(connection: Connection) -> Any:
    """Return the connection of ``sqlite3`` or ``psycopg`` that is behind another."""
    return connection.connection.driver_connection
