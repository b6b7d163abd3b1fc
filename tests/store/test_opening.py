"""A workshop file is made whole or not at all, and nothing else is opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store
from workshop_kit.store.database import APPLICATION_ID
from workshop_kit.store.migrations import MIGRATIONS
from workshop_kit.store.opening import named, new_file


@pytest.fixture
def place(tmp_path):
    """Name a file: here the file itself is looked into."""
    return tmp_path / "demo"


def make(path, **more):
    """Create a workshop of which only the place matters."""
    return Store.create(path, kit="social_media", kit_version="1.0", **more)


def refusal(path, **more):
    """Return the words with which a file is not opened."""
    with pytest.raises(StoreError) as refused:
        Store.open(path, **more)
    return str(refused.value)


@pytest.fixture
def closed(store, answer):
    """Give the path of a closed workshop file of some size."""
    for n in range(30):
        answer("a word " * 50, key=str(n))
    store.close()
    return store.path


def test_the_ending_and_the_folders_are_made(tmp_path):
    """A name without the ending gets it; a name with a dot keeps its dot."""
    with make(tmp_path / "a" / "b" / "plan v1.2") as made:
        assert made.path == tmp_path / "a" / "b" / "plan v1.2.workshop"
    with Store.open(tmp_path / "a" / "b" / "plan v1.2") as opened:
        assert opened.path == made.path


@pytest.mark.parametrize("name", ["a b", "50% #1?", "café ☕", "a'b\"c", "x;y&z=1"])
def test_any_name_will_do(tmp_path, name):
    """Characters that mean something in an address are part of the name here."""
    with make(tmp_path / name):
        pass
    assert [f"{name}.workshop"] == [path.name for path in tmp_path.iterdir()]
    with Store.open(tmp_path / name) as opened:
        assert opened.workshop().kit == "social_media"


def test_nothing_is_overwritten(tmp_path):
    """A file of that name, whatever it is, stays as it is."""
    target = tmp_path / "demo.workshop"
    target.write_text("my notes")
    with pytest.raises(StoreError) as refused:
        make(target)

    assert str(refused.value) == (
        f"{target}: There is already a file of this name."
        " Open it, or choose another name; nothing was overwritten."
    )
    assert target.read_text() == "my notes"
    assert [target] == list(tmp_path.iterdir())


def test_of_two_who_make_the_same_file_one_succeeds(tmp_path):
    """Whoever comes second finds the name taken, even at the last moment."""
    target = tmp_path / "demo.workshop"
    with (
        pytest.raises(StoreError) as refused,
        new_file(target, wait=1),
    ):
        target.write_text("faster")

    assert str(refused.value) == (
        f"{target}: There is already a file of this name."
        " Open it, or choose another name; nothing was overwritten."
    )
    assert target.read_text() == "faster"
    assert [target] == list(tmp_path.iterdir())


def test_a_failure_half_way_leaves_nothing(tmp_path):
    """An institution that cannot be written leaves no file and no draft."""
    with pytest.raises(StoreError, match="half a character"):
        make(tmp_path / "demo", institution="\ud83d")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    """A file in the way of a folder is reported with its path."""
    (tmp_path / "notes").write_text("")
    with pytest.raises(StoreError) as refused:
        make(tmp_path / "notes" / "demo")

    assert str(refused.value) == (
        f"{tmp_path / 'notes'}: This folder cannot be made (File exists)."
        " Choose another place for the workshop."
    )


def test_a_missing_file_is_not_made(tmp_path):
    """Opening a name that is not there leaves it so."""
    assert refusal(tmp_path / "demo") == (
        f"{tmp_path / 'demo.workshop'}: There is no workshop file of this name."
        " Check the name and the folder, or make a new workshop."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_a_file(tmp_path):
    """Somebody who names the folder is told to choose a file in it."""
    assert refusal(tmp_path) == (
        f"{tmp_path}: This is a folder, not a workshop file."
        " Choose a file in it whose name ends in .workshop."
    )


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a database " * 200, b"hello"])
def test_another_kind_of_file_is_refused_unchanged(tmp_path, content):
    """A spreadsheet with the wrong ending stays what it is."""
    path = tmp_path / "demo.workshop"
    path.write_bytes(content)

    assert refusal(path) == (
        f"{path}: This is not a workshop file."
        " Choose a file whose name ends in .workshop."
    )
    assert content == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_an_empty_file_is_refused_unchanged(tmp_path):
    """SQLite would take it for a new database; a workshop it is not."""
    path = tmp_path / "demo.workshop"
    path.touch()

    assert "belongs to another program, or is empty" in refusal(path)
    assert path.read_bytes() == b""


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_database_of_another_program_is_refused_unchanged(tmp_path, journal):
    """Neither its content nor its way of writing is touched."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA journal_mode = {journal}")
        other.execute("CREATE TABLE answer (x)")
        other.commit()
    content = path.read_bytes()

    assert refusal(path) == (
        f"{path}: This file belongs to another program, or is empty."
        " Choose a file whose name ends in .workshop."
    )
    assert content == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("keep", [60, 99, 700, 4096, 5000, 8192, 0.5, -1])
