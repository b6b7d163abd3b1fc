"""Nothing that was recorded changes, whichever way somebody tries."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest


@pytest.fixture
def place(tmp_path):
    """Name a file: here the file itself is looked into."""
    return tmp_path / "demo"


REWRITES = [
    "UPDATE {table} SET at = '2000-01-01T00:00:00.000000Z'",
    "UPDATE OR REPLACE {table} SET seq = 7",
    "DELETE FROM {table}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "REPLACE INTO {table} SELECT * FROM {table}",
]


@pytest.fixture
def recorded(store, answer):
    """Fill every log with one record and return what the file says."""
    answer("a", key="k")
    store.record_decision(
        question="goals.which",
        value="a",
        by="Fictional board",
        key="k",
        kit_version="1.0",
        wording_hash="abc",
    )
    store.act("ballot", "goals.which", "open", by="Fictional board", key="k")
    store.waive("SM001", "Fictional Sam", "a reason")
    store.record_measurement(
        kpi="engagement_rate",
        kpi_version=1,
        channel="fictional channel",
        period="2026-10",
        value=1.5,
        unit="%",
        n=12,
        source="export",
    )
    store.record_signoff(
        step="review",
        name="Fictional Sam",
        role="editor",
        day="2026-11-23",
        version="abc",
        key="k",
    )
    store.keep_snapshot(
        "first", {"a": 1}, version="abc", kit_version="1.0", program="0.1.0"
    )
    gone = store.join("Fictional Kim", "editor", "en")[0].id
    store.erase(gone, by="participant", reason="asked")
    return store


LOGS = [
    "erasure",
    "answer",
    "decision",
    "action",
    "waiver",
    "measurement",
    "signoff",
    "snapshot",
]


@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize("rewrite", REWRITES)
def test_raw_sql_cannot_rewrite_a_log(recorded, table, rewrite):
    """The file itself refuses, without help from this program."""
    with closing(sqlite3.connect(recorded.path)) as raw:
        before = raw.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        with pytest.raises(sqlite3.IntegrityError) as refused:
            raw.execute(rewrite.format(table=table))
        raw.rollback()

        assert f"{table} is append-only" == str(refused.value)
        assert before == raw.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608


@pytest.mark.parametrize("table", ["answer", "decision", "action"])
def test_a_taken_key_cannot_push_a_record_out(recorded, table):
    """REPLACE under a new number but a key in use removes nothing."""
    with closing(sqlite3.connect(recorded.path)) as raw:
        rows = raw.execute(f"PRAGMA table_info({table})")
        columns = ", ".join(f'"{row[1]}"' for row in rows if row[1] != "seq")
        with pytest.raises(sqlite3.IntegrityError, match="is append-only"):
            raw.execute(
                f"REPLACE INTO {table} ({columns})"  # noqa: S608
                f" SELECT {columns} FROM {table}"
            )


def test_an_answer_needs_somebody_who_joined(recorded):
    """Foreign keys are on in the store's own connections."""
    assert recorded._database.pragma("foreign_keys") == 1


def test_the_disk_is_waited_for(recorded):
    """The store's own connections write ahead and acknowledge after the disk."""
    assert recorded._database.pragma("journal_mode") == "wal"
    assert recorded._database.pragma("synchronous") == 2
