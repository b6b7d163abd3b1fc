"""A kit's mistakes are all found, named and explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from workshop_kit.errors import KitError
from workshop_kit.i18n import Translator
from workshop_kit.kit.check import check
from workshop_kit.kit.found import find, names
from workshop_kit.kit.load import load

CORPUS = yaml.safe_load(
    (Path(__file__).parents[1] / "corpus" / "broken_kits.yaml").read_text("utf-8")
)
ENGLISH = re.compile(
    r"\b(the|this|that|are|has|have|cannot|question|option|rule|line|missing|expected"
    r"|found|input|should|valid|but|and|or|with|from|to|its)\b"
)
"""Words that no Dutch sentence has."""

_DATA = re.compile(r"'[^']*'|\"[^\"]*\"|\{[^}]*\}")
"""What is quoted from the file stays as it is."""


def _break(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_fictional_kit_is_in_order(small_folder):
    """The kit the tests break has no problem of its own."""
    assert check(small_folder) == []


def _broken(folder, case):
    if "whole" in case:
        (folder / case["file"]).write_text(case["whole"], "utf-8")
    else:
        _break(folder, case["file"], case["old"], case["new"])
    return check(folder)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case["mistake"])
def test_each_mistake_is_explained(small_folder, case):
    """A broken kit gets the exact words that name place, mistake and fix, and no more."""
    assert [str(problem) for problem in _broken(small_folder, case)] == case["english"]


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case["mistake"])
def test_each_mistake_is_explained_in_dutch(small_folder, case):
    """The same in Dutch, in which only names, keys and values stay as they are."""
    said = [problem.render(Translator("nl")) for problem in _broken(small_folder, case)]

    assert said == case["dutch"]
    assert ENGLISH.findall(_DATA.sub("", " ".join(said))) == []


@pytest.mark.parametrize(
    ("new", "where"),
    [("clause: {1: x}", ", clause"), ("1: x\n    clause: {en: x, nl: y}", "")],
)
def test_a_number_is_no_key(small_folder, new, where):
    """What YAML takes for a number is said like any other key that is not known."""
    clause = 'clause: {nl: "Dit beleid geldt voor {answer}.", en: "This policy is for {answer}."}'
    _break(small_folder, "questions/plan.yaml", clause, new)

    assert str(check(small_folder)[-1]) == (
        f"questions/plan.yaml, question 'plan.name'{where}: '1' is not a key that is known here."
    )


def test_the_corpus_is_large_and_each_case_is_another():
    """At least forty kits, no two alike, none without a message."""
    made = {(c["file"], c.get("old"), c.get("new"), c.get("whole")) for c in CORPUS}

    assert len(made) == len(CORPUS) >= 40
    assert all(len(c["english"]) == len(c["dutch"]) > 0 for c in CORPUS)


def test_a_track_may_be_full_to_the_minute(small_folder):
    """As many minutes as there are is no problem; a track of nothing is."""
    _break(small_folder, "kit.yaml", "minutes: 5}", "minutes: 4}")
    assert check(small_folder) == []
    for file in ("goals", "plan"):
        path = small_folder / "questions" / f"{file}.yaml"
        path.write_text(path.read_text("utf-8").replace("draft: 1, ", ""), "utf-8")
    assert [str(problem) for problem in check(small_folder)] == [
        "track 'draft': the questions take 0 minutes; the track has 4. Change the "
        "minutes of its questions, or move some to later."
    ]


def test_every_problem_is_said_at_once(small_folder):
    """Three mistakes in three files are three problems in one run."""
    for case in CORPUS:
        if case["mistake"] in {"unknown key", "unknown type", "not YAML"}:
            _broken(small_folder, case)

    places = {problem.where.split(",")[0] for problem in check(small_folder)}

    assert {"questions/goals.yaml", "questions/plan.yaml", "rules.yaml"} <= places


def test_loading_a_broken_kit_names_the_first_problem(small_folder):
    """Whoever loads a broken kit hears the first problem and where to see all."""
    _break(small_folder, "rules.yaml", "severity: hint", "severity: fatal")

    with pytest.raises(KitError) as caught:
        load(small_folder)

    assert str(caught.value) == (
        "rules.yaml, rule 'LAW-1': 'severity' cannot be 'fatal'; use one of 'blocker', "
        "'warning', 'hint'. See all that is wrong with: workshop-kit check "
        f"{small_folder}"
    )


def test_a_kit_that_is_not_there():
    """An unknown kit id lists the kits there are."""
    with pytest.raises(KitError) as caught:
        find("socialmedia")

    assert str(caught.value) == (
        "socialmedia: there is no kit here: 'kit.yaml' is missing. Give the folder of "
        f"a kit, or one of these: {', '.join(names())}."
    )


def test_a_kit_file_that_is_not_text(small_folder):
    """Binary garbage in a kit file is named, with what to do."""
    (small_folder / "rules.yaml").write_bytes(b"\xff\xfe\x00\x81")

    assert [str(problem) for problem in check(small_folder)] == [
        "rules.yaml: this file cannot be read as text. Save it as plain text in UTF-8."
    ]


@pytest.mark.parametrize("kit", names())
def test_shipped_kits_are_in_order(kit):
    """A kit that comes with the package has no problem."""
    assert [str(problem) for problem in check(find(kit))] == []


@pytest.mark.parametrize("number", ["7", "7 - 1", "7 + 1", "1000000"])
def test_a_rule_about_one_number_can_fire(small_folder, number):
    """The number it names is tried, and those beside it."""
    _break(
        small_folder,
        "rules.yaml",
        "'plan.review == \"\"'",
        f"'plan.minutes != null && plan.minutes == {number}'",
    )
    assert check(small_folder) == []


def test_a_rule_about_a_score_can_fire(small_folder):
    """A score is a number too."""
    _break(small_folder, "rules.yaml", "'plan.review == \"\"'", "'plan.fits == 4'")
    assert check(small_folder) == []


def test_a_rule_about_two_of_three_choices_can_fire(small_folder):
    """One, two and all of what there is to choose are tried."""
    _break(
        small_folder, "rules.yaml", "'plan.review == \"\"'", "'size(goals.which) == 2'"
    )
    assert check(small_folder) == []


def test_a_rule_about_the_day_and_an_answer_can_fire(small_folder):
    """Answers are tried on more than one day."""
    _break(
        small_folder,
        "rules.yaml",
        "'plan.review == \"\"'",
        "'plan.review != \"\" && plan.review < workshop.today'",
    )
    assert check(small_folder) == []


def test_a_file_with_a_mark_of_its_encoding_is_read(small_folder):
    """Some editors put an invisible mark in front; it is no part of the text."""
    path = small_folder / "kit.yaml"
    path.write_text("\ufeff" + path.read_text("utf-8"), "utf-8")

    assert check(small_folder) == []
