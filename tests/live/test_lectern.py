"""Leading and deciding in one place; nobody's decision is lost on the way."""

from __future__ import annotations

import asyncio
import json
import uuid

import pytest

from workshop_kit.errors import KitError
from workshop_kit.export.answers import form_blocks
from workshop_kit.forms.form import MIME
from workshop_kit.live.cards import decision_form, one_decision_form
from workshop_kit.live.desk import Desk
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.room.panel import Panel
from workshop_kit.live.workshop import Workshop


@pytest.fixture
def lectern(workshop):
    """What the facilitator's notebook shows for one part."""
    made = Desk(workshop).lead("goals")
    yield made
    made.panel.close()


def focus(lectern, ballot):
    """Turn the room to a ballot."""
    order = {"name": "focus", "args": {"aspect": "goals", "ballot": ballot}}
    lectern.panel.command = {uuid.uuid4().hex: order}


def record(form, value, reason="Because."):
    """Press the button of a decision's card; returns the receipt."""
    name = form.spec["groups"][0]["id"]
    said = {name: value, f"{name}/reason": reason}
    form.outbox = {name: {"key": uuid.uuid4().hex, "value": said, "final": True}}
    return form.receipts[name]


def test_the_card_follows_the_question_in_focus(lectern):
    """Another question, another card; a vote about the same keeps the card."""
    assert lectern.decision.children == ()
    focus(lectern, "goals.public")
    (card,) = lectern.decision.children
    assert [group["id"] for group in card.spec["groups"]] == ["goals.public"]
    focus(lectern, "goals.public#consent")
    assert lectern.decision.children == (card,)
    focus(lectern, "goals.which")
    assert lectern.decision.children[0].spec["groups"][0]["id"] == "goals.which"


def test_a_reveal_leaves_the_card_and_what_is_typed_in_it(lectern, workshop):
    """The same card says what leads; a half decision is still in it."""
    who = workshop.store.join("Ann", "hr", "en")[0].id
    focus(lectern, "goals.public")
    Lead(workshop, "F").open("o", ["goals.public"])
    workshop.accept(who, "goals.public", "yes", "k", final=True)
    lectern.panel.refresh()
    (card,) = lectern.decision.children
    assert card.spec["groups"][0]["hint"] == "Choose one."
    typed = {"goals.public/reason": "Because we"}
    draft = {"key": "d", "value": typed, "final": False}
    card.outbox = {"goals.public": draft}
    Lead(workshop, "F").reveal("r", "goals.public")
    lectern.panel.refresh()

    assert lectern.decision.children == (card,)
    assert card.spec["groups"][0]["hint"] == "Leads: Yes"
    assert card.values == {"goals.public": typed}


def settle(lectern):
    """Press the button that goes to the decision; returns what is said."""
    key = uuid.uuid4().hex
    lectern.panel.command = {key: {"name": "settle", "args": {}}}
    return lectern.panel.receipts[key]["message"]


@pytest.fixture
def answered(workshop, lectern):
    """Let three people answer a question that is in focus, and show it."""

    def answer(question, *values):
        focus(lectern, question)
        Lead(workshop, "F").open(f"o{question}", [question])
        for n, value in enumerate(values):
            who = workshop.store.join(f"P{n}", "hr", "en")[0].id
            workshop.accept(who, question, value, f"k{question}{n}", final=True)
        Lead(workshop, "F").reveal(f"r{question}", question)
        lectern.panel.refresh()
        return lectern.decision.children[0]

    return answer


def test_a_decision_begins_with_what_leads(lectern, answered, workshop):
    """One press fills the card; it is decided when it is recorded, not before."""
    card = answered("goals.public", "yes", "yes", "no")
    assert lectern.panel.view["focus"]["steps"][0] == "settle"
    assert settle(lectern) == (
        "What the room said stands in the decision below. Change it if you agreed"
        " otherwise, and record it."
    )
    assert card.values == {
        "goals.public": {
            "goals.public": "yes",
            "goals.public/reason": "This leads in the room; 3 answered.",
        }
    }
    assert workshop.store.decisions() == {}
    record(card, "yes")
    lectern.panel.refresh()
    assert lectern.panel.view["focus"]["steps"][0] == "next"


def test_where_nothing_leads_nothing_is_filled_in(lectern, answered):
    """In a tie the room has to choose first."""
    card = answered("goals.public", "yes", "no")
    assert settle(lectern) == "Nothing leads: fill in below what was decided, and why."
    assert card.values == {}


def test_what_was_typed_or_decided_is_not_replaced(lectern, answered, workshop):
    """Going to the decision leaves what stands there."""
    card = answered("goals.public", "yes")
    typed = {"goals.public/reason": "Because we"}
    card.outbox = {"goals.public": {"key": "d", "value": typed, "final": False}}
    assert settle(lectern) == "The decision stands below the question."
    assert card.values == {"goals.public": typed}
    record(card, "no")
    assert settle(lectern) == "The decision stands below the question."
    assert workshop.store.decisions()["goals.public"].value == "no"


