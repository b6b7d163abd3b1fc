"""Small workbooks and archives, built for a test; the museum in them is fictional."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

import pytest

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def _pack(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _cell(place, value):
    ref = f"{chr(ord('A') + place % 26)}"
    if isinstance(value, int | float):
        return f'<c r="{ref}{{row}}"><v>{value}</v></c>'
    return f'<c r="{ref}{{row}}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _sheet(rows):
    lines = [
        f'<row r="{n}">'
        + "".join(_cell(i, v) for i, v in enumerate(row)).replace("{row}", str(n))
        + "</row>"
        for n, row in enumerate(rows, 1)
    ]
    data = f"<sheetData>{''.join(lines)}</sheetData>"
    return f'{XML}<worksheet xmlns="{MAIN}">{data}</worksheet>'


@pytest.fixture(scope="session")
def pack():
    """Return what packs files, by name, into the bytes of a zip."""
    return _pack


@pytest.fixture(scope="session")
def workbook():
    """Return what makes the bytes of an xlsx, of rows by sheet or of its XML."""

    def make(**sheets):
        kinds = '<Default Extension="xml" ContentType="application/xml"/>'
        names = list(sheets)
        listed = "".join(
            f'<sheet name="{name.replace("_", " ")}" sheetId="{n}" r:id="r{n}"/>'
            for n, name in enumerate(names, 1)
        )
        links = "".join(
            f'<Relationship Id="r{n}" Type="{LINKS}/worksheet"'
            f' Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(names) + 1)
        )
        book = f'<Relationship Id="b" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
        files = {
            "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">{kinds}</Types>',
            "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{book}</Relationships>',
            "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        }
        for n, name in enumerate(names, 1):
            content = sheets[name]
            files[f"xl/worksheets/sheet{n}.xml"] = (
                content if isinstance(content, str) else _sheet(content)
            )
        return _pack(files)

    return make
