"""Editors know the files of a kit as the program does."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from workshop_kit.kit.found import SHIPPED, names
from workshop_kit.kit.parse import _Loader
from workshop_kit.kit.schema import as_file, schemas

SMALL = Path(__file__).parents[1] / "kits" / "small"
CORPUS = Path(__file__).parents[1] / "corpus" / "broken_kits.yaml"
SCHEMAS = schemas()
KINDS = {f"{kind}.yaml": kind for kind in SCHEMAS}


def kind(path):
    """Return which schema a file of a kit goes by."""
    return "aspect" if path.parent.name == "questions" else KINDS[path.name]


def problems(path, text=None):
    """Return what an editor would underline in a file."""
    data = yaml.load(text or path.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    validator = jsonschema.Draft202012Validator(SCHEMAS[kind(path)])
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(data)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_shipped_is_what_the_models_give(name):
    """After a change of the models: python tasks.py schema."""
    shipped = (SHIPPED / "schema" / f"{name}.json").read_bytes()

    assert shipped == as_file(SCHEMAS[name])
    jsonschema.Draft202012Validator.check_schema(json.loads(shipped))


@pytest.mark.parametrize(
    "path",
    [
        p
        for root in (*(SHIPPED / n for n in names()), SMALL)
        for p in root.rglob("*.yaml")
    ],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_good_file_is_good_to_an_editor(path):
    """Both kits, and the fictional one of the tests, fit their schema."""
    assert problems(path) == []


@pytest.mark.parametrize("name", names())
def test_each_file_of_a_shipped_kit_names_its_schema(name):
    """By a way that an editor can follow."""
    for path in (SHIPPED / name).rglob("*.yaml"):
        first = path.read_text("utf-8").splitlines()[0]
        place = first.removeprefix("# yaml-language-server: $schema=")

        assert (
            path.parent / place
        ).resolve() == SHIPPED / "schema" / f"{kind(path)}.json"


def test_editors_find_many_mistakes_while_somebody_types():
    """A third of the broken kits at least that can still be read as YAML."""
    seen = found = 0
    for case in yaml.safe_load(CORPUS.read_text("utf-8")):
        path = SMALL / case["file"]
        text = case.get("whole")
        if text is None:
            text = path.read_text("utf-8").replace(case["old"], case["new"], 1)
        try:
            mistakes = problems(path, text or "null")
        except yaml.YAMLError:
            continue
        seen += 1
        found += bool(mistakes)

    assert found / seen > 1 / 3


def test_editors_explain_keys():
    """What the program's own description says of a key is shown beside it."""
    question = SCHEMAS["aspect"]["$defs"]["Question"]["properties"]

    assert question["relevant"]["description"].startswith("CEL expression")
    assert question["minutes"]["description"].startswith(
        "Minutes in the room per track"
    )
    assert "Attributes" not in json.dumps(SCHEMAS)
