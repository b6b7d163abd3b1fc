"""Many rooms at once: each at its own name, and none of another's concern."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

STRANGER = 4003


def alive(pid):
    """Tell whether a process runs."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def flood(page):
    """Send nonsense until the page is closed."""
    for _ in range(100_000):
        page.send("nonsense")


def test_each_workshop_has_a_room_at_its_name(programme):
    """The door of each is there, and nothing else at its port."""
    door = programme.get(programme.base("museum-a") + "/")
    other = programme.base("museum-a").replace("museum-a", "museum-b")

    assert (door.status, "Join the workshop" in door.text) == (200, True)
    assert 'action="/museum-a/join"' in door.text
    assert programme.get(other + "/").status == 404


def test_the_organiser_sees_every_room_with_its_link(programme):
    """The list says where each is, how to get in, and who is there."""
    page = programme.page("museum-a", programme.join("museum-a"))
    rows = programme.rows()
    access = programme.access("museum-a")
    page.close()

    assert list(rows) == ["museum-a", "museum-b"]
    row = rows["museum-a"]
    assert row["address"].endswith("/museum-a")
    assert row["link"] == f"{row['address']}/j/{access.link}"
    assert row["wall"] == f"{row['address']}/show/{access.projector}"
    assert row["code"].replace(" ", "") == access.code
    assert (row["title"], row["running"]) == ("A small policy", True)
    assert (row["connected"], row["trouble"]) == (1, None)


def test_a_browser_can_be_in_two_rooms(programme):
    """Browsers know a cookie by name, host and path, so these differ."""
    replies = [
        programme.knock(name, code=programme.access(name).code)
        for name in ("museum-a", "museum-b")
    ]
    cookies = [reply.headers["Set-Cookie"] for reply in replies]

    assert [each.split("=")[0] for each in cookies] == [
        "workshop-museum-a",
        "workshop-museum-b",
    ]
    assert ["Path=/museum-a/" in cookies[0], "Path=/museum-b/" in cookies[1]] == [
        True,
        True,
    ]
    assert [reply.headers["Location"] for reply in replies] == [
        "/museum-a/room",
        "/museum-b/room",
    ]


@pytest.mark.parametrize("way", ["code", "link"])
def test_a_way_into_one_room_leads_into_no_other(programme, way):
    """The code and the link of a room are wrong anywhere else."""
    given = getattr(programme.access("museum-a"), way)

    assert programme.knock("museum-b", **{way: given}).status == 403
    assert programme.knock("museum-a", **{way: given}).status == 303


def test_a_token_of_one_room_is_nobody_in_another(programme):
    """Also for who sends it under the other room's name."""
    token = programme.join("museum-a").partition("=")[2]
    base = programme.base("museum-b")
    cookie = f"workshop-museum-b={token}"
    page = programme.page("museum-b", cookie)
    with pytest.raises(ConnectionClosed):
        page.recv(20)

    assert page.close_code == STRANGER
    assert programme.get(f"{base}/me", Cookie=cookie).text == '{"known":false}'
    assert programme.get(f"{base}/room", Cookie=cookie).status == 303


def test_the_page_on_the_wall_of_one_room_is_not_in_another(programme):
    """Its link is right in its own room only."""
    path = f"/show/{programme.access('museum-a').projector}"

    assert programme.get(programme.base("museum-a") + path).status == 200
    assert programme.get(programme.base("museum-b") + path).status == 404


def test_a_room_that_is_killed_comes_back_and_stops_no_other(starting):
    """The others go on; who calls meanwhile waits, and nothing is lost."""
    with starting("museum-a", "museum-b") as programme:
        cookies = {n: programme.join(n) for n in ("museum-a", "museum-b")}
        pages = {n: programme.page(n, cookie) for n, cookie in cookies.items()}
        assert programme.put(pages["museum-a"], "before") == "saved"
        killed = programme.pid("museum-a")
        os.kill(killed, signal.SIGKILL)
        answered = programme.get(programme.base("museum-a") + "/health").status
        again = programme.page("museum-a", cookies["museum-a"])

        assert answered == 200
        assert programme.put(pages["museum-b"], "meanwhile") == "saved"
        assert programme.put(again, "after") == "saved"
        assert programme.pid("museum-a") != killed
        assert programme.said("museum-a") == ["before", "after"]
        assert programme.said("museum-b") == ["meanwhile"]


def test_a_flood_in_one_room_closes_no_other(lively):
    """A page that sends without end is sent away, and the other room goes on."""
    quiet = lively.page("museum-b", lively.join("museum-b"))
    noisy = lively.page("museum-a", lively.join("museum-a"))
    with pytest.raises(ConnectionClosed):
        flood(noisy)

    assert lively.put(quiet, "undisturbed") == "saved"


def test_a_broken_file_is_said_and_stops_no_other(lively, wait_until):
    """What is wrong stands in words, in the list too; mended, the room opens."""
    good = lively.make("whole").read_bytes()
    broken = lively.folder / "broken.workshop"
    broken.write_bytes(b"no workshop")
    words = f"broken: {broken}: This is not a workshop file."
    wait_until(lambda: words in lively.log.read_text())
    trouble = lively.rows()["broken"]["trouble"]
    lively.opened("museum-a", "whole")
    mended = broken.with_suffix(".new")
    mended.write_bytes(good)
    mended.replace(broken)
    lively.opened("broken")

    assert trouble.startswith(f"{broken}: This is not a workshop file.")
    assert "Traceback" not in lively.log.read_text()


