"""Writes the tree of a document as JSON, and reads it back."""

from __future__ import annotations

import base64
import binascii
import types
import typing
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, Literal

from workshop_kit.errors import N_, ExportError
from workshop_kit.export.document import Block, Document

_KINDS: dict[str, type] = {kind.__name__: kind for kind in typing.get_args(Block)}


def to_json(tree: Document | Block) -> dict[str, Any]:
    """Return a document or a block as JSON; the bytes of a picture as base64."""
    return typing.cast("dict[str, Any]", _encode(tree))


def from_json(data: Any) -> Document:
    """
    Read what :func:`to_json` wrote.

    Raises:
        ExportError: If it is not such a tree; the message names the place.
    """
    return typing.cast("Document", _decode(Document, data, "document", 0))


def _encode(value: object) -> object:
    if isinstance(value, tuple):
        return [_encode(part) for part in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if not hasattr(value, "__dataclass_fields__"):
        return value
    encoded = {one.name: _encode(getattr(value, one.name)) for one in fields(value)}  # type: ignore[arg-type]
    kind = type(value).__name__
    return {"type": kind, **encoded} if kind in _KINDS else encoded


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


_JSON_DEPTH = 64


def _decode(hint: Any, value: Any, place: str, depth: int) -> object:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if depth > _JSON_DEPTH:
        raise _unreadable(place)
    if origin in (types.UnionType, typing.Union):
        name = value.get("type") if isinstance(value, dict) else None
        if not isinstance(name, str) or name not in _KINDS:
            raise _unreadable(place)
        return _decode_record(_KINDS[name], value, place, depth)
    if origin is tuple:
        return _decode_tuple(arguments, value, place, depth)
    if hasattr(hint, "__dataclass_fields__"):
        return _decode_record(hint, value, place, depth)
    return _decode_plain(hint, value, place)


def _decode_plain(hint: Any, value: Any, place: str) -> object:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is bytes and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise _unreadable(place) from None
    if origin is dict:
        fits = isinstance(value, dict) and all(
            isinstance(part, str) for pair in value.items() for part in pair
        )
    elif origin is Literal:
        fits = isinstance(value, str) and value in arguments
    else:
        fits = type(value) is hint
    if not fits:
        raise _unreadable(place)
    return value


def _decode_tuple(arguments: Any, value: Any, place: str, depth: int) -> object:
    if not isinstance(value, list):
        raise _unreadable(place)
    if arguments[-1] is Ellipsis:
        arguments = arguments[:1] * len(value)
    if len(arguments) != len(value):
        raise _unreadable(place)
    return tuple(
        _decode(hint, part, f"{place}[{number}]", depth + 1)
        for number, (hint, part) in enumerate(zip(arguments, value, strict=True))
    )


def _decode_record(kind: Any, value: Any, place: str, depth: int) -> object:
    if not isinstance(value, dict):
        raise _unreadable(place)
    given = {}
    for one in fields(kind):
        if one.name in value:
            given[one.name] = _decode(
                _hints(kind)[one.name],
                value[one.name],
                f"{place}.{one.name}",
                depth + 1,
            )
        elif one.default is MISSING and one.default_factory is MISSING:
            missing = f"{place}.{one.name}"
            raise _unreadable(missing)
    return kind(**given)


def _unreadable(place: str) -> ExportError:
    return ExportError(
        N_("these are not the blocks of a document."),
        where=place,
        fix=N_("Make the output again with this version of workshop_kit."),
    )
