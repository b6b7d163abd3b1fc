"""The command explains itself in Dutch and English, to people and to scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from typer.main import get_command

from workshop_kit import __version__
from workshop_kit.cli import app
from workshop_kit.i18n import Translator
from workshop_kit.live.command_words import dress, spoken
from workshop_kit.live.workshop import Workshop

BASE = {k: v for k, v in os.environ.items() if k not in {"WORKSHOP_LANG", "LC_ALL"}}
WIDE = {"COLUMNS": "200"}


def command(*arguments, cwd=None, **environment):
    """Run workshop-kit as people do, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "workshop_kit", *map(str, arguments)],
        cwd=cwd,
        env=BASE | WIDE | {"LANG": "C.UTF-8"} | environment,
        check=False,
        capture_output=True,
        text=True,
    )


def verbs(group=None, before=()):
    """Return every verb, with the one it stands under."""
    group = group or get_command(app)
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from verbs(each, (*before, name))
        else:
            yield (*before, name)


VERBS = sorted(verbs())


@pytest.fixture
def file(tmp_path):
    """The file of a workshop in which nothing is decided."""
    path = tmp_path / "museum.workshop"
    Workshop.create(path, kit="social_media", lang="en", track="draft").close()
    return path


def test_the_verbs_that_were_promised_are_there():
    """A facilitator finds each thing under one word."""
    promised = (
        *("start", "new", "open", "demo", "check", "lint", "export", "review"),
        *("backup", "doctor"),
    )

    assert {*promised} <= {verb[0] for verb in VERBS if len(verb) == 1}
    assert ("metrics", "read") in VERBS


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
@pytest.mark.parametrize(
    ("lang", "example", "codes", "usage"),
    [
        ("en", "Example:", "Exit codes: 0 fine; 1", "Usage: "),
        ("nl", "Voorbeeld:", "Eindcodes: 0 in orde; 1", "Gebruik: "),
    ],
)
def test_help_has_an_example_and_the_exit_codes(
    verb, lang, example, codes, usage, capsys, monkeypatch
):
    """Each verb, in each language; the example stands in one line."""
    monkeypatch.setenv("COLUMNS", "200")
    dressed = get_command(app)
    dress(dressed, Translator(lang))
    dressed.main([*verb, "--help"], prog_name="workshop-kit", standalone_mode=False)
    said = capsys.readouterr().out

    assert said.startswith(usage)
    lines = [line.strip() for line in said.splitlines()]
    shown = lines[lines.index(example) + 1]
    assert shown.startswith(f"workshop-kit {' '.join(verb)}")
    assert any(line.startswith(codes) for line in lines)


@pytest.mark.parametrize(
    "environment",
    [
        {"WORKSHOP_LANG": "nl"},
        {"LANG": "nl_NL.UTF-8"},
        {"LANG": "en_GB.UTF-8", "LC_ALL": "nl_BE.UTF-8"},
    ],
)
def test_help_follows_the_locale(environment):
    """Nobody has to say in which language they read."""
    said = command("--help", **environment).stdout

    assert "Begeleide beleidsworkshops in Jupyter." in said
    assert "Toon deze uitleg." in said


@pytest.mark.parametrize(
    ("arguments", "lang"),
    [
        (["--lang", "nl", "--help"], "nl"),
        (["lint", "x", "--lang=nl"], "nl"),
        (["lint", "--lang"], "en"),
        (["export", "--lang", "both"], "en"),
        ([], "en"),
    ],
)
def test_lang_is_heard_wherever_it_stands(arguments, lang, monkeypatch):
    """Before the verb, behind it, and in a command line that is wrong."""
    monkeypatch.setenv("WORKSHOP_LANG", "en")

    assert spoken(arguments) == lang


WRONG = [
    (["lint"], "Error: Missing argument 'file'.", "Fout: ‘file’ ontbreekt."),
    (
        ["lin"],
        "Error: No such command 'lin'. Did you mean 'lint'?",
        "Fout: De opdracht ‘lin’ is er niet. Bedoel je 'lint'?",
    ),
    (
        ["lint", "a", "b"],
        "Error: Got unexpected extra argument(s) (b)",
        "Fout: Dit is te veel: b",
    ),
    (
        ["start", "--port", "x"],
        "Error: Invalid value for '--port': 'x' is not a valid int.",
        "Fout: Dit past niet bij ‘--port’: 'x' is geen heel getal.",
    ),
    (
        ["start", "--port"],
        "Error: Option '--port' requires an argument.",
        "Fout: De optie ‘--port’ vraagt om een waarde.",
    ),
    (
        ["start", "--x"],
        "Error: No such option: --x",
        "Fout: Deze optie is er niet: --x",
    ),
]


