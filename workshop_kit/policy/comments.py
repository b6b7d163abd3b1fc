"""What people say, as the policy prints it: a sample of comments coded by hand."""

from __future__ import annotations

import functools
import json

from workshop_kit.errors import N_
from workshop_kit.i18n import Translator
from workshop_kit.kit.plain import checked, written
from workshop_kit.metrics.kept import KIND_WORDS, TONE_WORDS, TONES, Kept
from workshop_kit.policy.model import Coded, Grid


def coded(kept: Kept, t: Translator) -> Coded:
    """
    Put a coded sample in words, figure and table.

    Args:
        kept: What the workshop kept of it.
        t: Language of the words; quotes stay as they were written.
    """
    svg = alt = caption = ""
    if any(n for _, _, n in kept.sample.crossed):
        svg, alt, caption = _drawn(written(kept), t.lang)
    return Coded(
        source=kept.source,
        borrowed=kept.fictional,
        words=kept.sample.sentences(t),
        svg=svg,
        alt=alt,
        caption=caption,
        counts=_grid(kept, t),
        quotes=tuple(
            (t(KIND_WORDS[kind]) if kind else "", words) for kind, words in kept.quotes
        ),
    )


@functools.lru_cache(maxsize=8)
def _drawn(kept: str, lang: str) -> tuple[str, str, str]:
    """Draw once as long as the sample stays the same: every page asks for it."""
    from workshop_kit.metrics.chart import tones  # noqa: PLC0415 - matplotlib

    read = checked(Kept, json.loads(kept))
    chart = tones(read.sample, Translator(lang), source=read.source)
    return chart.svg, chart.alt, chart.caption


def _grid(kept: Kept, t: Translator) -> Grid:
    counts = {(kind, tone): n for kind, tone, n in kept.sample.crossed}
    kinds = dict.fromkeys(kind for kind, _ in counts)
    totals = {k: sum(counts.get((k, tone), 0) for tone in TONES) for k in kinds}
    order = sorted(totals, key=lambda kind: (kind is None, -totals[kind]))
    head = (t(N_("Kind of comment")), *(t(TONE_WORDS[tone]) for tone in TONES))
    return Grid(
        head=head,
        rows=tuple(
            (
                t(KIND_WORDS[kind]),
                *(t.number(counts.get((kind, tone), 0)) for tone in TONES),
            )
            for kind in order
        ),
    )
