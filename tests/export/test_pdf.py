"""Documents on paper: accessible, archivable, and whatever people wrote."""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter

import pikepdf
import pytest
from anything import problems
from fontTools.ttLib import TTFont

from workshop_kit.errors import ExportError
from workshop_kit.export import pdf
from workshop_kit.export.document import (
    Document,
    Figure,
    Heading,
    Paragraph,
    Quote,
    Run,
    Table,
    text,
)

SENTENCE = "Wie ons volgt, ontmoet ons vaker op een telefoon dan aan de balie. "


def elements(content):
    """Return kind and dictionary of each element of the structure tree, in order."""
    found = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for kid in node:
                walk(kid)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append((str(node.S), {k: str(v) for k, v in node.items()}))
            walk(node.get("/K", pikepdf.Array()))

    with pikepdf.open(io.BytesIO(content)) as file:
        walk(file.Root.StructTreeRoot.K)
    return found


def kinds(*blocks, title="Titel"):
    """Return how often each kind of element stands in the PDF of these blocks."""
    document = Document(title=title, lang="nl", blocks=blocks)
    return Counter(kind for kind, _ in elements(pdf.render(document)))


def words(content):
    """Return the text of a PDF as another program reads it."""
    command = ["/usr/bin/pdftotext", "-enc", "UTF-8", "-", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.fixture(scope="module")
def made(policy):
    """The sample policy on paper."""
    return pdf.render(policy("nl"))


def test_the_policy_is_accessible_and_archivable(made):
    """A checker of PDF/UA-1 and PDF/A-2a finds nothing in the sample."""
    assert problems(made) == []


def test_the_file_says_what_it_is(made):
    """Title, language, marks and bookmarks stand in the file itself."""
    with pikepdf.open(io.BytesIO(made)) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang) == "nl-NL"
        assert str(file.docinfo.Title) == "Socialemediabeleid"
        assert file.Root.ViewerPreferences.DisplayDocTitle
        with file.open_outline() as outline:
            chapters = [item.title for item in outline.root]
    assert chapters[0] == "1. Waarom wij dit beleid hebben"
    assert len(chapters) == 12


def test_every_figure_has_its_own_words(made):
    """The alternative text is what the author wrote."""
    alts = [about["/Alt"] for kind, about in elements(made) if kind == "/Figure"]
    assert alts == [
        "Staafdiagram: reacties per maand stijgen van 38 naar 120 in acht maanden."
    ]


def test_tables_have_heads_that_return_on_each_page(made):
    """Each table has a head row, and its words stand on both pages of a long one."""
    found = Counter(kind for kind, _ in elements(made))
    assert found["/THead"] == found["/Table"] == 4
    rows = tuple((text(f"rij {n}"), text("waarde")) for n in range(120))
    long = Table(head=(text("Kopje"), text("Inhoud")), rows=rows, caption="Lang")
    content = pdf.render(Document(title="T", lang="nl", blocks=(long,)))
    assert problems(content) == []
    with pikepdf.open(io.BytesIO(content)) as file:
        pages = len(file.pages)
    assert pages > 2
    assert words(content).count("Kopje") == pages


def test_pages_tell_institution_version_and_number(made):
    """Each page but the first ends with who, which version, which page of how many."""
    pages = words(made).split("\f")[:-1]
    assert "pagina" not in pages[0]
    for number, content in enumerate(pages[1:], 2):
        assert "Museum De Schuit (fictief) · Versie 0.9" in content
        assert f"pagina {number} van {len(pages)}" in content


def test_the_same_document_gives_the_same_bytes(policy):
    """Nothing of the moment or the machine gets into the file."""
    assert pdf.render(policy("nl")) == pdf.render(policy("nl"))


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([3, 3, 5, 1], {"/H1": 3, "/H2": 1}),
        ([2, 6, 4, 2], {"/H1": 2, "/H2": 2}),
        ([1, 2, 3, 4, 5, 6], {"/H1": 1, "/H2": 1, "/H3": 1, "/H4": 1, "/H5": 2}),
    ],
)
def test_headings_begin_at_one_and_never_skip(levels, expected):
    """Whatever levels come in, readers can walk the headings."""
    found = kinds(*(Heading(level=n, runs=text("Kop")) for n in levels))
    assert {k: n for k, n in found.items() if k.startswith("/H")} == expected


def test_headings_inside_quotes_keep_the_order():
    """A heading in a quote does not skip a level either."""
    quote = Quote(blocks=(Heading(level=6, runs=text("Binnen")),))
    found = kinds(Heading(level=2, runs=text("Buiten")), quote)
    assert {k: n for k, n in found.items() if k.startswith("/H")} == {
        "/H1": 1,
        "/H2": 1,
    }


