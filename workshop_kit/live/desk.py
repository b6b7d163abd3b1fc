"""What the facilitator's notebooks call: forms, tallies, decisions and pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from workshop_kit.deliberation.leading import leading
from workshop_kit.errors import N_, PolicyError, WorkshopError
from workshop_kit.export.document import (
    Block,
    Callout,
    Definitions,
    Heading,
    List,
    Paragraph,
    Run,
    Table,
    text,
)
from workshop_kit.export.policy import findings_blocks, policy_document
from workshop_kit.forms import fields
from workshop_kit.forms.form import Form
from workshop_kit.forms.intake import Receipt
from workshop_kit.kit.words import in_words
from workshop_kit.live.show import Page
from workshop_kit.live.workshop import Workshop

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from workshop_kit.deliberation.leading import Leading
    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Question
    from workshop_kit.store.records import Answer, Decision, Draft

METHODS = {
    "consent": N_("consent"),
    "approval": N_("dots"),
    "score": N_("score"),
    "ranking": N_("ranking"),
    "owner": N_("the owner decides"),
}
VARIANTS = {
    "strict": N_("strict"),
    "balanced": N_("balanced"),
    "open": N_("open"),
}
_SOLO = "draft"
"""The track in which one person's answers are the decisions."""


class Desk:
    """
    The facilitator's side of one workshop, in a notebook.

    Every method returns what the cell shows. A problem is shown in words.

    Args:
        workshop: The workshop; it stays open as long as the notebook does.
    """

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self._me = workshop.facilitator()
        _say_errors_in_words(workshop.translate)

    @classmethod
    def here(cls) -> Self:
        """Open the workshop of this folder; see :meth:`Workshop.here`."""
        from workshop_kit.i18n import Translator  # noqa: PLC0415 - before any workshop

        _say_errors_in_words(Translator("nl"))
        return cls(Workshop.here())

    @property
    def _t(self) -> Translator:
        return self.workshop.translate

    def _page(self, *blocks: Block) -> Page:
        return Page(blocks, lang=self.workshop.lang)

    def setup(self) -> Form:
        """Ask for language and track; both can be changed later."""
        t, record = self._t, self.workshop.store.workshop()
        tracks = {
            name: f"{t.pick(track.label)}: {t.pick(track.description)}"
            for name, track in self.workshop.kit.tracks.items()
        }
        languages = {"nl": "Nederlands", "en": "English"}
        groups = [
            _plain_group("lang", t(N_("Language")), languages),
            _plain_group("track", t(N_("Track")), tracks),
        ]

        def change(name: str, value: Any, _key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
            if final and value:
                self.workshop.store.update_workshop(**{name: value})
            return Receipt(
                message=t(N_("Saved. It holds for every cell you run from now on."))
            )

        return Form(
            groups,
            lang=self.workshop.lang,
            translate=t,
            on_change=change,
            values={"lang": record.lang, "track": record.track},
            reference=self._reference("setup"),
        )

    def plan(self) -> Page:
        """Show the parts of the workshop with their questions and minutes."""
        t, track = self._t, self.workshop.track
        rows = []
        for aspect in self.workshop.kit.aspects:
            questions = [q for q in aspect.questions if track in q.minutes]
            now = [q for q in questions if q.stage == "workshop"]
            minutes = sum(q.minutes[track] for q in now)
            rows.append(
                (
                    text(t.pick(aspect.title)),
                    text(t.number(len(now))),
                    text(t.number(len(questions) - len(now))),
                    text(t.number(minutes, 0 if track != _SOLO else 1)),
                )
            )
        return self._page(
            Table(
                head=(
                    text(t(N_("Part"))),
                    text(t(N_("Questions in the room"))),
                    text(t(N_("Questions for later"))),
                    text(t(N_("Minutes"))),
                ),
                rows=tuple(rows),
                caption=t.pick(self.workshop.kit.tracks[track].label),
            )
        )

    def guide(self, *aspects: str) -> Page:
        """Show the run sheet: purpose, exercise, time and script per question."""
        t, track = self._t, self.workshop.track
        blocks: list[Block] = []
        for name in aspects:
            aspect = self.workshop.kit.aspect(name)
            questions = self.workshop.questions(name)
            minutes = sum(
                q.minutes.get(track, 0) for q in questions if q.stage == "workshop"
            )
            blocks += [
                Heading(level=3, runs=text(t.pick(aspect.title))),
                Definitions(
                    items=(
                        _item(t(N_("Purpose")), t.pick(aspect.purpose)),
                        _item(t(N_("Exercise")), t.pick(aspect.exercise)),
                        _item(
                            t(N_("Time")),
                            t(N_("{minutes} minutes"), minutes=t.number(minutes)),
                        ),
                    )
                ),
                Table(
                    head=(
                        text(t(N_("Question"))),
                        text(t(N_("Minutes"))),
                        text(t(N_("How"))),
                        text(t(N_("Script"))),
                    ),
                    rows=tuple(self._script(q) for q in questions),
                    caption=t(N_("Run sheet: {part}"), part=t.pick(aspect.title)),
                ),
            ]
        return self._page(*blocks)

    def _script(self, question: Question) -> tuple[tuple[Run, ...], ...]:
        t = self._t
        minutes = question.minutes.get(self.workshop.track)
        later = "" if question.stage == "workshop" else f" ({t(N_('later'))})"
        return (
            text(t.pick(question.label)),
            text(f"{t.number(minutes)}{later}" if minutes else ""),
            text(t(METHODS[question.method])),
            text(t.pick(question.script)),
        )

    def form(self, aspect: str, *, participant: str | None = None) -> Form:
        """
        Show the questions of an aspect, with what was filled in before.

        Args:
            aspect: Id of the aspect.
            participant: Whose form it is; default whoever works in the notebook.
        """
        who = participant or self._me.id
        workshop, t = self.workshop, self._t
        questions = workshop.questions(aspect)
        ids = {question.id for question in questions}
        values, drafts = workshop.filled_in(who)
        hidden = workshop.hidden(who)

        def change(name: str, value: Any, key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
            record = workshop.accept(who, name, value, key, final=final)
            return Receipt(
                saved_at=_clock(record, t),
                hidden=sorted(workshop.hidden(who) & ids) if final else None,
            )

        return Form(
            [fields.group(q, t, choices=self._choices(q, ids, who)) for q in questions],
            lang=workshop.lang,
            translate=t,
            on_change=change,
            values={k: v for k, v in values.items() if k in ids},
            drafts=sorted(drafts & ids),
            hidden=sorted(hidden & ids),
            reference=self._reference("answers", aspect=aspect, participant=who),
        )

    def _choices(
        self, question: Question, here: set[str], who: str | None
    ) -> dict[str, Sequence[fields.Choice]]:
        """Return what its picks can choose from where the list is not in this form."""
        sources = {question.id: question.pick_from} | {
            f"{question.id}.{c.id}": c.pick_from for c in question.columns
        }
        found: dict[str, Sequence[fields.Choice]] = {}
        for place, source in sources.items():
            if source is not None and (source not in here or who is None):
                asked = self.workshop.kit.question(source)
                spec = fields.field(asked, self._t)
                value = self.workshop.source_value(source, who)
                found[place] = fields.choices_from(spec, value)
        return found

    def _reference(self, kind: str, **more: str) -> dict[str, str]:
        path = str(self.workshop.store.path)
        return {"workshop": path, "kind": kind, "lang": self.workshop.lang, **more}

    def tally(self, *aspects: str) -> Page:
        """Show per question how many answered, what they said and what leads."""
        t, store = self._t, self.workshop.store
        answers = store.answers()
        people = len({answer.participant for answer in answers})
        blocks: list[Block] = []
        for name in aspects:
            for question in self.workshop.questions(name):
                if question.type == "note":
                    continue
                found = leading(question, answers)
                if found.n:
                    blocks += self._tally(question, found, answers, people)
        if not blocks:
            nothing = t(N_("Nobody has answered yet. Run this cell again later."))
            blocks.append(Paragraph(runs=text(nothing)))
        return self._page(*blocks)

    def _tally(
        self,
        question: Question,
        found: Leading,
        answers: Sequence[Answer],
        people: int,
    ) -> list[Block]:
        t = self._t
        count = t.plural(
            N_("{n} of {people} answered"),
            N_("{n} of {people} answered"),
            found.n,
            people=people,
        )
        blocks: list[Block] = [
            Heading(level=3, runs=text(t.pick(question.label))),
            Paragraph(runs=(Run(text=count, emphasis=True),)),
        ]
        blocks += self._counts(question, answers, people)
        items = [
            (
                Paragraph(
                    runs=(Run(text=f"{t(N_('Leads'))}: ", strong=True), Run(text=w))
                ),
            )
            for value in found.proposals
            if (w := "; ".join(in_words(self.workshop.kit, question, value, t)))
        ]
        items += [(Paragraph(runs=text(note)),) for note in found.words(t)]
        if items:
            blocks.append(List(items=tuple(items), ordered=False))
        return blocks

    def _counts(
        self, question: Question, answers: Sequence[Answer], people: int
    ) -> list[Block]:
        from workshop_kit.live.counts import counts  # noqa: PLC0415 - needs pandas

        return counts(self.workshop.kit, question, answers, people, self._t)

    def decide(self, *aspects: str) -> Form:
        """Show a card per question on which a decision is recorded with its reason."""
        workshop, t = self.workshop, self._t
        questions = [
            q for a in aspects for q in workshop.questions(a) if q.type != "note"
        ]
        made = workshop.store.decisions()
        values = {q.id: _decided(made[q.id]) for q in questions if q.id in made}
        drafts = {
            k: d.value
            for k, d in workshop.store.drafts(self._me.id).items()
            if k.startswith(_DECIDE)
        }
        values |= {
            k.removeprefix(_DECIDE): v
            for k, v in drafts.items()
            if k.removeprefix(_DECIDE) in {q.id for q in questions} - set(values)
        }

        def change(name: str, value: Any, key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
            if not final:
                draft = workshop.store.save_draft(
                    participant=self._me.id, question=_DECIDE + name, value=value
                )
                return Receipt(saved_at=_clock(draft, t))
            given = value if isinstance(value, dict) else {}
            said = {k.removeprefix(f"{name}/"): v for k, v in given.items()}
            said["value"] = said.pop(name, None)
            record = workshop.decide(name, {**said, "by": self._me.alias}, key)
            words = t(N_("The decision has been recorded; it can be changed any time."))
            return Receipt(saved_at=_clock(record, t), message=words)

        return Form(
            [self._decision_card(q) for q in questions],
            lang=workshop.lang,
            translate=t,
            on_change=change,
            values=values,
            reference=self._reference("decisions", aspect=" ".join(aspects)),
        )

    def _decision_card(self, question: Question) -> fields.Spec:
        t = self._t
        more = [fields.text(f"{question.id}/reason", t(N_("Reason")))]
        variants = {
            name
            for clause in (question.clause, *(o.clause for o in question.options))
            if clause is not None
            for name in clause.variants()
        }
        if len(variants) > 1:
            words: dict[str, str] = {
                name: t(word) for name, word in VARIANTS.items() if name in variants
            }
            more.append(
                fields.choice(f"{question.id}/variant", t(N_("Wording")), words)
            )
        more.append(
            fields.text(
                f"{question.id}/dissent",
                t(N_("Dissent")),
                hint=t(N_("Who sees it otherwise, by role, and why. May stay empty.")),
            )
        )
        if question.law is not None:
            hint = f"{question.law.reference}. {t.pick(question.law.note)}"
            more += [
                fields.text(
                    f"{question.id}/checked_by", t(N_("Checked by")), hint=hint
                ),
                fields.day(f"{question.id}/checked_on", t(N_("Checked on"))),
            ]
        return fields.group(
            question,
            t,
            choices=self._choices(question, set(), None),
            extra=more,
            action=t(N_("Record the decision")),
            value_label=t(N_("Decision")),
        )

    def status(self) -> Page:
        """Show per aspect how many questions have been answered and decided."""
        t, workshop = self._t, self.workshop
        made = workshop.store.decisions()
        answered = {answer.question for answer in workshop.store.answers()}
        open_ = {question.id for question in workshop.undecided()}
        rows = []
        for aspect in workshop.kit.aspects:
            ids = [q.id for q in workshop.questions(aspect.id) if q.type != "note"]
            rows.append(
                (
                    text(t.pick(aspect.title)),
                    text(t.number(sum(i in answered for i in ids))),
                    text(t.number(sum(i in made for i in ids))),
                    text(t.number(sum(i in open_ for i in ids))),
                )
            )
        head = (N_("Part"), N_("Answered"), N_("Decided"), N_("Open"))
        return self._page(
            Table(
                head=tuple(text(t(word)) for word in head),
                rows=tuple(rows),
                caption=t(N_("Where we stand")),
            )
        )

    def adopt(self) -> Page:
        """Turn what was filled in here into decisions; for one person alone."""
        reason = self._t(N_("Drafted by one person; to be discussed."))
        self.workshop.adopt(self._me.id, reason)
        return self.status()

    def figures(self, path: str) -> Page:
        """
        Read the institution's own figures: baseline, change and a figure.

        The baselines are kept with the workshop and printed with the policy.

        Args:
            path: A file with posts; see :mod:`workshop_kit.metrics.readers`.

        Raises:
            MetricsError: If the file cannot be read or understood.
        """
        from workshop_kit.live.figures import figures  # noqa: PLC0415 - needs pandas

        return self._page(*figures(self.workshop.store, Path(path), self._t))

    def findings(self) -> Page:
        """Show what the rules of the kit find in the decisions."""
        return self._page(*findings_blocks(self.workshop.findings(), self._t))

    def waive(self, rule: str, name: str, reason: str) -> Page:
        """Accept a finding, with who accepts it and why; printed with the policy."""
        self.workshop.waive(rule, name, reason)
        return self.findings()

    def preview(self) -> Page:
        """Show the policy as it reads now."""
        policy = self.workshop.policy()
        if not policy.chapters:
            message = self._t(N_("Nothing has been decided yet."))
            return self._page(Paragraph(runs=text(message)))
        return self._page(*policy_document(policy).blocks)

    def export(self, folder: str | None = None) -> Page:
        """
        Write the policy in every language of the kit and name the files.

        Args:
            folder: Default ``exports`` beside the folder of the notebooks, or what
                ``WORKSHOP_EXPORTS`` names.
        """
        t = self._t
        if not self.workshop.store.decisions():
            raise PolicyError(N_("Nothing has been decided yet."))
        made = self.workshop.write(exports_folder(folder), self.workshop.kit.languages)
        items = tuple((Paragraph(runs=text(str(path.name))),) for path in made)
        said = t(N_("Written to {folder}:"), folder=exports_folder(folder).name)
        return self._page(
            Callout(
                kind="note",
                title=text(said),
                blocks=(List(items=items, ordered=False),),
            )
        )


_DECIDE = "decide/"


def exports_folder(folder: str | None = None) -> Path:
    """Return where exports go; see :meth:`Desk.export`."""
    import os  # noqa: PLC0415 - only here

    named = folder or os.environ.get("WORKSHOP_EXPORTS")
    if named:
        return Path(named)
    here = Path.cwd()
    return (here.parent if here.name == "notebooks" else here) / "exports"


def _item(term: str, words: str) -> tuple[tuple[Run, ...], tuple[Block, ...]]:
    return text(term), (Paragraph(runs=text(words)),)


def _plain_group(name: str, legend: str, options: Mapping[str, str]) -> fields.Spec:
    field = fields.choice(name, "", options)
    return {"id": name, "legend": legend, "hint": "", "action": None, "fields": [field]}


def _clock(record: Answer | Draft | Decision, t: Translator) -> str:
    at: dt.datetime = record.at
    return t.time(at.astimezone())


def _decided(decision: Decision) -> dict[str, Any]:
    q = decision.question
    return {
        q: decision.value,
        f"{q}/reason": decision.reason,
        f"{q}/variant": decision.variant,
        f"{q}/dissent": decision.dissent,
        f"{q}/checked_by": decision.checked_by,
        f"{q}/checked_on": decision.checked_on,
    }


def _say_errors_in_words(t: Translator) -> None:
    """Let IPython show a WorkshopError as words; a traceback helps nobody here."""
    from IPython import get_ipython  # noqa: PLC0415 - outside IPython there is none
    from IPython.display import display  # noqa: PLC0415

    shell = get_ipython()
    if shell is None:
        return

    def show(_shell: Any, _type: Any, error: WorkshopError, *_: Any, **__: Any) -> None:
        words = Paragraph(runs=text(error.render(t)))
        title = text(t(N_("This did not work")))
        callout = Callout(kind="blocker", title=title, blocks=(words,))
        display(Page([callout], lang=t.lang))  # type: ignore[no-untyped-call]

    shell.set_custom_exc((WorkshopError,), show)
