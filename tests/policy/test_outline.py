"""What changed in a kit is said in words, and decisions are held against it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from workshop_kit.deliberation.ballot import ballot
from workshop_kit.policy.carry import carry
from workshop_kit.policy.exchange import Exchange
from workshop_kit.policy.outline import Asked, kit_changes, outline, wording_hash
from workshop_kit.store.records import Decision, Measurement, Signoff, Waiver, Workshop

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
ABOUT = Workshop(
    id="a",
    kit="small",
    kit_version="1.2.3",
    institution="",
    lang="en",
    track="full",
    created_at=NOW,
)


def asked(label="Why?", kind="single", digest="h", **more):
    """Make a question as it was worded."""
    return Asked(type=kind, label={"en": label}, hash=digest, **more)


def decided(question, value, **more):
    """Make a decision."""
    fields = {
        "seq": 1,
        "reason": "r",
        "by": "f",
        "kit_version": "1.2.3",
        "wording_hash": "h",
        "key": question,
        "at": NOW,
    }
    return Decision(question=question, value=value, **(fields | more))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"a.b": asked()}, ("New question: “Why?”.",)),
        ({"a.b": asked()}, {}, ("Dropped question: “Why?”.",)),
        ({"a.b": asked()}, {"a.b": asked()}, ()),
        (
            {"a.b": asked()},
            {"a.b": asked("What for?", digest="i")},
            ("The question “Why?” now reads “What for?”.",),
        ),
        (
            {"a.b": asked()},
            {"a.b": asked(kind="multiple", digest="i")},
            ("“Why?” is asked in another way now.",),
        ),
        (
            {"a.b": asked(options={"x": {"en": "X"}, "y": {"en": "Y"}})},
            {"a.b": asked(options={"y": {"en": "Why not"}, "z": {"en": "Z"}})},
            (
                "“Why?” no longer has: X.",
                "“Why?” also has: Z.",
                "“Why?” words otherwise: Y → Why not.",
            ),
        ),
        (
            {"a.b": asked()},
            {"a.b": asked(digest="i")},
            ("“Why?” is explained or worded otherwise.",),
        ),
    ],
)
def test_each_change_in_a_kit_is_said(en, before, after, said):
    """New, gone, reworded, of another type, with other options, or explained anew."""
    assert kit_changes(before, after, en) == said


def test_an_unchanged_kit_says_nothing(small, en):
    """The outline of a kit has all that is asked, notes left out."""
    found = outline(small)

    assert kit_changes(found, outline(small), en) == ()
    assert "goals.intro" not in found
    assert found["plan.topics"].options["events"] == {
        "nl": "Activiteiten",
        "en": "Events",
    }


def test_a_question_keeps_its_hash(small):
    """Answers of years ago and policies handed out hold it: it says what was asked."""
    asked = small.question("plan.minutes")

    assert wording_hash(asked) == "0d6303084460caeb"
    assert wording_hash(ballot(asked, "fist")) == "5be38b1f3128472f"
    assert outline(small)["plan.minutes"].hash == wording_hash(asked)


def test_what_fits_is_carried_as_it_is(small, en):
    """Value, reason, time and the kit's version of the time stay."""
    made = decided("plan.minutes", 45, kit_version="0.9", wording_hash="old")
    signed = Signoff(
        seq=1,
        step="hr",
        name="n",
        role="r",
        day="2026-01-01",
        note="",
        version="v",
        key="k",
        at=NOW,
    )
    found = carry(
        Exchange(workshop=ABOUT, policies={}, decisions=(made,), signoffs=(signed,)),
        small,
        en,
    )

    assert (found.decisions, found.signoffs, found.remarks) == ((made,), (signed,), ())


def test_what_does_not_fit_is_named_and_left_out(small, en):
    """Values, questions, rules, figures and days that are not known here."""
    exchange = Exchange(
        workshop=ABOUT,
        policies={},
        decisions=(
            decided("plan.approved", "king"),
            decided("plan.best", ["nobody"]),
            decided("gone.away", 1),
        ),
        waivers=(Waiver(seq=1, rule="X-1", name="A. Fictional", reason="r", at=NOW),),
        measurements=(
            Measurement(
                seq=1,
                kpi="luck",
                kpi_version=1,
                channel="c",
                period="p",
                value=1.0,
                unit="",
                n=1,
                source="s",
                at=NOW,
            ),
        ),
        signoffs=(
            Signoff(
                seq=1,
                step="hr",
                name="n",
                role="r",
                day="soon",
                note="",
                version="v",
                key="k",
                at=NOW,
            ),
        ),
        questions={"gone.away": asked("Where to?")},
    )
    found = carry(exchange, small, en)

    assert found.remarks == (
        "“Who leads?” has to be decided again: This is not in the earlier list (any more).",
        "“Who approves?” has to be decided again: This is not one of the choices.",
        "The question “Where to?” is not asked any more.",
        "The rule X-1 is gone, and with it what A. Fictional accepted.",
        "A figure of “luck” is left out: it is not known.",
    )
    assert (found.decisions, found.waivers, found.measurements, found.signoffs) == (
        ((),) * 4
    )


def test_a_newer_kit_lists_what_changed(small, nl):
    """With the questions of the time every change, without them the reworded ones."""
    about = dataclasses.replace(ABOUT, kit_version="1.0.0")
    before = outline(small)
    before["plan.name"] = asked("Hoe heet het?")
    before["plan.name"] = dataclasses.replace(
        before["plan.name"],
        label={"nl": "Hoe heet het?", "en": "Its name?"},
        type="short_text",
    )
    exchange = Exchange(
        workshop=about,
        policies={},
        decisions=(decided("plan.minutes", 45),),
        questions=before,
    )
    said = "De vragen zijn die van Klein beleid 1.2.3; het waren die van 1.0.0."

    assert carry(exchange, small, nl).remarks == (
        said,
        "De vraag “Hoe heet het?” luidt nu “Hoe heten we?”.",
    )
    assert carry(dataclasses.replace(exchange, questions={}), small, nl).remarks == (
        said,
        "“Hoeveel minuten per bericht?” is anders toegelicht of verwoord.",
    )
