"""Thresholds are judged with their figures, in all and per role."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop_kit.deliberation.ballot import ballot
from workshop_kit.deliberation.tally import tidy
from workshop_kit.deliberation.threshold import (
    DEFAULTS,
    judge,
    method_of,
    threshold_for,
)
from workshop_kit.i18n import Translator
from workshop_kit.kit.model import Threshold

EN, NL = Translator("en"), Translator("nl")
WORDS = {"en": "w"}
ROLES = {"hr": {"nl": "HR", "en": "HR"}}
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def hold(ask, say):
    """Judge the answers p0, p1, … gave to a question or to a vote about one."""

    def judged(kind, values, *, asked=None, roles=(), by=None, letters="abc", **more):
        vote = kind in {"consent", "fist"}
        question = ask("short_text" if vote else kind, "" if vote else letters, **more)
        question = ballot(question, kind) if vote else question
        answers = [
            type(one)(question=question.id, participant=one.participant, value=value)
            for one, value in zip(say(*values), values, strict=True)
        ]
        return judge(
            by or DEFAULTS[method_of(question)],
            question,
            tidy(answers, [question]),
            {f"p{i}": role for i, role in enumerate(roles)},
            asked=len(values) if asked is None else asked,
        )

    return judged


def wanted(way, share, **more):
    """Make a threshold of the kit."""
    return Threshold(
        id="t",
        label={"en": "Enough"},
        description=WORDS,
        method=way,
        share=share,
        **more,
    )


def test_a_tie_is_said(hold):
    """Of two that exclude each other neither is what the room wants."""
    found = hold("single", ["a", "b"])
    assert found.words(EN, {})[-1] == "There is a tie."


def test_one_objection_is_enough_to_go_on_talking(hold):
    """Remarks do not stand in the way, an objection does, with figures and words."""
    assert hold("consent", ["agree", "concerns"]).reached is True
    found = hold("consent", ["agree", "concerns", "object"], asked=5)
    assert (found.reached, found.n, found.missing, found.against) == (False, 3, 2, 1)
    assert found.words(EN, {}) == [
        "Not reached: Nobody objects.",
        "All together: 2 of 3 in favour, 67% (100% needed).",
        "1 person objects.",
        "2 people have not answered.",
    ]
    assert found.words(NL, {}) == [
        "Niet bereikt: Niemand maakt bezwaar.",
        "Iedereen samen: 2 van de 3 voor, 67% (100% nodig).",
        "1 persoon maakt bezwaar.",
        "2 mensen hebben niet geantwoord.",
    ]


def test_all_hands_three_or_more(hold):
    """Two fingers are too few by default; a kit can ask for less."""
    assert hold("fist", [3, 4, 5]).reached is True
    found = hold("fist", [0, 2, 5])
    assert (found.reached, found.against, found.support[0].in_favour) == (False, 1, 1)
    lenient = hold("fist", [2, 2, 5], by=wanted("fist", 1, step=2))
    assert lenient.reached is True


@pytest.mark.parametrize(
    ("kind", "values", "reached", "options"),
    [
        ("single", ["a", "a", "b"], True, ["a"]),
        ("single", ["a", "b"], False, ["a", "b"]),
        ("single", ["a", "b", "c"], False, ["a", "b", "c"]),
        ("multiple", [["a", "b"], ["a", "b"], ["c"]], True, ["a", "b"]),
        ("multiple", [["a"], ["b"], ["c"]], False, ["a", "b", "c"]),
        ("dots", [{"a": 3}, {"a": 1, "b": 2}, {"c": 3}], True, ["a"]),
        ("ranking", [list("abc"), list("acb"), list("bca")], True, ["a"]),
        ("ranking", [list("ab"), list("ba")], False, ["a", "b"]),
        ("score", [4, 4, 5, 3], True, [""]),
        ("score", [4, 4, 3, 3], False, [""]),
    ],
)
def test_each_way_of_asking(hold, kind, values, reached, options):
    """What reaches the threshold is named, else what comes nearest; a tie is none."""
    more = {"letters": ""} if kind == "score" else {}
    found = hold(kind, values, **more)
    assert found.reached is reached
    assert [one.option for one in found.support] == options
    assert found.tied is (kind in {"single", "ranking"} and len(options) > 1)


def test_a_ranking_is_as_strong_as_its_weakest_pair(hold):
    """The option that leads is compared with the rival that comes nearest."""
    votes = [list("abc")] * 4 + [list("bca")] * 2 + [list("cab")]
    found = hold("ranking", votes)
    assert [(one.option, one.in_favour) for one in found.support] == [("a", 4)]
    assert found.words(EN, {})[1] == "A: 4 of 7 in favour, 57% (50% needed)."


def test_own_words_are_never_what_the_room_agrees_on(hold):
    """Different words together are no option."""
    values = [{"other": "x"}, {"other": "y"}, "a"]
    found = hold("single", values, other=True)
    assert (found.reached, found.support[0].option) == (False, "a")
    nobody = hold("single", values[:2], other=True)
    assert (nobody.reached, nobody.support, nobody.tied) == (False, (), False)


@pytest.mark.parametrize("asked", [4, 0])
def test_too_few_answers(hold, asked):
    """Where fewer than half answered, or nobody, there is no verdict."""
    found = hold("consent", ["agree"] if asked else [], asked=asked)
    assert found.reached is None
    assert found.words(EN, {})[0] == (
        "Not judged (Nobody objects): fewer than half answered."
    )


def test_agreement_per_role(hold):
    """Four fifths in all is not enough where a role stays below half."""
    by = wanted("consent", 0.8, each_role=0.5)
    votes = ["agree"] * 13 + ["object"] * 3 + ["agree"] * 5
    roles = ["other"] * 11 + ["hr"] * 5 + ["legal", "it", "it", "legal", "it"]
    found = hold("consent", votes, roles=roles, by=by)
    assert found.reached is False
    assert found.words(EN, ROLES) == [
        "Not reached: Enough.",
        "All together: 18 of 21 in favour, 86% (80% needed).",
        "HR: 2 of 5 in favour, 40% (50% needed).",
        "other: 11 of 11 in favour, 100% (50% needed).",
        "Other roles together: 5 of 5 in favour, 100% (50% needed).",
        "3 people object.",
    ]


def test_small_roles_take_the_next_along(hold):
    """Four people are not shown, nor what would tell about them by subtraction."""
    by = wanted("consent", 0.8, each_role=0.5)
    votes = ["agree"] * 13 + ["object"] * 3 + ["agree"] * 4
    roles = ["other"] * 11 + ["hr"] * 5 + ["legal", "it", "it", "legal"]
    (one,) = hold("consent", votes, roles=roles, by=by).support
    assert [(group.roles, group.n, group.in_favour) for group in one.groups] == [
        (("other",), 11, 11),
        (("hr", "it", "legal"), 9, 6),
    ]


def test_roles_that_are_all_small_cannot_be_told_apart(hold):
    """Then the part of every role is not judged, unless the whole already fails."""
    by = wanted("consent", 0.8, each_role=0.5)
    roles = ["hr", "hr", "it", "it", "it", "legal"]
    found = hold("consent", ["agree"] * 6, roles=roles, by=by)
    assert (found.reached, found.support[0].groups) == (None, ())
    assert found.support[0].reached is None
    assert found.words(EN, ROLES) == [
        "Not judged (Enough): the roles have too few answers to be told apart.",
        "All together: 6 of 6 in favour, 100% (80% needed).",
    ]
    assert hold("consent", ["object"] * 6, roles=roles, by=by).reached is False


def test_shares_are_exact(hold):
    """55% of 20 is 11, whatever binary fractions say."""
    values = ["agree"] * 11 + ["object"] * 9
    assert hold("consent", values, by=wanted("consent", 0.55)).reached is True


def test_a_threshold_of_another_method_is_a_mistake(hold):
    """A share of consent says nothing about a score."""
    with pytest.raises(ValueError, match=r"t judges consent, not room\.vote"):
        hold("score", [3], letters="", by=wanted("consent", 1))


def test_the_kit_can_name_a_threshold(small):
    """A question's own threshold counts where it fits the way of asking."""
    topics = small.question("plan.topics")
    assert threshold_for(small, topics).id == "half"
    assert threshold_for(small, ballot(topics, "consent")) is DEFAULTS["consent"]
    assert threshold_for(small, small.question("plan.fits")) is DEFAULTS["score"]
    assert threshold_for(small, small.question("plan.name")) is None


