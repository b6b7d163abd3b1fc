"""The command that begins a kit: new-kit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workshop_kit.live.commands import Lang  # noqa: TC001 - typer reads them

NewKit = Annotated[
    Path, typer.Argument(help="Name of the kit, which is a folder made here.")
]


def new_kit(folder: NewKit, lang: Lang = "") -> None:
    """
    Lay out a new kit: a folder of files to edit, which check accepts at once.

    Example: workshop-kit new-kit photo_policy
    """
    from workshop_kit.errors import N_, argument  # noqa: PLC0415 - instant --help
    from workshop_kit.i18n import Translator, system_language  # noqa: PLC0415
    from workshop_kit.kit.scaffold import new_kit as lay_out  # noqa: PLC0415

    translate = Translator(lang or system_language())
    made = lay_out(folder, lang=translate.lang)
    typer.echo(translate(N_("Made {folder}: {n} files."), folder=folder, n=len(made)))
    typer.echo(translate(N_("Edit them, and see what is wrong with:")))
    kit = argument(folder)
    typer.echo(f"  workshop-kit check {kit}")
    typer.echo(translate(N_("Hold a workshop with it:")))
    typer.echo(f"  workshop-kit new {folder.name}.workshop --kit {kit} --track full")
