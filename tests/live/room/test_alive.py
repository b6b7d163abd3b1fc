"""Processes on one workshop know who of them has ended, and nobody is shown twice."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from workshop_kit.live.room import alive
from workshop_kit.live.room.alive import DEAD, Alive
from workshop_kit.live.workshop import Workshop


@pytest.fixture
def clock():
    """Seconds that a test lets pass."""

    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def store(own_place):
    """A workshop in either store, open as in two processes."""
    with Workshop.open(own_place) as workshop:
        yield workshop.store


@pytest.fixture
def guest(store):
    """Id of somebody who joined."""
    return store.join("Fictional Sam", "hr", "en")[0].id


def elsewhere(store, name, clock):
    """Return a process on another computer, of which nobody can tell if it runs."""
    other = Alive(store, name, os.getpid(), clock=clock)
    other._process = "elsewhere/1/1.0"
    return other


def test_who_gives_signs_of_life_stays(store, guest, clock):
    """However long it takes, and whatever the clocks of the computers say."""
    one, two = (elsewhere(store, name, clock) for name in ("one", "two"))
    one.arrive()
    two.arrive()
    store.enter(guest, "one")
    for _ in range(20):
        clock.now += DEAD / 2
        one.beat({guest})
        two.beat(set())
    assert [h.id for h in store.hosts()] == ["one", "two"]
    assert store.present() == {guest}


def test_who_is_silent_for_long_has_ended(store, guest, clock):
    """Its people are off the list, after a while and not at once."""
    one, two = (elsewhere(store, name, clock) for name in ("one", "two"))
    one.arrive()
    two.arrive()
    store.enter(guest, "one")
    two.beat(set())
    clock.now += DEAD - 1
    two.beat(set())
    assert store.present() == {guest}
    clock.now += 1
    two.beat(set())
    assert store.present() == set()
    assert [h.id for h in store.hosts()] == ["two"]


def test_who_only_slept_comes_back(store, guest, clock):
    """With its people: the others were wrong about it."""
    one, two = (elsewhere(store, name, clock) for name in ("one", "two"))
    one.arrive()
    store.enter(guest, "one")
    two.arrive()
    clock.now += DEAD
    two.beat(set())
    assert store.present() == set()
    one.beat({guest})
    assert store.present() == {guest}
    assert [h.id for h in store.hosts()] == ["one", "two"]


def test_a_process_of_this_computer_that_died_is_known_at_once(store, guest, clock):
    """The next one that starts, or gives a sign of life, clears up after it."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    one = Alive(store, "one", child.pid, clock=clock)
    one.arrive()
    store.enter(guest, "one")
    two = Alive(store, "two", os.getpid(), clock=clock)
    two.arrive()
    assert store.present() == {guest}
    child.kill()
    # Nobody has asked what became of it yet, so its number is still taken.
    child.stdin.close()
    alive_until_dead(child, two)
    assert store.present() == set()
    child.wait()
    three = Alive(store, "three", os.getpid(), clock=clock)
    three.arrive()
    assert [h.id for h in store.hosts()] == ["three", "two"]


def alive_until_dead(child, other):
    """Give signs of life until the system has ended a process."""
    gone = psutil.Process(child.pid)
    while gone.status() != psutil.STATUS_ZOMBIE:
        pass
    other.beat(set())


def test_another_process_with_the_number_of_a_dead_one_is_not_it(store, guest):
    """Numbers are used again; the time of its start is part of its name."""
    mine = alive._name(os.getpid())
    store.beat("old", mine.rpartition("/")[0] + "/1.0")
    store.enter(guest, "old")
    Alive(store, "new", os.getpid()).arrive()
    assert store.present() == set()


def test_leaving_takes_only_ones_own(store, guest, clock):
    """Who is with another process is still here."""
    other = store.join("Fictional Noor", "hr", "en")[0].id
    one, two = (elsewhere(store, name, clock) for name in ("one", "two"))
    one.arrive()
    two.arrive()
    store.enter(guest, "one")
    store.enter(other, "two")
    one.depart()
    assert store.present() == {other}


def test_somebody_with_pages_at_two_processes_is_named(store, guest, clock):
    """So that what they fill in at the one is shown at the other."""
    one, two = (elsewhere(store, name, clock) for name in ("one", "two"))
    one.arrive()
    two.arrive()
    store.enter(guest, "one")
    assert one.beat({guest}) == set()
    store.enter(guest, "two")
    assert one.beat({guest}) == {guest}
    assert two.beat({guest}) == set()
    store.leave("two", guest)
    assert one.beat({guest}) == set()
    assert store.present() == {guest}
