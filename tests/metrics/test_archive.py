"""Reading an archive: all of it as it is, or an error that helps."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workshop_kit.errors import MetricsError
from workshop_kit.metrics.readers import archive

HEAD = "post_id,created_at_utc,kind,favorite_count,retweet_count"
SEEN = HEAD.replace(",", ", ")
GOOD = f"{HEAD}\n1,2020-01-05T12:00:00Z,original,3,1\n".encode()
fuzz = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def test_sample_has_every_row_of_its_provenance(tweets):
    """Posts, kinds and span are those that the provenance states."""
    posts = tweets.drop_duplicates("row")
    assert len(posts) == 13_469
    assert posts["kind"].value_counts().to_dict() == {
        "original": 7_639,
        "reply": 3_668,
        "retweet": 2_162,
    }
    assert str(tweets["published_at"].min()) == "2011-09-15 18:59:24+00:00"
    assert tweets["published_at"].max().date() == dt.date(2024, 11, 22)


def test_sample_sums(tweets):
    """The likes and shares add up to those of the file's own posts."""
    sums = tweets.groupby(["metric", "kind"])["value"].sum().to_dict()
    assert sums["likes", "original"] == 35_348
    assert sums["likes", "reply"] == 5_141
    assert sums["shares", "original"] == 11_916


def test_frame_is_tidy(tweets):
    """Columns, their types and their order are the declared ones."""
    assert {name: str(kind) for name, kind in tweets.dtypes.items()} == archive.POSTS
    assert tweets["post_id"].iloc[0] == "114413020502953984"
    assert tweets["export_date"].isna().all()


def test_figures_beside_a_retweet_are_not_ours(tweets):
    """A retweet has no likes of its own: NA, not the 0 of the file."""
    retweets = tweets[tweets["kind"].eq("retweet")]
    assert retweets["value"].isna().all()


def test_missing_is_na_never_zero(write):
    """An empty cell of any column is NA."""
    path = write("1,2020-01-05T12:00:00Z,original,,2", ",,,4,5")
    frame = archive.read(path, account="demo", export_date=dt.date(2026, 1, 2))
    first, second = frame["value"].head(2)
    assert first is pd.NA
    assert second == 4
    assert frame.loc[1, ["post_id", "published_at", "kind"]].isna().all()
    assert str(frame.loc[0, "export_date"]) == "2026-01-02 00:00:00"
    assert list(frame["row"]) == [2, 3, 2, 3]


