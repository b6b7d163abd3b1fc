"""Looks at pictures before they enter a document: whole, bounded, loading nothing."""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
import xml.etree.ElementTree as ET

_PICTURE, _PIXELS, _DEPTH, _DRAWN = 8_000_000, 25_000_000, 48, 200_000

_DRAWING = {
    *("svg", "g", "defs", "symbol", "use", "image", "path", "rect", "circle"),
    *("ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath"),
    *("clipPath", "mask", "pattern", "marker", "linearGradient", "radialGradient"),
    *("stop", "style", "title", "desc", "metadata"),
}
_SVG = "{http://www.w3.org/2000/svg}"
_TARGET = re.compile(r"url\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:png|jpe?g);base64,", re.IGNORECASE)
_REFUSED = re.compile(r"<!ENTITY|<!DOCTYPE[^>]*\[|<\?(?!xml\s)", re.IGNORECASE)
_RISKY = re.compile(r"@import|expression\s*\(|(?:java|vb)script:|\\", re.IGNORECASE)


def safe_svg(svg: str) -> bool:  # noqa: PLR0911 - a reason to refuse each
    """Tell whether a drawing only draws, loads nothing and stays a drawing's size."""
    if len(svg) > _PICTURE or _REFUSED.search(svg):
        return False
    try:
        root = ET.fromstring(svg)  # noqa: S314 - it declares no entities
    except (ET.ParseError, ValueError):
        return False
    if root.tag != f"{_SVG}svg" or not _sized(root):
        return False
    targets: list[tuple[ET.Element, str]] = []
    queue = [(root, 0)]
    while queue:
        element, depth = queue.pop()
        tag = str(element.tag)
        if tag.startswith(_SVG):
            if tag.removeprefix(_SVG) not in _DRAWING or depth > _DEPTH:
                return False
            found = _targets(element)
            if found is None:
                return False
            targets += [(element, target) for target in found]
        elif not tag.startswith("{") or "xhtml" in tag:
            return False
        if tag != f"{_SVG}metadata":
            queue += [(child, depth + 1) for child in element]
    return _bounded(root, targets)


def _sized(root: ET.Element) -> bool:
    sizes = [*root.get("viewBox", "1 1").split()[-2:]]
    sizes += [root.get(name, "1") for name in ("width", "height")]
    found = [re.match(r"\s*(\d{1,5}(?:\.\d+)?)(?![\d.])", size) for size in sizes]
    return all(one is not None and float(one[1]) > 0 for one in found)


def _targets(element: ET.Element) -> list[str] | None:
    """Return the ids that an element refers to; None if it wants anything else."""
    found = []
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2].lower()
        if name.startswith("on") or name in {"base", "src"} or _RISKY.search(value):
            return None
        if name == "href":
            if value.startswith("#"):
                found.append(value[1:])
            elif (
                element.tag != f"{_SVG}image"
                or not (data := _DATA.match(value))
                or not safe_pixels(decoded(value[data.end() :]))
            ):
                return None
        found += _TARGET.findall(value)
    if element.tag == f"{_SVG}style":
        words = "".join(element.itertext())
        if _RISKY.search(words):
            return None
        found += _TARGET.findall(words)
    marked = [one.strip().removeprefix("#") for one in found]
    outside = any(":" in one or "/" in one or "." in one for one in marked)
    return None if outside else marked


def _bounded(root: ET.Element, targets: list[tuple[ET.Element, str]]) -> bool:
    """Refuse drawings that refer in circles or grow as they are drawn."""
    wanted = {target for _, target in targets}
    using = {element for element, _ in targets}
    sizes = {}
    for element in root.iter():
        name = element.get("id")
        if name in wanted and not element.tag.endswith("Gradient"):
            inside = list(element.iter())
            if any(one in using for one in inside):
                return False
            sizes[name] = len(inside)
    return sum(sizes.get(target, 0) for _, target in targets) <= _DRAWN


def decoded(encoded: str) -> bytes:
    """Return the bytes of a picture in base64; empty if it is none or too large."""
    if len(encoded) > 2 * _PICTURE:
        return b""
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def safe_pixels(data: bytes) -> bool:
    """Tell whether it is a whole PNG or JPEG of a size that paper can hold."""
    from PIL import Image  # noqa: PLC0415 - only where there are pictures

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > _PIXELS:
                    return False
                image.load()
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        return False
    return True
