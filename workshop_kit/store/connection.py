"""A connection to either database, both of which are asked in the same words."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Dialect = Literal["sqlite", "postgresql"]

_HAS_TABLE = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = :name",
    "postgresql": "SELECT name FROM to_regclass(:name) AS name WHERE name IS NOT NULL",
}


class Connection:
    """
    A connection of ``sqlite3`` or ``psycopg`` in a transaction.

    Args:
        driver: The driver's own connection.
        dialect: Which of the two it is.
    """

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self.driver, self.dialect = driver, dialect

    def run(
        self, words: str, values: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """
        Run a statement.

        Args:
            words: In SQL that both know, with ``:name`` where a value goes.
            values: By name, as the file holds them; may hold more than are asked for.

        Returns:
            The rows it returns.
        """
        rows = self.driver.execute(*self._worded(words, values))
        # To the end: until all rows are read, nothing counts as done.
        return rows.fetchall() if rows.description else []

    def later(self, words: str, values: Mapping[str, Any] | None = None) -> None:
        """Run a statement that returns nothing, no later than the next one."""
        later = getattr(self.driver, "later", self.driver.execute)
        later(*self._worded(words, values))

    def one(self, words: str, values: Mapping[str, Any] | None = None) -> Any:
        """Run a statement, and return the first value of the first row, or None."""
        rows = self.run(words, values)
        return rows[0][0] if rows else None

    def has_table(self, name: str) -> bool:
        """Tell whether the workshop has a table of this name."""
        return self.one(_HAS_TABLE[self.dialect], {"name": name}) is not None

    def in_transaction(self) -> bool:
        """Tell whether the transaction is still there, failed or not."""
        if self.dialect == "sqlite":
            return bool(self.driver.in_transaction)
        open_ = not self.driver.closed
        return open_ and bool(self.driver.info.transaction_status)

    def _worded(
        self, words: str, values: Mapping[str, Any] | None
    ) -> tuple[str, Mapping[str, Any]] | tuple[str]:
        if values is None:
            return (words,)
        return _for_psycopg(words) if self.dialect == "postgresql" else words, values


@cache
def _for_psycopg(words: str) -> str:
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", words.replace("%", "%%"))
