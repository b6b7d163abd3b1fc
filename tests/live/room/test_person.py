"""What one participant's page shows, and what becomes of what they fill in."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop_kit.errors import StoreError
from workshop_kit.i18n import Translator
from workshop_kit.live.room.person import Person
from workshop_kit.live.room.results import result
from workshop_kit.live.room.scene import scene


class Desk:
    """One person's page without a line: what it would send and show."""

    def __init__(self, workshop, new_key, lang="en"):
        self.workshop, self.new_key, self.lang = workshop, new_key, lang
        self.who = workshop.store.join("Fictional Sam", "hr", lang)[0]
        self.person = Person(workshop, self.who)

    def view(self):
        """Return what the page shows now."""
        self.workshop.refresh()
        return json.loads(self.person.view(scene(self.workshop, Translator(self.lang))))

    def asked(self):
        """Return the ids of the cards that the page shows."""
        view = self.view()
        return [g["id"] for g in view["groups"] if g["id"] not in view["hidden"]]

    def put(self, question, value, *, key="", final=True):
        """Send one change; returns its receipt."""
        change = {"key": key or self.new_key(), "value": value, "final": final}
        return json.loads(self.person.take({question: change}))["receipts"][question]


@pytest.fixture
def desk(workshop, new_key):
    """Somebody's page."""
    return Desk(workshop, new_key)


@pytest.fixture
def ask(lead, new_key):
    """Open ballots in an aspect."""

    def opened(aspect, *ballots):
        lead.focus(new_key(), aspect=aspect, ballot=ballots[0])
        lead.open(new_key(), ballots)

    return opened


def test_a_follow_up_waits_for_the_answer_that_opens_it(desk, ask):
    """It is hidden until then, and goes again with another answer."""
    ask("goals", "goals.public", "goals.which")
    assert desk.asked() == ["goals.public"]
    desk.put("goals.public", "yes")
    assert desk.asked() == ["goals.public", "goals.which"]
    desk.put("goals.public", "no")
    assert desk.asked() == ["goals.public"]


def test_a_draft_does_not_open_a_follow_up(desk, ask):
    """Only what was handed in counts, also after the page was loaded again."""
    ask("goals", "goals.public", "goals.which")
    desk.asked()
    desk.put("goals.public", "yes", final=False)
    assert desk.asked() == ["goals.public"]
    desk.put("goals.public", "yes")
    desk.put("goals.public", "no", final=False)
    assert desk.asked() == ["goals.public", "goals.which"]
    desk.person.forget()
    assert desk.asked() == ["goals.public", "goals.which"]


def test_an_answer_opens_it_for_oneself_alone(workshop, desk, ask, new_key):
    """Others are not shown what somebody answered, by what they are asked."""
    ask("goals", "goals.public", "goals.which")
    other = Desk(workshop, new_key)
    desk.asked()
    other.asked()
    desk.put("goals.public", "yes")

    assert other.asked() == ["goals.public"]


def test_the_rooms_decision_counts_before_ones_own_answer(workshop, desk, ask):
    """What the room decided opens and closes for everybody."""
    ask("goals", "goals.public", "goals.which")
    desk.asked()
    desk.put("goals.public", "yes")
    workshop.decide("goals.public", {"value": "no", "reason": "r"})
    assert desk.asked() == ["goals.public"]
    workshop.decide("goals.public", {"value": "yes", "reason": "r"})
    assert desk.asked() == ["goals.public", "goals.which"]


def test_what_is_opened_without_its_gate_is_shown(workshop, desk, ask):
    """The facilitator meant it; once the gate was decided against it, it goes."""
    ask("goals", "goals.which")
    assert desk.asked() == ["goals.which"]
    workshop.decide("goals.public", {"value": "no", "reason": "r"})
    assert desk.asked() == []
    workshop.decide("goals.public", {"value": "yes", "reason": "r"})
    assert desk.asked() == ["goals.which"]


def test_a_condition_over_two_aspects(workshop, desk, ask):
    """A card that depends on earlier answers follows what was answered there."""
    ask("plan", "plan.budget")
    assert desk.asked() == ["plan.budget"]
    workshop.decide("goals.public", {"value": "yes", "reason": "r"})
    assert desk.asked() == []
    workshop.decide("goals.people", {"value": [{"who": "Desk"}], "reason": "r"})
    assert desk.asked() == ["plan.budget"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "This question is closed; what you wrote came too late to count."),
        (
            "nl",
            "Deze vraag is gesloten; wat je schreef, kwam te laat om mee te tellen.",
        ),
    ],
)
def test_a_late_answer_has_its_words(workshop, lead, ask, new_key, lang, words):
    """Closed or gone from the page, it is refused and kept as a draft."""
    desk = Desk(workshop, new_key, lang)
    ask("plan", "plan.name", "plan.fits")
    desk.asked()
    lead.close("c", ["plan.name"])
    assert desk.put("plan.name", "Museum")["message"] == words
    lead.reveal("r", "plan.fits")
    desk.asked()
    receipt = desk.put("plan.fits", 3)

    assert (receipt["kind"], receipt["message"]) == ("error", words)
    assert workshop.store.answers() == []
    drafts = workshop.store.drafts(desk.who.id)
    assert {k: d.value for k, d in drafts.items()} == {
        "plan.name": "Museum",
        "plan.fits": 3,
    }


