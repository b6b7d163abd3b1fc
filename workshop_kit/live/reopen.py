"""Makes a workshop again from the document that came out of one."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from workshop_kit.deliberation.promoted import PROMOTED
from workshop_kit.errors import N_, PolicyError
from workshop_kit.i18n import Translator
from workshop_kit.kit.load import load
from workshop_kit.kit.validate import clean
from workshop_kit.live.workshop import Workshop
from workshop_kit.policy.carrier import read_document
from workshop_kit.policy.carry import carry
from workshop_kit.store.restore import restore

if TYPE_CHECKING:
    from pathlib import Path

    from workshop_kit.kit.model import Kit, Option
    from workshop_kit.policy.exchange import Exchange
    from workshop_kit.store.place import Place
    from workshop_kit.store.records import Workshop as Record

_SHOWN = 200

_ID = re.compile(r"[a-z][a-z0-9_]*")


def reopen(
    document: Path, new: str | Path, *, kit: str = "", lang: str = ""
) -> tuple[Place, tuple[str, ...]]:
    """
    Make a workshop from a document alone.

    Args:
        document: An exported HTML, PDF or JSON file; it may come from anybody.
        new: The workshop to make: a file or an address in a database.
        kit: Folder of the kit, for a kit that does not come with workshop_kit.
        lang: Language of the remarks; default that of the workshop.

    Returns:
        The file, and what has to be said: what changed in the kit and what could
        not be taken over.

    Raises:
        PolicyError: If the document carries no policy.
        KitError: If the kit cannot be used.
        StoreError: If the file exists or cannot be made.
    """
    found = read_document(document)
    # A document from elsewhere may not choose which folder of ours is read.
    if not kit and not _ID.fullmatch(found.workshop.kit):
        raise PolicyError(
            N_("This policy was made with a kit of its own ({kit})."),
            where=str(document),
            fix=N_("Say where the kit is, with --kit FOLDER."),
            kit=clean(found.workshop.kit)[:_SHOWN],
        )
    name = kit or found.workshop.kit
    content = load(name)
    t = Translator(lang or found.workshop.lang)
    carried = carry(found, with_options(content, found), t)
    made = restore(
        new,
        fitting_record(found, content, name),
        decisions=carried.decisions,
        waivers=carried.waivers,
        measurements=carried.measurements,
        signoffs=carried.signoffs,
    )
    with Workshop.open(made) as workshop:
        add_options(workshop, found)
        known = (policy.workshop for policy in found.policies.values())
        workshop.come_from(next(filter(None, known), found.workshop.id))
        if found.comments is not None:
            workshop.use_comments(found.comments)
    return made, carried.remarks


def with_options(kit: Kit, found: Exchange) -> Kit:
    """Return the kit with the options that ideas became."""
    return kit.with_options(_new_options(kit, found))


def _new_options(kit: Kit, found: Exchange) -> dict[str, tuple[Option, ...]]:
    """Return the options of ideas, but those that the kit has by now."""
    return {
        question.id: tuple(
            option
            for option in found.options[question.id]
            if option.id not in {own.id for own in question.options}
        )
        for question in kit.questions()
        if question.id in found.options and question.options
    }


def fitting_record(found: Exchange, kit: Kit, name: str) -> Record:
    """Return what the workshop is about, with a track and language the kit has."""
    about = found.workshop
    return replace(
        about,
        kit=name,
        kit_version=kit.version,
        track=about.track if about.track in kit.tracks else next(iter(kit.tracks)),
        lang=about.lang if about.lang in kit.languages else kit.languages[0],
        keep_until="",
    )


def add_options(workshop: Workshop, found: Exchange) -> None:
    """Let the ideas that became options be options here too."""
    for question, options in _new_options(workshop.content, found).items():
        for option in options:
            workshop.store.act(
                PROMOTED,
                f"{question}/{option.id}",
                {"label": next(iter(option.label.values()), option.id)},
                by=workshop.translate(N_("Facilitator")),
                key=str(uuid.uuid4()),
            )
    workshop.refresh()
