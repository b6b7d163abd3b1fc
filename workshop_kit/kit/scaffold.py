"""Lays out a new kit: a folder of files that check accepts, with remarks that teach."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from workshop_kit.errors import N_, KitError
from workshop_kit.kit.devices import is_a_device
from workshop_kit.kit.schema import write

TEMPLATE = Path(str(files("workshop_kit") / "kit" / "template"))
_REMARK = re.compile(r"^( *)#([a-z]{2}) (.*)$")


def new_kit(folder: Path, *, lang: str) -> list[Path]:
    """
    Write a small kit that works, to be changed into one's own.

    Args:
        folder: Made here; its name becomes the id of the kit.
        lang: Language of the remarks; the kit itself is in Dutch and English.

    Returns:
        The files written.

    Raises:
        KitError: If the folder is there already, cannot be made, or its name cannot be
            the id of a kit.
    """
    name = folder.name
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise KitError(
            N_("this cannot be the name of a kit."),
            where=name,
            fix=N_("Write small letters, digits and _ only, such as photo_policy."),
        )
    if is_a_device(name):
        raise KitError(
            N_("Windows takes this for a device, and lets no file have this name."),
            where=name,
            fix=N_("Choose another name."),
        )
    if folder.exists():
        raise KitError(
            N_("there is something of this name already."),
            where=str(folder),
            fix=N_("Choose another name, or remove it first."),
        )
    made = {
        path.relative_to(TEMPLATE).as_posix(): _filled(path, name, lang)
        for path in sorted(TEMPLATE.rglob("*.yaml"))
    }
    try:
        for file, content in made.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        described = write(folder / "schema")
    except OSError as error:
        raise KitError(
            N_("this folder cannot be written ({problem})."),
            where=str(folder),
            fix=N_("Go to a folder of your own and start again."),
            problem=error.strerror,
        ) from None
    return [*(folder / file for file in made), *described]


def _filled(path: Path, name: str, lang: str) -> bytes:
    title = name.replace("_", " ").capitalize()
    lines = []
    for line in path.read_text("utf-8").splitlines():
        remark = _REMARK.match(line)
        if remark is None:
            lines.append(line)
        elif remark[2] == lang:
            lines.append(f"{remark[1]}# {remark[3]}")
    text = "\n".join(lines).replace("TITLE", title).replace("NAME", name)
    return f"{text}\n".encode()
