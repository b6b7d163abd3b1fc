"""What is different between two versions is found, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.errors import PolicyError
from workshop_kit.i18n import Translator
from workshop_kit.policy.diff import Change, clause_words, difference
from workshop_kit.policy.exchange import Exchange
from workshop_kit.policy.model import Chapter, Grid, Policy, Provision, Reason
from workshop_kit.store.records import Decision, Workshop

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
NAMES = ("May", "now")


def version(clauses, reasons=None):
    """Make a version with these clauses and these reasons, by question."""
    reasons = reasons or {}
    policy = Policy(
        title="Policy",
        institution="Fictional Museum",
        lang="en",
        date=NOW.date(),
        version="v",
        owner="",
        approved_by="",
        review_date=None,
        kit="k 1",
        chapters=(
            Chapter(
                id="c",
                title="C",
                intro="",
                provisions=tuple(
                    Provision(question=k, label=f"Label {k}", text=v)
                    for k, v in clauses.items()
                ),
            ),
        ),
        reasons=tuple(
            Reason(
                label=f"Label {k}", decision=v[0], reason=v[1], dissent=v[2], question=k
            )
            for k, v in reasons.items()
        ),
        open_points=(),
        later=(),
        findings=(),
        baselines=None,
    )
    return Exchange(
        workshop=Workshop(
            id="a",
            kit="k",
            kit_version="1",
            institution="",
            lang="en",
            track="t",
            created_at=NOW,
        ),
        policies={"en": policy},
        decisions=tuple(
            Decision(
                seq=n,
                question=k,
                value=v[0],
                reason=v[1],
                by="f",
                kit_version="1",
                wording_hash="h",
                key=k,
                at=NOW,
            )
            for n, (k, v) in enumerate(reasons.items(), 1)
        ),
    )


def test_clauses_are_added_dropped_and_changed(en):
    """Each with its label, and how it read before and after."""
    found = difference(
        version({"a": "same", "b": "old", "c": "gone"}),
        version({"a": "same", "b": "new", "d": "come"}),
        names=NAMES,
        t=en,
    )

    assert found.clauses == (
        Change(kind="dropped", label="Label c", before="gone"),
        Change(kind="changed", label="Label b", before="old", after="new"),
        Change(kind="added", label="Label d", after="come"),
    )


def test_another_reason_is_another_decision(en):
    """Why something was decided counts, and who saw it otherwise."""
    found = difference(
        version({}, {"a": ("Yes", "it pays", "")}),
        version({}, {"a": ("Yes", "it is fair", "HR disagrees")}),
        names=NAMES,
        t=en,
    )

    assert found.decisions == (
        Change(
            kind="changed",
            label="Label a",
            before="Yes\nReason: it pays",
            after="Yes\nReason: it is fair\nDissent: HR disagrees",
        ),
    )


def test_a_version_in_another_language_is_said_in_words(nl):
    """Words are not made up in a language in which they were never written."""
    with pytest.raises(PolicyError) as caught:
        difference(version({}), version({}), names=NAMES, t=nl)

    assert (
        str(caught.value) == "The version “May” was not written in this language (nl)."
    )


def test_all_of_a_clause_is_compared():
    """Sentence, list, table and the room's own words."""
    clause = Provision(
        question="q",
        label="l",
        text="We do:",
        items=("this", "that"),
        grid=Grid(head=("who", "what"), rows=(("we", ""), ("they", "all"))),
        prose="And more.",
    )

    assert (
        clause_words(clause) == "We do:\n– this\n– that\n– we\n– they; all\nAnd more."
    )


clauses = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y", "z"]))


@given(clauses, clauses)
def test_the_difference_is_exactly_what_differs(before, after):
    """Nothing is missed or made up, and a version does not differ from itself."""
    t = Translator("en")
    found = difference(version(before), version(after), names=NAMES, t=t)
    seen = {(c.label[-1], c.before, c.after) for c in found.clauses}
    keys = set(before) | set(after)

    assert seen == {
        (k, before.get(k, ""), after.get(k, ""))
        for k in keys
        if before.get(k) != after.get(k)
    }
    assert found.nothing is (before == after)
