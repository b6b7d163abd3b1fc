"""What a file leaves open is a rule that is said, or a question; never a guess."""

from __future__ import annotations

import datetime as dt

import pytest

from workshop_kit import metrics
from workshop_kit.errors import MetricsError
from workshop_kit.i18n import Translator
from workshop_kit.metrics.readers.result import Answers

HEAD = "platform,post_id,published_at,likes\n"
META = (
    "Post ID,Page ID,Page name,Publish time,Post type,Reach,Reactions\n"
    "1,7,Museum of Fog,{time},Photos,{reach},2\n"
)
GRAM = "Post ID,Account username,Account name,Publish time,Views,Likes\n"
DAYS = "platform,day,likes\n"


def read(text, **answers):
    """Read text as a file of a museum, with answers."""
    return metrics.read(text.encode(), name="fog.csv", answers=Answers(**answers))


def said(export):
    """Return the codes of the warnings."""
    return [notice.code for notice in export.warnings]


def asked(export):
    """Return what is asked."""
    return [question.ask for question in export.questions]


def times(export):
    """Return the times of posts, as text."""
    return [str(time)[:16] for time in export.wide["published_at"]]


def words(export, lang="en"):
    """Return the warnings as they are shown."""
    return [notice.render(Translator(lang)) for notice in export.warnings]


def test_order_of_day_and_month_is_asked():
    """Days up to 12 leave the order open, and the dates empty, until it is answered."""
    text = HEAD + "x,1,03/04/2026,5\n"
    assert times(read(text)) == ["NaT"]
    assert asked(read(text)) == ["date_order", "export_date"]
    assert times(read(text, date_order="dmy")) == ["2026-04-03 00:00"]
    assert times(read(text, date_order="mdy")) == ["2026-03-04 00:00"]
    assert "date_order" not in asked(read(text, date_order="mdy"))


def test_a_day_above_twelve_proves_the_order():
    """One such day decides for the column; both ways in one column are an error."""
    text = HEAD + "x,1,03/04/2026,5\nx,2,27/04/2026,5\n"
    assert times(read(text)) == ["2026-04-03 00:00", "2026-04-27 00:00"]
    message = (
        "fog.csv: Days and months stand in both orders, so no date is certain. Export"
        " the file again and do not save it from a spreadsheet."
    )
    for wrong, order in ((text, "mdy"), (text + "x,3,04/27/2026,5\n", None)):
        with pytest.raises(MetricsError) as caught:
            read(wrong, date_order=order)
        assert str(caught.value) == message


def test_the_platform_writes_the_month_first():
    """Meta's order is known: used with a warning, and another order is noticed."""
    unclear = read(META.format(time="03/04/2026 06:08", reach=1))
    assert times(unclear) == ["2026-03-04 06:08"]
    assert words(unclear) == [
        "fog.csv: No date shows the order of day and month; 03/04/2026 06:08 was read as"
        " MM/DD/YYYY, as the platform writes it."
    ]
    other = read(META.format(time="27/04/2026 06:08", reach=1))
    assert times(other) == ["2026-04-27 06:08"]
    assert words(other) == [
        "fog.csv: The dates are not in the platform's own order, MM/DD/YYYY."
    ]
    assert said(read(META.format(time="04/27/2026 06:08", reach=1))) == []


def test_zone_is_asked_and_applied():
    """Clock times without a zone stay as written; an answer shifts them."""
    text = HEAD + "x,1,2026-07-01 00:30,5\n"
    export = read(text)
    assert asked(export) == ["zone", "export_date"]
    assert times(export) == ["2026-07-01 00:30"]
    assert not export.wide["zone_known"].any()
    export = read(text, zone="Europe/Amsterdam", export_date=dt.date(2026, 8, 1))
    assert times(export) == ["2026-06-30 22:30"]
    assert asked(export) == []
    assert str(export.wide["export_date"].iloc[0]) == "2026-08-01 00:00:00"
    with pytest.raises(MetricsError) as caught:
        read(text, zone="Amsterdam")
    assert str(caught.value) == (
        "There is no time zone “Amsterdam”. Write it as Europe/Amsterdam or UTC."
    )


