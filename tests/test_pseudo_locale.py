"""
No words escape translation: every message is marked, and what is unmarked is found.

The catalogue of these tests puts ⟦ ⟧ around each of our messages, and the kit around
each of its own. What can be read and stands outside such marks was never wrapped.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import workshop_kit
from workshop_kit import cli, i18n
from workshop_kit.export.brand import brand
from workshop_kit.export.formats import export, languages
from workshop_kit.live.cards import answer_form, decision_form, setup_form, waiver_form
from workshop_kit.live.launcher.server import add
from workshop_kit.live.pages import guide, plan, status, tally
from workshop_kit.live.room.access import new_access
from workshop_kit.live.room.hall import Hall
from workshop_kit.live.room.panel_words import panel_words
from workshop_kit.live.room.server import app
from workshop_kit.live.room.words import words
from workshop_kit.live.signing import signoff_form, standing_words
from workshop_kit.live.workshop import Workshop

ROOT = Path(workshop_kit.__file__).parent
SMALL = Path(__file__).parent / "kits" / "small"
OF_THE_KIT = ("art. 1 of a fictional act.", "PLAN-1")
"""What the small kit has in one language: a source, the code of a rule."""

NOTHING = "Nothing has been decided yet."
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
NAMES = {
    # Names, of things and of languages in their own words.
    *("CSV", "DOCX", "English", "HTML", "ICS", "JPEG", "JSON", "JupyterLab", "NAME"),
    *("Nederlands", "PDF", "PNG", "SVG", "URL", "PostgreSQL", "README"),
    *("hr", "nl", "en"),
    # Months, which Babel says.
    *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus"),
    *("september", "oktober", "november", "december"),
}


def mark(message):
    """Put the marks around a message, plural or not."""
    return f"⟦{message}⟧"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    """A folder of catalogues in which every message is marked."""
    folder = tmp_path_factory.mktemp("locale")
    with (ROOT / "locale/nl/LC_MESSAGES/workshop_kit.po").open("rb") as file:
        known = read_po(file, locale="nl")
    made = Catalog(locale="nl")
    for message in known:
        if message.id:
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            marked = tuple(map(mark, forms))
            plural = isinstance(message.id, tuple)
            made.add(message.id, marked if plural else marked[0])
    target = folder / "nl" / "LC_MESSAGES" / "workshop_kit.po"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_po(file, made)
    return folder


@pytest.fixture(autouse=True)
def marked(catalogue, monkeypatch):
    """Let Dutch be the marked catalogue, for the time of a test."""
    monkeypatch.setattr(i18n, "_LOCALE", catalogue)
    monkeypatch.setenv("WORKSHOP_LANG", "nl")
    i18n._catalogue.cache_clear()
    yield
    i18n._catalogue.cache_clear()


@pytest.fixture
def kit(tmp_path):
    """The small kit with its own words marked too."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "kit"))
    for file in folder.rglob("*.yaml"):
        text = file.read_text("utf-8")
        file.write_text(re.sub(r'\bnl: "([^"]*)"', r'nl: "⟦\1⟧"', text), "utf-8")
    return folder


@pytest.fixture
def workshop(kit, tmp_path):
    """A workshop in which somebody answered and something was decided."""
    path = tmp_path / "0.workshop"
    with Workshop.create(path, kit=str(kit), lang="nl", track="full") as made:
        made.decide("plan.name", {"value": "1", "reason": "2", "by": "3"})
        yield made


