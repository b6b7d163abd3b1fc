"""What ``workshop-kit start`` says in the terminal: what is open where, how to stop."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from workshop_kit.errors import N_, argument, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from workshop_kit.i18n import Translator
    from workshop_kit.live.starter import Renewed
    from workshop_kit.store.place import Place

NAME = "workshop-kit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """
    What is open.

    Attributes:
        place: The workshop.
        new: Whether it was made just now.
        notebooks: Their folder.
        lab: Address of JupyterLab, with what lets one in; None if it is not known.
        browser: Whether a browser opens there by itself.
        room: Address for participants; None if nothing serves them.
        wanted: Whether participants' pages were asked for.
    """

    place: Place
    new: bool
    notebooks: Path
    lab: str | None
    browser: bool
    room: str | None
    wanted: bool


class Terminal:
    """
    Speaks to whoever started the workshop.

    Args:
        translate: In which language.
    """

    def __init__(self, translate: Translator) -> None:
        self._t = translate
        self._console = Console(highlight=False)

    def renewed(self, notebooks: Iterable[Renewed]) -> None:
        """Say which notebooks were given anew."""
        for notebook in notebooks:
            self._line(notebook.render(self._t), "yellow")

    def starting(self) -> AbstractContextManager[object]:
        """Show that something is going on, for as long as it does."""
        return self._console.status(self._t(N_("JupyterLab is starting …")))

    def opened(self, opened: Opened) -> None:
        """Say what is open where, and how to stop."""
        t = self._t
        rows = [row for row in self._rows(opened) if row[1]]
        width = max(len(t(label)) for label, _ in rows)
        self._console.print()
        for label, value in rows:
            name = Text(f"  {t(label):<{width}}  ", "bold")
            self._console.print(name, Text(printable(value)), sep="", soft_wrap=True)
        self._console.print()

    def stopped(self, place: Place) -> None:
        """Say that all is kept, and how to go on."""
        words = N_("Stopped. All that was filled in is in {file}. To go on:")
        self._line(self._t(words, file=place))
        self._line(f"  {_command()} open {argument(place)}", "bold")

    def _rows(self, opened: Opened) -> Iterator[tuple[str, str]]:
        t = self._t
        made = t(N_("new")) if opened.new else t(N_("saved while you type"))
        yield N_("Workshop"), f"{opened.place} ({made})"
        yield N_("For you"), opened.lab or t(N_("JupyterLab did not answer"))
        if opened.browser and opened.lab:
            words = N_("A browser opens there by itself; else copy the address.")
            yield "", t(words)
        if opened.wanted:
            none = N_("not open; what is wrong stands above")
            yield N_("For participants"), opened.room or t(none)
        if opened.room:
            words = N_("In the same network; the code is in the first notebook.")
            yield "", t(words)
        yield N_("Notebooks"), str(opened.notebooks)
        words = N_("Press Ctrl+C in this window. Everything is kept.")
        yield N_("To stop"), t(words)

    def _line(self, words: str, style: str = "") -> None:
        self._console.print(Text(printable(words), style), soft_wrap=True)


def _command() -> str:
    """Return how this program is called here: its name, if the shell finds it so."""
    called = Path(sys.argv[0])
    if called.stem != NAME or shutil.which(NAME) is not None:
        return NAME
    here = Path.cwd()
    near = called.relative_to(here) if called.is_relative_to(here) else called
    return argument(near)


def lab_address(runtime: Path, known: set[str], folder: Path) -> str | None:
    """
    Return where a JupyterLab that was started just now lets its owner in.

    Its process may have another number than was given to us, as on Windows.

    Args:
        runtime: Folder in which servers say that they run.
        known: Names of those that ran before; see :func:`servers`.
        folder: The one it shows.
    """
    for name in servers(runtime) - known:
        # It may be gone already, or only half written.
        with suppress(OSError, ValueError, KeyError):
            said = json.loads((runtime / name).read_text("utf-8"))
            if Path(said["root_dir"]).samefile(folder):
                return f"{said['url']}?token={said['token']}"
    return None


def servers(runtime: Path) -> set[str]:
    """Return the names of the files in which servers say that they run."""
    return {file.name for file in runtime.glob("jpserver-*.json")}
