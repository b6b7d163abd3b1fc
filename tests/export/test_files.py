"""A file appears whole or not at all, whatever the disk does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workshop_kit.errors import ExportError
from workshop_kit.export.files import write

FULL = """
import resource, signal, sys
from pathlib import Path
from workshop_kit.errors import ExportError
from workshop_kit.export.files import write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write(Path(sys.argv[1]), b"new" * 1000)
except ExportError as error:
    print(error)
"""


def test_a_file_is_written_with_its_folder(tmp_path):
    """The folder is made, and nothing but the file is left in it."""
    path = write(tmp_path / "a" / "b.html", b"words")

    assert path.read_bytes() == b"words"
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file(tmp_path):
    """When there is no room, the former export stands and no half one beside it."""
    path = tmp_path / "policy.html"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == (
        f"{path}: this file cannot be written (File too large). Close it if it is open "
        "elsewhere, make room, or choose a folder."
    )
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_in_the_place_of_the_folder(tmp_path):
    """A path that cannot be is said in words."""
    (tmp_path / "out").write_text("in the way", "utf-8")

    with pytest.raises(ExportError, match="this file cannot be written"):
        write(tmp_path / "out" / "policy.html", b"x")
