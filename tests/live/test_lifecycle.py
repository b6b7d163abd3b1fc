"""A workshop's policy is signed, kept under a name, and never changes afterwards."""

from __future__ import annotations

import datetime as dt

import pytest

from workshop_kit.errors import PolicyError, StoreError
from workshop_kit.export.answers import form_blocks
from workshop_kit.live.desk import EXPORTS_VARIABLE, Desk
from workshop_kit.live.signing import signoff_form, standing_words

TODAY = dt.date(2026, 11, 23)
WHO = {"name": "A. Fictional", "role": "Director"}


def decide(workshop, question, value, **more):
    """Decide on a question for a reason."""
    return workshop.decide(
        question, {"value": value, "reason": "because", "by": "x", **more}
    )


@pytest.fixture
def decided(workshop):
    """A workshop in which no blocker is open."""
    decide(workshop, "plan.name", "Fictional Museum")
    decide(workshop, "plan.review", "2027-03-31")
    return workshop


def sign(workshop, *steps):
    """Take steps, all on one day."""
    return [
        workshop.sign({"step": step, **WHO, "day": "2026-11-23"}, today=TODAY)
        for step in steps
    ]


def words(page):
    """Return the lines of a page."""
    return page._repr_mimebundle_()["text/plain"].splitlines()


def send(form, name, value, *, key="k1"):
    """Let the browser's side of a form send a change; returns the receipt."""
    form.outbox = {name: {"key": key, "value": value, "final": True}}
    return form.receipts[name]


def test_the_policy_says_where_it_stands(decided):
    """Status, signatures and the day it holds from are the version's own."""
    assert decided.policy().status == "draft"
    sign(decided, "in_review", "hr", "legal", "works_council", "approved", "in_force")
    policy = decided.policy()

    assert (policy.status, policy.in_force_on) == ("in_force", TODAY)
    assert [one.step for one in policy.signatures] == [
        "in_review",
        "hr",
        "legal",
        "works_council",
        "approved",
        "in_force",
    ]
    decide(decided, "plan.minutes", 45)
    assert (decided.policy().status, decided.policy().in_force_on) == ("draft", None)


def test_a_blocker_refuses_until_it_is_waived(workshop):
    """Without a review date nobody approves, unless somebody accepts that."""
    decide(workshop, "plan.name", "Fictional Museum")
    sign(workshop, "in_review", "hr", "legal", "works_council")
    with pytest.raises(PolicyError) as caught:
        sign(workshop, "approved")

    assert str(caught.value) == (
        "This step cannot be taken yet. A blocker is open (PLAN-1): There is no review "
        "date."
    )
    workshop.waive("PLAN-1", "A. Fictional", "The board meets in May")
    assert sign(workshop, "approved")[0].step == "approved"


def test_a_signature_sent_twice_is_one(decided):
    """The same key again gives the same record, although the step is done."""
    made = {"step": "in_review", **WHO}
    first = decided.sign(made, "key", today=TODAY)

    assert decided.sign(made, "key", today=TODAY) == first
    assert decided.store.signoffs() == [first]


def test_an_approval_keeps_the_version(decided):
    """It has a name, and a second approval on that day another one."""
    sign(decided, "in_review", "hr", "legal", "works_council", "approved", "draft")
    sign(decided, "in_review", "hr", "legal", "works_council", "approved")

    assert [one.name for one in decided.store.snapshots()] == [
        "Approved on 23 November 2026",
        "Approved on 23 November 2026 (2)",
    ]
    kept = decided.kept("Approved on 23 November 2026")
    assert kept.policies["nl"].signatures[-1].step == "approved"


def test_what_was_worded_stays_as_it_was(decided):
    """A kept version reads the same after later decisions."""
    before = decided.exchange(today=TODAY)
    decided.snapshot("  For the   works council ", today=TODAY)
    decide(decided, "plan.name", "Another Museum")

    assert decided.kept("For the works council") == before
    assert decided.kept().policies["en"].institution == "Another Museum"


def test_a_version_needs_a_new_name_and_something_to_keep(workshop):
    """Each refusal is in words."""
    with pytest.raises(PolicyError, match=r"^Nothing has been decided yet\.$"):
        workshop.snapshot("May")
    with pytest.raises(PolicyError, match=r"^Please give the version a name\.$"):
        workshop.snapshot(" \x00 ")
    decide(workshop, "plan.name", "Fictional Museum")
    workshop.snapshot("May")
    with pytest.raises(StoreError, match="already a version with the name “May”"):
        workshop.snapshot("May")
    with pytest.raises(PolicyError) as caught:
        workshop.kept("June")
    assert str(caught.value) == (
        f"{workshop.store.path}: No version was kept under the name “June”. "
        "There are: “May”."
    )


