"""Builds the site: the pages, in the layout of the repository, through Sphinx."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from sphinx.cmd.build import main as sphinx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SITE = ROOT / "build" / "docs"
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "*/README.md", "docs/**/*.md")
"""What the site is made of; it has the layout of the repository, so links fit both."""

LEFT = ("exports", "tests", "build")
"""Folders whose README is of no use without the folder."""

INDEX = Path("docs") / "index.md"
REDIRECT = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>workshop_kit</title>
<meta http-equiv="refresh" content="0; url=docs/index.html"></head>
<body><a href="docs/index.html">workshop_kit</a></body></html>
"""


def pages(root: Path = ROOT) -> list[Path]:
    """Return the pages of the site, as paths below the root."""
    found = [path.relative_to(root) for glob in PAGES for path in root.glob(glob)]
    return sorted(path for path in found if path.parts[0] not in LEFT)


def tokens(text: str) -> Iterator[Token]:
    """Return what a Markdown text is made of, one after the other."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield token
        yield from token.children or ()


def targets(text: str) -> list[str]:
    """Return where the links and pictures of a Markdown text point to."""
    found = [
        token.attrs.get("href") or token.attrs.get("src") for token in tokens(text)
    ]
    return [str(target) for target in found if target]


def local(page: Path, target: str) -> Path | None:
    """Return the path below the root that a link of a page means; None if elsewhere."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    joined = (ROOT / page.parent / unquote(parts.path)).resolve()
    return joined.relative_to(ROOT) if joined.is_relative_to(ROOT) else joined


def stage(folder: Path) -> None:
    """Put the pages, and the files that they link to, into a folder of their own."""
    for page in pages():
        text = (ROOT / page).read_text("utf-8")
        for target in targets(text):
            path = local(page, target)
            if path is not None and path.suffix != ".md" and (ROOT / path).is_file():
                _copy(path, folder)
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text(SHELL.sub("```sh\n", text), "utf-8")
    index = folder / INDEX
    index.write_text(index.read_text("utf-8") + contents(), "utf-8")


SHELL = re.compile(r"^```console\n(?!\$ )", re.MULTILINE)
"""A block of commands alone: as a shell script its comments look like comments."""

MENDED = (
    (
        '<p class="caption" role="heading">',
        '<p class="caption" role="heading" aria-level="2">',
    ),
    (
        '<aside class="sidebar-drawer">',
        '<aside class="sidebar-drawer" aria-label="Pages">',
    ),
    (
        '<aside class="toc-drawer">',
        '<aside class="toc-drawer" aria-label="On this page">',
    ),
    ('<div id="search-results">', '<h1>Search</h1><div id="search-results">'),
)
EMPTY = re.compile(r'<th class="(head[^"]*)"><p></p></th>')
"""The corner of a table; it is the head of nothing."""


def _mend(html: str) -> str:
    """Give what the theme leaves out to who listens to a page instead of seeing it."""
    for before, after in MENDED:
        html = html.replace(before, after)
    return EMPTY.sub(r'<td class="\1"></td>', html)


def _copy(path: Path, folder: Path) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / path, folder / path)


def contents() -> str:
    """
    Return the site's table of contents, made of the lists under the index's headings.

    The index stays plain Markdown so. A page that it does not name comes last.
    """
    parts: dict[str, list[Path]] = {"": []}
    heading = ""
    found = list(tokens((ROOT / INDEX).read_text("utf-8")))
    for before, token in zip([None, *found], found, strict=False):
        if before and before.type == "heading_open" and before.tag == "h2":
            heading = token.content
            parts[heading] = []
        path = local(INDEX, str(token.attrs.get("href", "")))
        if path in pages() and not any(path in named for named in parts.values()):
            parts[heading].append(path)
    parts["More"] = [
        page
        for page in pages()
        if page != INDEX and not any(page in named for named in parts.values())
    ]
    trees = (_tree(name, named) for name, named in parts.items() if named)
    return "\n" + "\n".join(trees)


def _tree(caption: str, named: list[Path]) -> str:
    options = [":hidden:", *([f":caption: {caption}"] if caption else []), ""]
    below = [f"/{page.with_suffix('').as_posix()}" for page in named]
    return "\n".join(["```{toctree}", *options, *below, "```\n"])


def build(site: Path = SITE) -> int:
    """
    Build the site; a warning, such as a link that leads nowhere, is an error.

    Args:
        site: Folder of the site; what was there is replaced.

    Returns:
        0, or the exit code of Sphinx.
    """
    with tempfile.TemporaryDirectory(prefix="workshop-docs-") as folder:
        source, made = Path(folder) / "source", Path(folder) / "html"
        stage(source)
        options = ["-q", "-W", "--keep-going", "-E", "-d", f"{folder}/doctrees"]
        code = sphinx([*options, "-b", "html", "-c", str(HERE), str(source), str(made)])
        if code == 0:
            for path in made.rglob("*.html"):
                path.write_text(_mend(path.read_text("utf-8")), "utf-8")
            (made / "index.html").write_text(REDIRECT, "utf-8")
            (made / ".buildinfo").unlink(missing_ok=True)
            shutil.rmtree(site, ignore_errors=True)
            shutil.copytree(made, site)
    return code
