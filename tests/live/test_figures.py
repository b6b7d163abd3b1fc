"""Own exports: recognised, asked about, chosen, shown, and kept with the workshop."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest

from workshop_kit.errors import MetricsError
from workshop_kit.export import notebook
from workshop_kit.export.diary import calendar
from workshop_kit.export.document import BLOCKS_MIME
from workshop_kit.export.html import plain
from workshop_kit.live.desk import Desk
from workshop_kit.live.own import FOLDER_VARIABLE
from workshop_kit.live.reopen import reopen
from workshop_kit.live.workshop import Workshop
from workshop_kit.policy.exchange import dump, read_json

GENERIC = "platform,post_id,published_at,likes,comments\n"
ROW = {"kpi": "applause", "goal": ["dialogue"], "target": 9, "by": "2027-12-31"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder for own exports, empty."""
    made = tmp_path / "data" / "own"
    made.mkdir(parents=True)
    monkeypatch.setenv(FOLDER_VARIABLE, str(made))
    return made


@pytest.fixture
def museum(tmp_path):
    """A workshop about social media, in English."""
    path = tmp_path / "museum.workshop"
    with Workshop.create(path, kit="social_media", lang="en", track="full") as made:
        yield made


@pytest.fixture
def desk(museum):
    """The facilitator's side of it."""
    return Desk(museum)


def posts(*, likes=4, years=(2024, 2025), day="05"):
    """Write a generic file of a fictional account, one post a month."""
    lines = [
        f"facebook,{year}{month:02},{year}-{month:02}-{day}T12:00:00Z,{likes + month},1"
        for year in years
        for month in range(1, 13)
    ]
    return GENERIC + "\n".join(lines) + "\n"


def words(page):
    """Return the words of a page."""
    return page._repr_mimebundle_()["text/plain"]


def kinds(page):
    """Return the kinds of the blocks of a page, in order."""
    blocks = page._repr_mimebundle_()[BLOCKS_MIME]["blocks"]
    return [block["type"] for block in blocks]


def send(form, name, value, *, key="k1"):
    """Let the browser's side of a form send a change; returns the receipt."""
    form.outbox = {name: {"key": key, "value": value, "final": True}}
    return form.receipts[name]


def decide(museum, *rows):
    """Decide on the indicators."""
    museum.decide("kpi.indicators", {"value": list(rows), "reason": "r"})


def test_without_own_files_the_sample_is_shown_and_named(desk, folder):
    """The open archive stands in, and is nowhere passed off as our own."""
    said = words(desk.figures())

    assert said.startswith("Sample figures\nThis is the open archive of SFO Museum")
    assert "13,469 posts were read from SFO Museum, tweets.csv." in said
    (card,) = desk.files().spec["groups"]
    assert card["legend"] == "There are no exports yet"
    assert "data/own" in card["hint"]
    assert list(folder.iterdir()) == []


def test_own_files_take_its_place(desk, museum, folder):
    """Baseline and months of the own file count, those of the sample no more."""
    desk.figures()
    (folder / "meta.csv").write_text(posts(), "utf-8")
    said = words(desk.figures())

    assert "24 posts were read from meta.csv." in said
    assert "Period: 5 January 2024 to 5 December 2025." in said
    assert "Sample figures" not in said
    assert {m.source for m in museum.measurements()} == {"meta.csv"}
    assert "SFO Museum, tweets.csv" in {m.source for m in museum.store.measurements()}


def test_each_figure_has_its_words_and_its_values(desk, museum, folder):
    """A figure is followed by the table of its values, in the reader's notation."""
    (folder / "meta.csv").write_text(posts(), "utf-8")
    decide(museum, ROW)
    page = desk.figures()

    assert kinds(page) == ["List", "Table", *["Figure", "Table"] * 2]
    assert "Applause rate | Facebook | 10.5 per post" in words(page)
    assert "Line chart: Applause rate on Facebook per month" in words(page)
    assert "Month | 2024 | 2025\nJanuary |  | 5" in words(page)


def test_running_it_again_keeps_nothing_twice(desk, museum, folder):
    """Only what changed is recorded."""
    (folder / "meta.csv").write_text(posts(), "utf-8")
    desk.figures()
    before = [m.seq for m in museum.store.measurements()]
    desk.figures()

    assert [m.seq for m in museum.store.measurements()] == before


