"""Reads any notebook into blocks: what people saw, and nothing that runs."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import warnings
import xml.etree.ElementTree as ET  # noqa: S405 - entities are refused before parsing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any, Literal

from workshop_kit.errors import N_, ExportError, WorkshopError
from workshop_kit.export import markdown
from workshop_kit.export.document import (
    BLOCKS_MIME,
    Block,
    Callout,
    Code,
    Definitions,
    Document,
    Figure,
    Heading,
    List,
    Paragraph,
    Quote,
    Run,
    Table,
    from_json,
    text,
    words_of,
)
from workshop_kit.forms.form import MIME as FORM_MIME
from workshop_kit.i18n import Translator

Resolve = Callable[[Mapping[str, Any]], list[Block]]
"""Turns the reference in a form's output into the answers."""

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"

OUTPUTS, ROWS, COLUMNS = 60, 200, 30
"""Most outputs of one cell, and rows and columns of one table."""

_PROSE, _CODE, _EVALUE, _HTML = 60_000, 12_000, 600, 300_000
_PICTURE, _PIXELS, _DEPTH, _DRAWN = 8_000_000, 25_000_000, 48, 200_000

_REMOVE_CELL = {"remove-cell", "remove_cell", "hide-cell", "hide_cell"}
_REMOVE_INPUT = {"remove-input", "remove_input", "hide-input", "hide_input"}
_REMOVE_OUTPUT = {"remove-output", "remove_output", "hide-output", "hide_output"}
_SHOW_INPUT = {"show-input", "show_input"}

_VERSION_3 = {
    "html": "text/html",
    "text": "text/plain",
    "latex": "text/latex",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
}
_KINDS_3 = {"pyout": "execute_result", "pyerr": "error"}
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")
_NO_WORDS = re.compile(r"<[\w.]+(?: object)?(?: at 0x[0-9a-fA-F]+)?>")
_FAKE_ALT = re.compile(r"(?i)\s*no (?:description|alt)\b.*|\s*(?:image|png|svg)\s*")


def document(
    nb: Mapping[str, Any],
    *,
    lang: str,
    resolve_form: Resolve | None = None,
    title: str = "",
) -> Document:
    """
    Return what a reader of the notebook should see.

    A document from a workshop is for people who do not program. So the source of
    a cell stays out unless the cell carries the tag ``show-input``. The tags
    ``remove-`` and ``hide-`` with ``cell``, ``input`` or ``output`` leave that
    part out (paper has no button to unfold it), and win from ``show-input``. Raw
    cells and what programs wrote to stderr (warnings, with paths of somebody's
    machine) stay out too.

    Of an output, the richest form that can be shown safely is taken; scripts,
    frames and addresses to load from never are. What cannot be shown is said in
    words, and so is what is left out because it is too long.

    Args:
        nb: A notebook of any version, as JSON or as a notebook node. Missing
            fields and fields of another type count as empty.
        lang: Language of our own words, ``nl`` or ``en``.
        resolve_form: Returns the answers that belong at the output of a form. By
            default a sentence says that a form stood there.
        title: By default the first heading of level 1, which then leaves the text.
    """
    reader = _Reader(Translator(lang), resolve_form, _language(nb))
    blocks = list(reader.cells(nb))
    if not title:
        place = next(
            (
                n
                for n, b in enumerate(blocks)
                if isinstance(b, Heading) and b.level == 1
            ),
            None,
        )
        if place is not None:
            heading = blocks.pop(place)
            title = words_of(heading.runs) if isinstance(heading, Heading) else ""
    return Document(title=title.strip(), lang=lang, blocks=tuple(blocks))


def said(words: str) -> Paragraph:
    """Return a remark of ours, set off from what stood in the notebook."""
    return Paragraph(runs=(Run(text=words, emphasis=True),))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _joined(value: object) -> str:
    """Return text that may have been split in lines, as notebooks do."""
    if isinstance(value, str):
        return value
    return "".join(part for part in _list(value) if isinstance(part, str))


def _language(nb: Mapping[str, Any]) -> str:
    info = _mapping(_mapping(nb.get("metadata")).get("language_info"))
    return _joined(info.get("name"))


def _tags(cell: Mapping[str, Any]) -> set[str]:
    found = _list(_mapping(cell.get("metadata")).get("tags"))
    return {tag for tag in found if isinstance(tag, str)}