@pytest.mark.parametrize(("arguments", "english", "dutch"), WRONG)
def test_wrong_use_is_said_in_words_and_ends_with_2(arguments, english, dutch):
    """A script tells a mistake in its own call from something that is wrong."""
    said = {lang: command(*arguments, WORKSHOP_LANG=lang) for lang in ("en", "nl")}

    assert [done.returncode for done in said.values()] == [2, 2]
    assert said["en"].stderr.splitlines()[-1] == english
    assert said["nl"].stderr.splitlines()[-1] == dutch


def test_an_option_with_a_wrong_value_is_wrong_use(file):
    """What is wrong is the call, not the workshop."""
    done = command("export", file, "--format", "word")

    assert done.returncode == 2
    assert done.stderr.startswith("--format: ")


def test_something_that_is_wrong_ends_with_1_and_what_is_fine_with_0(file, tmp_path):
    """An open blocker, a missing file and a kit that does not exist; then a copy."""
    assert command("lint", file).returncode == 1
    assert command("doctor", tmp_path / "none.workshop").returncode == 1
    assert command("check", "no_kit").returncode == 1
    assert command("backup", file, tmp_path / "copy.workshop").returncode == 0
    assert command("doctor", file).returncode == 0


def read(*arguments):
    """Return what a command says to a script."""
    return json.loads(command(*arguments, "--json").stdout)


def test_scripts_read_the_version():
    """Name and number."""
    assert read("--version") == {"name": "workshop-kit", "version": __version__}


def test_scripts_read_what_is_wrong_with_a_kit(small_folder):
    """Each problem apart, with its place; the same exit code as for people."""
    assert read("check", "social_media") == {
        "kit": "social_media",
        "sound": True,
        "problems": [],
    }
    rules = small_folder / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("hint", "fatal"), "utf-8")
    done = command("check", small_folder, "--json")
    said = json.loads(done.stdout)

    assert (done.returncode, said["sound"]) == (1, False)
    assert [sorted(one) for one in said["problems"]] == [["message", "where"]]


def test_scripts_read_findings(file):
    """The number of open blockers is theirs to act on."""
    done = command("lint", file, "--json")
    said = json.loads(done.stdout)
    blockers = [f for f in said["findings"] if f["severity"] == "blocker"]

    assert (done.returncode, said["blockers"]) == (1, len(blockers))
    assert sorted(blockers[0]) == ["fix", "message", "rule", "severity", "waived"]


def test_scripts_read_the_life_of_a_policy(file, tmp_path):
    """Where it stands, what was kept, who took part, and which files were written."""
    with Workshop.open(file) as workshop:
        workshop.decide("ctx.name", {"value": "De Proef (fictional)", "reason": "r"})
    standing = read("sign", file)
    kept = read("snapshot", file, "--name", "First")
    written = read("export", file, "--format", "md", "--to", tmp_path, "--lang", "en")

    assert (standing["status"], standing["signed"]) == ("draft", [])
    assert list(standing["next"]) == ["in_review"]
    assert [(one["name"], one["version"]) for one in kept] == [
        ("First", standing["version"])
    ]
    assert written == {"files": [str(tmp_path / "policy-en.md")]}
    assert read("diff", file, "--to-folder", tmp_path, "--lang", "en")["files"]
    assert read("person", "list", file) == []


def test_scripts_read_what_was_made(tmp_path):
    """The whole path of a new workshop."""
    made = tmp_path / "new.workshop"

    assert read("new", tmp_path / "new") == {"file": str(made)}
    assert made.is_file()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_completes_verbs(shell):
    """What a shell asks while somebody types is answered with the verbs that fit."""
    asked = {
        "_WORKSHOP_KIT_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "workshop-kit ex",
        "COMP_CWORD": "1",
        "_TYPER_COMPLETE_ARGS": "workshop-kit ex",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": "ex",
    }
    script = "import sys; sys.argv[0] = 'workshop-kit'; from workshop_kit.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=BASE | asked,
        check=False,
        capture_output=True,
        text=True,
    )

    assert "export" in done.stdout
    assert "lint" not in done.stdout


def test_the_script_for_completion_is_shown():
    """``--show-completion`` and ``--install-completion`` are there when asked for."""
    script = "import sys; sys.argv[:] = ['workshop-kit', '--show-completion']; from workshop_kit.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=BASE | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2
    asked = command(
        "--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"
    )
    assert "_COMPLETE=complete_bash" in asked.stdout


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_help_waits_for_nothing_it_does_not_use(lang, tmp_path):
    """Neither calendars nor models nor frames are loaded to explain a command."""
    heavy = (
        "babel",
        "pydantic",
        "rich",
        "sqlite3",
        "pandas",
        "yaml",
        "jupyter_core",
    )
    script = (
        "import sys; sys.argv[:] = ['workshop-kit', '--help']\n"
        "from workshop_kit.cli import main\n"
        "try: main()\n"
        "except SystemExit as done: assert not done.code\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    # The catalogue is compiled once, and then kept where Python keeps bytecode.
    environment = BASE | {"WORKSHOP_LANG": lang, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    said = [
        subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(2)
    ]

    assert said[1].splitlines()[-1] == "[]"
