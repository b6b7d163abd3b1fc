"""A document in two languages marks each word as what it is."""

from __future__ import annotations

import io
import re
import zipfile

import pikepdf
import pytest

from workshop_kit.export import docx, html, pdf
from workshop_kit.export.beside import side_by_side
from workshop_kit.export.document import (
    Document,
    Figure,
    Heading,
    Paragraph,
    Parallel,
    text,
    words_of,
)


@pytest.fixture(scope="module")
def both():
    """A document in Dutch and English, with its title block."""
    dutch, english = (
        Document(
            title=title,
            lang=lang,
            subtitle="Museum De Schuit (fictief)",
            meta={label: status, "Nr": ""},
            blocks=(
                Heading(level=1, runs=text(title)),
                Paragraph(runs=text(status)),
            ),
        )
        for lang, title, label, status in (
            ("nl", "Beleid", "Stand", "ontwerp"),
            ("en", "Policy", "Status", "draft"),
        )
    )
    return side_by_side(dutch, english)


def test_the_page_marks_the_other_language_of_its_title(both):
    """Title and title block say the English words in English."""
    page = html.render(both)
    assert '<h1>Beleid<span lang="en">Policy</span></h1>' in page
    assert 'ontwerp\u00a0· <span lang="en">draft</span>' in page


def test_word_marks_the_other_language_of_its_title(both):
    """The English words are English to the spelling checker."""
    with zipfile.ZipFile(io.BytesIO(docx.render(both))) as file:
        body = file.read("word/document.xml").decode()
    for words in ("Policy", "Status", "draft"):
        (run, *_) = re.findall(rf"<w:r>(?:(?!<w:r>).)*>{words}</w:t>", body)
        assert '<w:lang w:val="en-GB"/>' in run


def test_paper_marks_the_other_language_of_its_title(both):
    """The title of the PDF has an English part."""
    with pikepdf.open(io.BytesIO(pdf.render(both))) as file:
        drawn = b"".join(page.Contents.read_bytes() for page in file.pages)
    # The title, its label, what it says, and the heading below.
    assert drawn.count(b"(en-GB)") >= 4
    assert b"(en-NL)" not in drawn


def test_a_document_in_one_language_keeps_its_title_whole():
    """A title with a dot between its words is not taken for two languages."""
    page = html.render(Document(title="A\u00a0· B", lang="nl", blocks=()))
    assert "<h1>A\u00a0· B</h1>" in page


def beside(one, other):
    """Return the blocks of a document with one block in each language."""
    left, right = (
        Document(title="", lang=lang, blocks=(block,))
        for lang, block in (("nl", one), ("en", other))
    )
    return side_by_side(left, right).blocks


def test_figures_with_words_in_them_stand_below_each_other():
    """Half the breadth of a page is too little to read what is drawn in a figure."""
    ours, theirs = (Figure(alt=word, svg=f"<svg>{word}</svg>") for word in "ab")
    first, second = beside(ours, theirs)
    assert first == ours
    assert second == Parallel(langs=("en",), rows=(((theirs,),),))


def test_the_same_picture_stands_beside_itself():
    """A QR code, of which only the description differs, takes half the breadth."""
    ours, theirs = (Figure(alt=word, svg="<svg/>") for word in "ab")
    assert beside(ours, theirs) == (
        Parallel(langs=("nl", "en"), rows=(((ours,), (theirs,)),)),
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        ("3. Doelen", "3. Aims", "3. Doelen\u00a0· Aims"),
        ("3. Doelen", "4. Aims", "3. Doelen\u00a0· 4. Aims"),
        ("2027. Een jaar", "A year", "2027. Een jaar\u00a0· A year"),
    ],
)
def test_the_number_of_a_chapter_stands_once(ours, theirs, both):
    """A heading in two languages has the number that both have, once."""
    one, other = (Heading(level=1, runs=text(words)) for words in (ours, theirs))
    (heading,) = beside(one, other)
    assert words_of(heading.runs) == both
