"""The commands that open something, until it is stopped: start, open, room."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from workshop_kit.live.commands import File, Lang  # noqa: TC001 - typer reads them

CertFile = Annotated[Path | None, typer.Option(help="Certificate, for https.")]
KeyFile = Annotated[Path | None, typer.Option(help="Key of the certificate.")]
Port = Annotated[int, typer.Option(help="JupyterLab's port; 0: a free one.")]
Browser = Annotated[bool, typer.Option(help="Open a browser.")]
Room = Annotated[bool, typer.Option(help="Serve the participants' pages too.")]
RoomPort = Annotated[
    int, typer.Option(help="Their port; default the last one, or 8765.")
]
RoomHost = Annotated[str, typer.Option(help="Address they listen on.")]


def start(  # noqa: PLR0913, PLR0917 - the options of a command
    file: Annotated[
        str | None, typer.Argument(help="A file NAME.workshop; made if new.")
    ] = None,
    kit: Annotated[
        str, typer.Option(help="Of a new one: id of a kit, or folder.")
    ] = "",
    port: Port = 0,
    browser: Browser = True,
    room: Room = True,
    room_port: RoomPort = 0,
    room_host: RoomHost = "",
    certfile: CertFile = None,
    keyfile: KeyFile = None,
    lang: Lang = "",
) -> None:
    """
    Open the workshop's notebooks in JupyterLab, and the room for participants.

    The notebooks are put into this folder if they are not there yet.

    Example: workshop-kit start museum.workshop
    """
    gc.enable()
    from workshop_kit.live.lab import room_options, start_lab  # noqa: PLC0415 - --help

    start_lab(
        Path.cwd(),
        file=file,
        kit=kit,
        lang=lang,
        port=port,
        browser=browser,
        room=room,
        options=room_options(room_port, room_host, certfile, keyfile),
    )


def open_(  # noqa: PLR0913, PLR0917 - the options of a command
    file: File,
    port: Port = 0,
    browser: Browser = True,
    room: Room = True,
    room_port: RoomPort = 0,
    room_host: RoomHost = "",
    certfile: CertFile = None,
    keyfile: KeyFile = None,
    lang: Lang = "",
) -> None:
    """
    Go on with a workshop: as start, but only if it is there.

    Example: workshop-kit open museum.workshop
    """
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415 - --help

    Workshop.open(file).close()
    start(
        file,
        port=port,
        browser=browser,
        room=room,
        room_port=room_port,
        room_host=room_host,
        certfile=certfile,
        keyfile=keyfile,
        lang=lang,
    )


def room(  # noqa: PLR0913, PLR0917 - the options of a command
    file: File,
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
