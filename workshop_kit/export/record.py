"""The minutes of a workshop: who took part, what was asked, counted and decided."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workshop_kit.deliberation.ballot import REASONS, VOTES, ballot, kinds, parse
from workshop_kit.deliberation.rounds import shift
from workshop_kit.deliberation.tally import crossed, tally, tidy
from workshop_kit.deliberation.threshold import judge, threshold_for
from workshop_kit.errors import N_
from workshop_kit.export.answers import answer_blocks
from workshop_kit.export.document import (
    Block,
    Callout,
    Document,
    Heading,
    List,
    Paragraph,
    Quote,
    Run,
    Runs,
    Table,
    text,
)
from workshop_kit.export.markdown import blocks as markdown_blocks
from workshop_kit.export.policy import grid_table, questions_version
from workshop_kit.i18n import LANGUAGES, Translator
from workshop_kit.kit.words import in_words, rows
from workshop_kit.policy.model import Grid, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.store.records import Answer, Decision, Participant, Waiver

_FACILITATOR, _LED = "facilitator", N_("Facilitator")

COUNTED = frozenset({"single", "multiple", "ranking", "score", "dots"})
"""Types of question of which the answers are counted; of others they are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """
    What was held, as the store has it.

    Attributes:
        answers: Those that stand, of every round.
        proposals: What was put to the vote, by question.
    """

    kit: Kit
    people: Sequence[Participant]
    answers: Sequence[Answer]
    decisions: dict[str, Decision]
    waivers: dict[str, Waiver]
    proposals: dict[str, str]


def record_document(policy: Policy, held: Held) -> Document:
    """
    Return the minutes in the language of the policy.

    Nobody is named: people count by their role, and what few of one role answered
    is not shown by itself; see :func:`workshop_kit.deliberation.tally.crossed`.
    """
    t = Translator(policy.lang)
    parts = _Minutes(held, t)
    return Document(
        title=t(N_("Record of the workshop")),
        subtitle=policy.institution,
        lang=policy.lang,
        meta={
            t(N_("Policy")): policy.title,
            t(N_("Version")): policy.version,
            t(N_("Date")): t.date(policy.date),
            t(N_("Version of the questions")): questions_version(policy),
        },
        blocks=(
            Heading(level=1, runs=text(t(N_("Who took part")))),
            *parts.people(),
            *parts.aspects(),
            Heading(level=1, runs=text(t(N_("What was accepted by name")))),
            *parts.waivers(),
        ),
    )


