"""KPIs of posts and days with every metric, against sums by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop_kit.errors import MetricsError
from workshop_kit.metrics.baseline import changes, full_months, table
from workshop_kit.metrics.kpi import COLUMNS, FORMULAS, computable, monthly, widened
from workshop_kit.metrics.readers import schema


def posts(*rows, platform="facebook", **columns):
    """Make wide posts: published day, and a figure per metric."""
    frame = pd.DataFrame(list(rows))
    published = pd.to_datetime(frame.pop("day"), utc=True)
    return schema.posts(
        frame.assign(
            platform=platform,
            published_at=published,
            kind="original",
            source_file="posts.csv",
            row=range(2, len(frame) + 2),
            **columns,
        )
    )


def days(*rows, platform="facebook"):
    """Make days: last day, metric, value, and perhaps first day and segment."""
    frame = pd.DataFrame(list(rows))
    until = pd.to_datetime(frame["day"])
    first = pd.to_datetime(frame["first"]) if "first" in frame else until
    return schema.conform(
        frame.assign(day=first, until=until, platform=platform), schema.DAYS
    )


TWO = posts(
    {
        "day": "2025-03-05",
        "likes": 10,
        "comments": 2,
        "shares": 1,
        "saves": 1,
        "clicks": 4,
        "reach": 200,
        "impressions": 400,
    },
    {
        "day": "2025-03-20",
        "likes": 30,
        "comments": 0,
        "shares": 3,
        "saves": 3,
        "clicks": 1,
        "reach": 400,
        "impressions": 600,
    },
)
FOLLOWERS = days(
    {"day": "2025-02-28", "metric": "followers", "value": 1000},
    {"day": "2025-03-15", "metric": "followers", "value": 1500},
    {"day": "2025-03-31", "metric": "followers", "value": 1100},
    {"day": "2025-04-30", "metric": "followers", "value": 990},
)


@pytest.mark.parametrize(
    ("kpi", "value"),
    [
        ("posts", 2),
        ("applause", 40 / 2),
        ("conversation", 2 / 2),
        ("amplification", 4 / 2),
        ("er_reach_sum", 50 / 600 * 100),
        ("er_reach_mean", (14 / 200 + 36 / 400) / 2 * 100),
        ("er_impr", 50 / 1000 * 100),
        ("virality", 4 / 1000 * 100),
        ("ctr", 5 / 1000 * 100),
        ("er_followers", 50 / 1100 * 100),
        ("amp_followers", 4 / 1100 * 100),
        ("rel_applause", 40 / 2 * 1000 / 1100),
        ("rel_conversation", 2 / 2 * 1000 / 1100),
        ("rel_amplification", 4 / 2 * 1000 / 1100),
    ],
)
def test_formulas(kpi, value):
    """Each KPI of posts is what its formula says."""
    row = monthly(TWO, kpi, days=FOLLOWERS)
    assert row["value"].item() == pytest.approx(value)
    assert (row["n"].item(), str(row["period"].item())) == (2, "2025-03")
    assert {name: str(kind) for name, kind in row.dtypes.items()} == COLUMNS


def test_every_formula_is_tried():
    """All KPIs of posts can be computed of these figures; none is forgotten above."""
    assert set(FORMULAS) <= set(computable(TWO, FOLLOWERS))
    assert not {"er_followers", "growth"} & set(computable(TWO))


def test_followers():
    """The last count of a month is its end; the month before is its start."""
    assert monthly(TWO, "followers", days=FOLLOWERS)["value"].tolist() == [
        1000,
        1100,
        990,
    ]
    net = monthly(TWO, "net_new", days=FOLLOWERS)["value"]
    assert net.isna().tolist() == [True, False, False]
    assert net.tolist()[1:] == [100, -110]
    growth = monthly(TWO, "growth", days=FOLLOWERS)["value"]
    assert growth.tolist()[1:] == pytest.approx([10, -10])


def test_zero_below_the_line_is_not_available():
    """Nobody reached, seen or following gives no rate, not 0 and not infinity."""
    none = posts(
        {"day": "2025-03-05", "likes": 1, "shares": 0, "reach": 0, "impressions": 0}
    )
    empty = days({"day": "2025-03-31", "metric": "followers", "value": 0})
    for kpi in ("er_reach_sum", "er_reach_mean", "er_impr", "virality", "er_followers"):
        assert monthly(none, kpi, days=empty)["value"].isna().all()


def test_unknown_part_leaves_a_post_out():
    """A post without comments known has no engagement, where the channel has them."""
    frame = posts(
        {"day": "2025-03-05", "likes": 1, "comments": 1, "reach": 10},
        {"day": "2025-03-06", "likes": 9, "comments": None, "reach": 10},
    )
    row = monthly(frame, "er_reach_sum").iloc[0]
    assert (row["value"], row["n"]) == (20, 1)


def test_views_take_the_place_of_impressions_only_where_there_are_none():
    """Views are used on a channel without impressions, and never added to them."""
    both = posts(
        {"day": "2025-03-05", "shares": 1, "impressions": 10, "views": 90},
        {"day": "2025-03-06", "shares": 5, "impressions": None, "views": 90},
    )
    assert monthly(both, "virality")["value"].item() == 10
    only = both.drop(columns="impressions")
    assert monthly(only, "virality")["value"].item() == pytest.approx(6 / 180 * 100)


def test_paid_and_organic_apart():
    """A promoted post counts with the paid ones; of parts, each counts on its side."""
    frame = posts(
        {"day": "2025-03-05", "likes": 1, "promoted": "organic"},
        {"day": "2025-03-06", "likes": 100, "promoted": "paid"},
        {"day": "2025-03-07", "likes": 3, "promoted": None},
    )
    assert monthly(frame, "applause")["value"].item() == 2
    assert monthly(frame, "applause", paid=True)["value"].item() == 100
    parts = posts(
        {
            "day": "2025-03-05",
            "clicks": 5,
            "clicks_organic": 1,
            "clicks_paid": 4,
            "impressions": 60,
            "impressions_organic": 50,
            "impressions_paid": 10,
        }
    )
    assert monthly(parts, "ctr")["value"].item() == 2
    assert monthly(parts, "ctr", paid=True)["value"].item() == 40


SESSIONS = days(
    {
        "day": "2025-03-31",
        "first": "2025-03-01",
        "segment": "Organic Social",
        "value": 30,
    },
    {"day": "2025-03-31", "first": "2025-03-01", "segment": "Paid Social", "value": 20},
    {"day": "2025-03-31", "first": "2025-03-01", "segment": "Direct", "value": 50},
    {"day": "2025-04-30", "first": "2025-04-01", "segment": "Direct", "value": 40},
    {
        "day": "2025-06-30",
        "first": "2025-05-01",
        "segment": "Organic Social",
        "value": 9,
    },
    platform="ga4",
).assign(metric="sessions")


@pytest.mark.parametrize(
    ("kpi", "values"),
    [
        ("social_sessions", [30, 0]),
        ("social_sessions_paid", [20, 0]),
        ("social_share", [30, 0]),
    ],
)
def test_sessions(kpi, values):
    """Paid stands apart; a report over two months belongs to neither of them."""
    found = monthly(TWO, kpi, days=SESSIONS)
    assert found["value"].tolist() == values
    assert found["channel"].unique().tolist() == ["ga4"]


def test_conversion():
    """Goals of sessions via social media by those sessions; without either it is NA."""
    goals = SESSIONS.assign(metric="goals", value=SESSIONS["value"] / 10)
    found = monthly(TWO, "conv", days=pd.concat([SESSIONS, goals]))
    assert found["value"].iloc[0] == 10
    assert found["value"].isna().tolist() == [False, True]
    with pytest.raises(MetricsError, match="“conv” cannot be computed"):
        monthly(TWO, "conv", days=SESSIONS)


def test_what_days_cannot_feed():
    """Without days, or without a social channel in them, it is said."""
    with pytest.raises(MetricsError) as caught:
        monthly(TWO, "growth")
    assert str(caught.value) == (
        "“growth” cannot be computed from these days: (F1 - F0) / F0 x 100. Import an"
        " export that has these figures."
    )
    direct = SESSIONS[SESSIONS["segment"].eq("Direct")]
    with pytest.raises(MetricsError):
        monthly(TWO, "social_sessions", days=direct)
    with pytest.raises(MetricsError, match="“resp_time” cannot be computed"):
        monthly(TWO, "resp_time")


def test_tidy_and_wide_give_the_same():
    """Posts of a reader may be given in either form."""
    tidy = schema.long(TWO, {})
    assert widened(tidy)["likes"].tolist() == [10, 30]
    for kpi in ("posts", "er_reach_mean", "virality"):
        pd.testing.assert_frame_equal(monthly(tidy, kpi), monthly(TWO, kpi))


def test_channels_stand_apart():
    """Two channels are two series; one without the figures is left out."""
    other = posts({"day": "2025-03-05", "likes": 7}, platform="mastodon")
    both = pd.concat(
        [TWO.astype({"platform": "string"}), other.astype({"platform": "string"})]
    )
    found = monthly(both, "applause").set_index("channel")["value"]
    assert found.to_dict() == {"facebook": 20, "mastodon": 7}
    assert monthly(both, "er_reach_sum")["channel"].tolist() == ["facebook"]


def test_baselines_of_all():
    """Each KPI and channel has its baseline, in the order of the catalogue."""
    year = posts(
        *[
            {"day": f"2025-{month:02}-10", "likes": month, "reach": 100}
            for month in range(1, 13)
        ]
    )
    found = changes(full_months(table(year)), months=5, source="posts.csv")
    assert [change.now.kpi for change in found] == [
        "posts",
        "er_reach_sum",
        "er_reach_mean",
        "applause",
    ]
    assert found[-1].now.value == pytest.approx(9)
    assert found[-1].before.value == pytest.approx(4)
    assert found[-1].percent == pytest.approx(125)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dates(dt.date(2024, 1, 1), dt.date(2025, 12, 31)),
            st.one_of(st.none(), st.integers(0, 1000)),
            st.one_of(st.none(), st.integers(0, 1000)),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_against_plain_sums(rows):
    """Whatever the posts, each month is the ratio of its plain sums, or NA."""
    frame = posts(
        *[{"day": str(day), "likes": likes, "reach": r} for day, likes, r in rows]
    )
    if frame["likes"].isna().all() or frame["reach"].isna().all():
        return
    for row in monthly(frame, "er_reach_sum").itertuples():
        known = [
            (likes, reach)
            for day, likes, reach in rows
            if f"{day:%Y-%m}" == str(row.period) and None not in {likes, reach}
        ]
        assert row.n == len(known)
        below = sum(reach for _, reach in known)
        if below:
            assert row.value == pytest.approx(sum(n for n, _ in known) / below * 100)
        else:
            assert pd.isna(row.value)
