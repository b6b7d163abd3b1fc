"""Decisions become clauses; rules find what is missing; nothing is invented."""

from __future__ import annotations

import datetime as dt

import pytest

from workshop_kit.errors import AnswerError, PolicyError
from workshop_kit.policy.decide import decision
from workshop_kit.policy.draft import draft
from workshop_kit.policy.lint import broken, findings, undecided, waiver
from workshop_kit.policy.model import Grid
from workshop_kit.store.records import Decision, Measurement, Waiver

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


def made(**values):
    """Make decisions from ``group__name=value``; a tuple adds other fields."""
    decisions = {}
    for seq, (name, value) in enumerate(values.items(), 1):
        question = name.replace("__", ".")
        fields = {"value": value, "reason": "omdat"}
        if isinstance(value, tuple):
            fields |= {"value": value[0], **value[1]}
        decisions[question] = Decision(
            seq=seq,
            question=question,
            by="facilitator",
            kit_version="1.2.3",
            wording_hash="h",
            key=str(seq),
            at=NOW,
            **fields,
        )
    return decisions


def drafted(kit, decisions, translate, track="full", **more):
    """Draft with nothing found and nothing measured, unless told."""
    given = {"findings": (), "measurements": (), **more}
    return draft(kit, decisions, track=track, today=TODAY, translate=translate, **given)


def said(policy):
    """Return the sentence of each provision by question."""
    return {p.question: p.text for c in policy.chapters for p in c.provisions}


def test_a_clause_is_said_in_the_language_of_the_policy(small, nl, en):
    """The same decision reads Dutch in the Dutch policy, English in the English."""
    decisions = made(goals__public="yes", plan__review="2027-03-31")

    assert said(drafted(small, decisions, nl)) == {
        "goals.public": "Wij zijn er voor publiek.",
        "plan.review": "Wij herzien dit op 31 maart 2027.",
    }
    assert said(drafted(small, decisions, en)) == {
        "goals.public": "We are there for the public.",
        "plan.review": "We review this on 31 March 2027.",
    }


def test_the_chosen_variant_is_said(small, en):
    """A strict decision gets the strict wording; a clause without one stays."""
    strict = made(goals__public=("yes", {"variant": "strict"}))
    other = made(goals__public=("no", {"variant": "strict"}))

    assert said(drafted(small, strict, en)) == {
        "goals.public": "We are there for the public only."
    }
    assert said(drafted(small, other, en)) == {
        "goals.public": "We are not there for the public."
    }


def test_own_words_stand_in_the_sentence(small, en):
    """What somebody wrote beside 'other' is kept as written."""
    decisions = made(goals__public={"other": "Only on {Sundays}"})

    assert said(drafted(small, decisions, en)) == {
        "goals.public": "On the public: Only on {Sundays}."
    }


def test_labels_go_small_inside_a_sentence(small, nl):
    """A list of labels reads as a sentence."""
    decisions = made(plan__topics=["objects", "events", {"other": "De Wijk"}])

    assert said(drafted(small, decisions, nl)) == {
        "plan.topics": "Wij schrijven over voorwerpen, activiteiten en De Wijk."
    }


def test_rows_become_a_table(small, en):
    """A list of rows is a table under its sentence, units in the head."""
    policy = drafted(small, made(goals__people=[{"who": "Desk", "hours": 2.5}]), en)
    (provision,) = policy.chapters[0].provisions

    assert provision.text == "These people do it."
    assert provision.grid == Grid(
        head=("Who", "Hours", "Network", "Goal"),
        rows=(("Desk", "2.5\u00a0a week", "", ""),),
    )


def test_dots_become_an_order_of_weight(small, nl, en):
    """What has most dots comes first; the policy does not print the dots."""
    decisions = made(plan__weight={"writing": 1, "replies": 2})

    assert said(drafted(small, decisions, nl)) == {
        "plan.weight": "De tijd gaat naar antwoorden en schrijven."
    }
    assert said(drafted(small, decisions, en)) == {
        "plan.weight": "The time goes to replies and writing."
    }


def test_long_words_keep_their_lines(small, en):
    """A story is prose of its own, not a sentence."""
    policy = drafted(small, made(plan__story="One.\n\nTwo."), en)
    (provision,) = policy.chapters[0].provisions

    assert (provision.text, provision.prose) == ("Our story:", "One.\n\nTwo.")


def test_a_decision_behind_a_closed_door_is_left_out(small, en):
    """What the policy no longer asks, it does not say, nor miss."""
    policy = drafted(small, made(goals__public="no", goals__which=["reach"]), en)

    assert "goals.which" not in said(policy)
    assert "What do we want to reach?" not in policy.open_points


def test_open_points_are_what_the_track_asks(small, en):
    """The draft track does not miss what only the full track asks."""
    decisions = made(goals__public="yes", plan__review="2027-03-31")

    assert drafted(small, decisions, en, track="draft").open_points == (
        "What do we want to reach?",
        "What is our name?",
        "Who approves?",
    )
    assert "What is our story?" in drafted(small, decisions, en).later


