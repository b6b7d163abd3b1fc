"""The facilitator's panel without a browser: what it shows, and what buttons do."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from pathlib import Path

import pytest

from workshop_kit.live.desk import Desk
from workshop_kit.live.room import panel as panels
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.room.panel import Panel
from workshop_kit.live.workshop import Workshop

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>"


def open_panel(workshop, *aspects):
    """Return a panel over the two aspects of the small kit."""
    return Panel(workshop, aspects or ("goals", "plan"), by="Facilitator")


def press(panel, button, *, key=None, **given):
    """Let the browser send a press; returns its receipt."""
    key = key or uuid.uuid4().hex
    panel.command = {**panel.command, key: {"name": button, "args": given}}
    return panel.receipts[key]


def answer(workshop, value, *, ballot="goals.public", alias="Bo", role="hr"):
    """Let somebody join and answer."""
    person = workshop.store.join(alias, role, "en")[0]
    workshop.accept(person.id, ballot, value, uuid.uuid4().hex, final=True)
    return person


@pytest.fixture
def panel(workshop):
    """A panel that is at the first question of the small kit."""
    made = open_panel(workshop)
    press(made, "focus", aspect="goals", ballot="goals.public")
    yield made
    made.close()


@pytest.fixture
def lectern_of():
    """Open lecterns, which are closed in the end."""
    made = []

    def open_lectern(workshop):
        made.append(Desk(workshop).lead("goals"))
        return made[-1]

    yield open_lectern
    for one in made:
        one.panel.close()


def turn(panel, *names, ballot="goals.public"):
    """Press buttons of a ballot one after another; returns the last receipt."""
    for name in names:
        receipt = press(panel, name, ballot=ballot)
    return receipt


def test_a_ballot_goes_from_waiting_to_revealed(panel, workshop):
    """Each button does one thing, says it, and offers what comes next."""
    assert panel.view["focus"]["steps"] == ["open", "anonymous"]
    assert turn(panel, "open")["message"] == "Open: everybody can answer now."
    assert panel.view["focus"]["steps"][:2] == ["close", "reveal"]
    turn(panel, "close")
    assert panel.view["focus"]["steps"][0] == "reveal"
    turn(panel, "reveal")
    assert panel.view["focus"]["steps"] == ["settle", "next", "next_round", "reopen"]
    assert panel.view["next"] == "goals.which"
    assert turn(panel, "next_round")["message"] == "Round 2 is open."
    assert workshop.state.ballot("goals.public").round == 2


def test_the_panel_is_blind_until_it_is_revealed(panel, workshop):
    """Before that only how many answered is in it; afterwards also who said what."""
    turn(panel, "open")
    answer(workshop, {"other": "Zebra words"}, alias="Secretive")
    for step in ("open", "close"):
        turn(panel, step)
        said = json.dumps(panel.view)
        assert "Zebra" not in said
        assert "Secretive" not in said
        assert '"yes"' not in said
        assert panel.view["focus"]["said"] == "1 of 1 answered"
        assert panel.view["focus"]["result"] is None

    turn(panel, "reveal")

    assert panel.view["focus"]["result"]["words"] == [
        {"text": "Zebra words", "times": ""}
    ]
    assert panel.view["focus"]["names"] == [
        {"who": "Secretive", "role": "HR", "words": "Zebra words", "why": ""}
    ]


def test_the_decision_card_does_not_say_what_leads_before(workshop):
    """What leads in a blind ballot stands on the card only once it is revealed."""
    from workshop_kit.live.lectern import Lectern  # noqa: PLC0415 - beside its use

    lectern = Lectern(workshop, ["goals"], workshop.facilitator())
    press(lectern.panel, "focus", aspect="goals", ballot="goals.public")
    turn(lectern.panel, "open")
    answer(workshop, "no")
    press(lectern.panel, "focus", aspect="goals", ballot="goals.which")
    press(lectern.panel, "focus", aspect="goals", ballot="goals.public")
    hint = lectern.decision.children[0].spec["groups"][0]["hint"]
    assert hint == "Choose one."

    turn(lectern.panel, "reveal")
    press(lectern.panel, "focus", aspect="goals", ballot="goals.which")
    press(lectern.panel, "focus", aspect="goals", ballot="goals.public")
    hint = lectern.decision.children[0].spec["groups"][0]["hint"]
    assert hint == "Leads: No"
    lectern.panel.close()


def test_anonymous_is_for_good(panel, workshop):
    """Nobody is shown who said what, and it cannot be taken back."""
    answer(workshop, "yes", alias="Secretive")
    receipt = turn(panel, "open", "anonymous")
    assert receipt["undo"] == []
    assert "anonymous" not in panel.view["focus"]["steps"]
    turn(panel, "reveal")

    assert panel.view["focus"]["result"]["bars"][0]["n"] == "1"
    assert panel.view["focus"]["names"] == []
    assert "Secretive" not in json.dumps(panel.view)


def test_names_that_were_shown_cannot_be_made_anonymous(panel):
    """A refusal comes back as words, never as a traceback."""
    turn(panel, "reveal")

    assert turn(panel, "anonymous") == {
        "kind": "error",
        "message": "The names have been shown already; start a new round first.",
        "undo": [],
    }


def test_each_role_is_shown_only_with_enough_answers(panel, workshop):
    """Five of one role show; two of another are said not to."""
    turn(panel, "open")
    for number in range(10):
        answer(workshop, "yes" if number % 2 else "no", alias=f"P{number}")
    for number in range(5):
        answer(workshop, "yes", alias=f"Q{number}", role="other")
    turn(panel, "reveal")
    roles = panel.view["focus"]["roles"]

    assert roles["head"] == ["HR", "Other"]
    assert roles["rows"] == [
        {"label": "Yes", "cells": ["5 (50%)", "5 (100%)"]},
        {"label": "No", "cells": ["5 (50%)", "0 (0%)"]},
    ]
    assert roles["note"] == ""
    assert roles["hidden"] == ""


def test_what_a_split_ranking_counts_is_said(panel, workshop):
    """Options that nobody put first are left out, and the note says what counts."""
    press(panel, "focus", aspect="goals", ballot="goals.which")
    turn(panel, "open", ballot="goals.which")
    for number in range(5):
        answer(workshop, ["reach", "visits"], ballot="goals.which", alias=f"P{number}")
    turn(panel, "reveal", ballot="goals.which")
    roles = panel.view["focus"]["roles"]

    assert roles["rows"] == [{"label": "Reach", "cells": ["5 (100%)"]}]
    assert roles["note"] == "This counts how many put it first."


def test_small_roles_are_named_but_not_shown(panel, workshop):
    """A role of two is hidden, and so is what would give it away."""
    turn(panel, "open")
    for role, n in (("hr", 12), ("management", 6), ("other", 2)):
        for number in range(n):
            answer(workshop, "yes", alias=f"{role}{number}", role=role)
    turn(panel, "reveal")
    roles = panel.view["focus"]["roles"]

    assert roles["head"] == ["HR"]
    assert roles["hidden"] == (
        "Not shown by themselves, because too few of them answered: management, Other."
    )


def test_a_button_can_be_undone(panel, workshop):
    """Undo does again what was done before, whatever the browser's seqs are of."""
    receipt = turn(panel, "open")
    done = press(panel, "undo", seqs=receipt["undo"])

    assert done["message"] == "It has been undone."
    assert workshop.refresh().ballot("goals.public").phase == "waiting"


