"""A document in two languages marks each word as what it is."""

from __future__ import annotations

import io
import re
import zipfile

import pikepdf
import pytest

from workshop_kit.export import docx, html, pdf
from workshop_kit.export.beside import side_by_side
from workshop_kit.export.document import Document, Heading, Paragraph, text


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
