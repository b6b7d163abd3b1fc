"""What tests of several rooms need: a small fictional kit and both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from workshop_kit.i18n import Translator
from workshop_kit.kit.load import load

# How long an example takes says more about the machine than about the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

SMALL = Path(__file__).parent / "kits" / "small"


@pytest.fixture
def small():
    """The fictional kit that has every question type."""
    return load(SMALL)


@pytest.fixture
def small_folder(tmp_path):
    """A copy of the fictional kit that a test may break."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture
def nl():
    """Speaks Dutch."""
    return Translator("nl")


@pytest.fixture
def en():
    """Speaks English."""
    return Translator("en")


def pytest_collection_modifyitems(items):
    """Run browser tests last: their event loop runs on, and allows no other."""
    items.sort(key=lambda item: "browser" in item.path.parts)
