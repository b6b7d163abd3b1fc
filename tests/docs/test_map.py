"""The maps in words match the house: every room is named, and every name is a room."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from examples import ROOT

import workshop_kit

HOUSE = ROOT / "workshop_kit"
SHUT = {"locale"}
"""Folders with words for people; the map in the code leaves them out."""


def rooms():
    """Return the names of what stands directly in the package."""
    found = {p.parent.name for p in HOUSE.glob("*/*") if p.parent.name[0] != "_"}
    return {*found, *(p.stem for p in HOUSE.glob("*.py") if p.stem[0] != "_")}


def mapped():
    """Return the map of the package: what a line names, and what it says of it."""
    lines = re.findall(r"^ {4}(\w.{13})(\S?.*)$", workshop_kit.__doc__, re.MULTILINE)
    named = {name.strip(): words for names, words in lines for name in names.split(",")}
    return {name: words for name, words in named.items() if name != "__main__"}


def test_the_map_in_the_package_names_every_room_and_no_other():
    """Rooms within rooms are named by their path."""
    names = set(mapped())

    assert {name.split(".")[0] for name in names} == rooms() - SHUT
    for name in names:
        place = HOUSE / name.replace(".", "/")
        assert place.is_dir() or place.with_suffix(".py").is_file(), name
    inner = {
        p.parent.relative_to(HOUSE).as_posix().replace("/", ".")
        for p in HOUSE.glob("*/*/__init__.py")
        if p.parents[1].name == "live"
    }
    assert inner <= names


def test_kits_that_the_map_names_are_there():
    """Content is part of the map; it may be named, or only said what it is."""
    kits = {path.parent.name for path in HOUSE.glob("kits/*/kit.yaml")}

    assert mapped()["kits"].startswith("content")
    assert set(re.findall(r"\w+_\w+", mapped()["kits"])) <= kits


def test_the_map_for_contributors_names_every_room():
    """The table in CONTRIBUTING.md has the same rooms."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = text.split("| room |")[1].split("\n\n")[0]
    named = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)

    assert set(re.findall(r"`(\w+)`", " ".join(named))) == rooms()


def test_layers_of_the_contract_are_rooms():
    """What the import contract orders is what the map shows, from top to bottom."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    (contract,) = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    order = [room for layer in contract["layers"] for room in layer.split(" | ")]
    shown = [name for name in mapped() if "." not in name]

    assert set(order) - {"__main__"} == rooms() - {"kits", "locale"}
    shown = [name for name in shown if name in order]
    assert shown[:4] == [name for name in order if name in shown][:4]


def test_every_file_has_a_caption():
    """The first sentence of each module says what it is for."""
    bare = [
        path.relative_to(ROOT).as_posix()
        for path in HOUSE.rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]

    assert bare == []


def test_folders_that_contributors_read_of_exist():
    """The folders beside the package are there, and none of ours is forgotten."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    beside = re.search(r"^Beside it:(.*?)\n\n?\[?Why", text, re.MULTILINE | re.DOTALL)
    assert beside is not None
    named = set(re.findall(r"`([a-z]+)/`", beside[1]))
    there = {"notebooks", "tests", "docs", "benchmarks", "deploy", "data"}

    assert named == there
    assert all(Path(ROOT, name).is_dir() for name in named)
