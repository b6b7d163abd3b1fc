"""Answers and decisions go through one door each, and nothing typed is lost."""

from __future__ import annotations

import datetime as dt

import pytest

from workshop_kit.errors import (
    AnswerError,
    KitError,
    PolicyError,
    StoreError,
    WorkshopError,
)
from workshop_kit.live.opened import FILE_VARIABLE, LANG_VARIABLE
from workshop_kit.live.starter import WHICH
from workshop_kit.live.workshop import Workshop


def give(workshop, who, question, value, *, final=True):
    """Hand in an answer under a key of its own."""
    key = f"{question}/{value}/{final}"
    return workshop.accept(who, question, value, key, final=final)


def test_a_fitting_answer_is_kept_in_its_form(workshop, ann):
    """What is kept is the tidied value, with the kit's version and wording."""
    record = give(workshop, ann, "plan.minutes", "45")

    assert record.value == 45
    assert record.kit_version == "1.2.3"
    assert len(record.wording_hash) == 16
    assert workshop.answers(ann) == {"plan.minutes": 45}


def test_the_same_key_is_one_answer(workshop, ann):
    """A change that arrives twice is recorded once."""
    first = workshop.accept(ann, "plan.minutes", 45, "k", final=True)
    second = workshop.accept(ann, "plan.minutes", 45, "k", final=True)

    assert first.seq == second.seq


def test_what_is_typed_comes_back_as_typed(workshop, ann):
    """A draft newer than the answer is what a form shows again."""
    give(workshop, ann, "plan.name", "Museum")
    give(workshop, ann, "plan.name", "Museum De Pr", final=False)
    values, drafts = workshop.filled_in(ann)

    assert values == {"plan.name": "Museum De Pr"}
    assert drafts == {"plan.name"}
    assert workshop.answers(ann) == {"plan.name": "Museum"}


def test_a_refused_value_is_kept_as_a_draft(workshop, ann):
    """A value that does not fit is refused in words, and not thrown away."""
    with pytest.raises(AnswerError) as caught:
        give(workshop, ann, "plan.minutes", "heel veel")

    assert caught.value.what == "Please write a number, such as 12 or 2,5."
    assert workshop.filled_in(ann) == ({"plan.minutes": "heel veel"}, {"plan.minutes"})


def test_a_draft_cannot_fill_the_disk(workshop, ann):
    """There is a limit to what is kept while typing."""
    with pytest.raises(AnswerError, match="This is too long to keep"):
        give(workshop, ann, "plan.story", "x" * 70_000, final=False)


def test_a_question_that_is_not_there(workshop, ann):
    """An id nobody asked is refused."""
    with pytest.raises(AnswerError) as caught:
        give(workshop, ann, "plan.none", "x")

    assert str(caught.value) == (
        "plan.none: This question is not part of the workshop."
    )


def test_a_pick_follows_the_own_list_or_the_decision(workshop, ann):
    """What can be picked is in the person's own list, or in the decided one."""
    give(workshop, ann, "goals.people", [{"who": "Desk"}])
    give(workshop, ann, "plan.best", ["Desk"])

    with pytest.raises(AnswerError, match="not in the earlier list"):
        give(workshop, ann, "plan.best", ["Shop"])

    workshop.decide("goals.people", {"value": [{"who": "Shop"}], "reason": "r"})
    other = workshop.store.join("B", "other", "en")[0].id
    assert give(workshop, other, "plan.best", ["Shop"]).value == ["Shop"]


def test_questions_open_and_close_with_the_answers(workshop, ann):
    """A follow-up appears with the answer that opens it, and goes with it."""
    assert "goals.which" in workshop.hidden(ann)
    give(workshop, ann, "goals.public", "yes")
    assert "goals.which" not in workshop.hidden(ann)
    give(workshop, ann, "goals.public", "no")
    assert "goals.which" in workshop.hidden(ann)


