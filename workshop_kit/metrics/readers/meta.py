"""Facebook and Instagram, as Meta Business Suite and the old Insights export them."""

from __future__ import annotations

from workshop_kit.metrics.readers.layout import Layout, metric

POST_ID = ("Post ID", "Bericht-ID", "Publicerings-id", "Beitrags-ID")
TIME = ("Publish time", "Publicatietijdstip", "Publiceringstid")
FORM = ("Post type", "Berichttype", "Inläggstyp")
REACH = metric("Reach", "Bereik", "Räckvidd", meaning="people who saw it, each once")
VIEWS = metric("Views", "Weergaven", "Visningar", meaning="times it was seen")
LIFETIME = "up to the day of the export"

FACEBOOK = Layout(
    id="facebook_posts",
    platform="facebook",
    grain="posts",
    fields={
        "page": ("Page ID", "Pagina-ID", "Sid-id"),
        "account": ("Page name", "Paginanaam", "Sidnamn"),
        "post_id": POST_ID,
        "published_at": TIME,
        "form": FORM,
    },
    metrics={
        "views": VIEWS,
        "impressions": metric("Impressions", meaning="times it was shown"),
        "reach": REACH,
        "reach_organic": metric("Bereik via Organische berichten"),
        "reach_paid": metric("Bereik via Gepromote berichten"),
        # Dutch Reacties are reactions, not comments: those are Opmerkingen.
        "likes": metric(
            "Reactions",
            "Reacties",
            "Reaktioner",
            meaning=f"likes and all other reactions {LIFETIME}",
        ),
        "comments": metric("Comments", "Opmerkingen", "Kommentarer"),
        "shares": metric("Shares", "Deelacties", "Delningar"),
        "engagements": metric(
            "Reactions, comments and shares",
            "Reacties, opmerkingen en deelacties",
            "Reaktioner, kommentarer och delningar",
            meaning="their sum",
        ),
        "all_clicks": metric(
            "Total clicks", "Totaal aantal klikken", "Totalt antal klick"
        ),
        "clicks": metric("Link clicks", "Klikken op link", "Länkklick"),
        "other_clicks": metric("Other clicks", "Overige klikken", "Övriga klick"),
        "video_views": metric("3-second video views", "Videoweergaven van 3 seconden"),
        "minute_views": metric("1-minute video views", "Videoweergaven van 1 minuut"),
        "seconds_viewed": metric("Seconds viewed", "Seconden bekeken", whole=False),
    },
    needs=("page", "published_at", "form"),
    lacks=("Account username", "Gebruikersnaam account"),
    order="mdy",
)

INSIGHTS = Layout(
    id="facebook_insights",
    platform="facebook",
    grain="posts",
    fields={
        "post_id": ("Post ID",),
        "published_at": ("Posted",),
        "form": ("Type",),
        "message": ("Post Message",),
    },
    metrics={
        "reach": metric("Lifetime Post Total Reach"),
        "reach_organic": metric("Lifetime Post organic reach"),
        "reach_paid": metric("Lifetime Post Paid Reach"),
        "impressions": metric("Lifetime Post Total Impressions"),
        "impressions_organic": metric("Lifetime Post Organic Impressions"),
        "impressions_paid": metric("Lifetime Post Paid Impressions"),
        "engaged_users": metric("Lifetime Engaged Users"),
        "all_clicks": metric("Lifetime Post Consumptions", meaning="clicks anywhere"),
        "likes": metric("like"),
        "comments": metric("comment"),
        "shares": metric("share"),
    },
    needs=("post_id", "published_at", "reach"),
    order="mdy",
    repeated=True,
    explained=True,
)

INSTAGRAM = Layout(
    id="instagram_posts",
    platform="instagram",
    grain="posts",
    fields={
        "username": (
            "Account username",
            "Gebruikersnaam account",
            "Kontots användarnamn",
            "Konto-Benutzername",
        ),
        "account": ("Account name", "Accountnaam", "Kontonamn", "Kontoname"),
        "post_id": POST_ID,
        "published_at": TIME,
        "form": FORM,
    },
    metrics={
        "views": VIEWS,
        "impressions": metric("Impressions", meaning="times it was shown"),
        "reach": REACH,
        "likes": metric("Likes", "Vind-ik-leuks", "Gilla-markeringar"),
        "comments": metric("Comments", "Opmerkingen", "Kommentarer"),
        "shares": metric("Shares", "Aantal keer gedeeld", "Delningar"),
        "saves": metric("Saves", "Aantal keer opgeslagen", "Sparade objekt"),
        "follows": metric("Follows", "Volgt", "Följer"),
        "clicks": metric("Link clicks", "Klikken op link"),
        "profile_visits": metric("Profile visits", "Profielbezoeken"),
        "replies": metric("Replies"),
    },
    needs=("username", "post_id", "published_at"),
    order="mdy",
)

_DAILY = (
    ("facebook follows", "facebook", "follows"),
    ("instagram follows", "instagram", "follows"),
    ("facebook link clicks", "facebook", "clicks"),
    ("facebook visits", "facebook", "page_visits"),
    ("instagram profile visits", "instagram", "profile_visits"),
    ("content interactions", None, "engagements"),
    ("views", None, "views"),
    ("viewers", None, "reach"),
)
"""Line above the table, platform if the line names it, and metric."""

DAILY = tuple(
    Layout(
        id="meta_days",
        platform=platform,
        grain="days",
        fields={"day": ("Date", "Datum")},
        metrics={name: metric("Primary", meaning=title.capitalize())},
        needs=("day", name),
        preamble=True,
        title=title,
        fills=True,
    )
    for title, platform, name in _DAILY
)

LAYOUTS = (FACEBOOK, INSIGHTS, INSTAGRAM, *DAILY)
