"""Lets fictional participants take part, through the same doors as real ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from workshop_kit.errors import N_, WorkshopError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workshop_kit.live.workshop import Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    A fictional workshop.

    Attributes:
        participants: Each with ``alias``, ``role`` and ``answers`` by question id.
        decisions: Question id → fields of a decision.
        waivers: Each with ``rule``, ``name`` and ``reason``.
    """

    participants: tuple[Mapping[str, Any], ...]
    decisions: Mapping[str, Mapping[str, Any]]
    waivers: tuple[Mapping[str, str], ...]


def read_sample(path: Path) -> Sample:
    """
    Read a fictional workshop from YAML.

    Raises:
        WorkshopError: If the file is missing or is not such a workshop.
    """
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        return Sample(
            participants=tuple(data["participants"]),
            decisions=data["decisions"],
            waivers=tuple(data.get("waivers", ())),
        )
    except FileNotFoundError:
        raise WorkshopError(
            N_("the sample workshop is missing."),
            where=str(path),
            fix=N_("Install workshop-kit anew."),
        ) from None
    except (yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise WorkshopError(
            N_("this is not a sample workshop ({problem})."),
            where=str(path),
            problem=type(error).__name__,
        ) from None


def answer_all(workshop: Workshop, sample: Sample) -> int:
    """Let everybody answer; returns how many answers were accepted."""
    order = [question.id for question in workshop.kit.questions()]
    count = 0
    for person in sample.participants:
        joined = _joined(workshop, person)
        answers = person["answers"]
        for question_id in sorted(answers, key=order.index):
            workshop.accept(
                joined,
                question_id,
                answers[question_id],
                f"sample/{person['alias']}/{question_id}",
                final=True,
            )
            count += 1
    return count


def _joined(workshop: Workshop, person: Mapping[str, Any]) -> str:
    if person["role"] == workshop.facilitator().role:
        return workshop.facilitator().id
    lang = workshop.lang
    return workshop.store.join(person["alias"], person["role"], lang)[0].id


def decide_all(workshop: Workshop, sample: Sample) -> int:
    """Record every decision and waiver; returns how many decisions there are."""
    by = workshop.facilitator().alias
    order = [question.id for question in workshop.kit.questions()]
    for question_id in sorted(sample.decisions, key=order.index):
        fields = {**sample.decisions[question_id], "by": by}
        workshop.decide(question_id, fields, f"sample/{question_id}")
    for accepted in sample.waivers:
        workshop.waive(**accepted)
    return len(sample.decisions)
