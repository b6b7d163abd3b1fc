"""The form in JupyterLab: it can be filled, it arrives, it harms no notebook."""

from __future__ import annotations

import time

import pytest

HOURS = [{"name": "Blog", "network": "mastodon", "goals": ["reach"], "hours": "2,5"}]
ROW = {"name": "x", "network": "instagram", "goals": ["dialogue"], "hours": "5"}
WORDS = {
    "voice.name": "@deschuit",
    "voice.story": "Eerste regel\nTweede regel",
    "res.posts": "12",
    "res.hours": "2,5",
}


def card(lab, question):
    """Return the card of a question."""
    return lab.form.locator(f"[data-group='{question}']")


def by_mouse(lab, question):
    """Fill in a question with clicks, and type only where there are words."""
    at = card(lab, question)
    match question:
        case "voice.who":
            at.get_by_text("Makers onder eigen naam").click()
            value = "makers"
        case "goals.which":
            at.get_by_text("Meer mensen bereiken").click()
            at.get_by_role("checkbox").last.click()
            at.get_by_role("textbox").fill("Vrienden vinden")
            at.locator(".wk-title").click()
            value = ["reach", {"other": "Vrienden vinden"}]
        case "goals.order":
            at.get_by_text("De collectie delen").click()
            at.get_by_text("Meer mensen bereiken").click()
            at.locator(".wk-up").last.click()
            value = ["reach", "collection"]
        case "goals.dots":
            at.locator(".wk-more").first.click()
            at.locator(".wk-more").first.click()
            value = {"dialogue": 2}
        case "style.helps":
            at.locator("label", has_text="4").click()
            value = 4
        case "ch.list":
            at.get_by_role("textbox").first.fill("Blog")
            at.get_by_role("combobox").select_option("Mastodon")
            at.get_by_text("Meer mensen bereiken").first.click()
            at.get_by_role("textbox").nth(1).fill("2,5")
            at.locator(".wk-title").click()
            value = HOURS
        case "ch.keep":
            by_mouse(lab, "ch.list")
            at.get_by_text("Blog", exact=True).click()
            value = ["Blog"]
        case "plan.review":
            at.locator("input").click()
            at.locator("input").fill("2027-03-03")
            at.locator(".wk-title").click()
            value = "2027-03-03"
        case _:
            value = WORDS[question]
            at.locator("input, textarea").click()
            at.locator("input, textarea").fill(value)
            lab.form.locator(".wk-title").last.click()
    return value


def by_keyboard(lab, question):
    """Fill in a question with keys alone, from its first control onwards."""
    keys = {
        "voice.who": ["Space", "ArrowDown"],
        "goals.which": ["Space", "Tab", "Space"],
        "goals.order": ["Enter", "Enter", "Shift+Tab", "Shift+Tab"],
        "goals.dots": ["Tab", "Space", "Enter"],
        "style.helps": ["Space", "ArrowRight", "ArrowRight"],
        "voice.name": ["a", "b", "Tab"],
        "voice.story": ["a", "Enter", "b", "Tab"],
        "res.posts": ["1", "2", "Tab"],
        "res.hours": ["2", ",", "5", "Tab"],
        "plan.review": [*"03032027", "Tab"],
        "ch.list": ["x", "Tab", "ArrowDown", "Tab", "Space", "Tab", "Tab", "5", "Tab"],
    }
    if question == "ch.keep":
        by_keyboard(lab, "ch.list")
        lab.arrived("ch.list", [ROW])
        card(lab, "ch.keep").get_by_role("checkbox").wait_for()
    controls = card(lab, question).locator("input, textarea, select, button")
    controls.first.focus()
    for key in keys.get(question, ["Space"]):
        lab.page.keyboard.press(key)
    return {
        "voice.who": "makers",
        "goals.which": ["dialogue", "reach"],
        "goals.order": ["dialogue", "reach"],
        "goals.dots": {"dialogue": 2},
        "style.helps": 3,
        "voice.name": "ab",
        "voice.story": "a\nb",
        "res.posts": "12",
        "res.hours": "2,5",
        "plan.review": "2027-03-03",
        "ch.list": [ROW],
        "ch.keep": ["x"],
    }[question]


