"""The commands for paper and for the life of a policy: enter, sign, diff, review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

File = Annotated[
    str, typer.Argument(help="A file NAME.workshop, or an address in PostgreSQL.")
]
Lang = Annotated[
    str, typer.Option("--lang", help="Language: nl or en.", envvar="WORKSHOP_LANG")
]
Json = Annotated[bool, typer.Option("--json", help="As JSON, for a script.")]


def say_json(said: Any) -> None:
    """Write what a script may read."""
    typer.echo(json.dumps(said, ensure_ascii=False, indent=2))


def say_files(made: Iterable[Path], *, as_json: bool) -> None:
    """Name the files that were written."""
    names = [str(path) for path in made]
    if as_json:
        say_json({"files": names})
        return
    for name in names:
        typer.echo(name)


def enter(
    file: File,
    table: Annotated[
        Path | None,
        typer.Option("--from", help="A table with a row per paper: CSV or XLSX."),
    ] = None,
    lang: Lang = "",
) -> None:
    """
    Enter the answers of forms that were filled in on paper (profile blank).

    Example: workshop-kit enter museum.workshop
    """
    from workshop_kit.live.paper_table import enter_table  # noqa: PLC0415 - --help
    from workshop_kit.live.secretary import Secretary  # noqa: PLC0415
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    with Workshop.open(file, lang=lang or None) as workshop:
        if table is not None:
            for line in enter_table(workshop, table):
                typer.echo(line)
            return
        secretary = Secretary(workshop)
        said = secretary.help()
        while not secretary.finished:
            for line in said:
                typer.echo(line)
            try:
                said = secretary.take(input(secretary.prompt))
            except (EOFError, KeyboardInterrupt):
                said = secretary.stop()
        for line in said:
            typer.echo(line)


def sign(  # noqa: PLR0913, PLR0917 - the options of a command
    file: File,
    step: Annotated[
        str,
        typer.Option(
            help="in-review, hr, legal, works-council or no-works-council, approved,"
            " in-force, superseded or draft; without it: say where the policy stands."
        ),
    ] = "",
    name: Annotated[str, typer.Option(help="Who signs.")] = "",
    role: Annotated[str, typer.Option(help="In which role.")] = "",
    day: Annotated[str, typer.Option(help="Date, YYYY-MM-DD; default today.")] = "",
    note: Annotated[str, typer.Option(help="What has to be said with it.")] = "",
    as_json: Json = False,
    lang: Lang = "",
) -> None:
    """
    Take a step of the sign-off, or say where the policy stands.

    Example: workshop-kit sign museum.workshop --step hr --name "A. Fictional" --role HR
    """
    from workshop_kit.live.signing import (  # noqa: PLC0415 - instant --help
        standing_data,
        standing_words,
    )
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    given = {"step": step, "name": name, "role": role, "day": day, "note": note}
    with Workshop.open(file, lang=lang or None) as workshop:
        if step:
            workshop.sign(given)
        if as_json:
            say_json(standing_data(workshop))
            return
        for line in standing_words(workshop):
            typer.echo(line)


def diff(  # noqa: PLR0913, PLR0917 - the options of a command
    file: File,
    before: Annotated[
        str,
        typer.Option(
            "--from",
            help="Name of a version, or an exported file; default the last kept.",
        ),
    ] = "",
    after: Annotated[
        str, typer.Option("--to", help="The same; default what is decided now.")
    ] = "",
    to_folder: Annotated[Path, typer.Option(help="Folder for the files.")] = Path(
        "exports"
    ),
    lang: Annotated[str, typer.Option(help="nl, en, or both (default).")] = "",
    as_json: Json = False,
) -> None:
    """
    Write in plain language what changed between two versions, as HTML and PDF.

    Example: workshop-kit diff museum.workshop --to-folder exports
    """
    from workshop_kit.live.versions import write_difference  # noqa: PLC0415 - --help
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    with Workshop.open(file) as workshop:
        languages = (lang,) if lang else workshop.kit.languages
        made = write_difference(workshop, before, after, to_folder, languages)
    say_files(made, as_json=as_json)


def snapshot(
    file: File,
    name: Annotated[
        str, typer.Option(help="Name to keep it under; without it: list them.")
    ] = "",
    as_json: Json = False,
    lang: Lang = "",
) -> None:
    """
    Keep the policy as it reads now under a name, or list what was kept.

    Example: workshop-kit snapshot museum.workshop --name "For the works council"
    """
    from workshop_kit.live.signing import kept_words  # noqa: PLC0415 - instant --help
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    with Workshop.open(file, lang=lang or None) as workshop:
        if name:
            workshop.snapshot(name)
        if as_json:
            kept = workshop.store.snapshots()
            said = [(one.name, one.version, one.at.isoformat()) for one in kept]
            fields = ("name", "version", "at")
            say_json([dict(zip(fields, one, strict=True)) for one in said])
            return
        for line in kept_words(workshop):
            typer.echo(line)


def reopen(
    document: Annotated[Path, typer.Argument(help="An exported HTML, PDF or JSON.")],
    file: Annotated[str, typer.Argument(help="The file NAME.workshop to make.")],
    kit: Annotated[str, typer.Option(help="Folder of the kit, if it is not ours.")] = (
        ""
    ),
    as_json: Json = False,
    lang: Lang = "",
) -> None:
    """
    Make a workshop again from the document alone.

    Example: workshop-kit reopen policy-nl.pdf museum.workshop
    """
    from workshop_kit.live.reopen import reopen as again  # noqa: PLC0415 - --help

    made, remarks = again(document, file, kit=kit, lang=lang)
    if as_json:
        say_json({"file": str(made), "remarks": list(remarks)})
        return
    typer.echo(made)
    for line in remarks:
        typer.echo(f"- {line}")


def review(
    file: File,
    figures: Annotated[
        list[Path] | None, typer.Option(help="A new export; may be given often.")
    ] = None,
    new: Annotated[
        str | None, typer.Option(help="The file to make; default NAME-YEAR.workshop.")
    ] = None,
    to_folder: Annotated[
        Path | None, typer.Option(help="Write the results here as HTML and PDF too.")
    ] = None,
    lang: Lang = "",
) -> None:
    """
    Make the next workshop, which begins with what the last one decided.

    Example: workshop-kit review museum.workshop --figures posts-2027.csv
    """
    from workshop_kit.live.versions import reviewed  # noqa: PLC0415 - instant --help

    for line in reviewed(file, figures or [], new=new, to_folder=to_folder, lang=lang):
        typer.echo(line)
