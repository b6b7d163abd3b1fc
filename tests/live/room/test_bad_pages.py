"""A page that speaks nonsense, too much or too fast hears so; the others go on."""

from __future__ import annotations

import json
import socket
import time

import pytest
from websockets.exceptions import ConnectionClosed

NONSENSE = {
    "en": "Something went wrong on this page. Please load it again.",
    "nl": "Er ging iets mis op deze pagina. Laad hem opnieuw.",
}
GARBAGE = [
    "",
    "{",
    "null",
    "[]",
    "7",
    b"\x00\xff\xfe",
    "[" * 30_000,
    '{"type":' * 5_000,
    '{"type": "put", "outbox": ' + "[" * 900 + "]" * 900 + "}",
    {"type": "nothing we know"},
    {"type": ["put"]},
    {"outbox": {}},
    {"type": "put"},
    {"type": "put", "outbox": None},
    {"type": "put", "outbox": [1]},
    {"type": "put", "outbox": {"plan.name": "Museum"}},
    {"type": "put", "outbox": {"plan.name": {"value": "Museum"}}},
    {"type": "put", "outbox": {"plan.name": {"key": 7, "value": "Museum"}}},
    {"type": "put", "outbox": {"plan.name": {"key": "short", "value": "M"}}},
    {"type": "put", "outbox": {"plan.name": {"key": "k" * 65, "value": "M"}}},
    {"type": "put", "outbox": {"plan.name": {"key": "closing/1/plan.name"}}},
    {"type": "put", "outbox": {"plan.name": {"key": "half \ud800 a key"}}},
    {"type": "put", "outbox": {"half \ud800 a name": {"key": "k" * 8}}},
    {"type": "put", "outbox": {"x" * 101: {"key": "k" * 8, "value": "M"}}},
    {"type": "put", "outbox": {f"plan.x{n}": {"key": "k" * 8} for n in range(51)}},
    '{"type": "put", "outbox": {"plan.minutes": {"key": "kkkkkkkk", "value": NaN}}}',
    '{"type": "put", "outbox": {"plan.minutes": {"key": "kkkkkkkk", "value": '
    + "9" * 5_000
    + "}}}",
]
REFUSED = [
    ("plan.nothing", "x", "This question is not part of the workshop."),
    ("plan", "x", "This question is not part of the workshop."),
    ("goals.intro", "x", "This cannot be asked about the question."),
    ("plan.minutes#dots", {}, "This cannot be asked about the question."),
    ("plan.name#nonsense", "x", "This cannot be asked about the question."),
    ("plan.name#consentwhy", "x", "too late to count"),
    ("plan.approved", "director", "too late to count"),
    ("plan.name", "é" * 4_097, "This text is too long to send"),
    ("plan.name", {"é" * 4_097: 1}, "This text is too long to send"),
    ("plan.approved", "x" * 8_193, "This text is too long to send"),
    ("plan.name", ["x"], "Please write words here."),
    ("plan.name", "half \ud800 a character", "half a character"),
    ("plan.approved", "half \ud800 a character", "half a character"),
    ("plan.minutes", 10**400, "Please write a number"),
    ("plan.minutes", 10**4_299, "Please write a number"),
    ("plan.minutes", True, "Please write a number"),
    ("plan.minutes", {"a": [1]}, "Please write a number"),
    ("plan.weight", {"writing": 10**30}, ""),
    ("plan.weight", {"writing": -1}, ""),
    ("plan.topics", ["objects", "nothing we know"], ""),
    ("plan.topics", [{"other": {"deep": 1}}], ""),
]
OPEN = ("plan.name", "plan.minutes", "plan.weight", "plan.topics")


@pytest.fixture(scope="module")
def busy(room):
    """The room with four open questions, and somebody who works on in peace."""
    room.ask(*OPEN)
    room.other = room.join("Fictional Noor").page()
    room.other.asked(*OPEN)
    with room.connect("/ws", room.join().token) as room.silent:
        yield room


@pytest.fixture(autouse=True)
def the_others_go_on(busy):
    """After each test the other guest is served as before."""
    yield
    value = str(time.monotonic_ns())
    assert busy.other.put("plan.name", value)["kind"] == "saved"


