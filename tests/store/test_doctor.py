"""What is wrong with a file is said in words, and the file is left as it is."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store
from workshop_kit.store.doctor import examine
from workshop_kit.store.migrations import MIGRATIONS
from workshop_kit.store.soundness import is_json, ranges
from workshop_kit.store.tables import written

LATER = "2999-01-01T00:00:00.000000Z"
REPAIR = " Save what can be read with --repair, which makes a new file."


@pytest.fixture
def place(tmp_path):
    """Name a file: here the file itself is looked into."""
    return tmp_path / "demo"


@pytest.fixture
def closed(store, answer):
    """Give the path of a closed workshop of some size."""
    for n in range(30):
        answer("a word " * 50, key=str(n))
    store.act("parked", "a", "b", by="F", key="k")
    store.close()
    return store.path


def seen(path, translate):
    """Return the lines about a file, which has to be the same afterwards."""
    before = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}
    found = [finding.render(translate) for finding in examine(path)]
    after = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}
    assert before == after
    return found


def change(path, *statements, guarded=False):
    """Do to a file what no program of ours does."""
    with closing(sqlite3.connect(path)) as raw:
        if not guarded:
            for (name,) in raw.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
            ).fetchall():
                sql = raw.execute(
                    "SELECT sql FROM sqlite_schema WHERE name = ?", (name,)
                ).fetchone()[0]
                statements = (f"DROP TRIGGER {name}", *statements, sql)
        raw.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            raw.execute(statement)
        raw.commit()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_sound_file_has_nothing_wrong(closed, en):
    """Nothing is said where nothing is to be said."""
    assert seen(closed, en) == []
    assert seen(closed.with_suffix(""), en) == []


BAD = {
    "a row that was removed": (
        "DELETE FROM answer WHERE seq = 7",
        "Warning: In the log “answer” 1 records are missing. Nothing of ours removes"
        " them; compare with an earlier copy if they matter.",
    ),
    "a time that runs back": (
        "UPDATE answer SET at = '2001-01-01T00:00:00.000000Z' WHERE seq = 7",
        "Warning: In the log “answer” the time runs back 1 times. The order of the"
        " records is right; their times may not be.",
    ),
    "values that are no JSON": (
        "UPDATE answer SET value = 'x{' WHERE seq IN (3, 4, 5, 9)",
        "Damage: In “answer” 4 values cannot be read (rows 3–5, 9)." + REPAIR,
    ),
    "answers of nobody": (
        "DELETE FROM participant",
        "Damage: 30 records are of participants who are not in the file." + REPAIR,
    ),
    "no subject": (
        "DELETE FROM workshop",
        "Damage: It does not say which workshop this is. Go back to an earlier copy.",
    ),
    "a clock ahead": (
        "UPDATE clock SET at = '2999-01-01T00:00:00.000000Z'",
        f"Warning: The newest time in this file, {LATER}, is still to come: a clock was"
        " wrong, or is wrong now. Look at the clock of this computer. New records get"
        " that time until it has come; their order stays right.",
    ),
    "no clock": (
        "DELETE FROM clock",
        "Warning: The newest time in this file, –, is still to come: a clock was"
        " wrong, or is wrong now. Look at the clock of this computer. New records get"
        " that time until it has come; their order stays right.",
    ),
    "a newer layout": (
        "INSERT INTO migration VALUES (99, 'later', '2030-01-01')",
        "Warning: This workshop was made by a newer workshop-kit (layout 99). Update"
        f" workshop-kit, which knows layouts up to {len(MIGRATIONS)}.",
    ),
    "a step that is missing": (
        "DELETE FROM migration WHERE number = 1",
        "Damage: The layout of this file is not complete: steps 2, 3, 4, 5, 6."
        + REPAIR,
    ),
    "no steps": (
        "DELETE FROM migration",
        "Damage: The layout of this file is not complete: steps –." + REPAIR,
    ),
    "no list of steps": (
        "DROP TABLE migration",
        "Damage: The layout of this file is not complete: steps –." + REPAIR,
    ),
    "an older layout": (
        "DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)",
        f"Note: This workshop has an older layout ({len(MIGRATIONS) - 1} of"
        f" {len(MIGRATIONS)}). It is brought up to date"
        " when it is opened.",
    ),
    "a table that is missing": (
        "ALTER TABLE draft RENAME COLUMN value TO other",
        "Damage: Parts of the layout are missing: draft.value." + REPAIR,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said(closed, en, name):
    """Each kind of wrong has its own words, and says what to do."""
    statement, says = BAD[name]
    change(closed, statement)

    assert seen(closed, en) == [says]


def test_a_guard_that_is_missing_is_said(closed, en):
    """A log without its trigger is no log any more."""
    change(closed, "DROP TRIGGER answer_no_delete", guarded=True)

    assert seen(closed, en) == [
        "Damage: Parts of the layout are missing: answer_no_delete." + REPAIR
    ]


@pytest.mark.parametrize(
    "statements",
    [
        (
            "CREATE TRIGGER evil AFTER INSERT ON participant"
            " BEGIN UPDATE workshop SET institution = 'Evil'; END",
        ),
        ("CREATE VIEW evil AS SELECT * FROM answer",),
    ],
    ids=["trigger", "view"],
)
def test_what_a_file_does_by_itself_is_said(closed, en, nl, statements):
    """No step of ours made it, so nobody knows what comes of the records."""
    change(closed, *statements, guarded=True)

    assert seen(closed, en) == [
        "Damage: This file would change records by itself, which none of ours does:"
        " evil." + REPAIR
    ]
    assert seen(closed, nl)[0].startswith(
        "Schade: Dit bestand zou uit zichzelf records veranderen, wat geen bestand van"
        " ons doet: evil."
    )


@pytest.mark.parametrize("keep", [0.5, 5000, -1])
def test_a_file_that_is_cut_off_is_said_to_be(closed, en, keep):
    """With how much of it is there."""
    whole = closed.read_bytes()
    part = whole[: int(len(whole) * keep) if keep == 0.5 else keep]
    closed.write_bytes(part)

    assert seen(closed, en) == [
        f"Damage: This file is cut off: {len(part)} of {len(whole)} bytes are"
        f" there.{REPAIR}"
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            b"",
            "Damage: This file is empty: there is nothing in it that can be saved."
            " Go back to an earlier copy.",
        ),
        (
            b"PK\x03\x04 not a database " * 200,
            "Damage: This does not begin like a workshop file; it is another kind of"
            " file, or its beginning was overwritten. Go back to an earlier copy.",
        ),
    ],
)
def test_what_is_no_database_is_said_not_to_be(closed, en, content, says):
    """No word of SQLite's own reaches anybody."""
    closed.write_bytes(content)

    assert seen(closed, en) == [says]


