"""Writes a workshop as documents and data, in the formats and for whom one asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_, ExportError
from workshop_kit.export.brand import PLAIN
from workshop_kit.export.files import write
from workshop_kit.export.profiles import PROFILES, profile_document
from workshop_kit.i18n import LANGUAGES, Translator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from workshop_kit.export.brand import Brand
    from workshop_kit.export.document import Document
    from workshop_kit.export.profiles import WorkshopLike

DOCUMENTS = ("html", "pdf", "docx", "md")
"""What a document can be written as, for each profile and language."""

DATA = ("json", "csv", "ics")
"""What is written once, whatever the profile."""

FORMATS = (*DOCUMENTS, *DATA)
DEFAULT = ("html", "pdf")
BESIDE = "side-by-side"
"""Language option for a document in two languages beside each other."""

_CARRIES = "policy"
"""The profile whose documents carry the policy as data."""


def chosen(given: Iterable[str], known: Iterable[str], option: str) -> tuple[str, ...]:
    """
    Read names with commas between; ``all`` names all of them.

    Args:
        given: As it was typed, each time that the option was given.
        known: What can be chosen.
        option: The option it was typed at, for messages.

    Raises:
        ExportError: If a name is unknown, or there is none; says what there is.
    """
    typed = ",".join(given)
    names = [name.strip().lower() for name in typed.split(",") if name.strip()]
    options = [*known]
    if "all" in names:
        return tuple(options)
    for name in names or [typed]:
        if name not in options:
            raise ExportError(
                N_("“{name}” is not something to choose here."),
                where=option,
                fix=N_("Choose one or more of: {known}, or all."),
                name=name[:40],
                known=", ".join(options),
            )
    return tuple(dict.fromkeys(names))


def languages(given: Iterable[str], known: Iterable[str]) -> list[tuple[str, ...]]:
    """
    Read the language option: one document for each tuple, in its language or two.

    Args:
        given: Each a language, ``both`` or ``side-by-side``; nothing is ``both``.
        known: Languages of the kit; the first one stands left.

    Raises:
        ExportError: If it is none of these; says what there is.
    """
    spoken = [lang for lang in known if lang in LANGUAGES]
    found = [one for name in [*given] or [""] for one in _spoken(name, spoken)]
    return list(dict.fromkeys(found))


def _spoken(given: str, spoken: list[str]) -> list[tuple[str, ...]]:
    if given in {"", "both"}:
        return [(lang,) for lang in spoken]
    if given == BESIDE and len(spoken) > 1:
        return [tuple(spoken[:2])]
    if given in spoken:
        return [(given,)]
    more = ["both", BESIDE] if len(spoken) > 1 else []
    raise ExportError(
        N_("“{name}” is not something to choose here."),
        where="--lang",
        fix=N_("Choose one of: {known}."),
        name=given[:40],
        known=", ".join([*spoken, *more]),
    )


def export(  # noqa: PLR0913 - what, where, how and for whom
    workshop: WorkshopLike,
    folder: Path,
    langs: Iterable[tuple[str, ...]],
    *,
    formats: Iterable[str] = DEFAULT,
    profiles: Iterable[str] = (_CARRIES,),
    brand: Brand = PLAIN,
) -> list[Path]:
    """
    Write documents and data to a folder; each file appears whole or not at all.

    Args:
        workshop: What was decided and answered.
        folder: Made if it is not there.
        langs: For each document its language, or the two it has; see
            :func:`languages`.
        formats: Of :data:`FORMATS`.
        profiles: Of :data:`workshop_kit.export.profiles.PROFILES`.
        brand: Colour and logo.

    Returns:
        The files: ``PROFILE-LANG.FORMAT``, ``policy.json``, ``answers-LANG.csv``,
        ``decisions-LANG.csv`` and ``policy-LANG.ics``.

    Raises:
        ExportError: If a document cannot be made or written.
    """
    wanted, known = [*formats], [*langs]
    return [
        write(folder / name, content)
        for files in (
            _documents(workshop, known, wanted, [*profiles], brand),
            _data(workshop, known, wanted),
        )
        for name, content in files
    ]


def _documents(
    workshop: WorkshopLike,
    langs: list[tuple[str, ...]],
    formats: list[str],
    profiles: list[str],
    brand: Brand,
) -> Iterator[tuple[str, bytes]]:
    wanted = [name for name in DOCUMENTS if name in formats]
    carried = _whole(workshop) if {"html", "pdf"} & {*wanted} else b""
    for profile in PROFILES if wanted else ():
        if profile not in profiles:
            continue
        for spoken in langs:
            document = profile_document(workshop, profile, *spoken)
            carries = carried if profile == _CARRIES else b""
            for name, content in _beside(document, wanted, brand, carries):
                yield f"{profile}-{'-'.join(spoken)}.{name}", content


def _beside(
    document: Document, wanted: list[str], brand: Brand, carried: bytes
) -> Iterator[tuple[str, bytes]]:
    """Give a document in several formats; a PDF is typeset beside the others."""
    begun = None
    if "pdf" in wanted:
        from workshop_kit.export import pdf  # noqa: PLC0415 - see below

        begun = pdf.begin(document, brand=brand, carried=carried)
    for name in wanted:
        if name != "pdf":
            yield name, rendered(document, name, brand=brand, carried=carried)
    if begun is not None:
        yield "pdf", begun.result()


def rendered(
    document: Document, name: str, *, brand: Brand = PLAIN, carried: bytes = b""
) -> bytes:
    """
    Return a document in one of :data:`DOCUMENTS`.

    Raises:
        ExportError: If it cannot be made.
    """
    # Each of them is heavy in its own way, and only who asks for it waits for it.
    if name == "html":
        from workshop_kit.export import html  # noqa: PLC0415

        return html.render(document, brand=brand, carried=carried).encode()
    if name == "pdf":
        from workshop_kit.export import pdf  # noqa: PLC0415

        return pdf.render(document, brand=brand, carried=carried)
    if name == "docx":
        from workshop_kit.export import docx  # noqa: PLC0415

        return docx.render(document, brand=brand)
    from workshop_kit.export import md  # noqa: PLC0415

    return md.render(document).encode()


def _data(
    workshop: WorkshopLike, langs: list[tuple[str, ...]], formats: list[str]
) -> Iterator[tuple[str, bytes]]:
    from workshop_kit.export.sheets import answers_csv, decisions_csv  # noqa: PLC0415

    store = workshop.store
    if "json" in formats:
        yield "policy.json", _whole(workshop)
    for lang in dict.fromkeys(one for spoken in langs for one in spoken):
        t = Translator(lang)
        if "csv" in formats:
            answers, decisions = store.answers(), store.decisions()
            sheet = answers_csv(workshop.kit, answers, t, actions=store.actions())
            yield f"answers-{lang}.csv", sheet
            yield f"decisions-{lang}.csv", decisions_csv(workshop.kit, decisions, t)
        if "ics" in formats:
            from workshop_kit.export import diary  # noqa: PLC0415 - icalendar

            yield f"policy-{lang}.ics", diary.calendar(workshop.policy(lang=lang))


def _whole(workshop: WorkshopLike) -> bytes:
    from workshop_kit.policy.exchange import dump  # noqa: PLC0415 - pydantic models

    return dump(workshop.exchange())
