"""A second kit goes the whole way: made, answered, decided, checked, taken home."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import page
import pytest
from docx import Document

from workshop_kit.export.formats import FORMATS
from workshop_kit.export.profiles import PROFILES
from workshop_kit.kit.load import load
from workshop_kit.live.demo import sample_of
from workshop_kit.live.desk import Desk
from workshop_kit.live.sample import answer_all, decide_all, read_sample
from workshop_kit.live.workshop import Workshop

ROOT = Path(__file__).parents[2]
KIT = "generative_ai"
DATA = {"json", "csv", "ics"}
"""Formats that hold data: once, or once in each language, whatever the profile."""


@pytest.fixture(scope="module")
def sample():
    """The fictional institution and its people."""
    return read_sample(ROOT / sample_of(KIT))


@pytest.fixture(scope="module")
def held(tmp_path_factory, sample):
    """A workshop file with answers and decisions of fictional people."""
    path = tmp_path_factory.mktemp(KIT) / "dijk.workshop"
    command("new", path, "--kit", KIT, "--track", "full", "--lang", "nl")
    with Workshop.open(path) as workshop:
        answer_all(workshop, sample)
        decide_all(workshop, sample)
    return path


@pytest.fixture(scope="module")
def taken_home(held):
    """Everything in every format, profile and language."""
    folder = held.parent / "exports"
    languages = ("--lang", "nl", "--lang", "en", "--lang", "side-by-side")
    done = command(
        *("export", held, "--to", folder, "--format", "all", "--profile", "all"),
        *languages,
    )
    return {Path(line).name: Path(line) for line in done.stdout.splitlines()}


def command(*arguments):
    """Run workshop-kit as people do, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "workshop_kit", *map(str, arguments)],
        env={**os.environ, "WORKSHOP_LANG": "nl"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_the_kit_asks_in_every_way_there_is():
    """It shows each type of question, with a point of law at a dozen of them."""
    kit = load(KIT)

    assert len({question.type for question in kit.questions()}) == 13
    assert sum(1 for question in kit.questions() if question.law) >= 10


def test_people_answer_every_type_of_question(sample):
    """The sample has an answer and a decision of each type."""
    kit = load(KIT)
    answered = {name for person in sample.participants for name in person["answers"]}
    for said in (answered, sample.decisions):
        types = {kit.question(name).type for name in said}

        assert types == {q.type for q in kit.questions()} - {"note"}


def test_the_rules_find_what_was_left(held):
    """No blocker is open; what is left is said, and one finding was accepted."""
    done = command("lint", held)

    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        "warning POLICY-4",
        "hint POLICY-5",
        "hint POLICY-6",
    ]
    assert "aanvaard door voorzitter van het bestuur (fictief)" in done.stdout


def test_the_rules_fire_on_what_they_are_for(tmp_path, sample):
    """A blocker for free accounts with internal data, and for a chatbot unannounced."""
    with Workshop.create(tmp_path / "x", kit=KIT, lang="en", track="full") as workshop:
        decide_all(workshop, sample)
        tools = [{"tool": "A", "data": "internal", "account": "personal"}]
        more = {
            "tools.list": tools,
            "pub.chatbot": "free",
            "open.label": ["images"],
            "qual.check": "nobody",
        }
        for name, value in more.items():
            workshop.decide(name, {"value": value, "reason": "Test.", "by": "A"})
        found = {f.rule for f in workshop.findings() if f.severity == "blocker"}

    assert found == {"DATA-4", "OPEN-2", "QUAL-1"}


def test_every_file_is_there(taken_home):
    """Each profile in each format and language, the data once."""
    documents = {
        f"{profile}-{lang}.{kind}"
        for profile in PROFILES
        for lang in ("nl", "en", "nl-en")
        for kind in set(FORMATS) - DATA
    }

    assert documents <= set(taken_home)
    assert {name.rpartition(".")[2] for name in taken_home} == set(FORMATS)
    assert all(path.stat().st_size > 500 for path in taken_home.values())


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", ["nl", "en", "nl-en"])
def test_every_pdf_is_accessible(taken_home, profile, lang):
    """PDF/UA-1, whatever the kit."""
    path = taken_home[f"{profile}-{lang}.pdf"]

    assert page.is_pdf_compliant(str(path), profile="ua1")


def test_no_page_speaks_of_another_subject(taken_home):
    """Nothing of the first kit is in the documents of the second."""
    for name, path in taken_home.items():
        if path.suffix in {".html", ".md", ".json", ".csv", ".ics"}:
            text = path.read_text("utf-8")
        elif path.suffix == ".docx":
            text = "\n".join(p.text for p in Document(path).paragraphs)
        else:
            continue
        assert not re.search(r"social media|sociale[ -]media", text, re.IGNORECASE), (
            name
        )


def test_the_policy_says_what_was_decided(taken_home):
    """Clauses, rows, own words, dots, law and dissent are in it, in both languages."""
    dutch, english = (
        " ".join(taken_home[f"policy-{lang}.md"].read_text("utf-8").split())
        for lang in ("nl", "en")
    )

    assert "Wij laten AI niet beslissen over mensen" in dutch
    assert "We do not let AI decide on people" in english
    assert "kijken wij er 20 van elke honderd volledig na" in dutch
    assert "namen en personen" in dutch
    assert "ideeën voor tentoonstellingstitels" in english
    assert "Juridisch nagekeken door de jurist van het steunpunt (fictief)" in dutch
    assert "Communicatie wil een label genoeg laten zijn" in dutch
    assert "{" not in dutch + english


def test_its_own_indicators_are_named(taken_home):
    """What the catalogue does not have is called what the kit calls it."""
    with taken_home["answers-nl.csv"].open(encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file))) > 60
    dutch = taken_home["policy-nl.md"].read_text("utf-8")
    diary = taken_home["policy-en.ics"].read_text("utf-8").replace("\r\n ", "")

    assert "Aandeel gecontroleerde beschrijvingen zonder fout" in dutch
    assert "Share of checked descriptions without an error" in diary
    assert json.loads(taken_home["policy.json"].read_text("utf-8"))


def test_a_page_about_something_else_says_so(held):
    """What only another kit feeds is said in words, not with a traceback."""
    with Workshop.open(held) as workshop:
        desk = Desk(workshop)
        for show, asked in (
            (desk.audiences, "aud.where"),
            (desk.feasibility, "ch.list"),
        ):
            with pytest.raises(Exception, match=f"does not ask '{asked}'") as caught:
                show()
            assert type(caught.value).__name__ == "KitError"
