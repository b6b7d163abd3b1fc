"""Whoever types forms from paper is asked line by line, and can take it back."""

from __future__ import annotations

import pytest

from workshop_kit.live.paper import Paper
from workshop_kit.live.secretary import Secretary

WHOLE = [
    *("12", "a"),
    *("a", "c a"),
    *("Editor | 2,5 | b | c", "Intern", ""),
    *("Fictional Museum", "", "a / loans", "4", "12", "100", "editor", "b"),
    *("31-3-2027", ""),
]


def typed(secretary, *lines):
    """Type lines; returns what is said about the last one."""
    said = []
    for line in lines:
        said = secretary.take(line)
    return said


def answers(workshop, number=12):
    """Return what a paper says, by question id."""
    return workshop.answers(Paper.find(workshop, number).person)


def test_a_whole_paper(workshop):
    """Every type is typed as it stands on paper, and kept as from a form."""
    secretary = Secretary(workshop)
    said = typed(secretary, *WHOLE)

    assert answers(workshop) == {
        "goals.public": "yes",
        "goals.which": ["reach", "dialogue"],
        "goals.people": [
            {
                "who": "Editor",
                "hours": 2.5,
                "network": workshop.kit.question("goals.people")
                .columns[2]
                .options[1]
                .id,
                "goal": ["reach"],
            },
            {"who": "Intern"},
        ],
        "plan.name": "Fictional Museum",
        "plan.topics": ["objects", {"other": "loans"}],
        "plan.fits": 4,
        "plan.minutes": 12,
        "plan.budget": 100,
        "plan.best": ["Editor"],
        "plan.approved": "board",
        "plan.review": "2027-03-31",
    }
    assert said[-1] == "Paper 12 is kept: 11 of 13 questions were entered."
    assert secretary.prompt == "Number of the paper (empty: stop): "
    assert typed(secretary, "") == []
    assert secretary.finished


def test_a_paper_is_a_participant_with_a_role(workshop):
    """It has a pseudonym, the role that was ticked, and the date agreed to."""
    typed(Secretary(workshop), "7", "b", "a")
    (one,) = [p for p in workshop.store.participants() if p.role != "facilitator"]

    assert (one.alias, one.role) == ("Paper 7", "other")
    assert one.consent_until == workshop.keep_until().isoformat()


def test_the_dialogue_in_dutch(workshop):
    """Prompts, codes, what was understood and what is wrong, without English."""
    workshop.store.update_workshop(lang="nl")
    secretary = Secretary(workshop)
    assert secretary.prompt == "Nummer van het papier (leeg: stoppen): "
    typed(secretary, "3")
    assert secretary.prompt == "Rol, a: HR, b: Anders: "
    assert typed(secretary, "a") == [
        *("", "1. Zijn we er voor publiek?", "   a Ja · b Nee")
    ]
    assert typed(secretary, "x") == [
        "   ! “x” is hier geen code; ze lopen van a tot en met b."
    ]
    assert typed(secretary, "a")[0] == "   = Ja"
    assert typed(secretary, ".")[-1] == (
        "Papier 3 is bewaard: 1 van 13 vragen zijn ingevoerd."
    )
    names = [p.alias for p in workshop.store.participants()]
    assert "Papier 3" in names


def test_the_whole_code_goes_to_its_question(workshop):
    """As it stands on the paper, number and letter; so does a colon."""
    secretary = Secretary(workshop)
    typed(secretary, "1", "a", "2 c a")
    assert answers(workshop, 1) == {"goals.which": ["reach", "dialogue"]}
    typed(secretary, ":4", "3 rooms", "1b")
    assert answers(workshop, 1)["plan.name"] == "3 rooms"
    for wrong in (":99", ":0", ":", ":x", f":{'9' * 5000}"):
        assert typed(secretary, wrong) == ["   ! The paper has questions 1 to 13."]


def test_the_last_is_taken_back(workshop):
    """An answer becomes what it was before, a row goes, a skipped one is asked."""
    secretary = Secretary(workshop)
    typed(secretary, "1", "a", "a")
    assert typed(secretary, "<")[:3] == [
        *("Question 1 is as it was before.", "", "1. Are we there for the public?")
    ]
    assert answers(workshop, 1) == {}
    typed(secretary, "b", ":1", "a", "<")
    assert answers(workshop, 1) == {"goals.public": "no"}
    typed(secretary, ":3", "Editor", "Intern", "<", "")
    assert answers(workshop, 1)["goals.people"] == [{"who": "Editor"}]
    typed(secretary, ":4", "", "<")
    assert secretary.prompt == "4> "