def _cells(nb: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from map(_mapping, _list(nb.get("cells")))
    for sheet in _list(nb.get("worksheets")):
        yield from map(_mapping, _list(_mapping(sheet).get("cells")))


def _bundle(output: Mapping[str, Any]) -> dict[str, Any]:
    """Return the forms of an output by MIME type, also of notebooks before 4."""
    data = {k: v for k, v in _mapping(output.get("data")).items() if isinstance(k, str)}
    old = {mime: output[name] for name, mime in _VERSION_3.items() if name in output}
    return data or old


def _plain(words: str) -> str:
    """Return terminal output as it looked: no colours, progress bars at their end."""
    return _OVERWRITTEN.sub("", _ANSI.sub("", words)).strip("\n")


class _Reader:
    """Walks the cells; knows which one it is at, and under which heading."""

    def __init__(self, t: Translator, resolve: Resolve | None, language: str) -> None:
        self.t, self.resolve, self.language = t, resolve, language
        self.number = self.level = 0

    def cells(self, nb: Mapping[str, Any]) -> Iterator[Block]:
        for self.number, cell in enumerate(_cells(nb), 1):
            if not _tags(cell) & _REMOVE_CELL:
                yield from self.cell(cell)

    def cell(self, cell: Mapping[str, Any]) -> Iterator[Block]:
        source = _joined(cell.get("source", cell.get("input")))
        kind, tags = cell.get("cell_type"), _tags(cell)
        if kind == "markdown" and not tags & _REMOVE_INPUT:
            yield from self.prose(source)
        elif kind == "heading":
            level = cell.get("level")
            self.level = level if isinstance(level, int) else 1
            yield Heading(level=self.level, runs=text(source.strip()))
        elif kind == "code":
            if tags & _SHOW_INPUT and not tags & _REMOVE_INPUT and source.strip():
                yield from self.code(source, self.language)
            if not tags & _REMOVE_OUTPUT:
                yield from self.outputs(_list(cell.get("outputs")))

    def outputs(self, outputs: list[Any]) -> Iterator[Block]:
        written = ""
        for output in map(_mapping, outputs[:OUTPUTS]):
            kind = _joined(output.get("output_type"))
            kind = _KINDS_3.get(kind, kind)
            # Programs write in pieces; neighbours belong in one block.
            if kind == "stream":
                if output.get("name", output.get("stream")) != "stderr":
                    written += _joined(output.get("text"))
                continue
            yield from self.code(_plain(written))
            written = ""
            if kind == "error":
                yield self.error(output)
            elif kind in {"display_data", "execute_result"}:
                metadata = _mapping(output.get("metadata"))
                yield from self.display(_bundle(output), metadata)
        yield from self.code(_plain(written))
        if len(outputs) > OUTPUTS:
            words = N_("Only the first {n} outputs of this cell are shown here.")
            yield said(self.t(words, n=OUTPUTS))

    def display(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any]
    ) -> list[Block]:
        if BLOCKS_MIME in data:
            found = self.blocks(data[BLOCKS_MIME])
            if found is not None:
                return found
        if FORM_MIME in data:
            return self.form(_mapping(data[FORM_MIME]))
        ways = [
            lambda: self.html(_joined(data.get("text/html"))),
            lambda: self.figure(data, metadata),
            lambda: list(self.prose(_joined(data.get("text/markdown")))),
            lambda: list(self.code(_joined(data.get("text/latex")).strip(), "latex")),
            lambda: self.words(data),
        ]
        for way in ways:
            if found := way():
                return found
        if WIDGET_MIME in data:
            words = N_(
                "Something interactive stood here. It only works in the notebook."
            )
            return [said(self.t(words))]
        if any(value for value in data.values()):
            words = N_("An output of cell {n} cannot be shown in a document.")
            return [said(self.t(words, n=self.number))]
        return []

    def blocks(self, tree: object) -> list[Block] | None:
        """Return our own blocks, under the heading above the cell."""
        if isinstance(tree, str):
            try:
                tree = json.loads(tree)
            except (ValueError, RecursionError):
                return None
        try:
            found = from_json(tree).blocks
        except (ExportError, RecursionError):
            return None
        return [self.settled(block) for block in found]

    def settled(self, block: Block) -> Block:
        """Return a block with its pictures looked at and its headings nested."""
        match block:
            case Heading():
                level = max(1, min(block.level, 9)) + self.level
                return replace(block, level=level)
            case Figure():
                return self.picture(block.svg, block.png, block.alt, block.caption)
            case Quote() | Callout():
                inner = tuple(map(self.settled, block.blocks))
                return replace(block, blocks=inner)
            case List():
                items = tuple(tuple(map(self.settled, i)) for i in block.items)
                return replace(block, items=items)
            case Definitions():
                pairs = tuple((k, tuple(map(self.settled, v))) for k, v in block.items)
                return replace(block, items=pairs)
            case _:
                return block

    def form(self, reference: Mapping[str, Any]) -> list[Block]:
        if self.resolve is None:
            words = N_("A form stood here; its answers are in the workshop file.")
            return [said(self.t(words))]
        try:
            return self.resolve(reference)
        except WorkshopError as error:
            title = self.t(N_("The answers to this form cannot be read"))
            words = text(error.render(self.t))
            return [self.callout("warning", title, Paragraph(runs=words))]

    def html(self, page: str) -> list[Block]:
        if not page.strip():
            return []
        reading = _Page(self.t)
        try:
            reading.feed(page[:_HTML])
            reading.close()
        except (AssertionError, RecursionError):
            # The parser of Python gives up on some broken declarations.
            return []
        found = reading.finished()
        return found + self.cut(page, _HTML) if found else []

    def figure(self, data: Mapping[str, Any], about: Mapping[str, Any]) -> list[Block]:
        svg = _joined(data.get("image/svg+xml"))
        pixels = [_joined(data.get(f"image/{kind}")) for kind in ("png", "jpeg")]
        png = next((found for one in pixels if (found := _pixels(one))), b"")
        if not svg and not any(pixels):
            return []
        places = [_mapping(about.get(mime)) for mime in data] + [about]
        alts = (_joined(place.get("alt")) for place in places)
        return [self.picture(svg, png, next(filter(None, alts), ""), "")]

    def picture(self, svg: str, png: bytes, alt: str, caption: str) -> Block:
        if not alt.strip() or _FAKE_ALT.fullmatch(alt):
            alt = self.t(N_("Figure from cell {n}"), n=self.number)
        svg = svg if svg and _safe_svg(svg) else ""
        png = png if png and _safe_pixels(png) else b""
        if svg or png:
            return Figure(alt=alt, svg=svg, png=png, caption=caption)
        return said(self.t(N_("A picture stood here: {alt}"), alt=alt))

    def words(self, data: Mapping[str, Any]) -> list[Block]:
        words = _plain(_joined(data.get("text/plain")))
        # A bare "<… object>" tells nobody anything, and a widget's text neither.
        if WIDGET_MIME in data or _NO_WORDS.fullmatch(words):
            return []
        return list(self.code(words))

    def error(self, output: Mapping[str, Any]) -> Block:
        parts = [_plain(_joined(output.get(name))) for name in ("ename", "evalue")]
        words = ": ".join(part for part in parts if part)
        title = self.t(N_("Cell {n} stopped with an error"), n=self.number)
        body: list[Block] = [Paragraph(runs=text(words[:_EVALUE]))] if words else []
        return self.callout("blocker", title, *body, *self.cut(words, _EVALUE))

    def callout(
        self, kind: Literal["warning", "blocker"], title: str, *blocks: Block
    ) -> Block:
        return Callout(kind=kind, title=text(title), blocks=blocks)

    def prose(self, source: str) -> Iterator[Block]:
        try:
            found = markdown.blocks(source[:_PROSE])
        except RecursionError:
            found = [Paragraph(runs=text(source[:_CODE]))]
        for block in found:
            if isinstance(block, Heading):
                self.level = block.level
            yield block
        yield from self.cut(source, _PROSE)

    def code(self, words: str, language: str = "") -> Iterator[Block]:
        if words.strip():
            yield Code(text=words[:_CODE].strip("\n"), language=language)
            yield from self.cut(words, _CODE)

    def cut(self, words: str, most: int) -> list[Block]:
        if len(words) <= most:
            return []
        about = N_("Only the first {n} characters are shown here.")
        return [said(self.t(about, n=self.t.number(most)))]


