"""What the notebooks show, and what they say when something is wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from workshop_kit.errors import PolicyError
from workshop_kit.export.document import BLOCKS_MIME
from workshop_kit.forms.form import MIME
from workshop_kit.live.cards import answer_form, decision_form
from workshop_kit.live.desk import EXPORTS_VARIABLE, Desk
from workshop_kit.live.workshop import Workshop

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>"


@pytest.fixture
def desk(workshop):
    """The facilitator's side of the fictional workshop."""
    return Desk(workshop)


def words(page):
    """Return the words of a page."""
    return page._repr_mimebundle_()["text/plain"]


def send(form, name, value, *, key="k1", final=True):
    """Let the browser's side of a form send a change; returns the receipt."""
    form.outbox = {name: {"key": key, "value": value, "final": final}}
    return form.receipts[name]


def test_the_plan_adds_the_minutes_up(desk):
    """Each part shows its questions now, later, and its minutes."""
    assert words(desk.plan()).splitlines() == [
        "Part | Questions in the room | Questions for later | Minutes",
        "Goals | 3 | 0 | 20",
        "Plan | 8 | 2 | 17",
    ]


def test_the_run_sheet_has_a_script_for_each_question(desk):
    """Purpose, exercise and time stand above the scripts."""
    said = words(desk.guide("goals")).splitlines()

    assert said[:4] == [
        "Goals",
        "Purpose: Know why.",
        "Exercise: Choose in silence.",
        "Time: 20 minutes",
    ]
    assert "What do we want to reach? | 10 | ranking | Begin in silence." in said


def test_a_form_saves_and_shows_the_time(workshop, ann):
    """An answer from the form is in the store and has a receipt with a time."""
    form = answer_form(workshop, "plan", ann)
    receipt = send(form, "plan.minutes", "45")

    assert receipt["kind"] == "saved"
    assert len(receipt["saved_at"]) == 5
    assert workshop.answers(ann) == {"plan.minutes": 45}


def test_a_form_says_what_does_not_fit(workshop, ann):
    """A refused value comes back with words, in the language of the workshop."""
    workshop.store.update_workshop(lang="nl")
    receipt = send(answer_form(workshop, "plan", ann), "plan.minutes", "veel")

    assert (receipt["kind"], receipt["message"]) == (
        "error",
        "Vul een getal in, zoals 12 of 2,5.",
    )


def test_a_form_comes_back_with_what_was_typed(workshop, ann):
    """A new form after a restart shows the draft of before."""
    first = answer_form(workshop, "plan", ann)
    send(first, "plan.story", "We began in 19", final=False)
    again = answer_form(workshop, "plan", ann)

    assert again.values == {"plan.story": "We began in 19"}
    assert again.receipts["plan.story"]["kind"] == "draft"


def test_a_form_opens_what_an_answer_opens(workshop, ann):
    """A follow-up is hidden until the answer that opens it is saved."""
    form = answer_form(workshop, "goals", ann)
    assert form.hidden == ["goals.which"]
    send(form, "goals.public", "yes")
    assert form.hidden == []


def test_a_form_offers_what_was_listed_elsewhere(workshop, ann):
    """A pick from an earlier aspect offers the rows of that list."""
    send(answer_form(workshop, "goals", ann), "goals.people", [{"who": "Desk"}])
    form = answer_form(workshop, "plan", ann)

    assert form.choices["plan.best"] == [{"id": "Desk", "label": "Desk"}]


def test_a_decision_card_records_a_decision(workshop, desk):
    """The button records value, reason, wording and dissent at once."""
    form = decision_form(workshop, ["goals"], workshop.facilitator())
    receipt = send(
        form,
        "goals.public",
        {
            "goals.public": "yes",
            "goals.public/reason": "because",
            "goals.public/variant": "strict",
            "goals.public/dissent": "HR disagrees",
        },
    )
    made = workshop.store.decisions()["goals.public"]

    assert receipt["kind"] == "saved"
    assert (made.value, made.reason, made.variant, made.dissent, made.by) == (
        "yes",
        "because",
        "strict",
        "HR disagrees",
        "Facilitator",
    )
    assert "Goals | 0 | 1 | 2" in words(desk.status())


def test_a_half_decision_is_kept_and_refused_in_words(workshop):
    """Without a reason nothing is recorded, and the card says what is missing."""
    form = decision_form(workshop, ["goals"], workshop.facilitator())
    receipt = send(form, "goals.public", {"goals.public": "yes"})

    assert receipt["message"] == (
        "Please write in a few words why; it is printed with the policy."
    )
    assert workshop.store.decisions() == {}


