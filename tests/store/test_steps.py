"""What is read before a record stays true, and a step that fell apart is refused."""

from __future__ import annotations

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store


def test_nobody_writes_between_what_is_read_and_recorded_alone(store, answer):
    """Another connection has to wait, and finds the record afterwards."""
    with Store.open(store.path, wait=0.01) as other:
        with store.alone():
            assert store.answer_log() == []
            with pytest.raises(StoreError, match=r"locked for 0\.01 seconds"):
                other.act("focus", "", 1, by="F", key="first")
            answer(1, key="first")
        assert [a.value for a in other.answer_log()] == [1]


def test_what_fails_alone_leaves_the_rest_of_the_step(store, answer):
    """A record that is refused in a step of many takes no other along."""
    with store.together():
        answer(1, key="first")
        with pytest.raises(StoreError, match="used before"), store.alone():
            answer(2, key="first", question="goals.today")
        with store.alone():
            answer(3, key="third")
    assert [a.value for a in store.answer_log()] == [1, 3]


def test_a_step_that_the_disk_undid_is_not_acknowledged(store, answer):
    """A database may undo everything by itself; then nothing counts as recorded."""

    def fall_apart():
        with store.together():
            answer(1, key="first")
            # What SQLite does of its own accord when a disk fails.
            store._database._joint().driver.execute("ROLLBACK")
            answer(2, key="second")

    with pytest.raises(StoreError, match=r"The disk failed|has undone this step"):
        fall_apart()
    answer(3, key="third")
    assert 1 not in [a.value for a in store.answer_log()]


def test_participants_are_counted(store, person):
    """The number is that of the list."""
    store.join("Fictional Kim", "editor", "nl")
    assert store.joined() == len(store.participants()) == 2
    assert person in {p.id for p in store.participants()}


def test_both_databases_are_asked_in_the_same_words(store):
    """Values go where their names stand, and a percent sign is one."""
    with store._database.read() as connection:
        assert connection.one("SELECT 7 % :n", {"n": 4, "more": 1}) == 3
        found = connection.one("SELECT 1 WHERE :word LIKE '%b%'", {"word": "abc"})
    assert found == 1


def test_a_value_that_is_asked_for_and_missing_is_said(store):
    """Whatever the driver does not take is refused in its words."""
    with pytest.raises(StoreError) as refused, store._database.read() as connection:
        connection.run("SELECT :first, :second", {"first": "a"})

    assert "did not accept the record (" in str(refused.value)
    assert "second" in str(refused.value)
    assert str(refused.value).endswith("). Nothing was changed.")