_SKIPPED = {
    *("script", "style", "head", "title", "template", "noscript", "iframe"),
    *("object", "svg", "math", "audio", "video", "canvas", "select", "textarea"),
}
_BROKEN_BY = {
    *("p", "div", "section", "article", "header", "footer", "ul", "ol", "li", "dl"),
    *("dt", "dd", "pre", "blockquote", "figure", "figcaption", "hr", "details"),
    *("summary", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "form", "br"),
}
_BREAK = "\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    words: str
    wide: int
    high: int
    head: bool


class _Page(HTMLParser):
    """Keeps the tables and the words of a page, and no other part of it."""

    def __init__(self, t: Translator) -> None:
        super().__init__(convert_charrefs=True)
        self.t = t
        self.blocks: list[Block] = []
        self.buffer: list[str] = []
        self.skipped, self.skips, self.tables = "", 0, 0
        self.reset_table()

    def reset_table(self) -> None:
        self.rows: list[list[_Cell]] = []
        self.heads, self.caption, self.in_head = 0, "", False
        self.open: tuple[int, int, bool] | None = None
        self.longer = self.wider = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipped or tag in _SKIPPED:
            self.skipped = self.skipped or tag
            self.skips += tag == self.skipped
            return
        if tag == "img":
            alt = dict(attrs).get("alt") or ""
            self.buffer.append("" if _FAKE_ALT.fullmatch(alt) else f" {alt} ")
        elif tag == "table":
            self.tables += 1
            if self.tables == 1:
                self.paragraph()
                return
        if self.tables == 1:
            self.in_table(tag, dict(attrs))
        elif tag in _BROKEN_BY and not self.tables and tag != "br":
            self.paragraph()
        if tag in _BROKEN_BY:
            self.buffer.append(_BREAK)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # "<script/>" opens nothing that has to be closed.
        if tag not in _SKIPPED:
            self.handle_starttag(tag, attrs)

    def in_table(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag in {"thead", "tbody", "tfoot", "tr", "td", "th", "caption"}:
            self.close_cell()
        if tag in {"thead", "tbody", "tfoot"}:
            self.in_head = tag == "thead"
        elif tag == "caption":
            self.buffer.clear()
        elif tag == "tr":
            self.open_row()
        elif tag in {"td", "th"}:
            if not self.rows:
                self.open_row()
            self.paragraph()
            wide, high = _span(attrs.get("colspan")), _span(attrs.get("rowspan"))
            self.open = (min(wide, COLUMNS), min(high, ROWS), tag == "th")

    def open_row(self) -> None:
        if len(self.rows) > ROWS:
            self.longer = True
            self.rows.pop()
        elif self.in_head and self.heads == len(self.rows):
            self.heads += 1
        self.rows.append([])

    def close_cell(self) -> None:
        if self.open is None:
            return
        (wide, high, head), self.open = self.open, None
        words = self.taken()
        if len(self.rows[-1]) < COLUMNS:
            self.rows[-1].append(_Cell(words=words, wide=wide, high=high, head=head))
        else:
            self.wider = True

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            self.skips -= tag == self.skipped
            self.skipped = self.skipped if self.skips else ""
        elif tag == "table" and self.tables:
            self.tables -= 1
            if not self.tables:
                self.table()
        elif self.tables == 1 and tag == "caption" and self.open is None:
            self.caption = self.taken()
        elif self.tables == 1 and tag in {"td", "th", "tr", "thead"}:
            self.close_cell()
            self.in_head = self.in_head and tag != "thead"
        elif tag in _BROKEN_BY:
            self.buffer.append(_BREAK)
            if not self.tables:
                self.paragraph()

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.buffer.append(data)

    def taken(self) -> str:
        """Return the words so far, with white space as a browser shows it."""
        lines = "".join(self.buffer).split(_BREAK)
        self.buffer.clear()
        return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))

    def paragraph(self) -> None:
        if words := self.taken():
            self.blocks.append(Paragraph(runs=text(words)))

    def table(self) -> None:
        self.close_cell()
        self.paragraph()
        if not self.heads and self.rows and all(cell.head for cell in self.rows[0]):
            self.heads = 1
        lines = [line[:COLUMNS] for line in _laid_out(self.rows[: ROWS + 1])]
        width = max(map(len, lines), default=0)
        lines = [line + [""] * (width - len(line)) for line in lines]
        names = [
            " / ".join(dict.fromkeys(filter(None, column)))
            for column in zip(*lines[: self.heads], strict=True)
        ]
        if any(map(any, lines)):
            self.blocks.append(
                Table(
                    head=tuple(map(text, names or [""] * width)),
                    rows=tuple(tuple(map(text, line)) for line in lines[self.heads :]),
                    caption=self.caption,
                )
            )
            if self.longer:
                words = N_("Only the first {n} rows are shown here.")
                self.blocks.append(said(self.t(words, n=ROWS)))
            if self.wider:
                words = N_("Only the first {n} columns are shown here.")
                self.blocks.append(said(self.t(words, n=COLUMNS)))
        self.reset_table()

    def finished(self) -> list[Block]:
        """Return the blocks; a table that was never closed ends here."""
        if self.tables:
            self.table()
        self.paragraph()
        return self.blocks


