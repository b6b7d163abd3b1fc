"""What was done in the room, who is here, and several records in one step."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store
from workshop_kit.store.migrations import MIGRATIONS


def act(store, key, *, kind="ballot", about="goals.which", value=1):
    """Record an action of which only the interesting parts are named."""
    return store.act(kind, about, value, by="Fictional Noor", key=key)


def interrupted(store, record):
    """Record something in a step that then fails."""
    with store.together():
        record()
        raise InterruptedError


def test_the_last_action_on_a_subject_stands(store):
    """Of each kind and subject the last counts; the log keeps all of them."""
    assert (store.last_action(), store.action("ballot", "goals.which")) == (0, None)
    act(store, "a", value={"phase": "open"})
    act(store, "b", about="goals.why", value="x")
    act(store, "c", kind="timer", value=[])
    last = act(store, "d", value={"phase": "closed"})

    assert {place: a.key for place, a in store.actions().items()} == {
        ("ballot", "goals.which"): "d",
        ("ballot", "goals.why"): "b",
        ("timer", "goals.which"): "c",
    }
    assert store.action("ballot", "goals.which") == last
    assert store.last_action() == last.seq == 4
    assert [a.key for a in store.action_log()] == ["a", "b", "c", "d"]
    assert [a.key for a in store.action_log("ballot")] == ["a", "b", "d"]
    assert [a.key for a in store.action_log("ballot", last=2)] == ["b", "d"]
    assert [a.at for a in store.action_log()] == sorted(
        a.at for a in store.action_log()
    )


def test_an_action_that_was_taken_back_does_not_stand(store):
    """It is still the last one, with nothing in it."""
    act(store, "a")
    act(store, "b", value=None)

    assert store.actions() == {}
    assert store.action("ballot", "goals.which").value is None
    assert store.last_action() == 2


def test_an_action_that_is_sent_twice_is_recorded_once(store):
    """The first under a key is returned, whatever comes with it the second time."""
    first = act(store, "k", value=1)

    assert act(store, "k", value=2) == first
    assert len(store.action_log()) == 1


@pytest.mark.parametrize("other", [{"kind": "timer"}, {"about": "goals.why"}])
def test_a_key_stands_for_one_subject(store, other):
    """Under the key of another kind or subject nothing is recorded."""
    act(store, "k")
    with pytest.raises(StoreError) as refused:
        act(store, "k", **other)

    assert str(refused.value) == (
        f"{store.path}: The key “k” was used before, for something else."
        " Use a new key for every answer or decision."
    )
    assert len(store.action_log()) == 1


@pytest.mark.parametrize("value", [float("nan"), "\ud800", {1: 2}, (1,), object()])
def test_what_is_no_json_is_no_action(store, value):
    """It is refused, and the key stays free."""
    with pytest.raises(StoreError):
        act(store, "k", value=value)

    assert act(store, "k").value == 1


def test_who_is_here(store, person):
    """Entering twice is being here once; a host only sends away its own."""
    other = store.join("Fictional Noor", "editor", "nl")[0].id
    store.enter(person, "one")
    store.enter(person, "two")
    store.enter(other, "one")
    assert store.present() == {person, other}
    store.leave("one", person)
    assert store.present() == {person, other}
    store.leave("two", person)
    assert store.present() == {other}
    store.leave("one")
    assert store.present() == set()


def test_a_host_that_ended_has_nobody_with_it(store, person):
    """Those of others stay, and whoever is still there notes it again."""
    other = store.join("Fictional Noor", "editor", "nl")[0].id
    store.beat("one", "a")
    store.beat("two", "b")
    store.enter(person, "one")
    store.enter(other, "two")
    store.bury("one")
    assert store.present() == {other}
    assert [h.id for h in store.hosts()] == ["two"]

    before = store.revision()
    assert store.beat("one", "a", {person, other}) == {other}
    assert store.present() == {person, other}
    assert store.revision() > before
    beats = {h.id: (h.beats, h.process) for h in store.hosts()}
    assert beats == {"one": (0, "a"), "two": (0, "b")}


def test_hosts_stand_in_the_order_of_their_ids(store):
    """Whichever gave a sign of life first."""
    for host in ("two", "one", "three"):
        store.beat(host, "a")
    assert [h.id for h in store.hosts()] == ["one", "three", "two"]


def test_a_sign_of_life_is_no_news(store, person):
    """Nobody has to look at the room again because a process still runs."""
    store.beat("one", "a")
    store.enter(person, "one")
    before = store.revision()
    assert store.beat("one", "a", {person}) == set()
    assert store.revision() == before
    assert store.hosts()[0].beats == 1


def test_people_with_a_host_that_nobody_knows_are_not_here(store, person):
    """As left behind by a process from before there was a list of them."""
    store.enter(person, "long gone")
    store.beat("one", "a")
    store.bury()
    assert store.present() == set()


def test_nobody_is_here_who_did_not_join(store):
    """Presence is of participants."""
    with pytest.raises(StoreError):
        store.enter("nobody", "one")

    assert store.present() == set()


def test_what_is_done_together_is_one_step(store, answer):
    """Nobody else sees a part of it; inside, all of it is seen."""
    with Store.open(store.path) as other:
        with store.together():
            answer("a", key="k")
            act(store, "a")
            store.update_workshop(institution="Fictional museum")
            assert len(store.answer_log()) == len(store.action_log()) == 1
            assert store.workshop().institution == "Fictional museum"
            assert other.answer_log() == other.action_log() == []
            assert other.workshop().institution == ""
        assert len(other.answer_log()) == len(other.action_log()) == 1


def test_a_record_that_is_refused_is_undone_alone(store, answer):
    """What came before and after it in the same step is kept."""
    with store.together():
        answer("a", key="one")
        with pytest.raises(StoreError):
            answer("b", key="two", participant="nobody")
        with pytest.raises(StoreError):
            answer("b", key="one", question="goals.why")
        answer("c", key="three")

    assert [a.key for a in store.answer_log()] == ["one", "three"]
    assert [a.seq for a in store.answer_log()] == [1, 2]


def test_nothing_is_kept_of_a_step_that_fails(store, answer):
    """Also not what was acknowledged inside it; the next step goes well."""
    before = store.revision()
    with pytest.raises(InterruptedError):
        interrupted(store, lambda: (answer("a", key="k"), act(store, "a")))

    assert (store.answer_log(), store.action_log()) == ([], [])
    assert store.revision() == before
    with store.together():
        answer("b", key="k")
    assert [a.value for a in store.answer_log()] == ["b"]


def test_a_step_inside_a_step_is_part_of_it(store, answer):
    """When the inner one fails its records go; the outer ones stay."""
    with store.together():
        answer("a", key="outer")
        with pytest.raises(InterruptedError):
            interrupted(store, lambda: answer("b", key="inner"))
        answer("c", key="later")

    assert [a.key for a in store.answer_log()] == ["outer", "later"]


def test_another_thread_waits_for_the_step(store, answer):
    """What it records comes after, and it does not see the half of it."""
    started, seen = threading.Event(), []

    def other():
        started.set()
        answer("b", key="other")
        seen.append([a.key for a in store.answer_log()])

    thread = threading.Thread(target=other)
    with store.together():
        answer("a", key="mine")
        thread.start()
        started.wait(10)
        thread.join(0.1)
        assert thread.is_alive()
        assert [a.key for a in store.answer_log()] == ["mine"]
    thread.join(10)

    assert seen == [["mine", "other"]]


def test_a_file_of_the_first_layout_is_brought_along(tmp_path):
    """Its people and answers are as they were, and the room can begin."""
    at = "2026-11-01T09:00:00.000000Z"
    old = tmp_path / "first.workshop"
    with closing(sqlite3.connect(old)) as raw:
        raw.execute(f"PRAGMA application_id = {int.from_bytes(b'WKIT', 'big')}")
        for statement in MIGRATIONS[0].statements:
            raw.execute(statement)
        raw.execute("INSERT INTO migration VALUES (1, 'first layout', ?)", (at,))
        raw.execute(
            "INSERT INTO workshop VALUES (1, 'w', 'small', '1.0', '', 'nl', 'short', ?)",
            (at,),
        )
        raw.execute(
            "INSERT INTO participant VALUES ('p', 'h', 'Fictional Sam', 'hr', 'nl', ?)",
            (at,),
        )
        raw.execute(
            "INSERT INTO answer VALUES"
            " (1, 1, 'goals.which', 'p', '\"a\"', '1.0', 'abc', 'k', ?)",
            (at,),
        )
        raw.commit()
    with Store.open(old) as store:
        assert [p.consent_until for p in store.participants()] == [""]
        assert store.workshop().keep_until == ""
        assert [a.value for a in store.answers()] == ["a"]
        assert store.actions() == {}
        assert store.present() == set()
        store.enter("p", "host")
        act(store, "k")
        store.update_workshop(keep_until="2027-11-01")
        assert store.workshop().keep_until == "2027-11-01"
    with closing(sqlite3.connect(old)) as raw:
        steps = raw.execute("SELECT number FROM migration ORDER BY number").fetchall()
    assert steps == [(step.number,) for step in MIGRATIONS]
