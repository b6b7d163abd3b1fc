"""A sample of comments, coded by hand: tone, kind, agreement, quotes."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, get_args

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics import handmade
from workshop_kit.metrics.kept import (
    MOST_QUOTES,
    TONES,
    Agreement,
    Kappa,
    Kept,
    Kind,
    Sample,
    Tone,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workshop_kit.metrics.readers.table import Table

CODES = {
    "item": "string",
    "coder": "string",
    "sentiment": "string",
    "kind": "string",
    "quote": "string",
    "source_file": "string",
    "row": "Int64",
}
"""Columns of a coded sample: one row per comment and coder, missing is NA."""

HEADERS = {
    "item": ("item", "comment_id", "reactie"),
    "coder": ("coder", "codeur"),
    "sentiment": ("sentiment", "toon"),
    "kind": ("kind", "soort"),
    "quote": ("quote", "citaat"),
    "consent": ("consent", "toestemming"),
}
"""Our name and the headers it is known by; all have to be there."""

SENTIMENTS: Mapping[str, tuple[str, ...]] = {
    "positive": ("positive", "positief", "+"),
    "neutral": ("neutral", "neutraal", "0"),
    "negative": ("negative", "negatief", "-"),
}
KINDS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "vraag"),
    "memory": ("memory", "herinnering"),
    "correction": ("correction", "aanvulling", "verbetering"),
    "praise": ("praise", "compliment"),
    "complaint": ("complaint", "klacht"),
    "spam": ("spam",),
    "other": ("other", "anders"),
}
CONSENT = {"yes": ("yes", "ja"), "no": ("no", "nee")}

_COLUMNS: tuple[Literal["sentiment", "kind"], ...] = ("sentiment", "kind")


def recognised(file: Path | str | bytes, *, name: str = "") -> bool:
    """Tell whether a file has the headers of a coded sample, whatever is in it."""
    try:
        handmade.load(file, name=name).columns(HEADERS)
    except MetricsError:
        return False
    return True


def read(file: Path | str | bytes, *, name: str = "") -> pd.DataFrame:
    """
    Read a sample coded by hand.

    A CSV or workbook (:func:`workshop_kit.metrics.handmade.load`) with one row per
    comment and coder, and the headers ``item``, ``coder``, ``sentiment``, ``kind``,
    ``quote`` and ``consent`` (or ``reactie``, ``codeur``, ``toon``, ``soort``,
    ``citaat``, ``toestemming``). The codes are those of :data:`SENTIMENTS` and
    :data:`KINDS`, in Dutch or English. ``coder`` is a role or initials. A code may be
    empty, which is not available and never neutral.

    A quote is kept only where its row says that there is consent and no other row of
    the same comment says no: the words of who was not asked are not even loaded.

    Args:
        file: The file, or its bytes.
        name: What to call bytes.

    Returns:
        Frame of :data:`CODES`.

    Raises:
        MetricsError: The file cannot be read, a code is not known, an item or coder
            is missing, or somebody coded a comment twice.
    """
    source = handmade.load(file, name=name)
    places = source.columns(HEADERS)
    cells = {
        name: [row[place].strip() for row in source.rows]
        for name, place in places.items()
    }
    coded = pd.DataFrame(
        {
            "item": _given(cells["item"], "item", source),
            "coder": _given(cells["coder"], "coder", source),
            "sentiment": _coded(cells["sentiment"], SENTIMENTS, "sentiment", source),
            "kind": _coded(cells["kind"], KINDS, "kind", source),
            "quote": cells["quote"],
            "source_file": source.file,
            "row": list(source.lines),
        }
    ).astype(CODES)
    consent = pd.Series(
        _coded(cells["consent"], CONSENT, "consent", source), dtype="string"
    )
    refused = coded.loc[consent.eq("no").fillna(value=False), "item"]
    allowed = consent.eq("yes").fillna(value=False) & ~coded["item"].isin(refused)
    coded["quote"] = coded["quote"].where(allowed).replace("", pd.NA)
    again = coded.duplicated(["item", "coder"])
    if again.any():
        first = coded[again].iloc[0]
        raise MetricsError(
            N_("Line {line}: {coder} coded comment {item} twice."),
            where=source.file,
            fix=N_("Keep one of the two lines."),
            line=first["row"],
            coder=first["coder"],
            item=first["item"],
        )
    return coded


def sample(coded: pd.DataFrame) -> Sample:
    """
    Count a coded sample.

    Args:
        coded: Frame of :func:`read`.
    """
    sentiments, differ = _counts(coded, "sentiment", SENTIMENTS)
    kinds, differ_kind = _counts(coded, "kind", KINDS)
    coders = tuple(sorted(coded["coder"].dropna().unique()))
    n = sum(sentiments.values())
    more = sentiments["positive"] - sentiments["negative"]
    kappas = [
        _agreement(coded, column, one, other)
        for column in _COLUMNS
        for one, other in combinations(coders, 2)
    ]
    return Sample(
        n=n,
        coders=coders,
        sentiments=sentiments,
        kinds=dict(sorted(kinds.items(), key=lambda pair: -pair[1])),
        balance=more / n * 100 if n else None,
        differing={"sentiment": differ, "kind": differ_kind},
        kappas=tuple(found for found in kappas if found.n),
        crossed=_crossed(coded),
    )


def _agreement(
    coded: pd.DataFrame, column: Literal["sentiment", "kind"], one: str, other: str
) -> Agreement:
    found = kappa(_by(coded, one, column), _by(coded, other, column))
    return Agreement(
        column=column,
        one=one,
        other=other,
        value=found.value,
        n=found.n,
        agreed=found.agreed,
    )


def _crossed(coded: pd.DataFrame) -> tuple[tuple[Kind | None, Tone, int], ...]:
    """Count the comments with an agreed tone by kind; None where that is not agreed."""
    tones, kinds = (_agreed(coded, column)[0] for column in _COLUMNS)
    kinds = kinds.reindex(tones.index)
    places: tuple[Kind | None, ...] = (*get_args(Kind), None)
    found = []
    for kind in places:
        here = kinds.isna() if kind is None else kinds.eq(kind).fillna(value=False)
        for tone in TONES:
            n = int((here & tones.eq(tone)).sum())
            found += [(kind, tone, n)] if n else []
    return tuple(found)


def kappa(one: pd.Series[str], other: pd.Series[str]) -> Kappa:
    """
    Compute Cohen's kappa: (observed - expected) / (1 - expected) agreement.

    Expected is what two coders with these shares of codes would agree on by chance
    (Cohen 1960, "A coefficient of agreement for nominal scales", Educational and
    Psychological Measurement 20, 37-46).

    Args:
        one: Codes of a coder, indexed by comment.
        other: Those of the other coder. Comments that only one of them coded, or
            that have no code, are left out.
    """
    both = pd.concat([one.rename("one"), other.rename("other")], axis=1).dropna()
    n = len(both)
    agreed = int((both["one"] == both["other"]).sum())
    if not n:
        return Kappa(value=None, n=0, agreed=0)
    shares = [both[name].value_counts(normalize=True) for name in ("one", "other")]
    expected = float(shares[0].mul(shares[1], fill_value=0).sum())
    if expected > 1 - 1e-12:
        return Kappa(value=None, n=n, agreed=agreed)
    return Kappa(value=(agreed / n - expected) / (1 - expected), n=n, agreed=agreed)


def quotes(coded: pd.DataFrame) -> pd.DataFrame:
    """Return the quotes that may be shown, once each: ``item``, ``kind``, ``quote``."""
    allowed = coded[coded["quote"].notna()]
    return allowed.drop_duplicates("item")[["item", "kind", "quote"]].reset_index(
        drop=True
    )


def kept(coded: pd.DataFrame, *, source: str, fictional: bool = False) -> Kept:
    """
    Sum up a coded sample for keeping.

    Args:
        coded: Frame of :func:`workshop_kit.metrics.coding.read`.
        source: How the file is named.
        fictional: Whether the comments are made up.
    """
    allowed = quotes(coded)
    shown = allowed.head(MOST_QUOTES)
    kinds = [None if pd.isna(kind) else kind for kind in shown["kind"]]
    return Kept(
        sample=sample(coded),
        quotes=tuple(zip(kinds, shown["quote"], strict=True)),
        agreed=len(allowed),
        source=source,
        fictional=fictional,
    )


def _counts(
    coded: pd.DataFrame, column: str, codes: Mapping[str, tuple[str, ...]]
) -> tuple[dict[Any, int], int]:
    agreed, differing = _agreed(coded, column)
    counts = agreed.value_counts()
    return {code: int(counts.get(code, 0)) for code in codes}, differing


def _agreed(coded: pd.DataFrame, column: str) -> tuple[pd.Series[str], int]:
    """Return the code of each comment on which coders do not differ, and the rest."""
    by_item = coded.dropna(subset=[column]).groupby("item")[column]
    one = by_item.nunique().eq(1)
    return by_item.first()[one], int((~one).sum())


def _by(coded: pd.DataFrame, coder: str, column: str) -> pd.Series[str]:
    return coded[coded["coder"].eq(coder)].set_index("item")[column]


def _given(cells: list[str], column: str, source: Table) -> list[str]:
    for cell, line in zip(cells, source.lines, strict=True):
        if not cell:
            raise MetricsError(
                N_("Line {line}, column {column}: empty."),
                where=source.file,
                fix=N_("Fill it in; without it the line cannot be counted."),
                line=line,
                column=column,
            )
    return cells


def _coded(
    cells: list[str],
    codes: Mapping[str, tuple[str, ...]],
    column: str,
    source: Table,
) -> list[str | None]:
    known = {alias: code for code, aliases in codes.items() for alias in aliases}
    for cell, line in zip(cells, source.lines, strict=True):
        if cell and cell.casefold() not in known:
            raise MetricsError(
                N_("Line {line}, column {column}: “{value}” is not a code."),
                where=source.file,
                fix=N_("Use one of: {known}."),
                line=line,
                column=column,
                value=cell[:60],
                known=", ".join(known),
            )
    return [known[cell.casefold()] if cell else None for cell in cells]
