"""The panel in a real JupyterLab: it harms no notebook, and two may lead at once."""

from __future__ import annotations

import json
import re
import sys
import time
import uuid
from pathlib import Path

import pytest

from workshop_kit.live.room.panel import Panel

SECOND = "notebooks/02_audience.ipynb"
ASKED = "goals.not_for"
LABEL = "Waarvoor gebruiken we sociale media niet?"
CONTROLS = {
    "fold": ".wk-joining summary",
    "link": ".wk-link",
    "network": ".wk-more select",
    "question": ".wk-question",
    "part": ".wk-choosing select",
    "step": ".wk-steps button:not([hidden])",
    "kind": ".wk-pill input",
    "minutes": ".wk-timing input",
    "proposal": ".wk-proposing textarea",
    "point": ".wk-parking input",
    "idea": ".wk-idea summary",
    "merge": ".wk-idea select",
    "cluster": ".wk-idea input",
    "heading": ".wk-asked",
}


@pytest.fixture
def at_ideas(led, lab):
    """Turn the room to ideas, so that the panel has every kind of control."""
    name = f"{ASKED}#ideas"
    if not lab.workshop.store.answers(name):
        lab.ask(name)
        someone = lab.workshop.store.join("Gerda", "hr", "nl")[0]
        key = uuid.uuid4().hex
        lab.workshop.accept(someone.id, name, [{"idea": "Ruzie"}], key, final=True)
    lab.ask(name, phase="waiting")
    led.root.locator(".wk-idea").first.wait_for()
    led.root.locator("details").evaluate_all(
        "(all) => all.forEach((one) => (one.open = true))"
    )
    return led


def shortcuts():
    """Return the keys that JupyterLab has without Ctrl or Alt, and for notebooks."""
    found = set()
    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    for file in schemas.rglob("*.json"):
        content = json.loads(file.read_text("utf-8"))
        for one in content.get("jupyter.lab.shortcuts", ()):
            keys = [chord for chord in one["keys"] if chord]
            plain = not re.search(r"Accel|Ctrl|Alt|^F[0-9]", " ".join(keys))
            if keys and (plain or "jp-Notebook" in one["selector"]):
                found.add(tuple(pressed(chord) for chord in keys))
    return sorted(keys for keys in found if "Tab" not in keys[0])


def pressed(chord):
    """Write a chord of JupyterLab as the browser's driver does."""
    *held, key = chord.split()
    names = {"Accel": "Control", "Ctrl": "Control"}
    key = key.lower() if len(key) == 1 else key
    return "+".join([*(names.get(one, one) for one in held), key])