@shared
@given(
    votes=st.lists(st.sampled_from(["agree", "object", None]), max_size=14),
    roles=st.lists(st.sampled_from("xyz"), min_size=14, max_size=14),
)
def test_no_group_is_small(hold, votes, roles):
    """Whoever answers what, a group that is shown has five people or more."""
    by = wanted("consent", 0.5, each_role=0.5)
    found = hold("consent", votes, roles=roles, by=by)
    groups = [group for one in found.support for group in one.groups]
    assert all(group.n >= 5 for group in groups)
    assert sum(group.n for group in groups) in {0, found.n}
    assert all(found.words(EN, {}))


def test_what_is_reached_is_said_with_whole_percentages(hold):
    """The first line is the verdict, the next its figures."""
    found = hold("consent", ["agree"] * 2, by=wanted("consent", 0.666))
    assert found.words(EN, {}) == [
        "Reached: Enough.",
        "All together: 2 of 2 in favour, 100% (67% needed).",
    ]


def test_fists_are_said_as_fists(hold):
    """A fist blocks, an objection objects."""
    assert hold("fist", [0, 5]).words(EN, {})[-1] == "1 person blocks it."
    assert hold("fist", [0, 0, 5]).words(EN, {})[-1] == "2 people block it."


def test_exactly_half_is_enough_to_judge(hold):
    """With half the room there, it is the roles that are too small, not the room."""
    by = wanted("consent", 0.8, each_role=0.5)
    roles = ["hr", "hr", "it", "it", "it", "legal"]
    found = hold("consent", ["agree"] * 6, roles=roles, by=by, asked=12)
    assert found.words(EN, {})[0] == (
        "Not judged (Enough): the roles have too few answers to be told apart."
    )


