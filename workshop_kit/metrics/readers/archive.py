"""Reader of an account's own archive of posts: likes and retweets per tweet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers import schema, table

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

POSTS = schema.LONG
"""Columns of the tidy frame: one row per post and metric, missing is always NA."""

COLUMNS = {
    "post_id": ("post_id",),
    "published_at": ("created_at_utc",),
    "kind": ("kind",),
    "likes": ("favorite_count",),
    "shares": ("retweet_count",),
}
"""Our name and the headers it is known by; other columns are left alone."""

RETWEET = "retweet"
TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Metric:
    name: str
    definition: str


METRICS = (
    _Metric(
        name="likes",
        definition="favorite_count: likes of the tweet up to the day of the archive",
    ),
    _Metric(
        name="shares",
        definition="retweet_count: retweets of the tweet up to the day of the archive",
    ),
)

_COUNT = re.compile(r"[0-9]{1,15}(\.0)?")


def read(
    path: Path | str,
    *,
    account: str = "sfomuseum",
    export_date: dt.date | None = None,
) -> pd.DataFrame:
    """
    Read an archive of tweets, such as ``data/sfomuseum_twitter/tweets.csv``.

    Needed headers, in any order and any case: ``post_id``, ``created_at_utc``
    (``2011-09-15T18:59:24Z``), ``kind``, ``favorite_count``, ``retweet_count``.

    A retweet has no figures: what the archive writes beside it belongs to the
    post of somebody else, so its values are NA.

    Args:
        path: CSV file, UTF-8.
        account: Whose archive it is; the file does not say. By default the
            account of the sample data.
        export_date: Day the archive was made, on which its counts stood. NA by
            default, because the file does not say.

    Returns:
        One row per post and metric (``likes``, ``shares``), columns as in
        :data:`POSTS`; ``row`` is the line of the file. An empty cell is NA.

    Raises:
        MetricsError: The file is missing, not such a table, holds a post twice,
            or a time or count that cannot be read. Nothing of it is loaded then.
    """
    source = table.load(path)
    places = source.columns(COLUMNS)
    cells = pd.DataFrame(
        {name: [row[i].strip() for row in source.rows] for name, i in places.items()},
        dtype="string",
    ).replace("", pd.NA)
    _once(cells["post_id"], source)
    common = pd.DataFrame(
        {
            "platform": "twitter",
            "account": account,
            "post_id": cells["post_id"],
            "published_at": _times(cells["published_at"], source),
            "zone_known": True,
            "kind": cells["kind"],
            "export_date": pd.Timestamp(export_date) if export_date else pd.NaT,
            "source_file": source.file,
            "row": list(source.lines),
        },
        index=cells.index,
    )
    parts = [
        common.assign(
            metric=metric.name,
            value=_counts(cells[metric.name], source).mask(
                cells["kind"].str.casefold().eq(RETWEET).fillna(value=False)
            ),
            metric_definition=metric.definition,
        )
        for metric in METRICS
    ]
    return schema.conform(pd.concat(parts, ignore_index=True), POSTS)


def _once(ids: pd.Series[str], source: table.Table) -> None:
    again = ids.notna() & ids.duplicated()
    if again.any():
        first = int(again.to_numpy(dtype=bool).argmax())
        raise MetricsError(
            N_("Line {line}: post {post} stands in the file twice."),
            where=source.file,
            fix=N_("Export the file again; two exports may have been joined."),
            line=source.lines[first],
            post=str(ids.iloc[first])[:60],
        )


def _times(cells: pd.Series[str], source: table.Table) -> pd.Series[pd.Timestamp]:
    times = pd.to_datetime(cells, format=TIME, utc=True, errors="coerce")
    wrong = times.isna() & cells.notna()
    if wrong.any():
        raise _unreadable(cells, wrong, "published_at", source)
    return times


def _counts(cells: pd.Series[str], source: table.Table) -> pd.Series[int]:
    wrong = cells.notna() & ~cells.str.fullmatch(_COUNT).fillna(value=False)
    if wrong.any():
        raise _unreadable(cells, wrong, str(cells.name), source)
    return cells.str.removesuffix(".0").astype("Int64")


def _unreadable(
    cells: pd.Series[str], wrong: pd.Series[bool], name: str, source: table.Table
) -> MetricsError:
    first = int(wrong.to_numpy(dtype=bool).argmax())
    return MetricsError(
        N_("Line {line}, column {column}: “{value}” cannot be read."),
        where=source.file,
        fix=N_("Correct this cell or leave it empty; nothing was loaded."),
        line=source.lines[first],
        column=COLUMNS[name][0],
        value=str(cells.iloc[first])[:60],
    )
