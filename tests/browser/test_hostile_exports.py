"""Hostile words in exported pages, opened in a browser: nothing runs or is asked for."""

from __future__ import annotations

import mistune
import pytest

from workshop_kit.export.formats import export
from workshop_kit.export.html import CSP
from workshop_kit.export.profiles import PROFILES
from workshop_kit.live.workshop import Workshop

GROWN = (
    "iframe, object, embed, base, form, link, audio, video, marquee, portal, math,"
    " script:not([type='application/json']), template, noscript, dialog, x-evil,"
    " button, input, meta[http-equiv=refresh], img:not([src^='data:']),"
    " [style*='url('], [href^='javascript' i], [href^='data:'], [src^='javascript' i]"
)
"""What no document of ours has in it."""

HANDLERS = """() => [...document.querySelectorAll("*")].flatMap((one) =>
  [...one.attributes].map((a) => a.name).filter((name) => name.startsWith("on")))"""


@pytest.fixture(scope="module")
def written(besieged_file, tmp_path_factory):
    """Every profile as HTML, in Dutch and in two languages, and as Markdown."""
    folder = tmp_path_factory.mktemp("pages")
    with Workshop.open(besieged_file) as workshop:
        return export(
            workshop,
            folder,
            [("nl",), ("nl", "en")],
            formats=["html", "md"],
            profiles=[*PROFILES],
        )


@pytest.fixture
def show(browser, tmp_path):
    """Open a page that is watched; nothing may run in it, pop up, or be asked for."""
    context = browser.new_context()
    seen = []

    def open_page(html):
        path = tmp_path / "page.html"
        path.write_text(html, "utf-8")
        page = context.new_page()
        page.on("dialog", lambda one: (seen.append(one.message), one.dismiss()))
        page.on("request", lambda one: seen.append(one.url))
        page.goto(path.as_uri())
        page.wait_for_timeout(100)
        return page

    yield open_page
    context.close()
    assert [one for one in seen if not one.startswith(("file://", "data:"))] == []


def unharmed(page):
    """Assert that nothing ran and nothing grew out of words."""
    assert page.evaluate("typeof window.__pwned") == "undefined"
    assert page.locator(GROWN).count() == 0
    assert page.evaluate(HANDLERS) == []
    assert page.evaluate("getComputedStyle(document.body).display") != "none"


def test_pages_without_their_policy(written, show, payloads):
    """Escaping alone is enough: the header that forbids scripts is taken out first."""
    words = ""
    for path in written:
        if path.suffix == ".html":
            html = path.read_text("utf-8")
            assert html.count(CSP) == 1
            page = show(html.replace(CSP, ""))
            unharmed(page)
            words += page.locator("body").inner_text()
            page.close()
    for text in payloads[:2]:
        assert text in words


def test_pages_as_they_are(written, show):
    """With the header, as a reader gets them."""
    for path in written:
        if path.suffix == ".html" and "policy" in path.name:
            page = show(path.read_text("utf-8"))
            unharmed(page)
            page.close()


def test_markdown_that_is_drawn_by_a_careless_program(written, show, payloads):
    """Also where raw HTML is let through, words stay words."""
    draw = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])
    words = ""
    for path in written:
        if path.suffix == ".md":
            page = show(f"<!doctype html><body>{draw(path.read_text('utf-8'))}")
            unharmed(page)
            words += page.locator("body").inner_text()
            page.close()
    assert payloads[0] in words


def test_the_browser_would_run_them(show, payloads):
    """Without this, the tests above could pass in a browser that runs nothing."""
    page = show(f"<!doctype html><body>{payloads[1]}")
    page.wait_for_function("window.__pwned === 1")
    assert page.locator("img[src=x]").count() == 1
