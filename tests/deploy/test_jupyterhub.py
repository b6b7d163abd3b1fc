"""Facilitators on JupyterHub: own server, own workshop, and a room outside of it."""

from __future__ import annotations

import json
import os
import uuid
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from websockets.sync.client import connect

ASKED = "ctx.name"


def pages(room, code):
    """Join a room as a participant's browser does; returns the line to it."""
    origin = room.removesuffix(urlsplit(room).path)
    form = {"code": code, "alias": "Fictional Sam", "role": "communications"}
    form |= {"lang": "nl", "consent": "yes"}
    reply = httpx.post(f"{room}/join", data=form, headers={"Origin": origin})
    assert reply.status_code == httpx.codes.SEE_OTHER, reply.text
    cookie = reply.headers["Set-Cookie"].split(";")[0]
    return connect(
        f"{room.replace('http', 'ws', 1)}/ws",
        origin=origin,
        additional_headers={"Cookie": cookie},
        open_timeout=60,
    )


def hear(line, kind, fits=lambda _: True):
    """Return the next message of a kind that fits."""
    while True:
        said = json.loads(line.recv(60))
        if said["type"] == kind and fits(said):
            return said


@pytest.mark.parametrize("password", ["", "wrong", "of the second"])
def test_only_the_right_password_lets_somebody_in(stranger, password):
    """Nor does that of somebody else; the page says so and nothing opens."""
    reply = stranger.log_in(password)

    assert reply.status_code == httpx.codes.FORBIDDEN
    assert str(stranger.client.get("/hub/home").url).split("?")[0].endswith("/login")


def test_a_form_from_elsewhere_lets_nobody_in(stranger):
    """The right password without the form's secret is refused."""
    given = {"username": stranger.name, "password": stranger.hub.users[stranger.name]}
    reply = stranger.client.post("/hub/login", data=given)

    assert reply.status_code == httpx.codes.FORBIDDEN


def test_a_facilitator_holds_a_workshop(hub, first, kernel):
    """Make it, open the room, ask; somebody joins and answers; that is seen."""
    room = hub.room(first.name)
    code = kernel.run("print(workshop.workshop.refresh().access.code)").strip()
    kernel.run(
        "from workshop_kit.live.room.lead import Lead\n"
        "workshop.lead('context')\n"
        "lead = Lead(workshop.workshop, 'Fictional facilitator')\n"
        f"lead.focus('{uuid.uuid4().hex}', aspect='context', ballot='{ASKED}')\n"
        f"lead.open('{uuid.uuid4().hex}', ['{ASKED}'])"
    )
    with pages(room, code) as line:
        line.send('{"type":"hello","protocol":1}')
        hear(line, "room", lambda view: ASKED in {g["id"] for g in view["groups"]})
        answer = {"key": uuid.uuid4().hex, "value": "Museum (fictief)", "final": True}
        line.send(json.dumps({"type": "put", "outbox": {ASKED: answer}}))
        receipt = hear(line, "receipts")["receipts"][ASKED]
        here = kernel.run("print(len(workshop.workshop.store.present()))")

    assert receipt["kind"] == "saved"
    assert here == "1\n"
    assert "Museum (fictief)" in kernel.run("workshop.tally('context')")


def test_a_room_is_not_part_of_the_hub(hub, first, kernel):
    """Another origin, another process, and no token of Jupyter in it."""
    room = hub.room(first.name)
    host = kernel.run("print(workshop.workshop.refresh().host.pid)")
    process = psutil.Process(int(host))

    assert urlsplit(room).netloc != urlsplit(hub.url).netloc
    assert not [n for n in process.environ() if n.startswith(("JUPYTERHUB", "JPY"))]
    assert [child.name() for child in process.children()] == []
    assert httpx.get(f"{hub.url}/{first.name}/").status_code != httpx.codes.OK


def test_what_lies_beside_a_notebook_is_no_module(kernel):
    """Neither Python nor the kernel looks into the folder that a notebook is in."""
    said = kernel.run("import os, sys; print('' in sys.path, os.getcwd() in sys.path)")

    assert said == "False False\n"


def test_a_notebook_opens_no_room_itself(kernel):
    """The button of the panel says that it is done for them."""
    said = kernel.run(
        "panel = workshop.invite()\nprint(panel._press('again', {'name': 'start'}))"
    )

    assert "De zalen worden voor je geopend" in said
    assert kernel.run("import os; print(os.environ['WORKSHOP_SERVED'])") == "1\n"


@pytest.mark.usefixtures("kernel")
def test_a_facilitator_reaches_no_other_server(first, second):
    """Neither files nor kernels, with what lets them into their own."""
    for path in ("api/contents/notebooks", "api/kernels", "lab"):
        own = second.ask("GET", f"{second.name}/{path}")
        other = second.ask("GET", f"{first.name}/{path}")

        assert own.status_code == httpx.codes.OK
        assert other.status_code == httpx.codes.FORBIDDEN


def test_a_facilitator_reads_no_other_workshop(hub, first, second, kernel):
    """Where the Hub may make users of the system; elsewhere it cannot promise that."""
    line = second.kernel()
    path = hub.rooms / first.name / f"{first.name}.workshop"
    mine = kernel.run("import os; print(os.getuid())")
    other = line.run("import os; print(os.getuid())")
    said = line.run(f"open({str(path)!r}, 'rb').read(6)")
    opened = line.run(
        "from workshop_kit.live.workshop import Workshop\n"
        f"print(Workshop.open({str(path)!r}).track)"
    )
    line.close()

    if os.geteuid() == 0:
        assert mine != other
        assert {mine, other} & {"0\n"} == set()
        assert said.startswith("PermissionError")
        assert "short" not in opened
    else:
        assert mine == other == f"{os.geteuid()}\n"


@pytest.mark.usefixtures("kernel")
def test_a_participant_gets_nothing_from_the_hub(hub, first):
    """The cookie of a room opens no server, and the Hub's opens no room."""
    room = hub.room(first.name)
    cookies = "; ".join(f"{c.name}={c.value}" for c in first.client.cookies.jar)
    known = httpx.get(f"{room}/me", headers={"Cookie": cookies})
    token = {"Cookie": f"workshop-{first.name}=x" * 3}
    server = httpx.get(f"{hub.url}/user/{first.name}/api/contents", headers=token)

    assert known.json() == {"known": False}
    assert server.status_code in {httpx.codes.FOUND, httpx.codes.FORBIDDEN}


@pytest.mark.usefixtures("kernel", "second")
def test_all_of_it_ends(hub):
    """Hub, proxy, servers, kernels and rooms; the last test, as it ends them."""
    running = {process.pid for process in hub.family()}
    left = hub.stop()

    assert len(running) >= 8
    assert left == []
