"""Which processes serve the participants' pages, and whether they still do."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from workshop_kit.store.file import WorkshopFile
from workshop_kit.store.log import tick
from workshop_kit.store.records import Host
from workshop_kit.store.tables import HOST, PRESENCE, written

if TYPE_CHECKING:
    from collections.abc import Collection

_BEAT = (
    "INSERT INTO host (id, process, beats, at) VALUES (:id, :process, 0, :at)"
    " ON CONFLICT (id) DO UPDATE SET beats = host.beats + 1, at = excluded.at"
)
_AGAIN = f"{PRESENCE.insert} ON CONFLICT (participant) DO NOTHING"
# Also of processes that ended before anybody kept a list of them.
_LEFT = """DELETE FROM presence WHERE host NOT IN (SELECT id FROM host)
    RETURNING participant"""


class Hosts(WorkshopFile):
    """The processes that serve a workshop; each has a list of who is with it."""

    def beat(self, host: str, process: str, here: Collection[str] = ()) -> set[str]:
        """
        Give a sign of life, and note again who is connected.

        Others may have thought this process dead, and taken its people off the list.

        Args:
            host: Id of the process.
            process: By which others on the same computer can tell whether it runs.
            here: Ids of the participants whose pages are connected to it.

        Returns:
            Those of them that have a page elsewhere too.
        """
        with self._database.write() as connection:
            at = written(dt.datetime.now(dt.UTC))
            connection.run(_BEAT, {"id": host, "process": process, "at": at})
            with_host = dict(connection.run("SELECT participant, host FROM presence"))
            missing = [who for who in here if who not in with_host]
            for who in missing:
                again = {"participant": who, "host": host, "at": at}
                connection.run(_AGAIN, again)
            if missing:
                tick(connection)
        return {who for who in here if with_host.get(who, host) != host}

    def hosts(self) -> list[Host]:
        """Return the processes that have not been found dead."""
        return self._all(Host, HOST, "ORDER BY id")

    def bury(self, *hosts: str) -> None:
        """Note that processes have ended, and that nobody is with them any more."""
        with self._database.write() as connection:
            for host in hosts:
                connection.run("DELETE FROM host WHERE id = :id", {"id": host})
            if connection.run(_LEFT):
                tick(connection)
