"""JupyterHub as ``deploy/jupyterhub`` sets it up, and facilitators who use it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import httpx
import nbformat
import psutil
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy" / "jupyterhub"
PATIENCE = 120.0
"""Seconds after which something that should happen counts as never happening."""


def wait_until(happens: Callable[[], Any]) -> Any:
    """Return what *happens* gives as soon as that is something."""
    end = time.monotonic() + PATIENCE
    while not (found := happens()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.1)
    return found


def free_ports(n: int) -> int:
    """Return the first of *n* ports in a row that nobody listens on."""
    while True:
        with ExitStack() as held:
            first = held.enter_context(socket.create_server(("127.0.0.1", 0)))
            port = first.getsockname()[1]
            with suppress(OSError):
                for more in range(1, n):
                    place = ("127.0.0.1", port + more)
                    held.enter_context(socket.create_server(place))
                return port


class Hub:
    """
    The Hub and the rooms of a programme, each a process of its own.

    Args:
        folder: For all they make; other users of the system can look into it.
        users: Names and passwords.
    """

    def __init__(self, folder: Path, users: dict[str, str]) -> None:
        self.folder, self.users = folder, users
        port = free_ports(3)
        self.url, self.port = f"http://127.0.0.1:{port}", port
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = folder / "hub.log"

    def __enter__(self) -> Self:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JUPYTER", "JPY_", "WORKSHOP"))
        }
        environment = inherited | {
            "WORKSHOP_PROGRAMME": str(self.folder / "programme"),
            "WORKSHOP_HUB_URL": self.url,
            "WORKSHOP_TRYOUT_USERS": json.dumps(self.users),
            "PYTHONPATH": str(ROOT),
        }
        config = str(DEPLOY / "jupyterhub_config.py")
        try:
            self._start("jupyterhub", "--config", config, env=environment)
            wait_until(lambda: self._healthy(f"{self.url}/hub/health"))
            rooms = (
                "programme",
                str(self.rooms),
                "--host",
                "127.0.0.1",
                "--lang",
                "en",
            )
            at = ("--port", str(free_ports(3)))
            del environment["WORKSHOP_TRYOUT_USERS"]
            self._start("workshop_kit", *rooms, *at, env=environment)
        except BaseException:
            self.__exit__()
            raise
        return self

    @property
    def rooms(self) -> Path:
        """Where the workshops are."""
        return self.folder / "programme" / "rooms"

    def _start(self, module: str, *words: str, env: dict[str, str]) -> None:
        with self.log.open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", module, *words],
                    cwd=self.folder,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )

    def _healthy(self, url: str) -> bool:
        assert self.processes[-1].poll() is None, self.log.read_text("utf-8")
        with suppress(httpx.HTTPError):
            return httpx.get(url).status_code == httpx.codes.OK
        return False

    def family(self) -> list[psutil.Process]:
        """Return all processes there are because of this."""
        found = []
        for process in self.processes:
            with suppress(psutil.NoSuchProcess):
                one = psutil.Process(process.pid)
                found += [one, *one.children(recursive=True)]
        return found

    def stop(self) -> list[psutil.Process]:
        """End the Hub and the rooms as a terminal does; returns what is left."""
        family = self.family()
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(PATIENCE)
        return psutil.wait_procs(family, timeout=20)[1]

    def __exit__(self, *_: object) -> None:
        for one in self.family():
            with suppress(psutil.NoSuchProcess):
                one.terminate()
        for one in psutil.wait_procs(self.family(), timeout=20)[1]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        for process in self.processes:
            process.wait(PATIENCE)

    def room(self, name: str) -> str:
        """Return the address of a room once it is open."""

        def base() -> str:
            with suppress(OSError, ValueError, KeyError, httpx.HTTPError):
                ports = json.loads((self.rooms / "ports.json").read_text("utf-8"))
                found = f"http://127.0.0.1:{ports[name]}/{name}"
                if httpx.get(f"{found}/health").status_code == httpx.codes.OK:
                    return found
            return ""

        return str(wait_until(base))


class Facilitator:
    """
    Somebody with a browser and a password.

    Args:
        hub: Where to.
        name: Of the account.
    """

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.name = hub, name
        self.client = httpx.Client(
            base_url=hub.url, follow_redirects=True, timeout=PATIENCE
        )

    def log_in(self, password: str | None = None) -> httpx.Response:
        """Fill in the form, with the secret that came with it."""
        self.client.get("/hub/login")
        given = {
            "username": self.name,
            "password": self.hub.users[self.name] if password is None else password,
            "_xsrf": self._xsrf("/hub/"),
        }
        return self.client.post("/hub/login", data=given)

    def _xsrf(self, path: str) -> str:
        found = [
            cookie.value
            for cookie in self.client.cookies.jar
            if cookie.name == "_xsrf" and cookie.path == path
        ]
        return str(found[0])

    def spawn(self) -> None:
        """Start a server, and wait for it."""
        self.client.get(f"/hub/spawn/{self.name}")
        wait_until(self._there)

    def _there(self) -> bool:
        # As a browser: by way of the Hub, which says who it is.
        page = self.client.get(f"/user/{self.name}/lab")
        ready = str(page.url).startswith(f"{self.hub.url}/user/{self.name}/")
        return ready and page.status_code == httpx.codes.OK

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask a server's interface something, as its pages do."""
        token = self._xsrf(f"/user/{self.name}/")
        return self.client.request(
            method, f"/user/{path}", headers={"X-XSRFToken": token}, **more
        )

    def kernel(self, notebook: str = "00_start") -> Kernel:
        """Open a notebook, which starts a kernel for it."""
        path = f"{self.name}/api/sessions"
        session = {
            "path": f"notebooks/{notebook}.ipynb",
            "name": f"{notebook}.ipynb",
            "type": "notebook",
            "kernel": {"name": "python3"},
        }
        reply = self.ask("POST", path, json=session)
        assert reply.status_code == httpx.codes.CREATED, reply.text
        return Kernel(self, reply.json()["kernel"]["id"])

    def close(self) -> None:
        """Close the browser."""
        self.client.close()


