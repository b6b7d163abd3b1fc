"""The facilitator's panel as a widget: who is here, what is asked, what came of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import http.client
import ssl
import threading
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anywidget
import traitlets

from workshop_kit.errors import N_, PolicyError, WorkshopError
from workshop_kit.forms.form import MIME, joined
from workshop_kit.live.room.buttons import Buttons, Done
from workshop_kit.live.room.overview import overview
from workshop_kit.live.room.panel_words import panel_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workshop_kit.live.room.state import Host
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.place import Place

POLL = 0.1
"""Seconds between looks for what others wrote; one in a file costs 0.1 ms, and in a
database one looks only when told, or after :data:`HEALTH`."""

BUSY = 0.1
"""Least seconds between two pictures of the room."""

HEALTH = 2.0
"""Seconds between looks whether the participants' page answers."""

STALE = 30.0
"""Seconds after which the minutes that the agenda shows are counted anew."""

KEPT = 50
"""How many receipts are kept; the browser waits for a few at most."""

_SCRIPTS = ("draw.js", "panel_parts.js", "panel_post.js", "panel_agenda.js", "panel.js")
"""Each before those that import from it."""

_STATIC = Path(__file__).parent / "static"
_FORM = Path(__file__).parents[2] / "forms" / "static"
_OPEN: dict[Place, list[weakref.ref[Panel]]] = {}
"""The panels of each workshop in this kernel: the last one leads, others say so."""

FORMER = 3
"""How many panels that no longer lead are kept, for the tabs that still show them."""


def _styles() -> str:
    """Return the styles of the form, of results and of the panel, in that order."""
    files = (_FORM / "form.css", _STATIC / "draw.css", _STATIC / "panel.css")
    return "\n".join(file.read_text("utf-8") for file in files)


class Panel(anywidget.AnyWidget):
    """
    A panel that shows the room as it stands and does what its buttons say.

    It looks at the file by itself as long as the kernel runs, and sees what other
    facilitators do. A newer panel of the same file in this kernel takes over from it;
    it says so, and can take over again.

    Args:
        workshop: The workshop; it stays open as long as the panel does.
        aspects: Those it leads; none lets people in and no more.
        by: Who leads, as it is recorded.
    """

    _esm = joined(_FORM / "elements.js", *(_STATIC / name for name in _SCRIPTS))
    _css = _styles()

    spec = traitlets.Dict().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    command = traitlets.Dict().tag(sync=True)
    receipts = traitlets.Dict().tag(sync=True)

    def __init__(self, workshop: Workshop, aspects: Sequence[str], *, by: str) -> None:
        self.workshop, self.aspects = workshop, tuple(aspects)
        self._t = t = workshop.translate
        self._buttons = Buttons(workshop, by)
        self._settled: set[str] = set()
        self._shown: dict[str, Any] = {}
        self._memory: dict[str, Any] = {}
        self._seen = -1
        self._looked = self._counted = 0.0
        self._stirred = threading.Event()
        self._deaf: Callable[[], Any] | None = None
        self._running: bool | None = None
        self._moved = ""
        self._turned: Callable[[str], None] | None = None
        self._settled_by: Callable[[], str] | None = None
        self._question = ""
        self._card: tuple[Any, ...] = ()
        self.plain = t(N_("The panel appears here when you run this cell."))
        titles = [
            {"id": each, "label": t.pick(workshop.kit.aspect(each).title)}
            for each in self.aspects
        ]
        super().__init__(
            spec={"lang": workshop.lang, "words": panel_words(t), "aspects": titles}
        )
        self._take_over()

    def _take_over(self) -> None:
        """Lead from here, and from nowhere else in this kernel."""
        self._stop()
        path, self._moved = self.workshop.store.path, ""
        known = [one for ref in _OPEN.get(path, ()) if (one := ref()) is not None]
        others = [one for one in known if one is not self]
        for one in others[:-FORMER]:
            one.close()
        for one in others[-FORMER:]:
            one.hand_over()
        _OPEN[path] = [weakref.ref(one) for one in (*others[-FORMER:], self)]
        self.refresh()
        self._watching = _start(_watch(weakref.ref(self)))
        if self._watching is not None:
            # What is told may not hold on to the panel.
            deaf = self.workshop.store.listen(self._stirred.set)
            self._deaf = deaf and weakref.finalize(self, deaf)

    def hand_over(self) -> None:
        """Lead no more, and say that it is done somewhere else."""
        self._stop()
        self._moved = self._t(_MOVED)
        self._show({**self._shown, "moved": self._moved})
        if self._turned is not None:
            self._turned("")

    def _stop(self) -> None:
        task = getattr(self, "_watching", None)
        if task is not None:
            task.cancel()
        deaf = getattr(self, "_deaf", None)
        if deaf is not None:
            deaf()

    def close(self) -> None:
        """Stop to look at the room, and leave the page."""
        self._stop()
        path = self.workshop.store.path
        _OPEN[path] = [ref for ref in _OPEN.get(path, ()) if ref() is not self]
        super().close()

    def on_turn(self, turned: Callable[[str], None]) -> None:
        """
        Call *turned* with the question in focus: now, and when it is another one.

        Also when its decision is chosen from something else: an idea became an
        option, or the room's answers are shown.
        """
        self._turned = turned
        turned(self._question)

    def on_settle(self, settled: Callable[[], str]) -> None:
        """Call *settled* when the decision is to be taken; it returns what is said."""
        self._settled_by = settled

    # ------------------------------------------------------------- what is shown

    def refresh(self) -> None:
        """Read the room anew and show it, if anything is different."""
        self._counted = time.monotonic()
        try:
            self._seen = self.workshop.store.revision()
            self.workshop.refresh()
            found = overview(
                self.workshop,
                self.aspects,
                self._t,
                running=self._running,
                memory=self._memory,
            )
            found["moved"] = self._moved
        except WorkshopError as error:
            found = {**self._shown, "trouble": error.render(self._t)}
        self._show(found)

    def _show(self, found: dict[str, Any], *, again: bool = False) -> None:
        if found == self._shown and not again:
            return
        self._shown = found
        self.view = {**found, "timer": _left(found.get("timer")), "at": time.time()}
        self._question = (found.get("focus") or {}).get("question", "")
        card = self._decided_on()
        if card != self._card:
            self._card = card
            if self._turned is not None:
                self._turned(self._question)

    def _decided_on(self) -> tuple[Any, ...]:
        """Return what a decision is chosen from: question, options, what is shown."""
        if not self._question:
            return ()
        asked = self.workshop.kit.question(self._question)
        ballot = self.workshop.state.ballot(self._question)
        options = tuple(option.id for option in asked.options)
        return (self._question, options, ballot.round, ballot.phase == "revealed")

    def stale(self) -> bool:
        """Tell whether time went by that the agenda does not show yet."""
        gone = time.monotonic() - self._counted
        return bool(self._shown.get("agenda")) and gone >= STALE

    def news(self) -> bool:
        """Tell whether somebody wrote something since the last look."""
        now = time.monotonic()
        if self._deaf is not None:
            if not self._stirred.is_set() and now - self._looked < HEALTH:
                return False
            self._stirred.clear()
        self._looked = now
        try:
            return self.workshop.store.revision() != self._seen
        except WorkshopError:
            return True

    async def ask_health(self) -> None:
        """Find out whether the participants' page answers."""
        host = self.workshop.state.host
        self._running = host is not None and await asyncio.to_thread(_answers, host)

    # ------------------------------------------------------------ what is pressed

    @traitlets.observe("command")
    def _take(self, change: traitlets.Bunch) -> None:
        found, again = dict(self.receipts), False
        for key, said in change["new"].items():
            if key in self._settled:
                again = True
            elif isinstance(said, dict):
                found[key] = self._press(key, said)
                self._settled.add(key)
        self.receipts = dict(list(found.items())[-KEPT:])
        if again:
            self.send_state("receipts")

    def _press(self, key: str, said: dict[str, Any]) -> dict[str, Any]:
        name, given = str(said.get("name")), said.get("args")
        kind, done = "done", Done()
        try:
            done = self._do(name, key, given if isinstance(given, dict) else {})
        except WorkshopError as error:
            kind, done = "error", Done(words=self._words(error))
        if not self._moved:
            self.refresh()
        if name == "look":
            self._show(self._shown, again=True)
        if name in {"take_back", "resume"} and self._turned is not None:
            self._turned("")  # the card of a decision that is gone does not stay
            self._turned(self._question)
        return {"kind": kind, "message": done.words, "undo": list(done.undo)}

    def _do(self, name: str, key: str, given: dict[str, Any]) -> Done:
        if name == "resume":
            self._take_over()
            return Done()
        if self._moved and name != "look":
            raise PolicyError(_MOVED)
        if name == "settle" and self._settled_by is not None:
            return Done(words=self._settled_by())
        return self._buttons.press(name, key, given)

    def _words(self, error: WorkshopError) -> str:
        # The message stands below what it is about, so its id would be noise.
        known = {question.id for question in self.workshop.kit.questions()}
        if error.where.partition("#")[0] in known:
            texts = (error.what, error.fix)
            return " ".join(self._t(text, **error.slots) for text in texts if text)
        return error.render(self._t)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        data["text/plain"] = self.plain
        path = str(self.workshop.store.path)
        data[MIME] = {"workshop": path, "kind": "room", "lang": self.workshop.lang}
        return data, metadata


