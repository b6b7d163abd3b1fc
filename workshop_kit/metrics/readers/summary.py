"""What was read from a file, in words and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.metrics.wording import channel_name

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator
    from workshop_kit.metrics.readers.result import Export


def words(export: Export, name: str, t: Translator) -> list[str]:
    """Say what a file is and what has to be known of it, a line each."""
    platforms = ", ".join(map(channel_name, export.platforms))
    lines = [
        t(N_("{file}: recognised as {format}."), file=name, format=export.format),
        t(N_("Platforms: {names}."), names=platforms or "–"),
    ]
    if export.period is not None:
        first, last = map(t.date, export.period)
        lines.append(t(N_("Period: {first} to {last}."), first=first, last=last))
    for frame, what in (
        (export.count, N_("Posts: {n}.")),
        (export.days["row"].nunique(), N_("Rows with figures of days: {n}.")),
        (len(export.peers), N_("Figures of peers: {n}.")),
    ):
        if frame:
            lines.append(t(what, n=t.number(frame)))
    lines.append(t(N_("Figures: {names}."), names=", ".join(export.metrics) or "–"))
    lines += [f"! {notice.render(t)}" for notice in export.warnings]
    lines += [f"? {question.render(t)}" for question in export.questions]
    return lines


def as_data(export: Export, name: str, t: Translator) -> dict[str, Any]:
    """Return the same as plain values for JSON."""
    period = export.period
    return {
        "file": name,
        "format": export.format,
        "platforms": list(export.platforms),
        "period": None if period is None else [day.isoformat() for day in period],
        "posts": export.count,
        "days": int(export.days["row"].nunique()),
        "peers": len(export.peers),
        "metrics": {m: export.definitions.get(m) for m in export.metrics},
        "warnings": [
            {"code": notice.code, "words": notice.render(t)}
            for notice in export.warnings
        ],
        "questions": [
            {"ask": question.ask, "words": question.render(t)}
            for question in export.questions
        ],
    }
