"""A large file is read by faster means, to the same figures and the same errors."""

from __future__ import annotations

import re
from importlib.util import find_spec

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop_kit import metrics
from workshop_kit.errors import MetricsError
from workshop_kit.metrics import kpi
from workshop_kit.metrics.readers import fast, schema, text, totals
from workshop_kit.metrics.readers.result import Answers

HEAD = "platform,account,post_id,published_at,kind,caption,views,reach,likes\n"
LINES = (
    'x,fog,1,2026-05-01T10:00:00Z,original,"a\nb, ""c""",10,8,1\n'
    "x,fog,2,2026-05-31T23:59:59Z,reply,,10,,2\n"
    "instagram,fog,3,2025-04-20T10:00:00Z,original,a,,0,3\n"
    "instagram,,4,2025-04-21T10:00:00Z,,a,7,7,\n"
)


@pytest.fixture
def large(tmp_path, monkeypatch):
    """Write a file that passes for a large one, and return its path."""
    monkeypatch.setattr(text, "SMALL", 0)

    def write(content, encoding="utf-8"):
        path = tmp_path / "large.csv"
        path.write_bytes(content.encode(encoding))
        return path

    return write


def same(left, right):
    """Compare two tables of totals."""
    keys = list(totals.KEYS)
    ordered = [t.sort_values(keys).reset_index(drop=True) for t in (left, right)]
    pd.testing.assert_frame_equal(*ordered)


def test_one_pass_gives_the_same_totals(large):
    """What polars adds up is what the posts add up to, and the posts are there too."""
    export = metrics.read(large(HEAD + LINES))
    assert export.added is not None
    same(export.added, totals.of(export.wide))
    assert export.count == len(export.wide) == 4
    assert [warning.code for warning in export.warnings] == ["redefined"]
    assert [question.ask for question in export.questions] == ["export_date"]
    careful = metrics.read((HEAD + LINES).encode(), name="large.csv")
    left = careful.wide.drop(columns="row").astype({"account": "string"})
    right = export.wide.drop(columns="row").astype({"account": "string"})
    pd.testing.assert_frame_equal(left, right, check_categorical=False)
    same(careful.totals, export.totals)
    assert careful.definitions == export.definitions
    assert careful.period == export.period
    assert careful.metrics == export.metrics


def test_without_polars(large, monkeypatch):
    """Where polars is not there the result is the same."""
    path = large(HEAD + LINES)
    quick = metrics.read(path)
    monkeypatch.setattr(fast, "find_spec", lambda _: None)
    slow = metrics.read(path)
    assert slow.added is None
    same(quick.totals, slow.totals)
    assert [w.code for w in slow.warnings] == [w.code for w in quick.warnings]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("x,fog,1,2026-05-01T10:00:00Z,original,a,10,8,1\n", "duplicates"),
        ("x,fog,1.2E+17,2026-05-01T10:00:00Z,original,a,10,8,1\n", "damaged_ids"),
        ('x,fog,9,2026-05-01T10:00:00Z,original,a,"1,938",8,1\n', "grouped"),
        ("x,fog,9,2026-05-01T10:00:00Z,original,a,undefined,8,1\n", "undefined"),
        ("Total,,,,,,99,8,1\n", "totals"),
    ],
)
def test_what_is_special_is_read_the_careful_way(large, line, code):
    """Anything that needs a rule is left to the reader that says it."""
    export = metrics.read(large(HEAD + LINES + line))
    assert export.added is None
    assert code in {warning.code for warning in export.warnings}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x,fog,9,2026-05-01T10:00:00Z,original,a,ten,8,1\n", "Row 6, column views: “ten” cannot be read. Correct this cell or leave it empty; nothing was loaded."),
        ("x,fog,9,2026-05-01T10:00:00Z,original,a,-1,8,1\n", "Row 6, column views: “-1.0” cannot be read. Correct this cell or leave it empty; nothing was loaded."),
        ("x,fog,9,2026-05-01T10:00:00Z,original,a,1000000000000001,8,1\n", "Row 6, column views: “1000000000000001.0” cannot be read. Correct this cell or leave it empty; nothing was loaded."),
        ("x,fog,9,1889-05-01T10:00:00Z,original,a,1,8,1\n", "Row 6, column published_at: “1889-05-01T10:00:00Z” cannot be read. Correct this cell or leave it empty; nothing was loaded."),
        ("x,fog,9,yesterday,original,a,1,8,1\n", "Row 6, column published_at: “yesterday” cannot be read. Correct this cell or leave it empty; nothing was loaded."),
        ("x,fog,9,2026-05-01T10:00:00Z,poem,a,1,8,1\n", "Row 6, column kind: “poem” cannot be read. Correct this cell or leave it empty; nothing was loaded."),
        ('x,fog,9,2026-05-01T10:00:00Z,original,"a,1,8,1\n', "This is not a readable CSV file: Error tokenizing data. C error: EOF inside string starting at row 5. Export the file again and do not save it from a spreadsheet."),
    ],
)  # fmt: skip
def test_faults_of_a_large_file(large, line, message):
    """A cell that cannot be read names its row also in a large file."""
    with pytest.raises(MetricsError) as caught:
        metrics.read(large(HEAD + LINES + line))
    assert str(caught.value) == f"large.csv: {message}"


