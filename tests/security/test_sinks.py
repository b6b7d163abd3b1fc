"""No place where words could become markup or code is used anywhere in the project."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "workshop_kit"
SHOWS = frozenset({"show.py", "exporters.py", "notebook.py"})
"""Where a page of blocks becomes the output of a cell or of an exporter, by a renderer
that escapes, and where outputs of other people's cells are read."""

CLASSES = {
    "HTML": "draws words as markup",
    "HTMLMath": "draws words as markup",
    "Markdown": "draws words as markup",
    "Javascript": "runs words",
    "Latex": "hands words to a formula program",
    "SVG": "draws words as markup",
    "IFrame": "loads a page",
    "Markup": "says that words are markup",
    "Output": "shows whatever is displayed",
}
CALLS = {
    "eval": "runs words",
    "exec": "runs words",
    "from_string": "takes words for a template",
    "Template": "takes words for a template",
    "read_html": "takes words for markup",
    "set_caption": "puts words into a table's markup",
}
STYLER = frozenset(
    {"apply", "map", "hide", "format", "to_html", "set_properties", "bar"}
)
"""What one does with a styled table of pandas, which escapes nothing by itself."""

SOURCES = ("IPython", "ipywidgets", "markupsafe", "jinja2", "html", "string")
"""Where those classes come from; ours may have the same names."""

PAGES_OUT = "text/html lets words through as markup"

SCRIPT = {
    r"\.(inner|outer)HTML\b": "takes words for markup",
    r"\binsertAdjacentHTML\b": "takes words for markup",
    r"\bsetHTMLUnsafe\b": "takes words for markup",
    r"\bcreateContextualFragment\b": "takes words for markup",
    r"\bDOMParser\b": "takes words for markup",
    r"\bsrcdoc\b": "takes words for a page",
    r"\bdocument\.write(ln)?\b": "takes words for markup",
    r"\beval\s*\(": "runs words",
    r"\bnew\s+Function\b": "runs words",
    r"\bset(Timeout|Interval)\s*\(\s*[\"'`]": "runs words",
    r"\bimport\s*\(\s*[^\"'\s]": "loads what words name",
    r"javascript:": "runs words",
    r"\.setAttribute\(\s*[\"'`]on": "runs words",
    r"\.on[a-z]+\s*=\s*[\"'`]": "runs words",
    r"https?://(?!www\.w3\.org/)": "asks another host",
}
PAGE = {
    r"\|\s*safe\b": "lets words through as markup",
    r"\{%-?\s*autoescape\s+false": "lets words through as markup",
    r"<script(?![^>]*\ssrc=)": "has a script inside the page",
    r"<style\b|\sstyle=": "has a style inside the page",
    r"\son[a-z]+\s*=": "has a handler inside the page",
    r"\s[\w-]+=\{\{": "has words in an attribute without quotes",
    r"(?:src|href|action)=[\"'](?:[a-z]+:)?//": "asks another host",
}


def in_python(source: str) -> list[str]:
    """Return what is wrong with a piece of Python, by line."""
    found, foreign = [], {}
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module.split(".")[0] in SOURCES:
                foreign |= {a.asname or a.name: a.name for a in node.names}
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.split(".")[0] in SOURCES:
                    foreign[name.asname or name.name.split(".")[0]] = ""
    for node in ast.walk(tree):
        found += _of(node, foreign)
    return [f"{line}: {said}" for line, said in sorted(found)]


def _of(node: ast.AST, foreign: dict[str, str]) -> list[tuple[int, str]]:
    said = []
    if isinstance(node, ast.Attribute):
        root = node.value
        known = isinstance(root, ast.Name) and root.id in foreign
        if known and node.attr in CLASSES:
            said.append(f"{node.attr} {CLASSES[node.attr]}")
        table = isinstance(root, ast.Attribute) and root.attr == "style"
        if table and node.attr in STYLER:
            said.append("style draws a table as markup without escaping")
    elif isinstance(node, ast.Name) and foreign.get(node.id) in CLASSES:
        said.append(f"{foreign[node.id]} {CLASSES[foreign[node.id]]}")
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        owner = getattr(getattr(node.func, "value", None), "id", "")
        own = name == "Template" and foreign.get(name) is None
        # A class makes something of its own from text: a colour, a date.
        if name in CALLS and not own and not owner[:1].isupper():
            said.append(f"{name} {CALLS[name]}")
        for given in node.keywords:
            off = isinstance(given.value, ast.Constant) and given.value.value is False
            if given.arg in {"escape", "autoescape"} and off:
                said.append(f"{given.arg}=False lets words through as markup")
    elif isinstance(node, ast.Constant) and node.value == "text/html":
        said.append(PAGES_OUT)
    return [(node.lineno, one) for one in said]


def in_text(source: str, rules: dict[str, str]) -> list[str]:
    """Return what is wrong with a script or a page, by line."""
    return [
        f"{number}: {match[0].strip()} {why}"
        for number, line in enumerate(source.splitlines(), 1)
        for rule, why in rules.items()
        for match in re.finditer(rule, line)
    ]


def cells() -> list[tuple[str, str]]:
    """Return the code of every notebook, cell by cell."""
    return [
        (f"{path.name} {number}", "".join(cell["source"]))
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"])
        if cell["cell_type"] == "code"
    ]


def test_our_python_uses_no_such_place():
    """Neither a widget nor a display, template or table that takes words for markup."""
    found = {
        name: said
        for path in sorted(PACKAGE.rglob("*.py"))
        if (name := path.relative_to(ROOT).as_posix())
        and (
            said := [s for s in in_python(path.read_text("utf-8")) if not _may(path, s)]
        )
    }

    assert found == {}


