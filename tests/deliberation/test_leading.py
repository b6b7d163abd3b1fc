"""Which proposal leads, and what is said with it."""

from __future__ import annotations

import pytest

from workshop_kit.deliberation.leading import leading
from workshop_kit.i18n import Translator

EN = Translator("en")


def test_single_majority(ask, say):
    """More than half is a proposal without remarks."""
    found = leading(ask("single", "ab"), say("a", "a", "b"))
    assert (found.n, found.proposals, found.listed) == (3, ("a",), ("a", "b"))
    assert found.words(EN) == []


def test_single_tie(ask, say):
    """All that tie are proposed."""
    found = leading(ask("single", "ab"), say("a", "b", "b", "a"))
    assert found.proposals == ("a", "b")
    assert found.words(EN) == ["There is a tie."]


def test_single_plurality(ask, say):
    """The most votes are not passed off as a majority."""
    found = leading(ask("single", "abc"), say("a", "a", "b", "c"))
    assert found.proposals == ("a",)
    assert found.words(EN) == ["It has the most votes, but not more than half."]


def test_own_words_do_not_win_together(ask, say):
    """Different own words are different proposals; case does not matter."""
    question = ask("single", "ab", other=True)
    values = ("a", "a", {"other": "Blog"}, {"other": "blog"}, {"other": "{x}"})
    found = leading(question, say(*values))
    assert found.proposals == ("a", {"other": "Blog"})
    assert found.words(EN)[-1] == (
        "3 people answered in their own words; these may mean the same."
    )


def test_multiple_takes_what_half_chose(ask, say):
    """Half is enough, and the order is that of the kit."""
    question = ask("multiple", "abc", other=True)
    found = leading(question, say(["c", "a"], ["c"], ["a"], [{"other": "x"}, "c"]))
    assert found.proposals == (["a", "c"],)
    nothing = leading(question, say(["a"], ["b"], ["c"]))
    assert nothing.proposals == ()
    assert nothing.words(EN) == ["Nothing was chosen by at least half."]


def test_multiple_never_proposes_too_many(ask, say):
    """Above the limit, a tie is left out as a whole rather than cut by chance."""
    question = ask("multiple", "abc", at_most=2)
    found = leading(question, say(["a", "b"], ["a", "c"], ["b", "a"], ["c", "a"]))
    assert found.proposals == (["a"],)
    assert found.words(EN) == ["At least half chose more than the 2 allowed."]


def test_ranking_says_where_methods_disagree(ask, say):
    """Three methods, two winners: the room is told, with labels."""
    values = [list("abc")] * 3 + [list("bca")] * 2
    found = leading(ask("ranking", "abc"), say(*values))
    assert found.proposals == (["a", "b", "c"],)
    said = (
        "The methods disagree about the first place: by pairs (Schulze)"
        " A; by points (Borda) B; by most first places A."
    )
    assert found.words(EN) == [said]


def test_ranking_ties(ask, say):
    """Full ties follow the list and say so; what nobody ranked is left out."""
    found = leading(
        ask("ranking", "abc"), say(["b", "a"], ["a", "b"], ["b", "a"], ["a", "b"])
    )
    assert found.proposals == (["a", "b"],)
    assert found.words(EN) == [
        "Options tie, also by points; the order among them is that of the list."
    ]


@pytest.mark.parametrize(
    ("kind", "values", "proposals"),
    [
        ("score", (1, 4, 5), (4,)),
        ("score", (1, 2, 4, 5), (2, 4)),
        ("integer", (3, 3, 10, 2), (3,)),
        ("decimal", (0.5, 2.5, 3), (2.5,)),
    ],
)
def test_numbers_take_the_median(ask, say, kind, values, proposals):
    """Both middle answers are proposed where they differ."""
    more = {"unit": {"en": "h"}} if kind == "decimal" else {}
    assert leading(ask(kind, **more), say(*values)).proposals == proposals


@pytest.mark.parametrize("kind", ["short_text", "long_text", "date", "rows"])
def test_words_have_no_leader(ask, say, kind):
    """Texts, dates and rows are listed, most given first."""
    rows = {"columns": [{"id": "name", "label": {"en": "n"}}]}
    question = ask(kind, **(rows if kind == "rows" else {}))
    x, y = ([{"name": "x"}], [{"name": "y"}]) if kind == "rows" else ("x", "y")
    found = leading(question, say(y, x, x))
    assert (found.proposals, found.listed) == ((), (x, y))


@pytest.mark.parametrize(
    "kind", ["single", "multiple", "ranking", "score", "long_text"]
)
def test_nobody_answered(ask, say, kind):
    """Without answers nothing leads and nothing is said."""
    found = leading(ask(kind, "ab"), say(None, None))
    assert (found.n, found.proposals, found.notes) == (0, (), ())


def test_last_round_leads(ask, say):
    """An earlier round does not vote again, also for who stayed out of the last."""
    answers = [*say("a", "a", "a"), *say("b", in_round=2)]
    found = leading(ask("single", "ab"), answers)
    assert found.proposals == ("b",)
    assert found.words(EN) == ["This rests on few answers."]
