"""A workshop in PostgreSQL: connections all set up alike, every error in words."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from workshop_kit.errors import N_, StoreError
from workshop_kit.store.pool import NoConnectionError
from workshop_kit.store.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from workshop_kit.store.connection import Connection, Dialect
    from workshop_kit.store.place import Address

MOST = 15
"""Connections of one process at a time; a server has 100 unless told otherwise."""

_SETTINGS = {
    # Nothing is found but our own tables, whatever else is in the database.
    "search_path": '"{schema}"',
    "synchronous_commit": "on",
    "lock_timeout": "{wait}",
    # A laptop that falls asleep in the middle may not keep the others waiting.
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    # What is asked here takes less time than to compile it.
    "jit": "off",
}

_UNDONE = "25P02"

_PERSONAL = ("answer", "draft", "participant", "presence")
"""Tables from which something can be erased."""

_FORMER = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND age(backend_xmin) > age(%s::text::xid)"""

_TRY = N_(
    "It is not certain whether the last record was kept. Try again: what is sent"
    " twice is recorded once."
)
_REFUSALS = {
    "55P03": (
        N_("Another program has kept this workshop locked for {wait} seconds."),
        N_("Nothing was changed. Close the other program and try again."),
    ),
    "42501": (
        N_("You are not allowed to change this workshop in the database ({detail})."),
        N_("Ask whoever looks after the database for permission."),
    ),
    "25006": (
        N_("This database can only be read ({detail})."),
        N_("Nothing was changed. Use the address of the server that may be written."),
    ),
    "53100": (
        N_("The disk of the database is full."),
        N_("Nothing was changed. Make some room on the disk and try again."),
    ),
    "53300": (
        N_("The database has no connection left."),
        N_("Nothing was changed. Close other programs, or allow more connections."),
    ),
    "28P01": (
        N_("The database does not know this user with this password."),
        N_("Put the password in PGPASSWORD or in ~/.pgpass, and see who is the user."),
    ),
    "3D000": (
        N_("There is no database of this name on the server."),
        N_("Check the name, or have it made with: createdb NAME"),
    ),
    "22021": (
        N_("A text contains the character NUL, which cannot be kept."),
        N_("Remove the unreadable character, or type the text again."),
    ),
    _UNDONE: (
        N_("The database has undone this step."),
        N_("Nothing was changed. Try again."),
    ),
    "08001": (
        N_("The database cannot be reached ({detail})."),
        N_("See whether it runs, and whether the address is right."),
    ),
    "08006": (N_("The connection with the database was lost."), _TRY),
}
_REFUSED = (
    N_("The database did not accept the record ({detail})."),
    N_("Nothing was changed."),
)
_SAME = {
    "28000": "28P01",
    "25P01": _UNDONE,
    **dict.fromkeys(("08000", "08003", "08004", "08007", "08P01"), "08006"),
    **dict.fromkeys(("57P01", "57P02", "57P05", "25P03", "25P04"), "08006"),
}


