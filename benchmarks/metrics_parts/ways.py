# ruff: noqa: PLC0415, S608 - each way imports its own; no SQL from outside
"""
The same KPIs in each way: file to a list of (channel, month, KPI, value, n).

Run as ``python ways.py WAY FILE OUT``, it imports what the way needs, then does the
work once, and prints how long the work took, without the imports. Each way reads ids as
text and times as times, takes an empty cell for not available, counts original posts
only, and finds out whether a post stands in the file twice. A rate rests on the posts
of which all its figures are known. Each reads only the columns it needs.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

IMPORTS = {
    "ours": (
        "workshop_kit.metrics.kpi",
        "workshop_kit.metrics.readers.recognise",
        "polars",
    ),
    "pandas": ("pandas",),
    "polars": ("polars",),
    "duckdb": ("duckdb",),
}

METRICS = ("views", "reach", "likes", "comments", "shares", "saves", "clicks")
ENGAGEMENT = ("likes", "comments", "shares", "saves")
PER_POST = {"applause": "likes", "conversation": "comments", "amplification": "shares"}
RATIOS = {
    "er_reach_sum": ("engagement", "reach"),
    "er_impr": ("engagement", "views"),
    "virality": ("shares", "views"),
    "ctr": ("clicks", "views"),
}
"""What is above and below the line, times 100."""

KPIS = ("posts", *PER_POST, *RATIOS, "er_reach_mean")

Rows = list[tuple[str, str, str, float | None, int]]


def ours(path: str) -> Rows:
    """Read the file and ask for each KPI."""
    from workshop_kit import metrics
    from workshop_kit.metrics import kpi

    totals = metrics.read(path).totals
    rows: Rows = []
    for name in kpi.computable(totals):
        table = kpi.monthly(totals, name)
        rows += zip(
            table["channel"],
            table["period"].astype("str"),
            table["kpi"],
            table["value"].astype("float64"),
            table["n"],
            strict=True,
        )
    return rows


def pandas(path: str) -> Rows:
    """With pandas' fast parser and one groupby."""
    import pandas as pd

    frame = pd.read_csv(
        path,
        usecols=["platform", "post_id", "published_at", "kind", *METRICS],
        dtype={"platform": "category", "kind": "category", "post_id": "str"},
        parse_dates=["published_at"],
        date_format="%Y-%m-%dT%H:%M:%SZ",
    )
    assert not frame["post_id"].duplicated().any()
    frame = frame[frame["kind"] == "original"]
    frame["month"] = frame["published_at"].dt.to_period("M")
    frame["engagement"] = sum(frame[name] for name in ENGAGEMENT)
    sums, counts = {}, {}
    for name, metric in PER_POST.items():
        sums[name], counts[name] = frame[metric], frame[metric].notna()
    for name, (above, below) in RATIOS.items():
        known = frame[above].notna() & frame[below].notna()
        sums[name], counts[name] = frame[above].where(known), known
        sums[name + "_below"] = frame[below].where(known)
    rate = frame["engagement"] / frame["reach"].where(frame["reach"] > 0)
    sums["er_reach_mean"], counts["er_reach_mean"] = rate, rate.notna()
    keys = [frame["platform"], frame["month"]]
    added = pd.DataFrame(sums).groupby(keys, observed=True).sum()
    n = pd.DataFrame(counts).groupby(keys, observed=True).sum()
    n["posts"] = frame.groupby(["platform", "month"], observed=True).size()
    rows: Rows = []
    for name in KPIS:
        if name == "posts":
            values = n["posts"].astype("float64")
        elif name in RATIOS:
            values = 100 * added[name] / added[name + "_below"]
        else:
            factor = 100 if name == "er_reach_mean" else 1
            values = factor * added[name] / n[name]
        rows += [
            (channel, str(month), name, value, count)
            for (channel, month), value, count in zip(
                values.index, values, n[name], strict=True
            )
        ]
    return rows


