"""Reads the HTML of an output: its tables and its words, and no other part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.export.document import Block, Paragraph, Run, Table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workshop_kit.i18n import Translator

ROWS, COLUMNS = 200, 30
"""Most rows and columns of one table."""

FAKE_ALT = re.compile(r"(?i)\s*no (?:description|alt)\b.*|\s*(?:image|png|svg)\s*")
"""What tools write for want of a description; it describes nothing."""


def said(words: str) -> Paragraph:
    """Return a remark of ours, set off from what stood in the notebook."""
    return Paragraph(runs=(Run(text=words, emphasis=True),))


def blocks(page: str, t: Translator) -> list[Block]:
    """Return the tables and the words of a page; empty if it cannot be read."""
    reading = _Page(t)
    try:
        reading.feed(page)
        reading.close()
    except (AssertionError, RecursionError):
        # The parser of Python gives up on some broken declarations.
        return []
    return reading.finished()


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
            self.buffer.append("" if FAKE_ALT.fullmatch(alt) else f" {alt} ")
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
