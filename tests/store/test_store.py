"""What is recorded can be read back, and only the last word stands."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import sqlite3
from dataclasses import FrozenInstanceError, replace

import psycopg
import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store
from workshop_kit.store.file import KeyUsedError
from workshop_kit.store.log import append
from workshop_kit.store.tables import WAIVER


def test_workshop_says_what_it_is_about(store):
    """What create was given, and the time in UTC, is what workshop returns."""
    workshop = store.workshop()

    assert (workshop.kit, workshop.kit_version) == ("social_media", "1.0")
    assert (
        workshop.institution,
        workshop.lang,
        workshop.track,
    ) == ("", "nl", "short")
    assert workshop.created_at.tzinfo == dt.UTC
    assert dt.timedelta(0) <= dt.datetime.now(dt.UTC) - workshop.created_at


def test_update_changes_only_what_is_given(store):
    """None leaves a property alone, and an empty text is a text."""
    store.update_workshop(institution="Fictional Museum")
    changed = store.update_workshop(lang="en", track="long")
    assert (changed.institution, changed.lang, changed.track) == (
        "Fictional Museum",
        "en",
        "long",
    )
    assert store.update_workshop(institution="").institution == ""
    assert store.update_workshop() == store.workshop()


def test_a_token_finds_its_participant(store):
    """Only the token that join returned finds the person it was given to."""
    sam, token = store.join("Fictional Sam", "editor", "en")
    other, _ = store.join("Fictional Sam", "editor", "en")

    assert sam == store.participant(token)
    assert sam.id != other.id
    assert store.participant(token[:-1]) is None
    assert store.participant("") is None
    assert store.participant("\ud83d") is None


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_the_file_holds_no_token(store):
    """The token of 128 bits stands nowhere in the file; its SHA-256 does."""
    _, token = store.join("Fictional Sam", "editor", "en")
    store.close()

    content = store.path.read_bytes()
    assert len(token) == 22
    assert token.encode() not in content
    assert hashlib.sha256(token.encode()).hexdigest().encode() in content


def test_participants_come_in_the_order_they_joined(store):
    """A name is data: markup and quotes come back as they were typed."""
    names = ["Zoë", "<script>alert(1)</script>", "Robert'); DROP TABLE answer;--", "A"]
    for name in names:
        store.join(name, "editor", "nl")

    assert names == [person.alias for person in store.participants()]


def test_the_last_answer_of_each_person_question_and_round_stands(
    store, person, answer
):
    """Others' answers, other questions and former rounds are left as they are."""
    other = store.join("Fictional Ada", "director", "nl")[0].id
    answer("a", key="1")
    answer("b", key="2", participant=other)
    answer("c", key="3", question="goals.why")
    answer("d", key="4", round=2)
    last = answer("e", key="5")

    assert [a.value for a in store.answers()] == ["b", "c", "d", "e"]
    assert [a.value for a in store.answers("goals.which")] == ["b", "d", "e"]
    assert [a.value for a in store.answers("goals.which", 1)] == ["b", "e"]
    assert [a.value for a in store.answers(round=2)] == ["d"]
    assert store.answers("goals.none") == []
    assert [a.value for a in store.answer_log()] == ["a", "b", "c", "d", "e"]
    assert (last.participant, last.round, last.seq) == (person, 1, 5)


def test_none_takes_an_answer_back(store, answer):
    """The log keeps both records; nothing stands until the next answer."""
    answer("a", key="1")
    answer(None, key="2")
    assert store.answers() == []
    assert [a.value for a in store.answer_log()] == ["a", None]

    answer("null", key="3")
    assert [a.value for a in store.answers()] == ["null"]


def test_the_same_key_records_once(store, answer):
    """A repeated message gets the first record back, as it was."""
    first = answer(["a"], key="k")
    again = answer(["b"], key="k")

    assert first == again
    assert [first] == store.answer_log()


def test_a_key_belongs_to_one_participant(store, answer):
    """Whoever guesses or repeats another's key gets no sight of their answer."""
    other = store.join("Fictional Ada", "director", "nl")[0].id
    answer("mine", key="k")

    assert answer("yours", key="k", participant=other).value == "yours"


@pytest.mark.parametrize("more", [{"question": "goals.why"}, {"round": 2}])
def test_a_key_used_for_something_else_is_an_error(store, answer, more):
    """Returning the first record would acknowledge an answer that was lost."""
    answer("a", key="k")
    with pytest.raises(StoreError) as refused:
        answer("b", key="k", **more)

    assert str(refused.value) == (
        f"{store.path}: The key “k” was used before, for something else."
        " Use a new key for every answer or decision."
    )


