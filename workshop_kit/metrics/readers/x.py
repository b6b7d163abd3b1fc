"""X: the old Tweet activity, the content and overview exports, an archive of tweets."""

from __future__ import annotations

from workshop_kit.metrics.readers.layout import Layout, metric

ACTIVITY = Layout(
    id="twitter_activity",
    platform="x",
    grain="posts",
    fields={
        "post_id": ("Tweet id",),
        "text": ("Tweet text",),
        "published_at": ("time",),
    },
    metrics={
        "impressions": metric("impressions", meaning="times it was shown"),
        "engagements": metric("engagements", meaning="clicks anywhere included"),
        "shares": metric("retweets"),
        "comments": metric("replies"),
        "likes": metric("likes", "favorites"),
        "profile_visits": metric("user profile clicks"),
        "clicks": metric("url clicks", meaning="clicks on links"),
        "follows": metric("follows"),
        "media_views": metric("media views"),
        "impressions_paid": metric("promoted impressions"),
        "engagements_paid": metric("promoted engagements"),
        "shares_paid": metric("promoted retweets"),
        "comments_paid": metric("promoted replies"),
        "likes_paid": metric("promoted likes", "promoted favorites"),
        "clicks_paid": metric("promoted url clicks"),
    },
    needs=("post_id", "published_at", "impressions"),
    zone="UTC",
)

CONTENT = Layout(
    id="x_posts",
    platform="x",
    grain="posts",
    fields={
        "post_id": ("Post id",),
        "published_at": ("Date",),
        "text": ("Post text",),
        "link": ("Post Link",),
    },
    metrics={
        "impressions": metric("Impressions", meaning="times it was shown"),
        "likes": metric("Likes"),
        "engagements": metric("Engagements", meaning="clicks anywhere included"),
        "saves": metric("Bookmarks"),
        "sent_on": metric("Shares", meaning="sent on outside the timeline"),
        "follows": metric("New follows"),
        "comments": metric("Replies"),
        "shares": metric("Reposts"),
        "profile_visits": metric("Profile visits"),
        "clicks": metric("URL Clicks", meaning="clicks on links"),
    },
    needs=("post_id", "published_at", "link", "impressions"),
)

OVERVIEW = Layout(
    id="x_days",
    platform="x",
    grain="days",
    fields={"day": ("Date",)},
    metrics={
        "impressions": metric("Impressions"),
        "likes": metric("Likes"),
        "engagements": metric("Engagements"),
        "saves": metric("Bookmarks"),
        "sent_on": metric("Shares"),
        "follows": metric("New follows"),
        "unfollows": metric("Unfollows"),
        "comments": metric("Replies"),
        "shares": metric("Reposts"),
        "profile_visits": metric("Profile visits"),
        "posts": metric("Create Post", meaning="posts made"),
        "video_views": metric("Video views"),
        "media_views": metric("Media views"),
    },
    needs=("day", "impressions", "unfollows", "shares"),
)

VIDEO = Layout(
    id="x_video_days",
    platform="x",
    grain="days",
    fields={"day": ("Date",), "share": ("Completion Rate",)},
    metrics={
        "video_views": metric("Views"),
        "milliseconds_viewed": metric("Watch Time (ms)", whole=False),
    },
    needs=("day", "share", "video_views"),
    preamble=True,
    title="video overview",
)

ARCHIVE = Layout(
    id="twitter_archive",
    platform="twitter",
    grain="posts",
    fields={
        "post_id": ("post_id",),
        "published_at": ("created_at_utc",),
        "kind": ("kind",),
    },
    metrics={
        "likes": metric(
            "favorite_count", meaning="likes of the tweet up to the day of the archive"
        ),
        "shares": metric(
            "retweet_count",
            meaning="retweets of the tweet up to the day of the archive",
        ),
    },
    needs=("post_id", "published_at", "likes", "shares"),
    zone="UTC",
)

LAYOUTS = (ACTIVITY, CONTENT, OVERVIEW, VIDEO, ARCHIVE)
