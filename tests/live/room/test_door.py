"""Who comes in, how it is said when somebody does not, and what they get."""

from __future__ import annotations

import datetime as dt
import sqlite3
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

PROBLEMS = [
    (
        {"code": ""},
        422,
        "Please fill in the code that is on the screen.",
        "Vul de code in die op het scherm staat.",
    ),
    (
        {"alias": " \u202e "},
        422,
        "Please fill in a name; it need not be your own.",
        "Vul een naam in; het hoeft niet je eigen naam te zijn.",
    ),
    (
        {"alias": "x" * 41},
        422,
        "Please choose a name of at most 40 characters.",
        "Kies een naam van hoogstens 40 tekens.",
    ),
    (
        {"role": "facilitator"},
        422,
        "Please choose the role that fits best.",
        "Kies de rol die het best past.",
    ),
    (
        {"consent": ""},
        422,
        "Without your consent we may not keep what you write.",
        "Zonder je instemming mogen we niet bewaren wat je schrijft.",
    ),
    (
        {"code": "22222222"},
        403,
        "This code does not fit. Look at the screen and type it again.",
        "Deze code klopt niet. Kijk op het scherm en typ hem opnieuw.",
    ),
]


def test_a_code_lets_somebody_in(room):
    """The cookie leads to the room's page; spaces and small letters are forgiven."""
    code = room.workshop.refresh().access.code
    reply = room.knock(
        alias="  Fictional \n  Sam ", code=f" {code[:4]} {code[4:]}".lower()
    )
    cookie, *flags = reply.headers["Set-Cookie"].split("; ")
    token = cookie.removeprefix("workshop=")

    assert (reply.status, reply.headers["Location"]) == (303, "/room")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} < set(flags)
    assert "Secure" not in flags
    assert len(token) == 22
    who = room.workshop.store.participant(token)
    assert (who.alias, who.role, who.lang) == ("Fictional Sam", "hr", "en")
    assert who.consent_until == room.workshop.keep_until().isoformat()
    assert room.get("/room", Cookie=cookie).status == 200
    assert room.get("/", Cookie=cookie).headers["Location"] == "/room"
    assert room.get("/me", Cookie=cookie).text == '{"known":true}'


def test_the_link_lets_somebody_in_without_the_code(room):
    """The page of the QR code sends the link along."""
    link = room.workshop.refresh().access.link

    assert f'name="link" value="{link}"' in room.get(f"/j/{link}").text
    assert room.knock(code="", link=link).status == 303


@pytest.mark.parametrize(("changes", "status", "english", "dutch"), PROBLEMS)
def test_what_is_missing_is_said_in_both_languages(
    room, changes, status, english, dutch
):
    """Each problem has its words, and nobody is let in."""
    before = len(room.workshop.store.participants())
    for lang, words in (("en", english), ("nl", dutch)):
        reply = room.knock(**changes, lang=lang, source="127.0.0.7")

        assert reply.status == status
        assert f">{words}</p>" in reply.text
        assert "Set-Cookie" not in reply.headers
    assert len(room.workshop.store.participants()) == before


def test_a_wrong_code_is_told_to_the_facilitator(room):
    """A line says so, without who it was."""
    room.knock(code="WRONGWRONG", source="127.0.0.8")

    assert room.told("wrong") == "Somebody typed a wrong code."


def test_what_somebody_typed_comes_back_as_text(room):
    """A form that is refused shows what was typed, and runs none of it."""
    typed = '"><script>alert(1)</script>'
    reply = room.knock(alias=typed, code=typed, consent="", source="127.0.0.9")

    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in reply.text
    assert "<script>" not in reply.text
    assert "<script>" not in room.get("/j/%22%3E%3Cscript%3E").text


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://[", "http://127.0.0.1", "x"]
)
def test_another_site_cannot_send_the_form(room, origin):
    """Only a page of ours may, whatever else is right."""
    reply = room.knock(origin=origin, lang="en")

    assert reply.status == 403
    assert (
        "Dit kwam van een andere site" in reply.text
        or "This came from another site, so it was refused." in reply.text
    )
    assert "Set-Cookie" not in reply.headers


