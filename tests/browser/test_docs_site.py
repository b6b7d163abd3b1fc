"""The documentation in a browser: accessible, on any screen, and on its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """All pages of the site, built anew."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    script = ROOT / "docs" / "make.py"
    subprocess.run([sys.executable, script, "--as-is", "--to", folder], check=True)
    found = sorted(p for p in folder.rglob("*.html") if p.parent != folder / "_static")
    assert len(found) > 20
    return [path for path in found if path != folder / "index.html"]


@pytest.fixture(scope="module")
def page(browser):
    """A page that notes what is asked for, and what goes wrong in it."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append((page.url, str(error))))
    yield page
    context.close()


@pytest.fixture(scope="module")
def seen(page, pages, axe):
    """What was seen of each page, which is opened once: by night and by day, and how wide."""
    found = {}
    for path in pages:
        page.goto(path.as_uri())
        wide = {}
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            wide[width] = page.evaluate("document.documentElement.scrollWidth")
        reports = []
        for width, scheme in ((375, "dark"), (1280, "light")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            reports.append(axe(page))
        found[path] = wide, reports
    return found


def test_axe_finds_nothing_on_any_page(seen):
    """No rule is broken in either theme, and axe has looked at the colours of each page."""
    broken = [
        (path.name, one["id"], [node["html"][:120] for node in one["nodes"][:3]])
        for path, (_, reports) in seen.items()
        for report in reports
        for one in report["violations"]
    ]
    judged = [
        "color-contrast" in {one["id"] for one in report["passes"]}
        for _, reports in seen.values()
        for report in reports
    ]

    assert broken == []
    assert all(judged)


def test_nothing_has_to_be_scrolled_sideways(seen):
    """Only tables and code may be wider than the screen, in a frame of their own."""
    wide = [
        (path.name, width, found)
        for path, (widths, _) in seen.items()
        for width, found in widths.items()
    ]

    assert [one for one in wide if one[2] > one[1]] == []


@pytest.mark.usefixtures("seen")
def test_no_page_asks_another_host(page, pages):
    """Everything that is loaded is a file of the site; a search finds and asks none."""
    assert page.errors == []
    page.goto(f"{pages[-1].parent.as_uri()}/search.html?q=dissent")
    page.locator(
        "#search-results .search li a, #search-results ul li a"
    ).first.wait_for()

    assert len(page.asked) > len(pages)
    assert [
        url for url in page.asked if not url.startswith(("file:", "data:", "blob:"))
    ] == []
