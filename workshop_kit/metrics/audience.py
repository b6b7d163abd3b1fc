"""Which audience is on which platform: a table of the institution, or a placeholder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics import handmade

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from workshop_kit.i18n import Translator
    from workshop_kit.metrics.readers.table import Table

AUDIENCE = {
    "audience": "string",
    "platform": "string",
    "value": "Float64",
    "n": "Int64",
    "year": "Int64",
    "source": "string",
}
"""
Columns of an audience table: one row per audience and platform.

``value`` is the percentage of the audience that uses the platform, 0 to 100, or a level
from :data:`LEVELS`; ``n`` is how many people were asked; missing is NA.
"""

HEADERS = {
    "audience": ("audience", "doelgroep"),
    "platform": ("platform", "network", "netwerk"),
    "value": ("percent", "value", "percentage", "waarde"),
    "n": ("n",),
    "year": ("year", "jaar"),
    "source": ("source", "bron"),
}

LEVELS: Mapping[str, int] = {"none": 0, "low": 1, "mid": 2, "high": 3}
"""How active an audience is, as the room estimates it, from not at all to making posts
themselves."""


CBS_WORDS: Mapping[str, str] = {
    "social networks, any": N_("any social network"),
    "social media, any, last 3 months": N_("any social media in the last 3 months"),
}
"""Definitions of the figures of CBS, for people."""


def read(file: Path | str | bytes, *, name: str = "") -> pd.DataFrame:
    """
    Read a table of audiences and platforms.

    A CSV or workbook (:func:`workshop_kit.metrics.handmade.load`) with the headers
    ``audience``, ``platform``, ``percent``, ``n``, ``year`` and ``source`` (or
    ``doelgroep``, ``netwerk``, ``percentage``, ``n``, ``jaar``, ``bron``). Year and
    source are needed on each line; percent and n may be empty. Percentages have a
    decimal point or comma and no percent sign.

    Args:
        file: The file, or its bytes.
        name: What to call bytes.

    Returns:
        Frame of :data:`AUDIENCE`.

    Raises:
        MetricsError: The file cannot be read, a number is none or out of range, or an
            audience has a platform twice.
    """
    source = handmade.load(file, name=name)
    places = source.columns(HEADERS)
    cells = {
        name: [row[place].strip() for row in source.rows]
        for name, place in places.items()
    }
    found = pd.DataFrame(
        {
            "audience": _texts(cells["audience"], "audience", source),
            "platform": _texts(cells["platform"], "platform", source),
            "value": _numbers(cells["value"], "value", source, (0, 100)),
            "n": _numbers(cells["n"], "n", source, (1, 10**9)),
            "year": _numbers(cells["year"], "year", source, (1990, 2200)),
            "source": _texts(cells["source"], "source", source),
        }
    ).astype(AUDIENCE)
    missing = found["year"].isna()
    if missing.any():
        raise _wrong(source, int(missing.to_numpy().argmax()), "year", "")
    again = found.duplicated(["audience", "platform"])
    if again.any():
        i = int(again.to_numpy().argmax())
        raise MetricsError(
            N_("Line {line}: {audience} on {platform} stands there twice."),
            where=source.file,
            fix=N_("Keep one of the two lines."),
            line=source.lines[i],
            audience=found["audience"].iloc[i],
            platform=found["platform"].iloc[i],
        )
    return found


def of_the_room(
    rows: Iterable[Mapping[str, Any]],
    *,
    year: int,
    source: str,
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """
    Make an audience table of what the room decided on where its audiences are.

    Args:
        rows: Decided rows of ``aud.where``: group, networks, active, evidence.
        year: Year of the workshop.
        source: What to name as source; the evidence chosen stands behind it.
        names: Words for the ids of groups, networks and evidence.

    Returns:
        Frame of :data:`AUDIENCE` with levels from 0 to 3; NA where not said.
    """
    names = names or {}
    found = [
        {
            "audience": _name(group, names),
            "platform": _name(network, names),
            "value": LEVELS.get(str(row.get("active"))),
            "year": year,
            "source": _evidence(row, source, names),
        }
        for row in rows
        for group in row.get("group") or ()
        for network in row.get("networks") or ()
    ]
    frame = pd.DataFrame(found, columns=list(AUDIENCE)).astype(AUDIENCE)
    return frame.drop_duplicates(["audience", "platform"], ignore_index=True)


def read_cbs(
    file: Path | str | bytes, t: Translator, *, name: str = ""
) -> pd.DataFrame:
    """
    Read the open figures of CBS on social media by age (``data/nl_age_cbs``).

    They are years old, by age and not by platform, and only hold the place of a table
    of one's own: ``platform`` is the definition with its year.

    Args:
        file: The file, or its bytes.
        t: Language of the definitions.
        name: What to call bytes.

    Returns:
        Frame of :data:`AUDIENCE`, by age; ``audience`` is the age group, n is NA.

    Raises:
        MetricsError: The file is not that table.
    """
    source = handmade.load(file, name=name)
    places = source.columns(
        {
            "audience": ("age_group",),
            "value": ("pct_using_social_networks_or_media",),
            "year": ("year",),
            "definition": ("definition",),
            "kind": ("source_kind",),
        }
    )
    cells = {
        name: [row[place].strip() for row in source.rows]
        for name, place in places.items()
    }
    pairs = zip(cells["definition"], cells["year"], strict=True)
    found = pd.DataFrame(
        {
            "audience": [age.replace("-", "–") for age in cells["audience"]],
            "platform": [f"{t(CBS_WORDS.get(d, d))} ({year})" for d, year in pairs],
            "value": _numbers(cells["value"], "value", source, (0, 100)),
            "n": pd.NA,
            "year": _numbers(cells["year"], "year", source, (1990, 2200)),
            "source": [
                t(N_("CBS through a news report")) if "press" in kind else "CBS"
                for kind in cells["kind"]
            ],
        }
    ).astype(AUDIENCE)
    return found.sort_values(["audience", "year"], ignore_index=True)


def _evidence(row: Mapping[str, Any], source: str, names: Mapping[str, str]) -> str:
    evidence = row.get("evidence")
    return f"{source} ({_name(evidence, names)})" if evidence else source


def _name(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        return str(value["other"])
    return names.get(str(value), str(value))


def _texts(cells: list[str], name: str, source: Table) -> list[str]:
    if "" in cells:
        raise _wrong(source, cells.index(""), name, "")
    return cells


def _numbers(
    cells: list[str], name: str, source: Table, bounds: tuple[float, float]
) -> list[float | None]:
    numbers: list[float | None] = []
    for i, cell in enumerate(cells):
        try:
            number = float(cell.replace(",", ".")) if cell else None
        except ValueError:
            raise _wrong(source, i, name, cell) from None
        if number is not None and not bounds[0] <= number <= bounds[1]:
            raise _wrong(source, i, name, cell)
        if number is not None and name != "value" and number != int(number):
            raise _wrong(source, i, name, cell)
        numbers.append(number)
    return numbers


def _wrong(source: Table, i: int, name: str, cell: str) -> MetricsError:
    return MetricsError(
        N_("Line {line}, column {column}: “{value}” cannot be read."),
        where=source.file,
        fix=N_("Correct this cell or leave it empty; nothing was loaded."),
        line=source.lines[i],
        column=name,
        value=cell[:60],
    )
