"""Hostile answers through every place that shows them: they are only ever words."""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from functools import partial
from pathlib import Path

import nbformat
import pytest

from workshop_kit.errors import WorkshopError
from workshop_kit.export.exporters import PolicyHTMLExporter

NAME, ASKED, IDEAS = "ctx.name", "ctx.people", "ctx.people#ideas"
LABEL = "Voor wie geldt dit beleid?"
FAR = "http://far.invalid"
CORPUS = Path(__file__).parents[2] / "corpus" / "markup.json"
PAYLOADS = [one["text"] for one in json.loads(CORPUS.read_text())]


def new_key():
    """Return a key that nothing else has."""
    return uuid.uuid4().hex


def tried(deed):
    """Do something with hostile words; a refusal in words is fine too."""
    with suppress(WorkshopError):
        deed()


@pytest.fixture
def besieged(led, lab):
    """Fill the room with hostile words, as deep as they get, and show it all."""
    accept, lead = lab.workshop.accept, lab.lead
    for name in (NAME, ASKED, IDEAS):
        lab.ask(name)
    # In one step on the disk, as hundreds of them take a while.
    with lab.workshop.store.together():
        for payload in PAYLOADS:
            alias = payload[:200].replace("\x00", "")
            person = lab.workshop.store.join(alias, "hr", "nl")[0].id
            answers = {
                NAME: payload,
                ASKED: ["employees", {"other": payload}],
                IDEAS: [{"idea": payload}],
            }
            for name, value in answers.items():
                tried(partial(accept, person, name, value, new_key(), final=True))
            tried(partial(lead.park, new_key(), payload))
            tried(partial(lead.promote, new_key(), ASKED, payload))
    lead.propose(new_key(), ASKED, "\n".join(PAYLOADS)[:1900])
    for name in (NAME, IDEAS, ASKED):
        lab.reveal(name)
    lab.ask(ASKED, phase="waiting")
    value = [{"other": payload} for payload in PAYLOADS[:6]]
    reason = " ".join(one for one in PAYLOADS if len(one) < 300)
    lab.workshop.decide(ASKED, {"value": value, "reason": reason, "by": "X"})
    led.root.locator(".wk-asked", has_text=LABEL).wait_for()
    led.root.locator("details").evaluate_all(
        "(all) => all.forEach((one) => (one.open = true))"
    )
    return lab


def unharmed(page, *, words=PAYLOADS[0]):
    """Assert that words stand there as they were typed, and that nothing ran."""
    page.get_by_text(words).first.wait_for(state="attached")
    page.wait_for_timeout(200)
    assert page.evaluate("typeof window.__pwned") == "undefined"
    grown = "img[src=x], [onload], [onerror], [onfocus], iframe[srcdoc]"
    called = f"[href^='{FAR}'], [src^='{FAR}'], [href^='javascript']"
    assert page.locator(f"{grown}, {called}").count() == 0
    assert page.evaluate("getComputedStyle(document.body).display") != "none"


@pytest.mark.usefixtures("besieged")
def test_hostile_words_are_only_words(led, lab, phone, pages, tmp_path):
    """In JupyterLab, on phones and wall, and in what is exported, no script runs."""
    watched = []
    led.page.on("request", lambda one: watched.append(one.url))
    led.page.on("dialog", lambda one: watched.append(one.message))
    led.root.locator(".wk-idea-text", has_text=PAYLOADS[1]).first.wait_for()
    led.root.locator(".wk-point", has_text=PAYLOADS[1]).first.wait_for()
    led.root.locator(".wk-made", has_text=PAYLOADS[1]).wait_for()
    led.decision(ASKED).get_by_text(PAYLOADS[1]).first.wait_for()
    unharmed(led.page)
    led.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    led.page.evaluate("jupyterapp.shell.currentWidget.content.scrollToItem(11)")
    tally = led.page.locator(".jp-Cell[data-windowed-list-index='11']")
    tally.get_by_text(PAYLOADS[1]).first.wait_for(state="attached")
    unharmed(led.page)

    person = phone(PAYLOADS[1][:40]).join(lab.link())
    person.page.locator(".wk-result").first.wait_for()
    unharmed(person.page)
    assert person.page.locator(".who").text_content() == PAYLOADS[1][:40]
    wall = pages.open(width=1280, touch=False)
    wall.goto(lab.wall())
    wall.locator(".wk-result").wait_for()
    unharmed(wall)
    lab.lead.next_round(new_key(), ASKED)
    person.card(ASKED).get_by_label(PAYLOADS[0], exact=True).check()
    person.saved(ASKED)
    unharmed(person.page)

    led.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook = nbformat.read(
        lab.path.parent / "notebooks" / "01_context_and_goals.ipynb", 4
    )
    exported = tmp_path / "notebook.html"
    exported.write_text(PolicyHTMLExporter().from_notebook_node(notebook)[0], "utf-8")
    written = [
        f for f in lab.workshop.write(tmp_path / "out", ["nl"]) if f.suffix == ".html"
    ]
    for file in (exported, *written):
        page = pages.open(width=1280, touch=False)
        page.goto(file.as_uri())
        unharmed(page, words=PAYLOADS[1])
    at_home = ("http://127.0.0.1", "ws://127.0.0.1", "blob:", "data:")
    assert [one for one in watched if not one.startswith(at_home)] == []
