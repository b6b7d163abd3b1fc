"""Renders a document for Word: real headings, lists and tables, ready to redline."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from workshop_kit.errors import N_
from workshop_kit.export import docx_look as look
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
    text,
)
from workshop_kit.export.docx_ends import last, leads
from workshop_kit.export.docx_file import footer, packed, properties
from workshop_kit.export.docx_look import element
from workshop_kit.export.docx_pictures import Pictures
from workshop_kit.export.widths import filled, fitting, shares
from workshop_kit.i18n import Translator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workshop_kit.export.brand import Brand

_WIDE = 9_638 - 1_134
"""Room between the margins, in twentieths of a point."""

_FULL = 5
"""Most columns whose words are set as large as in other tables."""

_LETTER, _SMALL_LETTER = 95, 75
"""Breadth of a letter in a table, and in one of many columns, in the same measure."""

_KEPT = 8
"""Most rows of a table that stays on one page."""

_LOGO = 20
"""Height of a logo at most, in mm."""

_BARRED = {"Callout", "Quote"}
"""Styles that stand in by themselves, beside a bar."""

_MARKS = {"\n": "w:br", "\t": "w:tab"}
_ENDS = re.compile("([\n\t])")
_SPACE = qn("xml:space")

_IN_ADDRESS = "%/:?#[]@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a block stands: in which list, how deep, in which language and style."""

    depth: int = 0
    lang: str = ""
    style: str = ""
    tone: str = ""
    room: int = _WIDE


def render(document: Document, *, brand: Brand = PLAIN) -> bytes:
    """
    Return the document as a Word file; the same document gives the same bytes.

    There are no fields in it, so that opening it computes and asks nothing; that
    is why pages are not numbered.
    """
    t = Translator(document.lang)
    empty = look.dressed(
        lang=document.lang, colour=brand.colour, leaflet=document.leaflet
    )
    word = docx.Document(io.BytesIO(empty))
    writing = _Writing(word, brand.colour.lstrip("#").upper())
    body: Any = word.element.body
    blocks = clamped(document.blocks)
    writing.pictures.prepare(blocks, brand)
    for part in (
        *writing.front(document, brand, t),
        *writing.blocks(blocks, _Place()),
    ):
        body.insert(len(body) - 1, part)
    footer(word, document, t)
    properties(word, document, t)
    return packed(word)


