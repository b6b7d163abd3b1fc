"""The participants' pages: who may come in, what is served, what is refused."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.websockets import WebSocketDisconnect

from workshop_kit.errors import N_, StoreError, WorkshopError
from workshop_kit.forms import fields
from workshop_kit.i18n import Translator
from workshop_kit.kit.validate import clean
from workshop_kit.live.room import access, wall
from workshop_kit.live.room.hall import Line, language
from workshop_kit.live.room.limits import Bucket
from workshop_kit.live.room.scene import PROTOCOL
from workshop_kit.live.room.words import words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from starlette.requests import HTTPConnection, Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from starlette.websockets import WebSocket

    from workshop_kit.live.room.hall import Hall
    from workshop_kit.live.room.state import Access

COOKIE = "workshop"
ALIAS = 40
"""Most characters of the name that somebody takes part under."""

PACE = (10, 40)
"""Messages a second from one page, and at once: far above what hands can do."""

HURRY = 50
"""Messages that came too fast before a page is sent away; each has to wait."""

PATIENCE = 4
"""Messages of nonsense before a page is sent away."""

FORM = 4096
"""Most bytes of what is sent to join."""

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
FILES = ("/static/", "/form/")
"""Where what is the same for everybody lies; it may be kept, and is asked after."""

OLD, ODD, STRANGER, BUSY = 4001, 4002, 4003, 4004
"""Why a page is closed: another protocol, nonsense, nobody we know, too fast."""

TOO_LARGE = 1009
"""The code with which the protocol itself closes a page that sends too much."""

_HERE = Path(str(files("workshop_kit.live.room")))
_FORMS = Path(str(files("workshop_kit.forms") / "static"))


def app(hall: Hall) -> Starlette:
    """Return the application that serves the pages of one workshop."""
    return Room(hall).app


class Room:
    """
    The routes of one workshop.

    No route leads to another person's answers, to the facilitator's panel or to
    a kernel.

    Args:
        hall: Who is connected.
    """

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self._pages = Jinja2Templates(_HERE / "templates")
        routes = [
            Route("/", self.door),
            Route("/j/{link}", self.door),
            Route("/join", self.join, methods=["POST"]),
            Route("/room", self.room),
            Route("/me", self.me),
            Route("/show/{projector}", self.show),
            Route("/show/{projector}/qr.svg", self.qr),
            Route("/health", self.health),
            WebSocketRoute("/ws", self.listen),
            WebSocketRoute("/show/{projector}/ws", self.listen_wall),
            Mount("/static", StaticFiles(directory=_HERE / "static"), name="static"),
            Mount("/form", StaticFiles(directory=_FORMS), name="form"),
        ]
        self.app = Starlette(
            routes=routes,
            lifespan=self._open,
            exception_handlers={404: self._missing, WorkshopError: self._failed},
            middleware=[
                Middleware(_Headers),
                Middleware(GZipMiddleware, minimum_size=500),
            ],
        )

    @asynccontextmanager
    async def _open(self, _: Starlette) -> AsyncIterator[None]:
        await self.hall.open()
        try:
            yield
        finally:
            await self.hall.close()

    # ------------------------------------------------------------- the door

    async def door(self, request: Request) -> Response:
        """Ask who comes in: code or link, name, role, language, consent."""
        if await self._who(request) is not None:
            return RedirectResponse("/room", 303)
        link = request.path_params.get("link", "")
        return await self._door(request, {"code": "", "link": link}, {})

    async def join(self, request: Request) -> Response:
        """Let somebody in, or say what is missing."""
        if not self._from_here(request):
            return self._page(
                request, "message", self._t(request), 403, text=_ELSEWHERE
            )
        given = await self._given(request)
        t = Translator(language(given.get("lang"), "", self.hall.lang))
        address = request.client.host if request.client else ""
        problems = self._problems(given, t)
        status = 422 if problems else 200
        if not problems:
            status, problem = await self._check(given, address, t)
            if problem:
                problems = {"code": problem}
        if problems:
            return await self._door(request, given, problems, t=t, status=status)
        until = await self.hall.see(self.hall.workshop.keep_until)
        _, token = await self.hall.do(
            lambda: self.hall.workshop.store.join(
                " ".join(clean(given["alias"]).split()),
                given["role"],
                t.lang,
                consent_until=until.isoformat(),
            )
        )
        answer = RedirectResponse("/room", 303)
        answer.set_cookie(
            COOKIE,
            token,
            max_age=int(access.OPEN_FOR.total_seconds()) * 14,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    async def _check(
        self, given: Mapping[str, str], address: str, t: Translator
    ) -> tuple[int, str]:
        """Return the status and, if the code does not let anybody in, why."""
        door = self.hall.door
        if door.locked(address):
            self.hall.trouble("locked", WorkshopError(_LOCKED_OUT))
            return 429, t(_WAIT)
        held = self.hall.workshop.state.access
        given_now = given["code"] or given["link"], dt.datetime.now(dt.UTC)
        fit = "wrong" if held is None else access.fits(held, *given_now)
        # Counted without a pause, or many could try in the same moment.
        if fit == "wrong":
            door.wrong(address)
            self.hall.trouble("wrong", WorkshopError(_WRONG_CODE))
            return 403, t(_WRONG)
        if fit == "expired":
            self.hall.trouble("expired", WorkshopError(_EXPIRED_CODE))
            return 403, t(_EXPIRED)
        if held is not None and await self.hall.see(lambda: self._full(held)):
            self.hall.trouble("full", WorkshopError(_FULL_ROOM))
            return 403, t(_FULL)
        return 200, ""

    def _full(self, held: Access) -> bool:
        return len(self.hall.workshop.store.participants()) >= held.most

    def _problems(self, given: Mapping[str, str], t: Translator) -> dict[str, str]:
        found = {}
        roles = {role.id for role in self.hall.workshop.kit.roles}
        if not (given["code"] or given["link"]):
            found["code"] = t(N_("Please fill in the code that is on the screen."))
        if not clean(given["alias"]):
            found["alias"] = t(N_("Please fill in a name; it need not be your own."))
        elif len(given["alias"]) > ALIAS:
            found["alias"] = t(
                N_("Please choose a name of at most {n} characters."), n=ALIAS
            )
        if given["role"] not in roles:
            found["role"] = t(N_("Please choose the role that fits best."))
        if given["consent"] != "yes":
            found["consent"] = t(
                N_("Without your consent we may not keep what you write.")
            )
        return found

    async def _given(self, request: Request) -> dict[str, str]:
        """Read the form that is sent to join, as far as it is one."""
        names = ("code", "link", "alias", "role", "lang", "consent")
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > FORM:
                return dict.fromkeys(names, "")
        given = parse_qs(body.decode("utf-8", "replace"))
        return {name: given.get(name, [""])[0] for name in names}

    async def _door(
        self,
        request: Request,
        given: Mapping[str, str],
        problems: Mapping[str, str],
        *,
        t: Translator | None = None,
        status: int = 200,
    ) -> Response:
        t = t or self._t(request)
        workshop = self.hall.workshop
        until, institution = await self.hall.see(
            lambda: (workshop.keep_until(), workshop.institution())
        )
        return self._page(
            request,
            "door",
            t,
            status,
            given=given,
            problems=problems,
            roles=[(r.id, t.pick(r.label)) for r in workshop.kit.roles],
            title=t.pick(workshop.kit.title),
            institution=institution,
            until=t.date(until),
            languages={"nl": "Nederlands", "en": "English"},
            path=request.url.path if request.method == "GET" else "/",
            alias=ALIAS,
        )

    # ------------------------------------------------------------- the room

    async def room(self, request: Request) -> Response:
        """Serve the page that follows the facilitator."""
        who = await self._who(request)
        if who is None:
            return RedirectResponse("/", 303)
        t = Translator(who.lang)
        return self._page(request, "room", t, who=who, form_words=fields.words(t))

    async def me(self, request: Request) -> Response:
        """Tell a page whether its owner is in already."""
        return JSONResponse({"known": await self._who(request) is not None})

    async def show(self, request: Request) -> Response:
        """Serve the page for the wall."""
        if not await self._projects(request):
            return await self._missing(request, None)
        t = Translator(await self.hall.see(lambda: self.hall.workshop.lang))
        return self._page(
            request, "wall", t, projector=request.path_params["projector"]
        )

    async def qr(self, request: Request) -> Response:
        """Draw the QR code for the page on the wall."""

        def draw() -> bytes | None:
            held = self.hall.workshop.state.access
            base = wall.address(self.hall.workshop)
            return access.qr(access.join_url(base, held)) if held and base else None

        image = await self.hall.see(draw) if await self._projects(request) else None
        if image is None:
            return await self._missing(request, None)
        return Response(image, media_type="image/svg+xml")

    async def health(self, _: Request) -> Response:
        """Say that it runs, and nothing else."""
        return PlainTextResponse("ok")

    async def listen(self, socket: WebSocket) -> None:
        """Talk with a participant's page."""
        who = await self._who(socket)
        if who is None or not self._from_here(socket):
            await socket.accept()
            await socket.close(STRANGER)
            return
        await socket.accept()
        line = Line(socket)
        t = Translator(who.lang)
        try:
            if not await self._greeted(socket):
                return
            await socket.send_text(await self.hall.enter(who, line))
            await self._converse(socket, t, lambda box: self.hall.take(who, box, line))
        except WebSocketDisconnect as gone:
            if gone.code == TOO_LARGE:
                self.hall.trouble("flood", WorkshopError(_FLOOD))
        except (RuntimeError, OSError):
            pass  # gone; it comes back when it can
        except StoreError as error:
            self.hall.trouble("store", error)
        finally:
            await self.hall.leave(who, line)

    async def listen_wall(self, socket: WebSocket) -> None:
        """Feed a page on the wall, which has nothing to say."""
        await socket.accept()
        if not (await self._projects(socket) and self._from_here(socket)):
            await socket.close(STRANGER)
            return
        line = Line(socket)
        self.hall.walls.add(line)
        try:
            if not await self._greeted(socket):
                return
            line.show(await self.hall.see(self.hall.wall))
            await self._converse(socket, Translator(self.hall.lang), None)
        except (WebSocketDisconnect, RuntimeError, OSError):
            pass  # gone; it comes back when it can
        finally:
            self.hall.walls.discard(line)

    async def _greeted(self, socket: WebSocket) -> bool:
        try:
            hello = _parsed(await asyncio.wait_for(_text(socket), 10))
        except (ValueError, RecursionError, TimeoutError):
            hello = {}
        if hello.get("type") == "hello" and hello.get("protocol") == PROTOCOL:
            return True
        self.hall.trouble("old", WorkshopError(_OLD_PAGE))
        await socket.close(OLD)
        return False

    async def _converse(
        self,
        socket: WebSocket,
        t: Translator,
        take: Callable[[Any], Awaitable[str]] | None,
    ) -> None:
        pace, odd, hurried = Bucket(*PACE), 0, 0
        while True:
            text = await _text(socket)
            hurried = hurried + 1 if pace.empty() else max(0, hurried - 1)
            if hurried == HURRY:
                self.hall.trouble("flood", WorkshopError(_FLOOD))
                await socket.close(BUSY)
                return
            while not pace.take():  # noqa: ASYNC110 - it comes with time alone
                await asyncio.sleep(1 / PACE[0])
            try:
                said = _parsed(text)
                if said["type"] == "ping":
                    await socket.send_text('{"type":"pong"}')
                    continue
                if said["type"] != "put" or take is None:
                    msg = "not a message"
                    raise ValueError(msg)  # noqa: TRY301 - handled like all nonsense
                await socket.send_text(await take(said["outbox"]))
            except WorkshopError as error:
                self.hall.trouble("store", error)
                await socket.send_text(_trouble(t(_NOT_NOW)))
            except (ValueError, KeyError, TypeError, RecursionError):
                odd += 1
                await socket.send_text(_trouble(t(_NONSENSE)))
                if odd == PATIENCE:
                    self.hall.trouble("odd", WorkshopError(_ODD_PAGE))
                    await socket.close(ODD)
                    return

    # -------------------------------------------------------------- helpers

    async def _who(self, connection: HTTPConnection) -> Any:
        token = connection.cookies.get(COOKIE, "")
        return await self.hall.known(token) if 16 <= len(token) <= 64 else None

    async def _projects(self, connection: HTTPConnection) -> bool:
        held = self.hall.workshop.state.access
        given = connection.path_params["projector"]
        return held is not None and access.same(given, held.projector)

    def _from_here(self, connection: HTTPConnection) -> bool:
        """Tell whether a page of ours asks; browsers say whose page it is."""
        origin = connection.headers.get("origin", "")
        host = connection.headers.get("host", "")
        return bool(host) and origin in {f"http://{host}", f"https://{host}"}

    def _t(self, request: Request) -> Translator:
        return Translator(
            language(
                request.query_params.get("lang"),
                request.headers.get("accept-language", ""),
                self.hall.lang,
            )
        )

    def _page(
        self,
        request: Request,
        name: str,
        t: Translator,
        status: int = 200,
        **slots: Any,
    ) -> Response:
        content = {"t": t, "lang": t.lang, "words": words(t), "protocol": PROTOCOL}
        return self._pages.TemplateResponse(
            request, f"{name}.html", {**content, **slots}, status_code=status
        )

    async def _missing(self, request: Request, _: Any) -> Response:
        text = N_("There is nothing at this address. Go back and start at the code.")
        return self._page(request, "message", self._t(request), 404, text=text)

    async def _failed(self, request: Request, error: Exception) -> Response:
        if isinstance(error, WorkshopError):
            self.hall.trouble("store", error)
        return self._page(request, "message", self._t(request), 503, text=_NOT_NOW)


