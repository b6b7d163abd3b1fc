"""Writes the days of measuring and reviewing for a calendar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from workshop_kit.i18n import Translator
from workshop_kit.policy.calendar import as_ics

if TYPE_CHECKING:
    from workshop_kit.policy.model import Policy


def calendar(policy: Policy) -> bytes:
    """
    Return the moments that the policy asks for as a calendar (iCalendar).

    The time in it is the day of the policy, so that the same gives the same bytes.
    """
    now = dt.datetime.combine(policy.date, dt.time(), dt.UTC)
    t = Translator(policy.lang)
    return as_ics(policy.moments, t, institution=policy.institution, now=now)
