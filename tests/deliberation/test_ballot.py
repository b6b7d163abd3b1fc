"""What the room is asked about a question is a question itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.deliberation.ballot import (
    BALLOTS,
    MOST_IDEAS,
    REASONS,
    ballot,
    kinds,
    parse,
    voted_on,
    why,
)
from workshop_kit.deliberation.tally import tally, tidy
from workshop_kit.errors import AnswerError
from workshop_kit.forms import fields
from workshop_kit.i18n import Translator
from workshop_kit.kit.load import load
from workshop_kit.kit.model import Option
from workshop_kit.kit.validate import validate

KIT = load("tests/kits/small")
ASKED = [(q.id, kind) for q in KIT.questions() for kind in kinds(q)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("goals.intro", ()),
        ("goals.public", BALLOTS),
        ("goals.which", BALLOTS),
        ("goals.people", ("answer", "ideas", "consent", "fist")),
        ("plan.weight", ("answer", "ideas", "consent", "fist")),
        ("plan.fits", ("answer", "consent", "fist")),
        ("plan.review", ("answer", "consent", "fist")),
    ],
)
def test_what_can_be_asked(question, expected):
    """A note nothing, dots only over options, no ideas for a number or a date."""
    assert kinds(KIT.question(question)) == expected


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(("question", "kind"), ASKED)
def test_every_ballot_is_drawn_in_both_languages(question, kind, lang):
    """The form gets plain words, under an id that leads back to the question."""
    asked = ballot(KIT.question(question), kind, proposal="Elke dag {één} bericht")
    group = fields.group(asked, Translator(lang))
    assert parse(asked.id) == (question, kind)
    assert json.loads(json.dumps(group)) == group
    assert not any(words.startswith("[") for words in (group["legend"], group["hint"]))


@pytest.mark.parametrize(
    ("kind", "value", "counted"),
    [
        ("ideas", [{"idea": "Een  podcast"}, {"idea": ""}], {"Een podcast": 1}),
        ("dots", {"reach": 2}, {"dialogue": 0, "visits": 0, "reach": 1}),
        ("consent", "concerns", {"agree": 0, "concerns": 1, "object": 0}),
        ("fist", "3", {"0": 0, "1": 0, "2": 0, "3": 1, "4": 0, "5": 0}),
    ],
)
def test_values_are_checked_and_counted_as_of_any_question(say, kind, value, counted):
    """Validation and tally need to know nothing of ballots."""
    asked = ballot(KIT.question("goals.which"), kind)
    (answer,) = say(validate(asked, value))
    answer = type(answer)(
        question=asked.id, participant=answer.participant, value=answer.value
    )
    table = tally(tidy([answer], [asked]), asked, asked=1)
    assert dict(zip(table["option"], table["n"], strict=True)) == counted


def test_a_proposal_is_data():
    """Words of the facilitator stand as they are; without them the question does."""
    question = KIT.question("goals.public")
    asked = ballot(question, "consent", proposal=" Wij {doen} 100% mee. ")
    assert asked.hint == {"nl": "Wij {doen} 100% mee.", "en": "Wij {doen} 100% mee."}
    assert asked.label["nl"] == "Kun je met dit voorstel leven?"
    assert ballot(question, "fist").hint == question.label


def test_own_words_stand_beside_a_vote():
    """Both votes ask for reasons, in words that fit the vote."""
    question = KIT.question("plan.fits")
    consent, fist = why(question, "consent"), why(question, "fist")
    assert (consent.id, fist.id) == ("plan.fits#consentwhy", "plan.fits#fistwhy")
    assert REASONS[parse(consent.id)[1]] == "consent"
    assert (consent.type, consent.label) == ("long_text", fist.label)
    assert consent.hint != fist.hint
    assert ballot(question, "consentwhy") == consent


def test_reasons_are_asked_in_words_that_fit_the_vote():
    """A person who objects is asked for other words than one who shows two fingers."""
    consent, fist = (
        why(KIT.question("plan.fits"), vote) for vote in ("consent", "fist")
    )
    assert consent.label["en"] == (
        "What would have to change, or what remark do you have?"
    )
    assert consent.hint["en"] == (
        "If you object, say what would take the objection away. May stay empty."
    )
    assert fist.hint["en"] == (
        "With 0, 1 or 2, say what would bring you to 3. May stay empty."
    )


@pytest.mark.parametrize(
    ("kind", "nl", "en"),
    [("ideas", "Ideeën: ", "Ideas: "), ("dots", "Stippen: ", "Dots: ")],
)
def test_what_is_asked_about_a_question_names_it(kind, nl, en):
    """The words before the question are in the language of the question."""
    question = KIT.question("goals.public")
    assert ballot(question, kind).label == {
        "nl": nl + question.label["nl"],
        "en": en + question.label["en"],
    }


def test_reasons_open_and_close_with_their_vote():
    """The vote of a reason is another ballot; every other ballot is its own."""
    assert voted_on("plan.fits#consentwhy") == "plan.fits#consent"
    assert voted_on("plan.fits#fistwhy") == "plan.fits#fist"
    assert voted_on("plan.fits#fist") == "plan.fits#fist"
    assert voted_on("plan.fits") == "plan.fits"


@pytest.mark.parametrize(
    ("question", "kind"), [("goals.intro", "fist"), ("plan.name", "dots")]
)
def test_what_cannot_be_asked_is_said(question, kind):
    """A ballot that does not fit is refused in words."""
    with pytest.raises(AnswerError) as caught:
        ballot(KIT.question(question), kind)
    assert str(caught.value) == (
        f"{question}#{kind}: This cannot be asked about the question."
    )


@pytest.mark.parametrize(
    ("question", "kind"), [("goals.intro", "fist"), ("plan.topics", "dots")]
)
def test_reasons_without_a_vote_are_refused(question, kind):
    """There are none for a note, and none beside dots."""
    with pytest.raises(AnswerError) as caught:
        why(KIT.question(question), kind)
    assert str(caught.value) == (
        f"{question}#{kind}: This cannot be asked about the question."
    )


@given(st.text())
def test_any_id_is_taken_apart(text):
    """Whatever arrives as an id, there is a question part and a kind."""
    question, kind = parse(text)
    assert question == text.split("#")[0]
    assert kind == (text[len(question) + 1 :] or "answer")


def test_the_question_itself_is_asked_as_it_stands():
    """An answer is kept under the id of the kit."""
    question = KIT.question("goals.public")
    assert ballot(question, "answer") is question


def test_ideas_are_rows_of_one_short_text():
    """Ten at most, asked in words that invite."""
    ideas = ballot(KIT.question("plan.name"), "ideas")
    assert ideas.at_most == MOST_IDEAS
    assert ideas.hint["en"] == "One idea a row; short is fine."
    assert [(column.id, column.label["en"]) for column in ideas.columns] == [
        ("idea", "Idea")
    ]


def test_dots_are_over_the_options_as_they_are():
    """With what is said of each, and nothing that only choosing one needs."""
    question = KIT.question("goals.which")
    own = Option(id="own_1", label={"nl": "Blog", "en": "Blog"}, proper=True)
    dots = ballot(replace(question, options=(*question.options, own)), "dots")
    assert dots.hint["en"] == (
        "Divide your dots. More dots on a choice give it more weight."
    )
    assert [(o.id, o.label, o.proper) for o in dots.options] == [
        (o.id, o.label, o.proper) for o in (*question.options, own)
    ]


def test_a_vote_by_hands_says_what_its_ends_mean():
    """Handbooks differ about it, so the room is told."""
    fist = ballot(KIT.question("goals.which"), "fist")
    assert fist.label["en"] == "How far do you support this proposal?"
    assert fist.low["en"] == "fist: I block it"
    assert fist.high["en"] == "five fingers: I fully support it"
