"""Which proposal leads, and what is said with it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop_kit.deliberation.leading import leading
from workshop_kit.i18n import Translator
from workshop_kit.kit.model import Column
from workshop_kit.kit.validate import validate

EN = Translator("en")
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


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


@pytest.mark.parametrize(
    ("kind", "answers", "start"),
    [
        ("single", ("a", "a", "b"), "a"),
        ("single", ("a", "b"), None),
        ("short_text", ("Us",), "Us"),
        ("short_text", ("Us", "us all"), None),
        ("short_text", (), None),
    ],
)
def test_a_decision_starts_from_what_leads_alone(ask, say, kind, answers, start):
    """Or from what all said alike; else the room has to choose first."""
    question = ask(kind, "ab") if kind == "single" else ask(kind)
    assert leading(question, say(*answers)).start() == start


def test_a_decision_on_rows_starts_from_all_that_differ(ask, say):
    """As many as fit, each once, in the order in which they are listed."""
    one, two, three = ({"who": name} for name in ("A", "B", "C"))
    columns = (Column(id="who", label={"en": "Who"}),)
    question = ask("rows", columns=columns, at_most=2)
    assert leading(question, say([one], [one, two], [three])).start() == [one, two]
    assert leading(question, ()).start() is None


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


def test_dots_are_brought_down_to_those_of_one_person(ask, say):
    """The proposal is an answer: three dots, in the proportion of the room's."""
    question = ask("dots", "abc")
    found = leading(question, say({"a": 3}, {"a": 2, "b": 1}, {"a": 1, "b": 1, "c": 1}))
    assert found.proposals == ({"a": 2, "b": 1},)
    assert validate(question, found.proposals[0]) == found.proposals[0]
    assert found.words(EN) == []


def test_dots_say_where_people_and_dots_disagree(ask, say):
    """Few people with all their dots are not passed off as many."""
    found = leading(
        ask("dots", "ab"), say({"a": 3}, {"a": 2, "b": 1}, {"b": 1}, {"b": 1})
    )
    assert found.words(EN) == ["Most dots went to A; most people chose B."]


def test_dots_that_tie_go_to_nobody(ask, say):
    """The order of the list never decides who gets the last dot."""
    found = leading(ask("dots", "abcd"), say({"a": 3}, {"b": 3}, {"c": 3}, {"d": 3}))
    assert (found.proposals, found.words(EN)) == (
        (),
        ["Options tie for the last dots."],
    )


@shared
@given(
    votes=st.lists(
        st.dictionaries(st.sampled_from("abcde"), st.integers(1, 3), max_size=5),
        max_size=6,
    )
)
def test_dots_never_propose_more_than_one_person_has(ask, say, votes):
    """Whatever is given, the proposal is valid, and more dots never get fewer."""
    question = ask("dots", "abcde")
    for value in leading(question, say(*votes)).proposals:
        assert validate(question, value) == value
        total = {name: sum(vote.get(name, 0) for vote in votes) for name in "abcde"}
        order = sorted(total, key=total.__getitem__)
        kept = [value.get(name, 0) for name in order]
        assert kept == sorted(kept)


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
    rows = {"columns": (Column(id="name", label={"en": "n"}),)}
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


@pytest.mark.parametrize(("own", "said"), [(1, False), (2, True)])
def test_own_words_can_only_mean_the_same_from_two_on(ask, say, own, said):
    """One person's own words are like nobody's."""
    values = [*("a" * 5), *({"other": f"x{i}"} for i in range(own))]
    words = leading(ask("single", "ab", other=True), say(*values)).words(EN)
    note = f"{own} people answered in their own words; these may mean the same."
    assert words == [note] * said


def test_as_many_as_are_allowed_are_not_too_many(ask, say):
    """The limit itself is within the limit."""
    found = leading(ask("multiple", "abc", at_most=2), say(*[["a", "b"]] * 3))
    assert (found.proposals, found.words(EN)) == ((["a", "b"],), [])


def test_options_in_a_note_are_named_one_by_one(ask, say):
    """By their labels, with a comma; what is no longer in the kit by its id."""
    votes = [{"a": 3}, {"b": 2, "z": 1}, {"b": 1, "z": 1}, {"z": 1}]
    assert leading(ask("dots", "ab"), say(*votes)).words(EN)[0] == (
        "Most dots went to A, B, z; most people chose z."
    )


def test_a_ranking_that_ties_by_pairs_is_ordered_by_points(ask, say):
    """The room is told that it was points that put one before the other."""
    found = leading(ask("ranking", "abc"), say(*[list("abc")] * 2, *[list("bca")] * 2))
    assert found.proposals == (["b", "a", "c"],)
    assert found.words(EN)[0] == (
        "Options tie; points (Borda) decide the order among them."
    )


def test_two_middle_answers_are_both_proposed_with_a_remark(ask, say):
    """Nobody said what lies between them."""
    found = leading(ask("score"), say(1, 2, 4, 5))
    assert found.proposals == (2, 4)
    assert found.words(EN) == ["The median lies between two answers."]


def test_picks_lead_as_choices_do(ask, say):
    """What at least half picked is proposed, by its key."""
    question = ask("pick", pick_from="room.list")
    found = leading(question, say(["Blog", "Flickr"], ["Blog"], ["Flickr"], ["x"]))
    assert found.proposals == (["Blog", "Flickr"],)


def test_words_are_said_not_to_be_counted(ask, say):
    """The room has to read them; of nothing nothing is said."""
    found = leading(ask("short_text"), say("x", "y", "z"))
    assert found.words(EN) == ["Words are not counted; read them together."]
    assert leading(ask("short_text"), []).words(EN) == []