def test_a_file_cut_off_anywhere_is_refused_unchanged(closed, keep):
    """Bytes that stopped arriving are noticed at the door, not in the session."""
    whole = closed.read_bytes()
    part = whole[: int(len(whole) * keep) if keep == 0.5 else keep]
    closed.write_bytes(part)

    assert refusal(closed) == (
        f"{closed}: This workshop file is damaged or cut off."
        " Go back to an earlier copy, and keep this one: some can often be saved."
    )
    assert part == closed.read_bytes()


def test_pages_of_noise_are_noticed(closed):
    """A file of the right length with a broken middle is refused."""
    content = bytearray(closed.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xa5" * 4096 * 3
    closed.write_bytes(content)

    assert "damaged or cut off" in refusal(closed)


@pytest.mark.parametrize(
    ("statements", "name"),
    [
        (
            [
                "CREATE TRIGGER evil AFTER INSERT ON participant"
                " BEGIN UPDATE workshop SET institution = 'Evil'; END"
            ],
            "evil",
        ),
        (["CREATE VIEW evil AS SELECT * FROM answer"], "evil"),
        (
            [
                "DROP TRIGGER decision_no_delete",
                "CREATE TRIGGER decision_no_delete AFTER INSERT ON participant"
                " BEGIN UPDATE workshop SET institution = 'Evil'; END",
            ],
            "decision_no_delete",
        ),
    ],
    ids=["trigger", "view", "another body"],
)
def test_a_file_that_does_things_by_itself_is_refused(closed, statements, name):
    """What somebody put into a file that is sent around never runs."""
    with closing(sqlite3.connect(closed)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()

    assert refusal(closed) == (
        f"{closed}: This file would change records by itself, which none of ours does:"
        f" {name}. Do not trust it. “workshop-kit doctor --repair” saves what can be"
        " read of it in a new file."
    )


def test_names_that_somebody_gave_are_one_line_of_some_length():
    """However many there are, and whatever characters they hold."""
    assert named(["one", "two\n  three"]) == "one, two three"
    assert named(["x" * 150, "y" * 150]) == "x" * 150 + ", " + "y" * 48


@pytest.mark.parametrize("number", range(1, len(MIGRATIONS) + 1))
def test_a_file_of_each_layout_is_opened(tmp_path, number):
    """The triggers of its own layout are ours, whatever later steps made of them."""
    path = tmp_path / "old.workshop"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for step in MIGRATIONS[:number]:
            for statement in step.statements:
                raw.execute(statement)
            row = (step.number, step.name, "2026-11-01T09:00:00.000000Z")
            raw.execute("INSERT INTO migration VALUES (?, ?, ?)", row)
        raw.execute(
            "INSERT INTO workshop (only, id, kit, kit_version, institution, lang, track,"
            " created_at) VALUES (1, 'w', 'x', '1', '', 'en', '', ?)",
            ("2026-11-01T09:00:00.000000Z",),
        )
        raw.commit()
    for _ in range(2):
        with Store.open(path) as store:
            assert store.workshop().kit == "x"


def test_a_newer_file_asks_for_a_newer_program(closed):
    """The layout that was found and the one that is known are both named."""
    with closing(sqlite3.connect(closed)) as raw:
        raw.execute("INSERT INTO migration VALUES (99, 'later', '2030-01-01')")
        raw.commit()

    assert refusal(closed) == (
        f"{closed}: This workshop was made by a newer workshop-kit (layout 99)."
        f" Update workshop-kit, which knows layouts up to {len(MIGRATIONS)}."
    )


def test_a_locked_file_is_waited_for_and_then_reported(store, answer):
    """Neither opening nor recording hangs for ever on another program."""
    says = (
        f"{store.path}: Another program has kept this workshop file locked"
        " for 0.05 seconds."
        " Nothing was changed. Close the other program and try again."
    )
    with (
        Store.open(store.path, wait=0.05) as hasty,
        closing(sqlite3.connect(store.path)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        assert says == refusal(store.path, wait=0.05)
        with pytest.raises(StoreError) as refused:
            hasty.join("Fictional Ada", "director", "nl")
        assert says == str(refused.value)
        assert hasty.answers() == []
        other.rollback()
        assert hasty.join("Fictional Ada", "director", "nl")
    assert answer("a", key="k").seq == 1


def test_threads_take_turns_and_do_not_hang(tmp_path):
    """A writer that never ends is reported to the others of its process too."""
    with make(tmp_path / "demo", wait=0.05) as store:
        with (
            store._database.write(),
            pytest.raises(StoreError, match=r"locked for 0\.05 seconds"),
        ):
            store.join("Fictional Ada", "director", "nl")
        assert store.participants() == []


@pytest.mark.parametrize("mode", [0o444, 0o000])
def test_a_file_without_permission_is_refused(without_privileges, mode):
    """Read-only is found out at the door, and not at the first answer."""
    folder, become = without_privileges
    with make(folder / "demo") as made:
        pass
    made.path.chmod(mode)
    folder.chmod(0o555)
    with become():
        says = refusal(made.path)
    assert says == (
        f"{made.path}: You are not allowed to change this workshop file or its"
        " folder. Get permission to write there, or choose a folder of your own."
    )


def test_a_folder_without_permission_is_refused(without_privileges):
    """Making, or opening for writing, needs the folder too."""
    folder, become = without_privileges
    with make(folder / "demo") as made:
        pass
    made.path.chmod(0o666)
    folder.chmod(0o555)
    with become():
        says = refusal(made.path)
        with pytest.raises(StoreError) as refused:
            make(folder / "second")

    assert "You are not allowed to change this workshop file" in says
    assert str(refused.value) == (
        f"{folder / 'second.workshop'}: You are not allowed to change this workshop"
        " file or its folder."
        " Get permission to write there, or choose a folder of your own."
    )
    assert [made.path] == list(folder.iterdir())


def test_a_folder_that_may_not_be_looked_into_is_no_crash(without_privileges):
    """What cannot be seen is not there, and nothing can be made in it."""
    folder, become = without_privileges
    folder.chmod(0o000)
    with become():
        assert "There is no workshop file of this name" in refusal(folder / "demo")
        with pytest.raises(StoreError, match="This folder cannot be made"):
            make(folder / "inner" / "demo")


def test_a_file_that_is_moved_away_is_noticed(store, answer):
    """Answers to a file that has lost its name are refused and not lost."""
    answer("a", key="1")
    moved = store.path.rename(store.path.with_name("moved.workshop"))
    with pytest.raises(StoreError) as refused:
        answer("b", key="2")

    assert str(refused.value) == (
        f"{store.path}: The workshop file was moved or replaced while it was in use."
        " Put it back, then open the workshop again."
    )
    moved.rename(store.path)
    assert answer("b", key="2").seq == 2


def test_opening_twice_in_one_process_is_safe(store, answer):
    """Closing one of two stores takes no lock or log from the other."""
    Store.open(store.path).close()
    answer("a", key="1")
    with Store.open(store.path) as other:
        answer("b", key="2")
        assert [a.value for a in other.answers()] == ["b"]
    answer("c", key="3")

    assert [a.value for a in store.answer_log()] == ["a", "b", "c"]


def test_where_a_file_was_none_is_made(store, answer):
    """Who looks at a moved file with a second connection does not make an empty one."""
    answer("a", key="1")
    store.path.rename(store.path.with_name("elsewhere"))
    with (
        store._database.read(),
        pytest.raises(StoreError),
        store._database.read() as other,
    ):
        other.one("SELECT 1")

    assert not store.path.exists()


def test_half_a_page_does_no_harm_where_the_log_has_it_whole(store, answer, tmp_path):
    """A program that died while it took in its log may have left such a file."""
    answer("a", key="1")
    copy = tmp_path / "there" / store.path.name
    copy.parent.mkdir()
    for ending in ("", "-wal"):
        whole = store.path.with_name(f"{store.path.name}{ending}")
        copy.with_name(whole.name).write_bytes(whole.read_bytes())
    with copy.open("ab") as file:
        file.write(b"x" * 100)

    with Store.open(copy) as again:
        assert [a.value for a in again.answers()] == ["a"]