@pytest.mark.parametrize("empty", ["", "  ", "\u200b", "\u00ad"])
def test_an_empty_heading_disappears(empty):
    """A heading without a visible word is left out."""
    assert "/H1" not in kinds(Heading(level=1, runs=text(empty)))


def test_unknown_characters_are_named():
    """An emoji becomes its name in brackets; Dutch and Greek stay."""
    blocks = (Paragraph(runs=text("Café ĳs αβγ → ✓ 🚢 中")),)
    content = pdf.render(Document(title="T", lang="nl", blocks=blocks))
    said = words(content)
    assert "[ship]" in said
    assert "[cjk unified ideograph-4e2d]" in said.replace("\n", " ")
    assert "→ ✓" in said


def test_words_are_never_typst_code():
    """Markup of the typesetter is printed as it was written."""
    evil = '#read("/etc/passwd") #eval("1+1") $x$ *vet* @label <tag> \\u{41}'
    content = pdf.render(
        Document(title=evil, lang="nl", blocks=(Paragraph(runs=text(evil)),))
    )
    assert words(content).replace("\n", " ").count('#read("/etc/passwd")') >= 2


def test_a_broken_picture_is_an_error_in_words():
    """What the typesetter cannot read is said, with the title of the document."""
    blocks = (Figure(alt="Kapot", png=b"\x89PNG\r\n\x1a\nnee"),)
    with pytest.raises(ExportError, match=r"Verslag: the PDF cannot be made: .*image"):
        pdf.render(Document(title="Verslag", lang="nl", blocks=blocks))


def test_a_figure_without_picture_leaves_its_words():
    """A figure that has neither form says what would have been seen."""
    blocks = (Figure(alt="Hier hoort een foto", caption="Foto"),)
    content = pdf.render(Document(title="T", lang="nl", blocks=blocks))
    assert "Hier hoort een foto" in words(content)


def test_the_list_of_characters_is_that_of_the_fonts():
    """Every character of the list can be printed, and no other one is missing."""
    known = set()
    for path in pdf.FONTS.glob("*-Regular.otf"):
        with TTFont(path, lazy=True) as font:
            known |= set(font.getBestCmap())
    known -= {*range(0xE000, 0xF900), 0xAD}
    lines = (pdf.FONTS / "covered.txt").read_text("ascii").splitlines()
    bounds = [[int(code, 16) for code in line.split()] for line in lines]
    assert {c for low, high in bounds for c in range(low, high + 1)} == known


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("één – „twee”\n]^-\\", "één – „twee”\n]^-\\"),
        ("a\tb\u3000c", "a b c"),
        ("x\u00ady\u034a", "xy"),
        ("\U0001f3db", "[classical building]"),
        ("\ue000", "[u+e000]"),
    ],
)
def test_what_no_font_has_is_said(written, printed):
    """Blanks stay blanks, marks go, and a character without a glyph is named."""
    assert pdf.printable(written) == printed


@pytest.mark.parametrize("leaflet", [True, False])
def test_a_full_line_can_be_read(leaflet):
    """The text of a policy and of a leaflet holds 60 to 85 characters on a line."""
    block = Paragraph(runs=text(SENTENCE * 20))
    document = Document(title="T", lang="nl", blocks=(block,), leaflet=leaflet)
    lines = [len(line) for line in words(pdf.render(document)).splitlines()]
    full = sorted(length for length in lines if length > 30)
    assert len(full) > 12
    assert 60 <= full[len(full) // 2] <= 85
    assert full[-1] <= 88


def test_short_words_are_never_hyphenated():
    """A line may end in a long word, but not halfway a short one."""
    short = "Medewerkers beantwoorden bezoekers; toegankelijkheidsverklaring volgt. "
    long = "Mensen kijken vooral ochtendlang binnenvaartgeschiedenissen. "
    said = tuple(Paragraph(runs=text(one * 10)) for one in (short, long))
    shown = words(pdf.render(Document(title="T", lang="nl", blocks=said)))
    halves = set(re.findall("(\\w+)\xad\n(\\w+)", shown))
    assert {"".join(pair) for pair in halves} == {"binnenvaartgeschiedenissen"}


def test_a_word_at_a_link_keeps_it_whole():
    """A link of several words, one of them long, is one link."""
    run = Run(text="lees de toegankelijkheidsverklaring", href="https://example.org/")
    block = Paragraph(runs=(run,))
    assert kinds(block)["/Link"] == 1
