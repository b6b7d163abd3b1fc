"""Shows document blocks in a notebook: as a page now, as blocks for exporters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.export import html
from workshop_kit.export.document import BLOCKS_MIME, Document
from workshop_kit.export.wire import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workshop_kit.export.document import Block


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
