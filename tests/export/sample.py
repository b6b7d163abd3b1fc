"""A policy of twelve chapters of an institution that does not exist."""

from __future__ import annotations

from workshop_kit.export.document import (
    Callout,
    Code,
    Definitions,
    Document,
    Figure,
    Heading,
    List,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Table,
    text,
)

BARS = "".join(
    f'<path d="M{20 + 46 * n} 160 v-{high} h30 v{high} z" fill="#0b5563"/>'
    for n, high in enumerate([38, 52, 47, 66, 80, 74, 96, 120])
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 170">'
    f'<path d="M10 160 H390" stroke="#51606a"/>{BARS}</svg>'
)


def chapter(title):
    """Return a heading of the first level."""
    return Heading(level=1, runs=text(title))


def part(title):
    """Return a heading of the second level."""
    return Heading(level=2, runs=text(title))


def words(said):
    """Return a paragraph."""
    return Paragraph(runs=text(said))


def points(*said, ordered=False):
    """Return a list of short items."""
    return List(items=tuple((words(one),) for one in said), ordered=ordered)


def table(caption, head, *rows):
    """Return a table of plain texts."""
    return Table(
        head=tuple(map(text, head)),
        rows=tuple(tuple(map(text, row)) for row in rows),
        caption=caption,
    )


def policy(lang="nl"):
    """Return the policy; its words are Dutch whatever the language around them."""
    return Document(
        title="Socialemediabeleid",
        subtitle="Museum De Schuit (fictief)",
        lang=lang,
        meta={
            "Status": "ontwerp ter goedkeuring",
            "Datum" if lang == "nl" else "Date": "23 november 2026",
            "Versie" if lang == "nl" else "Version": "0.9",
            "Eigenaar": "Hoofd publiek en communicatie",
            "Goedgekeurd door": "Directie en raad van toezicht",
            "Volgende herziening": "1 oktober 2027",
        },
        blocks=CHAPTERS,
    )


