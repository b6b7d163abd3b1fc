"""The stock controls of ipywidgets stand in a document as what was chosen in them."""

from __future__ import annotations

import json

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.embed import dependency_state, embed_data

from workshop_kit.export import md
from workshop_kit.export.document import words_of
from workshop_kit.export.notebook import WIDGET_MIME, document
from workshop_kit.export.widgets import STATE_MIME, Widgets
from workshop_kit.i18n import Translator


def notebook(state, *names):
    """Make a notebook that shows models of a state."""
    outputs = [
        {"output_type": "display_data", "data": {WIDGET_MIME: {"model_id": name}}}
        for name in names
    ]
    return {
        "metadata": {"widgets": {STATE_MIME: {"state": state}}},
        "cells": [{"cell_type": "code", "source": "", "outputs": outputs}],
    }


def shown(*widgets, lang="en"):
    """Return what stands in the document for live widgets, as lines."""
    # Of these alone: what other tests left in the same process may be closed by half.
    state = dependency_state(widgets, drop_defaults=True)
    data = embed_data(views=widgets, state=state)["manager_state"]["state"]
    saved = json.loads(json.dumps(data))
    nb = notebook(saved, *(w.model_id for w in widgets))
    return [words_of(block.runs) for block in document(nb, lang=lang).blocks]


W = ipywidgets


@pytest.mark.parametrize(
    ("widget", "said"),
    [
        (W.IntSlider(value=7, description="Posts:"), "Posts: 7"),
        (W.FloatText(value=2.5, description="Hours"), "Hours: 2,5"),
        (W.Text(value="De Proef", description="Naam"), "Naam: De Proef"),
        (W.Text(description="Naam"), "Naam: –"),
        (W.Checkbox(value=True, description="Ja?"), "Ja?: ja"),
        (W.Checkbox(value=False, description="Ja?"), "Ja?: nee"),
        (W.Dropdown(options=["a", "b"], value="b", description="K"), "K: b"),
        (W.RadioButtons(options=["a", "b"], value="a", description="K"), "K: a"),
        (
            W.SelectMultiple(options=["a", "b", "c"], value=["a", "c"]),
            "a, c",
        ),
        (W.IntRangeSlider(value=[5, 70], description="Van"), "Van: 5 – 70"),
        (W.Label(value="een regel"), "een regel"),
        (W.HTML(value="<b>vet</b><script>alert(1)</script>"), "vet"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, W.Widget) else "",
)
def test_a_control_is_its_label_and_value(widget, said):
    """As it was when the notebook was saved, in the language of the document."""
    assert shown(widget, lang="nl") == [said]


def test_boxes_show_what_is_in_them():
    """In order, with the titles of tabs; a button is no answer."""
    tab = W.Tab([W.VBox([W.Label("one"), W.Button(description="Go")]), W.Label("two")])
    tab.titles = ("First", "Second")
    assert shown(tab) == ["First", "one", "Second", "two"]


def test_a_password_is_not_shown():
    """Nor anything else without an answer; a sentence stands there instead."""
    assert shown(W.Password(value="geheim", description="W")) == [
        "Something interactive stood here. It only works in the notebook."
    ]


def test_a_box_that_holds_itself_ends():
    """A file that anybody made cannot keep the reader busy."""
    inside = {"children": ["IPY_MODEL_a", "IPY_MODEL_b"] * 500}
    state = {
        "a": {"model_name": "VBoxModel", "state": inside},
        "b": {"model_name": "LabelModel", "state": {"value": "x"}},
    }
    found = Widgets(notebook(state), Translator("en")).blocks({"model_id": "a"})
    assert 0 < len(found) < 500


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["value", "index", "_options_labels", "children", "description", "year"]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(values, values, values)
def test_no_state_is_an_error(state, models, view):
    """Whatever stands in the metadata, there are blocks or there is nothing."""
    held = {"x": {"model_name": "TextModel", "state": state}, "y": models}
    for nb in (notebook(held, "x"), notebook(models, "x"), {"metadata": models}):
        for name in ({"model_id": "x"}, {"model_id": "y"}, view):
            assert isinstance(Widgets(nb, Translator("nl")).blocks(name), list)
        assert md.render(document({**notebook({}), **nb}, lang="nl")) is not None


def test_a_page_to_click_on_is_shown_as_its_text():
    """A view with boxes to fold (such as xarray's) says less than its plain text."""
    page = "<div><input type='checkbox'><label>Fold</label><ul><li>a</li></ul></div>"
    data = {"text/html": page, "text/plain": "<Dataset>\nDimensions: 2"}
    nb = notebook({})
    nb["cells"][0]["outputs"] = [{"output_type": "display_data", "data": data}]
    assert "Dimensions: 2" in md.render(document(nb, lang="en"))
    data["text/html"] += "<table><tr><th>h</th></tr><tr><td>cell</td></tr></table>"
    assert "cell" in md.render(document(nb, lang="en"))