def test_what_does_not_fit_is_refused_as_everywhere(workshop):
    """The same words as in the room, and the question is asked again."""
    secretary = Secretary(workshop)
    typed(secretary, "1", "a", ":7")
    assert typed(secretary, "9") == ["   ! Please write 5 or less."]
    typed(secretary, ":3")
    assert typed(secretary, "| 2") == [
        "   ! Who: Please fill this in too; the row needs it."
    ]
    assert answers(workshop, 1) == {}


def test_questions_that_are_not_asked_are_passed(workshop):
    """As in a form; the paper can still be followed with a colon."""
    secretary = Secretary(workshop)
    said = typed(secretary, "1", "a", "b")
    assert said[:2] == ["   = No", "Not asked after these answers: 2."]
    assert secretary.prompt == "3 row 1> "
    assert typed(secretary, ":2", "a")[0] == "   = Dialogue"


def test_a_paper_is_not_entered_twice(workshop):
    """Its number brings it back where it stopped, also after the program ended."""
    secretary = Secretary(workshop)
    typed(secretary, "12", "a", "a", "c", "", "Fictional Museum")
    again = Secretary(workshop)
    said = typed(again, "012")
    assert said[0] == "Paper 12 goes on; 3 of 13 were entered."
    assert again.prompt == "5> "
    typed(again, ":13", "")
    assert typed(again, "#12")[0].startswith(
        "Paper 12 has been entered already (3 of 13). To correct it:"
    )
    assert len([p for p in workshop.store.participants() if p.role == "hr"]) == 1


def test_skipped_questions_are_remembered(workshop):
    """A full stop keeps how far it was, even if the last ones were left open."""
    secretary = Secretary(workshop)
    typed(secretary, "5", "a", "a", "", "", "", ".")
    assert (
        typed(Secretary(workshop), "5")[0] == "Paper 5 goes on; 1 of 13 were entered."
    )
    assert Paper.find(workshop, 5).done == 4


def test_the_same_again_changes_nothing(workshop):
    """One record, however often it is typed; a correction is another."""
    secretary = Secretary(workshop)
    typed(secretary, "1", "a", "a", ":1", "a", ":1", "b", ":1", "a")
    log = [a.value for a in workshop.store.answer_log()]
    assert log == ["yes", "no", "yes"]


@pytest.mark.parametrize("number", ["0", "100000", "-1", "x", "1.5", "²", "9" * 5000])
def test_what_is_no_number_of_a_paper(workshop, number):
    """It is said, and nobody joins."""
    assert typed(Secretary(workshop), number) == [
        "   ! The number of a paper runs from 1 to 99999."
    ]
    assert workshop.store.participants() == []


def test_a_role_that_is_not_on_the_paper(workshop):
    """It is asked again; a step back asks for the number again."""
    secretary = Secretary(workshop)
    assert typed(secretary, "1", "z") == ["   ! Please choose the role that fits best."]
    typed(secretary, "<")
    assert secretary.prompt == "Number of the paper (empty: stop): "


def test_a_closed_question_takes_no_paper_either(workshop):
    """What the facilitator closed is closed for paper too; the words say so."""
    workshop.store.act(
        "ballot", "goals.public", {"phase": "closed", "round": 1}, by="x", key="k"
    )
    workshop.refresh()
    assert typed(Secretary(workshop), "1", "a", "a") == [
        "   ! This question is closed; what you wrote came too late to count."
    ]


def test_the_help_names_every_sign(workshop):
    """The question of now follows, so nobody loses their place."""
    secretary = Secretary(workshop)
    said = typed(secretary, "1", "a", "?")
    assert said[-2:] == ["1. Are we there for the public?", "   a Yes · b No"]
    for sign in ("<", ":12", ".", "?", "a / own words"):
        assert any(line.startswith(f"  {sign}") for line in said)


def test_what_is_on_paper_counts(workshop):
    """The tally of the room counts it as anybody's answer."""
    typed(Secretary(workshop), "1", "a", "a", ".", "2", "b", "b", ".")
    found = workshop.store.answers("goals.public")
    assert [answer.value for answer in found] == ["yes", "no"]
    assert workshop.people(found) == 2


def test_hostile_words_do_not_reach_the_terminal(workshop):
    """Control characters are gone from what is said back."""
    said = typed(Secretary(workshop), "1", "a", ":4", "Museum \x1b[2J\x07\u202e")
    assert said[0] == "   = Museum [2J"
