"""What the participants' pages and the page on the wall say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.i18n import LANGUAGES

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator

_WORDS = {
    "waiting": N_(
        "Wait for the facilitator. The next question appears here by itself."
    ),
    "offline": N_(
        "No connection. Keep this page open and go on; everything you fill in is sent"
        " as soon as the connection is back."
    ),
    "old": N_("This page is out of date. Please load it again."),
    "stranger": N_("This page does not know you any more. Please join again."),
    "sent_away": N_("This page sent too much at once. Please load it again."),
    "too_long": N_("What you filled in is too long to send; please shorten it."),
    "again": N_("Load again"),
    "join_again": N_("Join again"),
    "left": N_("Time left"),
    "over": N_("Time is up"),
    "results": N_("What the room says"),
    "questions": N_("Now for you"),
    "new_question": N_("There is a new question."),
    "new_result": N_("There is a new result."),
    "choice": N_("Choice"),
    "share": N_("Share"),
    "before": N_("Round before"),
    "round": N_("Round {n}"),
    "own_words": N_("In own words"),
    "here": N_("{n} here"),
    "join": N_("Join in"),
    "code": N_("Code"),
}


def words(translate: Translator) -> dict[str, str]:
    """Return what the pages say, with the slots still open."""
    return {key: translate(message) for key, message in _WORDS.items()}


def language(wanted: str | None, accepted: str, default: str) -> str:
    """
    Return the language for somebody who has not said one yet.

    Args:
        wanted: What the address asks for.
        accepted: The browser's ``Accept-Language``.
        default: The language of the workshop.
    """
    if wanted in LANGUAGES:
        return str(wanted)
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return default
