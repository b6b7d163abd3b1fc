"""What is said about a threshold: reached or not, with the figures behind it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from workshop_kit.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Question, Text, Threshold

QUORUM = Fraction(1, 2)
"""Least part of those asked that has to have answered before anything is judged:
what a minority agreed on says little about the room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    People of one role, or of several that are too small to be shown apart.

    Attributes:
        roles: Role ids; more than one are judged together.
        n: How many of them answered, at least five.
        in_favour: How many of those are in favour.
        reached: Whether that is the part asked of every role.
    """

    roles: tuple[str, ...]
    n: int
    in_favour: int
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """
    How far the room supports one thing.

    Attributes:
        option: Option id; empty for a proposal or a score.
        in_favour: People in favour. For a ranking, those who prefer the option to
            the one that comes nearest to beating it.
        groups: By role; empty if the threshold does not look at roles.
        reached: Whether it is supported enough; None if it is in all, but roles
            cannot be told apart.
    """

    option: str
    in_favour: int
    groups: tuple[Group, ...]
    reached: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    Whether a threshold is reached.

    Attributes:
        threshold: What was asked of the room.
        question: The question or ballot it answered.
        reached: None if it cannot be judged: fewer than :data:`QUORUM` answered, or
            the roles are too small to be told apart.
        n: How many answered.
        missing: How many could have and did not.
        against: Objections (consent) or fists (fist); 0 for other methods.
        support: What reaches it, else what comes nearest; empty without answers.
        tied: Whether options that exclude each other have the same support.
    """

    threshold: Threshold
    question: Question
    reached: bool | None
    n: int
    missing: int
    against: int
    support: tuple[Support, ...]
    tied: bool

    def words(self, t: Translator, roles: Mapping[str, Text]) -> list[str]:
        """
        Say the verdict with its figures, as plain sentences.

        Args:
            t: Chooses the language.
            roles: Role id → label; a role that is not in it is said by its id.
        """
        return [
            self._headline(t),
            *(line for one in self.support for line in self._figures(one, t, roles)),
            *self._rest(t),
        ]

    def _headline(self, t: Translator) -> str:
        name = t.pick(self.threshold.label)
        if self.reached is not None:
            said = (
                N_("Reached: {name}.") if self.reached else N_("Not reached: {name}.")
            )
            return t(said, name=name)
        if self.n < QUORUM * (self.n + self.missing) or not self.n:
            return t(N_("Not judged ({name}): fewer than half answered."), name=name)
        return t(
            N_("Not judged ({name}): the roles have too few answers to be told apart."),
            name=name,
        )

    def _figures(
        self, one: Support, t: Translator, roles: Mapping[str, Text]
    ) -> Iterator[str]:
        labels = {option.id: t.pick(option.label) for option in self.question.options}
        about = labels.get(one.option, one.option)
        yield self._line(about, one.in_favour, self.n, self.threshold.share, t)
        for group in one.groups:
            names = [t.pick(roles[r]) if r in roles else r for r in group.roles]
            name = names[0] if len(names) == 1 else t(N_("Other roles together"))
            whose = f"{about}, {name}" if about else name
            needed = self.threshold.each_role or 0
            yield self._line(whose, group.in_favour, group.n, needed, t)

    def _line(
        self, about: str, in_favour: int, n: int, needed: float, t: Translator
    ) -> str:
        return t(
            N_("{about}: {in_favour} of {n} in favour, {share}% ({needed}% needed)."),
            about=about or t(N_("All together")),
            in_favour=in_favour,
            n=n,
            share=t.number(100 * in_favour / n, 0),
            needed=t.number(100 * needed, 0),
        )

    def _rest(self, t: Translator) -> Iterator[str]:
        if self.tied:
            yield t(N_("There is a tie."))
        if self.against:
            one, many = (
                (N_("{n} person objects."), N_("{n} people object."))
                if self.threshold.method == "consent"
                else (N_("{n} person blocks it."), N_("{n} people block it."))
            )
            yield t.plural(one, many, self.against)
        if self.missing:
            yield t.plural(
                N_("{n} person has not answered."),
                N_("{n} people have not answered."),
                self.missing,
            )
