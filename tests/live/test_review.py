"""The next workshop begins with what the last one decided, which stays as it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sqlite3
from contextlib import closing

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.kit.load import _load
from workshop_kit.live.cards import answer_form, decision_form
from workshop_kit.live.desk import Desk
from workshop_kit.live.review import began_with, results, review, stale
from workshop_kit.live.signing import standing_words
from workshop_kit.live.workshop import Workshop
from workshop_kit.store.migrations import MIGRATIONS

TODAY = dt.date(2027, 11, 23)


def decide(workshop, question, value, **more):
    """Decide on a question for a reason."""
    fields = {"value": value, "reason": "because", "by": "x", **more}
    return workshop.decide(question, fields)


def digest(path):
    """Return what the file and its neighbours are, to the byte."""
    return {
        found.name: hashlib.sha256(found.read_bytes()).hexdigest()
        for found in path.parent.glob(f"{path.name}*")
    }


@pytest.fixture
def last(workshop, ann):
    """The file of a workshop that is over."""
    decide(workshop, "plan.name", "Fictional Museum")
    decide(workshop, "plan.minutes", 45)
    me = workshop.facilitator().id
    workshop.accept(me, "plan.minutes", 30, "k", final=True)
    workshop.accept(ann, "plan.story", "Mine alone", "k", final=True)
    workshop.snapshot("May", today=dt.date(2026, 11, 23))
    workshop.close()
    return workshop.store.path


def test_the_old_file_stays_as_it_was(last):
    """To the byte, and nothing is put beside it but the new one."""
    before = digest(last)
    made, remarks = review(last, today=TODAY)

    assert (made.name, remarks) == ("small-2027.workshop", ())
    assert digest(last) == before


def test_a_file_that_is_in_use_can_be_reviewed(last):
    """What the room wrote a moment ago is in it too."""
    with Workshop.open(last) as going_on:
        decide(going_on, "plan.fits", 4)
        made, _ = review(last, today=TODAY)
    with Workshop.open(made) as workshop:
        assert workshop.store.decisions()["plan.fits"].value == 4


def test_an_older_layout_is_not_changed(last):
    """A file of an older workshop-kit is brought to the new layout as a copy only."""
    with closing(sqlite3.connect(last)) as raw:
        raw.execute("ALTER TABLE draft DROP COLUMN key")
        for table in ("answer", "draft", "presence"):
            raw.execute(f"DROP TRIGGER {table}_not_of_erased")
        raw.execute("DROP TABLE erasure")
        raw.execute("DROP TABLE snapshot")
        raw.execute("DROP TABLE signoff")
        raw.execute("DROP TABLE host")
        first = MIGRATIONS[0].statements
        raw.execute("DROP TRIGGER answer_no_update")
        raw.execute(next(s for s in first if "TRIGGER answer_no_update" in s))
        raw.execute("DELETE FROM migration WHERE number > 2")
        raw.commit()
    before = digest(last)
    made, _ = review(last, today=TODAY)

    assert digest(last) == before
    with Workshop.open(made) as workshop:
        assert [one.name for one in workshop.store.snapshots()] == [
            "Before the review of 23 November 2027"
        ]


def test_decisions_come_along_with_their_dates(last):
    """They stand, are stale until they are decided on again, and are never lost."""
    with Workshop.open(last) as old:
        was = old.store.decisions()
    made, _ = review(last, today=TODAY)
    with Workshop.open(made) as workshop:
        now = workshop.store.decisions()
        assert {k: (d.value, d.at) for k, d in now.items()} == {
            k: (d.value, d.at) for k, d in was.items()
        }
        assert [question.id for question in stale(workshop)] == [
            "plan.name",
            "plan.minutes",
        ]
        assert standing_words(workshop)[1] == "2 decisions are from before this review."
        decide(workshop, "plan.minutes", 45)
        assert [question.id for question in stale(workshop)] == ["plan.name"]
        assert len(workshop.store.decision_log()) == 3


def test_signatures_and_participants_do_not_come_along(last):
    """The next version is a draft, and nobody's words are used beyond the old file."""
    made, _ = review(last, today=TODAY)
    with Workshop.open(made) as workshop:
        assert workshop.standing().status == "draft"
        assert [p.role for p in workshop.store.participants()] == ["facilitator"]
        assert workshop.store.answers() == []
        assert "Mine alone" not in str(workshop.store.drafts(workshop.facilitator().id))


def test_the_forms_are_filled_with_last_year(last):
    """What the facilitator filled in, or else what was decided, is a draft."""
    made, _ = review(last, today=TODAY)
    with Workshop.open(made) as workshop:
        me = workshop.facilitator()
        form = answer_form(workshop, "plan", me.id)
        cards = decision_form(workshop, ["plan"], me)

        assert form.values == {"plan.name": "Fictional Museum", "plan.minutes": 30}
        assert form.receipts["plan.minutes"]["kind"] == "draft"
        hints = {group["id"]: group["hint"] for group in cards.spec["groups"]}
        assert (
            ", before this review: record it again to confirm it."
            in hints["plan.minutes"]
        )
        assert hints["plan.review"] == "Within a year."


