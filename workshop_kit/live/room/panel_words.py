"""What the facilitator's panel says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.live.room import words as pages

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator

_WORDS = {
    "panel": N_("Leading the room"),
    "join": N_("Join in"),
    "scan": N_("Scan this with a phone, or go to"),
    "qr": N_("QR code of the participants' page: {address}"),
    "then_code": N_("and fill in this code"),
    "valid": N_("Lets people in until {time}."),
    "expired": N_("This code has expired. Make a new one to let people in."),
    "network": N_("Network of the participants"),
    "wall": N_("Page for the projector (opens in a new tab)"),
    "new_code": N_("New code"),
    "new_code_sure": N_("The code and the link of now then let nobody in any more."),
    "start": N_("Start the participants' page"),
    "not_running": N_("The participants' page is not running."),
    "here": N_("Who is here"),
    "nobody": N_("Nobody has joined yet."),
    "role": N_("Role"),
    "role_n": N_("Connected / joined"),
    "notices": N_("Notices"),
    "now": N_("Now"),
    "aspect": N_("Part"),
    "questions": N_("Questions of this part"),
    "open_all": N_("Open all questions of this part"),
    "begin": N_("Begin with the first question"),
    "how": N_("How it is asked"),
    "script": N_("For you"),
    "round": N_("Round {n}"),
    "is_anonymous": N_("Anonymous: nobody is shown who answered what."),
    "is_blind": N_("What was answered stays hidden until you reveal it."),
    "is_open": N_("Answers show while they come in, without names."),
    "open": N_("Open for answers"),
    "close": N_("Close"),
    "reveal": N_("Reveal"),
    "reopen": N_("Open again"),
    "next_round": N_("Next round"),
    "next": N_("Next question"),
    "anonymous": N_("Make it anonymous"),
    "anonymous_sure": N_("This cannot be undone: nobody is ever shown who answered."),
    "sure": N_("Yes, do it"),
    "leave": N_("Leave it"),
    "who_said": N_("Who answered what"),
    "who": N_("Name"),
    "answer": N_("Answer"),
    "by_role": N_("By role"),
    "timer": N_("Timer"),
    "minutes": N_("Minutes"),
    "start_timer": N_("Start the timer"),
    "stop_timer": N_("Stop the timer"),
    "left": N_("Time left"),
    "over": N_("Time is up"),
    "ideas": N_("Ideas"),
    "idea_counts": N_("counts for {n}"),
    "idea_hidden": N_("hidden"),
    "edit": N_("Edit"),
    "hide": N_("Hide"),
    "show": N_("Show"),
    "promote": N_("Make it an option"),
    "merge": N_("Counts with"),
    "apart": N_("by itself"),
    "cluster": N_("Cluster"),
    "set_cluster": N_("Set the cluster"),
    "of_idea": N_("{what}: {idea}"),
    "proposal": N_("Proposal"),
    "propose_hint": N_(
        "Word what you put to the vote; everybody reads it as it is here."
    ),
    "consent": N_("Ask for consent"),
    "fist": N_("Ask for fist to five"),
    "decided": N_("Decided at {time}"),
    "reason": N_("Reason"),
    "take_back": N_("Take the decision back"),
    "parked": N_("Parked points"),
    "point": N_("Point for later"),
    "park": N_("Park"),
    "unpark": N_("Remove"),
    "undo": N_("Undo"),
    "late": N_("Not done yet: the notebook does not answer. We keep trying."),
    "back": N_("The notebook answers again."),
}


def panel_words(translate: Translator) -> dict[str, str]:
    """Return what the panel and the results in it say, with the slots still open."""
    own = {key: translate(message) for key, message in _WORDS.items()}
    return pages.words(translate) | own
