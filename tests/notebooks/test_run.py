"""The sample workshop runs through all notebooks, as ``make demo`` does it."""

from __future__ import annotations

import re
from pathlib import Path

import page
import pikepdf
import pytest

from workshop_kit.live.demo import run_demo
from workshop_kit.live.workshop import Workshop

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder with everything that the demo made."""
    folder = tmp_path_factory.mktemp("demo") / "exports"
    run_demo(ROOT, to=folder, lang="nl")
    return folder


def test_it_makes_the_policy_and_each_finished_notebook(made):
    """HTML and PDF in both languages, and a page for every notebook."""
    policies = {
        f"policy-{lang}.{kind}" for lang in ("nl", "en") for kind in ("html", "pdf")
    }
    found = {path.name for path in made.iterdir()}

    notebooks = {f"{name}.html" for name in PAGES}
    assert found == policies | notebooks | {"demo.workshop", "moments.ics"}


@pytest.mark.parametrize("name", PAGES)
def test_every_notebook_finished(made, name):
    """No cell stopped, and no form was left without its answers."""
    html = (made / f"{name}.html").read_text("utf-8")

    assert '<html lang="nl">' in html
    assert "Dit lukte niet" not in html
    assert "stopte met een fout" not in html
    assert "De antwoorden van dit formulier zijn hier niet" not in html


def test_forms_are_static_answers(made):
    """Where a form stood, the page has what was filled in and what was decided."""
    answers = (made / "01_context_and_goals.html").read_text("utf-8")
    decisions = (made / "07_decide.html").read_text("utf-8")

    assert "Museum De Proefpolder (fictief)" in answers
    assert "Reden: " in decisions
    assert "<input" not in answers + decisions


def test_the_baseline_is_of_the_open_archive(made):
    """The figures are read from the archive and printed in the policy."""
    with Workshop.open(made / "demo.workshop") as workshop:
        measured = {m.kpi: m for m in workshop.measurements() if "/" in m.period}

    assert measured["applause"].n == 194
    assert "4,4 per bericht" in (made / "policy-nl.html").read_text("utf-8")
    assert "4.4 per post" in (made / "policy-en.html").read_text("utf-8")


def test_the_sample_shows_a_verdict_on_each_side(made):
    """One target is within reach and one above it, in notebook and policy."""
    for name in ("05_monitoring", "policy-nl"):
        html = (made / f"{name}.html").read_text("utf-8")

        assert "ligt binnen wat vergelijkbare perioden haalden" in html
        assert "ligt boven wat 90% van de vergelijkbare perioden haalde" in html
        assert "SFO Museum" in html


def test_figures_have_words_and_values(made):
    """Each picture of the figures has alt text in Dutch and a table behind it."""
    html = (made / "05_monitoring.html").read_text("utf-8")
    pictures = re.findall(r'<figure[^>]*><img [^>]*alt="([^"]*)"', html)

    assert [alt.split(":")[0] for alt in pictures] == [
        "Lijngrafiek",
        "Staafdiagram",
        "Lijngrafiek",
        "Staafdiagram",
    ]
    assert len(re.findall(r"<caption[^>]*>De waarden van de figuur", html)) == 3
    assert "Plaatsvervanger uit 2014–2019" in (made / "02_audience.html").read_text(
        "utf-8"
    )
    assert "Een gewone week" in (made / "04_resources.html").read_text("utf-8")


def test_what_people_say_is_in_notebook_and_policy(made):
    """The made-up sample is labelled, with n, coders, agreement and quotes."""
    for name in ("05_monitoring", "policy-nl"):
        html = (made / f"{name}.html").read_text("utf-8")

        assert "Deze reacties zijn verzonnen" in html
        assert "Van 28 reacties zijn er 14 positief" in html
        assert (
            "Dezelfde toon volgens collectie en communicatie: 22 van 24 reacties"
            in html
        )
        assert "<blockquote>" in html
        assert "Jammer dat het museum" not in html


def test_the_file_chooser_has_a_static_twin(made):
    """Where files could be chosen, the page says that the sample was used."""
    html = (made / "05_monitoring.html").read_text("utf-8")

    assert "Er zijn nog geen exports" in html
    assert "het open archief van SFO Museum" in html


def test_campaign_and_counted_figures_are_in_the_policy(made):
    """The campaign has its days; what people count is labelled with its source."""
    english = (made / "policy-en.html").read_text("utf-8")

    assert "Measure after the campaign: Zomertentoonstelling Water en weer" in english
    assert "6 September 2027; 4 October 2027" in english
    assert "Counted by hand" in english
    assert "Eigen telling (filled in by hand)" in english


def test_the_policy_has_all_its_parts(made):
    """Purpose, scope, conduct, roles, indicators, review, open points, dissent."""
    english = (made / "policy-en.html").read_text("utf-8")
    chapters = re.findall(r'<h2 id="s\d+">(.*?)</h2>', english)

    assert len(chapters) == 17 + 9
    assert chapters[17:] == [
        "Signed",
        "Annex A. Baselines",
        "Annex B. Indicators and their figures",
        "Annex C. What people say",
        "Annex D. When we measure",
        "Annex E. Open points",
        "Annex F. Dissent",
        "Annex G. Decisions and reasons",
        "Annex H. What the check found",
    ]
    assert "Next review" in english
    assert "4 October 2027" in english


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_policy_is_an_accessible_pdf(made, lang):
    """PDF/UA-1, tagged, with title, language, bookmarks, and words for each picture."""
    path = made / f"policy-{lang}.pdf"

    assert page.is_pdf_compliant(str(path), profile="ua1")
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang).startswith(lang)
        assert len(outline.root) >= 17


def test_no_blocker_is_open_in_the_sample(made):
    """The sample policy could be signed: what is left was accepted by name."""
    with Workshop.open(made / "demo.workshop", lang="en") as workshop:
        found = workshop.findings()

    assert [f.rule for f in found if f.severity == "blocker" and not f.waived] == []
    assert [f.rule for f in found if f.waived] == ["ACC-5"]


def test_english_pages_have_no_dutch_words_of_ours(made):
    """Our own words in the English policy are English."""
    english = (made / "policy-en.html").read_text("utf-8")

    for dutch in ("Bijlage", "Ondertekening", ">Inhoud<", "Waarschuwing", ">Reden<"):
        assert dutch not in english


def test_nothing_is_fetched_from_elsewhere(made):
    """No page names another host in a place that loads."""
    for path in made.glob("*.html"):
        html = path.read_text("utf-8")

        assert re.findall(r'(?:src|action)="(?!data:)[^"]*"|url\(|@import', html) == []
        # The policy as data, which no browser runs.
        carried = '<script id="workshop-kit-policy" type="application/json">'
        assert set(re.findall(r"<script[^>]*>", html)) <= {carried}