def test_a_database_of_another_program_is_said_to_be(tmp_path, en):
    """It is not damaged, but no workshop."""
    path = tmp_path / "other.workshop"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE answer (x)")

    assert seen(path, en) == [
        "Damage: This is a database of another program. Choose a file whose name ends"
        " in .workshop."
    ]


def test_pages_of_noise_are_found(closed, en):
    """What SQLite says of them is quoted, in one line."""
    content = bytearray(closed.read_bytes())
    content[-4096 * 2 :] = b"\xa5" * 4096 * 2
    closed.write_bytes(content)
    (line,) = seen(closed, en)

    assert line.startswith("Damage: Pages of this file are damaged (")
    assert line.endswith(REPAIR)
    assert "\n" not in line


def test_a_schema_of_noise_is_found(closed, en):
    """Also if SQLite cannot begin to read."""
    content = bytearray(closed.read_bytes())
    content[100:4096] = b"\xa5" * 3996
    closed.write_bytes(content)
    (line,) = seen(closed, en)

    assert line.startswith("Damage: Pages of this file are damaged (")


def test_a_log_that_is_missing_is_said_to_be(closed, en):
    """Whoever copied the one without the other has lost the newest records."""
    closed.with_name("demo.workshop-shm").write_bytes(b"")

    assert seen(closed, en) == [
        "Damage: The file demo.workshop-wal is missing, in which the newest records"
        " were. Look for it where this file was copied from, and copy all that begins"
        " with its name."
    ]


