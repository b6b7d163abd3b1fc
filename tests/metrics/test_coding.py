"""A sample coded by hand: counts, agreement, consent."""

from __future__ import annotations

import contextlib
import json
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from workshop_kit.errors import MetricsError
from workshop_kit.kit.plain import checked, written
from workshop_kit.metrics.coding import kappa, kept, quotes, read, sample
from workshop_kit.metrics.kept import Kept

HEAD = "item,coder,sentiment,kind,quote,consent\n"


@pytest.fixture
def coded(tmp_path):
    """Write and read a coded sample with these lines."""

    def make(*lines, head=HEAD):
        path = tmp_path / "sample.csv"
        path.write_text(head + "\n".join(lines), encoding="utf-8")
        return read(path)

    return make


def spread(table):
    """Turn a square table of counts into the codes of two coders."""
    pairs = [
        pair
        for (i, row), (j, _) in product(enumerate(table), enumerate(table))
        for pair in [(str(i), str(j))] * row[j]
    ]
    return (pd.Series([a for a, _ in pairs]), pd.Series([b for _, b in pairs]))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # Cohen (1960), table 1 as counts of 200: observed .29, expected .35.
        ([[50, 26, 24], [24, 4, 32], [6, 30, 4]], (0.29 - 0.35) / (1 - 0.35)),
        # 20 and 15 agreed of 50, chance .5: the textbook example of kappa .40.
        ([[20, 5], [10, 15]], 0.4),
        ([[5, 0], [0, 5]], 1.0),
        ([[0, 5], [5, 0]], -1.0),
    ],
)
def test_kappa_of_published_tables(table, expected):
    """The values are those worked out in print."""
    assert kappa(*spread(table)).value == pytest.approx(expected)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")),
        min_size=1,
        max_size=40,
    )
)
def test_kappa_against_its_definition(pairs):
    """Counting by hand gives the same; a single shared code gives none."""
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    ones, others = zip(*pairs, strict=True)
    expected = sum(ones.count(c) * others.count(c) for c in "abcd") / n**2
    found = kappa(pd.Series(ones), pd.Series(others))
    if expected == 1:
        assert found.value is None
    else:
        assert found.value == pytest.approx((observed - expected) / (1 - expected))
        assert -1 <= found.value <= 1


def test_only_comments_of_both_count():
    """Comments of one coder, or without a code, are left out; none gives none."""
    one = pd.Series({"1": "a", "2": "b", "3": None})
    other = pd.Series({"1": "a", "3": "b", "4": "a"})
    assert kappa(one, other).n == 1
    assert kappa(one, pd.Series({"9": "a"})).value is None


LINES = (
    "1,AB,positive,memory,Mijn opa!,yes",
    "2,AB,negatief,vraag,Waarom dicht?,no",
    "3,AB,neutral,question,,",
    "4,AB,positief,compliment,Mooi,",
    "1,CD,+,herinnering,,ja",
    "2,CD,neutraal,klacht,Waarom dicht?,yes",
    "3,CD,0,vraag,,",
    "4,CD,positive,praise,,",
)


def test_sample(coded, en, nl):
    """Counts of what is agreed on, the rest apart, with the agreement of the two."""
    found = sample(coded(*LINES))
    assert (found.n, found.coders) == (3, ("AB", "CD"))
    assert found.sentiments == {"positive": 2, "neutral": 1, "negative": 0}
    assert (
        found.kinds["memory"] == found.kinds["praise"] == found.kinds["question"] == 1
    )
    assert found.differing == {"sentiment": 1, "kind": 1}
    assert found.kappas[0].agreed == 3
    assert found.words(en) == (
        "Of 3 comments 2 are positive, 0 negative and 1 neutral: a balance of 67%. Coded"
        " by AB, CD. Kinds, of 3: question 1, memory 1, praise 1. The same tone from AB"
        " and CD: 3 of 4 comments (Cohen's kappa 0.60). The same kind from AB and CD: 3"
        " of 4 comments (Cohen's kappa 0.67). Kappa: 1 is full agreement, 0 what chance"
        " would give. 1 comment got different tones and is not counted."
    )
    assert found.words(nl).startswith("Van 3 reacties zijn er 2 positief")


