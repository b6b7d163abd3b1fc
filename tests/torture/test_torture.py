"""What is done to a room before it is trusted, in short; ``make torture`` does it all."""

from __future__ import annotations

import asyncio
import itertools
import random
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress

import pytest
from torments import disks, kills, others, outages, power
from torments.crowd import Guest
from torments.postgres import in_postgres
from torments.rooms import Ground, environment, in_files, shim, spawning
from torments.truth import Verdict, look, soundness
from torture import PARTS, row

from workshop_kit.errors import StoreError
from workshop_kit.store import Store
from workshop_kit.store import postgres as with_postgres
from workshop_kit.store.schema import remove

STORES = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def spawner():
    """Starts rooms at once."""
    with spawning() as found:
        yield found


@pytest.fixture(params=STORES)
def ground(request, tmp_path, spawner):
    """Where a room is tormented: in each kind of store."""
    if request.param == "sqlite":
        return Ground(folder=tmp_path, spawner=spawner, place=in_files(tmp_path))
    return on_server(tmp_path, spawner, request.getfixturevalue("postgres"))


def on_server(folder, spawner, server):
    """Return a ground whose workshops are in a database."""
    place = in_postgres(server)
    return Ground(folder=folder, spawner=spawner, place=place, server=server)


def lost_nothing(found):
    """Tell that what was acknowledged is there once and the file is sound."""
    assert found["wrong"] == []
    assert found["acknowledged"] > 20
    assert found["looks"] > 1
    counts = {found[each] for each in ("lost", "doubled", "foreign", "unsound")}
    assert counts == {0}
    return True


def test_nothing_is_lost_when_the_room_is_killed(ground):
    """Whenever that is, also while it starts, and whoever else writes."""
    assert lost_nothing(asyncio.run(kills.kills(ground, 5)))


def test_a_room_that_was_killed_comes_back_by_itself(ground):
    """Nobody has to do anything: pages reconnect, and their answers are kept."""
    found = asyncio.run(kills.returns(ground, 1))

    assert found["wrong"] == []
    assert (found["kills"], found["looks"]) == (1, 2)


def test_a_server_that_ends_in_any_way_loses_nothing(tmp_path, spawner, postgres):
    """Killed, aborted, stopped, or one of its processes: pages go on by themselves."""
    ground = on_server(tmp_path, spawner, postgres)

    assert lost_nothing(asyncio.run(outages.outages(ground, 4)))


def cut_off(postgres, place):
    """Answer until the server is aborted; returns what a look finds afterwards."""
    guest = Guest(0, "", "Fictional guest")
    with Store.create(place, kit="fictional", kit_version="1") as store:
        who, token = store.join(guest.name, "hr", "en")
        guest.cookie = f"workshop={token}"
        postgres.sql("CHECKPOINT")
        ends = threading.Timer(0.5, postgres.abort)
        with suppress(StoreError):
            for n in itertools.count():
                if n == 21:
                    ends.start()
                guest.sent[f"{n}"] = n
                store.record_answer(
                    participant=who.id, question="plan.minutes", value=n, key=f"{n}",
                    kit_version="1", wording_hash="a",
                )  # fmt: skip
                guest.saved[f"{n}"] = "plan.minutes", n
                guest.saved_at[f"{n}"] = 1
        ends.join()
    postgres.start()
    assert len(guest.saved) > 20
    return seen(place, guest)


def test_a_server_that_may_forget_is_made_to_remember(postgres):
    """Whatever its own settings say, what is acknowledged is on its disk."""
    postgres.sql("ALTER DATABASE programme SET synchronous_commit = off")
    try:
        found = cut_off(postgres, in_postgres(postgres)("told"))
    finally:
        postgres.sql("ALTER DATABASE programme RESET synchronous_commit")

    assert found == {}


def test_a_server_that_does_forget_is_found_out(postgres, monkeypatch):
    """If it need not wait for its disk, the same loses answers, and a look sees it."""
    monkeypatch.setitem(with_postgres._SETTINGS, "synchronous_commit", "off")
    found = cut_off(postgres, in_postgres(postgres)("untold"))

    assert found.keys() == {"lost"}


