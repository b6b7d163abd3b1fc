"""What went wrong, for a person: where, what, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator


def N_(message: str) -> str:  # noqa: N802 - the field's name for "translate later"
    """Mark *message* for translation without translating it now."""
    return message


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
        return f"{self.where}: {text}" if self.where else text

    def __str__(self) -> str:
        parts = [t.format(**self.slots) for t in (self.what, self.fix) if t]
        text = " ".join(parts)
        return f"{self.where}: {text}" if self.where else text


class KitError(WorkshopError):
    """A kit cannot be read or used."""


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
