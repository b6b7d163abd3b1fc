"""How records lie in the file: tables, times and JSON values."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from workshop_kit.errors import N_, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEEPEST = 100
"""Levels of lists and maps in one value; no form goes beyond three."""

WITHDRAWN = "null"
"""The text of a value that takes an earlier one back."""


def encode(value: Any) -> str:
    """
    Write a JSON value as text from which it can be read back exactly.

    Raises:
        StoreError: If *value* is no JSON value: NaN and infinity, tuples, keys
            that are no text, halves of a character, endless nesting.
    """
    _check(value, 0)
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        text.encode()
    except UnicodeEncodeError:
        raise broken_text() from None
    except ValueError:
        # Python refuses to write or read integers of more than 4,300 digits.
        raise StoreError(
            N_("A number is too long to be kept."),
            fix=N_("Write it with fewer digits."),
        ) from None
    return text


def broken_text() -> StoreError:
    """Return the error for text that no file can hold."""
    return StoreError(
        N_("A text contains half a character, which cannot be kept."),
        fix=N_("Remove the unreadable character, or type the text again."),
    )


def must_fit(*texts: object) -> None:
    """
    Refuse text that PostgreSQL cannot hold, so that every store takes the same.

    In what :func:`encode` has written it is spelled out, and does no harm.

    Raises:
        StoreError: If the character NUL is in it.
    """
    if any(isinstance(words, str) and "\0" in words for words in texts):
        raise StoreError(
            N_("A text contains the character NUL, which cannot be kept."),
            fix=N_("Remove the unreadable character, or type the text again."),
        )


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise StoreError(
            N_("A value has more than {levels} levels of lists in lists."),
            fix=N_("Use fewer levels."),
            levels=DEEPEST,
        )
    match value:
        case None | bool() | int() | str():
            return
        case float():
            if not math.isfinite(value):
                raise StoreError(
                    N_("“{value}” is not a number that can be kept."),
                    fix=N_("Leave the value out if it is unknown."),
                    value=value,
                )
        case list():
            for item in value:
                _check(item, depth + 1)
        case dict() if all(isinstance(key, str) for key in value):
            for item in value.values():
                _check(item, depth + 1)
        case _:
            raise StoreError(
                N_("A value of the kind “{kind}” cannot be kept."),
                fix=N_("Use text, numbers, lists, and maps with text as keys."),
                kind=type(value).__name__,
            )


Kind = Literal["text", "integer", "real", "json", "moment"]
"""What a column holds: JSON is written by :func:`encode`, a time by :func:`written`."""


def written(moment: dt.datetime) -> str:
    """Write a time as text of one width, so that its order is the order of time."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