def test_a_decision_needs_its_reason(workshop):
    """A decision without a reason is refused and not recorded."""
    with pytest.raises(PolicyError):
        workshop.decide("goals.public", {"value": "yes"})

    assert workshop.store.decisions() == {}


def test_a_later_decision_stands_and_the_earlier_is_kept(workshop):
    """The log keeps both; the last one counts."""
    workshop.decide("goals.public", {"value": "yes", "reason": "first"})
    workshop.decide("goals.public", {"value": "no", "reason": "second"})

    assert workshop.store.decisions()["goals.public"].value == "no"
    assert [d.reason for d in workshop.store.decision_log()] == ["first", "second"]


def test_one_person_can_draft_alone(workshop, ann):
    """In the draft track answers become decisions; decided ones are left alone."""
    workshop.decide("plan.name", {"value": "Decided", "reason": "r"})
    for question, value in (
        ("plan.name", "Mine"),
        ("goals.public", "no"),
        ("goals.which", ["reach"]),
    ):
        give(workshop, ann, question, value)
    made = workshop.adopt(ann, "alone")

    assert [d.question for d in made] == ["goals.public"]
    assert workshop.store.decisions()["plan.name"].value == "Decided"


def test_a_waiver_is_printed_with_the_finding(workshop):
    """An accepted finding stays in the list with its reason."""
    workshop.waive("PLAN-1", "Director", "The board meets in May")
    finding = next(f for f in workshop.findings() if f.rule == "PLAN-1")

    assert finding.waived.startswith("The board meets in May (accepted by Director, ")


def test_the_check_of_open_points_names_them(workshop):
    """A finding about the workshop itself names the questions it is about."""
    workshop.decide("plan.approved", {"value": "board", "reason": "r"})
    finding = next(f for f in workshop.findings() if f.rule == "LAW-1")

    assert finding.fix == ("Who approves?",)


def test_it_speaks_the_language_that_was_set_last(workshop):
    """Changing the language in the first notebook changes the rest."""
    assert workshop.translate("Reason") == "Reason"
    workshop.store.update_workshop(lang="nl")
    assert workshop.translate("Reason") == "Reden"


def test_the_facilitator_joins_once(workshop):
    """Opening a second notebook does not make a second facilitator."""
    assert workshop.facilitator() == workshop.facilitator()
    assert len(workshop.store.participants()) == 1


def test_here_makes_one_workshop_and_opens_it_again(tmp_path, monkeypatch):
    """Notebooks in notebooks/ share workshops/social_media.workshop beside it."""
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    monkeypatch.setenv(LANG_VARIABLE, "xx")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    with Workshop.here() as first:
        first.facilitator()
    with Workshop.here() as second:
        assert second.lang == "nl"
        assert len(second.store.participants()) == 1

    assert (tmp_path / "workshops" / "social_media.workshop").is_file()


def test_here_takes_the_file_it_is_told(tmp_path, monkeypatch):
    """WORKSHOP_FILE names another file, WORKSHOP_LANG the language."""
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "other.workshop"))
    monkeypatch.setenv(LANG_VARIABLE, "en")
    with Workshop.here() as made:
        assert made.store.path == tmp_path / "other.workshop"
        assert made.lang == "en"


