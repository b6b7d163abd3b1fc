"""What tests of several rooms need: a small fictional kit and both languages."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import Phase, settings

from workshop_kit.errors import WorkshopError
from workshop_kit.i18n import Translator
from workshop_kit.kit.load import load
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.sample import decide_all, read_sample
from workshop_kit.live.workshop import Workshop

SMALL = Path(__file__).parent / "kits" / "small"
SAMPLE = Path(__file__).parents[1] / "data" / "sample_workshop" / "workshop.yaml"

# How long something takes says nothing about whether it is right.
settings.register_profile("untimed", deadline=None)
# Mutation testing runs the same tests a thousand times: few examples, always the same,
# and one that fails need not be made smaller.
settings.register_profile(
    "few",
    deadline=None,
    max_examples=12,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("untimed")


@pytest.fixture
def small():
    """The fictional kit that has every question type."""
    return load(SMALL)


@pytest.fixture
def small_folder(tmp_path):
    """A copy of the fictional kit that a test may break."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture
def nl():
    """Speaks Dutch."""
    return Translator("nl")


@pytest.fixture
def en():
    """Speaks English."""
    return Translator("en")


LONGEST = "test_exported_html.py"
SLOW = {"browser", "deploy", "notebooks", "programme", "torture"}
"""Folders whose tests start servers, browsers or notebooks."""


def pytest_collection_modifyitems(items):
    """
    Mark what is slow, and run browser tests last, whose event loop allows no other.

    Of these the longest file comes first, so that nobody waits for it alone.
    """
    for item in items:
        if SLOW & {*item.path.parts}:
            item.add_marker(pytest.mark.slow)
    items.sort(
        key=lambda item: ("browser" in item.path.parts, item.path.name != LONGEST)
    )


class PostgreSQL:
    """A server of its own on a loopback port, with a password, in a folder."""

    USER, PASSWORD = "fictional", "MARK p@ss:w/rd?"

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        programs = [*found, *map(Path, os.environ["PATH"].split(os.pathsep))]
        self.programs = next(p for p in programs if (p / "initdb").is_file())
        self.folder = Path(tempfile.mkdtemp(prefix="workshop-pg-"))
        # The server refuses to run as the superuser.
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": ()}
            shutil.chown(self.folder, "postgres", "postgres")
        self.port = free_port()
        secret = self.folder / "secret"
        secret.write_text(self.PASSWORD)
        secret.chmod(0o644)
        self.data = self.folder / "data"
        self._run(
            *("initdb", "--no-sync", "--encoding=UTF8", "--locale=C", "-A"),
            *("scram-sha-256", "-U", self.USER, f"--pwfile={secret}", "-D", self.data),
        )
        self.start()
        for encoding, name in (("UTF8", "programme"), ("LATIN1", "latin")):
            self.sql(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding}",
                database="postgres",
            )

    def _run(self, program: str, *options: Any) -> None:
        subprocess.run(
            [self.programs / program, *options],
            **self._as,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )

    def start(self) -> None:
        """Start the server, and wait until it lets people in."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(self.programs / "postgres", "-D", self.data, "-k", self.folder),
                    *("-p", str(self.port), "-c", "listen_addresses=127.0.0.1"),
                    *("-c", "max_connections=60"),
                ],
                **self._as,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        end = time.monotonic() + 60
        while True:
            try:
                self.sql("SELECT 1", database="postgres")
            except psycopg.OperationalError:
                assert time.monotonic() < end, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop the server, whoever is connected."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def close(self) -> None:
        """Stop the server and remove all of it."""
        self.stop()
        shutil.rmtree(self.folder)

    def sql(self, words: str, *values: Any, database: str = "programme") -> list[Any]:
        """Run a statement as somebody else's program does."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=self.USER,
            password=self.PASSWORD,
            dbname=database,
            autocommit=True,
        ) as connection:
            named = values and isinstance(values[0], dict)
            found = connection.execute(words, values[0] if named else values)
            return found.fetchall() if found.description else []

    def url(self, name: str = "", **changes: Any) -> str:
        """Return the address of a workshop; one of a new name unless told which."""
        part = {
            "user": self.USER,
            "password": self.PASSWORD,
            "port": self.port,
            "database": "programme",
            "more": "",
            **changes,
        }
        name = name or f"w{uuid.uuid4().hex[:12]}"
        return (
            f"postgresql://{part['user']}:{quote(part['password'], '')}@127.0.0.1"
            f":{part['port']}/{part['database']}?workshop={name}{part['more']}"
        )


