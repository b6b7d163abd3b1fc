"""The command that opens the rooms of a programme, or lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workshop_kit.live.commands import Lang, say_json

Folder = Annotated[Path, typer.Argument(help="Folder with files NAME.workshop.")]


def programme(  # noqa: PLR0913, PLR0917 - the options of a command
    folder: Folder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "",
    port: Annotated[int, typer.Option(help="Of the first room; default 8801.")] = 0,
    public_url: Annotated[
        str, typer.Option(help="Of the proxy; rooms are at URL/NAME/.")
    ] = "",
    sockets: Annotated[
        Path | None, typer.Option(help="Folder of NAME.sock for the proxy.")
    ] = None,
    certfile: Annotated[Path | None, typer.Option(help="Certificate, for https.")] = (
        None
    ),
    keyfile: Annotated[Path | None, typer.Option(help="Key of the certificate.")] = (
        None
    ),
    listed: Annotated[
        bool, typer.Option("--list", help="Only say which rooms there are.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The list, as JSON.")] = False,
    lang: Lang = "",
) -> None:
    """
    Open a room for every workshop in a folder, until it is stopped.

    A room comes when its file does.

    Example: workshop-kit programme rooms --list
    """
    from workshop_kit.i18n import (  # noqa: PLC0415 - keeps --help instant
        Translator,
        system_language,
    )
    from workshop_kit.live.programme.roll import lines, roll  # noqa: PLC0415
    from workshop_kit.live.programme.rooms import Rooms  # noqa: PLC0415
    from workshop_kit.live.programme.setting import PORT, Setting  # noqa: PLC0415
    from workshop_kit.live.room.launch import EVERYWHERE  # noqa: PLC0415

    t = Translator(lang or system_language())
    if as_json or listed:
        rows = roll(folder, t)
        if as_json:
            say_json(rows)
        else:
            typer.echo("\n".join(lines(rows, t)))
        return
    setting = Setting(
        folder=folder,
        host=host or EVERYWHERE,
        port=port or PORT,
        public_url=public_url,
        sockets=sockets,
        certfile=certfile,
        keyfile=keyfile,
    )
    Rooms(setting, t).run()
