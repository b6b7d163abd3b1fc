"""The process: where it listens, what it inherits, when it ends."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from workshop_kit.live.room.launch import CONNECTIONS, make_place, without_jupyter
from workshop_kit.live.workshop import Workshop

TAKEN = {
    "en": (
        "Port {port} cannot be used (Address already in use). Stop the other program,"
        " or choose another one with --port.\n"
    ),
    "nl": (
        "Poort {port} kan niet worden gebruikt (Address already in use). Stop het"
        " andere programma, of kies met --port een andere poort.\n"
    ),
}


def run(*options, **variables):
    """Run the command to its end."""
    inherited = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-m", "workshop_kit", "room", *options],
        env=inherited | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_port_that_is_taken_is_said_to_be(own_file, lang):
    """The command says which port and what to do, without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = run(
            str(own_file), "--host", "127.0.0.1", "--port", port, WORKSHOP_LANG=lang
        )

    assert done.returncode == 1
    assert done.stderr == TAKEN[lang].format(port=port)


def test_a_disk_without_room_is_said_to_be(own_file, store_with_a_log):
    """A room that finds no place to say that it is there ends in words."""
    before = store_with_a_log.action_log()
    size = own_file.with_name(f"{own_file.name}-wal").stat().st_size
    words = [sys.executable, "-m", "workshop_kit", "room", str(own_file)]
    done = subprocess.run(
        [*words, "--host", "127.0.0.1", "--port", "0"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        | {"WORKSHOP_LANG": "nl"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (
        1,
        f"{own_file}: De schijf werkt niet mee (disk I/O error). Er is niets gewijzigd."
        " Kijk of de schijf vol is of niet meer is aangesloten, en probeer het"
        " opnieuw.\n",
    )
    assert store_with_a_log.action_log() == before


@pytest.fixture
def store_with_a_log(own_file):
    """Keep the file open, with more in its log than the room has to add."""
    with Workshop.open(own_file) as workshop:
        for number in range(40):
            workshop.store.act(
                "parked", str(number), "é" * 2000, by="F", key=str(number)
            )
        yield workshop.store


def test_a_certificate_that_is_not_there(own_file, tmp_path):
    """The command names the file."""
    missing = str(tmp_path / "no.pem")
    done = run(
        *(str(own_file), "--host", "127.0.0.1", "--port", "0"),
        *("--certfile", missing),
        WORKSHOP_LANG="en",
    )

    assert (done.returncode, done.stderr) == (
        1,
        f"{missing}: this file is not there.\n",
    )


def test_it_ends_when_it_is_told_to(own_room):
    """Also while pages are open; who was connected is not here any more."""
    page = own_room.join().page()
    page.hear("room")
    assert len(own_room.workshop.store.present()) == 1
    own_room.stop()

    assert own_room.workshop.store.present() == set()
    assert "Traceback" not in own_room.log.read_text()
    assert [own_room.path.name] == [
        f.name for f in own_room.path.parent.iterdir() if f.suffix == ".workshop"
    ]


def test_it_comes_back_where_it_was(own_room):
    """Without a port it takes the one of the last time, so links stay right."""
    own_room.stop()
    port = own_room.workshop.refresh().host.port

    assert port == own_room.port
    assert own_room.workshop.refresh().access is not None


def test_there_is_a_connection_for_everybody():
    """A system that gives few at first is asked for more, and never for less."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        make_place()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert (soft, hard) == (min(CONNECTIONS, hard), before[1])
        make_place()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (soft, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_nothing_leads_to_jupyter():
    """Whatever Jupyter or a kernel put into the environment stays behind."""
    inherited = {
        "JUPYTER_TOKEN": "x",
        "jupyterhub_api_token": "x",
        "JPY_PARENT_PID": "1",
        "IPYTHONDIR": "x",
        "PATH": "/bin",
    }

    assert without_jupyter(inherited) == {"PATH": "/bin"}


def test_a_room_from_a_notebook_ends_with_it(
    own_file, free_port, wait_until, monkeypatch
):
    """It has no token of Jupyter, outlives the kernel, and ends with JupyterLab."""
    lab = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    port = free_port()
    try:
        monkeypatch.setenv("JPY_PARENT_PID", str(lab.pid))
        monkeypatch.setenv("JUPYTER_TOKEN", "MARK-token")
        monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "MARK-token")
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        kernel = (
            "import sys; from pathlib import Path;"
            "from workshop_kit.live.room.launch import start_room;"
            "start_room(Path(sys.argv[1]), *sys.argv[2:])"
        )
        where = ("--host", "127.0.0.1", "--port", str(port))
        subprocess.run([sys.executable, "-c", kernel, own_file, *where], check=True)
        with Workshop.open(own_file) as workshop:
            host = wait_until(lambda: workshop.refresh().host)
            process = psutil.Process(host.pid)
            environment = process.environ()
            assert not [n for n in environment if n.startswith(("JUPYTER", "JPY"))]
            assert "MARK-token" not in environment.values()
            assert "PATH" in environment
            assert process.is_running()
    finally:
        lab.communicate(b"\n")
    wait_until(lambda: not alive(process))
    assert own_file.with_suffix(".log").read_bytes() == b""


ON_WINDOWS = """
import os, subprocess, sys
import psutil
from workshop_kit.live.room import launch

if "BEGUN" not in os.environ:
    again = [sys.executable, *sys.orig_argv[1:]]
    sys.exit(subprocess.run(again, env=os.environ | {"BEGUN": "1"}).returncode)
sys.platform = "win32"
print(launch.jupyter())
"""


def test_jupyterlab_is_found_on_windows():
    """There a kernel is told no number of a process, and its Python starts twice."""
    done = subprocess.run(
        [sys.executable, "-c", ON_WINDOWS],
        env={**os.environ, "JPY_PARENT_PID": "1", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(done.stdout) == os.getpid()


def alive(process):
    """Tell whether a process runs; one that only waits to be read does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_it_ends_with_a_process_that_nobody_buries(own_file, free_port, wait_until):
    """A JupyterLab that died counts as gone, though its parent does not look."""
    lab = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    room = subprocess.Popen(
        [
            *(sys.executable, "-m", "workshop_kit", "room", str(own_file)),
            *("--host", "127.0.0.1", "--port", str(free_port())),
            *("--with-pid", str(lab.pid)),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with Workshop.open(own_file) as workshop:
        wait_until(lambda: workshop.refresh().host)
    lab.send_signal(signal.SIGKILL)
    try:
        assert room.wait(20) == 0
    finally:
        room.kill()
        lab.stdin.close()
        lab.wait()


def test_guests_come_and_go_while_the_facilitator_leads(own_room, new_key):
    """Whoever leaves at whatever moment, the others are shown what is done."""
    stays = own_room.join().page()
    stays.hear("room")
    guests = [own_room.join(f"Fictional {n}") for n in range(6)]
    for n in range(8):
        pages = [guest.page() for guest in guests]
        own_room.lead.timer(new_key(), minutes=n + 1)
        for page in pages:
            page.close()
        stays.see(
            lambda view, n=n: view["timer"] and view["timer"]["of"] == 60 * (n + 1)
        )

    assert "Traceback" not in own_room.log.read_text()


def test_who_leaves_gives_back_what_they_took(own_room, wait_until):
    """Files, sockets and threads are as many as before, after thirty came and went."""
    process = psutil.Process(own_room.process.pid)

    def come_and_go(times):
        for _ in range(times):
            page = own_room.join().page()
            page.hear("room")
            page.close()
        wait_until(lambda: not own_room.workshop.store.present())

    come_and_go(2)
    # It is loaded a moment after the start, and has a thread of its own.
    wait_until(lambda: any("pandas" in part.path for part in process.memory_maps()))
    files, threads = process.num_fds(), process.num_threads()
    come_and_go(30)

    # A connection that was kept for the next request may stay open for seconds.
    wait_until(lambda: process.num_fds() <= files)
    assert process.num_threads() <= threads


def test_the_first_pages_do_not_wait_for_pandas(own_file):
    """Only counting needs it: it is loaded a moment later, before a result is shown."""
    words = (
        "import asyncio, sys\n"
        "from workshop_kit.live.room import gate, hall, server\n"
        "async def run():\n"
        "    room = hall.Hall(sys.argv[1], port=1, secure=False, pid=1)\n"
        "    await room.open()\n"
        "    await room.see(room.wall)\n"
        "    print('pandas' in sys.modules)\n"
        "    await room._warming\n"
        "    while 'pandas' not in sys.modules:\n"
        "        await asyncio.sleep(0.1)\n"
        "    await room.close()\n"
        "asyncio.run(run())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", words, str(own_file)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    assert done.stdout == "False\n"
