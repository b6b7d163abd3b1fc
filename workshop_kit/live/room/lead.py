"""What a facilitator does in the room; each step is recorded and can be taken back."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.ballot import parse
from workshop_kit.errors import N_, AnswerError, PolicyError
from workshop_kit.kit.model import OTHER
from workshop_kit.kit.validate import clean
from workshop_kit.live.room.access import new_access
from workshop_kit.live.room.state import FACILITATED, Idea
from workshop_kit.store.file import KeyUsedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workshop_kit.live.room.state import Access, Ballot, Phase
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Action, Draft

SHORT = 200
"""Most characters of an idea, a cluster or a parked point."""

LONGEST_TIMER = 4 * 3600


class Lead:
    """
    The facilitator's hand in the room.

    Several facilitators may lead at once, each from a notebook of their own: what
    one did is what the next one sees, and what was meant for a situation that has
    changed since is refused.

    Args:
        workshop: The workshop.
        by: Who leads, as it is recorded.
    """

    def __init__(self, workshop: Workshop, by: str) -> None:
        self.workshop, self.by = workshop, by

    def focus(self, key: str, *, aspect: str, ballot: str = "") -> list[Action]:
        """Turn the room to an aspect, and to a ballot in it."""
        self.workshop.kit.aspect(aspect)
        if ballot:
            self.workshop.question(ballot)
        return [self._act("focus", "", {"aspect": aspect, "ballot": ballot}, key)]

    def open(self, key: str, ballots: Sequence[str], *, seen: int | None = None) -> Any:
        """Let the room answer; also what was closed before."""
        return self._turn(key, ballots, "open", seen)

    def close(
        self, key: str, ballots: Sequence[str], *, seen: int | None = None
    ) -> Any:
        """Take no more answers."""
        return self._turn(key, ballots, "closed", seen)

    def reveal(self, key: str, ballot: str, *, seen: int | None = None) -> Any:
        """Close a ballot and show the room what it said."""
        return self._turn(key, [ballot], "revealed", seen)

    def next_round(self, key: str, ballot: str, *, seen: int | None = None) -> Any:
        """Ask again: empty, blind, with the former round kept to compare."""
        return self._turn(key, [ballot], "open", seen, onward=1)

    def anonymous(self, key: str, ballot: str) -> list[Action]:
        """
        Promise that nobody is ever shown who answered what; for good.

        Raises:
            PolicyError: If the names have been shown already.
        """
        self.workshop.question(ballot)
        if self.workshop.refresh().ballot(ballot).phase == "revealed":
            raise PolicyError(
                N_("The names have been shown already; start a new round first."),
                where=ballot,
            )
        return [self._act("anonymous", ballot, value=True, key=key)]

    def timer(self, key: str, *, minutes: float) -> list[Action]:
        """Set the timer; 0 minutes stops it."""
        # In this order what is no number stops it.
        seconds = round(min(max(0.0, minutes * 60), LONGEST_TIMER))
        ends_at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        said = {"ends_at": ends_at.isoformat(), "seconds": seconds} if seconds else None
        return [self._act("timer", "", said, key)]

    def hide(self, key: str, idea: str, *, hidden: bool = True) -> list[Action]:
        """Take an idea off the wall, or put it back."""
        return self._idea(key, idea, hidden=hidden)

    def merge(self, key: str, idea: str, into: str) -> list[Action]:
        """
        Count an idea with another that says the same; empty takes it apart.

        Raises:
            PolicyError: If the other one already counts with this one.
        """
        if idea == into:
            into = ""
        with self.workshop.store.together():
            known, chain = self.workshop.refresh().ideas, [into]
            while chain[-1] and chain[-1] not in chain[:-1]:
                chain.append(known.get(chain[-1], Idea()).into)
            if idea in chain:
                raise PolicyError(
                    N_("That idea already counts with this one; take it apart first.")
                )
            return self._idea(key, idea, into=into)

    def cluster(self, key: str, idea: str, name: str) -> list[Action]:
        """Put an idea into a cluster; an empty name takes it out."""
        return self._idea(key, idea, cluster=clean(name)[:SHORT])

    def promote(self, key: str, question: str, label: str) -> list[Action]:
        """
        Make an idea an option of its question, for everybody, from now on.

        Raises:
            PolicyError: If the question has no options, or the label is empty or
                there already.
        """
        words = " ".join(clean(label).split())[:SHORT]
        with self.workshop.store.together():
            if again := self._again(key):
                return again
            self.workshop.refresh()
            found = self.workshop.question(question)
            known = {w.casefold() for o in found.options for w in o.label.values()}
            if not found.options or not words or words.casefold() in known:
                raise PolicyError(
                    N_("This cannot become an option: it is empty, or there already."),
                    where=question,
                )
            taken = {o.id for o in found.options} | self._withdrawn(question, words)
            about = f"{question}/{option_id(words, taken)}"
            return [self._act("option", about, {"label": words}, key)]

    def _withdrawn(self, question: str, words: str) -> set[str]:
        """Return ids that stood for other words, so that no vote moves to these."""
        return {
            action.about.removeprefix(f"{question}/")
            for action in self.workshop.store.action_log("option")
            if action.about.startswith(f"{question}/")
            and action.value is not None
            and action.value["label"] != words
        }

    def propose(self, key: str, question: str, words: str) -> list[Action]:
        """Word what is put to the vote on a question."""
        said = clean(words)[:2000]
        if not said:
            raise PolicyError(N_("Please write what you propose."), where=question)
        return [self._act("proposal", question, said, key)]

    def park(self, key: str, words: str) -> list[Action]:
        """Put a point aside, for later."""
        said = clean(words)[:2000]
        if not said:
            raise PolicyError(N_("Please write the point that you park."))
        return [self._act("parked", _id(key), said, key)]

    def unpark(self, key: str, point: str) -> list[Action]:
        """Take a parked point off the list."""
        return [self._act("parked", point, None, key)]

    def address(self, key: str, address: str) -> list[Action]:
        """Pick the address that participants are sent to."""
        return [self._act("address", "", address, key)]

    def invite(self, key: str, *, anew: bool = False) -> Access:
        """
        Return how people get in; made the first time, and anew when asked.

        A new code and link replace the old ones; who is in stays in.
        """
        with self.workshop.store.together():
            access = self.workshop.refresh().access
            if access is None or anew:
                self._act("access", "", new_access(), key)
                access = self.workshop.refresh().access
        assert access is not None  # noqa: S101 - just recorded
        return access

    def undo(self, key: str, seqs: Sequence[int]) -> list[Action]:
        """
        Take back what was done, by doing again what was done before it.

        Args:
            key: As everywhere.
            seqs: Places in the log of what one button did.

        Raises:
            PolicyError: If something was done about it since, or if it cannot be
                taken back.
        """
        store = self.workshop.store
        with store.together():
            if again := self._again(key):
                return again
            log = store.action_log()
            undone = [action for action in log if action.seq in set(seqs)]
            done = []
            for place, action in enumerate(undone):
                same = [
                    a for a in log if (a.kind, a.about) == (action.kind, action.about)
                ]
                if action.kind == "anonymous" or action.kind not in FACILITATED:
                    raise PolicyError(N_("This cannot be taken back."))
                if same[-1].seq != action.seq:
                    raise _changed(action.about)
                before = same[-2].value if len(same) > 1 else None
                done.append(
                    self._act(action.kind, action.about, before, f"{key}/{place}")
                )
        return done

    def _turn(
        self,
        key: str,
        ballots: Sequence[str],
        phase: Phase,
        seen: int | None,
        onward: int = 0,
    ) -> list[Action]:
        done = []
        with self.workshop.store.together():
            if again := self._again(key):
                return again
            state = self.workshop.refresh()
            for place, name in enumerate(ballots):
                self.workshop.question(name)
                now = state.ballot(name)
                self._unless_changed(now, seen)
                if now.phase == "open" and phase != "open":
                    self._take_in(name, now.seq)
                said = {"phase": phase, "round": now.round + onward}
                done.append(self._act("ballot", name, said, f"{key}/{place}"))
        return done

    def _take_in(self, ballot: str, seq: int) -> None:
        """Let what people have typed count, also of who has not left the field yet."""
        for name in (ballot, f"{ballot}why"):
            for draft in self.workshop.store.drafts_on(name):
                with suppress(AnswerError):  # what does not fit stays a draft
                    self._count(draft, f"closing/{seq}/{name}")

    def _count(self, draft: Draft, own: str) -> None:
        """Let a draft count, under the key by which its page knows it if it has one."""
        given = draft.participant, draft.question, draft.value
        try:
            self.workshop.accept(*given, draft.key or own, final=True)
        except KeyUsedError:
            # A page that is not ours has used it for another question since.
            self.workshop.accept(*given, own, final=True)

    def _unless_changed(self, now: Ballot, seen: int | None) -> None:
        if seen is not None and now.seq != seen:
            raise _changed(now.id)

    def _idea(self, key: str, idea: str, **changes: Any) -> list[Action]:
        with self.workshop.store.together():
            now = self.workshop.refresh().ideas.get(idea, Idea())
            said = {"hidden": now.hidden, "into": now.into, "cluster": now.cluster}
            return [self._act("idea", idea, {**said, **changes}, key)]

    def _again(self, key: str) -> list[Action]:
        """Return what was done under this key before, if it comes a second time."""
        log = self.workshop.store.action_log()
        return [a for a in log if a.key == key or a.key.startswith(f"{key}/")]

    def _act(self, kind: str, about: str, value: Any, key: str) -> Action:
        action = self.workshop.store.act(kind, about, value, by=self.by, key=key)
        self.workshop.refresh()
        return action


def option_id(words: str, taken: set[str]) -> str:
    """Return a readable id for an option, unlike those that are taken."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    letters = re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode())
    base = "own_" + (letters.strip("_")[:40] or "idea")
    name, n = base, 2
    while name in taken or name == OTHER:
        name, n = f"{base}_{n}", n + 1
    return name


def _id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def _changed(about: str) -> PolicyError:
    question = parse(about)[0] if "." in about else about
    return PolicyError(
        N_("Somebody else has just changed this; look again before you go on."),
        where=question,
    )
