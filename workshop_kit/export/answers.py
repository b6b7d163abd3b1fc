"""Puts the answers where a form stood, read from the workshop file it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.promoted import promoted
from workshop_kit.errors import N_, WorkshopError
from workshop_kit.export.document import (
    Block,
    Callout,
    Definitions,
    List,
    Paragraph,
    Run,
    Table,
    text,
)
from workshop_kit.export.markdown import blocks as markdown_blocks
from workshop_kit.i18n import Translator
from workshop_kit.kit.load import load
from workshop_kit.kit.words import in_words, rows
from workshop_kit.policy.signoff import signed_words
from workshop_kit.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.store.records import Decision


def form_blocks(reference: Mapping[str, Any]) -> list[Block]:
    """
    Return the static twin of a form.

    Args:
        reference: What the form left in the notebook: ``workshop`` (path or address),
            ``kind`` (answers, decisions, setup,
            adoption, waivers, signoff or room), ``lang``, ``aspect`` and
            ``participant``.

    Returns:
        Each question with its answer or decision. If the workshop file cannot be
        read any more, a remark in words; an export never fails over it.
    """
    t = Translator(str(reference.get("lang", "")))
    try:
        with Store.open(str(reference.get("workshop", ""))) as store:
            return _of_kind(store, reference, t)
    except WorkshopError as error:
        title = text(t(N_("The answers of this form are not here")))
        said = (Paragraph(runs=text(error.render(t))),)
        return [Callout(kind="warning", title=title, blocks=said)]


def _of_kind(store: Store, reference: Mapping[str, Any], t: Translator) -> list[Block]:
    workshop = store.workshop()
    kit = load(workshop.kit).with_options(promoted(store.actions().values()))
    if reference.get("kind") == "setup":
        track = kit.tracks[workshop.track]
        said = t(N_("Track: {track}"), track=t.pick(track.label))
        return [Paragraph(runs=text(said))]
    if reference.get("kind") in {"adoption", "waivers", "room"}:
        return []  # what they did stands with the decisions and findings
    if reference.get("kind") == "signoff":
        signed = [signed_words(one, t) for one in store.signoffs()]
        steps = tuple((Paragraph(runs=text(said)),) for said in signed)
        return [List(items=steps)] if steps else []
    names = str(reference.get("aspect", "")).split()
    asked = [
        question
        for aspect in kit.aspects
        if aspect.id in names
        for question in aspect.questions
        if workshop.track in question.minutes
    ]
    if reference.get("kind") == "decisions":
        made = store.decisions()
        items = [
            (text(t.pick(q.label)), _decided(kit, q, made[q.id], t))
            for q in asked
            if q.id in made
        ]
        return _defined(items, len(asked), N_("{n} not decided"), t)
    values = {
        a.question: a.value
        for a in store.answers()
        if a.participant == reference.get("participant")
    }
    items = [
        (text(t.pick(q.label)), answer_blocks(kit, q, values[q.id], t))
        for q in asked
        if q.id in values
    ]
    return _defined(items, len(asked), N_("{n} not answered"), t)


def _defined(
    items: list[tuple[tuple[Run, ...], tuple[Block, ...]]],
    asked: int,
    rest: str,
    t: Translator,
) -> list[Block]:
    blocks: list[Block] = [Definitions(items=tuple(items))] if items else []
    if asked > len(items):
        said = t(rest, n=asked - len(items))
        blocks.append(Paragraph(runs=(Run(text=said, emphasis=True),)))
    return blocks


def answer_blocks(
    kit: Kit, question: Question, value: Any, t: Translator
) -> tuple[Block, ...]:
    """Return an answer as blocks: words, a list, a table or Markdown."""
    if question.type == "rows":
        head = tuple(text(t.pick(column.label)) for column in question.columns)
        cells = rows(kit, question, value, t)
        lines = tuple(tuple(text(cell) for cell in row) for row in cells)
        # What was asked stands above it already.
        return (Table(head=head, rows=lines),)
    if question.type == "long_text":
        return tuple(markdown_blocks(str(value)))
    words = in_words(kit, question, value, t)
    if len(words) == 1:
        return (Paragraph(runs=text(words[0])),)
    items = tuple((Paragraph(runs=text(word)),) for word in words)
    return (List(items=items, ordered=question.type == "ranking"),)


def _decided(
    kit: Kit, question: Question, made: Decision, t: Translator
) -> tuple[Block, ...]:
    more = [
        (N_("Reason: {words}"), made.reason),
        (N_("Dissent: {words}"), made.dissent),
    ]
    said = (
        Paragraph(runs=(Run(text=t(template, words=words), emphasis=True),))
        for template, words in more
        if words
    )
    return (*answer_blocks(kit, question, made.value, t), *said)
