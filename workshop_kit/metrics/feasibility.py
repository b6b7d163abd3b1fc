"""Hours that the plans ask for beside the hours that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.metrics.wording import channel_name, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.i18n import Translator

WORKING_DAYS = 5
"""Days of a week on which comments are read."""

WEEKS = 4.33
"""Weeks of a month, as in the rule of the kit that warns of too few hours."""

OPEN = (None, "", "start", "keep")
"""A channel in one of these states asks for posts; undecided counts as open."""

CHANNELS, PEOPLE = "ch.list", "res.people"
PER_POST, PER_DAY = "res.minutes_post", "res.minutes_moderation"
PER_MONTH = "res.minutes_report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    A line of the sum.

    Attributes:
        what: Network of a channel, role of a person, or ``moderation``, ``report``.
        times: How often a week; None for a person.
        minutes: How long each time; None for a person.
        hours: Hours a week; None if one of the two is unknown.
    """

    what: str
    times: float | None
    minutes: float | None
    hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """
    The sum of an ordinary week.

    Attributes:
        asked: A line for each open channel, for moderation and for reporting.
        given: A line for each role.
        hours_asked, hours_given: Sums of what is known, hours a week.
        unknown: What could not be counted: the lines without hours.
    """

    asked: tuple[Line, ...]
    given: tuple[Line, ...]
    hours_asked: float
    hours_given: float
    unknown: tuple[str, ...]

    @property
    def short(self) -> float:
        """Hours a week that are missing; negative if there are hours left."""
        return self.hours_asked - self.hours_given

    def words(self, t: Translator, names: Mapping[str, str] | None = None) -> str:
        """Say whether it fits, and what was not counted; *names* by option id."""
        about = {
            "asked": said(round(self.hours_asked, 1), t),
            "given": said(round(self.hours_given, 1), t),
            "rest": said(round(abs(self.short), 1), t),
        }
        if not self.given or not self.hours_given:
            text = t(
                N_(
                    "The plans ask for {asked} hours a week; no hours have been given"
                    " for them yet."
                ),
                **about,
            )
        elif round(self.short, 1) > 0:
            text = t(
                N_(
                    "The plans ask for {asked} hours a week and there are {given}:"
                    " {rest} more is needed."
                ),
                **about,
            )
        else:
            text = t(
                N_(
                    "The plans ask for {asked} hours a week and there are {given}: it"
                    " fits, with {rest} hours to spare."
                ),
                **about,
            )
        if not self.unknown:
            return text
        what = ", ".join(_name(part, t, names or {}) for part in self.unknown)
        return (
            f"{text} {t(N_('Not counted, as figures are missing: {what}.'), what=what)}"
        )

    def calculation(
        self, t: Translator, names: Mapping[str, str] | None = None
    ) -> tuple[tuple[str, str, str], ...]:
        """Return the sum in rows of what, calculation and hours a week, in words."""
        rows = [
            (_name(line.what, t, names or {}), _sum(line, t), _hours(line.hours, t))
            for line in self.asked
        ]
        rows.append((t(N_("Asked")), "", _hours(self.hours_asked, t)))
        rows += [
            (_name(line.what, t, names or {}), "", _hours(line.hours, t))
            for line in self.given
        ]
        rows.append((t(N_("Given")), "", _hours(self.hours_given, t)))
        return tuple(rows)


def feasibility(values: Mapping[str, Any]) -> Feasibility:
    """
    Add up what an ordinary week asks and what it has.

    Args:
        values: Question id → decided value. Read are the channels (posts a week,
            those that start or go on), the minutes of a post, of moderation on a
            working day and of reporting a month, and the people with their hours.
            What is missing is not counted as 0 but named.
    """
    per_post = values.get(PER_POST)
    asked = [
        _line(_id(row.get("network")), row.get("posts"), per_post)
        for row in values.get(CHANNELS) or ()
        if row.get("status") in OPEN
    ]
    asked.append(_line("moderation", WORKING_DAYS, values.get(PER_DAY)))
    asked.append(_line("report", 1 / WEEKS, values.get(PER_MONTH)))
    given = [
        Line(
            what=_id(row.get("who")),
            times=None,
            minutes=None,
            hours=None if row.get("hours") is None else float(row["hours"]),
        )
        for row in values.get(PEOPLE) or ()
    ]
    lines = (*asked, *given)
    return Feasibility(
        asked=tuple(asked),
        given=tuple(given),
        hours_asked=sum(line.hours or 0.0 for line in asked),
        hours_given=sum(line.hours or 0.0 for line in given),
        unknown=tuple(line.what for line in lines if line.hours is None),
    )


def _line(what: str, times: float | None, minutes: float | None) -> Line:
    known = times is not None and minutes is not None
    return Line(
        what=what,
        times=None if times is None else float(times),
        minutes=None if minutes is None else float(minutes),
        hours=float(times) * float(minutes) / 60 if known else None,  # type: ignore[arg-type]
    )


def _id(value: Any) -> str:
    return str(value["other"]) if isinstance(value, dict) else str(value or "?")


def _name(what: str, t: Translator, names: Mapping[str, str]) -> str:
    if what == "moderation":
        return t(N_("Reading and answering comments"))
    if what == "report":
        return t(N_("Figures and report"))
    return names.get(what) or channel_name(what)


def _sum(line: Line, t: Translator) -> str:
    if line.times is None or line.minutes is None:
        return t(N_("figure missing"))
    minutes = said(line.minutes, t)
    if line.what == "report":
        return t(
            N_("{minutes} minutes a month ÷ {weeks} weeks"),
            minutes=minutes,
            weeks=t.number(WEEKS),
        )
    if line.what == "moderation":
        return t(
            N_("{times} working days × {minutes} minutes"),
            times=said(line.times, t),
            minutes=minutes,
        )
    return t(
        N_("{times} posts × {minutes} minutes"),
        times=said(line.times, t),
        minutes=minutes,
    )


def _hours(hours: float | None, t: Translator) -> str:
    return "?" if hours is None else said(round(hours, 1), t)
