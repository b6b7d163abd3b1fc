"""Where a workshop lives: in a file, or under a name in a PostgreSQL database."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from workshop_kit.errors import N_, StoreError

if TYPE_CHECKING:
    import os

SUFFIX = ".workshop"
"""Ending of a workshop file's name."""

SCHEMES = ("postgresql:", "postgres:")
"""What the address of a database begins with."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """
    A workshop in a PostgreSQL database.

    As text it never shows the password, so it may be printed, logged and kept in a
    notebook. Whoever opens it from that text gets the password where every program
    for PostgreSQL gets it: from ``PGPASSWORD`` or ``~/.pgpass``.

    Attributes:
        workshop: Its name in the database.
        host: Of the server; empty for the one of this computer.
        port: Of the server; 0 for the usual one.
        database: Which one; empty for that of the user.
        user: Empty for the user of this computer.
        password: Empty if it is not in the address.
        more: Other settings of the connection, such as ``sslmode``.
    """

    workshop: str
    host: str = ""
    port: int = 0
    database: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    more: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else quote(self.host)
        where = (f"{quote(self.user, '')}@" if self.user else "") + host
        where += f":{self.port}" if self.port else ""
        given = urlencode({"workshop": self.workshop, **dict(self.more)}, safe="/")
        return f"postgresql://{where}/{quote(self.database, '')}?{given}"

    @property
    def schema(self) -> str:
        """The schema that holds its tables, and nothing else."""
        return f"workshop_{self.workshop}"

    @property
    def name(self) -> str:
        """What a command is given; it has no folder to be found in."""
        return str(self)

    @property
    def stem(self) -> str:
        """Its name, as a file has one."""
        return self.workshop

    def beside(self, name: str) -> Address:
        """Return another workshop in the same database."""
        return replace(self, workshop=_named(name, str(self)))

    def parameters(self) -> dict[str, str]:
        """Return what the driver connects with."""
        given = {
            "host": self.host,
            "port": str(self.port or ""),
            "dbname": self.database,
            "user": self.user,
            "password": self.password,
        }
        return dict(self.more) | {name: value for name, value in given.items() if value}


Place = Path | Address
"""Where a workshop lives."""


def located(given: str | os.PathLike[str] | Address) -> Place:
    """
    Return where a workshop is, from what somebody named.

    Args:
        given: A path, to which ``.workshop`` is added if it lacks it; or
            ``postgresql://USER@HOST/DATABASE?workshop=NAME``.

    Raises:
        StoreError: If an address does not say which workshop.
    """
    if isinstance(given, Address):
        return given
    if isinstance(given, str) and given.startswith(SCHEMES):
        return _address(given)
    return full_name(given)


def shown(given: str) -> str:
    """Return what somebody named as it may be shown: without a password."""
    return str(located(given)) if given.startswith(SCHEMES) else given


def full_name(path: str | os.PathLike[str]) -> Path:
    """Return *path* in full, with the ending of a workshop file."""
    target = Path(path).expanduser().absolute()
    if target.suffix == SUFFIX:
        return target
    return target.with_name(target.name + SUFFIX)


def beside(place: Place, name: str) -> Place:
    """Return the place of another workshop, in the same folder or database."""
    if isinstance(place, Address):
        return place.beside(name)
    return place.with_name(f"{name}{SUFFIX}")


def environment(place: Place) -> dict[str, str]:
    """Return what another process needs in its environment, beside the place."""
    secret = place.password if isinstance(place, Address) else ""
    return {"PGPASSWORD": secret} if secret else {}


def _address(url: str) -> Address:
    try:
        parts = urlsplit(url)
        port = parts.port or 0
    except ValueError:
        # The address is not repeated: its password may be what broke it.
        raise StoreError(
            N_("The address of the database cannot be read."),
            where="postgresql://",
            fix=N_("Write postgresql://USER@HOST/DATABASE?workshop=NAME."),
        ) from None
    more = dict(parse_qsl(parts.query))
    name, password = more.pop("workshop", ""), more.pop("password", "")
    shown = f"postgresql://{parts.hostname or ''}{parts.path}"
    return Address(
        workshop=_named(name, shown),
        host=unquote(parts.hostname or ""),
        port=port,
        database=unquote(parts.path.lstrip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or "") or password,
        more=tuple(sorted(more.items())),
    )


def _named(name: str, where: str) -> str:
    if not name:
        raise StoreError(
            N_("The address does not say which workshop in the database."),
            where=where,
            fix=N_("Add its name: ?workshop=NAME."),
        )
    if not _NAME.fullmatch(name):
        raise StoreError(
            N_("“{name}” cannot be the name of a workshop in a database."),
            where=where,
            fix=N_("Use at most 40 small letters, digits, “-” and “_”."),
            name=name,
        )
    return name