def test_a_form_without_an_origin_is_refused(room):
    """Every browser names it."""
    assert room.request("POST", "/join", urlencode(room.form())).status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[", None])
def test_another_site_cannot_open_a_line(room, origin):
    """With a cookie that is known, the page that asks counts."""
    guest = room.join()
    with room.connect("/ws", guest.token, origin=origin) as line:
        with pytest.raises(ConnectionClosed):
            line.recv(5)
        assert line.close_code == 4003


@pytest.mark.parametrize("token", ["", "x" * 22, "'; DROP TABLE x--aaaaaaa", "ü" * 22])
def test_a_cookie_that_we_did_not_give_is_refused(room, token):
    """Nobody chooses their own token; the page sends them to the door."""
    given = {"Cookie": f"workshop={token}".encode().decode("latin-1")} if token else {}

    assert room.get("/room", **given).headers["Location"] == "/"
    assert room.get("/me", **given).text == '{"known":false}'
    with room.connect("/ws", token if token.isascii() else "") as line:
        with pytest.raises(ConnectionClosed):
            line.recv(5)
        assert line.close_code == 4003


def test_the_token_is_nowhere_in_the_files(room):
    """Who finds the workshop file cannot take part in somebody's name."""
    guest = room.join()
    for file in room.path.parent.iterdir():
        assert guest.token.encode() not in file.read_bytes()


def test_what_stands_in_a_stolen_file_is_no_token(room):
    """Neither the hash of a token nor an id nor a key opens anything."""
    guest = room.join()
    with closing(sqlite3.connect(room.path)) as raw:
        rows = raw.execute("SELECT * FROM participant").fetchall()
    found = {str(value) for row in rows for value in row if value}
    assert guest.id in found
    for value in sorted(found):
        given = {"Cookie": f"workshop={value.encode().decode('latin-1')}"}
        assert room.get("/me", **given).text == '{"known":false}'


def test_joining_again_gives_another_token(room):
    """An old cookie is not carried over to who joins now."""
    first = room.join()
    second = room.join()

    assert first.token != second.token
    assert first.id != second.id


def test_an_expired_code_is_said_to_be(own_room):
    """Whoever has it hears so, in both languages; who is in stays in."""
    guest = own_room.join()
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    held = dict(own_room.workshop.store.action("access", "").value)
    said = held | {"expires_at": past.isoformat()}
    own_room.workshop.store.act("access", "", said, by="x", key="expired")
    words = {
        "en": "This code has expired. Ask the facilitator for a new one.",
        "nl": "Deze code is verlopen. Vraag de begeleider om een nieuwe.",
    }
    own_room.catch_up()
    for lang, expected in words.items():
        reply = own_room.knock(lang=lang)
        assert (reply.status, expected in reply.text) == (403, True)
    guest.page().hear("room")
    own_room.lead.invite("anew", anew=True)
    own_room.catch_up()
    assert own_room.knock().status == 303


def test_a_full_room_is_said_to_be(own_room):
    """A code lets in as many as it was made for, also when all come at once."""
    held = dict(own_room.workshop.store.action("access", "").value)
    own_room.workshop.store.act("access", "", held | {"most": 3}, by="x", key="few")
    own_room.catch_up()
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda _: own_room.knock().status, range(24)))
    assert sorted(replies) == [303] * 3 + [403] * 21
    assert len(own_room.workshop.store.participants()) == 3
    words = {
        "en": "Everybody that this room has place for is in. Ask the facilitator.",
        "nl": "Iedereen voor wie er plaats is, is binnen. Vraag het de begeleider.",
    }
    for lang, expected in words.items():
        reply = own_room.knock(lang=lang)
        assert (reply.status, expected in reply.text) == (403, True)
    assert own_room.told("full") == "The room is full, and somebody wants to come in."


