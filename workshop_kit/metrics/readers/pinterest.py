"""Pinterest: the analytics overview, of which the block per day is read."""

from __future__ import annotations

from workshop_kit.metrics.readers.layout import Layout, metric

LAYOUTS = tuple(
    Layout(
        id="pinterest_days",
        platform="pinterest",
        grain="days",
        fields={"day": ("Date",)},
        metrics={name: metric(header, meaning=meaning)},
        needs=("day", name),
        preamble=True,
        title="analytics overview",
        block=True,
    )
    for name, header, meaning in (
        ("impressions", "Impressions", "later exports may be higher"),
        ("engagements", "Engagements", "later exports may be higher"),
        ("clicks", "Outbound clicks", "clicks to the website"),
        ("saves", "Saves", "later exports may be higher"),
        ("reach", "Total audience", "people, each once"),
    )
)
