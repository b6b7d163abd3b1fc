"""Holds a complete sample workshop: notebooks, answers, decisions, exports."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from workshop_kit.errors import N_, ExportError
from workshop_kit.i18n import Translator
from workshop_kit.kit.found import DEFAULT
from workshop_kit.kit.load import load
from workshop_kit.live.desk import EXPORTS_VARIABLE
from workshop_kit.live.notebooks import FOLDER
from workshop_kit.live.opened import FILE_VARIABLE, LANG_VARIABLE
from workshop_kit.live.own import FOLDER_VARIABLE
from workshop_kit.live.sample import answer_all, decide_all, read_sample
from workshop_kit.live.starter import notebooks_of
from workshop_kit.live.workshop import MOMENTS, Workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

DECIDING = "_decide"
"""End of the name of the notebook from which on the room has decided."""

CELL_SECONDS = 120


def run_demo(folder: Path, *, to: Path, lang: str, kit: str = DEFAULT) -> list[Path]:
    """
    Hold the sample workshop and export all of it.

    Args:
        folder: Folder with ``notebooks/`` and ``data/``; see
            :func:`workshop_kit.live.starter.shipped`.
        to: Where the files go; made if it is not there.
        lang: Language of the notebooks; the policy comes in both.
        kit: Of which there has to be a sample in ``data/``.

    Returns:
        The files written.

    Raises:
        WorkshopError: If something is missing or cannot be written.
    """
    t = Translator(lang)
    console = Console()
    pages = {Path(k).stem: v.decode() for k, v in notebooks_of(load(kit)).items()}
    sample = read_sample(folder / sample_of(kit))
    to = to.resolve()
    file = to / "demo.workshop"
    _fresh(file)
    Workshop.create(file, kit=kit, lang=t.lang, track="full").close()
    console.print(t(N_("A sample workshop of a fictional institution.")))
    made: list[Path] = []
    with _environment(file, to, t.lang), Progress(console=console) as progress:
        bar = progress.add_task("", total=len(pages) + 2)

        def step(words: str) -> None:
            progress.update(bar, advance=1, description=words)

        with Workshop.open(file) as workshop:
            answered = answer_all(workshop, sample)
        step(
            t(
                N_("{n} answers from {people} participants"),
                n=answered,
                people=len(sample.participants),
            )
        )
        for name, content in pages.items():
            if name.endswith(DECIDING):
                with Workshop.open(file) as workshop:
                    decided = decide_all(workshop, sample)
                step(t(N_("{n} decisions"), n=decided))
            made.append(_finish(name, content, folder / FOLDER, to))
            step(t(N_("notebook {name}"), name=f"{name}.ipynb"))
    policies = sorted(p for p in to.glob("policy-*") if p.suffix in {".html", ".pdf"})
    policies += sorted(to.glob(MOMENTS))
    for path in (*policies, *made):
        console.print(f"  {_short(path)}", soft_wrap=True, highlight=False)
    console.print(t(N_("Done: {n} files."), n=len(policies) + len(made)))
    return [*policies, *made]


def sample_of(kit: str) -> Path:
    """Return where, in a project, the sample workshop of a kit is."""
    name = "workshop" if kit == DEFAULT else kit
    return Path("data") / f"sample_{name}" / "workshop.yaml"


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _fresh(file: Path) -> None:
    """Remove the workshop of the last demo, and what it exported."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        old = [
            file,
            *(file.parent.glob("demo.workshop-*")),
            *file.parent.glob("policy-*"),
            file.parent / MOMENTS,
        ]
        for path in old:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(
            N_("this folder cannot be written ({problem})."),
            where=str(file.parent),
            fix=N_("Choose another folder with --to."),
            problem=error.strerror,
        ) from None


@contextmanager
def _environment(file: Path, to: Path, lang: str) -> Iterator[None]:
    """Tell the notebooks' kernels which workshop this is, and undo it afterwards."""
    told = {
        FILE_VARIABLE: str(file),
        LANG_VARIABLE: lang,
        EXPORTS_VARIABLE: str(to),
        # The sample must not pick up real exports that lie in the folder for them.
        FOLDER_VARIABLE: str(to / "own"),
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _finish(name: str, notebook: str, here: Path, to: Path) -> Path:
    """Run a notebook in a folder and write it as one HTML page with static answers."""
    import nbformat  # noqa: PLC0415 - its import costs most of a second
    from nbclient import NotebookClient  # noqa: PLC0415
    from nbclient.exceptions import CellExecutionError  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    from workshop_kit.export.exporters import PolicyHTMLExporter  # noqa: PLC0415
    from workshop_kit.export.files import write  # noqa: PLC0415

    content = nbformat.reads(notebook, as_version=4)  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory(prefix="workshop-") as sockets:
        client = NotebookClient(
            content,
            timeout=CELL_SECONDS,
            resources={"metadata": {"path": str(here)}},
            # The answers live in the workshop file; a notebook must not carry them.
            store_widget_state=False,
            config=Config(_private_kernel(Path(sockets))),
        )
        try:
            client.execute()
        except CellExecutionError as error:
            raise ExportError(
                N_("the notebook stopped: {problem}."),
                where=f"{name}.ipynb",
                problem=error.evalue,
            ) from None
    content.metadata["workshop_kit"] = {"lang": os.environ[LANG_VARIABLE]}
    page, _ = PolicyHTMLExporter().from_notebook_node(content)  # type: ignore[no-untyped-call]
    return write(to / f"{name}.html", page.encode())


def _private_kernel(folder: Path) -> dict[str, dict[str, str]]:
    """Let the kernel listen in a folder of its own and not on TCP, where it can."""
    if os.name == "nt":
        return {}
    return {"KernelManager": {"transport": "ipc", "ip": str(folder / "kernel")}}
