"""
How long a policy takes from workshop file to its documents, beside stock nbconvert.

Measured in turns in one run, so that only the ratios between them are read. All get
the policy of the fictional workshop in ``data/sample_workshop``. The notebook is one
whose last cell shows that policy, with the output that ``desk.preview()`` leaves:

- ``ours``: workshop file to HTML, PDF and DOCX (``workshop-kit export``);
- ``policy_html``, ``policy_pdf``, ``policy_docx``: the notebook, by the exporters of
  this project;
- ``html``, ``webpdf``: the same notebook, by the exporters that nbconvert comes with;
- ``html+webpdf``: both of these after each other;
- ``stock latex pdf``: the same notebook by nbconvert's ``pdf``, through TeX, if
  ``xelatex`` and ``pandoc`` are on the ``PATH``; otherwise the output says so;
- ``plain``, ``plain html``: a notebook of 44 cells by ``policy_pdf`` and by ``html``,
  beside ``nbconvert``, which only starts that program and converts nothing.

``cold`` is a process of its own for every run, as on the command line, of a program
that has run before: its bytecode is there. ``warm`` is one process that has done
everything once. ``start`` is ``workshop-kit --help`` beside the import of typer alone.
Each first turn does not count.

``webpdf`` normally starts the Chromium that Playwright downloads. Here Playwright is
told to start the one in the variable ``CHROMIUM``, default ``/usr/bin/chromium``;
nothing else about it is changed, but that Chromium finds no host by any name, so that
the scripts a stock page asks for from the web cost no time.

Usage: ``python benchmarks/export.py [--quick] [--json]``, on Linux or macOS. With
``--json`` the last line is one JSON object: medians in seconds, and ratios to ``ours``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample_workshop" / "workshop.yaml"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LANG = "nl"
FORMATS = ("html", "pdf", "docx")
BIG = (125, 250, 500)
"""Chapters of a page each of the big documents, of which two in five have a figure."""

FIGURES_OF_FIVE = 2
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40">'
    '<rect width="{n}" height="30" fill="#0b5563"/></svg>'
)
SCRIPT = Path(sys.executable).with_name("workshop-kit")
LATEX = "stock latex pdf"
NO_TEX = not (shutil.which("xelatex") and shutil.which("pandoc"))
EXPORTERS = {
    **{n: n for n in ("policy_html", "policy_pdf", "policy_docx", "html", "webpdf")},
    **({} if NO_TEX else {LATEX: "pdf"}),
}
"""Way → name of the exporter of nbconvert."""

PACKAGES = ("nbconvert", "playwright", "typst", "python-docx", "typer")

LAUNCHER = """
from playwright.async_api import BrowserType
launch = BrowserType.launch
async def launch_ours(self, **options):
    return await launch(self, executable_path={chromium!r}, **options)
BrowserType.launch = launch_ours
"""
"""Module ``own_chromium``: what stock ``webpdf`` needs to find a Chromium."""

OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND"
NBCONVERT = [sys.executable, "-m", "nbconvert"]
WEBPDF = [
    sys.executable,
    "-c",
    "import own_chromium; from nbconvert.nbconvertapp import main; main()",
    # Chromium has no sandbox to offer to root in a container.
    "--disable-chromium-sandbox",
    f"--WebPDFExporter.browser_args={OFFLINE}",
]
START_TURNS = 7
START_SECONDS, START_RATIO = 0.3, 2.0
"""What a start may take: so long, or so many times the import of typer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: seconds, and megabytes of the largest process it consisted of."""

    seconds: float
    megabytes: float = 0.0


def run(command: list[str], folder: Path) -> Run:
    """
    Run a command in a process of its own and stop everything if it fails.

    Called from a process that has imported little: the memory of a child counts
    from what its parent had.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(
            filter(None, (str(folder), str(ROOT), os.environ.get("PYTHONPATH")))
        ),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    log = folder / "log.txt"
    with log.open("wb") as told:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=told, stderr=told
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command}\n{log.read_text('utf-8', 'replace')}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Run(seconds=seconds, megabytes=usage.ru_maxrss / unit)


