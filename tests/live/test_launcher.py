"""Which notebooks the cards of the launcher open, and for which workshop."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workshop_kit.errors import StoreError, WorkshopError
from workshop_kit.kit.load import load
from workshop_kit.live.lab import the_place
from workshop_kit.live.launcher.folders import found, make, opened
from workshop_kit.live.notebooks import FOLDER as NOTEBOOKS
from workshop_kit.live.opened import FILE_VARIABLE
from workshop_kit.live.starter import OWN, WHICH, belongs_to, lay_out
from workshop_kit.live.workshop import Workshop

KIT = load("social_media")
SMALL = Path(__file__).parents[1] / "kits" / "small"
FIRST = Path(NOTEBOOKS) / "00_start.ipynb"


@pytest.fixture(autouse=True)
def own_jupyter(monkeypatch):
    """A JupyterLab that was not started for one workshop."""
    monkeypatch.delenv(FILE_VARIABLE, raising=False)


def new(root, name="Museum", kit="social_media"):
    """Make a workshop as the card does."""
    return make(root, "", name, kit=kit, lang="nl")


def test_a_new_workshop_has_a_folder_and_notebooks_of_its_own(tmp_path):
    """The notebooks find their workshop, whatever else is in the environment."""
    notebook = new(tmp_path)
    folder = tmp_path / "Museum"

    assert notebook == folder / FIRST
    assert belongs_to(folder / NOTEBOOKS) == folder / "Museum.workshop"
    with Workshop.here(folder / NOTEBOOKS) as workshop:
        assert workshop.store.path == folder / "Museum.workshop"


def test_notebooks_keep_to_their_workshop_in_a_lab_of_another(tmp_path, monkeypatch):
    """What JupyterLab was started for holds only for notebooks that say nothing."""
    new(tmp_path)
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "other.workshop"))

    with Workshop.here(tmp_path / "Museum" / NOTEBOOKS) as workshop:
        assert workshop.store.path.name == "Museum.workshop"


def test_a_folder_that_was_moved_still_finds_its_workshop(tmp_path):
    """The way to it is from the notebooks, not from the root."""
    new(tmp_path)
    moved = tmp_path / "2027"
    shutil.move(tmp_path / "Museum", moved)

    assert belongs_to(moved / NOTEBOOKS) == moved / "Museum.workshop"
    assert opened(tmp_path, "2027/Museum.workshop") == moved / FIRST


def test_a_workshop_of_another_kit_has_the_notebooks_of_that_kit(tmp_path):
    """They are found again when it is opened, and find their workshop."""
    notebook = new(tmp_path, kit="generative_ai")

    assert notebook == tmp_path / "Museum/notebooks/generative_ai/00_start.ipynb"
    assert opened(tmp_path, "Museum/Museum.workshop") == notebook
    with Workshop.here(notebook.parent) as workshop:
        assert workshop.content.id == "generative_ai"


def test_nothing_is_made_over_something(tmp_path):
    """The same name again is refused, and what was there stays."""
    new(tmp_path)
    before = (tmp_path / "Museum" / "Museum.workshop").read_bytes()

    with pytest.raises(WorkshopError, match="There is something of this name already"):
        new(tmp_path)
    assert (tmp_path / "Museum" / "Museum.workshop").read_bytes() == before


def test_a_workshop_alone_gets_notebooks_beside_it(tmp_path):
    """Opened twice, they are the same ones, and one that broke is given anew."""
    file = tmp_path / "alone.workshop"
    Workshop.create(file, kit="social_media", lang="nl").close()
    first = opened(tmp_path, "alone.workshop")
    first.write_text("{", "utf-8")

    assert opened(tmp_path, "alone.workshop") == first == tmp_path / "alone" / FIRST
    assert first.read_text("utf-8") != "{"
    assert (tmp_path / "alone" / NOTEBOOKS / WHICH).read_text("utf-8") == (
        "../../alone.workshop\n"
    )


def test_the_workshop_of_a_folder_opens_the_notebooks_of_that_folder(tmp_path):
    """``workshops/social_media.workshop`` is where notebooks look by themselves."""
    with Workshop.here(tmp_path) as workshop:
        path = workshop.store.path.relative_to(tmp_path).as_posix()
    lay_out(tmp_path, KIT)

    assert opened(tmp_path, path) == tmp_path / FIRST
    assert not (tmp_path / NOTEBOOKS / WHICH).exists()


def test_start_notebooks_and_cards_agree_on_where_a_workshop_is(tmp_path):
    """By the id of its kit, also where the folder of the kit is called otherwise."""
    folder = tmp_path / "a folder"
    shutil.copytree(SMALL, folder)
    place = the_place(tmp_path, None, str(folder))
    Workshop.create(place, kit=str(folder), lang="en", track="full").close()

    notebook = opened(tmp_path, place.relative_to(tmp_path).as_posix())
    with Workshop.here(notebook.parent) as workshop:
        assert workshop.store.path == place == tmp_path / "workshops/small.workshop"
    assert not (notebook.parent / WHICH).exists()


def test_the_workshop_that_jupyterlab_was_started_for_has_its_notebooks(
    tmp_path, monkeypatch
):
    """They are those of the folder it shows."""
    file = tmp_path / "served.workshop"
    Workshop.create(file, kit="social_media", lang="nl").close()
    lay_out(tmp_path, KIT)
    monkeypatch.setenv(FILE_VARIABLE, str(file))

    assert opened(tmp_path, "served.workshop") == tmp_path / FIRST


def test_what_is_not_a_workshop_makes_no_folder(tmp_path):
    """A damaged file is said in words before notebooks are made for it."""
    (tmp_path / "bad.workshop").write_text("no database", "utf-8")

    with pytest.raises(StoreError):
        opened(tmp_path, "bad.workshop")
    assert [p.name for p in tmp_path.iterdir()] == ["bad.workshop"]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("w2", "w2/notebooks"),
        ("w2/notebooks", "w2/notebooks"),
        ("w2/data", "w2/data/own"),
        ("w2/data/own", "w2/data/own"),
    ],
)
def test_nothing_is_written_where_a_link_leads_out(tmp_path, link, said):
    """A folder that was received may lead elsewhere; what is there stays as it was."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(outside)
    Workshop.create(root / "w2.workshop", kit="social_media", lang="nl").close()
    before = sorted(root.rglob("*"))

    with pytest.raises(WorkshopError) as caught:
        opened(root, "w2.workshop")
    assert str(caught.value) == (
        f"{said}: This is outside the folder that JupyterLab shows."
    )
    assert list(outside.iterdir()) == []
    assert sorted(root.rglob("*")) == before


