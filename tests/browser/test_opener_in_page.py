"""Which notebooks are run when they are opened, asked of the script that does it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workshop_kit.kit.found import names
from workshop_kit.kit.load import load
from workshop_kit.live.notebooks import notebooks
from workshop_kit.live.starter import notebooks_of

ROOT = Path(__file__).parents[2]
OPENER = "workshop_kit/live/labextensions/workshop-kit-open/static/remoteEntry.js"
OPENS = "from workshop_kit.live.desk import Desk\n\nworkshop = Desk.here()\n"

RUNS = """async (sources) => {
  let ran = false, waited = [];
  const runAll = async () => {
    ran = true;
    const marked = [...panel.node.querySelectorAll("[lang]")];
    waited = marked.map((words) => [words.lang, words.textContent]);
  };
  const NotebookActions = { runAll };
  const place = document.createElement("div");
  place.appendChild(document.createElement("div")).className = "jp-Cell-outputWrapper";
  const content = {
    node: document.createElement("div"),
    widgets: sources.map((source) => (
      { node: place.cloneNode(true), model: { type: "code", sharedModel: { source } } }
    )),
    deselectAll() {},
  };
  const signal = { connect() {} };
  const sessionContext = { session: null, statusChanged: signal };
  const panel = { node: document.createElement("div"), content, context: {}, sessionContext };
  const entry = window._JUPYTERLAB["workshop-kit-open"];
  entry.init({ "@jupyterlab/notebook": { one: { get: async () => () => ({ NotebookActions }) } } });
  (await entry.get())().default.activate({
    restored: Promise.resolve(),
    shell: { currentWidget: panel, currentChanged: signal },
  });
  await new Promise((done) => setTimeout(done, 20));
  return { ran, waited, cells: content.widgets.map(({ node }) => node.textContent) };
}"""
"""Opens a notebook of these cells, as JupyterLab does; gives whether all were run, what
was said meanwhile, and what is beside each cell."""

WORDS = {
    "nl": {"wait": "Wacht", "again": "Opnieuw"},
    "en": {"wait": "Wait", "again": "Again"},
}
CONFIG = json.dumps({"workshopKit": json.dumps({"lang": "nl", "words": WORDS})})


@pytest.fixture(scope="module")
def opened(browser):
    """Give what opens a notebook of some code cells."""
    page = browser.new_page()
    page.set_content(
        f'<script id="jupyter-config-data" type="application/json">{CONFIG}</script>'
    )
    page.add_script_tag(path=ROOT / OPENER)
    yield lambda *sources: page.evaluate(RUNS, sources)
    page.close()


@pytest.fixture
def runs(opened):
    """Give what tells whether a notebook of some code cells is run by itself."""
    return lambda *sources: opened(*sources)["ran"]


def test_what_it_says_comes_from_the_catalogue(opened):
    """In the languages of the notebooks, each marked as its own."""
    found = opened(f"{OPENS}workshop.plan()", "workshop.lead()")

    assert found["waited"] == [["nl", "Wacht"], ["en", "Wait"]]
    assert found["cells"] == ["↻ Opnieuw · Again", ""]


def code(content):
    """Return the code cells of a notebook."""
    cells = json.loads(content)["cells"]
    return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]


@pytest.mark.parametrize("kit", names())
def test_every_notebook_of_ours_runs_by_itself(runs, kit):
    """Those that are shipped, and those that are made of a kit."""
    made = [*notebooks_of(load(kit)).items(), *notebooks(load(kit)).items()]

    assert len(made) > 8
    assert [name for name, content in made if not runs(*code(content))] == []


@pytest.mark.parametrize(
    "cell",
    [
        'workshop.figures("evil.csv")',
        'workshop.export(folder="..")',
        "workshop.lead(await x.y)",
        "workshop.lead(0 for Desk.x in In)",
        'workshop.lead("..")',
        'workshop.lead("A")',
        'workshop.lead("goals" "context")',
        'workshop.lead("goals",)',
        'workshop.lead(goals="goals")',
        'workshop.plan("goals")',
        "workshop.form(goals)",
        "workshop.form(-1)",
        "workshop.keep()",
        "workshop.plan() or workshop.plan()",
        "workshop.plan()\nworkshop.plan()",
    ],
)
def test_a_call_with_anything_else_is_not_run(runs, cell):
    """In the first cell or a later one; names of parts are all that is let through."""
    assert runs(f"{OPENS}workshop.plan()", 'workshop.lead("goals", "context")', "")
    assert not runs(f"{OPENS}workshop.plan()", cell)
    assert not runs(f"{OPENS}{cell}")