class Kernel:
    """
    The line to a kernel, by the messages of Jupyter.

    Args:
        whose: Who runs it.
        id_: Of the kernel.
    """

    def __init__(self, whose: Facilitator, id_: str) -> None:
        url = f"{whose.hub.url}/user/{whose.name}/api/kernels/{id_}/channels"
        jar = whose.client.cookies.jar
        path = urlsplit(url).path
        cookies = [f"{c.name}={c.value}" for c in jar if path.startswith(c.path)]
        self._open = ExitStack()
        line = connect(
            url.replace("http", "ws", 1),
            origin=whose.hub.url,
            additional_headers={"Cookie": "; ".join(cookies)},
            open_timeout=PATIENCE,
            max_size=None,
        )
        self._line = self._open.enter_context(line)

    def run(self, code: str) -> str:
        """Run code; returns what it showed as text, an error included."""
        asked = uuid.uuid4().hex
        header = {"msg_id": asked, "msg_type": "execute_request", "version": "5.3"}
        header |= {"username": "", "session": uuid.uuid4().hex, "date": ""}
        content = {"code": code, "silent": False, "allow_stdin": False}
        message = {"header": header, "content": content, "channel": "shell"}
        message |= {"parent_header": {}, "metadata": {}, "buffers": []}
        self._line.send(json.dumps(message))
        shown = []
        while True:
            said = json.loads(self._line.recv(PATIENCE))
            if said["parent_header"].get("msg_id") != asked:
                continue
            kind, told = said["msg_type"], said["content"]
            if kind == "stream":
                shown.append(told["text"])
            elif kind in {"execute_result", "display_data"}:
                shown.append(told["data"].get("text/plain", ""))
            elif kind == "error":
                shown.append(f"{told['ename']}: {told['evalue']}")
            elif kind == "status" and told["execution_state"] == "idle":
                return "".join(shown)

    def close(self) -> None:
        """Hang up."""
        self._open.close()


def cells(name: str) -> list[str]:
    """Return the code cells of a notebook of the project."""
    found = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    return [cell.source for cell in found.cells if cell.cell_type == "code"]
