"""Runs the participants' pages as a process of their own, without a way to Jupyter."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.live.workshop import Workshop
from workshop_kit.store.place import environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import uvicorn

    from workshop_kit.store.place import Place

PORT = 8765
"""Where participants find the room, unless another program is there already."""

EVERYWHERE = "0.0.0.0"  # noqa: S104 - phones in the room have to reach it
"""The address that is listened on: all networks this computer is in."""

CONNECTIONS = 8192
"""Most connections at once: a thousand people, with the pages they left behind."""

PINGS, PATIENCE = 5.0, 20.0
"""Seconds between looks whether a page is still there, and to wait for its word: a
slow disk holds the word up, and nobody should be sent away for that."""


SERVED_VARIABLE = "WORKSHOP_SERVED"
"""Set where somebody else serves the pages, so that a notebook need not start them."""


def serve(  # noqa: PLR0913 - the options of a command
    path: Place,
    *,
    host: str = EVERYWHERE,
    port: int = 0,
    certfile: Path | None = None,
    keyfile: Path | None = None,
    watched: int = 0,
    public: str = "",
    proxies: str = "",
) -> None:
    """
    Serve the participants' pages of a workshop until it is stopped.

    Args:
        path: The workshop.
        host: Address to listen on.
        port: 0 takes the one of the last time, or else :data:`PORT`, or else a
            free one.
        certfile: Certificate, for https.
        keyfile: Its key.
        watched: Id of a process with which this one ends; 0 for none.
        public: Address that participants are sent to, if a proxy stands before this
            process, such as ``https://workshop.museum.example``.
        proxies: Addresses or networks, with commas, of proxies that are believed
            when they say for whom they ask; others are not.

    Raises:
        WorkshopError: If the port is taken, a file is missing or an address is none.
        StoreError: If the workshop cannot be opened.
    """
    for file in (certfile, keyfile):
        if file is not None and not file.is_file():
            raise WorkshopError(N_("this file is not there."), where=str(file))
    believed = _proxies(proxies)
    address = _public(public)
    wished = [port] if port else [_last_port(path) or PORT, 0]
    run(
        path,
        listen(host, wished),
        public=address,
        proxies=believed,
        certfile=certfile,
        keyfile=keyfile,
        watched=watched,
    )


def run(  # noqa: PLR0913 - what a process is told
    place: Place | str,
    listening: socket.socket,
    *,
    prefix: str = "",
    public: str = "",
    proxies: Sequence[str] = (),
    certfile: Path | None = None,
    keyfile: Path | None = None,
    watched: int = 0,
) -> None:
    """
    Serve the participants' pages of a workshop on a socket until it is stopped.

    Args:
        place: Where the workshop is.
        listening: Bound. Who connects to one of the system's own sockets (a file)
            is a proxy, which says whom it speaks for.
        prefix: See :class:`workshop_kit.live.room.hall.Hall`.
        public: Likewise.
        proxies: Addresses of proxies that are believed when they say for whom they
            ask.
        certfile: Certificate, for https.
        keyfile: Its key.
        watched: Id of a process with which this one ends; 0 for none.

    Raises:
        StoreError: If the workshop cannot be opened.
    """
    import uvicorn  # noqa: PLC0415 - only needed to serve

    from workshop_kit.live.room.gate import (  # noqa: PLC0415 - heavy
        telling,
        worth_noting,
    )
    from workshop_kit.live.room.hall import Hall  # noqa: PLC0415 - heavy
    from workshop_kit.live.room.limits import MESSAGE  # noqa: PLC0415
    from workshop_kit.live.room.server import app  # noqa: PLC0415

    make_place()
    proxied = listening.family not in {socket.AF_INET, socket.AF_INET6}
    hall = Hall(
        place,
        port=0 if proxied else listening.getsockname()[1],
        secure=certfile is not None,
        pid=os.getpid(),
        prefix=prefix,
        public=public,
    )
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    logging.getLogger("uvicorn.error").addFilter(worth_noting)
    config = uvicorn.Config(
        app(hall),
        http=telling(hall.sweep.came),
        ws="websockets-sansio",
        ws_max_size=MESSAGE,
        ws_ping_interval=PINGS,
        ws_ping_timeout=PATIENCE,
        # Each connection would hold its own dictionary, of more than all the rest.
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=proxied or bool(proxies),
        forwarded_allow_ips="*" if proxied else list(proxies),
        timeout_keep_alive=5,
        timeout_graceful_shutdown=3,
        ssl_certfile=certfile,
        ssl_keyfile=keyfile,
    )
    server = uvicorn.Server(config)
    if watched:
        _end_with(watched, server)
    hall.sweep.take_over()
    server.run(sockets=[listening])


def _public(url: str) -> str:
    parts = urlsplit(url)
    whole = parts.scheme in {"http", "https"} and parts.netloc
    if url and (not whole or parts.path.strip("/") or parts.query or "@" in url):
        raise WorkshopError(
            N_("“{url}” is no address that a proxy can have for a room."),
            fix=N_("Write it like {example}, without a path."),
            url=url,
            example="https://workshop.museum.example",
        )
    return f"{parts.scheme}://{parts.netloc}" if url else ""


def _proxies(named: str) -> list[str]:
    found = [each.strip() for each in named.split(",") if each.strip()]
    for each in found:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise WorkshopError(
                N_("“{address}” is not the address of a proxy."),
                fix=N_("Write a number such as 127.0.0.1, or a network: 10.0.0.0/8."),
                address=each,
            ) from None
    return found


def listen(host: str, wished: Sequence[int]) -> socket.socket:
    """
    Return a socket bound to the first port that can be had.

    Args:
        host: Address to listen on.
        wished: Ports; 0 is any that is free.

    Raises:
        WorkshopError: If none can be had.
    """
    for place in wished:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            # Elsewhere this would let two programs have the same port.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, place))
        except OSError as error:
            listening.close()
            problem = error
            continue
        return listening
    raise WorkshopError(
        N_("Port {port} cannot be used ({problem})."),
        fix=N_("Stop the other program, or choose another one with --port."),
        port=wished[-1],
        problem=problem.strerror,
    )


def make_place() -> None:
    """Ask the system for a connection for everybody; its default may be 256."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on every system

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wished = CONNECTIONS if most == resource.RLIM_INFINITY else min(CONNECTIONS, most)
    if now != resource.RLIM_INFINITY and now < wished:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wished, most))