def test_only_who_joined_may_answer(store, answer):
    """An unknown participant can leave neither an answer nor a draft."""
    says = f"{store.path}: Nobody in this workshop has the id “nobody”. Join first."
    with pytest.raises(StoreError) as refused:
        answer("a", key="k", participant="nobody")
    assert says == str(refused.value)
    with pytest.raises(StoreError) as refused:
        store.save_draft(participant="nobody", question="goals.why", value="a")
    assert says == str(refused.value)


@pytest.mark.parametrize("more", [{"key": ""}, {"key": "k", "round": 0}])
def test_the_file_itself_refuses_nonsense(store, answer, more):
    """An empty key or a round before the first is no record."""
    with pytest.raises(StoreError, match="did not accept the record"):
        answer("a", **more)
    assert store.answer_log() == []


def test_an_answer_replaces_the_draft_of_it(store, person, answer):
    """Only the draft of the answered question goes, and only on a new answer."""
    for question in ("goals.which", "goals.why"):
        store.save_draft(participant=person, question=question, value="so far")
    answer("done", key="k")
    assert {"goals.why"} == store.drafts(person).keys()

    store.save_draft(participant=person, question="goals.which", value="again")
    answer("done", key="k")
    assert {"goals.which", "goals.why"} == store.drafts(person).keys()


def test_a_draft_keeps_the_key_of_its_page(store, person):
    """The last one, as its value; a draft of no page has none."""
    store.save_draft(participant=person, question="goals.why", value="one", key="k-1")
    last = store.save_draft(
        participant=person, question="goals.why", value="two", key="k-2"
    )
    store.save_draft(participant=person, question="goals.which", value="three")
    kept = store.drafts(person)

    assert (kept["goals.why"], last.key) == (last, "k-2")
    assert kept["goals.which"].key == ""


def test_what_is_an_answer_already_is_no_draft_any_more(store, person, answer):
    """Sent again under its key it changes nothing; another one's key is their own."""
    given = answer("a", key="k", question="goals.why")
    kept = store.save_draft(
        participant=person, question="goals.why", value="a", key="k"
    )
    assert kept.at == given.at
    assert store.drafts(person) == {}
    with pytest.raises(KeyUsedError, match="“k” was used before, for something else"):
        store.save_draft(participant=person, question="goals.which", value="a", key="k")

    other, _ = store.join("Fictional Kim", "editor", "en")
    store.save_draft(participant=other.id, question="goals.why", value="a", key="k")
    assert store.drafts(other.id).keys() == {"goals.why"}
    assert store.sent(person, "k") == given
    assert store.sent(other.id, "k") is None


def test_drafts_of_the_layout_before_have_no_key(store, person):
    """They are as they were, and the next one is kept with the key of its page."""
    given = {"participant": person, "question": "goals.why"}
    old = store.save_draft(**given, value="typing", key="k")
    with store._database.write() as connection:
        connection.run("ALTER TABLE draft DROP COLUMN key")
        connection.run("DELETE FROM migration WHERE number >= 6")
    with Store.open(store.path) as again:
        assert again.drafts(person) == {"goals.why": replace(old, key="")}
        again.save_draft(**given, value="typed", key="k-2")
        assert again.drafts(person)["goals.why"].key == "k-2"


def test_the_last_draft_stands_for_its_owner_only(store, person):
    """A draft overwrites; emptying a field is a draft too."""
    other = store.join("Fictional Ada", "director", "nl")[0].id
    store.save_draft(participant=person, question="goals.why", value="one")
    last = store.save_draft(participant=person, question="goals.why", value=None)

    assert {"goals.why": last} == store.drafts(person)
    assert store.drafts(other) == {}


def decide(store, value, *, key, question="goals.which", **more):
    """Record a decision of which only the interesting parts are named."""
    return store.record_decision(
        question=question,
        value=value,
        by="Fictional board",
        key=key,
        kit_version="1.0",
        wording_hash="abc",
        **more,
    )


def test_the_last_decision_stands_and_answers_stay(store, answer):
    """Deciding never touches what people answered."""
    given = answer("a", key="1")
    decide(store, "b", key="1", reason="cheaper")
    last = decide(
        store,
        "c",
        key="2",
        variant="strict",
        dissent="two would rather wait",
        checked_by="Fictional lawyer",
        checked_on="2026-11-23",
    )

    assert store.decisions() == {"goals.which": last}
    assert (last.variant, last.dissent) == ("strict", "two would rather wait")
    assert [decision.value for decision in store.decision_log()] == ["b", "c"]
    assert [given] == store.answers()