def test_nothing_hidden_leads(lectern, workshop):
    """Before the reveal the card does not say what people chose."""
    who = workshop.store.join("Ann", "hr", "en")[0].id
    focus(lectern, "goals.public")
    Lead(workshop, "F").open("o", ["goals.public"])
    workshop.accept(who, "goals.public", "yes", "k", final=True)
    settle(lectern)
    assert lectern.decision.children[0].values == {}


def test_a_decision_shows_in_the_panel(lectern):
    """Recorded on the card, it stands in the panel, where it can be taken back."""
    focus(lectern, "goals.public")
    assert record(lectern.decision.children[0], "yes")["kind"] == "saved"
    lectern.panel.refresh()
    made = lectern.panel.view["focus"]["decision"]
    assert (made["words"], made["reason"]) == ("Yes", "Because.")
    order = {"name": "take_back", "args": {"question": "goals.public"}}
    lectern.panel.command = {"back": order}
    assert lectern.panel.view["focus"]["decision"] is None
    assert record(lectern.decision.children[0], "no")["kind"] == "saved"


@pytest.mark.parametrize("way", ["one", "part"])
def test_a_newer_decision_is_neither_lost_nor_replaced_unseen(workshop, way):
    """The second card says what was decided meanwhile, then may replace it."""
    me = workshop.facilitator()
    first, second = (
        one_decision_form(workshop, "goals.public", me)
        if way == "one"
        else decision_form(workshop, ["goals"], me)
        for _ in range(2)
    )
    record(first, "yes", "We are open.")
    refused = record(second, "no")

    assert refused["kind"] == "error"
    assert refused["message"] == (
        "Meanwhile somebody else decided: Yes (reason: We are open.)."
        " Record again if yours should replace it."
    )
    assert second.values["goals.public"]["goals.public"] == "yes"
    assert workshop.store.decisions()["goals.public"].value == "yes"
    assert record(second, "no")["kind"] == "saved"
    assert record(second, "yes")["kind"] == "saved"
    assert [made.value for made in workshop.store.decision_log()] == [
        "yes",
        "no",
        "yes",
    ]


def test_a_decision_taken_back_meanwhile_is_said(workshop):
    """Going on from a decision that is gone needs a second press."""
    me = workshop.facilitator()
    record(one_decision_form(workshop, "goals.public", me), "yes")
    form = one_decision_form(workshop, "goals.public", me)
    workshop.take_back("goals.public", "k")

    assert record(form, "no")["message"] == (
        "Meanwhile somebody else took the decision back."
        " Record again if yours should hold."
    )
    assert record(form, "no")["kind"] == "saved"


def test_taking_back_the_same_twice_does_it_once(workshop):
    """The same key gives the same record; another key brings the last one back."""
    for value in ("yes", "no"):
        workshop.decide("goals.public", {"value": value, "reason": "R", "by": "F"})
    assert workshop.take_back("goals.public", "k").value == "yes"
    assert workshop.take_back("goals.public", "k").value == "yes"
    assert workshop.take_back("goals.public", "l").value == "no"


def test_a_part_that_is_not_there_is_named(workshop):
    """A wrong name in a notebook is told with those that are right."""
    with pytest.raises(KitError, match="'nothing' is not known here"):
        Desk(workshop).lead("nothing")


def test_all_parts_are_led_by_default(workshop):
    """Without a name the panel leads through the whole kit."""
    made = Desk(workshop).lead()
    assert made.panel.aspects == ("goals", "plan")
    assert form_blocks(made._repr_mimebundle_()[MIME]) == []
    made.panel.close()


def test_a_notebook_with_a_panel_exports_its_decisions(lectern):
    """The output holds a sentence and a reference, no code and no names."""
    focus(lectern, "goals.public")
    record(lectern.decision.children[0], "yes")
    data = lectern._repr_mimebundle_()

    assert data["text/plain"] == "The panel appears here when you run this cell."
    reference = json.loads(json.dumps(data[MIME]))
    assert (reference["kind"], reference["aspect"]) == ("decisions", "goals")
    definitions, rest = form_blocks(reference)
    assert definitions.items[0][0][0].text == "Are we there for the public?"
    assert rest.runs[0].text == "2 not decided"


def test_an_invitation_exports_as_nothing_but_a_sentence(workshop):
    """No code stays in a notebook's output."""
    panel = Desk(workshop).invite()
    data, _ = panel._repr_mimebundle_()

    assert form_blocks(data[MIME]) == []
    assert set(panel.view) == {"join", "here", "notices", "moved", "timer", "at"}
    panel.close()


def test_the_panel_sees_what_others_do_by_itself(workshop):
    """In a kernel it looks at the file; closed, it stops."""

    async def lead():
        panel = Panel(workshop, ["goals"], by="F")
        with Workshop.open(workshop.store.path) as other:
            Lead(other, "G").park("k", "From elsewhere")
        for _ in range(100):
            await asyncio.sleep(0.05)
            if panel.view["parked"] and panel.view["join"]["running"] is False:
                break
        assert panel.view["parked"][0]["words"] == "From elsewhere"
        assert panel.view["join"]["running"] is False
        watching = panel._watching
        panel.close()
        await asyncio.wait([watching])
        assert watching.cancelled()

    asyncio.run(lead())