def test_a_file_that_is_not_known_says_why(desk, folder):
    """It gets a card with the headers seen, and nothing of it counts."""
    (folder / "odd.csv").write_text("a,b\n1,2\n", "utf-8")
    (card,) = desk.files().spec["groups"]

    assert card["legend"] == "odd.csv"
    assert "This layout is not known. Seen: a, b." in card["hint"]
    assert card["fields"] == []
    said = words(desk.figures())
    assert "Sample figures" in said
    assert "odd.csv: This layout is not known." in said


def test_figures_without_a_full_month_say_what_to_do(desk, folder):
    """A single post holds no full month; nothing is kept of them."""
    (folder / "short.csv").write_text(
        GENERIC + "facebook,1,2025-05-01T10:00:00Z,4,1\n", "utf-8"
    )

    with pytest.raises(MetricsError, match="There is no full month") as caught:
        desk.figures()
    assert caught.value.fix == (
        "Answer what is asked of the files, or export a longer period."
    )


def test_a_file_can_be_left_out(desk, museum, folder):
    """What was said of a file is kept with the workshop."""
    (folder / "meta.csv").write_text(posts(), "utf-8")
    form = desk.files()
    assert form.values["file-0/use"] == "yes"
    receipt = send(form, "file-0/use", "no")

    assert receipt["message"] == "Saved. Refresh this and what stands below."
    assert "Sample figures" in words(desk.figures())
    assert Desk(museum).files().values["file-0/use"] == "no"


def test_what_only_the_owner_knows_is_asked(desk, folder):
    """The order of day and month is asked; the dates count once it is answered."""
    lines = "\n".join(
        f"facebook,{m},0{m}/0{m % 9 + 1}/2025 12:00,4,1" for m in range(1, 10)
    )
    (folder / "own.csv").write_text(GENERIC + lines + "\n", "utf-8")
    form = desk.files()
    asked = [field["id"] for field in form.spec["groups"][0]["fields"]]
    assert "file-0/date_order" in asked

    assert send(form, "file-0/date_order", "dmy")["kind"] == "saved"
    again = desk.files()
    refused = send(again, "file-0/zone", {"other": "Mars"}, key="k2")
    assert refused["kind"] == "error"
    assert "Mars" in refused["message"]
    assert again.values["file-0/date_order"] == "dmy"
    assert (
        "Period: 9 January 2025 to 8 September 2025" in again.spec["groups"][0]["hint"]
    )
    assert "file-0/date_order" in [f["id"] for f in again.spec["groups"][0]["fields"]]


def test_peers_are_drawn_once_our_size_is_known(desk, folder):
    """Five peers of our size, channel and year give a strip; without our size none."""
    (folder / "meta.csv").write_text(posts(years=(2023, 2024, 2025)), "utf-8")
    head = "institution,size,kpi,channel,year,value,n,source\n"
    lines = "".join(
        f"{name},small,applause,facebook,{year},{n},9,fictional\n"
        for year in (2024, 2025)
        for n, name in enumerate("ABCDE", 1)
    )
    (folder / "peers.csv").write_text(head + lines, "utf-8")
    assert "Strip of dots" not in words(desk.figures())
    send(desk.files(), "file-1/size", "small")

    assert "Strip of dots: Applause rate on Facebook of 5 peers" in words(
        desk.figures()
    )


def test_targets_have_a_verdict_with_its_evidence(desk, museum, folder):
    """A target that is filled in, and then decided, is held against the past."""
    (folder / "meta.csv").write_text(posts(), "utf-8")
    assert "There is no indicator with a target yet" in words(desk.targets())
    me = museum.facilitator().id
    museum.accept(me, "kpi.indicators", [{**ROW, "target": 90}], "k", final=True)
    said = words(desk.targets())
    assert "nothing has been decided about it yet" in said
    assert "Applause rate: 90 per post by 31 December 2027" in said
    assert "is above what 90% of comparable periods reached." in said

    decide(museum, {**ROW, "kpi": "er_reach_sum"})
    assert "The figures at hand do not have: Engagement rate by reach" in words(
        desk.targets()
    )


