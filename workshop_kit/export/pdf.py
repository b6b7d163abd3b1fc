"""Renders a document as an accessible PDF (PDF/UA-1 and PDF/A-2a) through Typst."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal

from workshop_kit.errors import N_, ExportError
from workshop_kit.export.brand import PLAIN
from workshop_kit.export.document import (
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
    Table,
    clamped,
)
from workshop_kit.export.setting import (
    APART,
    FONTS,
    LEAFLET,
    MONO,
    PAGE,
    WIDER,
    broken,
    kept,
    leading,
    paragraph,
    printable,
    runs,
    spreads,
    table,
)
from workshop_kit.export.widths import filled, fitting
from workshop_kit.i18n import Translator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workshop_kit.export.brand import Brand

Standard = Literal["a-2a", "a-3a", "ua-1"]
STANDARDS: tuple[Standard, ...] = ("a-2a", "ua-1")
CARRYING: tuple[Standard, ...] = ("a-3a", "ua-1")
"""What a PDF with an attachment keeps to: PDF/A-2 may carry other PDFs only."""

CARRIED = "policy.json"
"""Name of the attachment with the policy as data, from which it can be reopened."""

TEMPLATE = Path(__file__).with_name("template.typ")
_REGIONS = {"nl": "NL", "en": "GB"}
_INDENT = 5.0
"""How far the text of a list stands in, in mm; that of a quote or remark twice."""

_COVER_FROM = 4
"""A document with so many chapters gets a title page and a table of contents."""


def render(document: Document, *, brand: Brand = PLAIN, carried: bytes = b"") -> bytes:
    """
    Return the document as PDF.

    A character that none of the bundled fonts has is written as its Unicode name
    in square brackets, because an accessible PDF may not hold an unknown glyph.

    Args:
        document: What to show.
        brand: Colour and logo.
        carried: The policy as JSON, to attach as ``policy.json``.

    Raises:
        ExportError: If the typesetter refuses the document.
    """
    return begin(document, brand=brand, carried=carried).result()


def begin(
    document: Document, *, brand: Brand = PLAIN, carried: bytes = b""
) -> Typesetting:
    """
    Begin with the PDF, and return what will be it: see :func:`render`.

    The typesetter needs no Python, so that other formats can be made meanwhile.
    """
    folder = tempfile.TemporaryDirectory(prefix="workshop-pdf-")
    # A root of its own: the typesetter reads files below it, and no others.
    root = Path(folder.name)
    try:
        shutil.copy(TEMPLATE, root / "main.typ")
        data = _Data(root).document(document)
        data |= _branded(brand, document, root)
        if carried:
            (root / CARRIED).write_bytes(carried)
        data["carried"] = CARRIED if carried else ""
        (root / "data.json").write_text(json.dumps(data), "utf-8")
    except BaseException:
        folder.cleanup()
        raise
    standards = CARRYING if carried else STANDARDS
    begun = Typesetting(folder, standards, document.title)
    begun.start()
    return begun


class Typesetting(Thread):
    """A PDF that is being typeset."""

    def __init__(self, *given: Any) -> None:
        super().__init__(name="typesetter")
        self._given = given
        self._made: bytes | BaseException = b""

    def run(self) -> None:
        """Typeset it, in this thread."""
        try:
            self._made = _typeset(*self._given)
        except BaseException as error:  # noqa: BLE001 - raised where it is asked for
            self._made = error

    def result(self) -> bytes:
        """Wait for the PDF, and return it or raise why there is none."""
        self.join()
        if isinstance(self._made, BaseException):
            raise self._made
        return self._made


def _typeset(
    folder: tempfile.TemporaryDirectory[str],
    standards: tuple[Standard, ...],
    title: str,
) -> bytes:
    import typst  # noqa: PLC0415 - 80 MB that only a PDF needs

    with folder as root:
        try:
            return bytes(
                typst.compile(
                    str(Path(root, "main.typ")),
                    root=root,
                    font_paths=[str(FONTS)],
                    ignore_system_fonts=True,
                    package_path=str(Path(root, "packages")),
                    package_cache_path=str(Path(root, "cache")),
                    pdf_standards=[*standards],
                    timestamp=0,
                )
            )
        except (typst.TypstError, RuntimeError) as error:
            raise ExportError(
                N_("the PDF cannot be made: {problem}."),
                where=title,
                problem=str(error).strip().replace("\n", " ")[:300].rstrip("."),
            ) from None


def _branded(brand: Brand, document: Document, root: Path) -> dict[str, str]:
    content, suffix = brand.svg.encode(), "svg"
    if not content:
        content, suffix = brand.png, _suffix(brand.png)
    name = f"logo.{suffix}" if content else ""
    if name:
        (root / name).write_bytes(content)
    t = Translator(document.lang)
    whose = printable(document.subtitle or document.title).strip()
    alt = t(N_("Logo of {name}"), name=whose) if whose else t(N_("Logo"))
    return {"accent": brand.colour, "logo": name, "logo_alt": alt}


class _Data:
    """Turns a tree into what the template reads, with the pictures as files."""

    def __init__(self, root: Path) -> None:
        self.root, self.pictures = root, 0

    def document(self, document: Document) -> dict[str, Any]:
        t = Translator(document.lang)
        blocks = clamped(document.blocks)
        chapters = sum(isinstance(b, Heading) and b.level == 1 for b in blocks)
        version = document.field(t(N_("Version")))
        mark = f" · {t(N_('Version'))} {version}" if version else ""
        title = printable(document.title).strip() or t(N_("Document"))
        return {
            "title": title,
            "subtitle": printable(document.subtitle),
            "lang": document.lang,
            "region": _REGIONS.get(document.lang, "GB"),
            "heading": runs(document.spoken(title)),
            "meta": [
                [runs(document.spoken(part)) for part in pair]
                for pair in document.meta.items()
            ],
            "footer": printable(f"{document.subtitle or document.title}{mark}"),
            "leaflet": document.leaflet,
            "contents": chapters >= _COVER_FROM and not document.leaflet,
            "cover": (
                chapters >= _COVER_FROM and bool(document.meta) and not document.leaflet
            ),
            "words": {
                "contents": t(N_("Contents")),
                "carried": t(N_("The policy as data, to open it again")),
                # The template fills these in, page by page.
                "page": t(N_("page {page} of {pages}"), page="{page}", pages="{pages}"),
            },
            "blocks": self.blocks(blocks, LEAFLET if document.leaflet else PAGE),
        }

    def blocks(self, blocks: Iterable[Block], room: float) -> list[dict[str, Any]]:
        """Return what stands in so much room, in mm."""
        parts = (
            part
            for block in blocks
            for part in (fitting(block) if isinstance(block, Table) else [block])
        )
        made = [data for part in parts if (data := self.block(part, room)) is not None]
        return leading(made)

    def block(self, block: Block, room: float) -> dict[str, Any] | None:  # noqa: C901, PLR0911 - a case per kind
        """Return one block as data; None for what would be empty on paper."""
        kind = {"type": type(block).__name__}
        match block:
            case Table():
                return kind | table(block, room) if filled(block) else None
            case Figure():
                return kind | self.figure(block)
            case List():
                items = [self.blocks(item, room - _INDENT) for item in block.items]
                return kind | {
                    "ordered": block.ordered,
                    "boxes": block.boxes,
                    "items": items,
                    "kept": kept([kind | {"items": items}], room, listed=True),
                }
            case Definitions():
                pairs = [[runs(k), self.blocks(v, room)] for k, v in block.items]
                return kind | {"items": pairs}
            case Quote():
                return kind | {"blocks": self.blocks(block.blocks, room - 2 * _INDENT)}
            case Callout():
                wide = spreads(block, room)
                within = room - 2 * _INDENT + (WIDER if wide else 0)
                inner = self.blocks(block.blocks, within)
                return kind | {
                    "wide": wide,
                    "kind": block.kind,
                    "title": runs(block.title),
                    "blocks": inner,
                    "kept": kept(inner, within),
                }
            case Heading():
                return kind | {"level": block.level, "runs": runs(block.runs)}
            case Paragraph():
                return kind | paragraph(block.runs) if block.runs else None
            case Code():
                return kind | {"text": broken(printable(block.text), MONO)}
            case Parallel():
                return kind | {"rows": self.parallel(block, room)}
            case Room():
                return kind | {"lines": block.lines}
            case PageBreak():
                return kind

    def parallel(self, block: Parallel, room: float) -> list[dict[str, Any]]:
        return [
            {
                "cells": [
                    {
                        "lang": lang,
                        "blocks": self.blocks(
                            cell, (room - APART * (len(row) - 1)) / len(row)
                        ),
                    }
                    for lang, cell in zip(
                        (*block.langs, *("",) * len(row)), row, strict=False
                    )
                ]
            }
            for row in block.rows
        ]

    def figure(self, block: Figure) -> dict[str, Any]:
        content = block.svg.encode() or block.png
        suffix = "svg" if block.svg else _suffix(block.png)
        self.pictures += 1
        name = f"picture-{self.pictures}.{suffix}" if content else ""
        if name:
            (self.root / name).write_bytes(content)
        return {
            "alt": printable(block.alt).strip() or "–",
            "caption": printable(block.caption),
            "file": name,
        }


def _suffix(picture: bytes) -> str:
    return "jpg" if picture[:2] == b"\xff\xd8" else "png"
