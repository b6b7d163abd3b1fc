"""What a browser meets: bytes over the wire, and the time until there is a form."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LOCAL = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""It finds no other host, so that what a page asks for elsewhere costs no time."""

PHONE = {"width": 390, "height": 844}
QUIET = 1.5
"""Seconds after the form is drawn in which more may still come over the wire."""

OURS, THEIRS = "#form input >> nth=0", ".jupyter-widgets input >> nth=0"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium that only reaches loopback."""
    with sync_playwright() as playwright:
        # Chromium has no sandbox to offer to root in a container.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", LOCAL]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def fresh(browser: Browser) -> Iterator[Page]:
    """Give a page of somebody who was never here before: no cache, no cookie."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    try:
        yield context.new_page()
    finally:
        context.close()


def join(page: Page, base: str, link: str) -> float:
    """
    Join, and return the seconds until the first control of the form is there.

    That is from the link to the page that asks who comes in, and from its button
    to the form; not what a person needs to fill it in.
    """
    start = time.perf_counter()
    page.goto(f"{base}/j/{link}", wait_until="commit")
    page.locator("button.wk-primary").wait_for()
    door = time.perf_counter() - start
    page.locator("#alias").fill("Fictief")
    page.locator("[name=role]").first.check()
    page.locator("#consent").check()
    start = time.perf_counter()
    page.locator("button.wk-primary").click(no_wait_after=True)
    page.locator(OURS).wait_for(state="attached")
    return door + time.perf_counter() - start


def open_voila(page: Page, base: str) -> float:
    """Open a page of Voilà; seconds until the first control is there."""
    start = time.perf_counter()
    page.goto(base, wait_until="commit", timeout=60_000)
    page.locator(THEIRS).wait_for(state="attached", timeout=60_000)
    return time.perf_counter() - start


class Wire:
    """
    A way to a server that counts every byte above TCP, in both directions.

    Args:
        port: Of the server.
    """

    def __init__(self, port: int) -> None:
        self._to, self.down, self.up = port, 0, 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._over.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _connect(
        self, near: asyncio.StreamReader, back: asyncio.StreamWriter
    ) -> None:
        far, out = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._pass(near, out, "up"), self._pass(far, back, "down"))

    async def _pass(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, way: str
    ) -> None:
        try:
            while content := await source.read(65536):
                setattr(self, way, getattr(self, way) + len(content))
                to.write(content)
                await to.drain()
        except OSError:
            pass  # one side is gone, so the other goes too
        finally:
            to.close()


def first_load(
    browser: Browser, port: int, link: str = ""
) -> tuple[dict[str, int], list[str]]:
    """
    Return what the first load costs, and the addresses it asks for.

    Everything counts from the first request until some time after the form is
    there, also what goes over the WebSocket.

    Args:
        browser: To load with.
        port: Of the server.
        link: By which to join; empty opens a page of Voilà.

    Returns:
        Bytes ``down`` and ``up``, ``requests``, and those to ``elsewhere``.
    """
    with Wire(port) as wire, fresh(browser) as page:
        urls: list[str] = []
        page.on("request", lambda request: urls.append(request.url))
        _ = join(page, wire.base, link) if link else open_voila(page, wire.base)
        page.wait_for_timeout(QUIET * 1000)
        own = [u.removeprefix(wire.base) for u in urls if u.startswith(wire.base)]
        away = [u for u in urls if u.startswith("http") and wire.base not in u]
        counts = {"down": wire.down, "up": wire.up, "requests": len(own)}
        return counts | {"elsewhere": len(away)}, own
