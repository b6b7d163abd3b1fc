"""The sample archive, read once, and small archives written for a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from workshop_kit.metrics.readers import archive

SAMPLE = Path(__file__).parents[2] / "data" / "sfomuseum_twitter" / "tweets.csv"
HEAD = "post_id,created_at_utc,kind,favorite_count,retweet_count\n"


@pytest.fixture(scope="session")
def tweets():
    """Return the tweets of SFO Museum."""
    return archive.read(SAMPLE)


@pytest.fixture
def write(tmp_path):
    """Write an archive with these lines under the usual header."""

    def make(*lines, head=HEAD, name="tweets.csv"):
        path = tmp_path / name
        path.write_text(head + "\n".join(lines), encoding="utf-8")
        return path

    return make


@pytest.fixture
def months(write):
    """Read an archive with one post of so many likes in each month from 2020-01."""

    def make(*likes):
        lines = [
            f"{i},{2020 + i // 12}-{i % 12 + 1:02}-05T12:00:00Z,original,{n},1"
            for i, n in enumerate(likes)
        ]
        return archive.read(write(*lines))

    return make
