"""What is kept of a coded sample with a workshop: counts and quotes, no comments."""

# ruff: noqa: TC003 - pydantic reads the annotations
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workshop_kit.errors import N_
from workshop_kit.kit.plain import Strict

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator

Tone = Literal["positive", "neutral", "negative"]
Kind = Literal[
    "question", "memory", "correction", "praise", "complaint", "spam", "other"
]

TONES: tuple[Tone, ...] = ("positive", "neutral", "negative")
TONE_WORDS: Mapping[str, str] = {
    "positive": N_("positive"),
    "neutral": N_("neutral"),
    "negative": N_("negative"),
}
KIND_WORDS: Mapping[Kind | None, str] = {
    "question": N_("question"),
    "memory": N_("memory"),
    "correction": N_("addition or correction"),
    "praise": N_("praise"),
    "complaint": N_("complaint"),
    "spam": N_("spam"),
    "other": N_("something else"),
    None: N_("kind undecided"),
}

MOST_QUOTES = 8
"""Quotes that are kept: enough to hear people, few enough to read them all."""

_MOST = 1_000_000
"""Comments that people can code; a larger number is no count."""

_ALIKE = {
    "sentiment": N_(
        "The same tone from {one} and {other}: {agreed} of {n} comments (Cohen's kappa"
        " {kappa})."
    ),
    "kind": N_(
        "The same kind from {one} and {other}: {agreed} of {n} comments (Cohen's kappa"
        " {kappa})."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """
    Agreement of two coders, corrected for chance.

    Attributes:
        value: From -1 to 1; 1 is full agreement, 0 what chance would give. None if
            they share no comment, or both used a single and the same code.
        n: Comments coded by both.
        agreed: How many of them got the same code.
    """

    value: float | None
    n: int
    agreed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Kappa):
    """How two coders agree about tone or kind; *column* says which."""

    column: Literal["sentiment", "kind"]
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    What a coded sample says.

    Attributes:
        n: Comments with a tone on which the coders do not differ.
        coders: Who coded, in order of name.
        sentiments, kinds: Comments per code, those of agreement only.
        balance: (positive - negative) / n x 100; None if n is 0.
        differing: Comments on which coders differ, by ``sentiment`` and ``kind``;
            they are counted nowhere else, and worth a talk.
        kappas: Agreement per column and pair of coders.
        crossed: Kind, tone and number of the comments with a tone that is agreed on;
            the kind is None where it is not agreed on or not coded.
    """

    n: int
    coders: tuple[str, ...]
    sentiments: Mapping[Tone, int]
    kinds: Mapping[Kind, int]
    balance: float | None
    differing: Mapping[str, int]
    kappas: tuple[Agreement, ...]
    crossed: tuple[tuple[Kind | None, Tone, int], ...]

    def words(self, t: Translator) -> str:
        """Say the balance with its counts and coders, and how well they agree."""
        return " ".join(self.sentences(t))

    def sentences(self, t: Translator) -> tuple[str, ...]:
        """Say the same as :meth:`words`, a sentence or two at a time."""
        if self.balance is None:
            return (t(N_("No comment in the sample has a tone that is agreed on.")),)
        said = [
            t(
                N_(
                    "Of {n} comments {positive} are positive, {negative} negative and"
                    " {neutral} neutral: a balance of {balance}. Coded by {coders}."
                ),
                n=self.n,
                balance=f"{t.number(self.balance, 0)}%",
                coders=", ".join(self.coders),
                **{tone: self.sentiments.get(tone, 0) for tone in TONES},
            )
        ]
        most = [kind for kind, n in self.kinds.items() if n][:3]
        if most:
            shares = ", ".join(
                f"{t(KIND_WORDS[kind])} {t.number(self.kinds[kind])}" for kind in most
            )
            said.append(
                t(
                    N_("Kinds, of {n}: {shares}."),
                    n=sum(self.kinds.values()),
                    shares=shares,
                )
            )
        said += [
            t(
                _ALIKE[found.column],
                one=found.one,
                other=found.other,
                agreed=found.agreed,
                n=found.n,
                kappa=t.number(found.value, 2),
            )
            for found in self.kappas
            if found.value is not None
        ]
        if any(found.value is not None for found in self.kappas):
            said.append(t(N_("Kappa: 1 is full agreement, 0 what chance would give.")))
        if len(self.coders) < 2:
            said.append(
                t(N_("One person coded; have a second one do some of them too."))
            )
        differ = self.differing.get("sentiment", 0)
        if differ:
            said.append(
                t.plural(
                    N_("{n} comment got different tones and is not counted."),
                    N_("{n} comments got different tones and are not counted."),
                    differ,
                )
            )
        return tuple(said)


@dataclass(frozen=True, kw_only=True)
class Kept(Strict):
    """
    A coded sample as the workshop keeps it and the policy carries it.

    Attributes:
        sample: What it says.
        quotes: Kind and words of the first comments whose writers agreed to it.
        agreed: How many comments there are in all whose writers agreed.
        source: The file.
        fictional: Whether the comments are made up, as a sample.
    """

    sample: Sample
    quotes: tuple[tuple[Kind | None, str], ...] = ()
    agreed: int = 0
    source: str
    fictional: bool = False

    def __post_init__(self) -> None:
        found = self.sample
        pairs = [n for kappa in found.kappas for n in (kappa.n, kappa.agreed)]
        crossed = [n for _, _, n in found.crossed]
        counts = [*found.sentiments.values(), *found.kinds.values()]
        if not all(0 <= n <= _MOST for n in (*pairs, *crossed, *counts, found.n)):
            msg = "a count is negative or too large"
            raise ValueError(msg)
