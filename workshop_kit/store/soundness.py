"""What can be wrong in a file that SQLite can open, and the words for it."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from workshop_kit.errors import N_
from workshop_kit.store.backup import connect
from workshop_kit.store.connection import Connection
from workshop_kit.store.migrations import MIGRATIONS, strange
from workshop_kit.store.opening import named
from workshop_kit.store.tables import TABLES, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workshop_kit.i18n import Translator

Level = Literal["damage", "warning", "note"]
"""Something is lost or will be; something is not as it should be; good to know."""

_MOST = 20
"""Lines of SQLite's own check that are shown."""

_AHEAD = dt.timedelta(minutes=10)
"""How far the times in a file may be ahead of this computer's clock."""

_NAMES = "SELECT name FROM sqlite_schema WHERE type = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One thing that was found.

    Attributes:
        code: What kind of thing, for programs.
        level: How bad it is.
        what: Message template.
        fix: Message template of what to do; empty if nothing has to be done.
        slots: Values for both.
    """

    code: str
    level: Level
    what: str
    fix: str = ""
    slots: dict[str, Any] = field(default_factory=dict)

    def render(self, translate: Translator) -> str:
        """Return it as a line in the translator's language."""
        parts = [translate(t, **self.slots) for t in (self.what, self.fix) if t]
        return f"{translate(_LEVELS[self.level])}: {' '.join(parts)}"


_LEVELS = {"damage": N_("Damage"), "warning": N_("Warning"), "note": N_("Note")}
REPAIR = N_("Save what can be read with --repair, which makes a new file.")
"""What to do about damage."""


def inside(copy: Path) -> list[Finding]:
    """Return what is wrong in a file that begins as one of ours; it is opened."""
    try:
        with closing(connect(copy, "rw")) as database:
            lines = [
                str(row[0])
                for row in database.execute(f"PRAGMA integrity_check({_MOST})")
            ]
            if lines != ["ok"]:
                return [_unsound("; ".join(lines))]
            wrong_layout = _layout(database)
            if wrong_layout is not None:
                return [wrong_layout]
            return [*_rows(database)]
    except sqlite3.Error as error:
        return [_unsound(str(error))]


def _unsound(detail: str) -> Finding:
    return Finding(
        code="unsound",
        level="damage",
        what=N_("Pages of this file are damaged ({detail})."),
        fix=REPAIR,
        slots={"detail": " ".join(detail.split())[:500]},
    )


def _layout(database: sqlite3.Connection) -> Finding | None:
    """Return what is wrong with the tables, as far as it is in the way of the rest."""
    names = {row[0] for row in database.execute(_NAMES, ("table",))}
    steps = []
    if "migration" in names:
        steps = [
            row[0]
            for row in database.execute("SELECT number FROM migration ORDER BY number")
        ]
    if steps and steps[-1] > len(MIGRATIONS):
        return Finding(
            code="newer",
            level="warning",
            what=N_("This workshop was made by a newer workshop-kit (layout {found})."),
            fix=N_("Update workshop-kit, which knows layouts up to {known}."),
            slots={"found": steps[-1], "known": len(MIGRATIONS)},
        )
    if steps != list(range(1, len(steps) + 1)) or not steps:
        return Finding(
            code="layout",
            level="damage",
            what=N_("The layout of this file is not complete: steps {steps}."),
            fix=REPAIR,
            slots={"steps": ", ".join(map(str, steps)) or "–"},
        )
    others = strange(Connection(database, "sqlite"))
    if others:
        return Finding(
            code="strange",
            level="damage",
            what=N_(
                "This file would change records by itself, which none of ours does:"
                " {names}."
            ),
            fix=REPAIR,
            slots={"names": named(others)},
        )
    if len(steps) < len(MIGRATIONS):
        return Finding(
            code="older",
            level="note",
            what=N_("This workshop has an older layout ({found} of {known})."),
            fix=N_("It is brought up to date when it is opened."),
            slots={"found": steps[-1], "known": len(MIGRATIONS)},
        )
    missing = sorted(_missing(database))
    if missing:
        return Finding(
            code="layout",
            level="damage",
            what=N_("Parts of the layout are missing: {names}."),
            fix=REPAIR,
            slots={"names": ", ".join(missing)},
        )
    return None


