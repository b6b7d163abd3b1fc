"""The neutral tree of a document: plain blocks that every renderer understands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

BLOCKS_MIME = "application/vnd.workshop-kit.blocks+json"
"""MIME type under which the output of a cell carries its blocks."""

LIMIT = 100_000
"""Most characters of one text; nobody reads more, and renderers stay bounded."""

DEPTH = 8
"""Most levels of lists, quotes and callouts in one another that renderers draw."""

BETWEEN = "\u00a0· "
"""Between the same words in two languages, where they share a line."""

LINES = 40
"""Most lines to write on in one place: a page."""

_LEVELS = 5
_MARKS = 4
_NAME = 28
_NUMBERS = 72
_NUMBER = re.compile(r"[-+−±]?[€$£]?\s?\d[\d.,\s]*\s?[%‰]?")
_HREF_LIMIT = 2_000
_INVISIBLE = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LANG = re.compile(r"[a-z]{2}")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_HREF = re.compile(r"(?i)(?:https?://|mailto:)[^\s\x00-\x1f\x7f<>\"\\^`{|}]+")


def clean(words: str) -> str:
    r"""
    Return *words* as they may enter a document.

    NFC; any kind of line end becomes ``"\n"``; controls and surrogates become
    U+FFFD; characters without width and those that turn the direction of text
    go; at most four combining marks in a row; at most :data:`LIMIT` characters.
    """
    words = _BREAKS.sub("\n", words[:LIMIT])
    words = _CONTROL.sub("\ufffd", words)
    if words.isascii():
        return words
    words = unicodedata.normalize("NFC", _INVISIBLE.sub("", words))
    kept, marks = [], 0
    for char in words:
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if marks <= _MARKS:
            kept.append(char)
    return "".join(kept)


def _clean_fields(record: object, *names: str) -> None:
    for name in names:
        # The records are frozen; this is the boundary, before anybody sees them.
        object.__setattr__(record, name, clean(getattr(record, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    r"""
    A stretch of text in one style; ``"\n"`` in it is a line break.

    Attributes:
        href: Address that starts with http, https or mailto; any other is dropped
            and the words stay.
        lang: Language of the words, where it is not that of the document.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""
    lang: str = ""

    def __post_init__(self) -> None:
        _clean_fields(self, "text")
        if not _LANG.fullmatch(self.lang):
            object.__setattr__(self, "lang", "")
        href = self.href.strip()
        fits = len(href) <= _HREF_LIMIT and _HREF.fullmatch(href)
        if not fits or clean(href) != href:
            href = ""
        object.__setattr__(self, "href", href)


Runs = tuple[Run, ...]


def text(words: str) -> Runs:
    """Return plain words as runs."""
    return (Run(text=words),)


def words_of(runs: Runs) -> str:
    """Return the words of runs without their style."""
    return "".join(run.text for run in runs)


