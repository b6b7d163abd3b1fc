"""Statements made ready once, for what every answer needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.sqlite import dialect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Column, Connection
    from sqlalchemy.sql.expression import Executable

_DIALECT = dialect(paramstyle="named")


class Ready:
    """
    A statement in SQL, run by the driver itself.

    SQLAlchemy's way to it takes ten times as long as what SQLite does, which counts
    where a thousand people answer every second.

    Args:
        statement: The statement.
        columns: What it returns.
        given: Names of the columns that an insert fills.
    """

    def __init__(
        self,
        statement: Executable,
        columns: Iterable[Column[Any]] = (),
        given: Iterable[str] | None = None,
    ) -> None:
        keys = None if given is None else list(given)
        made = statement.compile(dialect=_DIALECT, column_keys=keys)  # type: ignore[attr-defined]
        self._words = str(made)
        self._fixed = {k: v for k, v in made.params.items() if v is not None}
        self._columns = [
            (column.name, column.type.result_processor(_DIALECT, None))
            for column in columns
        ]

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
        driver = driver_of(connection)
        # Also to the end: until all rows are read, nothing counts as done.
        rows = driver.execute(self._words, {**self._fixed, **values}).fetchall()
        return [
            {
                name: value if read is None else read(value)
                for (name, read), value in zip(self._columns, row, strict=True)
            }
            for row in rows
        ]


def driver_of(connection: Connection) -> Any:
    """Return the connection of the module ``sqlite3`` that is behind another."""
    return connection.connection.driver_connection
