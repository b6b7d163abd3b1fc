"""Any document at all, and what checkers say of one on paper."""

from __future__ import annotations

import re
import struct
import zlib

import page
from hypothesis import strategies as st

from workshop_kit.export.document import (
    Callout,
    Code,
    Definitions,
    Document,
    Figure,
    Heading,
    List,
    PageBreak,
    Paragraph,
    Parallel,
    Quote,
    Room,
    Run,
    Table,
)


def chunk(kind, data):
    """Return one part of a PNG."""
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


DOT = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + chunk(b"IEND", b"")
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<path d="M0 0h9"/></svg>'
)


def exact(content):
    """Tell whether each stream is as long as it says."""
    streams = re.finditer(rb"<</Length (\d+)[^\n]*\nstream\n", content)
    lengths = [(found.end(), int(found[1])) for found in streams]
    ends = [content[start + length :] for start, length in lengths]
    return len(ends) > 3 and all(end.startswith(b"\nendstream") for end in ends)


def problems(content, archive="2a"):
    """
    Return what checkers of PDF/UA-1 and PDF/A object to.

    The checker reads a stream that ends in a carriage return as one byte short,
    which about one in 256 compressed streams does; so lengths are checked here.
    """
    found = [
        failure.message
        for name in ("ua1", archive)
        for failure in page.validate_pdf_bytes(content, profile=name).failures
        if failure.rule_id != f"PDFA{archive.upper()}-STREAM-LENGTH-001"
    ]
    return found if exact(content) else [*found, "a stream is not as long as it says"]


ANY = st.text(max_size=60) | st.text(
    alphabet=st.sampled_from(
        "ab \n\t\u0301\u200f\ufeff\u00ad🚢中م\ud800\x00\ue000#$*_<>&"
    ),
    max_size=30,
)
RUNS = st.lists(
    st.builds(
        Run,
        text=ANY,
        strong=st.booleans(),
        emphasis=st.booleans(),
        code=st.booleans(),
        lang=st.sampled_from(["", "", "en", 'e"', "xxx"]),
        href=st.sampled_from(
            [
                "",
                "https://a.example/ë?b=c#d",
                "mailto:a@b.example",
                "javascript:alert(1)",
            ]
        )
        | ANY.map("https://".__add__),
    ),
    max_size=3,
).map(tuple)
SIMPLE = (
    st.builds(Heading, level=st.integers(-3, 12), runs=RUNS)
    | st.builds(Paragraph, runs=RUNS)
    | st.builds(Code, text=ANY, language=ANY)
    | st.builds(
        Figure,
        alt=ANY,
        caption=ANY,
        svg=st.sampled_from(["", SVG]),
        png=st.sampled_from([b"", DOT]),
    )
    | st.builds(
        Table,
        head=st.lists(RUNS, max_size=4).map(tuple),
        rows=st.lists(st.lists(RUNS, max_size=5).map(tuple), max_size=3).map(tuple),
        caption=ANY,
    )
    | st.builds(Room, lines=st.integers(-1, 60))
    | st.just(PageBreak())
)


def nested(blocks):
    """Return the blocks that hold other blocks."""
    inner = st.lists(blocks, max_size=3).map(tuple)
    return (
        st.builds(
            List,
            items=st.lists(inner, max_size=3).map(tuple),
            ordered=st.booleans(),
            boxes=st.booleans(),
        )
        | st.builds(Quote, blocks=inner)
        | st.builds(
            Definitions, items=st.lists(st.tuples(RUNS, inner), max_size=3).map(tuple)
        )
        | st.builds(
            Callout,
            kind=st.sampled_from(["note", "hint", "warning", "blocker"]),
            title=RUNS,
            blocks=inner,
        )
        | st.builds(
            Parallel,
            langs=st.lists(st.sampled_from(["nl", "en", "", '"><b>']), max_size=3).map(
                tuple
            ),
            rows=st.lists(st.lists(inner, max_size=3).map(tuple), max_size=2).map(
                tuple
            ),
        )
    )


BLOCKS = st.lists(st.recursive(SIMPLE, nested, max_leaves=12), max_size=6).map(tuple)
DOCUMENTS = st.builds(
    Document,
    title=ANY,
    subtitle=ANY,
    lang=st.sampled_from(["nl", "en"]),
    meta=st.dictionaries(ANY, ANY, max_size=3),
    blocks=BLOCKS,
    leaflet=st.booleans(),
)
