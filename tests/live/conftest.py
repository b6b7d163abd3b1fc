"""A workshop over the small fictional kit, closed again after the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from workshop_kit.live.workshop import Workshop

SMALL = str(Path(__file__).parents[1] / "kits" / "small")


@pytest.fixture
def workshop(tmp_path):
    """A new workshop in English, full track."""
    made = Workshop.create(
        tmp_path / "small.workshop", kit=SMALL, lang="en", track="full"
    )
    with made:
        yield made


@pytest.fixture
def ann(workshop):
    """Id of a fictional participant."""
    return workshop.store.join("A", "hr", "en")[0].id