@pytest.fixture(scope="session")
def postgres():
    """Run a PostgreSQL server for all tests that need one."""
    server = PostgreSQL()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(name="free_port", scope="session")
def _free_port():
    """Find a port that nobody listens on."""
    return free_port


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def payloads():
    """What somebody types to make something happen; see ``tests/corpus``."""
    corpus = json.loads((Path(__file__).parent / "corpus" / "markup.json").read_text())
    return [one["text"] for one in corpus]


def hostile(question, text):
    """Return a value for a question, with a text wherever words can stand."""
    rows = {
        column.id: text if column.type == "short_text" else {"other": text}
        for column in question.columns
        if column.type == "short_text" or column.other
    }
    values = {
        "short_text": text,
        "long_text": text,
        "multiple": [{"other": text}],
        "single": {"other": text},
        "rows": [rows],
    }
    return values.get(question.type)


@pytest.fixture(scope="session")
def besieged_file(tmp_path_factory, payloads):
    """
    A workshop in which every text of the corpus stands in every kind of place.

    The sample workshop of the demo, with hostile names, answers, decisions, reasons,
    dissent, waivers, signatures, options, proposals and parked points on top.
    """
    path = tmp_path_factory.mktemp("siege") / "siege.workshop"
    workshop = Workshop.create(path, kit="social_media", lang="nl", track="full")
    with workshop as made, made.store.together():
        decide_all(made, read_sample(SAMPLE))
        _answer(made, payloads)
        _lead(made, payloads)
    return path


def _answer(made, payloads):
    """Let people answer who have hostile names and write hostile words."""
    asked = ("ctx.name", "ctx.people", "aud.groups", "goals.which", "ch.list")
    questions = [q for q in made.kit.questions() if q.id in asked]
    turn = itertools.cycle(payloads)
    for text in payloads:
        alias = text[:200].replace("\x00", "")
        person = made.store.join(alias, "hr", "nl")[0].id
        question = questions[payloads.index(text) % len(questions)]
        value = hostile(question, text)
        _tried(made.accept, person, question.id, value, _key(), final=True)
        if payloads.index(text) % 9 == 0:
            ideas = [{"idea": next(turn)} for _ in range(9)]
            _tried(made.accept, person, "ctx.people#ideas", ideas, _key(), final=True)


def _lead(made, payloads):
    """Decide, propose, park, accept and sign in hostile words."""
    lead, questions = Lead(made, payloads[1]), made.kit.questions()
    turn = itertools.cycle(payloads)
    for text in payloads:
        _tried(lead.park, _key(), text)
        _tried(made.waive, made.kit.rules[0].id, text, text)
    for text in payloads[:12]:
        _tried(lead.promote, _key(), "ctx.people", text)
    for question in questions:
        said = {name: next(turn) for name in ("reason", "dissent", "by", "checked_by")}
        said["checked_on"] = "2026-11-01"
        before = made.store.decisions().get(question.id)
        values = [before.value] if before else []
        for value in (*values, hostile(question, next(turn))):
            _tried(made.decide, question.id, said | {"value": value})
    _tried(lead.propose, _key(), "ctx.people", "\n\n".join(payloads)[:1900])
    said = {"value": "".join(payloads[:2]), "reason": "\n".join(payloads), "by": "X"}
    _tried(made.decide, made.kit.document.institution, said)
    for step in ("in_review", "hr", "legal"):
        name, role, note = (next(turn) for _ in range(3))
        signed = {"step": step, "name": name, "role": role, "note": note}
        _tried(made.sign, signed | {"day": "2026-11-02"})
    _tried(made.snapshot, payloads[0][:80])


def _key():
    return uuid.uuid4().hex


def _tried(deed, *arguments, **more):
    """Do something with hostile words; a refusal in words is fine too."""
    with suppress(WorkshopError):
        deed(*arguments, **more)
