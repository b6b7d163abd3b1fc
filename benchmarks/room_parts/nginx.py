"""The nginx of ``deploy``, before processes of this run and without TLS."""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from room_parts import serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from room_parts.serve import Server

SHIPPED = serve.ROOT / "deploy" / "nginx" / "workshop.conf"
PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")

CHANGES = (
    (r"server \{\s+listen +80;.*?\n\}\n", ""),
    (r"listen +443 ssl;", "listen 127.0.0.1:{port};"),
    (r"\n *(ssl_\w+|add_header) .*?;", ""),
    (r"/var/log/nginx/workshop.log", "stderr"),
    # Here a thousand people have one address.
    (r"rate=100r/s", "rate=100000r/s"),
    (r"workshop_lines 3000", "workshop_lines 60000"),
    (r"(\n *server 127\.0\.0\.1:\d+ [^\n]*)+", "{servers}"),
)
"""What is other than in an institution: a pattern, and what is put there."""


def program() -> str:
    """Return the path of nginx; empty where there is none."""
    return shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin") or ""


@contextmanager
def before(ports: Sequence[int], folder: Path) -> Iterator[Server]:
    """Put nginx before processes that listen on these ports."""
    port = serve.free_port()
    servers = "".join(
        f"\n    server 127.0.0.1:{each} max_fails=1 fail_timeout=2s;" for each in ports
    )
    words = SHIPPED.read_text("utf-8")
    for pattern, ours in CHANGES:
        put = ours.replace("{port}", str(port)).replace("{servers}", servers)
        words, n = re.subn(pattern, lambda _, put=put: put, words, flags=re.DOTALL)
        if not n:
            sys.exit(f"{SHIPPED.name} has changed: nothing fits {pattern!r} any more")
    (folder / "workshop.conf").write_text(words, "utf-8")
    own = "user root;" if os.geteuid() == 0 else ""
    paths = " ".join(f"{name}_temp_path {folder}/{name};" for name in PLACES)
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off; {own} pid {folder}/nginx.pid; error_log stderr crit;"
        " worker_processes auto; worker_rlimit_nofile 8192;"
        " events { worker_connections 8000; }"
        f" http {{ {paths} include {folder}/workshop.conf; }}\n",
        "utf-8",
    )
    command = [program(), "-p", str(folder), "-c", str(settings)]
    log = folder / "nginx.log"
    with serve.running(command, port, "/health", log=log, env=os.environ) as server:
        yield server
