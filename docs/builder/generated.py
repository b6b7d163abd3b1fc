"""Writes the pages that are made of the program: lint rules, KPIs, commands."""

from __future__ import annotations

import html
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

import workshop_kit
from builder.phrases import clauses
from workshop_kit.cli import app
from workshop_kit.kit.load import load
from workshop_kit.metrics.catalogue import CATALOGUE
from workshop_kit.metrics.definition import LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workshop_kit.kit.model import Kit, Rule
    from workshop_kit.metrics.definition import Kpi

DOCS = Path(__file__).resolve().parents[1]
KITS = Path(workshop_kit.__file__).parent / "kits"
MADE = "<!-- Made by `python tasks.py docs`; a change here is lost. -->\n"
WHEN = {"en": "Found when", "nl": "Gevonden als"}
FEEDS = {
    "posts": "posts",
    "days": "days",
    "both": "posts and days",
    "sample": "comments coded by hand",
    "entered": "typed in",
}
GROUPS = {
    "Prepare": ("check", "new-kit", "new", "metrics"),
    "Hold the workshop": ("start", "open", "room", "programme", "enter", "demo"),
    "Decide and take home": ("lint", "sign", "snapshot", "diff", "export"),
    "A year later": ("review", "reopen"),
    "Keep it safe": ("backup", "restore", "doctor"),
    "People and their data": ("person", "forget"),
}
"""What a facilitator is doing, and the commands for it; others stand under *More*."""

RULES = """\
# Lint rules

Rules look at what was decided and say what does not fit together. A *blocker* has to
be settled, or accepted by name and with a reason, before the policy is approved; a
*warning* and a *hint* are advice. `workshop-kit lint FILE` and the last notebooks
name what they found. Each rule stands on the page of its kit with its message, the
condition under which it speaks, in words and as the kit has it, and the questions at
which it can be settled. How to write one: [Writing a lint rule](writing-a-rule.md).

| kit | rules | blockers | warnings | hints |
|---|--:|--:|--:|--:|"""

RULES_OF = """\
# Rules: {title}

Kit `{id}`, version {version}. How to read this: [Lint rules](../rules.md). What
stands between “ ” is a question, a column or an option as the room saw it.
"""

KPIS = """\
# KPI catalogue

Every figure has one meaning: a number is kept together with the id and the version of
its KPI. Figures are computed from counts by these formulas, for all platforms alike;
nothing that a platform calculated itself is taken over. Zero below the line gives
*not available*, never 0. “From” says what feeds it: the posts or the days of an
[export](figures.md), comments that two people coded, or what somebody typed in.

| letter | stands for, over one channel and period |
|---|---|"""

COMMANDS = """\
# Commands

`workshop-kit COMMAND --help` says the same. The command lives in `.venv/bin`
(Windows: `.venv\\Scripts`) and is also called `jupyter workshop`. Most that take a
*FILE* take the [address of a database](deployment.md#a-place-is-a-path-or-an-address)
too. Besides these, `jupyter nbconvert --to policy_pdf NOTEBOOK` writes [any
notebook](export.md#any-notebook).

Help and messages are Dutch or English, by the language of the computer, `WORKSHOP_LANG`
or `--lang`. A command ends with 0 if all is fine, with 1 if something is wrong or a
blocker is open, and with 2 if it was called wrongly. `--json` is there where a script
may read what is said. With `--install-completion` your shell learns to complete
commands.
"""


def shipped() -> list[Path]:
    """Return the folders of the kits that come with the package, and no others."""
    return sorted(path.parent for path in KITS.glob("*/kit.yaml"))


def pages() -> dict[str, str]:
    """Return the text of each generated page, by its path below ``docs``."""
    kits = {folder.name: load(folder) for folder in shipped()}
    made = {f"rules/{name}.md": rules_of(kit) for name, kit in kits.items()}
    made["rules.md"] = rules(kits)
    made["kpis.md"] = kpis(CATALOGUE.values())
    made["commands.md"] = commands()
    return made


def write() -> None:
    """Write the pages into ``docs``; those of kits that are gone go too."""
    made = pages()
    for path in (DOCS / "rules").glob("*.md"):
        if f"rules/{path.name}" not in made:
            path.unlink()
    for name, text in made.items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(text, "utf-8")


def _marked(text: str) -> str:
    """Keep a text of a kit from being read as markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", text)


def _spoken(text: str, lang: str) -> str:
    """Mark a text as another language than the page's, for who listens to it."""
    return text if lang == "en" else f'<span lang="{lang}">{text}</span>'


# ------------------------------------------------------------------ rules


def rules(kits: Mapping[str, Kit]) -> str:
    """Return the page that says how rules are read, with a line for each kit."""
    lines = [MADE, RULES]
    for name, kit in kits.items():
        counted = [rule.severity for rule in kit.rules]
        numbers = [len(counted), *map(counted.count, ("blocker", "warning", "hint"))]
        title = _marked(kit.title.get("en") or next(iter(kit.title.values())))
        cells = " | ".join(map(str, numbers))
        lines.append(f"| [{title}](rules/{name}.md) | {cells} |")
    return "\n".join(lines) + "\n"


def rules_of(kit: Kit) -> str:
    """Return the page with all rules of a kit."""
    title = _marked(kit.title.get("en") or next(iter(kit.title.values())))
    head = [MADE, RULES_OF.format(title=title, id=kit.id, version=kit.version)]
    return "\n".join([*head, *(_rule(kit, rule) for rule in kit.rules)])


