"""What stands as code in README and docs, taken out of them to be tried."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from builder import site
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = [page.as_posix() for page in site.pages()]


@dataclass(frozen=True)
class Fence:
    """A block of code: on which page and line, of which kind, and what it says."""

    page: str
    line: int
    kind: str
    text: str

    def __str__(self):
        """Name it in the report of a test."""
        return f"{self.page}:{self.line}"


def fences(kind):
    """Return all blocks of a kind, page by page, in their order."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        found += [
            Fence(page, token.map[0] + 1, kind, token.content)
            for token in MarkdownIt().parse(text)
            if token.type == "fence" and token.info.split()[:1] == [kind]
        ]
    return found


def commands(fence):
    """
    Return the commands of a console block, each as a list of words.

    Where lines begin with ``$`` the others are what the program said.
    """
    lines = re.sub(r"\\\n\s*", "", fence.text).splitlines()
    if any(line.startswith("$ ") for line in lines):
        lines = [line[2:] for line in lines if line.startswith("$ ")]
    found = []
    for line in lines:
        if re.match(r"\w+=", line):
            continue  # a shell gives something a name
        reader = shlex.shlex(line, posix=True, punctuation_chars=True)
        reader.whitespace_split = True
        found.append([])
        for word in reader:
            if word in {";", "&&", "||", "|", "do", "done", ">"}:
                found.append([])
            else:
                found[-1].append(word)
    return [words for words in found if words]


def spoken():
    """Return every command of ours that stands within a sentence, and its page."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        code = [t.content for t in site.tokens(text) if t.type == "code_inline"]
        found += [(page, words) for words in code if words.startswith("workshop-kit ")]
    return sorted(set(found))
