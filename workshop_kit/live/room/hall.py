"""Everybody who is connected now, and what they are told when something changes."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import secrets
import threading
import uuid
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from workshop_kit.errors import N_, StoreError, WorkshopError
from workshop_kit.i18n import Translator
from workshop_kit.live import privacy
from workshop_kit.live.room import wall
from workshop_kit.live.room.alive import BEAT, Alive
from workshop_kit.live.room.limits import Bucket, Door
from workshop_kit.live.room.person import Person
from workshop_kit.live.room.scene import Scene, scene
from workshop_kit.live.room.sweep import Sweep
from workshop_kit.live.room.writer import Writer
from workshop_kit.live.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable

    from workshop_kit.live.room.line import Line
    from workshop_kit.store.place import Place
    from workshop_kit.store.records import Participant

T = TypeVar("T")

log = logging.getLogger("workshop_kit.room")

POLL, CALM, REST = 0.05, 0.2, 0.5
"""Seconds between looks for what other processes wrote: while the facilitator does one
thing after the other, a moment later, and while nobody is here."""

STIR = 5.0
"""Seconds after which the facilitator's last step is a moment ago."""

COUNT = 0.5
"""Seconds between two counts of who has answered, for the page on the wall."""

REMEMBERED = 200
"""People that are remembered beside twice those who are here: whoever has the form
open on two devices, or comes back in a moment, need not be looked up again."""

WARM = 1.0
"""Seconds after which pandas is loaded, which only counting needs and which takes as
long as all the rest: later than the first pages, and before anything is revealed."""

NOTICES = (1 / 30, 5)
"""Lines for the facilitator about one kind of trouble: five, then one in 30 s."""


