"""The card for participants: the way in while there is one, else lines to write on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import page as checker
import pikepdf
import pytest

from workshop_kit.export import html, md, pdf
from workshop_kit.export.card import Invitation, card_document
from workshop_kit.export.profiles import profile_document
from workshop_kit.i18n import Translator
from workshop_kit.kit.load import load
from workshop_kit.live.room.access import qr
from workshop_kit.live.room.lead import Lead
from workshop_kit.live.workshop import Workshop

SMALL = str(Path(__file__).parents[1] / "kits" / "small")
LONG = (
    "Stichting Streekmuseum en Regionaal Historisch Centrum voor de Proefpolder"
    " en Omstreken (fictief)"
)
HOST = {"id": "h", "port": 8765, "pid": 1, "secure": False}


def card(lang="nl", *, way=True, institution=LONG):
    """Return the card of the kit of this project."""
    invitation = Invitation(
        address="192.168.178.120:8765",
        code="ABCD 2345",
        svg=qr("http://192.168.178.120:8765/j/0123456789abcdefghijkl").decode(),
        until=dt.datetime(2027, 3, 1, 20, tzinfo=dt.UTC),
    )
    return card_document(
        load("social_media"),
        Translator(lang),
        invitation=invitation if way else None,
        institution=institution,
        keep_until=dt.date(2028, 3, 1),
    )


@pytest.mark.parametrize("way", [True, False])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_card_is_one_accessible_page(tmp_path, lang, way):
    """PDF/UA-1 on a single page, also with a long name above it."""
    path = tmp_path / "card.pdf"
    path.write_bytes(pdf.render(card(lang, way=way)))

    assert checker.is_pdf_compliant(str(path), profile="ua1")
    with pikepdf.open(path) as made:
        assert len(made.pages) == 1


def test_the_card_says_how_to_join_and_how_long():
    """Address, code, until when, and until when answers are kept."""
    words = md.render(card("en"))

    assert "Or go to 192.168.178.120:8765 and fill in the code ABCD 2345." in words
    assert "The code works until 1 March 2027, " in words
    assert "It is kept until 1 March 2028." in words
    assert LONG in words


def test_the_qr_code_has_words():
    """Who cannot see the picture is told what it is; it is drawn in the page."""
    page = html.render(card("nl"))

    assert "QR-code van de deelnemerspagina: 192.168.178.120:8765" in page
    assert page.count("<img") == 1
    assert "http://192.168.178.120:8765/j/" not in page


def test_without_a_room_there_are_lines_to_write_on():
    """Nothing that lets people in is printed when nobody would be let in."""
    words = md.render(card("nl", way=False))

    assert "Ga naar dit adres:" in words
    assert "Vul deze code in:" in words
    assert "192.168" not in words


def test_a_workshop_gives_its_own_way_in(tmp_path):
    """The profile prints the code of now, and none that has expired."""
    with Workshop.create(
        tmp_path / "a.workshop", kit=SMALL, lang="en", track="full"
    ) as workshop:
        assert workshop.invitation() is None
        workshop.store.act("host", "", HOST, by="", key="host")
        access = Lead(workshop, "F").invite("k")
        found = workshop.invitation()

        assert found is not None
        assert found.code.replace(" ", "") == access.code
        assert found.code in md.render(profile_document(workshop, "card", "en"))
        old = workshop.store.action("access", "").value
        gone = {**old, "expires_at": "2020-01-01T00:00:00+00:00"}
        workshop.store.act("access", "", gone, by="", key="old")
        workshop.refresh()
        assert workshop.invitation() is None
