"""The power fails: what was not brought to the disk is gone, or there in part."""

from __future__ import annotations

import asyncio
import random
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from torments.crowd import crowd, joined, settled
from torments.kills import wrong
from torments.rooms import Room, environment, prepare, shim, spawning
from torments.truth import Verdict, look
from workshop_kit.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from torments.crowd import Guest

OPEN, WRITE, CUT, SYNC, FOLDER, LINK, UNLINK, RENAME = range(1, 9)
"""Kinds of records; ``power.c`` writes them."""

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

_HEAD = struct.Struct("=7Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing that was asked of the disk."""

    kind: int
    at: int
    """In nanoseconds of the monotonic clock, when it was done."""
    file: tuple[int, int]
    """Device and inode."""
    offset: int
    name: str
    data: bytes


def records(path: Path) -> list[Record]:
    """Read what was written down, in order."""
    raw, place, found = path.read_bytes(), 0, []
    while place < len(raw):
        kind, at, device, inode, offset, named, length = _HEAD.unpack_from(raw, place)
        place += _HEAD.size
        name = raw[place : place + named].decode()
        data = raw[place + named : place + named + length]
        place += named + length
        found.append(
            Record(
                kind=kind, at=at, file=(device, inode), offset=offset,
                name=name, data=data,
            )
        )  # fmt: skip
    return found


@dataclass(slots=True)
class _File:
    """What the disk has of a file, and what it has only been asked for."""

    kept: bytearray = field(default_factory=bytearray)
    asked: list[Record] = field(default_factory=list)


class Disk:
    """
    What a disk holds for sure, and what it may hold, after each record.

    Args:
        names: File of each name at the start.
        contents: What is in each at the start, all of it on the disk.
    """

    def __init__(
        self,
        names: Mapping[str, tuple[int, int]],
        contents: Mapping[tuple[int, int], bytes],
    ) -> None:
        self._names = dict(names)
        self._asked: list[Record] = []
        self._files = {key: _File(bytearray(data)) for key, data in contents.items()}
        self._seen = dict(names)

    @classmethod
    def of(cls, folder: Path) -> Disk:
        """Return a disk that holds what is in a folder now."""
        found = {path: path.stat() for path in folder.iterdir() if path.is_file()}
        keys = {path: (at.st_dev, at.st_ino) for path, at in found.items()}
        return cls(
            {path.name: key for path, key in keys.items()},
            {key: path.read_bytes() for path, key in keys.items()},
        )

    def take(self, record: Record) -> None:
        """Go on by one record."""
        if record.kind == OPEN:
            if self._seen.get(record.name) != record.file:
                # A number of a file that is gone may be given to a new one.
                self._files[record.file] = _File()
                self._rename(self._seen, record)
                self._asked.append(record)
        elif record.kind in {LINK, UNLINK, RENAME}:
            self._rename(self._seen, record)
            self._asked.append(record)
        elif record.kind == FOLDER:
            for each in self._asked:
                self._rename(self._names, each)
            self._asked.clear()
        elif record.kind == SYNC:
            file = self._files.setdefault(record.file, _File())
            for each in file.asked:
                _put(file.kept, each, each.data)
            file.asked.clear()
        else:
            self._files.setdefault(record.file, _File()).asked.append(record)

    @staticmethod
    def _rename(names: dict[str, tuple[int, int]], record: Record) -> None:
        if record.kind == OPEN:
            names[record.name] = record.file
        elif record.name in names:
            other = record.data.decode()
            if other:
                names[other] = names[record.name]
            if record.kind != LINK:
                del names[record.name]

    def after_cut(self, dice: random.Random) -> dict[str, bytes]:
        """
        Return files as they may be after the power failed, by name.

        Of what was not brought to the disk each write is there, or is not, or in some
        of its sectors; of names that were given or taken the first few are.
        """
        names = dict(self._names)
        for each in self._asked[: dice.randint(0, len(self._asked))]:
            self._rename(names, each)
        keep = dice.choice([0.0, 0.5, 0.5, 0.5, 0.9, 1.0])
        return {
            name: self._content(self._files[file], keep, dice)
            for name, file in names.items()
            if file in self._files
        }

    @staticmethod
    def _content(file: _File, keep: float, dice: random.Random) -> bytes:
        found = bytearray(file.kept)
        for each in file.asked:
            if each.kind == CUT:
                if dice.random() < keep:
                    _put(found, each, b"")
            elif dice.random() < keep:
                _put(found, each, each.data)
            elif keep and dice.random() < keep:
                for start in range(0, len(each.data), SECTOR):
                    if dice.random() < 0.5:
                        part = each.data[start : start + SECTOR]
                        _put(found, each, part, start)
        return bytes(found)


def _put(content: bytearray, record: Record, data: bytes, start: int = 0) -> None:
    if record.kind == CUT:
        del content[record.offset :]
        content.extend(bytes(record.offset - len(content)))
        return
    begin = record.offset + start
    content.extend(bytes(max(0, begin - len(content))))
    content[begin : begin + len(data)] = data


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What a process asked of the disk while guests answered."""

    place: Path
    disk: Callable[[], Disk]
    records: list[Record]
    guests: list[Guest]


async def recorded(
    folder: Path, seconds: float, *, seed: int = 0, starts: int = 2
) -> Recording:
    """Hold a room under load, killed and started again in between, and write it down."""
    inner = folder / f"power-{seed}"
    inner.mkdir()
    log, place = folder / f"power-{seed}.records", inner / "power.workshop"
    link = prepare(place)
    before = Disk.of(inner)
    names, contents = (
        dict(before._names),
        {k: bytes(f.kept) for k, f in before._files.items()},
    )
    watch = {
        "LD_PRELOAD": str(shim("power", folder)),
        "WATCHED_FOLDER": str(inner),
        "WATCHED_LOG": str(log),
    }
    with spawning(**watch) as spawner:
        room = Room(spawner, place, log=folder / f"power-{seed}.log")
        room.start()
        await room.up()
        people = await joined(room.port, link, 12, words=3000, seed=seed)
        async with crowd(*people):
            for start in range(starts):
                await asyncio.sleep(seconds / starts)
                if start + 1 < starts:
                    await room.end()
                    room.start()
                    await room.up()
            await settled(people)
        # Also how a room ends by itself: it empties its log into the file.
        await room.end(15)
    return Recording(
        place=place,
        disk=lambda: Disk(names, contents),
        records=records(log),
        guests=people,
    )


def after_cuts(
    taken: Recording, n: int, dice: random.Random, *, deaf: bool = False
) -> Iterator[tuple[dict[str, bytes], int]]:
    """
    Yield files after a cut at *n* random moments, and the time of each.

    Args:
        taken: What was written down.
        n: How many.
        dice: For moments and for what is kept.
        deaf: Whether the disk does not do as it is told: nothing is brought to it.
    """
    moments = sorted(dice.sample(range(len(taken.records) - 1), n))
    disk, place = taken.disk(), 0
    for moment in moments:
        for record in taken.records[place : moment + 1]:
            if not (deaf and record.kind == SYNC):
                disk.take(record)
        place = moment + 1
        # Until the next thing was asked of it, the disk was as it is now.
        yield disk.after_cut(dice), taken.records[place].at


async def cuts(
    folder: Path, n: int, *, seed: int = 0, seconds: float = 6.0, deaf: bool = False
) -> dict[str, Any]:
    """Let the power fail at *n* moments of a busy room, and look each time."""
    taken = await recorded(folder, seconds, seed=seed)
    verdict, dice = Verdict(), random.Random(seed)  # noqa: S311 - not a secret
    found = folder / f"power-{seed}-after"
    for files, then in after_cuts(taken, n, dice, deaf=deaf):
        found.mkdir()
        for name, content in files.items():
            (found / name).write_bytes(content)
        try:
            look(found / taken.place.name, taken.guests, verdict, before=then)
        except Exception as error:  # noqa: BLE001 - a file that does not open is found out
            verdict.unsound.append(str(error))
        for path in found.iterdir():
            path.unlink()
        found.rmdir()
    verdict.add(taken.guests)
    kinds = [record.kind for record in taken.records]
    return {
        "cuts": n,
        "writes": kinds.count(WRITE),
        "syncs": kinds.count(SYNC),
        **verdict.figures(),
        "wrong": wrong(verdict),
    }


MAKE = """
import sys
from workshop_kit.store import Store
Store.create(sys.argv[1], kit="fictional", kit_version="1").close()
"""


def births(folder: Path, n: int, *, seed: int = 0) -> dict[str, Any]:
    """Let the power fail while a workshop is being made: it is there whole, or not."""
    inner, log = folder / f"birth-{seed}", folder / f"birth-{seed}.records"
    inner.mkdir()
    watch = {
        "LD_PRELOAD": str(shim("power", folder)),
        "WATCHED_FOLDER": str(inner),
        "WATCHED_LOG": str(log),
    }
    disk, place = Disk.of(inner), inner / "born.workshop"
    words = [sys.executable, "-c", MAKE, str(place)]
    subprocess.run(words, check=True, env=environment(**watch))
    dice, whole, none, wrong_ = random.Random(seed), 0, 0, []  # noqa: S311 - no secret
    steps = records(log)
    each = -(-n // len(steps))
    after = folder / f"birth-{seed}-after"
    for record in steps:
        disk.take(record)
        for _ in range(each):
            after.mkdir()
            for name, content in disk.after_cut(dice).items():
                (after / name).write_bytes(content)
            born = after / place.name
            if born.exists():
                try:
                    with Store.open(born) as store:
                        assert store.workshop().kit == "fictional"
                        assert store._database.pragma("integrity_check") == "ok"
                    whole += 1
                except Exception as error:  # noqa: BLE001 - half a file is found out
                    wrong_.append(str(error))
            else:
                none += 1
            for path in after.iterdir():
                path.unlink()
            after.rmdir()
    return {
        "cuts": each * len(steps),
        "whole": whole,
        "none": none,
        "wrong": wrong_[:5],
    }
