"""The commands for what participants may ask for: see it, take it along, erase it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from workshop_kit.live.commands import File, Json, Lang, say_json

person = typer.Typer(
    help="What is kept of one participant.", no_args_is_help=True, rich_markup_mode=None
)

Who = Annotated[str, typer.Argument(help="Their id; “person list” names everybody.")]
By = Annotated[str, typer.Option(help="Who does it, for the record.")]
To = Annotated[Path | None, typer.Option(help="File to write; default the screen.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask again.")]


@person.command("list")
def list_people(file: File, as_json: Json = False, lang: Lang = "") -> None:
    """
    Name everybody: id, the name they chose, role, day, answers, kept until when.

    Example: workshop-kit person list museum.workshop
    """
    from workshop_kit.errors import printable  # noqa: PLC0415 - instant --help
    from workshop_kit.live import privacy  # noqa: PLC0415
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    with Workshop.open(file, lang=lang or None) as workshop:
        people = workshop.store.participants()
        if as_json:
            say_json(
                [
                    {
                        "id": who.id,
                        "name": who.alias,
                        "role": who.role,
                        "joined": who.joined_at.date().isoformat(),
                        "answers": len(workshop.store.answer_log(who.id)),
                        "kept_until": privacy.kept_until(workshop, who).isoformat(),
                    }
                    for who in people
                ]
            )
            return
        for who in people:
            typer.echo(
                "  ".join(
                    (
                        who.id,
                        printable(who.alias),
                        who.role,
                        who.joined_at.date().isoformat(),
                        str(len(workshop.store.answer_log(who.id))),
                        privacy.kept_until(workshop, who).isoformat(),
                    )
                )
            )
        late = privacy.reminder(workshop, _today())
        if late is not None:
            typer.echo(printable(late.render(workshop.translate)), err=True)


@person.command("export")
def export_person(
    file: File,
    who: Who,
    to: To = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--everything",
            help="For the participant: also drafts, and what is anonymous or not"
            " shown yet.",
        ),
    ] = False,
    lang: Lang = "",
) -> None:
    """
    Write what the file holds about one participant, as JSON.

    Example: workshop-kit person export museum.workshop 0123456789abcdef --everything
    """
    from workshop_kit.export.files import write  # noqa: PLC0415 - instant --help
    from workshop_kit.live import privacy  # noqa: PLC0415
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    with Workshop.open(file, lang=lang or None) as workshop:
        found = privacy.everything(
            workshop,
            privacy.person(workshop, who),
            workshop.translate,
            own=everything,
        )
    words = json.dumps(found, ensure_ascii=to is None, indent=2)
    if to is None:
        typer.echo(words)
        return
    written = write(to, words.encode())
    written.chmod(0o600)
    typer.echo(written)


@person.command("erase")
def erase_person(
    file: File, who: Who, by: By = "", yes: Yes = False, lang: Lang = ""
) -> None:
    """
    Erase all that one participant filled in, their name and their role, for good.

    Says first where their words stand in decisions and kept versions, which stay.

    Example: workshop-kit person erase museum.workshop 0123456789abcdef --by "A. Name"
    """
    from workshop_kit.errors import N_, printable  # noqa: PLC0415 - instant --help
    from workshop_kit.live import privacy  # noqa: PLC0415
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    with Workshop.open(file, lang=lang or None) as workshop:
        t = workshop.translate
        if any(one.participant == who for one in workshop.store.erasures()):
            workshop.store.scrub()
            typer.echo(t(N_("They were erased before; nothing of them is left.")))
            return
        found = privacy.person(workshop, who)
        places = privacy.quoted(workshop, found, t, own=False)
        if places:
            typer.echo(t(N_("Their words stand here too, and stay:")))
        for place in places:
            typer.echo(f"- {place}")
        question = t(
            N_("Erase all that “{name}” filled in? It cannot be brought back."),
            name=printable(found.alias),
        )
        if not yes:
            typer.confirm(question, abort=True)
        made = privacy.erase(workshop, found, by=by, reason=privacy.ASKED)
        typer.echo(
            t(
                N_(
                    "Erased, with the name and the role. Answers: {n}. Copies, backups"
                    " and exported files are not touched."
                ),
                n=made.answers,
            )
        )


def forget(file: File, by: By = "", yes: Yes = False, lang: Lang = "") -> None:
    """
    Erase the answers of everybody that were to be kept until a day that has passed.

    Decisions, sign-off and kept versions stay: they are the institution's own.

    Example: workshop-kit forget museum.workshop --by "A. Name"
    """
    from workshop_kit.errors import N_  # noqa: PLC0415 - instant --help
    from workshop_kit.live import privacy  # noqa: PLC0415
    from workshop_kit.live.workshop import Workshop  # noqa: PLC0415

    with Workshop.open(file, lang=lang or None) as workshop:
        t = workshop.translate
        late = privacy.due(workshop, _today())
        if late and not yes:
            question = N_(
                "Erase all that participants filled in ({n} people), for good?"
            )
            typer.confirm(t(question, n=len(late)), abort=True)
        made = privacy.forget(workshop, by=by, today=_today())
        typer.echo(
            t(
                N_("Erased. Participants: {n}, answers: {answers}."),
                n=len(made),
                answers=sum(one.answers for one in made),
            )
        )


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