_MOVED = N_(
    "The room is led from somewhere else now: this notebook is open in another tab, or"
    " it was run again. Nothing is lost."
)


def _left(timer: dict[str, Any] | None) -> dict[str, Any] | None:
    if timer is None:
        return None
    ends_at = dt.datetime.fromisoformat(timer["ends_at"])
    left = max(0.0, (ends_at - dt.datetime.now(dt.UTC)).total_seconds())
    return {"id": timer["ends_at"], "left": left, "of": timer["of"]}


def _start(watching: Any) -> asyncio.Task[None] | None:
    try:
        return asyncio.get_running_loop().create_task(watching)
    except RuntimeError:
        watching.close()  # nothing runs in which to wait: whoever is here refreshes
        return None


async def _watch(panel_of: weakref.ref[Panel]) -> None:
    """Show news as long as the panel is there; hold on to it only for a moment."""
    asked = shown = 0.0
    while (panel := panel_of()) is not None:
        now = time.monotonic()
        if now - asked >= HEALTH:
            asked, before = now, panel._running  # noqa: SLF001 - its own half
            await panel.ask_health()
            if panel._running is not before:  # noqa: SLF001
                panel.refresh()
        if now - shown >= BUSY and (panel.news() or panel.stale()):
            panel.refresh()
            shown = now
        del panel
        await asyncio.sleep(POLL)


def _answers(host: Host) -> bool:
    """Ask at the public address, or else the process on this computer."""
    context = ssl.create_default_context()
    # Its certificate is for its other names, and nothing secret is said.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    place = urlsplit(host.local())
    connection = (
        http.client.HTTPSConnection(place.netloc, timeout=1, context=context)
        if place.scheme == "https"
        else http.client.HTTPConnection(place.netloc, timeout=1)
    )
    try:
        connection.request("GET", f"{place.path}/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