def test_the_policy_has_verdict_figure_and_moments(desk, museum, folder, tmp_path):
    """What was chosen stands in the annex with its figure, and the diary is written."""
    (folder / "meta.csv").write_text(posts(), "utf-8")
    desk.figures()
    decide(museum, {**ROW, "channel": [], "moment": "monthly"})
    policy = museum.policy()
    made = museum.write(tmp_path / "out", ["en"])
    page = (tmp_path / "out" / "policy-en.html").read_text("utf-8")
    diary = icalendar.Calendar.from_ical(made[-1].read_bytes())

    assert [found.name for found in policy.judged] == ["Applause rate (Facebook)"]
    assert policy.borrowed == ""
    (grid,) = [p.grid for c in policy.chapters for p in c.provisions]
    assert "10.5" in grid.rows[0]
    assert "meta.csv" in grid.rows[0]
    assert made[-1].name == "moments.ics"
    assert dt.date(2027, 12, 31) in [e.decoded("dtstart") for e in diary.walk("VEVENT")]
    assert "Annex B. Indicators and their figures" in page
    assert "12 times, from" in page


def test_the_figures_that_count_travel_with_the_policy(desk, museum, folder):
    """Those of the sample stay behind, and so do the drawings, which are heavy."""
    desk.figures()
    (folder / "meta.csv").write_text(posts(), "utf-8")
    desk.figures()
    decide(museum, {**ROW, "channel": [], "moment": "monthly"})
    carried = museum.exchange()

    assert read_json(dump(carried)) == carried
    assert {one.source for one in carried.measurements} == {"meta.csv"}
    assert carried.policies["en"].judged == ()
    assert carried.policies["en"].moments == museum.policy(lang="en").moments


def test_moments_are_planned_from_the_day_it_is_in_force(museum):
    """The diary of a policy that holds does not move with the day of printing."""
    decide(museum, {**ROW, "channel": [], "moment": "baseline"})
    museum.store.record_signoff(
        step="in_force",
        name="A. Fictional",
        role="Director",
        day="2026-03-02",
        version=museum.policy().version,
        key="k",
    )
    planned = museum.policy(today=dt.date(2026, 6, 1)).moments

    assert planned[0].day == dt.date(2026, 2, 27)


def test_sample_figures_are_marked_in_the_policy(desk, museum, folder):
    """Nobody signs the figures of another museum as their own."""
    assert list(folder.iterdir()) == []
    desk.figures()
    decide(museum, ROW)

    assert "These figures come from the open archive of SFO Museum" in words(
        desk.preview()
    )


def test_the_audiences_have_a_dated_placeholder(desk, museum, folder):
    """The estimate of the room is drawn; the figures of CBS name their years."""
    said = words(desk.audiences())
    assert "Fill in above where the audiences are" in said
    assert "Placeholder of 2014–2019, by age and not by platform" in said
    rows = [{"group": ["families"], "networks": ["instagram"], "active": "mid"}]
    groups = [{"group": "families", "priority": "high"}]
    museum.decide("aud.groups", {"value": groups, "reason": "r"})
    museum.decide("aud.where", {"value": rows, "reason": "r"})
    said = words(desk.audiences())
    assert "Families with children | medium" in said

    own = (
        "audience,platform,percent,n,year,source\nPensioners,Facebook,40,80,2026,own\n"
    )
    (folder / "audiences.csv").write_text(own, "utf-8")
    said = words(desk.audiences())
    assert "Pensioners | 40" in said
    assert "Families with children: Facebook ?; Pensioners: Facebook 40%" in said
    assert "Placeholder" not in said


def test_the_hours_are_shown_with_their_sum(desk, museum):
    """Hours asked beside hours given, each with its calculation."""
    me = museum.facilitator().id
    museum.decide(
        "ch.list",
        {
            "value": [{"network": "instagram", "status": "keep", "posts": 3}],
            "reason": "r",
        },
    )
    museum.accept(me, "res.minutes_post", 60, "k1", final=True)
    museum.accept(me, "res.people", [{"who": "Desk", "hours": 2}], "k2", final=True)
    said = words(desk.feasibility())

    assert "The plans ask for 3 hours a week and there are 2: 1 more is needed." in said
    assert "Instagram | 3 posts × 60 minutes | 3" in said


