"""One participant's words can be erased, to the last byte, and nothing else can."""

from __future__ import annotations

import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop_kit.errors import StoreError
from workshop_kit.store import Store

MARK = "ZQX-erased-words"
FILES = """SELECT pg_relation_filepath(each) FROM pg_class, pg_namespace AS own,
    LATERAL (VALUES (pg_class.oid), (nullif(reltoastrelid, 0))) AS found (each)
    WHERE relnamespace = own.oid AND nspname = %s AND relkind IN ('r', 'i')
    AND each IS NOT NULL"""
REFUSED = (sqlite3.IntegrityError, psycopg.errors.IntegrityConstraintViolation)


@pytest.fixture
def filled(store, answer, person):
    """A workshop in which one who will be erased and one who stays wrote much."""
    gone, token = store.join(
        f"{MARK} alias", f"{MARK} role", "nl", consent_until="2026-11-23"
    )
    for n in range(300):
        text = f"{MARK} {n} " + "x" * 500
        answer(text, key=f"{MARK}-{n:04}", question=f"q.{n}", participant=gone.id)
    store.save_draft(participant=gone.id, question="goals.which", value=f"{MARK} d")
    answer(None, key="back", question="q.7", participant=gone.id)
    answer("stays", key="k", participant=person)
    store.save_draft(participant=person, question="goals.other", value="stays too")
    store.enter(gone.id, "host")
    store.gone, store.token, store.stays = gone.id, token, person
    return store


def beside(store):
    """Return all bytes of the workshop: file, log and what else lies beside it."""
    return b"".join(f.read_bytes() for f in sorted(store.path.parent.iterdir()))


@pytest.fixture
def on_disk(place, postgres_of):
    """Give what returns all bytes of a workshop; in a database, of all its tables."""
    if isinstance(place, Path):
        return beside

    def tables(store):
        server = postgres_of()
        server.sql("CHECKPOINT")
        found = server.sql(FILES, store.path.schema)
        return b"".join((server.data / path).read_bytes() for (path,) in found)

    return tables


@pytest.fixture
def raw(store, place, postgres_of):
    """Give what runs a statement on the tables past the program; returns the rows."""
    if isinstance(place, Path):

        def run(words, **values):
            with closing(sqlite3.connect(store.path)) as connection, connection:
                return connection.execute(words, values).fetchall()

        return run

    def ask(words, **values):
        for table in ("answer", "erasure"):
            there = f'"{store.path.schema}".{table}'
            words = re.sub(rf"(UPDATE|FROM) {table}\b", rf"\1 {there}", words)
        return postgres_of().sql(re.sub(r":(\w+)", r"%(\1)s", words), values)

    return ask


def erase(store, participant):
    """Erase somebody as the program does."""
    made = store.erase(participant, by="participant", reason="asked")
    store.scrub()
    return made


def test_no_byte_of_what_was_erased_is_left(filled, on_disk):
    """Neither in a table, nor in a file's log, nor in free places, while it is open."""
    assert MARK.encode() in on_disk(filled)
    made = erase(filled, filled.gone)

    assert MARK.encode() not in on_disk(filled)
    assert (made.participant, made.answers) == (filled.gone, 301)
    assert (made.by, made.reason) == ("participant", "asked")
    assert [made] == filled.erasures()
    assert filled.last_erasure() == made.seq


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_the_file_is_smaller_and_whole(filled):
    """What was erased takes no place any more, and the file is as it has to be."""
    size = filled.path.stat().st_size
    erase(filled, filled.gone)

    assert filled.path.stat().st_size < size
    assert filled.path.with_name(f"{filled.path.name}-wal").stat().st_size == 0
    assert filled._database.pragma("integrity_check") == "ok"
    assert filled._database.pragma("journal_mode") == "wal"


def test_who_was_erased_is_nobody_any_more(filled):
    """Token, name and role lead nowhere, and no answer of theirs stands."""
    erase(filled, filled.gone)

    assert filled.participant(filled.token) is None
    assert [p.id for p in filled.participants()] == [filled.stays]
    assert filled.present() == set()
    assert filled.answers(participant=filled.gone) == []
    assert filled.drafts(filled.gone) == {}
    assert filled.answered("q.1", 1) == 0
    log = filled.answer_log(filled.gone)
    assert len(log) == 301
    assert {a.value for a in log} == {None}


