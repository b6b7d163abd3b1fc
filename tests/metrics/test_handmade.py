"""Tables made by hand, as spreadsheets save them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop_kit.errors import MetricsError
from workshop_kit.metrics import audience, coding
from workshop_kit.metrics.handmade import load


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n",
        b"a;b\r\n1;2\r\n",
        b"sep=;\na;b\n1;2\n",
        "\ufeffa\tb\n1\t2\n".encode(),
        "a;b\n1;2\n".encode("utf-16"),
        b"\na,b,\n\n 1 ,2,\n,,\n",
    ],
)
def test_saved_in_any_way(data):
    """Separator, encoding, blank rows and spaces make no difference."""
    table = load(data, name="t.csv")
    assert (table.file, table.headers, table.rows) == (
        "t.csv",
        ("a", "b"),
        (("1", "2"),),
    )


def test_missing_cells_are_empty():
    """A row may stop early; its line in the file is kept."""
    table = load(b"a,b,c\n1\n\n1,2,3\n")
    assert table.rows == (("1", "", ""), ("1", "2", "3"))
    assert table.lines == (2, 4)


def test_sample_with_semicolons():
    """A coded sample from a Dutch spreadsheet is read from bytes."""
    frame = coding.read(
        b"reactie;codeur;toon;soort;citaat;toestemming\n1;AB;positief;vraag;Ja, leuk;ja\n"
    )
    assert frame["quote"].item() == "Ja, leuk"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b" \n", "t.csv: The file is empty. Export the file again."),
        (b";;\n;;\n", "t.csv: The file is empty. Fill in the table."),
        (
            b"a,b\n1,2,3\n",
            (
                "t.csv: Line 2 has 3 cells where the header has 2. Give each column a"
                " name in the first row."
            ),
        ),
        (b"a,b\n\x00\x01", "t.csv: This is not a text file. Choose the CSV file of"),
        (b"PK\x03\x04broken", "t.csv: The packed file is damaged"),
        (b"a," * 3_000_000, "t.csv: "),
    ],
)
def test_what_is_no_table(data, message):
    """Each is refused with what is wrong and what to do."""
    with pytest.raises(MetricsError) as caught:
        load(data, name="t.csv")
    assert str(caught.value).startswith(message)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_a_metrics_error(data):
    """Nothing else is ever raised, here or by what reads these tables."""
    for read in (load, coding.read, audience.read):
        with contextlib.suppress(MetricsError):
            read(data)
