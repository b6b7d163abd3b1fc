"""The list of rooms for whoever organises a programme: where they are, who is in."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psutil

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.kit.load import ready
from workshop_kit.live.opened import FACILITATOR
from workshop_kit.live.programme.places import find
from workshop_kit.live.room.access import join_url, spaced
from workshop_kit.live.room.wall import address
from workshop_kit.live.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workshop_kit.i18n import Translator
    from workshop_kit.live.programme.places import Place


def roll(folder: Path, t: Translator) -> list[dict[str, Any]]:
    """
    Return what there is to know of each room, from its workshop.

    Args:
        folder: Of the programme.
        t: Says what is wrong.

    Returns:
        By room, as JSON: ``name``, ``where``, ``title``, ``institution``,
        ``running``, ``address``, ``code``, ``link``, ``wall``, ``open_until``,
        ``joined``, ``connected`` and ``trouble``. What is not known is None.

    Raises:
        WorkshopError: If the folder is not there.
    """
    found, problems = find(folder)
    ready()
    rows = [_row(place, t) for place in found.values()]
    return rows + [
        _EMPTY | {"where": problem.where, "trouble": problem.render(t)}
        for problem in problems
    ]


def lines(rows: list[dict[str, Any]], t: Translator) -> list[str]:
    """Return the list in words, some lines for each room."""
    said = []
    for row in rows:
        said.append(f"{row['name'] or '–'}  {row['institution'] or row['title'] or ''}")
        if row["trouble"]:
            said.append(f"  {row['trouble']}")
            continue
        if row["link"]:
            said.append(f"  {row['link']}")
            said.append(f"  {row['address']} · {t(N_('Code'))} {row['code']}")
        state = N_("The room is open") if row["running"] else N_("The room is closed")
        people = t(
            N_("{n} of {joined} connected"), n=row["connected"], joined=row["joined"]
        )
        said.append(f"  {t(state)} · {people}")
    return said


_EMPTY: dict[str, Any] = dict.fromkeys(
    (
        *("name", "where", "title", "institution", "running", "address", "code"),
        *("link", "wall", "open_until", "joined", "connected", "trouble"),
    )
)


def _row(place: Place, t: Translator) -> dict[str, Any]:
    row = _EMPTY | {"name": place.name, "where": place.where}
    try:
        with _as(place.owner), Workshop.open(place.where, lang=t.lang) as workshop:
            return row | _about(workshop)
    except WorkshopError as error:
        return row | {"trouble": error.render(t), "running": False}


def _about(workshop: Workshop) -> dict[str, Any]:
    store, state = workshop.store, workshop.state
    access, base = state.access, address(workshop)
    people = {p.id for p in store.participants() if p.role != FACILITATOR}
    running = state.host is not None and psutil.pid_exists(state.host.pid)
    row = {
        "title": workshop.translate.pick(workshop.kit.title),
        "institution": workshop.institution(),
        "running": running,
        "joined": len(people),
        "connected": len(store.present() & people) if running else 0,
    }
    if access is None or base is None:
        return row
    return row | {
        "address": base,
        "code": spaced(access.code),
        "link": join_url(base, access),
        "wall": f"{base}/show/{access.projector}",
        "open_until": access.expires_at.isoformat(),
    }


@contextmanager
def _as(owner: tuple[int, int]) -> Iterator[None]:
    """Have no more rights meanwhile than who owns the workshop."""
    if sys.platform == "win32" or os.geteuid() != 0:
        yield
        return
    user, group = owner
    os.setegid(group)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
