"""How a large file writes its times, where that is one of the usual ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workshop_kit.metrics.readers.dates import exact_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from workshop_kit.metrics.readers.layout import Layout
    from workshop_kit.metrics.readers.result import Answers, Order

_SLASHED = re.compile(r"(\d{2})/(\d{2})/\d{4} \d{2}:\d{2}(:\d{2})?", re.ASCII)
_DAYS: dict[Order, str] = {"mdy": "%m/%d/%Y %H:%M", "dmy": "%d/%m/%Y %H:%M"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """
    The way in which all times of a file are written.

    Attributes:
        example: The first of them.
        form: As a format of ``strftime``.
        zone: In which they are, if that is known and not UTC.
        asked: Whether the zone has to be asked for.
        proof: Whether a day above 12 is needed to be sure of the order of day and
            month.
    """

    example: str
    form: str
    zone: str | None
    asked: bool
    proof: bool

    def read(self, column: pl.Expr) -> pl.Expr:
        """Return the times in UTC; null is one that is written in another way."""
        import polars as pl  # noqa: PLC0415 - optional, and only for large files

        # What reads them would take 1/2/2026 and blanks for the form as well.
        alike = column.str.len_bytes() == len(self.example)
        clock = pl.when(alike).then(column).str.to_datetime(self.form, strict=False)
        if self.zone is None:
            return clock
        # As dates.read: the hour that is there twice is the first, summer time.
        local = clock.dt.replace_time_zone(
            self.zone, ambiguous="earliest", non_existent="null"
        )
        return local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def of(written: Sequence[str], layout: Layout, answers: Answers) -> Times | None:
    """
    Return how these times are written.

    Args:
        written: The first times of the file, at least one.
        layout: What the file was recognised as.
        answers: What its owner said.

    Returns:
        None if it is a rarer way, or one that needs a warning or a question other
        than that for the zone: then the dates are read the careful way.
    """
    form, proof = exact_form(written[0]), False
    slashed = _SLASHED.fullmatch(written[0])
    if slashed:
        said = {layout.order, answers.date_order, *map(_proved, written)} - {None}
        if len(said) != 1:
            return None
        order = next(order for order in _DAYS if order in said)
        form = _DAYS[order] + (":%S" if slashed[3] else "")
        proof = answers.date_order is None and not any(map(_proved, written))
    if form is None:
        return None
    zone = None if form.endswith("Z") else answers.zone or layout.zone
    return Times(
        example=written[0],
        form=form,
        zone=None if zone == "UTC" else zone,
        asked=zone is None and not form.endswith("Z"),
        proof=proof,
    )


def _proved(written: str) -> Order | None:
    found = _SLASHED.fullmatch(written)
    if found and int(found[1]) > 12:
        return "dmy"
    return "mdy" if found and int(found[2]) > 12 else None
