"""The commands that look after a file: backup, restore, doctor."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from workshop_kit import cli
from workshop_kit.live.workshop import Workshop


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command; returns its exit code and what it said."""

    def command(*arguments, lang="en"):
        monkeypatch.setenv("WORKSHOP_LANG", lang)
        monkeypatch.setattr(sys, "argv", ["workshop-kit", *map(str, arguments)])
        with pytest.raises(SystemExit) as done:
            cli.main()
        said = capsys.readouterr()
        return int(done.value.code or 0), said.out + said.err

    return command


@pytest.fixture
def file(workshop, ann):
    """A closed workshop with an answer in it."""
    workshop.accept(ann, "plan.name", "Fictional Museum", "key", final=True)
    workshop.close()
    return workshop.store.path


def answers(path):
    """Return the answers in a file."""
    with Workshop.open(path) as opened:
        return [a.value for a in opened.store.answer_log()]


@pytest.mark.parametrize("verb", ["backup", "restore", "doctor"])
def test_each_verb_has_an_example(run, verb):
    """Help shows how the command is used."""
    code, said = run(verb, "--help")

    assert code == 0
    assert f"workshop-kit {verb}" in " ".join(said.split())


def test_a_backup_says_where_it_is(run, file, tmp_path):
    """In words, in the language asked for."""
    for lang, words in (
        ("en", r"Copied to {copy} \([\d,.]+ kB\), and checked.\n"),
        ("nl", r"Gekopieerd naar {copy} \([\d,.]+ kB\), en gecontroleerd.\n"),
    ):
        copy = tmp_path / f"{lang}.workshop"
        code, said = run("backup", file, copy, lang=lang)
        assert code == 0
        assert re.fullmatch(words.replace("{copy}", re.escape(str(copy))), said)
        assert answers(copy) == ["Fictional Museum"]


def test_a_backup_speaks_to_programs(run, file):
    """One JSON object: the file, the copy and its size."""
    code, said = run("backup", file, "--json")
    found = json.loads(said)

    assert code == 0
    assert found["file"] == str(file)
    assert Path(found["copy"]).stat().st_size == found["bytes"]
    assert found["copy"].startswith(str(file.with_name("small-")))


@pytest.mark.parametrize(
    "arguments", [("backup",), ("doctor",), ("restore", "copy.workshop")]
)
def test_a_database_server_has_its_own_tools(run, arguments):
    """The password in the address is not repeated."""
    code, said = run(*arguments, "postgresql://me:MARK@host/workshops")

    assert (code, said) == (
        1,
        "postgresql: A workshop in a database server is copied with the server's"
        " tools. Use pg_dump and pg_restore; see docs/reliability.md.\n",
    )


def test_a_copy_is_restored_in_words(run, file, tmp_path):
    """Where nothing is, and where something is only when told so."""
    copy, other = tmp_path / "copy.workshop", tmp_path / "other.workshop"
    assert run("backup", file, copy)[0] == 0
    assert run("restore", copy, other) == (0, f"{other} is what {copy} holds.\n")
    assert run("restore", copy, file) == (
        1,
        f"{file}: There is already a file of this name."
        " Choose another name, or --force: it is then kept beside it.\n",
    )
    code, said = run("restore", copy, file, "--force", lang="nl")

    assert code == 0
    first, second = said.splitlines()
    assert first == f"{file} is nu wat er in {copy} staat."
    kept = re.fullmatch(r"Wat er stond, is bewaard als (.*)\.", second)[1]
    assert answers(kept) == answers(other) == answers(file) == ["Fictional Museum"]


def test_a_copy_that_is_not_there_is_not_restored(run, file, tmp_path):
    """The error is about the copy, and what is there stays."""
    missing = tmp_path / "no.workshop"
    code, said = run("restore", missing, file, "--force")

    assert code == 1
    assert said.startswith(f"{missing}: There is no workshop file of this name.")
    assert answers(file) == ["Fictional Museum"]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "is sound."), ("nl", "is in orde.")]
)
def test_a_sound_file_is_called_so(run, file, lang, words):
    """With exit code 0."""
    assert run("doctor", file, lang=lang) == (0, f"small.workshop {words}\n")