def test_hours_that_are_there_twice_or_never():
    """The double hour of autumn is summer time; spring's missing one the next hour."""
    text = HEAD + "x,1,2026-10-25 02:30,5\nx,2,2026-03-29 02:30,5\n"
    export = read(text, zone="Europe/Amsterdam")
    assert times(export) == ["2026-10-25 00:30", "2026-03-29 01:00"]


def test_year_is_asked():
    """Days without a year are empty until the year of the latest one is answered."""
    text = DAYS + "tiktok,30 december,1\ntiktok,31 december,1\ntiktok,1 januari,2\n"
    assert read(text).days["day"].isna().all()
    assert asked(read(text)) == ["year"]
    found = read(text, year=2026).days["day"].dt.strftime("%Y-%m-%d").tolist()
    assert found == ["2025-12-30", "2025-12-31", "2026-01-01"]
    back = DAYS + "tiktok,January 1,2\ntiktok,December 31,1\n"
    found = read(back, year=2026).days["day"].dt.strftime("%Y-%m-%d").tolist()
    assert found == ["2026-01-01", "2025-12-31"]


def test_days_without_year_have_to_be_in_order():
    """Where the turns of the year cannot be seen no year is certain."""
    mixed = "".join(
        f"tiktok,{m} {d},1\n" for d in range(1, 20) for m in ("May", "June")
    )
    with pytest.raises(MetricsError) as caught:
        read(DAYS + mixed, year=2026)
    assert str(caught.value) == (
        "fog.csv: The days have no year and are not in order, so no year is certain."
        " Sort the file by day, or write the days as 2026-01-31."
    )


def test_months_of_other_languages_are_an_error():
    """A month that is not known names its row; it is not left out."""
    with pytest.raises(MetricsError, match="Row 2, column day: “18 января” cannot"):
        read(DAYS + "tiktok,18 января,1\n", year=2026)


def test_platform_is_asked():
    """A generic file without a platform asks for it."""
    text = "post_id,published_at,likes\n1,2026-07-01T00:00:00Z,5\n"
    assert asked(read(text)) == ["platform", "export_date"]
    assert read(text, platform="threads").platforms == ("threads",)


def test_copies_of_a_post():
    """The row with the highest figures is the latest; the other one is dropped."""
    text = HEAD + "x,1,2026-07-01,5\nx,2,2026-07-01,1\nx,1,2026-07-01,9\n"
    export = read(text)
    assert export.wide["row"].tolist() == [3, 4]
    assert said(export) == ["day_only", "duplicates"]
    assert export.wide["likes"].tolist() == [1, 9]


def test_days_that_stand_twice():
    """The same again is dropped; other figures for the day are an error."""
    assert said(read(DAYS + "x,2026-07-01,5\nx,2026-07-01,5\n")) == ["duplicates"]
    with pytest.raises(MetricsError) as caught:
        read(DAYS + "x,2026-07-01,5\nx,2026-07-01,6\n")
    assert str(caught.value) == (
        "fog.csv: Row 3: 2026-07-01 stands in the file twice, with other figures."
        " Export the file again; two exports may have been joined."
    )


def test_ids_damaged_by_a_spreadsheet():
    """An id in short form is no id; the post keeps its figures."""
    export = read(HEAD + "x,1.22158E+17,2026-07-01,5\nx,12e,2026-07-01,6\n")
    assert export.wide["post_id"].isna().tolist() == [True, False]
    assert export.wide["likes"].tolist() == [5, 6]
    assert said(export) == ["day_only", "damaged_ids"]


def test_long_ids_keep_their_digits():
    """An id beside an empty one is text, not a rounded number."""
    export = read(HEAD + "x,18182686576415017,2026-07-01,5\nx,,2026-07-01,6\n")
    assert export.wide["post_id"].iloc[0] == "18182686576415017"


