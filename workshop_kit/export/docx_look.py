"""The styles of a Word document: headings, lists and the colour of the house."""

from __future__ import annotations

import hashlib
import io
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser
from docx.shared import Mm, Pt, RGBColor, Twips

from workshop_kit.kept import kept

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.styles.style import ParagraphStyle

INK, SOFT, HAIR = "1C2226", "51606A", "CFD7DB"
TONES = {"blocker": "9B1C1C", "warning": "8A4B00", "hint": "0B5563", "note": SOFT}
BULLET, NUMBER, BOX = 1, 2, 3
"""Kinds of list, each with its levels."""

_LEVELS = 9
_STEP = 360
"""Indent of a level, in twentieths of a point."""

TITLE = 255
"""Most characters of a title among the properties of a file or a table."""

WITHIN, BAR = 227, 160
"""How far a remark and what somebody said stand in, and how far beside its bar."""

BESIDE = 454
"""Between two languages, in the same measure."""

GUTTER = 140
"""Between two columns, in the same measure."""

_UNUSED = ("/stylesWithEffects", "/thumbnail", "/customXml")
"""Ends of the names of relations to parts of the template."""

_SANS, _MONO = "Calibri", "Consolas"
_REGIONS = {"nl": "nl-NL", "en": "en-GB"}

_HEADINGS = {1: (17, 22, 8), 2: (13, 16, 6), 3: (11.5, 12, 4)}
"""Level → size, space above and below, in points; deeper ones look like the last."""

_OWN = {
    "Table Text": (9.5, INK, 3),
    "Table End": (5, INK, 3),
    "Small Table Text": (7.5, INK, 2),
    "Callout": (10, INK, 4),
    "Code": (9, INK, 6),
    "Term": (11, INK, 2),
    "About": (10.5, INK, 2),
    "Write Here": (11, INK, 0),
}
"""Style → size, colour and space below of what Word has no style for."""


def element(tag: str, *inside: Any, **attributes: object) -> Any:
    """Return an element of WordprocessingML; attributes are of its own namespace."""
    about = {_attribute(name): str(value) for name, value in attributes.items()}
    made = oxml_parser.makeelement(_name(tag), about, _NAMESPACES)
    if inside:
        made.extend(inside)
    return made


# The library would work out the same few names for every element anew.
_name = cache(qn)
_attribute = cache(lambda name: qn(f"w:{name}"))
_NAMESPACES = {"w": nsmap["w"]}


def region(lang: str) -> str:
    """Return a language as Word names it."""
    return _REGIONS.get(lang, lang or _REGIONS["en"])


@lru_cache(maxsize=8)
def dressed(*, lang: str, colour: str, leaflet: bool) -> bytes:
    """Return an empty document with page, language, styles and lists, as a file."""

    def made() -> bytes:
        word = docx.Document()
        _trim(word)
        _dress(word, lang, colour, leaflet=leaflet)
        made = io.BytesIO()
        word.save(made)
        return made.getvalue()

    own = Path(__file__)
    for_whom = f"{lang} {colour} {leaflet} {docx.__version__}".encode()
    name = hashlib.sha256(for_whom).hexdigest()[:12]
    return kept(own, f".{name}.docx", [own.read_bytes(), for_whom], made)


def _trim(word: Word) -> None:
    """Take out of the template what no document of ours uses, nine tenths of it."""
    for rels in (word.part.rels, word.part.package.rels):
        for name, found in [*rels.items()]:
            if found.reltype.endswith(_UNUSED):
                del rels[name]
    for style in word.styles.element.xpath("w:style[@w:type='table'][not(@w:default)]"):
        style.getparent().remove(style)


