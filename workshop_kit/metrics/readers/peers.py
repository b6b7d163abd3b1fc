"""Our own ``peers.csv``: figures of other institutions, each with year and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers import schema
from workshop_kit.metrics.readers.layout import Layout, metric
from workshop_kit.metrics.readers.values import Seen, numbers

if TYPE_CHECKING:
    from workshop_kit.metrics.readers.reading import Reading

SIZES = ("small", "middle", "large")
"""Size classes; what they mean is said in docs/figures.md."""

LAYOUT = Layout(
    id="peers",
    platform=None,
    grain="peers",
    fields={
        "institution": ("institution",),
        "size": ("size",),
        "kpi": ("kpi",),
        "channel": ("channel",),
        "year": ("year",),
        "source": ("source",),
    },
    metrics={"value": metric("value", whole=False), "n": metric("n")},
    needs=("institution", "size", "kpi", "channel", "year", "value", "source"),
)


def read(reading: Reading) -> None:
    """
    Add the peers of a table to what was found.

    Raises:
        MetricsError: A cell that must be filled is empty, a size or year that is
            none, or one institution stands twice for a KPI, channel and year.
    """
    cells = reading.cells
    for name in LAYOUT.needs:
        empty = cells[name].isna() & (name != "value")
        if empty.any():
            raise reading.column(name).unreadable(empty)
    year = numbers(reading.column("year"), Seen())
    odd = ~year.between(1990, 2100).fillna(value=False)
    if odd.any():
        raise reading.column("year").unreadable(odd.astype(bool))
    size = cells["size"].astype("string").str.casefold()
    if not size.isin(SIZES).all():
        raise reading.column("size").unreadable(~size.isin(SIZES))
    frame = pd.DataFrame(
        {
            **{name: reading.text(name) for name in LAYOUT.fields},
            "size": size,
            "year": year,
            **_values(reading),
            "row": cells.index,
        }
    )
    again = frame.duplicated(["institution", "kpi", "channel", "year"])
    if again.any():
        raise MetricsError(
            N_("Row {row}: {institution} stands twice with this KPI and year."),
            where=reading.sheet.file,
            fix=N_("Remove one of them."),
            row=cells.index[again.to_numpy(dtype=bool)][0],
            institution=str(frame.loc[again, "institution"].iloc[0])[:60],
        )
    reading.found.peers.append(schema.conform(frame, schema.PEERS))


def _values(reading: Reading) -> dict[str, pd.Series[float]]:
    seen = Seen()
    # A KPI as the growth of followers can be below 0.
    value = numbers(reading.column("value"), seen, whole=False, negative=True)
    n = numbers(reading.column("n"), seen) if "n" in reading.cells else None
    return {"value": value} | ({} if n is None else {"n": n})
