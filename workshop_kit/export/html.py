"""Renders a document as one HTML page that asks nothing of any other host."""

from __future__ import annotations

import base64
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.export.brand import PLAIN
from workshop_kit.export.document import (
    BETWEEN,
    Block,
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
    Runs,
    Table,
    clamped,
)
from workshop_kit.i18n import Translator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workshop_kit.export.brand import Brand

CARRIED = "workshop-kit-policy"
"""Id of the element that carries the policy as data, from which it can be reopened."""

CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_CONTENTS_FROM = 4
"""A page with so many chapters gets a table of contents."""

_FITTING = 5
"""Most columns that fit beside each other in the measure of the text."""

_NARROW = 2
"""Most columns of words that fit on a phone; rows of wider tables become cards."""


def render(document: Document, *, brand: Brand = PLAIN, carried: bytes = b"") -> str:
    """
    Return the document as a whole page.

    Args:
        document: What to show.
        brand: Colour and logo.
        carried: The policy as JSON, which the page carries unseen.
    """
    t = Translator(document.lang)
    parts = _Parts(t, base=1)
    body = parts.blocks(clamped(document.blocks))
    title = escape(document.title or t(N_("Document")))
    owner = f" · {escape(document.subtitle)}" if document.subtitle else ""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(document.lang)}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{CSP}">',
            f"<title>{title}{owner}</title>",
            f"<style>{_style()}{_branded(brand)}</style>",
            "</head>",
            f'<body class="workshop-kit{" leaflet" if document.leaflet else ""}">',
            f'<a class="skip" href="#content">{escape(t(N_("Skip to the text")))}</a>',
            _header(document, _logo(brand, document, t), t),
            "" if document.leaflet else _contents(parts, t),
            f'<main id="content">{body}</main>',
            _data(carried),
            "</body>",
            "</html>",
            "",
        ]
    )


