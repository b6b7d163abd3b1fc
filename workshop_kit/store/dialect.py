"""Puts a step of the layout, written for SQLite, into the words of PostgreSQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = {
    # The order of bytes, as in SQLite, which no update of the system changes.
    r"\bTEXT\b": 'TEXT COLLATE "C"',
    r"\bINTEGER\b": "BIGINT",
    r"\bREAL\b": "DOUBLE PRECISION",
    r"\) STRICT$": ")",
    # A word of its own there.
    r"\bonly\b": '"only"',
}


def function(name: str, words: str) -> str:
    """Return the statement that makes what a trigger calls; it ends in a refusal."""
    return f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger
        LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN {words}
            USING ERRCODE = 'integrity_constraint_violation';
        END $$"""


_REFUSE = function("append_only", "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME")


def in_postgres(statements: Sequence[str], logs: Sequence[str]) -> tuple[str, ...]:
    """
    Return the statements of a step for PostgreSQL.

    Args:
        statements: For SQLite. Types and ``STRICT`` are put into other words; triggers
            are left out.
        logs: Tables that may only be appended to, for which triggers are made.
    """
    made = [
        _worded(statement)
        for statement in statements
        if not statement.startswith("CREATE TRIGGER")
    ]
    if logs:
        made.append(_REFUSE)
    for table in logs:
        for name, what, each in (
            ("no_change", "UPDATE OR DELETE", "ROW"),
            ("no_truncate", "TRUNCATE", "STATEMENT"),
        ):
            made.append(
                f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION append_only()"
            )
    return tuple(made)


def _worded(statement: str) -> str:
    for ours, theirs in _WORDS.items():
        statement = re.sub(ours, theirs, statement)
    if statement.startswith("CREATE TABLE participant"):
        # SQLite counts the rows of every table by itself, under this name.
        return statement.removesuffix(")") + (
            ", rowid BIGINT GENERATED ALWAYS AS IDENTITY)"
        )
    return statement
