"""A kit's mistakes are all found, named and explained."""

from __future__ import annotations

import pytest

from workshop_kit.errors import KitError
from workshop_kit.kit import load as loading
from workshop_kit.kit.check import check
from workshop_kit.kit.load import find, load

BROKEN = {
    "unknown key": (
        "questions/goals.yaml",
        'hint: {nl: "Hoogstens',
        'hnt: {nl: "Hoogstens',
        "questions/goals.yaml, question 'goals.which': 'hint' is missing.",
    ),
    "unknown type": (
        "questions/plan.yaml",
        "type: date",
        "type: day",
        "questions/plan.yaml, question 'plan.review': 'type' cannot be 'day'; use one "
        "of 'single', 'multiple', 'ranking', 'dots', 'score', 'short_text', 'long_text', "
        "'integer', 'decimal', 'date', 'rows', 'pick' or 'note'.",
    ),
    "bad id": (
        "questions/plan.yaml",
        "id: plan.story",
        "id: Plan-Story",
        "questions/plan.yaml, question 'Plan-Story': 'id' cannot be 'Plan-Story'; it "
        r"has to look like ^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$.",
    ),
    "reserved word": (
        "questions/plan.yaml",
        "id: plan.story",
        "id: plan.for",
        "questions/plan.yaml, question 'plan.for': 'for' is a reserved "
        "word of expressions, choose another.",
    ),
    "text without language": (
        "questions/plan.yaml",
        'label: {nl: "Waarover?", en: "About what?"}',
        "label: Waarover",
        "questions/plan.yaml, question 'plan.topics': 'label' has to be a text in "
        "each language, such as {nl: …, en: …}.",
    ),
    "choice without options": (
        "questions/goals.yaml",
        "type: ranking\n    at_most: 2",
        "type: rows",
        "questions/goals.yaml, question 'goals.which': a question of type 'rows' needs 'columns'.",
    ),
    "decimal without unit": (
        "questions/plan.yaml",
        '    unit: {nl: "euro per jaar", en: "euros a year"}\n',
        "",
        "questions/plan.yaml, question 'plan.budget': a question of type 'decimal' needs 'unit'.",
    ),
    "key twice": (
        "questions/plan.yaml",
        "    max: 120\n",
        "    max: 120\n    max: 130\n",
        "questions/plan.yaml, line 49: this is not valid YAML: 'max' stands here twice. Look at "
        "this line and the one above: indents, colons, quotes.",
    ),
    "not YAML": (
        "rules.yaml",
        "- id: PLAN-1",
        "- id: [PLAN-1",
        "rules.yaml, line 2: this is not valid YAML: did not find expected ',' or "
        "']'. Look at this line and the one above: indents, colons, quotes.",
    ),
    "unknown list": (
        "questions/goals.yaml",
        "options: networks",
        "options: network",
        "questions/goals.yaml, question 'goals.people', options: there is no list "
        "'network' in lists.yaml. Did you mean 'networks'?",
    ),
    "missing translation": (
        "questions/plan.yaml",
        'label: {nl: "Waarover?", en: "About what?"}',
        'label: {nl: "Waarover?"}',
        "aspect 'plan', question 'plan.topics', label: the text in 'en' is missing. "
        "Add 'en: …' beside the other language.",
    ),
    "opens nothing": (
        "questions/goals.yaml",
        "opens: [goals.which]",
        "opens: [goals.wich]",
        "question 'goals.public', option 'yes', opens: 'goals.wich' does not exist in "
        "this kit. Did you mean 'goals.which'?",
    ),
    "opens backwards": (
        "questions/goals.yaml",
        "opens: [goals.which]",
        "opens: [goals.public]",
        "question 'goals.public', option 'yes', opens: 'goals.public' stands in the "
        "wrong order. A question can only depend on what was asked before it.",
    ),
    "picks from a text": (
        "questions/plan.yaml",
        "pick_from: goals.people",
        "pick_from: plan.name",
        "question 'plan.best', pick_from: 'plan.name' is not a list to pick from. Name "
        "an earlier question of type rows, multiple, ranking or pick.",
    ),
    "unknown source": (
        "questions/goals.yaml",
        "sources: [S]",
        "sources: [SS]",
        "question 'goals.public', sources: 'SS' does not exist in this kit. Did you "
        "mean 'S'?",
    ),
    "unknown track": (
        "questions/goals.yaml",
        "{draft: 1, full: 10}",
        "{drft: 1, full: 10}",
        "question 'goals.which', minutes: 'drft' does not exist in this kit. Did you "
        "mean 'draft'?",
    ),
    "no clause": (
        "questions/plan.yaml",
        '    clause: {nl: "Wij schrijven over {answer}.",'
        ' en: "We write about {answer}."}\n',
        "",
        "question 'plan.topics', option 'objects': there is no clause, so the policy "
        "could not say it. Write a clause for the option, or one for the question.",
    ),
    "in no section": (
        "document.yaml",
        "plan.topics, ",
        "",
        "question 'plan.topics': no section of the policy holds this question. Add it "
        "to a section in document.yaml.",
    ),
    "unknown threshold": (
        "questions/plan.yaml",
        "type: score\n",
        "type: score\n    threshold: al\n",
        "question 'plan.fits', threshold: 'al' does not exist in this kit. Did you mean "
        "'all'?",
    ),
    "threshold of another method": (
        "questions/plan.yaml",
        "type: short_text\n",
        "type: short_text\n    threshold: half\n",
        "question 'plan.name', threshold: 'half' judges approval, which a short_text "
        "question does not give. Name a threshold with method consent or fist.",
    ),
    "threshold above the whole": (
        "kit.yaml",
        "share: 0.5",
        "share: 1.5",
        "kit.yaml, threshold 'half': 'share' cannot be 1.5: Input should be less than or "
        "equal to 1.",
    ),
    "review date is a text": (
        "document.yaml",
        "review_date: plan.review",
        "review_date: plan.name",
        "document.yaml, review_date: 'plan.name' is a question of type short_text; "
        "this needs date.",
    ),
    "too long": (
        "kit.yaml",
        "minutes: 5}",
        "minutes: 3}",
        "track 'draft': the questions take 4 minutes; the track has 3. Change the "
        "minutes of its questions, or move some to later.",
    ),
    "bad expression": (
        "rules.yaml",
        "'plan.review == \"\"'",
        "'plan.review =='",
        "rule PLAN-1, when: this is not a valid expression: Failed to parse expression "
        "'plan.review ==': ERROR: <input>:1:15: Syntax error: mismatched input '<EOF>' "
        "expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, "
        "NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}.",
    ),
    "number without null test": (
        "rules.yaml",
        "plan.minutes != null && ",
        "",
        "rule PLAN-2, when: the expression cannot be worked out: No such overload: the "
        "operation is not defined for the given operand types. An unanswered number is "
        "null: test it with '!= null' first.",
    ),
    "never true": (
        "rules.yaml",
        "'plan.review == \"\"'",
        "'goals.public == \"jes\"'",
        "rule PLAN-1, when: the rule can never fire. Look for an id that is spelt "
        "wrong.",
    ),
    "unreachable question": (
        "questions/plan.yaml",
        'goals.public == "yes" &&',
        'goals.public == "ja" &&',
        "question 'plan.budget', relevant: no answer to the earlier questions ever "
        "makes it true. Look for an id that is spelt wrong.",
    ),
    "not true or false": (
        "rules.yaml",
        "'plan.review == \"\"'",
        "'plan.review'",
        "rule PLAN-1, when: the expression has to be true or false, not ''.",
    ),
    "rule names nothing": (
        "rules.yaml",
        "'plan.review == \"\"'",
        "'plan.reviews == \"\"'",
        "rule PLAN-1, when: 'plan.reviews' does not exist in this kit. Did you mean "
        "'plan.review'?",
    ),
    "missing aspect": (
        "kit.yaml",
        "[goals, plan]",
        "[goals, plan, more]",
        "questions/more.yaml: this file is missing. Make it, or take its name out of 'aspects' "
        "in kit.yaml.",
    ),
    "question twice": (
        "questions/plan.yaml",
        "id: plan.story",
        "id: goals.intro",
        "question 'goals.intro': this id stands in the kit more than once. Give each "
        "its own; answers are kept under it.",
    ),
    "rule twice": (
        "rules.yaml",
        "id: PLAN-2",
        "id: PLAN-1",
        "rule 'PLAN-1': this id stands in the kit more than once. Give each its own; "
        "answers are kept under it.",
    ),
    "threshold twice": (
        "kit.yaml",
        "thresholds:\n  - {id: all,",
        "thresholds:\n  - {id: half,",
        "threshold 'half': this id stands in the kit more than once. Give each its own; "
        "answers are kept under it.",
    ),
    "in two sections": (
        "document.yaml",
        "questions: [plan.story,",
        "questions: [plan.name, plan.story,",
        "section question 'plan.name': this id stands in the kit more than once. Give "
        "each its own; answers are kept under it.",
    ),
    "unknown role": (
        "questions/goals.yaml",
        "roles: [hr]",
        "roles: [hrm]",
        "question 'goals.public', roles: 'hrm' does not exist in this kit. Did you mean "
        "'hr'?",
    ),
    "unknown source of the law": (
        "questions/plan.yaml",
        "sources: [S]",
        "sources: [SS]",
        "question 'plan.approved', sources: 'SS' does not exist in this kit. Did you "
        "mean 'S'?",
    ),
    "rule mends nothing": (
        "rules.yaml",
        "fix: [plan.review]",
        "fix: [plan.reviews]",
        "rule PLAN-1, fix: 'plan.reviews' does not exist in this kit. Did you mean "
        "'plan.review'?",
    ),
    "rule of an unknown source": (
        "rules.yaml",
        "  fix: [plan.review]\n",
        "  fix: [plan.review]\n  sources: [SS]\n",
        "rule PLAN-1, sources: 'SS' does not exist in this kit. Did you mean 'S'?",
    ),
    "picks from later": (
        "questions/goals.yaml",
        "pick_from: goals.which",
        "pick_from: plan.topics",
        "question 'goals.people', pick_from: 'plan.topics' stands in the wrong order. A "
        "question can only depend on what was asked before it.",
    ),
    "picks from itself": (
        "questions/plan.yaml",
        "pick_from: goals.people",
        "pick_from: plan.best",
        "question 'plan.best', pick_from: 'plan.best' stands in the wrong order. A "
        "question can only depend on what was asked before it.",
    ),
    "picks from nothing": (
        "questions/plan.yaml",
        "pick_from: goals.people",
        "pick_from: goals.peeple",
        "question 'plan.best', pick_from: 'goals.peeple' does not exist in this kit. "
        "Did you mean 'goals.people'?",
    ),
    "threshold on a note": (
        "questions/goals.yaml",
        "type: note\n",
        "type: note\n    threshold: all\n",
        "question 'goals.intro', threshold: 'all' judges consent, which a note question "
        "does not give. Name a threshold with method consent or fist.",
    ),
    "institution is a list": (
        "document.yaml",
        "institution: plan.name",
        "institution: plan.topics",
        "document.yaml, institution: 'plan.topics' is a question of type multiple; this "
        "needs short_text.",
    ),
    "unknown owner": (
        "document.yaml",
        "owner: plan.best",
        "owner: plan.bset",
        "document.yaml, owner: 'plan.bset' does not exist in this kit. Did you mean "
        "'plan.best'?",
    ),
    "unknown approval": (
        "document.yaml",
        "approved_by: plan.approved",
        "approved_by: plan.aproved",
        "document.yaml, approved_by: 'plan.aproved' does not exist in this kit. Did you "
        "mean 'plan.approved'?",
    ),
    "staff reads nothing": (
        "document.yaml",
        "staff: [goals.public,",
        "staff: [goals.pablic,",
        "document.yaml, staff: 'goals.pablic' does not exist in this kit. Did you mean "
        "'goals.public'?",
    ),
    "summary of nothing": (
        "document.yaml",
        "summary: [goals.which]",
        "summary: [goals.wich]",
        "document.yaml, summary: 'goals.wich' does not exist in this kit. Did you mean "
        "'goals.which'?",
    ),
    "section holds nothing": (
        "document.yaml",
        "plan.topics, ",
        "plan.topics, plan.topic, ",
        "section 'how', questions: 'plan.topic' does not exist in this kit. Did you "
        "mean 'plan.topics'?",
    ),
    "missing translation of a law": (
        "questions/plan.yaml",
        'note: {nl: "Laat dit nagaan.", en: "Have this checked."}',
        'note: {nl: "Laat dit nagaan."}',
        "question 'plan.approved', law, note: the text in 'en' is missing. Add 'en: …' "
        "beside the other language.",
    ),
    "aspects is no list": (
        "kit.yaml",
        "[goals, plan]",
        "goals",
        "kit.yaml: 'aspects' has to be the list of the files in questions/, in order.",
    ),
}