def fragment(document: Document) -> str:
    """Return the blocks for the output of a cell, with their own style."""
    parts = _Parts(Translator(document.lang), base=2)
    body = parts.blocks(clamped(document.blocks))
    lang = escape(document.lang)
    return (
        f"<style>{_style()}</style>"
        f'<div class="workshop-kit inset" lang="{lang}">{body}</div>'
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("html.css").read_text("utf-8")


def _branded(brand: Brand) -> str:
    """Return the colour of the institution, for light and for dark screens."""
    if brand.colour == PLAIN.colour:
        return ""
    return (
        f"body.workshop-kit {{ --accent: {brand.colour} }}"
        "@media screen and (prefers-color-scheme: dark) "
        f"{{ body.workshop-kit {{ --accent: {brand.bright} }} }}"
    )


def _logo(brand: Brand, document: Document, t: Translator) -> str:
    if not brand.svg and not brand.png:
        return ""
    name = document.subtitle or document.title
    alt = t(N_("Logo of {name}"), name=name) if name else t(N_("Logo"))
    return f'<p class="logo">{_image(brand.svg, brand.png, alt)}</p>'


def _data(carried: bytes) -> str:
    """Return data that no browser runs: JSON in which nothing means HTML."""
    words = carried.decode()
    for char in "<>&":
        words = words.replace(char, f"\\u{ord(char):04x}")
    kind = f'id="{CARRIED}" type="application/json"'
    return f"<script {kind}>{words}</script>" if words else ""


def _header(document: Document, logo: str, t: Translator) -> str:
    meta = "".join(
        f"<div><dt>{_spoken(document, label)}</dt>"
        f"<dd>{_spoken(document, words)}</dd></div>"
        for label, words in document.meta.items()
    )
    title = "".join(
        f"<span{_lang(run.lang)}>{escape(run.text)}</span>"
        if run.lang
        else escape(run.text)
        for run in document.spoken(document.title or t(N_("Document")))
    )
    owner = f'<p class="owner">{escape(document.subtitle)}</p>'
    return (
        f"<header>{logo}{owner if document.subtitle else ''}<h1>{title}</h1>"
        f"{f'<dl class=meta>{meta}</dl>' if meta else ''}</header>"
    )


def _spoken(document: Document, words: str) -> str:
    return escape(BETWEEN).join(_runs((run,)) for run in document.spoken(words))


def _contents(parts: _Parts, t: Translator) -> str:
    chapters = [found[1:] for found in parts.headings if found[0] == 1]
    if len(chapters) < _CONTENTS_FROM:
        return ""
    items = "".join(
        f'<li><a href="#{anchor}">{words}</a></li>' for anchor, words in chapters
    )
    name = escape(t(N_("Contents")))
    return f'<nav aria-label="{name}"><p class="label">{name}</p><ul>{items}</ul></nav>'


class _Parts:
    """Writes blocks and remembers the headings; the page's own h1 is the title."""

    def __init__(self, t: Translator, *, base: int) -> None:
        self.t, self.base = t, base
        self.headings: list[tuple[int, str, str]] = []

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:  # noqa: C901, PLR0911 - a case per kind
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph():
                return f"<p>{_runs(block.runs)}</p>"
            case List():
                tag = "ol" if block.ordered else "ul"
                kind = ' class="boxes"' if block.boxes else ""
                items = "".join(f"<li>{self._inner(item)}</li>" for item in block.items)
                return f"<{tag}{kind}>{items}</{tag}>"
            case Table():
                return _table(block, self.t)
            case Definitions():
                return self._definitions(block)
            case Figure():
                return _figure(block)
            case Quote():
                return f"<blockquote>{self.blocks(block.blocks)}</blockquote>"
            case Code():
                return f'<pre tabindex="0"><code>{escape(block.text)}</code></pre>'
            case Callout():
                return (
                    f'<section class="callout {escape(block.kind)}">'
                    f'<p class="label">{_runs(block.title)}</p>'
                    f"{self.blocks(block.blocks)}</section>"
                )
            case Parallel():
                return self._parallel(block)
            case Room():
                return f'<div class="room">{"<div></div>" * block.lines}</div>'
            case PageBreak():
                return '<div class="page-break"></div>'

    def _parallel(self, block: Parallel) -> str:
        """Return rows of cells, each in its own language."""
        rows = (
            "".join(
                f"<div{_lang(lang)}>{self.blocks(cell)}</div>"
                for lang, cell in zip(_langs(block, row), row, strict=True)
            )
            for row in block.rows
        )
        return "".join(f'<div class="parallel">{row}</div>' for row in rows)

    def _inner(self, blocks: tuple[Block, ...]) -> str:
        """A lone paragraph needs no element of its own inside an item."""
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return _runs(blocks[0].runs)
        return self.blocks(blocks)

    def _heading(self, block: Heading) -> str:
        anchor = f"s{len(self.headings) + 1}"
        words = _runs(block.runs)
        plain = escape("".join(run.text for run in block.runs))
        self.headings.append((block.level, anchor, plain))
        tag = f"h{min(block.level + self.base, 6)}"
        name = f' id="{anchor}"' if self.base == 1 else ""
        return f"<{tag}{name}>{words}</{tag}>"

    def _definitions(self, block: Definitions) -> str:
        items = "".join(
            f"<div><dt>{_runs(term)}</dt><dd>{self._inner(said)}</dd></div>"
            for term, said in block.items
        )
        return f"<dl>{items}</dl>" if items else ""


def _table(block: Table, t: Translator) -> str:
    if not block.width:
        return ""
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    places = range(block.width)
    kinds = ["number" if block.numeric(place) else "" for place in places]
    if kinds[0] == "" and block.labelled:
        kinds[0] = "name"
    head = "".join(
        _cell("th", "col", block.head[place : place + 1], kind=kinds[place])
        for place in places
    )
    rows = "".join(f"<tr>{_row(row, block.head, kinds)}</tr>" for row in block.rows)
    said = escape(block.caption or t(N_("Table")))
    # What may have to be scrolled sideways can be reached with the keyboard.
    reach = f' tabindex="0" role="group" aria-label="{said}"'
    broad = block.width > _FITTING and not block.slim
    wide = f'table wide"{reach}' if broad else 'table"'
    worded = block.width - kinds.count("number")
    crowded = block.width > _FITTING or worded > _NARROW
    stacked = ' class="stacked"' if crowded else ""
    thead = f"<thead><tr>{head}</tr></thead>" if any(map(_words, block.head)) else ""
    return (
        f'<div class="{wide}><table{stacked}>{caption}{thead}'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(row: tuple[Runs, ...], head: tuple[Runs, ...], kinds: list[str]) -> str:
    """Each cell carries the name of its column, for narrow screens."""
    return "".join(
        _cell(
            "td" if place else "th",
            "" if place else "row",
            row[place : place + 1],
            kind=kind,
            name=_words(head[place]) if place < len(head) else "",
        )
        for place, kind in enumerate(kinds)
    )


def _cell(
    tag: str, scope: str, runs: tuple[Runs, ...], *, kind: str, name: str = ""
) -> str:
    """Return one cell; a heading without words would name nothing."""
    words = "".join(map(_runs, runs))
    tag, scope = (tag, scope) if "".join(map(_words, runs)) else ("td", "")
    parts = {"scope": scope, "class": kind, "data-name": name}
    given = "".join(f' {k}="{escape(v)}"' for k, v in parts.items() if v)
    return f"<{tag}{given}>{words}</{tag}>"


def _langs(block: Parallel, row: tuple[tuple[Block, ...], ...]) -> tuple[str, ...]:
    """Return the language of each cell; what is beyond the languages has none."""
    return (*block.langs, *("",) * len(row))[: len(row)]


def _lang(lang: str) -> str:
    return f' lang="{lang}"' if lang else ""


def _figure(block: Figure) -> str:
    shown = f"<p>{escape(block.alt)}</p>"
    if block.svg or block.png:
        shown = _image(block.svg, block.png, block.alt)
    caption = f"<figcaption>{escape(block.caption)}</figcaption>"
    # A drawing stays wide enough to be read on a phone, so it may have to be scrolled.
    drawn = ' class="drawn" tabindex="0"' if block.svg else ""
    return f"<figure{drawn}>{shown}{caption if block.caption else ''}</figure>"


def _image(svg: str, png: bytes, alt: str) -> str:
    """Return a picture with its content in it; the drawing if there is one."""
    kind = "svg+xml" if svg else "jpeg" if png[:2] == b"\xff\xd8" else "png"
    data = base64.b64encode(svg.encode() or png).decode()
    return f'<img src="data:image/{kind};base64,{data}" alt="{escape(alt)}">'


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    words = escape(run.text).replace("\n", "<br>")
    for used, tag in ((run.code, "code"), (run.emphasis, "em"), (run.strong, "strong")):
        words = f"<{tag}>{words}</{tag}>" if used and words else words
    if run.lang:
        words = f'<span lang="{run.lang}">{words}</span>'
    return f'<a href="{escape(run.href)}">{words}</a>' if run.href else words


def _words(runs: Runs) -> str:
    return "".join(run.text for run in runs).strip()


def plain(document: Document) -> str:
    """Return the words only, one block a line, for a terminal."""
    return "\n".join(_plain(block) for block in document.blocks)


def _plain(block: Block) -> str:  # noqa: PLR0911 - a case per kind
    match block:
        case Heading() | Paragraph():
            return _words(block.runs)
        case List():
            return "\n".join(f"- {' '.join(map(_plain, item))}" for item in block.items)
        case Table():
            lines = (block.head, *block.rows)
            return "\n".join(" | ".join(_words(cell) for cell in row) for row in lines)
        case Definitions():
            pairs = ((_words(k), " ".join(map(_plain, v))) for k, v in block.items)
            return "\n".join(f"{term}: {said}" for term, said in pairs)
        case Figure():
            return block.alt
        case Quote() | Callout():
            title = _words(block.title) if isinstance(block, Callout) else ""
            return "\n".join([title, *map(_plain, block.blocks)]).strip()
        case Code():
            return block.text
        case Parallel():
            cells = (block for row in block.rows for cell in row for block in cell)
            return "\n".join(map(_plain, cells))
        case PageBreak() | Room():
            return ""
