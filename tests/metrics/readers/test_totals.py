"""Totals hold all that KPIs need of the posts they were made of."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop_kit.errors import MetricsError
from workshop_kit.metrics import kpi
from workshop_kit.metrics.formulas import FORMULAS
from workshop_kit.metrics.readers import schema, totals

METRICS = ("impressions", "reach", "likes", "comments", "shares", "clicks")
PARTS = tuple(
    metric + ending for ending in (schema.ORGANIC, schema.PAID) for metric in METRICS
)

POSTS = st.lists(
    st.fixed_dictionaries(
        {
            "platform": st.sampled_from(["x", "instagram"]),
            "account": st.sampled_from(["fog", None]),
            "kind": st.sampled_from(["original", "reply", None]),
            "promoted": st.sampled_from(["organic", "paid", None]),
            "published_at": st.none()
            | st.datetimes(pd.Timestamp("2025-01-01"), pd.Timestamp("2025-04-01")),
        }
        | dict.fromkeys((*METRICS, *PARTS), st.none() | st.integers(0, 9))
    ),
    min_size=1,
    max_size=12,
)


NAMES = st.sampled_from(sorted(FORMULAS))


@settings(deadline=None, max_examples=40)
@given(POSTS, st.sampled_from([METRICS, (*METRICS, *PARTS)]), NAMES, st.booleans())
def test_kpis_of_totals_are_those_of_the_posts(rows, metrics, name, paid):
    """Any KPI of totals, of what was paid for or not, is that of the posts."""
    frame = pd.DataFrame(rows)
    frame["published_at"] = pd.to_datetime(frame["published_at"], utc=True)
    wide = schema.posts(
        frame[[name for name in frame if name not in {*METRICS, *PARTS} - {*metrics}]]
    )
    added = totals.of(wide)
    assert kpi.computable(added) == kpi.computable(wide)
    expected, found = (outcome(each, name, paid) for each in (wide, added))
    if found is None:
        # Rates by the reach of a part alone are those of posts only.
        assert expected is None or name == "er_reach_mean"
    else:
        pd.testing.assert_frame_equal(found, expected)


def outcome(posts, name, paid):
    """Return the table of a KPI, or nothing where it cannot be computed."""
    try:
        return kpi.monthly(posts, name, paid=paid)
    except MetricsError:
        return None


def test_totals_are_one_row_for_each_month_of_a_channel():
    """What is known of some posts and not of others makes no more rows."""
    wide = schema.posts(
        pd.DataFrame(
            {
                "platform": "x",
                "kind": "original",
                "published_at": pd.to_datetime(["2025-01-01", "2025-01-31"], utc=True),
                "likes": [1, None],
                "shares": [None, 2],
                "saves": [None, None],
            }
        )
    )
    added = totals.of(wide)
    assert added["n"].tolist() == [2]
    assert added[["likes", "shares"]].to_numpy().tolist() == [[1, 2]]
    assert added["saves"].isna().tolist() == [True]
    assert added["applause:n"].tolist() == [1]


def test_rates_by_the_reach_of_a_part():
    """Totals refuse what they have not kept, instead of taking the whole reach."""
    wide = schema.posts(
        pd.DataFrame(
            {
                "platform": "x",
                "kind": "original",
                "published_at": pd.to_datetime(["2025-01-01"], utc=True),
            }
            | {key: [4] for key in ("likes", "likes_paid", "reach", "reach_paid")}
        )
    )
    assert kpi.monthly(wide, "er_reach_mean", paid=True)["value"].tolist() == [100]
    with pytest.raises(MetricsError, match="cannot be computed from these posts"):
        kpi.monthly(totals.of(wide), "er_reach_mean", paid=True)