def polars(path: str) -> Rows:
    """With a lazy scan, streaming, of which both parts read the file once."""
    import polars as pl

    text = ("platform", "account", "post_id", "published_at", "kind", "caption")
    schema = dict.fromkeys(text, pl.String) | dict.fromkeys(METRICS, pl.Int64)
    scan = pl.scan_csv(path, schema=pl.Schema(schema))
    time = pl.col("published_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ")
    engagement = pl.col("likes") + pl.col("comments") + pl.col("shares")
    engagement += pl.col("saves")
    figures = {"engagement": engagement} | {name: pl.col(name) for name in METRICS}
    reach = pl.col("reach")
    rate = engagement / pl.when(reach > 0).then(reach)
    aggregates = [pl.len().alias("posts_n")]
    for name, metric in PER_POST.items():
        aggregates += [
            pl.col(metric).mean().alias(name),
            pl.col(metric).count().alias(name + "_n"),
        ]
    for name, pair in RATIOS.items():
        above, below = (figures[metric] for metric in pair)
        known = above.is_not_null() & below.is_not_null()
        ratio = pl.when(known).then(above).sum() / pl.when(known).then(below).sum()
        aggregates += [
            (100 * ratio).alias(name),
            known.sum().alias(name + "_n"),
        ]
    aggregates += [
        (100 * rate.mean()).alias("er_reach_mean"),
        rate.count().alias("er_reach_mean_n"),
    ]
    months = (
        scan.filter(pl.col("kind") == "original")
        .group_by("platform", time.dt.truncate("1mo").alias("month"))
        .agg(aggregates)
        .with_columns(pl.col("posts_n").cast(pl.Float64).alias("posts"))
    )
    ids = scan.select(pl.len(), pl.col("post_id").n_unique().alias("ids"))
    added, checks = pl.collect_all([months, ids], engine="streaming")
    assert checks["len"][0] == checks["ids"][0]
    return [
        (row["platform"], f"{row['month']:%Y-%m}", name, row[name], row[name + "_n"])
        for name in KPIS
        for row in added.iter_rows(named=True)
    ]


def duckdb(path: str) -> Rows:
    """With a table of the columns that are needed, and two questions to it."""
    import duckdb as db

    types = dict.fromkeys(("platform", "account", "post_id"), "VARCHAR")
    types |= {"published_at": "TIMESTAMP", "kind": "VARCHAR", "caption": "VARCHAR"}
    types |= dict.fromkeys(METRICS, "BIGINT")
    needed = ", ".join(("platform", "post_id", "published_at", "kind", *METRICS))
    columns = ["count(*)::DOUBLE AS posts", "count(*) AS posts_n"]
    for name, metric in PER_POST.items():
        columns += [f"avg({metric}) AS {name}", f"count({metric}) AS {name}_n"]
    for name, (above, below) in RATIOS.items():
        known = f"FILTER ({above} IS NOT NULL AND {below} IS NOT NULL)"
        columns += [
            f"100 * sum({above}) {known} / sum({below}) {known} AS {name}",
            f"count(*) {known} AS {name}_n",
        ]
    rate = "engagement / nullif(reach, 0)"
    columns += [
        f"100 * avg({rate}) AS er_reach_mean",
        f"count({rate}) AS er_reach_mean_n",
    ]
    base = db.connect()
    base.execute(
        f"CREATE TABLE posts AS SELECT {needed} FROM read_csv(?, columns={types},"
        " header=true, delim=',', quote='\"', escape='\"',"
        " timestampformat='%Y-%m-%dT%H:%M:%SZ')",
        [path],
    )
    twice = base.execute("SELECT count(*) - count(DISTINCT post_id) FROM posts")
    assert twice.fetchall() == [(0,)]
    answer = base.execute(
        "WITH p AS (SELECT *, likes + comments + shares + saves AS engagement FROM"
        " posts WHERE kind = 'original') SELECT platform,"
        " strftime(date_trunc('month', published_at), '%Y-%m') AS month,"
        f" {', '.join(columns)} FROM p GROUP BY ALL"
    )
    places = {column[0]: place for place, column in enumerate(answer.description)}
    found = answer.fetchall()
    return [
        (row[0], row[1], name, row[places[name]], row[places[name + "_n"]])
        for name in KPIS
        for row in found
    ]


WAYS: dict[str, Callable[[str], Rows]] = {
    "ours": ours,
    "pandas": pandas,
    "polars": polars,
    "duckdb": duckdb,
}


def main(way: str, path: str, out: str) -> None:
    """Do the work once and say how long it took."""
    for module in IMPORTS[way]:
        importlib.import_module(module)
    began, processor = time.perf_counter(), time.process_time()
    rows = WAYS[way](path)
    told: dict[str, Any] = {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - processor,
    }
    plain = [
        (str(channel), str(month), name, float(value), int(n))
        for channel, month, name, value, n in rows
        if value is not None
    ]
    Path(out).write_text(json.dumps(plain), encoding="utf-8")
    told["version"] = getattr(sys.modules.get(IMPORTS[way][0]), "__version__", "")
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
