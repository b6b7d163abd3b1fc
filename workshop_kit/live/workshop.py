"""A workshop at work: what was said in it, and the policy that comes of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from workshop_kit.i18n import Translator
from workshop_kit.live import lifecycle
from workshop_kit.live.decisions import Decisions
from workshop_kit.live.used import Used
from workshop_kit.policy.draft import draft
from workshop_kit.policy.lint import broken, findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from workshop_kit.export.card import Invitation
    from workshop_kit.live.room.state import State
    from workshop_kit.policy.exchange import Exchange
    from workshop_kit.policy.lint import Broken
    from workshop_kit.policy.model import Finding, Policy
    from workshop_kit.policy.signoff import Standing
    from workshop_kit.store.records import Signoff, Snapshot

MOMENTS = "moments.ics"
"""File with the moments of measuring, for a diary."""


class Workshop(Decisions, Used):
    """
    One workshop file with the kit it was made for.

    Every answer, from a form, a file or a sample, goes through :meth:`accept`,
    and every decision through :meth:`decide`.
    """

    def refresh(self) -> State:
        """Take in what was done in the room since; the policy is drafted anew."""
        self._broken: dict[tuple[int, dt.date], Broken] = {}
        self._drafted: dict[tuple[int, str, dt.date], Policy] = {}
        return super().refresh()

    def findings(
        self, *, lang: str | None = None, today: dt.date | None = None
    ) -> tuple[Finding, ...]:
        """Hold the decisions against the rules of the kit."""
        key = (self.store.revision(), today or _today())
        # The same rules are broken in every language.
        if key not in self._broken:
            self._broken[key] = broken(
                self.kit,
                self.store.decisions(),
                track=self.track,
                today=key[1],
                measurements=self.measurements(),
                comments=self.comments(),
            )
        t = Translator(lang or self.lang)
        return findings(self.kit, self._broken[key], self.store.waivers(), t)

    def policy(
        self, *, lang: str | None = None, today: dt.date | None = None
    ) -> Policy:
        """Draft the policy from the decisions, with what was signed for them."""
        key = (self.store.revision(), lang or self.lang, today or _today())
        # A document and the data it carries ask for the same one.
        if key not in self._drafted:
            self._drafted[key] = self._draft(*key[1:])
        return self._drafted[key]

    def _draft(self, lang: str, today: dt.date) -> Policy:
        drafted = draft(
            self.kit,
            self.store.decisions(),
            track=self.track,
            findings=self.findings(lang=lang, today=today),
            measurements=self.measurements(),
            comments=self.comments(),
            today=today,
            translate=Translator(lang),
        )
        return lifecycle.with_signatures(self, drafted)

    def standing(self) -> Standing:
        """Return where the policy stands: draft, in review, approved, in force."""
        return lifecycle.where_it_stands(self)

    def sign(
        self,
        fields: Mapping[str, object],
        key: str | None = None,
        *,
        today: dt.date | None = None,
    ) -> Signoff:
        """
        Take a step of the sign-off; see :func:`workshop_kit.live.lifecycle.sign`.

        Raises:
            PolicyError: If it may not be taken, or something is not filled in.
        """
        return lifecycle.sign(self, fields, key, today=today or _today())

    def snapshot(self, name: str, *, today: dt.date | None = None) -> Snapshot:
        """
        Keep the policy as it is now under a name; its words never change again.

        Raises:
            PolicyError: If the name is empty or nothing has been decided.
            StoreError: If the name was used before.
        """
        return lifecycle.snapshot(self, name, today=today or _today())

    def kept(self, name: str = lifecycle.NOW) -> Exchange:
        """
        Return a version by its name, as it was kept; default what is decided now.

        Raises:
            PolicyError: If no version has that name.
        """
        return lifecycle.kept(self, name)

    def exchange(self, *, today: dt.date | None = None) -> Exchange:
        """Return the whole policy as it is now, to be carried along with it."""
        return lifecycle.exchange(self, today=today)

    def invitation(self) -> Invitation | None:
        """Return the way into the room; None if nobody serves it or it has expired."""
        from workshop_kit.live.room.wall import invitation  # noqa: PLC0415 - psutil

        return invitation(self, now=dt.datetime.now(dt.UTC))

    def write(self, folder: Path, languages: Iterable[str]) -> list[Path]:
        """
        Write the policy as HTML and PDF in each language.

        Beside it come the moments of measuring as ``moments.ics``, in the language
        of the workshop. A file appears whole or not at all; see
        :func:`workshop_kit.export.formats.export` for more formats.

        Raises:
            ExportError: If the folder cannot be written.
        """
        from workshop_kit.export.formats import export  # noqa: PLC0415 - heavy

        made = export(self, folder, [(lang,) for lang in languages])
        return [*made, *self._write_moments(folder)]

    def _write_moments(self, folder: Path) -> list[Path]:
        from workshop_kit.export.diary import calendar  # noqa: PLC0415 - heavy
        from workshop_kit.export.files import write  # noqa: PLC0415 - heavy

        policy = self.policy()
        if not any(moment.day for moment in policy.moments):
            return []
        return [write(folder / MOMENTS, calendar(policy))]


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
