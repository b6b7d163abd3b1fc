"""However somebody tries, no more gets through than was promised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.live.room.limits import Bucket, Door


class Clock:
    """A clock that a test winds on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


STEPS = st.lists(st.floats(0, 100, allow_nan=False), min_size=1, max_size=200)


@given(
    rate=st.floats(0.01, 100),
    burst=st.integers(1, 50),
    steps=STEPS,
)
def test_a_bucket_lets_through_what_it_promises(rate, burst, steps):
    """Never more than the burst and the rate, and always one after a full rest."""
    clock, passed = Clock(), 0
    bucket = Bucket(rate, burst, clock=clock)
    for step in steps:
        clock.now += step
        empty = bucket.empty()
        taken = bucket.take()
        passed += taken
        assert taken is not empty
        assert passed <= burst + rate * clock.now + 1e-6
    clock.now += burst / rate * 1.001
    assert all(bucket.take() for _ in range(burst))


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 3)), max_size=300))
def test_the_door_counts_per_address_and_in_all(attempts):
    """Whatever addresses come in whatever order, no limit is passed."""
    clock = Clock()
    door = Door(clock=clock)
    looked_at = dict.fromkeys(range(6), 0)
    for who, step in attempts:
        clock.now += step
        if not door.locked(str(who)):
            looked_at[who] += 1
            door.wrong(str(who))
        rate, burst = Door.EACH
        assert looked_at[who] <= burst + rate * clock.now + 1e-6
        rate, burst = Door.MOST
        assert sum(looked_at.values()) <= burst + rate * clock.now + 1e-6


def attack(door, clock, addresses, tries, *, each=0.0):
    """Try wrong codes from some addresses in turn; returns how many were looked at."""
    looked_at = 0
    for n in range(tries):
        address = f"10.0.{n % addresses // 250}.{n % addresses % 250}"
        clock.now += each
        if not door.locked(address):
            looked_at += 1
            door.wrong(address)
    return looked_at


def test_ten_thousand_wrong_codes_lock_the_door():
    """Of one address ten are looked at; after a minute somebody may try again."""
    clock = Clock()
    door = Door(clock=clock)

    assert attack(door, clock, 1, 10_000) == 10
    assert door.locked("10.0.0.0")
    assert not door.locked("10.0.0.99")
    clock.now += 6.1
    assert not door.locked("10.0.0.0")


def test_many_addresses_together_get_few_tries_each():
    """After a hundred in all each gets three; an address that is new is not locked."""
    clock = Clock()
    door = Door(clock=clock)

    assert attack(door, clock, 100, 10_000) == 300
    assert door.locked("10.0.0.7")
    assert not door.locked("192.168.1.1")
    door.wrong("192.168.1.1")
    door.wrong("192.168.1.1")
    assert not door.locked("192.168.1.1")
    door.wrong("192.168.1.1")
    assert door.locked("192.168.1.1")
    clock.now += 60.1
    assert not door.locked("192.168.1.1")


@pytest.mark.parametrize("addresses", [10, 100, 254])
def test_nobody_is_kept_out_by_the_guessing_of_others(addresses):
    """While a whole network guesses for an hour, who types it right comes in."""
    clock = Clock()
    door = Door(clock=clock)
    for minute in range(60):
        attack(door, clock, addresses, 1_200, each=0.05)
        assert not door.locked(f"192.168.1.{minute}")


def test_a_great_many_addresses_lock_the_door_for_all():
    """Five hundred are looked at, then fifty a second, however many try."""
    clock = Clock()
    door = Door(clock=clock)

    assert attack(door, clock, 5_000, 10_000) == 500
    assert door.locked("192.168.1.1")
    clock.now += 0.1
    assert not door.locked("192.168.1.1")


@pytest.mark.parametrize("addresses", [1_000, 50_000])
def test_four_hours_of_guessing_stay_hopeless(addresses):
    """With whatever addresses at a hundred a second, less than one in a million."""
    clock = Clock()
    door = Door(clock=clock)
    tried = attack(door, clock, addresses, 600 * 100, each=0.01)

    assert 4 * 6 * tried / 31**8 < 1e-6


def test_addresses_of_one_network_count_as_one():
    """Whoever has an IPv6 network has as many addresses as they like."""
    clock = Clock()
    door = Door(clock=clock)
    for n in range(10):
        door.wrong(f"2001:db8:1:2::{n:x}")

    assert door.locked("2001:db8:1:2:ffff::1")
    assert not door.locked("2001:db8:1:3::1")
    assert not door.locked("::ffff:192.168.1.1")
    for _ in range(10):
        door.wrong("::ffff:192.168.1.1")
    assert door.locked("192.168.1.1")
    assert not door.locked("::ffff:192.168.1.2")


def test_a_right_code_costs_nothing():
    """A whole room behind one router may join at once."""
    door = Door(clock=Clock())
    for _ in range(1_000):
        assert not door.locked("192.168.1.1")


def test_addresses_are_forgotten():
    """There is an end to what is remembered, and it is the oldest that goes."""
    clock = Clock()
    door = Door(clock=clock)
    for n in range(Door.REMEMBERED + 50):
        clock.now += 1
        door.wrong(str(n))

    assert len(door._each) == Door.REMEMBERED
    assert "49" not in door._each
    assert "50" in door._each


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("EACH", (10 / 60, 10)),
        ("ALL", (1.0, 100)),
        ("FEW", (1 / 60, 3)),
        ("MOST", (50.0, 500)),
    ],
)
def test_the_limits_are_those_of_the_threat_list(name, limit):
    """Codes of eight characters were chosen for these."""
    assert getattr(Door, name) == limit
