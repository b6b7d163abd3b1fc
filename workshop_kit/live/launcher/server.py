"""What the cards ask of Jupyter's server, behind its login and its XSRF check."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from workshop_kit.errors import N_, KitError, WorkshopError
from workshop_kit.i18n import LANGUAGES, Translator, system_language
from workshop_kit.kit.found import names
from workshop_kit.live.launcher import LANG_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.serverapp import ServerApp

WORDS = {
    "category": N_("Policy workshop"),
    "new": N_("New policy workshop"),
    "new_hint": N_("Make a workshop in a folder of its own, and open it"),
    "open": N_("Open workshop"),
    "open_hint": N_("Go on with a workshop that is here already"),
    "name": N_("Name of the workshop, for instance that of your institution"),
    "kit": N_("What is the policy about?"),
    "which": N_("Which workshop?"),
    "none": N_("There is no workshop here yet. Make one with “New policy workshop”."),
    "failed": N_("This did not work"),
    "make": N_("Make"),
    "go": N_("Open it"),
    "cancel": N_("Cancel"),
    "wait": N_("One moment …"),
    "again": N_("Refresh"),
}
"""What the cards say, and what is said where our notebooks are run."""


class _Handler(APIHandler):
    """Does what is asked away from the loop, and says in words what is wrong."""

    auth_resource = "contents"

    @property
    def root(self) -> Path:
        """What JupyterLab shows."""
        return Path(self.serverapp.root_dir).resolve()  # type: ignore[union-attr]

    async def answer(self, work: Callable[[dict[str, Any]], Any]) -> None:
        """Do some work and finish with what it returns."""
        lang = self.get_argument("lang", "")
        try:
            asked = self._asked()
            lang = str(asked.get("lang") or lang)
            said = await asyncio.to_thread(work, asked)
        except WorkshopError as error:
            self.set_status(400)
            said = {"message": error.render(Translator(lang))}
        # Names on a disk may hold what is no text; as ASCII they pass all the same.
        self.finish(json.dumps(said))

    def _asked(self) -> dict[str, Any]:
        asked: Any = None
        # Bytes that are no text, and text that is no JSON.
        with suppress(UnicodeDecodeError, web.HTTPError):
            asked = {} if not self.request.body else self.get_json_body()
        if not isinstance(asked, dict):
            raise WorkshopError(
                N_("This request cannot be read."),
                fix=N_("Reload the page and try again."),
            )
        return asked

    def notebook(self, path: Path) -> dict[str, str]:
        """Return how JupyterLab names a notebook."""
        return {"notebook": path.relative_to(self.root).as_posix()}


class Workshops(_Handler):
    """Which workshops and kits there are."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """List them."""
        await self.answer(self._listed)

    def _listed(self, _: dict[str, Any]) -> dict[str, Any]:
        from workshop_kit.kit.load import load  # noqa: PLC0415 - pydantic
        from workshop_kit.live.launcher import folders  # noqa: PLC0415

        t = Translator(self.get_argument("lang", ""))
        kits = {name: t.pick(load(name).title) for name in names()}
        return {"workshops": folders.found(self.root), "kits": kits}


class New(_Handler):
    """A new workshop."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Make it, and say which notebook to open."""
        await self.answer(self._made)

    def _made(self, asked: dict[str, Any]) -> dict[str, str]:
        from workshop_kit.live.launcher import folders  # noqa: PLC0415
        from workshop_kit.live.room.launch import SERVED_VARIABLE  # noqa: PLC0415

        if os.environ.get(SERVED_VARIABLE):
            raise WorkshopError(
                N_("In this programme workshops are made by whoever runs it."),
                fix=N_("Your own opens at notebooks/00_start.ipynb."),
            )
        lang, kit = str(asked.get("lang")), str(asked.get("kit", ""))
        if kit not in names():
            # Not the folder of one: whoever may ask names what the list offers.
            raise KitError(
                N_("'{name}' is not known here; choose one of: {known}."),
                name=kit,
                known=", ".join(names()),
            )
        made = folders.make(
            self.root,
            str(asked.get("folder", "")),
            str(asked.get("name", "")),
            kit=kit,
            lang=lang if lang in LANGUAGES else system_language(),
        )
        return self.notebook(made)


class Open(_Handler):
    """A workshop that is there."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Say which notebook to open."""
        await self.answer(self._opened)

    def _opened(self, asked: dict[str, Any]) -> dict[str, str]:
        from workshop_kit.live.launcher import folders  # noqa: PLC0415 - pydantic

        return self.notebook(folders.opened(self.root, str(asked.get("path", ""))))


def add(server: ServerApp) -> None:
    """Let a server answer, and tell JupyterLab the words of its parts."""
    base = server.web_app.settings["base_url"]
    server.web_app.add_handlers(  # type: ignore[no-untyped-call]
        ".*$",
        [
            (url_path_join(base, "workshop-kit", name), handler)
            for name, handler in (
                ("workshops", Workshops),
                ("new", New),
                ("open", Open),
            )
        ],
    )
    spoken = os.environ.get(LANG_VARIABLE) or system_language()
    words = {
        lang: {name: Translator(lang)(text) for name, text in WORDS.items()}
        for lang in LANGUAGES
    }
    page = server.web_app.settings.setdefault("page_config_data", {})
    page["workshopKit"] = json.dumps({"lang": spoken, "words": words})
