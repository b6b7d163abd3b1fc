"""Pages that are made of the program say what the program does, of any kit."""

from __future__ import annotations

import re
import shutil

import pytest
import typer
from builder import condition, generated
from builder.phrases import clauses
from examples import ROOT

from workshop_kit.cli import app
from workshop_kit.kit.load import load
from workshop_kit.metrics.catalogue import CATALOGUE

PAGES = generated.pages()
KITS = [folder.name for folder in generated.shipped()]


@pytest.mark.parametrize("name", PAGES)
def test_a_committed_page_is_what_the_program_makes(name):
    """Whoever changes a rule, a KPI or a command finds it in the docs."""
    path = ROOT / "docs" / name
    committed = path.read_text("utf-8") if path.is_file() else ""

    assert committed == PAGES[name], "run: python tasks.py docs"


def test_no_page_is_left_of_a_kit_that_is_gone():
    """Each page of rules belongs to a kit."""
    found = {path.stem for path in (ROOT / "docs" / "rules").glob("*.md")}

    assert found == set(KITS)


@pytest.mark.parametrize("name", KITS)
def test_every_rule_stands_on_the_page_with_its_message(name):
    """Id, severity, condition, and the message in each language, as a reader sees it."""
    kit = load(name)
    page = PAGES[f"rules/{name}.md"]
    plain = re.sub(r"</?span[^>]*>|\\(?=[^\w\s])", "", page)
    for rule in kit.rules:
        part = plain.split(f"\n## {rule.id}\n")[1].split("\n## ")[0]
        assert f"*{rule.severity.capitalize()}*" in part
        assert " ".join(rule.when.split()) in part.replace("\\", "")
        for lang in kit.languages:
            assert rule.message[lang] in part, (rule.id, lang)


@pytest.mark.parametrize("name", KITS)
def test_every_condition_can_be_said_in_words(name):
    """Each rule of a shipped kit has its condition in words, in each language."""
    kit = load(name)
    for rule in kit.rules:
        for lang in kit.languages:
            said = clauses(kit, rule.when, lang)
            assert said, (rule.id, rule.when)
            ids = {option.id for q in kit.questions() for option in q.options}
            assert not any(f"“{one}”" in " ".join(said) for one in ids), said


@pytest.mark.parametrize(
    ("expression", "nl", "en"),
    [
        (
            'plan.review == ""',
            ["“Wanneer herzien we?” is leeg"],
            ["“When do we review?” is empty"],
        ),
        (
            'size(workshop.undecided) > 0 && plan.review != "" && plan.review <= workshop.today',
            [
                "er zijn vragen zonder besluit",
                "“Wanneer herzien we?” is ingevuld",
                "“Wanneer herzien we?” ligt niet na vandaag",
            ],
            [
                "there are questions without a decision",
                "“When do we review?” is filled in",
                "“When do we review?” is not after today",
            ],
        ),
        ("plan.review", ["“Wanneer herzien we?”"], ["“When do we review?”"]),
        ("nobody.knows == 1", [], []),
        ("plan.review ? 1 : 2", [], []),
        ("plan.review.matches(plan.review)", [], []),
    ],
)
def test_conditions_of_any_kit_are_said_or_left_as_they_are(small, expression, nl, en):
    """Labels stand for ids; what is not understood is not said, and the code stands."""
    assert clauses(small, expression, "nl") == nl
    assert clauses(small, expression, "en") == en


def test_a_joint_within_a_joint_keeps_its_brackets():
    """And binds more tightly than or; brackets of the author are kept."""
    tree = condition.read("a.b == 1 || a.c in [1, 2] && !(a.d && a.e)")

    assert tree.kind == "||"
    assert [part.kind for part in tree.parts] == ["compare", "&&"]
    assert tree.parts[1].parts[1].kind == "not"


def test_words_of_a_kit_are_no_markup(small_folder):
    """Brackets, stars and tags in a message are shown as they were written."""
    shutil.rmtree(small_folder / "__pycache__", ignore_errors=True)
    rules = small_folder / "rules.yaml"
    told = rules.read_text("utf-8") + (
        "\n- id: MARK-1\n  severity: hint\n  when: 'plan.review == \"\"'\n"
        "  message: {nl: '*<b>* [x](y) `z`', en: '*<b>* [x](y) `z`'}\n"
    )
    rules.write_text(told, "utf-8")

    page = generated.rules_of(load(small_folder))

    assert r"\*\<b\>\* \[x\](y) \`z\`" in page


def test_every_kpi_stands_in_the_catalogue_with_formula_and_source():
    """Id, both names, formula, unit and source of each."""
    page = PAGES["kpis.md"]
    for kpi in CATALOGUE.values():
        part = page.split(f"\n## `{kpi.id}`\n")[1].split("\n## ")[0]
        for words in (kpi.name["nl"], kpi.name["en"], kpi.formula, kpi.source):
            assert words in part.replace("\\", ""), (kpi.id, words)
        assert kpi.unit["en"] in part


def test_every_command_has_a_place_an_example_and_all_its_options():
    """No command is left under *More*, and each shows how it is called."""
    page = PAGES["commands.md"]

    def walk(command, path):
        for name, one in getattr(command, "commands", {}).items():
            if hasattr(one, "commands"):
                walk(one, (*path, name))
            elif not one.hidden:
                found.append(((*path, name), one))

    found = []
    walk(typer.main.get_command(app), ())
    assert len(found) > 20
    for path, command in found:
        called = " ".join(("workshop-kit", *path))
        part = page.split(f"\n### `{called}`\n")[1].split("\n### ")[0]
        assert f"\n{called} " in part, f"{called} has no example"
        for option in (o for p in command.params for o in p.opts if o[:2] == "--"):
            shown = f"`{option}`" in part or f"`{option} …`" in part
            hidden = next(p for p in command.params if option in p.opts)
            assert shown or getattr(hidden, "hidden", False) or option == "--help"
