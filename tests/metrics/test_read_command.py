"""``workshop-kit metrics read``, and several exports put together."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from typer.testing import CliRunner

from workshop_kit import metrics
from workshop_kit.cli import app
from workshop_kit.errors import MetricsError
from workshop_kit.metrics.readers.join import join
from workshop_kit.metrics.readers.result import Answers

HEAD = "platform,post_id,published_at,likes\n"
DAYS = "platform,day,followers\n"


@pytest.fixture
def run():
    """Run the command; returns its output, or raises what went wrong."""

    def make(*args):
        result = CliRunner().invoke(app, ["metrics", "read", *map(str, args)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return make


@pytest.fixture
def fog(tmp_path):
    """Write a file with two posts and return its path."""
    path = tmp_path / "fog.csv"
    path.write_text(
        HEAD + "threads,1,2026-05-01 10:00,1938\nthreads,2,2026-05-02 10:00,\n"
    )
    return path


def test_words(run, fog):
    """Format, period, rows, figures and questions are said, a line each."""
    assert run(fog, "--lang", "en").splitlines() == [
        "fog.csv: recognised as generic_posts.",
        "Platforms: Threads.",
        "Period: 1 May 2026 to 2 May 2026.",
        "Posts: 2.",
        "Figures: likes.",
        (
            "? In which time zone are the times, such as 2026-05-01 10:00? Until this is"
            " known they are taken as they are written."
        ),
        (
            "? On which day was this exported? Counts keep growing; they hold for that"
            " day."
        ),
    ]
    assert "Periode: 1 mei 2026 tot en met 2 mei 2026." in run(fog, "--lang", "nl")


def test_answers(run, fog):
    """What is answered is asked no more."""
    said = run(fog, "--lang", "en", "--zone", "UTC", "--exported", "2026-06-01")
    assert "?" not in said


def test_json(run, fog):
    """The same is there as data."""
    (found,) = json.loads(run(fog, "--json", "--lang", "en", "--zone", "UTC"))
    assert found == {
        "file": "fog.csv",
        "format": "generic_posts",
        "platforms": ["threads"],
        "period": ["2026-05-01", "2026-05-02"],
        "posts": 2,
        "days": 0,
        "peers": 0,
        "metrics": {"likes": "likes"},
        "warnings": [],
        "questions": [
            {
                "ask": "export_date",
                "words": (
                    "On which day was this exported? Counts keep growing; they hold for"
                    " that day."
                ),
            }
        ],
    }


def test_several_files(run, fog, tmp_path):
    """Several files are said one by one and together."""
    later = tmp_path / "later.csv"
    later.write_text(HEAD + "threads,2,2026-05-02 10:00,7\n")
    said = run(fog, later, "--lang", "en")
    assert "fog.csv+later.csv: recognised as generic_posts." in said
    assert "! Posts that are in several exports, the latest was taken: 1." in said


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--order", "ymd", "“ymd” is no order of day and month. Write mdy for month/day or dmy for day/month."),
        ("--exported", "today", "“today” is no day. Write it as 2026-01-31."),
    ],
)  # fmt: skip
def test_answers_that_are_none(run, fog, option, value, message):
    """A wrong option is an error in words."""
    with pytest.raises(MetricsError) as caught:
        run(fog, option, value)
    assert str(caught.value) == message


def read(text, day=None):
    """Read a text that was exported on a day of June 2026."""
    told = Answers(export_date=dt.date(2026, 6, day) if day else None)
    return metrics.read(text.encode(), answers=told)


def test_a_post_exported_again():
    """The later export wins, whatever the order of the files."""
    old = HEAD + "x,1,2026-05-01,5\nx,2,2026-05-01,5\n"
    new = HEAD + "x,1,2026-05-01,4\n"
    for exports in ((read(old, 1), read(new, 9)), (read(new, 9), read(old, 1))):
        both = join(exports)
        assert dict(zip(both.wide["post_id"], both.wide["likes"], strict=True)) == {
            "1": 4,
            "2": 5,
        }
        assert both.warnings[-1].slots == {"n": 1}


def test_a_day_exported_again():
    """A revised day counts once; without dates the last file is the latest."""
    first = read(DAYS + "x,2026-05-01,5\nx,2026-05-02,6\n")
    both = join([first, read(DAYS + "x,2026-05-02,8\nx,2026-05-03,9\n")])
    assert sorted(both.days["value"]) == [5, 8, 9]
    assert both.warnings[-1].code == "exported_again"


def test_exports_that_do_not_overlap():
    """Posts and days of different files stand beside each other, without a warning."""
    both = join(
        [
            read(HEAD + "x,,2026-05-01,5\nx,,2026-05-01,5\n", 1),
            read(DAYS + "x,2026-05-01,5\n", 1),
        ]
    )
    assert both.count == 2
    assert len(both.days) == 1
    assert [warning.code for warning in both.warnings] == ["day_only"]
    assert both.questions == ()
