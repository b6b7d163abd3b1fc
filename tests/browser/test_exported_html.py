"""The exported page in a browser: accessible, on any screen, and on its own."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from workshop_kit.export import html
from workshop_kit.export.document import Document, Paragraph, Run, Table, text
from workshop_kit.export.profiles import PROFILES, profile_document
from workshop_kit.live.sample import answer_all, decide_all, read_sample
from workshop_kit.live.workshop import Workshop

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "data" / "sample_workshop" / "workshop.yaml"
RULES = [
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
    *("EN-301-549", "best-practice"),
]
WIDTHS = (320, 1280)
"""Of a phone with large letters, and of a desk."""


def sample(lang):
    """Return the sample policy of the tests of exports."""
    path = HERE.parent / "export" / "sample.py"
    spec = importlib.util.spec_from_file_location("export_sample", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.policy(lang)


@pytest.fixture
def show(browser, tmp_path):
    """Open a document as the file that a reader gets by mail."""
    contexts = []

    def open_page(document, *, width=1280, scheme="light"):
        path = tmp_path / "policy.html"
        path.write_text(html.render(document), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def violations(axe):
    """Give what returns the rules of axe that a page breaks, with the places."""

    def find(page):
        # The page forbids scripts; the browser's own channel is not part of the page.
        report = axe(page, rules=RULES)
        seen = [one for one in report["passes"] if one["id"] == "color-contrast"]
        assert seen, "axe has not looked at the colours"
        return [
            (one["id"], [n["html"] for n in one["nodes"]])
            for one in report["violations"]
        ]

    return find


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_axe_finds_nothing(show, violations, lang):
    """No rule is broken in either language and theme, on a phone and on a desk."""
    page = show(sample(lang))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], (width, scheme)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """The sample workshop of a fictional museum, answered and decided."""
    sample, path = read_sample(SAMPLE), tmp_path_factory.mktemp("held") / "held"
    with Workshop.create(path, kit="social_media", lang="nl", track="full") as made:
        answer_all(made, sample)
        decide_all(made, sample)
        yield made


@pytest.mark.long
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("langs", [("nl",), ("en",), ("nl", "en")])
def test_axe_finds_nothing_in_any_profile(show, violations, workshop, profile, langs):
    """Each profile, in each language and in both, breaks no rule and reflows."""
    page = show(profile_document(workshop, profile, *langs))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert all(page.evaluate("[...document.images].map(i => i.alt)"))


@pytest.mark.parametrize("width", [320, 700, 1280])
def test_nothing_has_to_be_scrolled_sideways(show, width):
    """Text reflows; only a table may be wider than the screen, in its own frame."""
    page = show(sample("nl"), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_wide_table_scrolls_within_reach_of_the_keyboard(show, violations):
    """A table of twelve columns breaks no rule and does not widen the page."""
    head = tuple(text(f"Kolom {n}") for n in range(12))
    rows = tuple(tuple(text("verantwoordelijkheid") for _ in head) for _ in range(3))
    table = Table(head=head, rows=rows, caption="Breed")
    for width in (320, 800):
        page = show(Document(title="T", lang="nl", blocks=(table,)), width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []


def test_a_wide_table_is_whole_on_paper(show, workshop):
    """Where nobody can scroll, every column stands within the page."""
    page = show(profile_document(workshop, "policy", "nl"), width=627)
    page.emulate_media(media="print")
    tables = page.evaluate(
        """() => [...document.querySelectorAll('.table')].map(one => [
          one.querySelector('table').scrollWidth - one.clientWidth,
          getComputedStyle(one).overflowX])"""
    )
    assert len(tables) > 5
    assert max(over for over, _ in tables) <= 0
    assert "visible" in {style for _, style in tables}


def test_the_page_asks_nothing_of_anybody(show):
    """The file and its own data are all that is loaded."""
    page = show(sample("nl"))
    assert {urlsplit(url).scheme for url in page.asked} <= {"file", "data"}
    assert page.evaluate("[...document.images].every(i => i.naturalWidth > 0)")


def test_lines_have_a_readable_length(show):
    """A full line of the text holds between 60 and 85 characters."""
    words = "Wie ons volgt, ontmoet ons vaker op een telefoon dan aan de balie. " * 20
    block = Paragraph(runs=text(words))
    page = show(Document(title="T", lang="nl", blocks=(block,)))
    lines = page.evaluate(
        """() => {
          const p = document.querySelector("main p"), style = getComputedStyle(p);
          return p.getBoundingClientRect().height / parseFloat(style.lineHeight);
        }"""
    )
    assert 60 <= len(words) / lines <= 85


def test_the_skip_link_leads_to_the_text(show):
    """The first stop of the keyboard is a link that shows and jumps."""
    page = show(sample("nl"))
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Ga naar de tekst"
    assert link.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"


def test_what_people_wrote_never_runs(show):
    """Markup in words, titles and captions is shown as it was typed."""
    evil = '"><script>document.title="ha"</script><img src=x onerror=alert(1)>'
    document = Document(
        title=evil,
        subtitle=evil,
        lang="nl",
        meta={evil: evil},
        blocks=(
            Paragraph(runs=(Run(text=evil, href="https://example.org/?" + "x'y"),)),
            Table(head=(text(evil),), rows=((text(evil),),), caption=evil),
        ),
    )
    page = show(document)
    assert page.evaluate("document.scripts.length + document.images.length") == 0
    assert page.locator("h1").inner_text() == evil
    assert page.locator("main p").inner_text() == evil