def test_what_somebody_changed_since_is_not_undone(panel, workshop):
    """The later facilitator's step stays, and the earlier one is told."""
    receipt = turn(panel, "open")
    Lead(workshop, "Second").close("k", ["goals.public"])

    assert press(panel, "undo", seqs=receipt["undo"])["message"] == (
        "Somebody else has just changed this; look again before you go on."
    )


def test_a_press_that_comes_again_is_done_once(panel, workshop):
    """The same key again gives a receipt again, not a second round."""
    for attempt in range(3):
        panel.command = {
            "k1": {
                "name": "next_round",
                "args": {"ballot": "goals.public"},
                "n": attempt,
            }
        }

    assert workshop.refresh().ballot("goals.public").round == 2
    assert panel.receipts["k1"]["kind"] == "done"


def test_two_facilitators_see_each_other(panel, workshop, monkeypatch):
    """A second panel, in another kernel, is refused what is out of date."""
    monkeypatch.setattr(panels, "_OPEN", {})
    seen = panel.view["focus"]["seen"]
    with Workshop.open(workshop.store.path) as same:
        second = open_panel(same)
        press(second, "open", ballot="goals.public", seen=seen)
        late = press(panel, "reveal", ballot="goals.public", seen=seen)
        assert late["kind"] == "error"
        assert panel.view["focus"]["phase"] == "open"
        second.close()


