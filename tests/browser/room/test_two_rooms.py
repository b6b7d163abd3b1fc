"""One browser in two rooms of a programme at the same time, each at its own name."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop

SMALL = str(Path(__file__).parents[2] / "kits" / "small")
NAMES = ("museum-a", "museum-b")


def free_port():
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(happens):
    """Return what *happens* gives as soon as that is something."""
    end = time.monotonic() + 60
    while not (found := happens()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.1)
    return found


@pytest.fixture
def programme(tmp_path):
    """Open the rooms of two workshops, in each of which one question is open."""
    for name in NAMES:
        path = tmp_path / f"{name}.workshop"
        with Workshop.create(path, kit=SMALL, lang="en", track="full") as workshop:
            lead = Lead(workshop, "Fictional facilitator")
            lead.focus(uuid.uuid4().hex, aspect="plan", ballot="plan.name")
            lead.open(uuid.uuid4().hex, ["plan.name"])
    command = [sys.executable, "-m", "workshop_kit", "programme", str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    where = ("--host", "127.0.0.1", "--port", str(free_port()))
    keeper = subprocess.Popen([*command, *where], env=environment)

    def listed():
        done = subprocess.run(
            [*command, "--json"], env=environment, capture_output=True, check=True
        )
        return {row["name"]: row for row in json.loads(done.stdout)}

    def opened():
        rows = listed()
        return rows if all(row["running"] for row in rows.values()) else None

    try:
        wait_until(opened)
        ports = json.loads((tmp_path / "ports.json").read_text())
        yield (
            tmp_path,
            {
                name: (f"http://127.0.0.1:{ports[name]}/{name}", row["code"])
                for name, row in listed().items()
            },
        )
    finally:
        keeper.terminate()
        keeper.wait(30)


def joined(page, address, code):
    """Come in by the code; returns the field of the open question."""
    page.goto(address)
    page.locator("#code").fill(code)
    page.locator("#alias").fill("Fictional Sam")
    page.locator("#role-hr").check()
    page.locator("#consent").check()
    page.locator("form button").click()
    page.wait_for_url(f"{address}/room")
    return page.locator("[data-group='plan.name'] input")


def test_one_browser_takes_part_in_two_rooms(browser, programme):
    """What is typed reaches its own room; loaded again, each page is still in."""
    folder, rooms = programme
    context = browser.new_context(locale="en-GB")
    pages, asked = {}, []
    context.on("request", lambda request: asked.append(request.url))
    for name, (address, code) in rooms.items():
        pages[name] = context.new_page()
        joined(pages[name], address, code).fill(f"said in {name}")
        pages[name].keyboard.press("Tab")
        pages[name].get_by_text("Saved").first.wait_for()
    for name, page in pages.items():
        page.goto(f"{rooms[name][0]}/")
        page.wait_for_url(f"{rooms[name][0]}/room")
        field = page.locator("[data-group='plan.name'] input")
        field.wait_for()

        assert field.input_value() == f"said in {name}"
    cookies = {cookie["name"]: cookie["path"] for cookie in context.cookies()}
    context.close()

    assert cookies == {f"workshop-{name}": f"/{name}/" for name in NAMES}
    assert [url for url in asked if not url.startswith("http://127.0.0.1:")] == []
    for name in NAMES:
        with Workshop.open(folder / f"{name}.workshop") as workshop:
            said = {answer.value for answer in workshop.store.answer_log()}
        assert said == {f"said in {name}"}
