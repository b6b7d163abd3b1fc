"""Connections are used again as long as they are good, and never by two at once."""

from __future__ import annotations

import pytest

from workshop_kit.store.pool import KEPT, NoConnectionError, Pool


class Line:
    """What a driver's connection is to the pool."""

    def __init__(self):
        self.closed, self.undone = False, 0

    def rollback(self):
        """Undo, which nobody can on a line that was cut."""
        if self.closed:
            raise ConnectionError
        self.undone += 1

    def close(self):
        """Close it."""
        self.closed = True


def begin(line):
    """Begin with a line, which notices that it was cut."""
    if line.closed:
        raise ConnectionResetError


@pytest.fixture
def made():
    """All connections that were made."""
    return []


@pytest.fixture
def pool(made):
    """A pool of any number of connections."""

    def connect():
        made.append(Line())
        return made[-1]

    return Pool(connect, wait=0.01)


def test_a_connection_is_used_again(pool, made):
    """One after the other needs one connection, undone each time."""
    for _ in range(3):
        with pool.taken(begin) as line:
            assert line is made[0]
    assert (len(made), made[0].undone) == (1, 3)


def test_two_at_once_have_one_each(pool, made):
    """Nobody gets a connection that somebody has."""
    with pool.taken(begin) as one, pool.taken(begin) as other:
        assert one is not other
    assert len(made) == 2


def test_no_more_are_kept_than_are_of_use(pool, made):
    """What a crowd needed for a moment is closed after it."""
    crowd = [pool.taken(begin) for _ in range(KEPT + 2)]
    for one in crowd:
        one.__enter__()
    for one in crowd:
        one.__exit__(None, None, None)
    assert [line.closed for line in made].count(False) == KEPT


def test_a_connection_that_was_lost_meanwhile_is_replaced(pool, made):
    """Whoever comes next does not hear of it."""
    with pool.taken(begin) as one, pool.taken(begin) as other:
        pass
    one.close()
    other.close()
    with pool.taken(begin) as line:
        assert not line.closed
    assert len(made) == 3


def test_a_connection_that_is_lost_in_use_is_not_kept(pool, made):
    """What it had begun is undone elsewhere, and is no error here."""
    with pool.taken(begin) as line:
        line.close()
    with pool.taken(begin):
        pass
    assert len(made) == 2


def test_who_wants_to_stop_is_not_kept_by_a_lost_connection(pool, made):
    """Ctrl+C in the middle ends the attempt; it is no reason to try another one."""

    def stop(line):
        line.close()
        raise KeyboardInterrupt

    with pool.taken(begin):
        pass
    with pytest.raises(KeyboardInterrupt), pool.taken(stop):
        pass
    assert len(made) == 1


def test_what_a_good_connection_refuses_is_said(pool, made):
    """It is kept, and is not tried again behind one's back."""

    def refuse(_):
        raise PermissionError

    for _ in range(2):
        with pytest.raises(PermissionError), pool.taken(refuse):
            pass
    assert len(made) == 1


def test_a_new_connection_that_is_lost_at_once_is_an_error(made):
    """Or one would try for ever."""

    def connect():
        made.append(Line())
        made[-1].close()
        return made[-1]

    with pytest.raises(ConnectionResetError), Pool(connect, wait=1).taken(begin):
        pass
    assert len(made) == 1


def test_more_than_there_may_be_wait_and_are_refused():
    """And come in again when one is free."""
    pool = Pool(Line, wait=0.01, most=1)
    with pool.taken(begin), pytest.raises(NoConnectionError), pool.taken(begin):
        pass
    with pool.taken(begin) as line:
        assert not line.closed


def test_all_are_closed_in_the_end(pool, made):
    """Those in use when they come back."""
    with pool.taken(begin), pool.taken(begin):
        pass
    with pool.taken(begin):
        pool.close()
        assert [line.closed for line in made].count(False) == 1
    assert all(line.closed for line in made)


class Silent:
    """What a connection of SQLite is to the pool: it does not say whether it is lost."""

    def rollback(self):
        """Undo."""

    def close(self):
        """Close it, which fails too on a disk that is gone."""
        raise OSError


def test_a_connection_that_cannot_say_that_it_is_lost_is_good():
    """What it refuses is said, and is not tried again behind one's back."""
    begun = []

    def refuse_the_second(line):
        begun.append(line)
        if len(begun) == 2:
            raise PermissionError

    pool = Pool(Silent, wait=0.01)
    with pool.taken(refuse_the_second):
        pass
    with pytest.raises(PermissionError), pool.taken(refuse_the_second):
        pass

    assert len(begun) == 2
    assert begun[0] is begun[1]


def test_a_connection_that_cannot_even_be_closed_is_forgotten():
    """Nobody hears of what goes wrong with something of no use any more."""

    class Broken(Silent):
        def rollback(self):
            raise OSError

    made = []
    pool = Pool(lambda: made.append(Broken()) or made[-1], wait=0.01)
    for _ in range(2):
        with pool.taken(lambda _: None):
            pass
    assert len(made) == 2
