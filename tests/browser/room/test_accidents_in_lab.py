"""What can go wrong in a facilitator's hands, each of it done in a real JupyterLab."""

from __future__ import annotations

import json
import re
import sys
import time
import uuid
from pathlib import Path

import nbformat
import pytest

START = "notebooks/00_start.ipynb"
ASKED, LABEL = "goals.not_for", "Waarvoor gebruiken we sociale media niet?"
HOUSE = {"host", "notice", "access", "address", "focus"}


@pytest.fixture(scope="module")
def hand(browser, lab):
    """Give the first notebook, from which everything is led; nobody ran it by hand."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    yield lab.notebook(page, START)
    context.close()


def record(lab):
    """Return all that was ever done, but for what the house does by itself."""
    store = lab.workshop.store
    return (
        [a.seq for a in store.action_log() if a.kind not in HOUSE],
        [d.seq for d in store.decision_log()],
        [a.seq for a in store.answer_log()],
        [p.alias for p in store.participants() if p.role == "facilitator"],
    )


def until(happens, seconds=60):
    """Return what *happens* gives as soon as that is something."""
    end = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.1)
    return found


def leads(panel, lab):
    """One panel is at work, and what it does is done once."""
    point = f"Punt {uuid.uuid4().hex[:6]}"
    working = panel.page.locator(".wk-panel:not(:has(.wk-elsewhere:not([hidden])))")
    until(lambda: working.count() == 1)
    working.get_by_label("Punt voor later").fill(point)
    working.get_by_role("button", name="Parkeren").click()
    until(lambda: point in lab.workshop.refresh().parked.values())
    assert list(lab.workshop.state.parked.values()).count(point) == 1


def do(panel, command):
    """Let JupyterLab do a command, as its menu does, and wait until it is idle."""
    panel.page.evaluate("(name) => void jupyterapp.commands.execute(name)", command)
    panel.page.wait_for_timeout(1000)
    panel.page.get_by_text("| Idle").first.wait_for(timeout=60_000)


def run_cell(panel, words):
    """Run one cell, by what its code says."""
    panel.page.evaluate(
        """async (words) => {
          const { content } = jupyterapp.shell.currentWidget;
          content.activeCellIndex = content.widgets.findIndex(
            (cell) => cell.model.sharedModel.source.includes(words));
          await jupyterapp.commands.execute("notebook:run-cell");
        }""",
        words,
    )
    panel.page.get_by_text("| Idle").first.wait_for(timeout=60_000)


def decide_on(panel, lab):
    """Bring a question before the room and return the field for the reason."""
    lab.ask(ASKED, phase="waiting")
    panel.root.locator(".wk-asked", has_text=LABEL).wait_for()
    return panel.decision(ASKED).get_by_label("Reden")


def test_a_notebook_runs_itself_and_shows_no_code(hand, lab):
    """All cells have run in order, and not a line of code is in sight."""
    counts = hand.page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
          .filter((cell) => cell.model.type === "code")
          .map((cell) => cell.model.executionCount)"""
    )
    assert counts == [1, 2, 3]
    assert "workshop_kit" not in hand.page.locator(".jp-Notebook").inner_text()
    leads(hand, lab)


def test_pages_in_outputs_leave_the_notebook_its_looks(hand):
    """Their style reaches no heading of the notebook and nothing in the panel."""
    looks = """(names) => names.map((name) => {
      const style = getComputedStyle(document.querySelector(name));
      return [style.fontFamily, style.fontWeight, style.marginTop].join("; ");
    })"""
    names = [
        ".jp-MarkdownCell h1",
        ".jp-MarkdownCell p",
        ".wk-panel .wk-steps-list th",
        ".wk-panel .wk-script p",
    ]
    before = hand.page.evaluate(looks, names)
    switch = "document.querySelector('.jp-Notebook').classList.toggle('workshop-kit')"
    hand.page.evaluate(switch)
    assert hand.page.evaluate(looks, names) != before  # as it looked by mistake
    hand.page.evaluate(switch)
    hand.page.evaluate(
        """() => document.querySelectorAll(".jp-OutputArea style")
          .forEach((one) => (one.disabled = true))"""
    )
    assert hand.page.evaluate(looks, names) == before


def test_the_code_can_still_be_read(hand):
    """Whoever wants to see it unfolds it with JupyterLab's own command."""
    do(hand, "notebook:show-all-cell-code")
    shown = hand.page.locator(".jp-Notebook").inner_text()
    assert "workshop.lead()" in shown
    do(hand, "notebook:hide-all-cell-code")


