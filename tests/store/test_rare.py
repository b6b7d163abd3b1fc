"""What hardly ever happens, and has to go well all the same."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store, migrations, opening
from workshop_kit.store.backup import back_up
from workshop_kit.store.doctor import examine
from workshop_kit.store.migrations import migrate


def make(path):
    """Create a workshop of which only the place matters."""
    return Store.create(path, kit="social_media", kit_version="1.0")


@pytest.fixture
def place(tmp_path):
    """Name a file: here the file itself is looked into."""
    return tmp_path / "demo"


@pytest.fixture
def no_links(monkeypatch):
    """A disk that knows no links, as memory cards and some network drives."""

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("no_links")
def test_a_workshop_is_made_where_there_are_no_links(tmp_path):
    """It gets its name by a rename; nothing else stays behind."""
    with make(tmp_path / "demo") as made:
        assert made.workshop().kit == "social_media"
    assert [p.name for p in tmp_path.iterdir()] == ["demo.workshop"]


@pytest.mark.usefixtures("no_links")
def test_nothing_is_overwritten_where_there_are_no_links(tmp_path):
    """A name that was taken at the last moment stays whose it is."""
    target = tmp_path / "demo.workshop"
    with (
        pytest.raises(StoreError) as refused,
        opening.new_file(target, wait=1),
    ):
        target.write_text("faster")

    assert str(refused.value) == (
        f"{target}: There is already a file of this name."
        " Open it, or choose another name; nothing was overwritten."
    )
    assert target.read_text() == "faster"


@pytest.mark.usefixtures("no_links")
def test_a_name_that_cannot_be_given_is_said(tmp_path):
    """And no part of a file stays behind."""
    folder = tmp_path / "gone"
    with pytest.raises(StoreError) as refused, opening.new_file(folder / "d", wait=1):
        folder.rename(tmp_path / "elsewhere")

    assert str(refused.value).startswith(
        f"{folder / 'd.workshop'}: The disk failed (No such file or directory)."
    )


def test_elsewhere_a_folder_needs_no_sync(tmp_path, monkeypatch):
    """Windows opens no folders; a workshop is made all the same."""
    elsewhere = SimpleNamespace(**{**vars(os), "name": "nt"})
    monkeypatch.setattr(opening, "os", elsewhere)
    with make(tmp_path / "demo") as made:
        assert made.path.exists()


def test_a_step_that_another_process_took_is_not_taken_twice(store, monkeypatch):
    """Whoever comes second finds it done, once it is their turn, and does the rest."""
    known, real = [2], migrations.version
    monkeypatch.setattr(
        migrations, "version", lambda c: known.pop() if known else real(c)
    )
    more = migrations.Migration(
        number=len(migrations.MIGRATIONS) + 1,
        name="more",
        statements=("ALTER TABLE workshop ADD COLUMN note TEXT NOT NULL DEFAULT ''",),
    )
    migrate(store._database, (*migrations.MIGRATIONS, more))

    assert not known
    assert real_layout(store) == more.number


def real_layout(store):
    """Return the layout of a file."""
    with store._database.read() as connection:
        return migrations.version(connection)


def test_steps_within_a_step_are_one(store, answer):
    """What is inside does not end what is outside."""
    with Store.open(store.path) as other, store.together():
        with store.together():
            answer(1, key="1")
        answer(2, key="2")
        assert other.answer_log() == []
    assert [a.value for a in store.answer_log()] == [1, 2]


def test_a_step_that_the_disk_undid_fails_with_its_own_error(store):
    """What is undone already is not undone once more."""

    def fall_apart():
        with store.together(), store._database.write() as connection:
            connection.driver.execute("ROLLBACK")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fall_apart()
    assert store.act("parked", "a", "b", by="F", key="k").seq == 1


def test_a_step_that_the_disk_undid_is_not_acknowledged(store, answer):
    """SQLite may undo all by itself, and would then keep nothing in silence."""

    def undone():
        with store.together():
            answer("a", key="k")
            mine = store._database._joint().driver
            mine.execute("ROLLBACK")

    with pytest.raises(StoreError) as refused:
        undone()

    assert str(refused.value) == (
        f"{store.path}: The disk failed (rollback). Nothing was changed."
        " See whether the disk is full or no longer connected, and try again."
    )
    assert store.answer_log() == []


def test_an_error_that_is_not_of_sqlite_stays_what_it_is(store):
    """We have no words for it, so it must not be taken for something else."""
    error = ValueError("other")
    with (
        pytest.raises(ValueError, match="other") as raised,
        store._database._in_words(),
    ):
        raise error
    assert raised.value is error


def test_one_round_of_answers_is_read_by_itself(store, answer, person):
    """By round, by participant, and as a number."""
    answer(1, key="1")
    answer(2, key="2", round=2)
    other = store.join("Fictional Kim", "editor", "nl")[0].id
    answer(3, key="3", round=2, participant=other)
    answer(None, key="4", round=2, participant=other)

    assert [a.value for a in store.answers(round=1)] == [1]
    assert [a.value for a in store.answers("goals.which", round=2)] == [2]
    assert [a.value for a in store.answers(participant=person)] == [1, 2]
    assert store.answered("goals.which", 1) == 1
    assert store.answered("goals.which", 2) == 1
    assert store.answered("goals.why", 1) == 0


def test_the_drafts_of_everybody_are_read_together(store, person):
    """On one question, and on no other."""
    other = store.join("Fictional Kim", "editor", "nl")[0].id
    for who in (person, other):
        store.save_draft(participant=who, question="goals.which", value=who)
    store.save_draft(participant=person, question="goals.why", value="x")

    assert {d.value for d in store.drafts_on("goals.which")} == {person, other}


def test_the_last_decision_is_known_by_its_place(store):
    """0 as long as there is none."""
    assert store.last_decision() == 0
    for key in ("one", "two"):
        store.record_decision(
            question="goals.which", value=key, by="F", key=key, kit_version="1",
            wording_hash="a",
        )  # fmt: skip
    assert store.last_decision() == 2


@pytest.fixture
def wrong_index(store, answer):
    """A closed file in which an index says something else than its table."""
    answer("a", key="1")
    store.close()
    with closing(sqlite3.connect(store.path)) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX answer_of ON answer (key)'"
            " WHERE name = 'answer_of'"
        )
        raw.commit()
    return store.path


def test_an_index_that_is_wrong_is_found(wrong_index, en):
    """SQLite says it in lines, which become one."""
    (found,) = examine(wrong_index)

    assert found.render(en).startswith(
        "Damage: Pages of this file are damaged (row 1 missing from index answer_of"
    )


def test_a_copy_with_a_wrong_index_is_no_copy(wrong_index):
    """What is wrong in the file would be wrong in the copy."""
    with pytest.raises(StoreError, match="This workshop file is damaged or cut off"):
        back_up(wrong_index)
    assert [wrong_index] == list(wrong_index.parent.iterdir())
