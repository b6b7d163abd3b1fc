"""Checks a decision before it is recorded."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, PolicyError
from workshop_kit.kit.validate import LONG, clean, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.kit.model import Question


def decision(question: Question, fields: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the fields of a decision in the form in which they are recorded.

    Args:
        question: The question that is decided.
        fields: ``value``, ``reason`` and ``by``; where they apply ``variant``
            (default "balanced"), ``dissent``, ``checked_by`` and ``checked_on``.

    Raises:
        AnswerError: If the value does not fit the question.
        PolicyError: If there is no value or reason, or the check is half given.
    """
    words = {
        name: clean(str(fields.get(name) or ""))[:LONG]
        for name in ("reason", "by", "dissent", "checked_by", "checked_on")
    }
    value = validate(question, fields.get("value"))
    if value is None:
        raise PolicyError(
            N_("There is no decision yet: please choose or fill in what was decided."),
            where=question.id,
        )
    if not words["reason"]:
        raise PolicyError(
            N_("Please write in a few words why; it is printed with the policy."),
            where=question.id,
        )
    if bool(words["checked_by"]) != bool(words["checked_on"]):
        raise PolicyError(
            N_("Please give both who checked this and on which date."),
            where=question.id,
        )
    if words["checked_on"]:
        _day(question.id, words["checked_on"])
    variant = fields.get("variant") or "balanced"
    return {"value": value, "variant": str(variant), **words}


def _day(where: str, text: str) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        raise PolicyError(
            N_("Please give a date as year-month-day, such as 2027-03-31."),
            where=where,
        ) from None
