"""The commands for what participants may ask for do what their help says, in words."""

from __future__ import annotations

import json
import stat
import uuid
from pathlib import Path

import pytest
from program import command

from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop

SMALL = str(Path(__file__).parent / "kits" / "small")
MINE, THEIRS = "ZQX-mine", "ZQX-theirs"
NAME, HIDDEN, IDEAS = "plan.name", "plan.story", "plan.topics#ideas"


@pytest.fixture
def file(tmp_path):
    """A workshop with two participants; one question shown, one anonymous, ideas."""
    path = tmp_path / "museum.workshop"
    with Workshop.create(path, kit=SMALL, lang="en", track="full") as made:
        lead = Lead(made, "Fictional facilitator")
        lead.open(_key(), [NAME, HIDDEN, IDEAS])
        lead.anonymous(_key(), HIDDEN)
        for mark in (MINE, THEIRS):
            alias = f"{mark}\x1b[2J alias"
            who = made.store.join(alias, "hr", "en", consent_until="2026-06-30")[0].id
            for name, value in (
                (NAME, f"{mark} name"),
                (HIDDEN, f"{mark} hidden"),
                (IDEAS, [{"idea": f"{mark} idea"}]),
            ):
                made.accept(who, name, value, _key(), final=True)
            made.store.save_draft(participant=who, question="plan.fits", value=3)
        for name in (NAME, HIDDEN, IDEAS):
            lead.reveal(_key(), name)
        said = {"value": f"The {MINE} name", "reason": f"{THEIRS} idea", "by": "Board"}
        made.decide(NAME, said)
    return path


def _key():
    return uuid.uuid4().hex


def ids(file):
    """Return the ids of the participants, first to last."""
    with Workshop.open(file) as workshop:
        return [who.id for who in workshop.store.participants()]


@pytest.mark.parametrize(
    "verb", [["person", "list"], ["person", "export"], ["person", "erase"], ["forget"]]
)
def test_each_verb_has_an_example(verb):
    """Help shows how the command is used."""
    assert f"workshop-kit {' '.join(verb)}" in command(*verb, "--help").stdout


def test_list_names_everybody_and_says_what_is_late(file):
    """By pseudonym, with nothing that moves a cursor; the reminder goes beside it."""
    done = command("person", "list", file)
    lines = done.stdout.splitlines()

    assert [line.split("  ")[0] for line in lines] == ids(file)
    assert f"{MINE} [2J alias" in lines[0]
    assert lines[0].endswith("  3  2026-06-30")
    assert "\x1b" not in done.stdout
    assert done.stderr == (
        "Answers are kept longer than was agreed (until 2026-06-30; participants: 2)."
        " Erase them with: workshop-kit forget museum.workshop\n"
    )
    assert (
        "langer bewaard dan is afgesproken"
        in command("person", "list", file, lang="nl").stderr
    )


def test_the_reminder_can_be_copied_whatever_the_file_is_called(file):
    """A shell takes its name for one name."""
    moved = file.rename(file.with_name("our museum's.workshop"))

    assert command("person", "list", moved).stderr.endswith(
        """ workshop-kit forget 'our museum'"'"'s.workshop'\n"""
    )


def test_export_leaves_out_what_the_facilitator_may_not_see(file):
    """What is anonymous, an idea or a draft is counted, and not told."""
    done = command("person", "export", file, ids(file)[0])
    found = json.loads(done.stdout)

    assert [a["value"] for a in found["answers"]] == [f"{MINE} name"]
    assert (found["drafts"], found["left_out"]) == ([], 3)
    assert found["participant"]["role"] == "hr"
    assert len(found["quoted"]) == 1
    assert f"{MINE} hidden" not in done.stdout
    assert THEIRS not in done.stdout


def test_export_for_the_participant_has_everything(file, tmp_path):
    """Every record of theirs, in a file that nobody else may read."""
    to = tmp_path / "mine.json"
    done = command("person", "export", file, ids(file)[0], "--everything", "--to", to)
    found = json.loads(to.read_text("utf-8"))

    assert done.stdout == f"{to}\n"
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert [a["question"] for a in found["answers"]] == [NAME, HIDDEN, IDEAS]
    assert [d["value"] for d in found["drafts"]] == [3]
    assert found["left_out"] == 0
    with Workshop.open(file) as workshop:
        records = workshop.store.answer_log(ids(file)[0])
    assert [a["key"] for a in found["answers"]] == [r.key for r in records]
    assert THEIRS not in to.read_text("utf-8")


def test_erase_asks_first_and_says_what_stays(file):
    """Without a yes nothing happens; with one the words are gone from the bytes."""
    mine = ids(file)[0]
    before = file.read_bytes()
    refused = command("person", "erase", file, mine, typed="n\n")
    assert refused.returncode == 1
    assert (
        "Their words stand here too, and stay:\n- Decision on “What is our name?”"
        in (refused.stdout)
    )
    assert "It cannot be brought back. [y/N]" in refused.stdout
    assert file.read_bytes() == before

    done = command("person", "erase", file, mine, "--by", "A. Fictional", "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == (
        "Erased, with the name and the role. Answers: 3. Copies, backups and exported"
        " files are not touched."
    )
    found = file.read_bytes()
    for words in ("hidden", "idea", "\x1b[2J alias"):
        assert f"{MINE} {words}".encode() not in found
        assert f"{MINE}{words}".encode() not in found
    assert f"The {MINE} name".encode() in found
    assert f"{THEIRS} hidden".encode() in found
    with Workshop.open(file) as workshop:
        (record,) = workshop.store.erasures()
    assert (record.by, record.reason, record.answers) == ("A. Fictional", "asked", 3)
    again = command("person", "erase", file, mine, "--yes")
    assert again.stdout == "They were erased before; nothing of them is left.\n"


def test_nobody_is_named_in_words(file):
    """An id that is not there is said to be, with what to do."""
    done = command("person", "erase", file, "nobody", "--yes")

    assert done.returncode == 1
    assert "Nobody in this workshop has the id “nobody”." in done.stderr
    assert "“workshop-kit person list” names everybody." in done.stderr


def test_forget_erases_whose_day_has_passed(file):
    """Whoever agreed to a later day stays, and so do the decisions."""
    with Workshop.open(file) as workshop:
        workshop.store.join("ZQX-later", "hr", "en", consent_until="2999-01-01")
        workshop.store.update_workshop(keep_until="2999-01-01")
    done = command("forget", file, "--by", "A. Fictional", "--yes")

    assert done.stdout == "Erased. Participants: 2, answers: 6.\n"
    with Workshop.open(file) as workshop:
        assert [p.alias for p in workshop.store.participants()] == ["ZQX-later"]
        assert {e.reason for e in workshop.store.erasures()} == {
            "kept until 2026-06-30"
        }
        assert workshop.store.decisions()[NAME].value == f"The {MINE} name"
    assert f"{MINE} hidden".encode() not in file.read_bytes()
    assert command("forget", file, "--yes").stdout == (
        "Erased. Participants: 0, answers: 0.\n"
    )
    assert command("person", "list", file).stderr == ""


def test_a_day_that_is_put_off_does_not_hold_for_who_joined_before(file):
    """And one that is brought forward holds for everybody."""
    with Workshop.open(file) as workshop:
        workshop.store.update_workshop(keep_until="2026-01-31")
    assert "until 2026-01-31" in command("person", "list", file).stderr
