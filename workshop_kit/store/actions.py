"""What was done in the room: a log of which the last of each kind stands."""

from __future__ import annotations

from typing import Any

from workshop_kit.store.file import WorkshopFile, found
from workshop_kit.store.log import LOG, append, standing
from workshop_kit.store.records import Action
from workshop_kit.store.tables import ACTION, encode

_LAST_ACTION = "WHERE kind = :kind AND about = :about ORDER BY seq DESC LIMIT 1"


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
            for first in found(connection, Action, ACTION, "WHERE key = :key", fields):
                same = (first.kind, first.about) == (kind, about)
                return self._unless_reused(first, same=same)
            return Action(**append(connection, ACTION, fields))

    def actions(self) -> dict[tuple[str, str], Action]:
        """Return the actions that stand, by kind and subject: the last of each."""
        rest = f"{standing(ACTION, ('kind', 'about'))} {LOG}"
        found = self._all(Action, ACTION, rest)
        return {(action.kind, action.about): action for action in found}

    def action(self, kind: str, about: str) -> Action | None:
        """Return the last action of a kind on a subject, also one taken back."""
        last = self._all(Action, ACTION, _LAST_ACTION, kind=kind, about=about)
        return last[0] if last else None

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
        only = "" if kind is None else "WHERE kind = :kind "
        if not last:
            return self._all(Action, ACTION, f"{only}{LOG}", kind=kind)
        newest = f"{only}ORDER BY seq DESC LIMIT :last"
        return self._all(Action, ACTION, newest, kind=kind, last=last)[::-1]
