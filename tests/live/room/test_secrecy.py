"""What a participant's connection never carries, and what every answer carries."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import workshop_kit.forms
import workshop_kit.live.room.server as served
from workshop_kit.live.room.files import Files
from workshop_kit.live.room.server import HEADERS, KEPT

FILES = f"/files/{Files().version}"
ROUTES = [
    ("GET", "/", 200),
    ("GET", "/j/abc", 200),
    ("GET", "/join", 405),
    ("POST", "/join", 403),
    ("GET", "/room", 303),
    ("GET", "/me", 200),
    ("GET", "/health", 200),
    ("GET", "/own", 303),
    ("GET", "/own.json", 303),
    ("POST", "/own/erase", 303),
    ("GET", "/show/guess", 404),
    ("GET", "/show/guess/qr.svg", 404),
    ("GET", "/nothing", 404),
    ("GET", f"{FILES}/host.js", 200),
    ("GET", f"{FILES}/pages.css", 200),
    ("GET", f"{FILES}/nothing.js", 404),
    ("GET", f"{FILES}/", 404),
    ("GET", f"{FILES}/form.js", 200),
    ("GET", f"{FILES}/panel.js", 404),
    ("GET", "/files/another-version/host.js", 404),
    ("GET", "/ws", 404),
    ("PUT", "/room", 405),
    ("OPTIONS", "/", 405),
    ("GET", "/api/kernels", 404),
    ("GET", "/docs", 404),
    ("GET", "/openapi.json", 404),
]
OUTSIDE = [
    f"{FILES}/../server.py",
    f"{FILES}/..%2fserver.py",
    f"{FILES}/%2e%2e/server.py",
    f"{FILES}/..%5cserver.py",
    f"{FILES}//etc/passwd",
    f"{FILES}/%2fetc%2fpasswd",
    f"{FILES}/%00",
    f"{FILES}/host.js%00.css",
    f"{FILES}/" + "x" * 5000,
    f"{FILES}/" + "../" * 20 + "etc/passwd",
    f"{FILES}/static_neighbour/x",
    f"{FILES}/../intake.py",
    f"{FILES}/..%2f..%2fstore%2fstore.py",
    f"{FILES}/%252e%252e/intake.py",
]


class Inline(HTMLParser):
    """Collects what a strict policy forbids in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        """Note scripts without a source, styles, handlers and foreign addresses."""
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.found.append(tag)
        for name, value in given.items():
            foreign = name in {"src", "href", "action"} and not re.match(
                r"[/#?]($|[^/])", value or ""
            )
            if name == "style" or name.startswith("on") or foreign:
                self.found.append(f"{tag} {name}={value}")


@pytest.mark.parametrize(("method", "target", "status"), ROUTES)
def test_every_answer_carries_the_headers(room, method, target, status):
    """Also files, errors and what is not there."""
    reply = room.request(method, target)

    assert reply.status == status
    for name, value in HEADERS.items():
        file = status == 200 and target.startswith(FILES)
        kept = file and name == "Cache-Control"
        assert reply.headers[name] == (KEPT if kept else value)
    assert "Server" not in reply.headers


def test_the_policy_lets_nothing_in_from_elsewhere():
    """Neither an inline script nor another host, nor a frame around the page."""
    policy = HEADERS["Content-Security-Policy"]

    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_page_has_anything_inline(room, lang):
    """No script, style or handler stands in a page, and all addresses are ours."""
    guest = room.join("<b onmouseover=alert(1)>", lang=lang)
    projector = room.workshop.refresh().access.projector
    pages = [
        room.get(f"/?lang={lang}"),
        room.get("/j/x%22onload=%22alert(1)"),
        room.get("/room", Cookie=f"workshop={guest.token}"),
        room.get(f"/show/{projector}"),
        room.get("/nothing"),
        room.knock(alias='" onfocus=alert(1) x="', consent="", lang=lang),
    ]
    for page in pages:
        found = Inline()
        found.feed(page.text)
        assert found.found == []


@pytest.mark.parametrize("target", OUTSIDE)
def test_nothing_outside_the_folders_is_served(room, target):
    """A path that leads out of them leads nowhere."""
    reply = room.get(target)

    assert reply.status == 404
    assert "root:" not in reply.text
    assert "import" not in reply.text


def test_only_what_pages_need_is_served():
    """The folders that are served hold no Python and nothing of anybody."""
    here = Path(served.__file__).parent / "static"
    forms = Path(workshop_kit.forms.__file__).parent / "static"
    kinds = {f.suffix for folder in (here, forms) for f in folder.rglob("*")}

    assert kinds <= {".js", ".css", ".svg"}


def everything(room, guest, page):
    """Return all that a guest can get to see, as one text."""
    cookie = f"workshop={guest.token}"
    targets = ["/", "/room", "/me", "/health", "/nothing", "/j/x", "/show/x"]
    got = [room.get(target, Cookie=cookie) for target in targets]
    return "\n".join([*(reply.text for reply in got), *page.heard])


