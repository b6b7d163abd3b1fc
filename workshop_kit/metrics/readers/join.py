"""Several exports of one institution together, where they overlap each thing once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_
from workshop_kit.metrics.readers import schema
from workshop_kit.metrics.readers.result import Export, Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

POST_KEY = ["platform", "account", "post_id", "promoted"]
DAY_KEY = ["platform", "account", "day", "until", "segment", "metric"]


def join(exports: Sequence[Export]) -> Export:
    """
    Put exports together.

    A post that is in several of them, or a day with the same metric, is taken from the
    export with the latest date; where no date is known, from the file that comes last.
    Posts without an id, and peers, are all kept.

    Args:
        exports: At least one, in the order in which they were made if that is known.

    Returns:
        All figures, with the warnings and questions of each and one warning more if
        they overlap.
    """
    wide, posts = _latest([e.wide for e in exports], POST_KEY, "post_id")
    days, dates = _latest([e.days for e in exports], DAY_KEY, "day")
    notices = [notice for export in exports for notice in export.warnings]
    for code, what, n in (
        (
            "exported_again",
            N_("Posts that are in several exports, the latest was taken: {n}."),
            posts,
        ),
        (
            "exported_again",
            N_("Figures of days that are in several exports, the latest taken: {n}."),
            dates,
        ),
    ):
        if n:
            notices.append(Notice(code=code, what=what, slots={"n": n}))
    peers = pd.concat([export.peers for export in exports], ignore_index=True)
    definitions: dict[str, str] = {}
    for export in exports:
        definitions |= export.definitions
    questions = {q.ask: q for export in reversed(exports) for q in export.questions}
    return Export(
        format=" + ".join(dict.fromkeys(export.format for export in exports)),
        load=lambda: schema.posts(wide),
        days=schema.conform(days, schema.DAYS),
        peers=schema.conform(peers, schema.PEERS),
        definitions=definitions,
        warnings=tuple(notices),
        questions=tuple(questions.values()),
    )


def _latest(
    frames: Sequence[pd.DataFrame], key: list[str], known: str
) -> tuple[pd.DataFrame, int]:
    """Return the rows of all frames, of copies the latest, and how many had copies."""
    filled = [frame for frame in frames if len(frame)] or list(frames[:1])
    both = pd.concat(filled, ignore_index=True)
    ordered = both.sort_values("export_date", kind="stable", na_position="first")
    old = ordered[known].notna() & ordered.duplicated(key, keep="last")
    kept = ordered[~old].sort_index().reset_index(drop=True)
    again = ordered.loc[old, key].drop_duplicates()
    return kept, len(again)