def fill(folder: Path) -> None:
    """Hold the sample workshop, and make a notebook that shows its policy."""
    from workshop_kit.live.desk import Desk  # noqa: PLC0415 - in a child, see run()
    from workshop_kit.live.sample import (  # noqa: PLC0415
        answer_all,
        decide_all,
        read_sample,
    )
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    sample = read_sample(SAMPLE)
    file = folder / "sample.workshop"
    with Workshop.create(file, kit="social_media", lang=LANG, track="full") as workshop:
        answers = answer_all(workshop, sample)
        decisions = decide_all(workshop, sample)
        bundle = Desk(workshop).preview()._repr_mimebundle_()
        title = workshop.policy().title
    cells = [
        {
            "id": "title",
            "cell_type": "markdown",
            "metadata": {},
            "source": f"# {title}",
        },
        {
            "id": "policy",
            "cell_type": "code",
            "metadata": {},
            "source": "desk.preview()",
            "execution_count": 1,
            "outputs": [
                {
                    "output_type": "execute_result",
                    "execution_count": 1,
                    "metadata": {},
                    "data": bundle,
                }
            ],
        },
    ]
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "workshop_kit": {"lang": LANG},
            "language_info": {"name": "python"},
        },
        "cells": cells,
    }
    (folder / "policy.ipynb").write_text(json.dumps(notebook), "utf-8")
    said = [
        {"id": f"c{n}", "cell_type": "markdown", "metadata": {}, "source": words}
        for n, words in enumerate(["# Verslag", *["## Kop\n\n- een\n- twee"] * 43])
    ]
    plain = json.dumps({**notebook, "cells": said})
    (folder / "plain.ipynb").write_text(plain, "utf-8")
    print(json.dumps({"answers": answers, "decisions": decisions}))


