"""Writes the days of measuring and reviewing for a calendar."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, ExportError
from workshop_kit.i18n import Translator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.policy.model import Policy

PLANNER = "workshop_kit.policy.calendar"
"""What plans the moments (``moments``) and writes them (``as_ics``)."""


def available() -> bool:
    """Tell whether this installation can write a calendar."""
    return find_spec(PLANNER) is not None


def calendar(policy: Policy, values: Mapping[str, Any]) -> bytes:
    """
    Return the moments that the policy asks for as a calendar (iCalendar).

    The time in it is the day of the policy, so that the same gives the same bytes.

    Args:
        policy: Gives language, institution, and the days of start and review.
        values: Question id → decided value.

    Raises:
        ExportError: If this installation cannot write calendars.
    """
    if not available():
        raise ExportError(
            N_("this installation of workshop-kit cannot write calendars."),
            where="ics",
            fix=N_("Install it again with all it needs, or choose other formats."),
        )
    # By name, because a room below this one may be installed without it.
    planner: Any = import_module(PLANNER)
    t = Translator(policy.lang)
    start = policy.in_force_on or policy.date
    planned = planner.moments(values, t, start=start, review=policy.review_date)
    now = dt.datetime.combine(policy.date, dt.time(), dt.UTC)
    written: bytes = planner.as_ics(planned, t, institution=policy.institution, now=now)
    return written
