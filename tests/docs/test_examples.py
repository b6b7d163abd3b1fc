"""The examples in README and docs: commands that exist, YAML and Python that work."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import typer
import yaml
from examples import ROOT, Fence, commands, fences, spoken
from typer.exceptions import TyperException
from typer.testing import CliRunner

from workshop_kit.cli import app
from workshop_kit.kit import load
from workshop_kit.kit.model import Question, Rule, Threshold
from workshop_kit.kit.plain import checked
from workshop_kit.live.sample import answer_all, decide_all, read_sample
from workshop_kit.live.workshop import Workshop
from workshop_kit.metrics.readers import recognise

CONSOLE = fences("console")
OURS = [f for f in CONSOLE if any(w[0] == "workshop-kit" for w in commands(f))]
OTHERS = {
    *("pip", "npm", "jupyterhub", "mutmut", "mkdir", "rm", "export", "for"),
    *("createdb", "pg_dump", "pg_restore", "psql"),
    *("su", "install"),
}
"""Programs of others that a page may name; what comes after a ``>`` is a file."""

RUNS = {
    *("check", "new", "metrics", "lint", "sign", "snapshot", "diff", "export"),
    *("backup", "restore", "doctor", "review", "reopen", "enter"),
}
"""Commands that end by themselves, and do nothing outside the folder."""

MAKES = {"new": 0, "reopen": 1}
"""Commands that make a file which must not be there, and which argument names it."""

TUTORIAL = "docs/kit-tutorial.md"
"""A page whose commands build on each other; tests/kit/test_tutorial.py runs them."""

IN_ORDER = "docs/lifecycle.md"
"""The page that has all steps of the sign-off; elsewhere one stands alone."""

FINDS = {"lint", "doctor"}
"""Commands whose exit code is 1 if they found something."""

POSTS = """\
post_id,published_at,platform,likes,comments,shares
1,2026-04-20T10:00:00Z,instagram,10,2,1
2,2026-05-10T10:00:00Z,instagram,12,3,
3,2026-06-10T10:00:00Z,instagram,11,0,2
4,2026-07-02T10:00:00Z,instagram,9,1,1
"""
PEERS = (
    "institution,size,kpi,channel,year,value,n,source\n"
    "A,small,applause,instagram,2025,12,80,https://a.example\n"
)
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    "<title>Fictional Museum</title><rect width='40' height='20'/></svg>"
)
STATUSES = '[{"id": "1", "created_at": "2025-05-01T10:00:00Z", "content": "Fog", "url": "https://m.example/1", "favourites_count": 5, "replies_count": 1, "reblogs_count": 2, "reblog": null, "in_reply_to_id": null, "account": {"acct": "fog"}}]'


def found_command(words):
    """Return the command of ours that these words call, and what is left of them."""
    command, rest = typer.main.get_command(app), list(words[1:])
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        assert name in command.commands, f"there is no command {name!r}"
        command = command.commands[name]
    return command, rest


@pytest.mark.parametrize("fence", CONSOLE, ids=str)
def test_every_command_in_a_block_exists(fence, tmp_path):
    """Each line calls a program that there is, with options that it knows."""
    _all_known(fence, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("workshop-kit exprot a.workshop", "there is no command 'exprot'"),
        ("workshop-kit export a.workshop --formatt pdf", "No such option: --formatt"),
        ("workshop-kit export --format pdf  # of what?", "Missing parameter: file"),
        ("mkdir a; for x in b; do workshop-kit nwe a; done", "no command 'nwe'"),
        ("$ make tea\nworkshop-kit said this", "tea"),
        ("jupyter nbconvert --to policy_pfd a.ipynb", "policy_pfd"),
        (".venv/bin/python benchmarks/tea.py --json", "benchmarks/tea.py"),
        ("brew tea", "brew"),
    ],
)
def test_what_does_not_exist_is_found(text, said, tmp_path):
    """A mistake in an example fails, wherever in the line it stands."""
    fence = Fence("a.md", 1, "console", text)
    with pytest.raises((AssertionError, TyperException), match=re.escape(said)):
        _all_known(fence, tmp_path)


def _all_known(fence, folder):
    for words in commands(fence):
        _known(words, folder)


def _known(words, folder):
    program, *rest = words
    if program == "workshop-kit":
        command, arguments = found_command(words)
        command.make_context(words[-1], arguments)
    elif program == "make":
        assert rest[0] in (ROOT / "Makefile").read_text().split("\n.PHONY:")[1].split()
    elif rest[:1] == ["tasks.py"]:
        assert rest[1] in _tasks()
    elif program == "jupyter":
        names = {one.name for one in entry_points(group="nbconvert.exporters")}
        assert rest[rest.index("--to") + 1] in names
    elif program.startswith(".venv/bin/"):
        assert Path(sys.executable).with_name(Path(program).name).exists()
        scripts = [ROOT / word for word in rest if word.endswith(".py")]
        assert all(script.is_file() for script in scripts), rest
    elif program == "python":
        assert rest[0] == "-c"
        subprocess.run([sys.executable, *rest], check=True, cwd=folder)
    else:
        assert program in OTHERS | {"museum-2026.dump"}, program


def _tasks():
    spec = importlib.util.spec_from_file_location("tasks", ROOT / "tasks.py")
    tasks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tasks)
    return tasks.TASKS


@pytest.mark.parametrize(("page", "words"), spoken())
def test_every_command_in_a_sentence_exists(page, words):
    """What is named in passing exists too, with its options."""
    if re.match(r"workshop-kit [A-Z]", words):
        return
    command, rest = found_command(words.split())
    known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
    asked = {word for word in rest if word.startswith("--")} - {"--help"}
    assert asked <= known | {"--version"}, page


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder with all files that the examples name, of a fictional museum."""
    folder = tmp_path_factory.mktemp("prepared")
    sample = read_sample(ROOT / "data" / "sample_workshop" / "workshop.yaml")
    path = folder / "museum.workshop"
    with Workshop.create(path, kit="social_media", lang="nl", track="full") as made:
        answer_all(made, sample)
        decide_all(made, sample)
        made.snapshot("Before")
    done = CliRunner().invoke(app, ["export", str(path), "--to", str(folder)])
    assert done.exit_code == 0, done.output
    (folder / "workshops").mkdir()
    names = ("copy.workshop", "try.workshop", "workshops/social_media.workshop")
    for name in names:
        shutil.copyfile(path, folder / name)
    for name in ("export.csv", "posts-2027.csv"):
        (folder / name).write_text(POSTS)
    (folder / "peers.csv").write_text(PEERS)
    (folder / "logo.svg").write_text(LOGO)
    (folder / "statuses.json").write_text(STATUSES)
    kit = ROOT / "workshop_kit" / "kits" / "social_media"
    shutil.copytree(kit, folder / "my_kit", ignore=shutil.ignore_patterns("__*"))
    return folder


