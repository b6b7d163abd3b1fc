"""A connection to PostgreSQL that asks as seldom as it can: each time takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Mapping


class Line(psycopg.Connection[Any]):
    """
    A connection on which what has no answer waits for the next thing that has one.

    All of it goes to the server together. If something that waited fails, what it is
    sent with fails too, and so does the whole step, because the savepoint that one
    would go back to was never made.
    """

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._waiting: list[tuple[str, Mapping[str, Any] | None]] = []

    def later(self, words: str, values: Mapping[str, Any] | None = None) -> None:
        """Run a statement before the next one, or before the commit."""
        self._waiting.append((words, values))

    def settle(self) -> None:
        """
        Run what still waits.

        Raises:
            psycopg.Error: If any of it fails.
        """
        waiting, self._waiting = self._waiting, []
        if waiting:
            with self.pipeline():
                for words, values in waiting:
                    super().execute(words, values)

    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        """Run what waits, and then a statement."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return super().execute(query, params, **more)
        with self.pipeline():
            for words, values in waiting:
                super().execute(words, values)
            return super().execute(query, params, **more)

    def rollback(self) -> None:
        """Undo all, also what has not been run yet."""
        self._waiting = []
        super().rollback()
