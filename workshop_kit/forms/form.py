"""The form as a Jupyter widget; the same module draws it on a phone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from workshop_kit.errors import N_
from workshop_kit.forms.fields import form
from workshop_kit.forms.intake import Intake, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from workshop_kit.forms.fields import Spec
    from workshop_kit.i18n import Translator

MIME = "application/vnd.workshop-kit.form+json"
"""Marks the output of a form, so that exporters can put the answers there."""

_STATIC = Path(__file__).parent / "static"


def joined(*scripts: Path) -> str:
    """
    Return modules as one text, which is all a widget can have.

    Args:
        scripts: Each after those that it imports from.
    """
    return _IMPORT.sub("", "".join(script.read_text("utf-8") for script in scripts))


_IMPORT = re.compile(r'^import \{.*\} from "\./\w+\.js";\n', re.MULTILINE)


class Form(anywidget.AnyWidget):
    """
    A form that sends every change and shows when it was saved.

    Nothing is preselected. The browser keeps a change until its receipt is in;
    a change reaches ``on_change`` once, however often it is sent.

    Args:
        groups: Cards made by :func:`workshop_kit.forms.fields.group`.
        lang: Language of the texts in *groups*.
        translate: Says the form's own words.
        on_change: Called with field id, value, key and whether the change is
            final (False: a draft, somebody is still typing). A value of None
            means unanswered. A WorkshopError it raises is shown at the field.
        values: What was filled in before, by field id.
        drafts: Ids in *values* that were never made final.
        hidden: Ids of fields and groups that are not relevant now.
        reference: Which answers belong here, for exporters; see :data:`MIME`.
        shown: What it says now, by MIME type, for exporters of a form whose words
            are not answers in the workshop file.
    """

    _esm = joined(_STATIC / "elements.js", _STATIC / "form.js")
    _css = _STATIC / "form.css"

    spec = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    outbox = traitlets.Dict().tag(sync=True)
    receipts = traitlets.Dict().tag(sync=True)
    hidden: traitlets.List[str] = traitlets.List().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)

    def __init__(  # noqa: PLR0913 - keywords, each of which a host may need
        self,
        groups: Iterable[Spec],
        *,
        lang: str,
        translate: Translator,
        on_change: Callable[[str, Any, str, bool], Receipt],
        values: Mapping[str, Any] | None = None,
        drafts: Collection[str] = (),
        hidden: Sequence[str] = (),
        reference: Mapping[str, Any] | None = None,
        shown: Mapping[str, Any] | None = None,
    ) -> None:
        groups = list(groups)
        self._intake = Intake(
            groups,
            translate=translate,
            on_change=on_change,
            values=values,
            drafts=drafts,
            hidden=hidden,
        )
        self._reference = None if reference is None else dict(reference)
        self._shown = dict(shown or {})
        self._plain = translate(N_("The form appears here when you run this cell."))
        super().__init__(spec=form(groups, lang=lang, translate=translate))
        self._publish()

    def set_groups(self, groups: Iterable[Spec]) -> None:
        """Draw other cards; what is filled in stays in those of the same id."""
        groups = list(groups)
        self._intake.ask(groups)
        self.spec = {**self.spec, "groups": groups}
        self._publish()

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show other values; what somebody is typing at this moment stays."""
        self._intake.replace(values)
        self._publish()

    @traitlets.observe("outbox")
    def _take(self, change: traitlets.Bunch) -> None:
        again = False
        try:
            again = self._intake.take(change["new"])
        finally:
            self._publish()
        if again:
            self.send_state("receipts")

    def _publish(self) -> None:
        with self.hold_sync():
            self.hidden = list(self._intake.hidden)
            self.choices = dict(self._intake.choices)
            self.values = dict(self._intake.values)
            self.receipts = dict(self._intake.receipts)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        data["text/plain"] = self._plain
        if self._reference is not None:
            data[MIME] = self._reference
        data.update(self._shown)
        return data, metadata
