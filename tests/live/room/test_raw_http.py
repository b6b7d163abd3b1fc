"""Broken, doubled, huge and slow requests over bare sockets: refused, and forgotten."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HOST = b"Host: 127.0.0.1\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
SECOND = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"
LINE = (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def post(*headers: bytes, body: bytes = b"") -> bytes:
    """Return a request to join with these headers."""
    return b"POST /join HTTP/1.1\r\n" + HOST + b"".join(headers) + b"\r\n" + body


def get(target: bytes, *headers: bytes, host: bytes = HOST) -> bytes:
    """Return a request for a page."""
    return b"GET " + target + b" HTTP/1.1\r\n" + host + b"".join(headers) + b"\r\n"


REFUSED = {
    "length and chunks": post(
        b"Content-Length: 6\r\n", CHUNKED, body=b"0\r\n\r\n" + SECOND
    ),
    "chunks and length": post(
        CHUNKED, b"Content-Length: 4\r\n", body=b"5c\r\n" + SECOND + b"0\r\n\r\n"
    ),
    "two lengths": post(
        b"Content-Length: 6\r\n", b"Content-Length: 5\r\n", body=SECOND
    ),
    "a list of lengths": post(b"Content-Length: 6, 5\r\n", body=SECOND),
    "a negative length": post(b"Content-Length: -1\r\n", body=SECOND),
    "a length with a sign": post(b"Content-Length: +1\r\n", body=b"a" + SECOND),
    "a length in hexadecimal": post(b"Content-Length: 0x1\r\n", body=b"a" + SECOND),
    "a length without end": post(b"Content-Length: " + b"9" * 400 + b"\r\n"),
    "two encodings": post(CHUNKED, b"Transfer-Encoding: identity\r\n", body=SECOND),
    "an unknown encoding": post(b"Transfer-Encoding: xchunked\r\n", body=SECOND),
    "a hidden encoding": post(b"Transfer-Encoding : chunked\r\n", body=SECOND),
    "an encoding after a tab": post(b"Transfer-Encoding:\x0bchunked\r\n", body=SECOND),
    "a chunk that is none": post(CHUNKED, body=b"zz\r\nabc\r\n0\r\n\r\n" + SECOND),
    "a chunk without end": post(CHUNKED, body=b"F" * 30 + b"\r\nabc\r\n"),
    "a return inside a header": get(b"/health", b"X: a\rY: b\r\n"),
    "a NUL in a header": get(b"/health", b"X: a\x00b\r\n"),
    "a NUL in the path": get(b"/he\x00alth"),
    "a path that is no ASCII": get(b"/\xff\xfe"),
    "a space in the path": get(b"/ health"),
    "no host": get(b"/health", host=b""),
    "two hosts": get(b"/health", b"Host: evil.example\r\n"),
    "no version": b"GET /health\r\n\r\n",
    "a version of its own": b"GET /health HTTP/9.9.9\r\n" + HOST + b"\r\n",
    "a method with a space": b"GE T /health HTTP/1.1\r\n" + HOST + b"\r\n",
    "a header of 300 kB": get(b"/health", b"X: " + b"a" * 300_000 + b"\r\n"),
    "20,000 headers": get(b"/health", *(b"X%d: a\r\n" % n for n in range(20_000))),
    "a path of 300 kB": get(b"/" + b"a" * 300_000),
    "the beginning of TLS": bytes.fromhex("16030100b8010000b40303") + b"a" * 180,
    "zeros": bytes(3000),
    "a line with a body": b"POST /ws HTTP/1.1\r\n"
    + HOST
    + LINE
    + b"Content-Length: 5\r\n\r\n12345",
    "a line with a length": get(b"/ws", LINE, b"Content-Length: 5\r\n") + b"12345",
    "a line in chunks": get(b"/ws", LINE, CHUNKED) + b"0\r\n\r\n",
    "a line without a key": get(b"/ws", LINE.partition(b"Sec-WebSocket-Key")[0]),
    "a line of another version": get(b"/ws", LINE.replace(b": 13", b": 1")),
}
ANSWERED = {
    "another host's page": (get(b"http://evil.example/health"), b"404"),
    "a way through": (
        b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"404",
    ),
    "an echo": (
        b"TRACE / HTTP/1.1\r\n" + HOST + b"Cookie: workshop=MARK\r\n\r\n",
        b"405",
    ),
    "another protocol": (
        get(b"/health", b"Connection: Upgrade\r\nUpgrade: h2c\r\n"),
        b"200",
    ),
    "a break in the path": (get(b"/j/%0d%0aSet-Cookie:%20workshop=x"), b"200"),
    "a break in the language": (get(b"/?lang=%0d%0aX-Evil:%201"), b"200"),
}


def said(room, data: bytes, *, more: bool = False) -> bytes:
    """Send bytes as they are, and return all that comes back until it is closed."""
    got = b""
    with socket.create_connection(("127.0.0.1", room.port), 20) as line:
        try:
            line.sendall(data)
            if not more:
                line.shutdown(socket.SHUT_WR)
            while part := line.recv(65_536):
                got += part
        except OSError:
            pass  # refused before all of it was read
    return got


@pytest.fixture(autouse=True)
def the_room_goes_on(room):
    """After each attack the room serves, and its log has neither fault nor address."""
    yield
    assert room.get("/health").text == "ok"
    log = room.log.read_text()
    assert "Traceback" not in log
    assert "127.0.0." not in log


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_request_is_refused(room, name):
    """With a 400 or nothing; no second request comes out of the first one."""
    got = said(room, REFUSED[name])

    assert got == b"" or got.startswith(b"HTTP/1.1 400 ")
    assert got.count(b"HTTP/1.1 ") <= 1
    assert b"ok" not in got


@pytest.mark.parametrize("name", ANSWERED)
def test_what_is_odd_gets_nowhere(room, name):
    """Neither another host nor an echo of a cookie, nor a header of one's own."""
    data, status = ANSWERED[name]
    data = data.removesuffix(b"\r\n") + b"Connection: close\r\n\r\n"
    got = said(room, data, more=True)

    assert got.startswith(b"HTTP/1.1 " + status)
    head = got.partition(b"\r\n\r\n")[0].lower()
    for word in (b"mark", b"x-evil", b"set-cookie", b"101 switching"):
        assert word not in head
    assert b"MARK" not in got


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    start=st.sampled_from([b"", b"GET ", SECOND, post(CHUNKED), get(b"/ws", LINE)]),
    noise=st.binary(max_size=300),
)
def test_noise_harms_nobody(room, start, noise):
    """Whatever bytes follow whatever beginning, an answer or an end comes."""
    got = said(room, start + noise)

    assert got == b"" or got.startswith((b"HTTP/1.1 ", b"HTTP/1.0 "))
    assert b"Internal Server Error" not in got


