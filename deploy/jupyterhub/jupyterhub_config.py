"""
JupyterHub for the facilitators of a programme, on one server.

    npm ci --prefix deploy/jupyterhub
    pip install "jupyterhub>=6.1,<7"
    jupyterhub --config deploy/jupyterhub/jupyterhub_config.py

Each facilitator has a server, a folder with the notebooks, and one workshop. The
participants' rooms are no part of it: ``workshop-kit programme`` serves them, as a
process and at a host of its own. See docs/programme.md.

Settings are read from the environment:

- ``WORKSHOP_PROGRAMME``: folder for all that is made. Default ``programme``.
- ``WORKSHOP_HUB_URL``: where facilitators come in. Default ``http://127.0.0.1:8000``;
  the two ports above it are used too, on this computer only.
- ``WORKSHOP_HUB_SUBDOMAINS``: host below which each facilitator has a name, such as
  ``https://hub.example``; needed as soon as they do not trust each other.
- ``WORKSHOP_TRYOUT_USERS``: names and passwords as JSON, for trying only.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jupyterhub.auth import Authenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner

from workshop_kit.kit.found import DEFAULT
from workshop_kit.kit.load import load
from workshop_kit.live.starter import lay_out

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
PROGRAMME = Path(os.environ.get("WORKSHOP_PROGRAMME", "programme")).resolve()
STATE, HOMES, ROOMS, RUN = (
    PROGRAMME / name for name in ("hub", "facilitators", "rooms", "run")
)
URL = os.environ.get("WORKSHOP_HUB_URL", "http://127.0.0.1:8000")
FIRST_USER = 20_000
"""Facilitator n has the system's user id 20,000 + n, if the Hub runs as root."""


class TryoutAuthenticator(Authenticator):
    """
    Passwords in the environment: FOR TRYING ONLY.

    Replace it by your institution's sign-in (``oauthenticator``, ``ldapauthenticator``)
    or by accounts that people make themselves (``nativeauthenticator``).
    """

    async def authenticate(
        self,
        handler: Any,  # noqa: ARG002 - JupyterHub's signature
        data: dict[str, str],
    ) -> str | None:
        """Return the name of who knows the password of that name."""
        known = json.loads(os.environ["WORKSHOP_TRYOUT_USERS"])
        right = known.get(data["username"], secrets.token_hex())
        same = secrets.compare_digest(data["password"].encode(), right.encode())
        return data["username"] if same else None


class FacilitatorSpawner(SimpleLocalProcessSpawner):
    """
    A server of its own for each facilitator, with one workshop.

    Where the Hub runs as root, each is another user of the system, to whom the
    folders of the others are closed. Otherwise all are the one who runs the Hub, and
    only the Hub keeps them apart: enough to try it, and no more.
    """

    def _owner(self) -> int | None:
        return FIRST_USER + self.user.id if os.geteuid() == 0 else None

    def _give(self, path: Path) -> None:
        owner = self._owner()
        if owner is not None:
            os.chown(path, owner, owner, follow_symlinks=False)

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Say where home and workshop are."""
        name = self.user.name
        self.home_dir = str(HOMES / name)
        return super().user_env(env) | {
            "WORKSHOP_FILE": str(ROOMS / name / f"{name}.workshop"),
            "WORKSHOP_EXPORTS": str(HOMES / name / "exports"),
            # Of a kernel's sockets the system takes paths of a hundred characters.
            "JUPYTER_RUNTIME_DIR": str(RUN / str(self.user.id)),
            # Rooms are opened by ``workshop-kit programme``, never from a notebook.
            "WORKSHOP_SERVED": "1",
            # What lies beside a notebook is never taken for a module.
            "PYTHONSAFEPATH": "1",
        }

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """Become the facilitator, in the folder of the facilitator."""
        owner, home = self._owner(), str(HOMES / name)

        def become() -> None:
            if owner is not None:
                os.setgroups([])
                os.setgid(owner)
                os.setuid(owner)
            os.umask(0o077)
            os.chdir(home)

        return become

    def furnish(self) -> None:
        """Make the folders the first time, with the notebooks."""
        home = HOMES / self.user.name
        for folder in (ROOMS / self.user.name, RUN / str(self.user.id)):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._give(folder)
        if home.exists():
            return
        # What belongs to a facilitator is never written to by the Hub again.
        draft = HOMES / f".{self.user.name}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        lay_out(draft, load(DEFAULT))
        for path in (*draft.rglob("*"), draft):
            self._give(path)
        draft.rename(home)


def furnish(spawner: FacilitatorSpawner) -> None:
    """Run before a server starts."""
    spawner.furnish()


def lab_settings() -> Path:
    """Write down how JupyterLab looks, as ``workshop-kit start`` does."""
    folder = PROGRAMME / "lab"
    folder.mkdir(exist_ok=True)
    source = Path(str(files("workshop_kit.live") / "lab_settings.json"))
    shutil.copy(source, folder / "overrides.json")
    return folder


PROGRAMME.mkdir(exist_ok=True, parents=True)
for folder, mode in ((STATE, 0o700), (HOMES, 0o711), (ROOMS, 0o711), (RUN, 0o711)):
    folder.mkdir(exist_ok=True)
    folder.chmod(mode)

c = get_config()  # noqa: F821 - JupyterHub's

port = urlsplit(URL).port or 8000
c.JupyterHub.bind_url = URL
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 2}"
c.ConfigurableHTTPProxy.command = [
    str(HERE / "node_modules" / ".bin" / "configurable-http-proxy")
]
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
# Whoever may write a page below the Hub's own name could act for its visitors.
c.JupyterHub.subdomain_host = os.environ.get("WORKSHOP_HUB_SUBDOMAINS", "")

c.JupyterHub.authenticator_class = TryoutAuthenticator
c.Authenticator.allowed_users = set(
    json.loads(os.environ.get("WORKSHOP_TRYOUT_USERS", "{}"))
)

c.JupyterHub.spawner_class = FacilitatorSpawner
c.Spawner.pre_spawn_hook = furnish
c.Spawner.cmd = [sys.executable, "-P", "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = "/doc/tree/notebooks/00_start.ipynb"
# What else is in the environment of the Hub is nothing to a facilitator.
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "PYTHONPATH", "WORKSHOP_LANG"]
c.Spawner.args = [
    f"--LabApp.app_settings_dir={lab_settings()}",
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    # Runs our notebooks when they are opened, as ``workshop-kit start`` does.
    f"--LabApp.extra_labextensions_path={files('workshop_kit.live') / 'labextensions'}",
    "--KernelManager.transport=ipc",
    # A notebook whose page is closed gives its memory back; run again, all is there.
    "--MappingKernelManager.cull_idle_timeout=900",
    "--MappingKernelManager.cull_interval=120",
    "--ServerApp.terminals_enabled=False",
]
c.Spawner.http_timeout = 120
c.Spawner.start_timeout = 120
c.JupyterHub.shutdown_on_logout = False
