"""Makes a workshop file with records of another one, which keep their own times."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from workshop_kit.store.log import tick
from workshop_kit.store.opening import new
from workshop_kit.store.place import located
from workshop_kit.store.tables import (
    CLOCK,
    DECISION,
    MEASUREMENT,
    SIGNOFF,
    SNAPSHOT,
    WAIVER,
    WORKSHOP,
    encode,
    must_fit,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from workshop_kit.store.connection import Connection
    from workshop_kit.store.place import Address, Place
    from workshop_kit.store.records import (
        Decision,
        Measurement,
        Signoff,
        Snapshot,
        Waiver,
        Workshop,
    )
    from workshop_kit.store.tables import Table


def restore(  # noqa: PLR0913 - the logs of a file
    path: str | os.PathLike[str] | Address,
    workshop: Workshop,
    *,
    decisions: Iterable[Decision] = (),
    waivers: Iterable[Waiver] = (),
    measurements: Iterable[Measurement] = (),
    signoffs: Iterable[Signoff] = (),
    snapshots: Iterable[Snapshot] = (),
) -> Place:
    """
    Make a workshop file that begins with what was recorded elsewhere.

    It gets an id of its own. Records keep their times, so that what was decided a
    year ago still says so; a time that is to come becomes that of now.

    Args:
        path: Where; ``.workshop`` is added if the name does not end in it.
        workshop: What it is about.
        decisions: In any order.
        waivers: In any order.
        measurements: In any order.
        signoffs: In any order.
        snapshots: In any order; a name only once.

    Returns:
        The file.

    Raises:
        StoreError: If the file exists or cannot be made, or a value is no JSON
            value. No part of a file is left behind.
    """
    place = located(path)
    with new(place, wait=10.0) as database, database.write() as connection:
        now = tick(connection)
        about = asdict(workshop) | {
            "id": secrets.token_hex(8),
            "created_at": min(workshop.created_at, now),
        }
        must_fit(*about.values())
        connection.run(WORKSHOP.insert, WORKSHOP.row({"only": 1, **about}))
        made = [{**asdict(one), "value": encode(one.value)} for one in decisions]
        _fill(connection, DECISION, made, now)
        kept = [{**asdict(one), "content": encode(one.content)} for one in snapshots]
        _fill(connection, SNAPSHOT, kept, now)
        for table, records in (
            (WAIVER, waivers),
            (MEASUREMENT, measurements),
            (SIGNOFF, signoffs),
        ):
            _fill(connection, table, [asdict(cast("Any", one)) for one in records], now)
        connection.run("UPDATE clock SET at = :at", CLOCK.row({"at": now}))
    return place


def _fill(
    connection: Connection, table: Table, rows: list[dict[str, Any]], now: dt.datetime
) -> None:
    """Append rows in the order of their times, numbered anew."""
    for seq, row in enumerate(sorted(rows, key=lambda row: row["at"]), 1):
        must_fit(*row.values())
        at = min(row["at"].astimezone(dt.UTC), now)
        connection.run(table.insert, table.row(row | {"seq": seq, "at": at}))
