"""LinkedIn pages: updates, posts, followers and visitors, of 2020 and of now."""

from __future__ import annotations

from workshop_kit.metrics.readers.layout import Layout, Metric, metric


def _split(name: str, *words: str) -> dict[str, Metric]:
    """Name a daily figure with its total, organic and sponsored columns."""
    return {
        name + ending: metric(*(f"{word} ({part})" for word in words))
        for ending, part in (
            ("", "total"),
            ("_organic", "organic"),
            ("_paid", "sponsored"),
        )
    }


DAYS = Layout(
    id="linkedin_days",
    platform="linkedin",
    grain="days",
    fields={"day": ("Date",)},
    metrics={
        **_split("impressions", "Impressions"),
        "reach_organic": metric("Unique impressions (organic)"),
        **_split("all_clicks", "Clicks"),
        **_split("likes", "Reactions"),
        **_split("comments", "Comments"),
        **_split("shares", "Reposts", "Shares"),
    },
    needs=("day", "impressions", "likes"),
    order="mdy",
    preamble=True,
    negative=True,
)

POSTS = Layout(
    id="linkedin_posts",
    platform="linkedin",
    grain="posts",
    fields={
        "post_id": ("Post link", "Update link"),
        "published_at": ("Created date",),
        "form": ("Content Type",),
        "promoted": ("Post type", "Update type"),
        "by": ("Posted by",),
    },
    metrics={
        "impressions": metric("Impressions", meaning="times it was shown"),
        "video_views": metric(
            "Views", "Video views", "Views (excluding off-site video views)"
        ),
        "all_clicks": metric("Clicks", meaning="on content, name or logo"),
        "likes": metric("Likes"),
        "comments": metric("Comments"),
        "shares": metric("Reposts", "Shares"),
        "follows": metric("Follows"),
    },
    needs=("post_id", "published_at", "by", "impressions"),
    order="mdy",
    preamble=True,
)

FOLLOWERS = Layout(
    id="linkedin_followers",
    platform="linkedin",
    grain="days",
    fields={"day": ("Date",)},
    metrics={
        "follows": metric("Total followers", meaning="new followers of that day"),
        "follows_organic": metric("Organic followers"),
        "follows_paid": metric("Sponsored followers"),
        "follows_invited": metric("Auto-invited followers"),
    },
    needs=("day", "follows", "follows_organic", "follows_paid"),
    order="mdy",
    preamble=True,
    negative=True,
)

VISITORS = Layout(
    id="linkedin_visitors",
    platform="linkedin",
    grain="days",
    fields={"day": ("Date",)},
    metrics={
        "page_views": metric("Total page views (total)"),
        "unique_visitors": metric("Total unique visitors (total)"),
    },
    needs=("day", "unique_visitors"),
    order="mdy",
    preamble=True,
)

LAYOUTS = (DAYS, POSTS, FOLLOWERS, VISITORS)
