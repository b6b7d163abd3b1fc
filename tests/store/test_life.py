"""Sign-off and versions are kept as they were, and travel with their own times."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from workshop_kit.errors import StoreError
from workshop_kit.store import Store
from workshop_kit.store.opening import exists
from workshop_kit.store.place import located
from workshop_kit.store.restore import restore

FIELDS = {
    "name": "A. Fictional",
    "role": "HR",
    "day": "2026-11-23",
    "version": "v1",
}


def test_steps_are_kept_in_order(store):
    """Each step comes back as it was taken, first to last."""
    first = store.record_signoff(step="in_review", key="a", **FIELDS)
    second = store.record_signoff(step="hr", key="b", note="in brief", **FIELDS)

    assert store.signoffs() == [first, second]
    assert (second.step, second.note, second.version) == ("hr", "in brief", "v1")


def test_the_same_key_is_one_step(store):
    """A step that arrives twice is taken once, and a key is not used for two."""
    first = store.record_signoff(step="in_review", key="a", **FIELDS)

    assert store.record_signoff(step="in_review", key="a", **FIELDS) == first
    with pytest.raises(StoreError, match="The key “a” was used before"):
        store.record_signoff(step="hr", key="a", **FIELDS)


def test_a_version_has_its_name_once(store):
    """What was kept under a name stays; the second one is refused in words."""
    kept = store.keep_snapshot(
        "May", {"a": [1]}, version="v1", kit_version="1.0", program="0.1.0"
    )
    with pytest.raises(StoreError) as caught:
        store.keep_snapshot("May", {}, version="v", kit_version="", program="")

    assert store.snapshots() == [kept]
    assert kept.content == {"a": [1]}
    assert str(caught.value) == (
        f"{store.path}: There is already a version with the name “May”. "
        "Choose another name; what was kept stays as it was."
    )


def test_records_keep_their_times_in_another_file(store, other_place):
    """A workshop made from records says when each of them was made."""
    made = store.record_decision(
        question="a.b", value=[1], by="x", key="k", kit_version="1", wording_hash="h"
    )
    signed = store.record_signoff(step="in_review", key="a", **FIELDS)
    old = dataclasses.replace(made, at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC), seq=9)
    path = restore(other_place, store.workshop(), decisions=[old], signoffs=[signed])

    with Store.open(path) as again:
        assert again.decision_log() == [dataclasses.replace(old, seq=1)]
        assert again.signoffs() == [signed]
        assert again.workshop().created_at == store.workshop().created_at
        assert again.workshop().id != store.workshop().id


def test_a_time_to_come_becomes_now(store, other_place):
    """A forged or mistaken time cannot stop the clock of the file."""
    made = store.record_decision(
        question="a.b", value=1, by="x", key="k", kit_version="1", wording_hash="h"
    )
    late = dataclasses.replace(made, at=dt.datetime(2199, 1, 1, tzinfo=dt.UTC))
    path = restore(other_place, store.workshop(), decisions=[late])

    with Store.open(path) as again:
        first = again.decision_log()[0].at
        again.waive("R-1", "A. Fictional", "a reason")
        assert (
            first <= again.waivers()["R-1"].at < dt.datetime(2199, 1, 1, tzinfo=dt.UTC)
        )


def test_a_file_that_cannot_be_made_leaves_nothing(store, other_place):
    """Two decisions under one key are refused, and no part of a file appears."""
    made = store.record_decision(
        question="a.b", value=1, by="x", key="k", kit_version="1", wording_hash="h"
    )
    with pytest.raises(StoreError, match="did not accept the record"):
        restore(other_place, store.workshop(), decisions=[made, made])

    assert not exists(located(other_place))
