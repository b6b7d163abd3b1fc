"""Who waits for another, in either store, goes on in the end or is told why not."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store, opening
from workshop_kit.store.postgres import MOST

IN_DATABASE = pytest.mark.parametrize("place", ["postgresql"], indirect=True)


@pytest.fixture
def hasty(store):
    """The same workshop, opened by somebody who does not wait."""
    with Store.open(store.path, wait=0.05) as opened:
        yield opened


def locked(store):
    """Return the words for having waited for another in vain."""
    what = "workshop file" if isinstance(store.path, Path) else "workshop"
    return (
        f"{store.path}: Another program has kept this {what} locked for 0.05 seconds."
        " Nothing was changed. Close the other program and try again."
    )


@contextmanager
def busy(store):
    """Let another thread of this process write all the while."""
    begun, over = threading.Event(), threading.Event()

    def write():
        with store.together():
            begun.set()
            over.wait(30)

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(30)
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_threads_of_one_process_wait_for_each_other(hasty):
    """And say so if it takes too long; nothing is changed."""
    with busy(hasty), pytest.raises(StoreError) as refused:
        hasty.join("Fictional Ada", "editor", "nl")

    assert str(refused.value) == locked(hasty)
    assert hasty.participants() == []
    assert hasty.join("Fictional Ada", "editor", "nl")


def test_nothing_is_written_anew_while_somebody_writes(hasty):
    """Who cleans the disk waits for a turn as others do."""
    with busy(hasty), pytest.raises(StoreError) as refused:
        hasty.scrub()

    assert str(refused.value) == locked(hasty)
    hasty.scrub()


@IN_DATABASE
def test_who_reads_what_was_erased_is_waited_for(store, hasty, person):
    """What somebody still sees as it was, whatever they read of it, cannot go."""
    with store._database.read() as connection:
        connection.run("SELECT count(*) FROM workshop")
        hasty.erase(person, by="F", reason="asked")
        with pytest.raises(StoreError) as refused:
            hasty.scrub()

    assert str(refused.value) == locked(hasty)
    hasty.scrub()


@IN_DATABASE
def test_who_reads_and_is_done_keeps_nobody_from_cleaning(store, person):
    """What was erased is taken off the disk as soon as nobody sees it any more."""
    reads, done = threading.Event(), threading.Event()

    def read():
        with store._database.read() as connection:
            connection.run("SELECT count(*) FROM workshop")
            reads.set()
            done.wait(30)

    reader = threading.Thread(target=read)
    reader.start()
    assert reads.wait(30)
    store.erase(person, by="F", reason="asked")
    threading.Timer(0.3, done.set).start()
    store.scrub()

    assert done.is_set()
    reader.join()


@IN_DATABASE
def test_more_readers_than_connections_are_told(hasty):
    """In words; once somebody is done the next one is served."""
    with ExitStack() as all_of_them:
        for _ in range(MOST):
            all_of_them.enter_context(hasty._database.read())
        with pytest.raises(StoreError) as refused:
            hasty.workshop()

    assert str(refused.value) == (
        f"{hasty.path}: The database has no connection left. Nothing was changed."
        " Close other programs, or allow more connections."
    )
    assert hasty.workshop()


def test_a_file_tells_nobody(store):
    """Who wants to know what is new has to look; a database says it."""
    stop = store.listen(lambda: None)
    if stop is not None:
        stop()

    assert (stop is None) == isinstance(store.path, Path)


def test_a_host_that_had_nobody_with_it_is_no_news(store, person):
    """Its end changes nothing that is seen in the room."""
    store.beat("one", "a")
    store.beat("two", "b")
    store.enter(person, "two")
    before = store.revision()
    store.bury("one")

    assert store.revision() == before
    assert [h.id for h in store.hosts()] == ["two"]


def test_a_workshop_that_is_removed_is_not_there_any_more(store):
    """In a folder or in a database; its name is free again."""
    store.close()
    assert opening.exists(store.path)
    opening.remove(store.path)

    assert not opening.exists(store.path)
    Store.create(store.path, kit="social_media", kit_version="1.0").close()