def _span(value: str | None) -> int:
    digits = (value or "").strip()
    if len(digits) < 5 and digits.isascii() and digits.isdigit():
        return max(1, int(digits))
    return 1


def _laid_out(rows: list[list[_Cell]]) -> Iterator[list[str]]:
    """Repeat the words of a cell in every row and column that it spans."""
    held: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        later: dict[int, tuple[int, str]] = {}
        for cell in (*row, _Cell(words="", wide=0, high=1, head=False)):
            while len(line) in held:
                left, words = held.pop(len(line))
                if left > 1:
                    later[len(line)] = (left - 1, words)
                line.append(words)
            for _ in range(cell.wide):
                if cell.high > 1:
                    later[len(line)] = (cell.high - 1, cell.words)
                line.append(cell.words)
        held = later
        yield line


_DRAWING = {
    *("svg", "g", "defs", "symbol", "use", "image", "path", "rect", "circle"),
    *("ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath"),
    *("clipPath", "mask", "pattern", "marker", "linearGradient", "radialGradient"),
    *("stop", "style", "title", "desc", "metadata"),
}
_SVG = "{http://www.w3.org/2000/svg}"
_DESCRIBES = ("http://www.w3.org/1999/02/22-rdf", "http://creativecommons.org/ns")
_TARGET = re.compile(r"url\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:png|jpe?g);base64,", re.IGNORECASE)
_REFUSED = re.compile(r"<!ENTITY|<!DOCTYPE[^>]*\[|<\?(?!xml\s)", re.IGNORECASE)
_RISKY = re.compile(r"@import|expression\s*\(|(?:java|vb)script:|\\", re.IGNORECASE)


