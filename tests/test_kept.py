"""What was made of a file is kept, and never in the place of what the file says now."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from workshop_kit.errors import KitError
from workshop_kit.kept import kept
from workshop_kit.kit import load as loading
from workshop_kit.kit.found import names
from workshop_kit.kit.load import load
from workshop_kit.policy.outline import wording_hash


@pytest.fixture(autouse=True)
def _keeping(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    loading._load.cache_clear()


@pytest.fixture
def made(tmp_path):
    """Make something of a file and count how often that was needed."""

    class Made:
        file = tmp_path / "words.txt"
        place = Path(cache_from_source(str(file))).with_suffix(".up")
        times = 0

        def make(self):
            self.times += 1
            return self.file.read_bytes().upper()

        def __call__(self):
            return kept(self.file, ".up", [self.file.read_bytes()], self.make)

    found = Made()
    found.file.write_bytes(b"a\nb")
    return found


def test_it_is_made_once(made):
    """The second time it comes from what was kept."""
    assert made() == made() == b"A\nB"
    assert made.times == 1
    assert [path.name for path in made.place.parent.iterdir()] == [made.place.name]


def test_what_changed_is_made_again(made):
    """A change in what it is made of counts at once."""
    made()
    made.file.write_bytes(b"c")
    assert made() == b"C"


@pytest.mark.parametrize("damage", [b"", b"A\nB", b"\xff\n", b"\n" * 9])
def test_a_damaged_file_is_made_again(made, damage):
    """What is not as it was written is not used."""
    made()
    made.place.write_bytes(damage)
    assert made() == made() == b"A\nB"
    assert made.times == 2


def test_a_file_cut_short_is_made_again(made):
    """Half of what was kept is nothing."""
    made()
    made.place.write_bytes(made.place.read_bytes()[:-1])
    assert made() == b"A\nB"


def test_nothing_is_kept_where_python_keeps_nothing(made, monkeypatch):
    """Whoever tells Python to write no bytecode finds no file of ours either."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert made() == b"A\nB"
    assert not made.place.exists()


def test_a_folder_that_cannot_be_written_is_no_problem(made):
    """It is made each time, and nothing is said about it."""
    made.place.parent.parent.mkdir(parents=True, exist_ok=True)
    made.place.parent.write_text("in the way", "utf-8")
    assert made() == made() == b"A\nB"
    assert made.times == 2


def _kept_kit(folder):
    """Return where a kit would be kept."""
    return Path(cache_from_source(str(folder / "kit.yaml"))).with_suffix(".json")


def _forge(folder, content):
    """Put something else in the place of a kept kit, with the mark of the good one."""
    place = _kept_kit(folder)
    mark, digest = place.read_bytes()[:64], hashlib.sha256(content).hexdigest()
    place.write_bytes(mark + digest.encode() + b"\n" + content)


def test_a_kit_comes_back_the_same(small_folder):
    """A kit that was kept is the kit that was read."""
    first = loading._load(small_folder, packaged=True)
    loading._load.cache_clear()
    again = loading._load(small_folder, packaged=True)
    assert again == first == loading.read(small_folder)[0]
    assert _kept_kit(small_folder).is_file()


def test_a_kit_that_changed_is_read_again(small_folder):
    """No mistake in a file hides behind what was kept before."""
    loading._load(small_folder, packaged=True)
    loading._load.cache_clear()
    plan = small_folder / "document.yaml"
    plan.rename(plan.with_name("documenta.yaml"))
    with pytest.raises(KitError, match="missing"):
        loading._load(small_folder, packaged=True)


def test_a_kit_in_a_folder_is_what_its_files_say(small_folder):
    """Whoever sends a folder may have sent a kept kit in it that says something else."""
    made = loading._load(small_folder, packaged=True)
    loading._load.cache_clear()
    other = replace(made, title=dict.fromkeys(made.languages, "Other"))
    _forge(small_folder, loading._content(other).encode())
    believed = loading._load(small_folder, packaged=True)

    assert believed.title != made.title
    assert loading.load(small_folder).title == loading.read(small_folder)[0].title


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"[" * 100_000,
        b'{"kind": "Kit"}',
        b"[{}, {}]",
        b'[{"kind": "Source", "title": "a"}, {}]',
        b'{"kind": "Option", "id": "a", "label": {}}',
        b'{"kind": "system", "id": "a"}',
        b'{"kind": "Kit", "id": "\\ud800", "more": 1}',
    ],
)
def test_what_is_no_kit_is_read_again(small_folder, content):
    """Whoever put it there with a good mark finds the kit made of its files."""
    made = loading._load(small_folder, packaged=True)
    loading._load.cache_clear()
    _forge(small_folder, content)

    assert loading._load(small_folder, packaged=True) == made


@pytest.mark.parametrize("kit", names())
def test_a_shipped_kit_comes_back_the_same(kit):
    """Word for word, with the same numbers."""
    made = load(kit)
    found, hashes = json.loads(loading._content(made), object_hook=loading._built)

    assert found == made
    assert hashes == {q.id: wording_hash(q) for q in made.questions()}


def test_nothing_is_kept_of_a_kit_in_a_folder(small_folder):
    """It is read each time, so there is nothing to keep."""
    loading.load(small_folder)

    assert not _kept_kit(small_folder).exists()
