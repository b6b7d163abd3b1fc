"""Puts pictures in a Word document: pixels for all, and the drawing beside them."""

from __future__ import annotations

import io
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.shape import CT_Inline
from docx.shared import Emu, Mm

from workshop_kit.export.document import (
    Block,
    Callout,
    Definitions,
    Figure,
    List,
    Parallel,
    Quote,
)
from workshop_kit.export.pictures import safe_pixels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workshop_kit.export.brand import Brand

_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_SVG_URI = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_PPI = 144
_EMU_A_PIXEL = 914_400 // 96

_PAGE = """\
#set page(width: auto, height: auto, margin: 0pt)
#for name in json("names.json") { image(name); pagebreak(weak: true) }
"""


def figures(blocks: Iterable[Block]) -> Iterator[Figure]:
    """Return the figures in blocks, however deep."""
    for block in blocks:
        match block:
            case Figure():
                yield block
            case Quote() | Callout():
                yield from figures(block.blocks)
            case List():
                yield from (one for item in block.items for one in figures(item))
            case Definitions():
                yield from (one for _, said in block.items for one in figures(said))
            case Parallel():
                cells = (cell for row in block.rows for cell in row)
                yield from (one for cell in cells for one in figures(cell))


@lru_cache(maxsize=4)
def pixels(drawings: tuple[str, ...]) -> dict[str, bytes]:
    """
    Return drawings as PNG, for readers that know no SVG.

    One that cannot be drawn is left out.
    """
    if not drawings:
        return {}
    try:
        return dict(zip(drawings, _drawn(drawings), strict=True))
    except (RuntimeError, ValueError):
        if len(drawings) == 1:
            return {}
        middle = len(drawings) // 2
        return pixels(drawings[:middle]) | pixels(drawings[middle:])


def _drawn(drawings: tuple[str, ...]) -> list[bytes]:
    import typst  # noqa: PLC0415 - 80 MB that only pictures need

    from workshop_kit.export.setting import FONTS  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="workshop-docx-") as name:
        root = Path(name)
        names = [f"drawing-{number}.svg" for number in range(len(drawings))]
        for file, svg in zip(names, drawings, strict=True):
            (root / file).write_text(svg, "utf-8")
        listed = ", ".join(f'"{file}"' for file in names)
        (root / "names.json").write_text(f"[{listed}]", "utf-8")
        (root / "main.typ").write_text(_PAGE, "utf-8")
        made: Any = typst.compile(
            str(root / "main.typ"),
            root=str(root),
            format="png",
            ppi=_PPI,
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            package_path=str(root / "packages"),
            package_cache_path=str(root / "cache"),
        )
    return list(made) if isinstance(made, list) else [bytes(made)]


class Pictures:
    """The pictures of one document, each stored once for every place it stands."""

    def __init__(self, part: Any) -> None:
        self.part, self.number = part, 0
        self.made: dict[str, bytes] = {}

    def prepare(self, blocks: Iterable[Block], brand: Brand) -> None:
        """Draw at once all that comes as a drawing only."""
        bare = [one.svg for one in figures(blocks) if one.svg and not one.png]
        if brand.svg and not brand.png:
            bare.append(brand.svg)
        self.made = pixels(tuple(dict.fromkeys(bare)))

    def drawing(self, block: Figure, most: int, highest: int = 200) -> Any:
        """
        Return a picture with its description, at most so wide and high, in mm.

        None if there is nothing that can be shown.
        """
        content = block.png or self.made.get(block.svg, b"")
        found = _sized(content) if content else None
        if found is None:
            return None
        content, suffix, wide, high = found
        tall = Mm(highest) / (high * _EMU_A_PIXEL)
        share = min(1.0, Mm(most) / (wide * _EMU_A_PIXEL), tall)
        self.number += 1
        rid = self._stored(content, suffix, f"image/{suffix}")
        inline: Any = CT_Inline.new_pic_inline(
            self.number,
            rid,
            f"picture-{self.number}.{suffix}",
            Emu(max(1, int(wide * _EMU_A_PIXEL * share))),
            Emu(max(1, int(high * _EMU_A_PIXEL * share))),
        )
        inline.docPr.set("descr", block.alt)
        if block.svg:
            self._with_drawing(inline, block.svg)
        drawing = OxmlElement("w:drawing")
        drawing.append(inline)
        return drawing

    def _with_drawing(self, inline: Any, svg: str) -> None:
        rid = self._stored(svg.encode(), "svg", "image/svg+xml")
        extension = OxmlElement("a:ext")
        extension.set("uri", _SVG_URI)
        drawn = extension.makeelement(f"{{{_SVG}}}svgBlip", nsmap={"asvg": _SVG})
        drawn.set(qn("r:embed"), rid)
        extension.append(drawn)
        listed = OxmlElement("a:extLst")
        listed.append(extension)
        next(inline.iter(qn("a:blip"))).append(listed)

    def _stored(self, content: bytes, suffix: str, kind: str) -> str:
        name = PackURI(f"/word/media/picture-{self.number}.{suffix}")
        made = Part(name, kind, content, self.part.package)
        return str(self.part.relate_to(made, RELATIONSHIP_TYPE.IMAGE))


def _sized(content: bytes) -> tuple[bytes, str, int, int] | None:
    from PIL import Image  # noqa: PLC0415 - only where there are pictures

    if not safe_pixels(content):
        return None
    with Image.open(io.BytesIO(content)) as image:
        suffix = "jpeg" if image.format == "JPEG" else "png"
        return content, suffix, image.width, image.height