def _safe_svg(svg: str) -> bool:
    """Tell whether a drawing only draws, loads nothing and stays a drawing's size."""
    if len(svg) > _PICTURE or _REFUSED.search(svg):
        return False
    try:
        root = ET.fromstring(svg)  # noqa: S314 - it declares no entities
    except (ET.ParseError, ValueError):
        return False
    if root.tag != f"{_SVG}svg" or not _sized(root):
        return False
    targets: list[tuple[ET.Element, str]] = []
    queue = [(root, 0)]
    while queue:
        element, depth = queue.pop()
        tag = str(element.tag)
        if tag.startswith(_SVG):
            if tag.removeprefix(_SVG) not in _DRAWING or depth > _DEPTH:
                return False
            found = _targets(element)
            if found is None:
                return False
            targets += [(element, target) for target in found]
        elif not tag.startswith("{") or "xhtml" in tag:
            return False
        if tag != f"{_SVG}metadata":
            queue += [(child, depth + 1) for child in element]
    return _bounded(root, targets)


def _sized(root: ET.Element) -> bool:
    sizes = [*root.get("viewBox", "1 1").split()[-2:]]
    sizes += [root.get(name, "1") for name in ("width", "height")]
    found = [re.match(r"\s*(\d{1,5}(?:\.\d+)?)(?![\d.])", size) for size in sizes]
    return all(one is not None and float(one[1]) > 0 for one in found)


def _targets(element: ET.Element) -> list[str] | None:
    """Return the ids that an element refers to; None if it wants anything else."""
    found = []
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2].lower()
        if name.startswith("on") or name in {"base", "src"} or _RISKY.search(value):
            return None
        if name == "href":
            if value.startswith("#"):
                found.append(value[1:])
            elif (
                element.tag != f"{_SVG}image"
                or not (data := _DATA.match(value))
                or not _safe_pixels(_pixels(value[data.end() :]))
            ):
                return None
        found += _TARGET.findall(value)
    if element.tag == f"{_SVG}style":
        words = "".join(element.itertext())
        if _RISKY.search(words):
            return None
        found += _TARGET.findall(words)
    marked = [one.strip().removeprefix("#") for one in found]
    outside = any(":" in one or "/" in one or "." in one for one in marked)
    return None if outside else marked


def _bounded(root: ET.Element, targets: list[tuple[ET.Element, str]]) -> bool:
    """Refuse drawings that refer in circles or grow as they are drawn."""
    wanted = {target for _, target in targets}
    using = {element for element, _ in targets}
    sizes = {}
    for element in root.iter():
        name = element.get("id")
        if name in wanted and not element.tag.endswith("Gradient"):
            inside = list(element.iter())
            if any(one in using for one in inside):
                return False
            sizes[name] = len(inside)
    return sum(sizes.get(target, 0) for _, target in targets) <= _DRAWN


def _pixels(encoded: str) -> bytes:
    if len(encoded) > 2 * _PICTURE:
        return b""
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _safe_pixels(data: bytes) -> bool:
    """Tell whether it is a whole PNG or JPEG of a size that paper can hold."""
    from PIL import Image  # noqa: PLC0415 - only where there are pictures

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > _PIXELS:
                    return False
                image.load()
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        return False
    return True
