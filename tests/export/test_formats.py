"""What is exported, for whom and as what; and what is said when that cannot be."""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pikepdf
import pytest
from anything import problems
from icalendar import Calendar

from workshop_kit.errors import ExportError
from workshop_kit.export import html, md, pdf
from workshop_kit.export.formats import FORMATS, chosen, export, languages
from workshop_kit.export.profiles import PROFILES, profile_document
from workshop_kit.export.sheets import cell, table
from workshop_kit.i18n import Translator
from workshop_kit.kit.paper import letter, numbered
from workshop_kit.live.workshop import Workshop
from workshop_kit.policy.exchange import ATTACHMENT, ELEMENT, dump, read_json

EVIL = (
    '"><script>alert(1)</script><img src=https://a.example/x onerror=alert(1)>'
    '#read("/etc/passwd") \\input{/etc/passwd} {{ 7*7 }} [x](javascript:alert(1))'
    " ![y](file:///etc/passwd) ]]> &amp; \x00\x0b\u202e\ud800"
)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1"]


@pytest.fixture(scope="module")
def made(held, tmp_path_factory):
    """Every profile in every document format, in Dutch and side by side."""
    folder = tmp_path_factory.mktemp("made")
    formats = [name for name in FORMATS if name != "ics"]
    export(held, folder, [("nl",)], formats=formats, profiles=PROFILES)
    export(held, folder, [("nl", "en")], formats=["pdf"], profiles=PROFILES)
    return folder


def test_each_profile_has_each_format(made):
    """The names say what for, which language and which format."""
    names = {path.name for path in made.iterdir()}
    assert {f"{p}-nl.{f}" for p in PROFILES for f in ("html", "pdf", "docx", "md")} | {
        *(f"{profile}-nl-en.pdf" for profile in PROFILES),
        *("policy.json", "answers-nl.csv", "decisions-nl.csv"),
    } == names


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", ["nl", "nl-en"])
def test_each_profile_is_accessible_on_paper(made, profile, lang):
    """PDF/UA-1 and PDF/A hold; what carries data keeps to PDF/A-3a, others to 2a."""
    content = (made / f"{profile}-{lang}.pdf").read_bytes()
    assert problems(content, "3a" if profile == "policy" else "2a") == []


