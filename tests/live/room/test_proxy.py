"""Behind a proxy: whom it asks for is believed from it alone, and its address is shown."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import urlencode

import pytest

from workshop_kit.i18n import Translator
from workshop_kit.live.room import wall
from workshop_kit.live.room.overview import overview

PUBLIC = "https://workshop.museum.example"
WRONG = "ZZZZZZZZ"


@pytest.fixture
def proxied(serving):
    """A room that believes a proxy on this computer, and one of its addresses only."""
    with serving("--public-url", PUBLIC, "--behind-proxy", "127.0.0.1") as room:
        yield room


def knock(room, *, source="127.0.0.1", origin=PUBLIC, asked_for="203.0.113.7", **form):
    """Send the form at the door as nginx passes it on."""
    return room.request(
        "POST",
        "/join",
        urlencode(room.form(**form)),
        source=source,
        Origin=origin,
        Host="workshop.museum.example",
        X_Forwarded_For=asked_for,
        X_Forwarded_Proto="https",
        Content_Type="application/x-www-form-urlencoded",
    )


def test_wrong_codes_are_counted_for_whom_the_proxy_asks(proxied):
    """One who guesses is kept out, and the others behind the same proxy are not."""
    for _ in range(10):
        assert knock(proxied, code=WRONG).status == 403
    assert knock(proxied, code=WRONG).status == 429
    assert knock(proxied, code=WRONG, asked_for="203.0.113.8").status == 403
    assert knock(proxied, asked_for="203.0.113.8").status == 303


def test_nobody_else_is_believed(proxied):
    """Who calls a process himself cannot choose an address for every guess."""
    answers = [
        knock(
            proxied, code=WRONG, source="127.0.0.9", asked_for=f"203.0.113.{n}"
        ).status
        for n in range(11)
    ]
    assert answers == [403] * 10 + [429]
    reply = knock(proxied, source="127.0.0.8")
    assert reply.status == 303
    assert "Secure" not in reply.headers["Set-Cookie"].split("; ")


def test_nobody_is_believed_unless_asked_to(serving):
    """Without the option the headers mean nothing."""
    with serving() as room:
        answers = [
            knock(room, code=WRONG, asked_for=f"203.0.113.{n}").status
            for n in range(11)
        ]
    assert answers == [403] * 10 + [429]


def test_https_that_ends_at_the_proxy_makes_the_cookie_secure(proxied):
    """And a page of the public address is one of ours; another is not."""
    reply = knock(proxied)
    assert reply.status == 303
    assert "Secure" in reply.headers["Set-Cookie"].split("; ")
    assert knock(proxied, origin="https://elsewhere.example").status == 403


def test_participants_are_sent_to_the_public_address(proxied):
    """On the wall, in the QR code and in the panel; there is nothing to choose."""
    workshop = proxied.workshop
    access = workshop.refresh().access
    t = Translator("en")

    assert wall.address(workshop) == PUBLIC
    join = overview(workshop, (), t, running=True, memory={})["join"]
    assert join["address"] == "workshop.museum.example"
    assert join["url"] == f"{PUBLIC}/j/{access.link}"
    assert join["wall"] == f"{PUBLIC}/show/{access.projector}"
    assert (join["addresses"], join["picked"]) == ([], "")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ("--public-url", "museum.example"),
            "“museum.example” is no address that a proxy can have for a room. Write it"
            " like https://workshop.museum.example, without a path.\n",
        ),
        (
            ("--public-url", "https://museum.example/room"),
            "“https://museum.example/room” is no address that a proxy can have for a"
            " room. Write it like https://workshop.museum.example, without a path.\n",
        ),
        (
            ("--behind-proxy", "*"),
            "“*” is not the address of a proxy. Write a number such as 127.0.0.1, or a"
            " network: 10.0.0.0/8.\n",
        ),
    ],
)
def test_what_is_no_address_is_refused(own_file, options, says):
    """Before anything is served, in words."""
    done = subprocess.run(
        [sys.executable, "-m", "workshop_kit", "room", str(own_file), *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, says)
