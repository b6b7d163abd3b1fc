"""The pages on phones and on the wall: for everybody, and in every state."""

from __future__ import annotations

import uuid

import pytest

WORDS = {
    "nl": {"role": "Educatie en publiek", "agree": "Ik vind het goed", "do": "Meedoen"},
    "en": {"role": "Education and public", "agree": "I agree", "do": "Join"},
}
ASPECT = ("aud.story", "aud.language", "aud.groups", "aud.minors")
LOOKS = [
    ("nl", 320, "light"),
    ("nl", 1280, "dark"),
    ("en", 320, "dark"),
    ("en", 1280, "light"),
]
MEASURE = """
() => {
  const seen = (one) => one.getClientRects().length
    && !one.closest(".wk-sr, [hidden]") && getComputedStyle(one).visibility !== "hidden";
  const area = (one) => {
    const boxes = [one, ...(one.labels ?? [])].map((part) => part.getBoundingClientRect());
    const side = (name, most) => most(...boxes.map((box) => box[name]));
    return [side("right", Math.max) - side("left", Math.min),
      side("bottom", Math.max) - side("top", Math.min)];
  };
  const controls = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")].filter(seen);
  const fields = controls.filter((one) => one.matches("input, select, textarea"));
  return {
    many: controls.length,
    small: controls.map((one) => [one.outerHTML.slice(0, 90), ...area(one)])
      .filter(([, width, height]) => width < 43.9 || height < 43.9),
    tiny: fields.filter((one) => parseFloat(getComputedStyle(one).fontSize) < 16)
      .map((one) => one.outerHTML.slice(0, 90)),
    wide: document.documentElement.scrollWidth - innerWidth,
  };
}
"""
CONTRAST = """
(target) => {
  const numbers = (colour) => {
    const found = colour.match(/[\\d.]+/g).map(Number);
    return found.length < 4 ? [...found, 1] : found;
  };
  const over = ([r, g, b, a], below) =>
    [r, g, b].map((part, place) => part * a + below[place] * (1 - a));
  const one = document.querySelector(target);
  const above = [];
  for (let at = one; at; at = at.parentElement) above.unshift(at);
  let ground = matchMedia("(prefers-color-scheme: dark)").matches
    ? [18, 18, 18] : [255, 255, 255];
  for (const at of above) ground = over(numbers(getComputedStyle(at).backgroundColor), ground);
  const ink = over(numbers(getComputedStyle(one).color), ground);
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}
"""


@pytest.fixture
def inspect(axe):
    """Give a function that holds a page against what everybody needs."""

    def look(page, state, *, thumbs=True):
        report = axe(page)
        assert [(v["id"], v["nodes"][0]["html"]) for v in report["violations"]] == [], (
            state
        )
        for doubt, node in ((d, n) for d in report["incomplete"] for n in d["nodes"]):
            if doubt["id"] == "label-content-name-mismatch":
                assert len(page.inner_text(node["target"][0])) == 1, (state, node)
                continue  # a sign is not a word
            assert doubt["id"] == "color-contrast", (state, doubt["id"], node["html"])
            assert page.evaluate(CONTRAST, node["target"][0]) >= 4.5, (state, node)
        sun = axe(page, rules=["color-contrast-enhanced"])
        assert [n["html"] for v in sun["violations"] for n in v["nodes"]] == [], state
        assert page.evaluate("document.title.trim() && document.documentElement.lang")
        found = page.evaluate(MEASURE)
        assert found["wide"] <= 0, state
        if thumbs:
            assert found["small"] == [], state
            assert found["tiny"] == [], state
        return found["many"]

    return look


def ask_anew(room, *ballots):
    """Open questions, in a new round if they were asked before."""
    for name in ballots:
        if room.workshop.refresh().ballot(name).phase == "waiting":
            room.ask(name)
        else:
            room.lead.next_round(uuid.uuid4().hex, name)
            room.ask(name, phase="waiting")