def test_title_page_fields_come_from_decisions(small, en):
    """Institution, owner, approval and review date are looked up by the plan."""
    policy = drafted(
        small,
        made(
            plan__name="Museum De Proef (fictional)",
            goals__people=[{"who": "Desk"}],
            plan__best=["Desk"],
            plan__approved="board",
            plan__review="2027-03-31",
        ),
        en,
    )

    assert (policy.institution, policy.owner, policy.approved_by) == (
        "Museum De Proef (fictional)",
        "Desk",
        "The board",
    )
    assert policy.review_date == dt.date(2027, 3, 31)


def test_an_empty_workshop_gives_an_empty_policy(small, en):
    """Nothing decided is nothing said, and no error."""
    policy = drafted(small, {}, en)

    assert policy.chapters == ()
    assert policy.review_date is None
    assert policy.baselines is None


def test_the_version_follows_the_decisions_only(small, nl, en):
    """Two languages of one policy share a version; another decision changes it."""
    first, second = made(goals__public="yes"), made(goals__public="no")

    assert drafted(small, first, nl).version == drafted(small, first, en).version
    assert drafted(small, first, en).version != drafted(small, second, en).version


def test_a_missing_baseline_says_so(small, en):
    """A measurement without a value is not available, never 0."""
    measured = Measurement(
        seq=1,
        kpi="applause",
        kpi_version=1,
        channel="twitter",
        period="2024",
        value=None,
        unit="per post",
        n=0,
        source="posts.csv",
        at=NOW,
    )
    policy = drafted(small, {}, en, measurements=[measured])

    assert policy.baselines.rows[0][3] == "not available"


def test_the_law_check_is_printed(small, en):
    """Who checked a legal point, and when, stands with the clause."""
    checked = {"checked_by": "a lawyer", "checked_on": "2026-11-01"}
    policy = drafted(small, made(plan__approved=("board", checked)), en)
    (provision,) = policy.chapters[0].provisions

    assert (
        provision.checked == "Checked against the law by a lawyer on 1 November 2026."
    )


def found(kit, decisions, translate, waivers=None):
    """Return the ids of the rules that fire."""
    rules = broken(kit, decisions, track="full", today=TODAY)
    return findings(kit, rules, waivers or {}, translate)


def test_rules_fire_on_what_was_decided(small, en):
    """Blockers come first; each finding names the questions that settle it."""
    decisions = made(
        plan__minutes=120, plan__approved="board", goals__people=[{"who": "a"}]
    )
    fired = found(small, decisions, en)

    assert [f.rule for f in fired] == ["PLAN-1", "PLAN-2", "LAW-1"]
    assert [f.severity for f in fired] == ["blocker", "warning", "hint"]
    assert fired[0].fix == ("When do we review?",)


def test_rules_are_silent_when_all_is_well(small, en):
    """A complete and feasible plan has no finding."""
    decisions = made(
        plan__minutes=60,
        plan__review="2027-03-31",
        goals__people=[{"who": "a", "hours": 1}],
        plan__approved=("board", {"checked_by": "x", "checked_on": "2026-11-01"}),
    )

    assert found(small, decisions, en) == ()


def test_a_waived_finding_stays_and_says_why(small, en):
    """A waiver does not hide the finding; it names who accepted it."""
    waivers = {
        "PLAN-1": Waiver(
            seq=1, rule="PLAN-1", name="Director", reason="Board meets in May", at=NOW
        )
    }
    fired = found(small, {}, en, waivers)

    assert fired[0].waived == (
        "Board meets in May (accepted by Director, 23 November 2026)"
    )


@pytest.mark.parametrize(
    ("rule", "name", "reason", "message"),
    [
        ("X-1", "a", "b", "This kit has no rule 'X-1'."),
        (
            "PLAN-1",
            " ",
            "b",
            "PLAN-1: Accepting a finding needs a name and a reason; both are printed.",
        ),
        (
            "PLAN-1",
            "a",
            "",
            "PLAN-1: Accepting a finding needs a name and a reason; both are printed.",
        ),
    ],
)
def test_a_waiver_needs_a_name_and_a_reason(small, rule, name, reason, message):
    """A finding is not accepted by nobody, or for nothing."""
    with pytest.raises(PolicyError) as caught:
        waiver(small, rule, name, reason)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"reason": "x"},
            "plan.approved: There is no decision yet: please choose or fill in what "
            "was decided.",
        ),
        (
            {"value": "board"},
            "plan.approved: Please write in a few words why; it is printed with the "
            "policy.",
        ),
        (
            {"value": "king", "reason": "x"},
            "plan.approved: This is not one of the choices.",
        ),
        (
            {"value": "board", "reason": "x", "checked_by": "y"},
            "plan.approved: Please give both who checked this and on which date.",
        ),
        (
            {"value": "board", "reason": "x", "checked_by": "y", "checked_on": "May"},
            "plan.approved: Please give a date as year-month-day, such as 2027-03-31.",
        ),
    ],
)
def test_an_incomplete_decision_is_refused(small, fields, message):
    """A decision needs a fitting value, a reason, and a whole check or none."""
    with pytest.raises((PolicyError, AnswerError)) as caught:
        decision(small.question("plan.approved"), fields)

    assert str(caught.value) == message


def test_notes_are_never_missed(small):
    """A note has nothing to decide."""
    assert "goals.intro" not in {q.id for q in undecided(small, {}, "full")}