class Seen(HTMLParser):
    """Collects what a page shows or has read aloud."""

    HIDDEN = frozenset({"style", "script", "template"})
    READ = frozenset({"alt", "title", "aria-label", "placeholder"})

    def __init__(self, page):
        super().__init__()
        self.texts, self._hidden = [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Note what is read aloud, and what is hidden."""
        self._hidden += tag in self.HIDDEN
        self.texts += [value or "" for name, value in attrs if name in self.READ]

    def handle_endtag(self, tag):
        """What was hidden ends."""
        self._hidden -= tag in self.HIDDEN

    def handle_data(self, data):
        """Note what is shown."""
        if not self._hidden:
            self.texts.append(data)


def unmarked(said, *names):
    """Return the words outside all marks, but for names."""
    for one in OF_THE_KIT:
        said = said.replace(one, " ")
    while (less := MARKED.sub(" ", said)) != said:
        said = less
    found = re.findall(r"\b[A-Za-zÀ-ÿ]{2,}\b", said)
    return [word for word in found if word not in NAMES | {*names}]


def shown(data, keys):
    """Return what stands under some keys, at whatever depth."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from shown(value, keys)
    elif isinstance(data, list | tuple):
        for one in data:
            yield from shown(one, keys)


def test_the_marks_are_seen():
    """Without this, the tests below could pass because nothing is looked at."""
    assert unmarked("⟦Aan de slag⟧ Now ⟦met {n}: ⟦twee⟧ mensen⟧ PDF") == ["Now"]
    assert Seen("<p title='Hi'>yes<style>no</style></p>").texts == ["Hi", "yes"]
    assert i18n.Translator("nl")(NOTHING) == mark(NOTHING)


def verbs(group, before=()):
    """Return every verb with the one it stands under."""
    for name, each in group.commands.items():
        below = getattr(each, "commands", None)
        yield from verbs(each, (*before, name)) if below else [(*before, name)]


def run(monkeypatch, capsys, *arguments):
    """Run the command in this process and return what it says."""
    monkeypatch.setattr(sys, "argv", ["workshop-kit", *map(str, arguments)])
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    monkeypatch.setenv("COLUMNS", "1000")
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr()
    return said.out + said.err


@pytest.mark.parametrize("verb", [(), *verbs(cli.get_command(cli.app))], ids=" ".join)
def test_help_is_translated(verb, monkeypatch, capsys):
    """All but names of verbs, options and values, and the example."""
    lines = run(monkeypatch, capsys, *verb, "--help").splitlines()
    said = [
        re.sub(r"^ *workshop-kit .*|(?<!\w)--?[\w-]+|\{\w+\}", " ", line)
        for line in lines
    ]
    names = ["python", "pytest", "workshop"]
    names += [word for each in verbs(cli.get_command(cli.app)) for word in each]
    names += ["kit", "file", "files", "target", "copy", "document", "folder", "who"]
    names += ["exports", "browser", "social", "media", "short", "WORKSHOP", "LANG"]

    assert unmarked("\n".join(said), *names, "metrics") == []


TYPED = {
    *("workshop", "python", "pytest", "lint", "file", "kit", "word"),
    *("html", "pdf", "docx", "md", "json", "csv", "ics"),
}
"""Names of programs, values and endings that commands repeat."""


def test_what_commands_say_is_translated(kit, workshop, tmp_path, monkeypatch, capsys):
    """What is fine, what is wrong, and how a command is used wrongly."""
    file = workshop.store.path
    made = tmp_path / "1.workshop"
    for arguments in (
        ("new", made, "--kit", kit),
        ("new", made, "--kit", kit),
        ("check", kit),
        ("sign", file),
        ("snapshot", file, "--name", "1"),
        ("backup", file, tmp_path / "2.workshop"),
        ("doctor", file),
        ("doctor", tmp_path / "3.workshop"),
        ("restore", tmp_path / "2.workshop", file),
        ("lint", file, "--port"),
        ("export", file, "--format", "word"),
        ("forget", file, "--yes"),
        ("enter", file),
    ):
        said = run(monkeypatch, capsys, *arguments)
        said = re.sub(r"--?[\w-]+", " ", said.replace(str(tmp_path), " "))

        assert unmarked(said, *TYPED) == [], arguments


async def visited(workshop):
    """Return each page that somebody sees who comes in, wrongly first."""
    access = new_access()
    workshop.store.act("access", "", access, by="", key="a" * 32)
    hall = Hall(workshop.store.path, port=1, secure=False, pid=os.getpid())
    base = "http://127.0.0.1:1"
    given = {"code": access["code"], "alias": "1", "role": "hr", "lang": "nl"}
    await hall.open()
    try:
        way = httpx.ASGITransport(app(hall))
        headers = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
        async with httpx.AsyncClient(
            transport=way, base_url=base, headers=headers
        ) as guest:
            pages = [await guest.get("/"), await guest.get("/nowhere")]
            pages.append(await guest.post("/join", data=given))
            joined = await guest.post("/join", data={**given, "consent": "yes"})
            statuses = [pages[-1].status_code, joined.status_code]
            for path in ("/room", "/own", f"/show/{access['projector']}"):
                pages.append(await guest.get(path))
                statuses.append(pages[-1].status_code)
    finally:
        await hall.close()
    assert statuses == [422, 303, 200, 200, 200]
    return pages


def test_participants_pages_are_translated(workshop):
    """The door, what is wrong there, the room, their own data, and the wall."""
    for page in asyncio.run(visited(workshop)):
        said = " ".join(Seen(page.text).texts)
        # Who reads neither language well finds the choice in both.
        assert unmarked(said.replace("Taal, language", "")) == [], page.url


def test_what_pages_and_panel_are_given_is_translated(workshop):
    """Words that a script puts into a page come from here, and only from here."""
    said = [*words(workshop.translate).values()]
    said += shown(
        panel_words(workshop.translate), KEYS | {*panel_words(workshop.translate)}
    )

    assert [one for one in said if unmarked(one)] == []


KEYS = {"legend", "hint", "label", "action", "note", "title", "unit", "message"}


def test_forms_are_translated(workshop):
    """Every label, hint and button of every card in the notebooks."""
    me = workshop.facilitator()
    every = [aspect.id for aspect in workshop.kit.aspects]
    forms = [
        setup_form(workshop),
        decision_form(workshop, every, me),
        waiver_form(workshop),
        signoff_form(workshop),
        *(answer_form(workshop, aspect, me.id) for aspect in every),
    ]
    said = [text for form in forms for text in shown(form.spec, KEYS)]

    assert len(said) > 50
    assert [one for one in said if unmarked(one)] == []


def test_pages_of_the_notebooks_are_translated(workshop):
    """Programme, run sheet, tally, standing."""
    every = [aspect.id for aspect in workshop.kit.aspects]
    blocks = [*plan(workshop), *guide(workshop, every), *tally(workshop, every)]
    blocks += status(workshop)
    said = re.findall(r"Run\(text='([^']*)'", repr(blocks))
    said += standing_words(workshop)

    assert len(said) > 50
    assert [one for one in said if unmarked(one)] == []


@pytest.mark.parametrize("profile", ["policy", "staff", "summary", "record", "blank"])
def test_exports_are_translated(workshop, profile, tmp_path):
    """Each document for each reader, as a page and as text."""
    made = export(
        workshop,
        tmp_path / "out",
        languages(["nl"], workshop.kit.languages),
        formats=["html", "md"],
        profiles=[profile],
        brand=brand(colour="", logo=None),
    )
    for path in made:
        text = path.read_text("utf-8")
        if path.suffix == ".html":
            text = " ".join(Seen(text).texts)

        assert unmarked(text, "small", "plan", "goals", "name", "lang") == [], path.name


SENTENCE = re.compile(r"""["'`]([A-Z][a-z]+(?: [a-z]+)+[.!?]?)["'`]""")


def test_scripts_hold_no_sentences_of_their_own():
    """What a script shows it was given; it knows no language."""
    scripts = {
        path.name: re.sub(r"//.*|description: .*", "", path.read_text("utf-8"))
        for path in ROOT.rglob("*.js")
    }
    found = {name: SENTENCE.findall(text) for name, text in scripts.items()}

    assert len(scripts) > 6
    assert {name: said for name, said in found.items() if said} == {}


def test_the_cards_of_the_launcher_are_translated():
    """What JupyterLab is told to show comes from the catalogue."""

    class Web:
        """What an extension sees of Jupyter's server."""

        def __init__(self):
            self.settings = {"base_url": "/"}

        def add_handlers(self, *_):
            """Take handlers, and forget them."""

    class Server:
        """Likewise."""

        web_app = Web()

    add(Server)
    page = json.loads(Server.web_app.settings["page_config_data"]["workshopKit"])

    assert [w for w in page["words"]["nl"].values() if unmarked(w)] == []
