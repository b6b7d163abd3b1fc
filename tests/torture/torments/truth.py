"""Holds what was acknowledged against what is there."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workshop_kit.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from torments.crowd import Guest

OWN = "closing/"
"""Keys under which the room itself counts what somebody was typing."""


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What was found, added up over as many looks as there were."""

    looks: int = 0
    acknowledged: int = 0
    """Counted by :meth:`add`, once for each workshop."""
    lost: list[Any] = field(default_factory=list)
    doubled: list[Any] = field(default_factory=list)
    foreign: list[Any] = field(default_factory=list)
    unsound: list[Any] = field(default_factory=list)
    twice: set[Any] = field(default_factory=set)
    """Answers that counted at a closing as drafts, and were then sent once more and
    recorded: the log has both, a tally only the last of a round."""

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.foreign or self.unsound)

    def add(self, guests: Iterable[Guest]) -> None:
        """Count what was acknowledged in a workshop."""
        self.acknowledged += sum(len(guest.saved) for guest in guests)

    def figures(self) -> dict[str, int]:
        """Return the counts."""
        return {
            "looks": self.looks,
            "acknowledged": self.acknowledged,
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "foreign": len(self.foreign),
            "unsound": len(self.unsound),
            "twice_in_log": len(self.twice),
        }


def acknowledged(
    guests: Iterable[Guest], before: int
) -> dict[tuple[str, str], tuple[str, Any]]:
    """
    Return what guests were told is safe: question and value, by token and key.

    Args:
        guests: Whose.
        before: Until this moment, in nanoseconds of the monotonic clock.
    """
    return {
        (guest.token, key): found
        for guest in guests
        for key, found in guest.saved.items()
        if guest.saved_at[key] < before
    }


def look(
    place: Path | str,
    guests: Iterable[Guest],
    verdict: Verdict,
    *,
    before: int | None = None,
) -> None:
    """
    Open a workshop as anybody would, and add what is found to a verdict.

    Args:
        place: The workshop.
        guests: Everybody who has answered in it.
        verdict: Is added to.
        before: What was acknowledged until this moment has to be there, in
            nanoseconds of the monotonic clock; default now.
    """
    guests = list(guests)
    before = time.monotonic_ns() if before is None else before
    safe = acknowledged(guests, before)
    with Store.open(place) as store:
        sound = store._database.pragma("integrity_check")
        ids = {}
        for guest in guests:
            who = store.participant(guest.token)
            if who is None and guest.joined_at < before:
                verdict.lost.append((str(place), guest.name, "joined"))
            elif who is not None:
                ids[guest.token] = who.id
        log = store.answer_log()
        counting = Counter(
            (a.participant, a.question, a.round) for a in store.answers()
        )
    if sound != "ok":
        verdict.unsound.append((str(place), sound))
    held = {(a.participant, a.key): (a.question, a.value) for a in log}
    _compare(place, safe, held, ids, verdict)
    keys = Counter((a.participant, a.key) for a in log)
    verdict.doubled += [
        (str(place), pair)
        for counts in (keys, counting)
        for pair, n in counts.items()
        if n > 1
    ]
    sent = {
        (ids.get(guest.token), key): v
        for guest in guests
        for key, v in guest.sent.items()
    }
    verdict.foreign += [
        pair
        for pair, (_, value) in held.items()
        if not pair[1].startswith(OWN) and sent.get(pair, held) != value
    ]
    if [a.at for a in log] != sorted(a.at for a in log):
        verdict.unsound.append((str(place), "times run back"))
    verdict.looks += 1


def _compare(
    place: Path | str,
    safe: Mapping[tuple[str, str], tuple[str, Any]],
    held: Mapping[tuple[str, str], tuple[str, Any]],
    ids: Mapping[str, str],
    verdict: Verdict,
) -> None:
    counted = Counter(
        (who, json.dumps(found))
        for (who, key), found in held.items()
        if key.startswith(OWN)
    )
    for (token, key), expected in safe.items():
        who = ids.get(token, "")
        same = counted[who, json.dumps(expected)]
        # One that came too late is kept as a draft, which counts at the next closing;
        # sent once more, it is acknowledged as what stands already.
        right = held.get((who, key)) == expected if (who, key) in held else same == 1
        if not right:
            verdict.lost.append((str(place), key, expected))
        elif same and (who, key) in held:
            verdict.twice.add((str(place), token, key))
