"""The words of the command line itself: help and wrong use, in the user's language."""

from __future__ import annotations

import io
import itertools
import os
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from workshop_kit.errors import N_
from workshop_kit.i18n import LANGUAGES, system_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workshop_kit.i18n import Translator

EXAMPLE = "Example: "
"""Begins the paragraph of a docstring that shows how the command is used."""

EXIT_CODES = N_(
    "Exit codes: 0 fine; 1 something is wrong or a blocker is open; 2 wrong use."
)
COMPLETION = N_("Completion in your shell: workshop-kit --install-completion")

PHRASES = (
    N_("Usage: "),
    N_("Arguments:"),
    N_("Options:"),
    N_("Commands:"),
    N_("Show this message and exit."),
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("[default: {value}]"),
    N_("[required]"),
    N_("[env var: {name}]"),
    N_("[env var: {name}; default: {value}]"),
    N_("Try '{command}' for help."),
    N_("Missing argument '{name}'."),
    N_("Missing option '{name}'."),
    N_("Missing command."),
    N_("No such option: {name}"),
    N_("(Possible options: {names})"),
    N_("No such command '{name}'."),
    N_("Did you mean {name}?"),
    N_("Got unexpected extra argument(s) ({names})"),
    N_("Invalid value for '{name}': {problem}"),
    N_("is not a valid int."),
    N_("Option '{name}' requires an argument."),
    N_("Error: "),
)
"""What the library that reads the command line says by itself, in its own words."""

KINDS = {
    "<str>": N_("TEXT"),
    "<list[str]>": N_("TEXT"),
    "<int>": N_("N"),
    "<path>": N_("PATH"),
    "<list[Path]>": N_("PATH"),
}
"""What it calls the values of options, and what people may call them, as short."""


class Command(Protocol):
    """What is read and changed of a command of that library."""

    help: str | None
    epilog: str | None
    short_help: str | None
    params: list[Any]

    def get_help(self, ctx: Any) -> str:
        """Return the whole help of the command."""


def spoken(arguments: Sequence[str]) -> str:
    """
    Return the language to speak: that of ``--lang``, ``WORKSHOP_LANG`` or the computer.

    Args:
        arguments: Of the command line; they may be wrong, and are not read further.
    """
    pairs = itertools.pairwise(arguments)
    said = [after for name, after in pairs if name == "--lang"]
    said += [a.partition("=")[2] for a in arguments if a.startswith("--lang=")]
    known = [*said, os.environ.get("WORKSHOP_LANG", "")]
    return next((lang for lang in known if lang in LANGUAGES), "") or system_language()


def dress(command: Command, translate: Translator) -> None:
    """Put help in the user's language into a command and all below it."""
    for each in _all(command):
        each.help = "\n\n".join(_shown(p, translate) for p in _paragraphs(each.help))
        each.short_help = next(
            (translate(p) for p in _paragraphs(each.short_help or _first(each))), None
        )
        each.epilog = translate(EXIT_CODES)
        for param in each.params:
            if getattr(param, "help", None):
                param.help = translate(param.help)
        plain = each.get_help
        each.get_help = partial(_help, plain, translate)  # type: ignore[method-assign]
    command.epilog = f"{translate(EXIT_CODES)}\n\n{translate(COMPLETION)}"


def texts(command: Command) -> Iterator[str]:
    """Yield everything that a command and all below it say, to be translated."""
    for each in _all(command):
        for paragraph in _paragraphs(each.help):
            if not paragraph.startswith(EXAMPLE):
                yield paragraph
        yield from (p.help for p in each.params if getattr(p, "help", None))


def wrong_use(error: Any, translate: Translator) -> str:
    """Return what is wrong with a command line, with how it should be."""
    said = io.StringIO()
    error.show(said)
    return in_words(said.getvalue().rstrip(), translate)


def in_words(said: str, translate: Translator) -> str:
    """Say what the library said by itself in the user's language."""
    for phrase in PHRASES:
        words = translate(phrase)
        if words != phrase:
            said = re.sub(
                _pattern(phrase),
                partial(_filled, words),
                said,
                flags=re.MULTILINE | re.DOTALL,
            )
    for kind, words in KINDS.items():
        # The columns stay where they are.
        said = said.replace(kind, translate(words).ljust(len(kind)))
    return said


def _pattern(phrase: str) -> str:
    """Match a phrase with anything in its slots, broken over lines at any place."""
    pattern = re.escape(phrase).replace(r"\ ", r"\s+")
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", pattern)
    return f"{pattern}$" if phrase.endswith("}") else pattern


def _filled(words: str, found: re.Match[str]) -> str:
    return words.format(**found.groupdict())


def _help(plain: Any, translate: Translator, context: Any) -> str:
    return in_words(plain(context), translate)


def _all(command: Command) -> Iterator[Command]:
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _all(below)


def _paragraphs(words: str | None) -> list[str]:
    """Split into paragraphs, each in one line, as they stand in the catalogue."""
    return [" ".join(part.split()) for part in (words or "").split("\n\n")]


def _first(command: Command) -> str:
    return _paragraphs(command.help)[0]


def _shown(paragraph: str, translate: Translator) -> str:
    if paragraph.startswith(EXAMPLE):
        shown = paragraph.removeprefix(EXAMPLE)
        # What is to be typed must not be broken over lines at any place.
        return f"\b\n{translate(N_('Example:'))}\n  {shown}"
    return translate(paragraph)
