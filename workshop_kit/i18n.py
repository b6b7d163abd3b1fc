"""Our words in the user's language; the translator is handed in, never global."""

from __future__ import annotations

import gettext
import io
import locale
import os
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from workshop_kit.kept import kept

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

LANGUAGES = ("nl", "en")
"""Languages of our own words; English is the language of the message ids."""


_LOCALE = Path(__file__).parent / "locale"


def system_language() -> str:
    """Return the language of this computer, Dutch or else English."""
    said = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    # Python knows only those locales that are installed; Windows sets no variable.
    name = next(filter(None, said), "") or locale.getlocale()[0] or ""
    return "nl" if name.lower().startswith(("nl", "dutch")) else "en"


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    source = _LOCALE / lang / "LC_MESSAGES" / "workshop_kit.po"
    if not source.is_file():
        return gettext.NullTranslations()
    words = source.read_bytes()
    compiled = kept(source, ".mo", [words], lambda: _compiled(words, lang))
    return gettext.GNUTranslations(io.BytesIO(compiled))


def _compiled(words: bytes, lang: str) -> bytes:
    # Only where it has not been done before.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    made = io.BytesIO()
    write_mo(made, read_po(io.BytesIO(words), locale=lang))
    return made.getvalue()


# As Babel has them, whose data takes longer to load than a kit; a test compares.
_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober"
    " november december",
    "en": "January February March April May June July August September October"
    " November December",
}
_SEPARATORS = {"nl": str.maketrans(",.", ".,"), "en": {}}


# A document says the same figures many times over.
@lru_cache(1024)
def _number(value: str, decimals: int | None, lang: str) -> str:
    exact = Decimal(value)
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    words = f"{exact:,f}"
    if decimals is None and "." in words:
        words = words.rstrip("0").rstrip(".")
    return words.translate(_SEPARATORS[lang])


class Translator:
    """
    Says our words, dates and numbers in one language.

    Args:
        lang: Language code, ``nl`` or ``en``. Anything else speaks English, so
            that a foreign locale still gets words and not an error.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in LANGUAGES else "en"
        self._words = _catalogue(self.lang)

    def __call__(self, message: str, /, **slots: object) -> str:
        """Translate *message* and fill its named slots."""
        # Under the empty message stands the head of the catalogue.
        translated = self._words.gettext(message) if message else ""
        return translated.format(**slots) if slots else translated

    def plural(self, one: str, many: str, n: int, /, **slots: object) -> str:
        """Translate the form of the message that fits *n*; fills ``{n}`` too."""
        return self._words.ngettext(one, many, n).format(n=n, **slots)

    def pick(self, text: Mapping[str, str]) -> str:
        """
        Choose this language from a language map of content.

        A missing translation falls back to another language and shows it, as
        ``[en] …``, because a blank would hide the gap.
        """
        if self.lang in text:
            return text[self.lang]
        return next((f"[{lang}] {words}" for lang, words in text.items()), "")

    def number(self, value: float | Decimal, decimals: int | None = None) -> str:
        """Write a number; halves round up, as people expect (not to even)."""
        return _number(str(value), decimals, self.lang)

    def date(self, day: dt.date) -> str:
        """Write a date in full: ``23 november 2026``, ``23 November 2026``."""
        return f"{day.day} {self.month(day)}"

    def month(self, day: dt.date) -> str:
        """Write a month in full: ``november 2026``, ``November 2026``."""
        return f"{self.months[day.month - 1]} {day.year}"

    @property
    def months(self) -> list[str]:
        """The names of the months."""
        return _MONTHS[self.lang].split()

    def time(self, moment: dt.datetime) -> str:
        """Write the time of day as ``14:05``, in the zone of *moment*."""
        return f"{moment:%H:%M}"
