"""A year later: the next workshop, which begins with what the last one decided."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sqlite3
import tempfile
import uuid
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, StoreError
from workshop_kit.i18n import Translator
from workshop_kit.live import lifecycle
from workshop_kit.live.reopen import add_options, fitting_record, with_options
from workshop_kit.live.workshop import Workshop
from workshop_kit.policy.carry import carry
from workshop_kit.policy.exchange import from_json
from workshop_kit.policy.targets import outcomes, targets
from workshop_kit.store.place import SUFFIX, Address, beside, located
from workshop_kit.store.restore import restore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workshop_kit.kit.model import Question
    from workshop_kit.policy.exchange import Exchange
    from workshop_kit.policy.targets import Outcome
    from workshop_kit.store.place import Place

_YEAR = re.compile(r"-\d{4}$")

BEGAN_WITH = "began_with"
"""Kind of the action that names the version which a review began with."""


def review(
    old: str | Path,
    *,
    today: dt.date,
    new: str | Path | None = None,
    lang: str = "",
) -> tuple[Place, tuple[str, ...]]:
    """
    Make the next workshop from the last one, which stays as it is, to the byte.

    The decisions that stand are taken over with their dates, so that it shows which
    have not been looked at again, and every version that was kept. What participants
    answered stays in the old file: they agreed to that one. What the facilitator
    filled in, or else what was decided, stands in the forms as a draft.

    Args:
        old: The last workshop.
        today: Day of the review.
        new: The file or address to make; default beside the old one, as ``NAME-YEAR``.
        lang: Language of the remarks; default that of the workshop.

    Returns:
        The new file, and what has to be said: what changed in the kit and what
        could not be taken over.

    Raises:
        StoreError: If the old file cannot be read, or the new one exists.
        KitError: If the kit cannot be used.
    """
    source = located(old)
    name = f"{_YEAR.sub('', source.stem)}-{today.year}"
    with opened_copy(source) as last:
        found = lifecycle.recorded(last)
        own, _ = last.filled_in(last.facilitator().id)
        kept = last.store.snapshots()
        content = last.content
    if kept:
        latest = from_json(kept[-1].content)
        before = replace(found, questions=latest.questions, policies=latest.policies)
    else:
        # How the questions were worded is then only known of what was decided.
        latest, before = None, replace(found, questions={})
    t = Translator(lang or found.workshop.lang)
    carried = carry(before, with_options(content, found), t)
    record = fitting_record(found, content, found.workshop.kit)
    made = restore(
        new or beside(source, name),
        replace(record, created_at=dt.datetime.now(dt.UTC)),
        decisions=carried.decisions,
        waivers=carried.waivers,
        measurements=carried.measurements,
        snapshots=kept,
    )
    decided = {one.question: one.value for one in carried.decisions}
    with Workshop.open(made) as workshop:
        add_options(workshop, found)
        _prefill(workshop, decided | own)
        _mark(workshop, latest, kept[-1].name if kept else "", today)
    return made, carried.remarks


@contextmanager
def opened_copy(source: Place) -> Iterator[Workshop]:
    """
    Give a workshop without touching its file.

    Opening a file brings it to the newest layout, so a copy is opened. A database
    belongs to a server, which goes with the program, so it is opened as it is.

    Raises:
        StoreError: If it cannot be read.
        KitError: If its kit cannot be used.
    """
    if isinstance(source, Address):
        with Workshop.open(source) as workshop:
            yield workshop
        return
    with tempfile.TemporaryDirectory(prefix="workshop-review-") as folder:
        copy = Path(folder) / f"copy{SUFFIX}"
        try:
            _copy(source, copy)
            with Workshop.open(copy) as workshop:
                yield workshop
        except StoreError as error:
            # The person asked for the source and has never heard of the copy.
            if error.where == str(copy):
                error.where = str(source)
            raise


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        # Opening it says in words what is wrong.
        Workshop.open(source).close()
    unfinished = source.with_name(f"{source.name}-wal").exists()
    # Without a log nobody is writing, and nothing needs to be put beside the file.
    how = "mode=rw" if unfinished else "immutable=1"
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?{how}", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
    except sqlite3.DatabaseError:
        shutil.copyfile(source, target)


def _prefill(workshop: Workshop, values: Mapping[str, Any]) -> None:
    """Put values in the facilitator's forms as drafts; they count for nothing yet."""
    me = workshop.facilitator().id
    for question in workshop.kit.questions():
        if values.get(question.id) is not None:
            workshop.store.save_draft(
                participant=me, question=question.id, value=values[question.id]
            )


def _mark(
    workshop: Workshop, latest: Exchange | None, name: str, today: dt.date
) -> None:
    """Note which kept version the review began with; keep one if none says the same."""
    now = lifecycle.recorded(workshop)
    if latest is None or _values(latest) != _values(now):
        if not now.decisions:
            return
        t = workshop.translate
        said = t(N_("Before the review of {date}"), date=t.date(today))
        name = lifecycle.keep(workshop, said, today).name
    workshop.store.act(
        BEGAN_WITH, "", name, by=workshop.facilitator().alias, key=str(uuid.uuid4())
    )


def _values(exchange: Exchange) -> dict[str, Any]:
    return {one.question: (one.value, one.reason) for one in exchange.decisions}


def began_with(workshop: Workshop) -> Exchange | None:
    """Return the version that a review began with; None if this is no review."""
    action = workshop.store.action(BEGAN_WITH, "")
    return lifecycle.kept(workshop, str(action.value)) if action else None


def stale(workshop: Workshop) -> tuple[Question, ...]:
    """
    Return the questions whose decision is from before this workshop.

    They stand until they are decided on again; recording one as it is confirms it.
    """
    made, begun = workshop.store.decisions(), workshop.store.workshop().created_at
    return tuple(
        question
        for question in workshop.kit.questions()
        if question.id in made and made[question.id].at < begun
    )


def results(workshop: Workshop) -> tuple[Outcome, ...]:
    """
    Hold the targets that a review began with against figures taken since.

    Empty if this is no review or there were no targets.
    """
    before = began_with(workshop)
    if before is None:
        return ()
    begun = workshop.store.workshop().created_at
    fresh = [one for one in workshop.measurements() if one.at >= begun]
    lang = workshop.lang if workshop.lang in before.policies else before.workshop.lang
    return outcomes(targets(before, lang), fresh)
