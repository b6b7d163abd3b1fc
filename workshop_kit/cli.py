"""The ``workshop-kit`` command, also reachable as ``jupyter workshop``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.main import get_command

from workshop_kit import __version__
from workshop_kit.kit.found import DEFAULT
from workshop_kit.live import (
    care,
    commands,
    kit_commands,
    opening_commands,
    person_commands,
)
from workshop_kit.live.commands import (
    File,
    Json,
    Lang,
    say_json,
)
from workshop_kit.live.programme.command import programme

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator

USAGE: type[Exception] = typer.BadParameter.__mro__[1]
"""What is raised if the command line itself is wrong."""

COMPLETING = ("--install-completion", "--show-completion")

app = typer.Typer(
    help="Facilitated policy workshops in Jupyter.",
    no_args_is_help=True,
    # To know the shells takes time that --help does not have.
    add_completion=any(option in sys.argv for option in COMPLETING)
    or any(name.endswith("_COMPLETE") for name in os.environ),
    pretty_exceptions_enable=False,
    # Frames around the help would take two thirds of the time to start.
    rich_markup_mode=None,
)

figures = typer.Typer(
    help="Figures of an institution's own platforms.", no_args_is_help=True
)
app.add_typer(figures, name="metrics")


def _translator(lang: str) -> Translator:
    from workshop_kit.i18n import (  # noqa: PLC0415 - keeps --help instant
        Translator,
        system_language,
    )

    return Translator(lang or system_language())


def _version(ctx: typer.Context, value: bool) -> None:  # noqa: FBT001 - typer's callback
    if value and ctx.params["_json"]:
        say_json({"name": "workshop-kit", "version": __version__})
    elif value:
        typer.echo(f"workshop-kit {__version__}")
    if value:
        raise typer.Exit


@app.callback()
def _main(
    _json: Annotated[
        bool, typer.Option("--json", help="The version, as JSON.", is_eager=True)
    ] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version),
    ] = False,
    lang: Lang = "",
) -> None:
    """Facilitated policy workshops in Jupyter."""
    if lang:
        # A command that follows, and the notebooks it opens, speak it too.
        os.environ["WORKSHOP_LANG"] = lang


# What a facilitator needs first stands first.
app.command()(opening_commands.start)
app.command("open")(opening_commands.open_)


@app.command()
def check(
    kit: Annotated[str, typer.Argument(help="Id of a kit, or its folder.")],
    as_json: Json = False,
    lang: Lang = "",
) -> None:
    """
    Say everything that is wrong with a kit.

    Example: workshop-kit check social_media
    """
    from workshop_kit.errors import N_, printable  # noqa: PLC0415 - instant --help
    from workshop_kit.kit.check import check as problems_of  # noqa: PLC0415
    from workshop_kit.kit.found import find, only_one  # noqa: PLC0415
    from workshop_kit.kit.load import load  # noqa: PLC0415

    translate = _translator(lang)
    only_one(kit)
    folder = find(kit)
    problems = problems_of(folder)
    if as_json:
        found = [{"where": p.where, "message": p.render(translate)} for p in problems]
        say_json({"kit": kit, "sound": not problems, "problems": found})
        raise typer.Exit(1 if problems else 0)
    for problem in problems:
        typer.echo(printable(problem.render(translate)))
    if problems:
        typer.echo(
            translate.plural(
                N_("{n} problem found."), N_("{n} problems found."), len(problems)
            )
        )
        raise typer.Exit(1)
    sound = load(folder)
    typer.echo(
        translate(
            N_("{title}: {questions} questions, {rules} rules, nothing wrong."),
            title=translate.pick(sound.title),
            questions=len(sound.questions()),
            rules=len(sound.rules),
        )
    )


@app.command()
def new(
    file: File,
    kit: Annotated[str, typer.Option(help="Id of a kit, or its folder.")] = DEFAULT,
    lang: Lang = "",
    track: Annotated[str, typer.Option(help="draft, short or full.")] = "short",
    as_json: Json = False,
) -> None:
    """
    Make an empty workshop, in a file or in a database.

    Example: workshop-kit new museum.workshop --track full --lang nl
    """
    from workshop_kit.errors import N_  # noqa: PLC0415 - keeps --help instant
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415
    from workshop_kit.store.place import located, shown  # noqa: PLC0415

    translate = _translator(lang)
    Workshop.create(file, kit=kit, lang=translate.lang, track=track).close()
    if as_json:
        say_json({"file": str(located(file))})
        return
    typer.echo(translate(N_("Made {file}."), file=shown(file)))


@app.command()
def lint(file: File, as_json: Json = False, lang: Lang = "") -> None:
    """
    Hold the decisions in a workshop file against the kit's rules.

    Example: workshop-kit lint museum.workshop
    """
    import dataclasses  # noqa: PLC0415 - keeps --help instant

    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    with Workshop.open(file, lang=_translator(lang).lang) as workshop:
        findings = workshop.findings()
    blockers = [f for f in findings if f.severity == "blocker" and not f.waived]
    if as_json:
        found = [dataclasses.asdict(finding) for finding in findings]
        say_json({"file": file, "blockers": len(blockers), "findings": found})
    for finding in () if as_json else findings:
        waived = f" [{finding.waived}]" if finding.waived else ""
        line = f"{finding.severity} {finding.rule}: {finding.message}{waived}"
        typer.echo(line)
    if blockers:
        raise typer.Exit(1)


@app.command()
def export(  # noqa: PLR0913, PLR0917 - the options of a command
    file: File,
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
            help="policy (default), staff, summary, record, blank, card, or all."
            " Several: with commas, or the option again; so too with --format."
        ),
    ] = None,
    logo: Annotated[
        Path | None, typer.Option(help="Your logo: SVG, PNG or JPEG.")
    ] = None,
    colour: Annotated[str, typer.Option(help="Your colour, such as #0b5563.")] = "",
    as_json: Json = False,
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
    commands.say_files(made, as_json=as_json)


@app.command()
def demo(
    to: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("exports"),
    lang: Lang = "",
    kit: Annotated[str, typer.Option(help="Id of a kit that has a sample.")] = DEFAULT,
) -> None:
    """
    Hold a complete sample workshop and export its policy.

    Example: workshop-kit demo --to exports
    """
    from workshop_kit.live.demo import run_demo  # noqa: PLC0415 - keeps --help instant
    from workshop_kit.live.starter import shipped  # noqa: PLC0415

    run_demo(shipped(), to=to, lang=_translator(lang).lang, kit=kit)


@figures.command("read")
def read_figures(  # noqa: PLR0913, PLR0917 - each is something a file may not say
    files: Annotated[list[Path], typer.Argument(help="Exports, as downloaded.")],
    as_json: Json = False,
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
        say_json(data)
        return
    for name, export in found:
        typer.echo("\n".join(words(export, name, translate)))


app.command("new-kit")(kit_commands.new_kit)
app.command()(opening_commands.room)
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
    from workshop_kit.errors import (  # noqa: PLC0415 - instant --help
        N_,
        WorkshopError,
        printable,
    )
    from workshop_kit.i18n import Translator  # noqa: PLC0415
    from workshop_kit.live import command_words  # noqa: PLC0415

    translate = Translator(command_words.spoken(sys.argv[1:]))
    command = get_command(app)
    command_words.dress(command, translate)
    try:
        code = command.main(standalone_mode=False)
    except USAGE as error:
        typer.echo(command_words.wrong_use(error, translate), err=True)
        code = 2
    except WorkshopError as error:
        typer.echo(printable(error.render(translate)), err=True)
        # What is wrong is an option, not a file.
        code = 2 if error.where.startswith("--") else 1
    except typer.Abort:
        typer.echo(translate(N_("Stopped; nothing was done.")), err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)
