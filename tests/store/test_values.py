"""Values come back exactly as they went in, or are refused at the door."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop_kit.errors import StoreError
from workshop_kit.store.tables import DEEPEST, encode, written

ONE_FORM = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5)
    ),
    max_leaves=20,
)
IN_ONE_FILE = settings(
    max_examples=40,
    deadline=None,  # the disk takes the time it takes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(JSON)
def test_every_json_value_survives_as_text(value):
    """Kind, sign, digits, order and every character are as before."""
    assert repr(json.loads(encode(value))) == repr(value)


@IN_ONE_FILE
@given(value=JSON)
def test_every_json_value_survives_the_file(store, person, value):
    """A draft and an answer read from the file equal what was handed in."""
    store.save_draft(participant=person, question="goals.why", value=value)
    assert repr(store.drafts(person)["goals.why"].value) == repr(value)

    recorded = store.record_answer(
        participant=person,
        question="goals.which",
        value=value,
        key=f"key {len(store.answer_log())}",
        kit_version="1.0",
        wording_hash="abc",
    )
    assert repr(recorded.value) == repr(value)
    assert repr(store.answer_log()[-1].value) == repr(value)


@IN_ONE_FILE
@given(alias=st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_every_name_survives_the_file(store, alias):
    """An alias may hold any character, also those that mean something elsewhere."""
    person, token = store.join(alias, alias, "nl")

    assert person == store.participant(token)
    assert alias == store.participant(token).alias


def test_nul_is_refused_wherever_text_is_kept(store, person, answer):
    """One database could not hold it, so none does; in a value it is spelled out."""
    tries = [
        lambda: store.join("a\0", "editor", "nl"),
        lambda: store.update_workshop(institution="\0"),
        lambda: store.act("parked", "\0", 1, by="x", key="k"),
        lambda: store.waive("SM001", "Fictional Sam", "\0 reason"),
        lambda: store.save_draft(participant=person, question="\0", value=1),
        lambda: answer(1, key="\0"),
    ]
    for attempt in tries:
        with pytest.raises(StoreError) as refused:
            attempt()
        assert str(refused.value).endswith(
            "A text contains the character NUL, which cannot be kept."
            " Remove the unreadable character, or type the text again."
        )
    assert answer("a\0b", key="k").value == "a\0b"
    assert [a.value for a in store.answers()] == ["a\0b"]
    assert len(store.participants()) == 1


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (
            math.nan,
            (
                "“nan” is not a number that can be kept."
                " Leave the value out if it is unknown."
            ),
        ),
        (
            [{"a": -math.inf}],
            (
                "“-inf” is not a number that can be kept."
                " Leave the value out if it is unknown."
            ),
        ),
        (
            ("a", "b"),
            (
                "A value of the kind “tuple” cannot be kept."
                " Use text, numbers, lists, and maps with text as keys."
            ),
        ),
        (
            {1: "a"},
            (
                "A value of the kind “dict” cannot be kept."
                " Use text, numbers, lists, and maps with text as keys."
            ),
        ),
        (
            "half a smile: \ud83d",
            (
                "A text contains half a character, which cannot be kept."
                " Remove the unreadable character, or type the text again."
            ),
        ),
        (
            10**5000,
            "A number is too long to be kept. Write it with fewer digits.",
        ),
    ],
    ids=["nan", "infinity", "tuple", "key", "half a character", "digits"],
)
def test_what_cannot_come_back_is_refused(answer, store, value, says):
    """The message names the value or its kind, and nothing is written."""
    with pytest.raises(StoreError) as refused:
        answer(value, key="k")

    assert says == str(refused.value)
    assert store.answer_log() == []


@pytest.mark.parametrize("around", [lambda value: [value], lambda value: {"a": value}])
def test_nesting_has_an_end(around):
    """The deepest value that is accepted can be read; one level more is refused."""
    value: object = []
    for _ in range(DEEPEST):
        value = around(value)
    assert json.loads(encode(value)) == value

    with pytest.raises(StoreError) as refused:
        encode(around(value))
    assert str(refused.value) == (
        "A value has more than 100 levels of lists in lists. Use fewer levels."
    )


def test_times_are_written_in_utc_wherever_one_is(monkeypatch):
    """Their order as text is the order of time."""
    set_clock = getattr(time, "tzset", lambda: None)
    summer = dt.datetime(2026, 7, 1, 14, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    with monkeypatch.context() as there:
        there.setenv("TZ", "Pacific/Auckland")
        set_clock()
        found = written(summer)
    set_clock()

    assert found == "2026-07-01T12:00:00.000000Z"


@pytest.mark.usefixtures("person")
def test_times_are_of_one_form_in_every_table(store):
    """Also those that no clock of the workshop gave."""
    with store._database.read() as connection:
        found = [
            at
            for words in (
                "SELECT at FROM migration",
                "SELECT created_at FROM workshop",
                "SELECT joined_at FROM participant",
            )
            for (at,) in connection.run(words)
        ]
    assert len(found) > 2
    assert [at for at in found if not re.fullmatch(ONE_FORM, at)] == []


def test_half_a_character_in_a_name_is_refused(store):
    """Text columns refuse what cannot be written as UTF-8, in the same words."""
    with pytest.raises(StoreError) as refused:
        store.join("\udc00", "editor", "nl")

    assert str(refused.value) == (
        "A text contains half a character, which cannot be kept."
        " Remove the unreadable character, or type the text again."
    )
    assert store.participants() == []