@pytest.mark.parametrize(
    "line",
    [
        "x,fog,9,2026-05-01T10:00:00Z,original,a,1,8,5,2,3\n",
        "x,fog,9,2026-05-01T10:00:00Z,original,a, so 7,1,8,5,\n",
        "x,fog,9,2026-05-01T10:00:00Z,original,fog,7,1,8,5,\n",
    ],
)
def test_a_cell_too_many(large, monkeypatch, line):
    """A comma in a caption without quotes shifts no figures, with polars or without."""
    path = large(HEAD + LINES + line)
    for found in (find_spec, lambda _: None):
        monkeypatch.setattr(fast, "find_spec", found)
        with pytest.raises(MetricsError) as caught:
            metrics.read(path)
        assert str(caught.value) == (
            "large.csv: This is not a readable CSV file: Error tokenizing data. C error:"
            " Expected 9 fields in line 6, saw 11. Export the file again and do not save"
            " it from a spreadsheet."
        )


def test_a_cell_too_many_in_every_row(large):
    """No column is taken for the name of the row, which would shift all figures."""
    lines = "".join(f"{line}\n" for line in ["x,2026-05-01,1,9"] * 2)
    with pytest.raises(MetricsError) as caught:
        metrics.read(large("platform,day,likes\n" + lines))
    assert str(caught.value) == (
        "large.csv: This is not a readable CSV file: rows have more cells than the"
        " header. Export the file again and do not save it from a spreadsheet."
    )


def test_other_encodings_of_a_large_file(large):
    """UTF-16 is read, with a mark of UTF-8 too; anything else is refused."""
    for encoding in ("utf-16", "utf-8-sig"):
        assert metrics.read(large(HEAD + LINES, encoding)).count == 4
    wrong = HEAD + LINES * 60_000 + "é"
    for encoding in ("latin-1", "cp500"):
        with pytest.raises(MetricsError):
            metrics.read(large(wrong, encoding))


def test_one_endless_line(large):
    """A large file without a line of ordinary length is no table."""
    with pytest.raises(MetricsError) as caught:
        metrics.read(large("a" * 300_000))
    assert str(caught.value) == (
        "large.csv: This is not a readable CSV file: field larger than field limit"
        " (131072). Export the file again and do not save it from a spreadsheet."
    )


def test_zone_of_a_large_file(large):
    """Times without a zone are asked for, and shifted the careful way if answered."""
    path = large((HEAD + LINES).replace("Z,", ","))
    export = metrics.read(path)
    assert export.added is not None
    assert [question.ask for question in export.questions] == ["zone", "export_date"]
    told = metrics.read(path, answers=Answers(zone="Europe/Amsterdam"))
    assert str(told.wide["published_at"].iloc[0]) == "2026-05-01 08:00:00+00:00"
    assert told.wide["zone_known"].all()


PAGE = (
    "\ufeffPage ID,Page name,Post ID,Publish time,Post type,Title,Views,Reach,Reactions,"
    '"Comments",Shares,Seconds viewed\n'
)
POSTS = (
    '7,fog,12,05/01/2026 00:30,Photos,"a\nb, ""c""",10,8,1,2,,12.5\n'
    "7,fog,11,04/13/2026 23:59,Reels,,10,,2,,0,\n"
    "7,fog,10,04/02/2026 08:00,Reels,,9,0,1,1,1,3\n"
)


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Amsterdam", "America/New_York"])
@pytest.mark.parametrize("seconds", ["", ":07"])
def test_times_as_facebook_writes_them(large, monkeypatch, zone, seconds):
    """MM/DD/YYYY is read in one pass, with its zone and with decimals, to the same."""
    lines = re.sub(r"(20\d\d \d\d:\d\d)", rf"\1{seconds}", POSTS)
    path, told = large(PAGE + lines), Answers(zone=zone)
    quick = metrics.read(path, answers=told)
    assert quick.added is not None
    monkeypatch.setattr(fast, "find_spec", lambda _: None)
    slow = metrics.read(path, answers=told)
    assert slow.added is None
    same(quick.totals, slow.totals)
    assert quick.questions == slow.questions
    assert quick.warnings == slow.warnings == ()
    assert quick.period == slow.period
    assert quick.metrics == slow.metrics


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("04/13", "04/12", "date_order"),
        ("04/13/2026", "13/04/2026", "date_order"),
        ("04/13/2026 23:59", "4/13/2026 23:59", ""),
        ("04/13/2026 23:59", "04/13/2026", ""),
        ("04/13/2026 23:59", "03/29/2026 02:30", ""),
        ("12.5", "12,5", None),
        ("12.5", "n/a", ""),
        ("12.5", "1e5", None),
        ("12.5", "inf", None),
        (",10,8,", ",4294967296,8,", ""),
        (",10,8,", ",10,8.5,", None),
        (",11,", ",12,", "duplicates"),
    ],
)
def test_what_facebook_may_also_write_is_read_the_careful_way(large, old, new, code):
    """A rarer way to write is left to the reader that knows what to say of it."""
    path = large(PAGE + POSTS.replace(old, f'"{new}"' if new == "12,5" else new))
    told = Answers(zone="Europe/Amsterdam")
    try:
        export = metrics.read(path, answers=told)
    except MetricsError:
        assert code is None
        return
    assert export.added is None
    codes = {warning.code for warning in export.warnings}
    assert codes == ({code} if code else set()) or (new == "12,5" and codes)


