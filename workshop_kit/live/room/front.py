"""What every route needs: who asks, in which language, and a page to answer with."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.templating import Jinja2Templates

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.i18n import Translator
from workshop_kit.live.room import access
from workshop_kit.live.room.scene import PROTOCOL
from workshop_kit.live.room.words import language, words

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection, Request
    from starlette.responses import Response

    from workshop_kit.live.room.hall import Hall
    from workshop_kit.store.records import Participant

COOKIE = "workshop"
"""Name of the cookie with a participant's token, in full where one room is served."""

NOT_NOW = N_("It cannot be saved just now. Keep this page open, we keep trying.")

_HERE = Path(str(files("workshop_kit.live.room")))


class Front:
    """
    The front of one workshop.

    Args:
        hall: Who is connected.
        version: Of the files that pages load.
    """

    def __init__(self, hall: Hall, version: str) -> None:
        self.hall, self._version, self.base = hall, version, hall.prefix
        # A browser tells rooms apart by address and path, and not by port.
        self.cookie = COOKIE + hall.prefix.replace("/", "-")
        self._pages = Jinja2Templates(_HERE / "templates")

    async def who(self, connection: HTTPConnection) -> Participant | None:
        """Return the participant whose page asks; None for anybody else."""
        token = connection.cookies.get(self.cookie, "")
        return await self.hall.known(token) if 16 <= len(token) <= 64 else None

    async def projects(self, connection: HTTPConnection) -> bool:
        """Tell whether who asks has the link of the page on the wall."""
        held = self.hall.workshop.state.access
        given = connection.path_params["projector"]
        return held is not None and access.same(given, held.projector)

    def from_here(self, connection: HTTPConnection) -> bool:
        """Tell whether a page of ours asks; browsers say whose page it is."""
        origin = connection.headers.get("origin", "")
        host = connection.headers.get("host", "")
        return bool(host) and origin in {f"http://{host}", f"https://{host}"}

    def translator(self, request: Request) -> Translator:
        """Speak the language that is asked for, or else the workshop's."""
        return Translator(
            language(
                request.query_params.get("lang"),
                request.headers.get("accept-language", ""),
                self.hall.lang,
            )
        )

    def page(
        self,
        request: Request,
        name: str,
        t: Translator,
        status: int = 200,
        **slots: Any,
    ) -> Response:
        """Fill a page; whatever is put in is data, never markup."""
        content = {
            "t": t,
            "lang": t.lang,
            "words": words(t),
            "protocol": PROTOCOL,
            "base": self.base,
            "files": f"{self.base}/files/{self._version}",
        }
        return self._pages.TemplateResponse(
            request, f"{name}.html", {**content, **slots}, status_code=status
        )

    async def missing(self, request: Request, _: Any) -> Response:
        """Say that there is nothing here."""
        text = N_("There is nothing at this address. Go back and start at the code.")
        return self.page(request, "message", self.translator(request), 404, text=text)

    async def failed(self, request: Request, error: Exception) -> Response:
        """Say that it does not work now, and tell the facilitator why."""
        if isinstance(error, WorkshopError):
            self.hall.trouble("store", error)
        t = self.translator(request)
        return self.page(request, "message", t, 503, text=NOT_NOW)
