"""Whatever happens in whatever order, the file says what a plain list would."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from workshop_kit.store import Store

QUESTIONS = st.sampled_from(["goals.which", "goals.why", "ch.list"])
VALUES = st.sampled_from([None, "a", "", ["a", {"other": "é"}], 0, 2.5, False])
ROUNDS = st.integers(1, 2)


class Log(RuleBasedStateMachine):
    """Answers, drafts, decisions and actions beside lists and dictionaries of them."""

    people = Bundle("people")
    sent = Bundle("sent")

    @initialize(target=people)
    def begin(self):
        """Make a workshop with two participants."""
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store.create(
            self.folder / "demo", kit="social_media", kit_version="1.0"
        )
        self.answers, self.decisions, self.drafts = [], [], {}
        self.actions, self.here = [], {}
        return multiple(*(self.store.join("Fictional", "x", "nl")[0].id for _ in "ab"))

    def _answer(self, message):
        person, question, number, value, key = message
        return self.store.record_answer(
            participant=person,
            question=question,
            round=number,
            value=value,
            key=key,
            kit_version="1.0",
            wording_hash="abc",
        )

    @rule(target=sent, person=people, question=QUESTIONS, number=ROUNDS, value=VALUES)
    def answer(self, person, question, number, value):
        """Record an answer under a new key; its draft goes."""
        message = (person, question, number, value, f"key {len(self.answers)}")
        self._answer(message)
        self.answers.append(message)
        self.drafts.pop((person, question), None)
        return message

    @rule(message=sent, other=VALUES)
    def send_again(self, message, other):
        """Repeat an old key, even with another value: the first is returned."""
        person, question, number, value, key = message
        again = self._answer((person, question, number, other, key))
        assert again.value == value

    @rule(person=people, question=QUESTIONS, value=VALUES)
    def type(self, person, question, value):
        """Save a draft."""
        self.store.save_draft(participant=person, question=question, value=value)
        self.drafts[person, question] = value

    @rule(question=QUESTIONS, value=VALUES)
    def decide(self, question, value):
        """Record a decision under a new key."""
        self.store.record_decision(
            question=question,
            value=value,
            by="Fictional board",
            key=f"key {len(self.decisions)}",
            kit_version="1.0",
            wording_hash="abc",
        )
        self.decisions.append((question, value))

    @rule(kind=st.sampled_from(["ballot", "idea"]), about=QUESTIONS, value=VALUES)
    def act(self, kind, about, value):
        """Record what is done in the room under a new key."""
        key = f"key {len(self.actions)}"
        self.store.act(kind, about, value, by="Fictional Noor", key=key)
        self.actions.append((kind, about, value))

    @rule(person=people, question=QUESTIONS, value=VALUES, number=ROUNDS)
    def fail_together(self, person, question, value, number):
        """Record several things in a step that fails: none of them is kept."""
        try:
            with self.store.together():
                self._answer((person, question, number, value, "never"))
                self.store.act("ballot", question, value, by="x", key="never")
                self.store.enter(person, "never")
                raise InterruptedError  # noqa: TRY301 - as if the lights went out
        except InterruptedError:
            pass

    @rule(person=people, host=st.sampled_from(["one", "two"]))
    def enter(self, person, host):
        """Let a page come in to one of two processes."""
        self.store.enter(person, host)
        self.here[person] = host

    @rule(host=st.sampled_from(["one", "two"]))
    def leave(self, host):
        """Let everybody leave one of them."""
        self.store.leave(host)
        self.here = {who: at for who, at in self.here.items() if at != host}

    @rule()
    def reopen(self):
        """Close the file and go on with it."""
        self.store.close()
        assert [self.store.path] == list(self.folder.iterdir())
        self.store = Store.open(self.store.path)

    @invariant()
    def says_what_the_lists_say(self):
        """Compare everything that can be read."""
        log = self.store.answer_log()
        assert self.answers == [
            (a.participant, a.question, a.round, a.value, a.key) for a in log
        ]
        last = {(p, q, r): value for p, q, r, value, _ in self.answers}
        assert {key: v for key, v in last.items() if v is not None} == {
            (a.participant, a.question, a.round): a.value for a in self.store.answers()
        }
        decided = dict(self.decisions)
        assert {q: v for q, v in decided.items() if v is not None} == {
            q: d.value for q, d in self.store.decisions().items()
        }
        assert self.drafts == {
            (person.id, question): draft.value
            for person in self.store.participants()
            for question, draft in self.store.drafts(person.id).items()
        }
        assert [a.at for a in log] == sorted(a.at for a in log)
        acted = self.store.action_log()
        assert self.actions == [(a.kind, a.about, a.value) for a in acted]
        stands = {(kind, about): value for kind, about, value in self.actions}
        assert {key: v for key, v in stands.items() if v is not None} == {
            key: a.value for key, a in self.store.actions().items()
        }
        assert self.store.last_action() == len(acted)
        assert self.store.present() == set(self.here)

    def teardown(self):
        """Close the file."""
        self.store.close()
        shutil.rmtree(self.folder)


TestLog = Log.TestCase
TestLog.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
