"""What the tutorial says is done as it stands there, and comes out as it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from workshop_kit.kit.check import check
from workshop_kit.kit.found import GROUP
from workshop_kit.kit.load import load

PAGE = (Path(__file__).parents[2] / "docs" / "kit-tutorial.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# file: (\S+)\n")


def said_by(line, folder):
    """Run one line of a console block."""
    name, *arguments = shlex.split(line)
    if name == "rm":
        for path in arguments:
            (folder / path).unlink()
        return ""
    assert name == "workshop-kit"
    done = subprocess.run(
        [sys.executable, "-m", "workshop_kit", *arguments],
        cwd=folder,
        env={**os.environ, "WORKSHOP_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The folder after all that the tutorial does, and what did not come out."""
    folder, said, wrong = tmp_path_factory.mktemp("tutorial"), "", []
    for kind, text in BLOCK.findall(PAGE):
        if kind == "console":
            said = "".join(said_by(line, folder) for line in text.splitlines())
        elif kind == "text" and not said.endswith(text):
            wrong.append((text, said))
        elif kind == "yaml":
            name = FILE.match(text)[1]
            (folder / name).write_text(FILE.sub("", text, count=1), "utf-8")
    return folder, wrong


def test_every_command_says_what_stands_there(done):
    """Also the mistake that is made on purpose."""
    assert done[1] == []


def test_the_kit_is_in_order_and_asks_seven_things(done):
    """It ends with a sound kit, a workshop and a form on paper."""
    folder = done[0]

    assert check(folder / "reading_room") == []
    assert len(load(folder / "reading_room").questions()) == 7
    assert (folder / "tuesday.workshop").is_file()
    assert "May visitors take photographs?" in (
        folder / "exports" / "blank-en.html"
    ).read_text("utf-8")


def test_each_block_is_of_a_kind_that_is_tried():
    """Nothing in it is only for show."""
    kinds = {kind for kind, _ in BLOCK.findall(PAGE)}

    assert kinds == {"console", "text", "yaml", "toml"}
    for kind, text in BLOCK.findall(PAGE):
        if kind == "yaml":
            assert yaml.safe_load(text)
        if kind == "toml":
            assert GROUP in tomllib.loads(text)["project"]["entry-points"]
