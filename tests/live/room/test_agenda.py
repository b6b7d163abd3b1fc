"""The agenda: what is decided, contested and open, and the time it took."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from workshop_kit.live.pages import plan
from workshop_kit.live.room.agenda import PAUSE, agenda, spent, standings
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.room.overview import overview
from workshop_kit.live.workshop import Workshop

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def at(minute):
    """Return a moment so many minutes after noon."""
    return NOON + dt.timedelta(minutes=minute)


def answer(workshop, value, ballot="goals.public", *, people=1):
    """Let people join and answer the same."""
    for _ in range(people):
        who = workshop.store.join("Bo", "hr", "en")[0]
        workshop.accept(who.id, ballot, value, uuid.uuid4().hex, final=True)


def reveal(workshop, ballot="goals.public"):
    """Show the room what it said."""
    Lead(workshop, "F").reveal(uuid.uuid4().hex, ballot)


def now(workshop, memory=None):
    """Return the agenda of this moment."""
    made = {} if memory is None else memory
    return agenda(workshop, workshop.translate, made, now=dt.datetime.now(dt.UTC))


# --------------------------------------------------------------------------- time


def test_time_counts_for_the_part_in_front_of_the_room():
    """From the turn to a part until the turn to the next, and until now."""
    done = [(at(0), "goals"), (at(4), None), (at(10), "plan"), (at(12), None)]

    assert spent(done, at(15)) == {"goals": 600, "plan": 300}


def test_a_break_counts_for_no_more_than_a_long_talk():
    """Who goes to lunch without a word has not spent the time on the part."""
    done = [(at(0), "goals"), (at(90), "plan")]

    assert spent(done, at(91)) == {"goals": PAUSE.total_seconds(), "plan": 60}
    assert spent(done, at(1000))["plan"] == PAUSE.total_seconds()


def test_before_the_first_part_no_time_is_counted():
    """Letting people in is not part of a part."""
    assert spent([], at(5)) == {}
    assert spent([(at(0), None), (at(9), "goals")], at(10)) == {"goals": 60}


def test_a_clock_that_was_set_back_takes_no_time_away():
    """The computer's clock may be wrong; time never becomes negative."""
    assert spent([(at(5), "goals")], at(0)) == {"goals": 0}


# ------------------------------------------------------ decided, contested, open


def test_a_new_workshop_is_open_and_untouched(workshop):
    """Everything that is asked is open; what waits for later is said so."""
    found = standings(workshop, {})

    assert found["goals.public"] == "open"
    assert found["plan.story"] == "later"
    assert "goals.intro" not in found
    assert found["plan.budget"] == "depends"
    step = now(workshop)["steps"][0]
    assert (step["label"], step["decided"], step["contested"]) == ("Goals", "0", "0")
    assert (step["spent"], step["here"], step["part"]) == ("0", False, 0)


def test_a_decision_is_counted_and_dissent_is_said(workshop):
    """Decided is decided; that somebody sees it otherwise stays in sight."""
    made = {"value": "yes", "reason": "R", "by": "F"}
    workshop.decide("goals.public", made)
    workshop.decide("plan.name", {**made, "value": "Us", "dissent": "HR"})
    found = now(workshop)

    words = {one["id"]: one["words"] for one in found["questions"]}
    assert words["goals.public"] == "decided"
    assert words["plan.name"] == "decided, with dissent"
    assert [step["decided"] for step in found["steps"]] == ["1", "1"]


def test_what_was_shown_and_is_not_agreed_on_is_contested(workshop):
    """Half for, half against: the room has to talk."""
    answer(workshop, "yes", people=2)
    answer(workshop, "no", people=2)
    assert standings(workshop, {})["goals.public"] == "open"
    reveal(workshop)

    assert standings(workshop, {})["goals.public"] == "contested"
    assert now(workshop)["steps"][0]["contested"] == "1"


def test_before_a_reveal_nothing_is_told_of_disagreement(workshop):
    """A closed ballot that would be contested looks like one without answers."""
    before = now(workshop)
    answer(workshop, "yes", people=2)
    answer(workshop, "no", people=2)
    Lead(workshop, "F").close("c", ["goals.public"])
    after = now(workshop)

    assert after["questions"] == before["questions"]


def test_agreement_is_open_until_it_is_decided(workshop):
    """Where all say the same nothing is contested, and nothing decided yet."""
    answer(workshop, "yes", people=4)
    reveal(workshop)

    assert standings(workshop, {})["goals.public"] == "open"


