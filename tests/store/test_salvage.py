"""What can be read of a damaged file is saved, and what cannot is named."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workshop_kit.errors import StoreError
from workshop_kit.store import Store, salvage
from workshop_kit.store.doctor import examine
from workshop_kit.store.salvage import salvage as save

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a closed workshop of a hundred pages, and what is in it."""
    path = tmp_path_factory.mktemp("whole") / "demo.workshop"
    with Store.create(path, kit="fictional", kit_version="1") as store:
        people = [store.join(f"Fictional {n}", "hr", "en")[0].id for n in range(5)]
        with store.together():
            for n in range(400):
                store.record_answer(
                    participant=people[n % 5], question="plan.name", value="é" * 200,
                    key=f"key {n}", kit_version="1", wording_hash="a",
                )  # fmt: skip
        store.act("parked", "a", "b", by="F", key="k")
        store.save_draft(
            participant=people[0], question="plan.name", value="typing", key="z"
        )
        store.record_decision(
            question="plan.name", value="x", by="F", key="k", kit_version="1",
            wording_hash="a",
        )  # fmt: skip
        answers = {a.seq: a for a in store.answer_log()}
    return path.read_bytes(), answers


@pytest.fixture
def damaged(tmp_path, whole):
    """Write the file with something done to it."""

    def write(change=None):
        path = tmp_path / "demo.workshop"
        content = bytearray(whole[0])
        path.write_bytes(change(content) or content if change else content)
        return path

    return write


def saved(path, **more):
    """Save what can be read; returns it by table, with the new file."""
    before = path.read_bytes()
    new = path.with_name("new.workshop")
    found = {table.table: table for table in save(path, new, **more)}
    assert path.read_bytes() == before
    assert not [f for f in examine(new) if f.level == "damage"]
    return found, new


def test_a_sound_file_is_saved_as_it_is(damaged, whole):
    """Every record of every kind, with its number, its time and its owner."""
    found, new = saved(damaged())
    with Store.open(new) as store, Store.open(damaged()) as old:
        assert {a.seq: a for a in store.answer_log()} == whole[1]
        assert store.participants() == old.participants()
        assert store.decision_log() == old.decision_log()
        assert store.action_log() == old.action_log()
        assert store.workshop() == old.workshop()
        who = store.participants()[0].id
        assert store.drafts(who) == old.drafts(who)
        # What comes now comes after all that was there.
        assert store.act("parked", "b", "c", by="F", key="k2").seq == 2
        assert store.action_log()[1].at >= store.action_log()[0].at

    assert all(table.complete for table in found.values())


