"""Shows what was recognised in each own file, and asks what only its owner knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.export.document import (
    BLOCKS_MIME,
    Definitions,
    Document,
    Paragraph,
    Run,
    text,
)
from workshop_kit.export.wire import to_json
from workshop_kit.forms import fields
from workshop_kit.forms.form import Form
from workshop_kit.forms.intake import Receipt
from workshop_kit.live import own
from workshop_kit.metrics.peers import SIZES
from workshop_kit.metrics.readers.summary import words
from workshop_kit.policy.indicators import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workshop_kit.i18n import Translator
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.metrics.readers.result import Question
    from workshop_kit.store.records import Participant

ZONES = ("Europe/Amsterdam", "UTC", "America/Los_Angeles")
"""Zones that exports are mostly in; Meta writes the time of California."""


def chooser(workshop: Workshop, who: Participant) -> Form:
    """
    Show a card per file in the folder for own exports.

    What is said is kept with the workshop, by the name of the file.
    """
    t = workshop.translate
    found = own.files(workshop)
    names = {f"file-{place}": file.path.name for place, file in enumerate(found)}

    def change(name: str, value: Any, key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
        if not final:
            return Receipt()
        place, _, about = name.partition("/")
        with workshop.store.together():
            before = workshop.store.action(own.FILE, names[place])
            said = (before.value if before else None) or {}
            said = said | {about: value}
            read = own.file(own.own_folder() / names[place], said)
            if read.problem is not None:
                raise read.problem
            workshop.store.act(own.FILE, names[place], said, by=who.alias, key=key)
        return Receipt(message=t(N_("Saved. Refresh this and what stands below.")))

    cards = [_card(place, file, t) for place, file in zip(names, found, strict=True)]
    values = {
        f"{place}/{about}": value
        for place, file in zip(names, found, strict=True)
        for about, value in ({"use": "yes"} | dict(file.said)).items()
        if file.problem is None or about != "use"
    }
    twin = _twin(cards or [_empty(t)], values, t)
    return Form(
        cards or [_empty(t)],
        lang=workshop.lang,
        translate=t,
        on_change=change,
        values=values,
        shown={BLOCKS_MIME: to_json(twin)},
    )


def _twin(
    cards: Sequence[fields.Spec], values: Mapping[str, Any], t: Translator
) -> Document:
    """Return what the cards say as blocks, for a page that cannot be filled in."""
    items = tuple(
        (
            text(card["legend"].partition(": ")[0]),
            (
                *(Paragraph(runs=text(said)) for said in [card["hint"]] if said),
                *_answered(card, values, t),
            ),
        )
        for card in cards
    )
    return Document(title="", lang=t.lang, blocks=(Definitions(items=items),))


def _answered(
    card: fields.Spec, values: Mapping[str, Any], t: Translator
) -> Iterator[Paragraph]:
    for field in card["fields"]:
        given = values.get(field["id"])
        options = {o["id"]: o["label"] for o in field.get("options", ())}
        words = options.get(str(given)) or own.words(given) or t(N_("not answered yet"))
        # The label of a field that is alone in its card stands in the legend.
        label = field["label"] or card["legend"].partition(": ")[2]
        runs = (Run(text=f"{label} "), Run(text=words, strong=True))
        yield Paragraph(runs=runs)


def _empty(t: Translator) -> fields.Spec:
    hint = t(
        N_(
            "Put the exports of your accounts into the folder {folder} and open this"
            " notebook again. Until then the open archive of {name} is shown as a"
            " sample."
        ),
        folder=folder_words(),
        name=SAMPLE,
    )
    return {
        "id": "none",
        "legend": t(N_("There are no exports yet")),
        "hint": hint,
        "action": None,
        "fields": [],
    }


def folder_words() -> str:
    """Name the folder for own exports as somebody finds it."""
    folder = own.own_folder()
    return f"{folder.parent.name}/{folder.name}"


def _card(place: str, file: own.File, t: Translator) -> fields.Spec:
    asked = [] if file.problem is not None else _fields(place, file, t)
    legend = file.path.name
    if len(asked) == 1:
        # A field that is alone in its card is drawn under the name of the card.
        legend = f"{legend}: {asked[0]['label']}"
        asked[0]["label"] = ""
    return {
        "id": place,
        "legend": legend,
        "hint": _recognised(file, t),
        "action": None,
        "fields": asked,
    }


def _recognised(file: own.File, t: Translator) -> str:
    if file.coded is not None:
        hand_coded = N_("Comments that were coded by hand: {n}, by {coders}.")
        n = file.coded["item"].nunique()
        coders = ", ".join(sorted(set(file.coded["coder"])))
        return t(hand_coded, n=t.number(n), coders=coders)
    if file.export is None:
        return "" if file.problem is None else file.problem.render(t)
    first, *rest = words(file.export, file.path.name, t)
    recognised = first.removeprefix(f"{file.path.name}: ")
    said = (line for line in rest if not line.startswith("? "))
    return " ".join((recognised[:1].upper() + recognised[1:], *said))


def _fields(place: str, file: own.File, t: Translator) -> list[fields.Spec]:
    yes_no = {"yes": t(N_("Yes")), "no": t(N_("No"))}
    label = t(N_("Do these figures count?"))
    asked = [fields.choice(f"{place}/use", label, yes_no)]
    # Read without answers too, so that what was answered can still be changed.
    found = (own.file(file.path, {}).export, file.export)
    questions = {q.ask: q for e in found if e is not None for q in e.questions}
    asked += [_question(f"{place}/{q.ask}", q, t) for q in questions.values()]
    if file.export is not None and len(file.export.peers):
        sizes = {name: t(word) for name, word in SIZES.items()}
        size = t(N_("Which size are we ourselves?"))
        asked.append(fields.choice(f"{place}/size", size, sizes))
    return asked


def _question(field: str, question: Question, t: Translator) -> fields.Spec:
    label = question.render(t)
    if question.ask == "date_order":
        orders = {"dmy": t(N_("day/month")), "mdy": t(N_("month/day"))}
        return fields.choice(field, label, orders)
    if question.ask == "zone":
        zones = {name: name for name in ZONES}
        return fields.choice(field, label, zones) | {"other": True}
    if question.ask == "export_date":
        return fields.day(field, label)
    hint = t(N_("For instance instagram.")) if question.ask == "platform" else ""
    return fields.text(field, label, hint=hint)
