"""A kit gets notebooks of its own, as clean as those that are written by hand."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace

import mistune
import pytest

from workshop_kit.kit.found import DEFAULT, find
from workshop_kit.kit.load import load
from workshop_kit.live.notebooks import home, notebooks
from workshop_kit.live.own import data_folder
from workshop_kit.live.starter import lay_out
from workshop_kit.live.workshop import Workshop

OTHER = "generative_ai"


def cells(content, kind):
    """Return the texts of the cells of a kind."""
    made = json.loads(content)["cells"]
    return ["".join(c["source"]) for c in made if c["cell_type"] == kind]


def test_there_is_one_for_each_part_between_start_and_policy():
    """In the order in which they are used, each naming the next."""
    kit = load(OTHER)
    made = notebooks(kit)
    parts = [f"{n:02}_{part.id}.ipynb" for n, part in enumerate(kit.aspects, 1)]

    assert list(made) == [
        "00_start.ipynb",
        *parts,
        "13_decide.ipynb",
        "14_policy.ipynb",
    ]
    for name, following in zip(made, list(made)[1:], strict=False):
        assert f"[{following}]({following})" in cells(made[name], "markdown")[-1]


HOSTILE = "![x](http://evil/b.png) <img src=x> `a` *b* _c_\n\n# [d](http://evil)"


def test_words_of_a_kit_stay_words():
    """No title, purpose, exercise or track of a kit becomes a picture, link or code."""
    kit = load(OTHER)
    words = dict.fromkeys(kit.languages, HOSTILE)
    part = replace(kit.aspects[0], title=words, purpose=words, exercise=words)
    tracks = {name: replace(track, label=words) for name, track in kit.tracks.items()}
    hostile = replace(kit, title=words, tracks=tracks, aspects=(part, *kit.aspects[1:]))
    made = [
        cell
        for content in notebooks(hostile).values()
        for cell in cells(content, "markdown")
    ]

    drawn = [mistune.html(cell) for cell in made]

    assert sum("evil" in page for page in drawn) >= 3
    for page in drawn:
        assert not re.search(r'="http|<img|<code>a|<em>b|<em>c|<h1>d', page)


@pytest.mark.parametrize("name", list(notebooks(load(OTHER))))
def test_each_is_clean_and_thin(name):
    """No outputs; code is folded away and calls the desk; nothing can be deleted."""
    made = json.loads(notebooks(load(OTHER))[name])

    assert set(made["metadata"]) == {"kernelspec", "language_info"}
    for cell in made["cells"]:
        assert cell["metadata"]["deletable"] is False
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["metadata"]["jupyter"]["source_hidden"] is True
            assert len("".join(cell["source"]).splitlines()) <= 4
    first = cells(notebooks(load(OTHER))[name], "code")[0]
    assert first.startswith(
        "from workshop_kit.live.desk import Desk\n\nworkshop = Desk"
    )


def test_each_says_purpose_exercise_and_time_in_the_languages_of_the_kit():
    """In the kit's own words, Dutch and English, with the minutes of each track."""
    first = cells(notebooks(load(OTHER))["02_goals.ipynb"], "markdown")[0]

    assert first.startswith("# 2 · Waarvoor AI ons helpt | Where AI helps us")
    for word in ("Doel", "Werkvorm", "Tijd", "Purpose", "Exercise", "Time"):
        assert f"**{word}:**" in first
    assert "Anderhalf uur: 12 minuten; Een dagdeel: 31 minuten" in first


def test_figures_are_asked_for_only_where_exports_feed_them():
    """A kit that follows what platforms count gets the cells that read exports."""
    ours = b"".join(notebooks(load(OTHER)).values())
    theirs = notebooks(load(DEFAULT))

    assert b"workshop.files()" not in ours
    assert "workshop.files()" in cells(theirs["09_monitoring.ipynb"], "code")


def test_every_cell_works_in_a_workshop_of_its_kit(tmp_path, monkeypatch):
    """All that the notebooks call is there, whatever has been answered so far."""
    kit = load(OTHER)
    first = lay_out(tmp_path, kit).first
    monkeypatch.chdir((tmp_path / first).parent)
    monkeypatch.delenv("WORKSHOP_FILE", raising=False)
    for content in notebooks(kit).values():
        names = {}
        for code in cells(content, "code"):
            if "export()" not in code:  # which wants a decision first
                exec(code, names)  # noqa: S102 - our own notebooks
        names["workshop"].workshop.close()


def test_the_workshop_of_a_folder_of_notebooks(tmp_path, monkeypatch):
    """Notebooks of a kit open a workshop of that kit, and find data beside them all."""
    first = lay_out(tmp_path, load(OTHER)).first
    monkeypatch.chdir((tmp_path / first).parent)
    monkeypatch.delenv("WORKSHOP_FILE", raising=False)
    with Workshop.here() as made:
        assert made.content.id == OTHER
        assert made.store.path == tmp_path / "workshops" / f"{OTHER}.workshop"

    assert data_folder() == tmp_path / "data"
    assert home(tmp_path) == home(tmp_path / "notebooks") == tmp_path


def test_a_notebook_that_was_changed_is_kept_aside(tmp_path):
    """What somebody wrote beside a form is not lost by starting again."""
    first = lay_out(tmp_path, load(OTHER)).first
    (tmp_path / first).write_text("{}", "utf-8")
    (renewed,) = lay_out(tmp_path, load(OTHER)).renewed

    folder = (tmp_path / first).parent
    assert (folder / renewed.kept).read_text("utf-8") == "{}"
    assert (tmp_path / first).read_bytes() == notebooks(load(OTHER))[first.name]
    assert len(list(folder.iterdir())) == 16


def test_a_kit_in_one_language_speaks_only_that(small_folder):
    """Its notebooks do not repeat themselves."""
    for path in small_folder.rglob("*.yaml"):
        text = path.read_text("utf-8").replace("[nl, en]", "[nl]")
        path.write_text(_without_english(text), "utf-8")
    made = notebooks(load(small_folder))

    assert cells(made["00_start.ipynb"], "markdown")[0].startswith("# Klein beleid\n")
    assert "Choose" not in cells(made["00_start.ipynb"], "markdown")[1]
    assert find(small_folder) == small_folder
    shutil.rmtree(small_folder)


def _without_english(text):
    while ', en: "' in text:
        before, _, rest = text.partition(', en: "')
        text = before + rest.partition('"')[2]
    return text
