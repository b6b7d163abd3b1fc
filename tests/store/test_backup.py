"""A copy is whole, made while others write, and put back without losing anything."""

from __future__ import annotations

import re
import threading

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store, backup
from workshop_kit.store.backup import back_up, put_back

LOG = ("demo.workshop-shm", "demo.workshop-wal")
"""What is beside a workshop that is open."""


@pytest.fixture
def place(tmp_path):
    """Name a file: here the file itself is looked into."""
    return tmp_path / "demo"


def names(folder):
    """Return what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def values(path):
    """Return the answers in a file."""
    with Store.open(path) as opened:
        return [a.value for a in opened.answer_log()]


def test_a_copy_holds_what_was_acknowledged(store, answer):
    """Also what is only in the log yet; it is one file, with the time in its name."""
    answer("a", key="1")
    copy = back_up(store.path)
    answer("b", key="2")

    assert re.fullmatch(r"demo-\d{8}-\d{6}\.workshop", copy.name)
    assert copy.parent == store.path.parent
    assert values(copy) == ["a"]
    assert [copy.name] == [n for n in names(copy.parent) if n.startswith(copy.stem)]
    assert values(store.path) == ["a", "b"]


@pytest.mark.parametrize("target", ["stick", "stick/other", "stick/other.workshop"])
def test_a_copy_goes_where_it_is_wanted(store, answer, tmp_path, target):
    """Into a folder, or under a name, with or without the ending."""
    (tmp_path / "stick").mkdir()
    answer("a", key="1")
    copy = back_up(store.path, tmp_path / target)

    assert copy.parent == tmp_path / "stick"
    assert names(copy.parent) == [copy.name]
    assert values(copy) == ["a"]


def test_nothing_is_lost_and_nothing_stops_while_it_is_copied(store, answer):
    """Copies made while answers come in are each a beginning of the log."""
    over, safe = threading.Event(), []

    def write():
        while not over.is_set():
            safe.append(answer("é" * 500, key=f"k{len(safe)}").key)

    writing = threading.Thread(target=write)
    writing.start()
    copies = []
    for number in range(5):
        known = len(safe)
        copies.append((known, back_up(store.path, store.path.with_name(f"c{number}"))))
    over.set()
    writing.join()
    log = [a.key for a in store.answer_log()]

    assert safe == log
    for known, copy in copies:
        with Store.open(copy) as opened:
            held = [a.key for a in opened.answer_log()]
        assert log[: len(held)] == held
        assert len(held) >= known


def test_a_copy_overwrites_nothing(store, tmp_path):
    """A name that is taken is refused, and what stands there stays."""
    taken = tmp_path / "copy.workshop"
    taken.write_text("my notes")
    with pytest.raises(StoreError) as refused:
        back_up(store.path, taken)

    assert str(refused.value) == (
        f"{taken}: There is already a file of this name."
        " Open it, or choose another name; nothing was overwritten."
    )
    assert taken.read_text() == "my notes"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"hello", "This is not a workshop file."),
        (b"", "This is not a workshop file."),
        (None, "This workshop file is damaged or cut off."),
    ],
)
def test_what_is_damaged_is_not_copied(store, answer, tmp_path, content, says):
    """The error names the file, and no part of a copy stays behind."""
    for n in range(30):
        answer("a word " * 50, key=str(n))
    store.close()
    if content is None:
        found = bytearray(store.path.read_bytes())
        found[4096 * 3 : 4096 * 6] = b"\xa5" * 4096 * 3
        content = bytes(found)
    store.path.write_bytes(content)
    with pytest.raises(StoreError, match=re.escape(f"{store.path}: {says}")):
        back_up(store.path)

    assert names(tmp_path) == ["demo.workshop"]
    assert store.path.read_bytes() == content


def test_a_copy_that_finds_no_room_says_where(store, answer, tmp_path, monkeypatch):
    """The folder of the copy is named, and not the workshop, which is sound."""
    answer("a", key="1")
    real = backup.connect

    def narrow(path, mode):
        found = real(path, mode)
        if mode == "rwc":
            found.execute("PRAGMA max_page_count = 3")
        return found

    monkeypatch.setattr(backup, "connect", narrow)
    stick = tmp_path / "stick"
    with pytest.raises(StoreError, match=re.escape(f"{stick}: The disk is full.")):
        back_up(store.path, stick / "copy")

    assert names(stick) == []


def test_a_missing_file_is_not_copied(tmp_path):
    """And not made either."""
    with pytest.raises(StoreError, match="There is no workshop file of this name"):
        back_up(tmp_path / "demo")

    assert names(tmp_path) == []


def test_a_copy_is_put_back_where_nothing_is(store, answer, tmp_path):
    """The workshop is what it was; the copy stays."""
    answer("a", key="1")
    copy = back_up(store.path, tmp_path / "copy")
    store.close()
    store.path.unlink()

    assert put_back(copy, store.path) is None
    assert values(store.path) == ["a"]
    assert names(tmp_path) == ["copy.workshop", "demo.workshop"]


def test_a_file_that_is_there_stays_unless_told_otherwise(store, answer, tmp_path):
    """Forced, it is kept under another name with all that was in it."""
    answer("a", key="1")
    copy = back_up(store.path, tmp_path / "copy")
    answer("b", key="2")
    store.close()
    with pytest.raises(StoreError, match="There is already a file of this name"):
        put_back(copy, store.path)
    assert values(store.path) == ["a", "b"]
    kept = put_back(copy, store.path, force=True)

    assert re.fullmatch(r"demo-before-\d{8}-\d{6}\.workshop", kept.name)
    assert values(kept) == ["a", "b"]
    assert values(store.path) == ["a"]
    assert names(tmp_path) == ["copy.workshop", kept.name, "demo.workshop"]


def test_a_workshop_in_use_is_not_replaced(store, answer, tmp_path):
    """Whoever has it open would go on writing to a file without a name."""
    answer("a", key="1")
    copy = back_up(store.path, tmp_path / "copy")
    with pytest.raises(StoreError) as refused:
        put_back(copy, store.path, force=True)

    assert str(refused.value) == (
        f"{store.path}: Somebody uses this workshop now: the room, or a notebook."
        " Stop the room, close the notebooks, and try again."
    )
    assert answer("b", key="2").seq == 2


def test_a_damaged_file_makes_place_for_a_copy(store, answer, tmp_path):
    """It is kept as it is, with its log, for whoever wants to save some of it."""
    answer("a", key="1")
    copy = back_up(store.path, tmp_path / "copy")
    store.close()
    store.path.write_bytes(b"damaged")
    log = store.path.with_name("demo.workshop-wal")
    log.write_bytes(b"its log")
    kept = put_back(copy, store.path, force=True)

    assert kept.read_bytes() == b"damaged"
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"its log"
    assert values(store.path) == ["a"]


def test_a_file_is_not_put_back_over_itself(store, answer):
    """It would be set aside and its place taken by what is no more than itself."""
    answer("a", key="1")
    store.close()
    with pytest.raises(StoreError, match="There is already a file of this name"):
        put_back(store.path, store.path, force=True)
    assert values(store.path) == ["a"]


def test_a_name_that_is_taken_at_the_last_moment_is_not_overwritten(
    store, answer, tmp_path, monkeypatch
):
    """Whoever comes first has the name; of the copy nothing stays behind."""
    answer("a", key="1")
    real = backup._copy

    def late(source, draft):
        real(source, draft)
        (tmp_path / "copy.workshop").write_text("faster")

    monkeypatch.setattr(backup, "_copy", late)
    with pytest.raises(StoreError, match="already a file"):
        back_up(store.path, tmp_path / "copy")

    assert (tmp_path / "copy.workshop").read_text() == "faster"
    assert names(tmp_path) == ["copy.workshop", "demo.workshop", *LOG]
