"""Hours asked beside hours given."""

from __future__ import annotations

from pathlib import Path

import pytest

import workshop_kit
from workshop_kit.kit.conditions import Condition, facts
from workshop_kit.kit.load import load
from workshop_kit.metrics.feasibility import feasibility

VALUES = {
    "ch.list": [
        {"network": "facebook", "status": "keep", "posts": 2.5},
        {"network": "tiktok", "status": "start", "posts": 1},
        {"network": "x", "status": "stop", "posts": 9},
        {"network": {"other": "Een forum"}, "status": None, "posts": None},
    ],
    "res.people": [
        {"who": "Medewerker communicatie", "hours": 4},
        {"who": "Vrijwilliger", "hours": None},
    ],
    "res.minutes_post": 60,
    "res.minutes_moderation": 30,
    "res.minutes_report": 130,
}


def test_the_sum():
    """Posts, moderation and a part of the monthly report, of open channels only."""
    found = feasibility(VALUES)
    assert found.hours_asked == pytest.approx(3.5 + 2.5 + 130 / 4.33 / 60)
    assert (found.hours_given, found.unknown) == (4, ("Een forum", "Vrijwilliger"))
    assert [line.what for line in found.asked] == [
        "facebook",
        "tiktok",
        "Een forum",
        "moderation",
        "report",
    ]


def test_words(en, nl):
    """Too few hours are said with both sums, and what was not counted."""
    found = feasibility(VALUES)
    assert found.words(en) == (
        "The plans ask for 6.5 hours a week and there are 4: 2.5 more is needed. Not"
        " counted, as figures are missing: Een forum, Vrijwilliger."
    )
    more = {**VALUES, "res.people": [{"who": "A", "hours": 8}], "ch.list": []}
    assert feasibility(more).words(nl) == (
        "De plannen vragen 3 uur per week en er is 8 uur: het past, met 5 uur over."
    )
    assert (
        feasibility({**VALUES, "res.people": None})
        .words(en)
        .startswith(
            "The plans ask for 6.5 hours a week; no hours have been given for them yet."
        )
    )


def test_calculation_is_shown(nl):
    """Each line has its sum in words and numbers of the reader."""
    assert feasibility(VALUES).calculation(nl, {"facebook": "Facebook-pagina"}) == (
        ("Facebook-pagina", "2,5 berichten × 60 minuten", "2,5"),
        ("TikTok", "1 berichten × 60 minuten", "1"),
        ("Een forum", "cijfer ontbreekt", "?"),
        ("Reacties lezen en beantwoorden", "5 werkdagen × 30 minuten", "2,5"),
        ("Cijfers en verslag", "130 minuten per maand ÷ 4,33 weken", "0,5"),
        ("Gevraagd", "", "6,5"),
        ("Medewerker communicatie", "", "4"),
        ("Vrijwilliger", "", "?"),
        ("Beschikbaar", "", "4"),
    )


def test_nothing_decided(en):
    """Without any decision nothing is counted as nought; all is named as missing."""
    found = feasibility({})
    assert (found.hours_asked, found.unknown) == (0, ("moderation", "report"))
    assert "Reading and answering comments" in found.words(en)


@pytest.mark.parametrize(("hours", "warned"), [(6, True), (7, False)])
def test_agrees_with_the_rule_of_the_kit(hours, warned):
    """The kit warns of too few hours just when this sum says so."""
    values = {**VALUES, "res.people": [{"who": "A", "hours": hours}]}
    kit = load(Path(workshop_kit.__file__).parent / "kits" / "social_media")
    (rule,) = (rule for rule in kit.rules if rule.id == "RES-1")
    asked = [question for question in kit.questions() if question.id in values]
    assert Condition(rule.when, where="RES-1").holds(facts(asked, values)) is warned
    assert (feasibility(values).short > 0) is warned