class Hall:
    """
    The participants' side of one workshop.

    Once it is open, the workshop is only ever touched by the writer's thread.

    Args:
        path: The workshop.
        port: Where the pages are served.
        secure: Whether that is by https.
        pid: Of this process.
        prefix: What all addresses begin with, such as ``/museum``, where several
            rooms share a host; empty for none.
        public: Where participants reach it, if that is not its own address, such as
            ``https://workshops.example``.

    Raises:
        StoreError: If the workshop cannot be opened, or nothing be recorded in it.
    """

    def __init__(  # noqa: PLR0913 - what a process knows of itself
        self,
        path: Place | str,
        *,
        port: int,
        secure: bool,
        pid: int,
        prefix: str = "",
        public: str = "",
    ) -> None:
        self.prefix, self.hosted = prefix, bool(prefix or public)
        self.id = uuid.uuid4().hex[:12]
        self.door, self.sweep = Door(), Sweep()
        self.lines: dict[str, set[Line]] = {}
        self.people: dict[str, Person] = {}
        self.walls: set[Line] = set()
        self.workshop = Workshop.open(path)
        self.lang = self.workshop.lang
        self._host = {"id": self.id, "port": port, "pid": pid, "secure": secure}
        self._host |= {"prefix": prefix, "public": public}
        self._alive = Alive(self.workshop.store, self.id, pid)
        self._elsewhere: set[str] = set()
        self._scenes: dict[str, Scene] = {}
        self._known: dict[str, Participant] = {}
        self._revision, self._seen = -1, (-1, -1, -1)
        self._erased: set[str] = set()
        self._unclean = False
        self._notices: dict[str, Bucket] = {}
        self._watching: asyncio.Task[None] | None = None
        self._warming: asyncio.Task[None] | None = None
        self._stirred = asyncio.Event()
        self._deaf: Callable[[], None] | None = None
        try:
            # Before anybody is served, so that a full disk is said in words.
            self._arrive()
        except BaseException:
            self.workshop.close()
            raise

    async def open(self) -> None:
        """Start to write and to watch."""
        self._writer = Writer(self.workshop.store)
        loop = asyncio.get_running_loop()

        def told() -> None:
            with suppress(RuntimeError):  # the loop has ended, and all of it is over
                loop.call_soon_threadsafe(self._stirred.set)

        self._deaf = self.workshop.store.listen(told)
        await self.see(self._look)
        today = dt.datetime.now().astimezone().date()
        # In a list, because a result that is an error counts as a job that failed.
        for late in await self.see(lambda: [privacy.reminder(self.workshop, today)]):
            if late is not None:
                self.trouble("kept", late)
        self._watching = asyncio.create_task(self._watch())
        self._warming = asyncio.create_task(_warm())

    async def close(self) -> None:
        """Stop; what is acknowledged is on the disk already."""
        for task in (self._watching, self._warming):
            if task is not None:
                task.cancel()
        if self._deaf is not None:
            self._deaf()
        try:
            await self.do(self._alive.depart)
        except WorkshopError as error:
            log.warning("%s", error)
        self._writer.stop()
        if self._unclean:
            self._clean()
        self.workshop.close()

    async def do(self, job: Callable[[], T]) -> T:
        """Do something with the workshop, in its thread; see :class:`Writer`."""
        return await self._writer.do(job)

    async def see(self, job: Callable[[], T]) -> T:
        """Look something up in the workshop, in its thread."""
        return await self._writer.see(job)

    def _arrive(self) -> None:
        store = self.workshop.store
        self._alive.arrive()
        if store.action("access", "") is None:
            from workshop_kit.live.room.lead import Lead  # noqa: PLC0415 - once

            Lead(self.workshop, "").invite(uuid.uuid4().hex)
        store.act("host", "", self._host, by="", key=self.id)

    # ------------------------------------------------------------ who is in

    async def known(self, token: str) -> Participant | None:
        """Return who has this token."""
        if token not in self._known:
            found = await self.see(lambda: self.workshop.store.participant(token))
            if found is None:
                return None
            if len(self._known) > REMEMBERED + 2 * len(self.lines):
                here = self._known.items()
                self._known = {k: who for k, who in here if who.id in self.lines}
            self._known[token] = found
        who = self._known[token]
        return None if who.id in self._erased else who

    async def enter(self, who: Participant, line: Line) -> str:
        """Take a page in; returns the message that shows where the room is."""
        first = who.id not in self.lines
        self.lines.setdefault(who.id, set()).add(line)

        def job() -> str:
            if first:
                self.workshop.store.enter(who.id, self.id)
            person = self.people.setdefault(who.id, Person(self.workshop, who))
            person.forget()
            return person.view(self._scene(who.lang))

        return await self.do(job)

    async def leave(self, who: Participant, line: Line) -> None:
        """Let a page go."""
        mine = self.lines.get(who.id, set())
        mine.discard(line)
        if mine:
            return
        self.lines.pop(who.id, None)
        person = self.people.pop(who.id, None)

        def job() -> None:
            if person is not None:
                # It and its form refer to each other, and would stay for a while.
                person.forget()
            self.workshop.store.leave(self.id, who.id)

        try:
            await self.do(job)
        except WorkshopError as error:
            log.warning("%s", error)

    async def take(self, who: Participant, outbox: Any, line: Line) -> str:
        """Take in what somebody filled in; returns the message with the receipts."""
        person = self.people[who.id]
        self.sweep.heard()
        try:
            said = await self.do(lambda: person.take(outbox))
        except StoreError:
            # What it had taken in is not on the disk.
            await self.see(person.forget)
            raise
        others = self.lines.get(who.id, set()) - {line}
        if others:
            view = await self.see(lambda: person.view(self._scene(who.lang)))
            for other in others:
                other.show(view)
        return said

    async def erase(self, who: Participant) -> None:
        """
        Erase what somebody filled in, because they want it, and let them go.

        Raises:
            StoreError: If it cannot be recorded; nothing was erased then.
        """
        asked = {"by": privacy.SELF, "reason": privacy.ASKED}
        await self.do(lambda: self.workshop.store.erase(who.id, **asked))
        self._erased = {*self._erased, who.id}
        self.trouble("erased", WorkshopError(_ERASED))
        await asyncio.to_thread(self._clean)
        await self._let_go({who.id})

    def _clean(self) -> None:
        try:
            self.workshop.store.scrub()
        except StoreError as error:
            log.warning("%s", error)
            self._unclean = True
        else:
            self._unclean = False

    async def _let_go(self, gone: set[str]) -> None:
        """Forget people, and close their pages."""
        self._known = {k: who for k, who in self._known.items() if who.id not in gone}
        for who in gone:
            for line in tuple(self.lines.get(who, ())):
                await line.dismiss()

    # --------------------------------------------------------- what changed

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        counted, beaten, stirred = 0.0, loop.time(), loop.time()
        while True:
            # Fifty rooms that always looked at once would keep a core busy with that.
            pause = POLL if loop.time() - stirred < STIR else CALM
            await asyncio.sleep(pause if self.lines or self.walls else REST)
            await self._stir()
            self.sweep.look(empty=not (self.lines or self.walls))
            try:
                if loop.time() - beaten >= BEAT:
                    beaten = loop.time()
                    beat = partial(self._alive.beat, set(self.lines))
                    self._elsewhere = await self.do(beat)
                views = await self.see(self._look)
                if self._erased & self.lines.keys():
                    await self._let_go(self._erased)
                stirred = loop.time() if views else stirred
                for who, text in views.items():
                    for line in self.lines.get(who, ()):
                        line.show(text)
                if self.walls and (views or loop.time() - counted > COUNT):
                    counted = loop.time()
                    await self._show_walls()
            except Exception as error:  # or nobody follows any more
                # The pages hear of it with the next answer; the room stays open.
                self._revision, self._seen, self._scenes = -1, (-1, -1, -1), {}
                if isinstance(error, WorkshopError):
                    self.trouble("store", error)
                else:
                    log.warning("The room could not be shown.", exc_info=error)
                await asyncio.sleep(1)

    async def _stir(self) -> None:
        """Wait until there may be news, where somebody tells."""
        if self._deaf is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), COUNT)
            self._stirred.clear()

    def _look(self) -> dict[str, str]:
        """Return what to tell whom, if anything was done in the room."""
        store = self.workshop.store
        revision = store.revision()
        if revision == self._revision:
            return self._look_elsewhere()
        self._revision = revision
        seen = store.last_action(), store.last_decision(), store.last_erasure()
        if seen == self._seen:
            return self._look_elsewhere()
        if seen[2] != self._seen[2]:
            self._erased = {one.participant for one in store.erasures()}
        self._seen = seen
        self.workshop.refresh()
        before, self._scenes = self._scenes, {}
        told = {}
        # In one go, because people come and go in the other thread meanwhile.
        for who, person in list(self.people.items()):
            now = self._scene(person.who.lang)
            if now != before.get(person.who.lang):
                told[who] = person.view(now)
        return told

    def _look_elsewhere(self) -> dict[str, str]:
        """Return what to tell who may have answered at another process just now."""
        told = {}
        for who in self._elsewhere:
            person = self.people.get(who)
            if person is not None and person.stale():
                told[who] = person.view(self._scene(person.who.lang))
        return told

    def _scene(self, lang: str) -> Scene:
        if lang not in self._scenes:
            self._scenes[lang] = scene(self.workshop, Translator(lang))
        return self._scenes[lang]

    async def _show_walls(self) -> None:
        text = await self.see(self.wall)
        for line in self.walls:
            line.show(text)

    def wall(self) -> str:
        """Return the message for the page on the wall."""
        t = Translator(self.workshop.lang)
        view = wall.view(self.workshop, t, now=dt.datetime.now(dt.UTC))
        return json.dumps(view, ensure_ascii=False)

    # -------------------------------------------------------------- trouble

    def trouble(self, kind: str, error: WorkshopError) -> None:
        """Log a line for the facilitator; never an address, and never a flood."""
        if not self._notices.setdefault(kind, Bucket(*NOTICES)).take():
            return
        log.warning("%s", error)
        said = {"message": error.what, "slots": _plain(error.slots)}
        task = asyncio.ensure_future(
            self.do(
                lambda: self.workshop.store.act(
                    "notice", kind, said, by="", key=secrets.token_hex(8)
                )
            )
        )
        task.add_done_callback(_heard)


async def _warm() -> None:
    await asyncio.sleep(WARM)
    # Not one of the loop's threads, which would stay.
    threading.Thread(target=_load_results, name="warm").start()


def _load_results() -> None:
    # A process that ends meanwhile cannot go on loading; whoever needs it will say so.
    with suppress(Exception):
        import_module("workshop_kit.live.room.results")


_ERASED = N_("A participant has erased all that they had filled in.")


def _plain(slots: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in slots.items()}


def _heard(task: asyncio.Future[Any]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.warning("%s", task.exception())