def test_a_cell_that_is_run_twice_does_no_harm(hand, lab):
    """The newer panel leads; nothing was recorded by running."""
    before = record(lab)
    run_cell(hand, "workshop.lead")
    run_cell(hand, "workshop.lead")
    assert record(lab) == before
    leads(hand, lab)


def test_running_all_twice_does_no_harm(hand, lab):
    """Also while the first run is still on its way."""
    before = record(lab)
    hand.page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
    do(hand, "notebook:run-all-cells")
    assert record(lab) == before
    leads(hand, lab)


def test_running_out_of_order_does_no_harm(hand, lab):
    """From the last cell to the first."""
    before = record(lab)
    for words in ("workshop.lead", "workshop.plan", "workshop.setup"):
        run_cell(hand, words)
    assert record(lab) == before
    leads(hand, lab)


def plain_keys():
    """Return the letters and digits that JupyterLab listens to by themselves."""
    found = set()
    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    for file in schemas.rglob("*.json"):
        for one in json.loads(file.read_text("utf-8")).get("jupyter.lab.shortcuts", ()):
            chords = [chord for chord in one["keys"] if re.fullmatch(r"\w", chord)]
            if chords:
                found.add(" ".join(chord.lower() for chord in chords))
    return sorted(found)


def test_a_cat_on_the_keyboard_does_no_harm(hand, lab):
    """Whatever letter is hit outside the panel: no cell changes, nothing is done."""
    keys = plain_keys()
    assert {"b", "d d", "x", "m", "0 0"} <= set(keys)
    before, page = record(lab), hand.page
    cells = """() => jupyterapp.shell.currentWidget.content.widgets.map((cell) =>
      [cell.model.type, cell.model.sharedModel.source, cell.model.executionCount])"""
    there = page.evaluate(cells)
    for place in range(len(there)):
        page.evaluate(
            """(place) => {
              const { content } = jupyterapp.shell.currentWidget;
              content.activeCellIndex = place;
              content.mode = "command";
              content.activeCell.node.focus();
            }""",
            place,
        )
        for key in keys:
            for chord in key.split():
                page.keyboard.press(chord)
    assert page.locator(".jp-Dialog").count() == 0
    assert page.evaluate(cells) == there
    assert record(lab) == before
    leads(hand, lab)


def test_a_half_decision_outlives_a_restart_of_the_kernel(hand, lab):
    """The panel comes back by itself, and the words with it."""
    reason = decide_on(hand, lab)
    reason.fill("Omdat we")
    hand.decision(ASKED).get_by_text("Concept bewaard").wait_for()
    old = hand.root.element_handle()
    hand.page.evaluate("void jupyterapp.commands.execute('notebook:restart-kernel')")
    hand.page.locator(
        ".jp-Dialog button.jp-mod-warn, .jp-Dialog button.jp-mod-accept"
    ).last.click()
    until(lambda: not old.evaluate("(one) => one.isConnected"))
    hand.root.wait_for(timeout=60_000)
    assert hand.decision(ASKED).get_by_label("Reden").input_value() == "Omdat we"
    leads(hand, lab)


def test_a_reveal_by_somebody_else_takes_no_word_away(hand, lab):
    """Who is typing a reason types on, though the card now says what leads."""
    reason = decide_on(hand, lab)
    reason.fill("")
    reason.press_sequentially("Omdat ")
    lab.reveal(ASKED)
    hand.root.locator(".wk-top .wk-badge", has_text="onthuld").wait_for()
    hand.page.keyboard.type("we van iedereen zijn.")
    words = "Omdat we van iedereen zijn."
    assert reason.input_value() == words
    store = lab.workshop.store
    me = lab.workshop.facilitator().id
    until(lambda: words in str(store.drafts(me)[f"decide/{ASKED}"].value))


def test_a_second_tab_is_said_in_the_first(hand, lab):
    """It leads; the first says so in words, and a button there leads again."""
    second = lab.notebook(hand.page.context.new_page(), START)
    away = hand.root.locator(".wk-elsewhere")
    away.get_by_text("De zaal wordt nu ergens anders begeleid").wait_for()
    leads(second, lab)
    away.get_by_role("button", name="Weer vanaf hier begeleiden").click()
    second.root.locator(".wk-elsewhere:not([hidden])").wait_for()
    leads(hand, lab)
    second.page.close()


