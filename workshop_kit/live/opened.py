"""A workshop that is open: its kit, its store, and where its room stands."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Self

from workshop_kit.deliberation.ballot import ballot, parse
from workshop_kit.errors import N_, AnswerError, KitError, StoreError
from workshop_kit.i18n import LANGUAGES, Translator
from workshop_kit.kit.found import names, only_one
from workshop_kit.kit.load import load
from workshop_kit.live.notebooks import home, kit_of, workshop_of
from workshop_kit.live.room.state import State, fold
from workshop_kit.live.starter import WHICH, belongs_to, must_be_inside
from workshop_kit.policy.outline import wording_hash
from workshop_kit.store.opening import exists
from workshop_kit.store.place import located
from workshop_kit.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workshop_kit.kit.model import Kit, Question
    from workshop_kit.store.place import Address
    from workshop_kit.store.records import Answer, Participant

FILE_VARIABLE, LANG_VARIABLE = "WORKSHOP_FILE", "WORKSHOP_LANG"
FACILITATOR = "facilitator"
"""Role of whoever works in the notebook itself."""

ORIGIN = "workshop/origin"
"""Kind of action: the id of the workshop whose document this one was made from."""


class OpenWorkshop:
    """
    The part of a workshop that the other parts know: see :class:`Workshop`.

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
        unnamed = workshop_of(home(folder), kit)
        place = located(named or unnamed)
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
        if not named:
            must_be_inside(home(folder), unnamed)
        return cls.create(place, kit=kit, lang=lang or "nl")

    def refresh(self) -> State:
        """
        Take in what was done in the room since, by whatever process.

        Ideas that were promoted become options of the kit's questions here.
        """
        self.state: State = fold(self.store.actions())
        self.kit = self._content.with_options(self.state.options)
        self._hashes: dict[str, str] = {}
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

    @property
    def track(self) -> str:
        """The track this workshop follows."""
        return self.store.workshop().track

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

    def institution(self) -> str:
        """Return for whom the policy is; empty until that is decided."""
        made = self.store.decisions().get(self.kit.document.institution)
        return str(made.value) if made else self.store.workshop().institution

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

    def _wording_hash(self, ballot_id: str, question: Question) -> str:
        if ballot_id not in self._hashes:
            self._hashes[ballot_id] = wording_hash(question)
        return self._hashes[ballot_id]

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
