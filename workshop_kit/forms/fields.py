"""Questions of a kit as plain JSON in one language, ready to be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.kit.model import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.kit.model import Column, Option, Question

Spec = dict[str, Any]
"""Plain JSON that ``static/form.js`` draws: a field, a group or a whole form."""

Choice = dict[str, str]
"""``{"id": key, "label": words}``: one thing that can be ticked in a pick."""

WORDS = {
    "add": N_("Add"),
    "add_row": N_("Add a row"),
    "at_most": N_("Choose at most {n}."),
    "at_most_reached": N_("You can choose at most {n}. Remove one first."),
    "between": N_("Fill in a number from {low} to {high}."),
    "at_least": N_("Fill in a number of at least {low}."),
    "no_more_than": N_("Fill in a number of at most {high}."),
    "choose": N_("Choose …"),
    "clear": N_("Clear my choice"),
    "cleared": N_("Your choice has been cleared."),
    "dots_fewer": N_("{item}: one dot less"),
    "dots_given": N_("Dots: {n}"),
    "dots_left": N_("Dots left: {left} of {n}"),
    "dots_more": N_("{item}: one dot more"),
    "dots_now": N_("{item}. Dots: {n}. Dots left: {left}."),
    "dots_spent": N_("You have no dots left. Take one back first."),
    "draft": N_("Draft"),
    "draft_at": N_("Draft saved at {time}"),
    "lost": N_(
        "Not saved: the connection is lost. Keep this page open, we keep trying."
    ),
    "back": N_("The connection is back. Everything has been saved."),
    "move_down": N_("{item}: one place down"),
    "move_up": N_("{item}: one place up"),
    "not_a_number": N_("This is not a number. Write it like 12 or 2.5."),
    "not_whole": N_("This is not a whole number. Write it like 12."),
    "nothing_to_pick": N_(
        "There is nothing to choose from yet. First fill in the list before this one."
    ),
    "nothing_ranked": N_("You have not put anything in order yet."),
    "not_saved": N_("Not saved yet"),
    "other": N_("Other, namely"),
    "other_words": N_("Other, in your own words"),
    "place": N_("{item}: place {place} of {total}"),
    "rank_from": N_("Choose from"),
    "rank_list": N_("Your order, most important first"),
    "remove": N_("{item}: remove"),
    "remove_row": N_("Remove row {n}"),
    "removed": N_("{item}: removed"),
    "removed_row": N_("Row {n} has been removed."),
    "required": N_("required"),
    "row": N_("Row {n}"),
    "row_added": N_("Row {n} has been added."),
    "rows_reached": N_("There can be at most {n} rows."),
    "saved": N_("Saved"),
    "saved_at": N_("Saved at {time}"),
    "unfinished": N_("Not everything is filled in correctly yet."),
}
"""What the form itself says; slots are filled while it is used."""


def words(translate: Translator) -> dict[str, str]:
    """Return what the form itself says, with the slots still open."""
    return {key: translate(message) for key, message in WORDS.items()}


def form(groups: Iterable[Spec], *, lang: str, translate: Translator) -> Spec:
    """Return all that ``static/form.js`` needs to draw a form, in any host."""
    return {"lang": lang, "words": words(translate), "groups": list(groups)}


def group(  # noqa: PLR0913 - keywords, each of which is optional
    question: Question,
    translate: Translator,
    *,
    choices: Mapping[str, Sequence[Choice]] | None = None,
    extra: Iterable[Spec] = (),
    action: str | None = None,
    value_label: str = "",
    drafts: bool = False,
) -> Spec:
    """
    Build the card of one question.

    Without *action* it sends every change of its own accord (a participant's
    form). With *action* it has a button and sends all of its fields at once,
    under the id of the question (a decision).

    Args:
        question: The question.
        translate: Chooses the language.
        choices: What a ``pick`` can choose from, by question id, or by
            ``question.column`` for a column. What is left out follows the
            answer to the earlier question in the same form.
        extra: More fields, made by :func:`text`, :func:`choice` or :func:`day`.
        action: Words on the button, already translated.
        value_label: Label of the question's own field where there are several.
        drafts: Whether what is filled in is sent while the button waits, so that
            whoever takes it in can keep it.

    Returns:
        ``{id, legend, hint, action, fields}``, and ``drafts`` if they are kept.
    """
    own = field(question, translate, choices=choices)
    own |= {"label": value_label, "hint": ""}
    return {
        "id": question.id,
        "legend": translate.pick(question.label),
        "hint": translate.pick(question.hint),
        "action": action,
        "fields": [own, *extra],
    } | ({"drafts": True} if drafts else {})


def field(
    question: Question,
    translate: Translator,
    *,
    choices: Mapping[str, Sequence[Choice]] | None = None,
) -> Spec:
    """Build the field of a question; see :func:`group` for *choices*."""
    low, high = question.bounds
    spec: Spec = {
        "id": question.id,
        "type": question.type,
        "label": translate.pick(question.label),
        "hint": translate.pick(question.hint),
        "options": _options(question.options, translate),
        "other": question.other,
        "at_most": question.dots if question.type == "dots" else question.at_most,
        "min": low,
        "max": high,
        "low": translate.pick(question.low or {}),
        "high": translate.pick(question.high or {}),
        "unit": translate.pick(question.unit or {}),
        "columns": [
            _column(question.id, column, translate, choices or {})
            for column in question.columns
        ],
    }
    if question.pick_from is not None:
        spec |= _source(question.id, question.pick_from, choices or {})
    return spec


def text(field_id: str, label: str, *, hint: str = "", long: bool = False) -> Spec:
    """Build a field for free text, of one line or of several."""
    kind = "long_text" if long else "short_text"
    return {"id": field_id, "type": kind, "label": label, "hint": hint}


def choice(
    field_id: str, label: str, options: Mapping[str, str], *, hint: str = ""
) -> Spec:
    """Build a field with radio buttons; *options* maps ids to words, in order."""
    return {
        "id": field_id,
        "type": "single",
        "label": label,
        "hint": hint,
        "options": [{"id": key, "label": words} for key, words in options.items()],
    }


def day(field_id: str, label: str, *, hint: str = "") -> Spec:
    """Build a field for a date."""
    return {"id": field_id, "type": "date", "label": label, "hint": hint}


def choices_from(spec: Spec, value: Any) -> list[Choice]:
    """
    Return what a later ``pick`` can choose from: the keys of an earlier answer.

    Args:
        spec: Field of the earlier question (rows, multiple, ranking or pick).
        value: The answer to it; ``None`` if there is none.

    Returns:
        Choices in the order of the answer, each key once. The key of a row is
        the text in its first column; rows in which it is empty are left out.
    """
    options, items = spec, value if isinstance(value, list) else []
    if spec["type"] == "rows":
        options = spec["columns"][0]
        items = [row.get(options["id"]) for row in items if isinstance(row, dict)]
    known = [*(options.get("options") or ()), *(options.get("choices") or ())]
    labels = {option["id"]: option["label"] for option in known}
    keys = {_key(item): None for item in items}
    return [{"id": key, "label": labels.get(key, key)} for key in keys if key]


def _key(item: Any) -> str:
    if isinstance(item, dict):
        item = item.get(OTHER)
    return str(item).strip() if isinstance(item, str | int | float) else ""


def _options(options: Iterable[Option], translate: Translator) -> list[Spec]:
    return [
        {
            "id": option.id,
            "label": translate.pick(option.label),
            "advice": translate.pick(option.advice or {}),
        }
        for option in options
    ]


def _column(
    question_id: str,
    column: Column,
    translate: Translator,
    choices: Mapping[str, Sequence[Choice]],
) -> Spec:
    spec: Spec = {
        "id": column.id,
        "type": column.type,
        "label": translate.pick(column.label),
        "hint": translate.pick(column.hint or {}),
        "required": column.required,
        "unit": translate.pick(column.unit or {}),
        "min": column.min,
        "max": column.max,
        "options": _options(column.options, translate),
        "other": column.other,
    }
    if column.pick_from is not None:
        spec |= _source(f"{question_id}.{column.id}", column.pick_from, choices)
    return spec


def _source(
    key: str, pick_from: str, choices: Mapping[str, Sequence[Choice]]
) -> dict[str, Any]:
    given = choices.get(key)
    return {
        "source": key,
        "follows": pick_from if given is None else None,
        "choices": list(given or ()),
    }
