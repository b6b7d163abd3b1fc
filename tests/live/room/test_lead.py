"""What a facilitator does stands, can be taken back, and never undoes another's."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from workshop_kit.errors import AnswerError, PolicyError
from workshop_kit.live.room.lead import LONGEST_TIMER, SHORT, Lead
from workshop_kit.live.room.results import ideas
from workshop_kit.live.room.state import Ballot, Idea, State, fold
from workshop_kit.live.workshop import Workshop

SMALL = str(Path(__file__).parents[2] / "kits" / "small")
COMMANDS = {
    "focus": lambda lead: lead.focus("k", aspect="plan", ballot="plan.name"),
    "open": lambda lead: lead.open("k", ["plan.name", "plan.topics#dots"]),
    "close": lambda lead: lead.close("k", ["plan.name"]),
    "reveal": lambda lead: lead.reveal("k", "plan.name"),
    "next round": lambda lead: lead.next_round("k", "plan.name"),
    "timer": lambda lead: lead.timer("k", minutes=5),
    "hide": lambda lead: lead.hide("k", "idea1"),
    "merge": lambda lead: lead.merge("k", "idea1", "idea2"),
    "cluster": lambda lead: lead.cluster("k", "idea1", "Fictional cluster"),
    "promote": lambda lead: lead.promote("k", "plan.topics", "Quizzes"),
    "propose": lambda lead: lead.propose("k", "plan.topics", "Only objects"),
    "park": lambda lead: lead.park("k", "Ask the board"),
}


def settled(state):
    """Return a state without what no facilitator does, and without places in the log."""
    ballots = {
        name: (ballot.phase, ballot.round, ballot.anonymous)
        for name, ballot in state.ballots.items()
        if ballot != Ballot(id=name)
    }
    ideas = {name: idea for name, idea in state.ideas.items() if idea != Idea()}
    return (
        *(state.aspect, state.focus, ballots, state.timer, ideas),
        *(state.options, state.proposals, state.parked, state.address),
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_can_be_taken_back(workshop, lead, name):
    """Undone, all is as before; undone once more, it is done again."""
    before = settled(workshop.state)
    done = COMMANDS[name](lead)
    after = settled(workshop.state)
    assert after != before
    undone = lead.undo("u", [action.seq for action in done])
    assert settled(workshop.state) == before
    lead.undo("r", [action.seq for action in undone])

    assert settled(workshop.state) == after
    assert {action.by for action in done} == {"Fictional facilitator"}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_happens_once(workshop, lead, name):
    """Sent twice under one key it is recorded once, and undone once."""
    done = COMMANDS[name](lead)
    assert COMMANDS[name](lead) == done if name != "promote" else done
    seqs = [action.seq for action in done]
    undone = lead.undo("u", seqs)

    assert lead.undo("u", seqs) == undone
    assert workshop.store.last_action() == len(done) + len(undone)


def test_what_was_done_before_comes_back(workshop, lead):
    """Undoing a closing opens it again in its round, with the former focus."""
    lead.open("a", ["plan.name"])
    lead.next_round("b", "plan.name")
    done = lead.close("c", ["plan.name"])
    lead.undo("u", [done[0].seq])

    ballot = workshop.state.ballot("plan.name")
    assert (ballot.phase, ballot.round) == ("open", 2)


def test_what_was_changed_since_is_not_undone(workshop, lead):
    """Whoever undoes an old step is told; nothing changes, also not the other parts."""
    done = lead.open("a", ["plan.name", "plan.fits"])
    lead.close("b", ["plan.fits"])
    with pytest.raises(PolicyError) as refused:
        lead.undo("u", [action.seq for action in done])

    assert str(refused.value) == (
        "plan.fits: Somebody else has just changed this; look again before you go on."
    )
    assert workshop.refresh().ballot("plan.name").phase == "open"
    assert workshop.store.last_action() == 3


def test_a_promise_of_anonymity_cannot_be_taken_back(workshop, lead):
    """Not by undo; and it cannot be given once the names were shown."""
    done = lead.anonymous("a", "plan.name")
    with pytest.raises(PolicyError) as refused:
        lead.undo("u", [done[0].seq])
    assert str(refused.value) == "This cannot be taken back."
    assert workshop.state.ballot("plan.name").anonymous
    lead.next_round("b", "plan.name")
    assert workshop.state.ballot("plan.name").anonymous

    lead.reveal("c", "plan.fits")
    with pytest.raises(PolicyError) as late:
        lead.anonymous("d", "plan.fits")
    assert str(late.value) == (
        "plan.fits: The names have been shown already; start a new round first."
    )


def test_nobody_undoes_how_people_get_in(workshop, lead):
    """What runs the house is not a step of the facilitator."""
    lead.invite("a")
    with pytest.raises(PolicyError, match=r"^This cannot be taken back\.$"):
        lead.undo("u", [workshop.store.last_action()])


def test_two_facilitators_do_not_overtake_each_other(workshop, lead):
    """What was meant for a situation that has changed is refused; both see the same."""
    with Workshop.open(workshop.store.path) as elsewhere:
        other = Lead(elsewhere, "Fictional second facilitator")
        first = lead.open("a", ["plan.name"], seen=0)[0]
        with pytest.raises(PolicyError):
            other.close("b", ["plan.name"], seen=0)
        assert elsewhere.state == workshop.state
        other.reveal("c", "plan.name", seen=first.seq)
        with pytest.raises(PolicyError):
            lead.next_round("d", "plan.name", seen=first.seq)
        assert workshop.state.ballot("plan.name").phase == "revealed"
        assert lead.open("a", ["plan.name"], seen=0) == [first]


def test_a_refused_step_changes_no_part_of_it(workshop, lead):
    """Of several ballots all are opened, or none."""
    with pytest.raises(AnswerError):
        lead.open("a", ["plan.name", "plan.nothing"])
    with pytest.raises(AnswerError):
        lead.open("b", ["plan.name", "plan.minutes#dots"])

    assert workshop.refresh() == State()


def written(workshop, *texts):
    """Let somebody write down ideas; returns the ids of these."""
    person = workshop.store.join("Fictional Sam", "hr", "en")[0].id
    rows = [{"idea": text} for text in texts]
    workshop.accept(person, "plan.topics#ideas", rows, f"k{person}", final=True)
    found = {idea.text: idea.id for idea in ideas(workshop, "plan.topics#ideas")}
    return [found[text] for text in texts]


def on_the_wall(workshop):
    """Return what hangs there, with how many ideas each stands for."""
    found = ideas(workshop, "plan.topics#ideas")
    return {idea.text: idea.n for idea in found if idea.shown}


def test_ideas_are_never_merged_in_a_circle(workshop, lead):
    """Of merged ideas one always hangs on the wall and stands for all."""
    a, b, c = written(workshop, "A", "B", "C")
    lead.merge("1", a, b)
    lead.merge("2", b, c)
    assert on_the_wall(workshop) == {"C": 3}
    for key, one in (("3", a), ("4", b)):
        with pytest.raises(PolicyError) as refused:
            lead.merge(key, c, one)
        assert str(refused.value) == (
            "That idea already counts with this one; take it apart first."
        )
    lead.merge("5", a, a)
    assert on_the_wall(workshop) == {"A": 1, "C": 2}


def test_taking_back_does_not_make_a_circle_either(workshop, lead):
    """Done again after the opposite was done, the later one does not count."""
    a, b = written(workshop, "A", "B")
    done = lead.merge("1", a, b)
    undone = lead.undo("2", [done[0].seq])
    lead.merge("3", b, a)
    lead.undo("4", [undone[0].seq])

    assert sum(on_the_wall(workshop).values()) == 2
    assert len(on_the_wall(workshop)) == 1


@pytest.mark.parametrize(
    ("label", "name", "words"),
    [
        ("Quizzes", "own_quizzes", "Quizzes"),
        ("  Élève \n café ", "own_eleve_cafe", "Élève café"),
        ("<script>alert(1)</script>", "own_script_alert_1_script", None),
        ("{question} {0} %s", "own_question_0_s", None),
        ("=1+1", "own_1_1", None),
        ("日本語", "own_idea", None),
        ("\u202etxt.exe", "own_txt_exe", "txt.exe"),
        ("../../etc/passwd", "own_etc_passwd", None),
        ("x" * 5000, "own_" + "x" * 40, "x" * SHORT),
        ("other", "own_other", None),
    ],
    ids=range(10),
)
def test_an_idea_becomes_an_option(workshop, lead, en, label, name, words):
    """It has a readable id and its own words, whatever those are; all may choose it."""
    lead.promote("k", "plan.topics", label)
    option = workshop.kit.question("plan.topics").options[-1]
    person = workshop.store.join("Fictional Sam", "hr", "en")[0].id
    answer = workshop.accept(person, "plan.topics", [name], "k2", final=True)

    assert (option.id, en.pick(option.label)) == (name, words or label)
    assert answer.value == [name]
    votes = workshop.accept(person, "plan.topics#dots", {name: 2}, "k3", final=True)
    assert votes.value == {name: 2}


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("plan.topics", " "),
        ("plan.topics", "\u202e\u0007"),
        ("plan.topics", "objects"),
        ("plan.topics", "VOORWERPEN"),
        ("plan.name", "Quizzes"),
    ],
)
def test_what_cannot_become_an_option(workshop, lead, question, label):
    """Nothing empty, nothing twice, and not where there is nothing to choose."""
    with pytest.raises(PolicyError) as refused:
        lead.promote("k", question, label)

    assert str(refused.value) == (
        f"{question}: This cannot become an option: it is empty, or there already."
    )
    assert workshop.refresh().options == {}


def test_votes_never_move_to_other_words(workshop, lead):
    """The id of an option that was withdrawn is not given to another one."""
    (first,) = lead.promote("1", "plan.topics", "Quiz!")
    lead.promote("2", "plan.topics", "Quiz?")
    assert names(workshop) == ["own_quiz", "own_quiz_2"]
    lead.undo("3", [first.seq])
    lead.promote("4", "plan.topics", "Quiz…")
    assert names(workshop) == ["own_quiz_2", "own_quiz_3"]
    lead.promote("5", "plan.topics", "Quiz!")
    assert sorted(names(workshop)) == ["own_quiz", "own_quiz_2", "own_quiz_3"]


def names(workshop):
    """Return the ids of the options that the room added."""
    return [o.id for o in workshop.state.options["plan.topics"]]


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [
        (5, 300),
        (0.5, 30),
        (0, None),
        (-3, None),
        (0.001, None),
        (1e9, LONGEST_TIMER),
        (float("inf"), LONGEST_TIMER),
        (float("nan"), None),
    ],
)
def test_a_timer_has_bounds(workshop, lead, minutes, seconds):
    """It runs for four hours at most; nothing and less stop it."""
    lead.timer("k", minutes=minutes)
    timer = workshop.state.timer
    if seconds is None:
        assert timer is None
        return
    now = dt.datetime.now(dt.UTC)
    assert timer.seconds == seconds
    assert seconds - 5 <= timer.left(now) <= seconds
    assert timer.left(timer.ends_at + dt.timedelta(days=1)) == 0


@pytest.mark.parametrize("words", ["", " \n", "\u200e\u0000"])
def test_nothing_is_proposed_or_parked_without_words(lead, words):
    """Both ask for words."""
    with pytest.raises(PolicyError, match="Please write what you propose"):
        lead.propose("k", "plan.topics", words)
    with pytest.raises(PolicyError, match="Please write the point"):
        lead.park("k", words)


def test_a_new_invitation_replaces_the_old_one(workshop, lead):
    """Asking again gives the same; anew, all three are others."""
    first = lead.invite("a")
    assert lead.invite("b") == first
    second = lead.invite("c", anew=True)

    assert {first.code, first.link, first.projector}.isdisjoint(
        {second.code, second.link, second.projector}
    )
    assert workshop.state.access == second


BALLOTS = st.sampled_from(["plan.name", "plan.fits", "plan.topics#dots"])
IDEAS = st.sampled_from(["a", "b", "c"])


class Leading(RuleBasedStateMachine):
    """Commands beside a plain model of a room."""

    @initialize()
    def begin(self):
        """Make a workshop, with two hands that lead it."""
        self.folder = Path(tempfile.mkdtemp())
        self.workshop = Workshop.create(
            self.folder / "w", kit=SMALL, lang="en", track="full"
        )
        self.elsewhere = Workshop.open(self.workshop.store.path)
        self.hands = [Lead(self.workshop, "one"), Lead(self.elsewhere, "two")]
        self.n = 0
        self.ballots, self.secret, self.into, self.parked = {}, set(), {}, {}
        self.last = None

    def hand(self):
        """Return who does the next step, and its key."""
        self.n += 1
        return self.hands[self.n % 2], f"key {self.n}"

    @rule(ballot=BALLOTS, what=st.sampled_from(["open", "close", "reveal", "next"]))
    def turn(self, ballot, what):
        """Turn a ballot to another phase."""
        hand, key = self.hand()
        phase, number = self.ballots.get(ballot, ("waiting", 1))
        before = (phase, number)
        if what == "open":
            done, now = hand.open(key, [ballot]), ("open", number)
        elif what == "close":
            done, now = hand.close(key, [ballot]), ("closed", number)
        elif what == "reveal":
            done, now = hand.reveal(key, ballot), ("revealed", number)
        else:
            done, now = hand.next_round(key, ballot), ("open", number + 1)
        self.ballots[ballot] = now
        self.last = (ballot, before, done[0].seq)

    @rule()
    def undo(self):
        """Take the last turn back."""
        if self.last is None:
            return
        hand, key = self.hand()
        ballot, before, seq = self.last
        hand.undo(key, [seq])
        self.ballots[ballot] = before
        self.last = None

    @rule(ballot=BALLOTS)
    def promise(self, ballot):
        """Make a ballot anonymous, unless it is shown."""
        hand, key = self.hand()
        if self.ballots.get(ballot, ("waiting", 1))[0] == "revealed":
            with pytest.raises(PolicyError):
                hand.anonymous(key, ballot)
            return
        hand.anonymous(key, ballot)
        self.secret.add(ballot)

    @rule(one=IDEAS, other=IDEAS)
    def merge(self, one, other):
        """Merge an idea into another, unless that would be a circle."""
        hand, key = self.hand()
        end = other
        while end != one and self.into.get(end):
            end = self.into[end]
        if one == other:
            self.into[one] = ""
            hand.merge(key, one, other)
        elif end == one:
            with pytest.raises(PolicyError):
                hand.merge(key, one, other)
        else:
            self.into[one] = other
            hand.merge(key, one, other)

    @rule(words=st.text(min_size=1, max_size=5, alphabet="abc"))
    def park(self, words):
        """Park a point."""
        hand, key = self.hand()
        done = hand.park(key, words)
        self.parked[done[0].about] = words

    @invariant()
    def stands(self):
        """Both see what the model says, and the file folds to it from the start."""
        state = fold(self.workshop.store.actions())
        for name in ("plan.name", "plan.fits", "plan.topics#dots"):
            ballot = state.ballot(name)
            found = (ballot.phase, ballot.round)
            assert found == self.ballots.get(name, ("waiting", 1))
            assert ballot.anonymous == (name in self.secret)
        assert {k: i.into for k, i in state.ideas.items()} == self.into
        assert state.parked == self.parked
        assert self.elsewhere.refresh() == self.workshop.refresh() == state

    def teardown(self):
        """Close the file."""
        self.elsewhere.close()
        self.workshop.close()
        shutil.rmtree(self.folder)


TestLeading = Leading.TestCase
TestLeading.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