def test_a_tab_that_is_closed_in_the_middle_loses_nothing(hand, lab):
    """What was typed until a second ago is there in the next tab."""
    context = hand.page.context
    other = lab.notebook(context.new_page(), START)
    reason = decide_on(other, lab)
    reason.fill("")
    reason.press_sequentially("Half af")
    other.decision(ASKED).get_by_text("Concept bewaard").wait_for()
    before = record(lab)
    other.page.close()
    again = lab.notebook(context.new_page(), START)
    assert again.decision(ASKED).get_by_label("Reden").input_value() == "Half af"
    assert record(lab) == before
    leads(again, lab)
    again.page.close()


FOREIGN = "import pathlib\npathlib.Path('ran.txt').write_text('x')"
OURS = "from workshop_kit.live.desk import Desk\n\nworkshop = Desk.here()\n"
SENT = [
    (FOREIGN,),
    (f"{OURS}workshop.plan()", FOREIGN),
    (f"{OURS}workshop.keep('x')",),
    (f"{OURS}workshop.plan(__import__('os').getcwd())",),
    (f"{OURS}workshop.plan(); {FOREIGN.splitlines()[0]}",),
]


def sent(folder, *cells):
    """Put a notebook of somebody else beside ours, and return its name."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    name = f"{uuid.uuid4().hex}.ipynb"
    nbformat.write(made, folder / name)
    return name


def test_a_notebook_with_other_code_is_not_run(hand, lab):
    """Opening what somebody sent runs nothing; one of ours, opened after it, has run."""
    folder = lab.path.parent / "notebooks"
    names = [sent(folder, *cells) for cells in [*SENT, (f"{OURS}workshop.plan()",)]]
    page = hand.page.context.new_page()
    page.goto(f"{lab.url}/doc/tree/notebooks/{names[0]}?token={lab.token}")
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)
    for name in names[1:]:
        page.evaluate(
            """async (path) => {
              const panel = await jupyterapp.commands.execute("docmanager:open", { path });
              await Promise.all([panel.context.ready, panel.sessionContext.ready]);
            }""",
            f"notebooks/{name}",
        )
    counts = """() => Object.fromEntries([...jupyterapp.shell.widgets("main")].map(
      (panel) => [panel.context.path.split("/").pop(), panel.content.widgets.map(
        (cell) => cell.model.executionCount ?? null)]))"""
    until(lambda: page.evaluate(counts)[names[-1]] == [1])
    found = page.evaluate(counts)
    page.close()
    assert [found[name] for name in names[:-1]] == [[None] * len(one) for one in SENT]
    assert not (folder / "ran.txt").exists()


def test_what_shows_a_moment_is_refreshed_with_a_button(hand, lab):
    """By mouse and by keyboard; forms and panel need none, as they follow."""
    page = hand.page
    page.goto(f"{lab.url}/doc/tree/notebooks/01_context_and_goals.ipynb")
    tally = page.locator(".jp-CodeCell").last
    again = tally.get_by_role("button", name="Vernieuwen")
    again.wait_for(timeout=60_000)
    page.locator(".workshop-kit-wait").wait_for(state="detached", timeout=60_000)
    words = f"Antwoord {uuid.uuid4().hex[:6]}"
    lab.ask("ctx.name")
    someone = lab.workshop.store.join("Gerda", "hr", "nl")[0]
    key = uuid.uuid4().hex
    lab.workshop.accept(someone.id, "ctx.name", words, key, final=True)
    lab.reveal("ctx.name")
    before = cells_of(page)
    again.focus()
    page.keyboard.press("Enter")
    tally.get_by_text(words).wait_for()
    assert [one[:2] for one in cells_of(page)] == [one[:2] for one in before]
    assert page.locator(".workshop-kit-again").count() == 1
    lab.notebook(page, START)


def cells_of(page):
    """Return kind, source and execution count of every cell."""
    return page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets.map((cell) =>
          [cell.model.type, cell.model.sharedModel.source, cell.model.executionCount])"""
    )


@pytest.mark.parametrize("width", [1024, 1280])
def test_axe_finds_nothing_where_all_is_led(hand, axe, width):
    """The agenda, the panel and the buttons, on a projector and on a laptop."""
    hand.page.set_viewport_size({"width": width, "height": 768})
    hand.root.locator("details").evaluate_all(
        "(all) => all.forEach((one) => (one.open = true))"
    )
    for part in (".wk-panel", ".workshop-kit-again"):
        report = axe(hand.page, part)
        assert [one["id"] for one in report["violations"]] == [], part
    wide = hand.cell.locator(".wk-desk").evaluate(
        "(one) => one.scrollWidth - one.clientWidth"
    )
    assert wide <= 0