def visible(words: str) -> bool:
    """Tell whether there is anything to see but spaces and soft hyphens."""
    return bool(words.replace("\u00ad", "").strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; renderers clamp levels so that none is skipped."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A list; each item holds blocks, with a box before it to tick if *boxes*."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    boxes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a head; rows may be shorter than the head, or longer."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        _clean_fields(self, "caption")

    @property
    def width(self) -> int:
        """The number of columns, of the head or of the longest row."""
        return max((len(row) for row in (self.head, *self.rows)), default=0)

    def column(self, place: int) -> list[str]:
        """Return the words of a column below the head; a missing cell is empty."""
        return [
            words_of(row[place]).strip() if place < len(row) else ""
            for row in self.rows
        ]

    def numeric(self, place: int) -> bool:
        """Tell whether a column holds numbers only, so that it aligns right."""
        cells = [words for words in self.column(place) if words]
        return bool(cells) and all(map(_NUMBER.fullmatch, cells))

    @property
    def labelled(self) -> bool:
        """Whether the first column holds short names beside words."""
        short = max((len(words) for words in self.column(0)), default=0) <= _NAME
        return short and not self.figures

    @property
    def figures(self) -> bool:
        """Whether only numbers stand beside the first column."""
        return self.width > 1 and all(map(self.numeric, range(1, self.width)))

    @property
    def slim(self) -> bool:
        """Whether it is numbers that fit on a line of text, however many columns."""
        columns = map(self.column, range(self.width))
        broad = sum(max(map(len, column), default=0) + 2 for column in columns)
        return self.figures and broad <= _NUMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """Terms, each with the blocks that say what it is."""

    items: tuple[tuple[Runs, tuple[Block, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture, as vector (*svg*), as pixels (*png*) or both, with its words."""

    alt: str
    svg: str = ""
    png: bytes = b""
    caption: str = ""

    def __post_init__(self) -> None:
        _clean_fields(self, "alt", "caption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Somebody's words, set apart."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Text of fixed width."""

    text: str
    language: str = ""

    def __post_init__(self) -> None:
        _clean_fields(self, "text", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A remark that has to be seen."""

    kind: Literal["note", "hint", "warning", "blocker"]
    title: Runs
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel:
    """
    The same in several languages, beside each other where there is room.

    Attributes:
        langs: Language of each cell of a row.
        rows: Each with a cell per language; a row of one cell takes the whole width.
    """

    langs: tuple[str, ...]
    rows: tuple[tuple[tuple[Block, ...], ...], ...]

    def __post_init__(self) -> None:
        known = tuple(one if _LANG.fullmatch(one) else "" for one in self.langs)
        object.__setattr__(self, "langs", known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Lines to write on by hand, at most :data:`LINES`."""

    lines: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", max(1, min(self.lines, LINES)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """Starts a new page in print."""


Block = (
    Heading
    | Paragraph
    | List
    | Table
    | Definitions
    | Figure
    | Quote
    | Code
    | Callout
    | Parallel
    | Room
    | PageBreak
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """
    A whole document in one language.

    Attributes:
        meta: Label → words, for the title block, in order.
        leaflet: Whether it is a few pages without title page and contents, set
            smaller.
        beside: The other language of a document in two; its words follow
            :data:`BETWEEN` in the title and in what is said beside it.
    """

    title: str
    lang: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    leaflet: bool = False
    beside: str = ""

    def __post_init__(self) -> None:
        _clean_fields(self, "title", "subtitle")
        if not _LANG.fullmatch(self.beside):
            object.__setattr__(self, "beside", "")
        meta = {clean(label): clean(words) for label, words in self.meta.items()}
        object.__setattr__(self, "meta", meta)

    def spoken(self, words: str) -> tuple[Run, ...]:
        """Return the title, or words beside it, as a run for each language."""
        first, _, rest = words.partition(BETWEEN)
        if not self.beside or not rest:
            return text(words)
        return (Run(text=first), Run(text=rest, lang=self.beside))

    def field(self, label: str) -> str:
        """Return what the title block says under a label; empty if nothing."""
        found = (w for k, w in self.meta.items() if k.split("·")[0].strip() == label)
        return next(found, "")


def clamped(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """
    Return the blocks with headings that no reader stumbles over.

    The first heading is of level 1, none skips a level, also inside quotes,
    lists and callouts; empty ones go. What is nested deeper than :data:`DEPTH`
    comes out of its quote or list; a page can break only between, not inside.
    """
    return _clamped(blocks, [], 0)


def _clamped(
    blocks: Iterable[Block], open_levels: list[int], depth: int
) -> tuple[Block, ...]:
    return tuple(
        found for block in blocks for found in _clamp(block, open_levels, depth)
    )


def _clamp(  # noqa: PLR0911 - a case per kind
    block: Block, open_levels: list[int], depth: int
) -> tuple[Block, ...]:
    def inner(blocks: Iterable[Block]) -> tuple[Block, ...]:
        return _clamped(blocks, open_levels, depth + 1)

    match block:
        case PageBreak():
            return () if depth else (block,)
        case Heading():
            return _clamp_heading(block, open_levels)
        case Quote() | Callout():
            held = inner(block.blocks)
            return (replace(block, blocks=held),) if depth < DEPTH else held
        case List():
            items = tuple(map(inner, block.items))
            loose = tuple(found for item in items for found in item)
            return (replace(block, items=items),) if depth < DEPTH else loose
        case Definitions():
            pairs = tuple((term, inner(said)) for term, said in block.items)
            lines = ((Paragraph(runs=term), *said) for term, said in pairs)
            loose = tuple(found for line in lines for found in line)
            return (replace(block, items=pairs),) if depth < DEPTH else loose
        case Parallel():
            rows = tuple(tuple(map(inner, row)) for row in block.rows)
            loose = tuple(found for row in rows for cell in row for found in cell)
            return (replace(block, rows=rows),) if depth < DEPTH else loose
    return (block,)


def _clamp_heading(block: Heading, open_levels: list[int]) -> tuple[Block, ...]:
    if not visible(words_of(block.runs)):
        return ()
    while open_levels and open_levels[-1] >= block.level:
        open_levels.pop()
    open_levels.append(block.level)
    return (replace(block, level=min(len(open_levels), _LEVELS)),)
