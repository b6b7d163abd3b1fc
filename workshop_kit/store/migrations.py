"""From one layout of the file to the next; each step whole, with its record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.dialect import function, in_postgres
from workshop_kit.store.tables import MIGRATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workshop_kit.store.connection import Connection, Dialect
    from workshop_kit.store.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step, as it was the day it was written; published steps never change."""

    number: int
    name: str
    statements: tuple[str, ...]
    """In the words of SQLite."""
    logs: tuple[str, ...] = ()
    """Tables that only ever grow from this step on."""
    postgres: tuple[str, ...] | None = None
    """In the words of PostgreSQL, where putting them into those is not enough."""

    def of(self, dialect: Dialect) -> tuple[str, ...]:
        """Return the statements for ``sqlite`` or ``postgresql``."""
        if dialect == "sqlite":
            return self.statements
        return self.postgres or in_postgres(self.statements, self.logs)


def _append_only(table: str, *, same: str = "0") -> tuple[str, ...]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    found = f"SELECT 1 FROM {table} WHERE seq = NEW.seq OR {same}"  # noqa: S608 - ours
    when = f"WHEN EXISTS ({found})"
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # REPLACE removes rows without asking the trigger on DELETE.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {when} {refuse}",
    )


_FIRST = Migration(
    number=1,
    name="first layout",
    statements=(
        """CREATE TABLE migration (
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE clock (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            revision INTEGER NOT NULL, at TEXT NOT NULL
        ) STRICT""",
        "INSERT INTO clock VALUES (1, 0, '2000-01-01T00:00:00.000000Z')",
        """CREATE TABLE workshop (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            id TEXT NOT NULL, kit TEXT NOT NULL, kit_version TEXT NOT NULL,
            institution TEXT NOT NULL, lang TEXT NOT NULL, track TEXT NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE participant (
            id TEXT PRIMARY KEY NOT NULL, token_hash TEXT NOT NULL UNIQUE,
            alias TEXT NOT NULL, role TEXT NOT NULL, lang TEXT NOT NULL,
            joined_at TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE answer (
            seq INTEGER PRIMARY KEY,
            round INTEGER NOT NULL CHECK (round >= 1),
            question TEXT NOT NULL,
            participant TEXT NOT NULL REFERENCES participant (id),
            value TEXT NOT NULL,
            kit_version TEXT NOT NULL, wording_hash TEXT NOT NULL,
            key TEXT NOT NULL CHECK (key <> ''), at TEXT NOT NULL,
            UNIQUE (participant, key)
        ) STRICT""",
        "CREATE INDEX answer_current ON answer (question, round, participant)",
        *_append_only("answer", same="participant = NEW.participant AND key = NEW.key"),
        """CREATE TABLE draft (
            participant TEXT NOT NULL REFERENCES participant (id),
            question TEXT NOT NULL,
            value TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (participant, question)
        ) STRICT""",
        """CREATE TABLE decision (
            seq INTEGER PRIMARY KEY,
            question TEXT NOT NULL,
            value TEXT NOT NULL,
            reason TEXT NOT NULL, variant TEXT NOT NULL, dissent TEXT NOT NULL,
            "by" TEXT NOT NULL, checked_by TEXT NOT NULL, checked_on TEXT NOT NULL,
            kit_version TEXT NOT NULL, wording_hash TEXT NOT NULL,
            key TEXT NOT NULL UNIQUE CHECK (key <> ''), at TEXT NOT NULL
        ) STRICT""",
        *_append_only("decision", same="key = NEW.key"),
        """CREATE TABLE waiver (
            seq INTEGER PRIMARY KEY,
            rule TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT""",
        *_append_only("waiver"),
        """CREATE TABLE measurement (
            seq INTEGER PRIMARY KEY,
            kpi TEXT NOT NULL, kpi_version INTEGER NOT NULL,
            channel TEXT NOT NULL, period TEXT NOT NULL, value REAL,
            unit TEXT NOT NULL, n INTEGER NOT NULL, source TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT""",
        *_append_only("measurement"),
    ),
    logs=("answer", "decision", "waiver", "measurement"),
)

