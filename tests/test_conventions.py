"""What others expect of a Python package in Jupyter, and that nothing falls behind."""

from __future__ import annotations

import ast
import json
import ntpath
import operator
import re
import tomllib
import zipfile
from importlib import import_module
from pathlib import Path, PurePosixPath, PureWindowsPath

import nbformat
import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from traitlets import TraitError
from traitlets.config import Config

import workshop_kit
from workshop_kit import __version__
from workshop_kit.errors import WorkshopError
from workshop_kit.export.exporters import PolicyHTMLExporter, PolicyMarkdownExporter
from workshop_kit.kit.devices import is_a_device
from workshop_kit.live.lab import LABEXTENSIONS
from workshop_kit.live.launcher import CONFIG, folders
from workshop_kit.live.launcher.folders import FORBIDDEN, make
from workshop_kit.live.notebooks import FOLDER as NOTEBOOKS
from workshop_kit.live.starter import shipped
from workshop_kit.store.place import SUFFIX

ROOT = Path(__file__).parents[1]
PACKAGE = Path(workshop_kit.__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RECIPE = yaml.safe_load((ROOT / "deploy/conda/recipe.yaml").read_text("utf-8"))
CONDA = {"matplotlib": "matplotlib-base"}
"""Packages that conda calls otherwise."""


def bounds(requirement):
    """Return the bounds of a requirement, in no order."""
    return {str(each) for each in Requirement(requirement).specifier}


def test_the_conda_recipe_is_in_step():
    """Version, entry points, licence and every requirement are those of the wheel."""
    run = dict(line.split() for line in RECIPE["requirements"]["run"])
    wanted = {
        CONDA.get(r.name.lower(), r.name.lower()): {str(s) for s in r.specifier}
        for r in map(Requirement, PROJECT["dependencies"])
    }
    python = run.pop("python")

    assert {name: {*said.split(",")} for name, said in run.items()} == wanted
    assert python == PROJECT["requires-python"]
    assert RECIPE["context"]["version"] == __version__
    assert RECIPE["about"]["license"] == PROJECT["license"]
    assert RECIPE["about"]["summary"] == PROJECT["description"]
    assert RECIPE["build"]["python"]["entry_points"] == [
        f"{name} = {place}" for name, place in PROJECT["scripts"].items()
    ]


def test_every_entry_point_leads_somewhere():
    """Commands and exporters are found by their names."""
    places = [*PROJECT["scripts"].values()]
    places += [p for group in PROJECT["entry-points"].values() for p in group.values()]

    assert len(places) >= 6
    for place in places:
        module, _, name = place.partition(":")
        assert not name or callable(getattr(import_module(module), name))


def test_the_package_says_that_it_is_typed():
    """Type checkers of who uses it look for this file."""
    assert (PACKAGE / "py.typed").is_file()
    assert "Typing :: Typed" in PROJECT["classifiers"]


def test_the_classifiers_name_every_python_that_is_let_in():
    """From the lowest that is accepted."""
    named = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))

    assert PROJECT["requires-python"] == f">={named[0]}"
    assert named == [f"3.{minor}" for minor in range(11, 11 + len(named))]


