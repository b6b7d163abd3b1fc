"""What is written is read back the same, and nothing hostile is read."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.errors import PolicyError
from workshop_kit.policy import exchange as module
from workshop_kit.policy.exchange import Exchange, dump, from_json, read_json, to_json
from workshop_kit.policy.model import (
    Chapter,
    Finding,
    Grid,
    Judged,
    Moment,
    Policy,
    Provision,
    Reason,
    Signature,
)
from workshop_kit.policy.outline import Asked
from workshop_kit.store.records import (
    Decision,
    Measurement,
    Signoff,
    Waiver,
    Workshop,
)

NOTHING = "There is no policy of workshop-kit in this file. Choose the policy itself, as HTML, PDF or JSON; leaflet and summary do not carry it."
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
# Where a kit's folder is on a computer is not told.
names = texts.map(lambda words: words.replace("/", "").replace("\\", ""))
days = st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1))
moments = st.datetimes(
    dt.datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    dt.datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(dt.UTC),
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=8,
)
counts = st.integers(0, 10**6)
grids = st.builds(
    Grid,
    head=st.lists(texts, max_size=3).map(tuple),
    rows=st.lists(st.lists(texts, max_size=3).map(tuple), max_size=3).map(tuple),
)
provisions = st.builds(
    Provision,
    question=texts,
    label=texts,
    text=texts,
    items=st.lists(texts, max_size=3).map(tuple),
    ordered=st.booleans(),
    grid=st.none() | grids,
    prose=texts,
    checked=texts,
)


def several(kind, /, **fields):
    """Make tuples of records of one kind."""
    return st.lists(st.builds(kind, **fields), max_size=2).map(tuple)


policies = st.builds(
    Policy,
    **dict.fromkeys(
        ["title", "institution", "lang", "version", "owner", "approved_by", "kit"],
        texts,
    ),
    date=days,
    review_date=st.none() | days,
    chapters=several(
        Chapter,
        id=texts,
        title=texts,
        intro=texts,
        provisions=st.lists(provisions, max_size=2).map(tuple),
    ),
    reasons=several(
        Reason,
        **dict.fromkeys(["label", "decision", "reason", "dissent", "question"], texts),
    ),
    open_points=st.lists(texts, max_size=2).map(tuple),
    later=st.just(()),
    findings=several(
        Finding,
        rule=texts,
        severity=st.sampled_from(["blocker", "warning", "hint"]),
        message=texts,
        waived=texts,
    ),
    baselines=st.none() | grids,
    borrowed=texts,
    judged=several(
        Judged,
        **dict.fromkeys(
            ["name", "target", "verdict", "svg", "alt", "caption"],
            texts,
        ),
        evidence=st.lists(texts, max_size=2).map(tuple),
        values=grids,
    ),
    moments=several(
        Moment,
        kind=texts,
        day=st.none() | days,
        title=texts,
        figures=st.lists(texts, max_size=2).map(tuple),
        owners=st.lists(texts, max_size=2).map(tuple),
    ),
    status=texts,
    in_force_on=st.none() | days,
    signatures=several(
        Signature, step=texts, name=texts, role=texts, day=days, note=texts
    ),
)
exchanges = st.builds(
    Exchange,
    workshop=st.builds(
        Workshop,
        **dict.fromkeys(
            ["id", "kit_version", "institution", "lang", "track", "keep_until"], texts
        ),
        kit=names,
        created_at=moments,
    ),
    policies=st.dictionaries(st.sampled_from(["nl", "en"]), policies, max_size=2),
    decisions=several(
        Decision,
        seq=counts,
        value=values,
        at=moments,
        **dict.fromkeys(
            [
                "question",
                "reason",
                "variant",
                "dissent",
                "by",
                "checked_by",
                "checked_on",
                "kit_version",
                "wording_hash",
                "key",
            ],
            texts,
        ),
    ),
    waivers=several(
        Waiver, seq=counts, rule=texts, name=texts, reason=texts, at=moments
    ),
    measurements=several(
        Measurement,
        seq=counts,
        kpi_version=counts,
        n=counts,
        value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        at=moments,
        **dict.fromkeys(["kpi", "channel", "period", "unit", "source"], texts),
    ),
    signoffs=several(
        Signoff,
        seq=counts,
        at=moments,
        **dict.fromkeys(
            ["step", "name", "role", "day", "note", "version", "key"], texts
        ),
    ),
    questions=st.dictionaries(
        texts,
        st.builds(Asked, type=texts, label=st.just({"en": "x"}), hash=texts),
        max_size=2,
    ),
)


@given(exchanges)
def test_what_is_written_is_read_back_the_same(content):
    """Any policy: as a JSON value, and as the bytes of a file, again and again."""
    written = dump(content)

    assert from_json(to_json(content)) == content
    assert read_json(written) == content
    assert dump(read_json(written)) == written


@given(exchanges)
def test_it_can_stand_in_a_web_page(content):
    """Nothing in it ends an element or begins one."""
    assert not set(dump(content).decode()) & set("<>&")


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_no_number_to_json_is_not_known(value):
    """A file of others may hold it; what is written is read everywhere."""
    about = module.from_json(some()).workshop
    made = {"seq": 1, "kpi": "k", "kpi_version": 1, "channel": "", "period": "2026"}
    made |= {"unit": "", "n": 1, "source": "s", "at": NOW, "value": value}
    content = Exchange(workshop=about, policies={}, measurements=(Measurement(**made),))

    assert read_json(dump(content)).measurements[0].value is None
    assert to_json(content)["measurements"][0]["value"] is None


def some(**more):
    """Return the JSON of a small policy, changed somewhere."""
    workshop = Workshop(
        id="a",
        kit="small",
        kit_version="1",
        institution="",
        lang="nl",
        track="t",
        created_at=NOW,
    )
    return to_json(Exchange(workshop=workshop, policies={})) | more


def refused(content):
    """Return why it is not read."""
    with pytest.raises(PolicyError) as caught:
        read_json(content if isinstance(content, bytes) else json.dumps(content))
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"schema": NaN}',
        b'{"schema": "another"}',
        b'{"schema": "workshop-kit-policy", "x": "\\ud800"}',
        b'{"schema": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_policy_is_said_in_words(content):
    """Another file, a broken one or an endless one: never a traceback."""
    assert refused(content) == NOTHING


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"workshop": None}, "workshop"),
        ({"extra": 1}, "extra"),
        ({"decisions": [{"question": "a"}]}, "decisions.0.seq"),
        ({"policies": {"nl": {"title": 1}}}, "policies.nl.title"),
        ({"workshop": some()["workshop"] | {"created_at": "2026-01-01"}}, "at"),
    ],
)
def test_a_damaged_policy_says_where(more, place):
    """The first place that does not fit is named."""
    assert refused(some(**more)) == (
        f"This policy is damaged at “{place}”, so it is not read. Use the file as it was exported."
    )


def test_a_newer_policy_asks_for_an_update():
    """What this program cannot know it does not guess at."""
    assert refused(some(schema_version=2)) == (
        "This policy was written by a newer workshop-kit (schema 2). Update workshop-kit, which knows schemas up to 1."
    )


def test_a_file_too_large_is_not_read(monkeypatch):
    """Its size is said, and its content never looked at."""
    monkeypatch.setattr(module, "MOST_BYTES", 1_000_000)

    assert refused(b" " * 3_000_000) == (
        "This file is larger than any policy (3 MB); it is not read."
    )
