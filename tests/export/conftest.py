"""Gives tests of exports the sample policy."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def policy():
    """Give a function that returns the sample policy in a language."""
    path = Path(__file__).parent / "sample.py"
    spec = importlib.util.spec_from_file_location("export_sample", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.policy