def test_a_link_that_stays_in_the_folder_is_followed(tmp_path):
    """Whoever keeps all notebooks together finds them there."""
    (tmp_path / "together").mkdir()
    (tmp_path / "w2").mkdir()
    (tmp_path / "w2" / NOTEBOOKS).symlink_to(tmp_path / "together")
    Workshop.create(tmp_path / "w2.workshop", kit="social_media", lang="nl").close()

    assert opened(tmp_path, "w2.workshop") == tmp_path / "w2" / FIRST
    assert (tmp_path / "together" / WHICH).is_file()
    assert (tmp_path / "w2" / OWN).is_file()


@pytest.mark.parametrize(
    ("path", "name"), [("a\0b", r"'a\x00b'"), ("\ud800", r"'\ud800'")]
)
def test_what_can_be_no_path_is_said_in_words(tmp_path, path, name):
    """A program may ask with anything; neither card makes or opens something then."""
    message = f"No file or folder can have this name: {name}. Choose another name."
    for deed in (
        lambda: opened(tmp_path, path),
        lambda: make(tmp_path, path, "x", kit="social_media", lang="nl"),
    ):
        with pytest.raises(WorkshopError) as caught:
            deed()
        assert str(caught.value) == message
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_made_where_a_link_leads_nowhere(tmp_path):
    """The name is taken, also by a link to what is not there."""
    (tmp_path / "Museum").symlink_to(tmp_path.parent / "nowhere")

    with pytest.raises(WorkshopError, match="There is something of this name already"):
        new(tmp_path)


def test_workshops_are_found_a_few_folders_down_but_not_behind_links(tmp_path):
    """The newest comes first; hidden folders and what a link leads to are left out."""
    root = tmp_path / "root"
    for place in ("1", "a/2", "a/b/c/3", "a/b/c/d/4", ".hidden/5"):
        file = root / f"{place}.workshop"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "6.workshop").write_text("", "utf-8")
    (root / "link").symlink_to(tmp_path / "elsewhere")

    names = found(root)
    assert sorted(names) == ["1.workshop", "a/2.workshop", "a/b/c/3.workshop"]
