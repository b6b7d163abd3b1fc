"""Tables of audiences and platforms."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop_kit.errors import MetricsError
from workshop_kit.metrics.audience import AUDIENCE, of_the_room, read, read_cbs

CBS = Path(__file__).parents[2] / "data/nl_age_cbs/nl_social_use_by_age_cbs.csv"
HEAD = "audience,platform,percent,n,year,source\n"


@pytest.fixture
def table(tmp_path):
    """Write and read a table with these lines."""

    def make(*lines, head=HEAD):
        path = tmp_path / "audience.csv"
        path.write_text(head + "\n".join(lines), encoding="utf-8")
        return read(path)

    return make


def test_read(table):
    """Numbers, decimal commas and empty cells are what they are."""
    found = table('Buren,facebook,"82,5",400,2026,Balie', "Buren,tiktok,,,2026,Balie")
    assert {name: str(kind) for name, kind in found.dtypes.items()} == AUDIENCE
    assert found["value"].tolist()[0] == 82.5
    assert found.iloc[1][["value", "n"]].isna().all()


def test_dutch_headers(table):
    """The headers may be Dutch."""
    found = table(
        "Buren,facebook,82,400,2026,Balie",
        head="doelgroep,netwerk,percentage,n,jaar,bron\n",
    )
    assert found["audience"].item() == "Buren"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Buren,facebook,82%,,2026,x", "Line 2, column value: “82%” cannot be read."),
        ("Buren,facebook,101,,2026,x", "Line 2, column value: “101” cannot be read."),
        ("Buren,facebook,1,2.5,2026,x", "Line 2, column n: “2.5” cannot be read."),
        ("Buren,facebook,nan,,2026,x", "Line 2, column value: “nan” cannot be read."),
        ("Buren,facebook,1,,,x", "Line 2, column year: “” cannot be read."),
        ("Buren,facebook,1,,2026,", "Line 2, column source: “” cannot be read."),
    ],
)
def test_wrong_cells(table, line, message):
    """A figure without year or source, or that is none, stops the file."""
    with pytest.raises(MetricsError) as caught:
        table(line)
    assert str(caught.value).startswith(f"audience.csv: {message}")


def test_twice(table):
    """An audience has a platform once."""
    with pytest.raises(MetricsError, match="Line 3: Buren on facebook stands there"):
        table("Buren,facebook,1,,2026,x", "Buren,facebook,2,,2026,x")


def test_of_the_room():
    """Each group and network of a row is a cell, with the evidence in its source."""
    found = of_the_room(
        [
            {
                "group": ["families"],
                "networks": ["instagram", {"other": "Een forum"}],
                "active": "high",
                "evidence": "guess",
            },
            {"group": ["schools"], "networks": ["linkedin"], "active": None},
        ],
        year=2026,
        source="workshop",
        names={"families": "Gezinnen", "guess": "een inschatting"},
    )
    assert found["audience"].tolist() == ["Gezinnen", "Gezinnen", "schools"]
    assert found["platform"].tolist() == ["instagram", "Een forum", "linkedin"]
    assert found["value"].isna().tolist() == [False, False, True]
    assert found["source"].tolist()[0] == "workshop (een inschatting)"
    assert of_the_room([], year=2026, source="x").empty


def test_cbs_is_dated_and_by_age(nl):
    """The placeholder says in each column of which year it is."""
    found = read_cbs(CBS, nl)
    assert len(found) == 11
    assert set(found["year"]) == {2014, 2016, 2019}
    assert found["platform"].str.contains(r"\(20\d\d\)").all()
    assert found["source"].str.startswith("CBS").all()


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=8), max_size=7), max_size=4), st.binary())
def test_any_cells_give_a_table_or_a_metrics_error(rows, rest):
    """Whatever stands under the headers, nothing else is raised."""
    head = "audience,platform,percent,n,year,source\n"
    lines = "\n".join(",".join(row) for row in rows)
    for content in ((head + lines).encode("utf-8", "ignore"), head.encode() + rest):
        with contextlib.suppress(MetricsError):
            assert list(read(content, name="audiences.csv")) == list(AUDIENCE)
