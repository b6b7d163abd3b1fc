"""A PostgreSQL server that is started, killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg

from torments.rooms import free_port
from workshop_kit.store.place import Address, located

if TYPE_CHECKING:
    from collections.abc import Callable


def programs() -> Path:
    """Return the folder with the programs of the newest version there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders = [*found, *map(Path, os.environ["PATH"].split(os.pathsep))]
    return next(each for each in folders if (each / "initdb").is_file())


def postgres_version() -> str:
    """Return that version, as ``15.1``."""
    words = [programs() / "postgres", "--version"]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return said.split()[2]


class PostgreSQL:
    """A server of its own on a loopback port, with a password, in a folder."""

    USER, PASSWORD = "fictional", "MARK p@ss:w/rd?"

    def __init__(self) -> None:
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="workshop-pg-"))
        # The server refuses to run as the superuser.
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": ()}
            shutil.chown(self.folder, "postgres", "postgres")
        self.port = free_port()
        secret = self.folder / "secret"
        secret.write_text(self.PASSWORD)
        secret.chmod(0o644)
        self.data = self.folder / "data"
        self._run(
            *("initdb", "--no-sync", "--encoding=UTF8", "--locale=C", "-A"),
            *("scram-sha-256", "-U", self.USER, f"--pwfile={secret}", "-D", self.data),
        )
        self.start()
        for encoding, name in (("UTF8", "programme"), ("LATIN1", "latin")):
            self.sql(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding}",
                database="postgres",
            )

    def _run(self, program: str, *options: Any) -> None:
        subprocess.run(
            [self.programs / program, *options],
            **self._as,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )

    def start(self) -> None:
        """Start the server, and wait until it lets people in."""
        self._launch()
        self.up()

    def up(self) -> None:
        """Wait until it lets people in; start it again if it does not start."""
        end = time.monotonic() + 60
        while True:
            try:
                self.sql("SELECT 1", database="postgres")
            except psycopg.OperationalError:
                assert time.monotonic() < end, (self.folder / "log").read_text()
                time.sleep(0.05)
                # One that was killed leaves others behind, that it waits for.
                if self.process.poll() is not None:
                    self._launch()
            else:
                return

    def _launch(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(self.programs / "postgres", "-D", self.data, "-k", self.folder),
                    *("-p", str(self.port), "-c", "listen_addresses=127.0.0.1"),
                    *("-c", "max_connections=60"),
                ],
                **self._as,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    def stop(self) -> None:
        """Stop the server, whoever is connected."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def abort(self) -> None:
        """End the server at once, as ``pg_ctl stop -m immediate`` does."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(60)

    def kill(self) -> None:
        """Kill the server with ``kill -9``; what it started notices and ends too."""
        self.process.kill()
        self.process.wait(60)

    def kill_one(self) -> None:
        """
        Kill the process that serves one of our connections, a busy one if there is.

        The server then throws everybody out, and starts anew by itself.
        """
        found = self.sql(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'workshop-kit'"
            " ORDER BY state = 'idle', random() LIMIT 1"
        )
        for (pid,) in found:
            os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """Stop the server and remove all of it."""
        self.stop()
        shutil.rmtree(self.folder)

    def sql(self, words: str, *values: Any, database: str = "programme") -> list[Any]:
        """Run a statement as somebody else's program does."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=self.USER,
            password=self.PASSWORD,
            dbname=database,
            autocommit=True,
        ) as connection:
            named = values and isinstance(values[0], dict)
            found = connection.execute(words, values[0] if named else values)
            return found.fetchall() if found.description else []

    def url(self, name: str = "", **changes: Any) -> str:
        """Return the address of a workshop; one of a new name unless told which."""
        part = {
            "user": self.USER,
            "password": self.PASSWORD,
            "port": self.port,
            "database": "programme",
            "more": "",
            **changes,
        }
        name = name or f"w{uuid.uuid4().hex[:12]}"
        return (
            f"postgresql://{part['user']}:{quote(part['password'], '')}@127.0.0.1"
            f":{part['port']}/{part['database']}?workshop={name}{part['more']}"
        )


def in_postgres(server: PostgreSQL) -> Callable[[str], Address]:
    """Return what names workshops in a database, apart from those of others."""
    # By which a look sees whether all that is kept can be read (``truth.py``).
    server.sql("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public")
    ours = uuid.uuid4().hex[:8]

    def place(name: str) -> Address:
        found = located(server.url(f"{ours}-{name}"))
        assert isinstance(found, Address)
        return found

    return place