def test_decisions_can_be_taken_back_and_sent_twice(store):
    """None withdraws; a repeated key records once, and only for its question."""
    first = decide(store, "a", key="1")
    assert first == decide(store, "b", key="1")
    with pytest.raises(StoreError, match="“1” was used before"):
        decide(store, "a", key="1", question="goals.why")
    decide(store, None, key="2")

    assert store.decisions() == {}
    assert [decision.value for decision in store.decision_log()] == ["a", None]


def test_the_last_waiver_of_a_rule_stands(store):
    """A waiver carries who and why."""
    store.waive("SM001", "Fictional Sam", "first reason")
    last = store.waive("SM001", "Fictional Ada", "better reason")

    assert store.waivers() == {"SM001": last}
    assert (last.name, last.reason) == ("Fictional Ada", "better reason")


@pytest.mark.parametrize(("name", "reason"), [(" ", "why"), ("Fictional Sam", "\n")])
def test_a_waiver_needs_a_name_and_a_reason(store, name, reason):
    """Blanks are no reason."""
    with pytest.raises(StoreError) as refused:
        store.waive("SM001", name, reason)

    assert str(refused.value) == (
        "SM001: A rule can only be set aside under a name and with a reason."
        " Fill in both."
    )


def test_the_last_measurement_of_a_period_stands(store):
    """None means nothing to measure and is not zero; NaN is refused."""

    def measure(value, period="2026-10"):
        return store.record_measurement(
            kpi="engagement_rate",
            kpi_version=1,
            channel="fictional channel",
            period=period,
            value=value,
            unit="%",
            n=12,
            source="export",
        )

    measure(1.5)
    corrected = measure(2.25)
    missing = measure(None, "2026-11")
    with pytest.raises(StoreError, match="“nan” is not a number"):
        measure(float("nan"))

    assert [corrected, missing] == store.measurements()
    assert [m.value for m in store.measurements()] == [2.25, None]


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_time_never_runs_back(store, answer):
    """After a clock was set back, records go on at the last time of the file."""
    ahead = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)
    with sqlite3.connect(store.path) as other:
        other.execute("UPDATE clock SET at = '2999-01-01T00:00:00.000000Z'")
    other.close()

    assert [ahead, ahead] == [answer("a", key=k).at for k in "12"]
    assert [ahead, ahead] == [a.at for a in store.answer_log()]


def test_times_are_kept_to_the_microsecond(store, answer):
    """What was acknowledged and what is read are the same instant."""
    acknowledged = [answer("a", key=str(n)).at for n in range(5)]

    assert acknowledged == [a.at for a in store.answer_log()]
    assert acknowledged == sorted(acknowledged)
    assert any(at.microsecond % 1000 for at in acknowledged)


def test_revision_tells_of_news_from_another_connection(store, person):
    """It stays while nothing happens and grows with every kind of record."""
    before = store.revision()
    assert before == store.revision()
    with Store.open(store.path) as other:
        other.save_draft(participant=person, question="goals.why", value="a")
    assert store.revision() == before + 1
    store.update_workshop(lang="en")
    assert store.revision() == before + 2


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_one_file_remains_and_holds_everything(store, answer):
    """After close the write-ahead log is gone, and a reopened file is the same."""
    for n in range(20):
        answer(n, key=str(n))
    log = store.answer_log()
    store.close()

    assert [store.path] == list(store.path.parent.iterdir())
    with Store.open(store.path) as again:
        assert log == again.answer_log()


def test_a_closed_store_says_so(store):
    """Closing twice is fine; using it afterwards is an error with a way out."""
    store.close()
    store.close()
    with pytest.raises(StoreError) as refused:
        store.answers()
    assert f"{store.path}: This workshop has been closed. Open it again." == str(
        refused.value
    )


def test_records_are_frozen(answer):
    """Nobody changes a record in passing."""
    with pytest.raises(FrozenInstanceError):
        answer("a", key="k").round = 2


def test_nobody_has_joined_a_workshop_that_was_just_made(store):
    """Who joins is counted from the first on."""
    assert store.joined() == 0
    store.join("Fictional Sam", "editor", "en")
    assert store.joined() == 1


def _kept(record):
    fields = dataclasses.asdict(record)
    del fields["seq"], fields["at"]
    return fields


