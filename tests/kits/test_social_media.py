"""The social media kit has what a heritage institution's policy has to settle."""

from __future__ import annotations

import pytest

from workshop_kit.i18n import Translator
from workshop_kit.kit.load import load

KIT = load("social_media")
ASKED = [question for question in KIT.questions() if question.type != "note"]
SOURCE_ASPECTS = ("goals", "audience", "how_where", "resources", "monitoring")


def test_it_follows_the_five_aspects_of_the_source():
    """Context first, then the five aspects in their order, then what keeps it safe."""
    ids = [aspect.id for aspect in KIT.aspects]

    assert ids[0] == "context"
    assert [name for name in ids if name in SOURCE_ASPECTS] == list(SOURCE_ASPECTS)
    assert {
        "conduct",
        "contributions",
        "accounts",
        "legal",
        "crisis",
        "adoption",
    } < set(ids)


def test_it_asks_enough_and_checks_enough():
    """At least 75 questions and 25 rules, of each severity some."""
    assert len(ASKED) >= 75
    assert len(KIT.rules) >= 25
    assert {rule.severity for rule in KIT.rules} == {"blocker", "warning", "hint"}


def test_every_question_helps_both_sides():
    """Each has a hint for the participant, a script and minutes for the facilitator."""
    for question in ASKED:
        assert set(question.label) == set(question.hint) == set(question.script)
        assert set(question.label) == {"nl", "en"}
        assert question.minutes


def test_the_tracks_nest():
    """What a short track asks, a longer one asks too."""
    for question in ASKED:
        tracks = set(question.minutes)

        assert tracks in ({"full"}, {"short", "full"}, {"draft", "short", "full"})


@pytest.mark.parametrize(
    ("track", "least", "most"), [("draft", 4, 5), ("short", 75, 90), ("full", 180, 240)]
)
def test_a_track_fits_its_time(track, least, most):
    """Five minutes alone, ninety minutes, half a day: neither too long nor empty."""
    minutes = sum(
        q.minutes.get(track, 0) for q in KIT.questions() if q.stage == "workshop"
    )

    assert least <= round(minutes, 6) <= most


def test_each_choice_has_advice_where_it_makes_the_policy():
    """An option with a clause of its own comes with advice, except in plain facts."""
    without = [
        f"{question.id}/{option.id}"
        for question in ASKED
        for option in question.options
        if option.clause is not None and option.advice is None
    ]

    assert without == []


def test_the_wording_varies_where_the_choice_matters():
    """At least twenty clauses have a strict, a balanced and an open wording."""
    clauses = [
        clause
        for question in ASKED
        for clause in (question.clause, *(o.clause for o in question.options))
        if clause is not None
    ]
    varied = [c for c in clauses if c.variants() == ("strict", "balanced", "open")]

    assert len(varied) >= 20


def test_points_of_dutch_law_ask_who_checked_them():
    """All of the legal aspect, and law elsewhere, is marked to be checked."""
    legal = KIT.aspect("legal").questions

    assert all(question.law is not None for question in legal)
    assert all(q.law.note["nl"] and q.law.reference for q in ASKED if q.law)


def test_facts_have_sources_that_say_what_they_are():
    """Each source has a title, and is used or is the page it all began with."""
    used = {s for q in KIT.questions() for s in (*q.sources, *(q.law or q).sources)}
    used |= {s for rule in KIT.rules for s in rule.sources}

    assert all(source.title for source in KIT.sources.values())
    assert "S" in used


def test_every_question_type_is_in_use():
    """The kit shows what a kit can ask."""
    assert {question.type for question in KIT.questions()} == {
        "single", "multiple", "ranking", "score", "short_text", "long_text", "integer",
        "decimal", "date", "rows", "pick", "note",
    }  # fmt: skip


def test_no_dutch_word_of_ours_is_left_in_english():
    """The English labels do not equal the Dutch ones, but for names."""
    same = {
        question.id
        for question in ASKED
        if question.label["nl"] == question.label["en"]
    }

    assert same == set()
    assert Translator("en").pick(KIT.title) == "Social media policy"
