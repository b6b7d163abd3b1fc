"""What was done in the room: a log of which the last of each kind stands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from workshop_kit.store.file import WorkshopFile
from workshop_kit.store.log import append, log, record, standing
from workshop_kit.store.ready import Ready
from workshop_kit.store.records import Action
from workshop_kit.store.tables import ACTION, encode

_LAST_ACTION = Ready(
    select(ACTION)
    .where(ACTION.c.kind == bindparam("kind"), ACTION.c.about == bindparam("about"))
    .order_by(ACTION.c.seq.desc())
    .limit(1),
    ACTION.c,
)


class Actions(WorkshopFile):
    """The actions of those who lead a workshop."""

    def act(self, kind: str, about: str, value: Any, *, by: str, key: str) -> Action:
        """
        Record what was done in the room; the last of a kind and subject stands.

        Args:
            kind: What kind of action.
            about: A question, an idea, or empty for the room as a whole.
            value: JSON value; None takes an earlier action back.
            by: Who did it.
            key: Chosen by the sender. If it is here already, nothing is written
                and the first action under it is returned.

        Raises:
            StoreError: Also if *value* is no JSON value, or if the key was used
                for another kind or subject.
        """
        fields = {
            "kind": kind,
            "about": about,
            "value": encode(value),
            "by": by,
            "key": key,
        }
        with self._database.write() as connection:
            first = connection.execute(
                select(ACTION).where(ACTION.c.key == key)
            ).one_or_none()
            if first is not None:
                same = (first.kind, first.about) == (kind, about)
                return self._unless_reused(record(Action, first), same=same)
            return record(Action, append(connection, ACTION, fields))

    def actions(self) -> dict[tuple[str, str], Action]:
        """Return the actions that stand, by kind and subject: the last of each."""
        found = self._all(Action, standing(ACTION, ("kind", "about")))
        return {(action.kind, action.about): action for action in found}

    def action(self, kind: str, about: str) -> Action | None:
        """Return the last action of a kind on a subject, also one taken back."""
        with self._database.read() as connection:
            rows = _LAST_ACTION.run(connection, {"kind": kind, "about": about})
        return record(Action, rows[0]) if rows else None

    def last_action(self) -> int:
        """Return the place in the log of the last action; 0 if there is none."""
        return self._last(ACTION)

    def action_log(self, kind: str | None = None, last: int = 0) -> list[Action]:
        """
        Return every action ever recorded, first to last.

        Args:
            kind: Only of this kind.
            last: Only so many of the newest; 0 for all.
        """
        found = log(ACTION)
        if kind is not None:
            found = found.where(ACTION.c.kind == kind)
        if not last:
            return self._all(Action, found)
        newest = found.order_by(None).order_by(ACTION.c.seq.desc()).limit(last)
        return self._all(Action, newest)[::-1]