def test_the_last_vote_is_what_counts(workshop):
    """A proposal that all can live with ends what was contested."""
    answer(workshop, "yes", people=2)
    answer(workshop, "no", people=2)
    reveal(workshop)
    lead = Lead(workshop, "F")
    lead.propose("p", "goals.public", "We try it for a year.")
    lead.open("o", ["goals.public#consent"])
    for person in workshop.store.participants():
        vote = ("goals.public#consent", "agree", uuid.uuid4().hex)
        workshop.accept(person.id, *vote, final=True)
    assert standings(workshop, {})["goals.public"] == "open"
    reveal(workshop, "goals.public#consent")
    assert standings(workshop, {})["goals.public"] == "open"
    lead.next_round("n", "goals.public")
    assert standings(workshop, {})["goals.public"] == "open"


@pytest.mark.parametrize(("ballot", "values"), [("plan.minutes", (10, 20, 30, 40))])
def test_numbers_without_a_single_middle_are_contested(workshop, ballot, values):
    """The median of an even number of estimates is two numbers."""
    for value in values:
        answer(workshop, value, ballot)
    reveal(workshop, ballot)

    assert standings(workshop, {})[ballot] == "contested"


def test_what_is_remembered_is_looked_at_again_when_it_changed(workshop):
    """The same memory gives the news of every kind."""
    memory = {}
    answer(workshop, "yes", people=2)
    answer(workshop, "no", people=2)
    now(workshop, memory)
    reveal(workshop)
    assert now(workshop, memory)["steps"][0]["contested"] == "1"
    workshop.decide("goals.public", {"value": "no", "reason": "R", "by": "F"})
    found = now(workshop, memory)
    assert found["steps"][0]["decided"] == "1"
    assert {q["id"]: q["standing"] for q in found["questions"]}["goals.which"] == (
        "depends"
    )
    Lead(workshop, "F").focus("f", aspect="goals", ballot="goals.public")
    assert now(workshop, memory)["steps"][0]["here"]


# --------------------------------------------------------------------------- words


def test_the_line_above_says_it_all(workshop):
    """Decided, minutes planned, spent and left, and what is still open."""
    workshop.decide("goals.public", {"value": "yes", "reason": "R", "by": "F"})
    found = now(workshop)

    planned = sum(
        question.minutes["full"]
        for question in workshop.kit.questions()
        if question.type != "note"
        and question.stage == "workshop"
        and "full" in question.minutes
        and question.id in {q["id"] for q in found["questions"]}
    )
    done = sum(
        workshop.kit.question(name).minutes["full"]
        for name in ("plan.budget", "goals.public")
    )
    assert found["brief"].endswith(f"decided · 0 of {planned:g} min")
    assert found["time"] == (
        f"{planned:g} minutes planned, 0 spent, {planned:g} left."
        f" What is still open asks for {planned - done:g}."
    )


@pytest.mark.parametrize("track", ["draft", "short", "full"])
def test_the_minutes_are_those_of_the_programme(tmp_path, track):
    """What the first notebook shows as the programme is what the agenda counts."""
    path = tmp_path / "a.workshop"
    with Workshop.create(path, kit="social_media", lang="en", track=track) as made:
        (table,) = plan(made)
        found = now(made)

        assert [step["planned"] for step in found["steps"]] == table.column(3)


def test_only_a_panel_of_all_parts_has_the_agenda(workshop):
    """The panel of one part shows that part."""
    t = workshop.translate
    every = overview(workshop, ["goals", "plan"], t, running=True, memory={})
    one = overview(workshop, ["goals"], t, running=True, memory={})

    assert len(every["agenda"]["steps"]) == 2
    assert one["agenda"] is None


def test_the_next_question_may_be_of_the_next_part(workshop):
    """At the end of a part the button leads on, and at the very end nowhere."""
    t, lead = workshop.translate, Lead(workshop, "F")

    def following(aspect, ballot, parts=("goals", "plan")):
        lead.focus(uuid.uuid4().hex, aspect=aspect, ballot=ballot)
        found = overview(workshop, parts, t, running=True, memory={})
        return found["next_aspect"], found["next"]

    assert following("goals", "goals.people") == ("plan", "plan.name")
    assert following("goals", "goals.people", ("goals",)) == ("", "")
    last = workshop.kit.aspect("plan").questions[-1].id
    assert following("plan", last) == ("", "")
