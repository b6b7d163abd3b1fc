"""Dataclasses as JSON, and back: quickly where they are ours, checked where not."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import TypeAdapter

_T = TypeVar("_T")
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


class Strict:
    """A record in which data of others may have no other names than its own."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}


def adapter(kind: type[_T]) -> TypeAdapter[_T]:
    """Return what pydantic makes of a kind of record."""
    if kind not in _ADAPTERS:
        # To import it takes longer than most of what we do; only who reads data waits.
        from pydantic import TypeAdapter  # noqa: PLC0415

        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def checked(kind: type[_T], data: Any) -> _T:
    """
    Make a record of a JSON value that may come from anybody.

    Raises:
        ValidationError: Of pydantic, if it does not fit.
    """
    return adapter(kind).validate_python(data)


def written(value: Any, plain: Callable[[Any], Any] | None = None) -> str:
    """
    Write records, and all that they hold, as JSON in one line.

    Args:
        value: A JSON value in which records may stand, and days.
        plain: Makes a value of a record; by default that of :func:`fields`.
    """
    dumps = partial(
        json.dumps,
        default=plain or _plain,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    try:
        return dumps(value, allow_nan=False)
    except ValueError:
        # What JSON takes for no number is not known.
        return dumps(json.loads(dumps(value), parse_constant=lambda _: None))


def hashed(record: Any) -> str:
    """Return the hash of all that a record holds."""
    return hashlib.sha256(written(record).encode()).hexdigest()[:16]


def fields(record: Any) -> dict[str, Any]:
    """Return what a record holds, by name."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat().replace("+00:00", "Z")
    return fields(value)