def test_a_decision_half_typed_comes_back(workshop):
    """A draft of a decision is shown again, apart from anybody's answers."""
    form = decision_form(workshop, ["goals"], workshop.facilitator())
    typed = {"goals.public": "yes", "goals.public/reason": "beca"}
    send(form, "goals.public", typed, final=False)
    again = decision_form(workshop, ["goals"], workshop.facilitator())

    assert again.values == {"goals.public": typed}
    assert workshop.filled_in(workshop.facilitator().id)[0].keys() == {
        "decide/goals.public"
    }


def test_a_legal_question_asks_who_checked_it(workshop):
    """Only a point of law has the fields for a check."""
    form = decision_form(workshop, ["plan"], workshop.facilitator())
    cards = {g["id"]: [f["id"] for f in g["fields"]] for g in form.spec["groups"]}

    assert cards["plan.approved"][-2:] == [
        "plan.approved/checked_by",
        "plan.approved/checked_on",
    ]
    assert len(cards["plan.review"]) == 3


def test_the_tally_shows_counts_and_what_leads(workshop, desk, ann):
    """Counts with their share, agreement on a score, and the leading answer."""
    other = workshop.store.join("B", "other", "en")[0].id
    for who, score in ((ann, 4), (other, 4)):
        workshop.accept(who, "goals.public", "yes", f"p{who}", final=True)
        workshop.accept(who, "plan.fits", score, f"f{who}", final=True)
    said = words(desk.tally("goals", "plan"))

    assert "2 of 2 answered" in said
    assert "Yes | 2 | 100%" in said
    assert "- Leads: Yes" in said
    assert "Median 4; agreement 1.00, where 1 is full agreement." in said


def test_an_empty_room_is_told_so(desk):
    """Without answers and decisions every page has words of its own."""
    assert words(desk.tally("goals")) == (
        "Nobody has answered yet. Refresh this later."
    )
    assert words(desk.preview()) == "Nothing has been decided yet."
    with pytest.raises(PolicyError, match="Nothing has been decided yet"):
        desk.export()


def test_words_of_participants_stay_words(workshop, desk, ann):
    """Markup in an answer is shown, escaped, on every page."""
    workshop.accept(ann, "plan.name", HOSTILE, "k", final=True)
    workshop.decide("plan.name", {"value": HOSTILE, "reason": HOSTILE})
    for page in (desk.tally("plan"), desk.preview()):
        bundle = page._repr_mimebundle_()

        assert "<script>" not in bundle["text/html"]
        assert "<img" not in bundle["text/html"]
        assert HOSTILE in json.dumps(bundle[BLOCKS_MIME]).replace('\\"', '"')


def test_figures_are_read_kept_and_shown_once(workshop, desk):
    """The baseline of the open archive is kept once, however often it is run."""
    archive = "data/sfomuseum_twitter/tweets.csv"
    desk.figures(archive)
    said = words(desk.figures(archive))

    assert "13,469 posts were read from SFO Museum, tweets.csv." in said
    assert "Applause rate | Twitter | 4.4 per post" in said
    measured = workshop.store.measurements()
    assert [m.kpi for m in measured if "/" in m.period] == [
        "posts",
        "applause",
        "amplification",
    ]
    assert len(measured) == 3 + 3 * 157


def test_the_draft_track_ends_in_decisions(workshop, desk):
    """One person's answers are taken over as decisions, with one reason."""
    me = workshop.facilitator().id
    workshop.accept(me, "goals.public", "no", "k", final=True)
    receipt = send(desk.adopt(), "adopt", {"adopt/reason": "a first proposal"})

    assert receipt["message"] == "1 decision has been recorded."
    assert workshop.store.decisions()["goals.public"].reason == "a first proposal"


def test_a_finding_is_accepted_by_name(desk):
    """A card accepts a blocker with a name and a reason, and not without."""
    form = desk.accept()
    refused = send(form, "PLAN-1", {"PLAN-1/name": "Director"})
    send(form, "PLAN-1", {"PLAN-1/name": "Director", "PLAN-1/reason": "May"}, key="k2")

    assert refused["message"] == (
        "Accepting a finding needs a name and a reason; both are printed."
    )
    assert "Accepted: May (accepted by Director, " in words(desk.findings())
    assert "PLAN-1" not in [group["id"] for group in desk.accept().spec["groups"]]


def test_a_decision_card_shows_what_leads(workshop, ann):
    """The decision is taken beside the tally, without being preselected."""
    workshop.accept(ann, "goals.public", "yes", "k", final=True)
    form = decision_form(workshop, ["goals"], workshop.facilitator())

    assert form.spec["groups"][0]["hint"] == "Leads: Yes"
    assert form.values == {}


