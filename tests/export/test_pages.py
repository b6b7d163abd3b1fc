"""What stands where on a page of paper, for a designer to be content with."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from html import unescape

import pytest

from workshop_kit.export import pdf
from workshop_kit.export.brand import Brand
from workshop_kit.export.document import (
    Callout,
    Document,
    Heading,
    List,
    Paragraph,
    Parallel,
    Room,
    Table,
    text,
)
from workshop_kit.export.extracts import staff_document, summary_document
from workshop_kit.export.policy import policy_document
from workshop_kit.export.profiles import profile_document

LONG = (
    "Stichting Regionaal Erfgoedcentrum voor Archieven, Musea, Monumenten en "
    "Immaterieel Erfgoed Noordoost-Proefland (fictief)"
)
WIDTH, HEIGHT = 595.3, 841.9
EDGE = 45
"""What a printer leaves white, and a hand holds, in points."""

BARE = re.compile(
    r'<page|<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">'
    r"(.*?)</word>"
)


def pages(document, brand=None):
    """Return the words of each page of a PDF: left, top, right, bottom and word."""
    content = pdf.render(document, **({"brand": brand} if brand else {}))
    done = subprocess.run(
        ["/usr/bin/pdftotext", "-bbox", "-", "-"],
        input=content,
        capture_output=True,
        check=True,
    )
    found = []
    for one in BARE.finditer(done.stdout.decode()):
        if one[5] is None:
            found.append([])
        else:
            box = tuple(float(one[n]) for n in range(1, 5))
            found[-1].append((*box, unescape(one[5])))
    return found


def lines(page):
    """Return the lines of a page from the top, without its foot."""
    rows = {}
    for left, _, _, bottom, word in page:
        if bottom < HEIGHT - 75:
            rows.setdefault(round(bottom / 3), []).append((left, word))
    return [
        " ".join(word for _, word in sorted(row)) for _, row in sorted(rows.items())
    ]


def outside(found):
    """Return the words that come too near to the edge of their page."""
    return [
        word
        for page in found
        for left, top, right, bottom, word in page
        if left < EDGE
        or right > WIDTH - EDGE
        or top < EDGE / 2
        or bottom > HEIGHT - EDGE / 2
    ]


def logo(wide, high):
    """Return the look of an institution with a logo of that shape."""
    drawn = f'<path d="M0 0h{wide}v{high}z"/>'
    return Brand(
        svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}">'
        f"{drawn}</svg>"
    )


@pytest.fixture(scope="module")
def long_named(held):
    """The sample policy of an institution with a name of 121 characters."""
    return replace(held.policy(lang="nl"), institution=LONG)


@pytest.mark.parametrize("shape", [(40, 1), (3, 1), (1, 1), (1, 20)])
def test_a_leaflet_has_two_pages_whatever_name_and_logo(held, long_named, shape):
    """Staff get two pages and the public one, also with a long name and a logo."""
    brand, plan = logo(*shape), held.kit.document
    staff = pages(staff_document(long_named, plan.staff), brand)
    public = pages(summary_document(long_named, plan.summary), brand)
    assert (len(staff), len(public)) == (2, 1)
    assert outside([*staff, *public]) == []


@pytest.mark.parametrize("shape", [(40, 1), (1, 20)])
def test_a_long_name_stays_on_its_page(long_named, shape):
    """Nothing of a policy leaves the page, and the foot keeps name and number apart."""
    found = pages(policy_document(long_named), logo(*shape))
    assert outside(found) == []
    for page in found[1:]:
        foot = [word for word in page if word[3] > HEIGHT - 75]
        number = min(left for left, *_, word in foot if word == "pagina")
        assert all(
            right < number - 20 for _, _, right, _, word in foot if word in LONG.split()
        )


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["policy", "staff", "summary", "record", "blank"])
def test_nothing_leaves_a_page(held, profile):
    """No word of any document, in one or two languages, leaves its page."""
    for spoken in (("nl",), ("en",), ("nl", "en")):
        assert outside(pages(profile_document(held, profile, *spoken))) == []


def test_words_in_a_table_of_many_columns_are_whole():
    """A word of letters in a narrow column is broken with a hyphen or not at all."""
    head = (
        "Netwerk",
        "Doel",
        "Beginwaarde",
        "Streefwaarde",
        "Uiterlijk",
        "Wie",
        "Bron",
    )
    row = (
        "X (voorheen Twitter)",
        "In gesprek met het publiek",
        "2,8",
        "5",
        "31 december 2027",
        "Medewerker communicatie",
        "Export van het netwerk (met de hand ingevuld)",
    )
    table = Table(head=tuple(map(text, head)), rows=(tuple(map(text, row)),) * 3)
    for block in (table, Callout(kind="note", title=text("Besluit"), blocks=(table,))):
        document = Document(title="T", lang="nl", blocks=(block,))
        words = {word for page in pages(document) for *_, word in page}
        assert words >= {one for cell in (*head, *row) for one in cell.split()}
        assert outside(pages(document)) == []


FILLER = "Een regel van de tekst die de bladzijde vult. " * 12


def after(filling, *blocks, lang="nl"):
    """Return the pages of a document with so many paragraphs before these blocks."""
    above = (Paragraph(runs=text(FILLER)),) * filling
    shorter = (Paragraph(runs=text(FILLER[:180])),) * (filling % 3)
    document = Document(title="T", lang=lang, blocks=(*above, *shorter, *blocks))
    return [lines(page) for page in pages(document)]


def said(*words):
    """Return paragraphs as the items of a list."""
    return tuple((Paragraph(runs=text(one)),) for one in words)


POINTS = List(items=said("eerste punt", "tweede punt", "derde punt"))


@pytest.mark.parametrize("filling", range(3, 10))
def test_a_short_list_is_not_divided(filling):
    """The points of a short list and the words that lead to it share a page."""
    leads = Paragraph(runs=text("Wij doen dit:"))
    found = after(filling, leads, POINTS, Paragraph(runs=text(FILLER)))
    (page,) = [page for page in found if any("punt" in line for line in page)]
    assert "Wij doen dit:" in page


@pytest.mark.parametrize("filling", range(3, 10))
def test_a_short_table_is_not_divided(filling):
    """The rows of a short table stay together, below their head."""
    cells = tuple((text(f"rij {n}"), text("waarde")) for n in range(6))
    table = Table(head=(text("Kop"), text("Cijfer")), rows=cells, caption="Tabel")
    found = after(filling, table)
    (page,) = [page for page in found if any("rij" in line for line in page)]
    assert sum("rij" in line for line in page) == 6
    assert "Tabel" in page


@pytest.mark.parametrize("filling", range(3, 10))
def test_a_chapter_does_not_begin_at_the_foot_of_a_page(filling):
    """Below a heading and its first lines stands something of what they announce."""
    chapter = Heading(level=1, runs=text("Hoofdstuk"))
    intro = Paragraph(runs=text("Waarover dit gaat."))
    part = Heading(level=2, runs=text("Deel"))
    found = after(filling, chapter, intro, part, POINTS)
    (page,) = [page for page in found if "Hoofdstuk" in page]
    assert {"Waarover dit gaat.", "Deel"} <= {*page}
    assert any("punt" in line for line in page)


@pytest.mark.parametrize("filling", range(3, 10))
def test_a_question_on_paper_keeps_its_place_to_answer(filling):
    """In two languages too, a question and what is ticked or written share a page."""
    question = Heading(level=2, runs=text("Vraag"))
    ways = (Paragraph(runs=text("Kruis aan.")),), (Paragraph(runs=text("Tick.")),)
    boxes = replace(POINTS, boxes=True)
    rows = (ways, ((boxes,), (boxes,)))
    beside = Parallel(langs=("nl", "en"), rows=rows)
    found = after(filling, question, beside)
    (page,) = [page for page in found if "Vraag" in page]
    assert "Kruis aan. Tick." in page
    assert sum("punt" in line for line in page) == 3


@pytest.mark.parametrize("filling", range(3, 10))
def test_the_last_line_of_a_chapter_does_not_begin_a_page(filling):
    """What is said last of a chapter stands on the page of the list above it."""
    last = Paragraph(runs=text("Juridisch nagekeken."))
    found = after(filling, POINTS, last, Heading(level=1, runs=text("Verder")))
    (page,) = [page for page in found if "Juridisch nagekeken." in page]
    assert any("punt" in line for line in page)


def test_room_to_write_is_not_divided():
    """Five lines to write on stand on one page, with the question above them."""
    for filling in range(3, 10):
        question = Heading(level=2, runs=text("Vraag"))
        block = (question, Room(lines=5), Paragraph(runs=text("Hierna")))
        found = after(filling, *block)
        first = next(n for n, page in enumerate(found) if "Vraag" in page)
        last = next(n for n, page in enumerate(found) if "Hierna" in page)
        # The lines have no words: what follows may go on, but not half of them.
        assert last - first <= 1
        if last > first:
            assert found[last][0] == "Hierna"


def test_a_remark_as_long_as_a_page_goes_on_over_it():
    """A remark with a table of sixty rows shows all of them."""
    rows = tuple((text(f"rij{n}"), text("waarde")) for n in range(60))
    table = Table(head=(text("Kop"), text("Cijfer")), rows=rows)
    block = Callout(kind="hint", title=text("Tip"), blocks=(table,))
    found = pages(Document(title="T", lang="nl", blocks=(block,)))
    words = {word for page in found for *_, bottom, word in page if bottom < HEIGHT}
    assert {f"rij{n}" for n in range(60)} <= words


def test_a_title_in_two_languages_takes_two_lines(held):
    """The second language begins its own line, and no mark hangs at the first."""
    document = profile_document(held, "policy", "nl", "en")
    first, second = (lines(pages(document)[0])[n] for n in (1, 2))
    assert first == held.policy(lang="nl").title
    assert second == held.policy(lang="en").title


def test_numbers_beside_short_names_stay_in_the_measure():
    """A figure's values by month and year are no wider than the text above them."""
    head = tuple(map(text, ("Maand", *map(str, range(2019, 2025)))))
    rows = tuple((text(month), *(text("10,5"),) * 6) for month in ("januari", "mei"))
    words = Paragraph(runs=text("Woorden "))
    table = Table(head=head, rows=rows)
    (page,) = pages(Document(title="", lang="nl", blocks=(words, table)))
    lefts = {word: left for left, *_, word in page}
    assert lefts["Maand"] == pytest.approx(lefts["Woorden"], abs=1)


def test_a_verdict_stays_with_what_was_decided():
    """What was said of a count goes along to the page of the remark below it."""
    verdict = Paragraph(runs=text("Bereikt: de helft kiest het. " * 20))
    blocks = (Paragraph(runs=text("Een besluit.")),)
    remark = Callout(kind="hint", title=text("Besloten"), blocks=blocks * 6)
    for filling in range(26, 36):
        above = (Paragraph(runs=text("Vulling.")),) * filling
        found = pages(Document(title="", lang="nl", blocks=(*above, verdict, remark)))
        for page in found:
            words = [word for *_, word in page]
            assert ("Besloten" in words) <= ("kiest" in words)


def test_a_title_leaves_no_word_alone():
    """A title of two lines has two that are about as long."""
    title = "Beleid voor generatieve AI: wat mag en wat niet"
    document = Document(title=title, lang="nl", blocks=(), leaflet=True)
    (page,) = pages(document)
    first, second = lines(page)[:2]
    assert f"{first} {second}" == title
    assert len(second) > len(first) / 2
