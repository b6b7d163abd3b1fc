"""Any file of figures to an Export: recognised by its headers, or a clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.readers import (
    days,
    fast,
    generic,
    linkedin,
    meta,
    peers,
    pinterest,
    posts,
    schema,
    social,
    spreadsheet,
    text,
    video,
    web,
    x,
)
from workshop_kit.metrics.readers.layout import match, nearness
from workshop_kit.metrics.readers.reading import Found, begin, definitions
from workshop_kit.metrics.readers.result import Answers, Export
from workshop_kit.metrics.readers.source import open_source, parts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from workshop_kit.metrics.readers.layout import Layout, Match
    from workshop_kit.metrics.readers.sheet import Sheet
    from workshop_kit.metrics.readers.source import Part

LAYOUTS: tuple[Layout, ...] = (
    *meta.LAYOUTS,
    *x.LAYOUTS,
    *linkedin.LAYOUTS,
    *video.LAYOUTS,
    *pinterest.LAYOUTS,
    *web.LAYOUTS,
    peers.LAYOUT,
    *generic.LAYOUTS,
)
"""All tables that are known; the one that needs most headers wins."""

FORMATS = (*dict.fromkeys(layout.id for layout in LAYOUTS), *social.NAMES)
"""Ids of all formats, each once."""

NEAREST = 3

READ = {"posts": posts.read, "days": days.read, "peers": peers.read}
"""What reads a table, by what its rows are."""


def read(
    source: Path | str | bytes, *, answers: Answers | None = None, name: str = ""
) -> Export:
    """
    Read a file with figures: posts, days or peers, of any format in :data:`FORMATS`.

    Args:
        source: A file, or its bytes: CSV in UTF-8 or UTF-16, xls, xlsx, JSON, or a zip
            or tar.gz with such files.
        answers: What its owner knows and the file does not say.
        name: What to call it, if *source* is bytes.

    Returns:
        The figures, with warnings and with the questions that are still open. Of an
        archive or workbook, all tables that are recognised, of one format.

    Raises:
        MetricsError: Not there, not readable, not recognised (names the headers seen
            and the nearest formats), or a cell that cannot be read. Nothing of the
            file is loaded then.
    """
    answers = answers or Answers()
    whole = open_source(source, name)
    files = parts(whole)
    if files == [whole] and whole.path and whole.size() > text.SMALL:
        quick = _quick(whole, answers)
        if quick is not None:
            return quick
    return _careful(whole, files, answers)


def _quick(part: Part, answers: Answers) -> Export | None:
    """Add up a large CSV file of posts in which nothing is special."""
    if part.is_sheet() or part.is_json():
        return None
    sheet = text.sheet(part)
    best = _best(sheet)
    if best is None or best.layout.grain != "posts" or part.path is None:
        return None
    added = fast.add_up(part.path, sheet.cut, best, sheet.head, answers)
    if added is None:
        return None
    table, times = added
    found = Found()
    if times.asked:
        found.ask("zone", times.example)
    if answers.export_date is None:
        found.ask("export_date")
    posts.redefined(table, found, sheet.file)
    return Export(
        format=best.layout.id,
        load=lambda: _careful(part, [part], answers).wide,
        added=table,
        days=schema.conform(None, schema.DAYS),
        peers=schema.conform(None, schema.PEERS),
        definitions=definitions(sheet, best),
        warnings=tuple(found.notices),
        questions=tuple(found.questions),
    )


def _careful(whole: Part, files: list[Part], answers: Answers) -> Export:
    found, names, unknown = Found(), [], []
    for part in files:
        if part.is_json():
            known = social.read(social.load(part), part, answers, found)
            names += [known] if known else []
            continue
        for sheet in _sheets(part):
            best = _best(sheet)
            if best is None:
                unknown.append(sheet)
                continue
            names.append(best.layout.id)
            READ[best.layout.grain](begin(sheet, best, answers, found))
    if not names:
        raise _unknown(whole, unknown)
    for sheet in unknown:
        found.note("left", N_("This part was not read."), sheet.file)
    wide = _wide(found.wide)
    return Export(
        format=" + ".join(dict.fromkeys(names)),
        load=lambda: wide,
        days=_joined(found.days, schema.DAYS),
        peers=_joined(found.peers, schema.PEERS),
        definitions=found.definitions,
        warnings=tuple(found.notices),
        questions=tuple(found.questions),
    )


def _sheets(part: Part) -> list[Sheet]:
    if part.is_sheet():
        return spreadsheet.sheets(part)
    return [text.sheet(part)]


def _best(sheet: Sheet) -> Match | None:
    found = [m for layout in LAYOUTS if (m := match(layout, sheet)) is not None]
    return max(found, key=lambda m: (len(m.layout.needs), len(m.places)), default=None)


def _joined(frames: Iterable[pd.DataFrame], columns: dict[str, str]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    joined = pd.concat(filled, ignore_index=True) if filled else None
    return schema.conform(joined, columns)


def _wide(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    if len(filled) == 1:
        return filled[0]
    joined = pd.concat(filled, ignore_index=True) if filled else None
    return schema.posts(
        schema.conform(joined, schema.POST) if joined is None else joined
    )


def _unknown(whole: Part, sheets: list[Sheet]) -> MetricsError:
    if not sheets:
        return MetricsError(
            N_("There are no figures in this file."),
            where=whole.name,
            fix=N_("Choose the CSV, spreadsheet or JSON file of an export."),
        )
    sheet = sheets[0]
    shares = {layout.id: nearness(layout, sheet) for layout in LAYOUTS}
    near = sorted((n for n in shares if shares[n]), key=lambda n: -shares[n])
    return MetricsError(
        N_("This layout is not known. Seen: {seen}. Nearest: {nearest}."),
        where=sheet.file,
        fix=N_(
            "Export the file again, in English if you can, or make a generic CSV of it"
            " (see docs/figures.md)."
        ),
        seen=sheet.headers(),
        nearest=", ".join(near[:NEAREST]) or "–",
    )