def test_the_older_panel_says_that_a_newer_one_leads(panel, workshop):
    """One panel of a file is at work in a kernel; the older one says so in words."""
    newer = open_panel(workshop)

    assert panel.view["moved"] == (
        "The room is led from somewhere else now: this notebook is open in another"
        " tab, or it was run again. Nothing is lost."
    )
    assert press(panel, "open", ballot="goals.public")["kind"] == "error"
    assert workshop.refresh().ballot("goals.public").phase == "waiting"
    newer.close()


def test_leading_can_be_taken_back_by_the_older_panel(panel, workshop):
    """A button brings it to work again; the other one then says where it went."""
    newer = open_panel(workshop)
    press(panel, "resume")

    assert panel.view["moved"] == ""
    assert newer.view["moved"]
    assert press(panel, "open", ballot="goals.public")["kind"] == "done"
    newer.close()


def test_a_decision_is_not_taken_at_two_places(lectern_of, workshop):
    """The card below the older panel is gone; it comes back with the panel."""
    older = lectern_of(workshop)
    press(older.panel, "focus", aspect="goals", ballot="goals.public")
    newer = lectern_of(workshop)

    assert older.decision.children == ()
    assert len(newer.decision.children) == 1
    press(older.panel, "resume")
    assert len(older.decision.children) == 1
    assert newer.decision.children == ()


def test_running_a_notebook_again_and_again_keeps_few_panels(workshop):
    """Of those that no longer lead only the last ones are kept in the kernel."""
    made = [open_panel(workshop) for _ in range(6)]

    assert [one.comm is None for one in made] == [True] * 2 + [False] * 4
    for one in made:
        one.close()


def test_minutes_go_by_while_nothing_is_done(panel, workshop, monkeypatch):
    """The agenda counts on; a panel of one part has nothing to count."""
    assert panel.stale() is False
    monkeypatch.setattr(panels, "STALE", 0.0)
    assert panel.stale() is True
    one = open_panel(workshop, "goals")
    assert one.stale() is False
    one.close()


def test_a_panel_that_is_closed_is_no_longer_at_work(panel, workshop):
    """What was closed by hand neither leads nor comes back."""
    panel.close()
    newer = open_panel(workshop)

    assert panel.comm is None
    assert newer.comm is not None
    newer.close()


def test_hostile_words_stay_data(panel, workshop):
    """Names, ideas, proposals and points arrive as they were written."""
    workshop.store.join(HOSTILE, HOSTILE, "en")
    turn(panel, "open", ballot="goals.public#ideas")
    answer(workshop, [{"idea": HOSTILE}], ballot="goals.public#ideas")
    press(panel, "park", words=HOSTILE)
    press(
        panel,
        "propose",
        question="goals.public",
        aspect="goals",
        kind="consent",
        words=HOSTILE,
    )

    assert panel.view["ideas"][0]["text"] == HOSTILE
    assert panel.view["parked"][0]["words"] == HOSTILE
    assert panel.view["focus"]["hint"] == HOSTILE
    assert panel.view["here"]["roles"][-1]["label"] == HOSTILE


def test_a_proposal_is_put_to_the_vote_and_undone_in_one_step(panel, workshop):
    """Words, focus and an open vote; other words begin a new round."""
    given = {"question": "goals.public", "aspect": "goals", "kind": "fist"}
    first = press(panel, "propose", words="We are open.", **given)
    assert panel.view["focus"]["ballot"] == "goals.public#fist"
    assert panel.view["focus"]["phase"] == "open"
    press(panel, "propose", words="We are wide open.", **given)
    assert workshop.state.ballot("goals.public#fist").round == 2
    assert press(panel, "undo", seqs=first["undo"])["kind"] == "error"
    assert press(panel, "propose", words=" ", **given)["message"] == (
        "Please write what you propose."
    )


