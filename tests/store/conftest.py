"""A workshop in either store with one participant, and an account without rights."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from workshop_kit.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Name a place for a workshop, once in a file and once in a database."""
    if request.param == "sqlite":
        return tmp_path / "demo"
    return request.getfixturevalue("postgres").url()


@pytest.fixture
def other_place(place, tmp_path, postgres_of):
    """Name another place of the same kind, where nothing is yet."""
    return tmp_path / "again" if isinstance(place, Path) else postgres_of().url()


@pytest.fixture
def postgres_of(request):
    """Start the database only for who asks."""
    return lambda: request.getfixturevalue("postgres")


@pytest.fixture
def store(place):
    """Make an empty workshop, closed at the end."""
    with Store.create(place, kit="social_media", kit_version="1.0") as made:
        yield made


@pytest.fixture
def person(store):
    """Let one participant in and return their id."""
    return store.join("Fictional Sam", "editor", "en")[0].id


@pytest.fixture
def answer(store, person):
    """Record an answer of which only the interesting parts are named."""

    def record(value, *, key, question="goals.which", participant=person, **more):
        return store.record_answer(
            participant=participant,
            question=question,
            value=value,
            key=key,
            kit_version="1.0",
            wording_hash="abc",
            **more,
        )

    return record


@pytest.fixture
def without_privileges():
    """Give a folder and a way to work in it as somebody whom modes do bind."""
    folder = Path(tempfile.mkdtemp())

    @contextmanager
    def become():
        # The superuser may write anything, so lay that aside for a moment.
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if is_root:
                os.seteuid(0)

    yield folder, become
    folder.chmod(0o700)
    shutil.rmtree(folder)
