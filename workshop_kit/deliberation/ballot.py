"""What a room can be asked about a question, as questions of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from workshop_kit.errors import N_, AnswerError
from workshop_kit.i18n import LANGUAGES, Translator
from workshop_kit.kit.model import Column, Option, Question

if TYPE_CHECKING:
    from workshop_kit.kit.model import Text

Kind = Literal["answer", "ideas", "dots", "consent", "fist"]
BALLOTS: tuple[Kind, ...] = get_args(Kind)
"""Ways to ask: the question itself, ideas for it, dots over its options, and two
votes on a proposal."""

REASONS = {"consentwhy": "consent", "fistwhy": "fist"}
"""Kind of what is written beside a vote → the vote; see :func:`why`."""

MOST_IDEAS = 10
"""Ideas a person writes down at most, so that a room can still read them all."""

AGREE, CONCERNS, OBJECT = "agree", "concerns", "object"
"""Options of a consent vote; only the last one stands in its way."""

VOTES = frozenset({"consent", "fist"})
"""Kinds that judge a proposal in words."""

_MARK = "#"
"""Between question and kind, so that no ballot has an id of the kit."""

_SETTLED = frozenset({"score", "integer", "decimal", "date"})


def kinds(question: Question) -> tuple[Kind, ...]:
    """
    Return what can be asked about a question, in the order of :data:`BALLOTS`.

    A note cannot be asked anything. There are no ideas for a number or a date, and
    dots only over options.
    """
    if question.type == "note":
        return ()
    left_out = {"ideas"} if question.type in _SETTLED else set()
    if not question.options or question.type == "dots":
        left_out.add("dots")
    return tuple(kind for kind in BALLOTS if kind not in left_out)


def parse(ballot_id: str) -> tuple[str, str]:
    """Return question id and kind: one of :data:`BALLOTS`, or of :data:`REASONS`."""
    question_id, _, kind = ballot_id.partition(_MARK)
    return question_id, kind or "answer"


def voted_on(ballot_id: str) -> str:
    """Return the ballot that opens and closes this one; reasons go with their vote."""
    name, kind = parse(ballot_id)
    return f"{name}{_MARK}{REASONS[kind]}" if kind in REASONS else ballot_id


def ballot(question: Question, kind: str, *, proposal: str = "") -> Question:
    """
    Return what is asked, which validates, is drawn and is counted like any question.

    Args:
        question: Of the kit.
        kind: One of :func:`kinds`, or of :data:`REASONS`; ``answer`` gives the
            question itself.
        proposal: For consent and fist, the words to judge, as the facilitator
            put them; the same in every language. Without them the label of the
            question stands in their place.

    Raises:
        AnswerError: The question cannot be asked this way.
    """
    if kind in REASONS:
        return why(question, REASONS[kind])
    if kind not in kinds(question):
        raise _never(question, kind)
    if kind == "answer":
        return question
    if kind == "ideas":
        return _derived(
            question,
            kind,
            type="rows",
            label=_before(N_("Ideas: {question}"), question),
            at_most=MOST_IDEAS,
            hint=both(N_("One idea a row; short is fine.")),
            columns=(Column(id="idea", label=both(N_("Idea"))),),
        )
    if kind == "dots":
        return _derived(
            question,
            kind,
            type="dots",
            label=_before(N_("Dots: {question}"), question),
            hint=both(
                N_("Divide your dots. More dots on a choice give it more weight.")
            ),
            options=tuple(
                Option(id=option.id, label=option.label, proper=option.proper)
                for option in question.options
            ),
        )
    more: dict[str, Any] = {"hint": question.label}
    if proposal.strip():
        more["hint"] = dict.fromkeys(question.label, proposal.strip())
    if kind == "consent":
        more |= {
            "type": "single",
            "label": both(N_("Can you live with this proposal?")),
            "options": tuple(
                Option(id=name, label=both(words)) for name, words in _CONSENT.items()
            ),
        }
    else:
        more |= {
            "type": "score",
            "label": both(N_("How far do you support this proposal?")),
            "min": 0.0,
            "max": 5.0,
            "low": both(N_("fist: I block it")),
            "high": both(N_("five fingers: I fully support it")),
        }
    return _derived(question, kind, **more)


_CONSENT = {
    AGREE: N_("Yes, I agree"),
    CONCERNS: N_("I can live with it, with a remark"),
    OBJECT: N_("No, I object"),
}


def why(question: Question, kind: str) -> Question:
    """
    Return the question in one's own words beside a vote on a proposal.

    Args:
        question: Of the kit.
        kind: ``consent`` or ``fist``.

    Raises:
        AnswerError: Another kind has no such question.
    """
    if kind not in VOTES or kind not in kinds(question):
        raise _never(question, kind)
    return _derived(
        question,
        f"{kind}why",
        type="long_text",
        label=both(N_("What would have to change, or what remark do you have?")),
        hint=both(
            N_("If you object, say what would take the objection away. May stay empty.")
            if kind == "consent"
            else N_("With 0, 1 or 2, say what would bring you to 3. May stay empty.")
        ),
    )


def _never(question: Question, kind: str) -> AnswerError:
    return AnswerError(
        N_("This cannot be asked about the question."), where=f"{question.id}#{kind}"
    )


def _derived(question: Question, kind: str, **more: Any) -> Question:
    """Keep what belongs to the question as a whole, none of what fits its type."""
    kept: dict[str, Any] = {
        "label": question.label,
        "script": question.script,
        "minutes": question.minutes,
        "stage": question.stage,
        "blind": question.blind,
        "roles": question.roles,
    }
    return Question(id=f"{question.id}{_MARK}{kind}", **(kept | more))


def _before(message: str, question: Question) -> Text:
    return {
        lang: Translator(lang)(message, question=words)
        for lang, words in question.label.items()
    }


def both(message: str) -> Text:
    """Say our own words in each language we speak, as a kit says its own."""
    return {lang: Translator(lang)(message) for lang in LANGUAGES}