def _last_port(path: Place) -> int:
    with Workshop.open(path) as workshop:
        host = workshop.state.host
    return host.port if host else 0


def _end_with(pid: int, server: uvicorn.Server) -> None:
    import psutil  # noqa: PLC0415 - only needed to serve

    def runs() -> bool:
        try:
            # One that ended but was not waited for still has its number.
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def watch() -> None:
        while runs():
            time.sleep(1)
        server.should_exit = True

    threading.Thread(target=watch, name="watched", daemon=True).start()


def command(path: Place, *options: str) -> list[str]:
    """Return the command line that serves the pages of a workshop."""
    # Nothing in the folder we are in stands in for a module.
    program = [sys.executable, "-P", "-m", "workshop_kit"]
    return [*program, "room", str(path), *options]


def without_jupyter(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment from which nothing leads to Jupyter."""
    return {
        name: value
        for name, value in environment.items()
        if not name.upper().startswith(("JUPYTER", "JPY_", "IPY"))
    }


def own_modules(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what keeps a program from modules of the folder it is in."""
    # A place of nothing among the others stands for that folder too.
    places = environment.get("PYTHONPATH", "").split(os.pathsep)
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, places)),
        "PYTHONSAFEPATH": "1",
    }


def room_environment(path: Place) -> dict[str, str]:
    """Return the environment of the process that serves the pages of a workshop."""
    inherited = without_jupyter(os.environ)
    return inherited | own_modules(inherited) | environment(path)


def jupyter() -> int:
    """Return the process that started the kernel we are in."""
    if sys.platform == "win32":
        import psutil  # noqa: PLC0415 - heavy, and needed nowhere else in a notebook

        # What Jupyter tells a kernel there is not the number of a process, and the
        # Python of a virtual environment starts another one with the same words.
        own = psutil.Process()
        words = own.cmdline()[1:]
        return next(p.pid for p in own.parents() if p.cmdline()[1:] != words)
    return int(os.environ.get("JPY_PARENT_PID") or os.getppid())


def start_room(path: Place, *options: str) -> None:
    """
    Start the participants' pages from a notebook; they outlive its kernel.

    They end with JupyterLab. What they have to say stands in a file ``NAME.log``,
    beside the workshop, or in the folder of the notebook if that is in a database.
    """
    said = path.with_suffix(".log") if isinstance(path, Path) else f"{path.stem}.log"
    with Path(said).open("ab") as log:
        subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
            command(path, "--with-pid", str(jupyter()), *options),
            env=room_environment(path),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
