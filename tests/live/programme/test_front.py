"""One address for all rooms: nginx with the configuration that is shipped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[3] / "deploy" / "programme" / "nginx.conf"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory, behind):
    """Two rooms behind nginx."""
    folder = tmp_path_factory.mktemp("front")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        site = f"http://127.0.0.1:{probe.getsockname()[1]}"
    sockets = folder / "sockets"
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    assert program, "nginx is missing; python tasks.py test installs it"
    settings = written(folder, site, sockets)
    with (folder / "nginx.log").open("wb") as log:
        nginx = subprocess.Popen(
            [program, "-p", folder, "-c", settings, "-e", "stderr"],
            stdin=subprocess.DEVNULL,
            stderr=log,
        )
    options = ("--public-url", site, "--sockets", str(sockets))
    try:
        with behind(folder, "museum-a", "museum-b", options=options, site=site) as made:
            yield made
    finally:
        nginx.terminate()
        nginx.wait(20)


def written(folder, site, sockets):
    """Write what the shipped file is a part of, with our own places."""
    words = DEPLOY.read_text("utf-8")
    for theirs, ours in (
        ("listen 443 ssl;", f"listen {site.removeprefix('http://')};"),
        ("    ssl_certificate     /etc/ssl/workshops.example.pem;\n", ""),
        ("    ssl_certificate_key /etc/ssl/workshops.example.key;\n", ""),
        (
            "proxy_pass http://unix:/run/workshop-kit",
            f"proxy_pass http://unix:{sockets}",
        ),
        ("/var/log/nginx/programme.log", str(folder / "programme.log")),
    ):
        assert words.count(theirs) == 1, theirs
        words = words.replace(theirs, ours)
    (folder / "programme.conf").write_text(words, "utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    own = "user root;" if os.geteuid() == 0 else ""
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off; {own} pid {folder}/nginx.pid; error_log stderr emerg;"
        "worker_processes 1; events { worker_connections 500; }"
        f"http {{ {paths} include {folder}/programme.conf; }}\n",
        "utf-8",
    )
    return settings


def test_all_rooms_have_one_address(proxied):
    """Each is at its name; somebody joins and answers through the proxy."""
    row = proxied.rows()["museum-a"]
    line = proxied.page("museum-a", proxied.join("museum-a"))

    assert row["address"] == f"{proxied.site}/museum-a"
    assert proxied.put(line, "by the front door") == "saved"
    assert proxied.said("museum-a") == ["by the front door"]
    assert proxied.said("museum-b") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/museum-a", 308),
        ("/museum-z/", 502),
        ("/", 404),
        ("/museum-a.sock/", 404),
        ("/..%2fmuseum-a/", 400),
    ],
)
def test_nothing_else_is_there(proxied, path, status):
    """A name without its slash is put right; what is no room's name leads nowhere."""
    reply = proxied.get(proxied.site + path)

    assert reply.status == status
    if status == 308:
        assert reply.headers["Location"] == "/museum-a/"


def test_nobody_guesses_from_pretended_addresses(proxied):
    """Attempts count for who really asks, and not for whom they claim to be."""
    base = f"{proxied.site}/museum-b"
    form = "code=WRONGWRO&alias=Sam&role=hr&lang=en&consent=yes"
    found = []
    for n in range(12):
        reply = proxied.request(
            "POST",
            f"{base}/join",
            form,
            Origin=proxied.site,
            Content_Type="application/x-www-form-urlencoded",
            X_Forwarded_For=f"192.0.2.{n}",
        )
        found.append(reply.status)

    assert found[:10] == [403] * 10
    assert found[11] == 429


def test_no_address_is_written_down(proxied):
    """Neither by the proxy nor by the rooms, also when something is missing."""
    proxied.get(f"{proxied.site}/museum-z/")
    folder = proxied.folder.parent
    logs = [folder / "programme.log", folder / "nginx.log", proxied.log]
    said = ""
    for log in logs:
        with suppress(FileNotFoundError):
            said += log.read_text("utf-8")

    assert "127.0.0.1" not in said


def test_the_sockets_are_gone_afterwards(tmp_path, behind):
    """A programme that ended leaves no door that nobody opens."""
    sockets = tmp_path / "sockets"
    options = ("--public-url", "http://127.0.0.1:9", "--sockets", str(sockets))
    with behind(tmp_path, options=options, site="http://127.0.0.1:9") as programme:
        programme.make("museum-a")
        programme.until((sockets / "museum-a.sock").exists)
        programme.stop()

        assert list(sockets.iterdir()) == []
