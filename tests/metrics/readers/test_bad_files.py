"""A file that cannot be read is a clear error, at once and within little memory."""

from __future__ import annotations

import gzip
import io
import resource
import sys
import tarfile
import zipfile

import pytest

from workshop_kit import metrics
from workshop_kit.errors import MetricsError
from workshop_kit.metrics.readers import source, spreadsheet, spreadsheet_child

GENERIC = b"platform,post_id,published_at,likes\nx,1,2026-07-01T10:00:00Z,5\n"
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
PACKED = "The packed file is damaged, incomplete or has a password. Download it again, or unpack it and choose the file in it."
BOOK = "The spreadsheet cannot be read; it may be damaged or have a password. Export the file again, as CSV if that can be chosen."
LARGE = "Unpacked, this file is far larger than an export is. Unpack it yourself and choose the CSV file in it."


def refused(data, name="fog.csv"):
    """Return the words with which a file is refused."""
    with pytest.raises(MetricsError) as caught:
        metrics.read(data, name=name) if name else metrics.read(data)
    return str(caught.value).removeprefix(f"{name}: ")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty. Export the file again."),
        (b"\n \n", "The file is empty. Export the file again."),
        (
            b"Date,Visits\n2026-01-01,3\n",
            "This layout is not known. Seen: Date, Visits. Nearest: matomo, meta_days, linkedin_visitors. Export the file again, in English if you can, or make a generic CSV of it (see docs/figures.md).",
        ),
        ("x,é\n".encode("latin-1"), "The text is not in UTF-8. Save it as CSV in UTF-8."),
        (b"\xff\xfea", "The text is not in UTF-8. Save it as CSV in UTF-8."),
        (
            b"\x00\x01\x02garbage",
            "This is not a text file. Choose the CSV file of the export, unpacked.",
        ),
        (
            GENERIC + b'x,2,"cut off in a',
            "This is not a readable CSV file, line 3: unexpected end of data. Export the file again and do not save it from a spreadsheet.",
        ),
        (
            GENERIC + b"x,2\n",
            "Row 3 has 2 cells where the header has 4. Export the file again and do not save it from a spreadsheet.",
        ),
        (
            GENERIC.replace(b"likes", b"likes,likes").replace(b",5", b",5,5"),
            "The column likes stands twice. Seen: platform, post_id, published_at, likes, likes. Remove the column that does not belong there.",
        ),
        (b'{"a": 1}', "There are no figures in this file. Choose the CSV, spreadsheet or JSON file of an export."),
        (b'{"a": ', "This is not readable JSON; it may be cut off. Export the file again."),
        (b"[" * 100_000, "This is not readable JSON; it may be cut off. Export the file again."),
        (b"PK\x03\x04 no zip", PACKED),
        (b"\x1f\x8b no gzip", PACKED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), BOOK),
    ],
)  # fmt: skip
def test_each_fault_has_its_words(data, message):
    """What is wrong is said, and what to do."""
    assert refused(data) == message


def test_missing_file_and_folder(tmp_path):
    """A wrong path is named without its folders."""
    message = "The file cannot be read: {}. Check its name and folder."
    assert (
        refused(tmp_path / "no.csv", "")
        == f"no.csv: {message.format('No such file or directory')}"
    )
    assert message.format("Is a directory") in refused(tmp_path, "")


def test_two_gigabytes(tmp_path):
    """A file over the limit is refused by its size, unread."""
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(2_000_000_000)
    assert (
        refused(path, "")
        == "huge.csv: The file is larger than 500 MB. Export a shorter period."
    )
    with path.open("wb") as stream:
        stream.truncate(400_000_000)
    assert refused(path, "") == (
        "huge.csv: This is not a text file. Choose the CSV file of the export, unpacked."
    )


def test_zip_bombs(pack, monkeypatch):
    """What unpacks to far more than an export is, is not unpacked."""
    assert refused(pack({"a.csv": bytes(20_000_000)}), "b.zip") == LARGE
    monkeypatch.setattr(source, "MAX_ENTRIES", 3)
    assert refused(pack(dict.fromkeys("abcd", b"x")), "b.zip") == LARGE


