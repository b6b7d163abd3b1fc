"""The whole policy as JSON, from which a workshop can be made again."""

# ruff: noqa: TC001 - pydantic reads the annotations
from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from workshop_kit import __version__
from workshop_kit.errors import N_, PolicyError, StoreError
from workshop_kit.kit.model import Option
from workshop_kit.kit.plain import Strict, checked, fields, written
from workshop_kit.kit.validate import clean
from workshop_kit.metrics.kept import Kept
from workshop_kit.policy.model import Policy
from workshop_kit.policy.outline import Asked
from workshop_kit.store.records import (
    Decision,
    Measurement,
    Signoff,
    Waiver,
    Workshop,
)
from workshop_kit.store.tables import encode

SCHEMA = "workshop-kit-policy"
VERSION = 1
"""Goes up when a reader of the version before would misunderstand the file."""

ATTACHMENT = "policy.json"
"""Name of the attachment in a PDF that carries it."""

ELEMENT = "workshop-kit-policy"
"""Id of the element in a web page that carries it: a ``script`` of type
``application/json``, which browsers do not run."""

MOST_BYTES = 32_000_000
"""Size above which it is not read; a policy is a thousandth of that."""

_SHOWN = 80

_FIRST, _LAST = 1970, 9999

_BEFORE = re.compile(r"^.*(?=[/\\][^/\\])", re.DOTALL)
"""What stands before the last name of a path, of whatever system."""

_SAFE_IN_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


@dataclass(frozen=True, kw_only=True)
class Exchange(Strict):
    """
    All that a policy is made of, and how it read.

    Who took part and what each of them answered is not in it: a policy is handed
    out to everybody, and nothing travels in it unseen that people wrote in the room.

    Attributes:
        program: Version of workshop-kit that wrote it.
        policies: How it read, per language; these words are never made again. The
            figures (``judged``) may be left out, as they are drawn from measurements.
        options: Ideas that became options of a question, by question.
        questions: The kit's questions as they were worded.
        decisions: Those that stood.
        comments: Counts of comments coded by hand, and quotes of people who agreed.
        signoffs: All steps ever taken.
    """

    program: str = __version__
    workshop: Workshop
    policies: dict[str, Policy]
    decisions: tuple[Decision, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    comments: Kept | None = None
    signoffs: tuple[Signoff, ...] = ()
    options: dict[str, tuple[Option, ...]] = field(default_factory=dict)
    questions: dict[str, Asked] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The version of the policy, as printed on it; empty if there is none."""
        return next((policy.version for policy in self.policies.values()), "")


def to_json(exchange: Exchange) -> dict[str, Any]:
    """Return it as a JSON value that says which schema it follows."""
    found: dict[str, Any] = json.loads(written(_content(exchange)))
    return found


def _content(exchange: Exchange) -> dict[str, Any]:
    return {"schema": SCHEMA, "schema_version": VERSION, **fields(exchange)}


def dump(exchange: Exchange) -> bytes:
    """
    Return it as the bytes of a file; the same policy gives the same bytes.

    They can stand in a web page as they are: no character in them means anything
    to HTML. Of a kit in a folder they tell the name, not where it is on a computer.
    """
    about = exchange.workshop
    about = replace(about, kit=_BEFORE.sub(".", about.kit))
    words = _in_lines(_content(replace(exchange, workshop=about)))
    # Outside strings JSON has none of these, and inside it may be written so.
    for char, escaped in _SAFE_IN_HTML.items():
        words = words.replace(char, escaped)
    return words.encode()


def _in_lines(content: dict[str, Any]) -> str:
    """Write a line for each thing; Python is slow where it has to indent."""
    between = ",\n"
    lines = [
        f'"{name}":[\n{between.join(map(written, held))}\n]'
        if isinstance(held, tuple)
        else f'"{name}":{written(held)}'
        for name, held in content.items()
    ]
    return f"{{\n{between.join(lines)}\n}}"


def read_json(content: bytes | str, *, where: str = "") -> Exchange:
    """
    Read back what :func:`dump` wrote.

    Args:
        content: The file; it may come from anybody.
        where: Its name, for messages.

    Raises:
        PolicyError: If it is no such file, too large, damaged, or newer than this
            program.
    """
    if len(content) > MOST_BYTES:
        raise too_large(where, len(content))
    try:
        data = json.loads(content)
        encode(data)
    except (ValueError, RecursionError, StoreError):
        raise no_policy(where) from None
    return from_json(data, where=where)


def from_json(data: Any, *, where: str = "") -> Exchange:
    """
    Read back what :func:`to_json` returned.

    Raises:
        PolicyError: As :func:`read_json`.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise no_policy(where)
    found = data.get("schema_version")
    if isinstance(found, int) and found > VERSION:
        raise PolicyError(
            N_("This policy was written by a newer workshop-kit (schema {found})."),
            where=where,
            fix=N_("Update workshop-kit, which knows schemas up to {known}."),
            found=found,
            known=VERSION,
        )
    content = {k: v for k, v in data.items() if k not in {"schema", "schema_version"}}
    from pydantic import ValidationError  # noqa: PLC0415 - who writes needs none

    try:
        read = checked(Exchange, content)
    except ValidationError as error:
        loc = error.errors(include_url=False)[0]["loc"]
        # Names in it may come from anybody, and are shown in a terminal.
        place = " ".join(clean(".".join(map(str, loc)))[:_SHOWN].split())
        raise _damaged(where, place) from None
    logs = (read.decisions, read.waivers, read.measurements, read.signoffs)
    times = [read.workshop.created_at, *(one.at for log in logs for one in log)]
    # Of other years not every platform can write the date.
    if any(at.tzinfo is None or not _FIRST < at.year < _LAST for at in times):
        raise _damaged(where, "at")
    return read


def _damaged(where: str, place: str) -> PolicyError:
    return PolicyError(
        N_("This policy is damaged at “{place}”, so it is not read."),
        where=where,
        fix=N_("Use the file as it was exported."),
        place=place,
    )


def too_large(where: str, size: int) -> PolicyError:
    """Return the error for a file of *size* bytes that nobody can have exported."""
    return PolicyError(
        N_("This file is larger than any policy ({size} MB); it is not read."),
        where=where,
        size=size // 1_000_000,
    )


def no_policy(where: str) -> PolicyError:
    """Return the error for a file in which there is no policy."""
    return PolicyError(
        N_("There is no policy of workshop-kit in this file."),
        where=where,
        fix=N_(
            "Choose the policy itself, as HTML, PDF or JSON; leaflet and summary do"
            " not carry it."
        ),
    )
