"""The catalogue of KPIs: what each is called, how it is made, from whom it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workshop_kit.errors import N_, MetricsError

if TYPE_CHECKING:
    from collections.abc import Mapping

SeedClass = Literal[
    "quantitative",
    "qualitative",
    "truly qualitative",
    "traffic",
    "service",
    "resource",
    "quality",
]
DataKind = Literal["count", "ratio", "coded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """
    A figure with one meaning.

    Attributes:
        id: Permanent name; a number is kept together with it and *version*.
        version: Goes up when the formula changes, as old numbers then no longer
            compare.
        name: What it is called, per language.
        formula: In the letters of :data:`LETTERS`. A zero below the line gives
            "not available", never 0.
        unit: Unit of the value, per language; empty for a bare number.
        seed_class: The word the field uses, after the policy this project began
            with: there, followers and likes are quantitative and interactions
            qualitative, though both are counts.
        data_kind: What it is in fact: a count, a ratio of counts, or coded by a
            person.
        source: Where the definition comes from.
    """

    id: str
    version: int = 1
    name: Mapping[str, str]
    formula: str
    unit: Mapping[str, str]
    seed_class: SeedClass
    data_kind: DataKind
    source: str


LETTERS = {
    "P": "posts",
    "L": "likes or reactions",
    "C": "comments and replies",
    "S": "shares or reposts",
    "V": "saves",
    "K": "clicks on links",
    "R": "unique reach",
    "I": "impressions",
    "F0": "followers at the start of the period",
    "F1": "followers at its end",
    "E": "L + C + S + V",
    "M": "mentions",
}
"""Letters of the formulas, each summed over one channel and period."""

_PERCENT = {"nl": "%", "en": "%"}
_PER_POST = {"nl": "per bericht", "en": "per post"}
_NUMBER = {"nl": "", "en": ""}
_HOURS = {"nl": "uur", "en": "hours"}
_FOLLOWERS = {"nl": "volgers", "en": "followers"}
_OWN = "this project"

_ENTRIES = (
    Kpi(
        id="posts",
        name={"nl": "Berichten per maand", "en": "Posts per month"},
        formula="P",
        unit={"nl": "berichten", "en": "posts"},
        seed_class="quantitative",
        data_kind="count",
        source=_OWN,
    ),
    Kpi(
        id="er_reach_sum",
        name={
            "nl": "Betrokkenheid op bereik (hele periode)",
            "en": "Engagement rate by reach (whole period)",
        },
        formula="sum(E) / sum(R) x 100",
        unit=_PERCENT,
        seed_class="qualitative",
        data_kind="ratio",
        source="Hootsuite 2019, as a ratio of sums",
    ),
    Kpi(
        id="er_reach_mean",
        name={
            "nl": "Betrokkenheid op bereik (gemiddelde per bericht)",
            "en": "Engagement rate by reach (mean per post)",
        },
        formula="mean(E / R x 100 per post)",
        unit=_PERCENT,
        seed_class="qualitative",
        data_kind="ratio",
        source="Hootsuite 2019, average engagement rate",
    ),
    Kpi(
        id="er_followers",
        name={
            "nl": "Betrokkenheid op volgers",
            "en": "Engagement rate by followers",
        },
        formula="E / F1 x 100",
        unit=_PERCENT,
        seed_class="qualitative",
        data_kind="ratio",
        source="calculator.city",
    ),
    Kpi(
        id="er_impr",
        name={
            "nl": "Betrokkenheid op weergaven",
            "en": "Engagement rate by impressions",
        },
        formula="E / I x 100",
        unit=_PERCENT,
        seed_class="qualitative",
        data_kind="ratio",
        source="calculator.city",
    ),
    Kpi(
        id="growth",
        name={"nl": "Groei volgers", "en": "Follower growth rate"},
        formula="(F1 - F0) / F0 x 100",
        unit=_PERCENT,
        seed_class="quantitative",
        data_kind="ratio",
        source="zorka.agency divides by the audience; here fixed on F0",
    ),
    Kpi(
        id="net_new",
        name={"nl": "Nieuwe volgers (netto)", "en": "Net new followers"},
        formula="F1 - F0",
        unit=_FOLLOWERS,
        seed_class="quantitative",
        data_kind="count",
        source=_OWN,
    ),
    Kpi(
        id="applause",
        name={"nl": "Waardering per bericht", "en": "Applause rate"},
        formula="L / P",
        unit=_PER_POST,
        seed_class="quantitative",
        data_kind="ratio",
        source="Kaushik, through truesocialmetrics.com",
    ),
    Kpi(
        id="conversation",
        name={"nl": "Gesprek per bericht", "en": "Conversation rate"},
        formula="C / P",
        unit=_PER_POST,
        seed_class="qualitative",
        data_kind="ratio",
        source="Kaushik, through truesocialmetrics.com",
    ),
    Kpi(
        id="amplification",
        name={"nl": "Doordeling per bericht", "en": "Amplification rate"},
        formula="S / P",
        unit=_PER_POST,
        seed_class="qualitative",
        data_kind="ratio",
        source="Kaushik, through truesocialmetrics.com",
    ),
    Kpi(
        id="amp_followers",
        name={"nl": "Doordeling op volgers", "en": "Amplification by followers"},
        formula="S / F1 x 100",
        unit=_PERCENT,
        seed_class="qualitative",
        data_kind="ratio",
        source="atomicidea, hostingct",
    ),
    Kpi(
        id="virality",
        name={"nl": "Viraliteit", "en": "Virality rate"},
        formula="S / I x 100",
        unit=_PERCENT,
        seed_class="qualitative",
        data_kind="ratio",
        source="atomicidea, hostingct",
    ),
    Kpi(
        id="reach_rate",
        name={"nl": "Bereik op volgers", "en": "Reach rate"},
        formula="R / F1 x 100",
        unit=_PERCENT,
        seed_class="quantitative",
        data_kind="ratio",
        source="indiadatabase",
    ),
    Kpi(
        id="ctr",
        name={"nl": "Doorklik", "en": "Click-through rate"},
        formula="K / I x 100",
        unit=_PERCENT,
        seed_class="traffic",
        data_kind="ratio",
        source="bulk.ly, kpi.insightworthy",
    ),
    Kpi(
        id="resp_time",
        name={"nl": "Reactietijd", "en": "Response time"},
        formula="median(first reply - received), answered messages",
        unit=_HOURS,
        seed_class="service",
        data_kind="count",
        source="simplymeasured; median because weekends skew a mean",
    ),
    Kpi(
        id="resp_rate",
        name={"nl": "Beantwoorde berichten", "en": "Response rate"},
        formula="answered / needing an answer x 100",
        unit=_PERCENT,
        seed_class="service",
        data_kind="ratio",
        source="hellointech",
    ),
    Kpi(
        id="sov",
        name={"nl": "Aandeel in het gesprek", "en": "Share of voice"},
        formula="M own / (M own + M peers) x 100",
        unit=_PERCENT,
        seed_class="quantitative",
        data_kind="ratio",
        source="zorka.agency",
    ),
    Kpi(
        id="social_sessions",
        name={
            "nl": "Sessies via sociale media",
            "en": "Website sessions via social media",
        },
        formula="sessions of channel Organic Social; paid ones apart",
        unit={"nl": "sessies", "en": "sessions"},
        seed_class="traffic",
        data_kind="count",
        source="support.google.com/analytics/answer/9756891",
    ),
    Kpi(
        id="social_share",
        name={
            "nl": "Aandeel sessies via sociale media",
            "en": "Share of sessions via social media",
        },
        formula="social sessions / all sessions x 100",
        unit=_PERCENT,
        seed_class="traffic",
        data_kind="ratio",
        source=_OWN,
    ),
    Kpi(
        id="conv",
        name={
            "nl": "Conversie van sessies via sociale media",
            "en": "Conversion of social sessions",
        },
        formula="social sessions that reach a goal / social sessions x 100",
        unit=_PERCENT,
        seed_class="traffic",
        data_kind="ratio",
        source="truesocialmetrics.com",
    ),
    Kpi(
        id="sentiment",
        name={"nl": "Saldo van de toon", "en": "Sentiment balance"},
        formula="(positive - negative) / coded x 100, in a sample",
        unit=_PERCENT,
        seed_class="truly qualitative",
        data_kind="coded",
        source="danamus.es",
    ),
    Kpi(
        id="talk_types",
        name={"nl": "Soorten reacties", "en": "Types of comment"},
        formula="comments of a type / coded x 100, in a sample",
        unit=_PERCENT,
        seed_class="truly qualitative",
        data_kind="coded",
        source="danamus.es",
    ),
    Kpi(
        id="ugc_yield",
        name={"nl": "Bruikbare bijdragen", "en": "Useful contributions"},
        formula="contributions adopted / received x 100",
        unit=_PERCENT,
        seed_class="qualitative",
        data_kind="ratio",
        source=_OWN,
    ),
    Kpi(
        id="hours_post",
        name={"nl": "Uren per bericht", "en": "Effort per post"},
        formula="hours worked / P",
        unit=_HOURS,
        seed_class="resource",
        data_kind="ratio",
        source=_OWN,
    ),
    Kpi(
        id="a11y_rate",
        name={"nl": "Toegankelijke berichten", "en": "Accessible posts"},
        formula="posts with alt text and subtitles / posts needing them x 100",
        unit=_PERCENT,
        seed_class="quality",
        data_kind="ratio",
        source=_OWN,
    ),
)

CATALOGUE: Mapping[str, Kpi] = {entry.id: entry for entry in _ENTRIES}
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