def test_what_is_not_said_stays_empty(store, answer, person):
    """Only what was given stands in a record, each thing under its own name."""
    asked = {"kit_version": "1.0", "wording_hash": "abc"}
    assert _kept(answer(["a"], key="k")) == {
        "round": 1,
        "question": "goals.which",
        "participant": person,
        "value": ["a"],
        "key": "k",
        **asked,
    }
    made = store.record_decision(
        question="goals.which", value=1, by="Fictional Ada", key="d", **asked
    )
    assert _kept(made) == {
        "question": "goals.which",
        "value": 1,
        "reason": "",
        "variant": "balanced",
        "dissent": "",
        "by": "Fictional Ada",
        "checked_by": "",
        "checked_on": "",
        "key": "d",
        **asked,
    }
    snapshot = {"version": "v1", "kit_version": "1.0", "program": "0.1.0"}
    assert _kept(store.keep_snapshot("May", {"a": [1]}, **snapshot)) == {
        "name": "May",
        "content": {"a": [1]},
        **snapshot,
    }
    figure = {
        "kpi": "engagement_rate",
        "kpi_version": 3,
        "channel": "fictional channel",
        "period": "2026-10",
        "value": 1.5,
        "unit": "%",
        "n": 12,
        "source": "export",
    }
    assert _kept(store.record_measurement(**figure)) == figure
    waived = {"rule": "SM001", "name": "Fictional Sam", "reason": "why"}
    assert _kept(store.waive(**waived)) == waived
    done = store.act("ballot", "goals.which", 1, by="Fictional Noor", key="a")
    assert _kept(done) == {
        "kind": "ballot",
        "about": "goals.which",
        "value": 1,
        "by": "Fictional Noor",
        "key": "a",
    }
    given = {"name": "Ada", "role": "HR", "day": "2026-11-23", "version": "v1"}
    signed = store.record_signoff(step="hr", key="s", **given)
    assert _kept(signed) == {"step": "hr", "key": "s", "note": "", **given}


def test_answers_can_be_read_by_person_question_and_round(store, answer):
    """Each narrows, and together they narrow further; counts go by what stands."""
    other = store.join("Fictional Noor", "editor", "nl")[0].id
    answer("a", key="1")
    answer("b", key="2", round=2)
    answer("c", key="3", question="goals.why")
    answer("d", key="4", participant=other)
    answer("e", key="5", participant=other, round=2)
    answer(None, key="6", participant=other, round=2)

    def values(*which, **more):
        return [one.value for one in store.answers(*which, **more)]

    assert values() == ["a", "b", "c", "d"]
    assert values("goals.which") == ["a", "b", "d"]
    assert values(round=1) == ["a", "c", "d"]
    assert values(participant=other) == ["d"]
    assert values("goals.which", 1, other) == ["d"]
    assert [one.value for one in store.answer_log(other)] == ["d", "e", None]
    assert len(store.answer_log()) == 6
    assert store.answered("goals.which", 1) == 2
    assert store.answered("goals.which", 2) == 1
    assert store.answered("goals.why", 2) == 0


def test_a_record_that_lacks_a_field_is_not_written(store):
    """What was forgotten is an error, and never a number made up in its place."""
    with (
        pytest.raises((sqlite3.ProgrammingError, psycopg.ProgrammingError, StoreError)),
        store._database.write() as connection,
    ):
        append(connection, WAIVER, {"rule": "SM001", "name": "Fictional Sam"})
    assert store.waivers() == {}


def test_who_joined_is_known_with_all_that_was_said(store):
    """The day that was agreed to is read back, under an id nobody can guess."""
    person, token = store.join("Sam", "hr", "en", consent_until="2027-01-01")
    assert store.participant(token) == person
    assert (person.alias, person.role, person.lang) == ("Sam", "hr", "en")
    assert (person.consent_until, len(person.id)) == ("2027-01-01", 16)


@pytest.mark.parametrize("place_of_it", range(4))
def test_no_text_of_a_person_holds_nul(store, place_of_it):
    """Every store takes the same, so neither takes what PostgreSQL cannot."""
    said = ["Sam", "hr", "en", "2027-01-01"]
    said[place_of_it] += "\0"
    with pytest.raises(StoreError, match="contains the character NUL"):
        store.join(*said[:3], consent_until=said[3])
    assert store.joined() == 0


@pytest.mark.parametrize(
    "field", ["kit", "kit_version", "institution", "lang", "track"]
)
def test_no_workshop_is_about_something_with_nul(place, field):
    """Neither store makes one."""
    with pytest.raises(StoreError, match="contains the character NUL"):
        Store.create(place, **{"kit": "x", "kit_version": "1", field: "a\0"})


def test_for_how_long_is_not_said_until_somebody_says_it(store):
    """Neither of a new workshop nor of who joins it."""
    joined, _ = store.join("Fictional Sam", "editor", "en")
    assert store.workshop().keep_until == joined.consent_until == ""


@pytest.mark.parametrize(("question", "key"), [("a.b\0", "k"), ("a.b", "k\0")])
def test_no_draft_holds_nul_beside_its_value(store, person, question, key):
    """Nor is anything kept of it."""
    with pytest.raises(StoreError, match="contains the character NUL"):
        store.save_draft(participant=person, question=question, value="x", key=key)
    assert store.drafts(person) == {}
