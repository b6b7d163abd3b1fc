"""One participant: what their page shows, and how what they fill in is taken in."""

from __future__ import annotations

import datetime as dt
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, AnswerError, StoreError
from workshop_kit.forms import fields
from workshop_kit.forms.intake import Intake, Receipt
from workshop_kit.i18n import Translator
from workshop_kit.kit.conditions import relevant
from workshop_kit.live.room.limits import FIELD
from workshop_kit.store.file import KeyUsedError
from workshop_kit.store.tables import encode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workshop_kit.live.room.scene import Scene
    from workshop_kit.live.room.state import Timer
    from workshop_kit.live.workshop import Workshop
    from workshop_kit.store.records import Participant

MOST_CHANGES = 50
"""Most changes in one message: more than any page has fields that change at once."""


_KEY = re.compile(r"[ -.0-~]{8,64}")
"""What a page may choose for a key; ours have a slash, so nobody takes them first."""

_NAME = re.compile(r"[ -~]{1,100}")
"""What can be the id of a question; whether it is one is looked up later."""

_LATE = N_("This question is closed; what you wrote came too late to count.")


class _NotNowError(Exception):
    """Carries what went wrong past the form, which would take it for an answer's."""

    def __init__(self, error: StoreError) -> None:
        self.error = error


class Person:
    """
    The server's side of one participant's page; nothing in it would be missed.

    Args:
        workshop: The workshop.
        who: The participant.
    """

    def __init__(self, workshop: Workshop, who: Participant) -> None:
        self.who, self._workshop = who, workshop
        self.translate = Translator(who.lang)
        self._scene: Scene | None = None
        self._intake: Intake | None = None
        self._answers: dict[str, Any] = {}

    def forget(self) -> None:
        """Read everything from the file again the next time."""
        self._intake = None

    def stale(self) -> bool:
        """
        Tell whether this person filled in something at another process.

        Everything is then read again the next time.
        """
        if self._intake is None:
            return True
        values, _ = self._workshop.filled_in(self.who.id)
        ids = {group["id"] for group in self._scene.groups} if self._scene else set()
        now = {
            name: value
            for name, value in values.items()
            if name in ids and value is not None
        }
        if now == self._intake.values:
            return False
        self.forget()
        return True

    def view(self, scene: Scene) -> str:
        """Return the message that shows *scene*, with what this person filled in."""
        known = self._scene
        if (
            known is None
            or self._intake is None
            or (scene.groups, scene.rounds) != (known.groups, known.rounds)
        ):
            self._enter(scene)
        elif scene.gates and scene.decided != known.decided:
            self._intake.hidden = self._hidden(scene)
        self._scene = scene
        own = self._own(scene.timer)
        return f"{scene.shared},{json.dumps(own, ensure_ascii=False)[1:]}"

    def take(self, outbox: Any) -> str:
        """
        Take in changes from the page.

        Args:
            outbox: ``{id: {key, value, final}}``, as the form sends it.

        Returns:
            The message with a receipt for each of them.

        Raises:
            ValueError: If it has another shape.
            StoreError: If nothing could be recorded; the page will try again.
        """
        changes = dict(_checked(outbox))
        scene = self._scene
        if scene is None:
            msg = "nothing is shown yet"
            raise ValueError(msg)
        intake = self._intake or self._enter(scene)
        shown = {group["id"] for group in scene.groups}
        try:
            intake.take({k: v for k, v in changes.items() if k in shown})
        except _NotNowError as failed:
            self.forget()
            raise failed.error from failed
        except BaseException:
            self.forget()
            raise
        receipts = {k: r for k, r in intake.receipts.items() if k in changes}
        for name in changes.keys() - shown:
            receipts[name] = self._refusal(name, changes[name])
        said = {"type": "receipts", "receipts": receipts}
        said |= {"hidden": intake.hidden, "choices": intake.choices}
        return json.dumps(said, ensure_ascii=False)

    def _enter(self, scene: Scene) -> Intake:
        values, drafts = self._workshop.filled_in(self.who.id)
        # A draft stands in place of an answer that still counts.
        self._answers = self._workshop.answers(self.who.id) if drafts else {**values}
        ids = {group["id"] for group in scene.groups}
        self._intake = intake = Intake(
            scene.groups,
            translate=self.translate,
            on_change=self._change,
            values={k: v for k, v in values.items() if k in ids},
            drafts=sorted(drafts & ids),
            hidden=self._hidden(scene),
        )
        for place, choices in self._choices(scene).items():
            intake.give(place, choices)
        return intake

    def _change(self, name: str, value: Any, key: str, final: bool) -> Receipt:  # noqa: FBT001 - the form's protocol
        _must_be_kept(name, value)
        try:
            record = self._workshop.accept(
                self.who.id, name, value, key, final=final, asked=True
            )
        except KeyUsedError:
            # Sent in an earlier round, and its receipt was lost.
            raise AnswerError(_LATE, where=name) from None
        except StoreError as error:
            raise _NotNowError(error) from error
        scene, hidden = self._scene, None
        if final:
            self._answers[name] = value
        if scene is not None and any(name in gate for gate in scene.gates.values()):
            hidden = self._hidden(scene)
        at = self.translate.time(record.at.astimezone())
        return Receipt(saved_at=at, hidden=hidden)

    def _refusal(self, name: str, change: Mapping[str, Any]) -> dict[str, str]:
        """Say that an answer came too late, and keep it as a draft all the same."""
        error = AnswerError(_LATE, where=name)
        try:
            _must_be_kept(name, change["value"])
            # One whose key stands for something else came from no page of ours.
            with suppress(KeyUsedError):
                self._workshop.accept(
                    self.who.id, name, change["value"], change["key"], final=False
                )
        except AnswerError as refused:
            error = refused
        texts = (error.what, error.fix)
        words = [self.translate(text, **error.slots) for text in texts if text]
        return {
            "kind": "error",
            "key": change["key"],
            "message": " ".join(words),
            "saved_at": "",
            "field": name,
        }

    def _own(self, timer: Timer | None) -> dict[str, Any]:
        assert self._intake is not None  # noqa: S101 - set by _enter
        return {
            "values": self._intake.values,
            "known": {
                k: r for k, r in self._intake.receipts.items() if r["kind"] == "draft"
            },
            "hidden": self._intake.hidden,
            "choices": self._intake.choices,
            "timer": None if timer is None else timer.seen(dt.datetime.now(dt.UTC)),
        }

    def _hidden(self, scene: Scene) -> list[str]:
        """
        Return the cards that do not apply to this person.

        What the room has decided counts before what the person answered. A card
        whose gate nobody can answer now was opened on purpose and is shown.
        """
        if not scene.gates:
            return []
        values = {**self._answers, **scene.decided}
        asked = relevant(self._workshop.kit, values)
        return [
            name
            for name, gates in scene.gates.items()
            if name not in asked
            and any(gate in values or gate in scene.asked for gate in gates)
        ]

    def _choices(self, scene: Scene) -> dict[str, list[fields.Choice]]:
        """Return what picks can choose from where the list is not on this page."""
        here = {group["id"] for group in scene.groups}
        found: dict[str, list[fields.Choice]] = {}
        for group in scene.groups:
            for spec in (group["fields"][0], *group["fields"][0].get("columns", ())):
                source = spec.get("follows")
                if source and source not in here:
                    question = self._workshop.kit.question(source)
                    value = self._workshop.source_value(source, self.who.id)
                    asked = fields.field(question, self.translate)
                    found[spec["source"]] = fields.choices_from(asked, value)
        return found


def _checked(outbox: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(outbox, dict) or len(outbox) > MOST_CHANGES:
        msg = "not an outbox"
        raise ValueError(msg)
    for name, change in outbox.items():
        key = change.get("key") if isinstance(change, dict) else None
        fits = isinstance(key, str) and _KEY.fullmatch(key) and _NAME.fullmatch(name)
        if not fits:
            msg = "not a change"
            raise ValueError(msg)
        yield (
            name,
            {
                "key": key,
                "value": change.get("value"),
                "final": change.get("final") is True,
            },
        )


def _must_be_kept(name: str, value: Any) -> None:
    """Refuse what no file can hold; trying again would not help."""
    if any(len(text.encode("utf-8", "replace")) > FIELD for text in _texts(value)):
        raise AnswerError(
            N_("This text is too long to send; please keep it to about two pages."),
            where=name,
        )
    try:
        encode(value)
    except StoreError as error:
        raise AnswerError(
            error.what, where=name, fix=error.fix, **error.slots
        ) from None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
