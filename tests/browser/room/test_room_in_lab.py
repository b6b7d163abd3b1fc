"""A workshop in Dutch: a facilitator in a real JupyterLab, five people with phones."""

from __future__ import annotations

import re

import segno

PEOPLE = {
    "Anna": "Communicatie",
    "Bram": "Educatie en publiek",
    "Chris": "Collectie en onderzoek",
    "Dina": "Vrijwilligers",
    "Emre": "Juridische zaken en privacy",
}
ASKED, IDEAS, CONSENT = (
    f"goals.direction{kind}" for kind in ("", "#ideas", "#consent")
)
LABEL = "Welk plan van onze instelling dienen deze doelen?"
MISSION, POLICY, NONE = (
    "Onze missie",
    "Een doel uit het beleidsplan",
    "Nog geen enkel plan",
)
REASON = "De missie gaat langer mee dan een beleidsplan."
POINT = "Wie beheert de accounts?"
PROPOSAL = "We schrijven bij elk doel welk deel van de missie het dient."


def modules(image, size):
    """Return what an image of a QR code shows, module by module, as true or false."""
    return image.evaluate(
        """async (image, size) => {
          await image.decode();
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = size * 8;
          const pen = canvas.getContext("2d");
          pen.drawImage(image, 0, 0, size * 8, size * 8);
          const middle = [...Array(size).keys()].map((place) => place * 8 + 4);
          return middle.map((y) =>
            middle.map((x) => pen.getImageData(x, y, 1, 1).data[0] < 128));
        }""",
        size,
    )


def test_the_qr_code_leads_to_the_door(led, lab):
    """What stands in the notebook is the link that lets people in, and nothing else."""
    led.root.locator(".wk-joining").evaluate("(fold) => (fold.open = true)")
    picked = led.root.get_by_label("Netwerk van de deelnemers")
    if picked.is_visible():
        picked.select_option("127.0.0.1")
        led.said("127.0.0.1")
    led.root.locator(".wk-address", has_text=f"127.0.0.1:{lab.port}").wait_for()
    code = segno.make(lab.link(), error="m", micro=False)
    wanted = [[bool(dark) for dark in row] for row in code.matrix_iter(border=4)]

    assert modules(led.root.locator(".wk-qr"), len(wanted)) == wanted


def ask_everybody(led, room):
    """Open the question and let all but the last two answer."""
    led.root.get_by_label("Onderdeel", exact=True).select_option("goals")
    led.turn(LABEL)
    led.press("Openzetten", "Open:")
    for person, label in zip(room, (MISSION, MISSION, POLICY), strict=False):
        person.choose(ASKED, label)
    led.figure("3 van de 5")


def shown(page, label, *, turn=1):
    """Return the figures that a page shows of an option, once it shows them."""
    result = page.locator(f".wk-result[data-ballot='{ASKED}']")
    if turn > 1:
        result.get_by_text(f"Ronde {turn}").first.wait_for()
    row = result.get_by_role("row").filter(has_text=label)
    row.wait_for()
    return row.locator("td").all_text_contents()


def nobody_knows(led, room, wall):
    """Nowhere stands what anybody chose, or how many chose something."""
    panel = led.root.inner_html()
    assert MISSION not in panel
    assert POLICY not in panel
    assert led.root.locator(".wk-result, .wk-idea").count() == 0
    assert MISSION not in wall.locator("body").inner_html()
    for person in room:
        # Of other questions there may be one.
        shown = person.page.locator(f".wk-result[data-ballot='{ASKED}']")
        assert shown.count() == 0
        others = [name for name in PEOPLE if name != person.name]
        assert not any(name in person.text() for name in others)
    last = room[-1].page
    assert last.locator(":checked").count() == 0


