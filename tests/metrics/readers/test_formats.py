"""Each format, as its platform writes it: recognised, and read to the right figures."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import re
import tarfile
import zlib
from pathlib import Path

import pytest

from workshop_kit import metrics
from workshop_kit.metrics.readers import schema
from workshop_kit.metrics.readers.recognise import FORMATS
from workshop_kit.metrics.readers.result import Answers

FACEBOOK = (
    '"Post ID","Page ID","Page name",Title,Description,"Duration (sec)","Publish time",'
    'Permalink,"Post type",Date,Views,Reach,"Reactions, Comments and Shares",Reactions,'
    'Comments,Shares,"Total clicks","Other Clicks"\n'
    '61001,77,Museum of Fog,"Fog, and\nmore fog",,0,09/28/2026 18:12,https://f/1,Photos,'
    "Lifetime,120,100,12,10,1,1,5,4\n"
    "61002,77,Museum of Fog,,Short,0,09/30/2026 08:00,https://f/2,Videos,Lifetime,,90,"
    "3,2,1,0,,\n"
)
FACEBOOK_NL = (
    "Bericht-ID,Pagina-ID,Titel,Publicatietijdstip,Berichttype,Bereik,Weergaven,"
    '"Reacties, opmerkingen en deelacties",Reacties,Opmerkingen,Deelacties,'
    "Totaal aantal klikken,Klikken op link,Bereik via Organische berichten,"
    "Bereik via Gepromote berichten\n"
    "61001,77,Mist,09/28/2026 18:12,Foto's,100,120,12,10,1,1,5,3,80,20\n"
)
INSIGHTS = (
    "Post ID,Permalink,Post Message,Type,Posted,Lifetime Post Total Reach,"
    "Lifetime Post organic reach,Lifetime Post Paid Reach,Lifetime Post Total Impressions,"
    "Lifetime Post Organic Impressions,Lifetime Post Paid Impressions,"
    "Lifetime Engaged Users,Lifetime Organic Video Views,Lifetime Organic Video Views\n"
    ",,,,,How many,How many,How many,How many,How many,How many,How many,How many,x\n"
    "7_1,https://f/1,Fog,Photo,10/1/2015 21:00,100,80,20,150,120,30,12,3,2\n"
    "7_2,https://f/2,Fog,Photo,10/31/2015 21:00,10,8,2,15,12,3,1,0,0\n"
)
INSTAGRAM = (
    '"Post ID","Account ID","Account username","Account name",Description,'
    '"Duration (sec)","Publish time",Permalink,"Post type","Data comment",Date,Views,'
    "Reach,Likes,Shares,Follows,Comments,Saves\n"
    "18182686576415017,9,fogmuseum,Museum of Fog,Fog,0,05/19/2026 09:22,https://i/1,"
    "IG reel,,Lifetime,50,40,9,3,1,2,4\n"
)
INSTAGRAM_NL = (
    "Bericht-ID,Account-ID,Gebruikersnaam account,Accountnaam,Omschrijving,Duur (sec.),"
    "Publicatietijdstip,Permalink,Berichttype,Weergaven,Bereik,Vind-ik-leuks,"
    "Aantal keer gedeeld,Opmerkingen,Aantal keer opgeslagen,Volgt\n"
    "18182686576415017,9,mistmuseum,Mistmuseum,Mist,0,05/19/2026 09:22,https://i/1,"
    "Instagram-reel,50,40,9,3,2,4,1\n"
)
STORIES = (
    "Bericht-ID,Account-ID,Gebruikersnaam account,Accountnaam,Omschrijving,Duur (sec.),"
    "Publicatietijdstip,Permalink,Berichttype,Weergaven,Bereik,Vind-ik-leuks,"
    "Aantal keer gedeeld,Profielbezoeken,Klikken op link,Volgt\n"
    "18182686576415018,9,mistmuseum,Mistmuseum,,0,05/19/2026 10:00,https://i/2,"
    "Instagram-verhaal,50,40,9,3,2,4,1\n"
)
DAILY = (
    'sep=,\n"Facebook follows"\n"Date","Primary"\n"2025-08-01T00:00:00","20"\n'
    '"2025-08-03T00:00:00","2"\n'
)
TWEETS = (
    '"Tweet id","Tweet permalink","Tweet text","time","impressions","engagements",'
    '"engagement rate","retweets","replies","likes","user profile clicks","url clicks",'
    '"promoted impressions","promoted likes"\n'
    '"812","https://t/812","Fog","2016-12-23 18:50 +0000","1938.0","30.0","0.01","2.0",'
    '"1.0","9.0","0.0","4.0","-","-"\n'
    '"813","https://t/813","@fan indeed","2016-12-24 18:50 +0000","8.0","3.0","0.1",'
    '"0.0","1.0","0.0","0.0","0.0","-","-"\n'
)
X_POSTS = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,"
    "New follows,Replies,Reposts,Profile visits,Detail Expands,URL Clicks\n"
    '1801,"Tue, Jul 14, 2026",Fog,https://x/1801,900,12,40,3,1,0,2,5,7,1,4\n'
)
X_DAYS = (
    "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,"
    "Reposts,Profile visits,Create Post,Video views,Media views\n"
    '"Tue, Jul 14, 2026",900,12,40,3,1,2,1,2,5,7,1,0,0\n'
    '"Mon, Jul 13, 2026",800,10,40,3,1,0,0,2,5,7,0,0,0\n'
)
X_VIDEO = (
    "Video overview,,,,,\nDate,Views,Watch Time (ms),Completion Rate,"
    "Average Watch Time (ms),Estimated Revenue\n2026-07-14,30,90000,0.2,3000,0\n"
)
ARCHIVE = (
    "post_id,created_at_utc,kind,favorite_count,retweet_count\n"
    "11,2011-09-15T18:59:24Z,original,3,1\n12,2011-09-16T18:59:24Z,retweet,40,9\n"
)
LINKEDIN_DAYS = [
    ["Date range of the figures of the Museum of Fog"],
    [
        *("Date", "Impressions (organic)", "Impressions (sponsored)"),
        *("Impressions (total)", "Unique impressions (organic)", "Clicks (total)"),
        *("Reactions (organic)", "Reactions (sponsored)", "Reactions (total)"),
        *("Comments (total)", "Reposts (total)"),
    ],
    ["05/19/2026", 10, 5, 15, 9, 1, -1, 0, -1, 0, 2],
    ["05/20/2026", 11, 0, 11, 9, 1, 2, 0, 2, 0, 0],
]
LINKEDIN_POSTS = [
    ["All posts of the Museum of Fog"],
    [
        *("Post title", "Post link", "Post type", "Campaign name", "Posted by"),
        *("Created date", "Audience", "Impressions", "Views", "Offsite Views"),
        *("Clicks", "Likes", "Comments", "Reposts", "Follows", "Content Type"),
    ],
    ["Fog", "https://l/1", "Organic", "", "Ann", "05/19/2026", "", 100, "", "", 3, 9, 1, 2, 0, "Image"],
    ["Fog", "https://l/2", "Sponsored", "c", "Ann", "05/20/2026", "", 999, 7, "", 3, 9, 1, 2, 0, "Video"],
]  # fmt: skip
LINKEDIN_2020 = [
    [
        *("Update link", "Update title", "Update type", "Campaign name", "Posted by"),
        *("Created date", "Campaign start date", "Campaign end date", "Audience"),
        *("Impressions", "Video views", "Clicks", "Click through rate (CTR)", "Likes"),
        *("Comments", "Shares", "Follows", "Engagement rate"),
    ],
    ["https://l/9", "Fog", "Organic", "", "Ann", "01/13/2020", "", "", "All", 100, "", 3, 0.03, 9, 1, 2, 0, 0.1],
]  # fmt: skip
FOLLOWERS = (
    "Date,Sponsored followers,Organic followers,Auto-invited followers,Total followers\n"
    "01/13/2026,1,4,0,5\n"
)
VISITORS = (
    "Date,Overview page views (desktop),Total page views (total),"
    "Total unique visitors (total)\n01/13/2026,3,9,5\n"
)
VIDEOS = (
    "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,"
    "Thumbnail impressions,Thumbnail click-through rate (%)\n"
    "Total,,,,159475,900.5,12,80000,3.1\n"
    'dQ1,"Jan 5, 2026","Jan 13, 2026",120,9000,450.25,7,40000,3.4\n'
)
VIDEO_DAYS = (
    "Date,Views,Watch time (hours),Average view duration\n"
    "Total,30,2.5,0:05:00\n2026-01-13,10,1.5,0:05:00\n2026-01-14,20,1.0,0:03:00\n"
)
TIKTOK = (
    '"Time","Video title","Video link","Post time","Total likes","Total comments",'
    '"Total shares","Views in the last 7 days","Total views"\n'
    '"January 2","Say "fog" now","https://t/2","January 2","5","1","2","10","99"\n'
    '"December 31","Fog","https://t/1","December 31","4","0","1","1","50"\n'
)
TIKTOK_DAYS = (
    '"Date","Video Views","Profile Views","Likes","Comments","Shares"\n'
    '"31 augustus","10","2","-1","0","0"\n"1 september","12","2","1","0","0"\n'
)
TIKTOK_FOLLOWERS = (
    '"Date","Followers","Difference in followers from previous day"\n'
    '"August 31","1200","undefined"\n"September 1","1201","1"\n'
)
VIEWERS = "Date,Total Viewers,New Viewers,Returning Viewers\nAugust 31,10,6,4\n"
PINTEREST = (
    "Analytics overview\n2026-07-20 - 2026-07-27\nClaimed accounts,All Pins\n"
    "Curated content,Not included\n\nDate,Impressions\n2026-07-20,54\n2026-07-21,60\n"
    "Data starting from today is an estimate.\n\nPin ID,Impressions\n1,9\n"
)
GA4 = (
    "# ----------------------------------------\n"
    "# Traffic acquisition: Session primary channel group (Default Channel Group)\n"
    "# Account: Museum of Fog\n# Property: fog\n"
    "# ----------------------------------------\n#\n# All Users\n"
    "# Start date: 20260501\n# End date: 20260531\n"
    "Session primary channel group (Default Channel Group),Sessions,Engaged sessions,"
    "Engagement rate,Event count,Key events,Total revenue\n"
    ",900,500,0.5,4000,12,0\nOrganic Social,300,200,0.6,900,7,0\n"
    "(other),10,1,0.1,20,0,0\n"
    "\n# Second section\nLanding page,Sessions\n/page#anchor,3\n"
)
PAGES = (
    "# Pages\n# Start date: 20260501\n# End date: 20260531\n"
    "Page title and screen class,Views,Active users,Views per active user,Event count,"
    "Key events,Total revenue\n/page#anchor,30,20,1.5,90,1,0\n"
)
MATOMO = (
    "Datum,Unieke bezoekers,Gebruikers,Bezoeken,Acties,Bounces,Bounce-ratio\n"
    '"2009-12-28,2010-01-03",10,0,12,30,4,33 %\n'
)
PLAUSIBLE = (
    "date,visitors,pageviews,visits,views_per_visit,bounce_rate,visit_duration\n"
    "2026-05-01,10,30,12,2.5,40,60\n2026-05-02,0,0,0,0.0,,\n"
)
IMPORTED = (
    '"date","visitors","pageviews","bounces","visits","visit_duration"\n'
    '"2026-05-01",10,30,4,12,600\n'
)
GENERIC = (
    "platform;account;post_id;published_at;kind;form;promoted;views;likes\n"
    "Threads;fog;1;2026-05-01T10:00:00+02:00;post;;;10;2\n"
    "Threads;fog;2;2026-05-02T10:00:00+02:00;reply;;;;1\n"
)
GENERIC_DAYS = (
    "platform,day,followers\nthreads,2026-05-01,100\nthreads,2026-05-02,101\n"
)
PEERS = (
    "institution,size,kpi,channel,year,value,n,source\n"
    "Museum of Salt (fictional),small,applause,instagram,2025,12.5,80,own annual report\n"
)
STATUS = {
    "id": "110",
    "created_at": "2026-05-01T10:00:00.000Z",
    "in_reply_to_id": None,
    "reblog": None,
    "account": {"acct": "fog@example.org"},
    "replies_count": 1,
    "reblogs_count": 2,
    "favourites_count": 3,
}
MASTODON = [
    STATUS,
    STATUS | {"id": "111", "in_reply_to_id": "9"},
    STATUS | {"id": "112", "reblog": {"id": "7"}},
]
OUTBOX = {
    "type": "OrderedCollection",
    "orderedItems": [
        {
            "id": "https://m/1/activity",
            "type": "Create",
            "actor": "https://m/fog",
            "published": "2026-05-01T10:00:00Z",
            "object": {"id": "https://m/1", "type": "Note", "inReplyTo": None},
        },
        {
            "id": "https://m/2/activity",
            "type": "Announce",
            "actor": "https://m/fog",
            "published": "2026-05-02T10:00:00Z",
            "object": "https://other/9",
        },
    ],
}
BLUESKY = {
    "feed": [
        {
            "post": {
                "uri": "at://did/1",
                "author": {"handle": "fog.example"},
                "record": {"createdAt": "2026-05-01T10:00:00.000Z", "text": "Fog"},
                "replyCount": 1,
                "repostCount": 2,
                "likeCount": 3,
                "indexedAt": "2026-05-01T10:00:01.000Z",
            }
        },
        {
            "post": {
                "uri": "at://other/2",
                "indexedAt": "2026-05-01T10:00:01.000Z",
                "likeCount": 99,
            },
            "reason": {"$type": "app.bsky.feed.defs#reasonRepost"},
        },
    ]
}
PHOTO = {
    "id": "55",
    "name": "Fog",
    "count_views": "120",
    "count_faves": "4",
    "count_comments": "1",
    "date_imported": "2019-01-05 12:00:00",
}


XLS = (
    "c-rk)O=uHA6#izDG;L_pq(4e4l%-%zYoR})=%I;<ws>f%y(l7Rnr>@on$%=-(2LcYqab)vycBxzQuX"
    "2wD(KCFP|<@R2#Fp&2?`$Cu5Vs;Yg&6~K#R(JVcxuXKl8IQ^CmN|7lZk^`^^QcLl`csSXHPfkqJswP"
    "9Xr&Tb5*<ypoco@K2$tk|wgkgC{kwymAiZd>5eMp8Ew+;3K8en8r{lY3N&s!`z3ckbUSQDsY=5el&5"
    "f>X^ou)-%1!mQR@;WXUzAePo*#r?40q>ez3u;*(k{>->=QK4hQwEa^cbUdmN`>AEP|dT=Nmk0$<3MT"
    "@%{^PqVfFp@?(n#iMpCU73#EFJjj?9}JFl5eeCfaKrT%Do%NZ)k2{2G&_#;5pP{yIX3!7&OduJeFC)"
    "d75i*3IYA`iEP@)=&5ntJZI>G*^H5$lBNFCgdQ4?$IN&t8BMfPB}byBQ4buOnkI(~i8Ff0Oqrw%0wY"
    "G0O;=?;pnGpu&w;Mq?%sVq8Rj`G1lELw8s09|M8~M7k`MBx2~gl)y7T4D;OKDV3`=JCC@3BnJLMQ*;"
    "j;7~XFqFPtF(hXb~C-gweDcPnP~$Jo$|KfMw{uMWt*$4ZKHPfFy2OXmGB|rbDxhtYRP?yv=hHDP`KE"
    "z@GdfkRyx4O$Y1_u(J4B`t(y{$BTg>t;PQcK(=UOhQVZB)v+Pr`7R&H48)Pai1dnd5g<uOwizVm#6-"
    "yeGT(-Bifw#uq@>@RR9!l>p%VgUc!de|3NFxe=KjDLdf`WpAf`WpA!n!vd&HgLywr?60d<7}K>nu}R"
    "QO_j*Ek=-{pGg<fqexPo#)Y!h&o+33Q<vDJkMmwAae`V;V-lm>kIAyvFI|O1>3BBn82Ei#sND8f%IW"
    "7HZvO`W?cY%"
)
"""An xls workbook with one sheet, packed: rows can only be written by an old library."""


def read(content, name="export.csv", **answers):
    """Read text, bytes or JSON under a name."""
    if isinstance(content, dict | list):
        content = json.dumps(content)
    data = content.encode("utf-8-sig") if isinstance(content, str) else content
    return metrics.read(data, name=name, answers=Answers(**answers))


def first(export, *names):
    """Return these values of the first post."""
    row = export.wide.iloc[0]
    return tuple(row[name] for name in names)


def day(export, metric, place=0):
    """Return the day and value of a metric."""
    row = export.days[export.days["metric"].eq(metric)].iloc[place]
    return f"{row['day']:%Y-%m-%d}", row["value"]


@pytest.mark.parametrize(
    ("content", "known", "values"),
    [
        (FACEBOOK, "facebook_posts", {"post_id": "61001", "account": "Museum of Fog", "likes": 10, "comments": 1, "shares": 1, "reach": 100, "views": 120, "all_clicks": 5, "form": "Photos"}),
        (FACEBOOK_NL, "facebook_posts", {"likes": 10, "comments": 1, "shares": 1, "clicks": 3, "reach": 100, "reach_organic": 80, "reach_paid": 20}),
        (INSIGHTS, "facebook_insights", {"post_id": "7_1", "reach": 100, "reach_paid": 20, "impressions": 150, "row": 3}),
        (INSTAGRAM, "instagram_posts", {"post_id": "18182686576415017", "likes": 9, "saves": 4, "shares": 3, "follows": 1, "comments": 2}),
        (INSTAGRAM_NL, "instagram_posts", {"likes": 9, "saves": 4, "shares": 3, "follows": 1, "comments": 2, "views": 50}),
        (STORIES, "instagram_posts", {"form": "Instagram-verhaal", "clicks": 4, "profile_visits": 2}),
        (TWEETS, "twitter_activity", {"impressions": 1938, "likes": 9, "clicks": 4, "kind": "original"}),
        (X_POSTS, "x_posts", {"post_id": "1801", "impressions": 900, "shares": 5, "saves": 3, "clicks": 4}),
        (ARCHIVE, "twitter_archive", {"platform": "twitter", "likes": 3, "shares": 1}),
        (VIDEOS, "youtube_videos", {"post_id": "dQ1", "views": 9000, "hours_viewed": 450.25, "impressions": 40000, "row": 3}),
        (GENERIC, "generic_posts", {"platform": "threads", "views": 10, "likes": 2}),
        (MASTODON, "mastodon_posts", {"account": "fog@example.org", "likes": 3, "comments": 1, "shares": 2}),
        (BLUESKY, "bluesky_posts", {"account": "fog.example", "likes": 3, "comments": 1, "shares": 2}),
        (PHOTO, "flickr_photos", {"views": 120, "likes": 4, "comments": 1}),
    ],
)  # fmt: skip
def test_posts(content, known, values):
    """The first post of each format has the figures the file writes."""
    export = read(content)
    assert export.format == known
    assert dict(zip(values, first(export, *values), strict=True)) == values
    assert schema.faults(export.posts, schema.LONG) == []
    assert schema.faults(export.days, schema.DAYS) == []


@pytest.mark.parametrize(
    ("content", "known", "values"),
    [
        (DAILY.encode("utf-16"), "meta_days", {"follows": ("2025-08-01", 20)}),
        (X_DAYS, "x_days", {"impressions": ("2026-07-14", 900), "shares": ("2026-07-14", 5)}),
        (X_VIDEO, "x_video_days", {"video_views": ("2026-07-14", 30)}),
        (FOLLOWERS, "linkedin_followers", {"follows": ("2026-01-13", 5), "follows_paid": ("2026-01-13", 1)}),
        (VISITORS, "linkedin_visitors", {"unique_visitors": ("2026-01-13", 5)}),
        (VIDEO_DAYS, "youtube_days", {"views": ("2026-01-13", 10), "hours_viewed": ("2026-01-13", 1.5)}),
        (TIKTOK_DAYS, "tiktok_days", {"views": ("2026-08-31", 10), "likes": ("2026-08-31", -1)}),
        (VIEWERS, "tiktok_viewers", {"reach": ("2026-08-31", 10)}),
        (PINTEREST, "pinterest_days", {"impressions": ("2026-07-20", 54)}),
        (GA4, "ga4_traffic", {"sessions": ("2026-05-01", 300), "goals": ("2026-05-01", 7)}),
        (PAGES, "ga4_pages", {"views": ("2026-05-01", 30)}),
        (MATOMO.encode("utf-16"), "matomo", {"sessions": ("2009-12-28", 12), "visitors": ("2009-12-28", 10)}),
        (PLAUSIBLE, "plausible", {"visitors": ("2026-05-01", 10), "sessions": ("2026-05-01", 12)}),
        (GENERIC_DAYS, "generic_days", {"followers": ("2026-05-01", 100)}),
    ],
)  # fmt: skip
def test_days(content, known, values):
    """The first day of each format has the figures the file writes."""
    export = read(content, year=2026)
    assert export.format == known
    assert {name: day(export, name) for name in values} == values
    assert schema.faults(export.days, schema.DAYS) == []


def test_times_of_the_platforms():
    """Clock times are taken as written, or shifted from the zone that was answered."""
    assert str(first(read(FACEBOOK), "published_at")[0]) == "2026-09-28 18:12:00+00:00"
    export = read(FACEBOOK, zone="Europe/Amsterdam")
    assert str(first(export, "published_at")[0]) == "2026-09-28 16:12:00+00:00"
    assert export.wide["zone_known"].all()
    assert str(first(read(TWEETS), "published_at")[0]) == "2016-12-23 18:50:00+00:00"
    assert str(first(read(X_POSTS), "published_at")[0]) == "2026-07-14 00:00:00+00:00"
    assert str(first(read(VIDEOS), "published_at")[0]) == "2026-01-13 00:00:00+00:00"
    assert str(first(read(GENERIC), "published_at")[0]) == "2026-05-01 08:00:00+00:00"


def test_missing_figures_are_na():
    """A blank cell, a dash and “undefined” are not available, not 0."""
    assert read(FACEBOOK).wide["views"].isna().tolist() == [False, True]
    assert read(TWEETS).wide["impressions_paid"].isna().all()
    export = read(TIKTOK_FOLLOWERS, year=2026)
    assert export.format == "tiktok_followers"
    followers = export.days
    assert followers["value"].isna().sum() == 1
    assert read(ARCHIVE).wide["likes"].isna().tolist() == [False, True]


def test_periods_of_web_reports():
    """A report that is not per day is for its period, without the total."""
    days = read(GA4).days.query("metric == 'sessions'")
    assert days["segment"].tolist() == ["Organic Social", "(other)"]
    assert set(days["until"].dt.strftime("%Y-%m-%d")) == {"2026-05-31"}
    assert read(PAGES).days["segment"].iloc[0] == "/page#anchor"
    week = read(MATOMO.encode("utf-16")).days.iloc[0]
    assert f"{week['until']:%Y-%m-%d}" == "2010-01-03"


def test_linkedin_workbook(workbook):
    """The sheets of a workbook come together: days, and organic and paid posts."""
    book = workbook(Metrics=LINKEDIN_DAYS, All_posts=LINKEDIN_POSTS)
    export = read(book, "linkedin.xlsx")
    assert export.format == "linkedin_days + linkedin_posts"
    assert export.wide["promoted"].tolist() == ["organic", "paid"]
    assert export.wide["video_views"].isna().tolist() == [True, False]
    assert day(export, "likes") == ("2026-05-19", -1)
    assert day(export, "impressions_paid") == ("2026-05-19", 5)
    old = read(workbook(Update_engagement=LINKEDIN_2020), "old.xlsx")
    assert first(old, "post_id", "shares", "impressions") == ("https://l/9", 2, 100)


def test_linkedin_old_workbook():
    """A workbook of the old kind, xls, is read as the new one is."""
    export = read(zlib.decompress(base64.b85decode(XLS)), "linkedin.xls")
    assert export.format == "linkedin_days"
    assert day(export, "impressions") == ("2026-05-19", 15)


def test_zips(pack):
    """Of a zip the tables that are known are read, whatever folder they are in."""
    youtube = pack(
        {"YT/Table data.csv": VIDEOS, "YT/Totals.csv": "Date,Views\n2026-01-13,10\n"}
    )
    export = read(youtube, "youtube.zip")
    assert export.format == "youtube_videos"
    assert [(w.code, w.where) for w in export.warnings if w.code == "left"] == [
        ("left", "youtube.zip: Totals.csv")
    ]
    tiktok = read(
        pack({"Content.csv": TIKTOK, "Overview.csv": TIKTOK_DAYS}), "t.zip", year=2026
    )
    assert tiktok.format == "tiktok_posts + tiktok_days"
    assert [f"{time:%Y-%m-%d}" for time in tiktok.wide["published_at"]] == [
        "2026-01-02",
        "2025-12-31",
    ]
    plausible = pack({"imported_visitors_20260501_20260502.csv": IMPORTED})
    assert day(read(plausible, "p.zip"), "sessions") == ("2026-05-01", 12)
    photos = pack({"photo_55.json": json.dumps(PHOTO)})
    assert read(photos, "flickr.zip").format == "flickr_photos"


def test_mastodon_archive(pack):
    """Posts of an archive, packed in either way, are there without counts."""
    content = json.dumps(OUTBOX).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tape:
        entry = tarfile.TarInfo("outbox.json")
        entry.size = len(content)
        tape.addfile(entry, io.BytesIO(content))
    for data in (packed.getvalue(), pack({"outbox.json": content})):
        export = read(data, "archive")
        assert export.format == "mastodon_archive"
        assert first(export, "post_id", "kind") == ("https://m/1", "original")
        assert export.wide["likes"].isna().all()
        assert "no_counts" in {warning.code for warning in export.warnings}


def test_replies_and_posts_of_others():
    """Replies are told apart; what others wrote is left out."""
    assert read(MASTODON).wide["kind"].tolist() == ["original", "reply"]
    assert read(TWEETS).wide["kind"].tolist() == ["original", "reply"]
    assert read(GENERIC).wide["kind"].tolist() == ["original", "reply"]
    export = read(BLUESKY)
    assert export.count == 1
    assert [w.slots for w in export.warnings if w.code == "passed_on"] == [{"n": 1}]


def test_peers():
    """Peers have a frame of their own."""
    export = read(PEERS)
    assert export.format == "peers"
    assert schema.faults(export.peers, schema.PEERS) == []
    row = export.peers.iloc[0]
    assert (row["value"], row["n"], row["year"]) == (12.5, 80, 2025)
    assert export.period is None


def test_what_an_export_says_of_itself():
    """Period, platforms, metrics, count and definitions are at hand."""
    export = read(FACEBOOK)
    assert export.period == (dt.date(2026, 9, 28), dt.date(2026, 9, 30))
    assert export.platforms == ("facebook",)
    assert export.count == 2
    assert export.metrics[:3] == ("views", "reach", "likes")
    assert export.definitions["likes"] == (
        "Reactions: likes and all other reactions up to the day of the export"
    )
    part = export.posts.query("metric == 'reach'")
    assert part["value"].tolist() == [100, 90]
    paid = read(FACEBOOK_NL).posts.query("metric == 'reach_paid'")
    assert paid["promoted"].tolist() == ["paid"]


def test_totals_add_up_what_is_known():
    """Totals are per month, and what a KPI needs is over posts with all its figures."""
    table = read(FACEBOOK).totals
    assert table["n"].tolist() == [2]
    assert table["likes"].tolist() == [12]
    assert table["views"].tolist() == [120]
    assert table["er_impr:above"].tolist() == [12]
    assert table["er_impr:n"].tolist() == [1]
    assert table["er_reach_mean:above"].tolist() == [12 / 100 + 3 / 90]


def test_every_format_is_tested():
    """No format is promised that no test reads."""
    source = Path(__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'format == "([a-z0-9_ +]+)"|, "([a-z0-9_]+)", \{', source))
    known = {
        name for names in named for either in names for name in either.split(" + ")
    }
    assert set(FORMATS) - known == set()
