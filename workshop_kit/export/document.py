"""The neutral tree of a document: plain blocks that every renderer understands."""

from __future__ import annotations

import base64
import binascii
import re
import types
import typing
import unicodedata
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from workshop_kit.errors import N_, ExportError

if TYPE_CHECKING:
    from collections.abc import Iterable

BLOCKS_MIME = "application/vnd.workshop-kit.blocks+json"
"""MIME type under which the output of a cell carries its blocks."""

LIMIT = 100_000
"""Most characters of one text; nobody reads more, and renderers stay bounded."""

DEPTH = 8
"""Most levels of lists, quotes and callouts in one another that renderers draw."""

_LEVELS = 5
_MARKS = 4
_NAME = 28
_NUMBER = re.compile(r"[-+−±]?[€$£]?\s?\d[\d.,\s]*\s?[%‰]?")
_HREF_LIMIT = 2_000
_INVISIBLE = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
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
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""

    def __post_init__(self) -> None:
        _clean_fields(self, "text")
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
    """A list; each item holds blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


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
        """Whether the first column holds short names, so that it may stand out."""
        return max((len(words) for words in self.column(0)), default=0) <= _NAME


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
    | PageBreak
)

_KINDS: dict[str, type] = {kind.__name__: kind for kind in typing.get_args(Block)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """
    A whole document in one language.

    Attributes:
        meta: Label → words, for the title block, in order.
    """

    title: str
    lang: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    meta: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _clean_fields(self, "title", "subtitle")
        meta = {clean(label): clean(words) for label, words in self.meta.items()}
        object.__setattr__(self, "meta", meta)


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


def _clamp(block: Block, open_levels: list[int], depth: int) -> tuple[Block, ...]:
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
    return (block,)


def _clamp_heading(block: Heading, open_levels: list[int]) -> tuple[Block, ...]:
    if not visible(words_of(block.runs)):
        return ()
    while open_levels and open_levels[-1] >= block.level:
        open_levels.pop()
    open_levels.append(block.level)
    return (replace(block, level=min(len(open_levels), _LEVELS)),)


def to_json(tree: Document | Block) -> dict[str, Any]:
    """Return a document or a block as JSON; the bytes of a picture as base64."""
    return typing.cast("dict[str, Any]", _encode(tree))


def from_json(data: Any) -> Document:
    """
    Read what :func:`to_json` wrote.

    Raises:
        ExportError: If it is not such a tree; the message names the place.
    """
    return typing.cast("Document", _decode(Document, data, "document", 0))


def _encode(value: object) -> object:
    if isinstance(value, tuple):
        return [_encode(part) for part in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if not hasattr(value, "__dataclass_fields__"):
        return value
    encoded = {one.name: _encode(getattr(value, one.name)) for one in fields(value)}  # type: ignore[arg-type]
    kind = type(value).__name__
    return {"type": kind, **encoded} if kind in _KINDS else encoded


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


_JSON_DEPTH = 64


def _decode(hint: Any, value: Any, place: str, depth: int) -> object:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if depth > _JSON_DEPTH:
        raise _unreadable(place)
    if origin in (types.UnionType, typing.Union):
        name = value.get("type") if isinstance(value, dict) else None
        if not isinstance(name, str) or name not in _KINDS:
            raise _unreadable(place)
        return _decode_record(_KINDS[name], value, place, depth)
    if origin is tuple:
        return _decode_tuple(arguments, value, place, depth)
    if hasattr(hint, "__dataclass_fields__"):
        return _decode_record(hint, value, place, depth)
    return _decode_plain(hint, value, place)


def _decode_plain(hint: Any, value: Any, place: str) -> object:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is bytes and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise _unreadable(place) from None
    if origin is dict:
        fits = isinstance(value, dict) and all(
            isinstance(part, str) for pair in value.items() for part in pair
        )
    elif origin is Literal:
        fits = isinstance(value, str) and value in arguments
    else:
        fits = type(value) is hint
    if not fits:
        raise _unreadable(place)
    return value


def _decode_tuple(arguments: Any, value: Any, place: str, depth: int) -> object:
    if not isinstance(value, list):
        raise _unreadable(place)
    if arguments[-1] is Ellipsis:
        arguments = arguments[:1] * len(value)
    if len(arguments) != len(value):
        raise _unreadable(place)
    return tuple(
        _decode(hint, part, f"{place}[{number}]", depth + 1)
        for number, (hint, part) in enumerate(zip(arguments, value, strict=True))
    )


def _decode_record(kind: Any, value: Any, place: str, depth: int) -> object:
    if not isinstance(value, dict):
        raise _unreadable(place)
    given = {}
    for one in fields(kind):
        if one.name in value:
            given[one.name] = _decode(
                _hints(kind)[one.name],
                value[one.name],
                f"{place}.{one.name}",
                depth + 1,
            )
        elif one.default is MISSING and one.default_factory is MISSING:
            missing = f"{place}.{one.name}"
            raise _unreadable(missing)
    return kind(**given)


def _unreadable(place: str) -> ExportError:
    return ExportError(
        N_("these are not the blocks of a document."),
        where=place,
        fix=N_("Make the output again with this version of workshop_kit."),
    )
