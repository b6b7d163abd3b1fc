"""Counting answers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop_kit.deliberation.tally import (
    COUNTS,
    CROSSED,
    LONG,
    crossed,
    options,
    tally,
    tidy,
    too_small,
)
from workshop_kit.errors import AnswerError
from workshop_kit.kit.model import Column
from workshop_kit.store import Store

shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def counts(table):
    """Return option → n."""
    return dict(zip(table["option"], table["n"], strict=True))


def test_single(ask, say):
    """Options nobody chose stay, own words are one option, missing is told."""
    question = ask("single", "abc", other=True)
    frame = tidy(say("a", "a", {"other": "x"}, {"other": "y"}), [question])
    table = tally(frame, question, asked=6)
    assert counts(table) == {"a": 2, "b": 0, "c": 0, "other": 2}
    assert set(table["answered"]) == {4}
    assert set(table["missing"]) == {2}
    assert list(table["share"]) == [0.5, 0, 0, 0.5]
    assert sorted(frame["text"].dropna()) == ["x", "y"]


def test_answers_to_other_questions_are_left_out(ask, say):
    """Whoever answered something else has not answered this."""
    question = ask("single", "ab")
    other = [replace(one, question="room.other") for one in say("b", "b", "b")]
    table = tally(tidy([*say("a"), *other], [question]), question, asked=4)
    assert counts(table) == {"a": 1, "b": 0}
    assert set(table["missing"]) == {3}


def test_share_of_people_not_of_ticks(ask, say):
    """A share of a multiple question is of those who answered."""
    question = ask("multiple", "abc")
    table = tally(tidy(say(["a", "b"], ["a"]), [question]), question, asked=2)
    assert list(table["share"]) == [1, 0.5, 0]


def test_ranking_counts_first_places(ask, say):
    """A ranking is tallied by who stands on top."""
    question = ask("ranking", "abc")
    table = tally(tidy(say(["b", "a"], ["b"]), [question]), question, asked=2)
    assert counts(table) == {"a": 0, "b": 2, "c": 0}


def test_dots_count_people_and_add_up(ask, say):
    """How many gave an option any dot, and how many dots it got, side by side."""
    question = ask("dots", "abc")
    frame = tidy(say({"a": 3}, {"b": 1, "a": 1}, {}), [question])
    table = tally(frame, question, asked=3)
    assert counts(table) == {"a": 2, "b": 1, "c": 0}
    assert list(table["dots"]) == [4, 1, 0]
    assert list(table["share"]) == [1, 0.5, 0]
    assert set(table["missing"]) == {1}
    other = ask("multiple", "ab")
    assert tally(tidy(say(["a"]), [other]), other, asked=1)["dots"].isna().all()


def test_dots_of_a_small_role_are_hidden_too(ask, say):
    """What few people gave is not shown as dots either; five are enough."""
    question = ask("dots", "ab")
    frame = tidy(say(*[{"a": 3}] * 10), [question])
    roles = {f"p{i}": "big" if i < 6 else "small" for i in range(10)}
    table = crossed(frame, question, roles)
    assert table["dots"].isna().all()
    roles["p5"] = "small"
    assert list(crossed(frame, question, roles)["dots"]) == [15, 0, 15, 0]


def test_score_shows_its_whole_scale(ask, say):
    """Steps nobody gave are there."""
    question = ask("score")
    table = tally(tidy(say(2, 5, 5), [question]), question, asked=3)
    assert counts(table) == {"1": 0, "2": 1, "3": 0, "4": 0, "5": 2}


def test_rows_are_counted_by_their_first_column(ask, say):
    """A row named by two people counts two, however often each wrote it."""
    columns = (Column(id="name", label={"en": "n"}),)
    question = ask("rows", columns=columns)
    frame = tidy(say([{"name": "Flickr"}] * 2, [{"name": "Flickr"}]), [question])
    assert counts(tally(frame, question, asked=2)) == {"Flickr": 2}


def test_what_was_said_stands_most_often_first(ask, say):
    """Of what the kit does not offer; of the rest the order is the kit's."""
    question = ask("short_text")
    frame = tidy(say("x", "y", "y", "z", "z", "z", ""), [question])
    table = tally(frame, question, asked=8)
    assert list(table["option"]) == ["z", "y", "x"]
    assert set(table["answered"]) == {6}


