"""Answers from forms on paper: one participant per form, entered once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from workshop_kit.errors import N_, AnswerError
from workshop_kit.kit.paper import numbered, read
from workshop_kit.kit.validate import keys, validate
from workshop_kit.kit.words import in_words

if TYPE_CHECKING:
    from workshop_kit.kit.model import Question
    from workshop_kit.live.workshop import Workshop

PAPER = "paper"
"""Kind of action, about the number of a form: who it is, and how far it was entered."""

MOST = 99_999


@dataclass(slots=True)
class Paper:
    """
    One form on paper.

    Attributes:
        workshop: Where its answers go.
        number: The number written on it.
        person: Id of the participant whose answers it holds.
        done: Number of the last question that was entered or skipped.
    """

    workshop: Workshop
    number: int
    person: str
    done: int = 0

    @classmethod
    def find(cls, workshop: Workshop, number: int) -> Self | None:
        """Return a form that was begun before, or None."""
        action = workshop.store.action(PAPER, str(number))
        if action is None:
            return None
        found = cls(workshop, number, action.value["person"], action.value["done"])
        # Whoever closed the window in the middle did not say how far they were.
        given = workshop.answers(found.person)
        places = (n for n, q in found.questions.items() if q.id in given)
        found.done = max(found.done, max(places, default=0))
        return found

    @classmethod
    def begin(cls, workshop: Workshop, number: int, role: str) -> Self:
        """
        Return a form by its number; whoever filled it in joins the first time.

        Args:
            workshop: Where its answers go.
            number: Written on the paper.
            role: Id of a role of the kit.

        Raises:
            AnswerError: If the number or the role cannot be.
        """
        if not 1 <= number <= MOST:
            raise AnswerError(_NUMBER, most=MOST)
        if role not in {one.id for one in workshop.kit.roles}:
            raise AnswerError(N_("Please choose the role that fits best."))
        with workshop.store.together():
            found = cls.find(workshop, number)
            if found is not None:
                return found
            until = workshop.keep_until().isoformat()
            alias = workshop.translate(N_("Paper {number}"), number=number)
            joined = workshop.store.join(
                alias, role, workshop.lang, consent_until=until
            )
            made = cls(workshop, number, joined[0].id)
            made.keep(0)
        return made

    @property
    def questions(self) -> dict[int, Question]:
        """The questions by their number on paper."""
        return numbered(self.workshop.kit, self.workshop.track)

    def answers(self) -> dict[str, Any]:
        """Return what was entered so far, by question id."""
        return self.workshop.answers(self.person)

    def given(self) -> int:
        """Return how many of its questions have an answer."""
        given = self.answers()
        return sum(q.id in given for q in self.questions.values())

    def keep(self, done: int) -> None:
        """Remember how far it was entered, for whoever goes on later."""
        self.done = done
        self.workshop.store.act(
            PAPER,
            str(self.number),
            {"person": self.person, "done": done},
            by=self.workshop.facilitator().alias,
            key=str(uuid.uuid4()),
        )

    def value(self, question: Question, typed: str) -> Any:
        """
        Return what was typed as a value.

        Raises:
            AnswerError: If a code is not on the paper.
        """
        known: list[str] = []
        if question.pick_from is not None:
            source = self.workshop.kit.question(question.pick_from)
            said = self.workshop.source_value(source.id, self.person)
            known = keys(source, said)
        return read(self.workshop.kit, question, typed, known=known)

    def answer(self, question: Question, value: Any) -> Any:
        """
        Record an answer; the same again changes nothing.

        Returns:
            The answer as it is kept.

        Raises:
            AnswerError: If it does not fit, as for everybody.
        """
        # By its content and not by a key: a paper may be corrected, and back again.
        value = validate(question, value)
        if self.answers().get(question.id) == value:
            return value
        key = str(uuid.uuid4())
        record = self.workshop.accept(self.person, question.id, value, key, final=True)
        return record.value

    def words(self, question: Question, value: Any) -> str:
        """Return an answer as the form says it."""
        workshop = self.workshop
        return "; ".join(in_words(workshop.kit, question, value, workshop.translate))


_NUMBER = N_("The number of a paper runs from 1 to {most}.")


def number_of(typed: str) -> int:
    """
    Return the number of a paper.

    Raises:
        AnswerError: If it is none.
    """
    number = whole(typed.strip().lstrip("#"))
    if not 1 <= number <= MOST:
        raise AnswerError(_NUMBER, most=MOST)
    return number


def whole(typed: str) -> int:
    """Return a whole number of at most nine digits; 0 if it is none."""
    fits = typed.isascii() and typed.isdigit() and len(typed) < 10
    return int(typed) if fits else 0
