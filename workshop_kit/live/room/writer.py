"""One thread that reads and writes for everybody, many of them in one step."""

from __future__ import annotations

import asyncio
import queue
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from workshop_kit.store.store import Store

T = TypeVar("T")
Job = tuple["Callable[[], Any]", "asyncio.Future[Any]", bool]

MOST = 128
"""Jobs in one step: enough to share the cost of the disk, few enough to be quick."""


class Writer:
    """
    Does jobs one after the other, in a thread of its own.

    Jobs that wait at the same time share one transaction. A job's result is told
    when the disk has all of them, so what is acknowledged is safe; a job that
    fails does not touch the others.

    Args:
        store: The open workshop file.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def do(self, job: Callable[[], T]) -> T:
        """
        Do a job and return its result once the disk has it.

        Raises:
            Exception: What the job raised; or why the step failed as a whole, of
                which nothing was then recorded.
        """
        return await self._put(job, writes=True)

    async def see(self, job: Callable[[], T]) -> T:
        """Do a job that only reads, and need not wait for whoever writes."""
        return await self._put(job, writes=False)

    async def _put(self, job: Callable[[], T], *, writes: bool) -> T:
        done: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((job, done, writes))
        return await done

    def stop(self) -> None:
        """Finish what waits and end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            jobs = [self._jobs.get()]
            while len(jobs) < MOST and not self._jobs.empty():
                jobs.append(self._jobs.get())
            going = None not in jobs
            waiting = [job for job in jobs if job is not None]
            if waiting:
                results = self._step(waiting)
                self._loop.call_soon_threadsafe(_tell, waiting, results)

    def _step(self, jobs: list[Job]) -> list[Any]:
        results: list[Any] = []
        writes = any(each[2] for each in jobs)
        try:
            with self._store.together() if writes else nullcontext():
                results.extend(_outcome(job) for job, *_ in jobs)
        except Exception as error:  # noqa: BLE001 - whoever waits has to hear of it
            return [error] * len(jobs)
        return results


def _outcome(job: Callable[[], Any]) -> Any:
    try:
        return job()
    except Exception as error:  # noqa: BLE001 - told to who waits, and to nobody else
        return error


def _tell(jobs: list[Job], results: list[Any]) -> None:
    for (_, done, _), result in zip(jobs, results, strict=True):
        if done.cancelled():
            continue
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)