@pytest.mark.parametrize(
    ("way", "file"),
    [
        ("../gone.workshop", "gone.workshop"),
        ("../deep/down/new", "deep/down/new.workshop"),
    ],
)
def test_notebooks_of_a_workshop_that_is_not_there_make_none(tmp_path, way, file):
    """They may name any place of the computer; nothing comes to be there."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / WHICH).write_text(f"{way}\n", "utf-8")
    with pytest.raises(StoreError) as caught:
        Workshop.here(folder)

    assert str(caught.value) == (
        f"{folder / WHICH}: The workshop of these notebooks is not there: {tmp_path / file}."
        " Put it back, or open another one from JupyterLab's launcher."
    )
    assert [path.name for path in tmp_path.rglob("*")] == ["notebooks", WHICH]


def test_a_way_that_goes_round_leads_to_no_workshop(tmp_path):
    """A link to itself is no file, and is not followed for ever."""
    (tmp_path / "round.workshop").symlink_to("round.workshop")
    (tmp_path / WHICH).write_text("round.workshop", "utf-8")

    with pytest.raises(
        StoreError, match="The workshop of these notebooks is not there"
    ):
        Workshop.here(tmp_path)


def test_no_workshop_is_made_where_a_link_leads_out(tmp_path, monkeypatch):
    """A folder that somebody sent, opened in any JupyterLab."""
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "workshops").symlink_to(outside)

    with pytest.raises(WorkshopError, match="outside the folder that JupyterLab"):
        Workshop.here(root)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    "way",
    [
        "a\0b.workshop",
        "//host/share/a.workshop",
        r"\\host\share\a.workshop",
        r"\/host/share/a.workshop",
        r"\??\UNC\host\share\a.workshop",
        "/??/UNC/host/share/a.workshop",
    ],
)
def test_notebooks_lead_to_no_other_computer(tmp_path, way):
    """Not even whether it is there is asked; a name that is none is refused too."""
    (tmp_path / WHICH).write_text(way, "utf-8")
    with pytest.raises(StoreError) as caught:
        Workshop.here(tmp_path)

    assert str(caught.value) == (
        f"{tmp_path / WHICH}: What stands in it is no way to a workshop on this"
        " computer. Remove this file and open the workshop from JupyterLab's launcher."
    )
    assert [path.name for path in tmp_path.iterdir()] == [WHICH]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"track": "long"}, "'long' is not known here; choose one of: draft, full."),
        ({"lang": "fr"}, "'fr' is not known here; choose one of: nl, en."),
    ],
)
def test_an_unknown_track_or_language_makes_no_file(tmp_path, workshop, given, message):
    """A wrong choice is named with the choices there are, and leaves nothing."""
    file = tmp_path / "wrong.workshop"
    kit = workshop.store.workshop().kit
    with pytest.raises(KitError) as caught:
        Workshop.create(file, **{"kit": kit, "lang": "en", "track": "full", **given})

    assert str(caught.value) == f"{kit}: {message}"
    assert not file.exists()


def test_a_file_that_is_no_workshop(tmp_path):
    """Opening something else says what it is not."""
    file = tmp_path / "letter.workshop"
    file.write_text("Dear museum", "utf-8")
    with pytest.raises(StoreError) as caught:
        Workshop.open(file)

    assert caught.value.where == str(file)


def test_a_workshop_whose_kit_has_gone(tmp_path, small_folder):
    """The file is closed again and the error names the kit."""
    file = tmp_path / "a.workshop"
    Workshop.create(file, kit=str(small_folder), lang="en", track="full").close()
    store_kit = Workshop.open(file)
    store_kit.close()
    (small_folder / "kit.yaml").rename(small_folder / "gone.yaml")

    with pytest.raises(KitError, match="there is no kit here"):
        Workshop.open(file)


def test_the_policy_is_written_in_each_language(workshop, tmp_path):
    """HTML and PDF per language, named by language, and nothing beside them."""
    workshop.decide("goals.public", {"value": "yes", "reason": "r"})
    made = workshop.write(tmp_path / "out", ["nl", "en"])

    assert [path.name for path in made] == [
        "policy-nl.html",
        "policy-nl.pdf",
        "policy-en.html",
        "policy-en.pdf",
    ]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(
        path.name for path in made
    )
    assert "Wij zijn er voor publiek." in made[0].read_text("utf-8")
    assert made[1].read_bytes().startswith(b"%PDF")


def test_the_policy_carries_the_day_it_was_drafted(workshop):
    """The date on the title page is the day given."""
    policy = workshop.policy(today=dt.date(2027, 1, 2))

    assert policy.date == dt.date(2027, 1, 2)
