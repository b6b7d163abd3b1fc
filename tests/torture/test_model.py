"""Whatever a workshop goes through, it says what a few plain lists would say."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from torments.postgres import in_postgres
from torments.rooms import KIT, in_files
from torments.truth import soundness
from torments.workers import Worker

from workshop_kit.deliberation.tally import tally, tidy
from workshop_kit.errors import PolicyError, StoreError
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop
from workshop_kit.store import place as places
from workshop_kit.store.schema import remove

HISTORIES, STEPS = map(int, os.environ.get("WORKSHOP_MODEL", "10 25").split())
"""How many workshops are held, and the most steps of each; ``make torture`` sets more."""

VOTED, WRITTEN = "plan.topics", "plan.name"
VALUES = {
    VOTED: st.sampled_from([["objects"], ["events"], ["objects", "events"]]),
    WRITTEN: st.sampled_from(["Museum", "Archive", "Library é"]),
}
UNFIT = {VOTED: "no list", WRITTEN: ["no text"]}
QUESTIONS = st.sampled_from([VOTED, WRITTEN])
PICK = st.randoms(use_true_random=False)


WORKER = []
"""The one that is used by all, as its start takes longer than all that it does."""


class Model(RuleBasedStateMachine):
    """A workshop in two processes, beside lists and dictionaries of what was done."""

    keys = Bundle("keys")
    place = staticmethod(in_files)
    """Names workshops, given a folder."""

    @initialize()
    def begin(self):
        """Make a workshop with somebody in it; a facilitator leads from here."""
        self.folder = Path(tempfile.mkdtemp())
        self.file = self.place(self.folder)("model")
        self.desk = Workshop.create(self.file, kit=KIT, lang="en", track="full")
        self.lead = Lead(self.desk, "Fictional facilitator")
        if not WORKER:
            WORKER.append(Worker())
        self.room = WORKER[0]
        self.room.open(self.file)
        self.people, self.tokens = [], []
        self.answers, self.drafts = [], {}
        self.actions, self.decisions, self.names = [], [], []
        self.logs, self.count = ([], [], []), 0
        self.join()

    def _key(self):
        self.count += 1
        return f"key {self.count}"

    def _stage(self, question):
        """Return phase and round of a question."""
        said = [value for _, about, value in self.actions if about == question]
        found = (said[-1] if said else None) or {"phase": "waiting", "round": 1}
        return found["phase"], found["round"]

    def _standing(self, person, question, number):
        """Return the answer that stands in a round; None if there is none."""
        mine = person, question, number
        found = [value for *about, value, _ in self.answers if tuple(about) == mine]
        return found[-1] if found else None

    # ------------------------------------------------------------ participants

    @rule()
    def join(self):
        """Let somebody in."""
        person, token = self.room.do("join", "Fictional guest", "hr", "en").split()
        self.people.append(person)
        self.tokens.append(token)

    @rule(target=keys, dice=PICK, question=QUESTIONS, data=st.data())
    def draft(self, dice, question, data):
        """Type, and not leave the field."""
        person, value = dice.choice(self.people), data.draw(VALUES[question])
        message = person, question, value, self._key()
        self.draft_again(message)
        return message

    @rule(message=keys)
    def draft_again(self, message):
        """Send what was typed once more; nothing comes of it if it counts already."""
        person, question, value, key = message
        assert self.room.do("accept", *message, final=False) == ""
        if (person, key) not in {(a[0], a[4]) for a in self.answers}:
            self.drafts[person, question] = value, key

    @rule(target=keys, dice=PICK, question=QUESTIONS, data=st.data())
    def answer(self, dice, question, data):
        """Answer under a new key, whether it is asked or not."""
        person, value = dice.choice(self.people), data.draw(VALUES[question])
        return self._answer(person, question, value, self._key())

    @rule(dice=PICK, question=QUESTIONS)
    def answer_unfit(self, dice, question):
        """Say what the question does not ask; it is kept as a draft."""
        person = dice.choice(self.people)
        key = self._key()
        said = self._accept(person, question, UNFIT[question], key)
        assert said == "AnswerError"
        self.drafts[person, question] = UNFIT[question], key

    @rule(message=keys)
    def answer_again(self, message):
        """Send the same once more, as a page does that heard nothing."""
        self._answer(*message)

    @rule(message=keys, data=st.data())
    def answer_other(self, message, data):
        """Use a key once more for something else: what stands under it stays."""
        person, question, _, key = message
        self._answer(person, question, data.draw(VALUES[question]), key)

    @rule(
        target=keys,
        dice=PICK,
        question=QUESTIONS,
        data=st.data(),
        seconds=st.floats(0, 0.02),
    )
    def answer_and_die(self, dice, question, data, seconds):
        """Kill the process while it takes an answer; the page sends it again."""
        person, value = dice.choice(self.people), data.draw(VALUES[question])
        message = person, question, value, self._key()
        phase, _ = self._stage(question)
        told = self.room.kill_meanwhile(
            seconds, "accept", *message, final=True, asked=True
        )
        self.room.open(self.file)
        held = [a for a in self.desk.store.answer_log() if a.key == message[-1]]
        if told and phase == "open":
            assert len(held) == 1
        return self._answer(*message)

    def _accept(self, person, question, value, key):
        return self.room.do(
            "accept", person, question, value, key, final=True, asked=True
        )

    def _answer(self, person, question, value, key):
        said = self._accept(person, question, value, key)
        phase, number = self._stage(question)
        first = [a for a in self.answers if (a[0], a[4]) == (person, key)]
        if phase != "open":
            # Late, unless it is there already or says what stands.
            here = first and first[0][1:3] == (question, number)
            if here or self._standing(person, question, number) == value:
                assert said == ""
            else:
                assert said == "AnswerError"
                if not first:
                    self.drafts[person, question] = value, key
        elif first:
            same = first[0][1:3] == (question, number)
            assert said == ("" if same else "KeyUsedError")
        else:
            assert said == ""
            self.answers.append((person, question, number, value, key))
            self.drafts.pop((person, question), None)
        return person, question, value, key

    # ------------------------------------------------------------- facilitator

    def _turn(self, question, step, phase, onward=0):
        before, number = self._stage(question)
        if before == "open" and phase != "open":
            self._take_in(question, number)
        key = self._key()
        if step in {"open", "close"}:
            getattr(self.lead, step)(key, [question])
        else:
            getattr(self.lead, step)(key, question)
        value = {"phase": phase, "round": number + onward}
        self.actions.append(("ballot", question, value))

    def _take_in(self, question, number):
        """Let drafts that fit count, as closing does."""
        for (person, about), (value, key) in list(self.drafts.items()):
            if about == question and value != UNFIT[question]:
                self.answers.append((person, question, number, value, key))
                del self.drafts[person, about]

    @rule(question=QUESTIONS)
    def open(self, question):
        """Open a question, or open it again."""
        self._turn(question, "open", "open")

    @rule(question=QUESTIONS)
    def close(self, question):
        """Close it; what was being typed counts."""
        self._turn(question, "close", "closed")

    @rule(question=QUESTIONS)
    def reveal(self, question):
        """Show the result."""
        self._turn(question, "reveal", "revealed")

    @rule(question=QUESTIONS)
    def next_round(self, question):
        """Ask again."""
        self._turn(question, "next_round", "open", onward=1)

    @rule(dice=PICK)
    @precondition(lambda self: self.actions)
    def undo(self, dice):
        """Take a step back, or be told that others were taken since."""
        seq = dice.randint(1, len(self.actions))
        kind, about, _ = self.actions[seq - 1]
        same = [n for n, a in enumerate(self.actions, 1) if a[:2] == (kind, about)]
        try:
            self.lead.undo(self._key(), [seq])
        except PolicyError:
            assert same[-1] != seq
        else:
            assert same[-1] == seq
            before = self.actions[same[-2] - 1][2] if len(same) > 1 else None
            self.actions.append((kind, about, before))

    @rule(question=QUESTIONS, data=st.data())
    def decide(self, question, data):
        """Decide, in the other process; answers stay as they are."""
        value = data.draw(VALUES[question])
        fields = {"value": value, "reason": "so", "by": "Fictional board"}
        assert self.room.do("decide", question, fields, self._key()) == ""
        self.decisions.append((question, value))

    @rule(question=QUESTIONS)
    def take_back(self, question):
        """Let the decision before the last one hold again."""
        said = self.room.do("take_back", question, self._key())
        mine = [value for about, value in self.decisions if about == question]
        if not mine or mine[-1] is None:
            assert said == "PolicyError"
        else:
            assert said == ""
            self.decisions.append((question, mine[-2] if len(mine) > 1 else None))

    @rule(name=st.sampled_from(["first", "second"]))
    def snapshot(self, name):
        """Keep the policy under a name; a name is used once."""
        try:
            self.desk.snapshot(name)
        except PolicyError:
            assert not any(v is not None for v in dict(self.decisions).values())
        except StoreError:
            assert name in self.names
        else:
            assert name not in self.names
            self.names.append(name)

    # -------------------------------------------------------------- processes

    @rule()
    def kill(self):
        """Kill the process that takes answers, and start it again."""
        self.room.kill()
        self.room.open(self.file)

    @rule()
    def restart(self):
        """End it as programs do, and start it again."""
        self.room.leave()
        self.room.open(self.file)

    @rule()
    def restart_desk(self):
        """Close the facilitator's notebook and open it again."""
        self.desk.close()
        self.desk = Workshop.open(self.file)
        self.lead = Lead(self.desk, "Fictional facilitator")

    # --------------------------------------------------------------- invariants

    @invariant()
    def nothing_is_lost_or_double(self):
        """Everything that can be read is what was done, no more and no less."""
        store = self.desk.store
        assert self.people == [p.id for p in store.participants()]
        assert self.people == [store.participant(t).id for t in self.tokens]
        held = Counter(
            (a.participant, a.question, a.round, json.dumps(a.value), a.key)
            for a in store.answer_log()
        )
        said = Counter((p, q, r, json.dumps(v), k) for p, q, r, v, k in self.answers)
        assert held == said
        assert self.drafts == {
            (person, question): (draft.value, draft.key)
            for person in self.people
            for question, draft in store.drafts(person).items()
        }
        assert self.actions == [(a.kind, a.about, a.value) for a in store.action_log()]
        assert self.decisions == [(d.question, d.value) for d in store.decision_log()]
        assert self.names == [s.name for s in store.snapshots()]

    @invariant()
    def logs_only_grow(self):
        """What was there once stays as it was, to the letter."""
        store = self.desk.store
        logs = store.answer_log(), store.action_log(), store.decision_log()
        for before, now in zip(self.logs, logs, strict=True):
            assert before == now[: len(before)]
            assert [record.seq for record in now] == list(range(1, len(now) + 1))
            assert [record.at for record in now] == sorted(r.at for r in now)
        self.logs = logs

    @invariant()
    def tallies_are_equal(self):
        """What is counted is what a count of the lists gives, round by round."""
        question, store = self.desk.kit.question(VOTED), self.desk.store
        frame = tidy(store.answers(), [question])
        for number in {r for _, q, r, _, _ in self.answers if q == VOTED}:
            last = {
                person: value
                for person, about, r, value, _ in self.answers
                if (about, r) == (VOTED, number)
            }
            expected = Counter(item for value in last.values() for item in value)
            counted = tally(frame, question, asked=9, in_round=number)
            assert expected == {
                row["option"]: row["n"]
                for row in counted.to_dict("records")
                if row["n"]
            }
            assert store.answered(VOTED, number) == len(last)

    def teardown(self):
        """Look at it once more from the beginning, and close it."""
        if hasattr(self, "desk"):
            self.room.leave()
            self.restart_desk()
            self.nothing_is_lost_or_double()
            assert soundness(self.desk.store) == ""
            self.desk.close()
            shutil.rmtree(self.folder)
            if isinstance(self.file, places.Address):
                remove(self.file)


def teardown_module():
    """End the process."""
    while WORKER:
        WORKER.pop().close()


SETTINGS = settings(
    max_examples=HISTORIES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
SERVER = []
"""The one that holds the workshops of :class:`InDatabase`."""


class InDatabase(Model):
    """The same in PostgreSQL."""

    place = staticmethod(lambda _: in_postgres(SERVER[0]))


@pytest.fixture(scope="module")
def server(postgres):
    """Have a server for a while."""
    SERVER.append(postgres)
    yield
    SERVER.clear()


class TestSqlite(Model.TestCase):
    """Workshops in files."""

    settings = SETTINGS


@pytest.mark.usefixtures("server")
class TestPostgres(InDatabase.TestCase):
    """Workshops in a database."""

    settings = SETTINGS
