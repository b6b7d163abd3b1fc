"""Where the rooms of a programme are, and the port that each keeps."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.live.room.launch import EVERYWHERE

if TYPE_CHECKING:
    from pathlib import Path

PORT = 8801
"""Of the first room."""

PORTS = "ports.json"
"""File in the folder with the port of each room, so that links stay right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """
    Where the rooms of a programme are.

    Attributes:
        folder: Of the workshop files.
        host: Address to listen on.
        port: Of the first room; each has one of its own.
        public_url: What participants have before the name of a room; empty for the
            address of this computer and the room's port.
        sockets: Folder with a socket ``NAME.sock`` for each room in place of a
            port, for a proxy on this computer.
        certfile: Certificate, for https without a proxy.
        keyfile: Its key.
    """

    folder: Path
    host: str = EVERYWHERE
    port: int = PORT
    public_url: str = ""
    sockets: Path | None = None
    certfile: Path | None = None
    keyfile: Path | None = None

    def must_be_whole(self) -> None:
        """
        Refuse what cannot work.

        Raises:
            WorkshopError: If it cannot.
        """
        if bool(self.public_url) != bool(self.sockets):
            raise WorkshopError(
                N_("The options --public-url and --sockets belong together."),
                fix=N_("Give both, for a proxy; or none, and each room has a port."),
            )
        if self.sockets and sys.platform == "win32":
            raise WorkshopError(
                N_("On Windows rooms cannot be opened at --sockets."),
                fix=N_("Leave it and --public-url out; each room then has a port."),
            )
        parts = urlsplit(self.public_url)
        if self.public_url and not (
            parts.scheme in {"http", "https"} and parts.netloc and not parts.query
        ):
            raise WorkshopError(
                N_("This is no address of a site, such as {example}."),
                where=self.public_url,
                example="https://workshops.example",
            )

    def public(self) -> str:
        """Return the scheme and host that participants have; empty for our own."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}" if self.public_url else ""

    def prefix(self, name: str) -> str:
        """Return what all addresses of a room begin with."""
        return f"{urlsplit(self.public_url).path.rstrip('/')}/{name}"

    def ports(self, name: str) -> list[int]:
        """Return the port that a room had; for a new one, those that nobody had."""
        known = self._known()
        if name in known:
            return [known[name]]
        return [n for n in range(self.port, 65536) if n not in known.values()][:1000]

    def keep(self, name: str, port: int) -> None:
        """
        Write down the port of a room.

        Raises:
            OSError: If that cannot be.
        """
        known, path = self._known(), self.folder / PORTS
        if known.get(name) == port:
            return
        known[name] = port
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(known, indent=1, sort_keys=True), "utf-8")
        draft.replace(path)

    def _known(self) -> dict[str, int]:
        try:
            said = json.loads((self.folder / PORTS).read_text("utf-8"))
            return {str(name): int(port) for name, port in said.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}