def test_the_doctor_speaks_to_programs(run, file):
    """A code for each finding, with what it is about, and the words."""
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("DROP TRIGGER answer_no_update")
        raw.execute("UPDATE answer SET value = '{'")
        raw.commit()
    code, said = run("doctor", file, "--json")

    assert code == 1
    assert json.loads(said) == {
        "file": str(file),
        "sound": False,
        "findings": [
            {
                "code": "layout",
                "level": "damage",
                "message": "Damage: Parts of the layout are missing: answer_no_update."
                " Save what can be read with --repair, which makes a new file.",
                "names": "answer_no_update",
            }
        ],
    }
    new = file.with_name("small-repaired.workshop")
    code, said = run("doctor", file, "--repair", "--json")
    found = json.loads(said)["repaired"]

    assert code == 1
    assert (found["file"], found["complete"]) == (str(new), False)
    assert {
        "table": "answer",
        "saved": 0,
        "lost_at": "1",
        "participants_made": 0,
    } in found["tables"]


def test_a_repair_says_what_was_saved(run, file, tmp_path):
    """What is wrong first, then each table, and exit code 1 if something is lost."""
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("DELETE FROM participant")
        raw.commit()
    new = tmp_path / "saved.workshop"
    code, said = run("doctor", file, "--repair", "--to", new, lang="nl")

    assert code == 1
    assert said.splitlines() == [
        "Schade: 1 gegevens zijn van deelnemers die niet in het bestand staan. Red met"
        " --repair wat te lezen is; dat maakt een nieuw bestand.",
        f"Wat te lezen is, staat in {new}:",
        "- workshop: 1 gered",
        "- answer: 1 gered, 1 van deelnemers van wie de naam verloren is",
    ]
    assert run("doctor", new) == (0, "saved.workshop is sound.\n")
    assert answers(new) == ["Fictional Museum"]


def test_a_repair_that_loses_nothing_is_a_success(run, file):
    """Exit code 0: all of it is in the new file."""
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("DROP TRIGGER answer_no_update")
        raw.commit()
    code, said = run("doctor", file, "--repair")

    assert code == 0
    assert said.splitlines()[1:] == [
        f"What can be read is in {file.with_name('small-repaired.workshop')}:",
        "- workshop: 1 saved",
        "- participant: 1 saved",
        "- answer: 1 saved",
    ]


def test_a_kit_that_was_lost_can_be_named(run, file, workshop):
    """Then the answers count again in a workshop of that kit."""
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("DELETE FROM workshop")
        raw.commit()
    assert run("doctor", file, "--repair")[0] == 1
    kit = workshop.content.id
    where = str(workshop.store._database.path)
    new = file.with_name("small-repaired.workshop")
    code, said = run("doctor", file, "--repair", "--kit", "social_media")

    assert (code, where) == (0, str(file))
    assert "- workshop: 1 saved" in said
    with Workshop.open(new) as opened:
        assert opened.content.id == "social_media" != kit


def test_a_kit_that_is_gone_is_said_to_be(run, file):
    """The file is sound, and cannot be used here without it."""
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("UPDATE workshop SET kit = 'nowhere'")
        raw.commit()
    code, said = run("doctor", file)

    assert code == 1
    assert said.startswith("Warning: Its kit “nowhere” cannot be used here (")
    assert said.endswith("). Put the kit's folder back where it was.\n")


