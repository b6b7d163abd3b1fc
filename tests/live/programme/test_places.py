"""What becomes a room, and at which address."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop_kit.errors import WorkshopError
from workshop_kit.i18n import Translator
from workshop_kit.live.programme.places import address_name, find
from workshop_kit.live.programme.setting import Setting


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("museum", "museum"),
        ("Musée d’Été", "musee-d-ete"),
        ("../../etc/passwd", "etc-passwd"),
        ("日本", ""),
        ("a" * 99, "a" * 60),
    ],
)
def test_a_name_can_stand_in_an_address(words, name):
    """Letters without their accents, digits and single hyphens."""
    assert address_name(words) == name


@given(st.text())
def test_whatever_a_file_is_called_its_address_is_plain(words):
    """Nothing in a name can be read as anything else, and it stays itself."""
    name = address_name(words)

    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert address_name(name) == name


def test_a_folder_that_is_not_there(tmp_path):
    """It is named, with what to do."""
    with pytest.raises(WorkshopError) as caught:
        find(tmp_path / "none")

    assert caught.value.render(Translator("en")) == (
        f"{tmp_path / 'none'}: There is no such folder. Make it, and put the workshop"
        " files of the programme into it."
    )


def test_a_name_without_letters_is_said(tmp_path):
    """A file that cannot be a room is named."""
    (tmp_path / "日本.workshop").touch()
    found, problems = find(tmp_path)

    assert found == {}
    assert [problem.render(Translator("nl")) for problem in problems] == [
        f"{tmp_path / '日本.workshop'}: Dit kan geen naam van een zaal worden;"
        " gebruik letters en cijfers."
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"public_url": "https://workshops.example"},
            "The options --public-url and --sockets belong together. Give both, for a"
            " proxy; or none, and each room has a port.",
        ),
        (
            {"public_url": "workshops.example", "sockets": "run"},
            "workshops.example: This is no address of a site, such as"
            " https://workshops.example.",
        ),
    ],
)
def test_a_setting_that_cannot_work_is_said(tmp_path, given, words):
    """In words, before anything is started."""
    with pytest.raises(WorkshopError) as caught:
        Setting(folder=tmp_path, **given).must_be_whole()

    assert caught.value.render(Translator("en")) == words


def test_rooms_may_stand_below_a_path_of_the_site(tmp_path):
    """What stands after the host goes before each room's name."""
    setting = Setting(folder=tmp_path, public_url="https://w.example/kit/")

    assert setting.public() == "https://w.example"
    assert setting.prefix("museum") == "/kit/museum"
    assert Setting(folder=tmp_path).prefix("museum") == "/museum"


def test_a_list_of_ports_that_is_broken_is_made_anew(tmp_path):
    """Rooms open all the same; what is whole is kept."""
    setting = Setting(folder=tmp_path)
    (tmp_path / "ports.json").write_text("[1")

    setting.keep("a", 8801)

    assert setting.ports("a") == [8801]
    assert setting.ports("b")[:2] == [8802, 8803]


def test_rooms_have_ports_on_windows(tmp_path, monkeypatch):
    """Its Python knows no sockets that are files."""
    monkeypatch.setattr(sys, "platform", "win32")
    given = {"public_url": "https://workshops.example", "sockets": tmp_path}
    with pytest.raises(WorkshopError) as caught:
        Setting(folder=tmp_path, **given).must_be_whole()

    assert str(caught.value) == (
        "On Windows rooms cannot be opened at --sockets. Leave it and --public-url out;"
        " each room then has a port."
    )
