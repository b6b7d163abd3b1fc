"""A recognised table of posts to the wide frame, by the rules for ids and copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workshop_kit.errors import N_
from workshop_kit.metrics.readers import dates, schema

if TYPE_CHECKING:
    from workshop_kit.metrics.readers.reading import Found, Reading

PAID = ("sponsored", "paid", "gesponsord", "betaald", "promoted")
ORGANIC = ("organic", "organisch")

KINDS = {
    "original": "original",
    "post": "original",
    "reply": "reply",
    "retweet": "retweet",
    "repost": "retweet",
    "reblog": "retweet",
}
"""What a column ``kind`` may say; ``retweet`` is any post of others passed on."""

VIEWS_BEGIN = pd.Timestamp("2025-04-21")
"""Day on which Instagram's impressions ended and its views began."""

_DAMAGED = r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+"


def read(reading: Reading) -> None:
    """
    Add the posts of a table to what was found.

    Raises:
        MetricsError: A cell that cannot be read; names its row.
    """
    cells, layout, answers = reading.cells, reading.layout, reading.answers
    when = dates.read(
        reading.column("published_at"), answers, order=layout.order, zone=layout.zone
    )
    reading.found.dated(when)
    if not when.clock and when.times.notna().any():
        reading.note("day_only", N_("Posts have a day without a time of day."))
    platform = layout.platform or answers.platform
    if platform is None and "platform" not in cells:
        reading.found.ask("platform")
    kinds = _kinds(reading)
    said = {
        "platform": _said(reading, "platform", platform),
        "account": _said(reading, "account", answers.account),
        "post_id": _ids(reading),
        "published_at": when.times,
        "zone_known": pd.Series(when.zone_known, index=cells.index, dtype="boolean"),
        "kind": kinds,
        "form": reading.text("form"),
        "promoted": _promoted(reading),
        "export_date": reading.exported(),
        "source_file": _constant(reading.sheet.file, cells.index),
        "row": cells.index,
    }
    figures = reading.figures()
    frame = pd.DataFrame(said | figures, index=cells.index)
    passed_on = kinds.eq("retweet")
    if passed_on.any():
        # What stands beside somebody else's post is not a figure of ours.
        frame.loc[passed_on, list(figures)] = pd.NA
    keep(schema.posts(frame), reading.found, reading.sheet.file)
    if answers.export_date is None and len(frame):
        reading.found.ask("export_date")


def keep(frame: pd.DataFrame, found: Found, where: str) -> None:
    """Add a wide frame to what was found, each post once, and say what stands out."""
    frame = _once(frame, found, where).reset_index(drop=True)
    found.wide.append(frame)
    if {"paid", "organic"} <= set(frame["promoted"].dropna().unique()):
        found.note(
            "promoted",
            N_("Paid posts stand beside organic ones; compare them apart."),
            where,
        )
    clock = frame["published_at"].dt.tz_localize(None)
    redefined(frame.assign(first=clock, last=clock), found, where)


def redefined(frame: pd.DataFrame, found: Found, where: str) -> None:
    """Say it if Instagram's figures change their meaning within a frame."""
    ours = frame[frame["platform"].eq("instagram").fillna(value=False)]
    first, last = ours["first"].min(), ours["last"].max()
    if {"views", "impressions"} & set(frame) and first < VIEWS_BEGIN <= last:
        found.note(
            "redefined",
            N_(
                "On 21 April 2025 Instagram replaced impressions by views, which count"
                " more; do not compare across that day."
            ),
            where,
        )


def _constant(value: str | None, index: pd.Index) -> pd.Series[Any]:
    categories = pd.Index([] if value is None else [value], dtype="str")
    codes = np.full(len(index), -1 if value is None else 0, dtype="int8")
    return pd.Series(
        pd.Categorical.from_codes(codes, categories=categories), index=index
    )


def _said(reading: Reading, name: str, answer: str | None) -> pd.Series[Any]:
    """Return what the column says, or else what was answered."""
    cells = reading.text(name)
    if cells is None:
        return _constant(answer, reading.cells.index)
    if name == "platform":
        cells = cells.astype("category")
        folded = {value: str(value).strip().casefold() for value in cells.unique()}
        cells = cells.astype("object").map(folded, na_action="ignore")
    return cells.astype("category")


def _ids(reading: Reading) -> pd.Series[str]:
    ids = reading.text("post_id")
    if ids is None:
        return pd.Series(pd.NA, index=reading.cells.index, dtype="string")
    if not {"e", "E"} & set("".join(ids.dropna())):
        return ids
    damaged = ids.str.fullmatch(_DAMAGED).fillna(value=False)
    if damaged.any():
        reading.note(
            "damaged_ids",
            N_(
                "Ids that lost their digits in a spreadsheet, such as {example}: {n}."
                " These posts have no id; export again and do not open the file first."
            ),
            n=int(damaged.sum()),
            example=str(ids[damaged].iloc[0]),
        )
    return ids.mask(damaged)


def _kinds(reading: Reading) -> pd.Series[Any]:
    kinds = reading.text("kind")
    if kinds is not None:
        folded = {
            kind: str(kind).strip().casefold() for kind in kinds.dropna().unique()
        }
        known = kinds.astype("object").map(
            {kind: KINDS[word] for kind, word in folded.items() if word in KINDS}
        )
        wrong = kinds.notna() & known.isna()
        if wrong.any():
            raise reading.column("kind").unreadable(wrong)
        return known.astype("category")
    kinds = _constant("original", reading.cells.index)
    text = reading.text("text")
    if text is not None:
        # Neither export of X says so, but a reply begins with whom it is to.
        reply = text.str.startswith("@").fillna(value=False).to_numpy(dtype=bool)
        words = np.where(reply, "reply", "original")
        kinds = pd.Series(words, index=reading.cells.index, dtype="category")
    return kinds


def _promoted(reading: Reading) -> pd.Series[Any]:
    cells = reading.text("promoted")
    if cells is None:
        return _constant(None, reading.cells.index)
    words = dict.fromkeys(PAID, "paid") | dict.fromkeys(ORGANIC, "organic")
    known = {value: words.get(str(value).casefold()) for value in cells.unique()}
    return cells.astype("object").map(known, na_action="ignore").astype("category")


def _once(frame: pd.DataFrame, found: Found, where: str) -> pd.DataFrame:
    """Keep each post once: of copies that with the highest figures, so the latest."""
    ids = frame["post_id"]
    if not ids[ids.notna()].duplicated().any():
        return frame
    key = ["platform", "account", "post_id", "promoted"]
    again = ids.notna() & frame.duplicated(key, keep=False)
    if not again.any():
        return frame
    metrics = schema.metrics_of(frame)
    copies = frame[again].assign(_sum=frame.loc[again, metrics].sum(axis=1))
    best = copies.sort_values("_sum", kind="stable", ascending=False)
    kept = best.drop_duplicates(key)
    found.note(
        "duplicates",
        N_(
            "Posts that stand in the file more than once: {n}. As counts only grow, the"
            " row with the highest figures was kept."
        ),
        where,
        n=len(kept),
    )
    dropped = copies.index.difference(kept.index)
    return frame.drop(index=dropped)
