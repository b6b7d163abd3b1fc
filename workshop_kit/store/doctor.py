"""Says in words what is wrong with a workshop file, without touching it."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workshop_kit.errors import N_
from workshop_kit.store.backup import connect, whole
from workshop_kit.store.database import APPLICATION_ID
from workshop_kit.store.migrations import MIGRATIONS
from workshop_kit.store.tables import METADATA, JsonText, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workshop_kit.i18n import Translator

Level = Literal["damage", "warning", "note"]
"""Something is lost or will be; something is not as it should be; good to know."""

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_MOST = 20
"""Lines of SQLite's own check that are shown."""

_AHEAD = dt.timedelta(minutes=10)
"""How far the times in a file may be ahead of this computer's clock."""


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
_REPAIR = N_("Save what can be read with --repair, which makes a new file.")


def examine(path: Path) -> list[Finding]:
    """
    Return what is wrong with a workshop file; nothing if it is sound.

    Works on a copy, because to open a file is to finish what a program that died
    left undone. Must not be called in a process that has the file open itself: to
    close any other handle on it drops the locks that SQLite has there.

    Args:
        path: The file; ``.workshop`` may be left out.

    Raises:
        StoreError: If there is no such file.
    """
    source = whole(path)
    found = [*_around(source)]
    if not _may(source, os.R_OK):
        return found
    before = _outside(source)
    found += before
    if any(finding.level == "damage" for finding in before):
        # What more could be said would only be the consequences.
        return found
    with private_copy(source) as copy:
        found += _inside(copy)
    return found


@contextmanager
def private_copy(source: Path) -> Iterator[Path]:
    """
    Give a copy of a file and its log that may be opened and thrown away.

    While it is made nobody can empty the log, so that a busy file is whole in it.
    """
    with tempfile.TemporaryDirectory(prefix="workshop-doctor-") as folder:
        copy = Path(folder) / source.name
        with _nobody_empties(source):
            # The file first: what is moved into it meanwhile is in the log as well.
            for ending in ("", "-wal", "-journal"):
                with suppress(FileNotFoundError):
                    shutil.copyfile(
                        source.with_name(source.name + ending),
                        copy.with_name(copy.name + ending),
                    )
        yield copy


@contextmanager
def _nobody_empties(source: Path) -> Iterator[None]:
    log = source.with_name(f"{source.name}-wal")
    if not log.exists():
        yield
        return
    reading = None
    try:
        # It neither creates the log's index nor finishes anything, being a reader.
        if source.with_name(f"{source.name}-shm").exists():
            reading = connect(source, "ro")
            with suppress(sqlite3.Error):
                reading.execute("BEGIN")
                reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
    finally:
        if reading is not None:
            reading.close()


def _may(path: Path, what: int) -> bool:
    known = os.access in os.supports_effective_ids
    return os.access(path, what, effective_ids=known)


# ------------------------------------------------------------ beside the file


def _around(source: Path) -> Iterator[Finding]:
    writable = _may(source, os.R_OK | os.W_OK) and _may(source.parent, os.W_OK)
    if not writable:
        yield Finding(
            code="not_writable",
            level="warning",
            what=N_("You are not allowed to change this workshop file or its folder."),
            fix=N_("Get permission to write there, or choose a folder of your own."),
        )
    log, index = (source.with_name(source.name + end) for end in ("-wal", "-shm"))
    if index.exists() and not log.exists():
        yield Finding(
            code="no_log",
            level="damage",
            what=N_(
                "The file {name}-wal is missing, in which the newest records were."
            ),
            fix=N_(
                "Look for it where this file was copied from, and copy all that begins"
                " with its name."
            ),
            slots={"name": source.name},
        )
    elif log.exists() and log.stat().st_size:
        yield Finding(
            code="log",
            level="note",
            what=N_(
                "The newest records are in {name}-wal: the workshop is in use, or was"
                " not closed."
            ),
            fix=N_("Never copy or move the one without the other."),
            slots={"name": source.name},
        )
    drafts = sorted(p.name for p in source.parent.glob(".*.new") if p.is_file())
    if drafts:
        yield Finding(
            code="left_over",
            level="note",
            what=N_("A file that was never finished was left in the folder: {names}."),
            fix=N_("Nothing in it was acknowledged; you may delete it."),
            slots={"names": ", ".join(drafts)},
        )


def _outside(source: Path) -> list[Finding]:
    """Look at the bytes at which SQLite itself would give up."""
    size = source.stat().st_size
    with source.open("rb") as file:
        head = file.read(_HEADER)
    if not size:
        return [
            Finding(
                code="empty",
                level="damage",
                what=N_("This file is empty: there is nothing in it that can be saved."),
                fix=N_("Go back to an earlier copy."),
            )
        ]
    if not head.startswith(_MAGIC):
        return [
            Finding(
                code="no_workshop",
                level="damage",
                what=N_(
                    "This does not begin like a workshop file; it is another kind of"
                    " file, or its beginning was overwritten."
                ),
                fix=N_("Go back to an earlier copy."),
            )
        ]
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        return [
            Finding(
                code="foreign",
                level="damage",
                what=N_("This is a database of another program."),
                fix=N_("Choose a file whose name ends in .workshop."),
            )
        ]
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    expected = int.from_bytes(head[28:32], "big") * page
    # With a log the file may be behind, and grows when the log is emptied.
    unfinished = source.with_name(f"{source.name}-wal").exists()
    if (size < expected or size % page) and not unfinished:
        return [
            Finding(
                code="cut_off",
                level="damage",
                what=N_("This file is cut off: {size} of {expected} bytes are there."),
                fix=_REPAIR,
                slots={"size": size, "expected": max(expected, size)},
            )
        ]
    return []


# ---------------------------------------------------------------- in the file


def _inside(copy: Path) -> list[Finding]:
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
        fix=_REPAIR,
        slots={"detail": " ".join(detail.split())[:500]},
    )


def _layout(database: sqlite3.Connection) -> Finding | None:
    """Return what is wrong with the tables, as far as it is in the way of the rest."""
    names = {
        row[0]
        for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
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
            fix=_REPAIR,
            slots={"steps": ", ".join(map(str, steps)) or "–"},
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
            fix=_REPAIR,
            slots={"names": ", ".join(missing)},
        )
    return None


def _missing(database: sqlite3.Connection) -> Iterator[str]:
    for table in METADATA.tables.values():
        found = {
            row[1] for row in database.execute(f'PRAGMA table_info("{table.name}")')
        }
        yield from (f"{table.name}.{c}" for c in table.c.keys() if c not in found)
    guards = {
        row[0]
        for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    }
    for name in logs():
        for kind in ("no_update", "no_delete", "no_replace"):
            if f"{name}_{kind}" not in guards:
                yield f"{name}_{kind}"


def logs() -> list[str]:
    """Return the names of the tables to which is only ever added."""
    return [name for name, table in METADATA.tables.items() if "seq" in table.c]


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
            fix=_REPAIR,
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
    for table in METADATA.tables.values():
        for column in table.c:
            if not isinstance(column.type, JsonText):
                continue
            bad = [
                place
                for place, text in database.execute(
                    f"SELECT rowid, {column.name} FROM {table.name}"  # noqa: S608
                )
                if not is_json(text)
            ]
            if bad:
                yield Finding(
                    code="values",
                    level="damage",
                    what=N_("In “{name}” {n} values cannot be read (rows {rows})."),
                    fix=_REPAIR,
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
    """Write numbers as ``3, 5–9``."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in found)
