"""Whatever a file holds, it is read or it is a MetricsError; nothing else is raised."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workshop_kit import metrics
from workshop_kit.errors import MetricsError
from workshop_kit.i18n import Translator
from workshop_kit.metrics.readers import schema
from workshop_kit.metrics.readers.recognise import LAYOUTS
from workshop_kit.metrics.readers.result import Answers
from workshop_kit.metrics.readers.summary import as_data, words

fuzz = settings(deadline=None, max_examples=25)
CELLS = st.text(max_size=12) | st.sampled_from(
    [
        *("", "-", "undefined", "Total", "1", "1,938", "1.5", "-3", "9" * 400, "<10"),
        *(
            "2026-05-01",
            "2026-05-01T10:00:00Z",
            "05/19/2026 09:22",
            "13/13/2026",
            "1E5",
        ),
        *(
            "0001-01-01",
            "9999-12-31",
            "2026-02-30",
            "August 31",
            "February 30",
            "٣",
            "20",
        ),
        *(
            "9月31日",
            "Tue, Jul 14, 2026",
            "20260501",
            "2009-12-28,2009-01-03",
            "2026-13",
        ),
        *("12/31/2026 13:00 PM", "2026-05-01 10:00 +9999", "1.2E+17", "paid", "reply"),
        *('"', "a\nb", "=1+1", "\u2028", "nan", "inf", "2026-05-01T10:00:00+02:00"),
    ]
)
TOLD = st.builds(
    Answers,
    platform=st.none() | st.just("threads"),
    account=st.none() | st.just("fog"),
    date_order=st.sampled_from([None, "mdy", "dmy"]),
    year=st.sampled_from([None, 2026, -5, 10**9]),
    zone=st.sampled_from([None, "Europe/Amsterdam", "UTC", "no/zone", "", "../x"]),
)


def check(data, told=None):
    """Read; what is read has the declared frames and can be told in words."""
    with suppress(MetricsError):
        export = metrics.read(data, name="fuzz", answers=told)
        assert schema.faults(export.posts, schema.LONG) == []
        assert schema.faults(export.days, schema.DAYS) == []
        assert schema.faults(export.peers, schema.PEERS) == []
        assert export.count == len(export.wide)
        t = Translator("nl")
        assert words(export, "fuzz", t)
        assert json.dumps(as_data(export, "fuzz", t))


@fuzz
@given(st.binary(max_size=300))
@example(b"\xfe\xff")
@example(b"sep=;")
def test_any_bytes(data):
    """Bytes of any kind."""
    check(data)


@fuzz
@given(
    st.sampled_from(
        [b"PK\x03\x04", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
    ),
    st.binary(max_size=100),
)
def test_any_bytes_after_a_mark(mark, data):
    """Bytes that begin as an archive or workbook does."""
    check(mark + data)


@pytest.mark.parametrize(
    "layout", LAYOUTS, ids=lambda layout: f"{layout.id} {layout.title}"
)
@fuzz
@given(data=st.data())
def test_any_cells_under_known_headers(layout, data):
    """The headers of each format, in any of their languages, with any cells below."""
    headers = [
        data.draw(st.sampled_from(layout.aliases(name)))
        for name in (*layout.fields, *layout.metrics)
    ]
    row = st.lists(CELLS, min_size=len(headers), max_size=len(headers))
    text = io.StringIO()
    writer = csv.writer(text)
    if layout.title:
        writer.writerow([layout.title])
    if layout.block and data.draw(st.booleans()):
        writer.writerows([["# Start date: 20260501"], ["# End date: 20260531"]])
    writer.writerow(headers)
    writer.writerows(data.draw(st.lists(row, max_size=4)))
    check(text.getvalue().encode("utf-8", "replace"), data.draw(TOLD))


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    PLAIN | st.sampled_from(["2026-05-01T10:00:00Z", "12"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["acct", "id", "handle", "createdAt", "reply", "$type"]),
            inner,
        )
    ),
    max_leaves=4,
)
POSTS = [
    ["id", "created_at", "favourites_count", "reblogs_count", "account", "reblog"],
    ["id", "type", "published", "actor", "object"],
    ["uri", "indexedAt", "likeCount", "record", "author"],
    ["id", "count_views", "count_faves", "count_comments", "date_imported"],
]


@fuzz
@given(data=st.data())
def test_any_values_in_json(data):
    """Objects with the keys of each format and values of any kind."""
    keys = data.draw(st.sampled_from(POSTS))
    items = data.draw(
        st.lists(st.fixed_dictionaries(dict.fromkeys(keys, VALUES)), max_size=3)
    )
    content = {
        "published": {"orderedItems": items},
        "uri": {"feed": [{"post": item, "reason": None} for item in items]},
    }
    shape = next((content[key] for key in keys if key in content), items)
    check(json.dumps(shape).encode(), data.draw(TOLD))


@fuzz
@given(st.lists(st.lists(st.text(max_size=5) | st.integers(), max_size=4), max_size=4))
def test_any_rows_in_a_generic_file(rows):
    """Rows of any width below the generic header."""
    text = io.StringIO()
    csv.writer(text).writerows([["platform", "day", "likes"], *rows])
    check(text.getvalue().encode("utf-8", "replace"))
