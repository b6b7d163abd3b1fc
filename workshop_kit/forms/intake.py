"""Takes in what a form sends: every change once, each with a receipt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, WorkshopError
from workshop_kit.forms.fields import choices_from

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from workshop_kit.forms.fields import Choice, Spec
    from workshop_kit.i18n import Translator

_CELL = re.compile(r"(.+)\[([0-9]+)\]\.(.+)")
"""Where in a table: its field, the row and the column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    What became of a change.

    Attributes:
        saved_at: Time of day as it is shown, ``"14:05"``; None shows no time.
        message: More to say, in the language of the form.
        hidden: Ids of fields that are not relevant now; None leaves it as it was.
        choices: New choices of ``pick`` fields, by field or ``field.column``.
    """

    saved_at: str | None = None
    message: str = ""
    hidden: Sequence[str] | None = None
    choices: Mapping[str, Sequence[Choice]] | None = None


class Intake:
    """
    The Python side of a form, whatever carries its messages.

    A change comes with a random key of its own. A change that comes again,
    because its receipt was lost, is not handed on again.

    Attributes:
        values: What the form holds, by field id; for a group with a button the
            values of its fields, by group id.
        receipts: The last receipt of each id, as JSON.
        hidden: Ids that are not shown now.
        choices: What each ``pick`` can choose from.
    """

    def __init__(  # noqa: PLR0913 - keywords, each of which a host may need
        self,
        groups: Iterable[Spec],
        *,
        translate: Translator,
        on_change: Callable[[str, Any, str, bool], Receipt],
        values: Mapping[str, Any] | None = None,
        drafts: Collection[str] = (),
        hidden: Sequence[str] = (),
    ) -> None:
        self._translate, self._on_change = translate, on_change
        self._lay_out(groups)
        self._settled: set[str] = set()
        self._given: dict[str, list[Choice]] = {}
        self.hidden = list(hidden)
        self.receipts: dict[str, dict[str, str]] = {
            field: _receipt("draft", key="") for field in drafts
        }
        self.replace(values or {})

    def _lay_out(self, groups: Iterable[Spec]) -> None:
        self._fields: dict[str, Spec] = {}
        self._sender: dict[str, str] = {}
        for group in groups:
            for field in group["fields"]:
                self._fields[field["id"]] = field
                sender = group["id"] if group["action"] else field["id"]
                self._sender[field["id"]] = sender
        self._senders = set(self._sender.values())

    def ask(self, groups: Iterable[Spec]) -> None:
        """Ask with other cards from now on; what the form holds stays."""
        self._lay_out(groups)
        self._follow()

    def replace(self, values: Mapping[str, Any]) -> None:
        """Hold other values, for instance those of a store."""
        self.values = {k: v for k, v in values.items() if v is not None}
        self._follow()

    def give(self, key: str, choices: Sequence[Choice]) -> None:
        """Set what a ``pick`` field, or ``field.column``, can choose from."""
        self._given[key] = list(choices)
        self._follow()

    def take(self, outbox: Mapping[str, Any]) -> bool:
        """
        Hand on the changes that are new.

        Args:
            outbox: Every change that the form has no receipt for yet, as
                ``{id: {key, value, final}}``. Anything else is left alone.

        Returns:
            True if a change came again: its receipt has to be sent again.

        Raises:
            Exception: What ``on_change`` raised, other than a WorkshopError,
                after all other changes were handed on. Such a change gets no
                receipt, so the form says that it is not saved and tries again.
        """
        again, failed = False, None
        for target, change in outbox.items():
            key = change.get("key") if isinstance(change, dict) else None
            if target not in self._senders or not isinstance(key, str):
                continue
            if key in self._settled:
                again = True
                continue
            final = bool(change.get("final"))
            try:
                self._settle(target, change.get("value"), key, final=final)
            except Exception as error:  # noqa: BLE001 - the others must not wait for it
                failed = failed or error
        self._follow()
        if failed is not None:
            raise failed
        return again

    def _settle(self, target: str, value: Any, key: str, *, final: bool) -> None:
        try:
            receipt = self._on_change(target, value, key, final)
        except WorkshopError as error:
            self._settled.add(key)
            message, about = self._words(error), error.where
            self.receipts[target] = _receipt(
                "error", key=key, message=message, field=about
            )
            return
        self._settled.add(key)
        if value is None:
            self.values.pop(target, None)
        else:
            self.values[target] = value
        if receipt.hidden is not None:
            self.hidden = list(receipt.hidden)
        self._given |= {k: list(v) for k, v in (receipt.choices or {}).items()}
        self.receipts[target] = _receipt(
            "saved" if final else "draft",
            key=key,
            message=receipt.message,
            saved_at=receipt.saved_at or "",
        )

    def _words(self, error: WorkshopError) -> str:
        t, texts = self._translate, (error.what, error.fix)
        said = " ".join(t(text, **error.slots) for text in texts if text)
        # The message stands beside its field, so the field's id would be noise.
        if error.where in self._fields or error.where in self._senders:
            return said
        cell = _CELL.fullmatch(error.where)
        field = self._fields.get(cell[1], {}) if cell else {}
        for column in field.get("columns") or ():
            if cell and column["id"] == cell[3]:
                row = t(N_("Row {n}"), n=int(cell[2]))
                return f"{row}, {column['label']}: {said}"
        return error.render(t)

    def _follow(self) -> None:
        self.choices: dict[str, list[Choice]] = {}
        for field in self._fields.values():
            for spec in (field, *(field.get("columns") or ())):
                if "source" not in spec:
                    continue
                earlier = self._fields.get(spec["follows"] or "")
                found = spec["choices"]
                if earlier is not None:
                    source = earlier | {"choices": self.choices.get(earlier["id"])}
                    found = choices_from(source, self._value(earlier["id"]))
                self.choices[spec["source"]] = self._given.get(spec["source"], found)

    def _value(self, field_id: str) -> Any:
        value = self.values.get(self._sender[field_id])
        return value.get(field_id) if isinstance(value, dict) else value


def _receipt(
    kind: str, *, key: str, message: str = "", saved_at: str = "", field: str = ""
) -> dict[str, str]:
    return {
        "kind": kind,
        "key": key,
        "message": message,
        "saved_at": saved_at,
        "field": field,
    }
