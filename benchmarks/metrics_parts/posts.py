"""Fictional posts, the same at each run: many, with captions over several lines."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CHANNELS = ("facebook", "flickr", "instagram", "linkedin", "mastodon")
METRICS = ("views", "reach", "likes", "comments", "shares", "saves", "clicks")
HEAD = ("platform", "account", "post_id", "published_at", "kind", "caption", *METRICS)
DAYS = 3_652
FIRST = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
TEXT = (
    "the fog over the old harbour a new room opens café and garden until four thanks"
    " to everybody who came “look up”, she said; model of the ship, 1911"
)
WORDS = TEXT.split()
ISO, SLASHED = "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y %H:%M"
"""Ways to write times; the second is that of the exports of Meta."""

CAPTIONS = 4_096
"""Different ones; with them a file of a million posts is 192 MB."""


def write(path: Path, count: int, again: int = 0, form: str = ISO) -> None:
    """
    Write a CSV file of posts, newest first.

    One figure in 25 is missing, one post in seven is a reply, and a few have a reach
    of 0.

    Args:
        path: The file.
        count: Number of different posts.
        again: How many of them stand in it a second time, at its end.
        form: How the times are written.
    """
    dice = random.Random(20261125)  # noqa: S311 - no secrets
    captions = [_caption(dice) for _ in range(CAPTIONS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEAD) + "\n")
        for place in (*range(count), *range(again)):
            file.write(_row(place, count, captions, form))


def _row(place: int, count: int, captions: list[str], form: str) -> str:
    """Return the line of a post; its own dice, so that it can be written again."""
    dice = random.Random(place)  # noqa: S311
    channel = dice.choice(CHANNELS)
    left = 1 - place / count
    time = FIRST + dt.timedelta(seconds=int(DAYS * 86_400 * left) - 1)
    kind = "reply" if dice.random() < 1 / 7 else "original"
    views = int(dice.lognormvariate(6, 1))
    reach = 0 if dice.random() < 0.002 else int(views * 0.8)
    figures = [views, reach, *(int(views * dice.random() / 20) for _ in METRICS[2:])]
    cells = ("" if dice.random() < 0.04 else str(figure) for figure in figures)
    return (
        f"{channel},Fog museum,{17_841_400_000_000_000 + place * 7},"
        f"{time.strftime(form)},{kind},{captions[place % CAPTIONS]},"
        f"{','.join(cells)}\n"
    )


def _caption(dice: random.Random) -> str:
    lines = [
        " ".join(dice.choices(WORDS, k=dice.randint(1, 11)))
        for _ in range(dice.randint(1, 4))
    ]
    text = "\n".join(lines) + ' #fog #museum ""quoted""'
    return f'"{text}"'
