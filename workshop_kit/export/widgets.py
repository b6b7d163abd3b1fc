"""Says the stock controls of ipywidgets as static answers, from their saved state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.export import markup
from workshop_kit.export.document import Block, Heading, Paragraph, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workshop_kit.i18n import Translator

STATE_MIME = "application/vnd.jupyter.widget-state+json"
"""Where a notebook keeps the state of its widgets, in its metadata."""

DEPTH, CHILDREN = 12, 200
"""How deep boxes are followed, and how many controls are said."""

_MODEL = "IPY_MODEL_"
_WORDS = 2_000
_MARKUP = {"HTMLModel", "HTMLMathModel"}
_FLAGS = {"CheckboxModel", "ToggleButtonModel", "ValidModel"}
_NO_VALUE = {"PasswordModel", "ButtonModel", "FileUploadModel", "ImageModel"}
"""What has no answer to show, or one that is nobody's business."""


class Widgets:
    """
    The widgets of a notebook as they were when it was saved.

    Args:
        nb: A notebook, as JSON or as a notebook node; what does not fit counts as
            no state.
        t: Language of our own words.
    """

    def __init__(self, nb: Mapping[str, Any], t: Translator) -> None:
        self.t, self._left = t, CHILDREN
        found: Any = nb
        for name in ("metadata", "widgets", STATE_MIME, "state"):
            found = found.get(name) if isinstance(found, Mapping) else None
        self._models: Mapping[str, Any] = found if isinstance(found, Mapping) else {}

    def blocks(self, view: object) -> list[Block]:
        """
        Return what a view showed: each control's label and value, in their order.

        Args:
            view: The output's data for a widget, with its ``model_id``.

        Returns:
            Nothing if the state was not saved or holds no value.
        """
        name = view.get("model_id") if isinstance(view, Mapping) else None
        self._left = CHILDREN
        return list(self._said(name, 0, set()))

    def _said(self, name: object, depth: int, seen: set[str]) -> Iterator[Block]:
        model = self._models.get(name) if isinstance(name, str) else None
        state = model.get("state") if isinstance(model, Mapping) else None
        if not isinstance(model, Mapping) or not isinstance(state, Mapping):
            return
        # A box may name itself as its child, in a file that anybody made.
        if depth > DEPTH or self._left <= 0 or str(name) in seen:
            return
        self._left -= 1
        kind = str(model.get("model_name"))
        children = state.get("children")
        if isinstance(children, list):
            yield from self._box(state, children, depth, {*seen, str(name)})
        elif kind in _MARKUP:
            yield from self._labelled(state, "")
            yield from markup.blocks(_words(state.get("value")), self.t)
        elif kind not in _NO_VALUE:
            # Notebooks leave out a value that is the control's own to begin with.
            value = self._value({"value": False, **state} if kind in _FLAGS else state)
            labelled = bool(_words(state.get("description")).strip())
            if value or labelled:
                yield from self._labelled(state, value or "–")

    def _box(
        self, state: Mapping[str, Any], children: list[Any], depth: int, seen: set[str]
    ) -> Iterator[Block]:
        titles = state.get("titles", state.get("_titles"))
        for place, child in enumerate(children):
            found = [*self._said(_words(child).removeprefix(_MODEL), depth + 1, seen)]
            title = ""
            if isinstance(titles, list) and place < len(titles):
                title = _words(titles[place])
            elif isinstance(titles, Mapping):
                title = _words(titles.get(str(place)))
            if title.strip() and found:
                yield Paragraph(runs=(Run(text=title, strong=True),))
            # A heading within a control is no heading of the document.
            yield from (
                Paragraph(runs=b.runs) if isinstance(b, Heading) else b for b in found
            )

    def _labelled(self, state: Mapping[str, Any], value: str) -> Iterator[Block]:
        label = _words(state.get("description")).strip().rstrip(":")
        runs = [Run(text=f"{label}: ", strong=True)] if label else []
        runs += [Run(text=value)] if value else []
        if runs:
            yield Paragraph(runs=tuple(runs))

    def _value(self, state: Mapping[str, Any]) -> str:
        options = state.get("_options_labels")
        if isinstance(options, list):
            index = state.get("index")
            places: Iterable[Any] = index if isinstance(index, list) else [index]
            chosen = [
                _words(options[place])
                for place in places
                if isinstance(place, int) and 0 <= place < len(options)
            ]
            return ", ".join(chosen)
        value = state.get("value")
        if isinstance(value, bool):
            return self.t(N_("yes")) if value else self.t(N_("no"))
        if isinstance(value, int | float):
            return self.t.number(value) if abs(value) < 1e15 else str(value)
        if isinstance(value, list):
            return " – ".join(self._value({"value": one}) for one in value[:20])
        if isinstance(value, Mapping) and {"year", "month", "date"} <= {*value}:
            # As ipywidgets writes a day; its months run from 0.
            year, month, day = (value[name] for name in ("year", "month", "date"))
            if all(isinstance(part, int) for part in (year, month, day)):
                return f"{year:04}-{month + 1:02}-{day:02}"
        return _words(value)


def _words(value: object) -> str:
    return value[:_WORDS] if isinstance(value, str) else ""