def _dress(word: Word, lang: str, colour: str, *, leaflet: bool) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(30), Mm(30)
    page.top_margin = page.bottom_margin = Mm(16 if leaflet else 25)
    for found in word.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), region(lang))
    accent = colour.lstrip("#").upper()
    small = 0.88 if leaflet else 1
    _style(word, "Normal", 11 * small, INK, 0, 7 * small)
    _style(word, "Title", 22 if leaflet else 30, INK, 0, 10, bold=True)
    _style(word, "Subtitle", 12, accent, 0, 4, bold=True)
    _style(word, "Caption", 9.5, SOFT, 7 if leaflet else 12, 4, bold=True)
    _style(word, "Quote", 11 * small, INK, 0, 6)
    _style(word, "Footer", 8.5, SOFT, 0, 0)
    for level in range(1, 6):
        size, above, below = _HEADINGS[min(level, 3)]
        apart = 0.45 if leaflet else 1
        name = f"Heading {level}"
        _style(word, name, size * small, INK, above * apart, below * apart, bold=True)
    for name in ("List Bullet", "List Number"):
        _style(word, name, 11 * small, INK, 0, 7 * small)
    for name, (size, ink, below) in _OWN.items():
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _style(word, name, size, ink, 0, below, bold=name == "Term")
    _finish(word)
    if leaflet:
        for name in ("Normal", "List Bullet", "List Number"):
            space = word.styles[name].paragraph_format
            space.line_spacing, space.space_after = 1, Pt(5)
    _lists(word, accent)
    _hyphenate(word)


def _hyphenate(word: Word) -> None:
    """Let words be hyphenated in the columns of tables, and nowhere else."""
    stop: Any = word.settings.element.find(qn("w:defaultTabStop"))
    stop.addnext(element("w:autoHyphenation"))
    (rest,) = word.styles.element.xpath("w:docDefaults/w:pPrDefault/w:pPr")
    rest.insert(0, element("w:suppressAutoHyphens"))
    for name in ("Table Text", "Small Table Text"):
        about = word.styles[name].element.get_or_add_pPr()
        about.insert(0, element("w:suppressAutoHyphens", val=0))


def lighter(run: Any) -> None:
    """Let a second title stand back from the first."""
    about = run.get_or_add_rPr()
    about.insert(0, element("w:b", val=0))
    about.insert(1, element("w:color", val=SOFT))
    about.insert(2, element("w:sz", val=36))


def _style(  # noqa: PLR0913, PLR0917 - what a style consists of
    word: Word,
    name: str,
    size: float,
    ink: str,
    above: float,
    below: float,
    *,
    bold: bool = False,
) -> None:
    style: ParagraphStyle = word.styles[name]
    font = style.font
    font.size, font.bold, font.italic = Pt(round(size * 2) / 2), bold, False
    font.color.rgb = RGBColor.from_string(ink)
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    face = _MONO if name == "Code" else _SANS
    font.name = face
    properties.find(qn("w:rFonts")).set(qn("w:cs"), face)
    for old in properties.findall(qn("w:spacing")):
        properties.remove(old)
    for old in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(old)
    space = style.paragraph_format
    space.space_before, space.space_after = Pt(above), Pt(below)
    space.line_spacing = 1.0 if "Table" in name or name in {"Title", "Code"} else 1.15


def _finish(word: Word) -> None:
    styles: Any = word.styles
    styles["Quote"].paragraph_format.left_indent = Twips(WITHIN)
    styles["Callout"].paragraph_format.left_indent = Twips(WITHIN)
    for name in ("Caption", "Term"):
        styles[name].paragraph_format.keep_with_next = True
    line = element("w:bottom", val="single", sz=4, space=1, color=SOFT)
    write = styles["Write Here"]
    write.paragraph_format.space_before = Pt(14)
    write.element.get_or_add_pPr().insert_element_before(
        element("w:pBdr", line, element("w:between", **line_of(SOFT))),
        *("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"),
    )


def listed(depth: int) -> Any:
    """Return the indent of a list within a remark, whose own text stands in too."""
    left = WITHIN + _STEP * (depth + 1)
    return element("w:ind", left=left, hanging=_STEP)