def test_instagram_changes_its_meaning():
    """Posts on both sides of 21 April 2025 are not to be compared, and that is said."""
    row = "{n},fog,Fog,{time},10,2\n"
    before = row.format(n=1, time="04/20/2025 10:00")
    after = row.format(n=2, time="04/21/2025 10:00")
    assert said(read(GRAM + before + after)) == ["redefined"]
    assert said(read(GRAM + before)) == []
    assert said(read(GRAM + after)) == []


def test_paid_beside_organic():
    """Both in one file is said; they are told apart in the column ``promoted``."""
    text = "platform,post_id,published_at,promoted,likes\n"
    export = read(text + "x,1,2026-07-01,paid,5\nx,2,2026-07-01,organic,5\n")
    assert said(export) == ["day_only", "promoted"]
    assert export.wide["promoted"].tolist() == ["paid", "organic"]


def test_withheld_and_undefined_values():
    """“<10” and “undefined” are NA and counted in words."""
    export = read(DAYS + "x,2026-07-01,<10\nx,2026-07-02,undefined\nx,2026-07-03,-\n")
    assert export.days["value"].isna().all()
    assert said(export) == ["threshold", "undefined"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.938", 1938), ("1,938", 1938), ("1 938", 1938), ("1938.0", 1938), ("1.234.567", 1234567)],
)  # fmt: skip
def test_marks_between_thousands(cell, value):
    """A count has no decimals, so a mark before three digits is one of thousands."""
    export = read(DAYS + f'x,2026-07-01,"{cell}"\n')
    assert export.days["value"].tolist() == [value]
    assert said(export) == ([] if cell == "1938.0" else ["grouped"])


@pytest.mark.parametrize("cell", ["12,5", "1.5", "1E5", "=1+1", "ten", "9" * 30, "٣"])
def test_what_is_no_count(cell):
    """Anything else in a column of counts is an error that names the cell."""
    with pytest.raises(MetricsError) as caught:
        read(DAYS + f'x,2026-07-01,"{cell}"\n')
    assert str(caught.value) == (
        f"fog.csv: Row 2, column likes: “{cell}” cannot be read. Correct this cell or"
        " leave it empty; nothing was loaded."
    )


def test_totals_are_left_out():
    """A row that adds up the others is no day."""
    export = read(DAYS + "Total,,9\nx,2026-07-01,9\n")
    assert export.days["value"].tolist() == [9]
    assert said(export) == ["totals"]


def test_days_below_zero_are_kept_and_said():
    """A daily figure can be below 0, a post's cannot."""
    assert said(read(DAYS + "x,2026-07-01,-2\n")) == ["negative"]
    with pytest.raises(MetricsError, match="Row 2, column likes: “-2” cannot be read"):
        read(HEAD + "x,1,2026-07-01,-2\n")


def test_days_with_nothing_are_added_where_the_platform_omits_them():
    """Meta leaves out days with 0; other sources do not, and get none added."""
    text = 'sep=,\n"Views"\n"Date","Primary"\n"2025-08-01T00:00:00","2"\n"2025-08-04T00:00:00","3"\n'
    export = read(text, platform="instagram")
    assert export.days["value"].tolist() == [2, 0, 0, 3]
    assert said(export) == ["zero_days"]
    assert asked(read(text)) == ["platform"]
    assert len(read(DAYS + "x,2026-07-01,1\nx,2026-07-09,1\n").days) == 2


def test_something_else_below_is_said():
    """What follows a block is not read, and the row where it begins is named."""
    text = "# a\n# Start date: 20260501\n# End date: 20260531\nSession source,Sessions\nx,3\n\nLanding page,Sessions\n/,3\n"
    export = read(text)
    assert len(export.days) == 1
    assert words(export) == [
        "fog.csv: From row 7 on something else follows; it was not read."
    ]


def test_warnings_and_questions_in_dutch():
    """Rules and questions are said in the reader's language."""
    export = read(META.format(time="27/04/2026 06:08", reach=1))
    assert words(export, "nl") == [
        "fog.csv: De datums staan niet in de volgorde van het platform zelf, MM/DD/YYYY."
    ]
    assert export.questions[1].render(Translator("nl")) == (
        "Op welke dag is dit geëxporteerd? Aantallen blijven groeien; ze gelden voor die"
        " dag."
    )
