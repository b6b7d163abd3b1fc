"""Shows document blocks in a notebook: as a page now, as blocks for exporters."""

from __future__ import annotations

from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from workshop_kit.export import html
from workshop_kit.export.document import BLOCKS_MIME, Document
from workshop_kit.export.wire import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workshop_kit.export.document import Block


@contextmanager
def busy(words: str, *, lang: str) -> Iterator[None]:
    """
    Say in the cell that something takes a while, until what comes of it is shown.

    Args:
        words: What is done, in the language *lang*.
        lang: Of the words.
    """
    from IPython import get_ipython  # noqa: PLC0415 - outside IPython there is none
    from IPython.display import clear_output, display  # noqa: PLC0415

    if get_ipython() is None:
        yield
        return
    display(Busy(words, lang=lang))  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        # It goes when the next thing comes, so that nothing jumps.
        clear_output(wait=True)  # type: ignore[no-untyped-call]


class Busy:
    """What stands in a cell while something takes a while."""

    def __init__(self, words: str, *, lang: str) -> None:
        self._words, self._lang = words, lang

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        words, lang = escape(self._words), escape(self._lang)
        page = (
            f'<p role="status" lang="{lang}">'
            f'<progress aria-label="{words}"></progress> {words}</p>'
        )
        return {"text/html": page, "text/plain": self._words}


class Page:
    """
    Blocks as the output of a cell.

    What people wrote is escaped in the page and plain data in the blocks.
    """

    def __init__(self, blocks: Iterable[Block], *, lang: str) -> None:
        self.document = Document(title="", lang=lang, blocks=tuple(blocks))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/html": html.fragment(self.document),
            BLOCKS_MIME: to_json(self.document),
            "text/plain": html.plain(self.document),
        }
