"""Several threads and processes on one workshop, also ones that die or have no disk."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store
from workshop_kit.store.place import environment

WRITER = Path(__file__).parent / "writer.py"


@contextmanager
def writers(store, person, number):
    """Start writers that wait for orders."""
    command = [sys.executable, "-W", "error", str(WRITER), str(store.path), person]
    started = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                **environment(store.path),
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
        )
        for _ in range(number)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.stdin.close()
            assert process.wait(30) == 0
            process.stdout.close()


def tell(process, order):
    """Give an order to a writer."""
    process.stdin.write(f"{order}\n")
    process.stdin.flush()


def acknowledged(process):
    """Return the keys that a writer was told are safe, once its order is done."""
    keys = []
    while (line := process.stdout.readline()) != "end\n":
        assert line, "the writer has died"
        keys.append(line.rstrip("\n"))
    return keys


def is_sound(path):
    """Let SQLite check the file in full; a database outlives who writes to it."""
    if not isinstance(path, Path):
        return True
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_processes_write_to_one_workshop_together(store, person, answer):
    """All acknowledged answers of three processes are there once, in time order."""
    with writers(store, person, 2) as (one, two):
        tell(one, "write one 60")
        tell(two, "write two 60")
        keys = [answer(n, key=f"here-{n}").key for n in range(60)]
        keys += acknowledged(one) + acknowledged(two)
    log = store.answer_log()

    assert len(keys) == 180
    assert sorted(keys) == sorted(a.key for a in log)
    assert [a.at for a in log] == sorted(a.at for a in log)
    assert list(range(1, 181)) == [a.seq for a in log]


def test_a_key_is_recorded_once_across_processes(store, person):
    """Two processes that send the same answers at the same time record one each."""
    with writers(store, person, 2) as (one, two):
        tell(one, "write same 40")
        tell(two, "write same 40")
        assert acknowledged(one) == acknowledged(two)

    assert [f"same-{n}" for n in range(40)] == [a.key for a in store.answer_log()]


def test_threads_write_and_read_together(store, person, answer):
    """Forty threads lose nothing, and each repeated key is recorded once."""

    def one(n):
        recorded = answer(n // 2, key=f"k{n // 2}")
        assert recorded in store.answer_log()
        store.save_draft(participant=person, question=f"goals.q{n}", value=n)
        return recorded.seq

    with ThreadPoolExecutor(40) as pool:
        numbers = list(pool.map(one, range(120)))

    assert sorted(numbers) == sorted(2 * list(range(1, 61)))
    assert [a.seq for a in store.answer_log()] == list(range(1, 61))


def test_no_acknowledged_answer_is_lost_by_kill_9(store, person):
    """After each of twenty kills all of them are there once and the file is sound."""
    store.close()
    moments = random.Random(20151123)  # noqa: S311 - not a secret
    safe: list[str] = []
    place = store.path
    with writers(store, person, 1) as (writer,):
        for n in range(20):
            tell(writer, f"kill run{n} {moments.uniform(0.02, 0.15):.4f}")
            safe += acknowledged(writer)
            with Store.open(place) as after:
                found = [a.key for a in after.answer_log()]
            assert len(set(found)) == len(found)
            assert set(safe) <= set(found)
            # At most the one that was under way may be there unacknowledged.
            assert len(found) <= len(safe) + n + 1
            assert is_sound(place)

    assert safe


@contextmanager
def room_for(size):
    """Let the system refuse to make any file of this process larger than *size*."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill_up(answer, safe):
    """Record answers, and keep those that are acknowledged, as long as it goes."""
    for n in range(500):
        safe.append(answer("é" * 3000, key=f"fill-{n}"))


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_write_that_the_system_refuses_changes_nothing(store, answer):
    """What was acknowledged stays, and after there is room work goes on."""
    safe = []
    with room_for(200_000), pytest.raises(StoreError) as refused:
        fill_up(answer, safe)

    assert str(refused.value) == (
        f"{store.path}: The disk failed (disk I/O error). Nothing was changed."
        " See whether the disk is full or no longer connected, and try again."
    )
    assert 0 < len(safe) < 500
    assert safe == store.answer_log()
    safe.append(answer("there is room again", key="last"))
    assert safe == store.answer_log()
    store.close()
    assert is_sound(store.path)
    with Store.open(store.path) as again:
        assert safe == again.answer_log()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_full_disk_is_called_by_its_name(store, answer):
    """SQLite's own word for full becomes ours, and nothing is half written."""
    store._database.pragma("max_page_count = 60")
    safe = []
    with pytest.raises(StoreError) as refused:
        fill_up(answer, safe)

    assert str(refused.value) == (
        f"{store.path}: The disk is full."
        " Nothing was changed. Make some room on the disk and try again."
    )
    assert safe
    assert safe == store.answer_log()
    store._database.pragma("max_page_count = 1000000")
    safe.append(answer("there is room again", key="last"))
    assert safe == store.answer_log()


def test_a_file_for_which_there_is_no_room_is_not_made(tmp_path):
    """No file and no draft of it stays behind, and the message names the file."""
    with room_for(20_000), pytest.raises(StoreError) as refused:
        Store.create(tmp_path / "demo", kit="social_media", kit_version="1.0")

    assert str(refused.value).startswith(
        f"{tmp_path / 'demo.workshop'}: The disk failed (disk I/O error)."
    )
    assert list(tmp_path.iterdir()) == []