_READ: dict[Kind, Callable[[str], Any]] = {
    "json": json.loads,
    "moment": dt.datetime.fromisoformat,
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Table:
    """
    A table as the code uses it; ``migrations`` makes it in a file.

    Attributes:
        name: Its name.
        columns: What each column holds, in their order.
        inner: Columns that are in no record.
    """

    name: str
    columns: dict[str, Kind]
    inner: frozenset[str] = frozenset()

    @cached_property
    def shown(self) -> str:
        """The columns of a record, for SQL."""
        return ", ".join(f'"{name}"' for name in self.columns if name not in self.inner)

    @cached_property
    def select(self) -> str:
        """The statement that reads records; a condition may follow."""
        return f"SELECT {self.shown} FROM {self.name}"  # noqa: S608 - our own names

    @cached_property
    def insert(self) -> str:
        """The statement that adds a row of which all is given."""
        names = ", ".join(f'"{name}"' for name in self.columns)
        places = ", ".join(f":{name}" for name in self.columns)
        return f"INSERT INTO {self.name} ({names}) VALUES ({places})"  # noqa: S608

    def record(self, row: Sequence[Any]) -> dict[str, Any]:
        """Return a row that :attr:`select` found, by column, as what it stands for."""
        return {
            name: value if read is None else read(value)
            for (name, read), value in zip(self._readers, row, strict=True)
        }

    def row(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return a record as :attr:`insert` takes it; its JSON is encoded already."""
        return {
            name: written(value) if self.columns.get(name) == "moment" else value
            for name, value in record.items()
        }

    @cached_property
    def _readers(self) -> list[tuple[str, Callable[[str], Any] | None]]:
        return [
            (name, _READ.get(kind))
            for name, kind in self.columns.items()
            if name not in self.inner
        ]


def _texts(*names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, "text")


_SEQ: dict[str, Kind] = {"seq": "integer"}
_VALUE: dict[str, Kind] = {"value": "json"}
_AT: dict[str, Kind] = {"at": "moment"}

MIGRATION = Table(
    name="migration", columns={"number": "integer", "name": "text", **_AT}
)
CLOCK = Table(name="clock", columns={"only": "integer", "revision": "integer", **_AT})
WORKSHOP = Table(
    name="workshop",
    columns={
        "only": "integer",
        **_texts("id", "kit", "kit_version", "institution", "lang", "track"),
        "created_at": "moment",
        "keep_until": "text",
    },
    inner=frozenset({"only"}),
)
PARTICIPANT = Table(
    name="participant",
    columns={
        **_texts("id", "token_hash", "alias", "role", "lang"),
        "joined_at": "moment",
        "consent_until": "text",
    },
    inner=frozenset({"token_hash"}),
)
ANSWER = Table(
    name="answer",
    columns={
        **_SEQ,
        "round": "integer",
        **_texts("question", "participant"),
        **_VALUE,
        **_texts("kit_version", "wording_hash", "key"),
        **_AT,
    },
)
DRAFT = Table(
    name="draft",
    columns={**_texts("participant", "question"), **_VALUE, **_AT, "key": "text"},
)
DECISION = Table(
    name="decision",
    columns={
        **_SEQ,
        "question": "text",
        **_VALUE,
        **_texts("reason", "variant", "dissent", "by", "checked_by", "checked_on"),
        **_texts("kit_version", "wording_hash", "key"),
        **_AT,
    },
)
ACTION = Table(
    name="action",
    columns={
        **_SEQ,
        **_texts("kind", "about"),
        **_VALUE,
        **_texts("by", "key"),
        **_AT,
    },
)
PRESENCE = Table(name="presence", columns={**_texts("participant", "host"), **_AT})
HOST = Table(
    name="host", columns={**_texts("id", "process"), "beats": "integer", **_AT}
)
ERASURE = Table(
    name="erasure",
    columns={
        **_SEQ,
        **_texts("participant", "by", "reason"),
        "answers": "integer",
        **_AT,
    },
)
WAIVER = Table(
    name="waiver", columns={**_SEQ, **_texts("rule", "name", "reason"), **_AT}
)
MEASUREMENT = Table(
    name="measurement",
    columns={
        **_SEQ,
        "kpi": "text",
        "kpi_version": "integer",
        **_texts("channel", "period"),
        "value": "real",
        "unit": "text",
        "n": "integer",
        "source": "text",
        **_AT,
    },
)
SIGNOFF = Table(
    name="signoff",
    columns={
        **_SEQ,
        **_texts("step", "name", "role", "day", "note", "version", "key"),
        **_AT,
    },
)
SNAPSHOT = Table(
    name="snapshot",
    columns={
        **_SEQ,
        **_texts("name", "version", "kit_version", "program"),
        "content": "json",
        **_AT,
    },
)
TABLES = {
    table.name: table
    for table in (
        *(MIGRATION, CLOCK, WORKSHOP, PARTICIPANT, ANSWER, DRAFT, DECISION, ACTION),
        *(PRESENCE, HOST, ERASURE, WAIVER, MEASUREMENT, SIGNOFF, SNAPSHOT),
    )
}
"""All of them, by name."""