def test_ideas_are_hidden_merged_clustered_and_promoted(panel, workshop):
    """What the facilitator does with an idea stands, and becomes an option."""
    ballot = "goals.public#ideas"
    turn(panel, "open", ballot=ballot)
    answer(workshop, [{"idea": "Maybe"}, {"idea": "Perhaps"}], ballot=ballot)
    panel.refresh()
    one, other = (idea["id"] for idea in panel.view["ideas"])
    press(panel, "cluster", idea=one, name="Doubt")
    press(panel, "hide", idea=other, hidden=True)
    merged = press(panel, "merge", idea=one, into=other)
    circle = press(panel, "merge", idea=other, into=one)
    by_id = {idea["id"]: idea for idea in panel.view["ideas"]}

    assert by_id[one]["cluster"] == "Doubt"
    assert by_id[one]["into"] == other
    assert by_id[other]["hidden"]
    assert circle["message"] == (
        "That idea already counts with this one; take it apart first."
    )
    press(panel, "undo", seqs=merged["undo"])
    assert press(panel, "promote", question="goals.public", label="Maybe") == {
        "kind": "done",
        "message": "It is an option of the question now.",
        "undo": [workshop.store.last_action()],
    }
    assert workshop.kit.question("goals.public").options[-1].label["en"] == "Maybe"


def test_points_are_parked_and_taken_off(panel):
    """A parked point stands on the list until it is removed, and undo brings it back."""
    press(panel, "park", words="Budget")
    off = press(panel, "unpark", point=panel.view["parked"][0]["id"])
    assert panel.view["parked"] == []
    press(panel, "undo", seqs=off["undo"])
    assert [point["words"] for point in panel.view["parked"]] == ["Budget"]
    assert press(panel, "park", words="  ")["message"] == (
        "Please write the point that you park."
    )


@pytest.mark.parametrize(("given", "of"), [("5", 300), ("2,5", 150), (" 1.5 ", 90)])
def test_the_timer_takes_minutes_as_people_write_them(panel, given, of):
    """Comma or point; the kit's minutes are what it begins with."""
    assert panel.view["focus"]["minutes"] == "5"
    press(panel, "timer", minutes=given)
    timer = panel.view["timer"]
    assert timer["of"] == of
    assert 0 < timer["left"] <= of
    press(panel, "timer", minutes="0")
    assert panel.view["timer"] is None


@pytest.mark.parametrize("given", ["soon", "-1", "nan", "1e9"])
def test_minutes_that_are_none_are_refused(panel, given):
    """The message says how to write them."""
    assert press(panel, "timer", minutes=given)["message"] == (
        "Fill in minutes as a number, such as 5 or 2.5."
    )


def test_all_questions_of_a_part_are_opened_at_once(panel, workshop):
    """Those for the room, once; one undo takes them all back."""
    receipt = press(panel, "open_all", aspect="goals")
    assert receipt["message"] == "3 questions are open."
    assert panel.view["questions"][0]["phase_words"] == "open now · 0 of 0"
    assert workshop.refresh().focus == panel.view["questions"][0]["id"]
    assert press(panel, "open_all", aspect="goals")["message"] == (
        "All questions of this part have been asked already."
    )
    press(panel, "undo", seqs=receipt["undo"])
    assert workshop.refresh().ballot("goals.which").phase == "waiting"


def test_a_decision_is_taken_back_to_the_one_before(panel, workshop):
    """The former decision holds again; without one there is none any more."""
    for value in ("yes", "no"):
        workshop.decide("goals.public", {"value": value, "reason": "R", "by": "F"})
    panel.refresh()
    made = panel.view["focus"]["decision"]
    assert (made["words"], made["reason"]) == ("No", "R")
    back = press(panel, "take_back", question="goals.public", seen=made["seen"])
    assert back["message"] == "The decision before it holds again."
    assert workshop.store.decisions()["goals.public"].value == "yes"
    late = press(panel, "take_back", question="goals.public", seen=made["seen"])
    assert late["message"] == (
        "Somebody else has just decided on this; look again before you go on."
    )


