"""How people get in: a code and a link that nobody guesses, and the way to them."""

from __future__ import annotations

import datetime as dt
import io
import ipaddress
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workshop_kit.live.room.state import Access

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters without 0 and O, 1, I and L, which look alike on a wall."""

CODE_LENGTH = 8
"""31 ** 8 codes: at the rate that is let through, years of guessing."""

OPEN_FOR = dt.timedelta(hours=12)
"""How long a code lets people in: a workshop's day, and not the next."""

MOST = 1000
"""How many may join with one code, unless told otherwise."""


def new_access(*, most: int = MOST, now: dt.datetime | None = None) -> dict[str, Any]:
    """Return a new code, link and projector link, as they are recorded."""
    now = now or dt.datetime.now(dt.UTC)
    return {
        "code": "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        "link": secrets.token_urlsafe(16),
        "projector": secrets.token_urlsafe(16),
        "expires_at": (now + OPEN_FOR).isoformat(),
        "most": most,
    }


def fits(access: Access, given: str, now: dt.datetime) -> str:
    """
    Tell whether a code or link lets somebody in.

    Takes the same time whatever is given.

    Returns:
        ``"yes"``, ``"wrong"`` or ``"expired"``.
    """
    typed = "".join(c for c in given.upper() if c.isalnum())
    right = same(typed, access.code)
    right |= same(given, access.link)
    if not right:
        return "wrong"
    return "yes" if now < access.expires_at else "expired"


def same(given: str, secret: str) -> bool:
    """Compare in a time that tells nothing."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def spaced(code: str) -> str:
    """Write a code in two halves, as it is read aloud."""
    return f"{code[: CODE_LENGTH // 2]} {code[CODE_LENGTH // 2 :]}"


def interfaces() -> dict[str, str]:
    """
    Return this computer's addresses in the networks it is in.

    Returns:
        IPv4 address → name of the interface; those that reach a room first, the
        computer itself last.
    """
    import psutil  # noqa: PLC0415 - only needed to serve

    found = {
        entry.address: name
        for name, entries in psutil.net_if_addrs().items()
        for entry in entries
        if entry.family.name == "AF_INET"
    }
    return dict(sorted(found.items(), key=lambda item: _reach(item[0])))


def _reach(address: str) -> tuple[int, str]:
    ip = ipaddress.ip_address(address)
    rank = 3 if ip.is_loopback else 2 if ip.is_link_local else 0 if ip.is_private else 1
    return rank, address


def base_url(address: str, port: int, *, secure: bool) -> str:
    """Return the short address that a participant types."""
    return f"{'https' if secure else 'http'}://{address}:{port}"


def join_url(base: str, access: Access) -> str:
    """Return the address in the QR code."""
    return f"{base}/j/{access.link}"


_DOT = 5
"""Pixels of a dot of a QR code, where it is shown as large as it is."""


def qr(url: str) -> bytes:
    """Return a QR code as an SVG image, dark on white, with its quiet zone."""
    import segno  # noqa: PLC0415 - only needed where it is shown

    image = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        image,
        kind="svg",
        scale=_DOT,
        border=4,
        dark="#000",
        light="#fff",
        svgclass=None,
    )
    return image.getvalue()
