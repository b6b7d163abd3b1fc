"""Says what is wrong with a file of a kit, to somebody who does not program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, KitError
from workshop_kit.kit.model import Unfit

if TYPE_CHECKING:
    import yaml
    from pydantic_core import ErrorDetails

_SHOWN = 40
"""Characters of a wrong value that are shown; it is there to be recognised."""

_WORDS = {
    "missing": N_("'{key}' is missing."),
    "unexpected_keyword_argument": N_("'{key}' is not a key that is known here."),
    "invalid_key": N_("'{key}' is not a key that is known here."),
    "string_type": N_("'{key}' has to be a text; {value} is not. Put it in quotes."),
    "literal_error": N_("'{key}' cannot be {value}; use one of {expected}."),
    "string_too_short": N_("'{key}' is empty."),
    "greater_than": N_("'{key}' has to be more than {gt}; {value} is not."),
    "less_than_equal": N_("'{key}' has to be {le} or less; {value} is not."),
    "tuple_type": N_("'{key}' has to be a list, such as [one, another]."),
    "float": N_("'{key}' has to be a number; {value} is not."),
    "int": N_("'{key}' has to be a whole number; {value} is not."),
    "bool": N_("'{key}' has to be true or false; {value} is neither."),
    "dataclass": N_("'{key}' has to hold keys with values; {value} does not."),
}
_MAPS = {
    "minutes": N_("'{key}' has to name tracks with minutes, such as {{short: 3}}."),
    "sources": N_("'{key}' has to hold codes, each with at least a title."),
    "tracks": N_("'{key}' has to hold tracks, each with label and minutes."),
}
"""What keys hold that hold other things than a text in each language."""

_TEXT = N_("'{key}' has to be a text in each language, such as {{nl: …, en: …}}.")
_LOOKS = {
    r"^[a-z]{2}$": N_(
        "{value} is not a language; write two small letters, such as nl or en."
    ),
    r"^[a-z][a-z0-9_]*$": N_(
        "{value} cannot be a name here; write small letters, digits and _ only."
    ),
    r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$": N_(
        "'{key}' cannot be {value}; write a group, a point and a name in small letters,"
        " such as goals.which."
    ),
    r"^\d+\.\d+\.\d+$": N_(
        "'{key}' cannot be {value}; write three numbers, such as 1.0.0."
    ),
    r"^[A-Z][A-Z0-9]*-[0-9]+$": N_(
        "'{key}' cannot be {value}; write capitals, a dash and a number, such as"
        " GOAL-1."
    ),
}
"""What a text has to look like, by the pattern of the model."""

_REST = N_("'{key}' cannot be {value}: {message}.")

_YAML = {
    "did not find expected ',' or '}'": N_("a comma or a closing brace is missing."),
    "did not find expected ',' or ']'": N_("a comma or a closing bracket is missing."),
    "did not find expected '-' indicator": N_("it stands too far to the left."),
    "did not find expected key": N_("it does not line up with the lines above it."),
    "could not find expected ':'": N_("a colon is missing after a key."),
    "mapping values are not allowed in this context": N_(
        "there is a second colon; put the text in quotes."
    ),
    "found character that cannot start any token": N_(
        "a text begins with a character that needs quotes, or with a tab."
    ),
    "found a tab character that violates indentation": N_(
        "there is a tab; indent with spaces."
    ),
    "found undefined alias": N_("a text begins with *; put it in quotes."),
    "found unexpected end of stream": N_("a closing quote is missing."),
    "but found another document": N_("--- stands in the middle; take it out."),
}
"""What the reader of YAML says, in words for who wrote it."""

NO_KEY = "this cannot be a key"
"""What our reader of YAML says of a list or block in the place of a key."""

_YAML[NO_KEY] = N_("a key has to be one word; a text in braces needs quotes.")

NO_VALUE = "this cannot be a value"
"""What our reader of YAML says of a value that is not what it says, or is too long."""

_YAML[NO_VALUE] = N_("a number, or what stands behind !!, cannot be read; quote it.")

TOO_DEEP = "this is nested too deep"
"""What our reader of YAML says before it would go too deep into a file."""

_YAML[TOO_DEEP] = N_("too much is nested in itself here.")
_TWICE = re.compile(r"'(?P<key>.*)' stands here twice", re.DOTALL)
_NO_TAG = "could not determine a constructor for the tag"
_LINES = N_("Look at this line and the one above: indents, colons, quotes.")


def not_yaml(error: yaml.YAMLError | RecursionError, file: str) -> KitError:
    """Say what is wrong with a file that is not YAML, and on which line."""
    mark = getattr(error, "problem_mark", None)
    where = f"{file}, line {mark.line + 1}" if mark else file
    if isinstance(error, RecursionError):
        return KitError(_YAML[TOO_DEEP], where=where)
    from yaml.reader import ReaderError  # noqa: PLC0415 - a good kit is kept as JSON

    if isinstance(error, ReaderError):
        return KitError(
            N_("there is a character in it that no text has."),
            where=where,
            fix=N_("Save it as plain text in UTF-8."),
        )
    problem = str(getattr(error, "problem", None) or error)
    if twice := _TWICE.fullmatch(problem):
        what = N_("this is not valid YAML: '{key}' stands here twice.")
        return KitError(what, where=where, fix=_LINES, key=twice["key"])
    if problem.startswith(_NO_TAG):
        what = N_("this is not valid YAML: a text begins with ! or <<; quote it.")
        return KitError(what, where=where)
    if problem in _YAML:
        return KitError(_YAML[problem], where=where, fix=_LINES)
    what = N_("this is not valid YAML (“{problem}”).")
    return KitError(what, where=where, fix=_LINES, problem=problem)


def not_fitting(
    detail: ErrorDetails, data: Any, file: str, inside: str = ""
) -> KitError:
    """
    Say what does not fit, and where by the ids of the things on the way to it.

    Args:
        detail: What pydantic found.
        data: What was read.
        file: From which file.
        inside: A thing in that file that *data* is, such as ``rule 'GOAL-1'``.
    """
    loc = detail["loc"]
    context = detail.get("ctx", {})
    unfit = context.get("error")
    if loc and loc[-1] == "[key]":
        # What is wrong is a name that somebody gave, so it is said under what holds it.
        loc = (*loc[:-2], "")
    elif detail["type"] == "invalid_key":  # a number, which is no place in a list
        loc = (*loc[:-1], str(loc[-1]))
    where = ", ".join([file, *filter(None, [inside]), *_way(loc, data)])
    if isinstance(unfit, Unfit):
        return KitError(unfit.what, where=where, **unfit.slots)
    slots: dict[str, Any] = {
        "key": _key(loc) or file,
        "value": shown(detail.get("input")),
        "expected": ", ".join(re.findall(r"'[^']*'", str(context.get("expected", "")))),
        "message": detail["msg"].removesuffix("."),
        **{name: f"{context[name]:g}" for name in ("gt", "le") if name in context},
    }
    return KitError(_template(detail, str(slots["key"])), where=where, **slots)


def _template(detail: ErrorDetails, key: str) -> str:
    kind = detail["type"]
    if kind == "dict_type":
        return _MAPS.get(key, _TEXT)
    if kind == "string_pattern_mismatch":
        return _LOOKS[str(detail["ctx"]["pattern"])]
    return _WORDS.get(kind) or _WORDS.get(kind.partition("_")[0], _REST)


def shown(value: Any) -> str:
    """Write a value as it might stand in the file, so that it can be found there."""
    if isinstance(value, str):
        cut = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
        return f"'{cut}'"
    import yaml  # noqa: PLC0415 - a good kit is kept as JSON

    try:
        flow = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True)
    except (yaml.YAMLError, RecursionError):  # something that was read already
        return "…"
    text = flow.removesuffix("\n").removesuffix("\n...").replace("\n ", "")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _key(loc: tuple[int | str, ...]) -> str:
    """Return the key that holds the value, also where it holds a list."""
    return next((step for step in reversed(loc) if isinstance(step, str)), "")


def _way(loc: tuple[int | str, ...], data: Any) -> list[str]:
    """Say a place by the ids of the things on the way to it, not by their number."""
    words: list[str] = []
    named = loc and isinstance(loc[-1], int)
    for step in loc if named else loc[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(step, int):
            name = data.get("id") if isinstance(data, dict) else None
            kind = words[-1].removesuffix("s") if words else ""
            if kind in KitError.KINDS:
                words.pop()
            else:
                kind = "item"
            words.append(f"{kind} '{name}'" if name else f"{kind} {step + 1}")
        else:
            words.append(step)
    return words
