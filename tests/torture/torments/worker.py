"""
Do to a workshop what it is told, in a process that may be killed at any moment.

Reads lines of JSON from standard input. ``["open", PLACE, MORE]`` starts a child that goes on
reading: each line is then a method of the workshop, with what it is given, and is
answered with the name of an error, or nothing, once the disk has it. ``["leave"]`` lets
the child end as programs do. Lines that nobody is there to read are left alone.
"""

from __future__ import annotations

import json
import os
from typing import Any

from workshop_kit.errors import WorkshopError
from workshop_kit.live.workshop import Workshop


def line() -> Any:
    """Return the next line, and take nothing beyond it that another has to read."""
    text = b""
    while not text.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            os._exit(0)
        text += byte
    return json.loads(text)


def say(word: str) -> None:
    """Answer."""
    os.write(1, f"{word}\n".encode())


def work(place: str, more: dict[str, str]) -> None:
    """Do what is said to one workshop; *more* is for the environment."""
    os.environ |= more
    with Workshop.open(place) as workshop:
        say(str(os.getpid()))
        while (order := line())[0] != "leave":
            method, given, named = order
            try:
                target = workshop.store if method == "join" else workshop
                done = getattr(target, method)(*given, **named)
            except WorkshopError as error:
                say(type(error).__name__)
            else:
                say(done[0].id + " " + done[1] if method == "join" else "")


def main() -> None:
    """Start a child for each workshop that is opened."""
    while True:
        try:
            order = line()
        except ValueError:
            # The end of a line of which a child that was killed had read the rest.
            continue
        if isinstance(order, list) and order[:1] == ["open"]:
            child = os.fork()
            if not child:
                work(*order[1:])
                os._exit(0)
            os.waitpid(child, 0)
            say("gone")


main()
