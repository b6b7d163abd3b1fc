"""Mastodon, Bluesky and Flickr: posts as JSON, from an interface or an archive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers import dates, posts, schema
from workshop_kit.metrics.readers.source import MAX_SHEET_BYTES, too_large
from workshop_kit.metrics.readers.text import decode
from workshop_kit.metrics.readers.values import LARGEST, Column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workshop_kit.metrics.readers.reading import Found
    from workshop_kit.metrics.readers.result import Answers
    from workshop_kit.metrics.readers.source import Part

    Record = dict[str, Any]

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "mastodon": {
        "likes": "favourites_count",
        "comments": "replies_count",
        "shares": "reblogs_count",
    },
    "bluesky": {
        "likes": "likeCount",
        "comments": "replyCount",
        "shares": "repostCount",
        "quotes": "quoteCount",
    },
    "flickr": {
        "likes": "count_faves",
        "comments": "count_comments",
        "views": "count_views",
    },
}
"""Our metrics and what each platform calls them."""


def load(part: Part) -> Any:
    """
    Read a JSON file.

    Raises:
        MetricsError: Too large, no UTF-8, or no JSON.
    """
    if part.size() > MAX_SHEET_BYTES:
        raise too_large(part.name, MAX_SHEET_BYTES)
    try:
        return json.loads(decode(part.read(), part.name))
    except (ValueError, RecursionError):
        raise MetricsError(
            N_("This is not readable JSON; it may be cut off."),
            where=part.name,
            fix=N_("Export the file again."),
        ) from None


def read(content: Any, part: Part, answers: Answers, found: Found) -> str | None:
    """
    Add the posts of a JSON file to what was found.

    Returns:
        The id of the format; None if it is not known.

    Raises:
        MetricsError: A count or time that cannot be read.
    """
    for name, (platform, records) in _FORMATS.items():
        known = records(content)
        if known is not None:
            _keep(known, platform, part, answers, found)
            if name == "mastodon_archive":
                found.note(
                    "no_counts",
                    N_("An archive of Mastodon holds posts but no counts."),
                    part.name,
                )
            return name
    return None


def _keep(
    records: list[Record], platform: str, part: Part, answers: Answers, found: Found
) -> None:
    passed_on = [r for r in records if r["kind"] == "retweet"]
    if passed_on:
        found.note(
            "passed_on",
            N_("Posts of others that were passed on and left out: {n}."),
            part.name,
            n=len(passed_on),
        )
    own = [r for r in records if r["kind"] != "retweet"]
    index = pd.RangeIndex(1, len(own) + 1)
    times = pd.Series([_text(r["time"]) for r in own], index=index, dtype="string")
    when = dates.read(Column(times, "time", part.name), answers)
    found.dated(when)
    frame = pd.DataFrame(
        {
            "platform": platform,
            "account": [answers.account or _text(r["account"]) for r in own],
            "post_id": [_text(r["id"]) for r in own],
            "published_at": when.times,
            "zone_known": when.zone_known,
            "kind": [r["kind"] for r in own],
            "form": None,
            "promoted": None,
            "export_date": answers.export_date and pd.Timestamp(answers.export_date),
            "source_file": part.name,
            "row": index,
        },
        index=index,
    )
    for metric, key in MEANINGS[platform].items():
        counts = [_count(r["counts"].get(key), key, n, part) for n, r in enumerate(own)]
        frame[metric] = pd.array(counts, dtype="Float64")
        found.definitions[metric] = key
    posts.keep(schema.posts(frame), found, part.name)
    if answers.export_date is None and own:
        found.ask("export_date")


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None


def _count(value: Any, key: str, place: int, part: Part) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = float(value)
    if type(value) in {int, float} and 0 <= value <= LARGEST:
        return float(value)
    raise MetricsError(
        N_("Row {row}, column {column}: “{value}” cannot be read."),
        where=part.name,
        fix=N_("Correct this cell or leave it empty; nothing was loaded."),
        row=place + 1,
        column=key,
        value=str(value)[:60],
    )


def _all(items: Any, *keys: str) -> list[Record] | None:
    """Return a list of objects that each have these keys, or None."""
    if not isinstance(items, list) or not items:
        return None
    known = all(isinstance(i, dict) and all(k in i for k in keys) for i in items)
    return items if known else None


def _of(item: Any, key: str) -> Any:
    return item.get(key) if isinstance(item, dict) else None


def _statuses(content: Any) -> list[Record] | None:
    items = _all(content, "id", "created_at", "favourites_count")
    return items and [
        {
            "id": item["id"],
            "account": _of(item.get("account"), "acct"),
            "time": item["created_at"],
            "kind": _kind(item.get("reblog"), item.get("in_reply_to_id")),
            "counts": item,
        }
        for item in items
    ]


def _kind(passed_on: Any, reply: Any) -> str:
    return "retweet" if passed_on else "reply" if reply else "original"


def _outbox(content: Any) -> list[Record] | None:
    items = _all(_of(content, "orderedItems"), "id", "type", "published")
    return items and [
        {
            "id": _of(item.get("object"), "id") or item["id"],
            "account": item.get("actor"),
            "time": item["published"],
            "kind": _kind(
                item["type"] == "Announce", _of(item.get("object"), "inReplyTo")
            ),
            "counts": {},
        }
        for item in items
    ]


def _feed(content: Any) -> list[Record] | None:
    pages = content if isinstance(content, list) else [content]
    feeds = [_all(_of(page, "feed"), "post") for page in pages]
    if not feeds or any(feed is None for feed in feeds):
        return None
    items = [item for feed in feeds for item in feed or ()]
    if _all([item["post"] for item in items], "uri", "indexedAt") is None:
        return None
    return [_bluesky(item["post"], item.get("reason")) for item in items]


def _bluesky(post: Record, reason: Any) -> Record:
    record = post.get("record")
    repost = "Repost" in str(_of(reason, "$type") or "")
    return {
        "id": post["uri"],
        "account": _of(post.get("author"), "handle"),
        "time": _of(record, "createdAt") or post["indexedAt"],
        "kind": _kind(repost, _of(record, "reply")),
        "counts": post,
    }


def _photos(content: Any) -> list[Record] | None:
    photos = content if isinstance(content, list) else [content]
    items = _all(photos, "id", "count_views", "count_faves")
    return items and [
        {
            "id": item["id"],
            "account": None,
            "time": item.get("date_imported"),
            "kind": "original",
            "counts": item,
        }
        for item in items
    ]


_FORMATS: Mapping[str, tuple[str, Callable[[Any], list[Record] | None]]] = {
    "mastodon_posts": ("mastodon", _statuses),
    "mastodon_archive": ("mastodon", _outbox),
    "bluesky_posts": ("bluesky", _feed),
    "flickr_photos": ("flickr", _photos),
}
NAMES = tuple(_FORMATS)