def test_another_reader_finds_nothing_either(made):
    """A second checker of PDF/UA-1 agrees about each profile."""
    paths = [made / f"{profile}-nl.pdf" for profile in ("policy", "staff", "summary")]
    done = subprocess.run(
        [Path(sys.executable).with_name("outloud"), *map(str, paths)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.count("PASS")) == (0, 3), done.stdout


def test_another_reader_finds_no_error_in_a_form(made):
    """Empty lines are remarked upon, but no box is silent and no table without head."""
    names = ("blank-nl", "blank-nl-en", "policy-nl-en", "record-nl-en")
    paths = [made / f"{name}.pdf" for name in names]
    done = subprocess.run(
        [Path(sys.executable).with_name("outloud"), *map(str, paths)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout.count(": 0 error(s)") == len(paths), done.stdout
    assert "empty /Lbl" not in done.stdout


def test_the_leaflets_are_short(made):
    """What staff receive has two pages with its receipt, what is public one."""
    for profile, pages in (("staff", 2), ("summary", 1)):
        with pikepdf.open(made / f"{profile}-nl.pdf") as file:
            assert len(file.pages) == pages


def test_staff_sign_for_a_version(held, made):
    """The receipt names the version that the policy has, and room to sign."""
    words = (made / "staff-nl.md").read_text("utf-8")
    assert f"Ik heb versie {held.policy().version} van het document" in words
    assert "| Naam en functie | Datum | Handtekening |" in words


def test_minutes_name_nobody(held, made):
    """People count by their role; no alias stands in the minutes or the answers."""
    words = (made / "record-nl.md").read_text("utf-8")
    sheet = (made / "answers-nl.csv").read_text("utf-8-sig")
    assert "Wie meededen, per rol" in words
    assert "Afwijkend standpunt: " in words
    assert any(p.alias.startswith("Wilhelmina") for p in held.store.participants())
    for path in made.iterdir():
        if path.suffix in {".md", ".html", ".csv", ".json"}:
            found = path.read_text("utf-8")
            assert "Wilhelmina" not in found
            assert not [p.id for p in held.store.participants() if p.id in found]
    assert len(sheet.splitlines()) > len(held.store.answers())


def test_minutes_speak_one_language(held):
    """Who decided is said in the document's language, not in that of the room."""
    for lang, said, other in (
        ("en", " by Facilitator", "Begeleider"),
        ("nl", " door Begeleider", "Facilitator"),
    ):
        words = md.render(profile_document(held, "record", lang))
        assert said in words
        assert other not in words


def test_no_document_says_what_only_programs_call_the_questions(made):
    """A reader sees the version of the questions, and no id of a kit."""
    for profile in ("policy", "record", "blank"):
        words = (made / f"{profile}-nl.md").read_text("utf-8")
        assert "social_media" not in words.replace("\\", "")
        assert "ersie van de vragen" in words or "van de vragen" in words


def test_minutes_show_what_was_filled_in_as_a_table(made):
    """Each row of a form has its columns, and what several filled in stands once."""
    words = (made / "record-nl.md").read_text("utf-8")
    assert "| Doel | Wat is er dan bereikt, en wanneer? | Wie zorgt ervoor? |" in words
    assert "Ingevuld door 3 van de 8" in words
    (twice,) = re.findall(
        r"\| Buurt- en streekbewoners .*Kennen de ver.* \| 2 \|", words
    )
    assert words.count("Hoog | Kennen de verhalen bij onze foto's. |") == 1, twice


def test_the_empty_form_asks_all_questions_of_the_track(held, made):
    """Each question of the track stands on it with its number, each option its code."""
    words = (made / "blank-nl.md").read_text("utf-8").replace("\u00a0", " ")
    asked = numbered(held.kit, held.track)
    heads = [line for line in words.splitlines() if line.startswith("### ")]
    labels = [f"### {n}. {q.label['nl']}" for n, q in asked.items()]
    plain = [head.replace("\\", "") for head in heads]
    assert [head for head in plain if head[4].isdigit()] == labels
    for number, question in asked.items():
        if question.type in {"single", "multiple", "ranking"}:
            last = letter(len(question.options) - 1)
            assert f"- [ ] `{number}{last}`" in words


def test_the_empty_form_says_whose_it_is(held, made):
    """A number, a role with its letter, and until when the answers are kept."""
    nl = (made / "blank-nl.md").read_text("utf-8")
    until = Translator("nl").date(held.keep_until())
    assert "Nummer van dit papier (door wie het inzamelt):" in nl
    assert f"de antwoorden tot {until} worden bewaard" in nl
    for place, role in enumerate(held.kit.roles):
        assert f"- [ ] `{letter(place)}` {role.label['nl']}" in nl


class Carried(HTMLParser):
    """Finds what a page carries."""

    def __init__(self):
        super().__init__()
        self.inside, self.found = False, ""

    def handle_starttag(self, tag, attrs):
        """Note whether the element is the one that carries."""
        self.inside = tag == "script" and dict(attrs).get("id") == ELEMENT

    def handle_data(self, data):
        """Keep what stands in it."""
        self.found += data if self.inside else ""


def test_page_and_paper_carry_the_whole_policy(held, made):
    """The policy can be read back from the page and from the PDF, and only there."""
    reading = Carried()
    reading.feed((made / "policy-nl.html").read_text("utf-8"))
    with pikepdf.open(made / "policy-nl.pdf") as file:
        attached = file.attachments[ATTACHMENT].get_file().read_bytes()
    whole = dump(held.exchange())
    assert (html.CARRIED, pdf.CARRIED) == (ELEMENT, ATTACHMENT)
    assert attached == (made / "policy.json").read_bytes() == whole
    assert json.loads(reading.found) == json.loads(whole)
    assert read_json(reading.found).decisions == read_json(whole).decisions
    assert "<script" not in (made / "summary-nl.html").read_text("utf-8")


def test_the_same_workshop_gives_the_same_bytes(held, made, tmp_path):
    """Every file is the same when it is written again."""
    formats = [name for name in FORMATS if name != "ics"]
    for path in export(held, tmp_path, [("nl",)], formats=formats, profiles=PROFILES):
        assert path.read_bytes() == (made / path.name).read_bytes(), path.name


def test_sheets_hold_every_answer_and_decision(held, made):
    """A row each, in the language, with cells that a Dutch spreadsheet tells apart."""
    found = {}
    for name in ("answers", "decisions"):
        words = (made / f"{name}-nl.csv").read_text("utf-8-sig")
        found[name] = list(csv.reader(io.StringIO(words), delimiter=";"))
    assert len(found["answers"]) == len(held.store.answers()) + 1
    assert len(found["decisions"]) == len(held.store.decisions()) + 1
    assert found["decisions"][0][:3] == ["Code", "Vraag", "Besluit"]
    lengths = {len(row) for rows in found.values() for row in rows}
    assert lengths == {5, 10}


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_is_a_formula(words, nl):
    """A quote stands before what a spreadsheet would compute."""
    assert cell(words).startswith("'")
    assert b"\"'" in table([words], [], nl)


def test_a_plain_cell_stays_plain():
    """Words with such signs inside are left alone."""
    assert cell("a = b - c @ 5") == "a = b - c @ 5"


@pytest.fixture
def hostile(small, tmp_path):
    """A workshop in which every text that people can type is an attack."""
    kit = str(Path(__file__).parents[1] / "kits" / "small")
    path = tmp_path / "hostile"
    with Workshop.create(path, kit=kit, lang="en", track="full") as workshop:
        name = EVIL.translate(dict.fromkeys((0, 0xD800)))
        who = workshop.store.join(name, small.roles[0].id, "en")[0]
        values = {"plan.name": name, "plan.story": name}
        for number, (name, value) in enumerate(values.items()):
            workshop.accept(who.id, name, value, f"k{number}", final=True)
            fields = {"value": value, "reason": EVIL[:-1], "by": EVIL[:-1]}
            workshop.decide(name, {**fields, "dissent": EVIL[:-1]}, f"d{number}")
        yield workshop


def test_attacks_stay_words_in_every_format(hostile, tmp_path):
    """No script, no file or address loaded, no formula; what was typed is there."""
    formats = [name for name in FORMATS if name != "ics"]
    made = export(
        hostile, tmp_path / "o", [("en",)], formats=formats, profiles=PROFILES
    )
    for path in made:
        content = path.read_bytes()
        assert b"root:" not in content
        if path.suffix == ".html":
            assert b"<img" not in content
            assert content.count(b"<script") == (path.name == "policy-en.html")
            assert b"alert(1)&lt;/script&gt;" in content or b"alert" not in content
        if path.suffix == ".pdf":
            archive = "3a" if path.name.startswith("policy") else "2a"
            assert problems(content, archive) == []
        if path.suffix == ".md":
            assert b"<script" not in content.replace(b"\\<", b"")
            assert b"](javascript" not in content.replace(b"\\]", b"")


def test_an_empty_and_a_half_decided_workshop(tmp_path):
    """Both are exported in full; what is missing is said."""
    formats = [name for name in FORMATS if name != "ics"]
    path = tmp_path / "new"
    with Workshop.create(path, kit="social_media", lang="nl", track="short") as made:
        files = export(
            made, tmp_path / "a", [("nl",)], formats=formats, profiles=PROFILES
        )
        assert len(files) == 4 * len(PROFILES) + 3
        staff = (tmp_path / "a" / "staff-nl.md").read_text("utf-8")
        assert "Er is nog niets besloten" in staff
        fields = {"value": "x" * 5000, "reason": "Kort.", "by": "A"}
        made.decide("aud.story", fields, "k")
        export(made, tmp_path / "b", [("nl", "en")], profiles=PROFILES)


def test_a_very_long_answer_and_unknown_characters(en):
    """A hundred thousand characters and signs of no font end in every format."""
    from workshop_kit.export.document import Document, Paragraph, text  # noqa: PLC0415
    from workshop_kit.export.formats import DOCUMENTS, rendered  # noqa: PLC0415

    words = "woord 🚢 中 " * 9_500
    made = Document(title="T", lang=en.lang, blocks=(Paragraph(runs=text(words)),))
    for name in DOCUMENTS:
        assert len(rendered(made, name)) > 5_000


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "word",
            "--format: “word” is not something to choose here. Choose one or more "
            "of: html, pdf, or all.",
        ),
        (
            "html,",
            None,
        ),
        (
            "",
            "--format: “” is not something to choose here. Choose one or more of: "
            "html, pdf, or all.",
        ),
    ],
)
def test_unknown_names_are_answered_with_the_known_ones(given, said):
    """Whoever mistypes reads what there is."""
    if said is None:
        assert chosen([given], ("html", "pdf"), "--format") == ("html",)
        return
    with pytest.raises(ExportError) as caught:
        chosen([given], ("html", "pdf"), "--format")
    assert str(caught.value) == said