class Server(Steps):
    """
    Connections to one workshop in a PostgreSQL database.

    Every workshop has a schema of its own. Who writes holds a lock of its name until
    the disk has all of it, so that records are numbered without gaps, in the order
    in which others see them.

    Args:
        address: The workshop.
        wait: Seconds to wait for another writer, and for a connection.

    Raises:
        StoreError: If the driver is not installed.
    """

    path: Address
    dialect: ClassVar[Dialect] = "postgresql"

    def __init__(self, address: Address, *, wait: float = 10.0) -> None:
        self._driver = _driver(address)
        from workshop_kit.store.line import Line  # noqa: PLC0415 - of the driver

        self._line = Line
        given = {
            name: value.format(schema=address.schema, wait=f"{wait * 1000:.0f}ms")
            for name, value in _SETTINGS.items()
        }
        said = address.parameters()
        ours = " ".join(f"-c {k}={v}" for k, v in given.items())
        self._parameters: dict[str, Any] = {
            "connect_timeout": str(max(2, round(wait))),
            "application_name": "workshop-kit",
            "client_encoding": "utf8",
            # A server that is gone without a word is noticed in half a minute.
            "keepalives_idle": "10",
            "keepalives_interval": "5",
            "keepalives_count": "3",
            "tcp_user_timeout": "25000",
            **said,
            "options": f"{said.get('options', '')} {ours}".strip(),
        }
        digest = hashlib.sha256(address.schema.encode()).digest()
        self._number = int.from_bytes(digest[:8], signed=True)
        self._begin = (
            # What is read after the turn came has to be what the last one left.
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
            f" SELECT pg_advisory_xact_lock({self._number})"
        )
        super().__init__(address, wait=wait, most=MOST)

    def _connect(self) -> Any:
        try:
            return self._line.connect(**self._parameters, autocommit=True)
        except self._driver.Error as error:
            words = _said(error)
            # Before anybody is let in there are words and no code.
            code = next(
                (code for said, code in _SAID.items() if said in words), "08001"
            )
            raise self.refusal(code, words) from None

    def _begin_reading(self, driver: Any) -> None:
        driver.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def _begin_writing(self, driver: Any) -> None:
        # Two commands in one go cannot be prepared.
        driver.execute(self._begin, prepare=False)

    def _must_be_whole(self, connection: Connection) -> None:
        driver = connection.driver
        driver.settle()
        # After an error that somebody passed over, a commit would keep nothing and
        # say that all went well.
        status = driver.info.transaction_status
        if status != self._driver.pq.TransactionStatus.INTRANS:
            raise self.refusal(_UNDONE)

    def _tell(self, driver: Any) -> None:
        # Within the step, all commits of the whole server would wait for each other
        # and for the disk. Whoever listens also looks by himself now and then.
        with suppress(self._driver.Error):
            driver.execute("SELECT pg_notify(%s, '')", (self.path.schema,))

    def listen(self, told: Callable[[], None]) -> Callable[[], None] | None:
        """Have *told* called, in a thread of its own, whenever somebody has written."""
        from workshop_kit.store.listening import Listener  # noqa: PLC0415 - for a few

        return Listener(self._connect, self.path.schema, told).stop

    def locked(self) -> StoreError:
        """Return the error for having waited too long for another writer."""
        return self.refusal("55P03")

    def scrub(self) -> None:
        """
        Write the tables with people's words anew.

        The server's own log and its backups are not in our hands.
        """
        with self._in_words(), self._pool.taken(_alive) as driver:
            now = _now(driver)
            driver.execute("SELECT pg_advisory_lock(%s)", [self._number])
            try:
                self._await_former(driver, now)
                # The server refuses this inside a transaction.
                driver.execute(f"VACUUM (FULL) {', '.join(_PERSONAL)}")
            finally:
                driver.execute("SELECT pg_advisory_unlock(%s)", [self._number])

    def _await_former(self, driver: Any, now: str) -> None:
        """Wait until nobody sees the database as it was before *now*."""
        until = time.monotonic() + self.wait
        while driver.execute(_FORMER, [now]).fetchone()[0]:
            if time.monotonic() > until:
                raise self.locked()
            time.sleep(0.02)

    def refusal(self, code: str, detail: str = "") -> StoreError:
        """Return the error for an SQLSTATE; empty for none."""
        code = _SAME.get(code, code)
        what, fix = _REFUSALS.get(code, _REFUSED)
        return StoreError(
            what, where=str(self.path), fix=fix, wait=f"{self.wait:g}", detail=detail
        )

    def in_our_words(self, error: Exception) -> StoreError | None:
        """Return what an error of the driver means to a person; None for any other."""
        if isinstance(error, NoConnectionError):
            return self.refusal("53300")
        if not isinstance(error, self._driver.Error):
            return None
        code = error.sqlstate
        if code is None:
            # Found by the driver itself, or nobody was there to say one.
            code = "08006"
            if isinstance(error, self._driver.DataError):
                code = "22021"
            elif isinstance(error, self._driver.ProgrammingError):
                code = ""
        return self.refusal(code, error.diag.message_primary or _said(error))


_SAID = {
    "password authentication failed": "28P01",
    "no password supplied": "28P01",
    "pg_hba.conf": "28P01",
    'role "': "28P01",
    "does not exist": "3D000",
    "too many clients": "53300",
    "remaining connection slots": "53300",
}


def _alive(driver: Any) -> None:
    """See whether the server is still there."""
    driver.execute("SELECT 1")


def _now(driver: Any) -> str:
    """Return the number of this moment, in the order in which steps begin."""
    found = driver.execute("SELECT pg_current_xact_id()::xid::text").fetchone()
    return str(found[0])


def _said(error: Exception) -> str:
    """Return what is wrong, without the name of the server that is said already."""
    first = str(error).strip().partition("\n")[0]
    return first.rpartition("failed: ")[2].removeprefix("FATAL:  ")


def _driver(address: Address) -> ModuleType:
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError:
        raise StoreError(
            N_("A workshop in PostgreSQL needs psycopg, which is not installed."),
            where=str(address),
            fix=N_('Install it with: pip install "workshop-kit[postgres]"'),
        ) from None
    return psycopg