def test_the_part_in_jupyterlab_has_the_version_of_the_package():
    """JupyterLab shows it beside the name, and loads what is named there."""
    folder = LABEXTENSIONS / "workshop-kit"
    said = json.loads((folder / "package.json").read_text("utf-8"))

    assert said["version"] == __version__
    assert (folder / said["jupyterlab"]["_build"]["load"]).is_file()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names of all files in the wheel, as it is built here."""
    folder = tmp_path_factory.mktemp("wheel")
    secret = ROOT / "data" / "own" / "a-test-puts-this-here.csv"
    secret.write_text("secret", "utf-8")
    try:
        (built,) = WheelBuilder(str(ROOT)).build(
            directory=str(folder), versions=["standard"]
        )
    finally:
        secret.unlink()
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_the_wheel_has_what_start_and_demo_need(wheel):
    """Every notebook and sample, the cards, and who is told of them."""
    inside = "workshop_kit/starter/"
    data = f"workshop_kit-{__version__}.data/data/"
    notebooks = {f.name for f in (shipped() / NOTEBOOKS).glob("*.ipynb")}

    assert {f"{inside}notebooks/{name}" for name in notebooks} <= {*wheel}
    assert {
        f"{inside}data/own/README.md",
        f"{inside}data/sample_workshop/workshop.yaml",
        f"{inside}data/sfomuseum_twitter/tweets.csv",
        f"{inside}data/nl_age_cbs/nl_social_use_by_age_cbs.csv",
        f"{data}etc/jupyter/{CONFIG.name}/workshop-kit.json",
        f"{data}share/jupyter/labextensions/workshop-kit/package.json",
        f"{data}share/jupyter/labextensions/workshop-kit/static/remoteEntry.js",
        "workshop_kit/live/labextensions/workshop-kit-open/static/remoteEntry.js",
        "workshop_kit/py.typed",
    } <= {*wheel}


def test_no_notebook_runs_by_itself_in_a_jupyterlab_that_we_do_not_start(wheel):
    """A module beside it could stand in for ours there; the cards run nothing."""
    given = {n.split("/labextensions/")[1] for n in wheel if "share/jupyter/lab" in n}

    assert {name.split("/")[0] for name in given} == {"workshop-kit"}


def test_nothing_of_ones_own_gets_into_the_wheel(wheel):
    """Figures in data/own, notebooks that were run aside, and answers stay here."""
    own = [n for n in wheel if "/own/" in n or n.endswith((".workshop", ".log"))]

    assert own == ["workshop_kit/starter/data/own/README.md"]
    assert [n for n in wheel if "checkpoint" in n or "__pycache__" in n] == []


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_exporters_are_configured_as_others_of_nbconvert(lang):
    """The language can be set in a configuration file or on the command line."""
    notebook = nbformat.v4.new_notebook()
    for exporter in (PolicyHTMLExporter, PolicyMarkdownExporter):
        config = Config({exporter.__name__: {"lang": lang}})
        assert exporter(config=config).lang == lang
    page, _ = PolicyHTMLExporter(
        config=Config({"PolicyHTMLExporter": {"lang": lang}})
    ).from_notebook_node(notebook)

    assert f'<html lang="{lang}"' in page


def test_a_language_that_is_not_spoken_is_refused():
    """A mistake in a configuration file is said when it is read."""
    with pytest.raises(TraitError, match="any of"):
        PolicyHTMLExporter(config=Config({"PolicyHTMLExporter": {"lang": "xx"}}))


POSIX_MODULES = {"fcntl", "grp", "pwd", "resource", "termios", "tty", "pty"}
POSIX_NAMES = {"geteuid", "getuid", "fork", "setsid", "killpg", "AF_UNIX", "SIGKILL"}


def test_modules_of_posix_are_imported_only_where_they_are_used():
    """Every module of the package can be imported on Windows."""
    found = {
        path.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.name in POSIX_MODULES or getattr(node, "module", None) in POSIX_MODULES
    }

    assert found == set()


def test_what_only_posix_has_stands_behind_a_question():
    """A function that uses it asks first which system this is, or is named here."""
    asked = ("os.name", "sys.platform")
    # Sockets that are files are asked for by name, with --sockets.
    known = {"kept.py:at_file"}
    found = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                source = ast.get_source_segment(text, node)
                names = {
                    each.attr
                    for each in ast.walk(node)
                    if isinstance(each, ast.Attribute)
                }
                if names & POSIX_NAMES and not any(a in source for a in asked):
                    found.add(f"{path.name}:{node.name}")

    assert found - known == set()


@pytest.mark.parametrize(
    "name",
    [
        *("a/b", "a\\b", "C:x", "..", ".hidden", "ends.", "", "q?", 'q"', "x" * 61),
        *("con", "Nul.2026", "COM1 .x", "ends..workshop", ". .workshop"),
    ],
)
def test_a_name_that_some_system_refuses_makes_no_workshop(name, tmp_path):
    """The same folder can be opened on Windows, macOS and Linux."""
    with pytest.raises(WorkshopError, match="cannot be the name of a workshop"):
        make(tmp_path, "", name, kit="social_media", lang="nl")

    assert list(tmp_path.iterdir()) == []


def test_names_that_are_allowed_are_one_part_of_a_path_everywhere():
    """Nothing that is let through means another folder on some system."""
    allowed = [chr(n) for n in range(32, 1000) if chr(n).isprintable()]
    names = [f"a{c}b" for c in allowed if c not in FORBIDDEN]

    assert all(len(PureWindowsPath(name).parts) == 1 for name in names)
    assert all(len(PurePosixPath(name).parts) == 1 for name in names)


def refused_by_windows(name):
    """What Python itself says of it, which asks no Windows."""
    # The newer one knows of spaces and dots at the end too; the older one is going.
    newer = getattr(ntpath, "isreserved", None)
    asked = newer(name) if newer else PureWindowsPath(name).is_reserved()
    return asked or name[-1:] in {".", " ", ""} or bool(FORBIDDEN & {*name})


DEVICES = st.sampled_from(
    ["CON", "nul", "Aux", "prn", "COM1", "lpt9", "conin$", "com\u00b9"]
)
ENDINGS = st.sampled_from(["", ".", " ", " .", ".workshop", " .workshop", ".a.b", "x"])


@given(st.text() | st.builds(operator.add, DEVICES, ENDINGS))
def test_any_name_that_is_let_through_is_a_name_on_windows(name):
    """Whatever somebody types in the launcher's card."""
    try:
        kept = folders._checked(name)
    except WorkshopError:
        return

    assert not refused_by_windows(kept)
    assert not refused_by_windows(f"{kept}{SUFFIX}")


@given(st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True) | DEVICES)
def test_a_device_of_windows_is_known_as_one(name):
    """Names of kits and of their files: what Python calls reserved, and no other."""
    assert is_a_device(name) == refused_by_windows(name)
