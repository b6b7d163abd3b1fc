"""From an empty folder to a policy in force: ten phones, the short track, in Dutch."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

pytestmark = pytest.mark.long

PEOPLE = {
    "Anna": "Communicatie",
    "Bram": "Educatie en publiek",
    "Chris": "Collectie en onderzoek",
    "Dina": "Vrijwilligers",
    "Emre": "Juridische zaken en privacy",
    "Fleur": "Directie of bestuur",
    "Gijs": "ICT",
    "Hanna": "Personeelszaken",
    "Ilse": "Educatie en publiek",
    "Joost": "Communicatie",
}
AWAY, LATE, AGAINST = "Ilse", "Joost", "Emre"
MUSEUM = "Museum De Proefpolder (fictief)"
TWICE, OBJECTED = "goals.direction", "coc.personal"
PROPOSAL = "Wie over het werk schrijft, zegt erbij dat het een eigen mening is."
OBJECTION = "Wat iemand thuis schrijft, gaat ons niet aan."
REASON = "Zo is het in de groep besproken."
TEXTS = ("De communicatiemedewerker", "Educatie", "Hoofd publiek", "Een vrijwilliger")
ALONE = {"ctx.name": "Fleur", "ado.review_date": "Fleur", "ado.owner": "Fleur"}
"""What one person fills in while the others look on."""

SIGNED = {
    "in_review": "Directeur",
    "hr": "Adviseur personeelszaken",
    "legal": "Jurist",
    "no_works_council": "Directeur",
    "approved": "Directeur",
    "in_force": "Directeur",
}
SLOW = "[anywidget] Failed to initialize model."
"""A widget that took two seconds to begin; one that is needed would be missed."""

NOTEBOOKS = (
    *("01_context_and_goals", "02_audience", "03_how_and_where", "04_resources"),
    *("05_monitoring", "06_legal_crisis_adoption", "07_decide"),
)

FILL = """({ seed, texts, field, skip }) => {
  // Clicks and types in all that is empty, as one person would; the same seed the same.
  let state = seed * 7919 + 13;
  const chance = () => (state = (state * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  const one = (list) => list[Math.floor(chance() * list.length)];
  const most = (id, n) => [...id].reduce((sum, c) => sum + c.charCodeAt(0), 0) % n;
  const seen = (element) => element.offsetParent !== null && !element.disabled;
  const type = (element, value) => {
    element.focus();
    element.value = value;
    for (const name of ["input", "change"]) {
      element.dispatchEvent(new Event(name, { bubbles: true }));
    }
    element.blur();
  };
  const all = (card, selector) => [...card.querySelectorAll(selector)].filter(seen);
  const waiting = [];
  const cards = field ? [field] : document.querySelectorAll("[data-group]");
  for (const card of cards) {
    const id = card.dataset.group ?? card.dataset.field;
    const done = card.querySelector(".wk-status[data-kind=saved]");
    if (!seen(card) || done || skip.includes(id)) continue;
    waiting.push(id);
    const sets = Map.groupBy(all(card, "input[type=radio]"), ({ name }) => name);
    for (const [, radios] of sets) {
      const few = radios.slice(0, Math.max(1, radios.length - 1));
      if (radios.some((radio) => radio.checked)) continue;
      (chance() < 0.7 ? few[most(id, few.length)] : one(few)).click();
    }
    const lists = Map.groupBy(all(card, "input[type=checkbox]"),
      (box) => box.closest("fieldset"));
    for (const [, boxes] of lists) {
      const none = boxes.findIndex(({ value }) => /none|not_yet|unknown/.test(value));
      const some = boxes.filter((box, place) => place !== none);
      if (boxes.some((box) => box.checked)) continue;
      for (const box of some) if (chance() < 0.55 && !box.disabled) box.click();
      if (!boxes.some((box) => box.checked)) some[0]?.click();
    }
    for (let n = 0; n < 3; n += 1) all(card, ".wk-add").slice(0, 3).at(n % 2)?.click();
    for (const select of all(card, "select")) {
      if (!select.value) type(select, one([...select.options].slice(1, -1)).value);
    }
    for (const day of all(card, "input[type=date]")) if (!day.value) type(day, "2027-11-26");
    for (const field of all(card, "input[type=text]:not(.wk-other), textarea")) {
      const number = ["numeric", "decimal"].includes(field.inputMode);
      if (!field.value) type(field, number ? String(5 * (1 + seed)) : one(texts));
    }
  }
  return waiting;
}"""


class Evening:
    """The facilitator's window, the wall and the phones of one workshop."""

    def __init__(self, lab, pages, phone, pictures):
        self.lab, self.pages, self.phone, self.pictures = lab, pages, phone, pictures
        self.desk = pages.open(width=1280, height=800, touch=False)
        self.wall = pages.open(width=1024, height=768, touch=False)
        self.led = lab.notebook(self.desk, "notebooks/00_start.ipynb")
        self.room = {}

    def look(self, name):
        """Take pictures of what the facilitator, the room and somebody see now."""
        seen = {"desk": self.desk, "wall": self.wall}
        for person in list(self.room.values())[:1]:
            seen["phone"] = person.page
        for where, page in seen.items():
            page.screenshot(path=self.pictures / f"{name}-{where}.png")

    def let_in(self, *names):
        """Let people join by the link in the QR code."""
        for name in names:
            self.room[name] = self.phone(name).join(self.lab.link(), PEOPLE[name])

    @property
    def here(self):
        """The part that the room is at."""
        return self.lab.workshop.refresh().aspect

    @property
    def ballot(self):
        """How far the question is that is in front of the room."""
        state = self.lab.workshop.refresh()
        return state.ballot(state.focus)

    def answer(self, *, but=()):
        """Let everybody fill in what is asked of them, until all of it is kept."""
        left = [name for name in self.room if name not in but]

        def missing(name):
            skip = [question for question, who in ALONE.items() if who != name]
            return fill(self.room[name].page, list(PEOPLE).index(name), skip=skip)

        def all_kept():
            left[:] = [name for name in left if missing(name)]
            return not left

        self.lab.wait(all_kept)

    def reveal(self):
        """Show what the room said."""
        self.led.press("Onthullen", "Onthuld")

    def decide(self, dissent=""):
        """Take the decision on the question of now, from what leads, and record it."""
        name = self.ballot.id.partition("#")[0]
        card = self.led.decision(name)
        card.wait_for()
        settle = self.led.root.get_by_role("button", name="Besluit nemen", exact=True)
        if settle.is_visible():
            self.led.press("Besluit nemen", re.compile("besluit|besloten"))
        field = card.locator(f"[data-field='{name}']").first
        # What nobody was asked, or where nothing leads, is settled by talking.
        fill(self.desk, 3, field=field.element_handle())
        if not card.get_by_label("Reden").input_value():
            card.get_by_label("Reden").fill(REASON)
        if dissent:
            card.get_by_label("Afwijkend standpunt").fill(dissent)
        card.get_by_role("button", name="Leg het besluit vast").click()
        self.led.said("Besloten om")

    def go_on(self):
        """Go to the next question, from the bar that stays in sight."""
        was = self.ballot.id
        bar = self.led.root.locator(".wk-deed")
        bar.get_by_role("button", name="Volgende vraag", exact=True).click()
        self.lab.wait(lambda: self.ballot.id != was)
        label = self.lab.workshop.question(self.ballot.id).label["nl"]
        self.led.root.locator(".wk-asked", has_text=label).wait_for()

    def ask_again(self):
        """Hold a second round on the question of now."""
        self.led.press("Volgende ronde", "Ronde 2")
        self.answer()
        self.reveal()

    def object(self):
        """Put a proposal to the vote; one person objects, in words."""
        self.led.root.get_by_role("textbox", name="Voorstel").fill(PROPOSAL)
        self.led.press("Vraag om consent", "stemming")
        vote = f"{OBJECTED}#consent"
        for name, person in self.room.items():
            if name == AWAY:
                continue
            against = name == AGAINST
            no, yes = "Nee, ik maak bezwaar", "Ja, ik ga akkoord"
            person.choose(vote, no if against else yes)
        self.room[AGAINST].type(f"{vote}why", OBJECTION)
        self.room[AGAINST].leave()
        self.room[AGAINST].saved(f"{vote}why")
        self.reveal()
        self.wall.get_by_text("bezwaar").first.wait_for()
        self.look("objection")

    def part(self, aspect):
        """Lead one part, from opening its questions to its last decision."""
        every = self.led.root.get_by_role("button", name="Open alle vragen")
        if every.is_visible():
            every.click()
            self.led.said("open.")
            if aspect == "context":
                self.room["Fleur"].type("ctx.name", MUSEUM)
                self.room["Fleur"].leave()
            self.answer(but=[AWAY] if aspect == "conduct" else [])
            self.look(f"{aspect}-open")
        while self.here == aspect:
            question = self.ballot.id
            if self.ballot.phase == "open":
                self.reveal()
            if question == TWICE:
                self.ask_again()
            if question == OBJECTED:
                self.object()
                role = PEOPLE[AGAINST]
                self.decide(dissent=f"{role}: {OBJECTION}")
            else:
                self.decide()
            if self.led.root.locator(".wk-deed button", has_text="Volgende").count():
                last = not self.led.root.locator(
                    ".wk-deed button", has_text="Volgende"
                ).is_visible()
                if last:
                    return
            self.go_on()

    def open(self, name):
        """Open a notebook, and wait until all of it is there; nothing failed in it."""
        self.desk.goto(f"{self.lab.url}/doc/tree/notebooks/{name}.ipynb")
        self.desk.locator(".jp-Notebook").wait_for()
        self.desk.get_by_text("| Idle").first.wait_for()
        self.desk.get_by_text("Even geduld …").first.wait_for(state="detached")
        wrong = self.desk.locator("[data-mime-type*=error], [data-mime-type*=stderr]")
        assert wrong.all_text_contents() == []
        self.desk.screenshot(path=self.pictures / f"{name}.png")

    def accept(self):
        """Accept by name what still blocks."""
        for card in self.desk.locator("[data-group]", has_text="Blokkade · ").all():
            name, reason = card.locator("input").all()
            name.fill("A. Verzonnen, directeur")
            reason.fill("Dit wordt voor de volgende evaluatie geregeld.")
            card.get_by_role("button", name="Aanvaard deze bevinding").click()
            card.get_by_text("Aanvaard.").wait_for()

    def sign(self):
        """Take every step up to a policy that is in force."""
        stands = self.desk.locator("[data-group='standing']")
        for step, role in SIGNED.items():
            card = self.desk.locator(f"[data-group='{step}']")
            card.get_by_label("Naam").fill("A. Verzonnen")
            card.get_by_label("Rol").fill(role)
            if step == "no_works_council":
                card.get_by_label("Opmerking").fill("Die is er niet.")
            card.get_by_role("button", name="Tekenen").click()
            card.wait_for(state="hidden")
        stands.get_by_text("Van kracht: A. Verzonnen").wait_for()
        stands.get_by_text("zijn opnieuw geschreven").wait_for()


def fill(page, seed, *, skip=(), field=None):
    """Fill in what is empty on a page or in a field; returns what is not kept yet."""
    given = {"seed": seed, "texts": TEXTS, "skip": list(skip), "field": field}
    return page.evaluate(FILL, given)


@pytest.fixture
def evening(newcomer, pages, phone, tmp_path):
    """Open the facilitator's window and the wall; pictures go where one may look."""
    pictures = Path(os.environ.get("EVENING_PICTURES", tmp_path / "pictures"))
    pictures.mkdir(exist_ok=True)
    yield Evening(newcomer, pages, phone, pictures)
    pages.strange[:] = [words for words in pages.strange if SLOW not in words]


def test_an_evening_ends_with_a_policy_in_force(evening):
    """Ten phones answer, all is decided and signed; the PDF says that it is in force."""
    lab = evening.lab
    assert lab.workshop.track == "short"
    evening.let_in(*(name for name in PEOPLE if name != LATE))
    evening.wall.goto(lab.wall())
    evening.look("joined")
    evening.led.press("Begin met de eerste vraag", "Nu aan de orde")
    for aspect in lab.workshop.kit.aspects:
        if aspect.id == "audience":
            evening.let_in(LATE)
        away = evening.room[AWAY].page.context
        away.set_offline(aspect.id == "conduct")
        if aspect.id == "contributions":
            evening.room[AWAY].online()
        evening.part(aspect.id)
    asked = {
        question.id
        for aspect in lab.workshop.kit.aspects
        for question in lab.workshop.questions(aspect.id)
        if question.type != "note"
    }
    assert set(lab.workshop.store.decisions()) == asked
    for name in NOTEBOOKS:
        evening.open(name)
    evening.open("08_policy_and_export")
    link = evening.desk.get_by_role("link", name="policy-nl.pdf", include_hidden=True)
    link.wait_for(state="attached")
    evening.accept()
    evening.sign()
    evening.look("signed")

    paper = PdfReader(lab.path.parent / "exports" / "policy-nl.pdf")
    title, *rest = (_words(page) for page in paper.pages)
    assert MUSEUM in title
    assert "van kracht" in title
    assert any(OBJECTION in page for page in rest)


def _words(page):
    """Return what stands on a page as one line, without what parts its words."""
    return " ".join(page.extract_text().replace("\u00ad\n", "").split())
