"""Markdown in which people's words stay their words."""

from __future__ import annotations

import html
import re

import mistune
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop_kit.export import md
from workshop_kit.export.document import (
    Code,
    Document,
    List,
    Paragraph,
    Parallel,
    Quote,
    Room,
    Run,
    Table,
    clean,
    text,
)

PARSE = mistune.create_markdown(
    escape=False,
    plugins=[
        *("table", "strikethrough", "url", "footnotes", "math", "def_list"),
        *("task_lists", "abbr", "mark", "superscript", "subscript", "spoiler"),
    ],
)
SIGNS = st.text(st.sampled_from(list("ab1 .-+*_#>`~[](){}<>|\\!&$^:=@/\"'%wthps\n")))


def body(*blocks):
    """Return the Markdown below the title."""
    made = md.render(Document(title="T", lang="nl", blocks=blocks))
    return made.removeprefix("# T").strip("\n")


@settings(max_examples=400, deadline=None)
@given(SIGNS)
def test_signs_are_read_as_they_were_typed(words):
    """A reader that knows every dialect makes one paragraph of it, in the same words."""
    made = PARSE(body(Paragraph(runs=text(words))))
    assert set(re.findall(r"<[^>]*>", made)) <= {"<p>", "</p>", "<br />", "<br>"}
    said = html.unescape(re.sub(r"<[^>]*>", "", made))
    assert "".join(said.split()) == "".join(clean(words).split())


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("1. geen lijst", "1\\. geen lijst"),
        ("# geen kop", "\\# geen kop"),
        ("<script>", "\\<script\\>"),
        ("![x](https://a.example)", "\\!\\[x\\](https\\://a.example)"),
        ("Gewone zin, met 3,5% en (haakjes).", "Gewone zin, met 3,5% en (haakjes)."),
    ],
)
def test_what_is_escaped_and_what_is_not(words, written):
    """Marks are escaped where they mean something; a plain sentence stays plain."""
    assert body(Paragraph(runs=text(words))) == written


def test_a_table_keeps_its_columns():
    """A bar or a line end in a cell does not open another."""
    table = Table(
        head=(text("A"), text("B")),
        rows=((text("1|2\n3"), (Run(text="x|y", code=True),)),),
    )
    assert body(table) == "| A | B |\n| --- | --- |\n| 1\\|2<br>3 | `x\\|y` |"


def test_two_lists_stay_two():
    """Lists after each other are told apart by their marks, boxes are boxes."""
    one = List(items=((Paragraph(runs=text("a")),),), boxes=True)
    assert body(one, one) == "- [ ] a\n\n* [ ] a"


def test_code_cannot_end_its_own_fence():
    """The fence is longer than any in the code."""
    assert body(Code(text="```\nx")) == "````\n```\nx\n````"


def test_quotes_languages_and_room():
    """Quoted lines begin with a mark, languages follow each other, room is a line."""
    said = Paragraph(runs=text("ja"))
    row = ((said,), (Paragraph(runs=text("yes")),))
    made = body(
        Quote(blocks=(said,)), Parallel(langs=("nl", "en"), rows=(row,)), Room()
    )
    assert made == "> ja\n\nja\n\nyes\n\n" + "\\_" * 30
