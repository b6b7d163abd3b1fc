"""Lets people in: by code or link, with a name, a role and their consent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.i18n import Translator
from workshop_kit.kit.validate import clean
from workshop_kit.live.room import access
from workshop_kit.live.room.words import language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from workshop_kit.live.room.front import Front

ALIAS = 40
"""Most characters of the name that somebody takes part under."""

FORM = 4096
"""Most bytes of what is sent to join."""


class Entrance:
    """
    The way in to one workshop.

    Args:
        front: Who asks, and pages.
    """

    def __init__(self, front: Front) -> None:
        self._front, self._hall = front, front.hall

    async def door(self, request: Request) -> Response:
        """Ask who comes in: code or link, name, role, language, consent."""
        if await self._front.who(request) is not None:
            return RedirectResponse(f"{self._front.base}/room", 303)
        link = request.path_params.get("link", "")
        return await self._door(request, {"code": "", "link": link}, {})

    async def join(self, request: Request) -> Response:
        """Let somebody in, or say what is missing."""
        if not self._front.from_here(request):
            return self._front.page(
                request,
                "message",
                self._front.translator(request),
                403,
                text=_ELSEWHERE,
            )
        given = await self._given(request)
        t = Translator(language(given.get("lang"), "", self._hall.lang))
        address = request.client.host if request.client else ""
        problems = self._problems(given, t, over=await self._hall.see(self._over))
        status = 422 if problems else 200
        if not problems:
            status, problem = await self._check(given, address, t)
            if problem:
                problems = {"code": problem}
        if problems:
            return await self._door(request, given, problems, t=t, status=status)
        token = await self._hall.do(lambda: self._let_in(given, t))
        if not token:
            self._hall.trouble("full", WorkshopError(_FULL_ROOM))
            return await self._door(request, given, {"code": t(_FULL)}, t=t, status=403)
        answer = RedirectResponse(f"{self._front.base}/room", 303)
        answer.set_cookie(
            self._front.cookie,
            token,
            path=f"{self._front.base}/",
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
        door = self._hall.door
        held = self._hall.workshop.state.access
        # Nobody guesses the link, so a locked door does not keep out who has it.
        linked = held is not None and access.same(given["link"], held.link)
        if door.locked(address) and (given["code"] or not linked):
            self._hall.trouble("locked", WorkshopError(_LOCKED_OUT))
            return 429, t(_WAIT)
        given_now = given["code"] or given["link"], dt.datetime.now(dt.UTC)
        fit = "wrong" if held is None else access.fits(held, *given_now)
        # Counted without a pause, or many could try in the same moment.
        if fit == "wrong":
            door.wrong(address)
            self._hall.trouble("wrong", WorkshopError(_WRONG_CODE))
            return 403, t(_WRONG)
        if fit == "expired":
            self._hall.trouble("expired", WorkshopError(_EXPIRED_CODE))
            return 403, t(_EXPIRED)
        return 200, ""

    def _let_in(self, given: Mapping[str, str], t: Translator) -> str:
        """Return the token of whoever comes in; empty if there is no place left."""
        workshop = self._hall.workshop
        held = workshop.state.access
        if held is None or workshop.store.joined() >= held.most:
            return ""
        alias = " ".join(clean(given["alias"]).split())
        until = workshop.keep_until().isoformat()
        return workshop.store.join(alias, given["role"], t.lang, consent_until=until)[1]

    def _over(self) -> bool:
        """Tell whether what anybody writes would be kept too long already."""
        today = dt.datetime.now().astimezone().date()
        return self._hall.workshop.keep_until() < today

    def _problems(
        self, given: Mapping[str, str], t: Translator, *, over: bool
    ) -> dict[str, str]:
        found = {}
        roles = {role.id for role in self._hall.workshop.kit.roles}
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
        if over:
            found["consent"] = t(_OVER)
        elif given["consent"] != "yes":
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
        t = t or self._front.translator(request)
        workshop = self._hall.workshop
        until, institution = await self._hall.see(
            lambda: (workshop.keep_until(), workshop.institution())
        )
        return self._front.page(
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
            path=request.url.path
            if request.method == "GET"
            else f"{self._front.base}/",
            alias=ALIAS,
            hosted=self._hall.hosted,
        )


_ELSEWHERE = N_("This came from another site, so it was refused. Start at the code.")
_WAIT = N_("Too many wrong codes. Please wait a minute, then try again.")
_WRONG = N_("This code does not fit. Look at the screen and type it again.")
_EXPIRED = N_("This code has expired. Ask the facilitator for a new one.")
_FULL = N_("Everybody that this room has place for is in. Ask the facilitator.")
_OVER = N_(
    "Answers were to be kept until a day that has passed. Ask the facilitator to"
    " choose a later one."
)
_LOCKED_OUT = N_("Too many wrong codes: attempts to join wait for a while.")
_WRONG_CODE = N_("Somebody typed a wrong code.")
_EXPIRED_CODE = N_("Somebody came with an expired code; make a new one if it was you.")
_FULL_ROOM = N_("The room is full, and somebody wants to come in.")
