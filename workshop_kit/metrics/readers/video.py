"""YouTube Studio and TikTok Studio: per video, per day, followers."""

from __future__ import annotations

from workshop_kit.metrics.readers.layout import Layout, metric

HOURS = metric("Watch time (hours)", whole=False)
FOLLOWING = metric("Subscribers", meaning="won less lost")

YOUTUBE = Layout(
    id="youtube_videos",
    platform="youtube",
    grain="posts",
    fields={
        "post_id": ("Content", "Video"),
        "title": ("Video title",),
        "published_at": ("Video publish time",),
    },
    metrics={
        "views": metric("Views", meaning="in the period that was chosen"),
        "hours_viewed": HOURS,
        "likes": metric("Likes"),
        "comments": metric("Comments added", "Comments"),
        "shares": metric("Shares"),
        "impressions": metric(
            "Thumbnail impressions",
            "Impressions",
            meaning="times its picture was shown on YouTube",
        ),
        "follows": FOLLOWING,
    },
    needs=("post_id", "title", "published_at", "views"),
)

YOUTUBE_DAYS = Layout(
    id="youtube_days",
    platform="youtube",
    grain="days",
    fields={"day": ("Date",)},
    metrics={"views": metric("Views"), "hours_viewed": HOURS, "follows": FOLLOWING},
    needs=("day", "views", "hours_viewed"),
    negative=True,
)

TIKTOK = Layout(
    id="tiktok_posts",
    platform="tiktok",
    grain="posts",
    fields={
        "post_id": ("Video link",),
        "title": ("Video title",),
        "published_at": ("Post time",),
    },
    metrics={
        "likes": metric("Total likes"),
        "comments": metric("Total comments"),
        "shares": metric("Total shares"),
        "views": metric("Total views", meaning="not those of the last 7 days"),
    },
    needs=("post_id", "published_at", "views"),
)

TIKTOK_DAYS = Layout(
    id="tiktok_days",
    platform="tiktok",
    grain="days",
    fields={"day": ("Date",)},
    metrics={
        "views": metric("Video Views"),
        "profile_visits": metric("Profile Views"),
        "likes": metric("Likes"),
        "comments": metric("Comments"),
        "shares": metric("Shares"),
    },
    needs=("day", "views", "profile_visits"),
    negative=True,
)

TIKTOK_FOLLOWERS = Layout(
    id="tiktok_followers",
    platform="tiktok",
    grain="days",
    fields={"day": ("Date",)},
    metrics={
        "followers": metric("Followers", meaning="at the end of the day"),
        "follows": metric("Difference in followers from previous day"),
    },
    needs=("day", "followers", "follows"),
    negative=True,
)

TIKTOK_VIEWERS = Layout(
    id="tiktok_viewers",
    platform="tiktok",
    grain="days",
    fields={"day": ("Date",)},
    metrics={
        "reach": metric("Total Viewers", meaning="people, each once a day"),
        "new_viewers": metric("New Viewers"),
        "returning_viewers": metric("Returning Viewers"),
    },
    needs=("day", "reach", "new_viewers"),
)

LAYOUTS = (
    YOUTUBE,
    YOUTUBE_DAYS,
    TIKTOK,
    TIKTOK_DAYS,
    TIKTOK_FOLLOWERS,
    TIKTOK_VIEWERS,
)
