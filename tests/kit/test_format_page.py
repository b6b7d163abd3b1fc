"""What the page on the format of kits says is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from workshop_kit.kit.check import FIGURES
from workshop_kit.kit.conditions import Condition
from workshop_kit.kit.found import GROUP
from workshop_kit.kit.model import Column, QuestionType
from workshop_kit.policy import calendar

PAGE = (Path(__file__).parents[2] / "docs" / "kit-format.md").read_text("utf-8")
SAID = re.findall(
    r"^\| ([^|]+) \| (`.*`[^|]*) \|$", PAGE.partition("| to say |")[2], re.MULTILINE
)
FACTS = {
    "a": {
        "b": "yes",
        "list": ["press"],
        "rows": [{"owner": "", "hours": 9.0}],
        "number": 9.0,
        "text": "…",
        "date": "2000-01-01",
    },
    "workshop": {"today": "2999-12-31"},
}


@pytest.mark.parametrize(
    "expression",
    [
        code.replace("\\|", "|").replace("…", "true")
        for _, cell in SAID
        for code in re.findall(r"`([^`]+)`", cell)
        if " " in code or "(" in code
    ],
)
def test_each_expression_works(expression):
    """It can be worked out, and is true or false."""
    assert Condition(expression, where="the page").holds(FACTS) in {True, False}


def test_each_way_to_say_something_is_tried():
    """The table is found, with its dozen lines."""
    assert len(SAID) == 10


def test_every_type_of_question_and_column_is_explained():
    """None of the model is left out."""
    for name in (
        *get_args(QuestionType),
        *get_args(get_type_hints(Column)["type"]),
    ):
        assert f"`{name}`" in PAGE


def test_the_questions_that_feed_the_figures_are_those_that_are_used():
    """Checked, explained and used under the same ids."""
    used = {calendar.INDICATORS, calendar.MOMENTS, calendar.CAMPAIGNS}

    assert set(FIGURES) == used
    for name in (*used, *(set(calendar.TITLES) - {"target"})):
        assert f"`{name}`" in PAGE


def test_the_entry_point_is_that_which_is_looked_for():
    """A package that copies it is found."""
    (text,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

    assert list(tomllib.loads(text)["project"]["entry-points"]) == [GROUP]
