"""A workshop in a database does all that one in a file does."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workshop_kit.cli import app
from workshop_kit.errors import StoreError
from workshop_kit.export.answers import form_blocks
from workshop_kit.live.cards import reference
from workshop_kit.live.lab import start_lab
from workshop_kit.live.opened import FILE_VARIABLE
from workshop_kit.live.review import review
from workshop_kit.live.room import launch
from workshop_kit.live.workshop import Workshop
from workshop_kit.store.place import located

SMALL = str(Path(__file__).parents[1] / "kits" / "small")


@pytest.fixture
def url(postgres):
    """The address of a new workshop over the small fictional kit."""
    found = postgres.url()
    Workshop.create(found, kit=SMALL, lang="en", track="full").close()
    return found


def decide(workshop):
    """Decide on one question."""
    fields = {"value": "Museum", "reason": "because", "by": "Fictional board"}
    return workshop.decide("plan.name", fields)


def test_the_commands_take_an_address(postgres, tmp_path):
    """And never repeat the password that is in it."""
    found, run = postgres.url(), CliRunner().invoke
    more = ("--kit", SMALL, "--lang", "en", "--track", "full")
    made = run(app, ["new", found, *more])
    again = run(app, ["new", found, *more])
    linted = run(app, ["lint", found, "--lang", "en"])
    exported = run(app, ["export", found, "--to", str(tmp_path), "--format", "json"])

    assert made.output == f"Made {located(found)}.\n"
    assert str(again.exception).startswith(
        f"{located(found)}: There is already a workshop of this name."
    )
    assert linted.exit_code == 1  # nothing has been decided yet
    assert exported.exit_code == 0
    assert list(tmp_path.glob("*.json"))
    output = made.output + linted.output + exported.output + str(again.exception)
    assert "MARK" not in output


def test_a_notebook_finds_it_by_the_variable(postgres, monkeypatch, tmp_path):
    """It is made the first time, and opened after that."""
    monkeypatch.setenv(FILE_VARIABLE, postgres.url())
    with Workshop.here(tmp_path) as first, Workshop.here(tmp_path) as second:
        assert first.store.workshop() == second.store.workshop()
    assert list(tmp_path.iterdir()) == []


def test_a_form_in_a_notebook_carries_no_password(postgres, url, monkeypatch):
    """An export finds the answers with the password of whoever exports."""
    with Workshop.open(url) as workshop:
        decide(workshop)
        carried = reference(workshop, "decisions", aspect="plan")
    assert "MARK" not in str(carried)
    (refused,) = form_blocks(carried)
    assert "does not know this user with this password" in str(refused)
    monkeypatch.setenv("PGPASSWORD", postgres.PASSWORD)
    assert "Museum" in str(form_blocks(carried))


def test_the_next_workshop_stands_beside_the_last(url):
    """In the same database, under its name with the year."""
    with Workshop.open(url) as workshop:
        decide(workshop)
        workshop.facilitator()
    place = located(url)
    made, _ = review(url, today=dt.date(2027, 3, 1))

    assert made == place.beside(f"{place.workshop}-2027")
    with Workshop.open(made) as workshop:
        assert workshop.store.decisions()["plan.name"].value == "Museum"
    with pytest.raises(StoreError, match="There is already a workshop of this name"):
        review(url, today=dt.date(2027, 3, 1))


def test_other_processes_get_the_password_in_their_environment(
    postgres, url, monkeypatch, tmp_path
):
    """Whoever lists the processes of this computer does not see it."""
    told = []

    class Ended:
        """A process that is over already."""

        def __init__(self, command, **more):
            told.append((command, more))

        def poll(self):
            return 0

        wait = poll

    monkeypatch.setattr(launch.subprocess, "Popen", Ended)
    monkeypatch.chdir(tmp_path)
    launch.start_room(located(url))
    start_lab(tmp_path, file=url, browser=False, room=False)

    for command, more in told:
        assert command[0] == sys.executable
        assert "MARK" not in " ".join(command)
        assert more["env"]["PGPASSWORD"] == postgres.PASSWORD
    assert told[0][0][5] == told[1][1]["env"][FILE_VARIABLE] == str(located(url))
