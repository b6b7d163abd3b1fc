"""How records lie in the file: tables, times and JSON values."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Float, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator

from workshop_kit.errors import N_, StoreError

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

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


class JsonText(TypeDecorator[Any]):
    """A value that :func:`encode` has written, read back as what it was."""

    impl = Text
    cache_ok = True

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> Any:
        """Read the JSON text."""
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[dt.datetime]):
    """A time in UTC as text of one width, so that its order is the order of time."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self,
        value: dt.datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> str | None:
        """Write as ``2026-11-23T14:05:00.000000Z``."""
        return None if value is None else written(value)

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> dt.datetime | None:
        """Read a time that knows its zone."""
        return None if value is None else dt.datetime.fromisoformat(value)


def written(moment: dt.datetime) -> str:
    """Write a time as it lies in the file."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _seq() -> Column[int]:
    return Column("seq", Integer, primary_key=True)


def _value() -> Column[Any]:
    return Column("value", JsonText, nullable=False)


def _at(name: str = "at") -> Column[dt.datetime]:
    return Column(name, Moment, nullable=False)


METADATA = MetaData()
"""The tables as the code uses them; ``migrations`` makes them in a file."""

MIGRATION = Table(
    "migration",
    METADATA,
    Column("number", Integer, primary_key=True),
    *_texts("name"),
    _at(),
)
CLOCK = Table(
    "clock",
    METADATA,
    Column("only", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    _at(),
)
WORKSHOP = Table(
    "workshop",
    METADATA,
    Column("only", Integer, primary_key=True),
    *_texts("id", "kit", "kit_version", "institution", "lang", "track"),
    _at("created_at"),
    *_texts("keep_until"),
)
PARTICIPANT = Table(
    "participant",
    METADATA,
    Column("id", Text, primary_key=True),
    *_texts("token_hash", "alias", "role", "lang"),
    _at("joined_at"),
    *_texts("consent_until"),
)
ANSWER = Table(
    "answer",
    METADATA,
    _seq(),
    Column("round", Integer, nullable=False),
    *_texts("question", "participant"),
    _value(),
    *_texts("kit_version", "wording_hash", "key"),
    _at(),
)
DRAFT = Table(
    "draft",
    METADATA,
    Column("participant", Text, primary_key=True),
    Column("question", Text, primary_key=True),
    _value(),
    _at(),
    *_texts("key"),
)
DECISION = Table(
    "decision",
    METADATA,
    _seq(),
    *_texts("question"),
    _value(),
    *_texts("reason", "variant", "dissent", "by", "checked_by", "checked_on"),
    *_texts("kit_version", "wording_hash", "key"),
    _at(),
)
ACTION = Table(
    "action",
    METADATA,
    _seq(),
    *_texts("kind", "about"),
    _value(),
    *_texts("by", "key"),
    _at(),
)
PRESENCE = Table(
    "presence",
    METADATA,
    Column("participant", Text, primary_key=True),
    *_texts("host"),
    _at(),
)
HOST = Table(
    "host",
    METADATA,
    Column("id", Text, primary_key=True),
    *_texts("process"),
    Column("beats", Integer, nullable=False),
    _at(),
)
ERASURE = Table(
    "erasure",
    METADATA,
    _seq(),
    *_texts("participant", "by", "reason"),
    Column("answers", Integer, nullable=False),
    _at(),
)
WAIVER = Table("waiver", METADATA, _seq(), *_texts("rule", "name", "reason"), _at())
MEASUREMENT = Table(
    "measurement",
    METADATA,
    _seq(),
    *_texts("kpi"),
    Column("kpi_version", Integer, nullable=False),
    *_texts("channel", "period"),
    Column("value", Float),
    *_texts("unit"),
    Column("n", Integer, nullable=False),
    *_texts("source"),
    _at(),
)
SIGNOFF = Table(
    "signoff",
    METADATA,
    _seq(),
    *_texts("step", "name", "role", "day", "note", "version", "key"),
    _at(),
)
SNAPSHOT = Table(
    "snapshot",
    METADATA,
    _seq(),
    *_texts("name", "version", "kit_version", "program"),
    Column("content", JsonText, nullable=False),
    _at(),
)
