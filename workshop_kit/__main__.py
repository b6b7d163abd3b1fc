"""The command as a program of its own, which starts and ends without delay."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer
    from typer.models import CommandInfo


def program() -> None:
    """Run the ``workshop-kit`` command and end with its exit code."""
    code = 1

    def leave() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        # Python would first put away all that it leaves behind, one by one.
        os._exit(code)

    # What is registered first comes last, after all that others have to put in order.
    atexit.register(leave)
    # Most commands end before there is garbage worth looking for; those that go on for
    # longer switch it on again.
    gc.disable()
    from workshop_kit.cli import app, main  # noqa: PLC0415 - after that

    _leave_out_others(app, sys.argv[1:2])
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise
    code = 0


def _leave_out_others(app: typer.Typer, named: list[str]) -> None:
    """Keep typer from making all commands ready for the one that is called."""
    own = [c for c in app.registered_commands if _name(c) in named]
    if own:
        app.registered_commands, app.registered_groups = own, []


def _name(command: CommandInfo) -> str:
    return command.name or str(getattr(command.callback, "__name__", ""))


if __name__ == "__main__":
    program()