def test_all_names_each_of_them():
    """So does a list with doubles, in the order it was typed."""
    assert chosen(["ALL"], ("html", "pdf"), "--format") == ("html", "pdf")
    assert chosen(["pdf, html,pdf"], ("html", "pdf"), "--format") == ("pdf", "html")


def test_an_option_given_again_adds_to_it(held):
    """Twice the option is the same as once with a comma."""
    known = ("html", "pdf", "md")
    assert chosen(["pdf", "md,pdf"], known, "--format") == ("pdf", "md")
    assert chosen(["pdf", "all"], known, "--format") == known
    assert languages(["en", "nl"], held.kit.languages) == [("en",), ("nl",)]
    assert languages(["both", "nl"], held.kit.languages) == [("nl",), ("en",)]


def test_the_language_option(held):
    """One language, each by itself, or two beside each other."""
    known = held.kit.languages
    assert languages([], known) == languages(["both"], known) == [("nl",), ("en",)]
    assert languages(["side-by-side"], known) == [("nl", "en")]
    assert languages(["en"], known) == [("en",)]
    with pytest.raises(ExportError) as caught:
        languages(["fr"], known)
    assert str(caught.value) == (
        "--lang: “fr” is not something to choose here. Choose one of: nl, en, both, "
        "side-by-side."
    )