def test_a_file_that_is_cut_off_keeps_its_first_part(damaged, whole):
    """What is there is saved; where it ends is said."""
    found, new = saved(damaged(lambda content: content[: len(content) // 2 + 77]))
    with Store.open(new) as store:
        log = store.answer_log()

    assert 100 < len(log) < 400
    assert log == [whole[1][a.seq] for a in log]
    assert not found["answer"].complete
    assert found["answer"].places == f"{log[-1].seq + 1}–"


def test_pages_of_noise_cost_what_was_on_them(damaged, whole):
    """The rest is there, and the numbers of what is lost are told."""

    def noise(content):
        content[PAGE * 60 : PAGE * 62] = b"\xa5" * PAGE * 2

    found, new = saved(damaged(noise))
    with Store.open(new) as store:
        log = store.answer_log()
    lost = sorted(whole[1].keys() - {a.seq for a in log})

    assert log == [whole[1][a.seq] for a in log]
    assert 0 < len(lost) < 40
    assert found["answer"].places == f"{lost[0]}–{lost[-1]}"
    assert found["answer"].rows == len(log)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**9), pages=st.integers(1, 6))
# Among others the names of the columns are no text any more.
@example(seed=7177, pages=4)
def test_whatever_is_damaged_nothing_false_is_saved(tmp_path, whole, seed, pages):
    """What is in the new file was in the old one, word for word; or an error says so."""
    dice, content = random.Random(seed), bytearray(whole[0])  # noqa: S311 - no secret
    for _ in range(pages):
        start = dice.randrange(100, len(content) - 200)
        content[start : start + dice.choice([1, 100, PAGE])] = dice.randbytes(100)
    folder = tmp_path / f"{seed}-{pages}"
    folder.mkdir(exist_ok=True)
    path, new = folder / "demo.workshop", folder / "new.workshop"
    path.write_bytes(content)
    new.unlink(missing_ok=True)
    try:
        save(path, new)
    except StoreError:
        # An error says that there is nothing to be saved; then there is no file.
        assert os.listdir(folder) == [path.name]  # noqa: PTH208 - shorter
        return
    with Store.open(new) as store:
        keys = {a.key for a in store.answer_log()}
        assert store._database.pragma("integrity_check") == "ok"
    assert len(keys) <= 400
    assert not [f for f in examine(new) if f.level == "damage"]


def test_answers_outlive_their_participants(damaged, whole):
    """Whose record is lost is put in without a name, and nobody comes in as them."""
    path = damaged()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DELETE FROM participant")
        raw.commit()
    found, new = saved(path)
    with Store.open(new) as store:
        assert len(store.answer_log()) == 400
        assert [p.alias for p in store.participants()] == ["?"] * 5
        assert store.participants()[0].id in {a.participant for a in whole[1].values()}

    assert (found["answer"].made, found["answer"].complete) == (5, False)
    assert (found["participant"].rows, found["participant"].places) == (0, "")


def test_a_value_that_is_no_json_is_not_saved(damaged):
    """It would be an error wherever it is read."""
    path = damaged()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TRIGGER answer_no_update")
        raw.execute("UPDATE answer SET value = '{' WHERE seq IN (3, 4, 9)")
        raw.commit()
    found, _ = saved(path)

    assert found["answer"].refused == [3, 4, 9]
    assert found["answer"].places == "3–4, 9"


def test_a_record_that_is_none_any_more_is_not_saved(damaged):
    """Such as the same key twice, which no file of ours holds."""
    path = damaged()
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(
            "CREATE TABLE again AS SELECT * FROM action; DROP TABLE action;"
            "ALTER TABLE again RENAME TO action;"
            "INSERT INTO action SELECT 2, kind, about, value, 'by', key, at FROM action"
        )
    found, _ = saved(path)

    assert (found["action"].rows, found["action"].refused) == (1, [2])


def test_an_older_layout_is_saved_into_the_newest(damaged):
    """What was added since is empty; a table that is missing is said to be."""
    path = damaged()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("ALTER TABLE participant DROP COLUMN consent_until")
        raw.execute("DROP TABLE snapshot")
        raw.commit()
    found, new = saved(path)
    with Store.open(new) as store:
        assert {p.consent_until for p in store.participants()} == {""}

    assert found["participant"].complete
    assert found["snapshot"].places == "1–"


def test_a_file_of_an_older_layout_misses_nothing(damaged):
    """Tables that came later are empty in the new file, and nothing is said of them."""
    path = damaged()
    with closing(sqlite3.connect(path)) as raw:
        for table in ("erasure", "host"):
            raw.execute(f"DROP TABLE {table}")
        raw.execute("DELETE FROM migration WHERE number > 3")
        raw.commit()

    assert all(table.complete for table in saved(path)[0].values())


def test_without_its_list_of_steps_a_table_counts_as_lost(damaged):
    """Nobody knows any more that there never was one."""
    path = damaged()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TABLE host")
        raw.execute("DROP TABLE migration")
        raw.commit()

    assert saved(path)[0]["host"].places == "1–"


def test_a_lost_subject_is_told_again(damaged):
    """Without the kit there is no workshop; whoever knows it may name it."""
    path = damaged()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DELETE FROM workshop")
        raw.commit()
    with pytest.raises(StoreError) as refused:
        save(path, path.with_name("new"))

    assert str(refused.value) == (
        f"{path}: So much is damaged that it does not say which workshop this was."
        " Go back to an earlier copy, or name its kit with --kit."
    )
    assert [path] == list(path.parent.iterdir())
    _, new = saved(path, kit=("fictional", "2", "nl"))
    with Store.open(new) as store:
        about = store.workshop()
        assert (about.kit, about.kit_version, about.lang) == ("fictional", "2", "nl")
        assert len(store.answer_log()) == 400


@pytest.mark.parametrize("content", [b"hello", b"", b"\xa5" * PAGE * 9])
def test_where_nothing_can_be_read_no_file_is_made(tmp_path, content):
    """Also not an empty one for a kit that was named."""
    path = tmp_path / "demo.workshop"
    path.write_bytes(content)
    with pytest.raises(StoreError) as refused:
        save(path, tmp_path / "new", kit=("fictional", "2", "nl"))

    assert str(refused.value) == (
        f"{path}: Nothing in this file can be read. Go back to an earlier copy."
    )
    assert [path] == list(tmp_path.iterdir())


def test_a_root_of_noise_is_given_up(damaged, monkeypatch):
    """Where every attempt fails the rest of a table is not tried row by row."""
    monkeypatch.setattr(salvage, "_ENOUGH", 50)
    path = damaged()
    with closing(sqlite3.connect(path)) as raw:
        root = raw.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'presence'"
        ).fetchone()[0]
    content = bytearray(path.read_bytes())
    content[PAGE * (root - 1) : PAGE * root] = b"\xa5" * PAGE
    path.write_bytes(content)
    found, _ = saved(path)

    assert found["presence"].places == "1–"
    assert found["answer"].complete


def test_nothing_is_overwritten(damaged):
    """A file of the new name stays as it is."""
    path = damaged()
    path.with_name("new.workshop").write_text("my notes")
    with pytest.raises(StoreError, match="There is already a file of this name"):
        save(path, path.with_name("new"))

    assert path.with_name("new.workshop").read_text() == "my notes"


def test_who_was_erased_stays_erased(tmp_path):
    """Their emptied answers are saved too, and nothing more is taken of them."""
    with Store.create(tmp_path / "old", kit="fictional", kit_version="1") as store:
        person = store.join("Fictional Sam", "hr", "en")[0].id
        store.record_answer(
            participant=person,
            question="q",
            value="x",
            key="k",
            kit_version="1",
            wording_hash="abc",
        )
        store.erase(person, by="participant", reason="asked")
    saved = save(tmp_path / "old.workshop", tmp_path / "new.workshop")

    assert all(table.complete for table in saved)
    with Store.open(tmp_path / "new") as new:
        assert [answer.value for answer in new.answer_log()] == [None]
        assert new.participants() == []