def test_guessing_locks_the_door(own_room):
    """Many at once from one address get ten tries; the right code waits as well."""
    with ThreadPoolExecutor(12) as pool:
        guesses = [f"{n:08}" for n in range(150)]
        replies = list(
            pool.map(
                lambda code: own_room.knock(code=code, source="127.0.0.2"), guesses
            )
        )
    looked_at = [reply for reply in replies if reply.status == 403]
    refused = [reply for reply in replies if reply.status == 429]

    assert 10 <= len(looked_at) <= 14
    assert len(looked_at) + len(refused) == 150
    words = "Too many wrong codes. Please wait a minute, then try again."
    assert words in refused[0].text
    right = own_room.knock(source="127.0.0.2", lang="nl")
    assert right.status == 429
    assert (
        "Te veel verkeerde codes. Wacht een minuut en probeer het dan opnieuw."
        in right.text
    )
    link = own_room.workshop.refresh().access.link
    assert own_room.knock(source="127.0.0.2", code="", link=link).status == 303
    assert own_room.knock(source="127.0.0.2", code="22222222", link=link).status == 429
    assert own_room.knock(source="127.0.0.3").status == 303
    assert own_room.told("locked") == (
        "Too many wrong codes: attempts to join wait for a while."
    )
    assert len(own_room.notices("locked")) <= 6


def test_guessing_from_many_addresses_keeps_nobody_out(own_room):
    """Each of them gets few tries in the end; who types the code right comes in."""
    guessers = [f"127.0.1.{n}" for n in range(1, 41)]

    def guess(address: str) -> list[int]:
        return [own_room.knock(code="22222222", source=address).status for _ in "x" * 8]

    with ThreadPoolExecutor(12) as pool:
        replies = [status for each in pool.map(guess, guessers) for status in each]
    looked_at = replies.count(403)

    assert 100 <= looked_at <= 200
    assert looked_at + replies.count(429) == len(replies)
    assert own_room.knock(source=guessers[-1]).status == 429
    assert own_room.knock(source="127.0.2.1").status == 303
    # A slip of the finger is forgiven all the same.
    assert own_room.knock(code="22222222", source="127.0.2.2").status == 403
    assert own_room.knock(source="127.0.2.2").status == 303


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe&=%zz&code=%80", b"code=" + b"x" * 5000, b"a&" * 2000]
)
def test_a_form_that_is_none_is_answered_in_words(room, body):
    """Whatever is sent, the door asks again."""
    reply = room.request("POST", "/join", body, Origin=room.base)

    assert reply.status == 422
    assert "fill in" in reply.text or "Vul" in reply.text


def test_the_door_speaks_the_language_that_is_asked_for(room):
    """The address first, then the browser, then the workshop."""
    cases = {
        ("/?lang=nl", "en"): "nl",
        ("/", "nl-BE,en;q=0.5"): "nl",
        ("/", "fy, de"): "en",
        ("/?lang=xx", ""): "en",
    }
    for (target, accepted), lang in cases.items():
        page = room.get(target, Accept_Language=accepted).text
        assert f'<html lang="{lang}">' in page


def test_https_makes_the_cookie_secure(certificate, serving):
    """With a certificate the cookie never travels in the clear."""
    key, cert = certificate
    trust = ssl.create_default_context(cafile=cert)
    with serving("--certfile", str(cert), "--keyfile", str(key), tls=trust) as room:
        reply = room.knock()

        assert reply.status == 303
        assert "Secure" in reply.headers["Set-Cookie"].split("; ")
        assert room.workshop.refresh().host.secure
        page = room.join().page()
        assert page.hear("room")["title"] == "A small policy"


def test_the_wall_needs_its_own_link(room):
    """Neither page nor QR code nor line opens with a guess or the join link."""
    held = room.workshop.refresh().access

    assert room.get(f"/show/{held.projector}").status == 200
    assert room.get(f"/show/{held.projector}/qr.svg").body.startswith(b"<?xml")
    for guess in (held.link, held.code, "x", "%C3%BC"):
        assert room.get(f"/show/{guess}").status == 404
        assert room.get(f"/show/{guess}/qr.svg").status == 404
        with room.connect(f"/show/{guess}/ws") as line:
            with pytest.raises(ConnectionClosed):
                line.recv(5)
            assert line.close_code == 4003
    with room.connect(f"/show/{held.projector}/ws", origin="http://a.example") as line:
        with pytest.raises(ConnectionClosed):
            line.recv(5)
        assert line.close_code == 4003


@pytest.mark.parametrize(
    "path", ["/api/kernels/x/channels", "/voila/ws", "/terminals/websocket/1", "/room"]
)
def test_there_is_no_line_to_a_kernel(room, path):
    """The only lines are those of the pages."""
    guest = room.join()
    with pytest.raises(InvalidStatus) as refused, room.connect(path, guest.token):
        pass
    assert refused.value.response.status_code == 403
