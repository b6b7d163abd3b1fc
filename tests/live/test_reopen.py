"""A workshop comes back from its document alone, and nothing hostile comes along."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop_kit.deliberation.promoted import PROMOTED
from workshop_kit.errors import PolicyError, StoreError, WorkshopError
from workshop_kit.export import html, pdf
from workshop_kit.export.policy import policy_document
from workshop_kit.live.reopen import reopen
from workshop_kit.live.workshop import Workshop
from workshop_kit.policy.exchange import dump, read_json, to_json

KIT = str(Path(__file__).parents[1] / "kits" / "small")
TODAY = dt.date(2026, 11, 23)
HOSTILE = "</script><script>alert(1)</script><!-- & ]]> {answer} \\u003c"
NOTHING = "There is no policy of workshop-kit in this file. Choose the policy itself, as HTML, PDF or JSON; leaflet and summary do not carry it."


@pytest.fixture
def full(workshop):
    """A workshop with decisions of several kinds, a waiver and a signature."""
    made = {
        "plan.name": HOSTILE,
        "goals.people": [{"who": "Desk", "hours": 2.5}],
        "plan.best": ["Desk"],
        "plan.topics": ["objects", "boats", {"other": "Ships"}],
        "plan.minutes": 45,
    }
    workshop.store.act(
        PROMOTED, "plan.topics/boats", {"label": "Boats"}, by="x", key="i"
    )
    workshop.refresh()
    for question, value in made.items():
        workshop.decide(question, {"value": value, "reason": "because", "by": "x"})
    workshop.waive("PLAN-1", "A. Fictional", "The board meets in May")
    who = {"name": "A. Fictional", "role": "HR", "day": "2026-11-23"}
    workshop.sign({"step": "in_review", **who}, today=TODAY)
    return workshop


@pytest.fixture
def carrying(full, tmp_path):
    """Write a document that carries the policy; returns its path."""

    def write(kind):
        carried, document = (
            dump(full.exchange(today=TODAY)),
            policy_document(full.policy()),
        )
        path = tmp_path / f"policy.{kind}"
        content = {
            "html": lambda: html.render(document, carried=carried).encode(),
            "pdf": lambda: pdf.render(document, carried=carried),
            "json": lambda: carried,
        }[kind]()
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("kind", ["html", "pdf", "json"])
def test_a_workshop_comes_back_from_its_document(full, carrying, tmp_path, kind):
    """The same policy, in every language, with its waivers, signatures and dates."""
    made, remarks = reopen(carrying(kind), tmp_path / "again", kit=KIT)

    assert remarks == ()
    with Workshop.open(made) as again:
        for lang in ("nl", "en"):
            assert again.policy(lang=lang, today=TODAY) == full.policy(
                lang=lang, today=TODAY
            )
        assert (
            again.store.decisions()["plan.name"].at
            == full.store.decisions()["plan.name"].at
        )
        assert again.store.workshop().id != full.store.workshop().id
        assert again.store.answers() == []


def test_its_name_does_not_matter(carrying, tmp_path):
    """The kind is told by the content, as names change in the mail."""
    path = shutil.copy(carrying("json"), tmp_path / "policy.txt")

    assert reopen(Path(path), tmp_path / "again", kit=KIT)[1] == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + b"1 0 obj << /Length 99999999 >> stream\n" * 50,
        b"<!DOCTYPE html><p id='workshop-kit-policy'>{}</p>",
        b"<script id='workshop-kit-policy' type='application/json'></script>",
        b'<script id=\'workshop-kit-policy\'>{"schema": "x"}</script>',
        b"<" * 100_000,
    ],
)
def test_a_document_without_a_policy_is_said_in_words(tmp_path, content):
    """A damaged or foreign file is refused, and no workshop is made."""
    path = tmp_path / "policy.pdf"
    path.write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        reopen(path, tmp_path / "again", kit=KIT)

    assert str(caught.value) == f"{path}: {NOTHING}"
    assert not (tmp_path / "again.workshop").exists()


def test_a_missing_document_is_said_in_words(tmp_path):
    """The name is said, and what to do."""
    path = tmp_path / "none.pdf"
    with pytest.raises(PolicyError) as caught:
        reopen(path, tmp_path / "again")

    assert str(caught.value) == (
        f"{path}: This file cannot be read (No such file or directory). Check the name and the folder."
    )


def test_a_document_does_not_choose_a_folder_of_ours(carrying, tmp_path):
    """A kit outside the package has to be named by whoever reopens."""
    path = carrying("json")
    with pytest.raises(PolicyError) as caught:
        reopen(path, tmp_path / "again")

    assert str(caught.value) == (
        f"{path}: This policy was made with a kit of its own (./small). Say where the kit is, with --kit FOLDER."
    )


def test_a_file_is_never_overwritten(full, carrying):
    """The workshop that is there stays."""
    with pytest.raises(StoreError, match="There is already a file of this name"):
        reopen(carrying("json"), full.store.path, kit=KIT)


def test_what_is_hostile_in_it_does_not_come_along(full, tmp_path):
    """A track, a language or values that do not exist are left out or named."""
    data = to_json(full.exchange(today=TODAY))
    data["workshop"] |= {"kit": "small", "track": "../..", "lang": "xx"}
    for made in data["decisions"]:
        if made["question"] == "plan.minutes":
            made["value"] = {"__class__": "x"}
    data["options"] = {"no.question": data["options"]["plan.topics"]}
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(data), "utf-8")
    made, remarks = reopen(path, tmp_path / "again", kit=KIT, lang="en")

    assert remarks == (
        "“About what?” has to be decided again: This is not one of the choices. It was decided: Objects; Boats; Ships",
        "“How many minutes a post?” has to be decided again: Please write a number, such as 12 or 2,5. It was decided: 45",
    )
    with Workshop.open(made) as again:
        assert (again.track, again.lang) == ("draft", "nl")
        assert set(again.store.decisions()) == {
            "plan.name",
            "goals.people",
            "plan.best",
        }
        assert again.policy(today=TODAY).chapters


def places(node, at=()):
    """Give every place in a JSON value."""
    yield at
    inner = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node if isinstance(node, list) else ())
    )
    for key, value in inner:
        yield from places(value, (*at, key))


odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.sampled_from(
        [
            "\x1b[31m",
            "\x00",
            "9" * 400,
            "0001-01-01T00:00:00Z",
            "2026-13-45",
            "../..",
            "nl",
        ]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_was_tampered_with_nothing_breaks(full, tmp_path_factory, data):
    """It is refused in words, or makes a workshop whose policy can be drafted."""
    content = to_json(full.exchange(today=TODAY))
    content["policies"], content["questions"] = {}, {}
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from([p for p in places(content) if p]))
        node = content
        for key in path:
            node = node[key]
        node[last] = data.draw(odd)
    folder = tmp_path_factory.mktemp("tampered")
    (folder / "policy.json").write_text(json.dumps(content), "utf-8")
    try:
        remarks = reopen(folder / "policy.json", folder / "again", kit=KIT)[1]
    except WorkshopError as error:
        said = str(error)
    else:
        said = " ".join(remarks)
    assert "\x1b" not in said
    if not (folder / "again.workshop").exists():
        return
    with Workshop.open(folder / "again.workshop") as again:
        again.standing()
        assert again.policy(lang="nl", today=TODAY).lang == "nl"
        assert read_json(dump(again.exchange(today=TODAY))).decisions == tuple(
            again.store.decisions().values()
        )
