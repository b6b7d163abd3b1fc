"""Questions become plain JSON in one language."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.forms import fields
from workshop_kit.i18n import Translator

_PATH = Path(__file__).with_name("sample.py")
_SPEC = importlib.util.spec_from_file_location("forms_sample", _PATH)
sample = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sample)

EN = Translator("en")


@pytest.mark.parametrize("question", sample.QUESTIONS, ids=lambda q: q.id)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_group_is_plain_json_in_one_language(question, lang):
    """No language map is left: all words are in the language asked for."""
    group = fields.group(question, Translator(lang))
    assert json.loads(json.dumps(group)) == group
    assert group["legend"] == question.label[lang]
    assert group["hint"] == question.hint[lang]
    assert "script" not in json.dumps(group)
    assert not any(set(part) <= {"nl", "en"} for part in _dicts(group) if part), (
        "a language map is left"
    )


def _dicts(part):
    if isinstance(part, dict):
        yield part
        for item in part.values():
            yield from _dicts(item)
    elif isinstance(part, list):
        for item in part:
            yield from _dicts(item)


def test_a_score_runs_from_one_to_five():
    """The scale of a score is in the spec, with words at both ends."""
    field = fields.field(sample.BY_ID["style.helps"], EN)
    assert (field["min"], field["max"]) == (1, 5)
    assert (field["low"], field["high"]) == ("not at all", "very much")


def test_dots_say_how_many_there_are():
    """The form knows the number of dots, also where the kit does not name one."""
    field = fields.field(sample.BY_ID["goals.dots"], EN)
    assert (field["type"], field["at_most"]) == ("dots", 3)


def test_advice_travels_with_its_option():
    """Only the option that has advice shows some."""
    first, second = fields.field(sample.BY_ID["voice.who"], EN)["options"]
    assert first["advice"] == "Agree who guards the voice when the editors are away."
    assert second["advice"] == ""


def test_a_decision_has_several_fields_and_a_button():
    """Reason, variant and date stand beside the question's own field."""
    group = fields.group(
        sample.BY_ID["voice.name"],
        EN,
        value_label="Decision",
        extra=[
            fields.text("reason", "Why", long=True),
            fields.choice("variant", "Wording", {"strict": "Strict", "open": "Open"}),
            fields.day("checked_on", "Checked on"),
        ],
        action="Record",
    )
    assert [field["type"] for field in group["fields"]] == [
        "short_text",
        "long_text",
        "single",
        "date",
    ]
    assert group["fields"][0]["label"] == "Decision"
    assert group["action"] == "Record"


def test_choices_that_are_given_are_not_followed():
    """A pick follows the earlier field unless its choices are handed in."""
    question = sample.BY_ID["ch.keep"]
    follows = fields.field(question, EN)
    assert (follows["follows"], follows["choices"]) == ("ch.list", [])
    one = {"id": "Blog", "label": "Blog"}
    given_ = fields.field(question, EN, choices={"ch.keep": [one]})
    assert (given_["follows"], given_["choices"]) == (None, [one])


def test_the_keys_of_rows_are_the_first_column():
    """Rows without a name are left out and a name that returns counts once."""
    field = fields.field(sample.BY_ID["ch.list"], EN)
    value = [{"name": "Blog"}, {"hours": "2"}, {"name": " Blog "}, {"name": "Insta"}]
    assert fields.choices_from(field, value) == [
        {"id": "Blog", "label": "Blog"},
        {"id": "Insta", "label": "Insta"},
    ]


def test_the_keys_of_options_carry_their_labels():
    """An option shows its label, own words show themselves."""
    field = fields.field(sample.BY_ID["goals.which"], EN)
    assert fields.choices_from(field, ["reach", {"other": "Finding friends"}]) == [
        {"id": "reach", "label": "Reaching more people"},
        {"id": "Finding friends", "label": "Finding friends"},
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "other", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_JSON, st.sampled_from(["ch.list", "goals.which", "goals.order"]))
def test_choices_come_from_any_value(value, question_id):
    """Whatever was stored, each choice has a key, and no key stands twice."""
    field = fields.field(sample.BY_ID[question_id], EN)
    keys = [choice["id"] for choice in fields.choices_from(field, value)]
    assert all(keys)
    assert len(keys) == len(set(keys))


def test_the_words_keep_their_slots():
    """The form fills the slots itself, so they arrive open."""
    assert fields.words(EN)["saved_at"] == "Saved at {time}"
