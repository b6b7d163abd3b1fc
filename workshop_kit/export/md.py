"""Renders a document as Markdown in which what people wrote stays what they wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workshop_kit.errors import N_
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
    Run,
    Runs,
    Table,
    clamped,
    text,
)
from workshop_kit.i18n import Translator

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIGNS = re.compile(r"([\\`*_\[\]<>|~&${}^])")
"""What means something to some dialect of Markdown, wherever it stands."""

_ADDRESS = re.compile(
    r"(?i)(?<=[a-z0-9])(@)|(?<=www)(\.)|(?<=https)(:)|(?<=http)(:)|(?<=ftp)(:)"
)
_START = re.compile(r"^(\d{1,9})?([-+=#:.)%!\"'])")
_NEITHER = re.compile(r"[^\w+-]+")
_CELL = "<br>"
"""A line end inside a cell."""

_WRITE = "\\_" * 30


def render(document: Document) -> str:
    """
    Return the document as Markdown (CommonMark, with the tables of GitHub).

    Pictures are said in words; a text file cannot hold them.
    """
    t = Translator(document.lang)
    front = [f"# {_line(text(document.title)) or t(N_('Document'))}"]
    if document.subtitle:
        front.append(_line(text(document.subtitle)))
    meta = [
        f"- **{_line(text(label))}:** {_line(text(words))}"
        for label, words in document.meta.items()
    ]
    if meta:
        front.append("\n".join(meta))
    return "\n\n".join([*front, _blocks(clamped(document.blocks))]).rstrip() + "\n"


def escaped(words: str) -> str:
    """Return plain words of one line so that no reader of Markdown changes them."""
    words = _SIGNS.sub(r"\\\1", words.strip())
    words = _ADDRESS.sub(lambda found: "\\" + found[0], words)
    return _START.sub(r"\1\\\2", words)


def _blocks(blocks: Iterable[Block]) -> str:
    written: list[str] = []
    kind, other = "", False
    for block in blocks:
        now = f"{type(block).__name__}{getattr(block, 'ordered', '')}"
        # Two lists after each other are told apart by another mark.
        other = now == kind and not other
        kind = now
        written.append(_block(block, other=other))
    return "\n\n".join(one for one in written if one.strip())


def _block(block: Block, *, other: bool = False) -> str:  # noqa: C901, PLR0911 - a case per kind
    match block:
        case Heading():
            return f"{'#' * (block.level + 1)} {_line(block.runs)}"
        case Paragraph():
            return _runs(block.runs)
        case List():
            return _list(block, other=other)
        case Table():
            return _table(block)
        case Definitions():
            pairs = (f"**{_line(k)}**\n\n{_blocks(said)}" for k, said in block.items)
            return "\n\n".join(pairs)
        case Figure():
            said = (
                f"*{_line(text(w))}*" for w in (block.alt, block.caption) if w.strip()
            )
            return "\n\n".join(said)
        case Quote():
            return _quoted(_blocks(block.blocks))
        case Code():
            return _code(block)
        case Callout():
            title = _line(block.title)
            head = f"**{title}**\n\n" if title else ""
            return _quoted(head + _blocks(block.blocks))
        case Parallel():
            cells = (cell for row in block.rows for cell in row)
            return "\n\n".join(filter(None, map(_blocks, cells)))
        case Room():
            return "\n\n".join([_WRITE] * block.lines)
        case PageBreak():
            return ""


def _list(block: List, *, other: bool) -> str:
    written = []
    for number, item in enumerate(block.items, 1):
        mark = "*" if other else "-"
        if block.boxes:
            mark = f"{mark} [ ]"
        elif block.ordered:
            mark = f"{number}{')' if other else '.'}"
        hang = " " * (2 if block.boxes else len(mark) + 1)
        inside = _blocks(item).replace("\n", f"\n{hang}")
        written.append(re.sub(r"(?m)^ +$", "", f"{mark} {inside}".rstrip()))
    return "\n".join(written)


def _quoted(words: str) -> str:
    return re.sub(r"(?m)^", "> ", words)


def _code(block: Code) -> str:
    longest = max(map(len, re.findall("`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{_NEITHER.sub('', block.language)}\n{block.text}\n{fence}"


def _table(block: Table) -> str:
    if not block.width:
        return ""
    caption = f"**{_line(text(block.caption))}**\n\n" if block.caption.strip() else ""
    marks = ["--:" if block.numeric(n) else "---" for n in range(block.width)]
    rows = [_cells(row, block.width) for row in (block.head, *block.rows)]
    rows.insert(1, f"| {' | '.join(marks)} |")
    return caption + "\n".join(rows)


def _cells(row: tuple[Runs, ...], width: int) -> str:
    cells = [_runs(row[n], _CELL) if n < len(row) else "" for n in range(width)]
    return f"| {' | '.join(cells)} |"


def _line(runs: Runs) -> str:
    return _runs(runs, " ")


def _runs(runs: Runs, between: str = "\\\n") -> str:
    """Return runs; *between* stands for a line end in them."""
    written = "".join(_run(run, between) for run in runs)
    lines = (line.strip() for line in written.split(between))
    return between.join(line for line in lines if line)


def _run(run: Run, between: str) -> str:
    cell = between == _CELL
    return between.join(_styled(run, line, cell=cell) for line in run.text.split("\n"))


def _styled(run: Run, words: str, *, cell: bool) -> str:
    said = words.strip()
    if not said:
        return " " if words else ""
    made = _monospaced(said, cell=cell) if run.code else escaped(said)
    made = f"*{made}*" if run.emphasis else made
    made = f"**{made}**" if run.strong else made
    made = f"[{made}](<{run.href}>)" if run.href else made
    # A mark of emphasis has to touch its words.
    return f"{' ' * words[:1].isspace()}{made}{' ' * words[-1:].isspace()}"


def _monospaced(words: str, *, cell: bool) -> str:
    longest = max(map(len, re.findall("`+", words)), default=0)
    fence, pad = "`" * (longest + 1), " " * (words[0] == "`" or words[-1] == "`")
    # In a table even the bars in code are escaped.
    words = words.replace("|", "\\|") if cell else words
    return f"{fence}{pad}{words}{pad}{fence}"
