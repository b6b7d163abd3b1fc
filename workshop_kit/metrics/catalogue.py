"""The catalogue of KPIs: what each is called, how it is made, from whom it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop_kit.errors import N_, MetricsError
from workshop_kit.metrics.definition import LETTERS, Kpi
from workshop_kit.metrics.entries import ENTRIES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CATALOGUE", "LETTERS", "Kpi", "entry"]

CATALOGUE: Mapping[str, Kpi] = {kpi.id: kpi for kpi in ENTRIES}
"""All KPIs by id, in the order they are shown."""


def entry(kpi: str) -> Kpi:
    """
    Return a KPI of the catalogue.

    Raises:
        MetricsError: There is none with this id.
    """
    if kpi not in CATALOGUE:
        raise MetricsError(
            N_("There is no KPI “{kpi}”."),
            fix=N_("Choose one of: {known}."),
            kpi=kpi,
            known=", ".join(CATALOGUE),
        )
    return CATALOGUE[kpi]
