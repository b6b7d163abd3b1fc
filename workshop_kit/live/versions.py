"""What a facilitator gets to see of versions: the list, the difference, the results."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_kit.errors import N_, PolicyError
from workshop_kit.export.changes import difference_document, listed, outcomes_table
from workshop_kit.export.document import Block, Document, Paragraph, text, words_of
from workshop_kit.i18n import Translator
from workshop_kit.live import lifecycle
from workshop_kit.live import review as reviews
from workshop_kit.live.desk import Desk
from workshop_kit.live.workshop import Workshop
from workshop_kit.policy.carrier import read_document
from workshop_kit.policy.diff import difference
from workshop_kit.store.opening import remove

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workshop_kit.policy.exchange import Exchange


def difference_between(
    workshop: Workshop, before: str, after: str, t: Translator
) -> Document:
    """
    Return what changed between two versions.

    Args:
        workshop: The workshop.
        before: Name of a version, or an exported file; empty for the last kept.
        after: The same; empty for what is decided now.
        t: Language of the document.

    Raises:
        PolicyError: If there is no such version.
    """
    names = [one.name for one in workshop.store.snapshots()]
    if not before and not names:
        raise PolicyError(
            N_("No version has been kept yet, so there is nothing to compare with."),
            where=str(workshop.store.path),
            fix=N_("Keep one under a name, or name an exported file with --from."),
        )
    before = before or names[-1]
    now = t(N_("what is decided now"))
    found = difference(
        _version(workshop, before),
        _version(workshop, after),
        names=(_short(before), _short(after) or now),
        t=t,
    )
    return difference_document(found, t)


def _version(workshop: Workshop, name: str) -> Exchange:
    taken = {one.name for one in workshop.store.snapshots()}
    if name not in taken and name != lifecycle.NOW and Path(name).is_file():
        return read_document(Path(name))
    return lifecycle.kept(workshop, name)


def _short(name: str) -> str:
    return Path(name).name if Path(name).is_file() else name


def write_difference(
    workshop: Workshop, before: str, after: str, folder: Path, languages: Iterable[str]
) -> list[Path]:
    """
    Write the difference as ``changes-LANG.html`` and ``.pdf``.

    Raises:
        PolicyError: If there is no such version.
        ExportError: If a file cannot be written.
    """
    documents = [
        difference_between(workshop, before, after, Translator(lang))
        for lang in languages
    ]
    return [path for one in documents for path in _write(one, "changes", folder)]


def _write(document: Document, name: str, folder: Path) -> list[Path]:
    from workshop_kit.export import html, pdf  # noqa: PLC0415 - heavy
    from workshop_kit.export.files import write  # noqa: PLC0415

    made = {"html": html.render(document).encode(), "pdf": pdf.render(document)}
    return [
        write(folder / f"{name}-{document.lang}.{suffix}", content)
        for suffix, content in made.items()
    ]


def review_blocks(workshop: Workshop) -> list[Block]:
    """Return the results of a year, and which decisions have to be looked at again."""
    t = workshop.translate
    if reviews.began_with(workshop) is None:
        said = N_("This workshop is no review. “workshop-kit review” makes one.")
        return [Paragraph(runs=text(t(said)))]
    found = reviews.results(workshop)
    blocks: list[Block] = [outcomes_table(found, t)] if found else []
    if not found:
        blocks.append(Paragraph(runs=text(t(N_("There were no targets in figures.")))))
    old = reviews.stale(workshop)
    one, many = (
        N_("{n} decision is from before and has not been looked at again:"),
        N_("{n} decisions are from before and have not been looked at again:"),
    )
    if old:
        blocks.append(Paragraph(runs=text(t.plural(one, many, len(old)))))
        blocks.append(listed(t.pick(question.label) for question in old))
    else:
        done = t(N_("Every decision has been looked at again."))
        blocks.append(Paragraph(runs=text(done)))
    return blocks


def reviewed(
    file: str,
    figures: Sequence[Path],
    *,
    new: str | None,
    to_folder: Path | None,
    lang: str,
) -> list[str]:
    """
    Make the next workshop, read new figures into it, and say what came of it.

    Args:
        file: The last workshop: a file or its address.
        figures: New exports.
        new: The file or address to make; None for the usual name.
        to_folder: Where the results are written as documents too; None for nowhere.
        lang: Language of what is said; empty for that of the workshop.

    Returns:
        Lines: the file, remarks, targets with results, and files written.

    Raises:
        WorkshopError: If a file cannot be read, or the new one exists.
    """
    today = dt.datetime.now().astimezone().date()
    made, remarks = reviews.review(file, today=today, new=new, lang=lang)
    said = [str(made), *(f"- {remark}" for remark in remarks)]
    try:
        with Workshop.open(made, lang=lang or None) as workshop:
            for path in figures:
                Desk(workshop).figures(str(path))
    except BaseException:
        # Otherwise the same command, given again, would find the name taken.
        remove(made)
        raise
    with Workshop.open(made, lang=lang or None) as workshop:
        t, found = workshop.translate, reviews.results(workshop)
        table = outcomes_table(found, t)
        for row in table.rows:
            cells = [words_of(cell) for cell in row]
            pairs = zip(map(words_of, table.head), cells, strict=True)
            said.append("; ".join(f"{k}: {v}" for k, v in pairs if v))
        old = len(reviews.stale(workshop))
        one, many = (
            N_("{n} decision was taken over, to be looked at again."),
            N_("{n} decisions were taken over, to be looked at again."),
        )
        said.append(t.plural(one, many, old))
        if to_folder is not None:
            for name in (lang,) if lang else workshop.kit.languages:
                with Workshop.open(made, lang=name) as speaking:
                    document = _review_document(speaking, today)
                said += map(str, _write(document, "review", to_folder))
    return said


def _review_document(workshop: Workshop, today: dt.date) -> Document:
    t = workshop.translate
    return Document(
        title=t(N_("What became of the targets")),
        subtitle=workshop.institution(),
        lang=t.lang,
        meta={t(N_("Date")): t.date(today)},
        blocks=tuple(review_blocks(workshop)),
        leaflet=True,
    )
