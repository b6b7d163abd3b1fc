"""How the institution looks: its colour, dark enough to read, and its logo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, ExportError

if TYPE_CHECKING:
    from pathlib import Path

COLOUR = "#0b5563"
"""Of headings, links and marks, where the institution names none."""

CONTRAST = 4.5
"""Least contrast of text that everybody can read (WCAG 2.2, 1.4.3)."""

_PAPER, _DARK = "#ffffff", "#14191c"
_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """
    What documents of one institution have in common.

    Attributes:
        colour: ``#rrggbb``, with a contrast to white of at least :data:`CONTRAST`.
        svg, png: The logo, as a drawing or as PNG or JPEG; both empty for none.
    """

    colour: str = COLOUR
    svg: str = ""
    png: bytes = b""

    @property
    def bright(self) -> str:
        """The colour as it can be read on a dark screen."""
        channels = _channels(self.colour)
        for step in range(_STEPS + 1):
            mixed = [c + (255 - c) * step // _STEPS for c in channels]
            found = "#" + "".join(f"{c:02x}" for c in mixed)
            if contrast(found, _DARK) >= CONTRAST:
                break
        return found


PLAIN = Brand()
"""Without a logo, in our own colour."""


def brand(*, colour: str = "", logo: Path | None = None) -> Brand:
    """
    Return how documents look, with a colour and a logo that can be used.

    Args:
        colour: ``#rrggbb`` or ``#rgb``; empty for :data:`COLOUR`.
        logo: SVG, PNG or JPEG.

    Raises:
        ExportError: If the colour is none or too light to read, or the logo is
            missing or cannot be used.
    """
    svg, png = _logo(logo) if logo else ("", b"")
    return Brand(colour=_colour(colour) if colour else COLOUR, svg=svg, png=png)


def contrast(one: str, other: str) -> float:
    """
    Return the contrast of two colours ``#rrggbb``, 1 (none) to 21 (black on white).

    Source:
        The contrast ratio and relative luminance of WCAG 2.2.
    """
    light, dark = sorted(map(_luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(colour: str) -> float:
    shares = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (
        s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(given: str) -> str:
    found = _HEX.fullmatch(given.strip())
    if not found:
        raise ExportError(
            N_("“{colour}” is not a colour."),
            where="--colour",
            fix=N_("Write it as six digits, such as #0b5563."),
            colour=given[:40],
        )
    digits = found[1].lower()
    colour = "#" + (digits if len(digits) == 6 else "".join(d * 2 for d in digits))
    reached = contrast(colour, _PAPER)
    if reached < CONTRAST:
        raise ExportError(
            N_(
                "Words in the colour {colour} cannot be read well on white: the "
                "contrast is {reached} to 1, and 4.5 to 1 is needed."
            ),
            where="--colour",
            fix=N_("Choose a darker colour of your house style."),
            colour=colour,
            # Rounded down: 4.49 is not enough, so it may not read as 4.5.
            reached=f"{int(reached * 10) / 10:g}",
        )
    return colour


def _logo(path: Path) -> tuple[str, bytes]:
    from workshop_kit.export.pictures import safe_pixels, safe_svg  # noqa: PLC0415

    try:
        content = path.read_bytes()
    except OSError as error:
        raise ExportError(
            N_("the logo cannot be read ({problem})."),
            where=str(path),
            fix=N_("Give the name of an SVG, PNG or JPEG file with --logo."),
            problem=error.strerror,
        ) from None
    if safe_pixels(content):
        return "", content
    svg = content.decode("utf-8-sig", "replace")
    if not safe_svg(svg):
        raise ExportError(
            N_("this logo is no picture, is too large, or loads something."),
            where=str(path),
            fix=N_("Save it as PNG, or as SVG with nothing from elsewhere in it."),
        )
    return svg, b""