MORE = {"unknown key", "unknown list", "no clause", "question twice"}
"""Mistakes that are more than one problem; all others are one."""


def _break(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_fictional_kit_is_in_order(small_folder):
    """The kit the tests break has no problem of its own."""
    assert check(small_folder) == []


@pytest.mark.parametrize("name", BROKEN)
def test_each_mistake_is_explained(small_folder, name):
    """A broken kit gets the exact words that name place, mistake and fix."""
    file, old, new, expected = BROKEN[name]
    _break(small_folder, file, old, new)

    problems = [str(problem) for problem in check(small_folder)]
    assert expected in problems
    assert (problems == [expected]) is (name not in MORE)


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
    for name in ("unknown key", "unknown type", "not YAML"):
        file, old, new, _ = BROKEN[name]
        _break(small_folder, file, old, new)

    places = {problem.where.split(",")[0] for problem in check(small_folder)}

    assert {"questions/goals.yaml", "questions/plan.yaml", "rules.yaml"} <= places


def test_loading_a_broken_kit_names_the_first_problem(small_folder):
    """Whoever loads a broken kit hears the first problem and where to see all."""
    _break(small_folder, "rules.yaml", "severity: hint", "severity: fatal")

    with pytest.raises(KitError) as caught:
        load(small_folder)

    assert str(caught.value) == (
        "rules.yaml: 'severity' cannot be 'fatal'; use one of 'blocker', 'warning' or "
        f"'hint'. See all 1 problems with: workshop-kit check {small_folder}"
    )


def test_a_kit_that_is_not_there():
    """An unknown kit id lists the kits there are."""
    with pytest.raises(KitError) as caught:
        find("socialmedia")

    assert str(caught.value) == (
        "socialmedia: there is no kit here: 'kit.yaml' is missing. Give the folder of "
        f"a kit, or one of these: {', '.join(loading.names())}."
    )


def test_a_kit_file_that_is_not_text(small_folder):
    """Binary garbage in a kit file is named, with what to do."""
    (small_folder / "rules.yaml").write_bytes(b"\xff\xfe\x00\x81")

    assert [str(problem) for problem in check(small_folder)] == [
        "rules.yaml: this file cannot be read (UnicodeDecodeError). Save it as plain "
        "text in UTF-8."
    ]


@pytest.mark.parametrize("kit", loading.names())
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
