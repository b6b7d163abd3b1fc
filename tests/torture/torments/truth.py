"""Holds what was acknowledged against what is there."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import StoreError
from workshop_kit.store import Store
from workshop_kit.store.place import Address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torments.crowd import Guest
    from workshop_kit.store.place import Place

OWN = "closing/"
"""Keys under which the room itself counts what somebody was typing."""


_SOUND = """SELECT coalesce(string_agg(relname || ': ' || msg, '; '), 'ok'),
    (SELECT count(public.bt_index_check(indexrelid, true))
        FROM pg_index JOIN pg_class ON oid = indexrelid
        JOIN pg_am ON pg_am.oid = relam AND amname = 'btree'
        WHERE relnamespace = current_schema::regnamespace)
    FROM pg_class, LATERAL public.verify_heapam(oid)
    WHERE relnamespace = current_schema::regnamespace AND relkind = 'r'"""
"""Every page of the tables and indexes of a schema, and every row in its indexes."""


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
    place: Place,
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
        if wrong := soundness(store):
            verdict.unsound.append((str(place), wrong))
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


def soundness(store: Store) -> str:
    """Return what the database itself finds wrong with a workshop; empty if nothing."""
    if not isinstance(store.path, Address):
        found = store._database.pragma("integrity_check")
    else:
        try:
            with store._database.read() as connection:
                found = connection.one(_SOUND)
        except StoreError as error:
            found = str(error)
    return "" if found == "ok" else str(found)


def _compare(
    place: Place,
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
