"""A sample of comments, coded by hand: tone, kind, agreement, quotes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics import handmade

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workshop_kit.i18n import Translator
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

SENTIMENTS = {
    "positive": ("positive", "positief", "+"),
    "neutral": ("neutral", "neutraal", "0"),
    "negative": ("negative", "negatief", "-"),
}
KINDS = {
    "question": ("question", "vraag"),
    "memory": ("memory", "herinnering"),
    "correction": ("correction", "aanvulling", "verbetering"),
    "praise": ("praise", "compliment"),
    "complaint": ("complaint", "klacht"),
    "spam": ("spam",),
    "other": ("other", "anders"),
}
CONSENT = {"yes": ("yes", "ja"), "no": ("no", "nee")}

KIND_WORDS = {
    "question": N_("question"),
    "memory": N_("memory"),
    "correction": N_("addition or correction"),
    "praise": N_("praise"),
    "complaint": N_("complaint"),
    "spam": N_("spam"),
    "other": N_("something else"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """
    Agreement of two coders, corrected for chance.

    Attributes:
        value: From -1 to 1; 1 is full agreement, 0 what chance would give. None if
            they share no comment, or both used a single and the same code.
        n: Comments coded by both.
        agreed: How many of them got the same code.
    """

    value: float | None
    n: int
    agreed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    What a coded sample says.

    Attributes:
        n: Comments with a tone on which the coders do not differ.
        coders: Who coded, in order of name.
        sentiments, kinds: Comments per code, those of agreement only.
        balance: (positive - negative) / n x 100; None if n is 0.
        differing: Comments on which coders differ, by ``sentiment`` and ``kind``;
            they are counted nowhere else, and worth a talk.
        kappas: Agreement per column and pair of coders.
    """

    n: int
    coders: tuple[str, ...]
    sentiments: Mapping[str, int]
    kinds: Mapping[str, int]
    balance: float | None
    differing: Mapping[str, int]
    kappas: Mapping[tuple[str, str, str], Kappa]

    def words(self, t: Translator) -> str:
        """Say the balance with its counts and coders, and how well they agree."""
        if self.balance is None:
            return t(N_("No comment in the sample has a tone that is agreed on."))
        said = [
            t(
                N_(
                    "Of {n} comments {positive} are positive, {negative} negative and"
                    " {neutral} neutral: a balance of {balance}. Coded by {coders}."
                ),
                n=self.n,
                balance=f"{t.number(self.balance, 0)}%",
                coders=", ".join(self.coders),
                **self.sentiments,
            )
        ]
        most = [kind for kind, n in self.kinds.items() if n][:3]
        if most:
            shares = ", ".join(
                f"{t(KIND_WORDS[kind])} {t.number(self.kinds[kind])}" for kind in most
            )
            said.append(
                t(
                    N_("Kinds, of {n}: {shares}."),
                    n=sum(self.kinds.values()),
                    shares=shares,
                )
            )
        for (column, one, other), found in self.kappas.items():
            if column == "sentiment" and found.value is not None:
                said.append(
                    t(
                        N_(
                            "{one} and {other} gave {agreed} of {n} comments the same"
                            " tone (Cohen's kappa {kappa})."
                        ),
                        one=one,
                        other=other,
                        agreed=found.agreed,
                        n=found.n,
                        kappa=t.number(found.value, 2),
                    )
                )
        if len(self.coders) < 2:
            said.append(
                t(N_("One person coded; have a second one do some of them too."))
            )
        return " ".join(said)


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
    kappas = {
        (column, one, other): kappa(_by(coded, one, column), _by(coded, other, column))
        for column in ("sentiment", "kind")
        for one, other in combinations(coders, 2)
    }
    return Sample(
        n=n,
        coders=coders,
        sentiments=sentiments,
        kinds=dict(sorted(kinds.items(), key=lambda pair: -pair[1])),
        balance=more / n * 100 if n else None,
        differing={"sentiment": differ, "kind": differ_kind},
        kappas={key: found for key, found in kappas.items() if found.n},
    )


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


def _counts(
    coded: pd.DataFrame, column: str, codes: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, int], int]:
    by_item = coded.dropna(subset=[column]).groupby("item")[column]
    agreed = by_item.first()[by_item.nunique().eq(1)]
    counts = agreed.value_counts()
    return (
        {code: int(counts.get(code, 0)) for code in codes},
        int(by_item.nunique().gt(1).sum()),
    )


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
