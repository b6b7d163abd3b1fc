"""A new kit is laid out that works, and teaches while it is changed."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from workshop_kit.errors import KitError, PolicyError
from workshop_kit.export.formats import export
from workshop_kit.kit.check import check
from workshop_kit.kit.load import load
from workshop_kit.kit.scaffold import new_kit
from workshop_kit.live.reopen import reopen
from workshop_kit.live.workshop import Workshop


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_it_is_in_order_at_once(tmp_path, lang):
    """Check has nothing to say of what nobody changed yet."""
    made = new_kit(tmp_path / "photo_policy", lang=lang)

    assert check(tmp_path / "photo_policy") == []
    assert all(path.is_file() for path in made)
    kit = load(tmp_path / "photo_policy")
    assert (kit.id, kit.title["nl"]) == ("photo_policy", "Photo policy")


def test_it_shows_what_kits_are_made_of(tmp_path):
    """Choices, rows, a date, a shared list, a point of law, what opens more, and rules."""
    new_kit(tmp_path / "mine", lang="en")
    kit = load(tmp_path / "mine")
    types = {question.type for question in kit.questions()}

    assert types >= {"single", "multiple", "short_text", "rows", "date"}
    assert any(question.law for question in kit.questions())
    assert any(o.opens for q in kit.questions() for o in q.options)
    assert {rule.severity for rule in kit.rules} == {"blocker", "warning", "hint"}


@pytest.mark.parametrize(
    ("lang", "words", "other"),
    [
        ("nl", "De hint helpt de deelnemer", "The hint helps the participant"),
        ("en", "The hint helps the participant", "De hint helpt de deelnemer"),
    ],
)
def test_remarks_are_in_one_language(tmp_path, lang, words, other):
    """Each file explains itself to who edits it, and names its schema."""
    made = new_kit(tmp_path / "mine", lang=lang)
    texts = {p: p.read_text("utf-8") for p in made if p.suffix == ".yaml"}

    assert words in (tmp_path / "mine" / "questions" / "why.yaml").read_text("utf-8")
    assert other not in "".join(texts.values())
    assert not re.search(r"#(nl|en) |NAME|TITLE", "".join(texts.values()))
    for path, text in texts.items():
        place = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)[1]
        assert (path.parent / place).is_file()
        assert text.count("\n# ") >= 1 or path.name == "how.yaml"


NO_ID = (
    "this cannot be the name of a kit. Write small letters, digits and _ only, such as"
    " photo_policy."
)
DEVICE = (
    "Windows takes this for a device, and lets no file have this name. Choose another"
    " name."
)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *((n, NO_ID) for n in ("Photo", "photo-policy", "2photos", "foto beleid")),
        *((n, DEVICE) for n in ("con", "aux", "com1")),
    ],
)
def test_a_name_that_no_kit_can_have(tmp_path, name, said):
    """The folder is named as the kit, is an id, and has to lie on every system."""
    with pytest.raises(KitError) as caught:
        new_kit(tmp_path / name, lang="en")

    assert str(caught.value) == f"{name}: {said}"
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    """Somebody's kit of that name stays as it is."""
    (tmp_path / "mine").mkdir()
    with pytest.raises(KitError) as caught:
        new_kit(tmp_path / "mine", lang="en")

    assert str(caught.value) == (
        f"{tmp_path / 'mine'}: there is something of this name already. Choose another "
        "name, or remove it first."
    )


def test_a_folder_that_cannot_be_made(tmp_path):
    """It is said in words."""
    (tmp_path / "file").write_text("no folder", "utf-8")
    with pytest.raises(
        KitError, match=r"this folder cannot be written \(Not a directory\)"
    ):
        new_kit(tmp_path / "file" / "mine", lang="en")


def test_the_command_says_what_to_do_next(tmp_path):
    """In the language of the user; what it says works, from another folder too."""
    env = {**os.environ, "WORKSHOP_LANG": "nl"}
    command = [sys.executable, "-m", "workshop_kit"]
    done = subprocess.run(
        [*command, "new-kit", "fotobeleid"],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = done.stdout.splitlines()

    assert said[0] == "fotobeleid gemaakt: 11 bestanden."
    for line in said:
        if line.startswith("  workshop-kit "):
            subprocess.run(
                [*command, *line.split()[1:]], cwd=tmp_path, env=env, check=True
            )
    with Workshop.open(tmp_path / "fotobeleid.workshop") as workshop:
        assert workshop.content.id == "fotobeleid"


def test_a_document_does_not_tell_where_a_kit_was(tmp_path):
    """The name is enough to ask for it; a path is about somebody's computer."""
    new_kit(tmp_path / "mine", lang="en")
    path, kit = tmp_path / "a.workshop", str(tmp_path / "mine")
    with Workshop.create(path, kit=kit, lang="en", track="full") as workshop:
        workshop.decide("why.name", {"value": "A", "reason": "B", "by": "C"})
        (html,) = export(workshop, tmp_path / "out", [("en",)], formats=["html"])
        written = html.read_text("utf-8")

        assert workshop.store.workshop().kit == kit
    assert '"kit":"./mine"' in written
    assert str(tmp_path) not in written
    with pytest.raises(PolicyError, match=r"made with a kit of its own \(\./mine\)"):
        reopen(html, str(tmp_path / "b.workshop"))