def test_the_first_decision_is_taken_back_to_none(panel, workshop):
    """It is gone from the policy, and stays in the log."""
    workshop.decide("goals.public", {"value": "yes", "reason": "R", "by": "F"})
    press(panel, "take_back", question="goals.public")

    assert workshop.store.decisions() == {}
    assert press(panel, "take_back", question="goals.public")["message"] == (
        "There is no decision to take back."
    )


def test_the_panel_publishes_only_news(panel):
    """Looking again without news sends nothing to the browser."""
    sent = []
    panel.observe(sent.append, "view")
    panel.refresh()
    assert sent == []
    press(panel, "park", words="Budget")
    assert len(sent) == 1
    press(panel, "look")
    assert len(sent) == 2


def test_how_people_get_in(panel, workshop, monkeypatch):
    """Pages are started once; then address, code and picture stand in the panel."""
    started = []
    monkeypatch.setattr("workshop_kit.live.room.launch.start_room", started.append)
    assert not panel.view["join"]["ready"]
    press(panel, "start")
    press(panel, "start")
    assert started == [workshop.store.path]
    host = {"id": "h", "port": 8765, "pid": 1, "secure": False}
    workshop.store.act("host", "", host, by="", key="host")
    press(panel, "address", address="127.0.0.1")
    join = panel.view["join"]
    assert join["address"] == "127.0.0.1:8765"
    assert len(join["code"]) == 9
    assert join["qr"].startswith("data:image/svg+xml;base64,")
    assert join["wall"].startswith("http://127.0.0.1:8765/show/")
    press(panel, "invite")
    assert panel.view["join"]["code"] != join["code"]


def test_who_is_here_is_counted_by_role(panel, workshop):
    """Present of joined; the facilitator is not one of them."""
    person = workshop.store.join("A", "hr", "en")[0]
    workshop.store.join("B", "other", "en")
    workshop.store.enter(person.id, "h")
    panel.refresh()

    assert panel.view["here"] == {
        "n": 1,
        "joined": 2,
        "said": "1 of 2 connected",
        "roles": [
            {"id": "hr", "label": "HR", "n": "1 / 1"},
            {"id": "other", "label": "Other", "n": "0 / 1"},
        ],
    }


def test_trouble_is_shown_in_words_with_what_was_there(panel, workshop):
    """A file that cannot be read any more leaves the picture of before."""
    workshop.store.close()
    workshop.store.path.rename(workshop.store.path.with_suffix(".away"))
    panel.refresh()

    assert panel.view["trouble"]
    assert panel.view["focus"]["ballot"] == "goals.public"


def test_an_unknown_button_is_refused(panel):
    """A page of an older version is told what to do."""
    assert press(panel, "explode")["message"] == (
        "This panel is out of date; load the page again."
    )


def test_a_panel_of_a_workshop_in_a_database_is_told_of_news(postgres, wait_until):
    """It does not ask the database all the time, and knows at once all the same."""
    url = postgres.url()
    small = str(Path(__file__).parents[2] / "kits" / "small")

    async def run():
        with Workshop.open(url) as workshop, Workshop.open(url) as other:
            panel = Panel(workshop, ("plan",), by="Fictional facilitator")
            try:
                panel._watching.cancel()
                looked = []
                revision = workshop.store.revision
                workshop.store.revision = lambda: looked.append(1) or revision()
                await asyncio.to_thread(wait_until, panel._stirred.is_set)
                panel.news()
                looked.clear()
                assert not any(panel.news() for _ in range(100))
                assert not looked
                other.store.join("Fictional Sam", "hr", "en")
                await asyncio.to_thread(wait_until, panel._stirred.is_set)
                assert panel.news()
            finally:
                panel.close()
        assert "listener" not in [thread.name for thread in threading.enumerate()]

    Workshop.create(url, kit=small, lang="en", track="full").close()
    asyncio.run(run())
