"""The ``workshop-kit`` command, also reachable as ``jupyter workshop``."""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workshop_kit import __version__
from workshop_kit.live import care, commands, kit_commands, person_commands
from workshop_kit.live.programme.command import programme

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator

app = typer.Typer(
    help="Facilitated policy workshops in Jupyter.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Frames around the help would take two thirds of the time to start.
    rich_markup_mode=None,
)

figures = typer.Typer(
    help="Figures of an institution's own platforms.", no_args_is_help=True
)
app.add_typer(figures, name="metrics")

Lang = Annotated[
    str, typer.Option("--lang", help="Language: nl or en.", envvar="WORKSHOP_LANG")
]
CertFile = Annotated[Path | None, typer.Option(help="Certificate, for https.")]
KeyFile = Annotated[Path | None, typer.Option(help="Key of the certificate.")]
WorkshopFile = Annotated[
    str, typer.Argument(help="A file NAME.workshop, or an address in PostgreSQL.")
]


def _translator(lang: str) -> Translator:
    from workshop_kit.i18n import (  # noqa: PLC0415 - keeps --help instant
        Translator,
        system_language,
    )

    return Translator(lang or system_language())


def _version(value: bool) -> None:  # noqa: FBT001 - typer's callback
    if value:
        typer.echo(f"workshop-kit {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version),
    ] = False,
) -> None:
    """Facilitated policy workshops in Jupyter."""


@app.command()
def check(
    kit: Annotated[str, typer.Argument(help="Id of a kit, or its folder.")],
    lang: Lang = "",
) -> None:
    """
    Say everything that is wrong with a kit.

    Example: workshop-kit check social_media
    """
    from workshop_kit.errors import N_  # noqa: PLC0415 - keeps --help instant
    from workshop_kit.kit.check import check as problems_of  # noqa: PLC0415
    from workshop_kit.kit.found import only_one  # noqa: PLC0415
    from workshop_kit.kit.load import find, load  # noqa: PLC0415

    translate = _translator(lang)
    only_one(kit)
    folder = find(kit)
    problems = problems_of(folder)
    for problem in problems:
        typer.echo(problem.render(translate))
    if problems:
        typer.echo(
            translate.plural(
                N_("{n} problem found."), N_("{n} problems found."), len(problems)
            )
        )
        raise typer.Exit(1)
    found = load(folder)
    typer.echo(
        translate(
            N_("{title}: {questions} questions, {rules} rules, nothing wrong."),
            title=translate.pick(found.title),
            questions=len(found.questions()),
            rules=len(found.rules),
        )
    )


@app.command()
def new(
    file: WorkshopFile,
    kit: Annotated[str, typer.Option(help="Id of a kit, or its folder.")] = (
        "social_media"
    ),
    lang: Lang = "",
    track: Annotated[str, typer.Option(help="draft, short or full.")] = "short",
) -> None:
    """
    Make an empty workshop, in a file or in a database.

    Example: workshop-kit new museum.workshop --track full --lang nl
    """
    from workshop_kit.errors import N_  # noqa: PLC0415 - keeps --help instant
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415
    from workshop_kit.store.place import shown  # noqa: PLC0415

    translate = _translator(lang)
    Workshop.create(file, kit=kit, lang=translate.lang, track=track).close()
    typer.echo(translate(N_("Made {file}."), file=shown(file)))