def test_a_room_comes_and_goes_with_its_file(lively, wait_until):
    """Nobody has to start anything anew, and the others keep their address."""
    before = lively.base("museum-a")
    path = lively.make("about-museum")
    lively.opened("about-museum")
    pid, base = lively.pid("about-museum"), lively.base("about-museum")
    path.unlink()
    wait_until(lambda: not alive(pid))

    # Refused, or cut in the very moment in which the address goes.
    with pytest.raises(ConnectionError):
        lively.get(base)
    assert lively.base("museum-a") == before
    assert lively.answers("museum-a")


def test_a_programme_comes_back_at_the_same_addresses(starting):
    """Links that were sent stay right, also if a room was added before them."""
    with starting("museum-b") as programme:
        before = programme.base("museum-b")
        programme.stop()
        programme.make("museum-a")
        programme.start()
        programme.opened("museum-a", "museum-b")

        assert programme.base("museum-b") == before


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_all_rooms_end_with_the_programme(starting, wait_until, how):
    """However it ends; when told to, nobody counts as connected any more."""
    with starting("museum-a", "museum-b") as programme:
        programme.page("museum-a", programme.join("museum-a"))
        pids = [programme.pid(name) for name in ("museum-a", "museum-b")]
        code = programme.stop(how)
        wait_until(lambda: not any(alive(pid) for pid in pids))

        assert code == (-how if how == signal.SIGKILL else 0)
        if how != signal.SIGKILL:
            with programme.workshop("museum-a") as workshop:
                assert workshop.store.present() == set()
        assert "Traceback" not in programme.log.read_text()


def test_two_workshops_cannot_have_one_name(lively, wait_until):
    """The second is named with the first, and the first has the room."""
    first, second = lively.make("Muséum C"), lively.make("museum-c")
    words = (
        f"{second}: There is a room of this name already ({first});"
        " give this one another.\n"
    )
    wait_until(lambda: words in lively.log.read_text())

    assert lively.rows()["museum-c"]["where"] == str(first)


def test_nobody_takes_the_name_of_another(lively):
    """In a folder of somebody's own only the workshop of that name has a room."""
    for folder, name in (("aaa", "museum-b"), ("aaa", "aaa"), ("zzz", "zzz")):
        path = lively.make("draft")
        (lively.folder / folder).mkdir(exist_ok=True)
        path.rename(lively.folder / folder / f"{name}.workshop")
    lively.opened("aaa", "zzz")
    rows = lively.rows()

    assert rows["museum-b"]["where"] == str(lively.folder / "museum-b.workshop")
    assert rows["aaa"]["where"] == str(lively.folder / "aaa" / "aaa.workshop")


def test_the_list_can_be_read(lively):
    """In words, and in the language that is asked for."""
    done = subprocess.run(
        [*lively.command("--list"), "--lang", "nl"],
        env=lively.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    access = lively.access("museum-a")

    assert f"/museum-a/j/{access.link}\n" in done.stdout
    assert f"/museum-a · Code {access.code[:4]} {access.code[4:]}\n" in done.stdout
    assert "  De zaal is open · " in done.stdout


def test_a_link_to_a_file_is_no_room(lively):
    """Or whoever may write in the folder could open what is not theirs."""
    link = lively.folder / "linked.workshop"
    link.symlink_to(lively.folder / "museum-a.workshop")
    lively.make("later")
    lively.opened("later")

    assert "linked" not in lively.rows()
    assert "linked" not in json.loads((lively.folder / "ports.json").read_text())


def test_a_workshop_somewhere_else_is_listed_by_name(lively, tmp_path):
    """``places.txt`` names it; what is meant by the place is the store's concern."""
    elsewhere = tmp_path / "elsewhere.workshop"
    lively.make("moved").rename(elsewhere)
    listed = lively.folder / "places.txt"
    listed.write_text(f"# elsewhere\nmuseum-z {elsewhere}\n")
    lively.opened("museum-z")

    assert lively.rows()["museum-z"]["where"] == str(elsewhere)


def test_a_room_that_is_no_fork_takes_no_module_of_the_folder_we_are_in(
    starting, tmp_path
):
    """On macOS and Windows it begins with ``python -c``, which would look there."""
    program, folder = tmp_path / "spawning.py", tmp_path / "received"
    program.write_text(SPAWNING, "utf-8")
    folder.mkdir()
    for name in ("multiprocessing", "json", "workshop_kit"):
        mark = f"open({str(folder / 'ran.txt')!r}, 'w').close()"
        (folder / f"{name}.py").write_text(mark, "utf-8")

    with starting("museum-a", program=(str(program),), cwd=folder):
        assert not (folder / "ran.txt").exists()


SPAWNING = """
import multiprocessing

context = multiprocessing.get_context
multiprocessing.get_context = lambda _=None: context("spawn")

if __name__ == "__main__":
    from workshop_kit.__main__ import program

    program()
"""


def test_a_room_has_the_rights_of_who_owns_its_file(starting):
    """Of root it keeps nothing; started by somebody else, it is theirs already."""
    with tempfile.TemporaryDirectory() as name:
        owner = 20_001 if os.geteuid() == 0 else os.geteuid()
        Path(name).chmod(0o755)
        with starting() as programme:
            folder = Path(name) / "museum-a"
            folder.mkdir(mode=0o700)
            programme.folder = folder
            path = programme.make("museum-a")
            for each in (path, folder):
                os.chown(each, owner, owner if os.geteuid() == 0 else -1)
            programme.stop()
            programme.folder = Path(name)
            programme.start()
            programme.opened("museum-a")
            with programme.workshop("museum-a/museum-a") as workshop:
                process = psutil.Process(workshop.state.host.pid)

            assert set(process.uids()) == {owner}
            assert programme.rows()["museum-a"]["running"] is True