def test_what_others_wrote_is_as_it_was(filled):
    """Their answers, drafts and tokens do not change by one character."""
    _, token = filled.join("Fictional Noor", "editor", "en")
    before = (
        filled.answer_log(filled.stays),
        filled.drafts(filled.stays),
        filled.participant(token),
    )
    erase(filled, filled.gone)

    assert before == (
        filled.answer_log(filled.stays),
        filled.drafts(filled.stays),
        filled.participant(token),
    )


def test_nothing_more_is_taken_of_who_was_erased(filled, answer):
    """Also from a process that knew them before, and for each kind of record."""
    with Store.open(filled.path) as other:
        other.save_draft(participant=filled.gone, question="q", value="known here")
        erase(filled, filled.gone)
        for attempt in (
            lambda: other.save_draft(participant=filled.gone, question="q", value="x"),
            lambda: answer("x", key="later", participant=filled.gone),
            lambda: other.enter(filled.gone, "host"),
        ):
            with pytest.raises(StoreError, match="this participant was erased"):
                attempt()
    assert filled.drafts(filled.gone) == {}


def test_the_log_keeps_its_order(filled):
    """Also where a database puts the rows it wrote anew behind the others."""
    before = [a.seq for a in filled.answer_log()]
    filled.erase(filled.gone, by="participant", reason="asked")

    assert before == sorted(before) == [a.seq for a in filled.answer_log()]


def test_erasing_twice_is_erasing_once(filled):
    """The first record stays; the disk is cleaned once more."""
    first = erase(filled, filled.gone)
    again = filled.erase(filled.gone, by="somebody else", reason="asked")
    filled.scrub()

    assert again == first
    assert [first] == filled.erasures()


def test_one_after_the_other_is_erased(filled, person):
    """Whoever asks later is not taken for who asked first."""
    for one in (filled.gone, person):
        filled.erase(one, by="participant", reason="asked")

    assert [one.participant for one in filled.erasures()] == [filled.gone, person]
    assert {a.value for a in filled.answer_log()} == {None}


def test_nobody_cannot_be_erased(store):
    """An id that is not here is said to be."""
    with pytest.raises(StoreError, match="Nobody in this workshop has the id “x”"):
        store.erase("x", by="participant", reason="asked")
    assert store.erasures() == []


REWRITES = [
    "UPDATE answer SET value = '\"forged\"' WHERE participant = :gone",
    "UPDATE answer SET value = 'null', key = 'erased/' || seq, at = '2000'"
    " WHERE participant = :gone",
    "UPDATE answer SET value = 'null', key = 'erased/' || seq, round = 2"
    " WHERE participant = :gone",
    "UPDATE answer SET value = 'null', key = 'erased/' || seq, question = 'x'"
    " WHERE participant = :gone",
    "UPDATE answer SET value = 'null', key = 'erased/' || seq, participant = :stays"
    " WHERE participant = :gone",
    "UPDATE answer SET value = 'null', key = 'erased/' || seq"
    " WHERE participant = :stays",
    "DELETE FROM answer WHERE participant = :gone",
    "DELETE FROM erasure WHERE participant = :gone",
]


@pytest.mark.parametrize("rewrite", REWRITES)
def test_an_erasure_opens_no_other_door(filled, raw, rewrite):
    """Raw SQL may repeat the redaction of that one participant, and nothing else."""
    erase(filled, filled.gone)
    before = raw("SELECT * FROM answer ORDER BY seq")
    with pytest.raises(REFUSED, match="is append-only"):
        raw(rewrite, gone=filled.gone, stays=filled.stays)
    assert before == raw("SELECT * FROM answer ORDER BY seq")