def test_a_damaged_database_is_found_out(postgres):
    """A look sees pages that were overwritten, of a table or of an index."""
    for number, name in enumerate(("answer", "answer_of")):
        place = in_postgres(postgres)(f"damaged-{number}")
        with Store.create(place, kit="fictional", kit_version="1") as store:
            who, _ = store.join("Fictional guest", "hr", "en")
            store.record_answer(
                participant=who.id, question="plan.name", value="x", key="x",
                kit_version="1", wording_hash="a",
            )  # fmt: skip
            assert soundness(store) == ""
        ((path,),) = postgres.sql(
            "SELECT pg_relation_filepath(%s::regclass)", f'"{place.schema}".{name}'
        )
        postgres.stop()
        with (postgres.data / path).open("r+b") as file:
            file.seek(-8192, 2)
            file.write(b"\x55" * 64)
        postgres.start()
        with Store.open(place) as store:
            assert soundness(store) != ""
        remove(place)


def test_a_full_disk_loses_nothing(tmp_path, spawner):
    """What is acknowledged is there; with room again the room goes on by itself."""
    ground = Ground(folder=tmp_path, spawner=spawner, place=in_files(tmp_path))
    mount = disks.may_mount(tmp_path)
    found = asyncio.run(disks.full(ground, 3, mount=mount))

    assert lost_nothing(found)
    assert found["refusals"] > 0


def test_where_no_disk_can_be_mounted_files_are_limited(tmp_path, spawner):
    """Who is not root tries something else, and is told so."""
    ground = Ground(folder=tmp_path, spawner=spawner, place=in_files(tmp_path))
    found = asyncio.run(disks.full(ground, 1, mount=False))

    assert lost_nothing(found)
    assert found["kind"] == (
        "limit on the size of files (no file system may be mounted here)"
    )


def test_a_power_cut_loses_nothing(tmp_path):
    """What was not brought to the disk was not acknowledged either."""
    found = asyncio.run(power.cuts(tmp_path, 50, seconds=3))

    assert lost_nothing(found)
    assert found["syncs"] > 50


def test_a_disk_that_does_not_do_as_it_is_told_is_found_out(tmp_path):
    """Without fsync the same cuts lose answers, so a cut does what it should."""
    found = asyncio.run(power.cuts(tmp_path, 25, seconds=1, deaf=True))

    assert found["lost"] > 0


def test_a_power_cut_leaves_a_new_workshop_whole_or_none(tmp_path):
    """Nobody ever finds half a file."""
    found = power.births(tmp_path, 150)

    assert found["wrong"] == []
    assert found["whole"] > 0
    assert found["none"] > 0


def test_two_rooms_of_one_workshop_lose_nothing(ground):
    """Both take answers at the same time, and each may be killed."""
    assert lost_nothing(asyncio.run(others.two(ground, 3)))


def test_a_clock_set_back_loses_nothing(ground):
    """Answers keep their order, whatever the clock on the wall says."""
    assert lost_nothing(asyncio.run(others.clock(ground, 3)))


def test_the_clock_is_set_indeed(tmp_path):
    """A program behind it lives in another year, and its seconds go on as before."""
    hands = tmp_path / "hands"
    hands.write_text(f"{-86400 * 366 * 20}\n", "utf-8")
    library = str(shim("hands", tmp_path))
    words = "import datetime as d; print(d.datetime.now(d.UTC).year)"
    years = [
        int(
            subprocess.run(
                [sys.executable, "-c", words],
                env=environment(**more),
                capture_output=True,
                check=True,
            ).stdout
        )
        for more in ({}, {"LD_PRELOAD": library, "CLOCK_HANDS": str(hands)})
    ]

    assert years[0] - years[1] >= 20


def test_sleep_loses_nothing(ground):
    """A laptop that slept goes on, and so do phones."""
    assert lost_nothing(asyncio.run(others.sleep(ground, [1.5])))


def test_a_bad_network_loses_nothing(ground):
    """Lines that are cut and messages that come twice make no difference."""
    found = asyncio.run(others.network(ground, 4))

    assert lost_nothing(found)
    assert found["lines_cut"] > 0
    assert found["messages_repeated"] > 0


@pytest.fixture
def held(tmp_path):
    """A workshop with two answers of a guest who was told that they are safe."""
    guest = Guest(0, "", "Fictional guest")
    with Store.create(tmp_path / "held", kit="fictional", kit_version="1") as store:
        who, token = store.join(guest.name, "hr", "en")
        guest.cookie = f"workshop={token}"
        for key in ("one", "two"):
            store.record_answer(
                participant=who.id, question="plan.name", value=key, key=key,
                kit_version="1", wording_hash="a",
            )  # fmt: skip
            guest.sent[key], guest.saved[key] = key, ("plan.name", key)
            guest.saved_at[key] = 1
        yield store.path, guest


