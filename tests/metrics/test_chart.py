"""The figure, its words and its table."""

from __future__ import annotations

import io
import subprocess
import sys
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pandas as pd
import pytest
from PIL import Image

from workshop_kit.errors import MetricsError
from workshop_kit.metrics.baseline import full_months
from workshop_kit.metrics.chart import trend
from workshop_kit.metrics.kpi import monthly


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
        " posts. Source: SFO Museum."
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
        assert image.size == (1400, 680)


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


def test_no_global_state():
    """Neither pyplot nor, before a chart is asked for, matplotlib is loaded."""
    code = (
        "import sys; from workshop_kit.metrics import target, baseline;"
        "assert 'matplotlib' not in sys.modules;"
        "from workshop_kit.metrics import chart;"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
