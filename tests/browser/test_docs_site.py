"""The documentation in a browser: accessible, on any screen, and on its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """All pages of the site, built anew."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    script = ROOT / "docs" / "make.py"
    subprocess.run([sys.executable, script, "--as-is", "--to", folder], check=True)
    found = sorted(p for p in folder.rglob("*.html") if p.parent != folder / "_static")
    assert len(found) > 20
    return [path for path in found if path != folder / "index.html"]


@pytest.fixture
def opened(browser, pages):
    """Open each page in turn, and collect what it asks for."""
    contexts = []

    def each(width, scheme):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.asked, page.errors = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        for path in pages:
            page.goto(path.as_uri())
            yield page, path.name

    yield each
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_any_page(opened, width, scheme):
    """No rule is broken, and axe has looked at the colours of words and of code."""
    broken, judged = [], 0
    for page, name in opened(width, scheme):
        page.evaluate(AXE.read_text("utf-8"))
        report = page.evaluate("axe.run()")
        broken += [
            (name, one["id"], [node["html"][:120] for node in one["nodes"][:3]])
            for one in report["violations"]
        ]
        colours = [one for one in report["passes"] if one["id"] == "color-contrast"]
        judged += sum(len(one["nodes"]) for one in colours)

    assert broken == []
    assert judged > 1000


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_has_to_be_scrolled_sideways(opened, width):
    """Only tables and code may be wider than the screen, in a frame of their own."""
    wide = [
        (name, page.evaluate("document.documentElement.scrollWidth"))
        for page, name in opened(width, "light")
    ]

    assert [one for one in wide if one[1] > width] == []


def test_no_page_asks_another_host(opened):
    """Everything that is loaded is a file of the site; a search finds and asks none."""
    asked = []
    for page, name in opened(1280, "light"):
        asked += page.asked
        assert page.errors == [], name
    page.goto(page.url.rsplit("/", 1)[0] + "/search.html?q=dissent")
    page.locator(
        "#search-results .search li a, #search-results ul li a"
    ).first.wait_for()
    asked += page.asked

    assert [
        url for url in asked if not url.startswith(("file:", "data:", "blob:"))
    ] == []
