"""What ``make workshop`` opens: the first notebook, and forms that remember."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TYPED = "Museum De Proefpolder (fict"


@pytest.fixture(scope="module")
def address(started, tmp_path_factory):
    """Start ``workshop-kit start`` in an empty folder; end it afterwards."""
    folder = tmp_path_factory.mktemp("w")
    with started(folder, "--room-host", "127.0.0.1", WORKSHOP_LANG="nl") as found:
        yield found


@pytest.fixture(scope="module")
def context(browser):
    """Give a browser that has read JupyterLab's own files before."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context, address):
    """Open JupyterLab as the browser does at the start, and watch where it asks."""
    url, token = address
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{url}/?token={token}")
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    yield page
    page.close()


def menu(page, *names):
    """Choose from JupyterLab's menus."""
    page.locator(".lm-MenuBar-itemLabel", has_text=names[0]).first.click()
    for name in names[1:]:
        page.locator(".lm-Menu-itemLabel", has_text=name).first.click()


def name_field(page):
    """Return the field for the name of the institution."""
    card = page.locator("[data-group='ctx.name']")
    card.wait_for(timeout=60_000)
    return card.locator("input")


def open_first_part(page, address):
    """Open the notebook of the first part and run all of it."""
    page.goto(f"{address[0]}/doc/tree/notebooks/01_context_and_goals.ipynb")
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)
    menu(page, "Run", "Run All Cells")
    return name_field(page)


def test_it_opens_the_first_notebook_alone(page, address):
    """One document fills the window, without news, tours or other hosts."""
    assert page.url.split("?")[0] == f"{address[0]}/doc/tree/notebooks/00_start.ipynb"
    dock = page.locator("#jp-main-dock-panel")
    assert dock.get_attribute("data-mode") == "single-document"
    assert page.locator(".Toastify__toast").count() == 0
    assert [u for u in page.asked if address[0] not in u and "blob:" not in u] == []


def test_what_was_typed_survives_reload_and_restart(page, address):
    """Two seconds after the last key it is safe from reload and kernel restart."""
    field = open_first_part(page, address)
    field.click()
    page.keyboard.type(TYPED)
    time.sleep(2)
    page.reload()
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)
    menu(page, "Run", "Run All Cells")
    field = name_field(page)

    assert field.input_value() == TYPED

    field.click()
    page.keyboard.press("End")
    page.keyboard.type("ief)")
    time.sleep(2)
    menu(page, "Kernel", "Restart Kernel and Run All Cells")
    page.locator(".jp-Dialog .jp-mod-warn, .jp-Dialog .jp-mod-accept").last.click()
    page.locator("[data-group='ctx.name']").wait_for(state="detached", timeout=30_000)

    assert name_field(page).input_value() == f"{TYPED}ief)"


def test_the_export_menu_offers_the_policy_formats(page, address):
    """File, Save and Export Notebook As: the four formats of this project."""
    open_first_part(page, address)
    menu(page, "File")
    page.locator(".lm-Menu-itemLabel", has_text="Save and Export Notebook As").hover()
    offered = page.locator(".lm-Menu-itemLabel", has_text="Policy_")
    offered.first.wait_for(timeout=30_000)

    assert sorted(offered.all_inner_texts()) == [
        "Policy_docx",
        "Policy_html",
        "Policy_md",
        "Policy_pdf",
    ]


HARMFUL = ("y", "m", "r", "x", "v", "dd", "a", "b", "M", "A", "B", "z", "Z", "00", "ii")
"""Keys with which JupyterLab, as it comes, changes cells or stops the notebook."""


def test_no_single_key_changes_a_notebook(page, address):
    """Whoever leans on the keyboard harms nothing; keys that only move still work."""
    open_first_part(page, address)
    page.evaluate("document.activeElement.blur()")
    cells = page.locator(".jp-Notebook .jp-Cell")
    before = cells.count()
    for place, kind in ((0, "jp-MarkdownCell"), (1, "jp-Cell")):
        cell = cells.nth(place)
        cell.locator(".jp-InputPrompt, .jp-Cell-inputWrapper").first.click()
        page.keyboard.press("Escape")
        page.locator(".jp-Notebook.jp-mod-commandMode").wait_for()
        for keys in (*HARMFUL, *"123456"):
            for key in keys:
                page.keyboard.press(key)
        assert page.locator(".jp-Dialog").count() == 0
        assert cells.count() == before
        assert kind in cells.nth(place).get_attribute("class")
    assert page.locator(".jp-RawCell").count() == 0
    active = page.locator(".jp-Cell.jp-mod-active")
    place = active.get_attribute("data-windowed-list-index")
    page.keyboard.press("ArrowUp")
    assert active.get_attribute("data-windowed-list-index") != place
