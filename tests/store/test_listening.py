"""Whoever listens to a workshop in PostgreSQL hears of what others write."""

from __future__ import annotations

import threading
import time

import pytest

from workshop_kit.store import Store
from workshop_kit.store.listening import AGAIN, Listener


@pytest.fixture
def place(postgres):
    """Name a place in the database: files tell nobody."""
    return postgres.url()


def listeners():
    """Return the threads that listen."""
    return [each for each in threading.enumerate() if each.name == "listener"]


def test_whoever_listens_is_told(place, answer):
    """By each write of another connection, until one has heard enough."""
    heard = threading.Semaphore(0)
    with Store.open(place) as other:
        stop = other.listen(heard.release)
        assert heard.acquire(timeout=10)  # once, when it begins to listen
        for n in range(3):
            answer(n, key=str(n))
            assert heard.acquire(timeout=10)
        stop()
    answer("more", key="more")
    assert not heard.acquire(timeout=0.2)
    assert listeners() == []


def test_whoever_listens_is_not_told_of_nothing(place, store):
    """Who has to begin anew is told once more; while all is well nobody begins anew."""
    heard = threading.Semaphore(0)
    with Store.open(place) as other:
        stop = other.listen(heard.release)
        assert heard.acquire(timeout=10)
        assert not heard.acquire(timeout=AGAIN + 0.5)
        store.join("Fictional Ada", "editor", "nl")
        assert heard.acquire(timeout=10)
        stop()


def test_whoever_was_cut_off_hears_again(postgres, place, answer):
    """After the server came back one is told once, and of all that follows."""
    heard = threading.Semaphore(0)
    with Store.open(place) as other:
        stop = other.listen(heard.release)
        assert heard.acquire(timeout=10)
        postgres.stop()
        postgres.start()
        assert heard.acquire(timeout=20)
        answer("a", key="k")
        assert heard.acquire(timeout=10)
        stop()


@pytest.mark.usefixtures("store")
def test_a_program_that_ends_waits_for_no_listener(place):
    """It is known by its name, and ends with the program."""
    with Store.open(place) as other:
        stop = other.listen(lambda: None)
        (one,) = listeners()
        assert one.daemon
        stop()
    assert listeners() == []


def test_who_stops_does_not_wait_for_a_server_that_is_away():
    """After a moment one goes on; the listener ends by itself when it can."""
    away = threading.Event()
    listener = Listener(away.wait, "channel", lambda: None)
    begun = time.monotonic()
    ends = threading.Thread(target=listener.stop)
    ends.start()
    ends.join(8)
    took = time.monotonic() - begun
    (one,) = listeners()
    away.set()
    one.join(8)

    assert not ends.is_alive()
    assert 1 < took < 8
    assert listeners() == []
