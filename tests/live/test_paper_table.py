"""A table with a row per paper is recorded whole, or not at all."""

from __future__ import annotations

import pytest

from workshop_kit.errors import AnswerError
from workshop_kit.live.paper import Paper
from workshop_kit.live.paper_table import enter_table

GOOD = (
    "paper;role;1;2;3;plan.name;12\n"
    '1;HR;a;c a;"Editor | 2,5 | b\nIntern";Fictional Museum;31-3-2027\n'
    "2;b;b;;;;\n"
)


@pytest.fixture
def table(tmp_path):
    """Give a function that writes a table and returns its path."""

    def write(words):
        path = tmp_path / "papers.csv"
        path.write_text(words, "utf-8")
        return path

    return write


def test_a_row_per_paper(workshop, table):
    """Cells are as they are typed in the dialogue; an empty one is no answer."""
    assert enter_table(workshop, table(GOOD)) == [
        "Paper 1 is kept: 5 of 13 questions were entered.",
        "Paper 2 is kept: 1 of 13 questions were entered.",
    ]
    first, second = (workshop.answers(Paper.find(workshop, n).person) for n in (1, 2))
    assert first["goals.which"] == ["reach", "dialogue"]
    assert [row["who"] for row in first["goals.people"]] == ["Editor", "Intern"]
    assert first["plan.review"] == "2027-03-31"
    assert second == {"goals.public": "no"}
    roles = [p.role for p in workshop.store.participants() if p.alias.startswith("Pap")]
    assert roles == ["hr", "other"]


def test_the_same_table_again_changes_nothing(workshop, table):
    """Nobody joins twice and no answer is recorded twice."""
    enter_table(workshop, table(GOOD))
    before = workshop.store.answer_log(), workshop.store.participants()
    enter_table(workshop, table(GOOD))
    assert (workshop.store.answer_log(), workshop.store.participants()) == before


def test_commas_and_a_corrected_cell(workshop, table):
    """A spreadsheet's other separator is taken, and only what changed is recorded."""
    enter_table(workshop, table(GOOD))
    enter_table(workshop, table("Papier,Rol,1\n1,hr,b\n"))
    assert len(workshop.store.answer_log()) == 7
    person = Paper.find(workshop, 1).person
    assert workshop.answers(person)["goals.public"] == "no"


def test_every_mistake_is_named_and_nothing_recorded(workshop, table):
    """Line and question, in words, so that all can be mended at once."""
    words = "paper;role;1;7\n1;a;a;9\n2;q;a;1\n1;a;a;1\n3;a;a b;\n4;a;a;3\n"
    with pytest.raises(AnswerError) as caught:
        enter_table(workshop, table(words))
    assert str(caught.value).splitlines() == [
        "papers.csv: Nothing was recorded, because of this:",
        "line 2, question 7: Please write 5 or less.",
        "line 3: Please choose the role that fits best.",
        "line 4: Paper 1 stands here twice.",
        "line 5, question 1: Only one can be chosen here.",
    ]
    assert workshop.store.answer_log() == []
    assert workshop.store.participants() == []
    assert Paper.find(workshop, 1) is None


@pytest.mark.parametrize(
    ("head", "named"),
    [("paper;1", "paper, 1"), ("paper;role;99", "99"), ("paper;role;1;1", "paper")],
)
def test_a_head_that_does_not_fit(workshop, table, head, named):
    """The words say what stands there and what would fit."""
    with pytest.raises(AnswerError) as caught:
        enter_table(workshop, table(f"{head}\n1;a;a;a\n".replace(";a;a\n", "\n")))
    said = str(caught.value)
    assert said.startswith(
        f"papers.csv: The first row of the table does not fit: {named}"
    )
    assert said.endswith("the numbers of the questions, 1 to 13, each once.")