def test_a_newer_export_replaces_all_of_the_older(desk, museum, folder):
    """Months and baselines that the newest file lacks do not count, and that is said."""
    file = folder / "meta.csv"
    file.write_text(posts(years=(2023, 2024, 2025)), "utf-8")
    desk.figures()
    before = museum.store.measurements()
    file.write_text(posts(years=(2023, 2024)), "utf-8")
    said = words(desk.figures())

    assert "The newest file counts" in said
    assert (
        "12 months of an earlier export are not in the newest one and do not count any"
        " more: December 2024 to November 2025. If they should count, put the earlier"
        " file back by another name." in said
    )
    counting = museum.measurements()
    assert max(m.period[-7:] for m in counting) == "2024-11"
    assert [m for m in counting if "/" in m.period] != []
    assert {m.seq for m in before} & {m.seq for m in counting} == set()
    log = [m.seq for m in museum.store.measurements()]
    assert words(desk.figures()) == said
    assert [m.seq for m in museum.store.measurements()] == log

    file.write_text(posts(years=(2023, 2024, 2025)), "utf-8")
    assert "The newest file counts" not in words(desk.figures())
    assert max(m.period[-7:] for m in museum.measurements()) == "2025-11"


def test_one_month_less_is_said_in_the_singular(desk, folder):
    """A single month is named as one."""
    file = folder / "meta.csv"
    file.write_text(posts(), "utf-8")
    desk.figures()
    shorter = posts().rstrip().rpartition("\n")[0] + "\n"
    file.write_text(shorter, "utf-8")

    assert (
        "1 month of an earlier export is not in the newest one and does not count any"
        " more: November 2025." in words(desk.figures())
    )


def test_a_measured_baseline_counts_for_the_rules(desk, museum, folder):
    """KPI-6 asks for a baseline only as long as none is decided nor measured."""

    def found():
        return {finding.rule for finding in museum.findings()}

    decide(museum, {**ROW, "channel": []})
    assert "KPI-6" in found()
    desk.figures()
    assert "KPI-6" in found(), "figures of the sample are not ours"
    (folder / "meta.csv").write_text(posts(), "utf-8")
    desk.figures()
    assert not found() & {"KPI-4", "KPI-6"}


def test_the_diary_is_the_same_on_any_day(museum):
    """Exported on other days a workshop gives the same bytes, until it is changed."""
    decide(museum, {**ROW, "channel": [], "moment": "monthly"})
    one, other = (museum.policy(today=dt.date(2026, 1, day)) for day in (1, 28))
    assert calendar(one) == calendar(other)

    decide(museum, {**ROW, "channel": [], "moment": "monthly", "by": "2027-11-30"})
    moved = calendar(museum.policy())
    ids = [
        {
            str(event["uid"])
            for event in icalendar.Calendar.from_ical(data).walk("VEVENT")
        }
        for data in (calendar(one), moved)
    ]
    assert ids[0] == ids[1]
    assert moved != calendar(one)


def test_campaigns_come_into_the_diary(museum):
    """A campaign that was decided has its two days; one without a day is missed."""
    museum.decide("kpi.moments", {"value": ["after_campaign"], "reason": "r"})
    assert "KPI-14" in {finding.rule for finding in museum.findings()}
    rows = [{"name": "Summer", "end": "2099-08-30"}]
    museum.decide("kpi.campaigns", {"value": rows, "reason": "r"})
    policy = museum.policy()

    assert "KPI-14" not in {finding.rule for finding in museum.findings()}
    (grid,) = [
        p.grid
        for c in policy.chapters
        for p in c.provisions
        if p.question == "kpi.campaigns"
    ]
    assert grid.rows == (("Summer", "30 August 2099"),)
    museum.decide("kpi.moments", {"value": ["yearly"], "reason": "r"})
    assert "Summer" not in str(museum.policy().chapters)


CODED = """item,coder,sentiment,kind,quote,consent
1,desk,positive,memory,"My <b>grandfather</b>!",yes
2,desk,negative,complaint,Why closed?,no
3,desk,neutral,question,,
1,archive,positive,memory,,
2,archive,negative,question,,
3,archive,neutral,question,,
"""


