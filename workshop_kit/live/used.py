"""Which figures and which comments count in a workshop."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from workshop_kit.kit.plain import checked, written
from workshop_kit.live.opened import OpenWorkshop
from workshop_kit.metrics.kept import Kept

if TYPE_CHECKING:
    from workshop_kit.store.records import Measurement

USED_COMMENTS = "figures/comments"
"""Kind of action: what is kept of the coded sample of comments that counts."""

USED_FIGURES = "figures/used"
"""Kind of action: the sources whose figures count."""


class Used(OpenWorkshop):
    """Keeps which figures count, and gives them."""

    def use_figures(self, sources: list[str], *, after: int = 0) -> None:
        """
        Let figures of these sources count from now on, and of no others.

        Args:
            sources: Names of the files.
            after: Place in the log; what was recorded up to there does not count any
                more, as the newest files do not have it.
        """
        value = {"sources": sources, "after": after}
        last = self.store.action(USED_FIGURES, "")
        if last is None or last.value != value:
            by = self.facilitator().alias
            key = str(uuid.uuid4())
            self.store.act(USED_FIGURES, "", value, by=by, key=key)

    def used_figures(self) -> tuple[list[str] | None, int]:
        """Return the sources that count, None for all, and after which place."""
        used = self.store.action(USED_FIGURES, "")
        if used is None or not isinstance(used.value, dict):
            return None, 0
        return used.value["sources"], used.value["after"]

    def measurements(self) -> list[Measurement]:
        """Return the figures that count: of the sources in use, or all if none is."""
        sources, after = self.used_figures()
        return [
            one
            for one in self.store.measurements()
            if one.seq > after and (sources is None or one.source in sources)
        ]

    def use_comments(self, kept: Kept) -> None:
        """Keep a coded sample of comments, once; it counts from now on."""
        value = json.loads(written(kept))
        last = self.store.action(USED_COMMENTS, "")
        if last is None or last.value != value:
            by = self.facilitator().alias
            self.store.act(USED_COMMENTS, "", value, by=by, key=str(uuid.uuid4()))

    def comments(self) -> Kept | None:
        """Return the coded sample of comments that counts, if there is one."""
        last = self.store.action(USED_COMMENTS, "")
        if last is None or last.value is None:
            return None
        return checked(Kept, last.value)
