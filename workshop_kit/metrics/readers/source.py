"""A file from anywhere to plain parts, within bounds; nothing is unpacked to disk."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from workshop_kit.errors import N_, MetricsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

MAX_BYTES = 500_000_000
"""Largest file, and largest content of an archive: over two million posts."""

MAX_SHEET_BYTES = 100_000_000
"""Largest spreadsheet, and largest JSON file: these take many times their size."""

MAX_ENTRIES = 5_000
MAX_RATIO = 200
"""Text packs to a tenth, a spreadsheet to a thirtieth; what packs better is a bomb."""

MAX_STREAM = 2_000_000_000
"""Bytes of a packed tape archive, pictures included, that are passed over."""

_ZIP, _GZIP, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WANTED = (".csv", ".tsv", ".txt", ".json", ".xlsx", ".xls")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    tarfile.TarError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    One file of figures: what was handed in, or a file in an archive.

    Attributes:
        name: Without folders; in an archive ``export.zip: Totals.csv``.
        path: Where it is, if it is not in memory.
        data: Its bytes, if it is not on disk.
    """

    name: str
    path: Path | None = None
    data: bytes = b""

    def size(self) -> int:
        """Return how many bytes it has."""
        return self.path.stat().st_size if self.path else len(self.data)

    def open(self) -> IO[bytes]:
        """Open it for reading."""
        return self.path.open("rb") if self.path else io.BytesIO(self.data)

    def start(self, size: int) -> bytes:
        """Return its first bytes."""
        with self.open() as stream:
            return stream.read(size)

    def read(self) -> bytes:
        """Return all of it."""
        return self.path.read_bytes() if self.path else self.data

    def is_sheet(self) -> bool:
        """Return whether it is a spreadsheet, new or old."""
        start = self.start(8)
        if start == _OLE:
            return True
        return start.startswith(_ZIP) and any(
            name.startswith("xl/") for name in _names(self)
        )

    def is_json(self) -> bool:
        """Return whether it begins as JSON does."""
        start = self.start(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        return start[:1] in {b"{", b"["}


def open_source(source: Path | str | bytes, name: str = "") -> Part:
    """
    Take a file by its path, or its bytes, without reading it yet.

    Raises:
        MetricsError: It is not there, empty, or larger than :data:`MAX_BYTES`.
    """
    if isinstance(source, bytes):
        part = Part(name=name or "file", data=source)
    else:
        part = Part(name=name or Path(source).name, path=Path(source))
    try:
        size, start = part.size(), part.start(4096)
    except (OSError, ValueError) as error:
        raise MetricsError(
            N_("The file cannot be read: {detail}."),
            where=part.name,
            fix=N_("Check its name and folder."),
            detail=getattr(error, "strerror", None) or error,
        ) from None
    if size > MAX_BYTES:
        raise too_large(part.name, MAX_BYTES)
    if size <= len(start) and not start.strip():
        raise MetricsError(
            N_("The file is empty."), where=part.name, fix=N_("Export the file again.")
        )
    return part


def parts(part: Part) -> list[Part]:
    """
    Return the files of figures in an archive, or the file itself.

    Raises:
        MetricsError: The archive is broken, has a password, or is larger when
            unpacked than is reasonable.
    """
    start = part.start(8)
    if start.startswith(_GZIP):
        return _guarded(part, _tape)
    if not start.startswith(_ZIP) or _guarded(part, Part.is_sheet):
        return [part]
    check_zip(part)
    return _guarded(part, _zipped)


def too_large(name: str, limit: int) -> MetricsError:
    """Return the error for a file over a limit in bytes."""
    return MetricsError(
        N_("The file is larger than {limit} MB."),
        where=name,
        fix=N_("Export a shorter period."),
        limit=limit // 1_000_000,
    )


def check_zip(part: Part, limit: int = MAX_BYTES) -> None:
    """
    Hold what a packed file says of itself against the bounds, before unpacking.

    Raises:
        MetricsError: Broken, or unpacked too many files, or too large.
    """
    entries = _guarded(part, _infos)
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    dense = total > 1_000_000 and total > MAX_RATIO * max(packed, 1)
    if len(entries) > MAX_ENTRIES or total > limit or dense:
        raise MetricsError(
            N_("Unpacked, this file is far larger than an export is."),
            where=part.name,
            fix=N_("Unpack it yourself and choose the CSV file in it."),
        )


def _guarded(part: Part, work: Callable[[Part], T]) -> T:
    try:
        return work(part)
    except _BROKEN:
        raise MetricsError(
            N_("The packed file is damaged, incomplete or has a password."),
            where=part.name,
            fix=N_("Download it again, or unpack it and choose the file in it."),
        ) from None


def _names(part: Part) -> list[str]:
    return [entry.filename for entry in _infos(part)]


def _infos(part: Part) -> list[zipfile.ZipInfo]:
    with part.open() as stream, zipfile.ZipFile(stream) as archive:
        return archive.infolist()


def _wanted(name: str) -> bool:
    last = name.rsplit("/", 1)[-1]
    hidden = last.startswith(".") or name.startswith("__MACOSX/")
    return last.casefold().endswith(_WANTED) and not hidden


def _zipped(part: Part) -> list[Part]:
    with part.open() as stream, zipfile.ZipFile(stream) as archive:
        return [
            _member(part, entry.filename, archive.open(entry), entry.file_size)
            for entry in archive.infolist()
            if _wanted(entry.filename) and entry.file_size
        ]


def _member(part: Part, name: str, stream: IO[bytes], size: int) -> Part:
    # The size is what the archive says; one byte more shows that it does not lie.
    with stream:
        data = stream.read(size + 1)
    if len(data) != size:
        raise zipfile.BadZipFile
    return Part(name=f"{part.name}: {name.rsplit('/', 1)[-1]}", data=data)


def _tape(part: Part) -> list[Part]:
    """Read the two small files of a Mastodon archive; its pictures are passed over."""
    found: list[Part] = []
    with (
        part.open() as stream,
        gzip.open(stream) as unpacked,
        tarfile.open(fileobj=unpacked, mode="r|") as tape,
    ):
        for entry in _bounded(tape, part.name):
            last = entry.name.rsplit("/", 1)[-1]
            if entry.isfile() and last in {"outbox.json", "actor.json"}:
                content = tape.extractfile(entry)
                if content is None or entry.size > MAX_SHEET_BYTES:
                    raise too_large(part.name, MAX_SHEET_BYTES)
                found.append(_member(part, last, content, entry.size))
            if len(found) == 2:
                break
    return found


def _bounded(tape: tarfile.TarFile, name: str) -> Iterator[tarfile.TarInfo]:
    passed = 0
    for count, entry in enumerate(tape):
        passed += entry.size
        if passed > MAX_STREAM or count > 100 * MAX_ENTRIES:
            raise too_large(name, MAX_STREAM)
        yield entry
