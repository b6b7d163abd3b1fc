"""An answer that came too late is not lost, and never counts twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from workshop_kit.errors import AnswerError
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop
from workshop_kit.store.file import KeyUsedError

SMALL = str(Path(__file__).parents[1] / "kits" / "small")
TOPICS = "plan.topics"
VALUE = ["objects", {"other": "unlike any other"}]


@pytest.fixture(params=["sqlite", "postgresql"])
def workshop(request, tmp_path):
    """A new workshop, once in a file and once in a database."""
    place = tmp_path / "small.workshop"
    if request.param == "postgresql":
        place = request.getfixturevalue("postgres").url()
    with Workshop.create(place, kit=SMALL, lang="en", track="full") as made:
        yield made


@pytest.fixture
def lead(workshop):
    """A fictional facilitator, who has opened a question and closed it."""
    leading = Lead(workshop, "Fictional facilitator")
    leading.open("open", [TOPICS])
    leading.close("close", [TOPICS])
    return leading


@pytest.fixture
def send(workshop, ann):
    """Send as a page does."""

    def put(value=VALUE, key="key", *, question=TOPICS, final=True):
        return workshop.accept(ann, question, value, key, final=final, asked=True)

    return put


@pytest.fixture
def late(send, lead):
    """Send an answer that comes too late; the word about that never arrives."""
    with pytest.raises(AnswerError, match="came too late to count"):
        send()
    return lead


def recorded(workshop):
    """Return value, key and round of all that was ever recorded."""
    return [(a.value, a.key, a.round) for a in workshop.store.answer_log()]


def test_what_came_too_late_counts_once_at_the_next_closing(workshop, late, send):
    """Its page, which never heard so, sends it again, and is told that it is saved."""
    late.open("again", [TOPICS])
    late.close("and close", [TOPICS])
    known = send()

    assert recorded(workshop) == [(VALUE, "key", 1)]
    assert [known] == workshop.store.answer_log()


def test_what_counted_at_a_closing_and_comes_again_stands_once(workshop, late, send):
    """Opened once more, the answer is known by the key that its page gave it."""
    late.open("again", [TOPICS])
    late.close("and close", [TOPICS])
    late.open("once more", [TOPICS])
    known = send()

    assert recorded(workshop) == [(VALUE, "key", 1)]
    assert [known] == workshop.store.answer_log()
    assert workshop.store.answered(TOPICS, 1) == 1


def test_what_counted_at_a_closing_does_not_count_in_the_next_round(
    workshop, late, send
):
    """Nobody has answered in a round to which only an old answer was sent again."""
    late.open("again", [TOPICS])
    late.close("and close", [TOPICS])
    late.next_round("onward", TOPICS)
    with pytest.raises(KeyUsedError):
        send()

    assert recorded(workshop) == [(VALUE, "key", 1)]
    assert workshop.store.answered(TOPICS, 2) == 0


def test_an_old_answer_that_comes_to_a_closed_round_is_no_draft_of_it(
    workshop, late, send, ann
):
    """Or it would count there when that round is opened and closed once more."""
    late.open("again", [TOPICS])
    late.close("and close", [TOPICS])
    late.next_round("onward", TOPICS)
    late.close("close that", [TOPICS])
    with pytest.raises(AnswerError, match="came too late to count"):
        send()
    send(final=False)
    late.open("open that", [TOPICS])
    late.close("close that again", [TOPICS])

    assert workshop.store.drafts(ann) == {}
    assert workshop.store.answered(TOPICS, 2) == 0


def test_the_words_of_an_earlier_round_do_not_stand_in_a_closed_one(
    workshop, lead, send
):
    """Who says the same too late once more is told so, because it does not count."""
    lead.open("again", [TOPICS])
    send()
    lead.next_round("onward", TOPICS)
    lead.close("and close", [TOPICS])
    with pytest.raises(AnswerError, match="came too late to count"):
        send(key="another key")

    assert workshop.store.answered(TOPICS, 2) == 0


def test_an_answer_that_was_overtaken_and_comes_again_changes_nothing(
    workshop, lead, send, ann
):
    """It is on record under its key already, and is not kept as a draft besides."""
    lead.open("again", [TOPICS])
    first, last = send(), send(["objects"], "another key")
    lead.close("and close", [TOPICS])

    assert send() == first
    assert workshop.store.drafts(ann) == {}
    assert [last] == workshop.store.answers(TOPICS)


def test_typing_that_counted_at_a_closing_is_no_draft_when_it_comes_again(
    workshop, lead, send, ann
):
    """The page that heard nothing sends what was typed; it stands already."""
    lead.open("again", [TOPICS])
    send(final=False)
    lead.close("and close", [TOPICS])
    send(final=False)

    assert recorded(workshop) == [(VALUE, "key", 1)]
    assert workshop.store.drafts(ann) == {}


def test_a_key_used_for_another_question_does_not_keep_a_ballot_open(
    workshop, lead, send
):
    """A page that is not ours can use one twice; what was typed counts all the same."""
    lead.open("again", [TOPICS])
    lead.open("and this", ["plan.name"])
    send(final=False)
    send("A fictional name", question="plan.name")
    lead.close("and close", [TOPICS])

    assert (recorded(workshop)) == [
        ("A fictional name", "key", 1),
        (VALUE, "closing/3/plan.topics", 1),
    ]


def test_a_draft_of_an_older_program_counts_under_a_key_of_the_room(
    workshop, lead, ann
):
    """It was kept without the key of its page."""
    lead.open("again", [TOPICS])
    workshop.store.save_draft(participant=ann, question=TOPICS, value=VALUE)
    lead.close("and close", [TOPICS])

    assert recorded(workshop) == [(VALUE, "closing/3/plan.topics", 1)]
