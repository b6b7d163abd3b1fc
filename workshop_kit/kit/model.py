"""The nouns of a kit: aspects, questions, options, rules and the document plan."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from workshop_kit.errors import N_
from workshop_kit.kit.plain import Strict, hashed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Must:
    """
    What a value has to be beside its type, for pydantic, which reads the files.

    In words that it understands by itself: a kit that is kept needs no pydantic, and
    to import it takes longer than to read the kit.

    Args:
        before: Makes of what was read what is then held against the type.
        after: Returns the value, or raises :class:`Unfit` where it does not fit.
        limits: Of pydantic's schema: ``pattern``, ``min_length``, ``gt``, ``le``.
    """

    def __init__(
        self,
        *,
        before: Callable[[Any], Any] | None = None,
        after: Callable[[Any], Any] | None = None,
        **limits: Any,
    ) -> None:
        self.before, self.after, self.limits = before, after, limits

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        """Return the schema of the type, with all that it has to be beside it."""
        schema: dict[str, Any] = handler(source) | self.limits
        for when, function in (("before", self.before), ("after", self.after)):
            if function is not None:
                called = {"type": "no-info", "function": function}
                kind = f"function-{when}"
                schema = {"type": kind, "function": called, "schema": schema}
        return schema


Language = Annotated[str, Must(pattern=r"^[a-z]{2}$")]
Text = dict[Language, Annotated[str, Must(min_length=1)]]
"""A text in each language of the kit: ``{"nl": "…", "en": "…"}``."""

CEL_WORDS = frozenset(
    {
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
    }
)
"""Reserved by the Common Expression Language, so no part of an id may be one."""


class Unfit(ValueError):  # noqa: N818 - what pydantic takes for a wrong value
    """
    Content that does not fit together, in words that can be translated.

    Args:
        what: Message template, marked with :func:`workshop_kit.errors.N_`.
        slots: Values for its slots.
    """

    def __init__(self, what: str, **slots: object) -> None:
        self.what = what
        self.slots: dict[str, Any] = slots
        super().__init__(what.format(**slots))


def _no_cel_word(value: str) -> str:
    for part in value.split("."):
        if part in CEL_WORDS:
            what = N_("'{word}' is a reserved word of expressions; choose another.")
            raise Unfit(what, word=part)
    return value


Slug = Annotated[str, Must(pattern=r"^[a-z][a-z0-9_]*$")]
QuestionId = Annotated[
    str, Must(after=_no_cel_word, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
]
"""``group.name``: readable and permanent, because answers are kept under it."""

QuestionType = Literal[
    "single",
    "multiple",
    "ranking",
    "dots",
    "score",
    "short_text",
    "long_text",
    "integer",
    "decimal",
    "date",
    "rows",
    "pick",
    "note",
]
Stage = Literal["workshop", "sign_off", "later"]
Method = Literal["consent", "approval", "score", "ranking", "owner"]
Judging = Literal["consent", "fist", "approval", "score", "ranking"]
Severity = Literal["blocker", "warning", "hint"]
Variant = Literal["strict", "balanced", "open"]

OTHER = "other"
"""The option id by which expressions see an answer in the person's own words."""


_NEEDS_COLUMN = N_("a column of type '{type}' needs '{key}'.")


def _once(ids: Iterable[str]) -> None:
    seen = list(ids)
    if twice := {item for item in seen if seen.count(item) > 1}:
        raise Unfit(
            N_("'{id}' stands twice among its options or columns."), id=min(twice)
        )


def _in_order(low: float | None, high: float | None) -> None:
    if low is not None and high is not None and low > high:
        raise Unfit(
            N_("no number fits: 'min' is {low} and 'max' is {high}."),
            low=f"{low:g}",
            high=f"{high:g}",
        )


class Content(Strict):
    """What a kit is made of."""


@dataclass(frozen=True, kw_only=True)
class Clause(Content):
    """
    Wording for the policy; ``balanced`` always, the others where it matters.

    A plain language map is read as ``balanced``. ``{answer}`` stands for the
    answer in words, ``{other}`` for what was filled in beside *other*.
    """

    balanced: Text
    strict: Text | None = None
    open: Text | None = None

    def variants(self) -> tuple[Variant, ...]:
        """Return the variants that have a wording, strictest first."""
        names: tuple[Variant, ...] = ("strict", "balanced", "open")
        return tuple(name for name in names if getattr(self, name) is not None)

    def wording(self, variant: Variant) -> Text:
        """Return the wording of *variant*, or the balanced one if it has none."""
        text: Text | None = getattr(self, variant)
        return self.balanced if text is None else text