def _may(path: Path, said: str) -> bool:
    return path.name in SHOWS and said.endswith(PAGES_OUT)


def test_our_notebooks_use_no_such_place():
    """Their cells only call what the project offers."""
    assert {n: said for n, code in cells() if (said := in_python(code))} == {}


def test_our_scripts_use_no_such_place():
    """What pages and widgets draw is made of elements and text."""
    scripts = sorted(PACKAGE.rglob("*.js"))

    assert len(scripts) >= 7
    assert {
        p.name: said for p in scripts if (said := in_text(p.read_text("utf-8"), SCRIPT))
    } == {}


def test_our_pages_use_no_such_place():
    """Whatever is filled in is escaped, and nothing stands in them that runs."""
    pages = sorted(PACKAGE.rglob("*.html"))

    assert len(pages) >= 6
    assert {
        p.name: said for p in pages if (said := in_text(p.read_text("utf-8"), PAGE))
    } == {}


PYTHON = [
    (
        "from ipywidgets import HTML\nHTML(answer)",
        ["2: HTML draws words as markup"],
        "from ipywidgets import Label\nLabel(answer)",
    ),
    (
        "import ipywidgets as w\nw.HTMLMath(answer)",
        ["2: HTMLMath draws words as markup"],
        "import ipywidgets as w\nw.Text(answer)",
    ),
    (
        "from IPython.display import Markdown as M\nM(answer)",
        ["2: Markdown draws words as markup"],
        "from ours import Markdown\nMarkdown(answer)",
    ),
    (
        "from IPython import display\ndisplay.Javascript(answer)",
        ["2: Javascript runs words"],
        "from IPython import display\ndisplay.clear_output()",
    ),
    (
        "frame.style.hide()",
        ["1: style draws a table as markup without escaping"],
        "frame.map(str)",
    ),
    (
        "frame.to_html(escape=False)",
        ["1: escape=False lets words through as markup"],
        "frame.to_html(escape=True)",
    ),
    (
        "from markupsafe import Markup\nMarkup(answer)",
        ["2: Markup says that words are markup"],
        "from markupsafe import escape\nescape(answer)",
    ),
    (
        "from jinja2 import Environment\nEnvironment(autoescape=False)",
        ["2: autoescape=False lets words through as markup"],
        "from jinja2 import Environment\nEnvironment(autoescape=True)",
    ),
    (
        "environment.from_string(answer)",
        ["1: from_string takes words for a template"],
        "environment.get_template('door.html')",
    ),
    ("eval(answer)", ["1: eval runs words"], "int(answer)"),
    (
        "{'text/html': answer}",
        ["1: text/html lets words through as markup"],
        "{'text/plain': answer}",
    ),
]
SCRIPTS = [
    ("a.innerHTML = b", "1: .innerHTML takes words for markup", "a.textContent = b"),
    ("a.outerHTML", "1: .outerHTML takes words for markup", "a.outer"),
    (
        'a.insertAdjacentHTML("x", b)',
        "1: insertAdjacentHTML takes words for markup",
        "a.append(b)",
    ),
    ("document.write(b)", "1: document.write takes words for markup", "write(b)"),
    ("eval(b)", "1: eval( runs words", "evaluate(b)"),
    ("new Function(b)", "1: new Function runs words", "new Map(b)"),
    ('setTimeout("b", 1)', '1: setTimeout(" runs words', "setTimeout(b, 1)"),
    ("import(b)", "1: import(b loads what words name", 'import("./talk.js")'),
    ("a.href = `javascript:${b}`", "1: javascript: runs words", "a.href = `#${b}`"),
    ('fetch("https://x.example")', "1: https:// asks another host", 'fetch("/me")'),
]
PAGES = [
    ("{{ words|safe }}", "1: |safe lets words through as markup", "{{ words }}"),
    (
        "{% autoescape false %}",
        "1: {% autoescape false lets words through as markup",
        "{% block body %}",
    ),
    (
        "<script>1</script>",
        "1: <script has a script inside the page",
        '<script type="module" src="{{ files }}/x.js"></script>',
    ),
    (
        '<p style="x">',
        "1: style= has a style inside the page",
        '<p class="x">',
    ),
    ('<p onclick="x">', "1: onclick= has a handler inside the page", '<p id="x">'),
    (
        "<p id={{ x }}>",
        "1: id={{ has words in an attribute without quotes",
        '<p id="{{ x }}">',
    ),
    (
        '<img src="//x.example/a">',
        '1: src="// asks another host',
        '<img src="/a">',
    ),
]


@pytest.mark.parametrize(("bad", "said", "good"), PYTHON)
def test_each_place_in_python_is_found(bad, said, good):
    """The bad one is named with its line, the good one beside it is not."""
    assert in_python(bad) == said
    assert in_python(good) == []


@pytest.mark.parametrize(("bad", "said", "good"), SCRIPTS)
def test_each_place_in_a_script_is_found(bad, said, good):
    """The bad one is named with its line, the good one beside it is not."""
    assert in_text(bad, SCRIPT) == [said]
    assert in_text(good, SCRIPT) == []


@pytest.mark.parametrize(("bad", "said", "good"), PAGES)
def test_each_place_in_a_page_is_found(bad, said, good):
    """The bad one is named with its line, the good one beside it is not."""
    assert in_text(bad, PAGE) == [said]
    assert in_text(good, PAGE) == []