def test_an_order_of_days_that_was_answered(large):
    """Where the owner says the order of day and month, no day has to prove it."""
    lines = POSTS.replace("04/13", "04/12")
    export = metrics.read(large(PAGE + lines), answers=Answers(date_order="mdy"))
    assert export.added is not None
    other = metrics.read(large(PAGE + lines), answers=Answers(date_order="dmy"))
    assert other.added is None
    assert [warning.code for warning in other.warnings] == ["date_order"]


def test_ids_that_are_no_numbers(large):
    """Links as ids are told apart by all their letters; empty ones are no copies."""
    lines = LINES.replace("x,fog,1,", "x,fog,https://x.test/e1,").replace(",2,", ",,")
    lines = lines.replace("fog,3,", "fog,,")
    assert metrics.read(large(HEAD + lines)).added is not None
    again = lines + "x,fog, https://x.test/e1 ,2026-05-01T10:00:00Z,original,a,1,1,1\n"
    export = metrics.read(large(HEAD + again))
    assert export.added is None
    assert "duplicates" in {warning.code for warning in export.warnings}


def test_an_id_that_is_no_number_far_down(large):
    """One id with letters after many numbers is no fault of the file."""
    lines = "".join(
        f"x,fog,{n},2026-05-01T10:00:00Z,original,a,1,1,1\n" for n in range(1, 100)
    )
    for name in ("z", "0001", "1.2E+17", "18446744073709551616"):
        odd = f"x,fog,{name},2026-05-01T10:00:00Z,original,a,1,1,1\n"
        export = metrics.read(large(HEAD + lines + odd))
        assert export.added is None
        assert export.count == 100


def test_a_name_with_signs_of_a_pattern(large, tmp_path):
    """Brackets and stars in the name of a file stand for themselves."""
    path = large(HEAD + LINES).rename(tmp_path / "posts [2026]*.csv")
    (tmp_path / "posts 2.csv").write_text(HEAD + LINES * 2, encoding="utf-8")
    export = metrics.read(path)
    assert export.added is not None
    assert export.count == 4


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["x", "threads", "instagram"]),
        st.sampled_from(["fog", "", "salt"]),
        st.datetimes(pd.Timestamp("2006-01-01"), pd.Timestamp("2090-01-01")),
        st.sampled_from(["original", "reply", ""]),
        st.text(st.sampled_from('a\n",;é'), max_size=4),
        *[st.none() | st.integers(0, 10**9)] * 3,
    ),
    min_size=1,
    max_size=8,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=30,
)
@given(ROWS)
def test_totals_of_any_posts(large, rows):
    """For any plain posts both ways add up to the same, and to the same KPIs."""
    lines = [
        f'{platform},{account},{n},{time:%Y-%m-%dT%H:%M:%SZ},{kind},"{caption.replace(chr(34), chr(34) * 2)}",'
        + ",".join("" if f is None else str(f) for f in figures)
        for n, (platform, account, time, kind, caption, *figures) in enumerate(rows)
    ]
    export = metrics.read(large(HEAD + "\n".join(lines) + "\n"))
    assert export.added is not None
    assert schema.faults(export.posts, schema.LONG) == []
    same(export.added, totals.of(export.wide))
    names = kpi.computable(export.wide)
    assert kpi.computable(export.totals) == names
    for name in names:
        pd.testing.assert_frame_equal(
            kpi.monthly(export.totals, name), kpi.monthly(export.wide, name)
        )
