"""A Word file that HR and legal can redline: headings, tables and words are real."""

from __future__ import annotations

import io
import zipfile

import docx as reader
import pytest
from anything import DOT, SVG
from docx.oxml.ns import qn

from workshop_kit.export import docx
from workshop_kit.export.brand import Brand
from workshop_kit.export.document import (
    Callout,
    Document,
    Figure,
    Heading,
    List,
    Paragraph,
    Parallel,
    Quote,
    Run,
    Table,
    text,
)


def opened(*blocks, lang="nl", **more):
    """Return what Word reads of a document with these blocks."""
    document = Document(title="Titel", subtitle="Huis", lang=lang, blocks=blocks)
    return reader.Document(io.BytesIO(docx.render(document, **more)))


@pytest.fixture(scope="module")
def word(policy):
    """The sample policy as a Word file."""
    return reader.Document(io.BytesIO(docx.render(policy("nl"))))


def test_headings_are_headings(word):
    """The outline of the policy is that of the styles."""
    found = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert found[0] == "1. Waarom wij dit beleid hebben"
    assert len(found) == 12


def test_a_remark_is_not_parted_from_its_title():
    """Word keeps the title of a callout on the page of what it is about."""
    inside = (Paragraph(runs=text("Woorden")),)
    made = opened(Callout(kind="hint", title=text("Tip"), blocks=inside))
    title = next(p for p in made.paragraphs if p.text == "Tip")
    assert title.paragraph_format.keep_with_next


def test_every_table_has_a_head_row_and_a_name(word):
    """A head row returns on the next page, and whoever hears a table hears its name."""
    for table in word.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    names = [t._tbl.tblPr.find(qn("w:tblCaption")) for t in word.tables]
    assert names[0].get(qn("w:val")).startswith("Kanalen, met wie")


def test_every_figure_has_its_own_words_twice_drawn():
    """A figure is there as pixels and as drawing, with the author's description."""
    made = opened(Figure(alt="Een lijn stijgt.", svg=SVG, caption="Lijn"))
    found = next(made.element.body.iter(qn("wp:docPr")))
    assert found.get("descr") == "Een lijn stijgt."
    kinds = [part.content_type for part in made.part.related_parts.values()]
    assert {"image/png", "image/svg+xml"} <= set(kinds)


@pytest.mark.parametrize(("svg", "png"), [("", b"no picture"), ("<svg", b"")])
def test_a_picture_that_is_none_is_said(svg, png):
    """What cannot be drawn is said in the words that describe it."""
    made = opened(Figure(alt="Hier hoort een foto", svg=svg, png=png))
    assert "Hier hoort een foto" in [p.text for p in made.paragraphs]


def test_the_language_is_of_the_document_and_of_each_part():
    """The spelling checker hears which language it reads."""
    row = ((Paragraph(runs=text("ja")),), (Paragraph(runs=text("yes")),))
    made = opened(Parallel(langs=("nl", "en"), rows=(row,)))
    styles = made.styles.element.find(qn("w:docDefaults"))
    assert next(styles.iter(qn("w:lang"))).get(qn("w:val")) == "nl-NL"
    langs = [one.get(qn("w:val")) for one in made.element.body.iter(qn("w:lang"))]
    assert langs == ["nl-NL", "en-GB"]
    assert made.core_properties.language == "nl-NL"
    assert made.core_properties.title == "Titel"


def test_numbered_lists_each_begin_at_one():
    """A second list does not go on from the first."""
    one = List(items=((Paragraph(runs=text("a")),),), ordered=True)
    made = opened(one, Heading(level=1, runs=text("K")), one)
    numbers = [n.get(qn("w:val")) for n in made.element.body.iter(qn("w:numId"))]
    assert len(set(numbers)) == 2


