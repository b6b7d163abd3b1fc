"""The figures, their words and their tables."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pandas as pd
import pytest
from PIL import Image

from workshop_kit.errors import MetricsError
from workshop_kit.metrics import audience, coding
from workshop_kit.metrics.baseline import full_months
from workshop_kit.metrics.chart import heatmap, strip, tones, trend, years
from workshop_kit.metrics.chart.trend import _apart
from workshop_kit.metrics.kpi import monthly
from workshop_kit.metrics.peers import position
from workshop_kit.metrics.target import check

CBS = Path(__file__).parents[2] / "data/nl_age_cbs/nl_social_use_by_age_cbs.csv"


@pytest.fixture(scope="module")
def applause(tweets):
    """Return the applause rate per full month."""
    return full_months(monthly(tweets, "applause"))


def test_words(applause, en):
    """The alternative text names what, when, how many, the extremes and the latest."""
    chart = trend(applause, en, target=8, source="SFO Museum")
    assert chart.alt == (
        "Line chart: Applause rate on Twitter per month, October 2011 to October 2024."
        " 157 months with a value; lowest 0 per post (October 2011), highest 34.2 per"
        " post (November 2020), latest 5.1 per post (October 2024). Target: 8 per post."
    )
    assert chart.caption == (
        "Applause rate on Twitter, per month, October 2011 to October 2024; 7,577"
        " posts. Source: SFO Museum. Rising by about 0.78 per post a year, over 157"
        " months. From about September 2023 on the figures are on another level: 4.4 per"
        " post in the middle, where it was 7.0 per post. Ask what happened before comparing"
        " across that month."
    )


def test_the_caption_tells_the_course(months, en, nl):
    """Under a figure stands whether it rises, and from when on it is on another level."""
    table = monthly(months(*[10, 11] * 6, *[30, 31] * 6), "applause")
    said = trend(table, en).caption
    assert "Rising by about" in said
    assert "From about January 2021 on the figures are on another level" in said
    assert "Vanaf ongeveer januari 2021" in trend(table, nl).caption
    assert trend(monthly(months(10, 11), "applause"), en).caption.endswith(
        " Too few months with a value for a trend: 2 of at least 3."
    )


def test_reader_s_language(applause, nl):
    """Names, months and decimal commas are those of the reader."""
    chart = trend(applause, nl)
    assert "34,2 per bericht (november 2020)" in chart.alt
    assert chart.table.iloc[-1, 0] == "oktober 2024"
    assert "Waardering per bericht (per bericht)" in chart.table


def test_same_data_same_bytes(applause, en):
    """Drawing again, also after somebody changed the style, gives the same file."""
    first = trend(applause, en)
    with mpl.rc_context({"lines.linewidth": 9, "savefig.dpi": 30, "font.size": 20}):
        again = trend(applause, en)
        assert mpl.rcParams["font.size"] == 20
    assert (first.svg, first.png) == (again.svg, again.png)


def test_files(applause, en):
    """The SVG has shapes for letters, no text; the PNG has its size."""
    chart = trend(applause, en)
    tags = {element.tag.split("}")[-1] for element in ET.fromstring(chart.svg).iter()}  # noqa: S314 - made here
    assert "path" in tags
    assert "text" not in tags
    with Image.open(io.BytesIO(chart.png)) as image:
        assert image.size == (1400, 740)


def test_gaps_stay_gaps(months, en):
    """A month that is not available is told and stays NA in the table."""
    posts = months(1, 2, 3, 4, 5)
    table = monthly(posts[posts["post_id"].ne("2")], "applause")
    chart = trend(table, en)
    assert "4 months with a value" in chart.alt
    assert chart.alt.endswith("1 month has no value.")
    assert chart.table.iloc[2, 1] is pd.NA
    assert chart.table.iloc[2, 2] == 0


@pytest.mark.parametrize("likes", [(3,), (0, 0), (5, 5, 5)])
def test_few_or_equal_values(months, en, likes):
    """One point, zeros and a flat line can be drawn without a warning."""
    chart = trend(monthly(months(*likes), "applause"), en, target=0)
    assert f"{len(likes)} months with a value" in chart.alt


def test_what_cannot_be_drawn(tweets, applause, en):
    """Two KPIs in one figure, or nothing at all, are refused."""
    both = pd.concat([applause, monthly(tweets, "posts")])
    with pytest.raises(MetricsError, match="A figure is for one KPI and one channel"):
        trend(both, en)
    with pytest.raises(MetricsError, match="There is no value to draw"):
        trend(applause.iloc[:0], en)


def test_title_states_the_finding(applause, months, en, nl):
    """With two years it compares them, with a target it judges, else it says where."""
    assert trend(applause, en).title == (
        "Applause rate on Twitter: 46% less than the year before"
    )
    found = check(applause, 40, period="2025-12-31", whole=True)
    judged = trend(applause.tail(36), nl, check=found, source="SFO Museum")
    assert judged.title == (
        "Waardering per bericht: de streefwaarde van 40 per bericht ligt boven wat 90%"
        " van de vergelijkbare perioden haalde"
    )
    assert "Streefwaarde: 40 per bericht." in judged.alt
    assert (
        "Bron: SFO Museum. 90%: waar negen van de tien vergelijkbare perioden uitkwamen."
    ) in judged.caption
    short = trend(monthly(months(1, 2, 3), "applause"), en)
    assert short.title == "Applause rate on Twitter: 3 per post in March 2020"


def test_years_beside_each_other(applause, en):
    """Each month of the last year stands beside the same month a year earlier."""
    chart = years(applause, en, source="SFO Museum")
    assert chart.title == (
        "Applause rate on Twitter: in 2 of 12 months more than a year earlier"
    )
    assert "from November 2023 to October 2024" in chart.alt
    assert list(chart.table.columns) == [
        "Month",
        "Applause rate (per post)",
        "A year earlier",
    ]
    last = applause.set_index("period")["value"]
    assert chart.table.iloc[-1].tolist() == [
        "October 2024",
        last["2024-10"],
        last["2023-10"],
    ]
    assert chart.caption == (
        "Applause rate on Twitter, per month, November 2023 to October 2024; 194 posts."
        " Source: SFO Museum."
    )


@pytest.mark.parametrize("values", [[0] * 14, [10, -20, 30, -5, 12, 14, 18, -3] * 2])
def test_zeros_and_values_below_zero(nl, values):
    """Nothing but zeros, and months below zero, are drawn with a target as well."""
    table = pd.DataFrame(
        {
            "kpi": "net_new",
            "channel": "web",
            "period": pd.period_range("2024-01", periods=len(values), freq="M"),
            "value": pd.array(values, dtype="Float64"),
            "n": 28,
        }
    )
    found = check(table, 60, period="2026-06", whole=True)
    chart = trend(table, nl, check=found)
    assert "Nieuwe volgers (netto) op de website per maand" in chart.alt
    assert "28 " not in chart.caption
    assert chart.caption.startswith("Nieuwe volgers (netto) op de website, per maand")
    assert list(chart.table.columns)[-1] == "Getelde dagen"
    assert years(table, nl).title.startswith("Nieuwe volgers (netto) op de website: in")


def test_labels_do_not_cover_each_other():
    """The target stays on its value; the others move down, or up where there is room."""
    labels = [(5.0, "target", "a"), (0.0, "mean", "b"), (0.1, "90%", "c")]
    places = [at for at, _, _ in _apart(labels, 1.0, 0.5)]
    assert places == pytest.approx([5.0, 1.5, 0.5])
    close = [(6.0, "target", "a"), (5.9, "mean", "b"), (6.1, "90%", "c")]
    assert sorted(at for at, _, _ in _apart(close, 1.0, 0.5)) == [5.0, 6.0, 7.0]


def test_years_need_both_years(months, en):
    """Less than 13 months have nothing to compare; a gap is no bar and no zero."""
    with pytest.raises(MetricsError, match="No month has a value in both years"):
        years(monthly(months(*range(12)), "applause"), en)
    posts = months(*[5] * 15)
    gap = monthly(posts[posts["post_id"].ne("13")], "applause")
    assert "In 0 of 2 months it was more" in years(gap, en).alt


@pytest.fixture
def fictional():
    """Return eight peers with made-up values of a made-up source."""
    return pd.DataFrame(
        {
            "institution": [f"P{i}" for i in range(8)],
            "size": "small",
            "kpi": "conversation",
            "channel": "facebook",
            "year": 2025,
            "value": [1.0, 2.0, 2.0, 2.1, 3.0, 4.0, 5.0, 9.0],
            "n": pd.NA,
            "source": "fictional",
        }
    ).convert_dtypes()


def test_strip_has_n_year_and_source(fictional, en):
    """What the comparison rests on stands on the figure and in its words."""
    place = position(fictional, "conversation", 4.5, channel="facebook", size="small")
    chart = strip(place, en)
    assert (
        chart.title == "Conversation rate on Facebook: above 6 of 8 peers of our size"
    )
    assert chart.caption == "n = 8 peers of size “small”, 2025. Source: fictional."
    assert chart.alt == (
        "Strip of dots: Conversation rate on Facebook of 8 peers, from 1 per post to 9"
        " per post, in the middle 2.6 per post; ourselves 4.5 per post, above 6 of them."
    )
    assert chart.table.iloc[6].tolist() == ["ourselves", 4.5]


def test_strip_of_too_few_is_refused(fictional, en):
    """Four peers are not drawn."""
    few = fictional.head(4)
    place = position(few, "conversation", 4.5, channel="facebook", size="small")
    with pytest.raises(MetricsError) as caught:
        strip(place, en)
    assert str(caught.value) == (
        "There are 4 peers with this figure: too few to draw. At least 5 are needed."
    )


def test_heatmap_shows_what_is_not_known(nl):
    """A chosen audience without figures is a row of question marks, and NA."""
    table = pd.DataFrame(
        [
            ("Gezinnen", "instagram", 71, 400, 2026, "verzonnen"),
            ("Gezinnen", "facebook", 64, 400, 2026, "verzonnen"),
            ("Buren", "facebook", 82, 400, 2026, "verzonnen"),
        ],
        columns=list(audience.AUDIENCE),
    ).astype(audience.AUDIENCE)
    chart = heatmap(table, nl, audiences=["Gezinnen", "Buren", "Verzamelaars"])
    assert chart.alt == (
        "Tabel met tinten: doelgroepen naar netwerk. Doelgroep ‘Buren’ is het meest te"
        " vinden op Facebook (82%). Gezinnen: Instagram 71%, Facebook 64%; Buren:"
        " Instagram ?, Facebook 82%; Verzamelaars: Instagram ?, Facebook ?."
    )
    assert chart.caption == (
        "Percentage van de doelgroep dat het gebruikt. ? is onbekend. n = 400 of meer."
        " 2026. Bron: verzonnen."
    )
    assert chart.table["Instagram"].isna().tolist() == [False, True, True]
    with pytest.raises(MetricsError, match="There is no value to draw"):
        heatmap(table, nl, audiences=["Verzamelaars"])


def test_heatmap_of_the_room_and_placeholder(en):
    """Levels are words; the open figures say that they are old and by age."""
    rows = [{"group": ["Families"], "networks": ["instagram"], "active": "mid"}]
    room = audience.of_the_room(rows, year=2026, source="workshop")
    assert heatmap(room, en, levels=True).title == (
        "Families are most active on Instagram (medium)"
    )
    more = [*rows, {"group": ["Schools"], "networks": ["x", "tiktok"], "active": "mid"}]
    tied = audience.of_the_room(more, year=2026, source="workshop")
    assert heatmap(tied, en, levels=True).title == (
        "Highest: Families on Instagram, and 2 other places (medium)"
    )
    cbs = audience.read_cbs(CBS, en)
    chart = heatmap(cbs, en, old=True)
    assert chart.title == (
        "Placeholder of 2014–2019, by age and not by platform: replace it"
    )
    assert "Source: CBS, CBS through a news report." in chart.caption


@pytest.mark.parametrize("draw", [years, trend])
def test_same_bytes_again(applause, en, draw):
    """Drawing twice gives the same file."""
    one, two = (draw(applause, en) for _ in range(2))
    assert (one.svg, one.png) == (two.svg, two.png)


def test_no_global_state():
    """Neither pyplot nor, before a chart is asked for, matplotlib is loaded."""
    code = (
        "import sys; from workshop_kit.metrics import target, baseline;"
        "assert 'matplotlib' not in sys.modules;"
        "from workshop_kit.metrics import chart;"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def coded(*rows):
    """Return a sample of these kinds and tones, by one coder."""
    lines = [f"{n},AB,{tone},{kind},," for n, (kind, tone) in enumerate(rows)]
    head = "item,coder,sentiment,kind,quote,consent\n"
    return coding.sample(coding.read((head + "\n".join(lines)).encode(), name="s.csv"))


def test_tones_say_what_people_say(en, nl):
    """Title, words and table have the same counts, in the reader's language."""
    sample = coded(*[("memory", "+")] * 3, ("question", "0"), ("complaint", "-"))
    chart = tones(sample, en, source="s.csv")
    assert chart.title == (
        "Of 5 comments 3 are positive and 1 negative; most frequent: memory (3)"
    )
    assert "memory: positive 3, neutral 0, negative 0" in chart.alt
    assert chart.caption == (
        "Comments on whose tone the coders agree, n = 5. Coded by AB. Source: s.csv."
    )
    assert chart.table.iloc[0].tolist() == ["memory", 3, 0, 0]
    assert "het vaakst: herinnering (3)" in tones(sample, nl).title


def test_tones_of_nothing_are_refused(en):
    """Without an agreed tone there is nothing to draw, and that is said."""
    with pytest.raises(MetricsError, match="There is no value to draw"):
        tones(coded(("memory", "")), en)
