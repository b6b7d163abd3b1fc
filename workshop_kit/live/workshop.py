"""A workshop at work: its kit and its store, joined by the rules for answers."""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from workshop_kit.deliberation.ballot import ballot, parse, voted_on
from workshop_kit.errors import N_, AnswerError, KitError, PolicyError, StoreError
from workshop_kit.i18n import LANGUAGES, Translator
from workshop_kit.kit.conditions import relevant
from workshop_kit.kit.found import only_one
from workshop_kit.kit.load import load, names
from workshop_kit.kit.plain import checked, written
from workshop_kit.kit.validate import keys, validate
from workshop_kit.live import lifecycle
from workshop_kit.live.notebooks import home, kit_of
from workshop_kit.live.room.state import State, fold
from workshop_kit.live.starter import WHICH, belongs_to
from workshop_kit.metrics.kept import Kept
from workshop_kit.policy.decide import decision
from workshop_kit.policy.draft import draft
from workshop_kit.policy.lint import broken, findings, undecided, waiver
from workshop_kit.policy.outline import wording_hash
from workshop_kit.store.opening import exists
from workshop_kit.store.place import located
from workshop_kit.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workshop_kit.export.card import Invitation
    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.policy.exchange import Exchange
    from workshop_kit.policy.lint import Broken
    from workshop_kit.policy.model import Finding, Policy
    from workshop_kit.policy.signoff import Standing
    from workshop_kit.store.place import Address
    from workshop_kit.store.records import (
        Answer,
        Decision,
        Draft,
        Measurement,
        Participant,
        Signoff,
        Snapshot,
    )

FILE_VARIABLE, LANG_VARIABLE = "WORKSHOP_FILE", "WORKSHOP_LANG"
FACILITATOR = "facilitator"
"""Role of whoever works in the notebook itself."""

ORIGIN = "workshop/origin"
"""Kind of action: the id of the workshop whose document this one was made from."""

USED_COMMENTS = "figures/comments"
"""Kind of action: what is kept of the coded sample of comments that counts."""

USED_FIGURES = "figures/used"
"""Kind of action: the sources whose figures count."""

MOMENTS = "moments.ics"
"""File with the moments of measuring, for a diary."""

DRAFT_LIMIT = 64_000
"""Most characters of what is kept while somebody is still typing."""