def test_the_same_key_is_one_answer_with_a_receipt_each_time(workshop, desk, ask):
    """Sent three times, also after the page was loaded again, it is recorded once."""
    ask("plan", "plan.name")
    desk.asked()
    first = desk.put("plan.name", "Museum", key="k" * 8)
    second = desk.put("plan.name", "Museum", key="k" * 8)
    desk.person.forget()
    third = desk.put("plan.name", "Museum", key="k" * 8)

    assert [r["kind"] for r in (first, second, third)] == ["saved"] * 3
    assert len(workshop.store.answer_log()) == 1


def test_an_answer_of_the_former_round_is_late(workshop, lead, desk, ask):
    """Sent again because its receipt was lost, it does not count in the new round."""
    ask("plan", "plan.name")
    desk.asked()
    desk.put("plan.name", "Museum", key="k" * 8)
    lead.next_round("n", "plan.name")
    assert desk.view()["values"] == {}
    receipt = desk.put("plan.name", "Museum", key="k" * 8)

    assert receipt["kind"] == "error"
    assert receipt["message"] == (
        "This question is closed; what you wrote came too late to count."
    )
    assert [a.round for a in workshop.store.answer_log()] == [1]
    assert desk.put("plan.name", "Archive")["kind"] == "saved"


def test_a_full_disk_is_no_fault_of_the_answer(workshop, desk, ask, monkeypatch):
    """There is no receipt, so the page tries again; then it is recorded."""
    ask("plan", "plan.name", "plan.fits")
    desk.asked()
    record = workshop.store.record_answer

    def full(**fields):
        if fields["question"] == "plan.name":
            raise workshop.store._database.refusal(13)
        return record(**fields)

    monkeypatch.setattr(workshop.store, "record_answer", full)
    outbox = {
        "plan.name": {"key": "name-key", "value": "Museum", "final": True},
        "plan.fits": {"key": "fits-key", "value": 4, "final": True},
    }
    with pytest.raises(StoreError, match="The disk is full"):
        desk.person.take(outbox)
    assert workshop.answers(desk.who.id) == {"plan.fits": 4}
    monkeypatch.undo()
    receipts = json.loads(desk.person.take(outbox))["receipts"]

    assert {k: r["kind"] for k, r in receipts.items()} == {
        "plan.name": "saved",
        "plan.fits": "saved",
    }
    assert len(workshop.store.answer_log()) == 2


def test_the_list_of_a_pick_is_ones_own(workshop, desk, ask, new_key):
    """What others put in their list is not offered to choose from."""
    other = Desk(workshop, new_key)
    for each, who in ((desk, "Desk"), (other, "Shop")):
        workshop.accept(
            each.who.id, "goals.people", [{"who": who}], new_key(), final=True
        )
    ask("plan", "plan.best")

    choices = json.dumps(desk.view()["choices"])
    assert "Desk" in choices
    assert "Shop" not in choices


def test_nobody_is_shown_a_role_or_name_of_others(workshop, desk, ask, lead, new_key):
    """A vote with reasons is shown as counts and words, in order of the alphabet."""
    ask("plan", "plan.topics#consent")
    others = [Desk(workshop, new_key) for _ in range(3)]
    for each, why in zip(others, ("zebra", "apple", "middle"), strict=True):
        each.asked()
        each.put("plan.topics#consent", "object")
        each.put("plan.topics#consentwhy", why)
    assert "zebra" not in json.dumps(desk.view())
    lead.reveal("r", "plan.topics#consent")
    view = desk.view()

    said = [one["text"] for one in view["results"][0]["words"]]
    assert said == ["apple", "middle", "zebra"]
    assert "Fictional" not in json.dumps(view)
    assert not [o for o in others if o.who.id in json.dumps(view)]


TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=8,
)
ASKED = (
    *("plan.name", "plan.topics", "plan.fits", "plan.minutes", "plan.best"),
    *("plan.weight", "plan.review", "plan.name#ideas", "plan.topics#dots"),
    *("plan.topics#consent", "plan.topics#fist"),
)


@given(
    st.dictionaries(
        st.sampled_from([*ASKED, "plan.topics#fistwhy", "goals.public", "no.thing"]),
        JSON,
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_sent_has_a_receipt(workshop, lead, new_key, values, final):
    """Any JSON is saved, kept as a draft, or refused in words; and can be shown."""
    if workshop.state.ballot("plan.name").phase == "waiting":
        lead.focus(new_key(), aspect="plan")
        lead.open(new_key(), ASKED)
    desk = Desk(workshop, new_key)
    desk.asked()
    outbox = {
        name: {"key": new_key(), "value": value, "final": final}
        for name, value in values.items()
    }
    said = desk.person.take(outbox)
    said.encode()
    for name, receipt in json.loads(said)["receipts"].items():
        assert receipt["kind"] in {"error", "saved" if final else "draft"}
        assert receipt["message"] or receipt["kind"] != "error"
        assert receipt["key"] == outbox[name]["key"]
        assert str(workshop.store.path) not in receipt["message"]
    assert set(json.loads(said)["receipts"]) == set(outbox)
    desk.person.forget()
    desk.person.view(scene(workshop, Translator("nl"))).encode()
    for name in values.keys() & set(ASKED):
        shown = result(workshop, name, Translator("nl")).page(Translator("nl"))
        json.dumps(shown, allow_nan=False, ensure_ascii=False).encode()