@pytest.mark.usefixtures("filled")
def test_without_a_record_nothing_can_be_redacted(raw):
    """The same statement that erases is refused before the erasure is on record."""
    with pytest.raises(REFUSED, match="answer is append-only"):
        raw("UPDATE answer SET value = 'null', key = 'erased/' || seq")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_reader_that_does_not_let_go_is_said_to_be(filled):
    """The words are erased but may be left on the disk; trying again cleans them."""
    filled._database.pragma("wal_checkpoint(TRUNCATE)")
    filled._database.wait = 0.2
    with closing(sqlite3.connect(filled.path, timeout=0.2)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM answer").fetchone()
        filled.erase(filled.gone, by="participant", reason="asked")
        with Store.open(filled.path, wait=0.2) as quick:
            with pytest.raises(StoreError, match=r"locked for 0\.2 seconds"):
                quick.scrub()
            reader.rollback()
            quick.scrub()

    assert MARK.encode() not in beside(filled)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_who_empties_the_log_at_the_same_moment_is_waited_for(filled, monkeypatch):
    """SQLite says at once that it is busy then, however long it was told to wait."""
    really, busy = filled._database.pragma, [1, 1]
    monkeypatch.setattr(
        filled._database,
        "pragma",
        lambda words: busy.pop(0) if busy else really(words),
    )
    filled.erase(filled.gone, by="participant", reason="asked")
    filled.scrub()

    assert busy == []
    assert MARK.encode() not in beside(filled)


def test_others_go_on_while_somebody_is_erased(filled, answer, on_disk):
    """What is acknowledged meanwhile is there afterwards, once."""
    with Store.open(filled.path) as other:
        stop, kept = threading.Event(), []

        def write() -> None:
            n = 0
            while not stop.is_set() or n < 20:
                kept.append(answer(n, key=f"w{n}", question="w", participant=other_id))
                n += 1

        other_id = other.join("Fictional Noor", "editor", "en")[0].id
        thread = threading.Thread(target=write)
        thread.start()
        other.erase(filled.gone, by="participant", reason="asked")
        other.scrub()
        stop.set()
        thread.join()

    assert [a.value for a in filled.answer_log(other_id)] == [a.value for a in kept]
    assert MARK.encode() not in on_disk(filled)


@settings(max_examples=15)
@given(
    values=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=6, max_size=200),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_was_written_is_gone(tmp_path_factory, values):
    """No text of a participant, of whatever characters, is found in the bytes."""
    folder = tmp_path_factory.mktemp("erase")
    with Store.create(folder / "demo", kit="x", kit_version="1") as store:
        person = store.join("A", "editor", "en")[0].id
        for n, value in enumerate(values):
            store.record_answer(
                participant=person,
                question=f"q.{n}",
                value=f"«{value}»",
                key=f"key-{n}",
                kit_version="1",
                wording_hash="abc",
            )
        erase(store, person)
        assert "«".encode() not in beside(store)


def test_a_file_of_before_learns_to_erase(tmp_path):
    """A file of the layout before is brought to this one, and its answers can go."""
    with Store.create(tmp_path / "old", kit="x", kit_version="1") as made:
        person = made.join("Fictional Sam", "editor", "en")[0].id
        path = made.path
        made.record_answer(
            participant=person,
            question="q.1",
            value=MARK,
            key="k",
            kit_version="1",
            wording_hash="abc",
        )
    refuse = "BEGIN SELECT RAISE(ABORT, 'answer is append-only'); END"
    with closing(sqlite3.connect(path)) as raw:
        for table in ("answer", "draft", "presence"):
            raw.execute(f"DROP TRIGGER {table}_not_of_erased")
        raw.execute("DROP TRIGGER answer_no_update")
        raw.execute("DROP TABLE erasure")
        raw.execute(f"CREATE TRIGGER answer_no_update BEFORE UPDATE ON answer {refuse}")
        raw.execute("ALTER TABLE draft DROP COLUMN key")
        raw.execute("DELETE FROM migration WHERE number >= 5")
        raw.commit()
    with Store.open(path) as store:
        assert [a.value for a in store.answers()] == [MARK]
        erase(store, person)
        assert MARK.encode() not in beside(store)
