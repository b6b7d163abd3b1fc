"""Reads any notebook into blocks: what people saw, and nothing that runs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from workshop_kit.errors import N_, ExportError, WorkshopError
from workshop_kit.export import markdown, markup
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
    Table,
    text,
    words_of,
)
from workshop_kit.export.markup import FAKE_ALT, said
from workshop_kit.export.pictures import decoded, safe_pixels, safe_svg
from workshop_kit.export.widgets import Widgets
from workshop_kit.export.wire import from_json
from workshop_kit.forms.form import MIME as FORM_MIME
from workshop_kit.i18n import Translator

Resolve = Callable[[Mapping[str, Any]], list[Block]]
"""Turns the reference in a form's output into the answers."""

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"

OUTPUTS = 60
"""Most outputs of one cell."""

_PROSE, _CODE, _EVALUE, _HTML = 60_000, 12_000, 600, 300_000

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
_CONTROLS = re.compile(r"<(?:input|select)\b", re.IGNORECASE)
_KINDS_3 = {"pyout": "execute_result", "pyerr": "error"}
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")
_NO_WORDS = re.compile(r"<[\w.]+(?: object)?(?: at 0x[0-9a-fA-F]+)?>")


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

    Widgets are said as labels and values, as far as the notebook keeps their state.
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
    reader = _Reader(nb, Translator(lang), resolve_form)
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
    data = dict(_mapping(output.get("data")))
    old = {mime: output[name] for name, mime in _VERSION_3.items() if name in output}
    return data or old


def _plain(words: str) -> str:
    """Return terminal output as it looked: no colours, progress bars at their end."""
    return _OVERWRITTEN.sub("", _ANSI.sub("", words)).strip("\n")


class _Reader:
    """Walks the cells; knows which one it is at, and under which heading."""

    def __init__(
        self, nb: Mapping[str, Any], t: Translator, resolve: Resolve | None
    ) -> None:
        self.t, self.resolve, self.language = t, resolve, _language(nb)
        self.widgets = Widgets(nb, t)
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
        ways: list[Callable[[], list[Block]]] = [
            lambda: self.html(_joined(data.get("text/html")), data),
            lambda: self.figure(data, metadata),
            lambda: list(self.prose(_joined(data.get("text/markdown")))),
            lambda: list(self.code(_joined(data.get("text/latex")).strip(), "latex")),
            lambda: self.words(data),
            lambda: self.widgets.blocks(data.get(WIDGET_MIME)),
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
            why = Paragraph(runs=text(error.render(self.t)))
            return [self.callout("warning", title, why)]

    def html(self, page: str, data: Mapping[str, Any]) -> list[Block]:
        if not page.strip():
            return []
        found = markup.blocks(page[:_HTML], self.t)
        # A page to fold and click on says more as the text that comes with it.
        tables = any(isinstance(block, Table) for block in found)
        if _CONTROLS.search(page[:_HTML]) and not tables and self.words(data):
            return []
        return found + self.cut(page, _HTML) if found else []

    def figure(self, data: Mapping[str, Any], about: Mapping[str, Any]) -> list[Block]:
        svg = _joined(data.get("image/svg+xml"))
        pixels = [_joined(data.get(f"image/{kind}")) for kind in ("png", "jpeg")]
        png = next((found for one in pixels if (found := decoded(one))), b"")
        if not svg and not any(pixels):
            return []
        places = [_mapping(about.get(mime)) for mime in data] + [about]
        alts = (_joined(place.get("alt")) for place in places)
        return [self.picture(svg, png, next(filter(None, alts), ""), "")]

    def picture(self, svg: str, png: bytes, alt: str, caption: str) -> Block:
        if not alt.strip() or FAKE_ALT.fullmatch(alt):
            alt = self.t(N_("Figure from cell {n}"), n=self.number)
        svg = svg if svg and safe_svg(svg) else ""
        png = png if png and safe_pixels(png) else b""
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
