"""Visits to a website: Google Analytics 4, Matomo and Plausible."""

from __future__ import annotations

from workshop_kit.metrics.readers.layout import Layout, metric

_CHANNEL = (
    "Session primary channel group (Default channel group)",
    "Session default channel group",
    "Session source / medium",
    "Session source",
    "Sitzung – primäre Channelgruppe (Standard-Channelgruppe)",
    "Sitzung - primäre Channelgruppe (Standard-Channelgruppe)",
)

TRAFFIC = Layout(
    id="ga4_traffic",
    platform="web",
    grain="days",
    fields={"segment": _CHANNEL, "day": ("Date", "Datum")},
    metrics={
        "sessions": metric("Sessions", "Sitzungen"),
        "engaged_sessions": metric(
            "Engaged sessions",
            "Sitzungen mit Interaktionen",
            meaning="over 10 seconds, with a key event, or two pages",
        ),
        "events": metric("Event count"),
        "goals": metric("Key events", "Conversions", whole=False),
    },
    needs=("segment", "sessions"),
    lacks=("Date range",),
    preamble=True,
    block=True,
)

PAGES = Layout(
    id="ga4_pages",
    platform="web",
    grain="days",
    fields={
        "segment": (
            "Page title and screen class",
            "Page path and screen class",
            "Landing page",
        )
    },
    metrics={
        "views": metric("Views"),
        "users": metric("Active users", meaning="people, each once"),
        "events": metric("Event count"),
        "goals": metric("Key events", "Conversions", whole=False),
    },
    needs=("segment", "views", "users"),
    lacks=("Date range",),
    preamble=True,
    block=True,
)

MATOMO = Layout(
    id="matomo",
    platform="web",
    grain="days",
    fields={"day": ("Date", "Datum")},
    metrics={
        "visitors": metric(
            "Unique visitors",
            "Unieke bezoekers",
            "Eindeutige Besucher",
            "nb_uniq_visitors",
            meaning="people, each once a day",
        ),
        "users": metric("Users", "Gebruikers", "Benutzer", "nb_users"),
        "sessions": metric("Visits", "Bezoeken", "Besuche", "nb_visits"),
        "actions": metric("Actions", "Acties", "Aktionen", "nb_actions"),
        "bounces": metric("Bounces", "bounce_count"),
        "goals": metric("Visits with Conversions", "nb_visits_converted"),
    },
    needs=("day", "sessions", "actions"),
)

PLAUSIBLE = Layout(
    id="plausible",
    platform="web",
    grain="days",
    fields={"day": ("date",)},
    metrics={
        "visitors": metric("visitors", meaning="people, each once a day"),
        "views": metric("pageviews"),
        "sessions": metric("visits"),
        "bounces": metric("bounces"),
    },
    needs=("day", "visitors", "views", "sessions"),
)

LAYOUTS = (TRAFFIC, PAGES, MATOMO, PLAUSIBLE)
