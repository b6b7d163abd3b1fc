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

    The time in it is that of the last decision or signature, so that the same
    workshop gives the same bytes on any day, and a later version counts as later.
    """
    day = dt.datetime.combine(policy.date, dt.time(), dt.UTC)
    return as_ics(
        policy.moments,
        Translator(policy.lang),
        institution=policy.institution,
        workshop=policy.workshop,
        now=policy.settled_at or day,
    )
