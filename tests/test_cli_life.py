"""The commands for the life of a policy do what their help says, in words."""

from __future__ import annotations

import pytest
from program import command

from workshop_kit.live.workshop import Workshop
from workshop_kit.policy.exchange import dump


@pytest.fixture
def file(tmp_path):
    """The file of a workshop in which something was decided."""
    path = tmp_path / "museum.workshop"
    with Workshop.create(path, kit="social_media", lang="en", track="full") as made:
        fields = {"value": "Fictional Museum", "reason": "it is", "by": "x"}
        made.decide("ctx.name", fields)
    return path


@pytest.mark.parametrize(
    "verb", ["enter", "sign", "snapshot", "diff", "review", "reopen"]
)
def test_each_verb_has_an_example(verb):
    """Help shows how the command is used."""
    assert f"workshop-kit {verb}" in command(verb, "--help").stdout


def test_enter_takes_papers_from_the_keyboard(file):
    """Lines are answers; the end of the input keeps what was typed."""
    done = command(
        "enter", file, typed="12\na\n1: x\n:1\nFictional Museum\n", lang="nl"
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Typ wat op het papier staat, een regel per vraag:")
    assert "Papier 12 is bewaard: " in done.stdout.splitlines()[-1]
    with Workshop.open(file) as workshop:
        assert [a.value for a in workshop.store.answers("ctx.name")] == [
            "Fictional Museum"
        ]


def test_enter_reads_a_table(file, tmp_path):
    """Each paper is named; a mistake is said and nothing is recorded."""
    table = tmp_path / "papers.csv"
    table.write_text("papier;rol;1\n3;a;Fictional Museum\n", "utf-8")
    done = command("enter", file, "--from", table, lang="nl")
    table.write_text("papier;rol;1\n4;?;x\n", "utf-8")
    wrong = command("enter", file, "--from", table, lang="nl")

    assert done.stdout.startswith("Papier 3 is bewaard: 1 van ")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.splitlines() == [
        "papers.csv: Er is niets vastgelegd, hierom:",
        "regel 2: Kies de rol die het best past.",
    ]


def test_sign_says_where_the_policy_stands(file):
    """Without a step it only says; with one it takes it."""
    first = command("sign", file)
    who = ("--name", "A. Fictional", "--role", "Director")
    done = command("sign", file, "--step", "in-review", *who, "--day", "2026-11-23")

    assert first.stdout.splitlines()[1] == "Possible now: Handed out for review."
    assert done.stdout.splitlines()[1] == (
        "Handed out for review: A. Fictional, Director, 23 November 2026."
    )


def test_sign_refuses_in_words(file):
    """A step out of turn is refused in the language asked for, with exit code 1."""
    done = command("sign", file, "--step", "in-force", lang="nl")

    assert done.returncode == 1
    assert done.stderr.startswith("Deze stap kan nog niet. Versie ")
    assert done.stderr.endswith("Voor “Van kracht” is nodig: vastgesteld.\n")


def test_snapshot_diff_and_reopen(file, tmp_path):
    """Keep a version, compare, and make the workshop again from what was written."""
    kept = command("snapshot", file, "--name", "May")
    made = command("diff", file, "--to-folder", tmp_path / "out", "--lang", "en")
    with Workshop.open(file) as workshop:
        (tmp_path / "policy.json").write_bytes(dump(workshop.exchange()))
    again = command("reopen", tmp_path / "policy.json", tmp_path / "again.workshop")

    assert kept.stdout.startswith("May: version ")
    assert [line.rpartition("/")[2] for line in made.stdout.splitlines()] == [
        "changes-en.html",
        "changes-en.pdf",
    ]
    assert again.stdout.splitlines() == [str(tmp_path / "again.workshop")]


def test_review_reads_new_figures(file, tmp_path):
    """The next workshop, the results of the targets and what to look at again."""
    with Workshop.open(file) as workshop:
        row = {"kpi": "applause", "channel": None, "baseline": 1, "target": 2}
        fields = {"value": [row], "reason": "it is", "by": "x"}
        workshop.decide("kpi.indicators", fields)
    export = tmp_path / "posts.csv"
    days = [f"{year}-{month:02}-15" for year in (2025, 2026) for month in range(1, 13)]
    rows = "".join(
        f"{n},{day}T10:00:00Z,original,{n % 5 + 1},0\n" for n, day in enumerate(days)
    )
    head = "post_id,created_at_utc,kind,favorite_count,retweet_count\n"
    export.write_text(head + rows, "utf-8")
    new = tmp_path / "next.workshop"
    done = command("review", file, "--figures", export, "--new", new)

    said = done.stdout.splitlines()
    assert said[0] == str(new)
    assert said[1].startswith(
        "Indicator: Applause rate; Channel: Twitter; At the start: 1"
    )
    assert said[-1] == "2 decisions were taken over, to be looked at again."


def test_a_review_whose_figures_cannot_be_read_leaves_nothing(file, tmp_path):
    """It is said which file, and the same command can be given again."""
    export, new = tmp_path / "posts.csv", tmp_path / "next.workshop"
    export.write_text("a,b\n1,2\n", "utf-8")
    done = command("review", file, "--figures", export, "--new", new)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("posts.csv: This layout is not known")
    assert list(tmp_path.glob("next*")) == []
