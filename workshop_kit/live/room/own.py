"""A participant's own page: what is kept of them, to take along or to erase."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse, Response

from workshop_kit.errors import N_, AnswerError
from workshop_kit.i18n import Translator
from workshop_kit.kit.words import in_words
from workshop_kit.live import privacy

if TYPE_CHECKING:
    from starlette.requests import Request

    from workshop_kit.live.room.front import Front
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Participant

SURE = 64
"""Most bytes of what is sent to erase."""


class Own:
    """
    What participants may ask of the one workshop they are in.

    Args:
        front: Who asks, and pages.
    """

    def __init__(self, front: Front) -> None:
        self._front, self._hall = front, front.hall

    async def page(self, request: Request) -> Response:
        """Show what is kept of whoever asks."""
        who = await self._front.who(request)
        if who is None:
            return RedirectResponse(self._front.base + "/", 303)
        return await self._page(request, who)

    async def data(self, request: Request) -> Response:
        """Send all of it, as a file."""
        who = await self._front.who(request)
        if who is None:
            return RedirectResponse(self._front.base + "/", 303)
        t = Translator(who.lang)
        found = await self._hall.see(
            lambda: privacy.everything(self._hall.workshop, who, t, own=True)
        )
        return Response(
            json.dumps(found, ensure_ascii=False, indent=2),
            media_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="workshop.json"'},
        )

    async def erase(self, request: Request) -> Response:
        """Erase all of it, if whoever asks is sure."""
        who = await self._front.who(request)
        if who is None:
            return RedirectResponse(self._front.base + "/", 303)
        t = Translator(who.lang)
        if not self._front.from_here(request):
            return self._front.page(request, "message", t, 403, text=_ELSEWHERE)
        if not await _sure(request):
            return await self._page(request, who, problem=t(_UNSURE), status=422)
        await self._hall.erase(who)
        answer = self._front.page(request, "gone", t)
        answer.delete_cookie(
            self._front.cookie,
            path=f"{self._front.base}/",
            httponly=True,
            samesite="strict",
        )
        return answer

    async def _page(
        self,
        request: Request,
        who: Participant,
        *,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        t = Translator(who.lang)
        shown = await self._hall.see(lambda: _shown(self._hall.workshop, who, t))
        return self._front.page(
            request, "own", t, status, who=who, problem=problem, **shown
        )


def _shown(workshop: Workshop, who: Participant, t: Translator) -> dict[str, Any]:
    roles = {role.id: t.pick(role.label) for role in workshop.kit.roles}
    return {
        "role": roles.get(who.role, who.role),
        "until": t.date(privacy.kept_until(workshop, who)),
        "answers": [
            (
                t.pick(question.label),
                "; ".join(in_words(workshop.kit, question, value, t)),
            )
            for question, value in _answered(workshop, who)
        ],
        "drafts": len(workshop.store.drafts(who.id)),
        "quoted": privacy.quoted(workshop, who, t, own=True),
    }


def _answered(workshop: Workshop, who: Participant) -> list[tuple[Any, Any]]:
    found = []
    for answer in workshop.store.answers(participant=who.id):
        try:
            found.append((workshop.question(answer.question), answer.value))
        except AnswerError:  # the kit has lost it; the file still holds the answer
            continue
    return found


async def _sure(request: Request) -> bool:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > SURE:
            return False
    return parse_qs(body.decode("utf-8", "replace")).get("sure") == ["yes"]


_ELSEWHERE = N_("This came from another site, so it was refused. Start at the code.")
_UNSURE = N_("Please say that you are sure; it cannot be brought back.")