_ROOM = Migration(
    number=2,
    name="the room",
    statements=(
        """CREATE TABLE action (
            seq INTEGER PRIMARY KEY,
            kind TEXT NOT NULL, about TEXT NOT NULL, value TEXT NOT NULL,
            "by" TEXT NOT NULL,
            key TEXT NOT NULL UNIQUE CHECK (key <> ''), at TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX action_current ON action (kind, about)",
        *_append_only("action", same="key = NEW.key"),
        """CREATE TABLE presence (
            participant TEXT PRIMARY KEY NOT NULL REFERENCES participant (id),
            host TEXT NOT NULL, at TEXT NOT NULL
        ) STRICT""",
        "ALTER TABLE participant ADD COLUMN consent_until TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE workshop ADD COLUMN keep_until TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX answer_of ON answer (participant)",
    ),
    logs=("action",),
)

_LIFE = Migration(
    number=3,
    name="sign-off and snapshots",
    statements=(
        """CREATE TABLE signoff (
            seq INTEGER PRIMARY KEY,
            step TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
            day TEXT NOT NULL, note TEXT NOT NULL, version TEXT NOT NULL,
            key TEXT NOT NULL UNIQUE CHECK (key <> ''), at TEXT NOT NULL
        ) STRICT""",
        *_append_only("signoff", same="key = NEW.key"),
        """CREATE TABLE snapshot (
            seq INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            version TEXT NOT NULL, kit_version TEXT NOT NULL, program TEXT NOT NULL,
            content TEXT NOT NULL, at TEXT NOT NULL
        ) STRICT""",
        *_append_only("snapshot", same="name = NEW.name"),
    ),
    logs=("signoff", "snapshot"),
)

_HOSTS = Migration(
    number=4,
    name="processes that serve a workshop",
    statements=(
        """CREATE TABLE host (
            id TEXT PRIMARY KEY NOT NULL, process TEXT NOT NULL,
            beats INTEGER NOT NULL, at TEXT NOT NULL
        ) STRICT""",
    ),
)

_REDACTED = """EXISTS (SELECT 1 FROM erasure WHERE participant = OLD.participant)
    AND NEW.value = 'null' AND NEW.key = 'erased/' || OLD.seq
    AND NEW.seq = OLD.seq AND NEW.round = OLD.round AND NEW.question = OLD.question
    AND NEW.participant = OLD.participant AND NEW.kit_version = OLD.kit_version
    AND NEW.wording_hash = OLD.wording_hash AND NEW.at = OLD.at"""


def _unless_erased(table: str) -> str:
    found = "SELECT 1 FROM erasure WHERE participant = NEW.participant"
    refuse = "BEGIN SELECT RAISE(ABORT, 'this participant was erased'); END"
    return (
        f"CREATE TRIGGER {table}_not_of_erased BEFORE INSERT ON {table}"
        f" WHEN EXISTS ({found}) {refuse}"
    )


_ERASED = """CREATE TABLE erasure (
    seq INTEGER PRIMARY KEY,
    participant TEXT NOT NULL UNIQUE REFERENCES participant (id),
    "by" TEXT NOT NULL, reason TEXT NOT NULL,
    answers INTEGER NOT NULL, at TEXT NOT NULL
) STRICT"""
_OF_PEOPLE = ("answer", "draft", "presence")

_ERASURE = Migration(
    number=5,
    name="erasure of one participant",
    statements=(
        _ERASED,
        *_append_only("erasure", same="participant = NEW.participant"),
        # An answer may lose its value, and nothing else, once that is on record.
        "DROP TRIGGER answer_no_update",
        f"""CREATE TRIGGER answer_no_update BEFORE UPDATE ON answer
            WHEN NOT ({_REDACTED})
            BEGIN SELECT RAISE(ABORT, 'answer is append-only'); END""",
        *(_unless_erased(table) for table in _OF_PEOPLE),
    ),
    logs=("erasure",),
    postgres=(
        *in_postgres([_ERASED], ["erasure"]),
        "DROP TRIGGER answer_no_change ON answer",
        """CREATE TRIGGER answer_no_delete BEFORE DELETE ON answer
            FOR EACH ROW EXECUTE FUNCTION append_only()""",
        function(
            "erased_only",
            f"""IF {_REDACTED} THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'answer is append-only'""",
        ),
        """CREATE TRIGGER answer_no_update BEFORE UPDATE ON answer
            FOR EACH ROW EXECUTE FUNCTION erased_only()""",
        function(
            "not_of_erased",
            """IF NOT EXISTS
                (SELECT 1 FROM erasure WHERE participant = NEW.participant)
            THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'this participant was erased'""",
        ),
        *(
            f"""CREATE TRIGGER {table}_not_of_erased BEFORE INSERT ON {table}
                FOR EACH ROW EXECUTE FUNCTION not_of_erased()"""
            for table in _OF_PEOPLE
        ),
    ),
)

_KEYS = Migration(
    number=6,
    name="keys of drafts",
    # Those that are there keep an empty one: nobody knows what their pages chose.
    statements=("ALTER TABLE draft ADD COLUMN key TEXT NOT NULL DEFAULT ''",),
)

MIGRATIONS: tuple[Migration, ...] = (_FIRST, _ROOM, _LIFE, _HOSTS, _ERASURE, _KEYS)
"""All steps in order, numbered from 1."""


def version(connection: Connection) -> int:
    """Return the number of the last step this file has had, 0 for a new file."""
    if not connection.has_table(MIGRATION.name):
        return 0
    return connection.one("SELECT max(number) FROM migration") or 0


_NOT_PLAIN = """SELECT name, sql FROM sqlite_schema
    WHERE sql NOT GLOB 'CREATE TABLE *' AND sql NOT GLOB 'CREATE INDEX *'
    AND sql NOT GLOB 'CREATE UNIQUE INDEX *'"""


def strange(connection: Connection) -> list[str]:
    """
    Return the names of what a file does by itself and no step of ours made it do.

    A trigger of somebody else can change one record when another is written, and a
    view can stand where a table is looked for.
    """
    number = version(connection)
    if number > len(MIGRATIONS):
        return []
    known = _ours(number)
    return sorted(
        str(name)
        for name, sql in connection.run(_NOT_PLAIN)
        if sql not in known and _worded(str(sql)) not in known
    )


@cache
def _ours(number: int) -> frozenset[str]:
    """Return the triggers of a layout, as they are written and on one line each."""
    found: dict[str, str] = {}
    for step in MIGRATIONS[:number]:
        for statement in step.statements:
            match statement.split():
                case ["CREATE", "TRIGGER", name, *_]:
                    found[name] = statement
                case ["DROP", "TRIGGER", name]:
                    del found[name]
    return frozenset({*found.values(), *map(_worded, found.values())})


def _worded(sql: str) -> str:
    return " ".join(sql.split())


def migrate(database: Steps, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """
    Bring a file to the newest layout, one step at a time.

    A step that fails leaves the file as it was before that step. Processes that
    open an old file at the same time take turns and each step happens once.

    Raises:
        StoreError: If the file is newer than this program, or a step fails.
    """
    known = len(migrations)
    with database.write() as connection:
        found = version(connection)
    if found > known:
        raise StoreError(
            N_("This workshop was made by a newer workshop-kit (layout {found})."),
            where=str(database.path),
            fix=N_("Update workshop-kit, which knows layouts up to {known}."),
            found=found,
            known=known,
        )
    for step in migrations[found:]:
        with database.write() as connection:
            if version(connection) >= step.number:
                continue
            for statement in step.of(connection.dialect):
                connection.run(statement)
            done = {
                "number": step.number,
                "name": step.name,
                "at": dt.datetime.now(dt.UTC),
            }
            connection.run(MIGRATION.insert, MIGRATION.row(done))
