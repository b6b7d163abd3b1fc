"""What is installed: no older than is safe, by hash, from nowhere in particular."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
FLOORS = {
    "ipython": "9.7",
    "jupyterlab": "4.6.2",
    "jupyter-server": "2.21.0",
    "nbconvert": "7.17.1",
    "ipywidgets": "8.1",
}
"""Below these there are known weaknesses."""

LOCKS = ("run", "test")


def locked(name):
    """Return the lines of a lock that name a package: name → version."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    found = re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE)
    assert len(found) > 100
    return found


def wanted():
    """Return what the wheel asks for, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {r.name: r for r in map(Requirement, project["dependencies"])}


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_nothing_below_the_floors_is_accepted(name, floor):
    """Neither the wheel nor a lock takes a version with known weaknesses."""
    at_least = [
        Version(s.version) for s in wanted()[name].specifier if s.operator == ">="
    ]
    assert len(at_least) == 1
    assert at_least[0] >= Version(floor)
    for lock in LOCKS:
        versions = [Version(v) for n, v in locked(lock) if n == name]
        assert versions
        assert min(versions) >= Version(floor)


def test_every_dependency_has_a_floor_and_an_end():
    """A next major version is tried before it is taken."""
    for name, requirement in wanted().items():
        operators = {s.operator for s in requirement.specifier}
        assert operators == {">=", "<"}, name
        assert requirement.url is None, name


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_in_a_lock_has_hashes(lock):
    """Nothing is installed that is not, byte by byte, what was locked."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    assert "://" not in text
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    without = [e for e in entries if e.strip() and "--hash=sha256:" not in e]
    assert without == []


@pytest.fixture(scope="module")
def sbom(tmp_path_factory):
    """The list of what the wheel depends on, as ``tasks.py wheel`` writes it."""
    spec = importlib.util.spec_from_file_location("tasks", ROOT / "tasks.py")
    tasks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tasks)
    target = tmp_path_factory.mktemp("sbom") / "sbom.json"
    tasks.write_sbom(Path(sys.executable), target)
    return target.read_text("utf-8")


def test_the_list_names_what_is_locked(sbom):
    """Each package with its version, its name for scanners, and the hashes."""
    found = json.loads(sbom)
    parts = found["components"]

    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert found["metadata"]["component"]["name"] == "workshop-kit"
    assert sorted((p["name"], p["version"]) for p in parts) == sorted(locked("run"))
    for part in parts:
        assert part["purl"].startswith("pkg:pypi/")
        hashes = [h["content"] for r in part["externalReferences"] for h in r["hashes"]]
        assert hashes
        assert all(len(h) == 64 for h in hashes)


def test_the_list_names_no_host_and_no_folder(sbom):
    """Where it was made and where packages come from is nobody's business."""
    schema = "http://cyclonedx.org/schema/bom-1.6.schema.json"

    assert re.findall(r"[a-z]+://[^\"\s]+", sbom) == [schema]
    assert str(ROOT) not in sbom
    assert str(Path.home()) not in sbom