def test_what_was_left_unfinished_is_noted(closed, en):
    """A draft of a file that was never made harms nobody."""
    closed.with_name(".0123456789abcdef.new").write_bytes(b"")

    assert seen(closed, en) == [
        "Note: A file that was never finished was left in the folder:"
        " .0123456789abcdef.new. Nothing in it was acknowledged; you may delete it."
    ]


BUSY = """
import os, sys
from workshop_kit.store import Store
store = Store.open(sys.argv[1])
store.act("parked", "b", "c", by="F", key="k2")
print("open", flush=True)
if sys.stdin.readline() == "die\\n":
    os._exit(0)
"""


@pytest.mark.parametrize("order", ["stay\n", "die\n", "die, and be copied\n"])
def test_a_file_in_use_or_not_closed_is_read_with_its_log(closed, en, order):
    """Its log is noted, and stays where it is: nothing is finished for anybody."""
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, str(closed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as other:
        assert other.stdout.readline() == "open\n"
        if order != "stay\n":
            other.stdin.write("die\n")
            other.stdin.flush()
            other.wait(20)
        if order == "die, and be copied\n":
            # Nobody copies an index that can be made again.
            closed.with_name("demo.workshop-shm").unlink()
        assert [f.render(en) for f in examine(closed)] == [
            "Note: The newest records are in demo.workshop-wal: the workshop is in use,"
            " or was not closed. Never copy or move the one without the other."
        ]
        assert closed.with_name("demo.workshop-wal").stat().st_size
        other.communicate()
    with Store.open(closed) as store:
        assert store.last_action() == 2


@pytest.mark.parametrize("mode", [0o444, 0o000])
def test_a_file_without_permission_is_said_to_be(without_privileges, en, mode):
    """What may not be read is not looked into."""
    folder, become = without_privileges
    with Store.create(folder / "demo", kit="social_media", kit_version="1.0") as made:
        pass
    folder.chmod(0o777)
    made.path.chmod(mode)
    with become():
        found = [finding.render(en) for finding in examine(made.path)]

    assert found == [
        "Warning: You are not allowed to change this workshop file or its folder."
        " Get permission to write there, or choose a folder of your own."
    ]


def test_a_missing_file_is_refused(tmp_path):
    """There is nothing to look at."""
    with pytest.raises(StoreError, match="There is no workshop file of this name"):
        examine(tmp_path / "demo")


def test_it_speaks_dutch(closed, nl):
    """Levels and words are both translated."""
    change(closed, "DELETE FROM answer WHERE seq IN (7, 8)")

    assert seen(closed, nl) == [
        "Waarschuwing: In het logboek “answer” ontbreken 2 regels. Wij verwijderen"
        " nooit iets; vergelijk met een eerdere kopie als het ertoe doet."
    ]


@pytest.mark.parametrize(
    ("numbers", "words"), [([], ""), ([3], "3"), ([4, 3, 9], "3–4, 9")]
)
def test_numbers_are_written_as_ranges(numbers, words):
    """So that a lost page is one place and not a hundred."""
    assert ranges(numbers) == words


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("null", True), ("[1]", True), ("", False), (None, False), ("[" * 9999, False)],
)
def test_what_is_json(text, is_one):
    """Also text that nobody would write is only a value that cannot be read."""
    assert is_json(text) == is_one


def test_the_newest_time_is_of_one_width(closed):
    """The comparison as text is one of times."""
    with Store.open(closed) as store:
        assert len(written(store.answer_log()[-1].at)) == len(LATER)
