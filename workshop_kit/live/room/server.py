"""The participants' pages: what is served, and with which headers."""

from __future__ import annotations

from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from workshop_kit.errors import WorkshopError
from workshop_kit.forms import fields
from workshop_kit.i18n import Translator
from workshop_kit.live.room import access, wall
from workshop_kit.live.room.entrance import Entrance
from workshop_kit.live.room.files import Files
from workshop_kit.live.room.front import Front
from workshop_kit.live.room.own import Own
from workshop_kit.live.room.talk import Talk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from workshop_kit.live.room.hall import Hall

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" browsers send forms with an Origin of "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}

KEPT = "public, max-age=31536000, immutable"
"""For files, whose address changes with what is in them."""


def app(hall: Hall) -> Starlette:
    """
    Return the application that serves the pages of one workshop.

    No route leads to another person's answers, to the facilitator's panel or to a
    kernel.
    """
    files = Files()
    front = Front(hall, files.version)
    entrance, pages, talk = Entrance(front), Pages(front), Talk(front)
    own = Own(front)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await hall.open()
        try:
            yield
        finally:
            await hall.close()

    routes: list[BaseRoute] = [
        Route("/", entrance.door),
        Route("/j/{link}", entrance.door),
        Route("/join", entrance.join, methods=["POST"]),
        Route("/room", pages.room),
        Route("/me", pages.me),
        Route("/own", own.page),
        Route("/own.json", own.data),
        Route("/own/erase", own.erase, methods=["POST"]),
        Route("/show/{projector}", pages.show),
        Route("/show/{projector}/qr.svg", pages.qr),
        Route("/health", pages.health),
        Route("/files/{version}/{name}", files.serve),
        WebSocketRoute("/ws", talk.listen),
        WebSocketRoute("/show/{projector}/ws", talk.listen_wall),
    ]
    return Starlette(
        routes=[Mount(hall.prefix, routes=routes)] if hall.prefix else routes,
        lifespan=lifespan,
        exception_handlers={
            404: front.missing,
            WorkshopError: front.failed,
            ClientDisconnect: _unheard,
        },
        middleware=[
            Middleware(_Headers, files=f"{hall.prefix}/files/"),
            Middleware(GZipMiddleware, minimum_size=500),
        ],
    )


class Pages:
    """
    The pages of whoever is in, and the one on the wall.

    Args:
        front: Who asks, and pages.
    """

    def __init__(self, front: Front) -> None:
        self._front, self._hall = front, front.hall

    async def room(self, request: Request) -> Response:
        """Serve the page that follows the facilitator."""
        who = await self._front.who(request)
        if who is None:
            return RedirectResponse(f"{self._front.base}/", 303)
        t = Translator(who.lang)
        return self._front.page(request, "room", t, who=who, form_words=fields.words(t))

    async def me(self, request: Request) -> Response:
        """Tell a page whether its owner is in already."""
        return JSONResponse({"known": await self._front.who(request) is not None})

    async def show(self, request: Request) -> Response:
        """Serve the page for the wall."""
        if not await self._front.projects(request):
            return await self._front.missing(request, None)
        t = Translator(await self._hall.see(lambda: self._hall.workshop.lang))
        return self._front.page(
            request, "wall", t, projector=request.path_params["projector"]
        )

    async def qr(self, request: Request) -> Response:
        """Draw the QR code for the page on the wall."""

        def draw() -> bytes | None:
            held = self._hall.workshop.state.access
            base = wall.address(self._hall.workshop)
            return access.qr(access.join_url(base, held)) if held and base else None

        image = (
            await self._hall.see(draw) if await self._front.projects(request) else None
        )
        if image is None:
            return await self._front.missing(request, None)
        return Response(image, media_type="image/svg+xml")

    async def health(self, _: Request) -> Response:
        """Say that it runs, and nothing else."""
        return PlainTextResponse("ok")


async def _unheard(_: Request, __: Exception) -> Response:
    """Answer whoever hung up while sending; nobody hears it, and it is no fault."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


class _Headers:
    """Sends what keeps pages apart from all others with every answer."""

    def __init__(self, app: ASGIApp, files: str) -> None:
        self._app, self._files = app, files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                found = message["status"] == HTTPStatus.OK
                if found and scope["path"].startswith(self._files):
                    headers["Cache-Control"] = KEPT
            await send(message)

        await self._app(
            scope, receive, with_headers if scope["type"] == "http" else send
        )