@pytest.mark.parametrize(("lang", "width", "scheme"), LOOKS)
def test_everybody_can_use_the_door(alone, pages, inspect, lang, width, scheme):
    """Empty, with mistakes, without a link and with a wrong code; and what is nowhere."""
    page = pages.open(width=width, touch=False, scheme=scheme, locale=lang)
    page.goto(alone.link())
    assert page.evaluate("document.documentElement.lang") == lang
    assert inspect(page, "door") > 10
    page.get_by_role("button", name=WORDS[lang]["do"], exact=True).click()
    page.locator(".summary:focus").wait_for()
    inspect(page, "mistakes")
    page.locator(".summary a").first.click()
    page.goto(f"http://127.0.0.1:{alone.port}/")
    inspect(page, "without a link")
    page.locator("#code").fill("22222222")
    page.locator("#alias").fill("Anna")
    page.get_by_label(WORDS[lang]["role"], exact=True).check()
    page.get_by_label(WORDS[lang]["agree"]).check()
    page.get_by_role("button", name=WORDS[lang]["do"], exact=True).click()
    page.locator("#code-problem").wait_for()
    inspect(page, "wrong code")
    page.goto(f"http://127.0.0.1:{alone.port}/nowhere?lang={lang}")
    inspect(page, "message")


OWN = {
    "nl": ("Je gegevens", "Wis mijn gegevens", "Ik weet het zeker", "zijn gewist"),
    "en": ("Your data", "Erase my data", "I am sure", "is erased"),
}


@pytest.mark.parametrize(("lang", "width", "scheme"), LOOKS)
def test_everybody_can_use_their_own_page(alone, phone, inspect, lang, width, scheme):
    """Full, with the second thought that is missing, and erased; the device too."""
    link, button, sure, gone = OWN[lang]
    ask_anew(alone, "aud.story")
    eva = phone("Eva", width=width, scheme=scheme, locale=lang, touch=width < 500)
    eva.join(alone.link(), **WORDS[lang])
    page = eva.page
    eva.type("aud.story", "Wij vertellen bij elk object een verhaal dat nog niet af is")
    eva.leave()
    eva.saved("aud.story")
    page.evaluate("localStorage.setItem('workshop-left', '{}')")
    eva.press(page.get_by_role("link", name=link))
    page.get_by_text("dat nog niet af is").wait_for()
    assert inspect(page, "own data") == 4
    eva.press(page.get_by_role("button", name=button))
    page.locator("#sure-problem").wait_for()
    inspect(page, "not sure")
    eva.press(page.get_by_label(sure))
    eva.press(page.get_by_role("button", name=button))
    page.get_by_role("heading", name=gone).wait_for()
    inspect(page, "erased")
    page.wait_for_function("localStorage.length === 0")
    page.goto(f"http://127.0.0.1:{alone.port}/room")
    page.locator("#alias").wait_for()


@pytest.mark.parametrize(("lang", "width", "scheme"), LOOKS[1:3])
def test_everybody_can_use_the_room(alone, phone, wire, inspect, lang, width, scheme):
    """Waiting, open, filled in, closed, revealed, cut off and sent away."""
    alone.lead.focus(uuid.uuid4().hex, aspect="context")
    line = wire(alone.port)
    anna = phone("Anna", width=width, scheme=scheme, locale=lang, touch=width < 500)
    anna.join(alone.link(line.port), **WORDS[lang])
    page = anna.page
    inspect(page, "first")
    ask_anew(alone, *ASPECT)
    anna.card("aud.minors").wait_for()
    page.locator("#results").wait_for(state="hidden")
    anna.card("aud.groups").locator(".wk-rows").wait_for()
    assert inspect(page, "open") > 10
    anna.card("aud.language").locator("input").first.check()
    anna.card("aud.story").locator("textarea").fill("Een verhaal")
    anna.leave()
    anna.saved("aud.story")
    inspect(page, "filled in")
    alone.lead.close(uuid.uuid4().hex, ["aud.language"])
    anna.card("aud.language").locator(".wk-note, .wk-hint").first.wait_for()
    page.locator("[data-group='aud.language'].wk-shut").wait_for()
    inspect(page, "closed")
    alone.reveal("aud.language")
    alone.reveal("aud.story")
    page.locator(".wk-result").nth(1).wait_for()
    inspect(page, "revealed")
    line.cut()
    page.locator("#banner.shown").wait_for()
    inspect(page, "cut off")
    line.mend()
    page.locator("#banner:not(.shown)").wait_for(state="attached")
    page.context.clear_cookies()
    line.cut()
    page.locator("#banner.shown").wait_for()
    line.mend()
    page.locator("#banner a").wait_for()
    inspect(page, "sent away")