_ELSEWHERE = N_("This came from another site, so it was refused. Start at the code.")
_WAIT = N_("Too many wrong codes. Please wait a minute, then try again.")
_WRONG = N_("This code does not fit. Look at the screen and type it again.")
_EXPIRED = N_("This code has expired. Ask the facilitator for a new one.")
_FULL = N_("Everybody that this room has place for is in. Ask the facilitator.")
_NOT_NOW = N_("It cannot be saved just now. Keep this page open, we keep trying.")
_NONSENSE = N_("Something went wrong on this page. Please load it again.")
_LOCKED_OUT = N_("Too many wrong codes: attempts to join wait for a while.")
_WRONG_CODE = N_("Somebody typed a wrong code.")
_EXPIRED_CODE = N_("Somebody came with an expired code; make a new one if it was you.")
_FULL_ROOM = N_("The room is full, and somebody wants to come in.")
_OLD_PAGE = N_("A page of another version called; it is loaded again.")
_FLOOD = N_("A page sent far too much and was closed; everybody else goes on.")
_ODD_PAGE = N_("A page sent nonsense and was closed; everybody else goes on.")


async def _text(socket: WebSocket) -> str:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    text: str | None = message.get("text")
    # Bytes are nonsense, which is counted where all nonsense is.
    return "" if text is None else text


def _parsed(text: str) -> dict[str, Any]:
    said = json.loads(text, parse_constant=_no_number)
    if not isinstance(said, dict):
        msg = "not a message"
        raise ValueError(msg)  # noqa: TRY004 - handled like all nonsense
    return said


def _no_number(name: str) -> NoReturn:
    msg = f"not JSON: {name}"
    raise ValueError(msg)


def _trouble(message: str) -> str:
    return json.dumps({"type": "trouble", "message": message}, ensure_ascii=False)


class _Headers:
    """Sends what keeps pages apart from all others with every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if scope["path"].startswith(FILES):
                    headers["Cache-Control"] = "no-cache"
            await send(message)

        await self._app(
            scope, receive, with_headers if scope["type"] == "http" else send
        )