def test_answers_to_another_version_of_the_kit_are_noted(run, file):
    """They count, so this is no reason for concern."""
    with Workshop.open(file) as opened:
        opened.store.record_answer(
            participant=opened.store.participants()[0].id,
            question="plan.name",
            value="x",
            key="k2",
            kit_version="0.0.1-fictional",
            wording_hash="a",
        )

    assert run("doctor", file) == (
        0,
        "Note: 1 records were given to other versions of the kit: 0.0.1-fictional."
        " They count; compare the wording where it matters.\nsmall.workshop is sound.\n",
    )


@pytest.mark.parametrize("runs", [True, False])
def test_a_room_that_is_gone_is_noted(run, file, runs):
    """Who counts as present in it is not; in one that runs they are."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    pid = os.getpid() if runs else gone.pid
    with Workshop.open(file) as opened:
        host = {"id": "one", "port": 1, "pid": pid, "secure": False}
        opened.store.act("host", "", host, by="", key="one")
        opened.store.enter(opened.store.participants()[0].id, "one")
    note = (
        "Note: 1 participants count as present in a room that does not run any more."
        " That is put right when the room is started again.\n"
    )

    assert run("doctor", file) == (
        0,
        ("" if runs else note) + "small.workshop is sound.\n",
    )


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "Warning: Answers are kept longer than was agreed (until 2026-01-31;"
            " participants: 1). Erase them with: workshop-kit forget small.workshop\n",
        ),
        (
            "nl",
            "Waarschuwing: Antwoorden worden langer bewaard dan is afgesproken (tot"
            " 2026-01-31; deelnemers: 1). Wis ze met: workshop-kit forget"
            " small.workshop\n",
        ),
    ],
)
def test_answers_that_are_kept_too_long_are_said_to_be(run, file, lang, words):
    """With exit code 1, the day, how many people it is about, and the command."""
    with Workshop.open(file) as opened:
        opened.store.update_workshop(keep_until="2026-01-31")

    assert run("doctor", file, lang=lang) == (1, words)


def test_that_answers_are_kept_too_long_is_said_to_programs(run, file):
    """With a code of its own and what it is about, until they are erased."""
    with Workshop.open(file) as opened:
        opened.store.update_workshop(keep_until="2026-01-31")
    code, said = run("doctor", file, "--json")
    (found,) = json.loads(said)["findings"]
    del found["message"]

    assert code == 1
    assert found == {
        "code": "kept_too_long",
        "level": "warning",
        "n": 1,
        "day": "2026-01-31",
        "file": "small.workshop",
    }
    assert run("forget", file, "--yes")[0] == 0
    assert run("doctor", file) == (0, "small.workshop is sound.\n")


def test_answers_may_be_kept_on_the_last_day(run, file):
    """The day itself still belongs to what was agreed."""
    today = dt.datetime.now().astimezone().date().isoformat()
    with Workshop.open(file) as opened:
        opened.store.update_workshop(keep_until=today)

    assert run("doctor", file) == (0, "small.workshop is sound.\n")


def test_a_gap_keeps_nothing_from_being_looked_at(run, file):
    """What does not keep a file from being opened is said beside the rest."""
    with Workshop.open(file) as opened:
        opened.store.act("parked", "a", "b", by="F", key="k1")
        opened.store.act("parked", "a", "b", by="F", key="k2")
    with closing(sqlite3.connect(file)) as raw:
        (guard,) = raw.execute(
            "SELECT sql FROM sqlite_schema WHERE name = 'action_no_delete'"
        ).fetchone()
        raw.execute("DROP TRIGGER action_no_delete")
        raw.execute("DELETE FROM action WHERE seq = 1")
        raw.execute(guard)
        raw.execute("UPDATE workshop SET kit = 'nowhere'")
        raw.commit()
    code, said = run("doctor", file)

    assert code == 1
    assert [line.partition(" cannot")[0] for line in said.splitlines()] == [
        "Warning: In the log “action” 1 records are missing. Nothing of ours removes"
        " them; compare with an earlier copy if they matter.",
        "Warning: Its kit “nowhere”",
    ]
