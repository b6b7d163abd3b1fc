"""Hostile words in every file that is written: they are only ever words."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree as ET

import icalendar
import pikepdf
import pytest

from workshop_kit.export.formats import FORMATS, export
from workshop_kit.export.profiles import PROFILES
from workshop_kit.live.workshop import Workshop

LINKS = ("https://", "http://", "mailto:")
"""What a link in Markdown may lead to."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.fixture(scope="module")
def written(besieged_file, tmp_path_factory):
    """Everything that can be exported from it, in Dutch, by its ending."""
    folder = tmp_path_factory.mktemp("out")
    with Workshop.open(besieged_file) as workshop:
        made = export(
            workshop, folder, [("nl",)], formats=FORMATS, profiles=[*PROFILES]
        )
    found = {name: [p for p in made if p.suffix == f".{name}"] for name in FORMATS}
    assert all(found.values())
    return found


def test_word_files_hold_neither_fields_nor_links(written, payloads):
    """Words stand as text; no field, no foreign part, nothing to load from elsewhere."""
    text = ""
    for path in written["docx"]:
        with zipfile.ZipFile(path) as parts:
            for name in parts.namelist():
                raw = parts.read(name)
                assert b"<!DOCTYPE" not in raw or not name.endswith((".xml", ".rels"))
                if not name.endswith((".xml", ".rels")):
                    continue
                tree = ET.fromstring(raw)  # noqa: S314 - our own file, no DTD in it
                tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
                assert not tags & {"altChunk", "object", "OLEObject", "control"}
                for element in tree.iter():
                    kind = element.tag.rpartition("}")[2]
                    if element.get("TargetMode") == "External":
                        # A link that a reader may follow; nothing that is loaded.
                        assert element.get("Type").endswith("/hyperlink")
                        assert element.get("Target").startswith(LINKS)
                    if kind in {"instrText", "fldSimple"}:
                        said = "".join(element.itertext()) + str(element.attrib)
                        assert not re.search(r"INCLUDE|DDE|HYPERLINK", said)
                    if kind == "t":
                        text += element.text or ""
    for payload in payloads[:3]:
        assert payload in text


def test_pdf_files_do_nothing(written):
    """No script, no action, no link of somebody's; only the policy is attached."""
    for path in written["pdf"]:
        with pikepdf.open(path) as file:
            assert not {"/OpenAction", "/AA", "/AcroForm"} & set(file.Root.keys())
            assert "/JavaScript" not in file.Root.get("/Names", {})
            assert set(file.attachments) <= {"policy.json"}
            for page in file.pages:
                for note in page.get("/Annots", []):
                    action = note.get("/A", {})
                    assert str(action.get("/S", "/GoTo")) in {"/GoTo", "/URI"}
                    assert str(action.get("/URI", LINKS[0])).startswith(LINKS)
        for word in (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/ImportData"):
            assert word not in path.read_bytes()


def test_tables_hold_no_formula(written):
    """No cell begins with what a spreadsheet would work out, as it is read back."""
    cells = []
    for path in written["csv"]:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        assert len({len(row) for row in rows}) == 1
        cells += [cell for row in rows for cell in row]

    assert not [cell for cell in cells if cell.lstrip().startswith(FORMULA)]
    assert [cell for cell in cells if cell.startswith("'=HYPERLINK")]


def test_data_is_data(written, payloads):
    """The JSON reads back, and its words are those that were typed."""
    (path,) = written["json"]
    said = json.loads(path.read_text("utf-8"))
    reasons = {one["reason"] for one in said["decisions"]}

    assert len(reasons & set(payloads)) > 40


def test_calendars_hold_moments_and_nothing_else(written):
    """No line of somebody's becomes a property, an alarm or another event."""
    for path in written["ics"]:
        raw = path.read_bytes()
        found = icalendar.Calendar.from_ical(raw)
        assert {part.name for part in found.walk()} <= {
            *("VCALENDAR", "VEVENT", "VALARM", "VTIMEZONE", "STANDARD", "DAYLIGHT")
        }
        assert {str(a["ACTION"]) for a in found.walk("VALARM")} <= {"DISPLAY"}
        for part in found.walk():
            assert not {"ATTACH", "URL", "ORGANIZER", "ATTENDEE"} & set(part)
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
