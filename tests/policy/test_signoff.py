"""A policy goes from draft to in force step by step, and never past a blocker."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.errors import PolicyError
from workshop_kit.i18n import Translator
from workshop_kit.policy.model import Finding
from workshop_kit.policy.signoff import (
    COUNCIL,
    STATUS,
    STEP,
    missing,
    next_steps,
    signature,
    standing,
    words,
)
from workshop_kit.store.records import Signoff

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
BLOCKER = Finding(rule="PLAN-1", severity="blocker", message="There is no date.")
WAIVED = Finding(rule="PLAN-1", severity="blocker", message="x", waived="accepted")
WARNING = Finding(rule="PLAN-2", severity="warning", message="Too few hours.")
WHO = {"name": "A. Fictional", "role": "HR"}


def taken(*steps, version="v1", day="2026-11-23", start=1):
    """Make records of steps."""
    return [
        Signoff(
            seq=seq,
            step=step,
            name="A. Fictional",
            role="Director",
            day=day,
            note="",
            version=version,
            key=str(seq),
            at=NOW,
        )
        for seq, step in enumerate(steps, start)
    ]


def refused(now, step, en, findings=(), **more):
    """Return why a step may not be taken."""
    with pytest.raises(PolicyError) as caught:
        signature(now, {"step": step, **WHO, **more}, findings, today=TODAY, t=en)
    return str(caught.value)


def test_the_usual_way_from_draft_to_superseded():
    """Each step leads to its status, and a new version supersedes the old one."""
    steps = ["in_review", "hr", "legal", "works_council", "approved", "in_force"]
    seen = [standing(taken(*steps[:n]), "v1").status for n in range(7)]
    later = taken(*steps) + taken("in_review", "in_force", version="v2", start=9)

    assert seen == [
        "draft",
        "in_review",
        "in_review",
        "in_review",
        "in_review",
        "approved",
        "in_force",
    ]
    assert standing(later, "v1").status == "superseded"
    assert standing(later, "v2").in_force.version == "v2"


def test_what_was_decided_afterwards_is_not_signed():
    """Signatures are for a version; another one begins as a draft."""
    now = standing(taken("in_review", "hr", "legal", "approved", "in_force"), "v2")

    assert (now.status, now.signed, now.in_force.version) == ("draft", (), "v1")


def test_taken_back_to_draft_everything_is_signed_again():
    """Who read the former draft has not read the next one."""
    now = standing(taken("in_review", "hr", "draft", "in_review"), "v1")

    assert next_steps(now) == (
        *("hr", "legal", "works_council", "no_works_council"),
        *("approved", "draft"),
    )
    assert now.step("hr") is None


def test_both_readers_come_before_approval(en):
    """Human resources and a lawyer have read it, as the source page says."""
    now = standing(taken("in_review", "hr", "works_council"), "v1")

    assert refused(now, "approved", en) == (
        "This step cannot be taken yet. Still to come: Read by a lawyer."
    )


def test_the_works_council_comes_before_approval(en, nl):
    """It consents, or somebody says why it is not asked; both in words."""
    now = standing(taken("in_review", "hr", "legal"), "v1")
    reason = {"note": "We have eight employees and no council"}
    made = {"step": "no works council", **WHO, **reason}

    assert missing(now, "approved", [], en) == (
        "Still to come: Consent of the works council, or why it is not applicable.",
    )
    assert missing(now, "approved", [], nl) == (
        "Nog nodig: Instemming van de ondernemingsraad, of waarom die niet van "
        "toepassing is.",
    )
    assert refused(now, "no_works_council", en) == (
        "Please give the reason as a remark: why no works council is asked."
    )
    assert signature(now, made, [], today=TODAY, t=en)["note"] == reason["note"]


@pytest.mark.parametrize("step", COUNCIL)
def test_the_works_council_signs_once(en, step):
    """Who consented has not also been left out, and the other way round."""
    now = standing(taken("in_review", "hr", "legal", step), "v1")

    assert next_steps(now) == ("approved", "draft")
    assert missing(now, "approved", [], en) == ()
    for other in COUNCIL:
        assert refused(now, other, en, note="x").endswith(
            f"{STEP[step]}: done already, by A. Fictional on 23 November 2026."
        )


def test_what_was_signed_before_the_step_existed_stands(en):
    """A version approved without the works council is as it was, and goes on."""
    approved = standing(taken("in_review", "hr", "legal", "approved"), "v1")
    holds = standing(taken("in_review", "hr", "legal", "approved", "in_force"), "v1")

    assert next_steps(approved) == ("in_force", "draft")
    assert missing(approved, "in_force", [], en) == ()
    assert (holds.status, next_steps(holds)) == ("in_force", ("superseded",))
    assert len(words(holds, en)) == 6


@pytest.mark.parametrize("step", ["approved", "in-force"])
def test_an_open_blocker_refuses(en, step):
    """The refusal names the rule; a waived blocker or a warning does not refuse."""
    done = ["in_review", "hr", "legal", "works_council", "approved"]
    done = done[: 4 if step == "approved" else 5]
    now = standing(taken(*done), "v1")
    made = {"step": step, **WHO}

    assert refused(now, step, en, [BLOCKER]) == (
        "This step cannot be taken yet. A blocker is open (PLAN-1): There is no date."
    )
    assert signature(now, made, [WAIVED, WARNING], today=TODAY, t=en)["day"] == (
        "2026-11-23"
    )


def test_a_draft_with_a_blocker_may_be_read(en):
    """Readers are who settles many a blocker, so review is not refused."""
    assert missing(standing([], "v1"), "in_review", [BLOCKER], en) == ()


@pytest.mark.parametrize(
    ("done", "step", "more", "message"),
    [
        (
            [],
            "approved",
            {},
            "This step cannot be taken yet. Version v1 is draft; before “Approved” it "
            "has to be in review.",
        ),
        (
            ["in_review", "hr"],
            "hr",
            {},
            "This step cannot be taken yet. Read by human resources: done already, by "
            "A. Fictional on 23 November 2026.",
        ),
        (
            [],
            "signed",
            {},
            "'signed' is no step of the sign-off; choose one of: in_review, hr, legal, "
            "works_council, no_works_council, approved, in_force, superseded, draft.",
        ),
        (
            [],
            "in_review",
            {"role": " "},
            "Please give the name and the role of who signs; both are printed.",
        ),
        (
            [],
            "in_review",
            {"day": "May"},
            "Please give a date as year-month-day, such as 2027-03-31.",
        ),
        (
            [],
            "in_review",
            {"day": "2027-01-01"},
            "A signature cannot be given on a day that is to come.",
        ),
        (
            ["in_review"],
            "hr",
            {"day": "2026-11-01"},
            "The step before this one was taken later, on 2026-11-23.",
        ),
    ],
)
def test_a_step_that_does_not_fit_is_refused(en, done, step, more, message):
    """Out of turn, twice, unknown, unsigned or undated: each is said in words."""
    assert refused(standing(taken(*done), "v1"), step, en, **more) == message


def test_nothing_decided_is_nothing_to_sign(en):
    """An empty workshop has no version."""
    now = standing([], "")

    assert words(now, en) == ("Nothing has been decided yet.",)
    assert refused(now, "in_review", en) == (
        "This step cannot be taken yet. Nothing has been decided yet."
    )


def test_it_may_be_in_force_from_a_day_to_come(en):
    """A policy may well hold from the first of next month."""
    now = standing(taken("in_review", "hr", "legal", "approved"), "v1")
    made = {"step": "In force", **WHO, "day": "2027-01-01"}

    assert signature(now, made, [], today=TODAY, t=en) == {
        "step": "in_force",
        "name": "A. Fictional",
        "role": "HR",
        "day": "2027-01-01",
        "note": "",
        "version": "v1",
    }


def test_where_it_stands_is_said_in_dutch(nl):
    """Status, signatures and what else is in force, in the language of the room."""
    done = taken("in_review", "hr", "legal", "approved", "in_force")
    now = standing([*done, *taken("in_review", version="v2", start=9)], "v2")

    assert words(now, nl) == (
        "Versie v2: in beoordeling.",
        "Voorgelegd ter beoordeling: A. Fictional, Director, 23 november 2026.",
        "Versie v1 is van kracht sinds 23 november 2026; wat daarna is besloten, is een "
        "versie op zich.",
    )


@given(st.lists(st.tuples(st.sampled_from(list(STEP)), st.sampled_from(["v1", "v2"]))))
def test_no_order_of_attempts_skips_a_step(attempts):
    """Whatever is tried, approval follows both readers and in force an approval."""
    t, log = Translator("en"), []
    for step, version in attempts:
        now = standing(log, version)
        try:
            made = signature(
                now, {"step": step, **WHO, "note": "x"}, [], today=TODAY, t=t
            )
        except PolicyError:
            assert missing(now, step, [], t)
            continue
        if step == "approved":
            assert now.step("hr")
            assert now.step("legal")
            assert now.step("works_council") or now.step("no_works_council")
        if step == "in_force":
            assert now.status == "approved"
        log += taken(made["step"], version=version, start=len(log) + 1)
        after = standing(log, version)
        assert after.status == (step if step in STATUS else now.status)
        assert [standing(log, v).status for v in ("v1", "v2")].count("in_force") <= 1