def test_a_whole_workshop_of_one_aspect(led, lab, phone, pages, wire):  # noqa: PLR0915 - one story
    """From the link to a recorded decision, by clicks and taps, in Dutch."""
    # Everybody comes in; one of them over a line that will fail.
    line = wire(lab.port)
    ways = dict.fromkeys(PEOPLE, lab.link()) | {"Emre": lab.link(line.port)}
    room = [phone(name).join(ways[name], role) for name, role in PEOPLE.items()]
    wall = pages.open(width=1280, height=720, touch=False)
    wall.goto(lab.wall())
    led.root.locator(
        ".wk-people", has_text=re.compile("5 van [0-9]+ verbonden")
    ).wait_for()
    assert all(name not in led.root.inner_text() for name in PEOPLE)

    # A question is asked, blind.
    ask_everybody(led, room)
    wall.get_by_text("3 van de 5").wait_for()
    nobody_knows(led, room, wall)

    # It is closed while somebody has no connection; what comes then is too late.
    late = room[4]
    line.silence()
    late.offline()
    late.card(ASKED).get_by_label(NONE).tap()
    led.press("Sluiten", "Gesloten")
    line.mend()
    late.online()
    late.card(ASKED).get_by_text("kwam te laat om mee te tellen").wait_for()
    assert "none" not in lab.answers(ASKED)
    nobody_knows(led, room[:4], wall)

    # It is revealed, everywhere.
    led.press("Onthullen", "Onthuld")
    for page in (led.root, wall, *(person.page for person in room)):
        assert shown(page, MISSION) == ["2", "67%"]

    # It is asked again; the shift is shown.
    led.press("Volgende ronde", "Ronde 2")
    for person in room:
        person.choose(ASKED, MISSION if person is not room[2] else NONE)
    led.figure("5 van de 5")
    led.press("Onthullen", "Onthuld")
    for page in (led.root, wall, room[4].page):
        assert shown(page, MISSION, turn=2) == ["4", "80%", "67%"]

    # Ideas come, are tidied up, and one becomes an option.
    led.kind("Ideeën", f"Ideeën: {LABEL}")
    led.press("Openzetten", "Open:")
    thoughts = ("De erfgoedwet", "Erfgoedwet", "Iets onaardigs", "De vriendenkring")
    for person, thought in zip(room, thoughts, strict=False):
        person.type(IDEAS, thought)
        person.leave()
        person.saved(IDEAS)
        led.root.locator(".wk-idea-text", has_text=thought).first.wait_for()
    led.tidy("Iets onaardigs").get_by_role("button", name="Verbergen").click()
    led.said("verborgen")
    led.tidy("Erfgoedwet").get_by_label("Telt mee met").select_option("De erfgoedwet")
    led.said("tellen als één")
    led.tidy("De vriendenkring").get_by_role("combobox", name="Groepje").fill("Mensen")
    led.tidy("De vriendenkring").get_by_role(
        "button", name="Groepje vastleggen"
    ).click()
    led.said("groepje Mensen")
    led.tidy("De erfgoedwet").get_by_role("button", name="keuze").click()
    led.said("keuze")
    led.press("Onthullen", "Onthuld")
    for page in (wall, room[0].page):
        result = page.locator(f".wk-result[data-ballot='{IDEAS}']")
        result.wait_for()
        assert "onaardigs" not in page.content()
    led.kind("De vraag", LABEL)
    led.press("Volgende ronde", "Ronde 3")
    for person in room:
        person.card(ASKED).get_by_label("De erfgoedwet", exact=True).wait_for()
    room[0].choose(ASKED, "De erfgoedwet")
    led.press("Onthullen", "Onthuld")
    assert shown(room[1].page, "De erfgoedwet", turn=3)[0] == "1"

    # A proposal is put to the vote.
    led.root.get_by_role("textbox", name="Voorstel").fill(PROPOSAL)
    led.press("Vraag om consent", "stemming")
    votes = {
        "Anna": "Ja, ik ga akkoord",
        "Bram": "Ja, ik ga akkoord",
        "Chris": "Ja, ik ga akkoord",
        "Dina": "Ik kan ermee leven, met een opmerking",
        "Emre": "Nee, ik maak bezwaar",
    }
    for person in room:
        person.card(CONSENT).get_by_text(PROPOSAL).wait_for()
        person.choose(CONSENT, votes[person.name])
    room[4].type(f"{CONSENT}why", "De missie is van voor internet.")
    room[4].leave()
    room[4].saved(f"{CONSENT}why")
    led.figure("5 van de 5")
    assert "bezwaar" not in led.root.inner_text()
    assert "internet" not in led.root.inner_text()
    led.press("Onthullen", "Onthuld")
    led.root.locator("details", has_text="Wie antwoordde wat").evaluate(
        "(one) => (one.open = true)"
    )
    led.root.locator("td", has_text="De missie is van voor internet.").wait_for()
    wall.get_by_text("bezwaar").first.wait_for()

    # It is decided, with the reason; a step is undone, a point is put aside.
    card = led.decision(ASKED)
    card.get_by_label("De erfgoedwet", exact=True).check()
    card.get_by_label("Reden").fill(REASON)
    card.get_by_role("button", name="Leg het besluit vast").click()
    card.get_by_text("Het besluit is vastgelegd").wait_for()
    made = lab.workshop.store.decisions()[ASKED]
    assert (made.value, made.reason) == ("own_de_erfgoedwet", REASON)
    led.root.locator(".wk-made", has_text=REASON).wait_for()
    led.root.get_by_label("Punt voor later").fill(POINT)
    led.press("Parkeren", "geparkeerd")
    led.press("Ongedaan maken", "ongedaan gemaakt")
    assert POINT not in lab.workshop.refresh().parked.values()
    led.root.get_by_label("Punt voor later").fill(POINT)
    led.press("Parkeren", "geparkeerd")
    assert POINT in lab.workshop.refresh().parked.values()
