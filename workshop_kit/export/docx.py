"""Renders a document for Word: real headings, lists and tables, ready to redline."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
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

_LETTERS, _SMALL_LETTERS = 84.0, 106.0
"""Letters on a line of a table, and of one with many columns."""

_MARKS = {"\n": "w:br", "\t": "w:tab"}
_ENDS = re.compile("([\n\t])")
_SPACE = qn("xml:space")

_IN_ADDRESS = "%/:?#[]@!$&'()*+,;=-._~"
_TITLE = 255
"""Most characters of a title among the properties of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a block stands: in which list, how deep, in which language and style."""

    depth: int = 0
    lang: str = ""
    style: str = ""
    tone: str = ""


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
    _footer(word, document, t)
    _properties(word, document, t)
    return _packed(word)


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
            yield from self._picture(Figure(alt=alt, svg=brand.svg, png=brand.png), 40)
        if document.subtitle:
            yield self._paragraph(text(document.subtitle), "Subtitle")
        title = document.spoken(document.title or t(N_("Document")))
        yield self._paragraph(_between(title, "\n"), "Title")
        for label, words in document.meta.items():
            named = (replace(run, strong=True) for run in document.spoken(label))
            about = _between(tuple(named), BETWEEN)
            said = _between(document.spoken(words), BETWEEN)
            yield self._paragraph((*about, Run(text=": "), *said), "About")

    def blocks(self, blocks: Iterable[Block], at: _Place) -> Iterator[Any]:
        for block in blocks:
            yield from self._block(block, at)

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
                yield from self._picture(block, 150, at)
            case Quote():
                yield from self.blocks(block.blocks, replace(at, style="Quote"))
            case Code():
                yield self._paragraph(text(block.text), "Code", at)
            case Callout():
                inside = replace(at, style="Callout", tone=look.TONES[block.kind])
                title = tuple(replace(run, strong=True) for run in block.title)
                head = self._paragraph(title, "Callout", inside)
                head.get_or_add_pPr().get_or_add_keepNext()
                yield head
                yield from self.blocks(block.blocks, inside)
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
        for item in block.items:
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
        if at.depth:
            about.append(element("w:ind", left=360 * min(at.depth, 9)))
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
        columns = [
            [_words(block.head[n : n + 1]), *block.column(n)]
            for n in range(block.width)
        ]
        line = _LETTERS if block.width <= _FULL else _SMALL_LETTERS
        widths = [int(_WIDE * each / line) for each in shares(columns, line)]
        made = _frame(widths, block.caption, lines=True)
        # Asked once: each looks at a whole column.
        right = [block.numeric(place) for place in range(block.width)]
        cells, named = list(zip(widths, right, strict=True)), block.labelled
        if any(map(_words, ((cell,) for cell in block.head))):
            made.append(self._row(block.head, cells, at, head=True))
        for row in block.rows:
            made.append(self._row(row, cells, at, named=named))
        yield made
        yield self._paragraph((), "Table Text")

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
            made.append(element("w:tc", cell, said))
        return made

    def _parallel(self, block: Parallel, at: _Place) -> Iterator[Any]:
        for row in block.rows:
            langs = (*block.langs, *("",) * len(row))
            places = [replace(at, lang=lang or at.lang) for lang in langs]
            if len(row) == 1:
                yield from self.blocks(row[0], places[0])
                continue
            widths = [_WIDE // max(len(row), 1)] * len(row)
            made, line = _frame(widths, "", lines=False), element("w:tr")
            for wide, cell, place in zip(widths, row, places, strict=False):
                about = element("w:tcPr", element("w:tcW", w=wide, type="dxa"))
                # A cell has to end in a paragraph.
                inside = [*self.blocks(cell, place)] or [element("w:p")]
                if inside[-1].tag != qn("w:p"):
                    inside.append(element("w:p"))
                line.append(element("w:tc", about, *inside))
            if row:
                made.append(line)
                yield made
                yield element("w:p")

    def _picture(
        self, block: Figure, most: int, at: _Place | None = None
    ) -> Iterator[Any]:
        drawn = self.pictures.drawing(block, most)
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


def _between(runs: Runs, mark: str) -> Runs:
    """Return the words of a second language after a mark."""
    first, *rest = runs
    return (first, *(part for run in rest for part in (Run(text=mark), run)))


def _words(cells: tuple[Runs, ...]) -> str:
    return "".join(run.text for cell in cells for run in cell).strip()


def _frame(widths: list[int], caption: str, *, lines: bool) -> Any:
    """Return a table without rows."""
    about = element("w:tblPr", element("w:tblW", w=sum(widths), type="dxa"))
    if lines:
        hair = look.line_of(look.HAIR)
        sides = [element(f"w:{side}", **hair) for side in ("bottom", "insideH")]
        about.append(element("w:tblBorders", *sides))
    about.append(element("w:tblLayout", type="fixed"))
    right = element("w:right", w=140, type="dxa")
    about.append(element("w:tblCellMar", element("w:left", w=0, type="dxa"), right))
    about.append(element("w:tblLook", firstRow=int(lines), noHBand=1, noVBand=1))
    if caption:
        about.append(element("w:tblCaption", val=caption[:_TITLE]))
    grid = element("w:tblGrid", *(element("w:gridCol", w=wide) for wide in widths))
    return element("w:tbl", about, grid)


def _footer(word: Any, document: Document, t: Translator) -> None:
    version = document.field(t(N_("Version")))
    mark = f" · {t(N_('Version'))} {version}" if version else ""
    foot = word.sections[0].footer.paragraphs[0]
    foot.text = f"{document.subtitle or document.title}{mark}"


def _properties(word: Any, document: Document, t: Translator) -> None:
    about = word.core_properties
    about.title = (document.title or t(N_("Document")))[:_TITLE]
    about.author = document.subtitle[:_TITLE]
    about.language = look.region(document.lang)
    about.comments = about.keywords = about.subject = ""
    # The template says when and by whom the template was made.
    for child in list(about._element):  # noqa: SLF001 - the library has no way
        if child.tag.rpartition("}")[2] in {"created", "modified", "lastModifiedBy"}:
            about._element.remove(child)  # noqa: SLF001


def _packed(word: Any) -> bytes:
    """Pack it again, without the time of day in it."""
    first, packed = io.BytesIO(), io.BytesIO()
    word.save(first)
    with (
        zipfile.ZipFile(first) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in source.namelist():
            target.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)),
                source.read(name),
                zipfile.ZIP_DEFLATED,
            )
    return packed.getvalue()