@pytest.fixture
def folder(prepared, tmp_path, monkeypatch):
    """A copy of that folder, to work in."""
    place = shutil.copytree(prepared, tmp_path / "here")
    monkeypatch.chdir(place)
    # Each test has another folder under the same relative name.
    load._load.cache_clear()
    return place


@pytest.mark.parametrize("fence", [f for f in OURS if f.page != TUTORIAL], ids=str)
def test_commands_that_end_by_themselves_work(fence, folder):
    """Run one after the other in a folder with such files, they do what they say."""
    for words in commands(fence):
        if words[0] == "workshop-kit" and words[1] in RUNS:
            _run(words[1:], folder, fence.page)


def _run(words, folder, page):
    words = [word.replace("/media/stick", str(folder / "stick")) for word in words]
    if any("://" in word or word == "ADDRESS" for word in words):
        return
    if words[0] == "sign" and "--step" in words and page != IN_ORDER:
        return
    if words[0] in MAKES:
        Path(words[1 + MAKES[words[0]]]).unlink(missing_ok=True)
    for word in words[1:]:
        path = Path(word)
        if path.suffix == ".workshop" and path.is_absolute() and not path.exists():
            path.parent.mkdir(exist_ok=True)
            shutil.copyfile("museum.workshop", path)
    done = CliRunner().invoke(app, words, input="")
    fine = {0, 1} if words[0] in FINDS else {0}
    assert done.exit_code in fine, (words, done.output, done.exception)
    assert not isinstance(done.exception, Exception) or words[0] in FINDS


# ------------------------------------------------------------------ YAML and Python


@pytest.mark.parametrize("fence", fences("yaml"), ids=str)
def test_yaml_can_be_read(fence):
    """It is YAML; questions, rules and thresholds in it are what a kit takes."""
    content = yaml.load(fence.text, yaml.BaseLoader)  # noqa: S506 - makes texts only
    assert content
    entries = content if isinstance(content, list) else content.get("thresholds", ())
    for entry in entries:
        if isinstance(entry, dict) and "when" in entry:
            checked(Rule, entry)
        elif isinstance(entry, dict) and {"type", "hint"} <= {*entry}:
            checked(Question, entry)
        elif isinstance(entry, dict) and "share" in entry:
            checked(Threshold, entry)


TELLING = {"docs/writing-a-rule.md"}
"""Pages that show what is printed."""

PYTHON = sorted({fence.page for fence in fences("python")})


@pytest.mark.parametrize("page", PYTHON)
def test_python_runs(page, folder, monkeypatch, capsys):
    """The blocks of a page work one after the other, and print what it says."""
    monkeypatch.setattr(recognise, "LAYOUTS", recognise.LAYOUTS)
    (folder / "try.workshop").unlink()
    rules = folder / "my_kit" / "rules.yaml"
    added = [f.text for f in fences("yaml") if f.page == page and "OWN-1" in f.text]
    rules.write_text("\n".join([rules.read_text("utf-8"), *added]), "utf-8")
    space = {}
    for fence in fences("python"):
        if fence.page == page:
            exec(compile(fence.text, str(fence), "exec"), space)  # noqa: S102 - our docs
    printed = capsys.readouterr().out
    said = [fence.text for fence in fences("text") if fence.page == page]
    if page in TELLING:
        assert printed == "".join(said)


def test_the_rule_of_the_tutorial_is_checked_and_silent_where_it_should_be(folder):
    """`check` counts one more rule, and the other side of the rule finds nothing."""
    (rule,) = [f for f in fences("yaml") if f.page == "docs/writing-a-rule.md"]
    rules = folder / "my_kit" / "rules.yaml"
    before = rules.read_text("utf-8")
    rules.write_text(before + "\n" + rule.text, "utf-8")
    sound = CliRunner().invoke(app, ["check", "my_kit", "--lang", "en"])
    with Workshop.create("a.workshop", kit="my_kit", lang="en", track="full") as made:
        channel = {"network": "mastodon", "status": "start", "archive": "yes"}
        made.decide("ch.list", {"value": [channel], "reason": "Asked for."})
        silent = {finding.rule for finding in made.findings()}
    rules.write_text(before + "\n" + rule.text.replace("ch.list", "ch.lost"), "utf-8")
    broken = CliRunner().invoke(app, ["check", "my_kit", "--lang", "en"])

    assert sound.exit_code == 0, sound.output
    assert "OWN-1" not in silent
    assert broken.exit_code == 1
    assert "OWN-1" in broken.output