def _from_text(data: Any) -> Any:
    if not isinstance(data, dict) or not data:
        return data
    plain = all(isinstance(key, str) and len(key) == 2 for key in data)
    return {"balanced": data} if plain else data


Wording = Annotated[Clause, Must(before=_from_text)]


@dataclass(frozen=True, kw_only=True)
class Option(Content):
    """
    One of the choices of a question.

    Attributes:
        opens: Questions asked only where this option (or another that opens
            them) is chosen.
        proper: The label is a name and keeps its capital inside a sentence.
    """

    id: Slug
    label: Text
    clause: Wording | None = None
    advice: Text | None = None
    opens: tuple[QuestionId, ...] = ()
    proper: bool = False


@dataclass(frozen=True, kw_only=True)
class Column(Content):
    """A typed column of a list of rows."""

    id: Annotated[Slug, Must(after=_no_cel_word)]
    type: Literal[
        "text", "integer", "decimal", "date", "single", "multiple", "pick"
    ] = "text"
    label: Text
    hint: Text | None = None
    required: bool = False
    unit: Text | None = None
    min: float | None = None
    max: float | None = None
    options: tuple[Option, ...] = ()
    other: bool = False
    pick_from: QuestionId | None = None

    def __post_init__(self) -> None:
        if self.type in {"single", "multiple"} and not self.options:
            raise Unfit(_NEEDS_COLUMN, type=self.type, key="options")
        if self.type == "pick" and self.pick_from is None:
            raise Unfit(_NEEDS_COLUMN, type=self.type, key="pick_from")
        _once(option.id for option in self.options)
        _in_order(self.min, self.max)


