"""An answer counts in the round it was given in, or is refused and kept as a draft."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from workshop_kit.errors import AnswerError
from workshop_kit.live.workshop import Workshop

LATE = {
    "en": "This question is closed; what you wrote came too late to count.",
    "nl": "Deze vraag is gesloten; wat je schreef, kwam te laat om mee te tellen.",
}
EARLY = {
    "en": "This question is not open yet; what you wrote is kept as a draft.",
    "nl": "Deze vraag staat nog niet open; wat je schreef, is als concept bewaard.",
}


@pytest.fixture
def give(workshop, ann, new_key):
    """Hand in an answer as a participant does."""

    def hand_in(question, value, *, who=ann, key=""):
        key = key or new_key()
        return workshop.accept(who, question, value, key, final=True, asked=True)

    return hand_in


def refused(give, question, value, words, nl):
    """Hand in an answer that is refused in these words."""
    with pytest.raises(AnswerError) as caught:
        give(question, value)
    assert str(caught.value) == f"{question}: {words['en']}"
    assert nl(caught.value.what) == words["nl"]


@pytest.mark.parametrize("how", ["close", "reveal"])
def test_a_late_answer_is_refused_and_kept(workshop, lead, ann, give, nl, how):
    """What counted before stands; what came too late is a draft."""
    lead.open("a", ["plan.name"])
    give("plan.name", "Museum")
    lead.close("b", ["plan.name"]) if how == "close" else lead.reveal("b", "plan.name")
    refused(give, "plan.name", "Archive", LATE, nl)

    assert workshop.answers(ann) == {"plan.name": "Museum"}
    assert workshop.filled_in(ann) == ({"plan.name": "Archive"}, {"plan.name"})
    lead.open("c", ["plan.name"])
    assert give("plan.name", "Archive").value == "Archive"


def test_what_was_not_asked_is_refused_and_kept(workshop, ann, give, nl):
    """A participant answers what is open; in the notebook one may go ahead."""
    refused(give, "plan.name", "Museum", EARLY, nl)
    assert workshop.filled_in(ann) == ({"plan.name": "Museum"}, {"plan.name"})
    assert workshop.accept(ann, "plan.name", "Museum", "k", final=True).round == 1


def test_what_was_closed_is_closed_in_the_notebook_too(workshop, lead, ann):
    """Whoever closes a question closes it for everybody."""
    lead.close("a", ["plan.name"])
    with pytest.raises(AnswerError):
        workshop.accept(ann, "plan.name", "Museum", "k", final=True)


def test_the_next_round_starts_empty(workshop, lead, ann, give):
    """The former round is kept as it was; the new one has answers of its own."""
    lead.open("a", ["plan.fits"])
    give("plan.fits", 2)
    lead.next_round("b", "plan.fits")
    assert workshop.answers(ann) == {}
    assert workshop.filled_in(ann) == ({}, set())
    give("plan.fits", 5)

    rounds = {a.round: a.value for a in workshop.store.answers("plan.fits")}
    assert rounds == {1: 2, 2: 5}
    assert workshop.answers(ann) == {"plan.fits": 5}


def test_another_process_decides_whether_it_is_late(workshop, lead, give):
    """What counts is how it is in the file, not what this process last saw."""
    lead.open("a", ["plan.name"])
    with Workshop.open(workshop.store.path) as elsewhere:
        elsewhere.store.act(
            "ballot", "plan.name", {"phase": "closed", "round": 1}, by="x", key="k"
        )
    assert workshop.state.ballot("plan.name").phase == "open"
    with pytest.raises(AnswerError):
        give("plan.name", "Museum")


CLOSER = """
import sys, time
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop
with Workshop.open(sys.argv[1]) as workshop:
    lead = Lead(workshop, "Fictional facilitator")
    for line in sys.stdin:
        key = line.strip()
        lead.open(key + "o", ["plan.minutes"])
        print("open", flush=True)
        time.sleep(0.02)
        lead.close(key + "c", ["plan.minutes"])
        print("closed", flush=True)
