"""What went wrong, for a person: where, what, and what to do."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator


def N_(message: str) -> str:  # noqa: N802 - the field's name for "translate later"
    """Mark *message* for translation without translating it now."""
    return message


def printable(words: str) -> str:
    """Return words without what others may have put in to move a terminal's cursor."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in words)


def argument(name: object) -> str:
    """Return a name as it stands in a command to copy, whatever somebody called it."""
    words = str(name)
    if os.name == "posix":
        return shlex.quote(words)
    # No name on Windows holds a quotation mark.
    return f'"{words}"' if any(c in words for c in " ?&") else words


class WorkshopError(Exception):
    """
    A problem a person can do something about.

    The words are templates with named slots, so the same error can be shown in
    the language of whoever meets it; ``str(error)`` is English, for logs.

    Args:
        what: Message template, marked with :func:`N_`. Says what is wrong.
        where: File, key or question; data, so never translated.
        fix: Message template. Says what to do; empty if *what* says it already.
        slots: Values for the slots of both templates.
    """

    def __init__(
        self, what: str, *, where: str = "", fix: str = "", **slots: object
    ) -> None:
        self.what, self.where, self.fix, self.slots = what, where, fix, slots
        super().__init__(what, where, fix, slots)

    def render(self, translate: Translator) -> str:
        """Return where, what and fix as one text in the translator's language."""
        parts = [translate(t, **self.slots) for t in (self.what, self.fix) if t]
        text = " ".join(parts)
        return f"{self.place(translate)}: {text}" if self.where else text

    def place(self, translate: Translator) -> str:  # noqa: ARG002 - for who does
        """Return *where* as it is shown: as it is, because it is data."""
        return self.where

    def __str__(self) -> str:
        parts = [t.format(**self.slots) for t in (self.what, self.fix) if t]
        text = " ".join(parts)
        return f"{self.where}: {text}" if self.where else text


class KitError(WorkshopError):
    """
    A kit cannot be read or used.

    Its *where* is the way to the mistake, ``file, question 'id', key``: the words for
    kinds of things are ours and are translated, the rest is data.
    """

    KINDS = (
        N_("aspect"),
        N_("column"),
        N_("item"),
        N_("line"),
        N_("list"),
        N_("option"),
        N_("question"),
        N_("role"),
        N_("rule"),
        N_("section"),
        N_("threshold"),
        N_("track"),
    )

    def place(self, translate: Translator) -> str:
        """Return *where* with its kinds of things in the translator's language."""
        steps = []
        for step in self.where.split(", "):
            kind, apart, name = step.partition(" ")
            known = apart and kind in self.KINDS
            steps.append(f"{translate(kind)} {name}" if known else step)
        return ", ".join(steps)


class AnswerError(WorkshopError):
    """A value does not fit its question."""


class StoreError(WorkshopError):
    """A workshop file cannot be read or written."""


class MetricsError(WorkshopError):
    """A file with figures cannot be read."""


class PolicyError(WorkshopError):
    """A decision, waiver or policy is not complete."""


class ExportError(WorkshopError):
    """A document cannot be made."""