def begin(title: Any, tone: str) -> None:
    """Set a remark apart from what is above it, and its title in its colour."""
    apart = element("w:spacing", before=160)
    title.pPr.insert_element_before(apart, "w:ind", "w:contextualSpacing", "w:jc")
    for run in title.findall(qn("w:r")):
        run.get_or_add_rPr().append(element("w:color", val=tone))


def keep(part: Any) -> None:
    """Keep a paragraph, or a row of a table, on the page of what follows."""
    for made in part.iter(qn("w:p")):
        made.get_or_add_pPr().get_or_add_keepNext()


def line_of(colour: str, size: int = 4) -> dict[str, object]:
    """Return the attributes of a border; *size* in eighths of a point."""
    return {"val": "single", "sz": size, "space": 1, "color": colour}


def frame(
    widths: list[int], caption: str, *, lines: bool, apart: int = GUTTER, bar: str = ""
) -> Any:
    """Return a table without rows; the bar of a remark goes on left of it."""
    about = element("w:tblPr", element("w:tblW", w=sum(widths), type="dxa"))
    if bar:
        about.append(element("w:tblInd", w=WITHIN - BAR, type="dxa"))
    if lines:
        hair = line_of(HAIR)
        sides = [element("w:left", **line_of(bar, 18))] if bar else []
        sides += [element(f"w:{side}", **hair) for side in ("bottom", "insideH")]
        about.append(element("w:tblBorders", *sides))
    about.append(element("w:tblLayout", type="fixed"))
    right = element("w:right", w=apart, type="dxa")
    about.append(element("w:tblCellMar", element("w:left", w=0, type="dxa"), right))
    about.append(element("w:tblLook", firstRow=int(lines), noHBand=1, noVBand=1))
    if caption:
        about.append(element("w:tblCaption", val=caption[:TITLE]))
    grid = element("w:tblGrid", *(element("w:gridCol", w=wide) for wide in widths))
    return element("w:tbl", about, grid)


def _lists(word: Word, accent: str) -> None:
    """Put our own three kinds of list in the place of the template's."""
    numbering: Any = word.part.numbering_part.element
    for old in list(numbering):
        numbering.remove(old)
    for kind, form, mark in (
        (BULLET, "bullet", "•"),
        (NUMBER, "decimal", ""),
        (BOX, "bullet", "☐"),
    ):
        made = element("w:abstractNum", abstractNumId=kind)
        made.append(element("w:multiLevelType", val="multilevel"))
        for level in range(_LEVELS):
            words = mark or f"%{level + 1}."
            indent = element("w:ind", left=_STEP * (level + 1), hanging=_STEP)
            tone = element("w:rPr", element("w:color", val=accent))
            made.append(
                element(
                    "w:lvl",
                    element("w:start", val=1),
                    element("w:numFmt", val=form),
                    element("w:lvlText", val=words),
                    element("w:lvlJc", val="left"),
                    element("w:pPr", indent),
                    tone,
                    ilvl=level,
                )
            )
        numbering.append(made)
    for kind in (BULLET, NUMBER, BOX):
        reference = element("w:abstractNumId", val=kind)
        numbering.append(element("w:num", reference, numId=kind))
    for name, kind in (("List Bullet", BULLET), ("List Number", NUMBER)):
        for found in word.styles[name].element.iter(qn("w:numId")):
            found.set(qn("w:val"), str(kind))
    # The other list styles of the template point at lists that are gone.
    for found in word.styles.element.xpath(
        "//w:style[not(@w:styleId='ListBullet' or @w:styleId='ListNumber')]//w:numPr"
    ):
        found.getparent().remove(found)


def restarted(word: Word) -> int:
    """Return a new numbered list, which begins at 1."""
    numbering: Any = word.part.numbering_part.element
    number = len(numbering.findall(qn("w:num"))) + 1
    made = element("w:num", element("w:abstractNumId", val=NUMBER), numId=number)
    for level in range(_LEVELS):
        start = element("w:startOverride", val=1)
        made.append(element("w:lvlOverride", start, ilvl=level))
    numbering.append(made)
    return number
