"""Shows document blocks in a notebook: as a page now, as blocks for exporters."""

from __future__ import annotations

import os
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from workshop_kit.errors import N_
from workshop_kit.export import html
from workshop_kit.export.document import BLOCKS_MIME, Document
from workshop_kit.export.wire import to_json
from workshop_kit.i18n import Translator

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


class Written(Page):
    """
    A page that names files, with links that open them in JupyterLab.

    Only the cell has the links: a page that is exported lies somewhere else.

    Args:
        blocks: As for :class:`Page`.
        files: What was written; at least one, all in one folder.
        root: The folder that JupyterLab shows; nothing outside it can be opened.
        lang: Of the words.
    """

    def __init__(
        self, blocks: Iterable[Block], files: Iterable[Path], *, root: Path, lang: str
    ) -> None:
        super().__init__(blocks, lang=lang)
        self._files, self._root = [file.resolve() for file in files], root.resolve()

    def _repr_mimebundle_(self, **more: Any) -> dict[str, Any]:
        data = super()._repr_mimebundle_(**more)
        lines = [escape(str(self._files[0].parent))]
        if self._files[0].is_relative_to(self._root):
            open_it = escape(Translator(self.document.lang)(N_("Open it")))
            lines.insert(0, f"{open_it}: {' · '.join(map(_link, self._files))}")
        data["text/html"] += "".join(f"<p>{line}</p>" for line in lines)
        return data


def _link(file: Path) -> str:
    way = quote(Path(os.path.relpath(file)).as_posix())
    return f'<a href="{way}">{escape(file.name)}</a>'
