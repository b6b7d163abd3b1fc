"""Reads a kit from its folder of YAML files and says all that is wrong with it."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from workshop_kit.errors import N_, KitError
from workshop_kit.kept import kept
from workshop_kit.kit.model import Aspect, DocumentPlan, Kit, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

_Model = TypeVar("_Model", bound=BaseModel)

SHIPPED = Path(str(files("workshop_kit") / "kits"))
"""Where the kits live that come with the package."""

_CODE = [Path(__file__).with_name(n) for n in ("load.py", "model.py", "parse.py")]
"""What makes a kit of its files."""

_SCHEMA_WORDS = {
    "missing": N_("'{key}' is missing."),
    "extra_forbidden": N_("'{key}' is not a key that is known here."),
    "string_type": N_("'{key}' has to be a text; {value} is not. Put it in quotes."),
    "literal_error": N_("'{key}' cannot be {value}; use one of {expected}."),
    "string_pattern_mismatch": N_(
        "'{key}' cannot be {value}; it has to look like {pattern}."
    ),
    "dict_type": N_(
        "'{key}' has to be a text in each language, such as {{nl: …, en: …}}."
    ),
    "string_too_short": N_("'{key}' is empty."),
    "value_error": N_("{message}."),
}


def names() -> tuple[str, ...]:
    """Return the ids of the kits that come with the package."""
    return tuple(sorted(p.parent.name for p in SHIPPED.glob("*/kit.yaml")))


def find(kit: str | Path) -> Path:
    """
    Return the folder of a kit given by id or by path.

    Raises:
        KitError: If there is no such kit.
    """
    folder = SHIPPED / kit if str(kit) in names() else Path(kit)
    if (folder / "kit.yaml").is_file():
        return folder
    raise KitError(
        N_("there is no kit here: 'kit.yaml' is missing."),
        where=str(kit),
        fix=N_("Give the folder of a kit, or one of these: {kits}."),
        kits=", ".join(names()),
    )


def load(kit: str | Path) -> Kit:
    """
    Read a kit, given by id or by folder.

    Raises:
        KitError: If there is no such kit or it cannot be used; the first problem
            in words, and how many more there are.
    """
    return _load(find(kit))


@cache
def _load(folder: Path) -> Kit:
    # A tenth of the time that YAML takes, and checked as well.
    content = kept(
        folder / "kit.yaml",
        ".json",
        _sources(folder),
        lambda: _faultless(folder).model_dump_json().encode(),
    )
    return Kit.model_validate_json(content)


def _sources(folder: Path) -> Iterator[bytes]:
    """Give all that decides what a kit becomes; a file that cannot be read is empty."""
    own = (*folder.glob("*.yaml"), *folder.glob("questions/*.yaml"))
    for path in (*_CODE, *sorted(own)):
        yield path.name.encode()
        try:
            yield path.read_bytes()
        except OSError:
            yield b""


def _faultless(folder: Path) -> Kit:
    kit, problems = read(folder)
    if kit is not None:
        return kit
    first = problems[0]
    raise KitError(
        first.what,
        where=first.where,
        fix=N_("See all {count} problems with: workshop-kit check {folder}"),
        **{**first.slots, "count": len(problems), "folder": folder},
    )


def read(folder: Path) -> tuple[Kit | None, list[KitError]]:
    """
    Read every file of a kit, going on after a problem.

    Returns:
        The kit, or None if any file does not fit the model, and the problems.
    """
    problems: list[KitError] = []
    head = _yaml(folder, "kit.yaml", problems)
    lists = _yaml(folder, "lists.yaml", problems, empty={})
    rules = _yaml(folder, "rules.yaml", problems, empty=[])
    plan = _yaml(folder, "document.yaml", problems)
    if not isinstance(head, dict):
        return None, problems
    aspects = []
    for name in _aspect_names(head, problems):
        file = f"questions/{name}.yaml"
        data = _yaml(folder, file, problems)
        if data is not None:
            _put_lists_in(data, lists, file, problems)
            aspects.append(_model(Aspect, data, file, problems))
    checked_rules = [_model(Rule, rule, "rules.yaml", problems) for rule in rules or ()]
    checked_plan = plan and _model(DocumentPlan, plan, "document.yaml", problems)
    parts = {"aspects": aspects, "rules": checked_rules, "document": checked_plan}
    if problems or not plan:
        _model(
            Kit,
            {**head, "aspects": (), "rules": (), "document": _NO_PLAN},
            "kit.yaml",
            problems,
        )
        return None, problems
    return _model(Kit, {**head, **parts}, "kit.yaml", problems), problems


_NO_PLAN = {
    "title": {"en": "-"},
    "sections": (),
    **dict.fromkeys(("institution", "owner", "approved_by", "review_date"), "a.b"),
}


def _yaml(folder: Path, file: str, problems: list[KitError], empty: Any = None) -> Any:
    # A kit that was read before is kept, and needs no YAML.
    from workshop_kit.kit.parse import parse  # noqa: PLC0415

    try:
        data = parse((folder / file).read_text("utf-8"), file)
    except FileNotFoundError:
        if empty is None:
            problems.append(
                KitError(
                    N_("this file is missing."),
                    where=file,
                    fix=N_("Make it, or take its name out of 'aspects' in kit.yaml."),
                )
            )
        return empty
    except (OSError, UnicodeDecodeError) as error:
        problems.append(
            KitError(
                N_("this file cannot be read ({error})."),
                where=file,
                fix=N_("Save it as plain text in UTF-8."),
                error=type(error).__name__,
            )
        )
        return empty
    except KitError as error:
        problems.append(error)
        return empty
    return empty if data is None else data


def _aspect_names(head: dict[str, Any], problems: list[KitError]) -> list[str]:
    names_ = head.pop("aspects", None)
    if isinstance(names_, list) and all(isinstance(name, str) for name in names_):
        return [name for name in names_ if name.isidentifier()]
    problems.append(
        KitError(
            N_("'aspects' has to be the list of the files in questions/, in order."),
            where="kit.yaml",
        )
    )
    return []


def _put_lists_in(
    data: Any, lists: Mapping[str, Any], file: str, problems: list[KitError]
) -> None:
    """Replace ``options: name`` by the shared list of that name."""
    for question in _dicts(data, "questions"):
        for holder in (question, *_dicts(question, "columns")):
            name = holder.get("options")
            if not isinstance(name, str):
                continue
            if name in lists:
                holder["options"] = lists[name]
                continue
            holder["options"] = []
            problems.append(
                KitError(
                    N_("there is no list '{name}' in lists.yaml."),
                    where=f"{file}, question '{question.get('id', '?')}', options",
                    fix=N_("Did you mean '{near}'?"),
                    name=name,
                    near=nearest(name, lists),
                )
            )


def _dicts(data: Any, key: str) -> list[dict[str, Any]]:
    items = data.get(key) if isinstance(data, dict) else None
    return [i for i in items if isinstance(i, dict)] if isinstance(items, list) else []


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that looks most like *name*, or all if none does."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return close[0] if close else ", ".join(sorted(known)[:8])


def _model(
    kind: type[_Model], data: Any, file: str, problems: list[KitError]
) -> _Model | None:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problems.extend(_in_words(detail, data, file) for detail in error.errors())
        return None


def _in_words(detail: ErrorDetails, data: Any, file: str) -> KitError:
    context = detail.get("ctx", {})
    message = str(context.get("error", "") or detail["msg"])
    slots = {
        "key": detail["loc"][-1] if detail["loc"] else file,
        "value": repr(detail.get("input")),
        "expected": context.get("expected", ""),
        "pattern": context.get("pattern", ""),
        "message": message.removesuffix("."),
    }
    template = _SCHEMA_WORDS.get(
        detail["type"], N_("'{key}' cannot be {value}: {message}.")
    )
    return KitError(
        template, where=", ".join([file, *_place(detail["loc"], data)]), **slots
    )


def _place(loc: tuple[int | str, ...], data: Any) -> list[str]:
    """Say a place by the ids of the things on the way to it, not by their number."""
    words: list[str] = []
    whole = loc if loc and isinstance(loc[-1], int) else loc[:-1]
    for step in whole:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(step, int):
            name = data.get("id") if isinstance(data, dict) else None
            kind = words.pop().removesuffix("s") if words else "item"
            words.append(f"{kind} '{name}'" if name else f"{kind} {step + 1}")
        else:
            words.append(step)
    return words
