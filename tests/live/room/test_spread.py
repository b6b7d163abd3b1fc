"""Four processes behind nginx serve one workshop in a database, and one of them dies."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import suppress

from websockets.exceptions import ConnectionClosed, InvalidHandshake

GUESTS, ROUNDS = 24, 12


class Busy(threading.Thread):
    """A guest's page that answers, and comes back when its line is cut."""

    def __init__(self, guest, number, new_key, killed):
        super().__init__()
        self.guest, self.number, self._new_key = guest, number, new_key
        self._killed = killed
        self.acknowledged, self.cut, self.back = [], 0, 0.0

    def run(self):
        """Answer some times; each answer is sent until it is acknowledged."""
        page = None
        for n in range(ROUNDS):
            key, value = self._new_key(), (self.number + n) % 5 + 1
            while True:
                with suppress(ConnectionClosed, InvalidHandshake, OSError):
                    if page is None:
                        page = self.guest.page()
                        page.asked("plan.fits")
                    receipt = page.put("plan.fits", value, key=key)
                    if receipt["kind"] == "saved" and receipt["key"] == key:
                        break
                    raise OSError
                # As pages do: a moment later, and the same once more.
                page, self.cut = None, self.cut + 1
                time.sleep(0.1)
            self.acknowledged.append((key, value))
            if self.cut and not self.back:
                self.back = time.monotonic()
            if n == ROUNDS // 2:
                self._killed.wait(60)


def test_one_of_four_dies_and_nothing_is_lost(spread, new_key, wait_until):
    """What was acknowledged is there once, and every process counts the same."""
    guests = [spread.join(f"Fictional {n}") for n in range(GUESTS)]
    spread.ask("plan.fits")
    killed = threading.Event()
    busy = [Busy(guest, n, new_key, killed) for n, guest in enumerate(guests)]
    for thread in busy:
        thread.start()
    wait_until(lambda: len(spread.workshop.store.present()) == GUESTS)
    wait_until(lambda: all(thread.acknowledged for thread in busy))
    with_whom = Counter(spread.host_of(guest) for guest in guests)
    assert len(with_whom) >= 3, with_whom
    dead = with_whom.most_common(1)[0][0]
    spread.kill(dead)
    at = time.monotonic()
    killed.set()
    for thread in busy:
        thread.join(60)
        assert not thread.is_alive()

    cut = [thread for thread in busy if thread.cut]
    assert len(cut) >= with_whom[dead]
    slowest = max(thread.back - at for thread in cut)
    print(f"\nback after a kill: {slowest:.2f} s at most, {len(cut)} guests")  # noqa: T201
    said = {key: value for thread in busy for key, value in thread.acknowledged}
    log = spread.workshop.store.answer_log()
    assert {answer.key: answer.value for answer in log} == said
    assert len(log) == len(said) == GUESTS * ROUNDS
    assert [answer.seq for answer in log] == list(range(1, len(log) + 1))

    wait_until(lambda: len(spread.workshop.store.present()) == GUESTS)
    spread.revive(dead)
    last = Counter(thread.acknowledged[-1][1] for thread in busy)
    for port in spread.processes:
        view = spread.wall(port, lambda view: view["ballot"])
        assert view["here"] == GUESTS
        assert view["ballot"]["said"] == f"{GUESTS} of {GUESTS} answered"
    spread.lead.close(new_key(), ["plan.fits"])
    spread.lead.reveal(new_key(), "plan.fits")
    shown = [
        spread.wall(port, lambda view: view["ballot"]["result"])["ballot"]["result"]
        for port in spread.processes
    ]
    assert shown == [shown[0]] * 4
    counted = {bar["label"].split()[0]: bar["n"] for bar in shown[0]["bars"]}
    assert {str(value): str(n) for value, n in last.items()} == {
        label: n for label, n in counted.items() if n != "0"
    }
    assert "Traceback" not in spread.log.read_text()
