"""A fictional set of questions with every type that a form can draw."""

from __future__ import annotations

from workshop_kit.kit.model import Question
from workshop_kit.kit.plain import checked

LONG_NL = (
    "In hoeverre helpt een gedeelde huisstijl voor al onze kanalen de bezoekers"
    " van het (verzonnen) Museum De Schuit bij herkenning?"
)
LONG_EN = (
    "To what extent does one shared house style across all of our channels help"
    " visitors recognise the (made-up) Museum De Schuit?"
)


def _text(nl, en):
    return {"nl": nl, "en": en}


def _options(*rows):
    return [{"id": key, "label": _text(nl, en)} for key, nl, en in rows]


NETWORKS = _options(
    ("instagram", "Instagram", "Instagram"),
    ("mastodon", "Mastodon", "Mastodon"),
    ("facebook", "Facebook", "Facebook"),
)

GOALS = _options(
    ("dialogue", "In gesprek met het publiek", "A conversation with the public"),
    ("reach", "Meer mensen bereiken", "Reaching more people"),
    ("collection", "De collectie delen", "Sharing the collection"),
    ("visits", "Meer bezoekers in huis", "More visitors in the house"),
)

_RAW = [
    {
        "id": "voice.who",
        "type": "single",
        "label": _text("Wie spreekt er namens ons?", "Who speaks on our behalf?"),
        "hint": _text(
            "Kies wat het beste past bij hoe jullie nu werken.",
            "Choose what fits best with how you work today.",
        ),
        "options": [
            {
                "id": "one_voice",
                "label": _text(
                    "De instelling, met één stem", "The institution, with one voice"
                ),
                "advice": _text(
                    "Spreek af wie de stem bewaakt als de redactie vrij is.",
                    "Agree who guards the voice when the editors are away.",
                ),
            },
            *_options(
                ("makers", "Makers onder eigen naam", "Makers under their own name"),
            ),
        ],
        "other": True,
    },
    {
        "id": "goals.which",
        "type": "multiple",
        "label": _text("Welke doelen kiezen we?", "Which goals do we choose?"),
        "hint": _text(
            "Minder doelen is meestal beter.", "Fewer goals are usually better."
        ),
        "options": GOALS,
        "other": True,
        "at_most": 3,
    },
    {
        "id": "goals.order",
        "type": "ranking",
        "label": _text("Wat gaat voor?", "What comes first?"),
        "hint": _text("Zet het belangrijkste bovenaan.", "Put the first thing on top."),
        "options": GOALS,
        "at_most": 3,
    },
    {
        "id": "goals.dots",
        "type": "dots",
        "label": _text("Waar gaat onze tijd heen?", "Where does our time go?"),
        "hint": _text("Verdeel je stippen.", "Divide your dots."),
        "options": GOALS,
    },
    {
        "id": "style.helps",
        "type": "score",
        "label": _text(LONG_NL, LONG_EN),
        "hint": _text("Geef een cijfer.", "Give a mark."),
        "low": _text("helemaal niet", "not at all"),
        "high": _text("heel veel", "very much"),
    },
    {
        "id": "voice.name",
        "type": "short_text",
        "label": _text("Hoe heet jullie account?", "What is your account called?"),
        "hint": _text("Bijvoorbeeld @deschuit.", "For example @deschuit."),
    },
    {
        "id": "voice.story",
        "type": "long_text",
        "label": _text("Wat willen we vertellen?", "What do we want to tell?"),
        "hint": _text("Een paar zinnen is genoeg.", "A few sentences will do."),
    },
    {
        "id": "res.posts",
        "type": "integer",
        "label": _text("Hoeveel berichten per week?", "How many posts a week?"),
        "hint": _text("Een schatting mag.", "An estimate is fine."),
        "min": 0,
        "max": 100,
    },
    {
        "id": "res.hours",
        "type": "decimal",
        "label": _text("Hoeveel tijd is er?", "How much time is there?"),
        "hint": _text("Alle collega's samen.", "All colleagues together."),
        "unit": _text("uur per week", "hours a week"),
    },
    {
        "id": "plan.review",
        "type": "date",
        "label": _text("Wanneer kijken we terug?", "When do we look back?"),
        "hint": _text("Binnen een jaar.", "Within a year."),
    },
    {
        "id": "ch.list",
        "type": "rows",
        "label": _text("Welke kanalen hebben we?", "Which channels do we have?"),
        "hint": _text("Eén rij per kanaal.", "One row for each channel."),
        "at_most": 3,
        "columns": [
            {
                "id": "name",
                "label": _text("Naam", "Name"),
                "required": True,
            },
            {
                "id": "network",
                "type": "single",
                "label": _text("Netwerk", "Network"),
                "options": NETWORKS,
                "other": True,
            },
            {
                "id": "goals",
                "type": "multiple",
                "label": _text("Doelen", "Goals"),
                "options": GOALS[:2],
            },
            {
                "id": "hours",
                "type": "decimal",
                "label": _text("Uren", "Hours"),
                "hint": _text("per week", "a week"),
                "unit": _text("u", "h"),
            },
            {"id": "since", "type": "date", "label": _text("Sinds", "Since")},
            {
                "id": "serves",
                "type": "pick",
                "label": _text("Dient", "Serves"),
                "pick_from": "goals.which",
            },
        ],
    },
    {
        "id": "ch.keep",
        "type": "pick",
        "label": _text("Met welke kanalen gaan we door?", "Which channels do we keep?"),
        "hint": _text("Kies uit de lijst hierboven.", "Choose from the list above."),
        "pick_from": "ch.list",
    },
    {
        "id": "end.word",
        "type": "note",
        "label": _text("Dank je wel", "Thank you"),
        "hint": _text(
            "Straks bespreken we samen wat iedereen heeft ingevuld.",
            "In a moment we talk about what everybody filled in.",
        ),
    },
]

QUESTIONS = tuple(
    checked(
        Question,
        {"script": _text("Geef twee minuten.", "Give it two minutes."), **raw},
    )
    for raw in _RAW
)
BY_ID = {question.id: question for question in QUESTIONS}
