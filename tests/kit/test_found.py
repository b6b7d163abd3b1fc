"""Kits come from packages too; a broken one or a clash is said in words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workshop_kit.errors import KitError
from workshop_kit.i18n import Translator
from workshop_kit.kit import found
from workshop_kit.kit.found import find, names
from workshop_kit.kit.load import load
from workshop_kit.kit.scaffold import new_kit
from workshop_kit.live.workshop import Workshop


@pytest.fixture
def target(tmp_path, monkeypatch):
    """A folder into which packages can be installed, as with pip --target."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    found.installed.cache_clear()
    yield folder
    found.installed.cache_clear()


def install(target, kit, *, package="", distribution="", content=True):
    """Install a package with one kit, with what an installer writes beside it."""
    package = package or f"{kit}_kit"
    distribution = distribution or package.replace("_", "-").replace("/", "-")
    (target / package).mkdir(exist_ok=True, parents=True)
    (target / package / "__init__.py").write_text(
        'raise RuntimeError("run")\n', "utf-8"
    )
    if content:
        new_kit(
            target / "made" / (content if isinstance(content, str) else kit), lang="en"
        )
        (source,) = (target / "made").iterdir()
        shutil.copytree(source, target / package, dirs_exist_ok=True)
        shutil.rmtree(target / "made")
    info = target / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", "utf-8"
    )
    (info / "entry_points.txt").write_text(
        f"[workshop_kit.kits]\n{kit} = {package.replace('/', '.')}\n", "utf-8"
    )
    found.installed.cache_clear()


def test_a_kit_of_a_package_is_found_by_its_id(target):
    """As those that come with the program; nothing of the package is run."""
    install(target, "photo_policy")

    assert "photo_policy" in names()
    assert find("photo_policy") == target / "photo_policy_kit"
    assert load("photo_policy").id == "photo_policy"
    assert "photo_policy_kit" not in sys.modules


def test_a_kit_inside_a_package_runs_nothing_of_it(target):
    """Python would run the outer package to find the inner one."""
    install(target, "photo_policy", package="outer/inner")
    (target / "outer" / "__init__.py").write_text(
        'raise RuntimeError("run")\n', "utf-8"
    )

    assert find("photo_policy") == target / "outer" / "inner"
    assert load("photo_policy").id == "photo_policy"
    assert "outer" not in sys.modules


def test_a_workshop_is_held_with_it(target, tmp_path):
    """The file keeps the id and not the place, so it opens wherever it is installed."""
    install(target, "photo_policy")
    path = tmp_path / "w.workshop"
    Workshop.create(path, kit="photo_policy", lang="nl", track="full").close()
    with Workshop.open(path) as workshop:
        assert workshop.store.workshop().kit == "photo_policy"
        assert workshop.kit.aspect("why").title["en"] == "Why"


def test_the_command_finds_it_too(target):
    """In a process of its own, by nothing but what is installed."""
    install(target, "photo_policy")
    done = subprocess.run(
        [sys.executable, "-m", "workshop_kit", "check", "photo_policy"],
        env={
            **os.environ,
            "WORKSHOP_LANG": "en",
            "PYTHONPATH": os.pathsep.join([str(target), *sys.path]),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "Photo policy: 9 questions, 3 rules, nothing wrong.\n"


def test_a_package_without_its_kit(target):
    """A broken one is named, with what to do; other kits are still there."""
    install(target, "photo_policy", content=False)
    with pytest.raises(KitError) as caught:
        find("photo_policy")

    assert str(caught.value) == (
        "photo_policy: the package photo-policy-kit says that it has this kit, but has "
        "no 'kit.yaml'. Install a good version of it, or remove it."
    )
    assert caught.value.render(Translator("nl")) == (
        "photo_policy: het pakket photo-policy-kit zegt dat het deze kit heeft, maar er "
        "is geen 'kit.yaml'. Installeer een goede versie ervan, of verwijder het."
    )
    assert load("social_media").id == "social_media"


def test_a_package_that_is_only_half_there(target):
    """Its entry point leads nowhere any more."""
    install(target, "photo_policy")
    shutil.rmtree(target / "photo_policy_kit")
    with pytest.raises(KitError, match=r"has no 'kit\.yaml'"):
        find("photo_policy")


def test_a_kit_that_calls_itself_something_else(target):
    """Answers are kept under the id, so there has to be one."""
    install(target, "photo_policy", content="other_policy")
    with pytest.raises(KitError) as caught:
        load("photo_policy")

    assert str(caught.value) == (
        "photo_policy: this kit is installed as 'photo_policy' but calls itself "
        "'other_policy'. Install a good version of it, or remove it."
    )


def test_two_packages_with_the_same_kit(target):
    """Nobody guesses which of them a workshop was made with."""
    install(target, "photo_policy")
    install(target, "photo_policy", package="other_kit")
    with pytest.raises(KitError) as caught:
        find("photo_policy")

    assert sorted(str(caught.value).split(": ")[2].split(". ")[0].split(", ")) == [
        "other-kit",
        "photo-policy-kit",
    ]
    assert str(caught.value).startswith(
        "photo_policy: more than one package has a kit with this id: "
    )
    assert str(caught.value).endswith(
        ". Remove one of them, or name the folder of the kit instead."
    )
    assert names().count("photo_policy") == 1
    assert load(target / "other_kit").id == "photo_policy"


def test_a_package_with_a_kit_that_is_shipped(target, tmp_path):
    """It never takes its place, and whoever begins a workshop hears of it."""
    install(target, "social_media")
    with pytest.raises(KitError) as caught:
        Workshop.create(tmp_path / "a", kit="social_media", lang="nl")

    assert find("social_media") == found.SHIPPED / "social_media"

    assert str(caught.value) == (
        "social_media: more than one package has a kit with this id: workshop-kit, "
        "social-media-kit. Remove one of them, or name the folder of the kit instead."
    )


def test_a_folder_of_that_name_is_not_what_is_meant(target, tmp_path, monkeypatch):
    """An id is an id; a folder beside it has to be named as one."""
    install(target, "photo_policy")
    new_kit(tmp_path / "photo_policy", lang="en")
    monkeypatch.chdir(tmp_path)

    assert find("photo_policy") == target / "photo_policy_kit"
    assert find("./photo_policy") == Path("photo_policy")
