"""Lays out what changed between two versions, and what became of the targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_
from workshop_kit.export.document import (
    Block,
    Definitions,
    Document,
    Heading,
    List,
    Paragraph,
    Table,
    text,
)
from workshop_kit.policy.targets import VERDICT, figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.policy.diff import Change, Difference, Kind, TargetChange
    from workshop_kit.policy.model import Policy
    from workshop_kit.policy.targets import Outcome, Target

_CLAUSES: dict[Kind, str] = {
    "added": N_("New in the policy"),
    "dropped": N_("No longer in the policy"),
    "changed": N_("Changed in the policy"),
}
_DECISIONS: dict[Kind, str] = {
    "added": N_("Decided since"),
    "dropped": N_("Taken back since"),
    "changed": N_("Decided otherwise"),
}


def difference_document(found: Difference, t: Translator) -> Document:
    """Return the difference between two versions as a document of its own."""
    return Document(
        title=t(N_("What changed")),
        subtitle=found.after.institution or found.before.institution,
        lang=t.lang,
        meta={
            t(N_("Earlier version")): _named(found.names[0], found.before, t),
            t(N_("Later version")): _named(found.names[1], found.after, t),
        },
        blocks=tuple(_blocks(found, t)),
        leaflet=True,
    )


def _named(name: str, policy: Policy, t: Translator) -> str:
    date = t.date(policy.date)
    return t(
        N_("{name} ({version}, {date})"), name=name, version=policy.version, date=date
    )


def _blocks(found: Difference, t: Translator) -> list[Block]:
    if found.nothing:
        same = t(N_("The two versions say the same."))
        return [Paragraph(runs=text(same))]
    blocks: list[Block] = [Paragraph(runs=text(_in_short(found, t)))]
    if any(
        _differing(c) != (c.before, c.after) for c in (*found.clauses, *found.decisions)
    ):
        rest = t(N_("What reads the same in both versions is left out."))
        blocks.append(Paragraph(runs=text(rest)))
    blocks += _changes(found.clauses, _CLAUSES, t)
    if found.targets:
        blocks += [_heading(t(N_("Targets"))), _targets(found.targets, t)]
    blocks += _changes(found.decisions, _DECISIONS, t)
    if found.kit:
        blocks += [_heading(t(N_("Changes in the questions"))), listed(found.kit)]
    return blocks


def _in_short(found: Difference, t: Translator) -> str:
    """Say in two sentences how much changed."""
    count = {
        kind: sum(change.kind == kind for change in found.clauses)
        for kind in ("added", "dropped", "changed")
    }
    clauses = t(
        N_("Clauses: {added} new, {dropped} dropped, {changed} changed."), **count
    )
    decisions = t(
        N_("Decisions that differ: {decisions}. Targets that differ: {targets}."),
        decisions=len(found.decisions),
        targets=len(found.targets),
    )
    return f"{clauses} {decisions}"


def _changes(
    changes: Sequence[Change], titles: dict[Kind, str], t: Translator
) -> list[Block]:
    blocks: list[Block] = []
    for kind, title in titles.items():
        mine = [change for change in changes if change.kind == kind]
        if not mine:
            continue
        blocks.append(_heading(t(title)))
        for change in mine:
            blocks.append(Heading(level=2, runs=text(change.label)))
            blocks.append(_before_and_after(change, t))
    return blocks


def _before_and_after(change: Change, t: Translator) -> Block:
    if change.kind != "changed":
        return Paragraph(runs=text(change.before or change.after))
    before, after = _differing(change)
    sides = ((N_("Before"), before), (N_("Now"), after))
    return Definitions(
        items=tuple(
            (text(t(word)), (Paragraph(runs=text(said or "–")),))
            for word, said in sides
        )
    )


def _differing(change: Change) -> tuple[str, str]:
    """Leave out the lines that both have, unless their order differs."""
    old, new = change.before.split("\n"), change.after.split("\n")
    both = [line for line in old if line in new]
    if not both or both != [line for line in new if line in old]:
        return change.before, change.after
    gone = [line for line in old if line not in new]
    come = [line for line in new if line not in old]
    if not gone and not come:
        return change.before, change.after
    return "\n".join(gone), "\n".join(come)


def _targets(changes: Iterable[TargetChange], t: Translator) -> Table:
    head = (N_("Indicator"), N_("Channel"), N_("Target before"), N_("Target now"))
    rows = []
    for change in changes:
        one = change.after or change.before
        if one is not None:
            sides = (change.before, change.after)
            rows.append((one.name, one.where, *(_target(side, t) for side in sides)))
    return Table(
        head=tuple(text(t(word)) for word in head),
        rows=tuple(tuple(text(cell) for cell in row) for row in rows),
        caption=t(N_("Targets that differ")),
    )


def _target(target: Target | None, t: Translator) -> str:
    if target is None:
        return "–"
    said = figure(target.target, target.kpi, t) or t(N_("left open"))
    if target.by is not None:
        said = t(N_("{figure}, by {date}"), figure=said, date=t.date(target.by))
    if target.baseline is not None:
        start = figure(target.baseline, target.kpi, t)
        said = t(N_("{target} (from {baseline})"), target=said, baseline=start)
    return said


def outcomes_table(outcomes: Iterable[Outcome], t: Translator) -> Table:
    """Return a table of targets beside the figures that were measured for them."""
    head = (
        N_("Indicator"),
        N_("Channel"),
        N_("At the start"),
        N_("Target"),
        N_("Measured"),
        N_("Period"),
        N_("Result"),
    )
    return Table(
        head=tuple(text(t(word)) for word in head),
        rows=tuple(
            tuple(text(cell) for cell in _outcome(outcome, t)) for outcome in outcomes
        ),
        caption=t(N_("Targets and what became of them")),
    )


def _outcome(outcome: Outcome, t: Translator) -> tuple[str, ...]:
    target, found = outcome.target, outcome.measured
    wanted = figure(target.target, target.kpi, t) or t(N_("left open"))
    start = figure(target.baseline, target.kpi, t) or "–"
    if found is None:
        missing = t(N_("not measured yet"))
        return (target.name, target.where, start, wanted, missing, "", "")
    return (
        target.name,
        found.channel.capitalize(),
        start,
        wanted,
        figure(found.value, target.kpi, t) or t(N_("not available")),
        found.period.replace("/", " – "),
        t(VERDICT[outcome.reached]),
    )


def listed(lines: Iterable[str]) -> Block:
    """Return lines as a list."""
    return List(items=tuple((Paragraph(runs=text(line)),) for line in lines))


def _heading(words: str) -> Block:
    return Heading(level=1, runs=text(words))