CHAPTERS = (
    chapter("1. Waarom wij dit beleid hebben"),
    words(
        "Museum De Schuit bewaart en toont de geschiedenis van de binnenvaart in de "
        "streek. Wie ons volgt, ontmoet ons vaker op een telefoon dan aan de balie. "
        "Daarom spreken we af wat we daar doen, voor wie, en wie ervoor zorgt."
    ),
    Paragraph(
        runs=(
            Run(text="Dit beleid geldt voor "),
            Run(text="alle kanalen die de naam van het museum dragen", strong=True),
            Run(text=", ook als een vrijwilliger ze beheert. Het sluit aan bij de "),
            Run(text="Ethische code", emphasis=True),
            Run(text=" en bij de "),
            Run(text="huisregels", href="https://example.org/huisregels?a=1&b=2"),
            Run(text="."),
        )
    ),
    part("Wat er niet in staat"),
    words(
        "Privéaccounts van medewerkers vallen buiten dit beleid, behalve in hoofdstuk "
        "8. Voor betaalde campagnes bestaat een apart jaarplan."
    ),
    chapter("2. Doelen"),
    words("In volgorde van belang willen we met sociale media:"),
    points(
        "het gesprek over de collectie voeren met mensen die erover kunnen vertellen;",
        "nieuwe bezoekers uit de eigen streek bereiken;",
        "laten zien hoe een museum werkt, ook als er iets misgaat.",
        ordered=True,
    ),
    Callout(
        kind="hint",
        title=text("Tip · doelen.meetbaar"),
        blocks=(words("Noem bij elk doel het cijfer waaraan je het later afleest."),),
    ),
    chapter("3. Doelgroepen"),
    Definitions(
        items=(
            (
                text("Schippersfamilies"),
                (
                    words(
                        "Kennen de schepen en de verhalen. Zij verbeteren ons, en dat "
                        "is welkom."
                    ),
                ),
            ),
            (
                text("Jongeren van 13 tot 17 jaar"),
                (
                    words("Komen met school en zien ons daarna niet meer."),
                    points("korte filmpjes", "zelf meedoen op de werf"),
                ),
            ),
            (text("Onderzoekers"), (words("Zoeken beeld en bronnen."),)),
        )
    ),
    chapter("4. Kanalen"),
    table(
        "Kanalen, met wie ervoor zorgt en hoeveel uur per week",
        ["Kanaal", "Waarvoor", "Beheerder", "Uur per week"],
        ["Instagram", "collectie en werf, drie keer per week", "A. Fictief", "4"],
        ["Facebook", "agenda en gesprek met de streek", "B. Verzonnen", "3,5"],
        ["YouTube", "vier films per jaar over restauraties", "C. Denkbeeldig", "1,25"],
        ["Mastodon", "onderzoek en erfgoedcollega's", "A. Fictief", "0,5"],
    ),
    words(
        "Een kanaal waarop zes maanden niets verschijnt, sluiten we af met een bericht "
        "dat zegt waar we wel te vinden zijn."
    ),
    chapter("5. Toon en taal"),
    words(
        "We schrijven zoals we aan de balie praten: vriendelijk, precies en zonder "
        "vaktaal. Wie ons in het dialect aanspreekt, krijgt in het dialect antwoord."
    ),
    Quote(
        blocks=(
            words("“Zeg gewoon ‘roef’, dan leg ik je wel uit wat dat is.”"),
            words("Een schipper, tijdens de workshop"),
        )
    ),
    chapter("6. Wie doet wat"),
    table(
        "",
        ["Taak", "Doet het", "Kijkt mee", "Vervangt"],
        *[
            [
                f"Taak {n}: {what}",
                "medewerker publiek",
                "conservator",
                "vrijwilliger van de dag",
            ]
            for n, what in enumerate(
                [
                    "berichten maken en inplannen",
                    "reacties lezen en beantwoorden, ook in het weekend",
                    "beeldrechten nakijken vóór publicatie",
                    "toestemming vragen aan wie herkenbaar in beeld is",
                    "cijfers verzamelen aan het einde van elke maand",
                    "wachtwoorden bewaren en vernieuwen",
                    "klachten doorgeven aan de directie",
                    "het jaarverslag schrijven",
                    "nieuwe medewerkers inwerken",
                    "kanalen sluiten die niet meer nodig zijn",
                    "tekstalternatieven en ondertitels maken",
                    "de kalender van het volgende kwartaal vullen",
                ],
                1,
            )
        ],
    ),
    chapter("7. Huisregels"),
    points(
        "We lezen alles binnen één werkdag.",
        "We verwijderen wat strafbaar is, en zeggen dat we dat gedaan hebben.",
        "Kritiek blijft staan.",
    ),
    Callout(
        kind="warning",
        title=text("Waarschuwing · huisregels.bewaartermijn"),
        blocks=(
            words("Er staat nog niet hoe lang verwijderde reacties worden bewaard."),
            words("Regel het bij: Huisregels, vraag 3."),
        ),
    ),
    chapter("8. Medewerkers en vrijwilligers"),
    words(
        "Iedereen mag over het werk vertellen. Wie dat onder eigen naam doet, zegt "
        "erbij dat het een eigen mening is. Over collega's, bezoekers en lopende aankopen "
        "schrijft niemand zonder te vragen."
    ),
    chapter("9. Recht"),
    part("Beeldrecht"),
    words(
        "Van elk beeld weten we wie de maker is en wat er mag. Staat dat niet in het "
        "collectiesysteem, dan plaatsen we het niet."
    ),
    part("Privacy"),
    words(
        "Portretten van kinderen plaatsen we alleen met schriftelijke toestemming van "
        "een ouder of voogd."
    ),
    Callout(
        kind="blocker",
        title=text("Blokkade · recht.avg"),
        blocks=(words("Niemand heeft dit hoofdstuk met de wet vergeleken."),),
    ),
    chapter("10. Als het misgaat"),
    points(
        "Stop geplande berichten.",
        "Bel de directie; buiten kantooruren de achterwacht.",
        "Antwoord binnen twee uur, ook als het antwoord nog niet af is.",
        ordered=True,
    ),
    Code(text="Bel 000-000 00 00\nMail pers@example.org", language=""),
    chapter("11. Meten"),
    words("Het uitgangspunt is het gemiddelde van de laatste twaalf volle maanden."),
    Figure(
        svg=SVG,
        alt="Staafdiagram: reacties per maand stijgen van 38 naar 120 in acht maanden.",
        caption="Reacties per maand, van januari tot en met augustus 2026.",
    ),
    table(
        "Uitgangswaarden",
        ["Cijfer", "Nu", "Streefwaarde", "Te halen vóór"],
        ["Reacties per bericht", "4,2", "6,0", "1 oktober 2027"],
        ["Antwoord binnen een werkdag", "71%", "95%", "1 april 2027"],
    ),
    chapter("12. Vaststelling"),
    words("Dit beleid geldt vanaf de dag van de laatste handtekening."),
    PageBreak(),
    table(
        "Goedkeuring van dit beleid",
        ["Naam en functie", "Datum", "Handtekening"],
        ["Directeur", " ", " "],
        ["Voorzitter raad van toezicht", " ", " "],
    ),
)
