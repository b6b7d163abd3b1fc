"""Our own CSV for figures of any other source: documented in docs/figures.md."""

from __future__ import annotations

from workshop_kit.metrics.readers.layout import Layout, metric

COUNTS = (
    "views",
    "impressions",
    "reach",
    "likes",
    "comments",
    "shares",
    "saves",
    "clicks",
    "engagements",
    "video_views",
    "follows",
)
"""Metrics that posts may have, under their own name as header."""

POSTS = Layout(
    id="generic_posts",
    platform=None,
    grain="posts",
    fields={
        "platform": ("platform",),
        "account": ("account",),
        "post_id": ("post_id",),
        "published_at": ("published_at",),
        "kind": ("kind",),
        "form": ("form",),
        "promoted": ("promoted",),
    },
    metrics={name: metric(name) for name in COUNTS},
    needs=("post_id", "published_at"),
    lacks=("favorite_count",),
)

DAYS = Layout(
    id="generic_days",
    platform=None,
    grain="days",
    fields={
        "platform": ("platform",),
        "account": ("account",),
        "day": ("day",),
        "segment": ("segment",),
    },
    metrics={
        name: metric(name)
        for name in (*COUNTS, "followers", "visitors", "sessions", "goals")
    },
    needs=("day",),
    negative=True,
)

LAYOUTS = (POSTS, DAYS)
