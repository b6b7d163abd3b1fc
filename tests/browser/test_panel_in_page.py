"""The facilitator's panel in a bare page, with the real panel behind it."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path

import pytest

from workshop_kit.live.room.panel import Panel
from workshop_kit.live.workshop import Workshop

SMALL = str(Path(__file__).parents[1] / "kits" / "small")
HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>"
HERE = "http://127.0.0.1:9/"
HOST = {"id": "h", "port": 8765, "pid": 1, "secure": False}

PAGE = """\
<!doctype html>
<html lang="LANG">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Panel</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/panel.css">
<style>
body { margin: 0; padding: 1rem; background: Canvas; color-scheme: light dark }
</style>
</head>
<body>
<main><h1>Room</h1><h2>Panel</h2><div id="host"></div></main>
<script type="module">
import panel from "/panel.js";
const state = STATE;
const listeners = {};
window.host = {
  silent: false, state,
  tell(name, value) {
    state[name] = value;
    for (const listen of [...listeners[`change:${name}`] ?? []]) listen();
  },
};
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value },
  on: (event, listen) => (listeners[event] ??= []).push(listen),
  off: (event, listen) => {
    listeners[event] = listeners[event].filter((other) => other !== listen);
  },
  async save_changes() {
    if (host.silent) return;
    const { view, receipts } = await window.toPython(JSON.stringify(state.command));
    host.tell("view", view);
    host.tell("receipts", receipts);
  },
};
window.stop = panel.render({ model, el: document.getElementById("host") });
</script>
</body>
</html>
"""


class Shown:
    """A page with a panel, and the workshop behind it."""

    def __init__(self, page, panel):
        self.page, self.panel, self.workshop = page, panel, panel.workshop

    def button(self, name):
        """Return a button by its words."""
        return self.page.get_by_role("button", name=name, exact=True)

    def did(self, words):
        """Wait until the panel says that it did this."""
        self.page.locator(".wk-deed p", has_text=words).wait_for()

    def refresh(self):
        """Let the page hear what somebody else did."""
        self.panel.refresh()
        self.page.evaluate("(view) => host.tell('view', view)", self.panel.view)

    def answer(self, value, ballot, *, alias="Bo", role="hr"):
        """Let somebody join and answer."""
        person = self.workshop.store.join(alias, role, "en")[0]
        self.workshop.accept(person.id, ballot, value, uuid.uuid4().hex, final=True)
        self.workshop.store.enter(person.id, "h")

    def focused(self):
        """Return the words of what has the focus."""
        return self.page.evaluate(
            "document.activeElement.getAttribute('aria-label')"
            " ?? document.activeElement.textContent"
        )


@pytest.fixture
def shown(browser, tmp_path, monkeypatch):
    """Open a panel in a page; what is pressed reaches the real panel."""
    opened = []
    monkeypatch.setattr("workshop_kit.live.room.panel._answers", lambda _: True)

    def open_page(lang="en", *, width=1280, scheme="light", kit=SMALL, aspects=None):
        path = tmp_path / f"{len(opened)}.workshop"
        workshop = Workshop.create(path, kit=kit, lang=lang, track="full")
        workshop.store.act("host", "", HOST, by="", key="host")
        workshop.store.act("address", "", "127.0.0.1", by="", key="address")
        if aspects is None:
            aspects = [aspect.id for aspect in workshop.kit.aspects]
        panel = Panel(workshop, aspects, by="Facilitator")
        panel._running = True
        panel._press("in", {"name": "invite"})
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        opened.append((context, panel))
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("dialog", lambda dialog: page.errors.append(dialog.message))

        def press(command):
            panel.command = json.loads(command)
            return {"view": panel.view, "receipts": panel.receipts}

        page.expose_function("toPython", press)
        state = {"spec": panel.spec, "view": panel.view, "command": {}, "receipts": {}}
        content = re.sub("LANG", lang, PAGE, count=1)
        content = content.replace("STATE", json.dumps(state).replace("<", "\\u003c"))
        files = {
            "": ("text/html", content),
            "panel.js": ("text/javascript", panel._esm),
            "panel.css": ("text/css", panel._css),
        }

        def serve(route):
            kind, body = files[route.request.url.removeprefix(HERE)]
            route.fulfill(content_type=f"{kind}; charset=utf-8", body=body)

        page.route("**/*", serve)
        page.goto(HERE)
        page.locator(".wk-panel").wait_for()
        return Shown(page, panel)

    yield open_page
    for context, panel in opened:
        context.close()
        panel.close()
        panel.workshop.close()


def fill_the_room(room):
    """Let fifteen people answer, vote and think; parts of it are revealed."""
    press = room.panel._press
    ask = "goals.public"
    press("a", {"name": "focus", "args": {"aspect": "goals", "ballot": ask}})
    for number in range(10):
        value = {"other": HOSTILE} if number == 9 else "yes" if number % 2 else "no"
        room.answer(value, ask, alias=f"Ann {number}")
    for number in range(5):
        room.answer("yes", ask, alias=f"Bo {number}", role="other")
    ideas = [{"idea": "Ask the visitors"}, {"idea": HOSTILE}]
    room.answer(ideas, f"{ask}#ideas", alias="Cy")
    press("b", {"name": "reveal", "args": {"ballot": ask}})
    press("c", {"name": "next_round", "args": {"ballot": ask}})
    room.answer("no", ask, alias="Di")
    press("d", {"name": "reveal", "args": {"ballot": ask}})
    press("e", {"name": "park", "args": {"words": HOSTILE}})
    press("f", {"name": "timer", "args": {"minutes": "5"}})
    fields = {"value": "yes", "reason": "Because we are open.", "by": "F"}
    room.workshop.decide(ask, fields)
    notice = {"message": "{problem}", "slots": {"problem": HOSTILE}}
    room.workshop.store.act("notice", "late", notice, by="", key="n")
    room.refresh()


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [
        ("nl", 320, "light"),
        ("nl", 1280, "dark"),
        ("en", 320, "dark"),
        ("en", 1280, "light"),
    ],
)
def test_axe_finds_nothing(shown, axe, lang, width, scheme):
    """No rule is broken in any theme or width, with all folds open and an error."""
    room = shown(lang, width=width, scheme=scheme)
    assert axe(room.page, ".wk-form")["violations"] == []
    fill_the_room(room)
    room.page.locator("details").evaluate_all(
        "(all) => all.forEach((one) => (one.open = true))"
    )
    room.page.locator(".wk-timing input").fill("soon")
    room.page.locator(".wk-timing button").first.click()
    room.page.locator(".wk-deed[data-kind=error]").wait_for()
    report = axe(room.page, ".wk-form", passes=True)
    sun = axe(room.page, rules=["color-contrast-enhanced"])

    assert report["violations"] == []
    assert [n["html"] for v in sun["violations"] for n in v["nodes"]] == []
    judged = [one for one in report["passes"] if one["id"] == "color-contrast"]
    assert len(judged[0]["nodes"]) > 40
    assert room.page.errors == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_nothing_is_cut_off_and_targets_fit_a_thumb(shown, lang, width):
    """The page fits its width; what can be pressed is 44 pixels high and wide."""
    room = shown(lang, width=width)
    fill_the_room(room)
    room.page.locator("details").evaluate_all(
        "(all) => all.forEach((one) => (one.open = true))"
    )
    assert room.page.evaluate("document.documentElement.scrollWidth") <= width
    small = room.page.locator("button, select, summary, a, .wk-input, .wk-pill label")
    assert (
        small.evaluate_all(
            """(all) => all.filter((one) => one.offsetParent)
              .map((one) => [one.textContent, one.getBoundingClientRect()])
              .filter(([, box]) => box.width < 44 || box.height < 44)
              .map(([words, box]) => [words, box.width, box.height])"""
        )
        == []
    )


def test_a_question_is_led_from_waiting_to_the_next(shown):
    """The filled button is the next step; each step says what it did."""
    room = shown()
    room.button("Begin with the first question").click()
    room.page.get_by_role("heading", name="Are we there for the public?").wait_for()
    for name, said in (
        ("Open for answers", "Open: everybody can answer now."),
        ("Close", "Closed: no more answers are taken."),
        ("Reveal", "Revealed: everybody sees the result now."),
    ):
        filled = room.page.locator("button.wk-now:visible")
        assert filled.all_text_contents() == [name]
        filled.click()
        room.did(said)
    assert room.page.locator(".wk-result").is_visible()
    room.button("Next question").click()
    room.page.get_by_role("heading", name="What do we want to reach?").wait_for()


def test_nothing_is_shown_of_a_blind_answer(shown):
    """While it is open there are only numbers in the page."""
    room = shown()
    room.button("Begin with the first question").click()
    room.button("Open for answers").click()
    room.did("Open:")
    room.answer({"other": "Zebra"}, "goals.public")
    room.refresh()
    room.page.get_by_text("1 of 1 answered").wait_for()

    assert "Zebra" not in room.page.content()
    assert not room.page.locator(".wk-result").count()


def test_undo_takes_back_what_a_button_did(shown):
    """The question is waiting again, and that is said."""
    room = shown()
    room.button("Begin with the first question").click()
    room.button("Open for answers").click()
    room.did("Open:")
    room.button("Undo").click()
    room.did("It has been undone.")
    assert room.button("Open for answers").is_visible()


def test_anonymity_is_asked_twice(shown):
    """The question stands in the place of the button; leaving it does nothing."""
    room = shown()
    room.button("Begin with the first question").click()
    room.button("Make it anonymous").click()
    assert room.focused() == "Yes, do it"
    room.page.locator(".wk-steps").get_by_role("button", name="Leave it").click()
    assert room.focused() == "Make it anonymous"
    assert not room.workshop.refresh().ballot("goals.public").anonymous
    room.button("Make it anonymous").click()
    room.page.keyboard.press("Enter")
    room.did("From now on nobody is shown")
    assert room.button("Make it anonymous").count() == 0


def test_updates_leave_the_focus_and_what_is_typed(shown):
    """News from others moves neither the caret nor the words."""
    room = shown()
    fill_the_room(room)
    field = room.page.get_by_label("Point for later")
    field.fill("Not yet sent")
    room.workshop.store.join("Late", "hr", "en")
    room.workshop.store.act("parked", "x", "Elsewhere", by="", key="x")
    room.refresh()
    room.page.get_by_text("Elsewhere").wait_for()

    assert field.input_value() == "Not yet sent"
    assert field.evaluate("(one) => one === document.activeElement")


def test_the_focus_goes_somewhere_sensible_when_its_place_is_gone(shown):
    """A pressed step leads to the question; a removed point to the next one."""
    room = shown()
    room.button("Begin with the first question").focus()
    room.page.keyboard.press("Enter")
    room.did("In front of the room")
    assert room.page.evaluate("document.activeElement.closest('.wk-panel') !== null")
    room.button("Open for answers").focus()
    room.page.keyboard.press("Enter")
    room.did("Open:")
    assert room.focused() == "Are we there for the public?"
    for words in ("One", "Two"):
        room.workshop.store.act("parked", words, words, by="", key=words)
    room.refresh()
    room.button("Remove: One").focus()
    room.page.keyboard.press("Enter")
    room.did("The point is off the list.")
    assert room.focused() == "Remove: Two"


def test_an_idea_at_work_stays_where_it_is(shown):
    """While somebody works on an idea, others arrive around it."""
    room = shown()
    fill_the_room(room)
    room.page.get_by_label("Edit: Ask the visitors").click()
    field = room.page.get_by_role("combobox", name="Cluster: Ask the visitors")
    field.fill("Visitors")
    for number in range(6):
        room.answer(
            [{"idea": f"Idea {number}"}], "goals.public#ideas", alias=f"E{number}"
        )
    room.refresh()
    room.page.locator(".wk-idea-text", has_text="Idea 5").wait_for()
    assert field.evaluate("(one) => one === document.activeElement")
    room.page.keyboard.press("Enter")
    room.did("The idea is in the cluster Visitors.")
    names = room.page.locator("datalist option")
    assert [name.get_attribute("value") for name in names.all()] == ["Visitors"]


def test_keys_of_jupyterlab_stay_in_the_panel(shown):
    """Letters and editing keys never reach the notebook; other commands do."""
    room = shown()
    fill_the_room(room)
    room.page.evaluate(
        """() => {
          window.leaked = [];
          document.addEventListener("keydown", (event) => leaked.push(event.key));
        }"""
    )
    controls = room.page.locator("button, input, select, textarea, summary, a")
    for control in controls.all():
        if control.is_visible():
            control.focus()
            for key in ("d", "x", "z", "a", "Escape", "Control+z"):
                room.page.keyboard.press(key)
    assert set(room.page.evaluate("leaked")) <= {"Control"}
    room.page.locator("summary").first.focus()
    room.page.keyboard.press("Control+s")
    assert "s" in room.page.evaluate("leaked")


def test_hostile_words_are_only_words(shown):
    """Every place shows them as they were typed, and no script runs."""
    room = shown()
    fill_the_room(room)
    room.page.locator("details").evaluate_all(
        "(all) => all.forEach((one) => (one.open = true))"
    )
    room.page.get_by_role("textbox", name="Proposal").fill(HOSTILE)
    room.button("Ask for consent").click()
    room.did("The proposal is put to the vote.")

    assert room.page.locator(".wk-panel img:not(.wk-qr)").count() == 0
    assert room.page.locator(".wk-panel script").count() == 0
    assert room.page.get_by_text(HOSTILE).count() >= 4
    assert room.page.errors == []


def test_a_notebook_that_does_not_answer_is_said_and_waited_for(shown):
    """What was pressed is sent again, once the notebook is there."""
    room = shown()
    room.page.evaluate("host.silent = true")
    room.button("Begin with the first question").click()
    room.page.locator(".wk-trouble", has_text="Not done yet").wait_for(timeout=10_000)
    room.page.evaluate("host.silent = false")
    room.page.get_by_role("heading", name="Are we there for the public?").wait_for(
        timeout=10_000
    )
    assert room.page.locator(".wk-trouble").is_hidden()


def test_a_panel_that_only_lets_in_shows_how(shown):
    """Code and address stand large; a new code is asked for twice."""
    room = shown(aspects=())
    code = room.page.locator(".wk-code")
    before = code.text_content()
    assert code.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)") >= 48
    link = room.page.get_by_role("link", name="Page for the projector")
    assert link.get_attribute("rel") == "noopener"
    room.button("New code").click()
    room.button("Yes, do it").click()
    room.did("There is a new code.")
    assert code.text_content() != before


def agenda(room):
    """Unfold the agenda and return it."""
    part = room.page.locator(".wk-agenda")
    part.evaluate("(fold) => (fold.open = true)")
    return part


def test_the_agenda_shows_every_part_with_its_progress(shown):
    """A row per part: decided, contested, open, and minutes planned, spent and left."""
    room = shown()
    fill_the_room(room)
    part = agenda(room)

    rows = [row.inner_text().split("\t") for row in part.locator("tr").all()]
    assert rows[0] == [
        *("Part", "Decided", "Contested", "Open"),
        *("Minutes planned", "Spent", "Left"),
    ]
    assert [row[0].strip() for row in rows[1:]] == ["Goals", "Plan"]
    assert rows[1][1:] == ["1 of 3", "0", "2", "20", "0", "20"]
    here = part.locator("[aria-current=step]")
    assert here.all_text_contents() == ["Goals"]


def test_a_question_is_found_and_jumped_to(shown):
    """Typing a few letters and Enter on what was found brings it before the room."""
    room = shown()
    part = agenda(room)
    room.page.get_by_label("Search the questions").fill("hów many MIN")
    part.get_by_text("Questions found: 1").wait_for()
    found = part.locator(".wk-questions button")
    assert found.inner_text().split("\n") == [
        "How many minutes a post?",
        "Plan · not decided",
    ]
    found.focus()
    room.page.keyboard.press("Enter")
    room.did("In front of the room: How many minutes a post?")

    assert room.workshop.refresh().focus == "plan.minutes"
    assert room.focused() == "How many minutes a post?"


def test_what_is_contested_can_be_listed(shown):
    """The second choice shows all questions of one standing."""
    room = shown()
    for number in range(4):
        room.answer("yes" if number % 2 else "no", "goals.public", alias=f"A{number}")
    room.panel._press("a", {"name": "reveal", "args": {"ballot": "goals.public"}})
    room.refresh()
    part = agenda(room)
    room.page.get_by_label("Show", exact=True).select_option("What is contested")

    listed = part.locator(".wk-questions button")
    assert listed.all_inner_texts() == [
        "Are we there for the public?\nGoals · contested"
    ]


def test_a_part_is_jumped_to_with_the_keyboard(shown):
    """Its questions are next; the focus goes there."""
    room = shown()
    agenda(room).get_by_role("button", name="Plan").focus()
    room.page.keyboard.press("Enter")
    room.did("The room is at: Plan")

    assert room.focused() == "Questions of this part"
    assert (
        room.page.locator(".wk-choosing .wk-question")
        .first.inner_text()
        .startswith("What is our name?")
    )


def test_next_leads_on_to_the_next_part(shown):
    """After the last question of a part comes the first of the next."""
    room = shown()
    focus = {"aspect": "goals", "ballot": "goals.people"}
    room.panel._press("a", {"name": "focus", "args": focus})
    room.panel._press("b", {"name": "reveal", "args": {"ballot": "goals.people"}})
    room.refresh()
    room.button("Next question").click()
    room.page.get_by_role("heading", name="What is our name?").wait_for()


def test_the_panel_of_one_part_has_no_agenda(shown):
    """The agenda is where everything is led from, and nowhere else."""
    assert shown(aspects=("goals",)).page.locator(".wk-agenda").is_hidden()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_panel_that_leads_no_more_says_so(shown, axe, lang):
    """All of it gives way to words and one button, which brings it back."""
    room = shown(lang)
    room.page.locator(".wk-timing input").focus()
    newer = Panel(room.workshop, room.panel.aspects, by="Facilitator")
    room.page.evaluate("(view) => host.tell('view', view)", room.panel.view)
    away = room.page.locator(".wk-elsewhere")

    assert away.locator("p").inner_text() == room.panel.view["moved"]
    assert room.page.locator(".wk-stage, .wk-joining, .wk-agenda").evaluate_all(
        "(all) => all.every((one) => one.hidden)"
    )
    assert axe(room.page, ".wk-form")["violations"] == []
    assert room.page.evaluate(
        "document.activeElement.closest('.wk-elsewhere') !== null"
    )
    away.get_by_role("button").click()
    room.page.locator(".wk-stage").wait_for()
    assert newer.view["moved"]
    assert away.is_hidden()
    newer.close()


def test_a_panel_that_left_the_page_listens_no_more(shown):
    """After it is closed, news reaches nothing and nothing fails."""
    room = shown()
    room.page.evaluate("stop()")
    room.refresh()
    assert room.page.locator(".wk-panel").count() == 0
    assert room.page.errors == []