@pytest.mark.parametrize("said", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_nonsense_is_answered_in_words(busy, said, lang):
    """The page stays in touch, and can still be used."""
    page = busy.join(lang=lang).page()
    page.asked(*OPEN)
    page.say(said)

    assert page.hear("trouble")["message"] == NONSENSE[lang]
    assert page.put("plan.name", "Museum")["kind"] == "saved"


def test_much_nonsense_ends_the_page(busy):
    """The fourth time it is sent away, and the facilitator hears of it."""
    page = busy.join().page()
    for _ in range(4):
        page.say("{")

    assert page.closed() == 4002
    assert busy.told("odd") == (
        "A page sent nonsense and was closed; everybody else goes on."
    )


@pytest.mark.parametrize(("question", "value", "words"), REFUSED, ids=lambda _: "")
def test_what_does_not_fit_is_refused_in_words(busy, question, value, words):
    """There is a receipt for it, no answer, and no trouble with the file."""
    guest = busy.join()
    page = guest.page()
    page.asked(*OPEN)
    receipt = page.put(question, value)

    assert receipt["kind"] == "error"
    assert words in receipt["message"]
    assert str(busy.path) not in receipt["message"]
    assert busy.workshop.answers(guest.id) == {}
    assert busy.notices("store") == []


def test_infinity_is_refused(busy):
    """A number that JSON writes and no computer holds is no answer."""
    page = busy.join().page()
    page.asked(*OPEN)
    page.say(
        '{"type":"put","outbox":{"plan.minutes":{"key":"kkkkkkkk","value":1e999}}}'
    )

    assert page.hear("receipts")["receipts"]["plan.minutes"]["kind"] == "error"


@pytest.mark.parametrize(
    "hello",
    [
        {"type": "hello", "protocol": 0},
        {"type": "hello"},
        {"type": "put", "outbox": {}},
        "{",
        "[]",
        "[" * 30_000,
        b"\xff",
    ],
    ids=range(7),
)
def test_a_page_of_another_version_is_loaded_again(busy, hello):
    """It is closed with the code that makes it reload, and that is noted."""
    page = busy.join().page(hello=hello)

    assert page.closed() == 4001
    assert busy.told("old") == "A page of another version called; it is loaded again."


def test_a_message_that_is_too_large_ends_the_page(busy):
    """65 kB is too much for one message; the facilitator hears of it."""
    page = busy.join().page()
    page.hear("room")
    page.say({"type": "put", "outbox": {"plan.name": "x" * 66_000}})

    assert page.closed() == 1009
    assert busy.told("flood") == (
        "A page sent far too much and was closed; everybody else goes on."
    )


def test_three_hundred_messages_at_once(busy):
    """What is too fast is slowed down, or the page sent away; none is doubled."""
    guest = busy.join()
    page = guest.page()
    page.asked(*OPEN)
    for n in range(300):
        change = {"key": f"flood-{n:03}", "value": f"Museum {n}", "final": True}
        page.say({"type": "put", "outbox": {"plan.name": change}})

    assert page.closed() == 4004
    assert busy.told("flood")
    acknowledged = [
        receipt["key"]
        for text in page.heard
        for receipt in json.loads(text).get("receipts", {}).values()
    ]
    log = [a.key for a in busy.workshop.store.answer_log() if a.participant == guest.id]
    assert len(log) == len(set(log)) == len(acknowledged)
    assert set(acknowledged) == set(log)
    assert len(acknowledged) < 200


def test_a_page_that_reads_nothing(busy, new_key):
    """It gets no heap of messages, and nobody waits for it."""
    page = busy.join().page()
    for n in range(60):
        busy.lead.timer(new_key(), minutes=n + 1)

    def is_last(view):
        return view["timer"] is not None and view["timer"]["of"] == 3600

    busy.other.see(is_last)
    page.see(is_last)
    busy.lead.timer(new_key(), minutes=0)

    assert len(page.heard) < 60


@pytest.mark.parametrize(
    "said",
    [b"\x00" * 1000 + b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n" * 3, b""],
)
def test_what_is_no_http_harms_nobody(busy, said):
    """Whoever speaks another language is answered or hung up on."""
    with socket.create_connection(("127.0.0.1", busy.port), 5) as line:
        line.sendall(said)
        line.shutdown(socket.SHUT_WR)
        while line.recv(4096):
            pass


def test_a_page_that_says_nothing_is_not_waited_for(busy):
    """Who does not greet within ten seconds is sent away."""
    with pytest.raises(ConnectionClosed):
        busy.silent.recv(20)
    assert busy.silent.close_code == 4001


def test_the_log_names_no_address_and_no_fault(busy):
    """All of this left no traceback, and no word about who it was."""
    busy.stop()
    said = busy.log.read_text()
    busy.start()
    busy.other = busy.join("Fictional Noor").page()
    busy.other.asked(*OPEN)

    assert "Traceback" not in said
    assert "127.0.0." not in said
    for file in busy.path.parent.iterdir():
        assert b"127.0.0." not in file.read_bytes()