@pytest.mark.parametrize(("lang", "width", "scheme"), LOOKS)
def test_everybody_can_read_the_wall(alone, pages, inspect, lang, width, scheme):
    """How to join, what is asked with a timer, and what came of it."""
    alone.workshop.store.update_workshop(lang=lang)
    page = pages.open(width=width, height=720, touch=False, scheme=scheme, locale=lang)
    alone.lead.focus(uuid.uuid4().hex, aspect="audience")
    page.goto(alone.wall())
    page.locator("#code:not(:empty)").wait_for()
    inspect(page, "join", thumbs=False)
    ask_anew(alone, "aud.minors")
    alone.lead.timer(uuid.uuid4().hex, minutes=3)
    page.locator("#asked:not(:empty)").wait_for()
    page.locator("#timer:not([hidden])").wait_for()
    inspect(page, "asking", thumbs=False)
    alone.reveal("aud.minors")
    page.locator(".wk-result").wait_for()
    inspect(page, "revealed", thumbs=False)
    assert page.evaluate("document.documentElement.scrollHeight") <= (
        page.evaluate("innerHeight") if width > 1000 else 10_000
    )
    alone.lead.timer(uuid.uuid4().hex, minutes=0)
    alone.workshop.store.update_workshop(lang="nl")


def test_a_page_calls_once_and_nobody_hears_of_a_fault(alone, phone):
    """One line per page, also when it is loaded; the facilitator reads no notices."""
    seen = len(alone.workshop.store.action_log("notice"))
    anna = phone("Anna")
    lines = []
    anna.page.on("websocket", lambda line: lines.append(line.url))
    anna.join(alone.link())
    anna.page.wait_for_timeout(500)
    assert len(lines) == 1
    anna.page.reload()
    anna.page.locator("#waiting, .wk-card").first.wait_for(state="attached")
    anna.page.wait_for_timeout(500)
    assert len(lines) == 2
    assert len(alone.workshop.store.action_log("notice")) == seen


def tab_to(page, target):
    """Press Tab until the focus is there."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("(target) => document.activeElement.matches(target)", target):
            return
    pytest.fail(f"Tab never reaches {target}")


def test_keys_alone_lead_in_and_answer(alone, pages):
    """Join, choose and write without a mouse; the focus can be seen at each stop."""
    ask_anew(alone, "aud.minors", "aud.story")
    page = pages.open(width=1280, touch=False)
    page.goto(alone.link())
    tab_to(page, "#alias")
    page.keyboard.type("Klaas")
    tab_to(page, "[name=role]")
    page.keyboard.press("Space")
    tab_to(page, "#consent")
    page.keyboard.press("Space")
    tab_to(page, "button")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/room")
    page.locator("[data-group='aud.minors']").wait_for()
    tab_to(page, "[data-group='aud.minors'] input")
    page.keyboard.press("Space")
    page.locator("[data-group='aud.minors'] [data-kind=saved]").wait_for()
    page.keyboard.press("Shift+Tab")
    tab_to(page, "[data-group='aud.story'] textarea, [data-group='aud.minors'] input")
    assert alone.answers("aud.minors")


def test_the_focus_is_never_lost(alone, phone):
    """Opening, closing, revealing and turning to another part leave it somewhere."""
    ask_anew(alone, "aud.story")
    anna = phone("Anna").join(alone.link())
    area = anna.card("aud.story").locator("textarea")
    area.fill("Iemand van 54")
    at = "document.activeElement.id || document.activeElement.tagName"
    ask_anew(alone, "aud.language")
    anna.card("aud.language").wait_for()
    assert area.evaluate("(one) => one === document.activeElement")
    alone.lead.close(uuid.uuid4().hex, ["aud.story"])
    anna.page.locator("[data-group='aud.story'].wk-shut").wait_for()
    assert anna.page.evaluate(at) != "BODY"
    assert anna.page.evaluate(
        "document.activeElement.closest(`[data-group='aud.story']`) !== null"
    )
    alone.reveal("aud.story")
    anna.page.locator("[data-ballot='aud.story']").wait_for()
    assert anna.page.evaluate(at) == "results-title"
    anna.choose("aud.language", "Engels")
    anna.card("aud.language").get_by_label("Engels", exact=True).focus()
    alone.lead.focus(uuid.uuid4().hex, aspect="goals")
    anna.card("aud.language").wait_for(state="detached")
    assert anna.page.evaluate(at) == "title"
