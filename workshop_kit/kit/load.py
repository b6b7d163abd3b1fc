"""Reads a kit from its folder of YAML files and says all that is wrong with it."""

from __future__ import annotations

import difflib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from workshop_kit.errors import N_, KitError, argument
from workshop_kit.kept import kept
from workshop_kit.kit.devices import is_a_device
from workshop_kit.kit.found import find, installed, packaged
from workshop_kit.kit.mistakes import not_fitting, shown
from workshop_kit.kit.model import Aspect, Content, DocumentPlan, Kit, Rule
from workshop_kit.kit.plain import adapter, checked, fields, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_Model = TypeVar("_Model", bound=Content)
_Shape = TypeVar("_Shape", dict[str, Any], list[Any])

_CODE = [
    Path(__file__).with_name(f"{name}.py")
    for name in ("load", "model", "parse", "plain")
]
"""What makes a kit of its files."""


def load(kit: str | Path) -> Kit:
    """
    Read a kit, given by id or by folder.

    Raises:
        KitError: If there is no such kit or it cannot be used; the first problem
            in words, and how to see all.
    """
    found = _load(find(kit), packaged=packaged(kit))
    # Answers are kept under the id by which a kit is asked for.
    if found.id != kit and str(kit) in installed():
        raise KitError(
            N_("this kit is installed as '{kit}' but calls itself '{id}'."),
            where=str(kit),
            fix=N_("Install a good version of it, or remove it."),
            kit=kit,
            id=found.id,
        )
    return found


def ready() -> None:
    """
    Load what a kit in a folder is read with.

    For a program that goes on with the rights of somebody else, who may not be
    allowed to read where Python is.
    """
    from workshop_kit.kit import parse  # noqa: PLC0415, F401 - with PyYAML

    adapter(Aspect)


@cache
def _load(folder: Path, *, packaged: bool) -> Kit:
    if not packaged:
        # Whoever made the folder could have put something else in the kept place.
        return _faultless(folder)
    # A hundredth of the time that YAML takes and what checks it.
    content = kept(
        folder / "kit.yaml",
        ".json",
        _sources(folder),
        lambda: _content(_faultless(folder)).encode(),
    )
    try:
        found, hashes = json.loads(content, object_hook=_built)
        vars(found)["hashes"] = hashes
    except (ValueError, TypeError, KeyError, RecursionError):
        found = None
    # It is none if somebody else wrote it.
    return found if isinstance(found, Kit) else _faultless(folder)


_KIND = "kind"
"""Under which the kind of a thing is kept; no field of the model has this name."""

_KINDS = {kind.__name__: kind for kind in Content.__subclasses__()}


def _content(kit: Kit) -> str:
    return written((kit, kit.hashes), _named)


def _named(thing: Content) -> dict[str, Any]:
    return {_KIND: type(thing).__name__, **fields(thing)}


def _built(found: dict[str, Any]) -> Any:
    kind = found.get(_KIND)
    if not isinstance(kind, str):
        return found
    lists = {k: tuple(v) for k, v in found.items() if isinstance(v, list)}
    del found[_KIND]
    return _KINDS[kind](**found | lists)


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
        fix=N_("See all that is wrong with: workshop-kit check {folder}"),
        **{**first.slots, "folder": argument(folder)},
    )


def read(folder: Path) -> tuple[Kit | None, list[KitError]]:
    """
    Read every file of a kit, going on after a problem.

    Returns:
        The kit, or None if any file does not fit the model, and the problems.
    """
    problems: list[KitError] = []
    head = _file(folder, "kit.yaml", dict, problems)
    lists = _file(folder, "lists.yaml", dict, problems, missing_is_fine=True)
    rules = _file(folder, "rules.yaml", list, problems, missing_is_fine=True)
    plan = _file(folder, "document.yaml", dict, problems)
    if head is None:
        return None, problems
    used: set[str] = set()
    aspects = []
    named = _aspect_names(head, problems)
    problems.extend(_forgotten(folder, named))
    for name in named:
        file = f"questions/{name}.yaml"
        data = _file(folder, file, dict, problems)
        if data is not None:
            used |= _put_lists_in(data, lists or {}, file, problems)
            aspects.append(_model(Aspect, data, file, problems))
            problems.extend(_misnamed(aspects[-1], name, file))
    if not problems:
        problems.extend(_unused(lists or {}, used))
    parts = {
        "aspects": aspects,
        "rules": [_rule(rule, n, problems) for n, rule in enumerate(rules or (), 1)],
        "document": plan and _model(DocumentPlan, plan, "document.yaml", problems),
    }
    if problems:
        rest = {"aspects": (), "rules": (), "document": _NO_PLAN}
        _model(Kit, {**head, **rest}, "kit.yaml", problems)
        return None, problems
    return _model(Kit, {**head, **parts}, "kit.yaml", problems), problems


_NO_PLAN = {
    "title": {"en": "-"},
    "sections": (),
    **dict.fromkeys(("institution", "owner", "approved_by", "review_date"), "a.b"),
}

_SHAPES: dict[type, str] = {
    dict: N_("this file has to hold keys with values, such as 'title: …'."),
    list: N_("this file has to be a list; each thing in it begins with '- '."),
}