QUESTIONS = [
    "voice.who",
    "goals.which",
    "goals.order",
    "goals.dots",
    "style.helps",
    "voice.name",
    "voice.story",
    "res.posts",
    "res.hours",
    "plan.review",
    "ch.list",
    "ch.keep",
]


def test_nothing_is_filled_in_beforehand(lab):
    """No choice is made, no field holds a word, nothing was sent."""
    assert lab.form.locator(":checked:not(option)").count() == 0
    values = lab.form.locator("input:not([type=radio], [type=checkbox]), textarea")
    assert set(values.evaluate_all("all => all.map((one) => one.value)")) == {""}
    assert lab.form.locator("select").first.input_value() == ""
    assert lab.form.locator(".wk-ranked li").count() == 0
    assert lab.answers() == []


def test_every_type_arrives_by_mouse(lab):
    """What is clicked and typed is what Python gets, and is receipted."""
    for question in QUESTIONS:
        lab.arrived(question, by_mouse(lab, question))
        status = card(lab, question).locator(".wk-status[data-kind=saved]")
        status.wait_for()
        assert "14:05" in status.text_content()
    keys = [row[2] for row in lab.answers()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_type_arrives_by_keyboard(lab, question):
    """Keys alone fill in each type, and the notebook around it stays as it was."""
    before = lab.cells()
    lab.arrived(question, by_keyboard(lab, question))
    assert lab.cells() == before


def test_a_choice_can_be_taken_back(lab):
    """Clearing a choice arrives as no value and leaves the focus in the question."""
    by_mouse(lab, "voice.who")
    card(lab, "voice.who").locator(".wk-quiet").click()
    lab.arrived("voice.who", None)
    assert card(lab, "voice.who").locator(":focus").count() == 1
    assert card(lab, "voice.who").locator(":checked").count() == 0


def test_words_arrive_while_somebody_is_still_typing(lab):
    """A draft is in Python within two seconds, before the field is left."""
    lab.form.locator("textarea").first.press_sequentially("Wij vertellen")
    lab.arrived("voice.story", "Wij vertellen", final=False, seconds=2)
    assert lab.form.locator("textarea:focus").count() == 1


def test_a_busy_kernel_loses_nothing(lab):
    """Changes made while Python is busy all arrive, each with its last value."""
    lab.page.evaluate(
        """() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel
          .requestExecute({code: "import time; time.sleep(1.5)"}) }"""
    )
    for question in ("voice.who", "style.helps", "voice.name", "res.posts"):
        by_mouse(lab, question)
    card(lab, "style.helps").locator("label", has_text="2").click()
    lab.arrived("voice.who", "makers")
    lab.arrived("style.helps", 2)
    lab.arrived("voice.name", "@deschuit")
    lab.arrived("res.posts", "12")


def test_a_decision_is_sent_by_its_button(lab):
    """The fields of a decision arrive together, and only when it is recorded."""
    at = card(lab, "decide.name")
    at.locator("input").fill("@deschuit")
    at.locator("textarea").fill("Kort")
    at.locator("textarea").blur()
    time.sleep(1)
    assert lab.answers() == []
    at.get_by_role("button", name="Record").click()
    lab.arrived("decide.name", {"decide.name": "@deschuit", "reason": "Kort"})


CONTROLS = {
    "radio": "[data-group='voice.who'] input[type=radio]",
    "checkbox": "[data-group='goals.which'] input[type=checkbox]",
    "button": "[data-group='goals.order'] .wk-add",
    "score": "[data-group='style.helps'] input",
    "text": "[data-group='voice.name'] input",
    "textarea": "[data-group='voice.story'] textarea",
    "number": "[data-group='res.hours'] input",
    "date": "[data-group='plan.review'] input",
    "select": "[data-group='ch.list'] select",
    "cell": "[data-group='ch.list'] input[type=text]",
    "row button": "[data-group='ch.list'] .wk-row-remove button",
    "decision": "[data-group='decide.name'] .wk-primary",
}


def shortcuts(page):
    """Return the keys this Lab has for the notebook, and all without Ctrl or Alt."""
    bindings = page.evaluate(
        """() => jupyterapp.commands.keyBindings
          .filter(({selector, keys}) => /jp-Notebook/.test(selector)
            || !keys.some((key) => /Accel|Ctrl|Alt|^F[0-9]/.test(key)))
          .map(({keys}) => [...keys])"""
    )
    names = {"Accel": "Control", "Ctrl": "Control"}
    found = set()
    for keys in bindings:
        chords = []
        for chord in keys:
            *held, key = chord.split()
            key = key.lower() if len(key) == 1 else key
            chords.append("+".join([*(names.get(one, one) for one in held), key]))
        found.add(tuple(chords))
    return sorted(keys for keys in found if all(keys) and "Tab" not in keys[0])


@pytest.mark.parametrize("control", CONTROLS)
def test_no_shortcut_of_the_notebook_works_inside_the_form(lab, control):
    """No key, held or alone, adds, changes, runs or deletes a cell."""
    keys = shortcuts(lab.page)
    assert {("b",), ("d", "d"), ("0", "0"), ("Shift+Enter",)} <= set(keys)
    before = lab.cells()
    target = lab.form.locator(CONTROLS[control]).first
    for chords in keys:
        target.focus()
        for chord in chords:
            lab.page.keyboard.press(chord)
    assert lab.cells() == before
    assert lab.page.locator(".jp-Dialog").count() == 0
    assert lab.form.is_visible()


def test_the_shortcuts_do_work_outside_the_form(lab):
    """Without this, the test above could pass in a Lab that hears no keys."""
    before = lab.cells()
    lab.page.evaluate(
        """() => {
          const cell = jupyterapp.shell.currentWidget.content.activeCell.node;
          cell.focus();
        }"""
    )
    lab.page.keyboard.press("b")
    assert len(lab.cells()) == len(before) + 1
    lab.page.evaluate("jupyterapp.commands.execute('notebook:delete-cell')")
    assert lab.cells() == before


@pytest.mark.parametrize("control", ["radio", "text", "textarea", "button"])
def test_ctrl_s_saves_the_notebook(lab, control):
    """Saving works from every kind of control, text fields too."""
    path = lab.folder / "form.ipynb"
    before = path.stat().st_mtime_ns
    lab.form.locator(CONTROLS[control]).first.focus()
    lab.page.keyboard.press("Control+s")
    deadline = time.monotonic() + 5
    while path.stat().st_mtime_ns == before:
        assert time.monotonic() < deadline, "the notebook was not saved"
        time.sleep(0.05)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_axe_finds_nothing_in_lab(lab, axe, lang):
    """No rule of axe is broken, empty or filled in."""
    lab.show(lang)
    assert axe(lab.page, ".wk-form")["violations"] == []
    for index in range(3):
        lab.form.locator(".wk-add").first.click(timeout=2000)
        lab.form.locator(".wk-choice input").nth(index).check()
    assert axe(lab.page, ".wk-form")["violations"] == []


def test_a_long_question_is_read_whole_in_lab(lab):
    """A label of more than a hundred characters wraps and is not cut off."""
    title = card(lab, "style.helps").locator(".wk-title")
    assert len(title.text_content()) > 110
    assert title.evaluate(
        "(one) => one.scrollWidth <= one.clientWidth"
        " && getComputedStyle(one).textOverflow === 'clip'"
        " && one.getBoundingClientRect().height > 40"
    )


def test_nothing_is_asked_from_elsewhere(lab):
    """The page made no request beyond this machine and our module no error."""
    assert lab.page.strangers == []
    assert lab.page.errors == []
