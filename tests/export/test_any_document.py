"""Whatever a document holds, every renderer makes something whole of it."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import mistune
import pytest
from anything import DOCUMENTS, problems
from hypothesis import HealthCheck, given, settings

from workshop_kit.export import docx, html, md, pdf
from workshop_kit.export.wire import from_json, to_json

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
ANY_DOCUMENT = settings(max_examples=1000, deadline=None, suppress_health_check=SLOW)
TAGS = re.compile(
    r"<(?!/?(?:p|h[1-6]|ul|ol|li|em|strong|code|pre|a|br|hr|table|thead|"
    r"tbody|tr|t[hd]|blockquote|img|del)\b)[^>]*>"
)
VOID = {"meta", "br", "img"}


class Balance(HTMLParser):
    """Reads a page and keeps what is open, and what should never be there."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attrs):
        """Note what opens and what could run or load."""
        if tag in {"script", "iframe", "object", "embed", "form", "link", "base"}:
            self.wrong.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").lower().startswith("javascript:"):
                self.wrong.append(name)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Note what closes in another order than it opened."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


@pytest.mark.slow
@pytest.mark.long
@ANY_DOCUMENT
@given(DOCUMENTS)
def test_any_document_becomes_something_whole_in_every_format(document):
    """A thousand random documents pass through all renderers without a failure."""
    is_a_whole_page(html.render(document))
    # The typesetter stops at a glyph it does not know, a skipped heading and so on.
    assert pdf.render(document).startswith(b"%PDF-1.7")
    is_a_whole_word_file(docx.render(document))
    # What people wrote becomes no tag but those of our own marks.
    assert TAGS.findall(PARSE(md.render(document))) == []


@pytest.mark.slow
@settings(ANY_DOCUMENT, max_examples=40)
@given(DOCUMENTS)
def test_any_document_gives_the_same_bytes_again(document):
    """Whatever a document holds, each format of it is the same when made again."""
    for renderer in (html, pdf, docx, md):
        assert renderer.render(document) == renderer.render(document)


def is_a_whole_page(page):
    """Check that every tag is closed in order, and nothing runs."""
    reading = Balance()
    reading.feed(page)
    assert (reading.wrong, reading.open) == ([], [])


def is_a_whole_word_file(content):
    """Check that each part is well-formed, and there is no field and no macro."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert not [name for name in file.namelist() if name.endswith(".bin")]
        for name in ("word/document.xml", "word/_rels/document.xml.rels"):
            ET.fromstring(file.read(name))  # noqa: S314 - our own
        body = file.read("word/document.xml")
    for forbidden in (b"w:fldSimple", b"w:instrText", b"w:altChunk", b"w:object"):
        assert forbidden not in body


@settings(ANY_DOCUMENT, max_examples=40)
@given(DOCUMENTS)
def test_any_document_is_printed_accessibly(document):
    """Whatever blocks come in, the PDF keeps to PDF/UA-1 and PDF/A-2a."""
    assert problems(pdf.render(document)) == []


PARSE = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "url"])


@settings(ANY_DOCUMENT, max_examples=100)
@given(DOCUMENTS)
def test_any_document_survives_json(document):
    """A tree is the same after JSON, and renders the same page."""
    again = from_json(to_json(document))
    assert again == document
    assert html.render(again) == html.render(document)