def test_the_cards_follow_the_steps(decided):
    """Only steps that may be taken are shown, and signing shows the next ones."""
    form = signoff_form(decided)
    shown = [g["id"] for g in form.spec["groups"] if g["id"] not in form.hidden]
    given = {"in_review/name": "A. Fictional", "in_review/role": "Director"}
    receipt = send(form, "in_review", {**given, "in_review/day": "2026-11-23"})
    now = [g["id"] for g in form.spec["groups"] if g["id"] not in form.hidden]

    assert shown == ["standing", "in_review"]
    assert receipt["message"] == (
        "Handed out for review: A. Fictional, Director, 23 November 2026."
    )
    assert form.spec["groups"][0]["hint"].startswith(
        f"Version {decided.policy().version}: in review.\nHanded out for review: "
    )
    assert now == [
        *("standing", "hr", "legal", "works_council", "no_works_council"),
        *("approved", "draft"),
    ]


def test_a_document_written_before_a_step_says_so_after_it(
    decided, tmp_path, monkeypatch
):
    """Whoever signs after writing does not take a draft home."""
    monkeypatch.setenv(EXPORTS_VARIABLE, str(tmp_path / "out"))
    desk = Desk(decided)
    page = tmp_path / "out" / "policy-en.html"
    given = {"in_review/name": "A. Fictional", "in_review/role": "Director"}
    desk.export()
    assert "in review" not in page.read_text("utf-8")
    form = desk.sign_off()
    send(form, "in_review", given)

    assert "in review" in page.read_text("utf-8")
    assert form.spec["groups"][0]["hint"].splitlines()[-1] == (
        "The documents in out were written again and say so."
    )


def test_signing_writes_nothing_that_was_not_written_here(
    decided, tmp_path, monkeypatch
):
    """Nobody finds a document in a folder that they did not write to."""
    monkeypatch.setenv(EXPORTS_VARIABLE, str(tmp_path / "out"))
    given = {"in_review/name": "A. Fictional", "in_review/role": "Director"}
    send(Desk(decided).sign_off(), "in_review", given)
    assert not (tmp_path / "out").exists()


def test_a_card_says_what_is_missing(decided):
    """A refused step comes back in the language of the workshop."""
    sign(decided, "in_review")
    decided.store.update_workshop(lang="nl")
    receipt = send(
        signoff_form(decided), "approved", {"approved/name": "A", "approved/role": "B"}
    )

    assert (receipt["kind"], receipt["message"]) == (
        "error",
        "Deze stap kan nog niet. Nog nodig: Gelezen door personeelszaken. "
        "Nog nodig: Gelezen door een jurist. Nog nodig: Instemming van de "
        "ondernemingsraad, of waarom die niet van toepassing is.",
    )


def test_the_notebook_says_where_it_stands(decided):
    """The next steps with what they need, and the versions that were kept."""
    sign(decided, "in_review", "hr")
    version = decided.policy().version
    said = [
        line.removeprefix("- ").strip() for line in words(Desk(decided).keep("May"))
    ]

    assert said[:7] == [
        f"Version {version}: in review.",
        "Handed out for review: A. Fictional, Director, 23 November 2026.",
        "Read by human resources: A. Fictional, Director, 23 November 2026.",
        "Possible now: Read by a lawyer.",
        "Possible now: Consent of the works council.",
        "Possible now: Works council not applicable.",
        "Before “Approved”: Still to come: Read by a lawyer. Still to come: Consent of "
        "the works council, or why it is not applicable.",
    ]
    assert said[-1].startswith(f"May: version {version}, kept on ")


def test_an_exported_notebook_shows_who_signed(decided):
    """Where the cards stood, the steps that were taken stand."""
    sign(decided, "in_review")
    (block,) = form_blocks(signoff_form(decided)._reference)

    assert block.items[0][0].runs[0].text == (
        "Handed out for review: A. Fictional, Director, 23 November 2026."
    )


def test_an_empty_workshop_has_nothing_to_sign(workshop):
    """It says so, and offers no step."""
    assert standing_words(workshop) == ["Nothing has been decided yet."]
