"""The files that pages load, in memory: compressed once, kept by browsers for good."""

from __future__ import annotations

import gzip
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

_FOLDERS = ("workshop_kit.forms", "workshop_kit.live.room")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Files:
    """
    Scripts, styles and pictures, which are the same for everybody.

    Attributes:
        version: Changes with what is in them, and stands in their address.
    """

    def __init__(self) -> None:
        found = [f for name in _FOLDERS for f in (files(name) / "static").iterdir()]
        # What is the facilitator's is drawn in JupyterLab and has no place here.
        public = [f for f in found if f.is_file() and not f.name.startswith("panel")]
        plain = {file.name: file.read_bytes() for file in public}
        every = b"\0".join(plain[name] for name in sorted(plain))
        self.version = hashlib.sha256(every).hexdigest()[:12]
        self._plain = plain
        self._packed = {k: gzip.compress(v, mtime=0) for k, v in plain.items()}

    async def serve(self, request: Request) -> Response:
        """Return a file of this version."""
        name = request.path_params["name"]
        kind = _TYPES.get("." + name.rpartition(".")[2])
        known = request.path_params["version"] == self.version
        if not known or kind is None or name not in self._plain:
            raise HTTPException(404)
        headers = {"Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self._plain[name], media_type=kind, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return Response(self._packed[name], media_type=kind, headers=headers)
