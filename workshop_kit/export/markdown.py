"""Reads Markdown into blocks; raw HTML stays text and pictures are never loaded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from workshop_kit.export.document import (
    Block,
    Code,
    Heading,
    List,
    Paragraph,
    Quote,
    Run,
    Runs,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mistune import Markdown

DEPTH = 12
"""Nesting below which everything is read as plain text."""


@cache
def _parser() -> Markdown:
    import mistune  # noqa: PLC0415 - only where Markdown is read

    return mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])


def blocks(words: str) -> list[Block]:
    """
    Return Markdown as blocks.

    Links keep their address if it begins with http, https or mailto. The words
    of a picture stay, its address does not.
    """
    return list(_blocks(_parser()(words), 0))


def _blocks(tokens: Any, depth: int) -> Iterator[Block]:
    for token in tokens or ():
        if depth > DEPTH:
            yield Paragraph(runs=(Run(text=_words(token)),))
            continue
        found = _BLOCKS.get(token["type"], _paragraph)(token, depth)
        if found is not None:
            yield found


def _paragraph(token: Any, _: int) -> Block | None:
    runs = tuple(_runs(token.get("children"), Run(text="")))
    if not runs and token.get("raw"):
        runs = (Run(text=token["raw"].strip("\n")),)
    return Paragraph(runs=runs) if runs else None


def _heading(token: Any, _: int) -> Block:
    runs = tuple(_runs(token["children"], Run(text="")))
    return Heading(level=token["attrs"]["level"], runs=runs)


def _list(token: Any, depth: int) -> Block:
    items = tuple(
        tuple(_blocks(item.get("children"), depth + 1)) for item in token["children"]
    )
    return List(items=items, ordered=bool(token["attrs"].get("ordered")))


def _quote(token: Any, depth: int) -> Block:
    return Quote(blocks=tuple(_blocks(token["children"], depth + 1)))


def _code(token: Any, _: int) -> Block:
    language = (token.get("attrs") or {}).get("info") or ""
    return Code(text=token["raw"].rstrip("\n"), language=language.split(" ")[0][:20])


def _table(token: Any, _: int) -> Block:
    head: tuple[Runs, ...] = ()
    rows: list[tuple[Runs, ...]] = []
    for part in token["children"]:
        if part["type"] == "table_head":
            head = _cells(part)
        else:
            rows += [_cells(row) for row in part["children"]]
    return Table(head=head, rows=tuple(rows))


def _cells(row: Any) -> tuple[Runs, ...]:
    return tuple(tuple(_runs(c["children"], Run(text=""))) for c in row["children"])


def _nothing(_token: Any, _depth: int) -> None:
    return None


_BLOCKS: dict[str, Callable[[Any, int], Block | None]] = {
    "heading": _heading,
    "list": _list,
    "block_quote": _quote,
    "block_code": _code,
    "table": _table,
    "blank_line": _nothing,
    "thematic_break": _nothing,
}


def _runs(tokens: Any, style: Run, depth: int = 0) -> Iterator[Run]:
    for token in tokens or ():
        kind, children = token["type"], token.get("children")
        if depth > DEPTH:
            yield _like(style, _words(token))
        elif kind == "strong":
            yield from _runs(children, _like(style, strong=True), depth + 1)
        elif kind == "emphasis":
            yield from _runs(children, _like(style, emphasis=True), depth + 1)
        elif kind == "link":
            href = str(token["attrs"]["url"])
            yield from _runs(children, _like(style, href=href), depth + 1)
        elif kind == "codespan":
            yield _like(style, token["raw"], code=True)
        elif kind in {"linebreak", "softbreak"}:
            yield _like(style, "\n" if kind == "linebreak" else " ")
        elif children:
            yield from _runs(children, style, depth + 1)
        else:
            yield _like(style, token.get("raw", ""))


def _like(style: Run, words: str = "", **change: Any) -> Run:
    parts = {
        "strong": style.strong,
        "emphasis": style.emphasis,
        "code": style.code,
        "href": style.href,
    }
    return Run(text=words, **{**parts, **change})


def _words(token: Any) -> str:
    """Return all words of a token, however deep, without recursion."""
    found, queue = [], [token]
    while queue:
        item = queue.pop(0)
        found.append(item.get("raw", ""))
        queue = [*(item.get("children") or ()), *queue]
    return "".join(found)