def warm(folder: Path, turns: int) -> None:
    """Time everything in this process."""
    import_module("own_chromium")
    from nbconvert.exporters import get_exporter  # noqa: PLC0415

    from workshop_kit.export.formats import export as write  # noqa: PLC0415
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    out = folder / "warm"

    def ours() -> None:
        with Workshop.open(folder / "sample.workshop") as workshop:
            write(workshop, out, [(LANG,)], formats=FORMATS)

    def exported(exporter: Any) -> Callable[[], None]:
        def export() -> None:
            made, _ = exporter.from_filename(str(folder / "policy.ipynb"))
            content = made if isinstance(made, bytes) else made.encode()
            (out / "notebook").write_bytes(content)

        return export

    needed = {"webpdf": {"disable_sandbox": True, "browser_args": [OFFLINE]}}
    ways = {"ours": ours}
    for name, known in EXPORTERS.items():
        exporter: Any = get_exporter(known)  # type: ignore[no-untyped-call]
        ways[name] = exported(exporter(**needed.get(name, {})))
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(turns + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    print(json.dumps(seconds))


def big(pages: int) -> None:
    """Time a document of so many chapters: a page of text and tables for each."""
    from workshop_kit.export.document import (  # noqa: PLC0415 - in a child
        Document,
        Figure,
        Heading,
        Paragraph,
        Table,
        text,
    )
    from workshop_kit.export.formats import rendered  # noqa: PLC0415

    words = "Wie ons volgt, ontmoet ons vaker op een telefoon dan aan de balie. " * 24
    row = tuple(text(f"cel {n}") for n in range(4))
    blocks: list[Any] = []
    for number in range(pages):
        blocks.append(Heading(level=1, runs=text(f"Hoofdstuk {number}")))
        blocks.append(Paragraph(runs=text(words)))
        if number % 5 < FIGURES_OF_FIVE:
            svg = DRAWING.format(n=number % 60 + 20)
            alt = f"Een staaf van {number % 60 + 20}."
            blocks.append(Figure(alt=alt, svg=svg, caption="Reacties"))
        else:
            blocks.append(Table(head=row, rows=(row,) * 12, caption="Tabel"))
    document = Document(title="Groot", lang=LANG, blocks=tuple(blocks))
    seconds = {}
    for name in FORMATS:
        start = time.perf_counter()
        rendered(document, name)
        seconds[name] = round(time.perf_counter() - start, 3)
    print(json.dumps(seconds))


def measured_warm(folder: Path, turns: int) -> dict[str, list[Run]]:
    """Have a child measure what is warm."""
    run([sys.executable, __file__, "--child", "warm", str(folder), str(turns)], folder)
    told = (folder / "log.txt").read_text("utf-8").splitlines()[-1]
    return {
        name: [Run(seconds=seconds) for seconds in found]
        for name, found in json.loads(told).items()
    }


def measured_big(folder: Path) -> dict[str, Any]:
    """Have a child measure each big document; print and return its seconds."""
    print("\nbig: seconds for as many pages and two figures for every five")
    grown: dict[str, Any] = {name: {} for name in (*FORMATS, "peak_mb")}
    for pages in BIG:
        # One process each, so that the peak is that of this document.
        command = [sys.executable, __file__, "--child", "big", str(folder), str(pages)]
        used = run(command, folder)
        told = (folder / "log.txt").read_text("utf-8").splitlines()[-1]
        for name, seconds in json.loads(told).items():
            grown[name][str(pages)] = seconds
        grown["peak_mb"][str(pages)] = round(used.megabytes)
    for kind, taken in grown.items():
        print(f"{kind:12}" + "".join(f"{n}: {s:<9}" for n, s in taken.items()))
    return grown


def measured_cold(folder: Path, turns: int) -> tuple[dict[str, list[Run]], list[str]]:
    """Return the runs of every way, and a line about what each wrote."""
    notebook = str(folder / "policy.ipynb")
    ways = {
        "ours": [
            *(str(SCRIPT), "export", "sample.workshop", "--lang", LANG),
            *("--format", ",".join(FORMATS), "--to"),
        ],
        **{
            name: [
                *(WEBPDF if name == "webpdf" else NBCONVERT),
                *(notebook, "--to", known, "--output-dir"),
            ]
            for name, known in EXPORTERS.items()
        },
    }
    plain = str(folder / "plain.ipynb")
    ways |= {
        "plain": [*NBCONVERT, plain, "--to", "policy_pdf", "--output-dir"],
        "plain html": [*NBCONVERT, plain, "--to", "html", "--output-dir"],
        "nbconvert": [*NBCONVERT, "--version"],
    }
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for turn in range(turns + 1):
        for name, command in ways.items():
            target = [] if name == "nbconvert" else [str(folder / name)]
            done = run([*command, *target], folder)
            if turn:
                runs[name].append(done)
    return runs, [_written(folder / name) for name in ways if name != "nbconvert"]


def _written(folder: Path) -> str:
    """Name what a way wrote, and stop if that is not a page or a PDF."""
    files = sorted(folder.iterdir())
    for path in files:
        content = path.read_bytes()
        signs = {".pdf": b"%PDF-", ".docx": b"PK", ".html": b"</html>"}
        assert signs[path.suffix] in content, path
    sizes = (f"{path.name} {path.stat().st_size / 1000:,.0f} kB" for path in files)
    return f"{folder.name}: {', '.join(sizes)}"


def measured_start(folder: Path) -> dict[str, list[Run]]:
    """Return runs of the command's help and of the import of typer, in turns."""
    ways = {
        "help": [str(SCRIPT), "--help"],
        "typer": [sys.executable, "-c", "import typer"],
    }
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for turn in range(START_TURNS + 1):
        for name, command in ways.items():
            done = run(command, folder)
            if turn:
                runs[name].append(done)
    return runs


def together(runs: dict[str, list[Run]]) -> None:
    """Add the way that makes both files with stock nbconvert."""
    runs["html+webpdf"] = [
        Run(
            seconds=page.seconds + pdf.seconds,
            megabytes=max(page.megabytes, pdf.megabytes),
        )
        for page, pdf in zip(runs["html"], runs["webpdf"], strict=True)
    ]


def report(runs: Mapping[str, list[Run]], base: str) -> dict[str, dict[str, float]]:
    """Print medians and ratios to *base*, and return them."""
    medians = {
        name: statistics.median(r.seconds for r in found)
        for name, found in runs.items()
    }
    found = {
        name: {
            "median_s": round(medians[name], 4),
            "min_s": round(min(r.seconds for r in runs[name]), 4),
            "n": len(runs[name]),
            "ratio": round(medians[name] / medians[base], 3),
        }
        for name in runs
    }
    print(f"{'':16}{'median s':>10}{'min s':>9}{'n':>4}{'ratio':>8}{'peak MB':>9}")
    for name, row in found.items():
        peak = max(r.megabytes for r in runs[name])
        if peak:
            row["peak_mb"] = round(peak)
        print(
            f"{name:16}{row['median_s']:10.3f}{row['min_s']:9.3f}{row['n']:4}"
            f"{row['ratio']:8.2f}{row.get('peak_mb', ''):>9}"
        )
    return found


def main() -> None:
    """Measure start, cold and warm; print medians and ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer turns")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, folder, *turns = options.child
        if what == "fill":
            fill(Path(folder))
        elif what == "big":
            big(int(turns[0]))
        else:
            warm(Path(folder), int(turns[0]))
        return
    cold_turns, warm_turns = (3, 5) if options.quick else (9, 15)

    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        (folder / "own_chromium.py").write_text(LAUNCHER.format(chromium=CHROMIUM))
        run([sys.executable, __file__, "--child", "fill", name], folder)
        size = json.loads((folder / "log.txt").read_text("utf-8").splitlines()[-1])
        browser = subprocess.run(
            [CHROMIUM, "--version"], capture_output=True, text=True, check=True
        ).stdout.strip()
        versions = {"python": sys.version.split()[0]}
        versions |= {package: version(package) for package in PACKAGES}
        print(", ".join(f"{k} {v}" for k, v in versions.items()))
        print(f"webpdf through {CHROMIUM} ({browser}), not Playwright's download")
        if NO_TEX:
            print(f"{LATEX}: not measured, xelatex or pandoc is not on the PATH")
        print(f"{size['decisions']} decisions, {size['answers']} answers, {LANG}")

        print("\nstart (typer = 1)")
        start = report(measured_start(folder), "typer")
        quick = start["help"]["median_s"] < START_SECONDS
        near = start["help"]["ratio"] <= START_RATIO
        print(
            f"under {START_SECONDS} s, or within {START_RATIO:g} times typer:",
            "yes" if quick or near else "NO",
        )

        print("\ncold: a process for each run (ours = 1)")
        runs, written = measured_cold(folder, cold_turns)
        together(runs)
        cold = report(runs, "ours")
        print("\n".join(written))

        print("\nwarm: in one process (ours = 1)")
        runs = measured_warm(folder, warm_turns)
        together(runs)
        heated = report(runs, "ours")
        speedups = {
            f"speedup_to_webpdf_{name}": round(found["webpdf"]["ratio"], 2)
            for name, found in (("cold", cold), ("warm", heated))
        }
        begun, plain = cold["nbconvert"]["median_s"], cold["plain"]["median_s"]
        speedups["plain_start_share"] = round(begun / plain, 2)
        print(json.dumps(speedups))

        grown = measured_big(folder)
    if options.json:
        print(
            json.dumps(
                {
                    "benchmark": "export",
                    "versions": {**versions, "chromium": browser},
                    "workshop": {**size, "lang": LANG},
                    "start": {**start, "fulfilled": quick or near},
                    "cold": cold,
                    "warm": heated,
                    **speedups,
                    "big": grown,
                }
            )
        )


if __name__ == "__main__":
    main()