def _file(
    folder: Path,
    file: str,
    shape: type[_Shape],
    problems: list[KitError],
    *,
    missing_is_fine: bool = False,
) -> _Shape | None:
    """Read one file; None, and a problem, if it is not what it has to be."""
    # A kit that was read before is kept, and needs no YAML.
    from workshop_kit.kit.parse import parse  # noqa: PLC0415

    try:
        # Some editors put this in front of what is in UTF-8.
        words = (folder / file).read_text("utf-8").removeprefix("\ufeff")
        data = parse(words, file)
    except FileNotFoundError:
        if not missing_is_fine:
            problems.append(
                KitError(
                    N_("this file is missing."),
                    where=file,
                    fix=N_("Make it, or take its name out of 'aspects' in kit.yaml.")
                    if file.startswith("questions/")
                    else N_("Each kit has one; “workshop-kit new-kit” makes a sample."),
                )
            )
        return None
    except (OSError, UnicodeDecodeError):
        problems.append(
            KitError(
                N_("this file cannot be read as text."),
                where=file,
                fix=N_("Save it as plain text in UTF-8."),
            )
        )
        return None
    except KitError as error:
        problems.append(error)
        return None
    if isinstance(data, shape):
        return data
    if data is None and missing_is_fine:
        return None
    what = N_("this file is empty.") if data is None else _SHAPES[shape]
    problems.append(KitError(what, where=file))
    return None


def _aspect_names(head: dict[str, Any], problems: list[KitError]) -> list[str]:
    names_ = head.pop("aspects", None)
    if not isinstance(names_, list) or not names_:
        what = N_("'aspects' has to be the list of the files in questions/, in order.")
        problems.append(KitError(what, where="kit.yaml"))
        return []
    good = []
    for name in names_:
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            what = N_(
                "{name} cannot be the name of a file in questions/; write small"
                " letters, digits and _ only, without .yaml."
            )
            where = "kit.yaml, aspects"
            problems.append(KitError(what, where=where, name=shown(name)))
        elif is_a_device(name):
            what = N_("Windows takes '{name}' for a device, not for a file; rename it.")
            problems.append(KitError(what, where="kit.yaml, aspects", name=name))
        elif name in good:
            what = N_("'{name}' stands here twice.")
            problems.append(KitError(what, where="kit.yaml, aspects", name=name))
        else:
            good.append(name)
    return good


def _forgotten(folder: Path, named: list[str]) -> Iterator[KitError]:
    for path in sorted(folder.glob("questions/*.yaml")):
        if named and path.stem not in named:
            yield KitError(
                N_("'aspects' in kit.yaml does not name this file."),
                where=f"questions/{path.name}",
                fix=N_("Add its name there, or remove the file."),
            )


def _misnamed(aspect: Aspect | None, name: str, file: str) -> Iterator[KitError]:
    if aspect is not None and aspect.id != name:
        yield KitError(
            N_("'id' is '{id}', but the file is called {name}."),
            where=file,
            fix=N_("Give them the same name, and 'aspects' in kit.yaml too."),
            id=aspect.id,
            name=name,
        )


def _rule(rule: Any, number: int, problems: list[KitError]) -> Rule | None:
    name = rule.get("id") if isinstance(rule, dict) else None
    inside = f"rule '{name}'" if name else f"rule {number}"
    return _model(Rule, rule, "rules.yaml", problems, inside)


def _put_lists_in(
    data: Any, lists: Mapping[str, Any], file: str, problems: list[KitError]
) -> set[str]:
    """Replace ``options: name`` by the shared list of that name; return the names."""
    used = set()
    for question in _dicts(data, "questions"):
        for holder in (question, *_dicts(question, "columns")):
            name = holder.get("options")
            if not isinstance(name, str):
                continue
            if name in lists:
                holder["options"] = lists[name]
                used.add(name)
                continue
            # What needs options is not to be told of it twice.
            holder["options"] = _STAND_IN
            problems.append(
                KitError(
                    N_("there is no list '{name}' in lists.yaml."),
                    where=f"{file}, question '{question.get('id', '?')}', options",
                    fix=suggestion(name, lists),
                    name=name,
                    near=nearest(name, lists),
                )
            )
    return used


_STAND_IN = [{"id": "any", "label": {"en": "-"}}]


def _unused(lists: Mapping[str, Any], used: set[str]) -> Iterator[KitError]:
    for name in lists:
        if name not in used:
            yield KitError(
                N_("no question uses this list."),
                where=f"lists.yaml, list '{name}'",
                fix=N_("Take it out, or name it in the 'options' of a question."),
            )


def _dicts(data: Any, key: str) -> list[dict[str, Any]]:
    items = data.get(key) if isinstance(data, dict) else None
    return [i for i in items if isinstance(i, dict)] if isinstance(items, list) else []


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return what to say of a name that is not known; its slot is :func:`nearest`."""
    known = list(known)
    if not known:
        return ""
    if _close(name, known):
        return N_("Did you mean '{near}'?")
    return N_("There are: {near}.")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that looks most like *name*, or some if none does."""
    known = list(known)
    close = _close(name, known)
    return close[0] if close else ", ".join(sorted(known)[:8])


def _close(name: str, known: list[str]) -> list[str]:
    return difflib.get_close_matches(name, known, n=1, cutoff=0.5)


def _model(
    kind: type[_Model], data: Any, file: str, problems: list[KitError], inside: str = ""
) -> _Model | None:
    from pydantic import ValidationError  # noqa: PLC0415 - a kept kit needs none

    try:
        return checked(kind, data)
    except ValidationError as error:
        problems.extend(not_fitting(d, data, file, inside) for d in error.errors())
        return None
