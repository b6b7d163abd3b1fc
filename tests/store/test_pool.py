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