def test_both_languages_say_their_own(held):
    """A heading stands once in both; a cell in another language says which."""
    made = html.render(profile_document(held, "policy", "nl", "en"))
    assert '3. Doelen\u00a0· <span lang="en"><em>Aims</em></span></h2>' in made
    assert made.count('<div lang="nl">') > 100
    assert made.count('<div lang="nl">') <= made.count('<div lang="en">')


def test_the_moments_are_written_for_a_calendar(held, tmp_path):
    """Each planned day of the policy is an event; the same gives the same bytes."""
    held_again = export(held, tmp_path / "a", [("nl",)], formats=["ics"])
    (path,) = export(held, tmp_path / "b", [("nl",)], formats=["ics"])
    events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    planned = [one.day for one in held.policy(lang="nl").moments if one.day]
    assert path.name == "policy-nl.ics"
    assert [event.decoded("dtstart") for event in events] == planned
    assert planned
    assert held_again[0].read_bytes() == path.read_bytes()


def test_a_full_disk_says_so(held, tmp_path):
    """Nothing half written stays behind."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal  # noqa: PLC0415

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, old[1]))
    try:
        with pytest.raises(ExportError, match="this file cannot be written"):
            export(held, tmp_path / "o", [("nl",)], formats=["md"], profiles=["staff"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, before)
    assert list((tmp_path / "o").iterdir()) == []