"""


def test_a_close_that_races_with_answers(workshop, give):
    """Each answer comes before its close in the log, or is refused; none after it."""
    closer = subprocess.Popen(
        [sys.executable, "-c", CLOSER, str(workshop.store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    accepted, late = [], 0
    with closer:
        for run in range(6):
            closer.stdin.write(f"run{run}\n")
            closer.stdin.flush()
            assert closer.stdout.readline() == "open\n"
            over = 0
            while over < 3:
                try:
                    accepted.append(give("plan.minutes", 1 + len(accepted) % 100))
                except AnswerError:
                    late, over = late + 1, over + 1
            assert closer.stdout.readline() == "closed\n"
        closer.stdin.close()
    turns = workshop.store.action_log("ballot")

    assert accepted
    assert late == 18
    assert [a.value["phase"] for a in turns] == ["open", "closed"] * 6
    for answer in workshop.store.answer_log():
        before = [turn for turn in turns if turn.at <= answer.at]
        # Times of the file never run back, but two records may share one.
        assert before[-1].value["phase"] == "open" or before[-1].at == answer.at
    assert len(workshop.store.answer_log()) >= len(accepted)


BALLOTS = [
    ("plan.topics#ideas", [{"idea": " A quiz "}], [{"idea": "A quiz"}]),
    ("plan.topics#ideas", [{"idea": str(n)} for n in range(11)], None),
    ("plan.topics#ideas", [{"other": "x"}], None),
    ("plan.topics#ideas", "A quiz", None),
    ("plan.topics#dots", {"objects": 2}, {"objects": 2}),
    ("plan.topics#dots", {"objects": "2"}, None),
    ("plan.topics#dots", {"objects": -1}, None),
    ("plan.topics#dots", {"objects": 99}, None),
    ("plan.topics#dots", {"objects": 0.5}, None),
    ("plan.topics#dots", {"nothing": 1}, None),
    ("plan.topics#dots", ["objects"], None),
    ("plan.topics#consent", "object", "object"),
    ("plan.topics#consent", "maybe", None),
    ("plan.topics#consent", ["agree"], None),
    ("plan.topics#consentwhy", " Too much \r\n work ", "Too much \n work"),
    ("plan.topics#consentwhy", 7, None),
    ("plan.topics#fist", 0, 0),
    ("plan.topics#fist", "5", 5),
    ("plan.topics#fist", 6, None),
    ("plan.topics#fist", -1, None),
    ("plan.topics#fist", 2.5, None),
    ("plan.topics#fist", True, None),
    ("plan.topics#fistwhy", "x" * 8_001, None),
]


@pytest.mark.parametrize(("ballot", "value", "kept"), BALLOTS, ids=range(len(BALLOTS)))
def test_each_ballot_takes_what_fits_it(workshop, lead, ann, give, ballot, value, kept):
    """Votes, dots and ideas are held against what was asked, like any question."""
    lead.open("a", [ballot.removesuffix("why")])
    if kept is None:
        with pytest.raises(AnswerError):
            give(ballot, value)
        assert workshop.answers(ann) == {}
    else:
        assert give(ballot, value).value == kept
        assert workshop.answers(ann) == {ballot: kept}


@pytest.mark.parametrize(
    "ballot",
    [
        *("plan.name#dots", "goals.intro", "goals.intro#consent", "plan.fits#ideas"),
        *("plan.name#answers", "plan.name#consent#why", "#consent", ""),
        *("plan.nothing#fist", "plan.name#whyconsent", "plan.name#consentwhywhy"),
    ],
)
def test_what_cannot_be_asked_is_not_opened(workshop, lead, give, ballot):
    """Neither opened nor answered, whatever the id looks like."""
    with pytest.raises(AnswerError):
        lead.open("a", [ballot])
    with pytest.raises(AnswerError):
        give(ballot, "x")
    assert workshop.store.answer_log() == []


def test_reasons_go_with_their_vote(workshop, lead, ann, give, nl):
    """They open, close and start anew with it."""
    refused(give, "plan.name#consentwhy", "x", EARLY, nl)
    lead.open("a", ["plan.name#consent"])
    give("plan.name#consentwhy", "Too much work")
    lead.next_round("b", "plan.name#consent")
    assert workshop.answers(ann) == {}
    assert give("plan.name#consentwhy", "Less work").round == 2
    lead.close("c", ["plan.name#consent"])
    refused(give, "plan.name#consentwhy", "x", LATE, nl)
