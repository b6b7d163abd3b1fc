"""The sample of a second kit runs through the notebooks that are made of the kit."""

from __future__ import annotations

from pathlib import Path

import pytest

from workshop_kit.kit.load import load
from workshop_kit.live.demo import run_demo
from workshop_kit.live.notebooks import notebooks
from workshop_kit.live.workshop import Workshop

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
KIT = "generative_ai"
PAGES = [Path(name).stem for name in notebooks(load(KIT))]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder with everything that the demo made."""
    folder = tmp_path_factory.mktemp("demo") / "exports"
    run_demo(ROOT, to=folder, lang="nl", kit=KIT)
    return folder


def test_it_makes_the_policy_and_each_finished_notebook(made):
    """HTML and PDF in both languages, moments, and a page for every notebook."""
    policies = {
        f"policy-{lang}.{kind}" for lang in ("nl", "en") for kind in ("html", "pdf")
    }
    pages = {f"{name}.html" for name in PAGES}

    found = {path.name for path in made.iterdir()}
    assert found == policies | pages | {"demo.workshop", "moments.ics"}


@pytest.mark.parametrize("name", PAGES)
def test_every_notebook_finished(made, name):
    """No cell stopped, and no form was left without its answers."""
    html = (made / f"{name}.html").read_text("utf-8")

    assert "Dit lukte niet" not in html
    assert "stopte met een fout" not in html
    assert "De antwoorden van dit formulier zijn hier niet" not in html


def test_the_open_archive_of_another_subject_stays_out(made):
    """Figures of social media are no baseline of a policy about something else."""
    with Workshop.open(made / "demo.workshop") as workshop:
        assert workshop.measurements() == []
    assert "SFO Museum" not in (made / "policy-nl.html").read_text("utf-8")


def test_answers_and_decisions_are_on_the_pages(made):
    """What people said stands in its part, what was decided among the decisions."""
    assert "ideeën voor tentoonstellingstitels" in (made / "13_decide.html").read_text(
        "utf-8"
    )
    assert "POLICY-4" in (made / "14_policy.html").read_text("utf-8")
