"""The difference between two versions reads as plain language, in both languages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from workshop_kit.errors import PolicyError
from workshop_kit.export import html
from workshop_kit.export.changes import _differing
from workshop_kit.export.document import (
    Definitions,
    Heading,
    Paragraph,
    Table,
    words_of,
)
from workshop_kit.i18n import Translator
from workshop_kit.live.desk import Desk
from workshop_kit.live.versions import difference_between, write_difference
from workshop_kit.live.workshop import Workshop
from workshop_kit.policy.diff import Change
from workshop_kit.policy.exchange import dump

HOSTILE = "<script>alert(1)</script>"
TODAY = dt.date(2026, 11, 23)


def decide(workshop, question, value, reason="because", **more):
    """Decide on a question for a reason."""
    workshop.decide(question, {"value": value, "reason": reason, "by": "x", **more})


@pytest.fixture
def museum(tmp_path):
    """A workshop of which a version was kept, and which went on."""
    path = tmp_path / "museum.workshop"
    with Workshop.create(path, kit="social_media", lang="en", track="full") as made:
        row = {"kpi": "conversation", "baseline": 2, "target": 5}
        decide(made, "ctx.name", "Fictional Museum")
        decide(made, "goals.which", ["visits"])
        decide(made, "kpi.indicators", [row])
        made.snapshot("May", today=TODAY)
        decide(made, "ctx.name", f"Fictional {HOSTILE}")
        decide(made, "goals.which", ["visits"], reason="it pays")
        decide(made, "kpi.indicators", [row | {"target": 8, "by": "2027-12-31"}])
        decide(made, "ctx.type", "museum")
        yield made


def lines(document):
    """Return headings, paragraphs, definitions and table rows as plain lines."""
    found = []
    for block in document.blocks:
        if isinstance(block, Heading):
            found.append("#" * block.level + " " + words_of(block.runs))
        elif isinstance(block, Paragraph):
            found.append(words_of(block.runs))
        elif isinstance(block, Definitions):
            found += [f"{words_of(k)}: {words_of(v[0].runs)}" for k, v in block.items]
        elif isinstance(block, Table):
            found += [
                " | ".join(map(words_of, row)) for row in (block.head, *block.rows)
            ]
    return found


def test_the_difference_is_told_in_plain_words(museum):
    """In short first, then clauses, targets and decisions, before and after."""
    document = difference_between(museum, "", "", Translator("en"))
    said = lines(document)

    assert said[0] == (
        "Clauses: 1 new, 0 dropped, 2 changed. "
        "Decisions that differ: 3. Targets that differ: 1."
    )
    at = said.index("# Targets")
    assert said[at + 1 : at + 3] == [
        "Indicator | Channel | Target before | Target now",
        "Conversation rate |  | 5 per post (from 2 per post) | "
        "8 per post, by 31 December 2027 (from 2 per post)",
    ]
    assert "# New in the policy" in said
    assert "# Changed in the policy" in said
    at = said.index("# Decided otherwise")
    assert said[at + 4 : at + 7] == [
        "## What do we most want to achieve with social media?",
        "Before: Reason: because",
        "Now: Reason: it pays",
    ]
    assert list(document.meta) == ["Earlier version", "Later version"]
    assert document.meta["Earlier version"].startswith("May (")
    assert document.meta["Later version"].startswith("what is decided now (")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a\nb\nc", "a\nx\nc", ("b", "x")),
        ("a\nb", "a", ("b", "")),
        ("a\nb", "b\na", ("a\nb", "b\na")),
        ("a\nb\nc", "c\na", ("a\nb\nc", "c\na")),
        ("a", "b", ("a", "b")),
        ("a\na", "a", ("a\na", "a")),
    ],
)
def test_only_the_lines_that_differ_are_shown(before, after, shown):
    """Unless the order differs, which is only seen with all of them."""
    change = Change(kind="changed", label="l", before=before, after=after)

    assert _differing(change) == shown


def test_the_difference_reads_dutch_too(museum):
    """Not one word of it is English."""
    document = difference_between(museum, "May", "", Translator("nl"))

    assert document.title == "Wat er is veranderd"
    assert lines(document)[0] == (
        "Bepalingen: 1 nieuw, 0 vervallen, 2 gewijzigd. "
        "Besluiten die verschillen: 3. Streefwaarden die verschillen: 1."
    )


def test_a_version_does_not_differ_from_itself(museum):
    """It says so, and nothing else."""
    document = difference_between(museum, "May", "May", Translator("en"))

    assert lines(document) == ["The two versions say the same."]


def test_an_exported_file_can_be_compared_with(museum, tmp_path):
    """What somebody has in the drawer is a version as well."""
    old = tmp_path / "policy-2025.json"
    old.write_bytes(dump(museum.kept("May")))
    document = difference_between(museum, str(old), "", Translator("en"))

    assert document.meta["Earlier version"].startswith("policy-2025.json (")
    assert len(lines(document)) > 1


def test_hostile_words_stay_words(museum):
    """A name is text in the document, whatever is in it."""
    page = html.render(difference_between(museum, "", "", Translator("en")))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert HOSTILE not in page


def test_it_is_written_in_each_language(museum, tmp_path):
    """HTML and PDF, beside each other."""
    made = write_difference(museum, "", "", tmp_path / "out", ["nl", "en"])

    assert [path.name for path in made] == [
        "changes-nl.html",
        "changes-nl.pdf",
        "changes-en.html",
        "changes-en.pdf",
    ]
    assert all(Path(path).stat().st_size > 1000 for path in made)


def test_without_a_version_there_is_nothing_to_compare(workshop_without_versions):
    """It says so, and what to do."""
    with pytest.raises(PolicyError) as caught:
        difference_between(workshop_without_versions, "", "", Translator("en"))

    assert caught.value.render(Translator("en")).endswith(
        "No version has been kept yet, so there is nothing to compare with. "
        "Keep one under a name, or name an exported file with --from."
    )


@pytest.fixture
def workshop_without_versions(tmp_path):
    """A workshop in which nothing was kept."""
    with Workshop.create(tmp_path / "new", kit="social_media", lang="en") as made:
        yield made


def test_the_notebook_shows_the_difference(museum):
    """The same words as in the document."""
    page = Desk(museum).changes()._repr_mimebundle_()["text/plain"]

    assert page.startswith("Clauses: 1 new, 0 dropped, 2 changed.")
