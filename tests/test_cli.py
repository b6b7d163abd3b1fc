"""The command explains itself, fails in words and tells scripts how it went."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from program import command

from workshop_kit import __version__
from workshop_kit.live.workshop import Workshop


def test_version():
    """The version is the package's."""
    assert command("--version").stdout == f"workshop-kit {__version__}\n"


@pytest.mark.parametrize("verb", ["check", "new", "start", "lint", "export", "demo"])
def test_each_verb_has_an_example(verb):
    """Help shows how the command is used."""
    assert f"workshop-kit {verb}" in command(verb, "--help").stdout


def test_a_kit_in_order():
    """Check says how many questions and rules a good kit has."""
    done = command("check", "social_media", lang="nl")

    assert done.returncode == 0
    assert done.stdout.startswith("Sociale-mediabeleid: 106 vragen, 89 regels")


def test_a_broken_kit(small_folder):
    """Check names the problems, counts them and exits with 1."""
    rules = small_folder / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("hint", "fatal"), "utf-8")
    done = command("check", small_folder)

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "1 problem found."


@pytest.mark.parametrize("verb", ["check", "lint"])
def test_no_name_moves_the_cursor(tmp_path, verb):
    """Whatever somebody called what they sent, it is words to a terminal."""
    name = tmp_path / "\x1b[2J\x07.workshop"
    if verb == "check":
        name.mkdir()
        (name / "kit.yaml").write_text(r'"\e[2J\a": 1', "utf-8")
    else:
        name.write_bytes(b"no database")
    done = command(verb, name)

    assert done.returncode == 1
    assert "[2J" in done.stdout + done.stderr
    assert not {"\x1b", "\x07"} & {*done.stdout, *done.stderr}


def test_a_command_to_copy_names_the_kit_whatever_it_is_called(tmp_path):
    """A shell takes the way to it for one name."""
    kit = tmp_path / "my kits" / "photo_policy"
    kit.parent.mkdir()
    made = command("new-kit", kit).stdout
    (kit / "kit.yaml").write_text("id: [", "utf-8")
    refused = command("new", tmp_path / "a.workshop", "--kit", kit).stderr

    assert f"\n  workshop-kit check '{kit}'\n" in made
    assert (
        f"workshop-kit new photo_policy.workshop --kit '{kit}' --track full\n" in made
    )
    assert refused.endswith(f" workshop-kit check '{kit}'\n")


def test_an_error_is_words_on_the_error_stream(tmp_path):
    """A missing file is said in the person's language, without a traceback."""
    done = command("lint", tmp_path / "none.workshop", lang="nl")

    assert done.returncode == 1
    assert done.stdout == ""
    assert "none.workshop" in done.stderr
    assert "Traceback" not in done.stderr


def test_new_lint_export(tmp_path):
    """A workshop can be made, checked and exported without a notebook."""
    file = tmp_path / "museum.workshop"
    assert command("new", file, "--track", "draft").returncode == 0
    checked = command("lint", file)
    assert checked.returncode == 1
    assert checked.stdout.startswith("blocker UGC-1: ")
    with Workshop.open(file) as workshop:
        workshop.decide("ctx.name", {"value": "De Proef (fictional)", "reason": "r"})
    exported = command("export", file, "--to", tmp_path / "out", "--lang", "en")
    assert exported.stdout.split() == [
        str(tmp_path / "out" / "policy-en.html"),
        str(tmp_path / "out" / "policy-en.pdf"),
    ]


def test_export_options_given_again_add_up(tmp_path):
    """Each profile, format and language that was named is written."""
    file, out = tmp_path / "museum.workshop", tmp_path / "out"
    command("new", file, "--track", "draft")
    again = ("--profile", "staff", "--profile", "blank,summary", "--format", "md")
    done = command("export", file, "--to", out, *again, "--lang", "en", "--lang", "nl")

    assert [line.removeprefix(f"{out}/") for line in done.stdout.split()] == [
        f"{profile}-{lang}.md"
        for profile in ("staff", "summary", "blank")
        for lang in ("en", "nl")
    ]


def test_new_does_not_overwrite(tmp_path):
    """An existing workshop is never replaced."""
    file = tmp_path / "museum.workshop"
    command("new", file)
    before = file.read_bytes()
    done = command("new", file)

    assert done.returncode == 1
    assert file.read_bytes() == before


def test_open_does_not_make_a_workshop(tmp_path):
    """Open is for a workshop that is there; what to do otherwise is said in words."""
    done = command("open", "none.workshop", "--no-browser", cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr == (
        f"{tmp_path / 'none.workshop'}: There is no workshop file of this name. Check"
        " the name and the folder, or make a new workshop.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_export_to_a_folder_that_cannot_be(tmp_path):
    """A file in the way of the folder is said in words."""
    (tmp_path / "out").write_text("in the way", "utf-8")
    file = tmp_path / "museum.workshop"
    command("new", file)
    done = command("export", file, "--to", tmp_path / "out" / "deeper")

    assert done.returncode == 1
    assert "this file cannot be written" in done.stderr


HEAVY = (
    "pandas",
    "matplotlib",
    "prompt_toolkit",
    "icalendar",
    "fontTools",
    "nbconvert",
    "pydantic",
    "pydantic_core",
    "babel",
    "importlib.metadata",
    "concurrent.futures",
)
EXPORT = ("export", "museum.workshop", "--format", "html,pdf,docx,md,json,csv")


@pytest.mark.parametrize(
    ("arguments", "used"),
    [
        (EXPORT, []),
        (("lint", "museum.workshop"), []),
        # Whether another package has a kit of the same name.
        (("new", "other.workshop"), ["importlib.metadata"]),
    ],
)
def test_a_command_waits_for_nothing_it_does_not_use(arguments, used, tmp_path):
    """Figures, diary, notebook and what checks a kit are loaded by who needs them."""
    file = tmp_path / "museum.workshop"
    with Workshop.create(file, kit="social_media", lang="nl") as workshop:
        workshop.decide("ctx.name", {"value": "De Proef (fictional)", "reason": "r"})
    script = (
        "import sys; from workshop_kit.cli import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit as done: assert done.code in {0, 1}\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    # The first one reads the kit, and keeps it where Python keeps bytecode.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "kept")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    said = []
    for _ in range(2):
        (tmp_path / "other.workshop").unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        said.append(done.stdout.splitlines()[-1])
    assert "pydantic" in said[0]
    assert said[1] == str(used)