@pytest.fixture
def hasty(serving):
    """A room that gives a request one second, and has forty places."""
    program = (
        "import sys\n"
        "from workshop_kit.live.room import gate\n"
        "gate.WHOLE, gate.PLACES = 1.0, 40\n"
        "sys.argv[0] = 'workshop-kit'\n"
        "from workshop_kit.cli import main\n"
        "main()\n"
    )
    with serving(program=[sys.executable, "-c", program]) as room:
        yield room


SLOW = {
    "nothing": (b"", b""),
    "half a line": (b"GET /hea", b""),
    "a header now and then": (b"GET /health HTTP/1.1\r\n" + HOST, b"X: a\r\n"),
    "a body now and then": (post(b"Content-Length: 4000\r\n"), b"a"),
    "chunks now and then": (post(CHUNKED), b"1\r\na\r\n"),
    "half of a second request": (SECOND + b"GET /", b"x"),
}


def test_slow_requests_have_an_end(hasty):
    """However they dawdle, each is hung up on; a page that is open stays so."""
    guest = hasty.join()
    page = guest.page()
    page.hear("room")
    lines, ended = {}, {}

    def dawdle(name: str) -> None:
        start, more = SLOW[name]
        line = lines[name]
        line.sendall(start)
        end = time.monotonic() + 15
        line.settimeout(0.2)
        while time.monotonic() < end:
            try:
                if not line.recv(65_536):
                    break
            except TimeoutError:
                try:
                    line.sendall(more)
                except OSError:
                    break
            except OSError:
                break
        else:
            return
        ended[name] = True

    threads = []
    for name in SLOW:
        lines[name] = socket.create_connection(("127.0.0.1", hasty.port), 10)
        threads.append(threading.Thread(target=dawdle, args=(name,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    for line in lines.values():
        line.close()

    assert ended == dict.fromkeys(SLOW, True)
    hasty.ask("plan.name")
    page.asked("plan.name")
    assert page.put("plan.name", "Museum")["kind"] == "saved"
    assert "Traceback" not in hasty.log.read_text()


def crowd(room, source: str, n: int) -> list[socket.socket]:
    """Open connections from an address, and return those that are not hung up on."""
    made = [
        socket.create_connection(
            ("127.0.0.1", room.port), 10, source_address=(source, 0)
        )
        for _ in range(n)
    ]
    time.sleep(0.2)
    kept = []
    for line in made:
        line.setblocking(False)  # noqa: FBT003 - the signature is Python's
        try:
            line.recv(1)
        except BlockingIOError:
            kept.append(line)
            continue
        except OSError:
            pass
        line.close()
    return kept


def test_one_address_does_not_take_all_places(hasty):
    """It gets half; others come in meanwhile, and all is well when it lets go."""
    guest = hasty.join()
    page = guest.page()
    page.hear("room")
    kept = crowd(hasty, "127.0.0.7", 60)
    try:
        assert 15 <= len(kept) <= 21
        assert hasty.request("GET", "/health", source="127.0.0.8").status == 200
    finally:
        for line in kept:
            line.close()
    hasty.lead.timer("timer-key", minutes=1)
    page.see(lambda view: view["timer"])
    assert hasty.request("GET", "/health", source="127.0.0.7").status == 200


FRAME_TEXT, FRAME_BINARY, FRAME_GO_ON, FRAME_PING = 0x1, 0x2, 0x0, 0x9


def frame(kind: int, body: bytes, *, last: bool = True, mask: bool = True, **odd: int):
    """Return a frame of a line, in order or not."""
    first = (0x80 if last else 0) | odd.get("bits", 0) | kind
    size = odd.get("size", len(body))
    flag = 0x80 if mask else 0
    if size < 126:
        head = struct.pack("!BB", first, flag | size)
    elif size < 65_536:
        head = struct.pack("!BBH", first, flag | 126, size)
    else:
        head = struct.pack("!BBQ", first, flag | 127, size)
    return head + (b"\0\0\0\0" if mask else b"") + body


HELLO = frame(FRAME_TEXT, b'{"type": "hello", "protocol": 1}')
FRAMES = {
    "not masked": frame(FRAME_TEXT, b"{}", mask=False),
    "a reserved bit": frame(FRAME_TEXT, b"{}", bits=0x40),
    "a reserved kind": frame(0x3, b"{}"),
    "no UTF-8": frame(FRAME_TEXT, b"\xff\xfe\xc0\xaf"),
    "half a character": frame(FRAME_TEXT, b"\xe2\x82"),
    "half a surrogate": frame(FRAME_TEXT, b"\xed\xa0\x80"),
    "going on with nothing": frame(FRAME_GO_ON, b"{}"),
    "beginning twice": frame(FRAME_TEXT, b"{", last=False) + frame(FRAME_TEXT, b"}"),
    "a ping in parts": frame(FRAME_PING, b"a", last=False),
    "a ping of 200 bytes": frame(FRAME_PING, b"a" * 200),
    "a size of 2 ** 62": frame(FRAME_TEXT, b"a", size=2**62),
    "a size of 2 ** 63": frame(FRAME_TEXT, b"a", size=2**63 + 1),
    "70 kB in parts": frame(FRAME_TEXT, b"a" * 1000, last=False)
    + frame(FRAME_GO_ON, b"a" * 1000, last=False) * 69,
    "an end without reason": frame(0x8, b"\x03"),
    "an end that may not be": frame(0x8, struct.pack("!H", 1005)),
    "an end in no UTF-8": frame(0x8, struct.pack("!H", 1000) + b"\xff"),
    "four binary messages": frame(FRAME_BINARY, b"\x00\x01") * 4,
}


def handshake(room, token: str) -> bytes:
    """Return what opens the line of a page."""
    ours = f"Origin: {room.base}\r\nCookie: workshop={token}\r\n".encode()
    return get(b"/ws", LINE, ours, host=f"Host: 127.0.0.1:{room.port}\r\n".encode())


def until(line: socket.socket, words: bytes) -> bytes:
    """Return what comes until words have come."""
    got = b""
    while words not in got:
        part = line.recv(65_536)
        assert part, got
        got += part
    return got


def talk(room, token: str, *frames: bytes) -> bytes:
    """Open the line of a page, send frames, and return what comes until its end."""
    got = b""
    with socket.create_connection(("127.0.0.1", room.port), 20) as line:
        try:
            line.sendall(handshake(room, token))
            got += until(line, b"\r\n\r\n")
            for each in frames:
                line.sendall(each)
            while END not in got.partition(b"\r\n\r\n")[2] and (
                part := line.recv(65_536)
            ):
                got += part
        except OSError:
            pass  # hung up on before all of it was read
    return got


END = b"\x88"
"""How the frame begins by which the server ends a line."""


@pytest.mark.parametrize("greeted", [True, False])
@pytest.mark.parametrize("name", FRAMES)
def test_broken_frames_end_the_page_alone(room, name, greeted):
    """Before and after the greeting; the other page goes on."""
    other = room.join().page()
    other.hear("room")
    guest = room.join()
    got = talk(room, guest.token, *([HELLO] if greeted else []), FRAMES[name])

    assert got.startswith(b"HTTP/1.1 101 ")
    assert END in got
    room.lead.timer(f"{name}{greeted}-key", minutes=3)
    other.see(lambda view: view["timer"])
    assert room.workshop.answers(guest.id) == {}


def test_a_message_in_parts_is_one_message(room):
    """What comes in many small parts is taken in as it was meant."""
    room.ask("plan.name")
    guest = room.join()
    change = b'{"type":"put","outbox":{"plan.name":{"key":"kkkkkkkk","value":"Museum","final":true}}}'
    parts = [change[n : n + 1] for n in range(len(change))]
    first, *middle, last = parts
    frames = frame(FRAME_TEXT, first, last=False)
    frames += b"".join(frame(FRAME_GO_ON, part, last=False) for part in middle)
    frames += frame(FRAME_GO_ON, last)
    with socket.create_connection(("127.0.0.1", room.port), 20) as line:
        line.sendall(handshake(room, guest.token))
        until(line, b"\r\n\r\n")
        line.sendall(HELLO)
        until(line, b'"plan.name"')
        line.sendall(frames)
        until(line, b'"saved"')

    assert room.workshop.answers(guest.id) == {"plan.name": "Museum"}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(noise=st.binary(min_size=1, max_size=200))
def test_noise_on_a_line_harms_nobody(room, noise):
    """Whatever bytes a page sends instead of frames, only its line ends."""
    if not hasattr(room, "noisy"):
        room.noisy = room.join()
    with socket.create_connection(("127.0.0.1", room.port), 20) as line:
        line.sendall(handshake(room, room.noisy.token))
        until(line, b"\r\n\r\n")
        line.sendall(noise)
        # For what reads as the beginning of a long frame, which would be waited for.
        line.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while line.recv(65_536):
                pass

    assert room.get("/health").text == "ok"
