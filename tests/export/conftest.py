"""Gives tests of exports the sample policy."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from workshop_kit.live.sample import answer_all, decide_all, read_sample
from workshop_kit.live.workshop import Workshop

# What several files of tests share; folders of tests are no packages.
sys.path.insert(0, str(Path(__file__).parent))

SAMPLE = Path(__file__).parents[2] / "data" / "sample_workshop" / "workshop.yaml"


@pytest.fixture(scope="session")
def held(tmp_path_factory):
    """The sample workshop of a fictional museum, answered and decided."""
    sample, path = read_sample(SAMPLE), tmp_path_factory.mktemp("held") / "held"
    with Workshop.create(path, kit="social_media", lang="nl", track="full") as made:
        answer_all(made, sample)
        decide_all(made, sample)
        who = made.store.join("Wilhelmina Verzonnen", "hr", "nl")[0].id
        made.accept(who, "goals.which", ["dialogue"], "w", final=True)
        yield made


@pytest.fixture(scope="session")
def policy():
    """Give a function that returns the sample policy in a language."""
    path = Path(__file__).parent / "sample.py"
    spec = importlib.util.spec_from_file_location("export_sample", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.policy