class Workshop:
    """
    One workshop file with the kit it was made for.

    Every answer, from a form, a file or a sample, goes through :meth:`accept`,
    and every decision through :meth:`decide`.

    Args:
        store: The open workshop file.
        lang: Language to speak; default the one the workshop was made in.
    """

    def __init__(self, store: Store, *, lang: str | None = None) -> None:
        self.store = store
        self._content: Kit = load(store.workshop().kit)
        self._lang = lang
        self.refresh()

    @classmethod
    def create(
        cls, path: str | Path | Address, *, kit: str, lang: str, track: str = "short"
    ) -> Self:
        """
        Make a new workshop: a file, whose folder is made too, or in a database.

        Raises:
            KitError: If the kit cannot be used or has no such track or language.
            StoreError: If the file exists or cannot be written.
        """
        only_one(kit)
        found = load(kit)
        for name, known in ((track, tuple(found.tracks)), (lang, found.languages)):
            if name not in known:
                raise KitError(
                    N_("'{name}' is not known here; choose one of: {known}."),
                    where=kit,
                    name=name,
                    known=", ".join(known),
                )
        # A folder has to be found from wherever the workshop is opened.
        place = kit if kit in names() else str(Path(kit).resolve())
        store = Store.create(
            path, kit=place, kit_version=found.version, lang=lang, track=track
        )
        return cls(store)

    @classmethod
    def open(cls, path: str | Path | Address, *, lang: str | None = None) -> Self:
        """
        Open a workshop, in a file or in a database.

        Raises:
            StoreError: If it cannot be opened, or its kit is no longer the same.
            KitError: If its kit cannot be used.
        """
        store = Store.open(path)
        try:
            return cls(store, lang=lang)
        except BaseException:
            store.close()
            raise

    @classmethod
    def here(cls, folder: Path | None = None) -> Self:
        """
        Open the workshop of a folder, making it the first time.

        That is the one that the notebooks belong to, or what ``WORKSHOP_FILE`` names,
        or else ``workshops/KIT.workshop`` beside them, of the kit that they are about.

        Args:
            folder: Of the project or its notebooks; default the one we are in.

        Raises:
            StoreError: If the notebooks belong to one that is not there, or it cannot
                be opened or made.
        """
        folder = folder or Path.cwd()
        theirs = belongs_to(folder)
        named = theirs or os.environ.get(FILE_VARIABLE)
        kit = kit_of(folder)
        place = located(named or home(folder) / "workshops" / f"{kit}.workshop")
        lang = os.environ.get(LANG_VARIABLE)
        if lang is not None and lang not in LANGUAGES:
            lang = None
        if exists(place):
            return cls.open(place, lang=lang)
        if theirs:
            # Notebooks that somebody sent may name any place; nothing is made there.
            raise StoreError(
                N_("The workshop of these notebooks is not there: {file}."),
                where=str(folder / WHICH),
                fix=N_("Put it back, or open another one from JupyterLab's launcher."),
                file=place,
            )
        return cls.create(place, kit=kit, lang=lang or "nl")

    def refresh(self) -> State:
        """
        Take in what was done in the room since, by whatever process.

        Ideas that were promoted become options of the kit's questions here.
        """
        self.state: State = fold(self.store.actions())
        self.kit = self._content.with_options(self.state.options)
        self._hashes: dict[str, str] = {}
        self._broken: dict[tuple[int, dt.date], Broken] = {}
        self._drafted: dict[tuple[int, str, dt.date], Policy] = {}
        self._asked: dict[str, Question] = {}
        return self.state

    def close(self) -> None:
        """Close the file; one file remains."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def content(self) -> Kit:
        """The kit as it is written, without the options that the room added."""
        return self._content

    @property
    def lang(self) -> str:
        """The language it speaks; follows the workshop unless told otherwise."""
        return self._lang or self.store.workshop().lang

    @property
    def translate(self) -> Translator:
        """Speaks that language."""
        return Translator(self.lang)

    def keep_until(self) -> dt.date:
        """
        Return the day until which answers are kept.

        A year after the workshop was made, unless somebody said otherwise: by
        then the policy has been reviewed once.
        """
        record = self.store.workshop()
        if record.keep_until:
            return dt.date.fromisoformat(record.keep_until)
        return record.created_at.date() + dt.timedelta(days=365)

    def origin(self) -> str:
        """Return the id by which a diary knows its moments, reopened or not."""
        made_from = self.store.action(ORIGIN, "")
        if made_from is not None and made_from.value:
            return str(made_from.value)
        return self.store.workshop().id

    def come_from(self, origin: str) -> None:
        """Let its moments be those of the workshop whose document it was made from."""
        by = self.translate(N_("Facilitator"))
        self.store.act(ORIGIN, "", origin, by=by, key=str(uuid.uuid4()))

    def invitation(self) -> Invitation | None:
        """Return the way into the room; None if nobody serves it or it has expired."""
        from workshop_kit.live.room.wall import invitation  # noqa: PLC0415 - psutil

        return invitation(self, now=dt.datetime.now(dt.UTC))

    def institution(self) -> str:
        """Return for whom the policy is; empty until that is decided."""
        made = self.store.decisions().get(self.kit.document.institution)
        return str(made.value) if made else self.store.workshop().institution

    @property
    def track(self) -> str:
        """The track this workshop follows."""
        return self.store.workshop().track

    def questions(self, aspect: str) -> tuple[Question, ...]:
        """Return the questions of an aspect that the track asks, notes included."""
        try:
            found = self.kit.aspect(aspect)
        except KeyError:
            raise KitError(
                N_("'{name}' is not known here; choose one of: {known}."),
                where=self.kit.id,
                name=aspect,
                known=", ".join(a.id for a in self.kit.aspects),
            ) from None
        track = self.track
        return tuple(
            q for q in found.questions if track in q.minutes or q.type == "note"
        )

    def facilitator(self) -> Participant:
        """Return who works in the notebook itself; joins the first time."""
        for participant in self.store.participants():
            if participant.role == FACILITATOR:
                return participant
        alias = self.translate(N_("Facilitator"))
        return self.store.join(alias, FACILITATOR, self.lang)[0]

    def people(self, answers: Iterable[Answer]) -> int:
        """
        Return how many could have answered: who joined, and who did answer.

        Whoever works in the notebook itself counts only with an answer.
        """
        joined = {p.id for p in self.store.participants() if p.role != FACILITATOR}
        return len(joined | {answer.participant for answer in answers})

    def shown(self, question: Question) -> bool:
        """
        Tell whether what was answered may be shown now.

        Not while the room still answers, unless the kit says it need not be blind.
        """
        phase = self.state.ballot(question.id).phase
        return phase in {"waiting", "revealed"} or not question.blind

    def filled_in(self, participant: str) -> tuple[dict[str, Any], set[str]]:
        """
        Return what a participant filled in, as typed, and which of it are drafts.

        A draft counts if it is newer than the answer. Only the round counts that
        the room is in.
        """
        answers = {a.question: a for a in self._mine(participant)}
        values: dict[str, Any] = {k: a.value for k, a in answers.items()}
        newer = {
            k: d
            for k, d in self.store.drafts(participant).items()
            if k not in answers or d.at > answers[k].at
        }
        values.update({k: d.value for k, d in newer.items()})
        return values, set(newer)

    def answers(self, participant: str) -> dict[str, Any]:
        """Return a participant's answers in the round of now, by question id."""
        return {a.question: a.value for a in self._mine(participant)}

    def _mine(self, participant: str) -> list[Answer]:
        return [
            answer
            for answer in self.store.answers(participant=participant)
            if answer.round == self.state.ballot(voted_on(answer.question)).round
        ]

    def hidden(self, participant: str) -> set[str]:
        """Return the ids of the questions this participant is not asked."""
        asked = relevant(self.kit, self.answers(participant))
        return {question.id for question in self.kit.questions()} - asked

    def source_value(self, question_id: str, participant: str | None) -> Any:
        """Return the list a ``pick`` refers to: the own answer or the decision."""
        if participant is not None:
            own = self.answers(participant).get(question_id)
            if own is not None:
                return own
        made = self.store.decisions().get(question_id)
        return made.value if made else None

    def accept(  # noqa: PLR0913 - an answer, and how it came in
        self,
        participant: str,
        question_id: str,
        value: Any,
        key: str,
        *,
        final: bool,
        asked: bool = False,
    ) -> Answer | Draft:
        """
        Take in what a participant filled in.

        Args:
            participant: Id of who filled it in.
            question_id: What was asked: a question or a ballot about one.
            value: Any JSON value.
            key: Chosen by the sender; the same key again gives the same record, also
                where that was kept as a draft and has counted since.
            final: False while somebody is still typing: kept as a draft, as is.
            asked: Take it only while the facilitator has it open, as for
                everybody who takes part on an own device. Otherwise it is also
                taken as long as nobody has closed it.

        Returns:
            The record, with the time of the server.

        Raises:
            AnswerError: If the question is not asked, or closed, or the value
                does not fit; the value is then kept as a draft, so nothing
                typed is lost.
            StoreError: If it cannot be written; a :class:`KeyUsedError` if the key
                stands for an answer to something else, or in an earlier round.
        """
        question = self.question(question_id)
        if not final:
            return self._keep(participant, question_id, value, key)
        # In one step, so that nothing slips in after it was closed.
        with self.store.alone():
            try:
                number = self._round(question_id, asked=asked)
                fitting = self._fitting(question, value, participant)
            except AnswerError as error:
                known = self._recorded(participant, question_id, value, key)
                if known is not None:
                    return known
                self._keep(participant, question_id, value, key)
                refused = error
            else:
                return self.store.record_answer(
                    participant=participant,
                    question=question_id,
                    value=fitting,
                    key=key,
                    kit_version=self.kit.version,
                    wording_hash=self._wording_hash(question_id, question),
                    round=number,
                )
        raise refused

    def _recorded(
        self, participant: str, question_id: str, value: Any, key: str
    ) -> Answer | None:
        """Return this round's answer of this key, or that says the same already."""
        _, number = self._stage(question_id)
        sent = self.store.sent(participant, key)
        if sent is not None and (sent.question, sent.round) == (question_id, number):
            return sent
        found = self.store.answers(question_id, number, participant)
        return found[-1] if found and found[-1].value == value else None

    def question(self, ballot_id: str) -> Question:
        """
        Return what a ballot asks: a question of the kit, or a vote about one.

        Raises:
            AnswerError: If the kit has no such question.
        """
        if ballot_id in self._asked:
            return self._asked[ballot_id]
        name, kind = parse(ballot_id)
        try:
            found = self.kit.question(name)
        except KeyError:
            raise AnswerError(
                N_("This question is not part of the workshop."), where=ballot_id
            ) from None
        asked = ballot(found, kind, proposal=self.state.proposals.get(name, ""))
        self._asked[ballot_id] = asked
        return asked

    def _round(self, ballot_id: str, *, asked: bool) -> int:
        """Return the round that takes this answer."""
        phase, number = self._stage(ballot_id)
        if phase == "open" or (phase == "waiting" and not asked):
            return number
        if phase == "waiting":
            raise AnswerError(
                N_("This question is not open yet; what you wrote is kept as a draft."),
                where=ballot_id,
            )
        raise AnswerError(
            N_("This question is closed; what you wrote came too late to count."),
            where=ballot_id,
        )

    def _stage(self, ballot_id: str) -> tuple[str, int]:
        """Return phase and round of a ballot, as they are now in the file."""
        action = self.store.action("ballot", voted_on(ballot_id))
        said = {} if action is None else action.value or {}
        return said.get("phase", "waiting"), int(said.get("round", 1))

    def _wording_hash(self, ballot_id: str, question: Question) -> str:
        if ballot_id not in self._hashes:
            self._hashes[ballot_id] = wording_hash(question)
        return self._hashes[ballot_id]

    def _keep(self, participant: str, question_id: str, value: Any, key: str) -> Draft:
        if len(repr(value)) > DRAFT_LIMIT:
            raise AnswerError(
                N_("This is too long to keep; please shorten it."), where=question_id
            )
        return self.store.save_draft(
            participant=participant, question=question_id, value=value, key=key
        )

    def _fitting(self, question: Question, value: Any, participant: str | None) -> Any:
        choices = None
        if question.pick_from is not None:
            source = self.kit.question(question.pick_from)
            choices = keys(source, self.source_value(source.id, participant))
        return validate(question, value, choices=choices)

    def decide(
        self,
        question_id: str,
        fields: Mapping[str, Any],
        key: str | None = None,
        *,
        seen: int | None = None,
    ) -> Decision:
        """
        Record a decision; earlier ones stay in the log.

        Args:
            question_id: What was decided on.
            fields: See :func:`workshop_kit.policy.decide.decision`.
            key: As in :meth:`accept`; default a new one.
            seen: Place in the log of the decision that this one replaces knowingly,
                0 for none; None replaces whatever there is.

        Raises:
            AnswerError: If the value does not fit.
            PolicyError: If there is no value or no reason, or if another decision
                was made since.
        """
        question = self.question(question_id)
        checked = decision(question, fields)
        self._fitting(question, checked["value"], None)
        with self.store.together():
            last = self.last_decisions().get(question_id)
            if last is None or last.key != key:
                unless_newer(question_id, last, seen)
            return self.store.record_decision(
                question=question_id,
                key=key or str(uuid.uuid4()),
                kit_version=self.kit.version,
                wording_hash=self._wording_hash(question_id, question),
                **checked,
            )

    def last_decisions(self) -> dict[str, Decision]:
        """Return the last decision on each question, also one that was taken back."""
        return {made.question: made for made in self.store.decision_log()}

    def take_back(
        self, question_id: str, key: str, *, seen: int | None = None
    ) -> Decision:
        """
        Let the decision before the last one hold again, or none if there was none.

        Nothing is lost: both stay in the log, and taking back once more brings the
        last one back.

        Args:
            question_id: What was decided on.
            key: As in :meth:`accept`.
            seen: Place in the log of the decision that is meant; None for the last.

        Raises:
            PolicyError: If there is no decision, or another one was made since.
        """
        with self.store.together():
            log = [d for d in self.store.decision_log() if d.question == question_id]
            if not log or (log[-1].value is None and log[-1].key != key):
                raise PolicyError(
                    N_("There is no decision to take back."), where=question_id
                )
            if log[-1].key == key:
                return log[-1]
            unless_newer(question_id, log[-1], seen)
            before = log[-2] if len(log) > 1 else None
            kept = {name: getattr(before or log[-1], name) for name in _SAID}
            return self.store.record_decision(
                question=question_id,
                value=before.value if before else None,
                key=key,
                **kept,
            )

    def adopt(self, participant: str, reason: str) -> tuple[Decision, ...]:
        """
        Turn one person's answers into decisions, for the *draft* track.

        Questions that have been decided already are left alone.
        """
        values = self.answers(participant)
        asked = relevant(self.kit, values)
        made = self.store.decisions()
        return tuple(
            self.decide(
                question.id,
                {"value": values[question.id], "reason": reason, "by": FACILITATOR},
            )
            for question in self.kit.questions()
            if question.id in values
            and question.id in asked
            and question.id not in made
        )

    def waive(self, rule: str, name: str, reason: str) -> None:
        """
        Accept a finding; the name and the reason are printed with the policy.

        Raises:
            PolicyError: If the rule does not exist, or name or reason is empty.
        """
        self.store.waive(*waiver(self.kit, rule, name, reason))

    def undecided(self) -> tuple[Question, ...]:
        """Return what this track still has to decide."""
        return undecided(self.kit, self.store.decisions(), self.track)

    def findings(
        self, *, lang: str | None = None, today: dt.date | None = None
    ) -> tuple[Finding, ...]:
        """Hold the decisions against the rules of the kit."""
        key = (self.store.revision(), today or _today())
        # The same rules are broken in every language.
        if key not in self._broken:
            self._broken[key] = broken(
                self.kit,
                self.store.decisions(),
                track=self.track,
                today=key[1],
                measurements=self.measurements(),
                comments=self.comments(),
            )
        t = Translator(lang or self.lang)
        return findings(self.kit, self._broken[key], self.store.waivers(), t)

    def policy(
        self, *, lang: str | None = None, today: dt.date | None = None
    ) -> Policy:
        """Draft the policy from the decisions, with what was signed for them."""
        key = (self.store.revision(), lang or self.lang, today or _today())
        # A document and the data it carries ask for the same one.
        if key not in self._drafted:
            self._drafted[key] = self._draft(*key[1:])
        return self._drafted[key]

    def _draft(self, lang: str, today: dt.date) -> Policy:
        drafted = draft(
            self.kit,
            self.store.decisions(),
            track=self.track,
            findings=self.findings(lang=lang, today=today),
            measurements=self.measurements(),
            comments=self.comments(),
            today=today,
            translate=Translator(lang),
        )
        return lifecycle.with_signatures(self, drafted)

    def standing(self) -> Standing:
        """Return where the policy stands: draft, in review, approved, in force."""
        return lifecycle.where_it_stands(self)

    def sign(
        self,
        fields: Mapping[str, object],
        key: str | None = None,
        *,
        today: dt.date | None = None,
    ) -> Signoff:
        """
        Take a step of the sign-off; see :func:`workshop_kit.live.lifecycle.sign`.

        Raises:
            PolicyError: If it may not be taken, or something is not filled in.
        """
        return lifecycle.sign(self, fields, key, today=today or _today())

    def snapshot(self, name: str, *, today: dt.date | None = None) -> Snapshot:
        """
        Keep the policy as it is now under a name; its words never change again.

        Raises:
            PolicyError: If the name is empty or nothing has been decided.
            StoreError: If the name was used before.
        """
        return lifecycle.snapshot(self, name, today=today or _today())

    def kept(self, name: str = lifecycle.NOW) -> Exchange:
        """
        Return a version by its name, as it was kept; default what is decided now.

        Raises:
            PolicyError: If no version has that name.
        """
        return lifecycle.kept(self, name)

    def exchange(self, *, today: dt.date | None = None) -> Exchange:
        """Return the whole policy as it is now, to be carried along with it."""
        return lifecycle.exchange(self, today=today)

    def use_figures(self, sources: list[str], *, after: int = 0) -> None:
        """
        Let figures of these sources count from now on, and of no others.

        Args:
            sources: Names of the files.
            after: Place in the log; what was recorded up to there does not count any
                more, as the newest files do not have it.
        """
        value = {"sources": sources, "after": after}
        last = self.store.action(USED_FIGURES, "")
        if last is None or last.value != value:
            by = self.facilitator().alias
            key = str(uuid.uuid4())
            self.store.act(USED_FIGURES, "", value, by=by, key=key)

    def used_figures(self) -> tuple[list[str] | None, int]:
        """Return the sources that count, None for all, and after which place."""
        used = self.store.action(USED_FIGURES, "")
        if used is None or not isinstance(used.value, dict):
            return None, 0
        return used.value["sources"], used.value["after"]

    def measurements(self) -> list[Measurement]:
        """Return the figures that count: of the sources in use, or all if none is."""
        sources, after = self.used_figures()
        return [
            one
            for one in self.store.measurements()
            if one.seq > after and (sources is None or one.source in sources)
        ]

    def use_comments(self, kept: Kept) -> None:
        """Keep a coded sample of comments, once; it counts from now on."""
        value = json.loads(written(kept))
        last = self.store.action(USED_COMMENTS, "")
        if last is None or last.value != value:
            by = self.facilitator().alias
            self.store.act(USED_COMMENTS, "", value, by=by, key=str(uuid.uuid4()))

    def comments(self) -> Kept | None:
        """Return the coded sample of comments that counts, if there is one."""
        last = self.store.action(USED_COMMENTS, "")
        if last is None or last.value is None:
            return None
        return checked(Kept, last.value)

    def said(self) -> dict[str, Any]:
        """Return what is decided, and else what was filled in here, by question."""
        decided = {k: made.value for k, made in self.store.decisions().items()}
        return self.answers(self.facilitator().id) | decided

    def write(self, folder: Path, languages: Iterable[str]) -> list[Path]:
        """
        Write the policy as HTML and PDF in each language.

        Beside it come the moments of measuring as ``moments.ics``, in the language
        of the workshop. A file appears whole or not at all; see
        :func:`workshop_kit.export.formats.export` for more formats.

        Raises:
            ExportError: If the folder cannot be written.
        """
        from workshop_kit.export.formats import export  # noqa: PLC0415 - heavy

        made = export(self, folder, [(lang,) for lang in languages])
        return [*made, *self._write_moments(folder)]

    def _write_moments(self, folder: Path) -> list[Path]:
        from workshop_kit.export.diary import calendar  # noqa: PLC0415 - heavy
        from workshop_kit.export.files import write  # noqa: PLC0415 - heavy

        policy = self.policy()
        if not any(moment.day for moment in policy.moments):
            return []
        return [write(folder / MOMENTS, calendar(policy))]


_SAID = (
    *("by", "reason", "variant", "dissent", "checked_by", "checked_on"),
    *("kit_version", "wording_hash"),
)


def unless_newer(question_id: str, last: Decision | None, seen: int | None) -> None:
    """
    Refuse to go on from a decision that somebody has replaced since.

    Args:
        question_id: What is decided on.
        last: The last decision on it.
        seen: Place in the log of the one that was gone on from; 0 for none, None if
            that does not matter.

    Raises:
        PolicyError: If they are not the same.
    """
    if seen is not None and seen != (last.seq if last else 0):
        raise PolicyError(
            N_("Somebody else has just decided on this; look again before you go on."),
            where=question_id,
        )


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