def test_it_knows_what_it_began_with(last):
    """The version that was kept last if it says the same, or else one made for it."""
    first, _ = review(last, today=TODAY)
    with Workshop.open(last) as old:
        decide(old, "plan.fits", 4)
    second, _ = review(last, today=TODAY, new=last.with_name("second"))
    with Workshop.open(first) as workshop, Workshop.open(second) as other:
        assert [s.name for s in workshop.store.snapshots()] == ["May"]
        assert [s.name for s in other.store.snapshots()] == [
            "May",
            "Before the review of 23 November 2027",
        ]
        assert "plan.fits" in {d.question for d in began_with(other).decisions}


def test_a_year_replaces_a_year_in_the_name(last):
    """Reviews of reviews do not grow their names, and never overwrite one."""
    first, _ = review(last, today=TODAY)
    second, _ = review(first, today=dt.date(2028, 11, 1))

    assert second.name == "small-2028.workshop"
    with pytest.raises(StoreError, match="There is already a file of this name"):
        review(last, today=TODAY)


def test_a_newer_kit_is_carried_into_the_new_file(tmp_path, small_folder):
    """What changed in the kit is listed, what no longer fits is named and left out."""
    path = tmp_path / "old.workshop"
    with Workshop.create(path, kit=str(small_folder), lang="en", track="full") as made:
        decide(made, "plan.minutes", 45)
        decide(made, "plan.topics", ["events"])
        made.snapshot("May", today=TODAY)
    newer = tmp_path / "newer"
    shutil.copytree(small_folder, newer)
    for name, words in {
        "kit.yaml": ("version: 1.2.3", "version: 1.3.0"),
        "questions/plan.yaml": (
            '      - {id: events, label: {nl: "Activiteiten", en: "Events"}}\n',
            "",
        ),
    }.items():
        file = newer / name
        file.write_text(file.read_text("utf-8").replace(*words), "utf-8")
    shutil.move(small_folder, tmp_path / "before")
    shutil.move(newer, small_folder)
    _load.cache_clear()
    with Workshop.open(path) as old:
        assert standing_words(old)[-2] == (
            "The kit is version 1.3.0, this workshop was made with 1.2.3. "
            "“workshop-kit review” makes the next one and lists what changed."
        )
    made, remarks = review(path, today=TODAY, lang="en")

    assert remarks == (
        "The questions are those of A small policy 1.3.0; they were those of 1.2.3.",
        "“About what?” no longer has: Events.",
        "“About what?” has to be decided again: This is not one of the choices. It was decided: Events",
    )
    with Workshop.open(made) as workshop:
        assert set(workshop.store.decisions()) == {"plan.minutes"}
        assert workshop.store.workshop().kit_version == "1.3.0"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.workshop", None, "There is no workshop file of this name."),
        ("text.workshop", b"hello", "This is not a workshop file."),
        ("empty.workshop", b"", "This file belongs to another program, or is empty."),
    ],
)
def test_what_is_no_workshop_is_said_in_words(tmp_path, name, content, message):
    """The file that was named is named, and not the copy that was looked at."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        review(path, today=TODAY)

    assert str(caught.value).startswith(f"{path}: {message}")


@pytest.fixture
def museum(tmp_path):
    """The file of a workshop with a target in figures."""
    path = tmp_path / "museum.workshop"
    with Workshop.create(path, kit="social_media", lang="en", track="full") as made:
        row = {"kpi": "conversation", "baseline": 2, "target": 5, "source": "export"}
        decide(made, "kpi.indicators", [row])
        record(made, 2.0, "2026-01/2026-12")
    return path


def record(workshop, value, period):
    """Take a figure of the conversation on a fictional channel."""
    workshop.store.record_measurement(
        kpi="conversation",
        kpi_version=1,
        channel="facebook",
        period=period,
        value=value,
        unit="per post",
        n=120,
        source="fictional export",
    )


def test_targets_are_held_against_new_figures(museum):
    """Last year's figure is no result; the one taken since is."""
    made, _ = review(museum, today=TODAY)
    with Workshop.open(made) as workshop:
        (before,) = results(workshop)
        record(workshop, 5.5, "2027-01/2027-12")
        (after,) = results(workshop)
        page = Desk(workshop).review()._repr_mimebundle_()["text/plain"].splitlines()

    assert (before.measured, before.reached) == (None, None)
    assert (after.measured.value, after.reached) == (5.5, True)
    assert page[:2] == [
        "Indicator | Channel | At the start | Target | Measured | Period | Result",
        "Conversation rate | Facebook | 2 per post | 5 per post | 5.5 per post | 2027-01 – 2027-12 | reached",
    ]
    assert "1 decision is from before and has not been looked at again:" in page


def test_a_workshop_that_is_no_review_says_so(workshop):
    """And how to make one."""
    page = Desk(workshop).review()._repr_mimebundle_()["text/plain"]

    assert page == "This workshop is no review. “workshop-kit review” makes one."
    assert results(workshop) == ()
