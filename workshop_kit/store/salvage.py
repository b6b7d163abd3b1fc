"""Saves what can be read of a damaged workshop file into a new one."""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.backup import connect, whole
from workshop_kit.store.database import APPLICATION_ID
from workshop_kit.store.doctor import private_copy
from workshop_kit.store.migrations import MIGRATIONS
from workshop_kit.store.opening import new_file
from workshop_kit.store.place import full_name
from workshop_kit.store.soundness import is_json, ranges
from workshop_kit.store.tables import TABLES, written

if TYPE_CHECKING:
    from pathlib import Path

    from workshop_kit.store.tables import Table

_LAST = 2**31
"""Above all row numbers; a file of ours would be larger than any disk by then."""

_ENOUGH = 20_000
"""Attempts that fail before the rest of a table is given up: its root is damaged."""

_FIRST, _LAST_TABLE = ("workshop", "participant"), "erasure"
_OWN = ("migration", "clock")
"""Tables to which others refer, the one after which nothing more of somebody is taken,
and those of which a new file has its own."""

Row = tuple[Any, ...]
Kit = tuple[str, str, str]


@dataclass(slots=True, kw_only=True)
class Saved:
    """
    What became of one table.

    Attributes:
        table: Its name.
        rows: How many records are in the new file.
        unread: Numbers of rows, from and to, of which nothing could be read. Nobody
            knows how many there were between.
        refused: Numbers of rows that were read, and are no records any more.
        made: How many participants were put in for records whose owner was lost.
    """

    table: str
    rows: int = 0
    unread: list[tuple[int, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    made: int = 0

    @property
    def complete(self) -> bool:
        """Whether nothing of it is known to be missing."""
        return not (self.unread or self.refused or self.made)

    @property
    def places(self) -> str:
        """The row numbers that are missing, in ranges."""
        parts = [ranges(self.refused)] if self.refused else []
        for first, last in self.unread:
            end = "" if last >= _LAST else str(last)
            parts.append(str(first) if first == last else f"{first}–{end}")
        return ", ".join(parts)


def salvage(path: Path, target: Path, *, kit: Kit | None = None) -> list[Saved]:
    """
    Make a new workshop file of what can be read of a damaged one.

    The damaged file is not touched. Records keep their numbers and times, so that
    what is missing stays visible as a gap.

    Args:
        path: The damaged file.
        target: The file to make.
        kit: Id, version and language to go on with, if the file has lost which kit
            it was made for.

    Returns:
        What became of each table.

    Raises:
        StoreError: If nothing can be read at all, it no longer says which workshop it
            was, or *target* cannot be made.
    """
    source = whole(path)
    with private_copy(source) as copy:
        _as_ours(copy)
        with closing(connect(copy, "rw")) as old:
            # A damaged page must not keep others from being read.
            old.execute("PRAGMA cell_size_check = OFF")
            tables = sorted(
                (t for t in TABLES.values() if t.name not in _OWN),
                key=lambda table: (
                    *(table.name != each for each in _FIRST),
                    table.name == _LAST_TABLE,
                ),
            )
            read = {table.name: _read(old, table) for table in tables}
        if not any(rows for rows, _ in read.values()):
            raise StoreError(
                N_("Nothing in this file can be read."),
                where=str(source),
                fix=N_("Go back to an earlier copy."),
            )
        if not read["workshop"][0] and kit is not None:
            read["workshop"][0].append((1, _subject(*kit)))
        if not read["workshop"][0]:
            raise StoreError(
                N_("So much is damaged that it does not say which workshop this was."),
                where=str(source),
                fix=N_("Go back to an earlier copy, or name its kit with --kit."),
            )
    with (
        new_file(full_name(target), wait=10.0) as database,
        database.write() as connection,
    ):
        driver = connection.driver
        return [_fill(driver, table, *read[table.name]) for table in tables]


def _subject(kit: str, version: str, lang: str) -> Row:
    now = written(dt.datetime.now(dt.UTC))
    return (1, secrets.token_hex(8), kit, version, "", lang, "full", now, "")


def _as_ours(copy: Path) -> None:
    """Let SQLite read as far as it goes in a copy that is cut off."""
    with copy.open("r+b") as file:
        head = file.read(100)
        ours = head[68:72] == APPLICATION_ID.to_bytes(4, "big")
        page = int.from_bytes(head[16:18], "big") or 1
        page = 65536 if page == 1 else page
        size = file.seek(0, 2)
        named = int.from_bytes(head[28:32], "big") * page
        # No file of ours grows a thousandfold; such a number is damage itself.
        whole_size = max(-(-size // page) * page, min(named, size * 1000))
        if ours:
            file.truncate(whole_size)


def _read(
    old: sqlite3.Connection, table: Table
) -> tuple[list[tuple[int, Row]], list[tuple[int, int]]]:
    """Return the rows of a table by number, and the ranges that cannot be read."""
    try:
        columns = {row[1] for row in old.execute(f"PRAGMA table_info({table.name})")}
    except (sqlite3.Error, UnicodeDecodeError):
        return [], [(1, _LAST)]
    if not columns:
        return [], [] if _later(old, table) else [(1, _LAST)]
    # What a later layout has added is missing in an older file.
    names = [f'"{c}"' if c in columns else "''" for c in table.columns]
    words = (
        f"SELECT rowid, {', '.join(names)} FROM {table.name} NOT INDEXED"  # noqa: S608
        " WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    )
    rows: list[tuple[int, Row]] = []
    unread: list[tuple[int, int]] = []
    waiting, failed = [(1, _LAST)], 0
    while waiting:
        first, last = waiting.pop()
        if failed > _ENOUGH:
            unread.append((first, last))
            continue
        try:
            found = old.execute(words, (first, last)).fetchall()
        except (sqlite3.Error, UnicodeDecodeError):
            failed += 1
            if first == last:
                unread.append((first, last))
                continue
            middle = (first + last) // 2
            waiting += [(middle + 1, last), (first, middle)]
        else:
            rows += [(row[0], row[1:]) for row in found]
    return rows, _joined(unread)


def _later(old: sqlite3.Connection, table: Table) -> bool:
    """Tell whether only a later layout than that of the file has a table."""
    try:
        (layout,) = old.execute("SELECT max(number) FROM migration").fetchone()
    except sqlite3.Error:
        return False
    made = f"CREATE TABLE {table.name} ("
    steps = (step for step in MIGRATIONS if step.number <= (layout or 0))
    return not any(
        words.startswith(made) for step in steps for words in step.statements
    )


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if joined and first == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _fill(
    driver: sqlite3.Connection,
    table: Table,
    rows: list[tuple[int, Row]],
    unread: list[tuple[int, int]],
) -> Saved:
    saved = Saved(table=table.name, unread=unread)
    json = [i for i, kind in enumerate(table.columns.values()) if kind == "json"]
    places = {column: place for place, column in enumerate(table.columns)}
    owner, dated = places.get("participant"), places.get("at")
    for number, row in rows:
        if not all(is_json(row[place]) for place in json):
            saved.refused.append(number)
            continue
        try:
            at = "" if dated is None else row[dated]
            if owner is not None:
                saved.made += _known(driver, row[owner], at)
            driver.execute(table.insert, dict(zip(places, row, strict=True)))
        except sqlite3.Error:
            saved.refused.append(number)
        else:
            saved.rows += 1
            _tick(driver, at)
    return saved


def _known(driver: sqlite3.Connection, person: str, at: str) -> int:
    """Put a participant in whose own record was lost; nobody can come in as them."""
    words = "INSERT OR IGNORE INTO participant VALUES (?, ?, '?', '', '', ?, '')"
    return driver.execute(words, (person, f"lost {person}", at)).rowcount


def _tick(driver: sqlite3.Connection, at: str) -> None:
    driver.execute("UPDATE clock SET revision = revision + 1, at = max(at, ?)", (at,))