def test_links_lead_and_nothing_is_a_field(policy):
    """An address is a link; no part computes, includes or fetches."""
    made = docx.render(policy("nl"), brand=Brand(png=DOT))
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        body = file.read("word/document.xml").decode()
        links = file.read("word/_rels/document.xml.rels").decode()
    assert "w:hyperlink" in body
    assert "fldSimple" not in body
    assert "instrText" not in body
    assert links.count('TargetMode="External"') == 1
    assert "Logo van Museum De Schuit" in body


def test_a_table_of_sixty_columns_can_be_opened():
    """Word opens no table of more than 63 columns, so wide ones are cut in parts."""
    row = tuple(text(f"k{n}") for n in range(80))
    made = opened(Table(head=row, rows=(row,), caption="Breed"))
    assert max(len(t.columns) for t in made.tables) <= 10
    assert sum(len(t.columns) for t in made.tables) >= 80


def test_the_same_document_gives_the_same_bytes(policy):
    """Nothing of the moment gets into the file."""
    assert docx.render(policy("nl")) == docx.render(policy("nl"))


def test_words_keep_their_lines_and_style():
    """Line ends, bold and italic arrive."""
    runs = (Run(text="een\ntwee", strong=True), Run(text="drie", emphasis=True))
    first, second = opened(Paragraph(runs=runs)).paragraphs[-1].runs
    assert (first.text, first.bold, second.italic) == ("een\ntwee", True, True)


def test_lines_and_tabs_stay_what_they_are():
    """A line end is a break, a tab a tab, and blanks at the ends are kept."""
    made = opened(Paragraph(runs=text(" een\n\ttwee ")))
    assert made.paragraphs[-1].text == " een\n\ttwee "


def test_nothing_of_the_template_travels_along():
    """A file has no styles of tables, pictures or data that it does not use."""
    content = docx.render(Document(title="T", lang="nl", blocks=()))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = file.namelist()
        styles = file.read("word/styles.xml").decode()
    assert not [n for n in names if "Effects" in n or "thumb" in n or "custom" in n]
    assert styles.count('w:type="table"') == 1
    assert len(content) < 16_000


def held(part):
    """Return the words of paragraphs that stay on the page of what follows."""
    found = part.xpath(".//w:p[w:pPr/w:keepNext]")
    return ["".join(p.xpath(".//w:t/text()")) for p in found]


def test_what_belongs_together_stays_on_a_page():
    """A line that leads, the ends of a list and the rows of a short table hold on."""
    points = tuple((Paragraph(runs=text(f"punt {n}")),) for n in range(4))
    rows = tuple((text(f"rij {n}"),) for n in range(3))
    word = opened(
        Paragraph(runs=text("Wij doen:")),
        List(items=points),
        Paragraph(runs=text("Los.")),
        Paragraph(runs=text("Zie:")),
        Table(head=(text("Kop"),), rows=rows),
    )
    assert held(word.element.body) == [
        "Wij doen:",
        "punt 0",
        "punt 2",
        "Zie:",
        "Kop",
        "rij 0",
        "rij 1",
    ]


def test_the_bar_of_a_remark_is_one_line():
    """Words and points of a remark have their bar at the same place."""
    item = (Paragraph(runs=text("punt")),)
    word = opened(
        Callout(kind="hint", title=text("Tip"), blocks=(List(items=(item,)),))
    )
    (indent,) = word.element.body.xpath(".//w:p[w:pPr/w:pBdr]/w:pPr/w:ind")
    left = int(indent.get(qn("w:left"))) - int(indent.get(qn("w:hanging")))
    assert left == 227


def test_a_table_beside_another_stays_in_its_half():
    """A table in two languages is as wide as its own cell."""
    table = Table(head=(text("Kop"), text("Cijfer")), rows=((text("a"), text("1")),))
    word = opened(Parallel(langs=("nl", "en"), rows=(((table,), (table,)),)))
    (outer,) = word.element.body.xpath("./w:tbl")
    half = int(outer.xpath("./w:tblGrid/w:gridCol/@w:w")[0])
    for inner in outer.xpath(".//w:tc/w:tbl"):
        assert sum(map(int, inner.xpath("./w:tblGrid/w:gridCol/@w:w"))) <= half


