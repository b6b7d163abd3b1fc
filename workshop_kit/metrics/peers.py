"""Where we stand among institutions of our size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.catalogue import entry
from workshop_kit.metrics.wording import with_unit

if TYPE_CHECKING:
    import pandas as pd

    from workshop_kit.i18n import Translator

SIZES = {"small": N_("small"), "middle": N_("middle"), "large": N_("large")}
"""Size classes of a peers file, for people."""

FEWEST = 5
"""Peers below which nothing is said or drawn: three make no field, and one of them
would know the other two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """
    Our own value among those of peers.

    Attributes:
        kpi: Id in the catalogue.
        channel: Channel of all values.
        size: Size class of the peers, in the words of the file.
        year: Year of their values; None if there are none.
        n: Peers with a value.
        own: Our value, in the unit of the KPI.
        others: Those of the peers in rising order; empty below :data:`FEWEST`.
        lower: How many peers have a lower value; the same value is not lower.
        median: Of the peers; None below :data:`FEWEST`.
        sources: Where their values come from, each once.
    """

    kpi: str
    channel: str
    size: str
    year: int | None
    n: int
    own: float
    others: tuple[float, ...]
    lower: int
    median: float | None
    sources: tuple[str, ...]

    def words(self, t: Translator) -> str:
        """Say the position with n, year and source; or that there are too few."""
        if self.median is None:
            return t.plural(
                N_(
                    "There is {n} peer of size “{size}” with this figure: too few to"
                    " compare (at least {fewest})."
                ),
                N_(
                    "There are {n} peers of size “{size}” with this figure: too few to"
                    " compare (at least {fewest})."
                ),
                self.n,
                size=size_name(self.size, t),
                fewest=FEWEST,
            )
        unit = t.pick(entry(self.kpi).unit)
        return t(
            N_(
                "With {own} we are above {lower} of {n} peers of size “{size}”; the one"
                " in the middle has {median} ({year}; {source})."
            ),
            own=with_unit(self.own, unit, t),
            lower=self.lower,
            n=self.n,
            size=size_name(self.size, t),
            median=with_unit(self.median, unit, t),
            year=self.year,
            source=", ".join(self.sources),
        )


def size_name(size: str, t: Translator) -> str:
    """Write a size class."""
    return t(SIZES[size]) if size in SIZES else size


def position(  # noqa: PLR0913 - whom we compare with has this many sides
    peers: pd.DataFrame,
    kpi: str,
    own: float,
    *,
    channel: str,
    size: str,
    year: int | None = None,
    us: str = "",
) -> Position:
    """
    Put our own value among those of peers of one size, channel and year.

    Args:
        peers: Frame of :data:`workshop_kit.metrics.readers.schema.PEERS`.
        kpi: Id in the catalogue.
        own: Our value for that year, in the unit of the KPI.
        channel: Channel of our value.
        size: Our size class, in the words of the file.
        year: By default the latest with enough peers, else the latest.
        us: Our name, if we are in the file ourselves; we are no peer of our own.

    Raises:
        MetricsError: The KPI or size is not there, or a peer stands twice.
    """
    entry(kpi)
    sizes = sorted(peers["size"].dropna().unique())
    if size not in sizes:
        raise MetricsError(
            N_("There are no peers of size “{size}”."),
            fix=N_("Choose one of: {known}."),
            size=size,
            known=", ".join(sizes) or "-",
        )
    found = peers[
        peers["kpi"].eq(kpi)
        & peers["channel"].eq(channel)
        & peers["size"].eq(size)
        & peers["value"].notna()
        & peers["institution"].ne(us)
    ]
    counts = found["year"].value_counts()
    if year is None and len(counts):
        enough = counts[counts.ge(FEWEST)]
        year = int((enough if len(enough) else counts).index.max())
    found = found[found["year"].eq(year)] if year is not None else found
    twice = found["institution"].duplicated()
    if twice.any():
        raise MetricsError(
            N_("{institution} stands twice for {kpi} in {year}."),
            fix=N_("Keep one of the two lines."),
            institution=found.loc[twice, "institution"].iloc[0],
            kpi=kpi,
            year=year,
        )
    values = found["value"].astype(float).sort_values()
    enough_peers = len(values) >= FEWEST
    return Position(
        kpi=kpi,
        channel=channel,
        size=size,
        year=year,
        n=len(values),
        own=own,
        others=tuple(values) if enough_peers else (),
        lower=int(values.lt(own).sum()) if enough_peers else 0,
        median=float(values.median()) if enough_peers else None,
        sources=tuple(sorted(found["source"].dropna().unique())),
    )