def test_own_words_stand_there_when_nobody_used_any(ask, say):
    """As an option like the others, and nobody means no share."""
    question = ask("single", "ab", other=True)
    assert counts(tally(tidy(say("a"), [question]), question, asked=1)) == {
        "a": 1,
        "b": 0,
        "other": 0,
    }
    nobody = tally(tidy([], [question]), question, asked=2)
    assert counts(nobody) == {"a": 0, "b": 0, "other": 0}
    assert nobody["share"].isna().all()


def test_rows_without_a_first_column_are_an_answer_all_the_same(ask, say):
    """Who named nothing has answered, and counts for no option."""
    columns = tuple(Column(id=n, label={"en": n}) for n in ("name", "hours"))
    question = ask("rows", columns=columns)
    frame = tidy(say([{"hours": "2"}], [{"name": "Flickr"}]), [question])
    table = tally(frame, question, asked=3)
    assert counts(table) == {"Flickr": 1}
    assert set(table["answered"]) == {2}


@pytest.mark.parametrize(
    ("answered", "hidden"),
    [
        ({"hr": 1, "editor": 5, "director": 9}, {"hr", "editor"}),
        ({"hr": 1, "legal": 2, "editor": 5}, {"hr", "legal"}),
        ({"hr": 0, "editor": 5}, set()),
        ({"editor": 3, "director": 9}, set()),
    ],
)
def test_nobody_follows_by_subtraction(answered, hidden):
    """One alone is hidden with the smallest of those that would show."""
    assert too_small(answered, 3) == hidden


def test_last_answer_counts_and_none_withdraws(ask, say):
    """A log of answers is tidied to what stands now."""
    question = ask("single", "ab")
    frame = tidy([*say("a", "a"), *say("b", None)], [question])
    assert list(frame["item"]) == ["b"]


def test_last_round_unless_told(ask, say):
    """Rounds are not added up."""
    question = ask("single", "ab")
    frame = tidy([*say("a", "a"), *say("b", in_round=2)], [question])
    assert counts(tally(frame, question, asked=2)) == {"a": 0, "b": 1}
    assert counts(tally(frame, question, asked=2, in_round=1)) == {"a": 2, "b": 0}


def test_option_that_left_the_kit_still_shows(ask, say):
    """What was chosen is never hidden because a newer kit lacks it."""
    question = ask("single", "ab")
    table = tally(tidy(say("z"), [question]), question, asked=1)
    assert counts(table) == {"a": 0, "b": 0, "z": 1}


def test_wrong_shape(ask, say):
    """A value of another type says where it is."""
    with pytest.raises(AnswerError) as caught:
        tidy(say(["a"]), [ask("single", "ab")])
    assert str(caught.value) == (
        "room.vote: An answer does not have the form of this question any more."
    )


def test_nobody_answered(ask):
    """Without answers there are counts of 0 and no shares."""
    question = ask("single", "ab")
    frame = tidy([], [question])
    assert list(frame.columns) == list(LONG)
    table = tally(frame, question, asked=5)
    assert list(table.columns) == list(COUNTS)
    assert list(table["n"]) == [0, 0]
    assert table["share"].isna().all()
    assert list(table["missing"]) == [5, 5]
    assert crossed(frame, question, {}).empty
    assert list(crossed(frame, question, {}).columns) == list(CROSSED)


def test_records_of_the_store(ask, tmp_path):
    """The store's own answers can be counted."""
    question = ask("single", "ab")
    with Store.create(tmp_path / "w", kit="k", kit_version="1.0.0") as store:
        person = store.join("Fictional Sam", "editor", "en")[0].id
        store.record_answer(
            participant=person,
            question=question.id,
            value="b",
            key="1",
            kit_version="1.0.0",
            wording_hash="h",
        )
        frame = tidy(store.answers(), [question])
    assert counts(tally(frame, question, asked=1)) == {"a": 0, "b": 1}


