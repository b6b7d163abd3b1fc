"""Lays out what the notebooks show: programme, run sheet, tally, where we stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.deliberation.leading import leading
from workshop_kit.errors import N_, KitError
from workshop_kit.export.document import (
    Block,
    Definitions,
    Heading,
    List,
    Paragraph,
    Run,
    Runs,
    Table,
    text,
)
from workshop_kit.kit.words import in_words
from workshop_kit.live.counts import counts
from workshop_kit.metrics.feasibility import feasibility as add_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workshop_kit.kit.model import Question
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Answer

METHODS = {
    "consent": N_("consent"),
    "approval": N_("dots"),
    "score": N_("score"),
    "ranking": N_("ranking"),
    "owner": N_("the owner decides"),
}


def plan(workshop: Workshop) -> list[Block]:
    """Return the parts of the workshop with their questions and minutes."""
    t, track = workshop.translate, workshop.track
    rows = []
    for aspect in workshop.kit.aspects:
        questions = [q for q in aspect.questions if track in q.minutes]
        now = [q for q in questions if q.stage == "workshop"]
        rows.append(
            (
                text(t.pick(aspect.title)),
                text(t.number(len(now))),
                text(t.number(len(questions) - len(now))),
                text(t.number(sum(q.minutes[track] for q in now))),
            )
        )
    head = (
        N_("Part"),
        N_("Questions in the room"),
        N_("Questions for later"),
        N_("Minutes"),
    )
    return [
        Table(
            head=tuple(text(t(word)) for word in head),
            rows=tuple(rows),
            caption=t.pick(workshop.kit.tracks[track].label),
        )
    ]


def guide(workshop: Workshop, aspects: Iterable[str]) -> list[Block]:
    """Return the run sheet: purpose, exercise, time and script per question."""
    t, track = workshop.translate, workshop.track
    blocks: list[Block] = []
    for name in aspects:
        questions = workshop.questions(name)
        aspect = workshop.kit.aspect(name)
        minutes = sum(
            q.minutes.get(track, 0) for q in questions if q.stage == "workshop"
        )
        time = t(N_("{minutes} minutes"), minutes=t.number(minutes))
        facts = (
            (t(N_("Purpose")), t.pick(aspect.purpose)),
            (t(N_("Exercise")), t.pick(aspect.exercise)),
            (t(N_("Time")), time),
        )
        head = (N_("Question"), N_("Minutes"), N_("How"), N_("Script"))
        title = t.pick(aspect.title)
        blocks += [
            Heading(level=3, runs=text(title)),
            Definitions(
                items=tuple((text(k), (Paragraph(runs=text(v)),)) for k, v in facts)
            ),
            Table(
                head=tuple(text(t(word)) for word in head),
                rows=tuple(_script(workshop, question) for question in questions),
                caption=t(N_("Run sheet: {part}"), part=title),
            ),
        ]
    return blocks


def _script(workshop: Workshop, question: Question) -> tuple[Runs, ...]:
    t = workshop.translate
    minutes = question.minutes.get(workshop.track)
    when = t.number(minutes) if minutes else ""
    if minutes and question.stage != "workshop":
        when = t(N_("{minutes} (later)"), minutes=when)
    return (
        text(t.pick(question.label)),
        text(when),
        text(t(METHODS[question.method])),
        text(t.pick(question.script)),
    )


def tally(workshop: Workshop, aspects: Iterable[str]) -> list[Block]:
    """Return per question how many answered, what they said and what leads."""
    answers = workshop.store.answers()
    people = workshop.people(answers)
    blocks = [
        block
        for name in aspects
        for question in workshop.questions(name)
        if question.type != "note"
        for block in _tally(workshop, question, answers, people)
    ]
    if blocks:
        return blocks
    nothing = N_("Nobody has answered yet. Refresh this later.")
    return [Paragraph(runs=text(workshop.translate(nothing)))]


def _tally(
    workshop: Workshop, question: Question, answers: Sequence[Answer], people: int
) -> list[Block]:
    t, kit = workshop.translate, workshop.kit
    found = leading(question, answers)
    if not found.n:
        return []
    said = t(N_("{n} of {people} answered"), n=found.n, people=people)
    head: list[Block] = [
        Heading(level=3, runs=text(t.pick(question.label))),
        Paragraph(runs=(Run(text=said, emphasis=True),)),
    ]
    if not workshop.shown(question):
        hidden = t(N_("Not revealed yet."))
        return [*head, Paragraph(runs=text(hidden))]
    leads = [
        t(N_("Leads: {words}"), words="; ".join(words))
        for value in found.proposals
        if (words := in_words(kit, question, value, t))
    ]
    remarks = [*leads, *found.words(t)]
    blocks = [*head, *counts(kit, question, answers, people, t)]
    if remarks:
        items = tuple((Paragraph(runs=text(remark)),) for remark in remarks)
        blocks.append(List(items=items, ordered=False))
    return blocks


def status(workshop: Workshop) -> list[Block]:
    """Return per aspect how many questions are answered, decided and open."""
    t = workshop.translate
    made = workshop.store.decisions()
    answered = {answer.question for answer in workshop.store.answers()}
    undecided = {question.id for question in workshop.undecided()}
    rows = []
    for aspect in workshop.kit.aspects:
        ids = [q.id for q in workshop.questions(aspect.id) if q.type != "note"]
        numbers = (
            sum(i in known for i in ids) for known in (answered, made, undecided)
        )
        rows.append((text(t.pick(aspect.title)), *(text(t.number(n)) for n in numbers)))
    head = (N_("Part"), N_("Answered"), N_("Decided"), N_("Open"))
    return [
        Table(
            head=tuple(text(t(word)) for word in head),
            rows=tuple(rows),
            caption=t(N_("Where we stand")),
        )
    ]


def feasibility(workshop: Workshop) -> list[Block]:
    """Return the sum of an ordinary week, with whether it fits above it."""
    t = workshop.translate
    names = labels(workshop, "ch.list", "res.people")
    found = add_up(workshop.said())
    head = (N_("What"), N_("Calculation"), N_("Hours a week"))
    return [
        Paragraph(runs=(Run(text=found.words(t, names), strong=True),)),
        Table(
            head=tuple(text(t(word)) for word in head),
            rows=tuple(tuple(map(text, row)) for row in found.calculation(t, names)),
            caption=t(N_("An ordinary week")),
        ),
    ]


def labels(workshop: Workshop, *questions: str) -> dict[str, str]:
    """
    Return the words for the options of these questions and of their columns.

    Raises:
        KitError: If the kit does not ask them, so that there is nothing to show.
    """
    known = {question.id: question for question in workshop.kit.questions()}
    for name in questions:
        if name not in known:
            raise KitError(
                N_("this kit does not ask '{name}', so there is nothing to show here."),
                where=workshop.kit.id,
                name=name,
            )
    asked = [known[name] for name in questions]
    options = [o for question in asked for o in question.options]
    options += [o for question in asked for c in question.columns for o in c.options]
    return {option.id: workshop.translate.pick(option.label) for option in options}