@dataclass(frozen=True, kw_only=True)
class Law(Content):
    """
    A point of Dutch law behind a question: not legal advice, to be checked.

    A decision on such a question carries *checked by* and *checked on*.
    """

    reference: str
    note: Text
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question(Content):
    """
    One thing the workshop asks.

    Attributes:
        minutes: Minutes in the room per track; a track that is not named does
            not ask the question.
        stage: When it has to be settled: in the workshop, before sign-off, later.
        relevant: CEL expression; the question is asked only where it holds.
        at_most: Most choices (multiple, ranking), dots or rows.
        threshold: Of the kit; when the room counts as agreed. By default that of
            :mod:`workshop_kit.deliberation.threshold`.
        pick_from: Earlier ``rows``, ``multiple``, ``ranking`` or ``pick`` question.
        clause: Wording for types without options; ``{answer}`` is the answer.
        law: Set if the decision has to be checked by someone who knows the law.
    """

    id: QuestionId
    type: QuestionType
    label: Text
    hint: Text
    script: Text
    minutes: dict[Slug, Annotated[float, Must(gt=0)]] = field(default_factory=dict)
    stage: Stage = "workshop"
    method: Method = "consent"
    threshold: Slug | None = None
    blind: bool = True
    roles: tuple[Slug, ...] = ()
    relevant: str | None = None
    sources: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    other: bool = False
    at_most: Annotated[int, Must(gt=0)] | None = None
    min: float | None = None
    max: float | None = None
    low: Text | None = None
    high: Text | None = None
    unit: Text | None = None
    columns: tuple[Column, ...] = ()
    pick_from: QuestionId | None = None
    clause: Wording | None = None
    law: Law | None = None

    def __post_init__(self) -> None:
        needs = {
            "single": ("options",),
            "multiple": ("options",),
            "ranking": ("options",),
            "dots": ("options",),
            "rows": ("columns",),
            "pick": ("pick_from",),
            "decimal": ("unit",),
        }
        for key in needs.get(self.type, ()):
            if not getattr(self, key):
                what = N_("a question of type '{type}' needs '{key}'.")
                raise Unfit(what, type=self.type, key=key)
        if self.other and self.type not in {"single", "multiple"}:
            raise Unfit(N_("only single and multiple questions can have 'other'."))
        _once([*(o.id for o in self.options), *(c.id for c in self.columns)])
        _in_order(*self.bounds)

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Smallest and largest number; a score runs from 1 to 5 unless told."""
        if self.type == "score":
            low = 1 if self.min is None else self.min
            return low, 5 if self.max is None else self.max
        return self.min, self.max

    @property
    def dots(self) -> int:
        """
        Dots each person has: ``at_most``, or half as many as there are options.

        Half, rounded up, so that nobody can mark all and everybody has to choose;
        at least three, because with fewer there is no weight to show.
        """
        return self.at_most or max(3, -(-len(self.options) // 2))


@dataclass(frozen=True, kw_only=True)
class Aspect(Content):
    """A part of the workshop with its own notebook page and questions."""

    id: Slug
    title: Text
    purpose: Text
    exercise: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Rule(Content):
    """
    A check across decisions.

    Attributes:
        when: CEL expression over the decided answers; the finding is reported
            where it holds.
        fix: Questions whose decision can settle it.
    """

    id: Annotated[str, Must(pattern=r"^[A-Z][A-Z0-9]*-[0-9]+$")]
    severity: Severity
    when: str
    message: Text
    fix: tuple[QuestionId, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section(Content):
    """A chapter of the policy and the questions whose clauses it holds, in order."""

    id: Slug
    title: Text
    intro: Text | None = None
    questions: tuple[QuestionId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DocumentPlan(Content):
    """
    How the policy is laid out.

    Attributes:
        institution, owner, approved_by, review_date: The questions whose
            decisions stand on the title page.
        staff: Questions whose clauses stand in the leaflet that staff receive, in
            order; two pages hold some 5,000 characters.
        summary: Those of the page for the public.
    """

    title: Text
    institution: QuestionId
    owner: QuestionId
    approved_by: QuestionId
    review_date: QuestionId
    sections: tuple[Section, ...]
    staff: tuple[QuestionId, ...] = ()
    summary: tuple[QuestionId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source(Content):
    """Where a fact comes from."""

    title: str
    date: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Role(Content):
    """A role people take part in."""

    id: Slug
    label: Text


@dataclass(frozen=True, kw_only=True)
class Threshold(Content):
    """
    When the room counts as agreed.

    Attributes:
        method: What it judges: a vote on a proposal (consent, fist), what was
            chosen or got a dot (approval), a score or a ranking.
        share: Least part, above 0 to 1, of those who answered.
        each_role: Least part within every role as well; None asks nothing of it.
        step: For fist and score, the lowest step in favour; by default the first
            above the middle of the scale (3 of 0 to 5, 4 of 1 to 5).
    """

    id: Slug
    label: Text
    description: Text
    method: Judging
    share: Annotated[float, Must(gt=0, le=1)]
    each_role: Annotated[float, Must(gt=0, le=1)] | None = None
    step: int | None = None


@dataclass(frozen=True, kw_only=True)
class Track(Content):
    """A selection of the questions for the time there is, in minutes."""

    label: Text
    description: Text
    minutes: Annotated[float, Must(gt=0)]


@dataclass(frozen=True, kw_only=True)
class Kit(Content):
    """Everything a workshop needs to know about its subject."""

    id: Slug
    version: Annotated[str, Must(pattern=r"^\d+\.\d+\.\d+$")]
    languages: tuple[Language, ...]
    title: Text
    summary: Text
    licence: str
    sources: dict[str, Source]
    roles: tuple[Role, ...]
    tracks: dict[Slug, Track]
    thresholds: tuple[Threshold, ...] = ()
    aspects: tuple[Aspect, ...]
    rules: tuple[Rule, ...]
    document: DocumentPlan

    def questions(self) -> tuple[Question, ...]:
        """Return all questions, in the order they are asked."""
        return tuple(q for aspect in self.aspects for q in aspect.questions)

    def question(self, question_id: str) -> Question:
        """Return the question with this id; KeyError if there is none."""
        return self._by_id[question_id]

    def aspect(self, aspect_id: str) -> Aspect:
        """Return the aspect with this id; KeyError if there is none."""
        return {aspect.id: aspect for aspect in self.aspects}[aspect_id]

    def with_options(self, more: Mapping[str, tuple[Option, ...]]) -> Kit:
        """Return this kit with more options to choose from, by question id."""
        if not any(more.values()):
            return self

        def extended(question: Question) -> Question:
            added = more.get(question.id, ())
            return replace(question, options=question.options + added)

        aspects = tuple(
            replace(aspect, questions=tuple(map(extended, aspect.questions)))
            for aspect in self.aspects
        )
        return replace(self, aspects=aspects)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The hash of all words of each question, by its id; kept with the kit."""
        return {question.id: hashed(question) for question in self.questions()}

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {q.id: q for q in self.questions()}


def is_language_map(value: object) -> bool:
    """Tell whether *value* looks like a :data:`Text`."""
    return isinstance(value, dict) and all(
        isinstance(key, str) and re.fullmatch(r"[a-z]{2}", key) for key in value
    )