def test_kinds_by_tone_add_up(coded):
    """Each comment with an agreed tone stands once, also without an agreed kind."""
    found = sample(
        coded("1,AB,+,memory,,", "1,CD,+,praise,,", "2,AB,-,,,", "3,AB,0,spam,,")
    )
    assert found.crossed == (
        ("spam", "neutral", 1),
        (None, "positive", 1),
        (None, "negative", 1),
    )
    assert sum(n for _, _, n in found.crossed) == found.n


def test_what_is_kept_is_read_back(coded):
    """Counts, coders and allowed quotes survive as JSON; the rest is not kept."""
    summed = kept(coded(*LINES), source="sample.csv")
    again = checked(Kept, json.loads(written(summed)))
    assert again == summed
    assert summed.quotes == (("memory", "Mijn opa!"),)
    assert "Waarom dicht" not in written(summed)


@pytest.mark.parametrize("n", [-1, 10**400])
def test_counts_that_are_none_are_refused(coded, n):
    """What comes back from elsewhere may not hold a number nobody can count to."""
    data = json.loads(written(kept(coded(*LINES), source="sample.csv")))
    data["sample"]["sentiments"]["positive"] = n
    with pytest.raises(ValidationError, match=r"positive|count is negative"):
        checked(Kept, data)


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_file_is_read_or_refused_in_words(content):
    """Garbage never raises anything but a MetricsError, with or without headers."""
    for data in (content, HEAD.encode() + content):
        with contextlib.suppress(MetricsError):
            kept(read(data, name="any.csv"), source="any.csv")


def test_one_coder_and_nothing_coded(coded, en):
    """One coder is told to find a second; an empty code is not neutral."""
    alone = sample(coded("1,AB,positive,memory,,"))
    assert alone.words(en).endswith("have a second one do some of them too.")
    empty = sample(coded("1,AB,,,,"))
    assert (empty.n, empty.balance) == (0, None)
    assert empty.words(en) == "No comment in the sample has a tone that is agreed on."


def test_quotes_only_with_consent(coded):
    """Without a yes, or with a no from any coder, the words are not even loaded."""
    frame = coded(*LINES)
    assert frame["quote"].dropna().tolist() == ["Mijn opa!"]
    assert quotes(frame).to_dict("records") == [
        {"item": "1", "kind": "memory", "quote": "Mijn opa!"}
    ]


def test_dutch_headers(coded):
    """The file may be in Dutch throughout."""
    frame = coded(
        "r1,AB,positief,anders,Leuk,ja",
        head="reactie,codeur,toon,soort,citaat,toestemming\n",
    )
    assert frame.iloc[0][["item", "sentiment", "kind"]].tolist() == [
        "r1",
        "positive",
        "other",
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ["1,AB,happy,memory,,"],
            (
                "sample.csv: Line 2, column sentiment: “happy” is not a code. Use one"
                " of: positive, positief, +, neutral, neutraal, 0, negative, negatief,"
                " -."
            ),
        ),
        (
            [",AB,,,,"],
            (
                "sample.csv: Line 2, column item: empty. Fill it in; without it the"
                " line cannot be counted."
            ),
        ),
        (
            ["1,AB,,,,", "1,AB,,,,"],
            (
                "sample.csv: Line 3: AB coded comment 1 twice. Keep one of the two"
                " lines."
            ),
        ),
    ],
)
def test_what_cannot_be_read(coded, lines, message):
    """A code that is none, a missing id and a double coding are named."""
    with pytest.raises(MetricsError) as caught:
        coded(*lines)
    assert str(caught.value) == message