def test_people_without_a_role_are_judged_as_a_role(hold):
    """They stand beside the roles, and without small roles there are no others."""
    by = wanted("approval", 0.5, each_role=0.5)
    (one,) = hold("single", ["a"] * 10, roles=["hr"] * 5, by=by).support
    assert [(group.roles, group.n) for group in one.groups] == [
        (("",), 5),
        (("hr",), 5),
    ]


def test_an_option_is_named_with_its_role(hold):
    """The figures of a role say of which option they are."""
    by = wanted("approval", 0.5, each_role=0.5)
    found = hold("single", ["a"] * 5, roles=["hr"] * 5, by=by)
    assert found.words(EN, ROLES)[1:] == [
        "A: 5 of 5 in favour, 100% (50% needed).",
        "A, HR: 5 of 5 in favour, 100% (50% needed).",
    ]


def test_a_ranking_of_options_that_are_gone_is_no_support(hold):
    """Who ranked only those has answered, and is in favour of nothing there is."""
    found = hold("ranking", [["a"], ["z"], ["z"]])
    assert (found.n, found.reached) == (3, False)
    assert [(one.option, one.in_favour) for one in found.support] == [("a", 1)]
    gone = hold("ranking", [["z"], ["z"]])
    assert (gone.n, gone.reached, gone.support) == (2, False, ())


def test_an_option_without_rivals_has_everybody(hold):
    """Where there is one thing to rank, whoever ranks it is for it."""
    found = hold("ranking", [["a"], ["a"]], letters="a")
    assert [(one.option, one.in_favour) for one in found.support] == [("a", 2)]


@pytest.mark.parametrize(("values", "asked"), [(["agree"], 1), (["agree"] * 2, 4)])
def test_half_of_those_asked_can_decide(hold, values, asked):
    """One of one is a room, and exactly half is enough."""
    assert hold("consent", values, asked=asked).reached is True


def test_a_zero_on_a_scale_is_no_fist(hold):
    """Only in a vote by hands does it block."""
    assert hold("score", [0, 5, 5], letters="", min=0).against == 0


def test_every_role_at_its_part_is_enough(hold):
    """Exactly the part asked of each role is that part, and each is told."""
    by = wanted("consent", 0.5, each_role=0.6)
    votes = (["agree"] * 3 + ["object"] * 2) * 2
    found = hold("consent", votes, roles=["hr"] * 5 + ["it"] * 5, by=by)
    assert found.reached is True
    assert [group.reached for group in found.support[0].groups] == [True, True]


@pytest.mark.parametrize(("in_round", "option"), [(1, "a"), (2, "b"), (None, "b")])
@pytest.mark.parametrize("kind", ["single", "ranking"])
def test_a_round_is_judged_by_itself(ask, say, kind, in_round, option):
    """The last one unless another is asked for."""
    question = ask(kind, "ab")
    first, second = ("a", "b") if kind == "single" else (["a"], ["b"])
    frame = tidy([*say(first, first), *say(second, in_round=2)], [question])
    by = DEFAULTS[method_of(question)]
    found = judge(by, question, frame, {}, asked=2, in_round=in_round)
    assert [one.option for one in found.support] == [option]