def test_small_group_is_hidden_and_cannot_be_worked_out(ask, say):
    """One small role takes the next smallest along, or subtraction would tell it."""
    question = ask("single", "ab")
    frame = tidy(say(*"aabbbababaababb"), [question])
    roles = {f"p{i}": "big" for i in range(6)}
    roles |= {f"p{i}": "middle" for i in range(6, 11)}
    roles |= {f"p{i}": "small" for i in range(11, 15)} | {"p15": "absent"}
    table = crossed(frame, question, roles)
    shown = table[~table["suppressed"]]
    assert set(shown["role"]) == {"absent", "big"}
    assert table.loc[table["suppressed"], ["n", "share"]].isna().all(axis=None)
    assert set(table.loc[table["role"].eq("absent"), "missing"]) == {1}


@shared
@given(
    votes=st.lists(st.sampled_from(["a", "b", None]), max_size=12),
    roles=st.lists(st.sampled_from("xyz"), min_size=12, max_size=12),
    threshold=st.integers(1, 5),
)
def test_hidden_people_are_never_few(ask, say, votes, roles, threshold):
    """Roles that show are large enough, and so are those hidden together."""
    question = ask("single", "ab")
    frame = tidy(say(*votes), [question])
    names = {f"p{i}": roles[i] for i in range(len(votes))}
    table = crossed(frame, question, names, threshold=threshold)
    groups = table.drop_duplicates("role")
    shown = groups.loc[~groups["suppressed"], "answered"]
    hidden = int(groups.loc[groups["suppressed"], "answered"].sum())
    assert ((shown >= threshold) | (shown == 0)).all()
    assert hidden == 0 or hidden >= threshold or shown.sum() == 0


@shared
@given(st.permutations([["a"], ["a", "b"], ["c"], None, ["b", "c"]]))
def test_who_answered_what_does_not_matter(ask, say, values):
    """A tally is the same whoever gave the answers."""
    question = ask("multiple", "abc")
    table = tally(tidy(say(*values), [question]), question, asked=5)
    assert counts(table) == {"a": 2, "b": 2, "c": 2}
    assert isinstance(table["n"].dtype, pd.Int64Dtype)


def test_roles_are_counted_in_one_round_and_to_a_threshold(ask, say):
    """The last round and five answers, unless others are asked for."""
    question = ask("single", "ab")
    frame = tidy([*say(*"aaa"), *say(*"bbbbb", in_round=2)], [question])
    roles = {f"p{i}": "hr" for i in range(5)}
    assert list(crossed(frame, question, roles)["n"]) == [0, 5]
    first = crossed(frame, question, roles, in_round=1)
    assert first["n"].isna().all()
    assert set(first["answered"]) == {3}
    shown = crossed(frame, question, roles, in_round=1, threshold=3)
    assert list(shown["n"]) == [3, 0]


def test_who_has_no_role_is_a_role(ask, say):
    """People who are not in the list are counted, and have not stayed away."""
    question = ask("single", "ab")
    frame = tidy(say(*"aaaaabbbbb"), [question])
    table = crossed(frame, question, {f"p{i}": "hr" for i in range(5)})
    assert list(table["role"]) == ["", "", "hr", "hr"]
    assert list(table["n"]) == [0, 5, 5, 0]
    assert set(table["missing"]) == {0}
    assert list(table.index) == [0, 1, 2, 3]


def test_columns_have_their_types_whatever_was_answered(ask, say):
    """Nobody, or some: what reads a table need not look first."""
    question = ask("single", "ab")
    for frame in (tidy([], [question]), tidy(say("a"), [question])):
        assert frame.dtypes.astype(str).to_dict() == LONG
        counted = tally(frame, question, asked=1)
        assert counted.dtypes.astype(str).to_dict() == COUNTS
        by_role = crossed(frame, question, {})
        assert by_role.dtypes.astype(str).to_dict() == CROSSED


def test_a_scale_is_shown_whole_up_to_twenty_steps(ask):
    """A longer one shows only what was said."""
    assert options(ask("score", min=0, max=19)) == [str(step) for step in range(20)]
    assert options(ask("score", min=0, max=20)) == []


def test_picks_are_counted_by_their_keys(ask, say):
    """What several people picked from an earlier list is one thing."""
    question = ask("pick", pick_from="room.list")
    frame = tidy(say(["Blog", "Flickr"], ["Blog"]), [question])
    assert counts(tally(frame, question, asked=2)) == {"Blog": 2, "Flickr": 1}
