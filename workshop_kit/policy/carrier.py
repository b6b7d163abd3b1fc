"""Reads a policy back from the document that carries it: HTML, PDF or JSON."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, PolicyError
from workshop_kit.policy.exchange import (
    ATTACHMENT,
    ELEMENT,
    MOST_BYTES,
    no_policy,
    read_json,
    too_large,
)

if TYPE_CHECKING:
    from pathlib import Path

    from workshop_kit.policy.exchange import Exchange

_LOOKED_AT = 2048
"""Bytes at the start by which the kind of a file is told; its name may be wrong."""


def read_document(path: Path) -> Exchange:
    """
    Read the policy that a document carries.

    Only the data in it are read; nothing in it is run or fetched.

    Args:
        path: An exported HTML, PDF or JSON file; it may come from anybody.

    Raises:
        PolicyError: If it cannot be read, carries no policy, or a damaged one.
    """
    where = str(path)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise too_large(where, size)
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(
            N_("This file cannot be read ({problem})."),
            where=where,
            fix=N_("Check the name and the folder."),
            problem=error.strerror,
        ) from None
    start = content[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in start:
        return read_json(_from_pdf(content, where), where=where)
    if start.startswith(b"<"):
        return read_json(_from_html(content, where), where=where)
    return read_json(content, where=where)


class _Carrier(HTMLParser):
    """Collects the words of the one element that carries the policy."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and dict(attrs).get("id") == ELEMENT

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.append(data)


def _from_html(content: bytes, where: str) -> str:
    parser = _Carrier()
    parser.feed(content.decode("utf-8", "replace"))
    parser.close()
    if not parser.found:
        raise no_policy(where)
    return "".join(parser.found)


def _from_pdf(content: bytes, where: str) -> bytes:
    from pypdf import PdfReader  # noqa: PLC0415 - only a PDF needs it

    try:
        found = PdfReader(BytesIO(content)).attachments.get(ATTACHMENT)
    # A damaged file can make the reader stumble over anything.
    except Exception:  # noqa: BLE001 - see above
        raise no_policy(where) from None
    if not found:
        raise no_policy(where)
    return found[0]
