"""The catalogue, and KPIs per month against plain sums."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import workshop_kit
from workshop_kit.errors import MetricsError
from workshop_kit.kit.load import load
from workshop_kit.metrics import baseline
from workshop_kit.metrics.kpi import CATALOGUE, COLUMNS, entry, monthly
from workshop_kit.metrics.readers import archive

SOCIAL_MEDIA = Path(workshop_kit.__file__).parent / "kits" / "social_media"
IDS = """posts er_reach_sum er_reach_mean er_followers er_impr growth net_new followers
applause conversation amplification amp_followers rel_applause rel_conversation
rel_amplification virality reach_rate ctr resp_time resp_time_mean resp_rate sov
social_sessions social_sessions_paid social_share conv sentiment talk_types ugc_yield
hours_post a11y_rate"""


def test_catalogue_is_complete():
    """Every KPI is there, with its words in both languages and a source."""
    assert list(CATALOGUE) == IDS.split()
    for kpi in CATALOGUE.values():
        assert set(kpi.name) == set(kpi.unit) == {"nl", "en"}
        assert all((*kpi.name.values(), kpi.formula, kpi.source))
        assert kpi.version == 1


def test_kit_asks_for_kpis_of_the_catalogue():
    """What can be chosen as indicator is in the catalogue, under the same names."""
    kit = load(SOCIAL_MEDIA)
    (column,) = (c for c in kit.question("kpi.indicators").columns if c.id == "kpi")
    for option in column.options:
        assert dict(CATALOGUE[option.id].name) == dict(option.label)


def test_unknown_kpi():
    """A KPI that is not there is named, with those that are."""
    with pytest.raises(MetricsError, match=r"There is no KPI “likes”\. Choose one of"):
        entry("likes")


def test_rates_against_plain_sums(tweets):
    """Applause and amplification of a month are its sums over its posts."""
    october = tweets[
        tweets["kind"].eq("original")
        & tweets["published_at"].between("2024-10-01", "2024-11-01", inclusive="left")
    ]
    for kpi, metric in (("applause", "likes"), ("amplification", "shares")):
        values = october.loc[october["metric"].eq(metric), "value"]
        table = monthly(tweets, kpi)
        row = table[table["period"].eq("2024-10")].iloc[0]
        assert (row["n"], row["total"]) == (15, values.sum())
        assert row["value"] == pytest.approx(values.sum() / 15)


def test_silent_month_is_zero_posts_and_no_rate(write):
    """No posts is a count of 0; a rate over none is not available, not 0."""
    posts = archive.read(
        write(
            "1,2020-01-05T12:00:00Z,original,3,1", "2,2020-03-31T23:59:59Z,original,5,1"
        )
    )
    assert list(monthly(posts, "posts")["value"]) == [1, 0, 1]
    applause = monthly(posts, "applause")
    assert list(applause["n"]) == [1, 0, 1]
    assert applause["value"].isna().tolist() == [False, True, False]


def test_post_without_figure_is_not_a_zero(write):
    """A post whose likes are unknown counts as a post, not as 0 likes."""
    posts = archive.read(
        write(
            "1,2020-01-05T12:00:00Z,original,4,1", "2,2020-01-06T12:00:00Z,original,,1"
        )
    )
    assert monthly(posts, "posts")["value"].item() == 2
    assert monthly(posts, "applause")[["value", "n"]].iloc[0].tolist() == [4, 1]


def test_kinds(tweets):
    """Replies count only where asked for."""
    assert monthly(tweets, "posts")["n"].sum() == 7_639
    own = monthly(tweets, "posts", kinds=("original", "reply"))
    assert own["n"].sum() == 11_307


def test_no_posts(tweets):
    """An empty archive gives an empty table of the same columns."""
    table = monthly(tweets.iloc[:0], "applause")
    assert {n: str(kind) for n, kind in table.dtypes.items()} == COLUMNS


def test_figures_that_are_not_there(tweets):
    """Comments are not in this archive, so there is no conversation rate."""
    with pytest.raises(MetricsError) as caught:
        monthly(tweets, "conversation")
    assert str(caught.value) == (
        "“conversation” cannot be computed from these posts: C / P. Import an export"
        " that has these figures."
    )


def test_baseline_is_the_last_full_year(tweets):
    """The sample ends in November 2024, so the window ends in October."""
    found = baseline.baseline(tweets, "posts")
    assert (found.period, found.months, found.n) == ("2023-11/2024-10", 12, 194)
    assert found.value == pytest.approx(194 / 12)
    assert (found.channel, found.unit, found.source) == (
        "twitter",
        "posts",
        "tweets.csv",
    )


def test_baseline_of_a_rate_is_a_ratio_of_sums(months):
    """A busy month weighs more than a quiet one; edges are left out."""
    posts = months(100, 2, 4, 6, 100)
    found = baseline.baseline(posts, "applause")
    assert (found.value, found.n, found.months) == (4, 3, 3)


def test_change(tweets, months):
    """The window before is compared only if it is whole."""
    moved = baseline.change(tweets, "applause")
    assert moved.before is not None
    assert moved.before.period == "2022-11/2023-10"
    assert moved.difference == pytest.approx(-4.178, abs=1e-3)
    assert moved.percent == pytest.approx(-48.93, abs=1e-2)
    short = baseline.change(months(1, 2, 3, 4), "applause", months=2)
    assert (short.before, short.difference) == (None, None)
    from_zero = baseline.change(months(9, 0, 3, 9), "applause", months=1)
    assert (from_zero.difference, from_zero.percent) == (3, None)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"channel": "x"}, "The figures have these channels: twitter. Choose one"),
        ({"months": 0}, "A window has at least one month."),
    ],
)
def test_baseline_errors(tweets, more, message):
    """A channel that is not there and a window of nothing are refused."""
    with pytest.raises(MetricsError, match=message):
        baseline.baseline(tweets, "posts", **more)


def test_no_full_month(months):
    """Two half months are no baseline."""
    with pytest.raises(MetricsError, match="There is no full month in these figures"):
        baseline.baseline(months(1, 2), "posts")


def test_table_holds_what_the_posts_can_feed(tweets):
    """All three KPIs of the archive stand under each other."""
    table = baseline.table(tweets)
    assert table["kpi"].value_counts().to_dict() == dict.fromkeys(
        ["posts", "applause", "amplification"], 159
    )
    assert isinstance(table["period"].dtype, pd.PeriodDtype)
