"""The commands that look after a workshop file: backup, restore, doctor."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workshop_kit.errors import N_, StoreError, WorkshopError, printable
from workshop_kit.live.commands import Json, Lang, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workshop_kit.i18n import Translator
    from workshop_kit.store.salvage import Saved
    from workshop_kit.store.soundness import Finding


def backup(
    file: Annotated[str, typer.Argument(help="A file NAME.workshop.")],
    target: Annotated[
        str, typer.Argument(help="The copy, or a folder for it; default beside it.")
    ] = "",
    as_json: Json = False,
    lang: Lang = "",
) -> None:
    """
    Copy a workshop while it is in use; the copy is checked before it gets its name.

    Example: workshop-kit backup museum.workshop /media/stick
    """
    from workshop_kit.store.backup import back_up, whole  # noqa: PLC0415 - --help

    copy = back_up(_file(file), Path(target) if target else None)
    size = copy.stat().st_size
    if as_json:
        say_json({"file": str(whole(Path(file))), "copy": str(copy), "bytes": size})
        return
    t = _translator(lang)
    typer.echo(
        t(
            N_("Copied to {copy} ({size} kB), and checked."),
            copy=copy,
            size=t.number(size / 1000, 0),
        )
    )


def restore(
    copy: Annotated[Path, typer.Argument(help="A copy that was made with backup.")],
    file: Annotated[str, typer.Argument(help="The file NAME.workshop to put it in.")],
    force: Annotated[
        bool, typer.Option(help="Also if there is one; that is kept beside it.")
    ] = False,
    lang: Lang = "",
) -> None:
    """
    Put a copy in the place of a workshop file; what was there is kept.

    Example: workshop-kit restore copy.workshop museum.workshop --force
    """
    from workshop_kit.store.backup import put_back  # noqa: PLC0415 - instant --help
    from workshop_kit.store.place import full_name  # noqa: PLC0415

    t, goal = _translator(lang), full_name(_file(file))
    try:
        kept = put_back(copy, goal, force=force)
    except StoreError as error:
        if goal.exists() and not force and error.where == str(goal):
            error.fix = N_(
                "Choose another name, or --force: it is then kept beside it."
            )
        raise
    typer.echo(t(N_("{file} is what {copy} holds."), file=goal, copy=copy))
    if kept is not None:
        typer.echo(t(N_("What was there before is kept as {file}."), file=kept))


def doctor(  # noqa: PLR0913, PLR0917 - the options of a command
    file: Annotated[str, typer.Argument(help="A file NAME.workshop.")],
    repair: Annotated[
        bool, typer.Option("--repair", help="Save what can be read in a new file.")
    ] = False,
    target: Annotated[
        str, typer.Option("--to", help="That file; default NAME-repaired.workshop.")
    ] = "",
    kit: Annotated[
        str, typer.Option(help="Its kit, if the file has lost which one it was.")
    ] = "",
    as_json: Json = False,
    lang: Lang = "",
) -> None:
    """
    Say what is wrong with a workshop file; the file itself is never touched.

    Exit code 1 if something is damaged or needs a look, or could not be saved.

    Example: workshop-kit doctor museum.workshop --repair
    """
    from workshop_kit.store.backup import whole  # noqa: PLC0415 - instant --help
    from workshop_kit.store.salvage import salvage  # noqa: PLC0415

    t, source = _translator(lang), whole(_file(file))
    findings = look(source)
    bad = any(finding.level != "note" for finding in findings)
    new = Path(target or source.with_name(f"{source.stem}-repaired{source.suffix}"))
    said = [printable(finding.render(t)) for finding in findings]
    if not bad:
        said.append(t(N_("{file} is sound."), file=printable(source.name)))
    saved: list[Saved] = []
    if repair:
        if not as_json:
            typer.echo("\n".join(said))
            said = []
        saved = salvage(source, new, kit=_kit(kit, t.lang))
        said += _saved_words(saved, new, t)
        bad = not all(table.complete for table in saved)
    if as_json:
        say_json(_data(source, findings, t, (new, saved) if repair else None))
    else:
        typer.echo("\n".join(said))
    if bad:
        raise typer.Exit(1)


def look(source: Path) -> list[Finding]:
    """
    Return what is wrong with a workshop file; also its kit, room, and last day.

    Raises:
        StoreError: If there is no such file.
    """
    from workshop_kit.store.doctor import examine, private_copy  # noqa: PLC0415 - --help
    from workshop_kit.store.store import Store  # noqa: PLC0415

    found = examine(source)
    bad = {"damage", "warning"}
    if any(f.level in bad and f.code not in _OPENS for f in found):
        return found
    with private_copy(source) as copy, Store.open(copy) as store:
        return [
            *found,
            *_kit_findings(store),
            *_room_findings(store),
            *_privacy_findings(store),
        ]


_OPENS = frozenset({"gap", "times", "clock", "not_writable"})
"""What does not keep a copy from being opened."""


def _kit_findings(store: Any) -> Iterator[Finding]:
    from workshop_kit.kit.load import load  # noqa: PLC0415 - instant --help
    from workshop_kit.store.soundness import Finding  # noqa: PLC0415

    about = store.workshop()
    known = {about.kit_version}
    try:
        known.add(load(about.kit).version)
    except WorkshopError as error:
        yield Finding(
            code="kit",
            level="warning",
            what=N_("Its kit “{kit}” cannot be used here ({problem})."),
            fix=N_("Put the kit's folder back where it was."),
            slots={"kit": about.kit, "problem": str(error)},
        )
    records = [*store.answer_log(), *store.decision_log()]
    others = sorted({r.kit_version for r in records} - known)
    if others:
        n = sum(record.kit_version in others for record in records)
        yield Finding(
            code="kit_version",
            level="note",
            what=N_("{n} records were given to other versions of the kit: {versions}."),
            fix=N_("They count; compare the wording where it matters."),
            slots={"n": n, "versions": ", ".join(others)},
        )


def _room_findings(store: Any) -> Iterator[Finding]:
    import psutil  # noqa: PLC0415 - instant --help

    from workshop_kit.store.soundness import Finding  # noqa: PLC0415

    host, here = store.action("host", ""), store.present()
    if host is not None and here and not psutil.pid_exists(host.value["pid"]):
        yield Finding(
            code="room",
            level="note",
            what=N_(
                "{n} participants count as present in a room that does not run any"
                " more."
            ),
            fix=N_("That is put right when the room is started again."),
            slots={"n": len(here)},
        )


def _privacy_findings(store: Any) -> Iterator[Finding]:
    from workshop_kit.live.privacy import reminder  # noqa: PLC0415 - instant --help
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415
    from workshop_kit.store.soundness import Finding  # noqa: PLC0415

    try:
        workshop = Workshop(store)
    except WorkshopError:
        # Without its kit nothing can be erased either; that is said already.
        return
    late = reminder(workshop, dt.datetime.now().astimezone().date())
    if late is not None:
        yield Finding(
            code="kept_too_long", level="warning", what=late.what, slots=late.slots
        )


def _saved_words(saved: list[Saved], new: Path, t: Translator) -> Iterator[str]:
    yield t(N_("What can be read is in {file}:"), file=new)
    for table in saved:
        if table.rows or not table.complete:
            line = t(N_("{table}: {n} saved"), table=table.table, n=table.rows)
            if table.places:
                line += t(N_(", lost at {places}"), places=table.places)
            if table.made:
                line += t(N_(", {n} of participants whose name is lost"), n=table.made)
            yield f"- {line}"


def _data(
    source: Path,
    findings: list[Finding],
    t: Translator,
    repaired: tuple[Path, list[Saved]] | None,
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "file": str(source),
        "sound": not any(finding.level != "note" for finding in findings),
        "findings": [
            {"code": f.code, "level": f.level, "message": f.render(t), **f.slots}
            for f in findings
        ],
    }
    if repaired is not None:
        said["repaired"] = {
            "file": str(repaired[0]),
            "complete": all(table.complete for table in repaired[1]),
            "tables": [
                {
                    "table": table.table,
                    "saved": table.rows,
                    "lost_at": table.places,
                    "participants_made": table.made,
                }
                for table in repaired[1]
            ],
        }
    return said


def _kit(kit: str, lang: str) -> tuple[str, str, str] | None:
    from workshop_kit.kit.load import load  # noqa: PLC0415 - instant --help

    return (kit, load(kit).version, lang) if kit else None


def _file(name: str) -> Path:
    if "://" in name:
        raise StoreError(
            N_("A workshop in a database server is copied with the server's tools."),
            where=name.partition("://")[0],
            fix=N_("Use pg_dump and pg_restore; see docs/reliability.md."),
        )
    return Path(name)


def _translator(lang: str) -> Translator:
    from workshop_kit.i18n import Translator, system_language  # noqa: PLC0415 - --help

    return Translator(lang or system_language())
