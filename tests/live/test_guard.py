"""The participants' pages are started again for as long as JupyterLab runs."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from workshop_kit.live import lab


@pytest.fixture
def starts(tmp_path, monkeypatch):
    """Put a small program in place of the room; returns how it is told to end."""
    log = tmp_path / "starts"
    log.write_text("")
    monkeypatch.setattr(lab, "PAUSES", (0.0,))

    def program(*codes):
        # Each start takes the next code; None means that it goes on.
        words = (
            "import pathlib, sys, time; log = pathlib.Path(sys.argv[1]);"
            f"n = len(log.read_text()); log.write_text('x' * (n + 1)); codes = {codes};"
            "code = codes[min(n, len(codes) - 1)];"
            "time.sleep(60) if code is None else sys.exit(code)"
        )
        monkeypatch.setattr(
            lab, "command", lambda *_: [sys.executable, "-c", words, str(log)]
        )
        return lambda: len(log.read_text())

    return program


def guarded(path, happens):
    """Look after a room until something has happened; tells whether it ended first."""
    over = threading.Event()
    guard = threading.Thread(target=lab._keep_up, args=(path, (), over))
    guard.start()
    until = time.monotonic() + 20
    while guard.is_alive() and not happens():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)
    ended = not guard.is_alive()
    over.set()
    guard.join(20)
    return ended


def test_a_first_start_that_is_refused_is_not_repeated(starts, tmp_path):
    """A port that is taken would be taken the next time too; it has been said."""
    count = starts(lab.REFUSED)

    assert guarded(tmp_path, lambda: count() > 1)
    assert count() == 1


def test_a_later_start_that_is_refused_is_repeated(starts, tmp_path):
    """A disk that is full when a room comes back may have room a moment later."""
    count = starts(-9, lab.REFUSED, lab.REFUSED, None)

    assert not guarded(tmp_path, lambda: count() == 4)


def test_one_that_dies_over_and_over_is_started_again(starts, tmp_path):
    """However often that was: the room is never left alone."""
    count = starts(-9)

    assert not guarded(tmp_path, lambda: count() == 8)


def test_what_runs_is_left_alone_and_ends_with_jupyterlab(starts, tmp_path):
    """One start is enough, and nothing outlives its guard."""
    count = starts(None)

    assert not guarded(tmp_path, lambda: count() == 1)
    assert count() == 1
