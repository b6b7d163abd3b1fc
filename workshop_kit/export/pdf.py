"""Renders a document as an accessible PDF (PDF/UA-1 and PDF/A-2a) through Typst."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

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
    Runs,
    Table,
    clamped,
    visible,
    words_of,
)
from workshop_kit.export.widths import filled, fitting, weight
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

FONTS = Path(str(files("workshop_kit.export") / "fonts"))
TEMPLATE = Path(str(files("workshop_kit.export") / "template.typ"))
_REGIONS = {"nl": "NL", "en": "GB"}
_LONG = 4
"""A callout of more blocks may break across pages."""

_LEAD = 200
"""Most characters of a line that leads to what follows."""

_LINE = 84
"""Characters on a line of a table, at the size it is set in."""

_HYPHENATED = 12
"""Only a longer word is hyphenated: a line ends at most so much early. To weigh all
places where a paragraph may break takes up to ten times as long, by how its words
happen to fall; and lines that are filled one by one would break words for nothing."""

_LONG_WORD = re.compile(rf"(\S{{{_HYPHENATED + 1},}})")

_IN_ADDRESS = "%/:?#[]@!$&'()*+,;=-._~"
_PROSE, _MONO = 60, 80
"""Longest word of the text, and of code, that is never broken."""

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
) -> Future[bytes]:
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
    return _typesetter().submit(_typeset, folder, standards, document.title)


@cache
def _typesetter() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="typesetter")


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


@cache
def _unprintable() -> re.Pattern[str]:
    """Match a character that none of the bundled fonts has, but for a line end."""
    known = (FONTS / "covered.txt").read_text("ascii").splitlines()
    ranges = (map(_char, line.split()) for line in known)
    return re.compile(rf"[^\n{''.join('-'.join(ends) for ends in ranges)}]")


def _char(code: str) -> str:
    return re.escape(chr(int(code, 16)))


def printable(words: str) -> str:
    """Return *words* with each character that cannot be printed named instead."""
    return _unprintable().sub(_named, words)


def _named(found: re.Match[str]) -> str:
    char = found.group()
    if char.isspace():
        return " "
    if unicodedata.category(char) in {"Mn", "Cf", "Cc"}:
        return ""
    name = unicodedata.name(char, f"U+{ord(char):04X}").lower()
    return f"[{name}]"


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
            "meta": [[printable(k), printable(v)] for k, v in document.meta.items()],
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
            "blocks": self.blocks(blocks),
        }

    def blocks(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        parts = (
            part
            for block in blocks
            for part in (fitting(block) if isinstance(block, Table) else [block])
        )
        made = [data for part in parts if (data := self.block(part)) is not None]
        return _leading(made)

    def block(self, block: Block) -> dict[str, Any] | None:  # noqa: C901, PLR0911 - a case per kind
        """Return one block as data; None for what would be empty on paper."""
        kind = {"type": type(block).__name__}
        match block:
            case Table():
                return kind | _table(block) if filled(block) else None
            case Figure():
                return kind | self.figure(block)
            case List():
                items = [self.blocks(item) for item in block.items]
                more = {"ordered": block.ordered, "boxes": block.boxes}
                return kind | {"items": items} | more
            case Definitions():
                pairs = [[_runs(k), self.blocks(v)] for k, v in block.items]
                return kind | {"items": pairs}
            case Quote():
                return kind | {"blocks": self.blocks(block.blocks)}
            case Callout():
                inner = self.blocks(block.blocks)
                return kind | {
                    "kind": block.kind,
                    "title": _runs(block.title),
                    "blocks": inner,
                    "long": len(inner) > _LONG,
                }
            case Heading():
                return kind | {"level": block.level, "runs": _runs(block.runs)}
            case Paragraph():
                return kind | _paragraph(block.runs) if block.runs else None
            case Code():
                return kind | {"text": _broken(printable(block.text), _MONO)}
            case Parallel():
                return kind | {"rows": self.parallel(block)}
            case Room():
                return kind | {"lines": block.lines}
            case PageBreak():
                return kind

    def parallel(self, block: Parallel) -> list[list[dict[str, Any]]]:
        return [
            [
                {"lang": lang, "blocks": self.blocks(cell)}
                for lang, cell in zip(
                    (*block.langs, *("",) * len(row)), row, strict=False
                )
            ]
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


def _leading(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep a line that leads to a list, a table or room to write on its page."""
    follows: dict[str, Any] = {}
    for data in reversed(made):
        if data["type"] == "Paragraph":
            short = sum(len(run["text"]) for run in data["runs"]) <= _LEAD
            form = follows.get("boxes") or follows.get("type") == "Room"
            data["form"] = short and (form or follows.get("form", False))
            listed = follows.get("type") in {"List", "Table"}
            data["leads"] = data["form"] or (short and listed)
        follows = data
    return made


def _suffix(picture: bytes) -> str:
    return "jpg" if picture[:2] == b"\xff\xd8" else "png"


def _runs(runs: Runs) -> list[dict[str, Any]]:
    shown = [
        {
            "strong": run.strong,
            "emphasis": run.emphasis,
            "code": run.code,
            "lang": run.lang,
            "text": printable(run.text),
            # The addresses in a PDF are ASCII, and a link needs something to see.
            "href": quote(run.href, safe=_IN_ADDRESS) if visible(run.text) else "",
        }
        for run in runs
    ]
    return _breakable([run for run in shown if run["text"]], _PROSE)


def _paragraph(runs: Runs) -> dict[str, Any]:
    return {"runs": [part for run in _runs(runs) for part in _hyphenated(run)]}


def _hyphenated(run: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a run in parts, of which the long words may be hyphenated."""
    if run["href"]:
        return [run]
    parts = enumerate(_LONG_WORD.split(run["text"]))
    return [
        run | {"text": part} | ({"hyphenate": True} if place % 2 else {})
        for place, part in parts
        if part
    ]


def _table(block: Table) -> dict[str, Any]:
    """Return a table with rows of one length and columns as wide as they need."""
    places = range(block.width)
    lines = [
        [_runs(row[place]) if place < len(row) else [] for place in places]
        for row in (block.head, *block.rows)
    ]
    weights = [
        weight("".join(run["text"] for run in line[place]) for line in lines)
        for place in places
    ]
    room = [_LINE * each / sum(weights) for each in weights]
    shown = [
        [_breakable(cell, int(room[place])) for place, cell in enumerate(line)]
        for line in lines
    ]
    return {
        "caption": printable(block.caption),
        "columns": block.width,
        "widths": weights,
        "numeric": [block.numeric(place) for place in places],
        "labelled": block.labelled,
        "tight": any(
            len(word) > room[place]
            for line in lines
            for place, cell in enumerate(line)
            for word in "".join(run["text"] for run in cell).split()
        ),
        # A head that returns on the next page is decoration there; without links.
        "head": [[run | {"href": ""} for run in cell] for cell in shown[0]],
        # A cell of one blank is a place to write in by hand.
        "rows": [
            {"cells": cells, "open": any(words_of(cell) == " " for cell in row)}
            for cells, row in zip(shown[1:], block.rows, strict=True)
        ],
    }


def _breakable(runs: list[dict[str, Any]], room: int) -> list[dict[str, Any]]:
    return [run | {"text": _broken(run["text"], room)} for run in runs]


def _broken(words: str, room: int) -> str:
    """Let words that are longer than their line break where the line ends."""
    room = max(room, 2)
    if max(map(len, words.split()), default=0) <= room:
        return words
    return re.sub(rf"(\S{{{room}}})(?=\S)", "\\1\u200b", words)