class _Minutes:
    """Writes the minutes part by part, in one language."""

    def __init__(self, held: Held, t: Translator) -> None:
        self.held, self.t = held, t
        self.roles = {person.id: person.role for person in held.people}
        answered = {answer.participant for answer in held.answers}
        # Whoever only led the room was not asked.
        self.asked = [
            one for one in held.people if one.id in answered or one.role != _FACILITATOR
        ]
        self.by_question: dict[str, list[Answer]] = {}
        for answer in held.answers:
            self.by_question.setdefault(answer.question, []).append(answer)

    def people(self) -> Iterator[Block]:
        t = self.t
        counts = Counter(self.role(one.role) for one in self.asked)
        if not counts:
            yield self.said(N_("Nobody has answered anything yet."))
            return
        yield Table(
            head=(text(t(N_("Role"))), text(t(N_("People")))),
            rows=tuple((text(k), text(t.number(n))) for k, n in sorted(counts.items())),
            caption=t(N_("Who took part, by role")),
        )

    def role(self, role: str) -> str:
        if role == _FACILITATOR:
            return self.t(N_("Facilitator"))
        labels = {one.id: one.label for one in self.held.kit.roles}
        return self.t.pick(labels[role]) if role in labels else role

    def aspects(self) -> Iterator[Block]:
        for aspect in self.held.kit.aspects:
            found = [
                block
                for question in aspect.questions
                for block in self.asked_of(question)
            ]
            if found:
                yield Heading(level=1, runs=text(self.t.pick(aspect.title)))
                yield from found

    def asked_of(self, question: Question) -> Iterator[Block]:
        """Yield all that was done with a question; nothing if it was not asked."""
        made = self.held.decisions.get(question.id)
        ballots = [
            ballot(question, kind, proposal=self.held.proposals.get(question.id, ""))
            for kind in kinds(question)
        ]
        asked = [one for one in ballots if self.by_question.get(one.id)]
        if not asked and made is None:
            return
        yield Heading(level=2, runs=text(self.t.pick(question.label)))
        for one in asked:
            if one.id != question.id:
                yield Heading(level=3, runs=text(self.t.pick(one.label)))
            if parse(one.id)[1] in VOTES:
                yield Paragraph(runs=_quietly(self.t.pick(one.hint)))
            yield from self.result(one)
        if made is not None:
            yield from self.decision(question, made)

    def result(self, asked: Question) -> Iterator[Block]:
        mine = self.by_question[asked.id]
        rounds = sorted({answer.round for answer in mine})
        frame = tidy(mine, [asked])
        if asked.type in COUNTED and len(frame):
            yield self.counts(asked, frame, rounds)
            yield from self.moved(asked, frame)
            yield from self.by_role(asked, frame)
            yield from self.verdict(asked, frame)
        else:
            last = [answer for answer in mine if answer.round == rounds[-1]]
            yield from self.listed(asked, last)
        reasons = {vote: kind for kind, vote in REASONS.items()}
        name, kind = parse(asked.id)
        written = self.by_question.get(f"{name}#{reasons.get(kind, '')}", [])
        if written:
            yield self.said(N_("What was written with it:"))
            yield _list([str(answer.value) for answer in written])

    def counts(self, asked: Question, frame: pd.DataFrame, rounds: list[int]) -> Table:
        t, columns = self.t, {}
        head: list[Runs] = [text(t(N_("Choice")))]
        for number in rounds:
            counted = tally(frame, asked, asked=len(self.asked), in_round=number)
            columns[number] = {str(r["option"]): r for r in counted.to_dict("records")}
            count = N_("First choice") if asked.type == "ranking" else N_("Count")
            title = t(N_("Round {n}"), n=number) if len(rounds) > 1 else t(count)
            head += [text(title), text("%")]
            if asked.type == "dots":
                head.append(text(t(N_("Dots"))))
        options = list(dict.fromkeys(o for c in columns.values() for o in c))
        rows = [
            (
                text(self.label(asked, option)),
                *(
                    cell
                    for number in rounds
                    for cell in self.cells(columns[number].get(option), asked)
                ),
            )
            for option in options
            if any(c.get(option, {}).get("n") for c in columns.values())
        ]
        last = next(iter(columns[rounds[-1]].values()), {})
        said = t(
            N_("{n} answered, {missing} did not"),
            n=int(last.get("answered", 0)),
            missing=int(last.get("missing", 0)),
        )
        return Table(head=tuple(head), rows=tuple(rows), caption=said)

    def cells(self, row: Any, asked: Question) -> list[Runs]:
        n = int(row["n"]) if row else 0
        share = 100 * float(row["share"]) if row else 0.0
        found = [text(self.t.number(n)), text(self.t.number(share, 0))]
        if asked.type == "dots":
            found.append(text(self.t.number(int(row["dots"]) if row else 0)))
        return found

    def label(self, asked: Question, option: str) -> str:
        if asked.type == "score":
            most = int(asked.bounds[1] or 0)
            return self.t(N_("{n} of {most}"), n=option, most=most)
        labels = {one.id: self.t.pick(one.label) for one in asked.options}
        if option == "other" and option not in labels:
            return self.t(N_("Other"))
        return labels.get(option, option)

    def moved(self, asked: Question, frame: pd.DataFrame) -> Iterator[Block]:
        for row in shift(frame, asked).drop_duplicates("round").to_dict("records"):
            yield self.said(
                N_(
                    "Between round {before} and {after}, {changed} of the {both} who "
                    "answered both changed their answer."
                ),
                before=int(row["round"]) - 1,
                after=int(row["round"]),
                changed=int(row["changed"]),
                both=int(row["both"]),
            )

    def by_role(self, asked: Question, frame: pd.DataFrame) -> Iterator[Block]:
        t = self.t
        found = crossed(frame, asked, {one.id: one.role for one in self.asked})
        shown = found[~found["suppressed"] & found["answered"].gt(0)]
        roles = list(dict.fromkeys(shown["role"]))
        # One role by itself says nothing that the count of all does not.
        if len(roles) < 2:
            return
        options = list(dict.fromkeys(shown.loc[shown["n"].gt(0), "option"]))
        counts = {(r["role"], r["option"]): r["n"] for r in shown.to_dict("records")}
        yield Table(
            head=(text(t(N_("Choice"))), *(text(self.role(r)) for r in roles)),
            rows=tuple(
                (
                    text(self.label(asked, option)),
                    *(text(t.number(int(counts.get((r, option), 0)))) for r in roles),
                )
                for option in options
            ),
            caption=t(N_("By role; roles with fewer than five answers are left out")),
        )

    def verdict(self, asked: Question, frame: pd.DataFrame) -> Iterator[Block]:
        threshold = threshold_for(self.held.kit, asked)
        if threshold is None:
            return
        roles = {one.id: one.role for one in self.asked}
        found = judge(threshold, asked, frame, roles, asked=len(self.asked))
        labels = {role.id: role.label for role in self.held.kit.roles}
        yield Paragraph(runs=text(" ".join(found.words(self.t, labels))))

    def listed(self, asked: Question, answers: list[Answer]) -> Iterator[Block]:
        if asked.type == "long_text":
            written = sorted((str(a.value) for a in answers), key=str.casefold)
            yield from (Quote(blocks=tuple(markdown_blocks(one))) for one in written)
            return
        if asked.type == "rows":
            yield self.filled_in(asked, answers)
            return
        words = [
            one
            for answer in answers
            for one in in_words(self.held.kit, asked, answer.value, self.t)
        ]
        # Sorted, so that the order does not tell who wrote what.
        yield _list(sorted(words, key=str.casefold))

    def filled_in(self, asked: Question, answers: list[Answer]) -> Table:
        """Return the rows of everybody, alike ones once; their order tells nothing."""
        everybody = [row for answer in answers for row in answer.value]
        # By what was chosen and not by its words, so that languages have one order.
        chosen = [column.id for column in asked.columns]
        everybody.sort(key=lambda row: json.dumps([row.get(one) for one in chosen]))
        head = [self.t.pick(column.label) for column in asked.columns]
        cells = Counter(map(tuple, rows(self.held.kit, asked, everybody, self.t)))
        alike = max(cells.values(), default=1) > 1
        if alike:
            head.append(self.t(N_("Count")))
        grid = Grid(
            head=tuple(head),
            rows=tuple(
                (*row, self.t.number(n)) if alike else row for row, n in cells.items()
            ),
        )
        said = N_("Filled in by {n} of {all}")
        caption = self.t(said, n=len(answers), all=len(self.asked))
        return grid_table(grid, caption)

    def decision(self, question: Question, made: Decision) -> Iterator[Block]:
        t, kit = self.t, self.held.kit
        more = [
            (N_("Reason: {words}"), made.reason),
            (N_("Dissent: {words}"), made.dissent),
        ]
        if made.checked_by:
            checked = dt.date.fromisoformat(made.checked_on)
            who = f"{made.checked_by}, {t.date(checked)}"
            more.append((N_("Checked by: {words}"), who))
        day, by = t.date(made.at.date()), made.by
        # Recorded in the language of the room, whatever this document's is.
        if by in {Translator(lang)(_LED) for lang in LANGUAGES}:
            by = t(_LED)
        title = t(N_("Decided on {day} by {who}"), day=day, who=by)
        yield Callout(
            kind="hint",
            title=text(title),
            blocks=(
                *answer_blocks(kit, question, made.value, t),
                *(
                    Paragraph(runs=_quietly(t(template, words=words)))
                    for template, words in more
                    if words
                ),
            ),
        )

    def waivers(self) -> Iterator[Block]:
        t = self.t
        if not self.held.waivers:
            yield self.said(N_("Nothing was accepted against the advice of the check."))
            return
        head = (N_("Rule"), N_("Who"), N_("Reason"), N_("Date"))
        yield Table(
            head=tuple(text(t(word)) for word in head),
            rows=tuple(
                (text(w.rule), text(w.name), text(w.reason), text(t.date(w.at.date())))
                for w in self.held.waivers.values()
            ),
            caption=t(N_("Findings of the check that somebody accepted")),
        )

    def said(self, template: str, **slots: object) -> Paragraph:
        return Paragraph(runs=_quietly(self.t(template, **slots)))


def _quietly(words: str) -> Runs:
    return (Run(text=words, emphasis=True),)


def _list(words: list[str]) -> List:
    return List(items=tuple((Paragraph(runs=text(word)),) for word in words))