def _missing(database: sqlite3.Connection) -> Iterator[str]:
    for table in TABLES.values():
        found = {
            row[1] for row in database.execute(f'PRAGMA table_info("{table.name}")')
        }
        yield from (f"{table.name}.{c}" for c in table.columns if c not in found)
    guards = {row[0] for row in database.execute(_NAMES, ("trigger",))}
    for name in logs():
        for kind in ("no_update", "no_delete", "no_replace"):
            if f"{name}_{kind}" not in guards:
                yield f"{name}_{kind}"


def logs() -> list[str]:
    """Return the names of the tables to which is only ever added."""
    return [name for name, table in TABLES.items() if "seq" in table.columns]


def _rows(database: sqlite3.Connection) -> Iterator[Finding]:
    if database.execute("SELECT count(*) FROM workshop").fetchone() != (1,):
        yield Finding(
            code="no_subject",
            level="damage",
            what=N_("It does not say which workshop this is."),
            fix=N_("Go back to an earlier copy."),
        )
    orphans = database.execute("PRAGMA foreign_key_check").fetchall()
    if orphans:
        yield Finding(
            code="orphans",
            level="damage",
            what=N_("{n} records are of participants who are not in the file."),
            fix=REPAIR,
            slots={"n": len(orphans)},
        )
    for name in logs():
        yield from _log(database, name)
    yield from _values(database)
    yield from _clock(database)


def _log(database: sqlite3.Connection, name: str) -> Iterator[Finding]:
    count, last = database.execute(
        f"SELECT count(*), coalesce(max(seq), 0) FROM {name}"  # noqa: S608 - our own name
    ).fetchone()
    if count != last:
        yield Finding(
            code="gap",
            level="warning",
            what=N_("In the log “{name}” {n} records are missing."),
            fix=N_(
                "Nothing of ours removes them; compare with an earlier copy if they"
                " matter."
            ),
            slots={"name": name, "n": last - count},
        )
    back = database.execute(
        f"SELECT count(*) FROM (SELECT at < lag(at) OVER (ORDER BY seq) AS back FROM"  # noqa: S608
        f" {name}) WHERE back"
    ).fetchone()[0]
    if back:
        yield Finding(
            code="times",
            level="warning",
            what=N_("In the log “{name}” the time runs back {n} times."),
            fix=N_("The order of the records is right; their times may not be."),
            slots={"name": name, "n": back},
        )


def _values(database: sqlite3.Connection) -> Iterator[Finding]:
    for table in TABLES.values():
        for column, kind in table.columns.items():
            if kind != "json":
                continue
            bad = [
                place
                for place, text in database.execute(
                    f"SELECT rowid, {column} FROM {table.name}"  # noqa: S608
                )
                if not is_json(text)
            ]
            if bad:
                yield Finding(
                    code="values",
                    level="damage",
                    what=N_("In “{name}” {n} values cannot be read (rows {rows})."),
                    fix=REPAIR,
                    slots={"name": table.name, "n": len(bad), "rows": ranges(bad)},
                )


def _clock(database: sqlite3.Connection) -> Iterator[Finding]:
    row = database.execute("SELECT at FROM clock").fetchone()
    now = dt.datetime.now(dt.UTC)
    if row is None or row[0] > written(now + _AHEAD):
        yield Finding(
            code="clock",
            level="warning",
            what=N_(
                "The newest time in this file, {at}, is still to come: a clock was"
                " wrong, or is wrong now."
            ),
            fix=N_(
                "Look at the clock of this computer. New records get that time until"
                " it has come; their order stays right."
            ),
            slots={"at": row[0] if row else "–"},
        )


def is_json(text: Any) -> bool:
    """Tell whether a text is what :func:`~workshop_kit.store.tables.encode` writes."""
    try:
        json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return False
    return True


def ranges(numbers: list[int]) -> str:
    """Write numbers in ranges, from and to."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in found)