def test_there_is_room_to_sign():
    """A column to write in is as wide as a signature needs."""
    head = (text("Naam en functie"), text("Datum"), text("Handtekening"))
    word = opened(Table(head=head, rows=((text("Directie"), text(" "), text(" ")),)))
    widths = [int(w) for w in word.element.body.xpath(".//w:gridCol/@w:w")]
    # A twentieth of a point is a seventeenth of a millimetre and a bit.
    assert min(widths) > 1_700


def test_what_somebody_said_has_one_bar_with_its_points():
    """The points of a quote stand in as its words do, and have the same bar."""
    item = (Paragraph(runs=text("punt")),)
    said = Quote(blocks=(Paragraph(runs=text("Hij zei:")), List(items=(item,))))
    word = opened(said)
    words, point = word.element.body.xpath("./w:p[w:pPr/w:pBdr]")
    (indent,) = point.xpath("./w:pPr/w:ind")
    left = int(indent.get(qn("w:left"))) - int(indent.get(qn("w:hanging")))
    assert left == word.styles["Quote"].paragraph_format.left_indent.twips
    assert words.xpath("./w:pPr/w:pBdr/w:left/@w:color") == point.xpath(
        "./w:pPr/w:pBdr/w:left/@w:color"
    )


def test_the_bar_of_a_remark_goes_on_beside_its_table():
    """A table in a remark has the bar, and its words stand below those of the rest."""
    table = Table(head=(text("Kop"), text("Ook")), rows=((text("a"), text("b")),))
    word = opened(Callout(kind="warning", title=text("Let op"), blocks=(table,)))
    (made,) = word.element.body.xpath("./w:tbl")
    assert made.xpath("./w:tblPr/w:tblBorders/w:left/@w:color") == ["8A4B00"]
    (inset,) = made.xpath("./w:tblPr/w:tblInd/@w:w")
    beside = made.xpath("./w:tr/w:tc[1]/w:tcPr/w:tcMar/w:left/@w:w")
    assert {int(inset) + int(one) for one in beside} == {227}


def test_a_tall_logo_leaves_room_for_the_title():
    """A logo is at most 20 mm high, whatever its shape."""
    tall = SVG.replace('width="9" height="9"', 'width="100" height="700"')
    assert tall != SVG
    document = Document(title="Titel", lang="nl", blocks=())
    made = docx.render(document, brand=Brand(svg=tall))
    (high,) = reader.Document(io.BytesIO(made)).element.body.xpath(".//wp:extent/@cy")
    assert int(high) <= 20 * 36_000


def test_only_words_in_tables_are_hyphenated():
    """Word breaks words of narrow columns with a hyphen, and those of the text never."""
    word = opened(Paragraph(runs=text("Woorden")))
    assert word.settings.element.find(qn("w:autoHyphenation")) is not None
    stopped = word.styles.element.xpath("w:docDefaults//w:suppressAutoHyphens/@w:val")
    table = word.styles["Table Text"].element.xpath(".//w:suppressAutoHyphens/@w:val")
    assert (stopped, table) == ([], ["0"])


def test_what_is_beside_the_title_of_a_leaflet_takes_one_line():
    """A leaflet has few pages, so version and date share a line."""
    meta = {"Versie": "1", "Datum": "1 mei"}
    document = Document(title="Titel", lang="nl", blocks=(), meta=meta, leaflet=True)
    word = reader.Document(io.BytesIO(docx.render(document)))
    said = [p.text for p in word.paragraphs if p.style.name == "About"]
    assert said == ["Versie: 1  ·  Datum: 1 mei"]


def test_the_last_line_of_a_chapter_does_not_begin_a_page_in_word():
    """The last point of a list stays with the line that ends the chapter."""
    points = tuple((Paragraph(runs=text(f"punt {n}")),) for n in range(5))
    word = opened(
        List(items=points),
        Paragraph(runs=text("Nagekeken.")),
        Heading(level=1, runs=text("Verder")),
    )
    assert "punt 4" in held(word.element.body)
