"""What reading a file gives: frames, warnings in words, questions to its owner."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers import schema, totals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workshop_kit.i18n import Translator

Order = Literal["mdy", "dmy"]
Ask = Literal["date_order", "year", "zone", "platform", "export_date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """
    What the owner of a file knows and the file does not say; None is not answered.

    Attributes:
        platform: Of a generic file without that column.
        account: Name of the account, where the file has none.
        date_order: Whether ``03/04/2026`` is 4 March (``mdy``) or 3 April (``dmy``).
        year: Year of the latest day, where days are written without one.
        zone: Zone of the clock times, as ``Europe/Amsterdam``.
        export_date: Day the file was exported, on which its counts stood.
    """

    platform: str | None = None
    account: str | None = None
    date_order: Order | None = None
    year: int | None = None
    zone: str | None = None
    export_date: dt.date | None = None


def answers(  # noqa: PLR0913 - the same as of Answers
    *,
    platform: str = "",
    account: str = "",
    date_order: str = "",
    year: int = 0,
    zone: str = "",
    export_date: str = "",
) -> Answers:
    """
    Make answers of what was typed; empty or 0 is not answered.

    Raises:
        MetricsError: An order of dates or a day that is none.
    """
    if date_order not in {"", "mdy", "dmy"}:
        raise MetricsError(
            N_("“{order}” is no order of day and month."),
            fix=N_("Write mdy for month/day or dmy for day/month."),
            order=date_order[:60],
        )
    try:
        day = dt.date.fromisoformat(export_date) if export_date else None
    except ValueError:
        raise MetricsError(
            N_("“{day}” is no day."),
            fix=N_("Write it as 2026-01-31."),
            day=export_date[:60],
        ) from None
    order: Order | None = None
    if date_order:
        order = "mdy" if date_order == "mdy" else "dmy"
    return Answers(
        platform=platform or None,
        account=account or None,
        date_order=order,
        year=year or None,
        zone=zone or None,
        export_date=day,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    Something the reader of the figures has to know.

    Attributes:
        code: Permanent name of the rule, as ``duplicates``.
        what: Message template, marked with ``N_``.
        slots: Values for its slots.
        where: The file; data, so never translated.
    """

    code: str
    what: str
    slots: Mapping[str, object] = field(default_factory=dict)
    where: str = ""

    def render(self, t: Translator) -> str:
        """Say it in the language of the translator."""
        said = t(self.what, **self.slots) if self.slots else t(self.what)
        return f"{self.where}: {said}" if self.where else said


QUESTIONS: Mapping[Ask, str] = {
    "date_order": N_(
        "Is {example} written as month/day or as day/month? The dates stay empty until"
        " this is known."
    ),
    "year": N_(
        "Of which year is the latest day, {example}? The file writes no year; the days"
        " stay empty until this is known."
    ),
    "zone": N_(
        "In which time zone are the times, such as {example}? Until this is known they"
        " are taken as they are written."
    ),
    "platform": N_("From which platform are these posts? The file does not say."),
    "export_date": N_(
        "On which day was this exported? Counts keep growing; they hold for that day."
    ),
}
"""What can be asked; the answer goes into :class:`Answers` under the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    Something only the owner of the file knows.

    Attributes:
        ask: Which attribute of :class:`Answers` holds the answer.
        example: A value of the file it is about.
    """

    ask: Ask
    example: str = ""

    def render(self, t: Translator) -> str:
        """Ask it in the language of the translator."""
        return t(QUESTIONS[self.ask], example=self.example)


@dataclass(frozen=True, kw_only=True)
class Export:
    """
    The figures of a file.

    Posts are kept wide, one row per post and a column per metric. Long, a row per post
    and metric, is what is tidy, but a million posts with five metrics take five times
    the memory and time that way, mostly to repeat the same ids; so :attr:`posts` makes
    it when asked, for files of ordinary size. Days are few and kept long. What KPIs per
    month need is in :attr:`totals`, which of a large file is made without its posts.

    Attributes:
        format: Id of what was recognised, as ``facebook_posts``.
        load: Gives the posts; use :attr:`wide`.
        added: Totals, if they were made while reading; use :attr:`totals`.
        days: Days: :data:`workshop_kit.metrics.readers.schema.DAYS`.
        peers: Peers: :data:`workshop_kit.metrics.readers.schema.PEERS`.
        definitions: What the platform means by each metric.
        warnings: What has to be known before the figures are used.
        questions: What only the owner can say.
    """

    format: str
    load: Callable[[], pd.DataFrame]
    added: pd.DataFrame | None = None
    days: pd.DataFrame
    peers: pd.DataFrame
    definitions: Mapping[str, str]
    warnings: tuple[Notice, ...] = ()
    questions: tuple[Question, ...] = ()

    @functools.cached_property
    def wide(self) -> pd.DataFrame:
        """
        Return the posts, one row each.

        :data:`workshop_kit.metrics.readers.schema.POST` and a Float64 column per
        metric; empty if the file has none.
        """
        return self.load()

    @functools.cached_property
    def totals(self) -> pd.DataFrame:
        """Return the posts added up: :func:`workshop_kit.metrics.readers.totals.of`."""
        return totals.of(self.wide) if self.added is None else self.added

    @property
    def posts(self) -> pd.DataFrame:
        """Return the posts tidy: one row per post and metric; made at each call."""
        return schema.long(self.wide, self.definitions)

    @property
    def count(self) -> int:
        """Return how many posts there are."""
        return int(self.totals["n"].sum())

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return the metrics of posts and days, each once."""
        of_posts = [name for name in self.totals if name in self.definitions]
        of_days = self.days["metric"].dropna().unique()
        return tuple(dict.fromkeys([*of_posts, *of_days]))

    @property
    def platforms(self) -> tuple[str, ...]:
        """Return the platforms in the file, in alphabetical order."""
        seen = {*self.totals["platform"].dropna(), *self.days["platform"].dropna()}
        return tuple(sorted(seen))

    @property
    def period(self) -> tuple[dt.date, dt.date] | None:
        """Return the first and last day in the file; None if no day is known."""
        starts = [self.totals["first"].min(), self.days["day"].min()]
        ends = [self.totals["last"].max(), self.days["until"].max()]
        known = [time for time in (*starts, *ends) if not pd.isna(time)]
        return (min(known).date(), max(known).date()) if known else None
