"""Our position among peers."""

from __future__ import annotations

import pandas as pd
import pytest

from workshop_kit.errors import MetricsError
from workshop_kit.metrics.peers import FEWEST, position

SIZE = "small"


def peers(*values, year=2025, **more):
    """Make fictional peers with these values."""
    return pd.DataFrame(
        {
            "institution": [f"P{i}" for i in range(len(values))],
            "size": SIZE,
            "kpi": "conversation",
            "channel": "facebook",
            "year": year,
            "value": values,
            "source": "fictional",
            **more,
        }
    ).convert_dtypes()


def ours(frame, own=3.0, **more):
    """Ask for our position with the usual arguments."""
    return position(
        frame, "conversation", own, **{"channel": "facebook", "size": SIZE, **more}
    )


def test_position(en, nl):
    """Lower ones are counted, equal ones are not, and the words say on what it rests."""
    found = ours(peers(1, 2, 3, 4, 5))
    assert (found.n, found.lower, found.median, found.year) == (5, 2, 3, 2025)
    assert found.words(en) == (
        "With 3 per post we are above 2 of 5 peers of size “small”; the one in the"
        " middle has 3 per post (2025; fictional)."
    )
    assert found.words(nl).startswith("Met 3 per bericht staan we boven 2 van 5")


def test_nothing_below_five(en):
    """Four peers give neither values nor a median, only the reason."""
    found = ours(peers(1, 2, 3, 4))
    assert (found.others, found.lower, found.median) == ((), 0, None)
    assert found.words(en) == (
        "There are 4 peers of size “small” with this figure: too few to compare (at"
        f" least {FEWEST})."
    )


def test_only_what_compares_counts():
    """Other sizes, channels, KPIs, missing values and we ourselves are left out."""
    frame = pd.concat(
        [
            peers(1, 2, 3, 4, 5, 6),
            peers(9, size="large"),
            peers(9, channel="instagram"),
            peers(9, kpi="applause"),
        ]
    )
    frame.loc[frame["institution"].eq("P5"), "value"] = pd.NA
    assert ours(frame).n == 5
    assert ours(frame, us="P0").n == 4


def test_latest_year_with_enough_peers():
    """A later year of three peers does not replace one of five; a chosen one does."""
    frame = pd.concat([peers(1, 2, 3, 4, 5, year=2023), peers(1, 2, 3, year=2025)])
    assert ours(frame).year == 2023
    assert ours(frame, year=2025).n == 3
    assert ours(frame, year=2020).n == 0


@pytest.mark.parametrize(
    ("frame", "more", "message"),
    [
        (
            peers(1, 2),
            {"size": "huge"},
            "There are no peers of size “huge”. Choose one of: small.",
        ),
        (
            peers(1, 2, institution="P"),
            {},
            "P stands twice for conversation in 2025. Keep one of the two lines.",
        ),
    ],
)
def test_what_cannot_be_compared(frame, more, message):
    """An unknown size and a peer that counts double are refused."""
    with pytest.raises(MetricsError) as caught:
        ours(frame, **more)
    assert str(caught.value) == message