def cells(page):
    """Return kind, source and execution count of every cell."""
    return page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets.map((cell) =>
          [cell.model.type, cell.model.sharedModel.source,
           cell.model.executionCount ?? null])"""
    )


@pytest.mark.parametrize("control", CONTROLS)
def test_no_shortcut_of_the_notebook_works_inside_the_panel(at_ideas, control):
    """No key, held or alone, adds, changes, runs or deletes a cell."""
    keys = shortcuts()
    assert {("b",), ("d", "d"), ("0", "0"), ("Shift+Enter",)} <= set(keys)
    page = at_ideas.page
    before = cells(page)
    assert len(before) > 5
    target = at_ideas.root.locator(CONTROLS[control]).first
    pressing = [k for k in keys if k[0] not in {"Enter", "Space"}]
    for chords in pressing:
        target.focus()
        for chord in chords:
            page.keyboard.press(chord)
    assert page.locator(".jp-Dialog").count() == 0
    assert cells(page) == before
    assert at_ideas.root.is_visible()


def test_the_shortcuts_do_work_outside_the_panel(at_ideas):
    """Without this, the test above could pass in a Lab that hears no keys."""
    active = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    page = at_ideas.page
    page.evaluate(f"{active} = 0")
    page.evaluate("jupyterapp.shell.currentWidget.content.activeCell.node.focus()")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(active) == 1


def test_what_was_done_and_the_decision_are_at_hand(led):
    """The bar sticks to the window; the decision stands right under its question."""
    led.root.get_by_label("Onderdeel", exact=True).select_option("goals")
    led.turn(LABEL)
    led.root.evaluate("(one) => one.querySelector('.wk-asked').scrollIntoView()")
    bar = led.root.locator(".wk-deed").bounding_box()
    assert 0 < bar["y"] < led.page.viewport_size["height"] - bar["height"]
    above = led.root.locator(".wk-main").bounding_box()
    card = led.decision(ASKED).bounding_box()
    assert 0 <= card["y"] - above["y"] - above["height"] < 32


@pytest.mark.parametrize("control", ["step", "point", "proposal", "merge"])
def test_ctrl_s_saves_the_notebook(at_ideas, lab, control):
    """Saving works from every kind of control, text fields too."""
    path = lab.path.parent / "notebooks" / "01_context_and_goals.ipynb"
    before = path.stat().st_mtime_ns
    at_ideas.root.locator(CONTROLS[control]).first.focus()
    end = time.monotonic() + 20
    while path.stat().st_mtime_ns == before:
        assert time.monotonic() < end, "the notebook was not saved"
        at_ideas.page.keyboard.press("Control+s")
        at_ideas.page.wait_for_timeout(500)  # one save waits for the other


@pytest.mark.parametrize("width", [1000, 1280])
def test_axe_finds_nothing_in_lab(at_ideas, axe, width):
    """No rule is broken by the panel, in a narrow window too."""
    at_ideas.page.set_viewport_size({"width": width, "height": 900})
    report = axe(at_ideas.page, ".wk-panel")
    assert [one["id"] for one in report["violations"]] == []
    at_ideas.page.set_viewport_size({"width": 1280, "height": 900})


def test_the_next_step_is_filled_beside_other_forms(led, lab):
    """Styles of the forms below, which JupyterLab adds later, change nothing in it."""
    lab.ask("goals.which", phase="waiting")
    led.root.locator(".wk-asked", has_text="vooral bereiken").wait_for()
    step = led.root.locator(".wk-steps .wk-now")
    ground = step.evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert ground == "rgb(20, 80, 92)"


def test_the_later_facilitator_sees_the_earlier(led, lab):
    """What one did shows at the other; what was meant for before that is refused."""
    led.root.get_by_label("Onderdeel", exact=True).select_option("goals")
    led.turn("Hoe goed helpen")
    other = Panel(lab.workshop, ["goals"], by="Tweede begeleider")
    assert other.view["focus"]["ballot"] == "goals.today"
    before = other.view["focus"]["seen"]
    led.press("Openzetten", "Open:")
    other.refresh()
    assert other.view["focus"]["phase"] == "open"
    late = {"ballot": "goals.today", "seen": before}
    other.command = {"k1": {"name": "close", "args": late}}
    assert other.receipts["k1"]["kind"] == "error"
    assert lab.workshop.refresh().ballot("goals.today").phase == "open"
    now = {"ballot": "goals.today", "seen": other.view["focus"]["seen"]}
    other.command = {"k2": {"name": "close", "args": now}}
    led.root.locator(".wk-top .wk-badge", has_text="gesloten").wait_for()
    other.close()


def points(panel):
    """Return the point that is parked in one tab, as another tab shows it."""
    return panel.root.locator(".wk-point", has_text="Uit een ander tabblad")


def test_tabs_show_what_was_done_in_another(led, lab):
    """Another notebook follows; in a second tab of the same one the newer panel leads."""
    page, again = (led.page.context.new_page() for _ in range(2))
    other = lab.notebook(page, SECOND)
    other.root.get_by_label("Punt voor later").fill("Uit een ander tabblad")
    other.press("Parkeren", "geparkeerd")
    points(led).wait_for()
    newer = lab.notebook(again, SECOND)
    points(newer).wait_for()
    other.root.locator(".wk-elsewhere:not([hidden])").wait_for()
    points(newer).get_by_role("button").click()
    points(led).wait_for(state="detached")
    page.close()
    again.close()


def test_a_decision_made_elsewhere_is_not_written_over(led, lab):
    """Whoever records second reads what was decided meanwhile, and records again."""
    led.root.get_by_label("Onderdeel", exact=True).select_option("goals")
    led.turn(LABEL)
    card = led.decision(ASKED)
    card.get_by_label("Verkoop", exact=True).check()
    card.get_by_label("Reden").fill("Daar is de winkel voor.")
    card.get_by_label("Reden").blur()
    theirs = {"value": ["politics"], "reason": "We zijn van iedereen.", "by": "Ander"}
    lab.workshop.decide(ASKED, theirs)
    record = card.get_by_role("button", name="Leg het besluit vast")
    record.click()
    card.get_by_text("Intussen").first.wait_for()
    assert lab.workshop.store.decisions()[ASKED].reason == "We zijn van iedereen."
    record.click()
    card.get_by_text("Het besluit is vastgelegd").wait_for()
    log = [d.reason for d in lab.workshop.store.decision_log() if d.question == ASKED]
    assert log[0] == "We zijn van iedereen."
    assert len(log) == 2