class _Writing:
    """Turns blocks into paragraphs and tables of WordprocessingML."""

    def __init__(self, word: Any, accent: str) -> None:
        self.word, self.accent = word, accent
        self.pictures = Pictures(word.part)
        self.links: dict[str, str] = {}

    def front(self, document: Document, brand: Brand, t: Translator) -> Iterator[Any]:
        if brand.svg or brand.png:
            name = document.subtitle or document.title
            alt = t(N_("Logo of {name}"), name=name) if name else t(N_("Logo"))
            logo = Figure(alt=alt, svg=brand.svg, png=brand.png)
            yield from self._picture(logo, 60, highest=_LOGO)
        if document.subtitle:
            yield self._paragraph(text(document.subtitle), "Subtitle")
        title = document.spoken(document.title or t(N_("Document")))
        named = self._paragraph(_between(title, "\n"), "Title")
        for more in named.findall(qn("w:r"))[1:]:
            look.lighter(more)
        yield named
        lines = [_about(document, *pair) for pair in document.meta.items()]
        if document.leaflet and lines and not document.beside:
            # What is said beside the title is short, and pages are few.
            apart = (Run(text="  ·  "),)
            lines = [sum((apart + line for line in lines[1:]), start=lines[0])]
        for line in lines:
            made = self._paragraph(line, "About")
            if line is lines[-1]:
                made.pPr.append(element("w:spacing", after=280))
            yield made

    def blocks(self, blocks: Iterable[Block], at: _Place) -> Iterator[Any]:
        before: Block | None = None
        ahead = [*blocks]
        for block, follows, then in zip_longest(ahead, ahead[1:], ahead[2:]):
            made = [*self._block(block, at)]
            held = made if leads(before, block, follows) else []
            if isinstance(block, List) and last(follows, then):
                held = made[-1:]
            for part in held:
                look.keep(part)
            yield from made
            before = block

    def _block(self, block: Block, at: _Place) -> Iterator[Any]:  # noqa: C901, PLR0912 - a case per kind
        match block:
            case Heading():
                yield self._paragraph(block.runs, f"Heading {block.level}", at)
            case Paragraph():
                yield self._paragraph(block.runs, at.style, at)
            case List():
                yield from self._list(block, at)
            case Table():
                for part in fitting(block):
                    yield from self._table(part, at) if filled(part) else ()
            case Definitions():
                for term, said in block.items:
                    yield self._paragraph(term, "Term", at)
                    yield from self.blocks(said, at)
            case Figure():
                most = min(150, int(at.room * 25.4 / 1440))
                yield from self._picture(block, most, at)
            case Quote():
                inside = replace(at, style="Quote", tone=look.HAIR)
                yield from self.blocks(block.blocks, inside)
            case Code():
                yield self._paragraph(text(block.text), "Code", at)
            case Callout():
                inside = replace(at, style="Callout", tone=look.TONES[block.kind])
                title = tuple(replace(run, strong=True) for run in block.title)
                head = self._paragraph(title, "Callout", inside)
                look.begin(head, inside.tone)
                made = [head, *self.blocks(block.blocks, inside)]
                for part in made[: -1 if len(made) <= _KEPT else 1]:
                    look.keep(part)
                yield from made
            case Parallel():
                yield from self._parallel(block, at)
            case Room():
                for _ in range(block.lines):
                    yield self._paragraph((), "Write Here", at)
            case PageBreak():
                yield element("w:p", element("w:r", element("w:br", type="page")))

    def _list(self, block: List, at: _Place) -> Iterator[Any]:
        number = look.BOX if block.boxes else look.BULLET
        if block.ordered and not block.boxes:
            number = look.restarted(self.word)
        style = "List Number" if block.ordered else "List Bullet"
        inside = replace(at, depth=at.depth + 1, style=at.style)
        last = len(block.items) - 1
        for place, item in enumerate(block.items):
            first, rest = item[:1], item[1:]
            if not first or not isinstance(first[0], Paragraph):
                first, rest = (Paragraph(runs=()),), item
            made = self._paragraph(first[0].runs, style, at)  # type: ignore[union-attr]
            level = element("w:ilvl", val=min(at.depth, 8))
            marked = element("w:numPr", level, element("w:numId", val=number))
            made.pPr.insert_element_before(
                marked, *("w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
            )
            for old in made.pPr.findall(qn("w:ind")):
                made.pPr.remove(old)
            if at.tone:
                # The bar of a remark stands left of its lists too.
                made.pPr.append(look.listed(at.depth))
            if place < last and (block.boxes or place in {0, last - 1}):
                look.keep(made)
            yield made
            yield from self.blocks(rest, inside)

    def _paragraph(self, runs: Runs, style: str, at: _Place | None = None) -> Any:
        at = at or _Place()
        about = element("w:pPr")
        if style:
            about.append(element("w:pStyle", val=style.replace(" ", "")))
        if at.tone:
            line = {**look.line_of(at.tone, 18), "space": 8}
            about.append(element("w:pBdr", element("w:left", **line)))
        inset = look.WITHIN if at.tone and (at.depth or style not in _BARRED) else 0
        if at.depth or inset:
            about.append(element("w:ind", left=inset + 360 * min(at.depth, 9)))
        made = element("w:p", about)
        for run in runs:
            made.append(self._run(run, at))
        return made

    def _run(self, run: Run, at: _Place) -> Any:
        about = element("w:rPr")
        if run.code:
            about.append(element("w:rFonts", ascii="Consolas", hAnsi="Consolas"))
        for used, tag in ((run.strong, "w:b"), (run.emphasis, "w:i")):
            if used:
                about.append(element(tag))
        if run.href:
            about.append(element("w:color", val=self.accent))
            about.append(element("w:u", val="single"))
        lang = run.lang or at.lang
        if lang:
            about.append(element("w:lang", val=look.region(lang)))
        made = element("w:r", about, *_said(run.text))
        if not run.href:
            return made
        link = element("w:hyperlink", made)
        link.set(qn("r:id"), self._link(quote(run.href, safe=_IN_ADDRESS)))
        return link

    def _link(self, address: str) -> str:
        if address not in self.links:
            self.links[address] = self.word.part.relate_to(
                address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return self.links[address]

    def _table(self, block: Table, at: _Place) -> Iterator[Any]:
        if block.caption:
            yield self._paragraph(text(block.caption), "Caption", at)
        lines = (block.head, *block.rows)
        columns = [
            [_words(row[n : n + 1]) for row in lines] for n in range(block.width)
        ]
        letter = _LETTER if block.width <= _FULL else _SMALL_LETTER
        free = at.room - look.GUTTER * len(columns) - (look.WITHIN if at.tone else 0)
        widths = [
            int(width * letter) + look.GUTTER
            for width in shares(columns, free / letter)
        ]
        widths[0] += look.BAR if at.tone else 0
        made = look.frame(widths, block.caption, lines=True, bar=at.tone)
        # Asked once: each looks at a whole column.
        right = [block.numeric(place) for place in range(block.width)]
        cells, named = list(zip(widths, right, strict=True)), block.labelled
        if _words(block.head).strip():
            made.append(self._row(block.head, cells, at, head=True))
        for row in block.rows:
            made.append(self._row(row, cells, at, named=named))
        # The last row does not stand alone on a page, and a short table is whole.
        short = len(block.rows) <= _KEPT
        for row in made[2:-1] if short else (*made[2:3], *made[-2:-1]):
            look.keep(row)
        yield made
        yield self._paragraph((), "Table End", at)

    def _row(
        self,
        row: tuple[Runs, ...],
        columns: list[tuple[int, bool]],
        at: _Place,
        *,
        head: bool = False,
        named: bool = False,
    ) -> Any:
        about = element("w:trPr", element("w:cantSplit"))
        if head:
            about.append(element("w:tblHeader"))
        made = element("w:tr", about)
        for place, (wide, right) in enumerate(columns):
            runs = row[place] if place < len(row) else ()
            if head or (place == 0 and named):
                runs = tuple(replace(run, strong=True) for run in runs)
            style = "Table Text" if len(columns) <= _FULL else "Small Table Text"
            said = self._paragraph(runs, style, _Place(lang=at.lang))
            if right:
                said.pPr.append(element("w:jc", val="right"))
            cell = element("w:tcPr", element("w:tcW", w=wide, type="dxa"))
            if head:
                line = element("w:bottom", **look.line_of(look.INK, 8))
                cell.append(element("w:tcBorders", line))
            if at.tone and not place:
                beside = element("w:left", w=look.BAR, type="dxa")
                cell.append(element("w:tcMar", beside))
            made.append(element("w:tc", cell, said))
        return made

    def _parallel(self, block: Parallel, at: _Place) -> Iterator[Any]:
        for single, rows in groupby(block.rows, key=lambda row: len(row) < 2):
            if single:
                for row in rows:
                    inside = replace(at, lang=(*block.langs, at.lang)[0] or at.lang)
                    yield from self.blocks(row[0] if row else (), inside)
                continue
            yield from self._beside([*rows], block.langs, at)

    def _beside(
        self,
        rows: list[tuple[tuple[Block, ...], ...]],
        langs: tuple[str, ...],
        at: _Place,
    ) -> Iterator[Any]:
        """Return rows of blocks as a table without lines."""
        count = max(map(len, rows))
        wide = at.room // count
        made = look.frame([wide] * count, "", lines=False, apart=look.BESIDE)
        for row in rows:
            line = element("w:tr")
            for place in range(count):
                lang = langs[place] if place < len(langs) else ""
                inside = replace(at, lang=lang or at.lang, room=wide - look.BESIDE)
                about = element("w:tcPr", element("w:tcW", w=wide, type="dxa"))
                cell = row[place] if place < len(row) else ()
                # A cell has to end in a paragraph.
                parts = [*self.blocks(cell, inside)] or [element("w:p")]
                if parts[-1].tag != qn("w:p"):
                    parts.append(element("w:p"))
                line.append(element("w:tc", about, *parts))
            made.append(line)
        yield made
        yield self._paragraph((), "Table End", at)

    def _picture(
        self, block: Figure, most: int, at: _Place | None = None, highest: int = 200
    ) -> Iterator[Any]:
        drawn = self.pictures.drawing(block, most, highest)
        if drawn is None:
            yield self._paragraph(text(block.alt), "", at)
        else:
            keep = element("w:pPr", element("w:keepNext")) if block.caption else None
            run = element("w:r", drawn)
            yield element("w:p", *(part for part in (keep, run) if part is not None))
        if block.caption:
            yield self._paragraph(text(block.caption), "Caption", at)


def _said(words: str) -> Iterator[Any]:
    """Write text; a line end as a break and a tab as a tab."""
    for part in _ENDS.split(words):
        if part in _MARKS:
            yield element(_MARKS[part])
        elif part:
            said = element("w:t")
            said.text = part
            said.set(_SPACE, "preserve")
            yield said


def _about(document: Document, label: str, words: str) -> Runs:
    """Return what stands under a label beside the title, in one language or two."""
    named = (replace(run, strong=True) for run in document.spoken(label))
    about = _between(tuple(named), BETWEEN)
    return (*about, Run(text=": "), *_between(document.spoken(words), BETWEEN))


def _between(runs: Runs, mark: str) -> Runs:
    """Return the words of a second language after a mark."""
    first, *rest = runs
    return (first, *(part for run in rest for part in (Run(text=mark), run)))


def _words(cells: tuple[Runs, ...]) -> str:
    return "".join(run.text for cell in cells for run in cell)