@app.command()
def start(  # noqa: PLR0913, PLR0917 - the options of a command
    file: Annotated[
        str | None, typer.Argument(help="A file NAME.workshop; made if new.")
    ] = None,
    port: Annotated[int, typer.Option(help="JupyterLab's port; 0: a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    room: Annotated[
        bool, typer.Option(help="Serve the participants' pages too.")
    ] = True,
    room_port: Annotated[
        int, typer.Option(help="Their port; default the last one, or 8765.")
    ] = 0,
    room_host: Annotated[str, typer.Option(help="Address they listen on.")] = "",
    certfile: CertFile = None,
    keyfile: KeyFile = None,
) -> None:
    """
    Open the workshop's notebooks in JupyterLab, and the room for participants.

    Example: workshop-kit start museum.workshop
    """
    gc.enable()
    from workshop_kit.live.lab import start_lab  # noqa: PLC0415 - keeps --help instant

    given = {
        "--port": room_port,
        "--host": room_host,
        "--certfile": certfile,
        "--keyfile": keyfile,
    }
    options = [part for k, v in given.items() if v for part in (k, str(v))]
    start_lab(
        Path.cwd(), file=file, port=port, browser=browser, room=room, options=options
    )


@app.command()
def room(  # noqa: PLR0913, PLR0917 - the options of a command
    file: WorkshopFile,
    port: Annotated[int, typer.Option(help="Port; default the last one.")] = 0,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "",
    certfile: CertFile = None,
    keyfile: KeyFile = None,
    public_url: Annotated[
        str, typer.Option(help="Address that participants are sent to.")
    ] = "",
    behind_proxy: Annotated[
        str, typer.Option(help="Address of a proxy to be believed, as 127.0.0.1.")
    ] = "",
    with_pid: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """
    Serve the participants' pages alone, without JupyterLab.

    Behind a proxy several may serve one workshop; see docs/deployment.md.
    Example: workshop-kit room museum.workshop
    """
    gc.enable()
    from workshop_kit.live.room.launch import (  # noqa: PLC0415 - instant --help
        EVERYWHERE,
        serve,
    )
    from workshop_kit.store.place import located  # noqa: PLC0415

    serve(
        located(file),
        host=host or EVERYWHERE,
        port=port,
        certfile=certfile,
        keyfile=keyfile,
        watched=with_pid,
        public=public_url,
        proxies=behind_proxy,
    )


@app.command()
def lint(file: WorkshopFile, lang: Lang = "") -> None:
    """
    Hold the decisions in a workshop file against the kit's rules.

    Exit code 1 if a blocker is open. Example: workshop-kit lint museum.workshop
    """
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415 - instant --help

    with Workshop.open(file, lang=_translator(lang).lang) as workshop:
        findings = workshop.findings()
    for finding in findings:
        waived = f" [{finding.waived}]" if finding.waived else ""
        line = f"{finding.severity} {finding.rule}: {finding.message}{waived}"
        typer.echo(line)
    if any(f.severity == "blocker" and not f.waived for f in findings):
        raise typer.Exit(1)


@app.command()
def export(  # noqa: PLR0913, PLR0917 - the options of a command
    file: WorkshopFile,
    to: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("exports"),
    lang: Annotated[
        list[str] | None, typer.Option(help="nl, en, both (default) or side-by-side.")
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="html, pdf, docx, md, json, csv, ics, or all; default html,pdf.",
        ),
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            help="policy (default), staff, summary, record, blank, or all."
            " Several: with commas, or the option again; so too with --format."
        ),
    ] = None,
    logo: Annotated[
        Path | None, typer.Option(help="Your logo: SVG, PNG or JPEG.")
    ] = None,
    colour: Annotated[str, typer.Option(help="Your colour, such as #0b5563.")] = "",
) -> None:
    """
    Write the policy, or what else one takes home, in the formats asked for.

    Example: workshop-kit export museum.workshop --format pdf,docx --profile staff
    """
    from workshop_kit.export.brand import brand  # noqa: PLC0415 - keeps --help instant
    from workshop_kit.export.formats import (  # noqa: PLC0415
        DEFAULT,
        FORMATS,
        chosen,
        export,
        languages,
    )
    from workshop_kit.export.profiles import PROFILES  # noqa: PLC0415
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    wanted = chosen(formats or DEFAULT, FORMATS, "--format")
    profiles = chosen(profile or ["policy"], PROFILES, "--profile")
    look = brand(colour=colour, logo=logo)
    with Workshop.open(file) as workshop:
        spoken = languages(lang or (), workshop.kit.languages)
        made = export(
            workshop, to, spoken, formats=wanted, profiles=profiles, brand=look
        )
    for path in made:
        typer.echo(path)


@app.command()
def demo(
    to: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("exports"),
    lang: Annotated[str, typer.Option(help="Language of the notebooks.")] = "nl",
    kit: Annotated[str, typer.Option(help="Id of a kit that has a sample.")] = (
        "social_media"
    ),
) -> None:
    """
    Hold a complete sample workshop and export its policy.

    Example: workshop-kit demo --to exports
    """
    from workshop_kit.live.demo import run_demo  # noqa: PLC0415 - keeps --help instant

    run_demo(Path.cwd(), to=to, lang=lang, kit=kit)


@figures.command("read")
def read_figures(  # noqa: PLR0913, PLR0917 - each is something a file may not say
    files: Annotated[list[Path], typer.Argument(help="Exports, as downloaded.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    platform: Annotated[str, typer.Option(help="Of a generic CSV.")] = "",
    account: Annotated[str, typer.Option(help="Name of the account.")] = "",
    order: Annotated[str, typer.Option(help="Of 03/04: mdy or dmy.")] = "",
    year: Annotated[int, typer.Option(help="Of the latest day; 0: unknown.")] = 0,
    zone: Annotated[str, typer.Option(help="As Europe/Amsterdam.")] = "",
    exported: Annotated[str, typer.Option(help="Day of export, 2026-01-31.")] = "",
    lang: Lang = "",
) -> None:
    """
    Say what is in files with figures, and what is unclear in them.

    Example: workshop-kit metrics read export.csv --zone Europe/Amsterdam
    """
    from workshop_kit import metrics  # noqa: PLC0415 - keeps --help instant
    from workshop_kit.metrics.readers.join import join  # noqa: PLC0415
    from workshop_kit.metrics.readers.result import answers  # noqa: PLC0415
    from workshop_kit.metrics.readers.summary import as_data, words  # noqa: PLC0415

    translate = _translator(lang)
    told = answers(
        platform=platform,
        account=account,
        date_order=order,
        year=year,
        zone=zone,
        export_date=exported,
    )
    found = [(path.name, metrics.read(path, answers=told)) for path in files]
    if len(found) > 1:
        found.append(
            (
                "+".join(path.name for path in files),
                join([export for _, export in found]),
            )
        )
    if as_json:
        data = [as_data(export, name, translate) for name, export in found]
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for name, export in found:
        typer.echo("\n".join(words(export, name, translate)))


app.command("new-kit")(kit_commands.new_kit)
app.command()(commands.enter)
app.command()(care.backup)
app.command()(care.restore)
app.command()(care.doctor)
app.command()(commands.sign)
app.command()(commands.snapshot)
app.command()(commands.diff)
app.command()(commands.review)
app.command()(commands.reopen)
app.command()(person_commands.forget)
app.add_typer(person_commands.person, name="person")
app.command()(programme)


def main() -> None:
    """Run the command; a problem is said in words, without a traceback."""
    # No model here has a plugin, and to look for them reads what is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from workshop_kit.errors import WorkshopError  # noqa: PLC0415 - instant --help

    try:
        app()
    except WorkshopError as error:
        lang = os.environ.get("WORKSHOP_LANG", "")
        typer.echo(error.render(_translator(lang)), err=True)
        sys.exit(1)
