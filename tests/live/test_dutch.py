"""A Dutch workshop speaks Dutch: nothing English is left in what notebooks show."""

from __future__ import annotations

import json
import re

import pytest

from workshop_kit.i18n import Translator
from workshop_kit.live.desk import Desk
from workshop_kit.live.room.panel_words import panel_words
from workshop_kit.live.workshop import Workshop

ENGLISH = re.compile(
    r"\b(the|and|you|your|with|this|that|from|what|how|which|please|questions?|answers?|"
    r"answered|saved?|choice|nobody|everybody|waiting|closed|revealed|leave|here|there|"
    r"yes|other|name|role|minutes?|decided|next|again|part|left|spent)\b",
    re.IGNORECASE,
)
KEYS = {"id", "type", "source", "follows", "words", "value", "href", "reference"}


def said(found):
    """Give every text of a spec or a page that somebody reads."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key not in KEYS or isinstance(value, dict):
                yield from said(value)
    elif isinstance(found, (list, tuple)):
        for item in found:
            yield from said(item)
    elif isinstance(found, str) and not re.fullmatch(r"[\w./#-]*", found):
        yield found


def remnants(texts):
    """Return the texts in which an English word stands, with that word."""
    plain = ((text, re.sub(r"\{\w+\}", "", text)) for text in texts)
    return [(text, found[0]) for text, one in plain if (found := ENGLISH.findall(one))]


@pytest.fixture
def desk(tmp_path):
    """A Dutch workshop with the kit of this project."""
    path = tmp_path / "a.workshop"
    with Workshop.create(path, kit="social_media", lang="nl", track="full") as made:
        yield Desk(made)


PAGES = ("plan", "guide", "tally", "status", "audiences", "feasibility")
LATER = ("findings", "standing", "review", "changes", "preview", "comments")
FORMS = ("setup", "decide", "adopt", "accept", "sign_off")


@pytest.mark.parametrize("name", [*PAGES, *LATER])
def test_a_page_is_in_dutch(desk, name):
    """Tables, captions, remarks and what is said when there is nothing yet."""
    every = [aspect.id for aspect in desk.workshop.kit.aspects]
    given = every if name in {"guide", "tally"} else ()
    if name == "changes":
        desk.workshop.decide("ctx.name", {"value": "Museum", "reason": "Zo heet het"})
        desk.keep("Eerste")
    shown = getattr(desk, name)(*given)._repr_mimebundle_()["text/plain"]

    assert shown.strip()
    assert remnants(shown.splitlines()) == []


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_in_dutch(desk, name):
    """Questions, hints, options, buttons, and the words of the form itself."""
    every = [aspect.id for aspect in desk.workshop.kit.aspects]
    form = getattr(desk, name)(*(every if name == "decide" else ()))

    assert remnants(said(form.spec["groups"])) == []
    assert remnants(form.spec["words"].values()) == []


def test_the_panel_is_in_dutch(desk):
    """All that it can say by itself, and the agenda."""
    lectern = desk.lead()
    view = json.loads(json.dumps(lectern.panel.view))
    lectern.panel.close()

    assert remnants(panel_words(Translator("nl")).values()) == []
    assert remnants(said(view["agenda"])) == []