def seen(path, guest):
    """Return what a look finds, without what is as it should be."""
    verdict = Verdict()
    look(path, [guest], verdict)
    found = verdict.figures()
    return {k: n for k, n in found.items() if n and k not in {"looks", "acknowledged"}}


def test_a_look_finds_nothing_wrong_where_nothing_is(held):
    """Two answers, both there once."""
    assert seen(*held) == {}


def test_a_look_finds_what_is_lost(held):
    """An answer that was acknowledged and is not there, or is another."""
    path, guest = held
    guest.saved["three"], guest.saved_at["three"] = ("plan.name", "three"), 1
    guest.saved["two"] = ("plan.name", "something else")

    assert seen(path, guest) == {"lost": 2}


def test_a_look_finds_who_is_lost(held):
    """Somebody who was let in and is not known."""
    path, guest = held
    guest.cookie = "workshop=never"

    assert seen(path, guest) == {"lost": 3, "foreign": 2}


def test_a_look_finds_what_nobody_sent(held):
    """An answer that is there and was never given."""
    path, guest = held
    del guest.sent["two"], guest.saved["two"]

    assert seen(path, guest) == {"foreign": 1}


@pytest.fixture
def at_closing(held):
    """The same, with an answer of the guest that counted when it was closed."""
    path, guest = held
    with Store.open(path) as store:
        who = store.participant(guest.token).id
        store.record_answer(
            participant=who, question="plan.name", value="late", key="closing/1/plan.name",
            kit_version="1", wording_hash="a",
        )  # fmt: skip
    return path, guest


def test_a_look_knows_what_counted_at_a_closing(at_closing):
    """An answer that came too late once and was acknowledged later is there."""
    path, guest = at_closing
    guest.sent["three"], guest.saved["three"] = "late", ("plan.name", "late")
    guest.saved_at["three"] = 1

    assert seen(path, guest) == {}


def test_a_look_finds_what_is_in_the_log_twice(at_closing):
    """Under its own key, and once more as the draft that counted at a closing."""
    path, guest = at_closing
    with Store.open(path) as store:
        store.record_answer(
            participant=store.participant(guest.token).id, question="plan.name",
            value="late", key="three", kit_version="1", wording_hash="a",
        )  # fmt: skip
    guest.sent["three"], guest.saved["three"] = "late", ("plan.name", "late")
    guest.saved_at["three"] = 1

    assert seen(path, guest) == {"twice_in_log": 1}


def test_a_look_finds_what_is_double_and_unsound(held):
    """Rows twice, which no file of ours has, and times that run back."""
    path, guest = held
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(
            "CREATE TABLE again AS SELECT * FROM answer; DROP TABLE answer;"
            "ALTER TABLE again RENAME TO answer;"
            "INSERT INTO answer SELECT 3, round, question, participant, value,"
            " kit_version, wording_hash, key, '2001-01-01T00:00:00.000000Z'"
            " FROM answer WHERE seq = 1"
        )

    assert seen(path, guest) == {"doubled": 1, "unsound": 1}


def test_a_cut_drops_keeps_and_tears_what_was_not_synced():
    """After a sync all of it is there; before, anything from none to all."""
    file = (1, 1)

    def write(offset, data):
        return power.Record(
            kind=power.WRITE, at=0, file=file, offset=offset, name="", data=data
        )

    def disk():
        found = power.Disk({"a": file}, {file: b"old " * 512})
        found.take(write(0, b"new " * 512))
        return found

    dice = random.Random(1)  # noqa: S311 - not a secret
    found = {disk().after_cut(dice)["a"] for _ in range(200)}
    safe = disk()
    safe.take(
        power.Record(kind=power.SYNC, at=0, file=file, offset=0, name="", data=b"")
    )

    assert {b"old " * 512, b"new " * 512} < found
    assert {len(content) for content in found} == {2048}
    assert {safe.after_cut(dice)["a"] for _ in range(50)} == {b"new " * 512}


def test_a_row_says_what_was_found():
    """A line of the table has the counts, what more there is, and the day."""
    found = {"kills": 3, "acknowledged": 1200, "lost": 0, "doubled": 0, "unsound": 0}

    assert row("kills", {**found, "wrong": []}, "2026-01-31") == (
        f"| {PARTS['kills'][0]} | 1,200 | 0 | 0 | 0 | kills 3 | 2026-01-31 |"
    )
