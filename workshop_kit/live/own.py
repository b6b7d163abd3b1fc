"""The institution's own exports: what lies in the folder, and what was said of it."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import MetricsError
from workshop_kit.kit.model import OTHER
from workshop_kit.live.notebooks import home
from workshop_kit.live.starter import shipped
from workshop_kit.metrics import coding
from workshop_kit.metrics.readers.recognise import read
from workshop_kit.metrics.readers.result import Answers, answers
from workshop_kit.policy.indicators import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from workshop_kit.live.workshop import Workshop
    from workshop_kit.metrics.readers.result import Export

FOLDER_VARIABLE = "WORKSHOP_FIGURES"
"""Environment variable that names another folder with exports."""

FILE = "figures/file"
"""Kind of action: what was said of a file, under its name."""

KINDS = frozenset(
    {".csv", ".tsv", ".txt", ".xls", ".xlsx", ".json", ".zip", ".gz", ".ods"}
)
AUDIENCES = ("audience", "doelgroep")
"""Beginnings of the names of files with a table of audiences."""

MADE_UP = Path("sample_workshop") / "reacties_fictief.csv"
"""A coded sample of comments that nobody wrote."""

ARCHIVE = Path("sfomuseum_twitter") / "tweets.csv"
PLACEHOLDER = Path("nl_age_cbs") / "nl_social_use_by_age_cbs.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """
    A file that was put into the folder.

    Attributes:
        path: Where it is.
        said: What was said of it: whether it is used, and answers by name.
        export: What was read; None if it could not be.
        coded: Comments coded by hand, if the file holds those.
        problem: Why it could not be read.
    """

    path: Path
    said: Mapping[str, Any]
    export: Export | None = None
    coded: pd.DataFrame | None = None
    problem: MetricsError | None = None

    @property
    def used(self) -> bool:
        """Tell whether its figures count; nobody has to say so."""
        known = self.export is not None or self.coded is not None
        return known and self.said.get("use") != "no"


def data_folder() -> Path:
    """Return the folder ``data`` beside the notebooks."""
    return home(Path.cwd()) / "data"


def own_folder() -> Path:
    """Return the folder for own exports; it need not be there."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else data_folder() / "own"


def sample(part: Path) -> Path:
    """Return where a sample is: beside the notebooks, or else with this package."""
    beside = data_folder() / part
    return beside if beside.exists() else shipped() / "data" / part


def files(workshop: Workshop) -> tuple[File, ...]:
    """Read every export in the folder, by name; what is not one says why."""
    said = {
        action.about: action.value
        for (kind, _), action in workshop.store.actions().items()
        if kind == FILE and isinstance(action.value, dict)
    }
    return tuple(
        file(path, said.get(path.name, {}))
        for path in _exports()
        if not path.stem.casefold().startswith(AUDIENCES)
    )


def audience_file() -> Path | None:
    """Return the table of audiences in the folder, if there is one."""
    return next(
        (p for p in _exports() if p.stem.casefold().startswith(AUDIENCES)), None
    )


def file(path: Path, said: Mapping[str, Any]) -> File:
    """Read one file with what was said of it."""
    try:
        if _of_comments(path, _stamp(path)):
            return File(path=path, said=said, coded=_coded(path, _stamp(path)))
        export = _read(path, _stamp(path), _answers(said))
    except MetricsError as problem:
        return File(path=path, said=said, problem=problem)
    return File(path=path, said=said, export=export)


def comments(workshop: Workshop) -> tuple[File, bool]:
    """
    Return the coded sample that counts, and whether it is the made-up one.

    Of several in the folder the last by name counts; one that cannot be read counts
    too, so that its mistake is seen.
    """
    found = [
        one
        for one in files(workshop)
        if one.said.get("use") != "no" and _of_comments(one.path, _stamp(one.path))
    ]
    if found:
        return found[-1], False
    return file(sample(MADE_UP), {}), True


def source_name(path: Path) -> str:
    """Return how a file is named as a source; the sample by whose it is."""
    if path.parts[-2:] == ARCHIVE.parts:
        return f"{SAMPLE}, {path.name}"
    return path.name


def _exports() -> list[Path]:
    folder = own_folder()
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.casefold() in KINDS and not path.name.startswith((".", "~"))
    )


@functools.lru_cache(maxsize=32)
def _read(path: Path, _stamp: tuple[int, int], told: Answers) -> Export:
    """Read a file once as long as it stays the same: every cell asks for it."""
    return read(path, answers=told)


@functools.lru_cache(maxsize=32)
def _of_comments(path: Path, _stamp: tuple[int, int]) -> bool:
    return coding.recognised(path)


@functools.lru_cache(maxsize=4)
def _coded(path: Path, _stamp: tuple[int, int]) -> pd.DataFrame:
    return coding.read(path)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return 0, 0  # reading it says what is wrong
    return state.st_mtime_ns, state.st_size


def _answers(said: Mapping[str, Any]) -> Answers:
    given = {name: words(said.get(name)) for name in _ASKED}
    year = given.pop("year")
    return answers(year=int(year) if year.isdecimal() else 0, **given)


_ASKED = ("platform", "account", "date_order", "year", "zone", "export_date")


def words(value: Any) -> str:
    """Return what was answered as text, also where it was none of the options."""
    if isinstance(value, dict):
        value = value.get(OTHER)
    return "" if value is None else str(value).strip()
