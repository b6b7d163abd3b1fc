"""The questions of a kit as they were worded, and what became of them since."""

# ruff: noqa: TC001 - pydantic reads the annotations

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.kit.model import Text
from workshop_kit.kit.plain import Strict, hashed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Kit, Question


@dataclass(frozen=True, kw_only=True)
class Asked(Strict):
    """
    A question as it was worded, to tell later what changed in the kit.

    Attributes:
        hash: Of all its words; see :func:`wording_hash`.
        options: Option id → label; empty for questions without.
        columns: Column id → label, of a list of rows, in order.
    """

    type: str
    label: Text
    hash: str
    options: dict[str, Text] = field(default_factory=dict)
    columns: dict[str, Text] = field(default_factory=dict)


def wording_hash(question: Question) -> str:
    """Return the hash of a question's words, to tell later what was asked."""
    return hashed(question)


def outline(kit: Kit) -> dict[str, Asked]:
    """Return what a kit asks, in short, by question id; notes are left out."""
    return {
        question.id: Asked(
            type=question.type,
            label=question.label,
            hash=kit.hashes[question.id],
            options={option.id: option.label for option in question.options},
            columns={column.id: column.label for column in question.columns},
        )
        for question in kit.questions()
        if question.type != "note"
    }


def kit_changes(
    before: Mapping[str, Asked], after: Mapping[str, Asked], t: Translator
) -> tuple[str, ...]:
    """
    Say what changed in the questions of a kit, in words.

    Questions that are new, gone, of another type or worded otherwise, and options
    and columns that are new or gone.

    Args:
        before: The questions as they were.
        after: The questions as they are.
        t: Language of the words.
    """
    said = [
        t(N_("Dropped question: “{label}”."), label=t.pick(was.label))
        for name, was in before.items()
        if name not in after
    ]
    for name, now in after.items():
        if name not in before:
            said.append(t(N_("New question: “{label}”."), label=t.pick(now.label)))
        elif before[name] != now:
            said += _question_changes(before[name], now, t)
    return tuple(said)


def _question_changes(was: Asked, now: Asked, t: Translator) -> list[str]:
    label = t.pick(now.label)
    said = []
    if was.label != now.label:
        reworded = N_("The question “{before}” now reads “{label}”.")
        said.append(t(reworded, before=t.pick(was.label), label=label))
    if was.type != now.type:
        said.append(t(N_("“{label}” is asked in another way now."), label=label))
    for old, new in ((was.options, now.options), (was.columns, now.columns)):
        gone = [t.pick(old[name]) for name in old if name not in new]
        come = [t.pick(new[name]) for name in new if name not in old]
        other = [
            f"{t.pick(old[name])} → {t.pick(new[name])}"
            for name in new
            if name in old and old[name] != new[name]
        ]
        for message, names in (
            (N_("“{label}” no longer has: {names}."), gone),
            (N_("“{label}” also has: {names}."), come),
            (N_("“{label}” words otherwise: {names}."), other),
        ):
            if names:
                said.append(t(message, label=label, names="; ".join(names)))
    if not said:
        said.append(t(N_("“{label}” is explained or worded otherwise."), label=label))
    return said
