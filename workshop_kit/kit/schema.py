"""Describes the files of a kit to editors, as JSON Schema, made of the models."""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any

from workshop_kit.kit.model import Aspect, Content, DocumentPlan, Kit, Option, Rule
from workshop_kit.kit.plain import adapter

if TYPE_CHECKING:
    from pathlib import Path


DIALECT = "https://json-schema.org/draft/2020-12/schema"

_FIELD = re.compile(r"^ {4}(?P<names>\w+(?:, \w+)*): (?P<words>.+)$")
_NAME = r"^[a-z][a-z0-9_]*$"


def schemas() -> dict[str, dict[str, Any]]:
    """Return a schema for each sort of file, by its name: kit, aspect and so on."""
    kit = _schema(Kit)
    for key in ("rules", "document"):  # in files of their own
        del kit["properties"][key]
        kit["required"].remove(key)
    kit["properties"]["aspects"] = {
        "type": "array",
        "items": {"type": "string", "pattern": _NAME},
        "minItems": 1,
        "description": "The files in questions/, in order, without .yaml.",
    }
    option = _schema(Option)
    rule = _schema(Rule)
    return {
        "kit": _tidy(kit),
        "aspect": _tidy(_with_lists(_schema(Aspect))),
        "document": _tidy(_schema(DocumentPlan)),
        "rules": _tidy(_many({"type": "array"}, "items", rule)),
        "lists": _tidy(
            _many(
                {"type": "object", "propertyNames": {"pattern": _NAME}},
                "additionalProperties",
                {"type": "array", "items": option},
            )
        ),
    }


def write(folder: Path) -> list[Path]:
    """Write a file for each schema into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {folder / f"{kind}.json": schema for kind, schema in schemas().items()}
    for path, schema in made.items():
        path.write_bytes(as_file(schema))
    return list(made)


def as_file(schema: dict[str, Any]) -> bytes:
    """Return a schema as the content of a file; the same each time."""
    return (json.dumps(schema, indent=1, ensure_ascii=False) + "\n").encode()


def _schema(model: type[Content]) -> dict[str, Any]:
    made = adapter(model).json_schema()
    for each in (model, *Content.__subclasses__()):
        found = made if each is model else made.get("$defs", {}).get(each.__name__)
        if found is not None:
            _explain(found, each)
    if "Clause" in made.get("$defs", {}):
        _with_plain_clauses(made)
    return made


def _explain(schema: dict[str, Any], model: type[Content]) -> None:
    """Put what the docstring says of each field beside it, where editors show it."""
    words = inspect.cleandoc(model.__doc__ or "").replace("``", "'").replace("*", "'")
    head, _, fields = words.partition("Attributes:\n")
    schema["description"] = " ".join(head.split())
    said: dict[str, str] = {}
    names: list[str] = []
    for line in fields.splitlines():
        if field := _FIELD.match(line):
            names = field["names"].split(", ")
            said |= dict.fromkeys(names, field["words"])
        else:
            said |= {name: f"{said[name]} {line.strip()}".strip() for name in names}
    for name, text in said.items():
        if name in schema.get("properties", {}):
            plain = re.sub(r":\w+:`[~]?([^`]*)`", r"\1", text)
            schema["properties"][name]["description"] = plain


def _with_lists(schema: dict[str, Any]) -> dict[str, Any]:
    """Let options be the name of a shared list."""
    for name in ("Question", "Column"):
        options = schema["$defs"][name]["properties"]["options"]
        own = {"type": "array", "items": options.pop("items")}
        del options["type"]
        options["anyOf"] = [{"type": "string", "pattern": _NAME}, own]
    return schema


def _with_plain_clauses(schema: dict[str, Any]) -> None:
    """Let a clause be one text in each language, which is its balanced wording."""
    full = schema["$defs"]["Clause"]
    schema["$defs"]["Clause"] = {
        "description": full.pop("description"),
        "anyOf": [full["properties"]["balanced"], full],
    }


def _many(outer: dict[str, Any], key: str, inner: dict[str, Any]) -> dict[str, Any]:
    holder = inner.get("items", inner)
    found = holder.pop("$defs", {})
    return {"$defs": found, **outer, key: inner}


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing, and let no name through that does not fit."""
    tidy = _tidied(schema)
    used = _used({key: part for key, part in tidy.items() if key != "$defs"}, tidy)
    found = {name: part for name, part in tidy.get("$defs", {}).items() if name in used}
    return {"$schema": DIALECT, **tidy, "$defs": found}


def _used(part: Any, schema: dict[str, Any]) -> set[str]:
    """Return the names of the definitions that a part comes to, by whatever way."""
    if isinstance(part, list):
        return {name for item in part for name in _used(item, schema)}
    if not isinstance(part, dict):
        return set()
    names = {name for value in part.values() for name in _used(value, schema)}
    if isinstance(part.get("$ref"), str):
        name = part["$ref"].removeprefix("#/$defs/")
        names |= {name} | _used(schema["$defs"][name], schema)
    return names


def _tidied(part: Any) -> Any:
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {
        key: _tidied(value)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str)) and key != "default"
    }
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return kept
