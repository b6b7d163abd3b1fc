"""What each button of the facilitator's panel does, and the words it is answered in."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.ballot import VOTES, parse
from workshop_kit.errors import N_, PolicyError
from workshop_kit.live.room.lead import Lead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Action

STARTING = 10.0
"""Seconds in which a second press does not start the pages a second time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """
    What a button did.

    Attributes:
        words: In the language of the workshop; empty if there is nothing to say.
        undo: Places in the log of what can be taken back; empty if nothing can.
    """

    words: str = ""
    undo: tuple[int, ...] = ()


class Buttons:
    """
    The buttons of a panel, by the name under which the browser sends them.

    Args:
        workshop: The workshop.
        by: Who leads, as it is recorded.
    """

    def __init__(self, workshop: Workshop, by: str) -> None:
        self.workshop, self._lead = workshop, Lead(workshop, by)
        self._started = -STARTING

    def press(self, name: str, key: str, given: Mapping[str, Any]) -> Done:
        """
        Do what a button does, once.

        Args:
            name: Of the button.
            key: Chosen by the browser; the same press comes with the same key.
            given: What the button goes with; JSON, not yet checked.

        Raises:
            WorkshopError: If it cannot be done now; nothing has changed then.
        """
        deed = getattr(self, f"_press_{name}", None)
        if deed is None:
            raise PolicyError(N_("This panel is out of date; load the page again."))
        done: Done = deed(key, given)
        return done

    def _done(self, words: str, actions: Iterable[Action] = (), **slots: Any) -> Done:
        said = self.workshop.translate(words, **slots)
        return Done(words=said, undo=tuple(action.seq for action in actions))

    def _label(self, ballot_id: str) -> str:
        question = self.workshop.kit.question(parse(ballot_id)[0])
        return self.workshop.translate.pick(question.label)

    # ------------------------------------------------------------ letting in

    def _press_look(self, _key: str, _given: Mapping[str, Any]) -> Done:
        return Done()

    def _press_start(self, key: str, _given: Mapping[str, Any]) -> Done:
        from workshop_kit.live.room import launch  # noqa: PLC0415 - rarely

        if os.environ.get(launch.SERVED_VARIABLE):
            return self._done(
                N_("The rooms are opened for you; yours follows in a few seconds.")
            )
        self._lead.invite(f"{key}/in")
        if time.monotonic() - self._started >= STARTING:
            self._started = time.monotonic()
            launch.start_room(self.workshop.store.path)
        return self._done(
            N_("The participants' page is starting; the code appears here in a moment.")
        )

    def _press_invite(self, key: str, _given: Mapping[str, Any]) -> Done:
        self._lead.invite(key, anew=True)
        return self._done(
            N_("There is a new code. The old one lets nobody in; who is in stays in.")
        )

    def _press_address(self, key: str, given: Mapping[str, Any]) -> Done:
        address = _text(given, "address")
        self._lead.address(key, address)
        return self._done(N_("Participants are sent to {address}."), address=address)

    # ---------------------------------------------------------------- asking

    def _press_focus(self, key: str, given: Mapping[str, Any]) -> Done:
        aspect, ballot = _text(given, "aspect"), _text(given, "ballot")
        self.workshop.questions(aspect)
        actions = self._lead.focus(key, aspect=aspect, ballot=ballot)
        if not ballot:
            title = self.workshop.kit.aspect(aspect).title
            title_words = self.workshop.translate.pick(title)
            return self._done(N_("The room is at: {part}"), actions, part=title_words)
        label = self._label(ballot)
        return self._done(
            N_("In front of the room: {question}"), actions, question=label
        )

    def _press_open(self, key: str, given: Mapping[str, Any]) -> Done:
        ballot = _text(given, "ballot")
        actions = self._lead.open(key, [ballot], seen=_seen(given))
        return self._done(N_("Open: everybody can answer now."), actions)

    def _press_open_all(self, key: str, given: Mapping[str, Any]) -> Done:
        aspect = _text(given, "aspect")
        waiting = [
            question.id
            for question in self.workshop.questions(aspect)
            if question.type != "note"
            and question.stage == "workshop"
            and self.workshop.state.ballot(question.id).phase == "waiting"
        ]
        if not waiting:
            raise PolicyError(N_("All questions of this part have been asked already."))
        with self.workshop.store.together():
            # The wall would go on showing what came before.
            actions = self._lead.focus(f"{key}/focus", aspect=aspect, ballot=waiting[0])
            actions += self._lead.open(f"{key}/open", waiting)
        one, many = N_("{n} question is open."), N_("{n} questions are open.")
        words = self.workshop.translate.plural(one, many, len(waiting))
        return Done(words=words, undo=tuple(action.seq for action in actions))

    def _press_close(self, key: str, given: Mapping[str, Any]) -> Done:
        ballot = _text(given, "ballot")
        actions = self._lead.close(key, [ballot], seen=_seen(given))
        return self._done(N_("Closed: no more answers are taken."), actions)

    def _press_reveal(self, key: str, given: Mapping[str, Any]) -> Done:
        ballot = _text(given, "ballot")
        actions = self._lead.reveal(key, ballot, seen=_seen(given))
        return self._done(N_("Revealed: everybody sees the result now."), actions)

    def _press_next_round(self, key: str, given: Mapping[str, Any]) -> Done:
        ballot = _text(given, "ballot")
        actions = self._lead.next_round(key, ballot, seen=_seen(given))
        number = self.workshop.state.ballot(ballot).round
        return self._done(N_("Round {n} is open."), actions, n=number)

    def _press_anonymous(self, key: str, given: Mapping[str, Any]) -> Done:
        self._lead.anonymous(key, _text(given, "ballot"))
        return self._done(N_("From now on nobody is shown who answers what, for good."))

    def _press_timer(self, key: str, given: Mapping[str, Any]) -> Done:
        minutes = _minutes(given)
        actions = self._lead.timer(key, minutes=minutes)
        if not minutes:
            return self._done(N_("The timer has been stopped."), actions)
        said = self.workshop.translate.number(minutes)
        return self._done(
            N_("The timer runs; minutes: {minutes}"), actions, minutes=said
        )

    # ---------------------------------------------------- ideas and proposals

    def _press_hide(self, key: str, given: Mapping[str, Any]) -> Done:
        hidden = bool(given.get("hidden"))
        actions = self._lead.hide(key, _text(given, "idea"), hidden=hidden)
        if hidden:
            return self._done(N_("The idea is hidden from the room."), actions)
        return self._done(N_("The idea is shown again."), actions)

    def _press_merge(self, key: str, given: Mapping[str, Any]) -> Done:
        into = _text(given, "into")
        actions = self._lead.merge(key, _text(given, "idea"), into)
        if into:
            return self._done(N_("The two ideas count as one."), actions)
        return self._done(N_("The idea stands by itself again."), actions)

    def _press_cluster(self, key: str, given: Mapping[str, Any]) -> Done:
        name = _text(given, "name")
        actions = self._lead.cluster(key, _text(given, "idea"), name)
        if name.strip():
            return self._done(
                N_("The idea is in the cluster {name}."), actions, name=name
            )
        return self._done(N_("The idea is in no cluster."), actions)

    def _press_promote(self, key: str, given: Mapping[str, Any]) -> Done:
        label = _text(given, "label")
        actions = self._lead.promote(key, _text(given, "question"), label)
        return self._done(N_("It is an option of the question now."), actions)

    def _press_propose(self, key: str, given: Mapping[str, Any]) -> Done:
        """Word the proposal, turn the room to it and open the vote, in one step."""
        question, kind = _text(given, "question"), _text(given, "kind")
        if kind not in VOTES:
            raise PolicyError(N_("This panel is out of date; load the page again."))
        ballot = f"{question}#{kind}"
        with self.workshop.store.together():
            done = self._lead.propose(f"{key}/words", question, _text(given, "words"))
            aspect = _text(given, "aspect")
            done += self._lead.focus(f"{key}/focus", aspect=aspect, ballot=ballot)
            # Other words ask for other answers.
            if self.workshop.state.ballot(ballot).phase == "waiting":
                done += self._lead.open(f"{key}/open", [ballot])
            else:
                done += self._lead.next_round(f"{key}/open", ballot)
        return self._done(N_("The proposal is put to the vote."), done)

    # ----------------------------------------------------- keeping and undoing

    def _press_park(self, key: str, given: Mapping[str, Any]) -> Done:
        actions = self._lead.park(key, _text(given, "words"))
        return self._done(N_("The point has been parked."), actions)

    def _press_unpark(self, key: str, given: Mapping[str, Any]) -> Done:
        actions = self._lead.unpark(key, _text(given, "point"))
        return self._done(N_("The point is off the list."), actions)

    def _press_take_back(self, key: str, given: Mapping[str, Any]) -> Done:
        question = _text(given, "question")
        made = self.workshop.take_back(question, key, seen=_seen(given))
        if made.value is None:
            return self._done(N_("The decision has been taken back."))
        return self._done(N_("The decision before it holds again."))

    def _press_undo(self, key: str, given: Mapping[str, Any]) -> Done:
        seqs = [seq for seq in given.get("seqs") or () if isinstance(seq, int)]
        return self._done(N_("It has been undone."), self._lead.undo(key, seqs))


def _text(given: Mapping[str, Any], name: str) -> str:
    return str(given.get(name) or "")


def _seen(given: Mapping[str, Any]) -> int | None:
    seen = given.get("seen")
    return seen if isinstance(seen, int) else None


def _minutes(given: Mapping[str, Any]) -> float:
    try:
        minutes = float(_text(given, "minutes").replace(",", ".") or 0)
    except ValueError:
        minutes = -1
    if not 0 <= minutes < 1000:  # also where it is not a number at all
        raise PolicyError(N_("Fill in minutes as a number, such as 5 or 2.5."))
    return minutes
