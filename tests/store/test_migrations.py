"""Each step of the layout is whole, recorded, and taken once."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store, migrations
from workshop_kit.store.migrations import MIGRATIONS, Migration, migrate
from workshop_kit.store.tables import TABLES


@pytest.fixture
def place(tmp_path):
    """Name a file: here the file itself is looked into."""
    return tmp_path / "demo"


NEXT = len(MIGRATIONS) + 1
GOOD = Migration(
    number=NEXT,
    name="a note with the workshop",
    statements=("ALTER TABLE workshop ADD COLUMN note TEXT NOT NULL DEFAULT ''",),
)
BROKEN = Migration(
    number=NEXT + 1,
    name="half a step",
    statements=(
        "CREATE TABLE half (x TEXT) STRICT",
        "UPDATE workshop SET note = 'half'",
        "INSERT INTO nowhere VALUES (1)",
    ),
)


def layout(path):
    """Return the recorded steps and the definitions in the file."""
    with closing(sqlite3.connect(path)) as raw:
        steps = raw.execute("SELECT number, name FROM migration").fetchall()
        return steps, raw.execute("SELECT sql FROM sqlite_schema").fetchall()


def test_steps_are_numbered_without_gaps():
    """A number is the place in the list, so no step can slip in between."""
    assert list(range(1, len(MIGRATIONS) + 1)) == [step.number for step in MIGRATIONS]


def test_the_file_has_the_tables_that_the_code_uses(store):
    """Steps and table definitions name the same columns, in the same order."""
    with closing(sqlite3.connect(store.path)) as raw:
        names = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        in_file = {
            name: [row[1] for row in raw.execute(f"PRAGMA table_info({name})")]
            for (name,) in names.fetchall()
        }
    in_code = {name: list(table.columns) for name, table in TABLES.items()}

    assert in_code == in_file


def test_a_step_that_fails_leaves_the_former_layout(store, answer):
    """The good step before it stays, of the broken one nothing remains."""
    kept = answer("a", key="k")
    migrate(store._database, (*MIGRATIONS, GOOD))
    before = layout(store.path)
    with pytest.raises(StoreError, match="no such table: nowhere"):
        migrate(store._database, (*MIGRATIONS, GOOD, BROKEN))

    assert before == layout(store.path)
    assert before[0][-2:] == [
        (MIGRATIONS[-1].number, MIGRATIONS[-1].name),
        (NEXT, GOOD.name),
    ]
    assert [kept] == store.answer_log()
    with closing(sqlite3.connect(store.path)) as raw:
        assert raw.execute("SELECT note FROM workshop").fetchall() == [("",)]


def test_a_step_happens_once(store):
    """Migrating again, also through another connection, changes nothing."""
    steps = (*MIGRATIONS, GOOD)
    migrate(store._database, steps)
    once = layout(store.path)
    with store._database.read() as connection:
        assert connection.has_table("workshop")
    migrate(store._database, steps)

    assert once == layout(store.path)


def test_an_older_program_does_not_open_a_newer_file(store):
    """A file that has had a later step is refused by who does not know it."""
    migrate(store._database, (*MIGRATIONS, GOOD))
    with pytest.raises(StoreError, match=rf"newer workshop-kit \(layout {NEXT}\)"):
        Store.open(store.path)


@pytest.mark.parametrize(
    "left", ["CREATE TABLE other (x)", "CREATE TABLE migration (number INTEGER)"]
)
def test_a_file_that_lost_its_tables_is_no_workshop(tmp_path, left):
    """A header of ours without a workshop in it is reported when it is opened."""
    path = tmp_path / "demo.workshop"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA application_id = {int.from_bytes(b'WKIT', 'big')}")
        raw.execute(left)
        raw.commit()
    with pytest.raises(StoreError, match="damaged or cut off"):
        Store.open(path)


def test_a_trigger_that_a_step_took_away_is_nobodys(store, monkeypatch):
    """What once was ours and comes back later was put there by somebody else."""
    gone = "action_no_update"
    less = Migration(number=NEXT, name="less", statements=(f"DROP TRIGGER {gone}",))
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, less))
    monkeypatch.setattr(migrations, "_ours", migrations._ours.__wrapped__)
    found = "SELECT sql FROM sqlite_schema WHERE name = :name"
    with store._database.read() as connection:
        words = connection.one(found, {"name": gone})
    migrate(store._database, migrations.MIGRATIONS)

    with store._database.write() as connection:
        assert migrations.strange(connection) == []
        connection.run(words)
        assert migrations.strange(connection) == [gone]