def test_export_names_its_files(workshop, desk, tmp_path, monkeypatch):
    """The files go where WORKSHOP_EXPORTS says, and are named."""
    monkeypatch.setenv(EXPORTS_VARIABLE, str(tmp_path / "out"))
    workshop.decide("goals.public", {"value": "yes", "reason": "r"})

    assert "- policy-nl.pdf" in words(desk.export())
    assert (tmp_path / "out" / "policy-en.html").is_file()


@pytest.mark.parametrize(
    ("folder", "way"),
    [("exports", "../exports/policy-nl.pdf"), ("../elsewhere", None)],
)
def test_what_was_written_can_be_opened(
    workshop, desk, tmp_path, monkeypatch, folder, way
):
    """From the cell, by a way that JupyterLab knows; what it does not show has none."""
    notebooks = tmp_path / "here" / "notebooks"
    notebooks.mkdir(parents=True)
    monkeypatch.chdir(notebooks)
    workshop.decide("goals.public", {"value": "yes", "reason": "r"})
    target = tmp_path / "here" / folder
    page = desk.export(str(target))._repr_mimebundle_()["text/html"]

    assert str(target.resolve()) in page
    links = re.findall(r'href="([^"]*)">policy-nl\.pdf', page)
    assert links == ([way] if way else [])


def test_a_form_leaves_a_reference_and_no_answers(workshop, ann):
    """What a notebook keeps of a form points at the file; it holds no answer."""
    workshop.accept(ann, "plan.name", "secret words", "k", final=True)
    data, _ = answer_form(workshop, "plan", ann)._repr_mimebundle_()

    assert data[MIME] == {
        "workshop": str(workshop.store.path),
        "kind": "answers",
        "lang": "en",
        "aspect": "plan",
        "participant": ann,
    }
    assert "secret words" not in json.dumps(data, default=str)


SESSION = """
import sys
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
from workshop_kit.live.desk import Desk
shell.run_cell("from workshop_kit.live.desk import Desk")
done = shell.run_cell("desk = Desk.here()")
if done.success:
    done = shell.run_cell(sys.argv[1])
print("SUCCESS" if done.success else type(done.error_in_exec).__name__)
"""


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("desk.guide('nothing')", "'nothing' is hier niet bekend; kies uit:"),
        ("desk.figures('none.csv')", "none.csv"),
        ("desk.export()", "Er is nog niets besloten."),
    ],
)
def test_a_notebook_says_errors_in_words(tmp_path, cell, said):
    """A WorkshopError in a cell is words in Dutch, never a traceback."""
    done = subprocess.run(
        [sys.executable, "-c", SESSION, cell],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert said in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].endswith("Error")


SLOW = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
from IPython.core.displaypub import CapturingDisplayPublisher
shell.display_pub = CapturingDisplayPublisher(shell=shell)
cleared = []
shell.display_pub.clear_output = lambda wait=False: cleared.append(
    (wait, len(shell.display_pub.outputs)))
from workshop_kit.live.desk import Desk
Desk.here().{call}
first = shell.display_pub.outputs[0]["data"]
print(first["text/plain"], "progress" in first["text/html"], cleared)
"""


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("figures()", "De cijfers worden gelezen …"),
        ("audiences()", "De cijfers worden gelezen …"),
        ("files()", "De cijfers worden gelezen …"),
        ("export('out')", "De documenten worden gemaakt …"),
    ],
)
def test_what_takes_a_while_says_so_first(tmp_path, call, words):
    """Words with a progress bar stand there at once; what comes of it replaces them."""
    (tmp_path / "data").symlink_to(Path("data").resolve())
    path = tmp_path / "workshops" / "social_media.workshop"
    with Workshop.create(path, kit="social_media", lang="nl", track="short") as made:
        made.decide("ctx.name", {"value": "Museum", "reason": "Zo heet het"})
    done = subprocess.run(
        [sys.executable, "-c", SLOW.replace("{call}", call)],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.splitlines()[-1] == f"{words} True [(True, 1)]"


def test_a_damaged_workshop_file_is_said_in_words(tmp_path):
    """Opening a truncated workshop in a notebook gives words, no traceback."""
    file = tmp_path / "workshops" / "social_media.workshop"
    Workshop.create(file, kit="social_media", lang="nl", track="short").close()
    file.write_bytes(file.read_bytes()[:3000])
    done = subprocess.run(
        [sys.executable, "-c", SESSION, "1"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert "Dit lukte niet" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "StoreError"