def test_a_coded_sample_is_recognised_by_its_headers(desk, folder):
    """Under any name it gets a card, and a table with a mistake says where it is."""
    (folder / "anything.csv").write_text(CODED, "utf-8")
    (card,) = desk.files().spec["groups"]
    assert card["hint"] == "Comments that were coded by hand: 3, by archive, desk."
    assert [field["id"] for field in card["fields"]] == ["file-0/use"]

    assert "Sample figures" in words(desk.figures())

    (folder / "anything.csv").write_text(CODED.replace("negative", "angry"), "utf-8")
    (card,) = desk.files().spec["groups"]
    assert "Line 3, column sentiment: “angry” is not a code." in card["hint"]
    with pytest.raises(MetricsError, match="“angry” is not a code"):
        desk.comments()


def test_what_people_say_is_shown_and_printed(desk, museum, folder):
    """Counts, n, coders, agreement, figure and allowed quotes, here and in the annex."""
    (folder / "comments.csv").write_text(CODED, "utf-8")
    page = desk.comments()
    said = words(page)

    assert kinds(page) == ["Paragraph", "List", "Figure", "Table", "Paragraph", "Quote"]
    assert "3 comments were read from comments.csv." in said
    assert "Of 3 comments 1 are positive, 1 negative and 1 neutral" in said
    assert "Coded by archive, desk." in said
    assert "The same tone from archive and desk: 3 of 3 comments" in said
    assert "My <b>grandfather</b>! (memory)" in said
    assert "Why closed?" not in said
    html = page._repr_mimebundle_()["text/html"]
    assert "My &lt;b&gt;grandfather&lt;/b&gt;!" in html

    decide(museum, ROW)
    annex = words(desk.preview())
    assert "Annex A. What people say" in annex
    assert "My <b>grandfather</b>! (memory)" in annex
    assert "Made-up comments" not in annex
    seq = museum.store.action("figures/comments", "").seq
    desk.comments()
    assert museum.store.action("figures/comments", "").seq == seq


def test_a_coded_sample_travels_with_the_policy(desk, museum, folder, tmp_path):
    """A workshop that is made again from the document has its counts and quotes."""
    (folder / "comments.csv").write_text(CODED, "utf-8")
    desk.comments()
    decide(museum, ROW)
    carried = museum.exchange()
    assert read_json(dump(carried)) == carried
    assert carried.policies["en"].coded.svg == ""
    document = tmp_path / "policy.json"
    document.write_bytes(dump(carried))
    made, _ = reopen(document, tmp_path / "again.workshop")

    with Workshop.open(made) as again:
        assert again.comments() == museum.comments()


def test_without_a_coded_sample_a_made_up_one_is_shown(desk, museum, folder):
    """It is labelled as made up in the notebook and in the policy."""
    said = words(desk.comments())
    assert said.startswith("30 comments were read from reacties_fictief.csv.")
    assert "These comments are made up" in said
    decide(museum, ROW)
    assert "Made-up comments" in words(desk.preview())

    (folder / "comments.csv").write_text(CODED, "utf-8")
    assert "made up" not in words(desk.comments())
    assert "Made-up comments" not in words(desk.preview())
    send(desk.files(), "file-0/use", "no")
    assert "These comments are made up" in words(desk.comments())


def twin(desk):
    """Return what an export of the file chooser shows, as words."""
    data, metadata = desk.files()._repr_mimebundle_()
    output = {"output_type": "display_data", "data": data, "metadata": metadata}
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [output]}
    return plain(notebook.document({"cells": [cell]}, lang="en"))


def test_the_exported_chooser_says_what_was_read(desk, folder):
    """A page that cannot be filled in has the files, what is in them, and answers."""
    said = twin(desk)
    assert "There are no exports yet" in said
    assert "the open archive of SFO Museum is shown as a sample" in said

    (folder / "meta.csv").write_text(posts(), "utf-8")
    (folder / "odd.csv").write_text("a,b\n1,2\n", "utf-8")
    send(desk.files(), "file-0/use", "no")
    said = twin(desk)
    assert "meta.csv" in said
    assert "Do these figures count? No" in said
    assert "This layout is not known. Seen: a, b." in said
    assert "A form stood here" not in said
