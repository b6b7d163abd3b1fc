"""Every change reaches Python once and gets a receipt."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.errors import N_, AnswerError
from workshop_kit.forms import fields
from workshop_kit.forms.form import MIME, Form
from workshop_kit.forms.intake import Intake, Receipt
from workshop_kit.i18n import Translator
from workshop_kit.kit.model import Question

_PATH = Path(__file__).with_name("sample.py")
_SPEC = importlib.util.spec_from_file_location("forms_sample", _PATH)
sample = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sample)

EN = Translator("en")
GROUPS = [fields.group(question, EN) for question in sample.QUESTIONS]


class Desk:
    """Writes down what it is handed, as a store would."""

    def __init__(self):
        self.seen = []
        self.answer = Receipt(saved_at="14:05")

    def __call__(self, field_id, value, key, final):
        """Take a change and give the answer that was prepared."""
        self.seen.append((field_id, value, key, final))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def desk():
    """Give a desk that accepts everything."""
    return Desk()


def _form(desk, groups=GROUPS, **more):
    return Form(groups, lang="en", translate=EN, on_change=desk, **more)


def _change(key, value, *, final=True, attempt=1):
    return {"key": key, "value": value, "final": final, "attempt": attempt}


def test_a_change_is_handed_on_and_receipted(desk):
    """The receipt carries the key of the change and the time it was saved."""
    form = _form(desk)
    form.outbox = {"voice.name": _change("k1", "@deschuit")}
    assert desk.seen == [("voice.name", "@deschuit", "k1", True)]
    assert form.receipts["voice.name"] == {
        "kind": "saved",
        "key": "k1",
        "message": "",
        "saved_at": "14:05",
        "field": "",
    }
    assert form.values == {"voice.name": "@deschuit"}


def test_a_change_that_comes_again_is_not_handed_on_again(desk):
    """A lost receipt costs no second answer, and is sent again."""
    form = _form(desk)
    sent = []
    form.outbox = {"voice.name": _change("k1", "a")}

    def send(key):
        sent.append(key)

    form.send_state = send
    form.outbox = {"voice.name": _change("k1", "a", attempt=2)}
    assert len(desk.seen) == 1
    assert sent[-1] == "receipts"


def test_a_draft_is_no_answer(desk):
    """The receipt of a draft says so."""
    form = _form(desk)
    form.outbox = {"voice.story": _change("k1", "Wij ver", final=False)}
    assert desk.seen[0][3] is False
    assert form.receipts["voice.story"]["kind"] == "draft"


def test_a_refused_value_is_explained_in_words(desk):
    """The id of the field, which the person never sees, is left out."""
    desk.answer = AnswerError(
        N_("At most {n} fit."), where="goals.which", fix=N_("Remove one."), n=3
    )
    form = _form(desk)
    form.outbox = {"goals.which": _change("k1", ["a"])}
    receipt = form.receipts["goals.which"]
    assert (receipt["kind"], receipt["message"]) == (
        "error",
        "At most 3 fit. Remove one.",
    )
    assert form.values == {}


def test_a_problem_elsewhere_says_where(desk):
    """What is wrong with something else than the field is named in front."""
    desk.answer = AnswerError(N_("At most {n} fit."), where="the kit", n=3)
    form = _form(desk)
    form.outbox = {"goals.which": _change("k1", ["a"])}

    assert form.receipts["goals.which"]["message"] == "the kit: At most 3 fit."


def test_a_failure_gives_no_receipt_and_holds_nobody_up(desk):
    """What could not be kept is tried again; the others are kept at once."""
    calls = []

    def fail_first(field_id, value, key, final):
        calls.append(field_id)
        if calls == ["voice.name"]:
            raise OSError
        return desk(field_id, value, key, final)

    form = _form(fail_first)
    both = {"voice.name": _change("k1", "a"), "res.posts": _change("k2", "3")}
    with pytest.raises(OSError):  # noqa: PT011 - it has no message
        form.outbox = both
    assert list(form.receipts) == ["res.posts"]
    form.outbox = both | {"voice.name": _change("k1", "a", attempt=2)}
    assert form.receipts["voice.name"]["kind"] == "saved"
    assert calls == ["voice.name", "res.posts", "voice.name"]


def test_an_emptied_field_has_no_value(desk):
    """Unanswered is the absence of a value."""
    form = _form(desk, values={"voice.name": "a", "res.posts": None})
    assert form.values == {"voice.name": "a"}
    form.outbox = {"voice.name": _change("k1", None)}
    assert form.values == {}


def test_a_pick_follows_the_earlier_list(desk):
    """Naming a channel makes it a choice further down."""
    form = _form(desk, values={"goals.which": ["reach"]})
    assert form.choices["ch.list.serves"] == [
        {"id": "reach", "label": "Reaching more people"}
    ]
    form.outbox = {"ch.list": _change("k1", [{"name": "Blog"}])}
    assert form.choices["ch.keep"] == [{"id": "Blog", "label": "Blog"}]


def test_a_decision_arrives_whole_under_the_question(desk):
    """The button sends all fields at once, under the id of the group."""
    group = fields.group(
        sample.BY_ID["voice.name"],
        EN,
        extra=[fields.text("reason", "Why")],
        action="Go",
    )
    form = _form(desk, [group])
    value = {"voice.name": "@deschuit", "reason": "Short"}
    form.outbox = {"voice.name": _change("k1", value), "reason": _change("k2", "x")}
    assert desk.seen == [("voice.name", value, "k1", True)]
    assert form.values == {"voice.name": value}


def test_a_decided_list_feeds_the_next_pick(desk):
    """Choices follow a list inside a decision too."""
    groups = [
        fields.group(sample.BY_ID[question], EN, action="Go")
        for question in ("ch.list", "ch.keep")
    ]
    form = _form(desk, groups)
    form.outbox = {"ch.list": _change("k1", {"ch.list": [{"name": "Blog"}]})}
    assert form.choices["ch.keep"] == [{"id": "Blog", "label": "Blog"}]


def test_what_is_not_relevant_is_hidden_and_kept(desk):
    """A hidden question keeps the value it had."""
    form = _form(desk, values={"voice.name": "a"}, hidden=["res.posts"])
    desk.answer = Receipt(hidden=["voice.name"])
    form.outbox = {"res.posts": _change("k1", "3")}
    assert form.hidden == ["voice.name"]
    assert form.values["voice.name"] == "a"


def test_other_values_can_be_shown(desk):
    """Values from elsewhere replace what was there, and are not answers."""
    form = _form(desk, values={"voice.name": "a"})
    form.set_values({"res.posts": 4})
    assert form.values == {"res.posts": 4}
    assert desk.seen == []


def test_an_old_draft_is_marked(desk):
    """A value that was never made final comes back as a draft."""
    form = _form(desk, values={"voice.name": "a"}, drafts=["voice.name"])
    assert form.receipts["voice.name"]["kind"] == "draft"


def test_the_output_says_which_answers_belong_there(desk):
    """Exporters find the reference; a reader without widgets finds a sentence."""
    reference = {"workshop": "x.workshop", "aspect": "voice", "lang": "en"}
    data, _ = _form(desk, reference=reference)._repr_mimebundle_()
    assert data[MIME] == reference
    assert data["text/plain"] == "The form appears here when you run this cell."
    assert "application/vnd.jupyter.widget-view+json" in data
    assert MIME not in _form(desk)._repr_mimebundle_()[0]


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=20))
def test_any_repetition_is_handed_on_once(messages):
    """However a line repeats and merges messages, each key arrives once."""
    desk = Desk()
    intake = Intake(GROUPS, translate=EN, on_change=desk)
    for number, final in messages:
        target = ("voice.name", "voice.story")[number % 2]
        intake.take({target: _change(f"k{number}", "x", final=final)})
    keys = [key for _, _, key, _ in desk.seen]
    assert sorted(keys) == sorted({f"k{number}" for number, _ in messages})


@given(
    st.dictionaries(
        st.sampled_from(["voice.name", "nobody.asked", "end.word"]),
        st.none() | st.text() | st.dictionaries(st.text(), st.integers()),
    )
)
def test_what_is_no_change_is_left_alone(outbox):
    """A message of another shape neither fails nor is handed on."""
    desk = Desk()
    Intake(GROUPS, translate=EN, on_change=desk).take(outbox)
    assert desk.seen == []


def _intake(desk, groups=GROUPS, **more):
    return Intake(groups, translate=EN, on_change=desk, **more)


def test_without_a_button_each_field_sends_for_itself(desk):
    """A field beside the question has a value of its own."""
    group = fields.group(
        sample.BY_ID["voice.name"], EN, extra=[fields.text("reason", "Why")]
    )
    intake = _intake(desk, [group])
    intake.take({"reason": _change("k1", "Short")})
    assert intake.values == {"reason": "Short"}


def test_only_what_came_again_is_told_to_have(desk):
    """The first time is not again, and what is new beside it is taken in."""
    intake = _intake(desk)
    first = {"voice.name": _change("k1", "a")}
    assert intake.take(first) is False
    more = {"nobody.asked": None, **first, "res.posts": _change("k2", "3")}
    assert intake.take(more) is True
    assert [key for _, _, key, _ in desk.seen] == ["k1", "k2"]


def test_a_refused_value_is_refused_once(desk):
    """Its receipt carries the key and the place, and holds until another comes."""
    desk.answer = AnswerError(N_("At most {n} fit."), where="goals.which", n=3)
    intake = _intake(desk)
    assert intake.take({"goals.which": _change("k1", ["a"])}) is False
    assert intake.take({"goals.which": _change("k1", ["a"])}) is True
    assert len(desk.seen) == 1
    assert intake.receipts["goals.which"] == {
        "kind": "error",
        "key": "k1",
        "message": "At most 3 fit.",
        "saved_at": "",
        "field": "goals.which",
    }


@pytest.mark.parametrize("where", ["reason", "voice.name", "voice"])
def test_a_message_beside_its_field_leaves_out_the_id(desk, where):
    """Whether a field of a decision is wrong, or the decision as a whole."""
    group = fields.group(
        sample.BY_ID["voice.name"],
        EN,
        extra=[fields.text("reason", "Why")],
        action="Go",
    ) | {"id": "voice"}
    desk.answer = AnswerError(N_("At most {n} fit."), where=where, n=3)
    intake = _intake(desk, [group])
    intake.take({"voice": _change("k1", {})})
    assert intake.receipts["voice"]["message"] == "At most 3 fit."


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("plan.rows[2].who", "Row 2, Who: At most 3 fit."),
        ("plan.rows[2].gone", "plan.rows[2].gone: At most 3 fit."),
    ],
)
def test_a_message_about_a_cell_names_row_and_column(desk, where, said):
    """In words that stand in the table, not in those of the kit."""
    column = {"id": "who", "label": "Who"}
    table = {"id": "plan.rows", "type": "rows", "columns": [column]}
    desk.answer = AnswerError(N_("At most {n} fit."), where=where, n=3)
    intake = _intake(desk, [{"id": "plan.rows", "action": None, "fields": [table]}])
    intake.take({"plan.rows": _change("k1", [])})
    assert intake.receipts["plan.rows"]["message"] == said


def test_an_empty_field_can_be_emptied(desk):
    """Taking back what is not there is a change like any other."""
    intake = _intake(desk)
    intake.take({"voice.name": _change("k1", None)})
    assert intake.receipts["voice.name"]["kind"] == "saved"
    assert intake.values == {}


def test_a_receipt_says_what_it_was_given_to_say(desk):
    """A message beside a saved value, and no time where none is shown."""
    desk.answer = Receipt(message="Thanks")
    intake = _intake(desk, drafts=["voice.story"])
    bare = {"key": "", "message": "", "saved_at": "", "field": ""}
    assert intake.receipts == {"voice.story": {"kind": "draft", **bare}}
    intake.take({"voice.name": _change("k1", "a")})
    said = {"kind": "saved", "key": "k1", "message": "Thanks"}
    assert intake.receipts["voice.name"] == {**bare, **said}


def test_choices_that_come_with_a_receipt_stay(desk):
    """Those of one list are not lost when another list gets its own."""
    intake = _intake(desk)
    blog, krant = [{"id": "Blog", "label": "B"}], [{"id": "Krant", "label": "K"}]
    desk.answer = Receipt(choices={"ch.keep": blog})
    intake.take({"voice.name": _change("k1", "a")})
    desk.answer = Receipt(choices={"ch.list.serves": krant})
    intake.take({"voice.name": _change("k2", "b")})
    assert (intake.choices["ch.keep"], intake.choices["ch.list.serves"]) == (
        blog,
        krant,
    )


def _pick(name, source):
    words = {"en": "words"}
    return Question(
        id=name, type="pick", pick_from=source, label=words, hint=words, script=words
    )


def test_labels_follow_a_pick_of_a_pick(desk):
    """What was picked from a list is named as in that list, however far down."""
    groups = [
        fields.group(sample.BY_ID["goals.which"], EN),
        fields.group(_pick("goals.few", "goals.which"), EN),
        fields.group(_pick("goals.one", "goals.few"), EN),
    ]
    values = {"goals.which": ["reach", "visits"], "goals.few": ["reach"]}
    intake = _intake(desk, groups, values=values)
    assert intake.choices["goals.one"] == [
        {"id": "reach", "label": "Reaching more people"}
    ]


def test_a_pick_that_follows_nothing_here_has_what_it_was_given(desk):
    """The list may stand in another form."""
    given = [{"id": "Blog", "label": "Blog"}]
    group = fields.group(sample.BY_ID["ch.keep"], EN, choices={"ch.keep": given})
    assert _intake(desk, [group]).choices == {"ch.keep": given}


def test_other_cards_keep_what_the_form_holds(desk):
    """Cards can be drawn anew while somebody fills them in; values stay."""
    group = fields.group(sample.BY_ID["voice.name"], EN, action="Go")
    form = _form(desk, [group], values={"voice.name": {"voice.name": "@deschuit"}})
    form.set_groups([group | {"hint": "Leads: @other"}])

    assert form.spec["groups"][0]["hint"] == "Leads: @other"
    assert form.values == {"voice.name": {"voice.name": "@deschuit"}}
    form.outbox = {"voice.name": _change("k9", {"voice.name": "@other"})}
    assert form.receipts["voice.name"]["kind"] == "saved"
