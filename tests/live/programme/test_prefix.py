"""Pages of a room that shares its host: no address in them leaves the room."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

ROOM = Path(str(files("workshop_kit.live.room")))
TEMPLATES = sorted((ROOM / "templates").glob("*.html"))
SCRIPTS = sorted(p for p in (ROOM / "static").glob("*.js") if p.stem != "panel")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_an_address_without_its_base(path):
    """What begins at the root of the host would be another room's."""
    found = re.findall(r'(?:href|src|action)="/[^"]*"', path.read_text("utf-8"))

    assert found == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_has_an_address_without_its_base(path):
    """Nor what a script fetches or goes to."""
    found = re.findall(r"""["'`]/[a-z]*["'`]""", path.read_text("utf-8"))

    assert found == []


def test_no_route_sends_anybody_out_of_the_room():
    """Redirections begin with the base as well."""
    sources = [path.read_text("utf-8") for path in ROOM.glob("*.py")]

    assert [re.findall(r'RedirectResponse\(\s*"/', text) for text in sources] == [
        [] for _ in sources
    ]


def test_pages_that_are_served_stay_in_their_room(programme):
    """Door, message and room, as they come."""
    base, cookie = programme.base("museum-a"), programme.join("museum-a")
    wall = f"/show/{programme.access('museum-a').projector}"
    for path in ("/", "/nothing", "/room", wall):
        text = programme.get(base + path, Cookie=cookie if path == "/room" else "").text
        found = re.findall(r'(?:href|src|action)="([^"]*)"', text)

        assert found
        assert [to for to in found if not to.startswith(("/museum-a/", "#"))] == []


def test_people_are_told_that_it_is_a_server(programme):
    """What they agree to names whose computer it is."""
    door = programme.get(programme.base("museum-a") + "/").text

    assert "a server of those who organise this workshop" in door