def _rule(kit: Kit, rule: Rule) -> str:
    lines = [f"## {rule.id}", "", f"*{rule.severity.capitalize()}*", ""]
    languages = sorted(kit.languages, key=lambda lang: lang != "en")
    for lang in languages:
        lines += [f"> {_spoken(_marked(rule.message[lang]), lang)}", ">"]
    lines[-1] = ""
    for lang in languages:
        parts = [_clause(part) for part in clauses(kit, rule.when, lang)]
        lead = WHEN.get(lang, WHEN["en"])
        if len(parts) == 1:
            lines += [_spoken(f"{lead}: {parts[0]}.", lang), ""]
        elif parts:
            lines += [_spoken(f"{lead}:", lang), ""]
            lines += [f"- {_spoken(part, lang)}" for part in parts]
            lines += [""]
    code = " ".join(rule.when.split())
    lines += [f"In the kit: `{code}`", ""]
    if rule.fix:
        settled = ", ".join(f"`{question}`" for question in rule.fix)
        lines += [f"Settled at {settled}.", ""]
    return "\n".join(lines)


def _clause(text: str) -> str:
    """Keep the letters of rows in italics, and everything else as it is."""
    letters = re.split(r"(\*\w+\*)", text)
    return "".join(p if re.fullmatch(r"\*\w+\*", p) else _marked(p) for p in letters)


# ------------------------------------------------------------------ KPIs


def kpis(catalogue: Iterable[Kpi]) -> str:
    """Return the page with the catalogue of KPIs."""
    letters = (f"| {letter} | {meaning} |" for letter, meaning in LETTERS.items())
    lines = [MADE, KPIS, *letters, ""]
    for kpi in catalogue:
        lines += _kpi(kpi)
    return "\n".join(lines) + "\n"


def _kpi(kpi: Kpi) -> list[str]:
    name = {lang: _marked(text) for lang, text in kpi.name.items()}
    unit = {lang: _marked(text) for lang, text in kpi.unit.items()}
    better = "more" if kpi.better == "higher" else "less"
    units = f"{unit['en']} (in Dutch: {_spoken(unit['nl'], 'nl')})"
    units = unit["en"] if unit["en"] == unit["nl"] else units
    return [
        f"## `{kpi.id}`",
        "",
        f"{name['en']}. In Dutch: {_spoken(name['nl'], 'nl')}.",
        "",
        f"- Formula: `{kpi.formula}` (version {kpi.version})",
        f"- Unit: {units or 'none'}; better is {better}",
        (
            f"- From: {FEEDS[kpi.feed]}; a {kpi.data_kind}"
            f" figure that the field calls {kpi.seed_class}"
        ),
        f"- Source: {_marked(kpi.source)}",
        "",
    ]


# ------------------------------------------------------------------ commands


def commands() -> str:
    """Return the page with every command and its options."""
    found = dict(_walk(typer.main.get_command(app), ()))
    lines = [MADE, COMMANDS]
    for group, firsts in {**GROUPS, "More": ()}.items():
        named = [path for first in firsts for path in found if path[0] == first]
        if group == "More":
            known = {first for some in GROUPS.values() for first in some}
            named = [path for path in found if path[0] not in known]
        if named:
            lines += [f"## {group}", ""]
        for path in named:
            lines += _command(path, found[path])
    return "\n".join(lines)


def _walk(command: Any, path: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], Any]]:
    """Give every command below this one that is no mere group, by its words."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, one in command.commands.items():
        if not one.hidden:
            yield from _walk(one, (*path, name))


def _command(path: tuple[str, ...], command: Any) -> list[str]:
    called = " ".join(("workshop-kit", *path))
    words, examples = _help(command)
    lines = [f"### `{called}`", "", *(part for w in words for part in (_text(w), ""))]
    if examples:
        lines += ["```console", *examples, "```", ""]
    rows = [_option(one) for one in command.params if not getattr(one, "hidden", False)]
    if rows := [row for row in rows if row]:
        lines += ["| argument, option | meaning |", "|---|---|", *rows, ""]
    return lines


def _help(command: Any) -> tuple[list[str], list[str]]:
    """Split a command's help into paragraphs and the examples in it."""
    whole = inspect.cleandoc(command.help or "").replace("\b", "")
    words, examples = [], []
    for paragraph in re.split(r"\n\s*\n", whole):
        one = " ".join(paragraph.split())
        said, *shown = re.split(r"\bExamples?: (?=workshop-kit |jupyter )", one)
        words += [said.strip()] if said.strip() else []
        examples += [part.strip() for part in shown]
    return words, examples


def _text(words: str) -> str:
    """Return a sentence of the program, with the commands in it as code."""
    return html.escape(words, quote=False)


def _option(parameter: Any) -> str:
    """Return a row about an argument or an option; nothing about ``--help``."""
    if "--help" in parameter.opts:
        return ""
    if parameter.param_type_name == "argument":
        name = f"`{parameter.name.upper()}{'…' if parameter.nargs == -1 else ''}`"
    else:
        both = [*parameter.opts, *parameter.secondary_opts]
        takes = "" if parameter.is_flag else " …"
        name = ", ".join(f"`{opt}{takes}`" for opt in both)
    said = _text(parameter.help or "").replace("|", "\\|")
    return f"| {name} | {said} |"
