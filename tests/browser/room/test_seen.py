"""What a room sees: from the back row, in one language, with many people and none."""

from __future__ import annotations

import re
import uuid

import pytest

LEAST = 22
"""Least height of letters on the wall in pixels, of a screen of 768."""

LONG = (
    "Stichting Streekmuseum en Regionaal Historisch Centrum voor de Proefpolder"
    " en Omstreken (fictief)"
)
LETTERS = """
() => [...document.querySelectorAll("main *")].filter((one) =>
  one.getClientRects().length && !one.closest(".wk-sr, [hidden]")
  && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => [parseFloat(getComputedStyle(one).fontSize), one.textContent])
"""
WORDS = """
() => {
  const shown = document.body.cloneNode(true);
  shown.querySelectorAll("script, style, [lang]:not([lang=nl])").forEach((one) => one.remove());
  const said = [...shown.querySelectorAll("[aria-label], [alt], [title], [placeholder]")]
    .flatMap((one) => ["aria-label", "alt", "title", "placeholder"]
      .map((name) => one.getAttribute(name) ?? ""));
  return [document.title, shown.textContent, ...said].join(" ");
}
"""
ENGLISH = re.compile(
    r"\b(the|and|you|your|with|this|that|from|what|how|which|please|questions?|answers?|"
    r"answered|saved?|share|choice|round|nobody|everybody|waiting|closed|revealed|leave|"
    r"here|there|yes|other|name|role|minutes?|decided|next|again)\b",
    re.IGNORECASE,
)


@pytest.fixture
def wall(alone, pages):
    """Open the page on the wall as an old projector shows it."""
    page = pages.open(width=1024, height=768, touch=False)
    page.goto(alone.wall())
    code = page.locator("#code", has_text=re.compile(r"\w{4} \w{4}"))
    code.wait_for(state="attached")
    return page


def crowd(room, n=40):
    """Let so many people join, if they have not yet."""
    store = room.workshop.store
    known = [p for p in store.participants() if p.alias.startswith("Zaal")]
    for number in range(len(known), n):
        role = room.workshop.kit.roles[number % len(room.workshop.kit.roles)].id
        known.append(store.join(f"Zaal {number}", role, "nl")[0])
    return known


def answered(room, ballot, value):
    """Ask a question anew and let forty people answer; ``value`` says what."""
    if room.workshop.refresh().ballot(ballot).phase != "waiting":
        room.lead.next_round(uuid.uuid4().hex, ballot)
    room.ask(ballot)
    question = room.workshop.kit.question(ballot)
    for number, person in enumerate(crowd(room)):
        said = value(number, [option.id for option in question.options])
        room.workshop.accept(person.id, ballot, said, uuid.uuid4().hex, final=True)
    room.reveal(ballot)


def order(number, options):
    """Return three options in an order that differs from person to person."""
    turned = options[number % len(options) :] + options[: number % len(options)]
    return turned[:3]


RESULTS = {
    "goals.which": order,
    "goals.direction": lambda number, options: options[number % len(options)],
    "goals.today": lambda number, _: number % 5 + 1,
    "ctx.name": lambda *_: LONG,
}


@pytest.mark.parametrize("ballot", RESULTS)
def test_a_result_is_read_from_the_back_row(alone, wall, ballot):
    """Forty people: no letter is small, and figures and verdict fit on the screen."""
    answered(alone, ballot, RESULTS[ballot])
    wall.locator(f".wk-result[data-ballot='{ballot}']").wait_for()

    small = [one for one in wall.evaluate(LETTERS) if one[0] < LEAST]
    assert small == []
    assert wall.evaluate("document.documentElement.scrollWidth") <= 1024
    figures = wall.locator(".wk-result-table, .wk-result-words, .wk-result-verdict")
    for box in [one.bounding_box() for one in figures.all()]:
        assert box["y"] + box["height"] <= 768


def test_the_same_words_of_forty_people_stand_there_once(alone, wall):
    """With how many said it, and with a name of ninety letters whole."""
    answered(alone, "ctx.name", RESULTS["ctx.name"])
    words = wall.locator(".wk-result-words li")
    words.first.wait_for()
    assert words.all_inner_texts() == [f"{LONG} 40×"]
    assert words.locator(".wk-result-times").all_inner_texts() == ["40×"]


def test_an_empty_room_and_a_question_read_from_the_back_row(alone, wall):
    """How to join, and what is asked, also when nobody is here."""
    for state in ("now", "asked"):
        if state == "asked":
            alone.ask("goals.not_for", phase="waiting")
            wall.locator("#asked", has_text="Waarvoor").wait_for()
        small = [one for one in wall.evaluate(LETTERS) if one[0] < LEAST]
        assert small == [], state


def test_no_english_is_left_on_a_dutch_page(alone, phone, wall):
    """Door, mistakes, room, result, own data, wall, and what is nowhere."""
    person = phone("Anna")
    page, read = person.page, {}

    def look(name, where=page):
        assert where.evaluate("document.documentElement.lang") == "nl", name
        read[name] = sorted(set(ENGLISH.findall(where.evaluate(WORDS))))

    page.goto(alone.link())
    look("door")
    page.get_by_role("button", name="Meedoen", exact=True).tap()
    page.locator(".summary:focus").wait_for()
    look("mistakes")
    person.join(alone.link())
    look("room")
    for ballot in ("goals.not_for", "goals.which", "goals.people", "goals.today"):
        if ballot not in {q.id for q in alone.workshop.kit.questions()}:
            continue
        answered(alone, ballot, RESULTS.get(ballot, lambda _, ids: ids[:1]))
        look(ballot)
        wall.locator(f".wk-result[data-ballot='{ballot}']").wait_for()
        look(f"wall {ballot}", wall)
        alone.lead.next_round(uuid.uuid4().hex, ballot)
        person.card(ballot).wait_for()
        look(f"{ballot} anew")
    page.goto(f"http://127.0.0.1:{alone.port}/own")
    look("own data")
    page.goto(f"http://127.0.0.1:{alone.port}/nowhere")
    look("nowhere")

    assert {name: words for name, words in read.items() if words} == {}
    assert len(read) > 8