def test_headers_match_by_subset_in_any_case_and_order(tmp_path):
    """More columns, another order, capitals and a byte order mark do not matter."""
    path = tmp_path / "t.csv"
    path.write_text(
        "Retweet_Count,extra,KIND,favorite_count,Post_ID,created_at_utc\r\n"
        '7,"a\nb",reply,6.0,9,2020-01-05T12:00:00Z\r\n',
        encoding="utf-8-sig",
    )
    assert list(archive.read(path)["value"]) == [6, 7]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty. Export the file again."),
        (b" \r\n\n", "The file is empty. Export the file again."),
        (
            b"Date,Views\n1,2\n",
            (
                "This layout is not known: no column post_id. Seen: Date, Views."
                " Export the file again, or choose the reader for it."
            ),
        ),
        (
            b"post_id," + GOOD.replace(b"\n1", b"\n1,1"),
            (
                f"The column post_id stands twice. Seen: post_id, {SEEN}."
                " Remove the column that does not belong there."
            ),
        ),
        (
            GOOD.decode().encode("utf-16"),
            "The text is not in UTF-8. Save it as CSV in UTF-8.",
        ),
        (
            GOOD.replace(b"original", "été".encode("latin-1")),
            "The text is not in UTF-8. Save it as CSV in UTF-8.",
        ),
        (
            b"PK\x03\x04\x00\x00",
            "This is not a text file. Choose the CSV file of the export, unpacked.",
        ),
        (
            GOOD + b"2,2020-01-05T12:00:00Z,original,3\n",
            (
                "Line 3 has 4 cells where the header has 5. Export the file again and"
                " do"
                " not save it from a spreadsheet."
            ),
        ),
        (
            GOOD.replace(b"original", b"x" * 100_001),
            (
                "Line 2 has a cell of more than 100000 characters. Check that this is"
                " an"
                " export of posts."
            ),
        ),
        (
            GOOD.replace(b"original", b"x" * 200_000),
            (
                "This is not a readable CSV file, line 2: field larger than field limit"
                " (131072). Export the file again and do not save it from a"
                " spreadsheet."
            ),
        ),
        (
            GOOD + b"1,2020-01-05T12:00:00Z,original,3,1\n",
            (
                "Line 3: post 1 stands in the file twice. Export the file again; two"
                " exports may have been joined."
            ),
        ),
        (
            GOOD.replace(b"2020-01-05T12:00:00Z", b"03/04/2020"),
            (
                "Line 2, column created_at_utc: “03/04/2020” cannot be read. Correct"
                " this"
                " cell or leave it empty; nothing was loaded."
            ),
        ),
        (
            GOOD.replace(b",3,", b",-3,"),
            (
                "Line 2, column favorite_count: “-3” cannot be read. Correct this cell"
                " or"
                " leave it empty; nothing was loaded."
            ),
        ),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, content, message):
    """Each broken file has its own words."""
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    with pytest.raises(MetricsError) as caught:
        archive.read(path)
    assert str(caught.value) == f"broken.csv: {message}"


def test_missing_file_and_folder(tmp_path):
    """A wrong path is named, without the folders above it."""
    with pytest.raises(MetricsError) as caught:
        archive.read(tmp_path / "none.csv")
    assert str(caught.value) == (
        "none.csv: The file cannot be read: No such file or directory."
        " Check its name and folder."
    )
    with pytest.raises(MetricsError, match="Is a directory"):
        archive.read(tmp_path)
    with pytest.raises(MetricsError, match="null"):
        archive.read("a\0b")


def _read(tmp_path, data):
    path = tmp_path / "fuzz.csv"
    path.write_bytes(data)
    with suppress(MetricsError):
        frame = archive.read(path)
        assert {n: str(kind) for n, kind in frame.dtypes.items()} == archive.POSTS


@fuzz
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path, data):
    """Arbitrary bytes are read or are a MetricsError, nothing else."""
    _read(tmp_path, data)


cells = st.text(max_size=12) | st.sampled_from(
    ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9" * 15, "٣", '"', "a\nb", "=1"]
)


@fuzz
@given(st.lists(st.lists(cells, min_size=5, max_size=5), max_size=4))
@example([["", "0000-00-00T00:00:00Z", "", "1", "1"]])
def test_any_cells_under_the_right_header(tmp_path, rows):
    """Arbitrary cells under a known header are read or are a MetricsError."""
    lines = [HEAD, *(",".join(row) for row in rows)]
    _read(tmp_path, "\n".join(lines).encode("utf-8", "surrogatepass"))


@fuzz
@given(
    st.lists(
        st.tuples(
            st.dates(dt.date(2006, 1, 1), dt.date(2100, 1, 1)),
            st.none() | st.integers(0, 10**9),
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read(tmp_path, posts):
    """Times and counts come back as they were, NA for what was empty."""
    lines = [
        f"{i},{day}T23:59:58Z,original,{'' if n is None else n},0"
        for i, (day, n) in enumerate(posts)
    ]
    path = tmp_path / "round.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    likes = archive.read(path).query("metric == 'likes'")
    assert [None if n is pd.NA else n for n in likes["value"]] == [n for _, n in posts]
    assert [time.isoformat() for time in likes["published_at"]] == [
        f"{day}T23:59:58+00:00" for day, _ in posts
    ]