def test_nothing_of_others_is_sent_before_it_is_shown(own_room, new_key):
    """While others answer a guest gets none of it; then words without names."""
    room = own_room
    room.ask("plan.name", "plan.topics", "plan.weight", "goals.people#ideas")
    room.lead.focus(new_key(), aspect="plan", ballot="plan.name")
    other = room.join("ALIAS-of-other")
    writes = other.page()
    writes.asked("plan.name", "plan.topics", "plan.weight")
    guest = room.join("ALIAS-of-guest")
    page = guest.page()
    page.asked("plan.name", "plan.topics", "plan.weight")
    room.lead.focus(new_key(), aspect="goals", ballot="goals.people#ideas")
    writes.asked("goals.people#ideas")
    assert writes.put("goals.people#ideas", [{"idea": "MARK-idea"}])["kind"] == "saved"
    room.lead.focus(new_key(), aspect="plan", ballot="plan.name")
    writes.asked("plan.name", "plan.topics", "plan.weight")
    writes.put("plan.name", "MARK-name")
    writes.put("plan.topics", ["objects", {"other": "MARK-other"}])
    writes.put("plan.weight", {"writing": 3})
    writes.put("plan.topics", ["MARK-draft"], final=False)
    room.lead.close(new_key(), ["plan.topics"])
    page.see(lambda view: "plan.topics" in view["locked"])
    room.lead.timer(new_key(), minutes=3)
    page.see(lambda view: view["timer"])
    held = room.workshop.refresh().access
    secrets = (
        *("MARK", "ALIAS-of-other", other.id, other.token, guest.token),
        *(held.code, held.projector, held.link, str(room.path)),
        *("Fictional facilitator", "Call out.", "Stick in silence."),
    )
    got = everything(room, guest, page)
    assert [word for word in secrets if word in got] == []

    room.lead.reveal(new_key(), "plan.name")
    room.lead.reveal(new_key(), "plan.topics")
    view = page.see(lambda view: len(view["results"]) == 2)
    assert view["results"][0]["words"] == [{"text": "MARK-name", "times": ""}]
    assert view["results"][1]["words"] == [{"text": "MARK-other", "times": ""}]
    got = everything(room, guest, page)
    hidden = ("ALIAS-of-other", other.id, "MARK-draft", "MARK-idea", held.projector)
    assert [word for word in hidden if word in got] == []


def test_the_wall_shows_nothing_before_it_is_shown(own_room, new_key):
    """It counts who answered; the words come when they are revealed."""
    room = own_room
    room.ask("plan.name")
    page = room.join("ALIAS-of-guest").page()
    page.asked("plan.name")
    page.put("plan.name", "MARK-name")
    projector = room.workshop.refresh().access.projector
    heard = []
    with room.connect(f"/show/{projector}/ws") as line:
        line.send('{"type": "hello", "protocol": 1}')
        while "1 of 1 answered" not in (text := line.recv(20)):
            heard.append(text)
        heard.append(text)
        assert not any("MARK" in text or "ALIAS" in text for text in heard)
        line.send('{"type": "put", "outbox": {"plan.name": {"key": "kkkkkkkk"}}}')
        while '"trouble"' not in line.recv(20):
            pass
        room.lead.reveal(new_key(), "plan.name")
        while "MARK-name" not in (text := line.recv(20)):
            pass
    assert "ALIAS" not in text


def test_nobody_answers_for_somebody_else(own_room):
    """Whoever's id, role or workshop stands in a message, it is the sender's answer."""
    own_room.ask("plan.name")
    other, guest = own_room.join("ALIAS-of-other"), own_room.join()
    page = guest.page()
    page.asked("plan.name")
    change = {"key": "k" * 8, "value": "Museum", "final": True}
    for names in (
        {"participant": other.id},
        {"token": other.token, "role": "facilitator"},
    ):
        change |= names
        page.say({"type": "put", "outbox": {"plan.name": change}, **names})
        assert page.hear("receipts")["receipts"]["plan.name"]["kind"] == "saved"

    assert own_room.workshop.answers(other.id) == {}
    assert own_room.workshop.answers(guest.id) == {"plan.name": "Museum"}
    for target in ("/own", "/own.json", "/room", "/me"):
        asked = f"{target}?participant={other.id}&id={other.id}&token={other.token}"
        reply = own_room.get(asked, Cookie=f"workshop={guest.token}")
        assert "ALIAS-of-other" not in reply.text
        assert own_room.get(asked).text.count(other.id) == 0


ROUTES_OF_OTHERS = (
    "/panel",
    "/lead",
    "/api/kernels",
    "/api/contents",
    "/lab",
    "/admin",
)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_no_route_leads_to_the_facilitator(room, method):
    """Nor to Jupyter, also for somebody who is in."""
    guest = room.join()
    for target in (*ROUTES_OF_OTHERS, *(f"/ws{t}" for t in ROUTES_OF_OTHERS)):
        reply = room.request(
            method, target, "", Origin=room.base, Cookie=f"workshop={guest.token}"
        )
        assert reply.status == 404
