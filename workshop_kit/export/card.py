"""The card for a participant: how to join, and what becomes of what is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.export.document import (
    Block,
    Document,
    Figure,
    Heading,
    List,
    Paragraph,
    Room,
    Run,
    text,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """
    The way into a room that is served now.

    Attributes:
        address: Short, to type; without ``http://``.
        code: To type there.
        svg: QR code of the link that lets people in.
        until: When neither lets anybody in any more.
    """

    address: str
    code: str
    svg: str
    until: dt.datetime


def card_document(
    kit: Kit,
    t: Translator,
    *,
    invitation: Invitation | None,
    institution: str = "",
    keep_until: dt.date,
) -> Document:
    """
    Return a page to print and lay on the tables.

    Args:
        kit: What the workshop is about.
        t: Language of the card.
        invitation: The way in; None leaves lines to write it on.
        institution: For whom; may be empty.
        keep_until: Until when the answers are kept.
    """
    return Document(
        title=t(N_("Join in: {title}"), title=t.pick(kit.title)),
        subtitle=institution,
        lang=t.lang,
        blocks=(
            *_way_in(invitation, t),
            Heading(level=1, runs=text(t(N_("How it goes")))),
            _list(t(words) for words in _GOES),
            Heading(level=1, runs=text(t(N_("What becomes of what you write")))),
            _list(t(words, date=t.date(keep_until)) for words in _KEPT),
        ),
        leaflet=True,
    )


def _way_in(invitation: Invitation | None, t: Translator) -> list[Block]:
    wifi = Paragraph(runs=(Run(text=t(N_("Wifi:")), strong=True),))
    blocks: list[Block] = [
        Paragraph(runs=text(t(N_("Take your phone or laptop; install nothing.")))),
        wifi,
        Room(lines=1),
    ]
    if invitation is None:
        for words in (N_("Go to this address:"), N_("Fill in this code:")):
            blocks += [
                Paragraph(runs=(Run(text=t(words), strong=True),)),
                Room(lines=1),
            ]
        return blocks
    alt = t(
        N_("QR code of the participants' page: {address}"), address=invitation.address
    )
    typed = t(
        N_("Or go to {address} and fill in the code {code}."),
        address=invitation.address,
        code=invitation.code,
    )
    at = invitation.until.astimezone()
    until = t(
        N_("The code works until {day}, {time}."),
        day=t.date(at.date()),
        time=t.time(at),
    )
    return [
        *blocks,
        Paragraph(runs=(Run(text=t(N_("Scan this code:")), strong=True),)),
        Figure(svg=invitation.svg, alt=alt),
        Paragraph(runs=(Run(text=typed, strong=True),)),
        Paragraph(runs=text(until)),
    ]


def _list(items: Iterable[str]) -> List:
    return List(items=tuple((Paragraph(runs=text(words)),) for words in items))


_GOES = (
    N_("Choose a name for today and the role that fits you best."),
    N_("The questions appear by themselves. Answer first alone and in silence."),
    N_("You can change an answer until the question is closed."),
    N_("Nobody sees what you answered before the facilitator reveals the result."),
    N_("Then we talk about where the answers differ, and decide together."),
)

_KEPT = (
    N_("It is saved while you type, on the facilitator's computer and nowhere else."),
    N_("It is kept until {date}. Decisions stay in the policy."),
    N_("On “Your data” you see what is kept of you, take it along or erase it."),
    N_(
        "No connection? Keep the page open and go on: it is sent as soon as it is back."
    ),
)
