"""Values, months and channels as a reader writes them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_

if TYPE_CHECKING:
    from workshop_kit.i18n import Translator

PLATFORMS = {
    "bluesky": "Bluesky",
    "facebook": "Facebook",
    "flickr": "Flickr",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "mastodon": "Mastodon",
    "pinterest": "Pinterest",
    "threads": "Threads",
    "tiktok": "TikTok",
    "twitter": "Twitter",
    "x": "X",
    "youtube": "YouTube",
}
"""How a channel is written for people; others are written as they come."""


WEB = "web"
"""The channel of figures of one's own website."""


def channel_name(channel: str, t: Translator | None = None) -> str:
    """Write the name of a channel; that of one's own website only with a language."""
    if channel == WEB and t is not None:
        return t(N_("the website"))
    return PLATFORMS.get(channel, channel)


def said(value: float, t: Translator) -> str:
    """Write a value as exactly as it is worth: whole, or with one or two decimals."""
    size = abs(value)
    if float(value).is_integer() or size >= 100:
        return t.number(value, 0)
    tenths = size >= 1 or round(value, 2) == round(value, 1)
    return t.number(value, 1 if tenths else 2)


def with_unit(value: float, unit: str, t: Translator) -> str:
    """Write a value with its unit; a percent sign stands against the number."""
    number = said(value, t)
    if unit == "%":
        return f"{number}%"
    return f"{number} {unit}" if unit else number


def month(period: Any, t: Translator, pattern: str = "MMMM y") -> str:
    """Write a month (a ``pandas.Period``) in full, or by another CLDR pattern."""
    from babel.dates import format_date  # noqa: PLC0415 - a figure is drawn of them

    return format_date(period.to_timestamp(), pattern, locale=t.lang)


def period_words(period: str, t: Translator) -> str:
    """Write a period as it is kept, ``2023-11/2024-10``, in full; a year stays one."""
    return " – ".join(_month_words(part, t) for part in period.split("/"))


def _month_words(part: str, t: Translator) -> str:
    if len(part) != len("2024-10"):
        return part
    return t.month(dt.date.fromisoformat(f"{part}-01"))
