"""Notebooks are committed as people should find them: empty, thin and readable."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from workshop_kit.kit.load import load
from workshop_kit.live.desk import Desk
from workshop_kit.live.notebooks import notebooks

LIVE = Path(__file__).parents[2] / "workshop_kit" / "live"
OPENER = LIVE / "labextensions" / "workshop-kit-open" / "static" / "remoteEntry.js"
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    """Each notebook as it is committed."""
    return json.loads(request.param.read_text("utf-8"))


def code(notebook):
    """Return the code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_there_are_nine():
    """The workshop goes from the start to the export."""
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"0{n}" for n in range(9)]


def test_no_outputs_and_no_widget_state(notebook):
    """Nothing that anybody answered is in a committed notebook."""
    assert [c for c in code(notebook) if c["outputs"] or c["execution_count"]] == []
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_code_is_thin_and_folded_away(notebook):
    """At most ten lines a cell, no definitions, hidden from who does not program."""
    for cell in code(notebook):
        source = "".join(cell["source"])

        assert len(source.splitlines()) <= 10
        assert not any(word in source for word in ("def ", "class ", "lambda", "for "))
        assert cell["metadata"]["jupyter"]["source_hidden"] is True
        assert cell["metadata"]["deletable"] is False


def test_the_first_code_cell_opens_the_workshop(notebook):
    """Every notebook can be run on its own, from its first cell."""
    assert "".join(code(notebook)[0]["source"]).startswith(
        "from workshop_kit.live.desk import Desk\n\nworkshop = Desk.here()"
    )


def desk_calls():
    """Return what JupyterLab runs by itself when a notebook is opened."""
    script = OPENER.read_text("utf-8")
    lists = re.findall(r"const (?:FOLLOWS|MOMENT) = \[(.*?)\];", script, re.DOTALL)
    return set(re.findall(r'"(\w+)"', " ".join(lists)))


def test_every_cell_is_one_that_runs_by_itself(notebook):
    """A plain call to the desk; with anything else the notebook would not start."""
    runs_by_itself(notebook)


def test_notebooks_that_are_made_of_a_kit_run_by_themselves():
    """Those of a second policy are opened as the first ones are."""
    made = notebooks(load("generative_ai"))

    assert len(made) > 3
    for content in made.values():
        runs_by_itself(json.loads(content))


def runs_by_itself(notebook):
    """Hold every code cell against what JupyterLab runs when a notebook is opened."""
    opens = "from workshop_kit.live.desk import Desk\n\nworkshop = Desk.here()\n"
    for cell in code(notebook):
        call = "".join(cell["source"]).removeprefix(opens)
        found = re.fullmatch(r'workshop\.(\w+)\((?:"\w+"(?:, "\w+")*)?\)', call)

        assert found is not None
        assert found[1] in desk_calls()


def test_what_runs_by_itself_is_what_the_desk_shows():
    """Each name is one of the desk's; what records something is not among them."""
    assert len(desk_calls()) > 20
    assert all(hasattr(Desk, name) for name in desk_calls())
    assert "keep" not in desk_calls()


def test_the_facilitator_is_told_why_and_how_long(notebook):
    """The first cell of each part has purpose, exercise and time in both languages."""
    first = "".join(notebook["cells"][0]["source"])
    if "Zo werkt het" in first:
        assert "How it works" in first
        return

    for word in ("Doel", "Werkvorm", "Tijd", "Purpose", "Exercise", "Time"):
        assert f"**{word}:**" in first
