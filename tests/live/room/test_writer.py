"""Jobs share a step on the disk, and each hears what became of its own."""

from __future__ import annotations

import asyncio
import threading

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.live.room.writer import MOST, Writer
from workshop_kit.store import Store


@pytest.fixture
def store(workshop):
    """The file of the small workshop, and somebody in it."""
    workshop.store.person = workshop.store.join("Fictional Sam", "hr", "en")[0].id
    return workshop.store


def answer(store, key):
    """Record one answer."""
    return store.record_answer(
        participant=store.person,
        question="plan.name",
        value=key,
        key=key,
        kit_version="1",
        wording_hash="a",
    )


def at_work(store, work):
    """Let *work* use a writer, and stop it."""

    async def run():
        writer = Writer(store)
        try:
            return await work(writer)
        finally:
            writer.stop()

    return asyncio.run(run())


async def held_up(writer):
    """Keep the writer busy until the event that this returns is set."""
    go, busy = threading.Event(), threading.Event()

    def wait():
        busy.set()
        go.wait(20)

    task = asyncio.ensure_future(writer.see(wait))
    await asyncio.get_running_loop().run_in_executor(None, busy.wait, 20)
    return go, task


def test_jobs_that_wait_share_a_step(store, monkeypatch):
    """Three hundred answers at once take a few steps, and each is acknowledged."""
    steps = []
    together = store.together

    def counted():
        steps.append(1)
        return together()

    monkeypatch.setattr(store, "together", counted)

    async def work(writer):
        go, task = await held_up(writer)
        jobs = [writer.do(lambda n=n: answer(store, f"k{n}")) for n in range(300)]
        waiting = asyncio.gather(*jobs)
        await asyncio.sleep(0)
        go.set()
        await task
        return await waiting

    found = at_work(store, work)

    assert [a.key for a in found] == [f"k{n}" for n in range(300)]
    assert [a.key for a in store.answer_log()] == [f"k{n}" for n in range(300)]
    assert len(steps) == -(-300 // MOST)


def test_a_result_is_told_after_the_disk_has_it(store):
    """Another connection finds the answer the moment it is acknowledged."""

    async def work(writer):
        with Store.open(store.path) as other:
            for n in range(20):
                await writer.do(lambda n=n: answer(store, f"k{n}"))
                assert other.answer_log()[-1].key == f"k{n}"

    at_work(store, work)


def test_a_job_that_fails_touches_no_other(store):
    """Its own error is raised where it is waited for; the rest is recorded."""

    def fail():
        answer(store, "before it fails")
        msg = "this one"
        raise ValueError(msg)

    def refused():
        answer(store, "first")
        store.record_answer(
            participant="nobody",
            question="plan.name",
            value=1,
            key="k",
            kit_version="1",
            wording_hash="a",
        )

    async def work(writer):
        go, task = await held_up(writer)
        jobs = [fail, lambda: answer(store, "one"), refused, lambda: answer(store, "2")]
        waiting = asyncio.gather(
            *(writer.do(job) for job in jobs), return_exceptions=True
        )
        await asyncio.sleep(0)
        go.set()
        await task
        return await waiting

    failed, one, nobody, two = at_work(store, work)

    assert isinstance(failed, ValueError)
    assert isinstance(nobody, StoreError)
    assert (one.key, two.key) == ("one", "2")
    log = [a.key for a in store.answer_log()]
    assert log == ["before it fails", "one", "first", "2"]


def test_a_step_that_fails_is_told_to_everybody(store):
    """Nothing of it is recorded, also of jobs that had done their part."""
    away = store.path.with_suffix(".away")

    async def work(writer):
        go, task = await held_up(writer)
        waiting = asyncio.gather(
            *(writer.do(lambda n=n: answer(store, f"k{n}")) for n in range(5)),
            return_exceptions=True,
        )
        await asyncio.sleep(0)
        store.path.rename(away)
        go.set()
        await task
        found = await waiting
        away.rename(store.path)
        return found, await writer.do(lambda: answer(store, "later"))

    found, later = at_work(store, work)

    assert [type(each) for each in found] == [StoreError] * 5
    assert later.key == "later"
    assert [a.key for a in store.answer_log()] == ["later"]


def test_who_only_looks_does_not_wait_for_other_writers(store):
    """Reading goes on while another process has the file for itself."""

    async def work(writer):
        with Store.open(store.path) as other, other.together():
            other.act("parked", "a", "x", by="x", key="k")
            return await asyncio.wait_for(writer.see(store.last_action), 5)

    assert at_work(store, work) == 0


def test_stopping_finishes_what_waits(store):
    """What was handed in is on the disk when it has stopped, and the thread is gone."""

    async def work(writer):
        go, task = await held_up(writer)
        jobs = [
            asyncio.ensure_future(writer.do(lambda n=n: answer(store, f"k{n}")))
            for n in range(5)
        ]
        await asyncio.sleep(0)
        go.set()
        writer.stop()
        await task
        return await asyncio.gather(*jobs)

    async def run():
        return await work(Writer(store))

    assert len(asyncio.run(run())) == 5
    assert len(store.answer_log()) == 5
    assert "writer" not in [thread.name for thread in threading.enumerate()]


def test_somebody_who_gave_up_holds_nobody_up(store):
    """A job that nobody waits for any more is done, and the next one too."""

    async def work(writer):
        go, task = await held_up(writer)
        gone = asyncio.ensure_future(writer.do(lambda: answer(store, "gone")))
        await asyncio.sleep(0)
        gone.cancel()
        go.set()
        await task
        return await writer.do(lambda: answer(store, "next"))

    assert at_work(store, work).key == "next"
    assert [a.key for a in store.answer_log()] == ["gone", "next"]