def test_zip_that_lies_about_its_size(pack):
    """An entry that is longer than it says is not believed."""
    packed = bytearray(pack({"a.csv": GENERIC * 50}))
    place = packed.rindex(b"PK\x01\x02") + 24
    packed[place : place + 4] = (10).to_bytes(4, "little")
    assert refused(bytes(packed), "b.zip") == PACKED


def test_cut_off_and_locked_zips(pack):
    """A download that stopped, and a zip with a password, are told."""
    whole = pack({"a.csv": GENERIC})
    for size in (10, 50, len(whole) - 5):
        assert refused(whole[:size], "b.zip") == PACKED
    locked = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    assert refused(bytes(locked), "b.zip") == PACKED
    assert refused(pack({"readme.md": b"x"}), "b.zip").startswith(
        "There are no figures"
    )


def test_tape_archives(monkeypatch):
    """A tape archive is passed over within a bound, and broken ones are told."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tape:
        entry = tarfile.TarInfo("media/film.mp4")
        entry.size = 3_000_000
        tape.addfile(entry, io.BytesIO(bytes(3_000_000)))
    assert refused(packed.getvalue(), "a.tar.gz").startswith("There are no figures")
    assert refused(packed.getvalue()[:100], "a.tar.gz") == PACKED
    assert refused(gzip.compress(b"no tape"), "a.tar.gz") == PACKED
    monkeypatch.setattr(source, "MAX_STREAM", 1_000_000)
    assert (
        refused(packed.getvalue(), "a.tar.gz")
        == "The file is larger than 1 MB. Export a shorter period."
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "The spreadsheet is wider or longer than an export is. Export a shorter period, as CSV if that can be chosen."),
        ('<row r="1"><c r="&#65;1"><v>1</v></c></row><row r="1048576"><c r="X&#70;D1048576"><v>1</v></c></row>', BOOK),
        ('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', "The spreadsheet has formulas, so it is not as it was exported. Export the file again and do not save it from a spreadsheet."),
        ("<row", BOOK),
    ],
)  # fmt: skip
def test_hostile_workbooks(workbook, rows, message):
    """A cell far away, hidden or not, formulas and broken XML are refused."""
    assert refused(workbook(Sheet=SHEET.format(rows)), "b.xlsx") == message


def test_workbook_bombs_and_cuts(workbook, monkeypatch):
    """A workbook that packs too well, and one cut off, are refused."""
    assert refused(workbook(Sheet=SHEET.format(" " * 20_000_000)), "b.xlsx") == LARGE
    whole = workbook(Sheet=[["a", "b"], [1, 2]])
    assert refused(whole, "b.xlsx").startswith("This layout is not known. Seen: a, b.")
    assert refused(whole[:-9], "b.xlsx") == PACKED
    monkeypatch.setattr(spreadsheet, "MAX_CELLS", 3)
    assert refused(whole, "b.xlsx").startswith("The spreadsheet is wider or longer")


def test_spreadsheet_parser_that_does_not_end(workbook, monkeypatch):
    """The parser has a time, after which it is stopped."""
    monkeypatch.setattr(spreadsheet, "SECONDS", 0.001)
    assert refused(workbook(Sheet=[["a"]]), "b.xlsx") == BOOK


def test_formulas_in_text_are_only_text():
    """A caption that looks like a formula is not one, and is kept out of the figures."""
    data = GENERIC.replace(b"x,1,", b'x,"=HYPERLINK(""http://e"")",')
    assert metrics.read(data).wide["post_id"].tolist() == ['=HYPERLINK("http://e")']


def test_workbook_inside_a_zip(pack, workbook):
    """A workbook in a zip is read as if it were alone."""
    rows = [["platform", "day", "likes"], ["x", "2026-07-01", 3]]
    export = metrics.read(pack({"folder/a.xlsx": workbook(S=rows)}), name="a.zip")
    assert export.days["value"].tolist() == [3]
    assert zipfile.is_zipfile(io.BytesIO(workbook(S=rows)))


def test_a_spreadsheet_is_read_where_the_system_sets_no_limit(monkeypatch):
    """MacOS refuses each, and Python says that a value is wrong."""

    def refuse(*_):
        raise ValueError

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(resource, "setrlimit", refuse)

    spreadsheet_child._limit(2_000)
