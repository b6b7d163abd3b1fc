"""What a folder is given: notebooks that work, and nothing of its own lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workshop_kit.errors import WorkshopError
from workshop_kit.kit.load import load
from workshop_kit.live.notebooks import FOLDER as NOTEBOOKS
from workshop_kit.live.starter import OWN, lay_out, shipped

NAMES = sorted(file.name for file in (shipped() / NOTEBOOKS).glob("*.ipynb"))
ROOT = Path(__file__).parents[2]
KIT = load("social_media")
FIRST = Path(NOTEBOOKS) / "00_start.ipynb"


@pytest.fixture
def folder(tmp_path):
    """A folder that was laid out before."""
    lay_out(tmp_path, KIT)
    return tmp_path


def change(file, **more):
    """Save a notebook with an other first code cell."""
    content = json.loads(file.read_text("utf-8"))
    code = next(c for c in content["cells"] if c["cell_type"] == "code")
    code.update(more)
    file.write_text(json.dumps(content), "utf-8")


def test_an_empty_folder_gets_every_notebook(tmp_path):
    """The nine notebooks, and a place for own figures; nothing is said about it."""
    assert lay_out(tmp_path, KIT).renewed == ()
    assert sorted(p.name for p in (tmp_path / NOTEBOOKS).iterdir()) == NAMES
    assert len(NAMES) == 9
    assert (tmp_path / OWN).is_file()


def test_laying_out_again_changes_nothing(folder):
    """Neither file nor time of writing is touched."""
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}

    assert lay_out(folder, KIT).renewed == ()
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


def test_a_notebook_that_was_run_stays(folder):
    """Outputs, counts and an empty cell at the end are what running leaves behind."""
    file = folder / FIRST
    output = {"output_type": "stream", "name": "stdout", "text": ["!"]}
    change(file, outputs=[output], execution_count=3)
    content = json.loads(file.read_text("utf-8"))
    empty = {"cell_type": "code", "source": "", "metadata": {}, "outputs": []}
    content["cells"].append(empty)
    file.write_text(json.dumps(content), "utf-8")
    before = file.read_bytes()

    assert lay_out(folder, KIT).renewed == ()
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        "",
        '{"cells": [',
        "[]",
        '{"cells": [{}]}',
        '{"cells": [{"cell_type": "code"}]}',
        pytest.param("[" * 100_000, id="nested"),
    ],
)
def test_a_damaged_notebook_is_kept_aside(folder, damage, en, nl):
    """Cut off, empty or no notebook at all: a fresh one, and words in both languages."""
    file = folder / FIRST
    file.write_text(damage, "utf-8")
    (renewed,) = lay_out(folder, KIT).renewed

    kept = file.with_name(renewed.kept)
    assert kept.read_text("utf-8") == damage
    assert file.read_bytes() == (shipped() / FIRST).read_bytes()
    assert renewed.render(en) == (
        f"00_start.ipynb was damaged; here is a fresh one. What was there is now"
        f" {kept.name}."
    )
    assert renewed.render(nl) == (
        f"00_start.ipynb was beschadigd; hier is een vers exemplaar. Wat er stond, heet"
        f" nu {kept.name}."
    )


def test_a_changed_notebook_is_kept_aside_each_time(folder, en):
    """What somebody wrote is never lost, however often it happens on one day."""
    file = folder / FIRST
    kept = set()
    for text in ("print(1)", "print(2)", "print(3)"):
        change(file, source=[text])
        (renewed,) = lay_out(folder, KIT).renewed
        assert not renewed.damaged
        assert text in file.with_name(renewed.kept).read_text("utf-8")
        kept.add(renewed.kept)

    assert len(kept) == 3
    assert "was changed or of another version" in renewed.render(en)


def test_the_project_itself_is_left_alone():
    """Who works on the notebooks finds them as they were."""
    before = (ROOT / FIRST).read_bytes()

    assert lay_out(ROOT, KIT).renewed == ()
    assert (ROOT / FIRST).read_bytes() == before


def test_a_folder_in_the_way_is_said_in_words(tmp_path):
    """A file where the notebooks should be cannot be written into."""
    (tmp_path / NOTEBOOKS).write_text("in the way", "utf-8")

    with pytest.raises(WorkshopError, match="cannot be written"):
        lay_out(tmp_path, KIT)
